import { describe, expect, test } from 'vitest'
import { connect, type ConnectOptions } from '../../../ingest/chain/endpoints.ts'
import { AboveTipError, BelowFloorError, ChainError } from '../../../ingest/chain/errors.ts'
import type { Block } from '../../../ingest/chain/source.ts'
import { startNode, testClock, type Altered, type Call, type Misdeed } from './node.ts'

const CHAIN = 'v2.1'

async function read(urls: readonly string[], from: number, to: number, options: ConnectOptions = {}): Promise<Block[]> {
  const source = await connect(urls, { clock: testClock(), ...options })
  try {
    const blocks: Block[] = []
    for await (const block of source.blocks({ from, to })) blocks.push(block)
    return blocks
  } finally {
    source.close()
  }
}

/** The error of a promise that must reject with one of ours. */
async function failure(promise: Promise<unknown>): Promise<ChainError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason
  )
  if (!(error instanceof ChainError)) throw new Error(`expected a ChainError, got ${String(error)}`)
  return error
}

const json = (body: unknown): Misdeed => ({ body: JSON.stringify(body) })
const rpcError = (data: string, code = -32603): Misdeed =>
  json({ jsonrpc: '2.0', id: 1, error: { code, message: 'Internal error', data } })
/** The first block with transactions among the heights read here. */
const HEIGHT = 24

describe('a fault that passes: tried again, then the same blocks', () => {
  const faults: readonly (readonly [string, string, (call: Call) => Misdeed])[] = [
    ['HTTP 429', 'rate-limited', () => ({ status: 429, body: 'slow down' })],
    ['HTTP 500', 'server-error', () => ({ status: 500, body: 'oops' })],
    ['HTTP 502 with HTML', 'server-error', () => ({ status: 502, body: '<html>Bad Gateway</html>' })],
    ['HTTP 503', 'server-error', () => ({ status: 503 })],
    ['HTML with HTTP 200', 'not-json', () => ({ body: '<!doctype html><title>One moment</title>' })],
    ['an empty answer', 'not-json', () => ({ body: '' })],
    ['an answer shorter than its length', 'cut-off', () => 'cut'],
    ['an answer that ends before its JSON', 'cut-off', () => 'cut-chunked'],
    ['a connection reset', 'unreachable', () => 'reset'],
    ['a JSON-RPC error in HTTP 200', 'node-error', () => rpcError('context deadline exceeded')],
    ['a JSON-RPC error in HTTP 500', 'node-error', () => ({ status: 500, ...(rpcError('panic') as object) })],
    ['a rate limit in HTTP 200', 'rate-limited', () => rpcError('rate limit exceeded', -32005)],
    [
      'a node behind the same address that lags',
      'lagging',
      () => rpcError('height 24 must be less than or equal to the current blockchain height 20')
    ]
  ]
  test.each(faults)('%s', async (_, fault, misdeed) => {
    const expected = await read([(await startNode(CHAIN)).url], 20, 30)
    for (const method of ['block', 'block_results', 'blockchain']) {
      const seen: ChainError[] = []
      const node = await startNode(CHAIN, (call) =>
        call.method === method && call.before < 2 && (call.height === HEIGHT || method === 'blockchain')
          ? misdeed(call)
          : undefined
      )
      expect(await read([node.url], 20, 30, { onFault: (error) => seen.push(error) })).toEqual(expected)
      expect(seen.map((error) => [error.fault, error.retryable])).toEqual([
        [fault, true],
        [fault, true]
      ])
    }
  })

  const altered: readonly (readonly [string, string, string, (body: Altered) => unknown])[] = [
    ['a block of another height', 'wrong-height', 'block', (b) => ((b.result.block.header.height = '23'), b)],
    ['results of another height', 'wrong-height', 'block_results', (b) => ((b.result.height = '23'), b)],
    ['headers with one missing', 'wrong-height', 'blockchain', (b) => (b.result.block_metas.pop(), b)],
    ['fewer results than transactions', 'mismatch', 'block_results', (b) => ((b.result.txs_results = null), b)],
    ['fewer transactions than the header says', 'mismatch', 'block', (b) => ((b.result.block.data.txs = []), b)]
  ]
  test.each(altered)('%s', async (_, fault, method, alter) => {
    const expected = await read([(await startNode(CHAIN)).url], 20, 30)
    const seen: string[] = []
    const node = await startNode(CHAIN, (call) =>
      call.method === method && call.before < 2 && (call.height === HEIGHT || method === 'blockchain')
        ? json(alter(call.body()))
        : undefined
    )
    expect(await read([node.url], 20, 30, { onFault: (error) => seen.push(error.fault) })).toEqual(expected)
    // Results are asked for before their number is known: the first wrong number is found when the header comes.
    expect(seen).toEqual(method === 'block_results' && fault === 'mismatch' ? [fault] : [fault, fault])
  })

  test('a hang ends at the timeout', async () => {
    const seen: string[] = []
    const node = await startNode(CHAIN, (call) => (call.height === HEIGHT && call.before < 1 ? 'hang' : undefined))
    const blocks = await read([node.url], 20, 30, { timeoutMs: 200, onFault: (error) => seen.push(error.message) })
    expect(blocks).toHaveLength(11)
    expect(seen).toContain(`${node.host} did not answer within 0.2 s`)
  })
})

