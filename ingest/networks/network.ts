/** What Rackrate needs to know of a network: who it is, who serves it and how a block of it becomes facts. */
import type { Fact } from '../../src/lib/model/facts.ts'
import type { NodeFigures } from '../../src/lib/model/probes.ts'
import type { ReportedRow } from '../../src/lib/model/reported.ts'
import type { StateFact } from '../../src/lib/model/snapshot.ts'
import type { Block } from '../chain/source.ts'

/** Which objects of a kind are asked for; all without. */
export type StateFilter = {
  readonly active?: boolean
  readonly lease?: {
    readonly owner: string
    readonly dseq: string
    readonly gseq: number
    readonly oseq: number
    readonly provider: string
  }
}
/** One page of what the chain's state has. */
export type StatePage = {
  readonly facts: readonly StateFact[]
  /** Objects in the page. */
  readonly rows: number
  /** Key of the next page; null after the last. */
  readonly nextKey: Uint8Array | null
}
/** A kind of object that the chain's state remembers, and how to ask for it page by page. */
export type StateQuery = {
  /** What it is of: `leases`. */
  readonly name: string
  /** gRPC methods, the newest version first; a node knows one of them. */
  readonly methods: readonly string[]
  /** Whether sound nodes may know none of the methods, because their chain has no such module or serves nothing of it. */
  readonly optional?: boolean
  /** `filter` is for leases alone. */
  readonly request: (filter: StateFilter, key: Uint8Array | null, limit: number) => Uint8Array
  /** @throws Error saying what is not known, when the bytes are no answer of `method` in a version that this program reads */
  readonly read: (method: string, bytes: Uint8Array, readHeight: number) => StatePage
}

export type ReportedFigure = Pick<ReportedRow, 'metric' | 'day' | 'value' | 'unit'>
export type ReportedAnswer = {
  readonly figures: readonly ReportedFigure[]
  /** Values that were not taken: why, and how many. */
  readonly skipped: readonly { readonly reason: string; readonly count: number }[]
}
export type ReportedQuery = {
  /** Below the API's address, with the query. */
  readonly path: string
  /**
   * @param answer JSON
   * @param today UTC day of the answer, `YYYY-MM-DD`
   * @throws Error saying where the answer is not as expected
   */
  readonly read: (answer: unknown, today: string) => ReportedAnswer
}
/** Where a network publishes daily figures itself. */
export type ReportedApi = {
  readonly url: string
  /** What to ask for on a day, `YYYY-MM-DD`. */
  readonly queries: (today: string) => readonly ReportedQuery[]
}

/** What a provider answered about its machines. */
export type ProviderStatus = {
  readonly activeLeases: number | null
  readonly nodes: readonly NodeFigures[]
  /** Figures not taken, `column: why`, one entry for each. */
  readonly doubts: readonly string[]
  /** Fields that this program does not know, as dotted paths. */
  readonly unknown: readonly string[]
}
/** How a network's providers are asked about their machines: by gRPC, and by REST where that fails. */
export type ProviderApi = {
  /** Readers throw Error saying what is not as expected. */
  readonly grpc: {
    readonly port: number
    /** Path of the method. */
    readonly method: string
    readonly request: Uint8Array
    readonly read: (bytes: Uint8Array) => ProviderStatus
  }
  readonly rest: { readonly port: number; readonly path: string; readonly read: (json: unknown) => ProviderStatus }
  /** By REST too; null where an answer tells no version. */
  readonly version: { readonly path: string; readonly read: (json: unknown) => string | null }
}

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
  /** Times of heights of the public network that are known from elsewhere, for where no header can be had. */
  readonly dates: readonly { readonly height: number; readonly time: string; readonly error_s: number; readonly source: string }[]
  /** What the chain's state can be asked for; leases come first. */
  readonly state: readonly StateQuery[]
  readonly reported: ReportedApi
  readonly providerApi: ProviderApi
  /** Facts of one block, in the order of their positions. Pure: knows this block and nothing else. */
  readonly decode: (block: Block) => Fact[]
  /** Facts of the state that a chain began with, at its first height. Pure; a state of another shape has none. */
  readonly genesis: (genesis: unknown, height: number) => Fact[]
}
