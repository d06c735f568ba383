/** One RPC endpoint with its health: how many calls it takes at once, whether it is to be left alone for now, which heights it has. */
import { createBatchPost } from './batch.ts'
import type { Clock } from './clock.ts'
import { createComet, type Comet, type NodeStatus } from './comet.ts'
import type { ChainError, Fault } from './errors.ts'
import type { Follows } from './events.ts'
import { createPace } from './pace.ts'
import { createTransport, type Post, type TransportOptions } from './transport.ts'
import { ownTurn } from './turns.ts'

/** One call to an endpoint. Its slot is free for the next one as soon as a good answer is here, before that is decoded. */
export type Call = {
  readonly endpoint: Endpoint
  readonly comet: Comet
  /** It ended: with a fault, well (null), or given up by us (undefined). */
  readonly end: (error: ChainError | null | undefined) => void
}

export type Endpoint = {
  /** Host and port, for messages and `coverage.source`. */
  readonly host: string
  /** What it last said of itself; null before it said anything. */
  readonly status: () => NodeStatus | null
  readonly learn: (status: NodeStatus) => void
  /** The lowest height that it says it has. */
  readonly learnFloor: (floor: number) => void
  /** Nothing is known of it yet, or it failed so often that its status must be asked before it is trusted again. */
  readonly suspect: () => boolean
  readonly covers: (from: number, to: number) => boolean
  /** When it can take a call, on the clock, at the pace that it allows; Infinity while it has as many as it takes. */
  readonly freeAt: () => number
  /** Expected cost of one more call: the time it lately took to answer well, with failures charged to it, times the calls that share it. */
  readonly cost: () => number
  /** Left alone, after faults or as it asked, for so many more milliseconds. */
  readonly restsFor: () => number
  /** When its status was learnt, on the clock. */
  readonly learntAt: () => number
  /** @param onFree called when the slot of the call is free before its end */
  readonly begin: (onFree?: () => void) => Call
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
 * After a 429 they go at a pace, too (pace.ts).
 * After `BREAK_AFTER` faults in a row it is left alone, twice as long each time, then tried with a single call.
 */
export function createEndpoint(url: URL, concurrency: number, options: EndpointOptions, clock: Clock): Endpoint {
  const transport = createTransport(url, url.host, options)
  const refused = (): void => options.onRefused?.(url.host)
  const { batch = 1 } = options
  const batches = createBatchPost(transport, batch, refused)
  const { size } = batches
  const send = batch > 1 ? batches.post : transport.post
  let status: NodeStatus | null = null
  const pace = createPace(clock, size)
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

  const ended = (started: number, answered: number | undefined, error: ChainError | null): void => {
    good = Math.max(0.05, good + NEWEST * ((error ? 0 : 1) - good))
    // Calls of one batch fail with one error, which is one fault.
    if (error && error === lastError) return
    lastError = error
    if (error) {
      failed(started, error)
      if (error.retryable && 'retryAfterMs' in error && typeof error.retryAfterMs === 'number')
        notBefore = Math.max(notBefore, clock.now() + error.retryAfterMs)
      if (error.fault === 'rate-limited') pace.refused(started, notBefore)
      return
    }
    faults = 0
    trips = 0
    const tookMs = (answered ?? clock.now()) - started
    answerMs = answerMs === 0 ? tookMs : answerMs + NEWEST * (tookMs - answerMs)
    limit = Math.min(concurrency, limit + 1 / (limit * size()))
  }

  const begin = (onFree?: () => void): Call => {
    const started = clock.now()
    let answered: number | undefined
    let holds = true
    const release = (): void => {
      if (holds) inFlight--
      holds = false
    }
    const post: Post = async (request, signal) => {
      const result = await send(request, signal)
      answered = clock.now()
      pace.good()
      // One that is being tried gets no second call before the first is judged.
      if (suspect()) return result
      release()
      onFree?.()
      // Decoding holds up neither the next request nor answers to others.
      await ownTurn()
      return result
    }
    inFlight++
    pace.begin()
    return {
      endpoint,
      comet: createComet(post, url.host, options.follows),
      end: (error) => {
        release()
        if (error !== undefined) ended(started, answered, error)
      }
    }
  }

  const endpoint: Endpoint = {
    host: url.host,
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
    freeAt: () => (inFlight < slots() ? Math.max(notBefore, pace.freeAt()) : Infinity),
    cost: () => (Math.max(1, answerMs) * (inFlight + 1)) / good ** 2,
    restsFor: () => Math.max(0, notBefore - clock.now()),
    learntAt: () => learntAt,
    begin
  }
  return endpoint
}
