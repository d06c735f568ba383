/**
 * The pace that an endpoint allows, learnt from what it refuses (HTTP 429): nobody says it beforehand. After a refusal calls go at the rate
 * that was answered well before, less a margin, and then slowly faster, to find out whether more is allowed.
 */
import type { Clock } from './clock.ts'

export type Pace = {
  /** When the next call may begin, on the clock. */
  readonly freeAt: () => number
  readonly begin: () => void
  /** A call was answered well. */
  readonly good: () => void
  /** A call that began at `started` was refused; the endpoint is left alone until `resumeAt`. */
  readonly refused: (started: number, resumeAt: number) => void
}

/** Off the rate that was answered well in the first moment; in n + 1 seconds so many times less, since it is known better then. */
const MARGIN = 0.3
/** In s seconds the rate grows by e^((GROWTH · margin · s)²): slowly at first, and the more slowly the better it is known. */
const GROWTH = 0.7
/** Slowest pace, calls a millisecond. */
const SLOWEST = 1e-4
/** Nothing was asked for so long, milliseconds: that time tells nothing about the pace. */
const IDLE_MS = 1_000
/** Timers fire late by a millisecond or two, and a busy process by more: so much is made up for, milliseconds. */
const LATE_MS = 50

/** @param volley calls that go together, in one POST: so many may begin at once, then none until their time is over */
export function createPace(clock: Clock, volley: () => number): Pace {
  /** Calls a millisecond since `since`, before growth. */
  let rate = Infinity
  let margin = MARGIN
  let since = clock.now()
  let answered = 0
  let begun = 0
  let cutAt = -Infinity
  let left = 0
  let next = since
  let lastBegun = since

  const rateNow = (now: number): number => rate * Math.exp(((GROWTH * margin * Math.max(0, now - since)) / 1000) ** 2)

  return {
    freeAt: () => (left > 0 ? 0 : next),
    begin: () => {
      const now = clock.now()
      const idle = now - Math.max(next, lastBegun)
      if (idle > IDLE_MS) since += idle
      lastBegun = now
      begun++
      if (left <= 0) left = volley()
      left--
      next = Math.max(next, now - LATE_MS) + 1 / rateNow(now)
    },
    good: () => {
      answered++
    },
    refused: (started, resumeAt) => {
      // Calls that ran together are refused together.
      if (started <= cutAt) return
      const now = clock.now()
      const elapsed = Math.max(1, now - since)
      // What is allowed lies between the mean that was answered well and what was tried at the end.
      const tried = rate === Infinity ? begun / elapsed : rateNow(now)
      const held = Math.min(tried, Math.max(answered / elapsed, tried / 2))
      const between = rate === Infinity ? held : Math.sqrt(held * tried)
      margin = MARGIN / (1 + elapsed / 1000)
      rate = Math.max(SLOWEST, between * (1 - margin))
      cutAt = now
      since = Math.max(now, resumeAt)
      answered = 0
      begun = 0
      left = 0
      // What the next POST takes must have come together again.
      next = Math.max(since, now + volley() / rate)
    }
  }
}
