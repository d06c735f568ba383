/** Answers of real providers, and what no machine can have, as rows. Rows of real answers are worked out by hand. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quantity } from '../../../ingest/networks/akash/amount.ts'
import { statusOfGrpc, statusOfRest, versionOf } from '../../../ingest/networks/akash/provider-status.ts'
import { encodeMessage, type Field } from '../../../ingest/networks/akash/wire.ts'

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(`tests/fixtures/provider-status/${name}.json`, 'utf8')) as unknown

type Pair = { allocatable?: { string: string }; allocated?: { string: string } }
type Info = { vendor: string; name: string; modelid?: string; interface: string; memorySize: string }
// prettier-ignore
type Node = {
  name: string
  resources: { cpu?: { quantity: Pair; info: object[] }; memory?: { quantity: Pair }; gpu?: { quantity?: Pair; info?: Info[] | null }; ephemeralStorage?: Pair }
  capabilities?: { storageClasses: string[] }
}

const pairOf = ({ allocatable, allocated }: Pair): Field[] => [
  ...(allocatable ? [[1, [[1, allocatable.string]]] as Field] : []),
  ...(allocated ? [[2, [[1, allocated.string]]] as Field] : [])
]
// prettier-ignore
const nodeOf = ({ name, resources: { cpu, memory, gpu, ephemeralStorage }, capabilities }: Node): Field => {
  const resources: Field[] = []
  if (cpu) resources.push([1, [[1, pairOf(cpu.quantity)], ...cpu.info.map((): Field => [2, [[1, '0'], [4, 8]]])]])
  if (memory) resources.push([2, [[1, pairOf(memory.quantity)]]])
  if (gpu) {
    const infos = (gpu.info ?? []).map((i): Field => [2, [[1, i.vendor], [2, i.name], [3, i.modelid ?? ''], [4, i.interface], [5, i.memorySize]]])
    resources.push([3, [...(gpu.quantity ? [[1, pairOf(gpu.quantity)] as Field] : []), ...infos]])
  }
  if (ephemeralStorage) resources.push([4, pairOf(ephemeralStorage)])
  return [1, [[1, name], [2, resources], [3, (capabilities?.storageClasses ?? []).map((c): Field => [1, c])]]]
}
const statusOf = (nodes: readonly Node[], active?: number | bigint): Uint8Array =>
  encodeMessage([[2, [[1, active === undefined ? [] : [[1, active]]], [2, [[1, nodes.map(nodeOf)]]]]], [5, 'p.example'], [6, [[1, 1_708_104_020]]]]) // prettier-ignore

const pair = (allocatable: string, allocated: string): Pair => ({ allocatable: { string: allocatable }, allocated: { string: allocated } }) // prettier-ignore
const t4: Info = { vendor: 'nvidia', name: 't4', interface: 'PCIe', memorySize: '16Gi' }
const a100: Info = { vendor: 'nvidia', name: 'A100', interface: 'SXM4', memorySize: '80Gi' }
const withGpus = (gpus: Pair, info: Info[] | null): Node => ({ name: 'n', resources: { gpu: { quantity: gpus, info } } })
const only = (node: Node) => statusOfGrpc(statusOf([node]))

test('the gRPC answer of 2024: three nodes, one T4', () => {
  const { cluster } = fixture('grpc-getstatus-3-nodes-1xt4') as { cluster: { inventory: { cluster: { nodes: Node[] } } } }
  const { activeLeases, nodes, doubts, unknown } = statusOfGrpc(statusOf(cluster.inventory.cluster.nodes))
  expect([activeLeases, doubts, unknown]).toEqual([0, [], []])
  const none = { gpu_model: null, gpu_memory_gib: null, gpu_interface: null, gpus_allocatable: 0, gpus_allocated: 0, gpus_available: 0 } // prettier-ignore
  const storage = 233_966_001_789
  expect(nodes).toEqual([
    {
      node_index: 0, gpu_kind: 0, node: 'node1', ...none,
      cpu_allocatable: 8_000, cpu_allocated: 3_720, cpu_available: 4_280,
      // 4535332 Ki = 4535332 × 1024
      memory_allocatable: 33_538_080_768, memory_allocated: 4_644_179_968, memory_available: 28_893_900_800,
      storage_allocatable: storage, storage_allocated: 0, storage_available: storage
    },
    {
      node_index: 1, gpu_kind: 0, node: 'node2',
      cpu_allocatable: 8_000, cpu_allocated: 4_205, cpu_available: 3_795,
      memory_allocatable: 31_424_155_648, memory_allocated: 7_900_588_032, memory_available: 23_523_567_616,
      storage_allocatable: storage, storage_allocated: 268_435_456, storage_available: 233_697_566_333,
      gpu_model: 'nvidia/t4', gpu_memory_gib: 16, gpu_interface: 'pcie', gpus_allocatable: 1, gpus_allocated: 1, gpus_available: 0
    },
    {
      node_index: 2, gpu_kind: 0, node: 'node3', ...none,
      cpu_allocatable: 8_000, cpu_allocated: 5_875, cpu_available: 2_125,
      memory_allocatable: 33_538_080_768, memory_allocated: 14_002_214_912, memory_available: 19_535_865_856,
      storage_allocatable: storage, storage_allocated: 0, storage_available: storage
    }
  ]) // prettier-ignore
})

test('the REST answer of 2025: what nodes have and what is free of it', () => {
  const { activeLeases, nodes, doubts } = statusOfRest(fixture('rest-status-2025-per-node'))
  expect([activeLeases, doubts]).toEqual([1, []])
  expect(nodes).toEqual([
    {
      node_index: 0, gpu_kind: 0, node: 'node1',
      cpu_allocatable: 56_000, cpu_allocated: 30_050, cpu_available: 25_950,
      memory_allocatable: 134_923_886_592, memory_allocated: 29_500_637_184, memory_available: 105_423_249_408,
      storage_allocatable: 1_913_291_971_927, storage_allocated: 97_173_635_072, storage_available: 1_816_118_336_855,
      gpu_model: null, gpu_memory_gib: null, gpu_interface: null, gpus_allocatable: 0, gpus_allocated: 0, gpus_available: 0
    }
  ]) // prettier-ignore
})

test('the REST answer of 2022: what is free alone, of nodes without names or GPUs', () => {
  const { activeLeases, nodes, doubts } = statusOfRest(fixture('rest-status-2022-no-gpu'))
  expect([activeLeases, doubts]).toEqual([3, []])
  expect(nodes.map((n) => [n.node, n.cpu_allocatable, n.cpu_allocated, n.cpu_available, n.memory_available, n.storage_available])).toEqual([
    [null, null, null, 111_495, 466_163_988_480, 2_375_935_850_345],
    [null, null, null, 118_780, 474_497_601_536, 7_760_751_097_705],
    [null, null, null, 110_800, 465_918_152_704, 5_760_751_097_705],
    [null, null, null, 19_525, 23_846_356_992, 6_778_277_328_745]
  ]) // prettier-ignore
  expect(new Set(nodes.map((n) => n.gpus_allocatable))).toEqual(new Set([0]))
})

// prettier-ignore
test.each([
  ['8', 8], ['3720m', 3.72], ['4535332Ki', 4_644_179_968], ['998Mi', 1_046_478_848], ['33538080768', 33_538_080_768], ['1.5Gi', 1_610_612_736],
  ['1e3', 1_000], ['2E', 2e18], ['12k', 12_000], ['-5', -5], ['.5', 0.5], ['0', 0],
  ['', null], ['8 cores', null], ['0x10', null], ['1ki', null], ['NaN', null], ['Infinity', null], ['1e9999', null], ['--1', null]
])('the quantity %j is %j', (text, value) => {
  expect(quantity(text)).toBe(value)
})

// prettier-ignore
test.each<[string, Node, object, string[]]>([
  ['2^64 wrapped', { name: 'n', resources: { cpu: { quantity: pair('18446744073709504', '18446744073709551615m'), info: [] } } }, { cpu_allocatable: null, cpu_allocated: null, cpu_available: null }, ['cpu_allocatable: too large', 'cpu_allocated: too large']],
  ['memory of 16 EiB', { name: 'n', resources: { memory: { quantity: pair('64Gi', '17179869145Gi') } } }, { memory_allocatable: 2 ** 36, memory_allocated: null }, ['memory_allocated: too large']],
  ['below nothing', { name: 'n', resources: { memory: { quantity: pair('64Gi', '-17179869092Gi') } } }, { memory_allocatable: 2 ** 36, memory_allocated: null, memory_available: null }, ['memory_allocated: negative']],
  ['thin disks', { name: 'n', resources: { ephemeralStorage: pair('5Pi', '1Ti') } }, { storage_allocatable: null, storage_allocated: 2 ** 40, storage_available: null }, ['storage_allocatable: too large']],
  ['more than there is', { name: 'n', resources: { cpu: { quantity: pair('8', '8001m'), info: [] } } }, { cpu_allocatable: 8_000, cpu_allocated: null }, ['cpu_allocated: more than allocatable']],
  ['no number', { name: 'n', resources: { cpu: { quantity: pair('eight', ''), info: [] } } }, { cpu_allocatable: null, cpu_allocated: null }, ['cpu_allocatable: not a number', 'cpu_allocated: not a number']],
  ['nothing told', { name: '', resources: {} }, { node: null, cpu_allocatable: null, memory_allocated: null, gpus_allocatable: null, gpu_model: null }, []],
  ['half told', { name: 'n', resources: { cpu: { quantity: { allocatable: { string: '4' } }, info: [] } } }, { cpu_allocatable: 4_000, cpu_allocated: null, cpu_available: null }, []],
  ['no GPU info', withGpus(pair('8', '2'), null), { gpu_model: null, gpus_allocatable: 8, gpus_allocated: 2, gpus_available: 6 }, ['gpu_model: not told']],
  ['−1 GPUs', withGpus(pair('8', '18446744073709551615'), [a100]), { gpu_model: 'nvidia/a100', gpus_allocatable: 8, gpus_allocated: null }, ['gpus_allocated: too large']],
  ['GPUs that are gone', withGpus(pair('0', '0'), [a100]), { gpu_model: null, gpus_allocatable: 0 }, []],
  ['a nameless model', withGpus(pair('1', '0'), [{ ...t4, name: '', memorySize: 'much' }]), { gpu_model: null, gpu_memory_gib: null, gpu_interface: 'pcie', gpus_allocatable: 1 }, ['gpu_model: not a name', 'gpu_memory_gib: not an amount of memory']],
  ['a model as long as a book', withGpus(pair('1', '0'), [{ ...t4, name: 'x'.repeat(65) }]), { gpu_model: null }, ['gpu_model: not a name']],
  ['a node with a name as long as a book', { name: 'x'.repeat(254), resources: {} }, { node: null }, ['node: too long']]
])('%s', (_, node, figures, doubts) => {
  const status = only(node)
  expect(status.nodes).toHaveLength(1)
  expect(status.nodes[0]).toMatchObject(figures)
  expect(status.doubts).toEqual(doubts)
})

test('a node with two kinds of GPU gives two rows; who has which is known when all or none are taken', () => {
  const rows = (all: string, taken: string, info: Info[]) => {
    const { nodes, doubts } = only(withGpus(pair(all, taken), info))
    return [nodes.map((n) => [n.gpu_kind, n.gpu_model, n.gpus_allocatable, n.gpus_allocated, n.gpus_available]), doubts]
  }
  const both = [a100, t4, a100]
  expect(rows('3', '0', both)).toEqual([[[0, 'nvidia/a100', 2, 0, 2], [1, 'nvidia/t4', 1, 0, 1]], []]) // prettier-ignore
  expect(rows('3', '3', both)).toEqual([[[0, 'nvidia/a100', 2, 2, 0], [1, 'nvidia/t4', 1, 1, 0]], []]) // prettier-ignore
  expect(rows('3', '1', both)).toEqual([
    [[0, 'nvidia/a100', 2, null, null], [1, 'nvidia/t4', 1, null, null]],
    ['gpus_allocated: not told apart by model']
  ]) // prettier-ignore
  expect(rows('2', '1', both)).toEqual([
    [[0, 'nvidia/a100', null, null, null], [1, 'nvidia/t4', null, null, null]],
    ['gpus_allocatable: not told apart by model', 'gpus_allocated: not told apart by model']
  ]) // prettier-ignore
})

test('leases that cannot be, answers that are none, clusters that cannot be', () => {
  expect(statusOfGrpc(statusOf([], 7))).toEqual({ activeLeases: 7, nodes: [], doubts: [], unknown: [] })
  expect(statusOfGrpc(statusOf([], 2n ** 64n - 1n))).toMatchObject({ activeLeases: null, doubts: ['active_leases: too large'] })
  expect(() => statusOfGrpc(new Uint8Array())).toThrow('it has no cluster with an inventory')
  const many = Array.from({ length: 5_001 }, () => ({ name: 'n', resources: {} }))
  expect(() => statusOfGrpc(statusOf(many))).toThrow('it has 5001 nodes, more than the 5000')
})

test('REST: 2^64 − 1 free, more free than there is, GPUs before they were told by node', () => {
  const figures = { cpu: 1_000, gpu: 4, memory: 1_000, storage_ephemeral: 1_000 }
  const of = (nodes: unknown) => statusOfRest({ cluster: { leases: -1, inventory: { available: { nodes } } } })
  const { activeLeases, nodes, doubts } = of([
    { name: 'n', allocatable: figures, available: { ...figures, gpu: 2 ** 64 - 1, memory: 1_001, cpu: -3 } },
    { ...figures, gpu: 2 }
  ])
  expect(activeLeases).toBeNull()
  expect(nodes[0]).toMatchObject({ gpus_allocatable: 4, gpus_allocated: null, gpus_available: null, cpu_allocated: null, memory_available: null }) // prettier-ignore
  expect(nodes[1]).toMatchObject({ gpus_allocatable: null, gpus_allocated: null, gpus_available: 2 })
  expect(doubts).toEqual(['gpus_available: too large', 'cpu_available: negative', 'memory_available: more than allocatable', 'active_leases: negative']) // prettier-ignore
  expect(of(null).nodes).toEqual([])
  expect(() => of([{ cpu: '8' }])).toThrow(/at cluster\.inventory\.available\.nodes\.0/)
  expect(() => statusOfRest(null)).toThrow(/at the top/)
})

// prettier-ignore
test('versions', () => {
  expect(versionOf({ akash: { version: 'v0.6.4' } })).toBe('0.6.4')
  expect(versionOf({ akash: { version: '0.10.1-rc0' } })).toBe('0.10.1-rc0')
  for (const other of [{}, null, { akash: { version: '' } }, { akash: { version: 'v'.repeat(65) } }, 'v1']) expect(versionOf(other)).toBeNull()
})

// prettier-ignore
test('whatever bytes come, there is an answer or an error, and no figure that cannot be', () => {
  const sound = statusOf([withGpus(pair('3', '1'), [a100, t4]), { name: 'n', resources: { cpu: { quantity: pair('8', '1'), info: [] } } }], 3)
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), (changes) => {
      const bytes = Uint8Array.from(sound)
      for (const [i, byte] of changes) bytes[i] = byte
      let status
      try {
        status = statusOfGrpc(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
        return
      }
      for (const node of status.nodes)
        for (const [name, value] of Object.entries(node))
          if (typeof value === 'number') expect([name, value, Number.isFinite(value) && value >= 0]).toEqual([name, value, true])
    }),
    { numRuns: 2_000 }
  )
})
