/** What a chart shows, in a sentence. Generated from the rows shown, so it is true for every filter. */
import { amount, count, modelName, percent, short, whole } from '../lib/model/format.ts'
import { bucketText, onOneDay } from '../lib/model/time.ts'
import { FEWEST_FOR_PERCENTILES } from '../lib/charts/strip.ts'
import type { MetricRows } from '../lib/sql/metric-rows.ts'
import { DAY, type Scope } from './overview.ts'

export type GpuTotals = {
  /** GPUs leased in the last bucket with data, and in the fullest one. */
  readonly end: number | null
  readonly peak: number | null
  readonly peakAt: number | null
  readonly gpuHours: number
  readonly leases: number
}

/** Starts of the buckets of a result, milliseconds. */
export function bucketsOf(rows: readonly MetricRows['gpus_leased'][], bucket: number): number[] {
  const first = rows[0] ? Date.parse(rows[0].first_bucket) : 0
  return (rows[0]?.gpus ?? []).map((_, i) => first + i * bucket)
}

export function gpuTotals(rows: readonly MetricRows['gpus_leased'][], bucket: number): GpuTotals {
  const starts = bucketsOf(rows, bucket)
  const totals = starts.map((_, i) => rows.reduce<number | null>((sum, row) => add(sum, row.gpus[i]), 0))
  const known = totals.filter((total) => total !== null)
  const peak = known.length > 0 ? Math.max(...known) : null
  return {
    end: known.at(-1) ?? null,
    peak,
    peakAt: peak === null ? null : (starts[totals.indexOf(peak)] ?? null),
    gpuHours: rows.reduce((sum, row) => sum + row.gpu_hours, 0),
    leases: rows[0]?.all_leases ?? 0
  }
}

function add(sum: number | null, value: number | null | undefined): number | null {
  return sum === null || typeof value !== 'number' ? null : sum + value
}

export function gpusFinding(rows: readonly MetricRows['gpus_leased'][], scope: Scope): string {
  const { end, peak, peakAt } = gpuTotals(rows, scope.bucket)
  const kind = scope.model === null ? 'GPU' : modelName(scope.model)
  if (end === null || peak === null || peakAt === null || peak === 0) return `No ${kind} was leased in this range`
  const at = bucketText(peakAt, scope.bucket, onOneDay(scope.from, scope.to))
  const when = /[A-Z]/.test(at) ? `on ${at}` : `at ${at}`
  if (end >= peak * 0.995) return `${kind}s leased stood at their highest, ${short(end)}, at the end`
  if (end === 0) return `${kind}s leased peaked at ${short(peak)} ${when}; none was left at the end`
  return `${count(Math.round(end), kind)} leased at the end, after a peak of ${short(peak)} ${when}`
}

export function pricesFinding(rows: readonly MetricRows['prices_by_model'][], scope: Scope): string {
  const { symbol } = scope.denom
  if (scope.model !== null) {
    const row = rows.find(({ model }) => model === scope.model)
    const name = modelName(scope.model)
    if (!row) return `No ${name} was leased for ${symbol} in this range`
    if (row.leases === 1) return `The one ${name} lease cost ${amount(row.median)} ${symbol} per GPU-hour`
    const spread =
      row.leases < FEWEST_FOR_PERCENTILES
        ? `${count(row.leases, 'lease')} from ${amount(row.lowest)} to ${amount(row.highest)}`
        : `the middle half from ${amount(row.p25)} to ${amount(row.p75)}`
    return `${article(name)} rented for ${amount(row.median)} ${symbol} an hour, ${spread}`
  }
  const ranked = [...rows].sort((a, b) => b.median - a.median)
  const [dearest, cheapest] = [ranked[0], ranked.at(-1)]
  if (!dearest || !cheapest) return `No GPU was leased for ${symbol} in this range`
  if (dearest === cheapest) return `${article(modelName(dearest.model))} rented for ${amount(dearest.median)} ${symbol} an hour`
  const times = dearest.median / cheapest.median
  const [dear, cheap] = [article(modelName(dearest.model)), lower(article(modelName(cheapest.model)))]
  return times >= 1.95
    ? `${dear} rented for ${amount(dearest.median)} ${symbol} an hour, ${short(times)} times the price of ${cheap}`
    : `${dear} rented for ${amount(dearest.median)} ${symbol} an hour, ${cheap} for ${amount(cheapest.median)}`
}

