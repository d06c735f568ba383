import { describe, expect, test } from 'vitest'
import { createEndpoint, type Call, type Endpoint } from '../../../ingest/chain/endpoint.ts'
import { PermanentError, TransientError, type ChainError, type Fault } from '../../../ingest/chain/errors.ts'
import { startNode, testClock } from './node.ts'

const STATUS = { chainId: 'c', earliestHeight: 10, latestHeight: 20, version: '0.38.21', txIndex: true }

/** A clock that can tell a time that is past: for calls that began then. */
function pastClock() {
  const clock = testClock()
  let past: number | undefined
  return {
    ...clock,
    now: () => past ?? clock.now(),
    at: <T>(time: number, work: () => T): T => {
      past = time
      const done = work()
      past = undefined
      return done
    }
  }
}
type PastClock = ReturnType<typeof pastClock>

function start(concurrency = 8) {
  const clock = pastClock()
  const options = { timeoutMs: 1000, maxBytes: 1000 }
  const endpoint = createEndpoint(new URL('http://me:secret@host.example:1/path?key=hidden'), concurrency, options, clock)
  endpoint.learn(STATUS)
  return { endpoint, clock }
}

/** How many calls it takes now. */
function slots(endpoint: Endpoint): number {
  const calls: Call[] = []
  while (Number.isFinite(endpoint.freeAt())) calls.push(endpoint.begin())
  for (const call of calls) call.end(undefined)
  return calls.length
}

/** Calls that began at a time and end now, one after another. */
function call(endpoint: Endpoint, clock: PastClock, started: number, outcome: ChainError | null, times = 1): void {
  for (let i = 0; i < times; i++) {
    // Each call fails with an error of its own: calls of one batch, which share theirs, count as one.
    clock
      .at(started, () => endpoint.begin())
      .end(outcome instanceof TransientError ? transient(outcome.fault, outcome.retryAfterMs) : outcome)
  }
}

const transient = (fault: Fault, retryAfterMs: number | null = null) => new TransientError(fault, 'x', { retryAfterMs })

