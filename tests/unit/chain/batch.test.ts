import fc from 'fast-check'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { createBatchPost } from '../../../ingest/chain/batch.ts'
import { connect, type ConnectOptions } from '../../../ingest/chain/endpoints.ts'
import { PermanentError, TransientError } from '../../../ingest/chain/errors.ts'
import type { JsonObject } from '../../../ingest/chain/json.ts'
import type { Block } from '../../../ingest/chain/source.ts'
import type { Transport } from '../../../ingest/chain/transport.ts'
import { openRecording, type Params } from '../../../ingest/recording/recording.ts'
import { testClock } from './node.ts'
import { RECORDINGS } from './recorded.ts'

type Request = { readonly id: unknown; readonly method: string }

/** An endpoint in memory that answers each call with its method; `misdo` says otherwise for a whole POST. */
function endpoint(misdo: (requests: readonly Request[], before: number) => unknown = () => undefined) {
  const posts: (readonly Request[])[] = []
  const alone: string[] = []
  const answerOf = ({ id, method }: Request): JsonObject => ({ id, result: { said: method } })
  const resultOf = (answer: unknown): JsonObject => {
    const { error, result } = answer as { error?: string; result: JsonObject }
    if (error !== undefined) throw new PermanentError('rejected', error)
    return result
  }
  const transport: Transport = {
    resultOf,
    post: (request) => {
      alone.push(String(request['method']))
      return Promise.resolve(resultOf(answerOf(request as Request)))
    },
    exchange: async (body) => {
      const requests = body as readonly Request[]
      const instead = misdo(requests, posts.length)
      posts.push(requests)
      await Promise.resolve()
      if (instead instanceof Error) throw instead
      return instead ?? requests.map(answerOf).reverse()
    }
  }
  return { transport, posts, alone }
}

const call = (method: string): JsonObject => ({ jsonrpc: '2.0', id: 7, method, params: {} })
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `call ${i}`)
const said = (results: readonly PromiseSettledResult<JsonObject>[]) =>
  results.map((r) => (r.status === 'fulfilled' ? r.value['said'] : (r.reason as Error).message))

describe('calls of one turn', () => {
  test('go in one POST up to the size, and each gets its own answer, whatever their order and ids', async () => {
    const { transport, posts, alone } = endpoint()
    const { post, size } = createBatchPost(transport, 10, () => undefined)
    expect(size()).toBe(1)
    const results = await Promise.allSettled(names(23).map((name) => post(call(name))))
    expect(said(results)).toEqual(names(23))
    expect(posts.map((requests) => requests.length)).toEqual([10, 10, 3])
    expect(posts[0]!.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(alone).toEqual([])
    expect(size()).toBe(10)
    expect(await post(call('last'))).toEqual({ said: 'last' })
    expect(alone).toEqual(['last'])
  })

  test('with different signals go apart', async () => {
    const { transport, posts } = endpoint()
    const { post } = createBatchPost(transport, 10, () => undefined)
    const signals = [new AbortController().signal, new AbortController().signal]
    await Promise.all(names(6).map((name, i) => post(call(name), signals[i % 2])))
    expect(posts.map((requests) => requests.map(({ method }) => method))).toEqual([
      ['call 0', 'call 2', 'call 4'],
      ['call 1', 'call 3', 'call 5']
    ])
  })

  test('an error of one is its own', async () => {
    const { transport } = endpoint((requests) =>
      requests.map(({ id, method }) => (id === 1 ? { id, error: 'no such height' } : { id, result: { said: method } }))
    )
    const { post } = createBatchPost(transport, 10, () => undefined)
    expect(said(await Promise.allSettled(names(3).map((name) => post(call(name)))))).toEqual([
      'call 0',
      'no such height',
      'call 2'
    ])
  })

  test('never lost or mixed, whatever an endpoint does', async () => {
    const misdeeds = [
      undefined,
      [],
      { error: { code: -32600 } },
      null,
      'text',
      [
        { id: 0, result: { said: 'twice' } },
        { id: 0, result: { said: 'twice' } }
      ],
      new PermanentError('rejected', 'HTTP 405'),
      new PermanentError('too-large', 'large')
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ calls: fc.integer({ min: 1, max: 30 }), misdeed: fc.constantFrom(...misdeeds) }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 12 }),
        async (rounds, most) => {
          let misdeed: unknown
          const { transport } = endpoint(() => misdeed)
          const { post } = createBatchPost(transport, most, () => undefined)
          for (const round of rounds) {
            misdeed = round.misdeed
            const results = await Promise.allSettled(names(round.calls).map((name) => post(call(name))))
            expect(said(results)).toEqual(names(round.calls))
          }
        }
      ),
      { numRuns: 100 }
    )
  })
})