describe('a fault that stays: an error that says what, where and what to do', () => {
  test.each([
    ['HTTP 429', 'rate-limited', { status: 429 }, /HTTP 429/],
    ['HTTP 500', 'server-error', { status: 500 }, /HTTP 500/],
    ['HTML', 'not-json', { body: '<html>' }, /something else than JSON: "<html>"/],
    ['a cut', 'cut-off', 'cut', /broke off/],
    ['an error in HTTP 200', 'node-error', rpcError('panic \u001b[31m'), /error -32603: "panic \\u001b\[31m"/]
  ] as const)('%s', async (_, fault, misdeed, words) => {
    const node = await startNode(CHAIN, (call) =>
      call.method === 'block_results' && call.height === HEIGHT ? misdeed : undefined
    )
    const error = await failure(read([node.url], 20, 30, { attempts: 3 }))
    expect(error).toMatchObject({ fault: 'gave-up', retryable: false, cause: { fault } })
    expect(error.message).toMatch(/^block_results 24: gave up after 3 tries/)
    expect(error.message).toMatch(words)
    expect(error.message).toContain(node.host)
    expect(error.message).toContain('add another endpoint to --rpc')
    expect(node.calls.filter((call) => call.method === 'block_results' && call.height === HEIGHT)).toHaveLength(3)
  })

  test('blocks before the bad height come all the same', async () => {
    const node = await startNode(CHAIN, (call) => (call.height === HEIGHT ? { status: 500 } : undefined))
    const source = await connect([node.url], { clock: testClock(), attempts: 2 })
    const heights: number[] = []
    const reading = (async () => {
      for await (const block of source.blocks({ from: 20, to: 30 })) heights.push(block.height)
    })()
    await failure(reading)
    expect(heights).toEqual([20, 21, 22, 23])
    source.close()
  })

  test('unreachable: the host and the reason, never user, password, path or query', async () => {
    const node = await startNode(CHAIN)
    await node.close()
    const error = await failure(connect([`http://me:secret@${node.host}/private?key=hidden`], { clock: testClock() }))
    expect(error.message).toBe(
      `status: no endpoint answers (${node.host}). Last fault: ${node.host} is unreachable (ECONNREFUSED). Try again later, or add another endpoint to --rpc.`
    )
    const all = JSON.stringify([error, error.stack, error.cause, String((error.cause as Error).cause)])
    expect(all).not.toMatch(/secret|private|hidden/)
  })

  test('user and password go as a header', async () => {
    const node = await startNode(CHAIN)
    const source = await connect([`http://me:s%C3%A9cret@${node.host}/`])
    expect(node.headers()['authorization']).toBe(`Basic ${Buffer.from('me:sécret').toString('base64')}`)
    expect(source.name).toBe(node.host)
    source.close()
  })

  test('no address at all, or no http', async () => {
    expect((await failure(connect([]))).message).toContain('--rpc')
    const error = await failure(connect(['http://127.0.0.1:1', 'ws://key:word@host']))
    expect(error.message).toBe('Endpoint 2 of --rpc is no http:// or https:// address.')
  })

  test('above the tip', async () => {
    const node = await startNode(CHAIN)
    const error = await failure(read([node.url], 260, 500))
    expect(error).toBeInstanceOf(AboveTipError)
    expect(error).toMatchObject({ tip: 264, retryable: false })
    expect(error.message).toBe(
      `Height 500 is above the tip of ${node.host}, which is 264. Use --to 264 or lower, or wait until the chain is there.`
    )
  })

  test('below the floor, known beforehand', async () => {
    const node = await startNode(CHAIN, undefined, { from: 100 })
    const error = await failure(read([node.url], 50, 120))
    expect(error).toBeInstanceOf(BelowFloorError)
    expect(error).toMatchObject({ floor: 100, retryable: false })
    expect(error.message).toContain(`below the floor of ${node.host}, which keeps blocks from 100 on. Use --from 100`)
  })

  test('below the floor, pruned meanwhile', async () => {
    const pruned = rpcError('height 24 is not available, lowest height is 26')
    const node = await startNode(CHAIN, (call) => (call.height === HEIGHT ? pruned : undefined))
    const error = await failure(read([node.url], 20, 30))
    expect(error).toMatchObject({ name: 'BelowFloorError', fault: 'below-floor', floor: 26, retryable: false })
    expect(error.message).toContain('--from 26')
  })

  test('a node without results', async () => {
    const node = await startNode(CHAIN, (call) =>
      call.method === 'block_results' ? rpcError('node is not persisting finalize block responses') : undefined
    )
    const error = await failure(read([node.url], 20, 30))
    expect(error).toMatchObject({ fault: 'rejected', retryable: false })
    expect(error.message).toContain('use another endpoint in --rpc')
  })

  test.each([
    [403, {}, 'Check its address, path and key in --rpc.'],
    [301, { location: 'https://other.example/rpc?key=hidden' }, 'it moved to https://other.example. Give that address in --rpc.']
  ])('HTTP %i is not tried again', async (status, headers, words) => {
    const node = await startNode(CHAIN, () => ({ status, headers }))
    const error = await failure(connect([node.url], { clock: testClock() }))
    expect(error.message).toContain(words)
    expect(error.message).not.toContain('hidden')
    expect(node.calls).toHaveLength(1)
  })

  test('JSON that is no JSON-RPC, and JSON-RPC of another kind', async () => {
    const other = await startNode(CHAIN, () => json({ hello: 'world' }))
    expect(await failure(connect([other.url], { clock: testClock() }))).toMatchObject({ cause: { fault: 'undecodable' } })
    const odd = await startNode(CHAIN, (call) =>
      call.method === 'block' ? json({ jsonrpc: '2.0', id: 1, result: { block: 7 } }) : undefined
    )
    const error = await failure(read([odd.url], 20, 30))
    expect(error).toMatchObject({ fault: 'undecodable', retryable: false })
    expect(error.message).toMatch(/the answer of block \d+ cannot be decoded/)
  })

  test('an answer larger than is taken', async () => {
    for (const headers of [{}, { 'content-length': '300000' }]) {
      const node = await startNode(CHAIN, (call) => (call.height === HEIGHT ? { body: ' '.repeat(300_000), headers } : undefined))
      const error = await failure(read([node.url], 20, 30, { maxBytes: 200_000 }))
      expect(error).toMatchObject({ fault: 'too-large', retryable: false })
      expect(error.message).toContain('200000 bytes')
    }
  })

  test('most calls fail: the shared budget ends it before each has used its own tries', async () => {
    const node = await startNode(CHAIN, (call) => (call.method === 'status' ? undefined : { status: 500 }))
    const error = await failure(read([node.url], 1, 200, { attempts: 1_000 }))
    expect(error.message).toMatch(/^(blockchain|block_results) \S+: gave up, since most calls fail/)
    expect(node.calls.length).toBeLessThan(200)
  })
})

test('an attribute of 1 MB comes whole, in both shapes', async () => {
  const big = '🦀<b>'.repeat(150_000)
  for (const [name, value] of [
    ['v2.1', big],
    ['v0.36', Buffer.from(big).toString('base64')]
  ] as const) {
    const node = await startNode(name, (call) => {
      if (call.method !== 'block_results' || call.height !== HEIGHT) return undefined
      const body = call.body()
      body.result.txs_results![0]!.events[0]!.attributes[0]!.value = value
      return json(body)
    })
    const [block] = await read([node.url], HEIGHT, HEIGHT)
    expect(block?.results[0]?.events[0]?.attributes[0]?.value === big).toBe(true)
  }
})
