/** What the providers of a fleet answer, in the bytes that their software would write. Pure. */
import { encodeStatus, restStatus, type ServedFigures, type ServedNode } from '../networks/akash/serve-status.ts'
import type { FleetNode, FleetProvider } from './fleet.ts'

/** Since 0.5.0 providers speak gRPC. */
export function speaksGrpc({ version }: Pick<FleetProvider, 'version'>): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  return major > 0 || minor >= 5
}

/** Host of a provider's address, in lower case. */
export function hostName({ hostUri }: Pick<FleetProvider, 'hostUri'>): string {
  return new URL(/^https?:\/\//.test(hostUri) ? hostUri : `https://${hostUri}`).hostname
}

function served({ name, cpuMillicores: cpu, memoryBytes: memory, storageBytes: storage, gpus }: FleetNode): ServedNode {
  const bytes = (n: number): string => String(Math.round(n))
  return {
    name,
    cpu: { allocatable: `${cpu.allocatable}m`, allocated: `${cpu.allocated}m` },
    memory: { allocatable: bytes(memory.allocatable), allocated: bytes(memory.allocated) },
    storage: { allocatable: bytes(storage.allocatable), allocated: bytes(storage.allocated) },
    gpu: { allocatable: String(gpus?.allocatable ?? 0), allocated: String(gpus?.allocated ?? 0) },
    gpus: gpus
      ? new Array<ServedNode['gpus'][number]>(gpus.allocatable).fill({
          vendor: gpus.vendor,
          name: gpus.name,
          memory: `${gpus.memoryGib}Gi`,
          interface: gpus.interface
        })
      : []
  }
}

/** Values that were seen of real providers: akash-network/support 137, 192, 232, 240 and community 1518. */
function absurd(node: ServedNode, i: number): ServedNode {
  if (i % 2 === 1)
    return {
      ...node,
      cpu: { ...node.cpu, allocated: '-1250m' },
      memory: { ...node.memory, allocated: '-17179869092Gi' },
      storage: { ...node.storage, allocatable: '5Pi' }
    }
  return {
    ...node,
    cpu: { ...node.cpu, allocatable: '18446744073709504' },
    memory: { ...node.memory, allocatable: '17179869145Gi' },
    gpu: { ...node.gpu, allocated: '18446744073709551615' },
    gpus: []
  }
}

/** A message akash.provider.v1.Status. */
export function grpcStatusOf({ mood, activeLeases, nodes }: FleetProvider): Uint8Array {
  return encodeStatus({
    activeLeases,
    nodes: nodes.map((node, i) => (mood === 'absurd' ? absurd(served(node), i) : served(node)))
  })
}

/** What REST `/status` answers, to be written as JSON. */
export function restStatusOf(provider: FleetProvider): object {
  const { mood, activeLeases, nodes } = provider
  const none = { allocatable: 0, allocated: 0 }
  const figures = nodes.map(({ name, cpuMillicores: cpu, memoryBytes: memory, storageBytes: storage, gpus }): ServedFigures => ({
    name,
    cpu,
    memory,
    storage,
    // One more allocated than there are: what is free comes out as −1, which unsigned is 2^64 − 1.
    gpu: mood === 'absurd' ? { allocatable: 0, allocated: -(2 ** 64 - 1) } : (gpus ?? none)
  }))
  return restStatus(activeLeases, figures, speaksGrpc(provider))
}

/** What REST `/version` answers. */
export function versionAnswerOf({ version }: FleetProvider): object {
  return { akash: { name: 'provider-services', version: `v${version.replace(/^v/, '')}` }, kube: { major: '1', minor: '27' } }
}
