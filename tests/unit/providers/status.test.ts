/** Providers that mean no good, behind real sockets: whatever they do, one failed probe comes of it, in time and in bounds. */
import { createSecureServer, type ServerHttp2Stream } from 'node:http2'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import { createServer as createTcp, type AddressInfo, type Server } from 'node:net'
import { createServer as createTls } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test, vi } from 'vitest'
import { akash } from '../../../ingest/networks/akash/config.ts'
import { askProvider, type AskOptions } from '../../../ingest/providers/status.ts'
import { callGrpc, framed } from '../../../ingest/providers/transport.ts'
import { selfSigned } from '../../../ingest/simulate/certificate.ts'
import { grpcStatusOf, restStatusOf } from '../../../ingest/simulate/fleet-status.ts'
import { provider } from './fleet.ts'

const DAY = 86_400_000
const pair = selfSigned('p.example', Date.now() - DAY, Date.now() + DAY)
const STATUS = grpcStatusOf(provider('up'))
const REST = JSON.stringify(restStatusOf(provider('up')))
const MB = 1_000_000
/** 60 MB as 60 kB. */
const BOMB = gzipSync(Buffer.alloc(60 * MB, ' '))

const open: { readonly server: Server; readonly drop: () => void }[] = []
afterEach(() => {
  for (const { server, drop } of open.splice(0)) {
    server.close()
    drop()
  }
})

async function listen(server: Server): Promise<number> {
  const sockets = new Set<{ destroy: () => void }>()
  server.on('connection', (socket) => sockets.add(socket.on('error', () => socket.destroy())))
  open.push({ server, drop: () => sockets.forEach((socket) => socket.destroy()) })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

const grpcServer = (handle: (stream: ServerHttp2Stream) => void): Promise<number> =>
  listen(
    createSecureServer(pair).on('stream', (stream) => {
      stream.on('error', () => undefined)
      handle(stream)
    })
  )
const restServer = (handle: RequestListener): Promise<number> => listen(createServer(pair, handle))

/** A port at which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createTcp()
  const port = await new Promise<number>((done) =>
    server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port))
  )
  await new Promise((done) => server.close(done))
  return port
}

function reply(stream: ServerHttp2Stream, body: Uint8Array, headers: object = {}, status = '0'): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...headers }, { waitForTrailers: true })
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status, 'grpc-message': 'as told' }))
  stream.end(body)
}

/** Asks a provider whose gRPC and REST are at these ports; nobody listens where none is given. */
async function ask(ports: { grpc?: number; rest?: number }, options: AskOptions = {}) {
  const [grpcPort, restPort] = [ports.grpc ?? (await closedPort()), ports.rest ?? (await closedPort())]
  const start = performance.now()
  const asked = await askProvider(
    akash.providerApi,
    { provider: 'akash1p', hostUri: 'https://p.example:8443' },
    { viaLoopback: { grpcPort, restPort }, timeoutMs: 700, ...options }
  )
  expect(performance.now() - start).toBeLessThan(2_500)
  return asked
}

// prettier-ignore
test.each<[string, (stream: ServerHttp2Stream) => void, string, RegExp]>([
  ['larger than is taken', (s) => reply(s, framed(new Uint8Array(5 * MB + 1))), 'too-large', /larger than 5000000 bytes/],
  ['said to be huge', (s) => reply(s, Buffer.from([0, 255, 255, 255, 255, 1])), 'too-large', /larger than 5000000 bytes/],
  ['without end', (s) => { s.respond({ ':status': 200 }); const more = () => { while (!s.destroyed && s.write(Buffer.alloc(65_536))); s.once('drain', more) }; more() }, 'too-large', /larger than/],
  ['a bomb', (s) => { const body = framed(BOMB); body[0] = 1; reply(s, body, { 'grpc-encoding': 'gzip' }) }, 'too-large', /larger than 5000000 bytes once decompressed/],
  ['compressed otherwise', (s) => { const body = framed(STATUS); body[0] = 1; reply(s, body, { 'grpc-encoding': 'br' }) }, 'not-understood', /not offered/],
  ['damaged gzip', (s) => { const body = framed(STATUS); body[0] = 1; reply(s, body, { 'grpc-encoding': 'gzip' }) }, 'not-understood', /gzip is damaged/],
  ['cut in the message', (s) => reply(s, framed(STATUS).subarray(0, 40)), 'cut-off', /its message broke off/],
  ['cut before the message', (s) => reply(s, Buffer.from([0])), 'cut-off', /has no message/],
  ['without a status', (s) => { s.respond({ ':status': 200 }); s.end(framed(STATUS)) }, 'cut-off', /without a status/],
  ['dropped midway', (s) => { s.respond({ ':status': 200 }); s.write(framed(STATUS).subarray(0, 40)); setTimeout(() => s.session?.destroy(), 20) }, 'cut-off', /./],
  ['two messages', (s) => reply(s, Buffer.concat([framed(STATUS), framed(STATUS)])), 'not-understood', /more than one message/],
  ['no protobuf', (s) => reply(s, framed(Buffer.from('<html>'))), 'not-understood', /not understood/],
  ['another message', (s) => reply(s, framed(Buffer.from([0x0a, 1, 65]))), 'not-understood', /has no cluster with an inventory/],
  ['an error', (s) => reply(s, Buffer.alloc(0), {}, '12'), 'status', /gRPC status 12 as told/],
  ['a redirect', (s) => { s.respond({ ':status': 302, location: 'https://169.254.169.254/' }); s.end() }, 'redirect', /answered 302 and sends to 'https:\/\/169\.254\.169\.254\/', which is not followed/],
  ['HTTP 503', (s) => { s.respond({ ':status': 503 }); s.end() }, 'status', /HTTP 503/],
  ['headers without end', (s) => { s.respond({ ':status': 200, ...Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`x-${i}`, 'x'.repeat(100)])) }); s.end() }, 'too-large', /./],
  ['nothing at all', () => undefined, 'timeout', /did not answer in time/],
  ['a drip', (s) => { s.respond({ ':status': 200 }); const t = setInterval(() => { if (s.destroyed) clearInterval(t); else s.write('x') }, 20) }, 'timeout', /did not answer in time/]
])('gRPC: %s', async (_, handle, fault, why) => {
  const { probe, nodes } = await ask({ grpc: await grpcServer(handle) })
  // REST, at which nobody listens, is asked next.
  expect([probe.ok, probe.error, nodes]).toEqual([false, 'unreachable', []])
  const [first = ''] = (probe.error_detail ?? '').split('; REST: ')
  expect(first).toMatch(/^gRPC: /)
  expect(first).toMatch(why)
  const call = callGrpc({ host: 'p.example', address: '127.0.0.1', port: await grpcServer(handle), authority: 8444 }, akash.providerApi.grpc.method, new Uint8Array(), { maxBytes: 5 * MB, signal: AbortSignal.timeout(500), onCertificate: () => undefined }).then(akash.providerApi.grpc.read)
  if (fault === 'timeout') await expect(call).rejects.toMatchObject({ name: 'TimeoutError' })
  else if (/not understood|no cluster/.test(why.source)) await expect(call).rejects.toThrow()
  else await expect(call).rejects.toMatchObject({ fault })
})

