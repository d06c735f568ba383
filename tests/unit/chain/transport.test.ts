import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { createTransport, type Transport } from '../../../ingest/chain/transport.ts'

const closing: (() => void)[] = []
afterEach(() => closing.splice(0).forEach((close) => close()))

const TEXT = JSON.stringify({ jsonrpc: '2.0', id: 1, result: { text: 'größer als '.repeat(2_000) } })

async function start(
  listener: RequestListener,
  maxBytes = 1_000_000
): Promise<{ transport: Transport; connections: () => number }> {
  let connections = 0
  const server = createServer((request, response) => {
    request.resume().on('end', () => listener(request, response))
  }).on('connection', () => connections++)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  closing.push(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return { transport: createTransport(url, 'here', { timeoutMs: 2_000, maxBytes }), connections: () => connections }
}
const zipped = { 'content-encoding': 'gzip' }
const post = (transport: Transport, signal?: AbortSignal): Promise<unknown> => transport.post({ id: 1 }, signal)

describe('a compressed answer', () => {
  test('is asked for and read', async () => {
    let accepts: unknown
    const { transport } = await start((request, response) => {
      accepts = request.headers['accept-encoding']
      response.writeHead(200, zipped).end(gzipSync(TEXT))
    })
    expect(await post(transport)).toEqual({ text: 'größer als '.repeat(2_000) })
    expect(accepts).toBe('gzip')
  })

  test('is measured as it is unpacked', async () => {
    const { transport } = await start((_, response) => response.writeHead(200, zipped).end(gzipSync(TEXT)), 10_000)
    expect(gzipSync(TEXT).length).toBeLessThan(10_000)
    await expect(post(transport)).rejects.toMatchObject({ fault: 'too-large' })
  })

  test.each([
    ['ends too early', gzipSync(TEXT).subarray(0, 60)],
    ['is none', Buffer.from(TEXT)]
  ])('that %s is a cut', async (_, body) => {
    const { transport } = await start((_, response) => response.writeHead(200, zipped).end(body))
    await expect(post(transport)).rejects.toMatchObject({ fault: 'cut-off', retryable: true })
  })

  test('whose connection breaks is a cut', async () => {
    const { transport } = await start((_, response) => {
      response.writeHead(200, { ...zipped, 'content-length': 10_000 }).write(gzipSync(TEXT))
      setTimeout(() => response.destroy(), 20)
    })
    await expect(post(transport)).rejects.toMatchObject({ fault: 'cut-off' })
  })
})

test('letters that are cut between two pieces of an answer come whole', async () => {
  const bytes = Buffer.from(TEXT)
  const middle = bytes.indexOf(Buffer.from('ö')) + 1
  const { transport } = await start((_, response) => {
    response.writeHead(200).write(bytes.subarray(0, middle))
    setTimeout(() => response.end(bytes.subarray(middle)), 20)
  })
  expect(await post(transport)).toEqual({ text: 'größer als '.repeat(2_000) })
})

test('calls one after another share a connection', async () => {
  const { transport, connections } = await start((_, response) => response.end(TEXT))
  for (let i = 0; i < 5; i++) await post(transport)
  expect(connections()).toBe(1)
})

test('an abort ends a call before and in the middle of its answer, with its reason', async () => {
  const { transport } = await start((_, response) => void response.writeHead(200).write(TEXT.slice(0, 100)))
  const reason = new Error('enough')
  await expect(post(transport, AbortSignal.abort(reason))).rejects.toBe(reason)
  const stop = new AbortController()
  setTimeout(() => stop.abort(reason), 50)
  await expect(post(transport, stop.signal)).rejects.toBe(reason)
})

test('the time for an answer counts until its end', async () => {
  const { transport } = await start((_, response) => void response.writeHead(200).write(TEXT.slice(0, 100)))
  await expect(post(transport)).rejects.toMatchObject({ fault: 'timeout' })
})
