/** The manifest of a lake: the only list of what it holds. It is written last and replaced atomically. */
import * as v from 'valibot'
import { normalise, type Interval } from './interval.ts'

/** Version of the lake's layout. A reader refuses any other. What was added since may be absent and has a default. */
export const LAKE_FORMAT = 1
/** Partitions never cross a multiple of this many heights. Adjacent ones within a cell are joined, so equal coverage gives equal files. */
export const CELL_HEIGHTS = 10_000

/** `observed`: the public network. `recorded`: real node software, invented market. `simulated`: our own simulator. */
export const ORIGINS = ['observed', 'recorded', 'simulated'] as const
export type Origin = (typeof ORIGINS)[number]

const height = v.pipe(v.number(), v.integer(), v.minValue(0))
const hash = v.pipe(v.string(), v.regex(/^([0-9A-F]{64})?$/))
const file = v.object({
  table: v.string(),
  /** Path below the lake's folder, with forward slashes. */
  path: v.pipe(
    v.string(),
    v.regex(/^[a-z_0-9/.-]+$/),
    v.check((p) => !p.split('/').includes('..'), 'leaves the lake')
  ),
  rows: height,
  bytes: height,
  /** SHA-256 of the file, lower-case hex. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
})
const partition = v.object({
  from: height,
  to: height,
  /** Header times of the first and last block, ISO 8601 UTC with microseconds. */
  from_time: v.string(),
  to_time: v.string(),
  /** Hash of the block before `from` as block `from` names it ('' at the chain's start), and hash of block `to`. */
  parent_hash: hash,
  last_hash: hash,
  /** Host names of the endpoints that answered; never with user, password or query. */
  source: v.string(),
  indexed_at: v.string(),
  /** Transactions in these blocks, failed ones included. */
  txs: height,
  files: v.array(file)
})
const interval = v.object({ from: height, to: height })
const gap = v.object({
  from: height,
  to: height,
  /** `pruned`: below what every endpoint keeps. `missing`: no endpoint that keeps it could give it. */
  status: v.picklist(['pruned', 'missing']),
  /** Host names of the endpoints that were asked. */
  source: v.string(),
  /** In words. */
  why: v.string(),
  /** When it was last asked for, ISO 8601 UTC. */
  seen_at: v.string()
})
const snapshot = v.object({
  /** Lowest and highest height of the state that its rows were read from. */
  from: height,
  to: height,
  /** Host names of the endpoints that answered. */
  source: v.string(),
  read_at: v.string(),
  /** Times of blocks for those that are not indexed: headers that were read (error 0), and dates that are known otherwise. */
  anchors: v.array(v.object({ height, time: v.string(), error_s: v.number(), source: v.string() })),
  files: v.array(file)
})
const manifest = v.object({
  format: v.pipe(v.number(), v.integer()),
  network: v.string(),
  chain_id: v.string(),
  origin: v.picklist(ORIGINS),
  /** Version of Rackrate that wrote the lake last. */
  written_by: v.string(),
  partitions: v.array(partition),
  /** Heights that were asked for and could not be had, in order; none of them is in a partition. */
  gaps: v.optional(v.array(gap), []),
  /** What the chain's state remembers, once a walk through it was whole. */
  snapshot: v.optional(snapshot),
  /** Daily figures that the network publishes itself: one file, or none. */
  reported: v.optional(v.array(file), []),
  /** What providers answered: of each table one file for a UTC day of the newest month, one for each month before. */
  probes: v.optional(v.array(file), []),
  /** What was fetched of prices outside the chain: of each table one file, or none. */
  prices: v.optional(v.array(file), []),
  /** Public tables made by `build`; empty until then. */
  marts: v.array(file),
  /** Heights covered when the marts were built. */
  marts_of: v.optional(v.array(interval), []),
  /** Gaps known then. */
  marts_gaps: v.optional(v.array(interval), []),
  /** SHA-256 of the files of the snapshot, of reported figures, of probes and of prices that are in them. */
  marts_beside: v.optional(v.array(v.string()), [])
})

export type LakeFile = v.InferOutput<typeof file>
export type Partition = v.InferOutput<typeof partition>
export type Snapshot = v.InferOutput<typeof snapshot>
export type Gap = v.InferOutput<typeof gap>
export type Manifest = v.InferOutput<typeof manifest>

/** The manifest cannot be used: damaged, or of another format. Retrying does not help. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError'
}

/** The lake's files cannot be used or written as asked. The message says which, why and what to do. */
export class LakeError extends Error {
  override readonly name = 'LakeError'
}

/** Heights that the lake holds. */
export function doneOf(manifest: Manifest): Interval[] {
  return normalise(manifest.partitions)
}

/** Files of a lake that are not of its blocks: of the snapshot of the state, of reported figures, of probes and of prices. */
export function besideOf(manifest: Manifest): LakeFile[] {
  return [...(manifest.snapshot?.files ?? []), ...manifest.reported, ...manifest.probes, ...manifest.prices]
}

/** Whether blocks, gaps, a snapshot, reported figures, probes or prices have come since the marts were built, or they never were. */
export function martsStale(manifest: Manifest): boolean {
  const text = (heights: readonly Interval[]): string => JSON.stringify(normalise(heights))
  return (
    manifest.marts.length === 0 ||
    text(manifest.partitions) !== text(manifest.marts_of) ||
    text(manifest.gaps) !== text(manifest.marts_gaps) ||
    besideOf(manifest)
      .map((f) => f.sha256)
      .join() !== manifest.marts_beside.join()
  )
}

/**
 * Reads the text of a manifest.
 * @param where path or URL, for the error
 * @throws ManifestError when it is not a manifest of this format
 */
export function parseManifest(text: string, where: string): Manifest {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new ManifestError(`${where} is not JSON. Restore it from a copy, or index into a new folder.`, { cause })
  }
  const format = (json as { format?: unknown } | null)?.format
  if (typeof format === 'number' && format > LAKE_FORMAT)
    throw new ManifestError(
      `${where} has lake format ${format}; this version of Rackrate reads up to ${LAKE_FORMAT}. Update Rackrate.`
    )
  if (format !== LAKE_FORMAT)
    throw new ManifestError(
      `${where} has ${format === undefined ? 'no lake format' : `lake format ${JSON.stringify(format)}`}; this version of Rackrate reads ${LAKE_FORMAT}. ` +
        'Read it with the version of Rackrate that wrote it, or index into a new folder.'
    )
  const result = v.safeParse(manifest, json)
  if (!result.success) {
    const issue = result.issues[0]
    throw new ManifestError(`${where} is damaged at ${v.getDotPath(issue) ?? 'the top'}: ${issue.message}`)
  }
  return result.output
}
