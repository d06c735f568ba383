/** The manifest of a lake: the only list of what it holds. It is written last and replaced atomically. */
import * as v from 'valibot'
import { normalise, type Interval } from './interval.ts'

/** Version of the lake's layout. A reader refuses a newer one. */
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
const manifest = v.object({
  format: v.pipe(v.number(), v.integer()),
  network: v.string(),
  chain_id: v.string(),
  origin: v.picklist(ORIGINS),
  /** Version of Rackrate that wrote the lake last. */
  written_by: v.string(),
  partitions: v.array(partition),
  /** Public tables made by `build`; empty until then. */
  marts: v.array(file),
  /** Heights covered when the marts were built. */
  marts_of: v.optional(v.array(v.object({ from: height, to: height })), [])
})

export type LakeFile = v.InferOutput<typeof file>
export type Partition = v.InferOutput<typeof partition>
export type Manifest = v.InferOutput<typeof manifest>

/** The manifest cannot be used: damaged, or of a newer format. Retrying does not help. */
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

/** Whether blocks have come since the marts were built, or they never were. */
export function martsStale(manifest: Manifest): boolean {
  return manifest.marts.length === 0 || JSON.stringify(doneOf(manifest)) !== JSON.stringify(normalise(manifest.marts_of))
}

/**
 * Reads the text of a manifest.
 * @param where path or URL, for the error
 * @throws ManifestError when it is not a manifest of this or an older format
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
  const result = v.safeParse(manifest, json)
  if (!result.success) {
    const issue = result.issues[0]
    throw new ManifestError(`${where} is damaged at ${v.getDotPath(issue) ?? 'the top'}: ${issue.message}`)
  }
  return result.output
}