export function spendFinding(rows: readonly MetricRows['spend_by_provider'][], scope: Scope): string {
  const total = rows.reduce((sum, { spend }) => sum + spend, 0)
  const of = scope.model === null ? 'spend' : `spend on ${modelName(scope.model)} leases`
  const top = rows[0]
  if (!top || total === 0) return `No ${of} in ${scope.denom.symbol} in this range`
  if (rows.length === 1) return `All ${of} went to one provider`
  const three = rows.slice(0, 3).reduce((sum, { spend }) => sum + spend, 0)
  const lead = `One of ${rows.length} providers took ${percent(top.spend / total)} of ${of}`
  return rows.length > 3 ? `${lead}, three took ${percent(three / total)}` : lead
}

/** By the seven-day means where buckets are days, else by the sum. */
export function spendOverTimeFinding(row: MetricRows['spend_over_time'] | undefined, scope: Scope): string {
  const { symbol } = scope.denom
  const of = scope.model === null ? '' : ` on ${modelName(scope.model)} leases`
  const first = row ? Date.parse(row.first_bucket) : 0
  const starts = (row?.spend ?? []).map((_, i) => first + i * scope.spendBucket)
  const shown = starts.flatMap((start, i) => {
    const value = row?.spend[i] ?? null
    return start >= scope.spendFrom && value !== null ? [{ start, value, mean: row?.mean[i] ?? null }] : []
  })
  const total = shown.reduce((sum, { value }) => sum + value, 0)
  if (total === 0) return `No spend${of} in ${symbol} in this range`
  const means = scope.spendBucket === DAY ? shown.flatMap(({ start, mean }) => (mean === null ? [] : [{ start, mean }])) : []
  const [begin, end] = [means.find(({ mean }) => mean > 0), means.at(-1)]
  if (!begin || !end || begin === end) return `Tenants ran up ${amount(total)} ${symbol}${of}`
  const change = end.mean / begin.mean - 1
  const than = bucketText(begin.start, DAY, false)
  const now = `Tenants spent ${amount(end.mean)} ${symbol} a day${of} at the end`
  if (Math.abs(change) < 0.02) return `${now}, as on ${than}`
  if (change >= 1) return `${now}, ${short(change + 1)} times as much as on ${than}`
  return `${now}, ${percent(Math.abs(change))} ${change > 0 ? 'more' : 'less'} than on ${than}`
}

/** @param days of the range, each with its supply as far as known */
export function supplyFinding(days: readonly MetricRows['supply_over_time'][], scope: Scope): string {
  const kind = scope.model === null ? 'GPU' : modelName(scope.model)
  const known = days.flatMap(({ day, gpus_online }) => (gpus_online === null ? [] : [{ day, gpus_online }]))
  const [first, last] = [known[0], known.at(-1)]
  if (!first || !last) return `How many ${kind}s were online is not known for this range`
  const occupancy = days.findLast((day) => day.occupancy !== null)?.occupancy ?? null
  const online = count(last.gpus_online, kind)
  const lead =
    occupancy === null ? `${online} online at the end` : `${percent(occupancy)} of ${kind}s online were leased at the end`
  const change = last.gpus_online - first.gpus_online
  if (first === last || change === 0) return lead
  return `${lead}; ${whole(Math.abs(change))} ${change > 0 ? 'more' : 'fewer'} online than on ${bucketText(Date.parse(first.day), DAY, false)}`
}

/** `An H100`, `A T4`, `An RTX 4090`: by the sound of the first letter as it is spelt out. */
export function article(name: string): string {
  return `${/^(?:[AEFHILMNORSX](?![a-z])|[AEIOUaeiou])/.test(name) ? 'An' : 'A'} ${name}`
}

function lower(text: string): string {
  return `${text[0]?.toLowerCase()}${text.slice(1)}`
}
