/** The order of the table of models, as the address holds it. */
import type { MetricRows } from '../../lib/sql/metric-rows.ts'

type Row = MetricRows['supply_models']
export type Column = 'model' | 'online' | 'leased' | 'leasable' | 'providers' | 'price' | 'last'

/** What a column is sorted by; unknown values stand last either way. */
const VALUES: { readonly [column in Column]: (row: Row) => number | string | null } = {
  model: (row) => row.model,
  online: (row) => row.registered,
  leased: (row) => (row.online > 0 && row.allocated !== null ? row.allocated / row.online : null),
  leasable: (row) => row.leasable,
  providers: (row) => row.providers_online,
  price: (row) => row.median_price,
  last: (row) => (row.last_lease_at === null ? null : Date.parse(row.last_lease_at))
}

export type Order = { readonly column: Column; readonly descending: boolean }
/** The largest models first. */
export const DEFAULT_ORDER: Order = { column: 'online', descending: true }

/** Reads the order of an address; what it does not understand is the default. */
export function orderOf(sort: string | null): Order {
  const column = sort?.replace(/^-/, '') ?? ''
  return Object.hasOwn(VALUES, column) ? { column: column as Column, descending: sort?.startsWith('-') ?? false } : DEFAULT_ORDER
}

/** What the address holds for an order; null for the default. */
export function sortOf({ column, descending }: Order): string | null {
  return column === DEFAULT_ORDER.column && descending === DEFAULT_ORDER.descending ? null : `${descending ? '-' : ''}${column}`
}

/** The order after a click on a column: numbers begin with the largest, names with A; a second click turns it round. */
export function clicked(now: Order, column: Column): Order {
  return now.column === column ? { column, descending: !now.descending } : { column, descending: column !== 'model' }
}

export function sorted(rows: readonly Row[], { column, descending }: Order): readonly Row[] {
  const value = VALUES[column]
  return [...rows].sort((a, b) => {
    const [left, right] = [value(a), value(b)]
    if (left === null || right === null) return Number(left === null) - Number(right === null)
    const order = left < right ? -1 : left > right ? 1 : 0
    return descending ? -order : order
  })
}
