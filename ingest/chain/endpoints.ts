/** Blocks of a chain from one or more CometBFT RPC endpoints. */
import type { Interval } from '../../src/lib/model/interval.ts'
import { systemClock, type Clock } from './clock.ts'
import type { BlockResults, Meta } from './comet.ts'
import { createEndpoint } from './endpoint.ts'
import { AboveTipError, BelowFloorError, PermanentError, TransientError, type ChainError } from './errors.ts'
import { createPool, type Pool, type Served } from './pool.ts'
import type { Block, ChainSource, ChainStatus } from './source.ts'

export type ConnectOptions = {
  /** Most calls in flight to one endpoint. Default 8. */
  readonly concurrency?: number
  /** For one answer, milliseconds. Default 15,000. */
  readonly timeoutMs?: number
  /** Largest answer taken, bytes. Default 64 MB. */
  readonly maxBytes?: number
  /** Times that one call is tried. Default 6. */
  readonly attempts?: number
  /** Heights fetched ahead of the one in hand. Default 4 for each call in flight. */
  readonly window?: number
  /** Called at each failed try, with the wait before the next, milliseconds. */
  readonly onFault?: (error: ChainError, waitMs: number) => void
  readonly clock?: Clock
  readonly signal?: AbortSignal
}

/** CometBFT gives no more headers in one answer. */
const METAS_A_CALL = 20

type Outcome<T> = { readonly value: T } | { readonly error: unknown }
type Page = { readonly metas: readonly Meta[]; readonly host: string }
type Fetched = { readonly block: Block; readonly host: string }

/** A promise that never rejects, for what is fetched ahead and may never be looked at. */
const settle = <T>(promise: Promise<T>): Promise<Outcome<T>> =>
  promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error })
  )

function unwrap<T>(outcome: Outcome<T>): T {
  if ('error' in outcome) throw outcome.error
  return outcome.value
}

function parseUrl(text: string, index: number): URL {
  const url = URL.parse(text)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  // The text itself may hold a key, so it is not shown.
  throw new PermanentError('rejected', `Endpoint ${index + 1} of --rpc is no http:// or https:// address.`)
}

/** The one status of several endpoints of a chain. */
function combine(statuses: readonly ChainStatus[]): ChainStatus {
  return {
    chainId: statuses[0]?.chainId ?? '',
    earliestHeight: Math.min(...statuses.map((s) => s.earliestHeight)),
    latestHeight: Math.max(...statuses.map((s) => s.latestHeight)),
    version: [...new Set(statuses.map((s) => s.version))].join(', ')
  }
}

function brokenChain(height: number, says: string, other: string): PermanentError {
  return new PermanentError(
    'broken-chain',
    `The chain breaks at height ${height}: ${says}, ${other}. One of these endpoints is wrong; leave it out of --rpc and go on.`
  )
}

/** Fetches the blocks of a range ahead and in any order; `block(height)` gives them by height. */
function createFetcher(pool: Pool, chainId: string, range: Interval, signal: AbortSignal) {
  const pages = new Map<number, Promise<Outcome<Page>>>()

  const expectChain = (host: string, got: string): void => {
    if (got !== chainId)
      throw new PermanentError('wrong-chain', `${host} gave a block of ${got}, but serves ${chainId}. Leave it out of --rpc.`)
  }
  const expectCount = (host: string, height: number, what: string, got: number, expected: number): void => {
    if (got !== expected)
      throw new TransientError('mismatch', `${host}: height ${height} has ${expected} transactions, but ${got} ${what} came`)
  }

  const fetchPage = async (from: number): Promise<Page> => {
    const to = Math.min(from + METAS_A_CALL - 1, range.to)
    const { value, host } = await pool.run(
      {
        what: `blockchain ${from}-${to}`,
        from,
        to,
        ask: async (comet, host) => {
          const metas = await comet.metas(from, to, signal)
          for (const meta of metas) expectChain(host, meta.chainId)
          return metas
        }
      },
      signal
    )
    return { metas: value, host }
  }
  const page = (from: number): Promise<Outcome<Page>> => {
    const held = pages.get(from)
    if (held) return held
    const fetched = settle(fetchPage(from))
    pages.set(from, fetched)
    return fetched
  }

  /** `txCount` null: not known yet, so not checked. */
  const fetchResults = (height: number, txCount: number | null): Promise<Served<BlockResults>> =>
    pool.run(
      {
        what: `block_results ${height}`,
        from: height,
        to: height,
        ask: async (comet, host) => {
          const results = await comet.results(height, signal)
          if (txCount !== null) expectCount(host, height, 'results', results.results.length, txCount)
          return results
        }
      },
      signal
    )

  const fetchTxs = async (meta: Meta, metaHost: string): Promise<readonly Uint8Array[]> => {
    const { height, hash, txCount } = meta
    if (txCount === 0) return []
    const { value: block, host } = await pool.run(
      {
        what: `block ${height}`,
        from: height,
        to: height,
        ask: async (comet, host) => {
          const block = await comet.block(height, signal)
          expectChain(host, block.chainId)
          if (block.hash === hash) expectCount(host, height, 'transactions', block.txs.length, txCount)
          return block
        }
      },
      signal
    )
    if (block.hash !== hash) throw brokenChain(height, `${metaHost} has block ${hash} there`, `${host} has ${block.hash}`)
    return block.txs
  }

  const fetchBlock = async (height: number): Promise<Fetched> => {
    const first = height - ((height - range.from) % METAS_A_CALL)
    pages.delete(first - METAS_A_CALL)
    const headers = page(first)
    // Needs no header, so it does not wait for one; a wrong count is then asked again, with the count known.
    const early = settle(fetchResults(height, null))
    if (first + METAS_A_CALL <= range.to) void page(first + METAS_A_CALL)
    const { metas, host } = unwrap(await headers)
    const meta = metas[height - first]
    if (!meta) throw new RangeError(`no header for height ${height}`)
    const { chainId: _, txCount, ...header } = meta
    const [txs, results] = await Promise.all([
      fetchTxs(meta, host),
      early.then((outcome) => {
        const served = unwrap(outcome)
        return served.value.results.length === txCount ? served : fetchResults(height, txCount)
      })
    ])
    return { block: { ...header, txs, ...results.value }, host }
  }
  return fetchBlock
}

