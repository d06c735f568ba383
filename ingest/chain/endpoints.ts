/** Blocks of a chain from one or more CometBFT RPC endpoints. */
import type { Interval } from '../../src/lib/model/interval.ts'
import { systemClock, type Clock } from './clock.ts'
import type { Comet } from './comet.ts'
import { createEndpoint } from './endpoint.ts'
import { AboveTipError, BelowFloorError, PermanentError, type ChainError } from './errors.ts'
import { followsAll, type Follows } from './events.ts'
import { brokenChain, createCalls, scan, type Fetched } from './fetch.ts'
import { settle, unwrap, type Outcome } from './outcome.ts'
import { createPool } from './pool.ts'
import { compare, type SampleOutcome } from './sample.ts'
import { search } from './search.ts'
import { chooseStrategy, type Choice, type Strategy } from './strategy.ts'
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
  /** Most calls in one POST, for endpoints that take JSON-RPC batches. Default 1: each goes alone. `concurrency` counts POSTs. */
  readonly batch?: number
  /** Called when an endpoint turns out to take no batches; its calls go one by one from then on. */
  readonly onRefused?: (host: string) => void
  /** Heights fetched ahead of the one in hand. Default 4 for each POST in flight, or one for each of its calls. */
  readonly window?: number
  /** Called at each failed try, with the wait before the next, milliseconds. */
  readonly onFault?: (error: ChainError, waitMs: number) => void
  /** Share of heights that are fetched again from a second endpoint and compared. Default 0.01 with two or more endpoints. */
  readonly sample?: number
  /** Called for each height that was to be compared. */
  readonly onSample?: (height: number, outcome: SampleOutcome) => void
  /** How ranges are read. `auto` probes each range and takes the cheaper. Default `scan`. */
  readonly strategy?: Strategy | 'auto'
  /** Called with what was chosen for a range. */
  readonly onChoice?: (choice: Choice, range: Interval) => void
  /** Whether events outside transactions may matter at a height of a chain: `search` fetches its results then. Default: at all heights. */
  readonly blockEvents?: (chainId: string, height: number) => boolean
  /** Types of events whose attributes are read; others keep their type and position alone. Default: all. */
  readonly follows?: Follows
  /**
   * Whether blocks of a chain must fit the hashes in their headers: transactions, header, and state where the node tells it. Default: all.
   * Recorded and simulated chains may be cut down or altered on purpose. That each block is the parent of the next is always checked.
   */
  readonly verifyHashes?: (chainId: string) => boolean
  readonly clock?: Clock
  readonly signal?: AbortSignal
}

const DEFAULT_SAMPLE = 0.01
/** What an endpoint said of itself is asked again after this long; a tip too low for a range, sooner. */
const STATUS_MS = 60_000
const TIP_MS = 5_000
/** Heights between two looks at the age of statuses. */
const LOOK_HEIGHTS = 100

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

/**
 * Connects to endpoints of one chain: those that answer are used, the others tried again later. Blocks come in height order whatever the
 * order of answers, each checked to be the parent of the next; memory is bounded by `window`.
 * @throws ChainError when no endpoint answers or they serve different chains
 */
export async function connect(urls: readonly string[], options: ConnectOptions = {}): Promise<ChainSource> {
  const { concurrency = 8, timeoutMs = 15_000, maxBytes = 64_000_000, attempts = 6, clock = systemClock, onFault } = options
  const { strategy = 'scan', follows = followsAll, batch = 1, onRefused, onSample, onChoice } = options
  if (urls.length === 0) throw new PermanentError('rejected', 'No endpoint to connect to. Give at least one in --rpc.')
  const endpointOptions = { timeoutMs, maxBytes, follows, batch, onRefused }
  const endpoints = urls.map((url, i) => createEndpoint(parseUrl(url, i), concurrency, endpointOptions, clock))
  const sample = options.sample ?? (endpoints.length > 1 ? DEFAULT_SAMPLE : 0)
  const window = options.window ?? Math.max(4, batch) * concurrency * endpoints.length
  const closing = new AbortController()
  const pool = createPool(endpoints, { attempts, onFault }, clock, closing.signal)
  const until = (...signals: readonly (AbortSignal | undefined)[]): AbortSignal =>
    AbortSignal.any([closing.signal, ...signals.filter((signal) => signal !== undefined)])
  const { chainId } = combine(await pool.survey(until(options.signal)))

  const blockEvents = (height: number): boolean => options.blockEvents?.(chainId, height) ?? true

  /** Refuses heights that no endpoint has, by what they said last, and asks anew before that. */
  const expectServed = async (range: Interval, signal: AbortSignal): Promise<void> => {
    const served = ({ earliestHeight, latestHeight }: ChainStatus): boolean =>
      earliestHeight <= range.from && range.to <= latestHeight
    const behind = pool.known().some((status) => status.latestHeight < range.to)
    if (served(combine(pool.known()))) return pool.refresh(behind ? TIP_MS : STATUS_MS, signal)
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
    const choice = await chooseStrategy(pool, clock, range, strategy, blockEvents, either)
    onChoice?.(choice, range)
    const calls = createCalls(pool, chainId, range, either, options.verifyHashes?.(chainId) ?? true)
    const fetch = choice.strategy === 'scan' ? scan(calls) : search(pool, calls, range, { blockEvents, onFault }, either)
    const fetchBlock = async (height: number): Promise<Fetched> => {
      const fetched = await fetch(height)
      if (clock.random() >= sample) return fetched
      const outcome = await compare(pool, fetched, either)
      onSample?.(height, outcome)
      return fetched
    }
    let refreshed: Outcome<void> | Promise<Outcome<void>> = { value: undefined }
    const ahead: Promise<Outcome<Fetched>>[] = []
    let next = range.from
    // Given once the next block names it as its parent: of two that do not fit, none is known to be the right one.
    let held: Fetched | undefined
    try {
      for (let height = range.from; height <= range.to; height++) {
        // The one that is held counts as ahead.
        while (next <= range.to && next < height + Math.max(1, window - 1)) ahead.push(settle(fetchBlock(next++)))
        if ((height - range.from) % LOOK_HEIGHTS === LOOK_HEIGHTS - 1) {
          unwrap(await refreshed)
          refreshed = settle(pool.refresh(STATUS_MS, either))
        }
        const outcome = await ahead.shift()
        either.throwIfAborted()
        if (!outcome) throw new RangeError(`height ${height} was not fetched`)
        // That the next one does not come says nothing against it.
        if (held && 'error' in outcome) yield held.block
        const fetched = unwrap(outcome)
        if (held && fetched.block.parentHash !== held.block.hash)
          throw brokenChain(
            height,
            `${fetched.headerHost} says that its parent is ${fetched.block.parentHash}`,
            `but block ${height - 1} of ${held.headerHost} has hash ${held.block.hash}`
          )
        if (held) yield held.block
        held = fetched
      }
      if (held) yield held.block
    } finally {
      stop.abort()
    }
  }

  return {
    name: pool.hosts,
    status: async () => combine(await pool.survey(until())),
    blocks,
    query: async (path, data, height, signal) => {
      const either = until(signal)
      const what = `abci_query ${path}`
      const ask = (comet: Comet): Promise<Uint8Array> => comet.query(path, data, height, either)
      return (await pool.run({ what, from: height, to: height, ask }, either)).value
    },
    genesis: async (signal) => {
      const either = until(signal)
      const { earliestHeight: from } = combine(pool.known())
      return (await pool.run({ what: 'genesis', from, to: from, ask: (comet) => comet.genesis(either) }, either)).value
    },
    close: () => closing.abort()
  }
}
