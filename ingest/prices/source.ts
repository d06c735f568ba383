/** What a source of prices is: where it is asked, and how its answer becomes rows. Asking goes through `PriceClient`, so that tests answer from 127.0.0.1. */
import type { ListPriceRow, TokenPriceRow } from '../../src/lib/model/prices.ts'
import type { PriceClient } from './client.ts'

/** A list price as a source tells it; the run adds when it was fetched. */
export type ListPrice = Omit<ListPriceRow, 'fetched_at'>
export type TokenPrice = Omit<TokenPriceRow, 'fetched_at'>

/** What was in an answer and not taken, with one example of each reason. */
export type Skipped = { readonly reason: string; readonly count: number; readonly example: string }

export type Collected = {
  readonly prices: readonly ListPrice[]
  readonly tokens: readonly TokenPrice[]
  readonly skipped: readonly Skipped[]
}

export type PriceContext = {
  readonly client: PriceClient
  /** UTC day of the run, `YYYY-MM-DD`: `observed_on` of sources that answer with what holds now. A source that dates its data keeps its own date. */
  readonly today: string
  /** Environment, for sources that take a key when there is one. */
  readonly env: { readonly [name: string]: string | undefined }
  /** First day to fetch, for sources with a published history (`--since`). */
  readonly since?: string | undefined
}

export type PriceSource = {
  readonly id: string
  /** For the log: `AWS Price List`. */
  readonly title: string
  /**
   * Fetches and parses.
   * @throws PriceError when the answer is not what the source is known to answer: then none of it is taken
   */
  readonly collect: (context: PriceContext) => Promise<Collected>
}

/** A source failed or changed its shape. The message says which address, what was wrong and whether a retry helps. */
export class PriceError extends Error {
  override readonly name = 'PriceError'
}
