/** The range with leases of a kind that is nearest to one without. Pure. */
import type { MetricRows } from '../../lib/sql/metric-rows.ts'
import { DAY, type PriceScope } from './prices.ts'

/** Twelve weeks are enough to see a course. */
const SHOWN = 84 * DAY

/**
 * Milliseconds; null when no lease of the kind is known at all.
 * @param kinds with the first and last week in which each was leased
 */
export function nearestRange(
  { kind, from }: Pick<PriceScope, 'kind' | 'from'>,
  kinds: readonly MetricRows['price_kinds'][]
): { readonly from: number; readonly to: number } | null {
  const row = kinds.find(
    ({ model, memory_gib, interface: form }) => model === kind?.model && memory_gib === kind.memoryGib && form === kind.form
  )
  if (!row) return null
  const [first, end] = [Date.parse(row.first_week), Date.parse(row.last_week) + 7 * DAY]
  if (from >= end) return { from: Math.max(first, end - SHOWN), to: end }
  if (from < first) return { from: first, to: Math.min(end, first + SHOWN) }
  return { from: first, to: end }
}
