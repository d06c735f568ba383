/**
 * What an Akash provider answers about its machines, as rows. Field numbers are those of akash.provider.v1 and akash.inventory.v1:
 * https://github.com/akash-network/chain-sdk, proto/provider/akash, c7f30bce (status) and 5745d21a (node, resources); the others as in
 * https://github.com/akash-network/akash-api, 06a3a620.
 */
import * as v from 'valibot'
import type { NodeFigures } from '../../../src/lib/model/probes.ts'
import type { ProviderStatus } from '../network.ts'
import { amount, amountFree, figure, MOST, quantity, type Amount, type Doubts } from './amount.ts'
import { formFactor, gib } from './gpu.ts'
import { decodeMessage, type Message, type OnUnknownField, type Schema } from './wire.ts'

const pair = {
  1: ['allocatable', { 1: ['string', 'string'] }],
  2: ['allocated', { 1: ['string', 'string'] }],
  3: ['attributes', ['bytes']]
} as const satisfies Schema
const gpuInfo = {
  1: ['vendor', 'string'],
  2: ['name', 'string'],
  3: ['modelid', 'string'],
  4: ['interface', 'string'],
  5: ['memory_size', 'string']
} as const satisfies Schema
const node = {
  1: ['name', 'string'],
  2: [
    'resources',
    {
      1: ['cpu', { 1: ['quantity', pair], 2: ['info', ['bytes']] }],
      2: ['memory', { 1: ['quantity', pair], 2: ['info', ['bytes']] }],
      3: ['gpu', { 1: ['quantity', pair], 2: ['info', [gpuInfo]] }],
      4: ['ephemeral_storage', pair],
      5: ['volumes_attached', 'bytes'],
      6: ['volumes_mounted', 'bytes'],
      7: ['rdma', 'bytes']
    }
  ],
  3: ['capabilities', 'bytes']
} as const satisfies Schema
const status = {
  1: ['errors', ['string']],
  2: [
    'cluster',
    {
      1: ['leases', { 1: ['active', 'uint'] }],
      2: [
        'inventory',
        {
          1: ['cluster', { 1: ['nodes', [node]], 2: ['storage', ['bytes']] }],
          2: ['reservations', 'bytes'],
          3: ['leased_ip', 'bytes']
        }
      ]
    }
  ],
  3: ['bid_engine', 'bytes'],
  4: ['manifest', 'bytes'],
  5: ['public_hostnames', ['string']],
  6: ['timestamp', 'bytes'],
  7: ['reclamation_window', 'bytes']
} as const satisfies Schema

/** The most nodes that Kubernetes supports in one cluster: https://kubernetes.io/docs/setup/best-practices/cluster-large/ */
const MOST_NODES = 5_000
/** Longest name of a Kubernetes node. */
const LONGEST_NAME = 253
/** Longest vendor, model or version that is taken; real ones have up to 20 characters. */
const LONGEST_WORD = 64
type Gpu = Pick<NodeFigures, 'gpu_model' | 'gpu_memory_gib' | 'gpu_interface'>
const UNTOLD: Gpu = { gpu_model: null, gpu_memory_gib: null, gpu_interface: null }

const NO_GPUS: Amount = { allocatable: 0, allocated: 0, available: 0 }

const isWord = (text: string): boolean => text.length > 0 && text.length <= LONGEST_WORD

function gpuOf({ vendor, name, interface: form, memory_size }: Message<typeof gpuInfo>, doubts: Doubts): Gpu {
  if (!isWord(vendor) || !isWord(name)) doubts.push('gpu_model: not a name')
  const memory = gib(memory_size)
  const memoryFits = memory !== null && memory > 0 && memory < MOST.memory / 2 ** 30
  if (memory_size !== '' && !memoryFits) doubts.push('gpu_memory_gib: not an amount of memory')
  return {
    gpu_model: isWord(vendor) && isWord(name) ? `${vendor}/${name}`.toLowerCase() : null,
    gpu_memory_gib: memoryFits ? memory : null,
    gpu_interface: isWord(form) ? formFactor(form) : null
  }
}

type Kind = Gpu & Pick<NodeFigures, 'gpus_allocatable' | 'gpus_allocated' | 'gpus_available'>

/**
 * Kinds of GPU in a node. An answer has an entry for each GPU, and one pair of numbers for all: with several kinds how many of each are
 * allocated is known only when none or all are.
 */
function kindsOf(gpus: Amount, infos: readonly Message<typeof gpuInfo>[], doubts: Doubts): Kind[] {
  const { allocatable, allocated, available } = gpus
  const one = (gpu: Gpu): Kind[] => [
    { ...gpu, gpus_allocatable: allocatable, gpus_allocated: allocated, gpus_available: available }
  ]
  const kinds = Map.groupBy(
    infos.map((info) => gpuOf(info, doubts)),
    (gpu) => JSON.stringify(Object.values(gpu))
  )
  const [first = []] = kinds.values()
  const [gpu = UNTOLD] = first
  if (infos.length === 0 && (allocatable ?? 0) > 0) doubts.push('gpu_model: not told')
  if (kinds.size <= 1) return one(allocatable === 0 ? UNTOLD : gpu)
  if (infos.length !== allocatable) doubts.push('gpus_allocatable: not told apart by model')
  const apart = infos.length === allocatable && (allocated === 0 || allocated === allocatable)
  if (!apart) doubts.push('gpus_allocated: not told apart by model')
  return [...kinds.values()].map((of) => {
    const n = infos.length === allocatable ? of.length : null
    const taken = apart ? (allocated === 0 ? 0 : n) : null
    return {
      ...(of[0] ?? UNTOLD),
      gpus_allocatable: n,
      gpus_allocated: taken,
      gpus_available: n === null || taken === null ? null : n - taken
    }
  })
}

