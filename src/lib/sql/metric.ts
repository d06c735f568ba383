/** What a metric is: its entry in the catalog. */
import type { PUBLIC, PublicTable } from '../model/public.ts'

export type ColumnOf<T extends PublicTable> = keyof (typeof PUBLIC)[T]['columns'] & string
/** Tables and columns that a metric reads, so that a browser fetches nothing else. */
export type Needs = { readonly [T in PublicTable]?: readonly ColumnOf<T>[] }

export type Metric = {
  readonly title: string
  readonly unit: string
  /** How it is measured, in words, for the reader of a chart. */
  readonly method: readonly string[]
  readonly needs: Needs
  readonly params: readonly string[]
}
