/** A final block and where blocks come from: the contract between I/O and decoding. */
import type { Interval } from '../../src/lib/model/interval.ts'

export type EventAttribute = { readonly key: string; readonly value: string }
export type ChainEvent = { readonly type: string; readonly attributes: readonly EventAttribute[] }
export type TxResult = {
  /** 0 for a transaction that took effect. */
  readonly code: number
  readonly events: readonly ChainEvent[]
}

/** A final block with its results, whatever the software of the node that served it. Attributes are plain text. */
export type Block = {
  readonly height: number
  /** Header time, microseconds since 1970 UTC (nanoseconds cut off). */
  readonly time: bigint
  /** Upper-case hex. */
  readonly hash: string
  /** Hash of the block before, upper-case hex; '' for the first block of a chain. */
  readonly parentHash: string
  readonly txs: readonly Uint8Array[]
  /** One for each transaction, in order. */
  readonly results: readonly TxResult[]
  /** PreBlock and BeginBlock events, in order. */
  readonly beginEvents: readonly ChainEvent[]
  readonly endEvents: readonly ChainEvent[]
}

export type ChainStatus = {
  readonly chainId: string
  /** Lowest height that the node still serves. */
  readonly earliestHeight: number
  readonly latestHeight: number
  /** Version of the node's consensus software, as it says. */
  readonly version: string
}

export type ChainSource = {
  /** Host names of the endpoints behind it, for `coverage.source`. */
  readonly name: string
  status(): Promise<ChainStatus>
  /** Yields the blocks of a range in height order, fetched concurrently. Throws the signal's reason when it aborts: a range cut short never looks whole. */
  blocks(range: Interval, signal?: AbortSignal): AsyncIterable<Block>
  /**
   * Asks the state of the chain at a height. `path` is a gRPC method, `data` its request; the value is its response.
   * Rejects with ChainError, among others of the faults `state-pruned`, `unknown-query` and `query-refused`, or with the signal's reason.
   */
  query(path: string, data: Uint8Array, height: number, signal?: AbortSignal): Promise<Uint8Array>
  /** The state that the chain began with, as the node's JSON has it. Rejects with ChainError, or with the signal's reason. */
  genesis(signal?: AbortSignal): Promise<unknown>
  close(): void
}
