import { describe, expect, test } from 'vitest'
import { createEndpoint, type Endpoint } from '../../../ingest/chain/endpoint.ts'
import { PermanentError, TransientError, type ChainError, type Fault } from '../../../ingest/chain/errors.ts'
import { testClock } from './node.ts'

const STATUS = { chainId: 'c', earliestHeight: 10, latestHeight: 20, version: '0.38.21', txIndex: true }

function start(concurrency = 8) {
  const clock = testClock()
  const options = { timeoutMs: 1000, maxBytes: 1000 }
  const endpoint = createEndpoint(new URL('http://me:secret@host.example:1/path?key=hidden'), concurrency, options, clock)
  endpoint.learn(STATUS)
  return { endpoint, clock }
}

/** How many calls it takes now. */
function slots(endpoint: Endpoint): number {
  let n = 0
  for (; Number.isFinite(endpoint.freeAt()); n++) endpoint.begin()
  for (let i = 0; i < n; i++) endpoint.end(0, undefined)
  return n
}

function call(endpoint: Endpoint, started: number, outcome: ChainError | null, times = 1): void {
  for (let i = 0; i < times; i++) {
    endpoint.begin()
    // Each call fails with an error of its own: calls of one batch, which share theirs, count as one.
    endpoint.end(started, outcome instanceof TransientError ? transient(outcome.fault, outcome.retryAfterMs) : outcome)
  }
}

const transient = (fault: Fault, retryAfterMs: number | null = null) => new TransientError(fault, 'x', { retryAfterMs })

describe('calls at once', () => {
  test('429, 5xx and timeouts halve them, once for calls that ran together, never below one', async () => {
    const { endpoint, clock } = start()
    expect(slots(endpoint)).toBe(8)
    await clock.sleep(1)
    call(endpoint, 0, transient('rate-limited'), 5)
    expect(slots(endpoint)).toBe(4)
    for (const [expected, fault] of [
      [2, 'timeout'],
      [1, 'server-error'],
      [1, 'timeout']
    ] as const) {
      await clock.sleep(10)
      const started = clock.now()
      await clock.sleep(10)
      call(endpoint, started, transient(fault))
      expect(slots(endpoint)).toBe(expected)
    }
  })

  test('a round of good answers brings one back, up to the most', async () => {
    const { endpoint, clock } = start()
    await clock.sleep(1)
    call(endpoint, 0, transient('rate-limited'))
    const reached: number[] = []
    for (let i = 0; i < 40; i++) {
      call(endpoint, clock.now(), null)
      reached.push(slots(endpoint))
    }
    expect(reached[0]).toBe(4)
    expect(reached[4]).toBe(5)
    expect(reached).toEqual([...reached].sort())
    expect(reached.at(-1)).toBe(8)
  })

  test('an unknown endpoint takes one', () => {
    const clock = testClock()
    const unknown = createEndpoint(new URL('http://host.example'), 8, { timeoutMs: 1, maxBytes: 1 }, clock)
    expect(unknown.suspect()).toBe(true)
    expect(unknown.covers(1, 1_000_000)).toBe(true)
    expect(slots(unknown)).toBe(1)
  })
})

describe('breaker', () => {
  test('five faults in a row open it; each failed trial doubles the wait, a good one closes it', async () => {
    const { endpoint, clock } = start()
    await clock.sleep(1)
    call(endpoint, 0, transient('server-error'), 4)
    expect(endpoint.suspect()).toBe(false)
    call(endpoint, 0, transient('unreachable'))
    expect([endpoint.suspect(), endpoint.freeAt() - clock.now()]).toEqual([true, 1000])
    // Calls that were under way when it opened say nothing new.
    call(endpoint, 0, transient('unreachable'), 3)
    expect(endpoint.freeAt() - clock.now()).toBe(1000)
    for (const wait of [2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      await clock.sleep(endpoint.freeAt() - clock.now())
      expect(slots(endpoint)).toBe(1)
      call(endpoint, clock.now(), transient('cut-off'))
      expect(endpoint.freeAt() - clock.now()).toBe(wait)
    }
    await clock.sleep(30_000)
    call(endpoint, clock.now(), null)
    // The server errors before had halved its calls.
    expect([endpoint.suspect(), slots(endpoint)]).toEqual([false, 4])
  })

  test('one error of many calls, as of a batch, is one fault', async () => {
    const { endpoint, clock } = start()
    await clock.sleep(1)
    const error = transient('server-error')
    for (let i = 0; i < 9; i++) {
      endpoint.begin()
      endpoint.end(0, error)
    }
    expect([endpoint.suspect(), slots(endpoint)]).toEqual([false, 4])
  })

  test('a good answer in between, and faults of the height or the pace, do not open it', async () => {
    const { endpoint, clock } = start()
    await clock.sleep(1)
    for (let i = 0; i < 3; i++) {
      call(endpoint, 0, new PermanentError('rejected', 'x'), 4)
      call(endpoint, 0, null)
    }
    call(endpoint, 0, transient('wrong-height'), 9)
    call(endpoint, 0, transient('lagging'), 9)
    call(endpoint, 0, transient('rate-limited'), 9)
    expect(endpoint.suspect()).toBe(false)
  })
})

describe('cost of one more call', () => {
  test('is the time of late good answers, shared by those under way', async () => {
    const { endpoint, clock } = start()
    const answer = async (ms: number): Promise<void> => {
      const started = clock.now()
      await clock.sleep(ms)
      call(endpoint, started, null)
    }
    await answer(40)
    expect(endpoint.cost()).toBe(40)
    endpoint.begin()
    expect(endpoint.cost()).toBe(80)
    endpoint.end(0, undefined)
    for (let i = 0; i < 60; i++) await answer(10)
    expect(endpoint.cost()).toBeCloseTo(10, 0)
  })

  test('grows with the share that fails, and falls again', () => {
    const { endpoint } = start()
    const costs = [endpoint.cost()]
    for (let i = 0; i < 4; i++) {
      call(endpoint, -1, transient('node-error'))
      costs.push(endpoint.cost())
    }
    expect(costs).toEqual([...costs].sort((a, b) => a - b))
    expect(new Set(costs).size).toBe(5)
    call(endpoint, 0, null, 60)
    expect(endpoint.cost()).toBeCloseTo(1, 1)
  })
})

test('one that never said who it is, is left alone after its first fault', () => {
  const clock = testClock()
  const unknown = createEndpoint(new URL('http://host.example'), 8, { timeoutMs: 1, maxBytes: 1 }, clock)
  call(unknown, 0, transient('timeout'))
  expect(unknown.restsFor()).toBe(1_000)
  expect(start().endpoint.restsFor()).toBe(0)
})

test('Retry-After holds calls back for that long', async () => {
  const { endpoint, clock } = start()
  await clock.sleep(5)
  call(endpoint, 0, transient('rate-limited', 7000))
  call(endpoint, 0, transient('rate-limited', 2000))
  expect(endpoint.freeAt()).toBe(7005)
})

test('knows its heights, and is named by host alone', () => {
  const { endpoint } = start()
  expect(endpoint.host).toBe('host.example:1')
  expect([endpoint.covers(10, 20), endpoint.covers(9, 20), endpoint.covers(10, 21)]).toEqual([true, false, false])
  endpoint.learnFloor(15)
  endpoint.learnFloor(12)
  expect(endpoint.status()).toEqual({ ...STATUS, earliestHeight: 15 })
})
