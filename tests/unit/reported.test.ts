/** Fetching what a network publishes: each way in which an answer can fail, and what becomes of the others. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { Clock } from '../../ingest/chain/clock.ts'
import type { ReportedQuery } from '../../ingest/networks/network.ts'
import { fetchReported, type FetchOptions } from '../../ingest/reported.ts'

type Answer = (request: IncomingMessage, response: ServerResponse, nth: number) => void

const closing: (() => void)[] = []
afterEach(() => closing.splice(0).forEach((close) => close()))

/** A host whose paths answer as told; how often each was asked. */
async function serve(answers: { readonly [path: string]: Answer }) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = (request.url ?? '').slice(1)
    asked.push(path)
    const answer = answers[path]
    if (answer) answer(request, response, asked.filter((other) => other === path).length)
    else response.writeHead(404).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), asked }
}

/** Answers are lists of day and value. */
const query = (path: string): ReportedQuery => ({
  path,
  read: (answer) => {
    if (!Array.isArray(answer)) throw new Error('its shape is not known')
    return {
      figures: (answer as [string, string][]).map(([day, value]) => ({ metric: path, day, value, unit: 'leases' })),
      skipped: []
    }
  }
})
const json =
  (value: unknown): Answer =>
  (_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
const good = json([['2026-09-01', '1']])

function clockOf() {
  const waits: number[] = []
  const clock: Clock = { now: () => 0, random: () => 1, sleep: (ms) => (waits.push(ms), Promise.resolve()) }
  return { clock, waits }
}
const NOW = Date.parse('2026-09-28T16:18:42.828Z')
const run = (url: URL, paths: readonly string[], options: FetchOptions = {}) =>
  fetchReported(url, paths.map(query), { clock: clockOf().clock, now: () => NOW, ...options })

test('rows name their host and path, without the query, and when they were fetched', async () => {
  const { url } = await serve({ 'base/a?from=1': good })
  const { rows, failed } = await run(new URL('/base', url), ['a?from=1'])
  expect(failed).toEqual([])
  expect(rows).toEqual([
    {
      metric: 'a?from=1',
      day: '2026-09-01',
      value: '1',
      unit: 'leases',
      source: `${url.host}/base/a`,
      fetched_at: BigInt(NOW) * 1000n
    }
  ])
})

test.each<[string, Answer, RegExp, number]>([
  ['HTML', (_, r) => r.end('<!DOCTYPE html><title>sorry</title>'), /something else than JSON: "<!DOCTYPE/, 4],
  ['JSON that ends too soon', (_, r) => r.end('[["2026-09-01","1"'), /ends before its JSON does/, 4],
  [
    'an answer that breaks off',
    (_, r) => {
      r.writeHead(200, { 'content-length': 100 }).write('[["2026')
      setTimeout(() => r.destroy(), 20)
    },
    /broke off in the middle/,
    4
  ],
  ['another shape', json({ days: [] }), /its shape is not known/, 1],
  ['404', (_, r) => r.writeHead(404).end('gone'), /answered HTTP 404\. Check the address in --api/, 1],
  ['500', (_, r) => r.writeHead(500).end(), /answered HTTP 500/, 4],
  ['too much', json([['2026-09-01', '1'.repeat(5_000)]]), /larger than 2000 bytes/, 1],
  [
    'too much, piece by piece',
    (_, r) => {
      r.writeHead(200)
      for (let i = 0; i < 100; i++) r.write('[[[[[[[[[['.repeat(100))
      r.end()
    },
    /larger than 2000 bytes/,
    1
  ],
  ['nothing in time', () => undefined, /did not answer within 0\.2 s/, 4]
])('%s: named, tried again where that may help, and the others are kept', async (_, answer, why, tries) => {
  const { url, asked } = await serve({ bad: answer, good })
  const { rows, failed, unasked } = await run(url, ['bad', 'good'], { maxBytes: 2000, timeoutMs: 200 })
  expect(rows.map((row) => row.metric)).toEqual(['good'])
  expect(failed).toEqual([{ path: 'bad', why: expect.stringMatching(why) as string }])
  expect(asked.filter((path) => path === 'bad')).toHaveLength(tries)
  expect(unasked).toEqual([])
})

test('what fails at first is had in the end: Retry-After is kept, else waits grow', async () => {
  const flaky: Answer = (request, response, nth) => {
    if (nth === 1) response.writeHead(429, { 'retry-after': '7' }).end()
    else if (nth < 4) response.writeHead(503).end()
    else good(request, response, nth)
  }
  const { url, asked } = await serve({ flaky })
  const { clock, waits } = clockOf()
  const { rows, failed } = await run(url, ['flaky'], { clock })
  expect([rows.length, failed.length, asked.length]).toEqual([1, 0, 4])
  expect(waits).toEqual([7_000, 2_000, 4_000])
})

test('a host that asks for an hour is not waited for', async () => {
  const { url, asked } = await serve({ busy: (_, r) => r.writeHead(429, { 'retry-after': '3600' }).end() })
  const { clock, waits } = clockOf()
  const { failed } = await run(url, ['busy'], { clock })
  expect([failed.length, asked.length, waits]).toEqual([1, 1, []])
})

test('a host that cannot be reached is not asked for the rest', async () => {
  const { url } = await serve({})
  closing.splice(0).forEach((close) => close())
  const { failed, unasked } = await run(url, ['a', 'b', 'c'])
  expect(failed).toEqual([{ path: 'a', why: `${url.host} is unreachable (ECONNREFUSED)` }])
  expect(unasked).toEqual(['b', 'c'])
})

test('a value given twice in one answer counts once; another value for the same day is not taken', async () => {
  const { url } = await serve({ a: json([['2026-09-01', '1'], ['2026-09-01', '1'], ['2026-09-01', '2'], ['2026-09-02', '3']]) }) // prettier-ignore
  const { rows, skipped } = await run(url, ['a'])
  expect(rows.map(({ day, value }) => [day, value])).toEqual([
    ['2026-09-01', '1'],
    ['2026-09-02', '3']
  ])
  expect(skipped).toEqual([{ path: 'a', reason: 'given again, with another value', count: 1 }])
})

test('stopped: what came is kept, the rest is named', async () => {
  const controller = new AbortController()
  const { url } = await serve({ a: good, b: () => controller.abort(), c: good })
  const { rows, failed, unasked } = await run(url, ['a', 'b', 'c'], { signal: controller.signal })
  expect(rows.map((row) => row.metric)).toEqual(['a'])
  expect([failed, unasked]).toEqual([[], ['b', 'c']])
})
