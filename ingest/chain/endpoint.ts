/** One RPC endpoint with its health: how many calls it takes at once, whether it is to be left alone for now, which heights it has. */
import { createBatchPost } from './batch.ts'
import type { Clock } from './clock.ts'
import { createComet, type Comet, type NodeStatus } from './comet.ts'
import type { ChainError, Fault } from './errors.ts'
import type { Follows } from './events.ts'
import { createTransport, type TransportOptions } from './transport.ts'

export type Endpoint = {
  /** Host and port, for messages and `coverage.source`. */
  readonly host: string
  readonly comet: Comet
  /** What it last said of itself; null before it said anything. */
  readonly status: () => NodeStatus | null
  readonly learn: (status: NodeStatus) => void
  /** The lowest height that it says it has. */
  readonly learnFloor: (floor: number) => void
  /** Nothing is known of it yet, or it failed so often that its status must be asked before it is trusted again. */
  readonly suspect: () => boolean
  readonly covers: (from: number, to: number) => boolean
  /** When it can take a call, on the clock; Infinity while it has as many as it takes. */
  readonly freeAt: () => number
  /** Expected cost of one more call: the time it lately took to answer well, with failures charged to it, times the calls that share it. */
  readonly cost: () => number
  /** Left alone, after faults or as it asked, for so many more milliseconds. */
  readonly restsFor: () => number
  /** When its status was learnt, on the clock. */
  readonly learntAt: () => number
  readonly begin: () => void
  /** A call that began at `started` ended: with a fault, well (null), or given up by us (undefined). */
  readonly end: (started: number, error: ChainError | null | undefined) => void
}

export type EndpointOptions = TransportOptions & {
  readonly follows?: Follows | undefined
  /** Most calls in one POST; 1, the default, sends each alone. */
  readonly batch?: number | undefined
  /** Called when it turns out to take no batches. */
  readonly onRefused?: ((host: string) => void) | undefined
}

/** So many faults of the endpoint itself in a row open its breaker. */
const BREAK_AFTER = 5
/** Weight of the newest call in the averages. */
const NEWEST = 0.1
const COOL_DOWN_MS = 1_000
const MAX_COOL_DOWN_MS = 30_000
/** Faults of the endpoint itself, not of the height or the pace. */
const BREAKING: ReadonlySet<Fault> = new Set<Fault>([
  'unreachable',
  'timeout',
  'server-error',
  'cut-off',
  'not-json',
  'rejected',
  'undecodable'
])
/** Signs that it gets more than it can take: proxies answer 502 and 503 for a node that is too busy. */
const CROWDED: ReadonlySet<Fault> = new Set<Fault>(['rate-limited', 'timeout', 'server-error'])

/**
 * An endpoint that takes up to `concurrency` calls: one more for each round that goes well, half as many after a 429, a 5xx or a timeout.
 * After `BREAK_AFTER` faults in a row it is left alone, twice as long each time, then tried with a single call.
 */
export function createEndpoint(url: URL, concurrency: number, options: EndpointOptions, clock: Clock): Endpoint {
  const transport = createTransport(url, url.host, options)
  const refused = (): void => options.onRefused?.(url.host)
  const { post, size } = createBatchPost(transport, options.batch ?? 1, refused)
  let status: NodeStatus | null = null
  let limit = concurrency
  let inFlight = 0
  let cutAt = -Infinity
  let faults = 0
  let trips = 0
  let openedAt = -Infinity
  let notBefore = 0
  let learntAt = -Infinity
  let lastError: ChainError | null = null
  /** Mean time of good answers, milliseconds; 0 before the first. */
  let answerMs = 0
  /** Share of calls that ended well. */
  let good = 1
  const suspect = (): boolean => status === null || trips > 0
  const slots = (): number => (suspect() ? 1 : Math.floor(limit) * size())

  const failed = (started: number, { fault }: ChainError): void => {
    const now = clock.now()
    if (CROWDED.has(fault) && started > cutAt) {
      limit = Math.max(1, limit / 2)
      cutAt = now
    }
    if (!BREAKING.has(fault) || started <= openedAt) return
    faults++
    // One that never said who it is gets no five chances.
    if (trips === 0 && status !== null && faults < BREAK_AFTER) return
    notBefore = Math.max(notBefore, now + Math.min(MAX_COOL_DOWN_MS, COOL_DOWN_MS * 2 ** trips))
    trips++
    faults = 0
    openedAt = now
  }

  return {
    host: url.host,
    comet: createComet(options.batch === undefined || options.batch <= 1 ? transport.post : post, url.host, options.follows),
    status: () => status,
    learn: (said) => {
      status = said
      learntAt = clock.now()
    },
    learnFloor: (floor) => {
      if (status && status.earliestHeight < floor) status = { ...status, earliestHeight: floor }
    },
    suspect,
    covers: (from, to) => status === null || (status.earliestHeight <= from && to <= status.latestHeight),
    freeAt: () => (inFlight < slots() ? notBefore : Infinity),
    cost: () => (Math.max(1, answerMs) * (inFlight + 1)) / good ** 2,
    restsFor: () => Math.max(0, notBefore - clock.now()),
    learntAt: () => learntAt,
    begin: () => {
      inFlight++
    },
    end: (started, error) => {
      inFlight--
      if (error === undefined) return
      good = Math.max(0.05, good + NEWEST * ((error ? 0 : 1) - good))
      // Calls of one batch fail with one error, which is one fault.
      if (error && error === lastError) return
      lastError = error
      if (error) {
        failed(started, error)
        if (error.retryable && 'retryAfterMs' in error && typeof error.retryAfterMs === 'number')
          notBefore = Math.max(notBefore, clock.now() + error.retryAfterMs)
        return
      }
      faults = 0
      trips = 0
      const tookMs = clock.now() - started
      answerMs = answerMs === 0 ? tookMs : answerMs + NEWEST * (tookMs - answerMs)
      limit = Math.min(concurrency, limit + 1 / (limit * size()))
    }
  }
}
