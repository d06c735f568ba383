/** Which rows the overview's lists show. */
import { amount, count, percent, shortAddress, visible } from '../lib/model/format.ts'
import type { MetricRows } from '../lib/sql/catalog.ts'

export const MOST_PROVIDERS = 10
export const MOST_MODELS = 10

/** The models with the most GPU-hours, and the chosen one with them. */
export function mostLeased<T extends { readonly model: string }>(rows: readonly T[], chosen: string | null): readonly T[] {
  const shown = rows.slice(0, MOST_MODELS)
  const extra = rows.find(({ model }) => model === chosen)
  return !extra || shown.includes(extra) ? shown : [...shown.slice(0, -1), extra]
}

/** The largest providers, and the rest in one row. */
export function spendItems(rows: readonly MetricRows['spend_by_provider'][]) {
  const total = rows.reduce((sum, { spend }) => sum + spend, 0)
  const share = (spend: number) => (total > 0 ? percent(spend / total) : '')
  const shown = rows.length > MOST_PROVIDERS ? rows.slice(0, MOST_PROVIDERS - 1) : rows
  const rest = rows.slice(shown.length)
  const items = shown.map((row) => ({
    id: row.provider,
    name: visible(row.organization) ?? shortAddress(row.provider),
    hint: `${row.organization ?? 'no organisation stated'}\n${row.provider}`,
    detail: visible(row.organization) === null ? count(row.leases, 'lease') : `${shortAddress(row.provider)} · ${count(row.leases, 'lease')}`,
    value: row.spend,
    valueText: amount(row.spend),
    shareText: share(row.spend),
    rest: false
  }))
  if (rest.length === 0) return items
  const sum = rest.reduce((all, { spend }) => all + spend, 0)
  const leases = rest.reduce((all, row) => all + row.leases, 0)
  return [
    ...items,
    {
      id: 'rest',
      name: count(rest.length, 'more provider'),
      hint: 'All of them are in the table',
      detail: count(leases, 'lease'),
      value: sum,
      valueText: amount(sum),
      shareText: share(sum),
      rest: true
    }
  ]
}
