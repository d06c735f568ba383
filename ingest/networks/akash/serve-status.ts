/** Answers of an Akash provider about its machines, as its software writes them. For simulated providers. */
import { encodeMessage, type Field } from './wire.ts'

/** A resource as Kubernetes quantities: `8`, `3720m`, `33538080768`. */
type Quantities = { readonly allocatable: string; readonly allocated: string }
export type ServedNode = {
  readonly name: string
  readonly cpu: Quantities
  readonly memory: Quantities
  readonly storage: Quantities
  readonly gpu: Quantities
  /** One entry for each GPU. */
  readonly gpus: readonly {
    readonly vendor: string
    readonly name: string
    readonly memory: string
    readonly interface: string
  }[]
}
export type ServedStatus = { readonly activeLeases: number; readonly nodes: readonly ServedNode[] }

const quantity = (text: string): Field[] => [[1, text]]
const pair = ({ allocatable, allocated }: Quantities): Field[] => [
  [1, quantity(allocatable)],
  [2, quantity(allocated)]
]

/** A message akash.provider.v1.Status; field numbers as in provider-status.ts. */
export function encodeStatus({ activeLeases, nodes }: ServedStatus): Uint8Array {
  // GPUs of a node are alike: each kind is written once.
  const written = new Map<object, Uint8Array>()
  const write = (of: ServedNode['gpus'][number]): Uint8Array => {
    const bytes = encodeMessage([
      [1, of.vendor],
      [2, of.name],
      [4, of.interface],
      [5, of.memory]
    ])
    written.set(of, bytes)
    return bytes
  }
  const fields = nodes.map(({ name, cpu, memory, storage, gpu, gpus }): Field => {
    const infos = gpus.map((of): Field => [2, written.get(of) ?? write(of)])
    const resources: Field[] = [
      [1, [[1, pair(cpu)]]],
      [2, [[1, pair(memory)]]],
      [3, [[1, pair(gpu)], ...infos]],
      [4, pair(storage)]
    ]
    return [
      1,
      [
        [1, name],
        [2, resources]
      ]
    ]
  })
  const inventory: Field[] = [[1, fields]]
  return encodeMessage([
    [
      2,
      [
        [1, activeLeases === 0 ? [] : [[1, activeLeases]]],
        [2, inventory]
      ]
    ]
  ])
}

type Amount = { readonly allocatable: number; readonly allocated: number }
export type ServedFigures = {
  readonly name: string
  readonly cpu: Amount
  readonly memory: Amount
  readonly storage: Amount
  readonly gpu: Amount
}

/**
 * What REST `/status` answers: with `allocatable` since 0.5.0, before it what is free alone, without names.
 * @param nodes millicores, bytes, GPUs
 */
export function restStatus(leases: number, nodes: readonly ServedFigures[], perNode: boolean): object {
  const figures = (of: ServedFigures, read: (amount: Amount) => number): object => ({
    cpu: read(of.cpu),
    gpu: read(of.gpu),
    memory: read(of.memory),
    storage_ephemeral: read(of.storage)
  })
  const all = (amount: Amount): number => amount.allocatable
  const free = (amount: Amount): number => amount.allocatable - amount.allocated
  return {
    cluster: {
      leases,
      inventory: {
        active: [],
        available: {
          nodes: nodes.map((node) =>
            perNode ? { name: node.name, allocatable: figures(node, all), available: figures(node, free) } : figures(node, free)
          )
        }
      }
    },
    bidengine: { orders: 0 },
    manifest: { deployments: leases }
  }
}
