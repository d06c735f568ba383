/** The registry of networks. */
import { akash } from './akash/config.ts'
import type { Network } from './network.ts'

const networks: readonly Network[] = [akash]

/** The network of that id. Throws Error with the known ids when there is none. */
export function networkOf(id: string): Network {
  const found = networks.find((n) => n.id === id)
  if (!found) throw new Error(`unknown network '${id}': use ${networks.map((n) => n.id).join(' or ')}`)
  return found
}
