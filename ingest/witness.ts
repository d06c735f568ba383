/** A lake held against a node: sampled heights fetched again, and the leases that the chain's state says are live. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readManifest } from '../src/lib/engine/attach.ts'
import type { NativeEngine } from '../src/lib/engine/native.ts'
import { openNative } from '../src/lib/engine/native.ts'
import type { Fact } from '../src/lib/model/facts.ts'
import { cut, normalise, type Interval } from '../src/lib/model/interval.ts'
import type { StateFact } from '../src/lib/model/snapshot.ts'
import { CELL_HEIGHTS, doneOf, type Manifest } from '../src/lib/model/manifest.ts'
import { ChainError } from './chain/errors.ts'
import type { ChainSource } from './chain/source.ts'
import { factsOf } from './genesis.ts'
import { firstDifference } from './lake/overlap.ts'
import { openLake } from './lake/write.ts'
import type { Network, StateFilter } from './networks/network.ts'
import { pages } from './snapshot.ts'

/** What was compared, and each difference as a sentence. */
export type Comparison = { readonly compared: string; readonly problems: readonly string[] }

/** Rows asked for at once; nodes that want to give fewer do. */
const PAGE_ROWS = 500

/** Up to `count` heights of both, evenly spread with a random place in each stretch; `random` gives numbers in [0, 1). */
export function sampleHeights(done: readonly Interval[], served: Interval, count: number, random: () => number): number[] {
  const shared = done
    .map(({ from, to }) => ({ from: Math.max(from, served.from), to: Math.min(to, served.to) }))
    .filter(({ from, to }) => from <= to)
  const total = shared.reduce((sum, { from, to }) => sum + to - from + 1, 0)
  const n = Math.min(count, total)
  const at = (index: number): number => {
    let rest = index
    for (const { from, to } of shared) {
      if (rest <= to - from) return from + rest
      rest -= to - from + 1
    }
    throw new RangeError(`there is no height ${index} of ${total}`)
  }
  const start = (i: number): number => Math.floor((i * total) / n)
  return Array.from({ length: n }, (_, i) => at(start(i) + Math.floor(random() * (start(i + 1) - start(i)))))
}

/**
 * Fetches a sample of the lake's heights again and compares their rows.
 * @throws ChainError when the node cannot be asked
 */
export async function compareHeights(
  dir: string,
  network: Network,
  source: ChainSource,
  count: number,
  signal?: AbortSignal
): Promise<Comparison> {
  const manifest = await readManifest(dir)
  const { earliestHeight, latestHeight } = await source.status()
  const heights = sampleHeights(doneOf(manifest), { from: earliestHeight, to: latestHeight }, count, Math.random)
  if (heights.length === 0) return { compared: `none: ${source.name} has no block of this lake any more`, problems: [] }
  const scratch = await mkdtemp(join(tmpdir(), 'rackrate-verify-'))
  const engine = await openNative({ threads: 1 })
  try {
    const again = await fetchAgain(join(scratch, 'lake'), manifest, network, source, heights, signal)
    const problems: string[] = []
    for (const fetched of again.partitions)
      for (const held of manifest.partitions) {
        const found = await firstDifference(engine, dir, held, join(scratch, 'lake'), fetched)
        if (found) problems.push(`height ${found.height} has other rows of ${found.table} than ${source.name} gives`)
      }
    return { compared: `${heights.length} heights fetched again`, problems }
  } finally {
    await engine.close()
    await rm(scratch, { recursive: true, force: true })
  }
}

async function fetchAgain(
  dir: string,
  { network: id, chain_id: chainId, origin, written_by: version }: Manifest,
  network: Network,
  source: ChainSource,
  heights: readonly number[],
  signal?: AbortSignal
): Promise<Manifest> {
  const lake = await openLake(dir, { network: id, chainId, origin, version, create: true })
  try {
    // Neighbours are written as one: each write joins what lies beside it.
    for (const range of cut(normalise(heights.map((height) => ({ from: height, to: height }))), CELL_HEIGHTS)) {
      const facts: Fact[] = []
      let parentHash = ''
      let lastHash = ''
      for await (const block of source.blocks(range, signal)) {
        if (block.height === range.from) parentHash = block.parentHash
        lastHash = block.hash
        facts.push(...(await factsOf(network, source, block, () => undefined, signal)))
      }
      await lake.append(range, facts, { parentHash, lastHash, source: source.name, indexedAt: new Date().toISOString() })
    }
    return lake.manifest()
  } finally {
    await lake.close()
  }
}

