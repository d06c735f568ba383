/** What the charts of supply show, in a sentence. Generated from the rows shown, so it is true for every filter. */
import { count, isolated, modelName, percent, visible, whole } from '../../lib/model/format.ts'
import { bucketText } from '../../lib/model/time.ts'
import type { MetricRows } from '../../lib/sql/metric-rows.ts'
import { placeOf } from '../../lib/model/regions.ts'
import type { SupplyScope } from './supply.ts'

type Day = MetricRows['supply_over_time']
/** A day at whose end something is known from probes. */
export type KnownDay = Day & {
  readonly gpus_registered: number
  readonly gpus_seen: number
  readonly gpus_online: number
  readonly gpus_leasable: number
}

export const DAY = 86_400_000

export function knownDays(days: readonly Day[]): readonly KnownDay[] {
  return days.filter((day): day is KnownDay => day.gpus_online !== null)
}

/** `20 Nov 2026` */
export function dayText(day: string): string {
  return bucketText(Date.parse(day), DAY, false)
}

/** `20 Nov 2026`, or `18 Nov 2026 – 20 Nov 2026`; breaks into lines only at the dash. */
export function daysText(first: string, last: string): string {
  const whole = (day: string) => dayText(day).replaceAll(' ', '\u00a0')
  return first === last ? whole(first) : `${whole(first)} – ${whole(last)}`
}

/** What is counted: GPUs, or those of the model chosen. */
export function kindOf({ model }: SupplyScope): string {
  return model === null ? 'GPU' : modelName(model)
}

export function countsFinding(days: readonly Day[], scope: SupplyScope): string {
  const known = knownDays(days)
  const [first, last] = [known[0], known.at(-1)]
  const kind = kindOf(scope)
  if (!first || !last) return `How many ${kind}s there are to rent is not known for this range`
  const online = `${whole(last.gpus_online)} of ${count(last.gpus_registered, `registered ${kind}`)} ${last.gpus_online === 1 ? 'was' : 'were'} online at the end`
  const change = last.gpus_online - first.gpus_online
  if (first === last) return online
  const than = dayText(first.day)
  return change === 0
    ? `${online}, as many as on ${than}`
    : `${online}, ${whole(Math.abs(change))} ${change > 0 ? 'more' : 'fewer'} than on ${than}`
}

/** Mean of the days with an occupancy, and the last of them. */
function occupancyOf(days: readonly Day[]): { readonly mean: number | null; readonly last: number | null } {
  const known = days.map(({ occupancy }) => occupancy).filter((value) => value !== null)
  return {
    mean: known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length,
    last: known.at(-1) ?? null
  }
}

export function occupancyFinding(days: readonly Day[], scope: SupplyScope): string {
  const { mean, last } = occupancyOf(days)
  if (mean === null || last === null) return `The occupancy of ${kindOf(scope)}s is not known for this range`
  const change = last - mean
  const now = percent(last)
  if (Math.abs(change) < 0.01) return `Occupancy stood at ${now} at the end, near its mean`
  return `Occupancy stood at ${now} at the end, ${change > 0 ? 'above' : 'below'} its mean of ${percent(mean)}`
}

export function modelsFinding(models: readonly MetricRows['supply_models'][], known: boolean, scope: SupplyScope): string {
  if (!known) return 'How many GPUs of each model were online is not known for this range'
  const chosen = models.find(({ model }) => model === scope.model)
  if (scope.model !== null && (chosen?.online ?? 0) === 0) return `No ${kindOf(scope)} was online at the end of this range`
  const online = models.filter((row) => row.online > 0)
  if (online.length === 0) return 'No GPU was online at the end of this range'
  // Where providers do not tell, none is taken for free.
  const freeOf = (row: (typeof online)[number]): number => row.online - (row.allocated ?? row.online)
  const full = online.filter((row) => row.allocated !== null && row.allocated >= row.online)
  const [freest] = [...online].sort((a, b) => freeOf(b) - freeOf(a))
  const only = chosen ?? (online.length === 1 ? online[0] : undefined)
  if (only?.allocated === null)
    return `How many of the ${count(only.online, modelName(only.model))} online were leased is not told`
  if (only)
    return `${whole(only.allocated)} of ${count(only.online, modelName(only.model))} online ${only.allocated === 1 ? 'was' : 'were'} leased`
  const soldOut =
    full.length === 0
      ? 'No model is sold out'
      : full.length === online.length
        ? 'Every model online is sold out'
        : `${count(full.length, 'model')} of ${online.length} ${full.length === 1 ? 'is' : 'are'} sold out`
  const free = freest ? freeOf(freest) : 0
  return freest && free > 0 ? `${soldOut}; most free: ${count(free, modelName(freest.model))}` : soldOut
}

/** How a stated region reads in a sentence: its place where that is known, else its own words, shortened. */
function regionName(region: string): string {
  const own = visible(region) ?? 'a region without visible letters'
  return placeOf(region)?.name ?? `‘${isolated(own.length > 24 ? `${own.slice(0, 23)}…` : own)}’`
}

export function regionsFinding(regions: readonly MetricRows['supply_regions'][]): string {
  if (regions.length === 0) return 'Where GPUs were online is not known for this range'
  const online = regions.reduce((sum, row) => sum + row.gpus_online, 0)
  const byName = new Map<string, number>()
  for (const { region, gpus_online } of regions)
    if (region !== null) byName.set(regionName(region), (byName.get(regionName(region)) ?? 0) + gpus_online)
  const [first] = [...byName].sort(([, a], [, b]) => b - a)
  if (!first || online === 0) return 'No GPU was online in any region'
  return `${percent(first[1] / online)} of the GPUs online are in ${first[0]}, as their providers state`
}

export type Demand = {
  readonly orders: number
  readonly withBids: number
  readonly leased: number
  readonly ranHour: number
  readonly unfilled: number
}

export function demandOf(rows: readonly MetricRows['demand_funnel'][]): Demand {
  const sum = (value: (row: MetricRows['demand_funnel']) => number) => rows.reduce((total, row) => total + value(row), 0)
  return {
    orders: sum((row) => row.orders),
    withBids: sum((row) => row.with_bids),
    leased: sum((row) => row.leased),
    ranHour: sum((row) => row.ran_hour),
    unfilled: sum((row) => row.unfilled)
  }
}

export function demandFinding({ orders, leased, ranHour }: Demand, scope: SupplyScope): string {
  const kind = kindOf(scope)
  if (orders === 0)
    return `No order for ${scope.model === null ? 'GPUs' : `an ${kind}`.replace(/^an (?=[^AEFHILMNORSXaeiou])/, 'a ')} in this range`
  if (leased === 0) return `None of ${count(orders, 'order')} for ${kind}s became a lease`
  return `${percent(leased / orders)} of orders for ${kind}s became a lease; ${percent(ranHour / leased)} of these ran an hour or more`
}

export function unfilledFinding(rows: readonly MetricRows['demand_funnel'][]): string {
  const { orders, unfilled } = demandOf(rows)
  if (orders === 0) return 'No order was left unfilled'
  const [most] = [...rows].sort((a, b) => b.unfilled - a.unfilled)
  if (!most || unfilled === 0) return 'Every order that was closed had become a lease'
  const all = most.unfilled === unfilled ? 'all' : whole(most.unfilled)
  return `${whole(unfilled)} of ${count(orders, 'order')} went unfilled, ${all} of them for ${askedFor(most.model)}`
}

/** What an order asked for: a model, one of several, or any. */
export function askedFor(model: string): string {
  return model === 'any' ? 'any model' : model === 'several' ? 'one of several models' : modelName(model)
}
