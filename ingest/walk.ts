/** The strategy `state`: everything that the chain's state remembers, from any node, however pruned its blocks. */
import type { Interval } from '../src/lib/model/interval.ts'
import type { Snapshot } from '../src/lib/model/manifest.ts'
import { isoMicros } from '../src/lib/model/value.ts'
import type { ChainSource } from './chain/source.ts'
import { openWalk, type Walk } from './lake/snapshot.ts'
import type { Lake } from './lake/write.ts'
import type { Network, StateQuery } from './networks/network.ts'
import { pages } from './snapshot.ts'

export type WalkOptions = {
  readonly signal?: AbortSignal | undefined
  /** Called after each page with the objects read so far of its kind, and of all. */
  readonly onPage?: (query: string, objects: number, all: number) => void
}
export type WalkReport = {
  /** Null when the walk was stopped. */
  readonly snapshot: Snapshot | null
  readonly objects: { readonly [query: string]: number }
  /** Queries that none of the endpoints serves. */
  readonly unserved: readonly string[]
  /** Height at which the oldest lease was made that the state remembers. */
  readonly oldest: number | null
}

/** Rows asked for at first, at least and at most. */
const FIRST_ROWS = 200
const LEAST_ROWS = 20
const MOST_ROWS = 1_000
/** A page that takes longer is followed by a smaller one, a faster one by a bigger, milliseconds. */
const PATIENCE_MS = 3_000
const HASTE_MS = 1_000

/**
 * Reads the whole state into the lake: at one height while the nodes have its state, then at the newest; each row says at which. A walk
 * that was stopped goes on where it was. An aborted signal ends it after the page in hand.
 * @throws ChainError when the nodes cannot be asked; Error naming the version when their software is not known; LakeError
 */
export async function walk(network: Network, source: ChainSource, lake: Lake, options: WalkOptions = {}): Promise<WalkReport> {
  const { signal } = options
  const store = await openWalk(lake.dir)
  const objects = (): { [query: string]: number } =>
    Object.fromEntries(network.state.map(({ name }) => [name, store.cursor(name).objects]))
  try {
    let pinned = (await source.status()).latestHeight
    const heightOf = async (gone: boolean): Promise<number> => {
      if (gone) pinned = Math.max(pinned, (await source.status()).latestHeight)
      return pinned
    }
    const readAll = async (query: StateQuery): Promise<void> => {
      for await (const count of readQuery(source, query, store, heightOf, signal))
        options.onPage?.(
          query.name,
          count,
          Object.values(objects()).reduce((a, b) => a + b, 0)
        )
    }
    const outcomes = await Promise.allSettled(network.state.map(readAll))
    const aborted = signal?.aborted === true
    for (const outcome of outcomes) if (outcome.status === 'rejected' && !aborted) throw outcome.reason
    if (aborted) return { snapshot: null, objects: objects(), unserved: [], oldest: null }
    const unserved = network.state.map(({ name }) => name).filter((name) => !store.cursor(name).done)
    const { files, heights } = await store.write({ network: network.id })
    const at = heights ?? { from: pinned, to: pinned }
    const snapshot = {
      ...at,
      source: source.name,
      read_at: new Date().toISOString(),
      anchors: await anchorsOf(network, source, lake.manifest().chain_id, at, signal),
      files
    }
    await lake.recordSnapshot(snapshot)
    const report = { snapshot, objects: objects(), unserved, oldest: await store.oldest() }
    await store.drop()
    return report
  } finally {
    await store.close()
  }
}

/** Times of the lowest block that can still be had and of those whose state was read, and of what is known otherwise. */
async function anchorsOf(
  network: Network,
  source: ChainSource,
  chainId: string,
  { from, to }: Interval,
  signal?: AbortSignal
): Promise<Snapshot['anchors']> {
  const { earliestHeight } = await source.status()
  const headers: Snapshot['anchors'] = []
  for (const height of new Set([earliestHeight, from, to].filter((h) => h >= earliestHeight)))
    for await (const { time } of source.blocks({ from: height, to: height }, signal))
      headers.push({ height, time: isoMicros(time), error_s: 0, source: source.name })
  return [...headers, ...(network.publicChainIds.includes(chainId) ? network.dates : [])].sort((a, b) => a.height - b.height)
}

/** Pages of one query into the store, from where it stands on. */
async function* readQuery(
  source: ChainSource,
  query: StateQuery,
  store: Walk,
  heightOf: (gone: boolean) => Promise<number>,
  signal?: AbortSignal
): AsyncGenerator<number, void, void> {
  const { key, done } = store.cursor(query.name)
  if (done) return
  let limit = FIRST_ROWS
  let asked = performance.now()
  for await (const page of pages(source, query, { limit: () => limit, heightOf, key }, signal)) {
    const took = performance.now() - asked
    if (took > PATIENCE_MS) limit = Math.max(LEAST_ROWS, Math.floor(limit / 2))
    else if (took < HASTE_MS) limit = Math.min(MOST_ROWS, limit * 2)
    await store.add(query.name, page)
    yield store.cursor(query.name).objects
    if (signal?.aborted) return
    asked = performance.now()
  }
}
