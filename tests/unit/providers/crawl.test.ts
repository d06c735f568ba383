/** A fleet behind real sockets, asked once and on and on. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { connect as connectH2 } from 'node:http2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { akash } from '../../../ingest/networks/akash/config.ts'
import { crawlOnce } from '../../../ingest/providers/crawl.ts'
import { askProvider, type Asked, type Provider } from '../../../ingest/providers/status.ts'
import { crawlSummary } from '../../../ingest/providers/summary.ts'
import { selfSigned } from '../../../ingest/simulate/certificate.ts'
import { probesAt } from '../../../ingest/simulate/fleet-probes.ts'
import { grpcStatusOf } from '../../../ingest/simulate/fleet-status.ts'
import { serveFleet, type FleetServer } from '../../../ingest/simulate/provider-server.ts'
import type { Probe } from '../../../src/lib/model/probes.ts'
import { FLEET, h100, plainNode, still } from './fleet.ts'

const TIME = Date.UTC(2026, 10, 21, 12)
let server: FleetServer
beforeAll(async () => {
  server = await serveFleet(still(FLEET), { now: () => TIME, streamEveryMs: 50 })
})
afterAll(() => server.close())

const ask = (provider: Provider): Promise<Asked> =>
  askProvider(akash.providerApi, provider, { viaLoopback: server, timeoutMs: 600, now: () => TIME })

test('a crawl finds what the fleet is, by provider', async () => {
  const found: Asked[] = []
  await crawlOnce(FLEET, ask, { onProbe: (asked) => found.push(asked) })
  const by = (name: string): Asked => found.find(({ probe }) => probe.provider === `akash1${name}`)!
  expect(found).toHaveLength(6)

  const { probe, nodes, unknown } = by('up')
  expect(unknown).toEqual([])
  expect(probe).toEqual({
    provider: 'akash1up',
    probed_at: BigInt(TIME) * 1000n,
    ok: true,
    error: null,
    error_detail: null,
    latency_ms: expect.any(Number) as number,
    version: '0.6.4',
    active_leases: 3,
    via: 'grpc',
    host_uri: 'https://up.example.com:8443',
    address: '127.0.0.1',
    certificate_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    certificate_valid: true,
    doubts: []
  })
  expect(nodes).toEqual([
    {
      node_index: 0,
      gpu_kind: 0,
      node: 'gpu-1',
      cpu_allocatable: 192_000,
      cpu_allocated: 40_500,
      cpu_available: 151_500,
      memory_allocatable: 2_199_023_255_552,
      memory_allocated: 687_194_767_360,
      memory_available: 1_511_828_488_192,
      storage_allocatable: 14_000_000_000_000,
      storage_allocated: 2_000_000_000_000,
      storage_available: 12_000_000_000_000,
      gpu_model: 'nvidia/h100',
      gpu_memory_gib: 80,
      gpu_interface: 'sxm',
      gpus_allocatable: 8,
      gpus_allocated: 5,
      gpus_available: 3
    },
    expect.objectContaining({ node_index: 1, node: 'cpu-1', gpu_model: null, gpus_allocatable: 0, gpus_allocated: 0 }) as object
  ])

  // Before 0.5.0: no gRPC; what is free alone.
  expect(by('old').probe).toMatchObject({ ok: true, via: 'rest', version: '0.4.8', active_leases: 3, doubts: [] })
  expect(by('old').nodes[0]).toMatchObject({
    node: null,
    cpu_allocatable: null,
    cpu_available: 151_500,
    gpus_allocatable: null,
    gpus_available: 3,
    gpu_model: null
  })
  expect(by('down').probe).toMatchObject({ ok: false, error: 'unreachable', latency_ms: null, certificate_sha256: null })
  expect(by('hangs').probe).toMatchObject({
    ok: false,
    error: 'timeout',
    error_detail: 'gRPC: it did not answer in time, 0.6 s for all; REST: it did not answer in time, 0.6 s for all'
  })
  expect(by('expired').probe).toMatchObject({ ok: true, certificate_valid: false })
  expect(by('expired').probe.certificate_sha256).not.toBe(probe.certificate_sha256)

  expect(by('absurd').probe.doubts).toEqual([
    'gpus_allocated: too large',
    'cpu_allocatable: too large',
    'memory_allocatable: too large',
    'gpu_model: not told',
    'cpu_allocated: negative',
    'memory_allocated: negative',
    'storage_allocatable: too large'
  ])
  expect(by('absurd').nodes.map((n) => [n.cpu_allocatable, n.cpu_allocated, n.gpus_allocatable, n.gpus_allocated])).toEqual([
    [null, h100.cpuMillicores.allocated, 8, null],
    [plainNode.cpuMillicores.allocatable, null, 0, 0]
  ])

  expect(crawlSummary(found)).toEqual([
    'asked 6: 4 ok (3 by gRPC, 1 by REST), 2 failed',
    'failed:',
    '       1  timeout',
    '       1  unreachable',
    'figures not taken, because they cannot be:',
    ...[
      'cpu_allocatable: too large',
      'cpu_allocated: negative',
      'gpu_model: not told',
      'gpus_allocated: too large',
      'memory_allocatable: too large',
      'memory_allocated: negative',
      'storage_allocatable: too large'
    ].map((why) => `       1  ${why}`)
  ])
})

test('what is made without a network is what the network gives', async () => {
  const found: Asked[] = []
  await crawlOnce(FLEET, ask, { onProbe: (asked) => found.push(asked) })
  const made = probesAt(akash.providerApi, FLEET, TIME)
  const told = (probes: readonly Probe[]) =>
    probes
      .map(({ probe, nodes }) => {
        const { latency_ms, address: _, certificate_sha256: __, error_detail: ___, certificate_valid, ...rest } = probe
        return { ...rest, answered: latency_ms !== null, valid: probe.ok ? certificate_valid : null, nodes }
      })
      .sort((a, b) => (a.provider < b.provider ? -1 : 1))
  expect(told(made)).toEqual(told(found))
  expect(probesAt(akash.providerApi, FLEET, TIME)).toEqual(made)
})

/** A small client of a server stream: messages until there are so many, or the stream ends. */
function stream(host: string, method: string, most: number) {
  const session = connectH2(`https://${host}:8444`, {
    host: '127.0.0.1',
    port: server.grpcPort,
    servername: host,
    rejectUnauthorized: false
  })
  const messages: Uint8Array[] = []
  return new Promise<{ messages: Uint8Array[]; status: unknown }>((done, fail) => {
    session.once('error', fail)
    const call = session.request({
      ':method': 'POST',
      ':path': `/akash.provider.v1.ProviderRPC/${method}`,
      'content-type': 'application/grpc'
    })
    let status: unknown
    let rest = Buffer.alloc(0)
    call.once('error', fail).once('trailers', (trailers) => (status = trailers['grpc-status']))
    call.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
        messages.push(rest.subarray(5, 5 + rest.readUInt32BE(1)))
        rest = rest.subarray(5 + rest.readUInt32BE(1))
        if (messages.length === most) call.close()
      }
    })
    call.once('close', () => done({ messages, status }))
    call.end(Buffer.alloc(5))
  }).finally(() => session.destroy())
}

