/** When providers are asked again, and the crawl that goes on and on, by an injected clock. */
import { expect, test } from 'vitest'
import type { Clock } from '../../../ingest/chain/clock.ts'
import { crawlForever } from '../../../ingest/providers/crawl.ts'
import { after, dueAt, type History } from '../../../ingest/providers/schedule.ts'
import type { Asked, Provider } from '../../../ingest/providers/status.ts'

const MIN = 60_000
const HOUR = 60 * MIN
const DAY = 24 * HOUR

test('one that was never asked is due at once; one that answers after 15 min, or as told', () => {
  expect(dueAt(undefined)).toBe(-Infinity)
  const up = after(undefined, 1_000, true)
  expect(dueAt(up)).toBe(1_000 + 15 * MIN)
  expect(dueAt(up, 5 * MIN)).toBe(1_000 + 5 * MIN)
})

// akash-chain.md §4: 1 min (< 30 min), 5 min (< 6 h or new), 15 min (< 1 d), 30 min (< 7 d), 1 h (< 30 d), then 24 h.
test.each([
  [0, MIN],
  [30 * MIN - 1, MIN],
  [30 * MIN, 5 * MIN],
  [6 * HOUR - 1, 5 * MIN],
  [6 * HOUR, 15 * MIN],
  [DAY - 1, 15 * MIN],
  [DAY, 30 * MIN],
  [7 * DAY, HOUR],
  [30 * DAY - 1, HOUR],
  [30 * DAY, DAY],
  [900 * DAY, DAY]
])('down for %d ms: again after %d ms', (down, wait) => {
  const seen: History = { first: 0, last: 50 + down, lastOk: 50 }
  if (down > 0) expect(dueAt(seen) - seen.last).toBe(wait)
  const never: History = { first: 50, last: 50 + down, lastOk: null }
  expect(dueAt(never) - never.last).toBe(Math.max(wait, 5 * MIN))
})

/** Time that passes only while somebody sleeps. */
function virtual(until: number): { clock: Clock; now: () => number; signal: AbortSignal } {
  let time = 0
  const stop = new AbortController()
  const sleep = async (ms: number): Promise<void> => {
    await new Promise((done) => setImmediate(done))
    time += ms
    if (time >= until) stop.abort()
  }
  return { clock: { now: () => time, sleep, random: () => 0 }, now: () => time, signal: stop.signal }
}

const asked = ({ provider }: Provider, ok: boolean): Asked => ({
  probe: { provider, ok } as Asked['probe'],
  nodes: [],
  unknown: []
})
const named = (provider: string): Provider => ({ provider, hostUri: `https://${provider}.example` })

test('those that answer are asked every 15 minutes, the dead less and less, those that come back as before', async () => {
  const { clock, now, signal } = virtual(2 * HOUR)
  const times = new Map<string, number[]>()
  const providers = ['up', 'dead', 'back'].map(named)
  await crawlForever(
    () => Promise.resolve(providers),
    (provider) => {
      times.set(provider.provider, [...(times.get(provider.provider) ?? []), now() / MIN])
      const ok = provider.provider === 'up' || (provider.provider === 'back' && (now() === 0 || now() >= 20 * MIN))
      return Promise.resolve(asked(provider, ok))
    },
    { clock, now, signal, known: new Map(), onProbe: () => undefined }
  )
  expect(times.get('up')).toEqual([0, 15, 30, 45, 60, 75, 90, 105])
  // Never seen up: every 5 minutes.
  expect(times.get('dead')).toEqual(Array.from({ length: 24 }, (_, i) => i * 5))
  // Down at 15, for 15 minutes then: each minute until it answers at 20.
  expect(times.get('back')).toEqual([0, 15, 16, 17, 18, 19, 20, 35, 50, 65, 80, 95, 110])
})

test('what the lake knows is gone on from: nobody is asked again before it is due', async () => {
  const { clock, now, signal } = virtual(5 * MIN)
  const found: string[] = []
  const known = new Map<string, History>([
    ['fresh', { first: -DAY, last: -MIN, lastOk: -MIN }],
    ['stale', { first: -DAY, last: -HOUR, lastOk: -HOUR }]
  ])
  await crawlForever(
    () => Promise.resolve([named('fresh'), named('stale')]),
    (provider) => Promise.resolve(asked(provider, true)),
    { clock, now, signal, known, onProbe: ({ probe }) => found.push(probe.provider) }
  )
  expect(found).toEqual(['stale'])
})

test('at most so many at once, those that hang hold up nobody else, and all are given up at the end', async () => {
  const { clock, now, signal } = virtual(MIN)
  let busy = 0
  let most = 0
  const found: string[] = []
  const providers = Array.from({ length: 40 }, (_, i) => named(`p${i}`))
  await crawlForever(
    () => Promise.resolve(providers),
    async (provider) => {
      most = Math.max(most, ++busy)
      try {
        if (provider.provider === 'p0')
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
        await new Promise((done) => setImmediate(done))
        return asked(provider, true)
      } finally {
        busy--
      }
    },
    { atOnce: 7, clock, now, signal, known: new Map(), onProbe: ({ probe }) => found.push(probe.provider) }
  )
  expect(most).toBe(7)
  expect(busy).toBe(0)
  expect(found.sort()).toEqual(providers.slice(1).map(({ provider }) => provider).sort()) // prettier-ignore
})

test('an error that is no failed probe ends the crawl', async () => {
  const { clock, now, signal } = virtual(HOUR)
  const crawl = crawlForever(
    () => Promise.resolve([named('a')]),
    () => Promise.reject(new Error('a mistake of ours')),
    { clock, now, signal, known: new Map(), onProbe: () => undefined }
  )
  await expect(crawl).rejects.toThrow('a mistake of ours')
})
