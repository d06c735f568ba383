/** Which rows the overview's lists show. */
import { amount, count, percent, shortAddress, visible } from '../lib/model/format.ts'
import type { MetricRows } from '../lib/sql/metric-rows.ts'

export const MOST_PROVIDERS = 10
export const MOST_MODELS = 10

/** The models with the most GPU-hours, and the chosen one with them. */
export function mostLeased<T extends { readonly model: string }>(rows: readonly T[], chosen: string | null): readonly T[] {
  const shown = rows.slice(0, MOST_MODELS)
  const extra = rows.find(({ model }) => model === chosen)
  return !extra || shown.includes(extra) ? shown : [...shown.slice(0, -1), extra]
}

export type SpendItem = {
  readonly id: string
  /** As the provider names itself, else its address. */
  readonly name: string
  readonly hint: string
  readonly detail: string
  readonly value: number
  readonly valueText: string
  readonly shareText: string
  /** The sum of the providers not shown one by one. */
  readonly rest: boolean
}

/** The largest providers, and the rest in one row. */
export function spendItems(rows: readonly MetricRows['spend_by_provider'][]): readonly SpendItem[] {
  const total = rows.reduce((sum, { spend }) => sum + spend, 0)
  const item = (id: string, spend: number, words: { name: string; hint: string; detail: string }, rest: boolean): SpendItem => ({
    id,
    ...words,
    value: spend,
    valueText: amount(spend),
    shareText: total > 0 ? percent(spend / total) : '',
    rest
  })
  const shown = rows.length > MOST_PROVIDERS ? rows.slice(0, MOST_PROVIDERS - 1) : rows
  const rest = rows.slice(shown.length)
  const items = shown.map((row) => {
    const [name, address, leases] = [visible(row.organization), shortAddress(row.provider), count(row.leases, 'lease')]
    const hint = `${row.organization ?? 'no organisation stated'}\n${row.provider}`
    return item(
      row.provider,
      row.spend,
      { name: name ?? address, hint, detail: name === null ? leases : `${address} · ${leases}` },
      false
    )
  })
  if (rest.length === 0) return items
  const words = {
    name: count(rest.length, 'more provider'),
    hint: 'Each of them is in the table',
    detail: count(
      rest.reduce((sum, { leases }) => sum + leases, 0),
      'lease'
    )
  }
  return [
    ...items,
    item(
      'rest',
      rest.reduce((sum, { spend }) => sum + spend, 0),
      words,
      true
    )
  ]
}
