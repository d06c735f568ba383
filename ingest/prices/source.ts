/** What a source of prices is: where it is asked, and how its answer becomes rows. Asking goes through `PriceClient`, so that tests answer from 127.0.0.1. */
import type { ListPriceRow, TokenPriceRow } from '../../src/lib/model/prices.ts'

/** A list price as a source tells it; the run adds when it was fetched. */
export type ListPrice = Omit<ListPriceRow, 'fetched_at'>
export type TokenPrice = Omit<TokenPriceRow, 'fetched_at'>

/** What was in an answer and not taken, with one example of each reason. */
export type Skipped = {
  readonly reason: string
  readonly count: number
  readonly example: string
  /** A whole part of the source could not be had: a run that meets one is not complete. */
  readonly isFailure?: true
}

export type Collected = {
  readonly prices: readonly ListPrice[]
  readonly tokens: readonly TokenPrice[]
  readonly skipped: readonly Skipped[]
}

export type Ask = {
  readonly method?: 'GET' | 'POST'
  readonly headers?: { readonly [name: string]: string }
  readonly body?: string
  /** Largest answer taken, bytes as decoded. Default 64 MB; for `lines` none. */
  readonly maxBytes?: number
  /** For the whole answer, milliseconds. Default 60 s. */
  readonly timeoutMs?: number
}

export type PriceClient = {
  /** The whole answer as text, with its headers. */
  readonly text: (url: string, ask?: Ask) => Promise<{ readonly text: string; readonly headers: Headers }>
  /** The answer parsed as JSON. */
  readonly json: (url: string, ask?: Ask) => Promise<unknown>
  /**
   * Lines of an answer of any size, one at a time. One that ends before its stated length is an error, and so is a line of more than 1 MB.
   * Of a list of gigabytes say by `keep` which lines are wanted, so that the others cost next to nothing; `index` counts all lines from 0.
   */
  readonly lines: (url: string, ask?: Ask, keep?: (line: string, index: number) => boolean) => AsyncIterable<string>
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