function rowsOf(
  index: number,
  name: string | null,
  cpu: Amount,
  memory: Amount,
  storage: Amount,
  kinds: readonly Kind[]
): NodeFigures[] {
  return kinds.map((kind, gpu_kind) => ({
    node_index: index,
    gpu_kind,
    node: name,
    cpu_allocatable: cpu.allocatable,
    cpu_allocated: cpu.allocated,
    cpu_available: cpu.available,
    memory_allocatable: memory.allocatable,
    memory_allocated: memory.allocated,
    memory_available: memory.available,
    storage_allocatable: storage.allocatable,
    storage_allocated: storage.allocated,
    storage_available: storage.available,
    ...kind
  }))
}

function nameOf(name: string | null | undefined, doubts: Doubts): string | null {
  if (name === null || name === undefined || name === '') return null
  if (name.length <= LONGEST_NAME) return name
  doubts.push('node: too long')
  return null
}

function checkCount(nodes: readonly unknown[]): void {
  if (nodes.length > MOST_NODES)
    throw new Error(`it has ${nodes.length} nodes, more than the ${MOST_NODES} that a cluster can have`)
}

/**
 * Reads an answer of `akash.provider.v1.ProviderRPC/GetStatus`.
 * @throws Error saying what is not as expected
 */
export function statusOfGrpc(bytes: Uint8Array): ProviderStatus {
  const unknown = new Set<string>()
  const onUnknown: OnUnknownField = (path) => void unknown.add(path)
  const { cluster } = decodeMessage(status, bytes, onUnknown)
  if (!cluster?.inventory) throw new Error('it has no cluster with an inventory')
  const nodes = cluster.inventory.cluster?.nodes ?? []
  checkCount(nodes)
  const doubts: string[] = []
  const rows = nodes.flatMap(({ name, resources }, i) => {
    const of = (column: string, most: number, told: Message<typeof pair> | undefined, unit = 1): Amount => {
      const read = (which: 'allocatable' | 'allocated'): number | undefined => {
        const text = told?.[which]?.string
        return text === undefined ? undefined : (quantity(text) ?? NaN) * unit
      }
      return amount(column, most, { allocatable: read('allocatable'), allocated: read('allocated') }, doubts)
    }
    const gpus = of('gpus', MOST.gpus, resources?.gpu?.quantity)
    return rowsOf(
      i,
      nameOf(name, doubts),
      of('cpu', MOST.cpu, resources?.cpu?.quantity, 1000),
      of('memory', MOST.memory, resources?.memory?.quantity),
      of('storage', MOST.storage, resources?.ephemeral_storage),
      kindsOf(gpus, resources?.gpu?.info ?? [], doubts)
    )
  })
  const active = Number(cluster.leases?.active ?? 0n)
  return { activeLeases: figure('active_leases', active, MOST.leases, doubts), nodes: rows, doubts, unknown: [...unknown].sort() }
}

const figures = v.object({
  cpu: v.number(),
  /** Versions before GPUs have none. */
  gpu: v.nullish(v.number()),
  memory: v.number(),
  storage_ephemeral: v.number()
})
const perNode = v.object({ name: v.optional(v.string()), allocatable: figures, available: figures })
const restStatus = v.object({
  cluster: v.object({
    leases: v.optional(v.number()),
    inventory: v.object({ available: v.object({ nodes: v.nullish(v.array(v.union([perNode, figures])), []) }) })
  })
})

/**
 * Reads an answer of REST `/status`: nodes with what they have and what is free, or, before 2023, with what is free alone. It tells no GPU models.
 * @throws Error saying where it is not as expected
 */
export function statusOfRest(json: unknown): ProviderStatus {
  const parsed = v.safeParse(restStatus, json)
  if (!parsed.success) {
    const [issue] = parsed.issues
    throw new Error(`its shape is not the one known at ${v.getDotPath(issue) ?? 'the top'}: ${issue.message}`)
  }
  const { leases, inventory } = parsed.output.cluster
  const { nodes } = inventory.available
  checkCount(nodes)
  const doubts: string[] = []
  const rows = nodes.flatMap((of, i) => {
    const [all, free] = 'allocatable' in of ? [of.allocatable, of.available] : [undefined, of]
    const hasGpus = free.gpu !== undefined || all?.gpu !== undefined
    const gpus = hasGpus ? amountFree('gpus', MOST.gpus, all?.gpu, free.gpu, doubts) : NO_GPUS
    const kind: Kind = {
      ...UNTOLD,
      gpus_allocatable: gpus.allocatable,
      gpus_allocated: gpus.allocated,
      gpus_available: gpus.available
    }
    return rowsOf(
      i,
      nameOf('name' in of ? of.name : null, doubts),
      amountFree('cpu', MOST.cpu, all?.cpu, free.cpu, doubts),
      amountFree('memory', MOST.memory, all?.memory, free.memory, doubts),
      amountFree('storage', MOST.storage, all?.storage_ephemeral, free.storage_ephemeral, doubts),
      [kind]
    )
  })
  return { activeLeases: figure('active_leases', leases, MOST.leases, doubts), nodes: rows, doubts, unknown: [] }
}

const version = v.object({ akash: v.object({ version: v.pipe(v.string(), v.maxLength(LONGEST_WORD)) }) })

/** The version that REST `/version` tells, without a leading v; null where it tells none. */
export function versionOf(json: unknown): string | null {
  const parsed = v.safeParse(version, json)
  return parsed.success ? parsed.output.akash.version.replace(/^v/, '') || null : null
}
