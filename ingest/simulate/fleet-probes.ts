/** What a crawl of a fleet finds at a time, without a network: its answers go through the encoders and readers that the wire would see. */
import type { Probe } from '../../src/lib/model/probes.ts'
import type { ProviderApi, ProviderStatus } from '../networks/network.ts'
import { grpcStatusOf, restStatusOf, speaksGrpc, versionAnswerOf } from './fleet-status.ts'
import type { FleetProvider } from './fleet.ts'

/** Time that an answer takes, by provider: from near hosts to far ones, milliseconds. */
const LATENCY_MS = { least: 60, most: 900 }

/** A number from 0 to below 1 that a text always gives: FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/. */
function share(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return hash / 2 ** 32
}

/**
 * Probes of all providers of a fleet at a time.
 * @param providers what `Fleet.at` gives for that time
 * @param time milliseconds since 1970; each probe is at that time
 */
export function probesAt(api: ProviderApi, providers: readonly FleetProvider[], time: number): Probe[] {
  return providers.map((provider) => {
    const fault = provider.mood === 'down' ? 'unreachable' : provider.mood === 'hangs' ? 'timeout' : null
    const viaGrpc = speaksGrpc(provider)
    const status: ProviderStatus | null = fault
      ? null
      : viaGrpc
        ? api.grpc.read(grpcStatusOf(provider))
        : api.rest.read(restStatusOf(provider))
    const latency = LATENCY_MS.least + (LATENCY_MS.most - LATENCY_MS.least) * share(provider.provider) ** 2
    return {
      probe: {
        provider: provider.provider,
        probed_at: BigInt(time) * 1000n,
        ok: status !== null,
        error: fault,
        error_detail: fault && 'simulated',
        latency_ms: status ? Math.round(latency * (0.8 + 0.4 * share(`${provider.provider}${time}`))) : null,
        version: status ? api.version.read(versionAnswerOf(provider)) : null,
        active_leases: status?.activeLeases ?? null,
        via: status ? (viaGrpc ? 'grpc' : 'rest') : null,
        host_uri: provider.hostUri,
        address: null,
        certificate_sha256: null,
        certificate_valid: status ? provider.mood !== 'bad-certificate' : null,
        doubts: status?.doubts ?? []
      },
      nodes: status?.nodes ?? []
    }
  })
}
