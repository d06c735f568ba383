/** Whether a range is read by `scan` or by `search`: probed, counted, and said with its reason. */
import { size, type Interval } from '../../src/lib/model/interval.ts'
import type { Clock } from './clock.ts'
import { TXS_A_CALL } from './comet.ts'
import { ChainError, PermanentError } from './errors.ts'
import { METAS_A_CALL } from './fetch.ts'
import type { Pool } from './pool.ts'
import { fetchTxPage, SLICE_HEIGHTS } from './search.ts'

export type Strategy = 'scan' | 'search'
export type Choice = {
  readonly strategy: Strategy
  /** Why, for people: `no endpoint indexes transactions`. */
  readonly reason: string
  /** Calls that each would make, as far as probes tell; a slow search counts as so many calls of usual length. Null where not probed. */
  readonly calls: { readonly scan: number; readonly search: number } | null
}

/** Shorter ranges are not worth probing. */
const MIN_HEIGHTS = 200
/** Places of a range where its density and its index are probed. */
const PROBES = 3
/** Heights at which the share of block events that matter is counted. */
const SAMPLES = 1_000

type Probe = {
  readonly txs: number
  readonly filled: number
  readonly found: number
  readonly metaMs: number
  readonly searchMs: number
}

/** Headers of 20 heights against the transactions that the index has of them. With `once`, a search that fails is not tried again. */
async function probe(pool: Pool, clock: Clock, { from, to }: Interval, signal: AbortSignal, once: boolean): Promise<Probe> {
  const what = `blockchain ${from}-${to}`
  const started = clock.now()
  const { value: metas } = await pool.run({ what, from, to, ask: (comet) => comet.metas(from, to, signal) }, signal)
  const between = clock.now()
  const { value: page } = await fetchTxPage(pool, from, to, 1, signal, once)
  return {
    txs: metas.reduce((n, { txCount }) => n + txCount, 0),
    filled: metas.filter(({ txCount }) => txCount > 0).length,
    found: page.total,
    metaMs: between - started,
    searchMs: clock.now() - between
  }
}

const places = ({ from, to }: Interval): Interval[] =>
  Array.from({ length: PROBES }, (_, i) => {
    const last = Math.max(from, to - METAS_A_CALL + 1)
    const start = Math.round(from + ((last - from) * i) / (PROBES - 1))
    return { from: start, to: Math.min(to, start + METAS_A_CALL - 1) }
  })

function estimate(
  range: Interval,
  probes: readonly Probe[],
  blockEvents: (height: number) => boolean
): { scan: number; search: number } {
  const n = size([range])
  const probed = PROBES * Math.min(n, METAS_A_CALL)
  const sum = (of: (p: Probe) => number): number => probes.reduce((total, p) => total + of(p), 0)
  const step = Math.max(1, Math.floor(n / SAMPLES))
  let samples = 0
  let matter = 0
  for (let height = range.from; height <= range.to; height += step) {
    samples++
    if (blockEvents(height)) matter++
  }
  const metas = n / METAS_A_CALL
  const pages = Math.max(n / SLICE_HEIGHTS, (n * sum((p) => p.txs)) / probed / TXS_A_CALL)
  const slowness = Math.max(
    1,
    sum((p) => p.searchMs) /
      Math.max(
        1,
        sum((p) => p.metaMs)
      )
  )
  return {
    scan: Math.ceil(metas + n + (n * sum((p) => p.filled)) / probed),
    search: Math.ceil(metas + (n * matter) / samples + pages * slowness)
  }
}

/**
 * Chooses how to read a range, or checks that a forced search is possible.
 * @throws PermanentError when `search` is forced and no endpoint can search; ChainError when headers cannot be had
 */
export async function chooseStrategy(
  pool: Pool,
  clock: Clock,
  range: Interval,
  wanted: Strategy | 'auto',
  blockEvents: (height: number) => boolean,
  signal: AbortSignal
): Promise<Choice> {
  if (wanted === 'scan') return { strategy: 'scan', reason: 'it was asked for', calls: null }
  if (wanted === 'auto' && size([range]) < MIN_HEIGHTS)
    return { strategy: 'scan', reason: `the range is shorter than ${MIN_HEIGHTS} heights`, calls: null }
  const none = 'no endpoint indexes transactions'
  const refuse = (reason: string, cause?: unknown): Choice => {
    if (wanted === 'auto') return { strategy: 'scan', reason, calls: null }
    throw new PermanentError('rejected', `--strategy search is not possible: ${reason}. Use --strategy scan.`, { cause })
  }
  if (!pool.known().some(({ txIndex }) => txIndex)) return refuse(none)
  let probes: readonly Probe[]
  try {
    probes = await Promise.all(places(range).map((place) => probe(pool, clock, place, signal, wanted === 'auto')))
  } catch (error) {
    if (!(error instanceof ChainError) || error.fault === 'wrong-chain') throw error
    return refuse(`a probe of tx_search failed (${error.message})`, error)
  }
  const calls = estimate(range, probes, blockEvents)
  const lacking = probes.find(({ txs, found }) => txs !== found)
  if (wanted === 'search') return { strategy: 'search', reason: 'it was asked for', calls }
  if (lacking)
    return { strategy: 'scan', reason: `the index has ${lacking.found} of ${lacking.txs} transactions of a probed place`, calls }
  const strategy = calls.search < calls.scan ? 'search' : 'scan'
  return { strategy, reason: `about ${calls[strategy]} calls, not ${calls[strategy === 'scan' ? 'search' : 'scan']}`, calls }
}
