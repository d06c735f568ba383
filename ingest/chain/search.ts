/**
 * `search`: the transactions of many heights in one call, from nodes that index them. Headers still come for every height, and each says
 * commits to its transactions, so one that an index lacks or invents is noticed and that height is read whole. Results of a height are
 * fetched only where events outside transactions may matter. So it gives the same blocks as `scan`, but for those events. What a node
 * says of results (codes, events) is bound by no header: only a second endpoint can tell, as with `scan` (sample.ts).
 */
import type { Interval } from '../../src/lib/model/interval.ts'
import { TXS_A_CALL, type FoundTx, type TxPage } from './comet.ts'
import { ChainError, TransientError } from './errors.ts'
import { headerOf, resultsOf, scan, type Calls, type Fetched, type Fetcher } from './fetch.ts'
import { dataHash } from './merkle.ts'
import { settle, unwrap, type Outcome } from './outcome.ts'
import type { Pool, Served } from './pool.ts'

/** Heights in one search, before it is halved. */
export const SLICE_HEIGHTS = 1_000
/** A search of more pages is halved: a node finds all pages anew for each. */
const MAX_PAGES = 20

type Found = Served<readonly FoundTx[]>
type Slice = ReadonlyMap<number, Found>

/** One page of the transactions of some heights, from an endpoint that indexes them. */
export const fetchTxPage = (
  pool: Pool,
  from: number,
  to: number,
  page: number,
  signal: AbortSignal,
  once = false
): Promise<Served<TxPage>> =>
  pool.run(
    {
      what: `tx_search ${from}-${to}, page ${page}`,
      from,
      to,
      fits: (endpoint) => endpoint.status()?.txIndex !== false,
      once,
      ask: (comet) => comet.txs(from, to, page, signal)
    },
    signal
  )

/** All transactions of some heights, in order. @throws TransientError (`mismatch`) when the pages do not add up to their total */
async function searchTxs(pool: Pool, { from, to }: Interval, signal: AbortSignal): Promise<Found[]> {
  const first = await fetchTxPage(pool, from, to, 1, signal)
  const { total } = first.value
  const count = Math.max(1, Math.ceil(total / TXS_A_CALL))
  if (count > MAX_PAGES && from < to) {
    const middle = Math.floor((from + to) / 2)
    const halves = [
      { from, to: middle },
      { from: middle + 1, to }
    ]
    return (await Promise.all(halves.map((half) => searchTxs(pool, half, signal)))).flat()
  }
  const rest = await Promise.all(Array.from({ length: count - 1 }, (_, i) => fetchTxPage(pool, from, to, i + 2, signal)))
  const pages = [first, ...rest]
  const came = pages.reduce((n, { value }) => n + value.txs.length, 0)
  if (came !== total || pages.some(({ value }) => value.total !== total)) {
    const hosts = [...new Set(pages.map(({ host }) => host))].join(', ')
    throw new TransientError(
      'mismatch',
      `${hosts}: tx_search of heights ${from}-${to} promised ${total} transactions, ${came} came`
    )
  }
  return pages.map(({ value, host }) => ({ value: value.txs, host }))
}

function byHeight(pages: readonly Found[]): Slice {
  const heights = new Map<number, { readonly value: FoundTx[]; readonly host: string }>()
  for (const { value, host } of pages)
    for (const tx of value) {
      const held = heights.get(tx.height)
      if (held) held.value.push(tx)
      else heights.set(tx.height, { value: [tx], host })
    }
  for (const { value } of heights.values()) value.sort((a, b) => a.index - b.index)
  return heights
}

export type SearchOptions = {
  /** Whether events outside transactions may matter at a height, so that its results must be fetched. */
  readonly blockEvents: (height: number) => boolean
  /** Called when a height or a slice had to be read as `scan` does. */
  readonly onFault?: ((error: ChainError, waitMs: number) => void) | undefined
}

/** Searches slice by slice, one ahead; what a search cannot give is read as `scan` does. */
export function search(pool: Pool, calls: Calls, range: Interval, options: SearchOptions, signal: AbortSignal): Fetcher {
  const { blockEvents, onFault } = options
  const whole = scan(calls)
  const slices = new Map<number, Promise<Outcome<Slice>>>()

  const fetchSlice = async (from: number): Promise<Slice> => {
    const slice = { from, to: Math.min(from + SLICE_HEIGHTS - 1, range.to) }
    try {
      return byHeight(await searchTxs(pool, slice, signal))
    } catch (error) {
      if (!(error instanceof ChainError) || error.fault === 'wrong-chain') throw error
      onFault?.(error, 0)
      return new Map()
    }
  }
  const sliceAt = (from: number): Promise<Outcome<Slice>> => {
    const held = slices.get(from)
    if (held) return held
    const fetched = settle(fetchSlice(from))
    slices.set(from, fetched)
    return fetched
  }

  return async (height): Promise<Fetched> => {
    const first = height - ((height - range.from) % SLICE_HEIGHTS)
    slices.delete(first - SLICE_HEIGHTS)
    const slice = sliceAt(first)
    if (first + SLICE_HEIGHTS <= range.to) void sliceAt(first + SLICE_HEIGHTS)
    const early = blockEvents(height) ? settle(calls.results(height)) : undefined
    const { meta, host } = await calls.meta(height)
    const found = unwrap(await slice).get(height) ?? { value: [], host }
    const txs = found.value.map(({ tx }) => tx)
    if (txs.length !== meta.txCount || (txs.length > 0 && dataHash(txs) !== meta.dataHash)) {
      // Without a single one the whole slice may have failed, which was told already.
      if (txs.length > 0) {
        const says = `tx_search found ${txs.length} transactions of height ${height}, not the ${meta.txCount} that its header commits to`
        onFault?.(new TransientError('mismatch', `${found.host}: ${says}. The height is read whole`), 0)
      }
      return whole(height)
    }
    const block = { ...headerOf(meta), txs }
    if (!early) {
      const results = found.value.map(({ result }) => result)
      return {
        block: { ...block, results, beginEvents: [], endEvents: [] },
        headerHost: host,
        resultsHost: found.host,
        blockEvents: false
      }
    }
    const results = unwrap(await early)
    return { block: { ...block, ...resultsOf(results.value) }, headerHost: host, resultsHost: results.host, blockEvents: true }
  }
}
