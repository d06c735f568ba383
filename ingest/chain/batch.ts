/**
 * Several JSON-RPC calls in one POST. Calls that are made in the same turn of the event loop go together, up to a size that halves when
 * the endpoint is crowded and grows again; one that takes no batches gets its calls one by one, and is not asked again.
 */
import { ChainError, type Fault } from './errors.ts'
import { isObject, type JsonObject } from './json.ts'
import type { Post, Transport } from './transport.ts'

export type BatchPost = {
  readonly post: Post
  /** Calls that now go into one POST; 1 until a batch was answered well, and for an endpoint that takes none. */
  readonly size: () => number
}

type Queued = {
  readonly request: JsonObject
  readonly signal: AbortSignal | undefined
  readonly resolve: (result: JsonObject) => void
  readonly reject: (reason: unknown) => void
}

/** A smaller batch may fare better. */
const CROWDED: ReadonlySet<Fault> = new Set<Fault>(['rate-limited', 'timeout', 'server-error', 'too-large'])
/** What a simple server does that expects one call: it breaks. Told from a passing fault only by batches that went well before. */
const BROKE: ReadonlySet<Fault> = new Set<Fault>(['unreachable', 'cut-off', 'server-error'])
/** What an endpoint says that takes no batches: a client error, or something else than JSON-RPC. */
const REFUSED: ReadonlySet<Fault> = new Set<Fault>(['rejected', 'undecodable', 'not-json'])
/** So many good batches let the next ones be one call larger. */
const GROW_AFTER = 10

/** The answers in the order of the requests, or undefined when they are not exactly those that were asked for. */
function inOrder(answer: unknown, count: number): readonly JsonObject[] | undefined {
  if (!Array.isArray(answer) || answer.length !== count) return undefined
  const byId = new Map<unknown, JsonObject>()
  for (const one of answer as readonly unknown[]) if (isObject(one)) byId.set(one['id'], one)
  const ordered = Array.from({ length: count }, (_, id) => byId.get(id))
  return ordered.every((one) => one !== undefined) ? ordered : undefined
}

/**
 * Groups the calls of one endpoint.
 * @param most calls in one POST
 * @param onRefused called once, when the endpoint turns out to take no batches (any more)
 */
export function createBatchPost({ post, exchange, resultOf }: Transport, most: number, onRefused: () => void): BatchPost {
  let limit = most
  let takes: boolean | null = null
  let good = 0
  let queue: Queued[] = []

  const single = ({ request, signal, resolve, reject }: Queued): Promise<void> => post(request, signal).then(resolve, reject)

  /** One after another: together they would be more calls at once than the endpoint is to get. */
  const oneByOne = async (calls: readonly Queued[]): Promise<void> => {
    for (const call of calls) await single(call)
  }

  const refused = (calls: readonly Queued[]): Promise<void> => {
    if (takes !== false) onRefused()
    takes = false
    return oneByOne(calls)
  }

  const send = async (calls: readonly Queued[]): Promise<void> => {
    const [first] = calls
    if (!first) return
    if (calls.length === 1) return single(first)
    let answers: readonly JsonObject[] | undefined
    try {
      // Ids are ours: those of callers need not differ.
      const requests = calls.map(({ request }, id) => ({ ...request, id }))
      answers = inOrder(await exchange(requests, first.signal), calls.length)
    } catch (error) {
      if (error instanceof ChainError && CROWDED.has(error.fault)) limit = Math.max(1, Math.floor(limit / 2))
      if (error instanceof ChainError && error.fault === 'too-large') return oneByOne(calls)
      if (error instanceof ChainError && REFUSED.has(error.fault)) return refused(calls)
      if (error instanceof ChainError && takes === null && BROKE.has(error.fault)) return refused(calls)
      // The same error for all: it is one fault of the endpoint.
      for (const call of calls) call.reject(error)
      return
    }
    if (!answers) return refused(calls)
    takes = true
    if (calls.length >= limit && ++good % GROW_AFTER === 0) limit = Math.min(most, limit + 1)
    calls.forEach((call, i) => {
      try {
        call.resolve(resultOf(answers[i]))
      } catch (error) {
        call.reject(error)
      }
    })
  }

  const flush = (): void => {
    const waiting = queue
    queue = []
    // Calls of one batch end together, so they must have one signal.
    for (const calls of Map.groupBy(waiting, ({ signal }) => signal).values()) {
      const size = takes === false ? 1 : limit
      for (let i = 0; i < calls.length; i += size) void send(calls.slice(i, i + size))
    }
  }

  return {
    size: () => (takes === true ? limit : 1),
    post: (request, signal) =>
      new Promise((resolve, reject) => {
        if (queue.length === 0) setImmediate(flush)
        queue.push({ request, signal, resolve, reject })
      })
  }
}
