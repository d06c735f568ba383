/** Prices of leases against those of clouds, always at a time at which both are known. Pure. */
import type { MetricRows } from '../../lib/sql/metric-rows.ts'
import { cloudOf, providersOf } from './clouds.ts'
import type { PriceRows } from './prices.ts'

/** The last bucket in which leases and a cloud both had a price. */
export type Comparison = MetricRows['discounts'] & { readonly name: string }

/** Of each cloud, well-known ones first. */
export function comparisonsOf({ discounts }: Pick<PriceRows, 'discounts'>): readonly Comparison[] {
  return providersOf(discounts).flatMap((provider) => {
    const last = discounts.findLast((row) => row.provider === provider)
    return last ? [{ ...last, name: cloudOf(provider).name }] : []
  })
}

/** The cheapest cloud of a bucket. */
export function cheapestOf({ discounts }: Pick<PriceRows, 'discounts'>, begins: string): Comparison | undefined {
  const [first] = discounts.filter((row) => row.begins === begins).sort((a, b) => a.list_usd - b.list_usd)
  return first && { ...first, name: cloudOf(first.provider).name }
}

const DAY = 86_400_000

/** The day, `YYYY-MM-DD`, on which an offer that compares was last seen; null when none is. */
export function lastOffer(offers: PriceRows['offers']): string | null {
  const days = offers.filter(({ comparable }) => comparable !== 'no').map(({ seen_on }) => seen_on)
  return days.sort().at(-1) ?? null
}

/** The day on which a cloud's price was last seen, up to the end of a range; milliseconds. */
function seenOf(rows: readonly MetricRows['cloud_prices'][], provider: string, to: number): number | null {
  const last = rows.findLast((row) => row.provider === provider)
  return last ? Math.min(Date.parse(last.to_day) - DAY, Math.floor((to - 1) / DAY) * DAY) : null
}

/** First and last of these days; null where no cloud has a price. */
export function seenRange(
  rows: readonly MetricRows['cloud_prices'][],
  to: number
): { readonly first: number; readonly last: number; readonly clouds: number } | null {
  const days = providersOf(rows).flatMap((provider) => seenOf(rows, provider, to) ?? [])
  return days.length === 0 ? null : { first: Math.min(...days), last: Math.max(...days), clouds: days.length }
}
