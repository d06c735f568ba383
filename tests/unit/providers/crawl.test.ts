/** A fleet behind real sockets, asked once and on and on. */
import { connect as connectH2 } from 'node:http2'
import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Clock } from '../../../ingest/chain/clock.ts'
import { akash } from '../../../ingest/networks/akash/config.ts'
import { crawlForever, crawlOnce } from '../../../ingest/providers/crawl.ts'
import { askProvider, type Asked, type Provider } from '../../../ingest/providers/status.ts'
import { crawlSummary } from '../../../ingest/providers/summary.ts'
import { selfSigned } from '../../../ingest/simulate/certificate.ts'
import { probesAt } from '../../../ingest/simulate/fleet-probes.ts'
import { serveFleet, type FleetServer } from '../../../ingest/simulate/provider-server.ts'
import { FLEET, h100, plainNode, still } from './fleet.ts'

const TIME = Date.UTC(2026, 10, 21, 12)
let server: FleetServer
beforeAll(async () => {
  server = await serveFleet(still(FLEET), { now: () => TIME, streamEveryMs: 50 })
})
afterAll(() => server.close())

const ask = (provider: Provider): Promise<Asked> =>
  askProvider(akash.providerApi, provider, { viaLoopback: server, timeoutMs: 1_000, now: () => TIME })

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
    error_detail: 'gRPC: it did not answer in time, 1 s for all; REST: it did not answer in time, 1 s for all'
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
