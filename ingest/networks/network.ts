/** What Rackrate needs to know of a network: who it is, who serves it and how a block of it becomes facts. */
import type { Fact } from '../../src/lib/model/facts.ts'
import type { Block } from '../chain/source.ts'

export type Network = {
  /** Id in every table, such as `akash`. */
  readonly id: string
  /** Chain ids of the public network. Any other chain id is a recorded or simulated chain. */
  readonly publicChainIds: readonly string[]
  /** Public CometBFT RPC endpoints, asked when the operator names none. */
  readonly endpoints: readonly string[]
  /** Whether `decode` looks into events of a type. Of others it needs the position alone. */
  readonly follows: (eventType: string) => boolean
  /** Whether events outside transactions may yield facts at a height of a chain; true where that is not known. */
  readonly blockEvents: (chainId: string, height: number) => boolean
  /** Facts of one block, in the order of their positions. Pure: knows this block and nothing else. */
  readonly decode: (block: Block) => Fact[]
}
