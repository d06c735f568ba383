/** Calls that wait for an endpoint: the lowest height first, each at the cheapest that is free. */
import type { Clock } from './clock.ts'
import type { Call, Endpoint } from './endpoint.ts'
import { PermanentError, type ChainError } from './errors.ts'

/** What an operator can do when the endpoints fail. */
export const AGAIN = 'Try again later, or add another endpoint to --rpc.'
/** An endpoint that wants to be left alone for longer is not waited for, milliseconds. */
export const MAX_WAIT_MS = 300_000

export type Want = {
  /** The lowest goes first; of equal order the first come first. */
  readonly order: number
  readonly candidates: () => readonly Endpoint[]
  /** Those where it failed, the last one at the end: taken again only when no other is sound. */
  readonly failed: ReadonlySet<Endpoint>
}
type Waiter = Want & {
  /** Null when none of its candidates is left. */
  readonly take: (call: Call | null) => void
  readonly refuse: (error: ChainError) => void
}
export type Queue = {
  /** A call begun, or null when no candidate is left. Rejects when all want to be left alone for long, or with the signal's reason. */
  readonly acquire: (want: Want, signal: AbortSignal) => Promise<Call | null>
  /** To be called whenever an endpoint may have become free, other than by an answer to a call acquired here. */
  readonly dispatch: () => void
}

/** A queue before endpoints, named `hosts` in messages. It waits for nothing any more once `closed` aborts. */
export function createQueue(endpoints: readonly Endpoint[], hosts: string, clock: Clock, closed: AbortSignal): Queue {
  const waiters: Waiter[] = []
  let turn = 0
  const lastTurn = new Map<Endpoint, number>()
  let wakeAt = Infinity

  const join = (waiter: Waiter): void => {
    const at = waiters.findLastIndex(({ order }) => order <= waiter.order)
    waiters.splice(at + 1, 0, waiter)
  }
  const leave = (waiter: Waiter): void => {
    const at = waiters.indexOf(waiter)
    if (at >= 0) waiters.splice(at, 1)
  }

  /** Gives what can be given to one waiter. */
  const serve = (waiter: Waiter, now: number): void => {
    const all = waiter.candidates()
    const worthWaiting = (e: Endpoint): boolean => e.restsFor() <= MAX_WAIT_MS
    // One that answers slowly is waited for, rather than tries be spent at others that fail fast.
    const last = [...waiter.failed].at(-1)
    const preferred = [all.filter((e) => !waiter.failed.has(e)), all.filter((e) => e !== last)]
    const candidates = preferred.find((some) => some.some((e) => !e.suspect() && worthWaiting(e))) ?? all
    if (candidates.length === 0) {
      leave(waiter)
      waiter.take(null)
      return
    }
    const free = candidates
      .filter((e) => e.freeAt() <= now)
      .sort((a, b) => a.cost() - b.cost() || (lastTurn.get(a) ?? 0) - (lastTurn.get(b) ?? 0))[0]
    if (free) {
      leave(waiter)
      lastTurn.set(free, ++turn)
      waiter.take(free.begin(dispatch))
      return
    }
    if (!candidates.some(worthWaiting)) {
      leave(waiter)
      const seconds = Math.ceil(Math.min(...candidates.map((e) => e.restsFor())) / 1000)
      waiter.refuse(new PermanentError('rate-limited', `${hosts} asked to be left alone for ${seconds} s. ${AGAIN}`))
    }
  }

  const dispatch = (): void => {
    const now = clock.now()
    // Most of the time all are busy, and hundreds wait: those are looked at only when one is free, or rests so long that they may give up.
    const worthALook = (e: Endpoint): boolean => {
      const at = e.freeAt()
      return at <= now || (Number.isFinite(at) && at - now > MAX_WAIT_MS)
    }
    for (const waiter of [...waiters]) {
      if (!endpoints.some(worthALook)) break
      serve(waiter, now)
    }
    if (waiters.length === 0) return
    const next = Math.min(...endpoints.map((e) => e.freeAt()).filter((at) => at > now))
    if (next >= wakeAt) return
    wakeAt = next
    clock.sleep(next - now, closed).then(
      () => {
        // One that was set before an earlier one has nothing to do: else each would set a next one, and they would pile up.
        if (wakeAt !== next) return
        wakeAt = Infinity
        dispatch()
      },
      (error: unknown) => {
        if (!closed.aborted) throw error
      }
    )
  }

  const acquire = (want: Want, signal: AbortSignal): Promise<Call | null> =>
    new Promise((resolve, reject) => {
      const abort = (): void => {
        leave(waiter)
        reject(signal.reason as Error)
      }
      const waiter: Waiter = {
        ...want,
        take: (call) => {
          signal.removeEventListener('abort', abort)
          resolve(call)
        },
        refuse: (error) => {
          signal.removeEventListener('abort', abort)
          reject(error)
        }
      }
      if (signal.aborted) {
        abort()
        return
      }
      signal.addEventListener('abort', abort, { once: true })
      join(waiter)
      dispatch()
    })

  return { acquire, dispatch }
}