test('StreamStatus gives the status at once and again and again; an unknown method is refused', async () => {
  const { messages } = await stream('up.example.com', 'StreamStatus', 3)
  expect(messages).toHaveLength(3)
  for (const message of messages) expect(Buffer.from(message)).toEqual(Buffer.from(grpcStatusOf(FLEET[0]!)))
  expect((await stream('up.example.com', 'GetStatus', 9)).messages).toHaveLength(1)
  expect(await stream('up.example.com', 'Validate', 1)).toEqual({ messages: [], status: '12' })
})

test('a crawl that reached nobody says so', () => {
  const failed = (error: string) =>
    ({ probe: { ok: false, error, doubts: [] as readonly string[] }, nodes: [], unknown: [] }) as unknown as Asked
  const said = (...errors: string[]) => crawlSummary(errors.map(failed)).some((line) => line.startsWith('nobody was reached'))
  expect(said('unresolved', 'timeout', 'unreachable')).toBe(true)
  expect(said('unresolved', 'timeout', 'status')).toBe(false)
  expect(said('timeout')).toBe(false)
})

test('a port that is taken is named', async () => {
  await expect(serveFleet(still(FLEET), { now: () => TIME, grpcPort: server.grpcPort })).rejects.toThrow(
    `Cannot serve providers on 127.0.0.1:${server.grpcPort}. Is the port taken?`
  )
})

test('certificates are sound X.509, signed by their own key, of the dates asked for', () => {
  const { cert, key } = selfSigned('p.example', Date.UTC(2020, 0, 2, 3, 4, 5), Date.UTC(2051, 5, 6))
  const read = new X509Certificate(cert)
  expect([read.subject, read.issuer]).toEqual(['CN=p.example', 'CN=p.example'])
  expect([Date.parse(read.validFrom), Date.parse(read.validTo)]).toEqual([Date.UTC(2020, 0, 2, 3, 4, 5), Date.UTC(2051, 5, 6)])
  expect(read.verify(read.publicKey)).toBe(true)
  expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true)
  expect(read.serialNumber).not.toBe(new X509Certificate(selfSigned('p.example', 0, 1).cert).serialNumber)
})