describe('an endpoint that takes no batches', () => {
  test.each([
    ['answers with one error', { id: -1, error: { code: -32600 } }],
    ['leaves out an answer', [{ id: 0, result: { said: 'call 0' } }]],
    ['answers with HTTP 4xx', new PermanentError('rejected', 'HTTP 400')],
    ['answers something else than JSON', new TransientError('not-json', '<html>')]
  ])('%s: told once, and calls go alone from then on', async (_, misdeed) => {
    const { transport, posts, alone } = endpoint((__, before) => (before >= 1 ? misdeed : undefined))
    const onRefused = vi.fn()
    const { post, size } = createBatchPost(transport, 4, onRefused)
    for (let round = 0; round < 3; round++)
      expect(said(await Promise.allSettled(names(4).map((name) => post(call(name)))))).toEqual(names(4))
    expect(onRefused).toHaveBeenCalledTimes(1)
    expect([posts.length, alone.length, size()]).toEqual([2, 8, 1])
  })
})

describe('a crowded endpoint', () => {
  test('fails all calls of a POST with one error; batches halve, and grow again', async () => {
    let crowded = true
    const error = new TransientError('rate-limited', 'HTTP 429')
    const { transport, posts } = endpoint(() => (crowded ? error : undefined))
    const { post } = createBatchPost(transport, 8, () => undefined)
    const round = (count: number) => Promise.allSettled(names(count).map((name) => post(call(name))))
    for (const reason of (await round(8)).map((r) => (r.status === 'rejected' ? (r.reason as unknown) : undefined)))
      expect(reason).toBe(error)
    await round(4)
    crowded = false
    posts.length = 0
    await round(8)
    expect(posts.map((requests) => requests.length)).toEqual([2, 2, 2, 2])
    for (let i = 0; i < 40; i++) await round(8)
    expect(posts.at(-1)!.length).toBeGreaterThan(4)
  })
})

/** A node that takes batches while `takes` says so. */
async function startNode(takes: (before: number) => boolean | number) {
  const recording = openRecording(join(RECORDINGS, 'v2.1'))
  const posts: number[] = []
  const answer = ({ id, method, params }: { id: number; method: string; params: Params }): object => {
    const got = recording.answer(method, params)
    return { jsonrpc: '2.0', id, ...('result' in got ? { result: JSON.parse(got.result) as unknown } : got) }
  }
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      const body = JSON.parse(text) as Parameters<typeof answer>[0] | Parameters<typeof answer>[0][]
      const verdict = Array.isArray(body) ? takes(posts.filter((n) => n > 1).length) : true
      posts.push(Array.isArray(body) ? body.length : 1)
      if (typeof verdict === 'number') response.writeHead(verdict).end('{}')
      else if (!verdict)
        response.end(JSON.stringify({ jsonrpc: '2.0', id: -1, error: { code: -32600, message: 'Invalid Request' } }))
      else response.end(JSON.stringify(Array.isArray(body) ? body.map(answer) : answer(body)))
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    close: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}

describe('a whole chain', () => {
  const read = async (url: string, options: ConnectOptions): Promise<Block[]> => {
    const source = await connect([url], { clock: testClock(), ...options })
    const blocks: Block[] = []
    for await (const block of source.blocks({ from: 1, to: 264 })) blocks.push(block)
    source.close()
    return blocks
  }

  test.each([
    ['takes batches', () => true, 0],
    ['refuses them', () => false, 1],
    ['refuses them after a while', (before: number) => before < 5, 1],
    ['answers some with 429', (before: number) => (before % 3 === 1 ? 429 : true), 0],
    ['answers some with 503', (before: number) => (before % 4 === 1 ? 503 : true), 0]
  ] as const)('from a node that %s: the same blocks', async (what, takes, refused) => {
    const [plain, node] = await Promise.all([startNode(() => true), startNode(takes)])
    const onRefused = vi.fn()
    const [expected, blocks] = await Promise.all([read(plain.url, {}), read(node.url, { batch: 10, onRefused })])
    expect(blocks).toEqual(expected)
    expect(onRefused).toHaveBeenCalledTimes(refused)
    expect(Math.max(...plain.posts)).toBe(1)
    if (what === 'takes batches') expect(node.posts.length).toBeLessThan(plain.posts.length / 4)
    for (const { close } of [plain, node]) close()
  })
})