type Lease = Extract<StateFact, { readonly table: 'state_leases' }>['row']
const idOf = ({ owner, dseq, gseq, oseq, provider }: Lease): string => [owner, dseq, gseq, oseq, provider].join('/')

/** All leases that the state has at a height and that pass a filter. @throws ChainError; Error when an answer is not understood */
async function readLeases(
  network: Network,
  source: ChainSource,
  height: number,
  filter: StateFilter,
  signal?: AbortSignal
): Promise<Lease[]> {
  const query = network.state.find(({ name }) => name === 'leases')
  if (!query) throw new Error(`${network.id} keeps no leases in its state`)
  const leases: Lease[] = []
  for await (const { facts } of pages(source, query, { filter, limit: () => PAGE_ROWS, heightOf: () => height }, signal))
    for (const fact of facts) if (fact.table === 'state_leases') leases.push(fact.row)
  return leases
}

type OpenLease = {
  readonly lease_id: string
  readonly owner: string
  readonly dseq: string
  readonly gseq: number
  readonly oseq: number
  readonly provider: string
  readonly created_height: string
  readonly denom: string
  readonly price_per_block: string
}

const LIVE: ReadonlySet<string> = new Set(['active', 'reclaiming'])

/**
 * Compares the leases that are open in the lake at its last height with those that the chain's state says are live.
 * @param engine with the public tables of the lake
 * @param range the last unbroken range of heights of the lake; leases older than it are not known to the lake and left out
 */
export async function compareLeases(
  engine: NativeEngine,
  range: Interval,
  network: Network,
  source: ChainSource,
  signal?: AbortSignal
): Promise<Comparison> {
  const { latestHeight } = await source.status()
  const atEnd = readLeases(network, source, range.to, { active: true }, signal).then((rows) => ({ rows, height: range.to }))
  const { rows, height } = await atEnd.catch(async (error: unknown) => {
    // The node no longer has the state of that height; of a later one the same leases can be told, save prices that changed since.
    if (!(error instanceof ChainError) || error.fault !== 'state-pruned') throw error
    return { rows: await readLeases(network, source, latestHeight, { active: true }, signal), height: latestHeight }
  })
  const open = await engine.query<OpenLease>(
    `SELECT l.lease_id, owner, dseq, gseq, oseq, provider, l.created_height, arg_max(p.denom, p.from_height) AS denom,
      arg_max(p.price_per_block, p.from_height) AS price_per_block
    FROM leases l JOIN lease_prices p USING (lease_id)
    WHERE l.created_height BETWEEN ${range.from} AND ${range.to} AND l.closed_height IS NULL
    GROUP BY ALL`
  )
  const ours = new Map(open.map((lease) => [lease.lease_id, lease]))
  const theirs = new Map(rows.map((lease) => [idOf(lease), lease]))
  const problems: string[] = []
  for (const lease of rows) {
    if (lease.created_height < range.from || lease.created_height > range.to) continue
    const held = ours.get(idOf(lease))
    if (!held) problems.push(`lease ${idOf(lease)} is live on chain, but not open in the lake`)
    else problems.push(...differences(held, lease, height === range.to))
  }
  for (const [id, held] of ours) {
    if (theirs.has(id)) continue
    const [lease] = await readLeases(network, source, height, { lease: held }, signal)
    const closed = lease?.closed_height ?? null
    if (lease && (LIVE.has(lease.state) || (closed !== null && closed > range.to)))
      problems.push(...differences(held, lease, false))
    else problems.push(`lease ${id} is open in the lake, but ${closed === null ? 'unknown to the chain' : `closed at ${closed}`}`)
  }
  return { compared: `${ours.size} open leases at height ${range.to}, by the state at ${height}`, problems }
}

function differences(held: OpenLease, lease: Lease, samePrice: boolean): string[] {
  const said: string[] = []
  if (Number(held.created_height) !== lease.created_height)
    said.push(`created at ${held.created_height}, on chain at ${lease.created_height}`)
  if (samePrice && (held.denom !== lease.denom || held.price_per_block !== lease.price))
    said.push(`at ${held.price_per_block} ${held.denom} per block, on chain ${lease.price} ${lease.denom}`)
  return said.length > 0 ? [`lease ${held.lease_id} is ${said.join(' and ')}`] : []
}