/**
 * Connects to endpoints of one chain: those that answer are used, the others tried again later. Blocks come in height order whatever the
 * order of answers, each checked to be the parent of the next; memory is bounded by `window`.
 * @throws ChainError when no endpoint answers or they serve different chains
 */
export async function connect(urls: readonly string[], options: ConnectOptions = {}): Promise<ChainSource> {
  const { concurrency = 8, timeoutMs = 15_000, maxBytes = 64_000_000, attempts = 6, clock = systemClock, onFault } = options
  if (urls.length === 0) throw new PermanentError('rejected', 'No endpoint to connect to. Give at least one in --rpc.')
  const endpoints = urls.map((url, i) => createEndpoint(parseUrl(url, i), concurrency, { timeoutMs, maxBytes }, clock))
  const window = options.window ?? 4 * concurrency * endpoints.length
  const closing = new AbortController()
  const pool = createPool(endpoints, { attempts, onFault }, clock, closing.signal)
  const until = (...signals: readonly (AbortSignal | undefined)[]): AbortSignal =>
    AbortSignal.any([closing.signal, ...signals.filter((signal) => signal !== undefined)])
  const { chainId } = combine(await pool.survey(until(options.signal)))

  /** Refuses heights that no endpoint has, by what they said last, and asks anew before that. */
  const expectServed = async (range: Interval, signal: AbortSignal): Promise<void> => {
    const served = ({ earliestHeight, latestHeight }: ChainStatus): boolean =>
      earliestHeight <= range.from && range.to <= latestHeight
    if (served(combine(pool.known()))) return
    const status = combine(await pool.survey(signal))
    if (range.to > status.latestHeight) throw new AboveTipError(pool.hosts, range.to, status.latestHeight)
    if (range.from < status.earliestHeight) throw new BelowFloorError(pool.hosts, range.from, status.earliestHeight)
  }

  async function* blocks(range: Interval, signal?: AbortSignal): AsyncGenerator<Block, void, void> {
    if (range.to < range.from) throw new RangeError(`The range ${range.from}-${range.to} ends before it starts.`)
    const stop = new AbortController()
    const either = until(stop.signal, signal)
    either.throwIfAborted()
    await expectServed(range, either)
    const fetchBlock = createFetcher(pool, chainId, range, either)
    const ahead: Promise<Outcome<Fetched>>[] = []
    let next = range.from
    let parent: Fetched | undefined
    try {
      for (let height = range.from; height <= range.to; height++) {
        while (next <= range.to && next < height + window) ahead.push(settle(fetchBlock(next++)))
        const outcome = await ahead.shift()
        either.throwIfAborted()
        if (!outcome) throw new RangeError(`height ${height} was not fetched`)
        const fetched = unwrap(outcome)
        if (parent && fetched.block.parentHash !== parent.block.hash)
          throw brokenChain(
            height,
            `${fetched.host} says that its parent is ${fetched.block.parentHash}`,
            `but block ${height - 1} of ${parent.host} has hash ${parent.block.hash}`
          )
        parent = fetched
        yield fetched.block
      }
    } finally {
      stop.abort()
    }
  }

  return {
    name: pool.hosts,
    status: async () => combine(await pool.survey(until())),
    blocks,
    close: () => closing.abort()
  }
}
