/** The client that all price sources ask through: what it refuses, what it waits for, and what it says. */
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import type { Clock } from '../../../ingest/chain/clock.ts'
import { priceClient } from '../../../ingest/prices/client.ts'
import { PriceError, type PriceClient } from '../../../ingest/prices/source.ts'
import { servePrices, type Answer, type PriceServer, type Route } from './serve.ts'

const URL_ = 'https://prices.example/list?of=gpus'
const AT = 'prices.example/list'
let server: PriceServer | undefined
afterEach(() => server?.close())

/** A client of a server with these routes, and how long it waited in between, ms. */
async function serving(routes: { readonly [at: string]: Route }): Promise<{ client: PriceClient; waits: number[] }> {
  server = await servePrices(routes)
  const waits: number[] = []
  const clock: Clock = { now: () => 0, random: () => 0, sleep: (ms) => Promise.resolve(void waits.push(ms)) }
  return { client: priceClient({ via: server.url, clock }), waits }
}

/** Answers one after the other, the last one for ever. */
function inTurn(...answers: readonly (string | Answer)[]): Route {
  let turn = 0
  return () => answers[Math.min(turn++, answers.length - 1)] ?? ''
}

const failure = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => expect.unreachable('it did not fail'),
    (error: unknown) => error as Error
  )

test('asks with the query, says who it is, and takes gzip', async () => {
  const body = gzipSync('{"a": 1}')
  const { client } = await serving({ [AT]: { body, headers: { 'content-encoding': 'gzip' } } })
  expect(await client.json(URL_, { headers: { 'x-key': 'k' } })).toEqual({ a: 1 })
  const [asked] = server?.requests ?? []
  expect(asked).toMatchObject({ method: 'GET', at: 'prices.example/list?of=gpus' })
  expect(asked?.headers).toMatchObject({ 'x-key': 'k', 'user-agent': expect.stringContaining('Rackrate') })
})

test('posts a body', async () => {
  const { client } = await serving({ [AT]: ({ method, body }) => `${method} ${body}` })
  expect((await client.text(URL_, { method: 'POST', body: '{"q":1}' })).text).toBe('POST {"q":1}')
})

test('lines come whole, whatever the parts they arrive in', async () => {
  const parts = ['a,"é', '"\r\nb', ',1\n', '\n', 'last €'].flatMap((part) =>
    [...Buffer.from(part)].map((byte) => Uint8Array.of(byte))
  )
  const { client } = await serving({ [AT]: { body: parts } })
  expect(await Array.fromAsync(client.lines(URL_))).toEqual(['a,"é"', 'b,1', '', 'last €'])
})

test.each(['text', 'lines'] as const)('%s: an answer that ends before its stated length is an error', async (how) => {
  const { client } = await serving({ [AT]: { body: 'a\nb\n', cutOff: true } })
  const error = await failure(how === 'text' ? client.text(URL_) : Array.fromAsync(client.lines(URL_)))
  expect(error).toBeInstanceOf(PriceError)
  expect(error.message).toMatch(/prices\.example.*broke off: .+ Try again later/)
})

test('an answer without a stated length that breaks off is an error, and so is gzip that ends early', async () => {
  const { client } = await serving({
    [AT]: { body: ['half'], cutOff: true },
    'prices.example/zip': {
      body: gzipSync('x'.repeat(1000)).subarray(0, 15),
      headers: { 'content-encoding': 'gzip' }
    }
  })
  expect((await failure(client.text(URL_))).message).toMatch(/broke off/)
  expect((await failure(client.text('https://prices.example/zip'))).message).toMatch(/broke off/)
})

test.each([
  ['to another host', 'https://evil.example/list', 'redirects to https://evil.example, which is not followed'],
  ['to another scheme', 'http://prices.example/list', 'redirects to http://prices.example, which is not followed'],
  ['to this machine', '//127.0.0.1:9/', 'redirects to https://127.0.0.1:9'],
  ['to nowhere', 'http://', 'redirects to nowhere'],
  ['for ever', '/list?of=gpus', 'redirects more than 3 times']
])('a redirect %s is refused', async (_, location, words) => {
  const { client } = await serving({ [AT]: { status: 302, headers: { location } } })
  const error = await failure(client.text(URL_))
  expect(error).toBeInstanceOf(PriceError)
  expect(error.message).toContain(words)
  expect(server?.requests.every(({ at }) => at.startsWith(AT))).toBe(true)
})

test('a redirect on the same host is followed', async () => {
  const { client } = await serving({ [AT]: { status: 301, headers: { location: '/new' } }, 'prices.example/new': 'moved' })
  expect((await client.text(URL_)).text).toBe('moved')
})

test('429 is waited for as long as it asks for, 5xx longer each time', async () => {
  const { client, waits } = await serving({
    [AT]: inTurn({ status: 429, headers: { 'retry-after': '7' } }, { status: 503 }, { status: 500 }, 'now')
  })
  expect((await client.text(URL_)).text).toBe('now')
  expect(waits).toEqual([7000, 2000, 4000])
})

