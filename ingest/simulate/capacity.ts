/** What of each provider's nodes is free: a bid is made only where all of it fits one node, and holds the place. */
import type { Bid, Spec } from '../networks/akash/simulate/objects.ts'
import type { Node, Supplier } from './supply.ts'

type Use = { readonly node: Node; readonly spec: Spec }
export type Capacity = {
  /** A node with room for a spec at a height; with GPUs of one of the models asked for. */
  readonly fit: (supplier: Supplier, spec: Spec, height: number) => Node | undefined
  readonly take: (bid: Bid, node: Node) => void
  readonly free: (bid: Bid) => void
  /** Where a bid had or has its place. */
  readonly nodeOf: (bid: Bid) => Node | undefined
}

type Left = { gpus: number; cpuMillicores: number; memoryBytes: number; storageBytes: number }

/** Whether a GPU attribute of an order takes a node's GPUs. */
function takes(key: string, node: Node): boolean {
  const { gpu } = node
  if (!gpu) return false
  const [, vendor, , model, ...rest] = key.split('/')
  if (vendor !== 'nvidia' || (model !== '*' && model !== gpu.name)) return false
  for (let i = 0; i < rest.length; i += 2) {
    if (rest[i] === 'ram' && rest[i + 1] !== `${gpu.memoryGib}Gi`) return false
    if (rest[i] === 'interface' && !gpu.form.toLowerCase().startsWith(rest[i + 1] ?? '')) return false
  }
  return true
}

export function createCapacity(): Capacity {
  const left = new Map<Node, Left>()
  const uses = new Map<Bid, Use>()
  const places = new WeakMap<Bid, Node>()
  const leftOf = (node: Node): Left => {
    const known = left.get(node)
    if (known) return known
    const { gpus, cpuMillicores, memoryBytes, storageBytes } = node
    const all = { gpus, cpuMillicores, memoryBytes, storageBytes }
    left.set(node, all)
    return all
  }
  const change = ({ node, spec }: Use, sign: 1 | -1): void => {
    const here = leftOf(node)
    here.gpus += sign * spec.gpus
    here.cpuMillicores += sign * spec.cpuMillicores
    here.memoryBytes += sign * spec.memoryBytes
    here.storageBytes += sign * (spec.storageBytes + spec.persistentBytes)
  }
  return {
    fit: (supplier, spec, height) =>
      supplier.nodes.find((node) => {
        if (node.from > height || node.until <= height) return false
        if (spec.gpus > 0 && !spec.gpuKeys.some((key) => takes(key, node))) return false
        const here = leftOf(node)
        return (
          here.gpus >= spec.gpus &&
          here.cpuMillicores >= spec.cpuMillicores &&
          here.memoryBytes >= spec.memoryBytes &&
          here.storageBytes >= spec.storageBytes + spec.persistentBytes
        )
      }),
    take: (bid, node) => {
      const use = { node, spec: bid.order.group.spec }
      uses.set(bid, use)
      places.set(bid, node)
      change(use, -1)
    },
    free: (bid) => {
      const use = uses.get(bid)
      if (!use) return
      uses.delete(bid)
      change(use, 1)
    },
    nodeOf: (bid) => places.get(bid)
  }
}
