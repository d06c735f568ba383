import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { serveRecording, type ServeOptions } from '../../../ingest/recording/serve.ts'
import { lines, RECORDINGS, rpcOf, text, type Raw, type RawMeta } from '../chain/recorded.ts'

const NAMES = ['v0.36', 'v0.36-by-0.38', 'v1.2', 'v2.1', 'v1.2-to-v2.0']
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** What an answer holds, by the method asked. */
type Answer = {
  id: number
  result: Raw['block'] & Raw['block_results'] & Raw['blockchain'] & Raw['abci_query']['result'] & Fields
  error: { code: number; message: string; data: string }
}
type Fields = { txs: unknown[]; sync_info: Record<string, unknown> }

async function serve(name: string, options?: ServeOptions) {
  const { url, close } = await serveRecording(join(RECORDINGS, name), options)
  closing.push(close)
  const raw = async (body: unknown) => {
    const response = await fetch(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
  }
  const call = async (method: string, params: unknown = {}): Promise<Answer> =>
    JSON.parse((await raw({ jsonrpc: '2.0', id: 1, method, params })).text) as Answer
  const get = async (path: string) => {
    const response = await fetch(url + path)
    return { status: response.status, text: await response.text() }
  }
  return { url, close, raw, call, get }
}

describe.each(NAMES)('%s', (name) => {
  const original = name.replace(/-by-.*/, '')

  test('each block and its results, as recorded', async () => {
    const { call } = await serve(name)
    for (const [file, folder] of [
      ['block', original],
      ['block_results', name]
    ] as const)
      for (const [i, line] of lines(folder, file).entries())
        expect((await call(file, { height: String(i + 1) })).result).toEqual(line)
  })

  test('status says that the tip is the last recorded block', async () => {
    const { call } = await serve(name)
    const last = lines(original, 'block').at(-1)!
    const recorded = rpcOf(name).status
    const { result } = await call('status')
    expect(result).toEqual({
      ...recorded,
      sync_info: {
        ...recorded.sync_info,
        latest_block_hash: last.block_id.hash,
        latest_app_hash: last.block.header.app_hash,
        latest_block_height: last.block.header.height,
        latest_block_time: last.block.header.time
      }
    })
    expect((await call('abci_info')).result.response).toMatchObject({
      data: 'akash',
      last_block_height: last.block.header.height
    })
    expect((await call('block')).result).toEqual(last)
  })

  test('headers, page by page', async () => {
    const { call } = await serve(name)
    for (const page of lines(original, 'blockchain')) {
      const heights = page.block_metas.map((meta: RawMeta) => Number(meta.header.height))
      const { result } = await call('blockchain', {
        minHeight: String(Math.min(...heights)),
        maxHeight: String(Math.max(...heights))
      })
      expect(result.block_metas).toEqual(page.block_metas)
    }
  })

  test('state, transactions, genesis and errors, as recorded', async () => {
    const { call } = await serve(name)
    const rpc = rpcOf(name)
    for (const { path, data, height, result } of lines(name, 'abci_query'))
      if (data !== undefined) expect((await call('abci_query', { path, data, height, prove: false })).result).toEqual(result)
    for (const [query, pages] of Object.entries(rpc.tx_search))
      for (const [i, page] of pages.entries()) {
        const answer = await call('tx_search', { query, page: String(i + 1), per_page: '30', order_by: 'asc' })
        if (typeof page === 'string') expect(`tx_search: ${JSON.stringify(answer.error)}`).toBe(page)
        else expect(answer.result).toEqual(page)
      }
    expect((await call('genesis')).result).toEqual({ genesis: rpc.genesis })
    expect((await call('validators', { height: rpc.validators.block_height })).result).toEqual(rpc.validators)
    expect((await call('health')).result).toEqual({})
  })

  test('errors, to the byte but for the tip', async () => {
    const { raw } = await serve(name)
    const { errors } = rpcOf(name)
    const tip = lines(original, 'block').length
    const ask = (method: string, height?: string) => raw({ jsonrpc: '2.0', id: 1, method, params: height ? { height } : {} })
    const above = await ask('block', String(100_000 + tip))
    expect(above.text).toBe(errors['block_above_tip']!.body.replace(/height \d+"/, `height ${tip}"`))
    expect(above).toMatchObject({ status: errors['block_above_tip']!.http, type: 'application/json' })
    expect((await ask('block_results', '0')).text).toBe(errors['block_results_zero']!.body)
    expect((await ask('block', '-1')).text).toBe(errors['block_negative']!.body)
    expect(await ask('no_such_method')).toMatchObject({ status: 200, text: errors['bad_method']!.body })
  })
})

describe('forms of a call', () => {
  test('a batch is answered in order; a batch of one as CometBFT does, by the object alone', async () => {
    const { raw } = await serve('v2.1')
    const request = (id: number, method: string, height: number) => ({
      jsonrpc: '2.0',
      id,
      method,
      params: { height: String(height) }
    })
    const batch = JSON.parse(
      (await raw([request(7, 'block', 5), request(8, 'block_results', 9999), request(9, 'block_results', 6)])).text
    ) as Answer[]
    expect(batch.map((answer) => answer.id)).toEqual([7, 8, 9])
    expect(batch[0]?.result.block.header.height).toBe('5')
    expect(batch[1]?.error.code).toBe(-32603)
    expect(batch[2]?.result.height).toBe('6')
    expect(JSON.parse((await raw([request(7, 'block', 5)])).text).id).toBe(7)
  })

  test('parameters by position, and height as a number', async () => {
    const { call } = await serve('v2.1')
    expect((await call('block', ['5'])).result.block.header.height).toBe('5')
    expect((await call('block', { height: 5 })).result.block.header.height).toBe('5')
    expect((await call('blockchain', ['3', '4'])).result.block_metas).toHaveLength(2)
    expect((await call('block', { height: 'five' })).error.code).toBe(-32603)
  })

  test('URI style', async () => {
    const { get, url } = await serve('v2.1')
    const block = await get('/block?height=5')
    expect(block.status).toBe(200)
    expect(JSON.parse(block.text)).toEqual({ jsonrpc: '2.0', id: -1, result: lines('v2.1', 'block')[4] })
    expect(JSON.parse((await get('/block?height="5"')).text).result.block.header.height).toBe('5')
    expect(await get('/block?height=9999')).toMatchObject({
      status: 500,
      text: expect.stringContaining('"id":-1,"error":{"code":-32603')
    })
    const query = lines('v2.1', 'abci_query')[0]!
    const state = await get(`/abci_query?path="${query.path}"&data=0x${query.data}&height=${query.height}`)
    expect(JSON.parse(state.text).result).toEqual(query.result)
    expect((await get('/no_such_method')).status).toBe(404)
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(405)
  })

  test('not JSON, no request, a notification', async () => {
    const { raw } = await serve('v2.1')
    expect(await raw('{')).toMatchObject({ status: 500, text: expect.stringContaining('-32700') })
    expect(JSON.parse((await raw('7')).text).error.code).toBe(-32600)
    expect((await raw({ jsonrpc: '2.0', method: 'health' })).text).toBe('')
    expect((await raw(' '.repeat(1_000_001))).status).toBe(413)
  })

  test('answers are byte for byte the recorded lines', async () => {
    const { raw } = await serve('v1.2')
    const line = text('v1.2', 'block_results.jsonl.gz').split('\n')[29]
    const answer = await raw({ jsonrpc: '2.0', id: 1, method: 'block_results', params: { height: '30' } })
    expect(answer.text).toBe(`{"jsonrpc":"2.0","id":1,"result":${line}}`)
  })
})

describe('blockchain', () => {
  test.each([
    [{}, [264, 245]],
    [{ minHeight: '0', maxHeight: '0' }, [264, 245]],
    [{ minHeight: '1', maxHeight: '100' }, [100, 81]],
    [{ minHeight: '95', maxHeight: '100' }, [100, 95]],
    [{ minHeight: '260', maxHeight: '9999' }, [264, 260]],
    [{ maxHeight: '3' }, [3, 1]]
  ])('%j gives the highest twenty at most, downwards', async (params, [from, to]) => {
    const { call } = await serve('v2.1')
    const { result } = await call('blockchain', params)
    const heights = result.block_metas.map((meta: RawMeta) => Number(meta.header.height))
    expect(heights).toEqual(Array.from({ length: from! - to! + 1 }, (_, i) => from! - i))
    expect(result.last_height).toBe('264')
  })

  test('a range backwards or negative is an error', async () => {
    const { call } = await serve('v2.1')
    expect((await call('blockchain', { minHeight: '9', maxHeight: '8' })).error.data).toBe(
      "min height 9 can't be greater than max height 8"
    )
    expect((await call('blockchain', { minHeight: '-1' })).error.code).toBe(-32603)
  })
})

describe('abci_query', () => {
  test('no height means the last; a height above the tip, a pruned one and an unknown path fail as on a node', async () => {
    const { call } = await serve('v2.1')
    const query = lines('v2.1', 'abci_query')[0]!
    const { path, data = '' } = query
    expect((await call('abci_query', { path, data: data.toUpperCase() })).result).toEqual(query.result)
    expect((await call('abci_query', { path, data, height: '0' })).result).toEqual(query.result)
    expect((await call('abci_query', { path, data, height: '265' })).result.response.code).toBe(26)
    expect((await call('abci_query', { path, data, height: '100' })).result.response).toMatchObject({
      code: 38,
      log: expect.stringContaining('failed to load state at height 100')
    })
    expect((await call('abci_query', { path: '/no.such.Query/Thing', data })).result.response.code).toBe(6)
    expect((await call('abci_query', { path, data: 'ff' })).result.response.code).toBe(18)
  })
})

describe('tx_search', () => {
  const query = "message.action='/akash.market.v1beta5.MsgCreateBid'"
  test('other page sizes and the other order', async () => {
    const { call } = await serve('v2.1')
    const all = (await call('tx_search', { query, per_page: '100' })).result.txs
    expect(all).toHaveLength(54)
    expect((await call('tx_search', { query, page: '2', per_page: '10' })).result.txs).toEqual(all.slice(10, 20))
    expect((await call('tx_search', { query, per_page: '100', order_by: 'desc' })).result.txs).toEqual([...all].reverse())
    expect((await call('tx_search', { query, page: '7', per_page: '10' })).error.data).toBe(
      'page should be within [1, 6] range, given 7'
    )
    expect((await call('tx_search', { query: 'tx.height ~ 1' })).error.data).toBe('failed to parse query: tx.height ~ 1')
  })
})

describe('options', () => {
  test('from and to narrow the chain, as a pruned node and an earlier tip', async () => {
    const { call } = await serve('v2.1', { from: 50, to: 99 })
    const { sync_info } = (await call('status')).result
    expect(sync_info).toMatchObject({ earliest_block_height: '50', latest_block_height: '99' })
    expect(sync_info.latest_block_hash).toBe(lines('v2.1', 'block')[98]!.block_id.hash)
    expect((await call('block', { height: '49' })).error.data).toBe('height 49 is not available, lowest height is 50')
    expect((await call('block_results', { height: '100' })).error.data).toBe(
      'height 100 must be less than or equal to the current blockchain height 99'
    )
    expect((await call('blockchain', { minHeight: '40', maxHeight: '55' })).result.block_metas).toHaveLength(6)
  })

  test('latency', async () => {
    const { call } = await serve('v2.1', { latencyMs: 60 })
    const start = performance.now()
    await call('health')
    expect(performance.now() - start).toBeGreaterThan(55)
  })

  test('a taken port, no folder and an empty folder say so', async () => {
    const { url } = await serve('v2.1')
    const port = Number(new URL(url).port)
    await expect(serve('v2.1', { port })).rejects.toThrow(/Try another one with --port/)
    await expect(serve('no-such-recording')).rejects.toThrow(/no recording at .*no-such-recording/)
    const dir = mkdtempSync(join(tmpdir(), 'recording-'))
    closing.push(() => rmSync(dir, { recursive: true }))
    await expect(serveRecording(dir)).rejects.toThrow(/no rpc\.json\.gz/)
    await expect(serve('v2.1', { from: 9999 })).rejects.toThrow(/no block between/)
  })

  test('files may be plain, and a damaged one is named', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'recording-'))
    closing.push(() => rmSync(dir, { recursive: true }))
    mkdirSync(join(dir, 'plain'))
    for (const file of ['block.jsonl', 'block_results.jsonl', 'blockchain.jsonl', 'abci_query.jsonl', 'rpc.json'])
      writeFileSync(join(dir, 'plain', file), text('v1.2', `${file}.gz`))
    const { url, close } = await serveRecording(join(dir, 'plain'))
    closing.push(close)
    expect(await (await fetch(`${url}/block?height=219`)).json()).toMatchObject({ result: lines('v1.2', 'block')[218] })
    cpSync(join(RECORDINGS, 'v1.2'), join(dir, 'cut'), { recursive: true })
    const whole = readFileSync(join(dir, 'cut', 'block.jsonl.gz'))
    writeFileSync(join(dir, 'cut', 'block.jsonl.gz'), whole.subarray(0, whole.length / 2))
    await expect(serveRecording(join(dir, 'cut'))).rejects.toThrow(/block\.jsonl\.gz cannot be read/)
  })
})