test.each([
  ['429 for ever', { status: 429 }, 4, 'answered 429 4 times; try again later'],
  ['5xx for ever', { status: 502 }, 4, 'answered 502 4 times; try again later'],
  ['more patience than there is', { status: 429, headers: { 'retry-after': '3600' } }, 1, 'answered 429 1 time; try again later'],
  ['404', { status: 404 }, 1, 'answered 404: it may have moved'],
  ['403', { status: 403, body: '<html>blocked' }, 1, 'answered 403']
])('%s is given up', async (_, answer, asked, words) => {
  const { client } = await serving({ [AT]: answer })
  const error = await failure(client.text(URL_))
  expect(error).toBeInstanceOf(PriceError)
  expect(error.message).toContain(words)
  expect(server?.requests).toHaveLength(asked)
})

test('a break while a line is being looked at is an error of that reading', async () => {
  const { client } = await serving({ [AT]: { body: ['a\n', 'b'], cutOff: true } })
  const lines: string[] = []
  const error = await failure(
    (async () => {
      for await (const line of client.lines(URL_)) {
        lines.push(line)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    })()
  )
  expect(lines).toEqual(['a'])
  expect(error.message).toMatch(/broke off/)
})

test('of the lines only those that are kept come', async () => {
  const { client } = await serving({ [AT]: 'head\nno\nyes 1\nno\nyes 2' })
  const lines = client.lines(URL_, {}, (line, index) => index === 0 || line.startsWith('yes'))
  expect(await Array.fromAsync(lines)).toEqual(['head', 'yes 1', 'yes 2'])
})

test('lines are not fetched faster than they are looked at', async () => {
  let sent = 0
  const body = (function* () {
    for (; sent < 200; sent++) yield `${'x'.repeat(99_999)}\n`.repeat(10)
  })()
  const { client } = await serving({ [AT]: { body } })
  for await (const line of client.lines(URL_)) {
    expect(line).toHaveLength(99_999)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    break
  }
  // Megabytes; what is under way stands in buffers of the two ends.
  expect(sent).toBeLessThan(20)
})

test('an encoding that was not asked for is refused', async () => {
  const { client } = await serving({ [AT]: { body: 'x', headers: { 'content-encoding': 'br' } } })
  expect((await failure(client.text(URL_))).message).toContain('answered in the encoding br')
})

test('an answer that is too large is refused, as decoded too', async () => {
  const { client } = await serving({
    [AT]: 'x'.repeat(1001),
    'prices.example/zip': { body: gzipSync('x'.repeat(100_000)), headers: { 'content-encoding': 'gzip' } },
    'prices.example/line': 'y'.repeat(1_000_001)
  })
  expect((await client.text(URL_, { maxBytes: 1001 })).text).toHaveLength(1001)
  expect((await failure(client.text(URL_, { maxBytes: 1000 }))).message).toBe(
    'https://prices.example/list?of=gpus has more than 1000 bytes: it is not what is expected there.'
  )
  expect((await failure(client.text('https://prices.example/zip', { maxBytes: 5000 }))).message).toContain('more than 5000 bytes')
  expect((await failure(Array.fromAsync(client.lines('https://prices.example/line')))).message).toContain('a line of more than')
})

test('an answer that takes too long is given up, before it begins and amid it', async () => {
  const never = new Promise<string>(() => undefined)
  const { client } = await serving({
    [AT]: () => never,
    'prices.example/slow': {
      body: (async function* () {
        yield 'some'
        await never
      })()
    }
  })
  for (const url of [URL_, 'https://prices.example/slow']) {
    const error = await failure(client.text(url, { timeoutMs: 200 }))
    expect(error).toBeInstanceOf(PriceError)
    expect(error.message).toContain('took longer than 0.2 s')
  }
})

test('what is no JSON is shown by its beginning', async () => {
  const { client } = await serving({ [AT]: '<!doctype html><title>Sorry</title>' })
  const error = await failure(client.json(URL_))
  expect(error).toBeInstanceOf(PriceError)
  expect(error.message).toContain('"<!doctype html><title>Sorry')
})

test('a host that is not there is a PriceError that says so', async () => {
  const { client } = await serving({})
  await server?.close()
  expect((await failure(client.text(URL_))).message).toMatch(
    /^https:\/\/prices\.example\/list\?of=gpus cannot be reached: .*ECONNREFUSED/
  )
})

test('who stops the run gets their own reason', async () => {
  server = await servePrices({ [AT]: () => new Promise(() => undefined) })
  const stop = new AbortController()
  const client = priceClient({ via: server.url, signal: stop.signal })
  const asking = failure(client.text(URL_))
  stop.abort(new Error('stopped'))
  expect((await asking).message).toBe('stopped')
})

test('no error tells what is in a header', async () => {
  const { client } = await serving({ [AT]: { status: 403 } })
  for (const key of ['s3cret', 's3cret\nbroken', 's3cret€']) {
    const error = await failure(client.text(URL_, { headers: { 'x-key': key } }))
    expect(error).toBeInstanceOf(PriceError)
    expect(`${error.stack} ${String(error.cause)}`).not.toContain('s3cret')
  }
})
