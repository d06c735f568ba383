/** What Rackrate needs to know of a network: who it is and how a block of it becomes facts. */
import type { Fact } from '../../src/lib/model/facts.ts'
import type { Block } from '../chain/source.ts'

export type Network = {
  /** Id in every table, such as `akash`. */
  readonly id: string
  /** Chain ids of the public network. Any other chain id is a recorded or simulated chain. */
  readonly publicChainIds: readonly string[]
  /** Facts of one block, in the order of their positions. Pure: knows this block and nothing else. */
  readonly decode: (block: Block) => Fact[]
}