// prettier-ignore
test.each<[string, RequestListener, string, RegExp]>([
  ['larger than is taken', (_, r) => r.end(Buffer.alloc(5 * MB + 1, ' ')), 'too-large', /larger than 5000000 bytes/],
  ['a bomb', (_, r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end(BOMB), 'too-large', /larger than 5000000 bytes once decompressed/],
  ['an encoding that was not offered', (_, r) => r.writeHead(200, { 'content-encoding': 'br' }).end('x'), 'not-understood', /encoded as 'br'/],
  ['a redirect', (_, r) => r.writeHead(301, { location: 'http://127.0.0.1:22/' }).end(), 'redirect', /answered 301 and sends to 'http:\/\/127\.0\.0\.1:22\/', which is not followed/],
  ['HTTP 500', (_, r) => r.writeHead(500).end(), 'status', /HTTP 500/],
  ['cut midway', (_, r) => { r.writeHead(200, { 'content-length': '500' }); r.write(REST.slice(0, 100)); setTimeout(() => r.destroy(), 20) }, 'cut-off', /./],
  ['no JSON', (_, r) => r.end('<html>it works</html>'), 'not-understood', /not understood: .*JSON/],
  ['another schema', (_, r) => r.end('{"cluster":{"leases":"three","inventory":{"available":{"nodes":[]}}}}'), 'not-understood', /shape is not the one known at cluster\.leases: .*number/],
  ['a list', (_, r) => r.end('[]'), 'not-understood', /shape is not the one known/],
  ['headers without end', (_, r) => r.writeHead(200, { 'x-long': 'x'.repeat(20_000) }).end(REST), 'too-large', /./],
  ['nothing at all', () => undefined, 'timeout', /did not answer in time/]
])('REST: %s', async (_, handle, fault, why) => {
  const { probe, nodes } = await ask({ rest: await restServer(handle) })
  expect([probe.ok, probe.error, nodes]).toEqual([false, fault, []])
  expect(probe.error_detail).toMatch(/^gRPC: .*; REST: /)
  expect(probe.error_detail).toMatch(why)
})

test('gzip within bounds is read, by both ways', async () => {
  const zipped = framed(gzipSync(STATUS))
  zipped[0] = 1
  const grpc = await ask({ grpc: await grpcServer((s) => reply(s, zipped, { 'grpc-encoding': 'gzip' })) })
  expect([grpc.probe.ok, grpc.probe.via, grpc.probe.version, grpc.nodes.length]).toEqual([true, 'grpc', null, 2])
  const rest = await ask({
    rest: await restServer((_, r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(REST)))
  })
  expect([rest.probe.ok, rest.probe.via, rest.nodes.length]).toEqual([true, 'rest', 2])
})

test('fields that are new are counted, and the rest is read', async () => {
  const more = Buffer.concat([STATUS, Buffer.from([0x9a, 0x06, 1, 65])])
  const { probe, unknown, nodes } = await ask({ grpc: await grpcServer((s) => reply(s, framed(more))) })
  expect([probe.ok, unknown, nodes.length]).toEqual([true, ['99'], 2])
})

test('what is no TLS, or no HTTP/2, fails as such', async () => {
  const plain = await listen(createTcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
  const old = await restServer((_, r) => r.end(REST))
  const first = await ask({ grpc: plain, rest: plain })
  expect(first.probe.error).toBe('tls')
  const second = await ask({ grpc: old, rest: plain })
  expect(second.probe.error_detail).toBe('gRPC: tlsv1 alert no application protocol; REST: wrong version number')
  const silent = await listen(createTls(pair, (socket) => socket.on('error', () => undefined)))
  const third = await ask({ grpc: silent, rest: plain })
  expect(third.probe.error_detail).toMatch(/^gRPC: it does not speak HTTP\/2; REST: /)
})

test('nobody listens: unreachable, with no certificate', async () => {
  const { probe } = await ask({})
  expect(probe).toMatchObject({
    ok: false,
    error: 'unreachable',
    address: '127.0.0.1',
    certificate_sha256: null,
    latency_ms: null
  })
  expect(probe.error_detail).toMatch(/ECONNREFUSED.*; REST: .*ECONNREFUSED/)
})

const bare = (hostUri: string, options: AskOptions) =>
  askProvider(akash.providerApi, { provider: 'akash1p', hostUri }, { timeoutMs: 600, ...options })

test('a name is looked up once: what it says the second time is never heard', async () => {
  // Not assigned to anyone, so that nobody is asked: https://www.iana.org/assignments/ipv6-unicast-address-assignments/
  const lookup = vi.fn().mockResolvedValueOnce(['2fff::1']).mockResolvedValue(['127.0.0.1'])
  const { probe } = await bare('https://rebind.example:8443', { lookup })
  expect(lookup.mock.calls).toEqual([['rebind.example']])
  expect(probe).toMatchObject({ ok: false, address: '2fff::1' })
  expect(['unreachable', 'timeout']).toContain(probe.error)
})

// prettier-ignore
test('names that lead inside, have no address, or take too long', async () => {
  const inside = await bare('https://p.example', { lookup: () => Promise.resolve(['8.8.8.8', '169.254.169.254']) })
  expect(inside.probe).toMatchObject({ ok: false, error: 'address', address: null })
  expect(inside.probe.error_detail).toBe('p.example leads to 169.254.169.254, which is not on the public internet')
  const lost = await bare('https://p.example', { lookup: () => Promise.reject(new Error('queryA ENOTFOUND p.example')) })
  expect(lost.probe).toMatchObject({ ok: false, error: 'unresolved' })
  const late = await bare('https://p.example', { lookup: () => new Promise(() => undefined) })
  expect(late.probe).toMatchObject({ ok: false, error: 'timeout', address: null })
  for (const [uri, error] of [['https://127.0.0.1:8443', 'address'], ['https://[::1]:8443', 'address'], ['https://p.example:22', 'port'], ['http://p.example', 'uri'], ['', 'uri']] as const)
    expect((await bare(uri, { lookup: () => Promise.resolve(['8.8.8.8']) })).probe).toMatchObject({ ok: false, error, host_uri: uri })
})

test('a crawl that is stopped gives the attempt up and records nothing', async () => {
  const stop = new AbortController()
  const hanging = ask({ grpc: await grpcServer(() => undefined) }, { signal: stop.signal })
  setTimeout(() => stop.abort(new Error('stopped')), 50)
  await expect(hanging).rejects.toThrow('stopped')
})