describe('calls at once', () => {
  test('429, 5xx and timeouts halve them, once for calls that ran together, never below one', async () => {
    const { endpoint, clock } = start()
    expect(slots(endpoint)).toBe(8)
    await clock.sleep(1)
    call(endpoint, clock, 0, transient('rate-limited'), 5)
    expect(slots(endpoint)).toBe(4)
    for (const [expected, fault] of [
      [2, 'timeout'],
      [1, 'server-error'],
      [1, 'timeout']
    ] as const) {
      await clock.sleep(10)
      const started = clock.now()
      await clock.sleep(10)
      call(endpoint, clock, started, transient(fault))
      expect(slots(endpoint)).toBe(expected)
    }
  })

  test('a round of good answers brings one back, up to the most', async () => {
    const { endpoint, clock } = start()
    await clock.sleep(1)
    call(endpoint, clock, 0, transient('rate-limited'))
    const reached: number[] = []
    for (let i = 0; i < 40; i++) {
      call(endpoint, clock, clock.now(), null)
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
    call(endpoint, clock, 0, transient('server-error'), 4)
    expect(endpoint.suspect()).toBe(false)
    call(endpoint, clock, 0, transient('unreachable'))
    expect([endpoint.suspect(), endpoint.freeAt() - clock.now()]).toEqual([true, 1000])
    // Calls that were under way when it opened say nothing new.
    call(endpoint, clock, 0, transient('unreachable'), 3)
    expect(endpoint.freeAt() - clock.now()).toBe(1000)
    for (const wait of [2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      await clock.sleep(endpoint.freeAt() - clock.now())
      expect(slots(endpoint)).toBe(1)
      call(endpoint, clock, clock.now(), transient('cut-off'))
      expect(endpoint.freeAt() - clock.now()).toBe(wait)
    }
    await clock.sleep(30_000)
    call(endpoint, clock, clock.now(), null)
    // The server errors before had halved its calls.
    expect([endpoint.suspect(), slots(endpoint)]).toEqual([false, 4])
  })

  test('one error of many calls, as of a batch, is one fault', async () => {
    const { endpoint, clock } = start()
    await clock.sleep(1)
    const error = transient('server-error')
    for (let i = 0; i < 9; i++) {
      clock.at(0, () => endpoint.begin()).end(error)
    }
    expect([endpoint.suspect(), slots(endpoint)]).toEqual([false, 4])
  })

  test('a good answer in between, and faults of the height or the pace, do not open it', async () => {
    const { endpoint, clock } = start()
    await clock.sleep(1)
    for (let i = 0; i < 3; i++) {
      call(endpoint, clock, 0, new PermanentError('rejected', 'x'), 4)
      call(endpoint, clock, 0, null)
    }
    call(endpoint, clock, 0, transient('wrong-height'), 9)
    call(endpoint, clock, 0, transient('lagging'), 9)
    call(endpoint, clock, 0, transient('rate-limited'), 9)
    expect(endpoint.suspect()).toBe(false)
  })
})

describe('cost of one more call', () => {
  test('is the time of late good answers, shared by those under way', async () => {
    const { endpoint, clock } = start()
    const answer = async (ms: number): Promise<void> => {
      const started = clock.now()
      await clock.sleep(ms)
      call(endpoint, clock, started, null)
    }
    await answer(40)
    expect(endpoint.cost()).toBe(40)
    const other = endpoint.begin()
    expect(endpoint.cost()).toBe(80)
    other.end(undefined)
    for (let i = 0; i < 60; i++) await answer(10)
    expect(endpoint.cost()).toBeCloseTo(10, 0)
  })

  test('grows with the share that fails, and falls again', () => {
    const { endpoint, clock } = start()
    const costs = [endpoint.cost()]
    for (let i = 0; i < 4; i++) {
      call(endpoint, clock, -1, transient('node-error'))
      costs.push(endpoint.cost())
    }
    expect(costs).toEqual([...costs].sort((a, b) => a - b))
    expect(new Set(costs).size).toBe(5)
    call(endpoint, clock, 0, null, 60)
    expect(endpoint.cost()).toBeCloseTo(1, 1)
  })
})

test('one that never said who it is, is left alone after its first fault', () => {
  const clock = pastClock()
  const unknown = createEndpoint(new URL('http://host.example'), 8, { timeoutMs: 1, maxBytes: 1 }, clock)
  call(unknown, clock, 0, transient('timeout'))
  expect(unknown.restsFor()).toBe(1_000)
  expect(start().endpoint.restsFor()).toBe(0)
})

test('Retry-After holds calls back for that long', async () => {
  const { endpoint, clock } = start()
  const calls = [endpoint.begin(), endpoint.begin()]
  await clock.sleep(5)
  calls[0]?.end(transient('rate-limited', 7000))
  calls[1]?.end(transient('rate-limited', 2000))
  expect(endpoint.freeAt()).toBe(7005)
})

test('after a 429 calls keep a pace, though slots are free', async () => {
  const { endpoint, clock } = start()
  const calls = Array.from({ length: 8 }, () => endpoint.begin())
  await clock.sleep(100)
  calls[0]?.end(transient('rate-limited'))
  for (const other of calls.slice(1)) other.end(null)
  // 80 calls a second were made, and more than half of that is not tried again at once.
  for (let i = 0; i < 3; i++) {
    expect(endpoint.freeAt() - clock.now()).toBeGreaterThan(1000 / 80)
    await clock.sleep(endpoint.freeAt() - clock.now())
    endpoint.begin().end(null)
  }
  expect(slots(endpoint)).toBeGreaterThan(1)
})

test('knows its heights, and is named by host alone', () => {
  const { endpoint } = start()
  expect(endpoint.host).toBe('host.example:1')
  expect([endpoint.covers(10, 20), endpoint.covers(9, 20), endpoint.covers(10, 21)]).toEqual([true, false, false])
  endpoint.learnFloor(15)
  endpoint.learnFloor(12)
  expect(endpoint.status()).toEqual({ ...STATUS, earliestHeight: 15 })
})

describe('a slot', () => {
  const connected = async (misdeed?: Parameters<typeof startNode>[1]) => {
    const node = await startNode('v2.1', misdeed)
    const endpoint = createEndpoint(new URL(node.url), 1, { timeoutMs: 5_000, maxBytes: 1_000_000 }, testClock())
    endpoint.learn(STATUS)
    return endpoint
  }
  /** What was freed early, and whether the answer was decoded by then. */
  const ask = async (endpoint: Endpoint) => {
    const freed: (readonly [decoded: boolean, slots: number])[] = []
    let decoded = false
    const call: Call = endpoint.begin(() => freed.push([decoded, slots(endpoint)]))
    const outcome = await call.comet.results(24).then(
      () => null,
      (error: unknown) => error as ChainError
    )
    decoded = true
    const before = slots(endpoint)
    call.end(outcome)
    return { freed, before, after: slots(endpoint) }
  }

  test('is free once a good answer is here, before that is decoded, and only once', async () => {
    expect(await ask(await connected())).toEqual({ freed: [[false, 1]], before: 1, after: 1 })
  })

  test.each([
    ['HTTP 500', { status: 500 }],
    ['an error in HTTP 200', { body: '{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"no"}}' }],
    ['a cut', 'cut']
  ] as const)('after %s is free only when that is judged', async (_, misdeed) => {
    expect(await ask(await connected(() => misdeed))).toEqual({ freed: [], before: 0, after: 1 })
  })

  test('of one that is being tried is free only when the trial is judged', async () => {
    const endpoint = await connected()
    const unknown = createEndpoint(new URL(`http://${endpoint.host}`), 8, { timeoutMs: 5_000, maxBytes: 1_000_000 }, testClock())
    expect(await ask(unknown)).toEqual({ freed: [], before: 0, after: 1 })
  })
})
