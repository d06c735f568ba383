import { describe, expect, test } from 'vitest'
import { createPace, type Pace } from '../../../ingest/chain/pace.ts'

type Market = {
  /** Calls a second that the server allows, and at once after a pause. */
  readonly rate: number
  readonly burst: number
  /** What a refusal asks to wait, milliseconds. */
  readonly retryAfterMs: number
  readonly latencyMs: number
  readonly volley?: number
}

/** Calls that are answered well, and refused, from one second to another, when as many are made as the pace and eight slots allow. */
function asked({ rate, burst, retryAfterMs, latencyMs, volley = 1 }: Market, from: number, to: number) {
  let now = 0
  const pace: Pace = createPace({ now: () => now, random: () => 0.5, sleep: () => Promise.resolve() }, () => volley)
  let tokens = burst
  let filledAt = 0
  const passes = (): boolean => {
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1000) * rate)
    filledAt = now
    if (tokens < 1) return false
    tokens--
    return true
  }
  let restsUntil = 0
  let good = 0
  let refused = 0
  let inFlight: { readonly started: number; readonly endsAt: number; readonly ok: boolean }[] = []
  while (now < to * 1000) {
    const free = (): number => (inFlight.length < 8 * volley ? Math.max(restsUntil, pace.freeAt()) : Infinity)
    while (free() <= now) {
      pace.begin()
      inFlight.push({ started: now, endsAt: now + latencyMs, ok: passes() })
    }
    now = Math.min(free(), ...inFlight.map(({ endsAt }) => endsAt))
    const over = inFlight.filter(({ endsAt }) => endsAt <= now)
    inFlight = inFlight.filter(({ endsAt }) => endsAt > now)
    for (const { started, ok } of over) {
      if (now >= from * 1000)
        if (ok) good++
        else refused++
      if (ok) pace.good()
      else {
        restsUntil = Math.max(restsUntil, now + retryAfterMs)
        pace.refused(started, restsUntil)
      }
    }
  }
  return { rate: good / (to - from), refused }
}

describe('a server that allows so many calls a second', () => {
  test.each([
    [50, 5, 0],
    [50, 5, 1000],
    [50, 20, 0],
    [50, 20, 1000],
    [50, 50, 0],
    [50, 50, 1000],
    [200, 50, 1000],
    [5, 5, 0],
    [5, 5, 1000]
  ])('%i, %i at once, Retry-After %i ms: nine tenths of it are used, and few are refused', (rate, burst, retryAfterMs) => {
    const used = asked({ rate, burst, retryAfterMs, latencyMs: 20 }, 20, 200)
    expect(used.rate / rate).toBeGreaterThan(0.9)
    expect(used.refused / (used.rate * 180)).toBeLessThan(0.03)
  })

  test('calls that go together find together what they need', () => {
    const used = asked({ rate: 50, burst: 50, retryAfterMs: 0, latencyMs: 20, volley: 10 }, 20, 200)
    expect(used.rate / 50).toBeGreaterThan(0.9)
  })

  test('the first half minute, in which it is learnt, is not lost', () => {
    for (const burst of [1, 5, 20, 50, 100])
      for (const retryAfterMs of [0, 1000])
        expect(asked({ rate: 50, burst, retryAfterMs, latencyMs: 20 }, 0, 30).rate).toBeGreaterThan(0.6 * 50)
  })
})

test('before the first refusal nothing is held back', () => {
  expect(asked({ rate: Infinity, burst: Infinity, retryAfterMs: 0, latencyMs: 20 }, 0, 10)).toEqual({ rate: 400, refused: 0 })
})

test('calls of one POST begin together, then none until their time is over', () => {
  let now = 0
  const pace = createPace({ now: () => now, random: () => 0.5, sleep: () => Promise.resolve() }, () => 10)
  for (let i = 0; i < 100; i++) {
    pace.begin()
    pace.good()
    now += 10
  }
  pace.refused(now - 5, now)
  now = pace.freeAt()
  const together = (): number => {
    let n = 0
    for (; n < 100 && pace.freeAt() <= now; n++) pace.begin()
    return n
  }
  expect(together()).toBe(10)
  // At most nine tenths of the 100 a second that went well.
  expect(pace.freeAt() - now).toBeGreaterThan(100)
  now += 50
  expect(together()).toBe(0)
})

test('time in which nothing was asked tells nothing of the pace', () => {
  let now = 0
  const pace = createPace({ now: () => now, random: () => 0.5, sleep: () => Promise.resolve() }, () => 1)
  const ask = (seconds: number): void => {
    for (const end = now + seconds * 1000; now < end; now += 20) {
      pace.begin()
      pace.good()
    }
  }
  ask(10)
  now += 3_600_000
  ask(10)
  pace.refused(now - 1, now)
  // Not the 1,000 calls of an hour: nearly the 50 a second of 20 seconds.
  expect(pace.freeAt() - now).toBeGreaterThan(19)
  expect(pace.freeAt() - now).toBeLessThan(24)
})
