/** What the overview shows of supply and spend over time, and of the market in its headline. Pure. */
import type { LineData } from '../lib/charts/line.ts'
import { count, modelName } from '../lib/model/format.ts'
import { bucketText, durationWords, lengthWords, onOneDay, rangeText } from '../lib/model/time.ts'
import type { MetricRows } from '../lib/sql/metric-rows.ts'
import { lookBack, marketOf } from './figures.ts'
import { spendOverTimeFinding, supplyFinding } from './findings.ts'
import { DAY, MEAN_OF, type OverviewRows, type Scope } from './overview.ts'

type ChartView = { readonly title: string; readonly subtitle: string; readonly n: string; readonly data: LineData }

export type MarketView = {
  readonly model: string
  readonly median: number
  readonly occupancy: number
  readonly offered: number
  /** `in the last 30 days` */
  readonly when: string
}
export type SupplyView = ChartView & {
  /** Days of the range, from the first probe on. */
  readonly days: readonly MetricRows['supply_over_time'][]
  readonly known: boolean
}
export type SpendView = ChartView & { readonly total: number; readonly timeText: (ms: number) => string }

/** Null unless both a price and the supply of the last 30 days are known. */
export function marketView(rows: OverviewRows, scope: Scope): MarketView | null {
  const market = marketOf(rows.days, scope.to)
  const trend = rows.trend[0]
  const median = trend?.median.at(-1) ?? null
  if (!market || !trend || median === null) return null
  const back = lengthWords(lookBack(scope))
  const when =
    scope.to > scope.lastAt
      ? `in the last ${back}`
      : `in the ${back} to ${bucketText(scope.to - 1, DAY, false).replaceAll(' ', '\u00a0')}`
  return { model: trend.model, median, occupancy: market.occupancy, offered: market.offered, when }
}

/** The bucket that the last block lies in, unless it has ended. */
function openBucket(buckets: readonly number[], bucket: number, scope: Scope): number | null {
  return buckets.find((start) => start <= scope.lastAt && scope.lastAt + 1 < start + bucket) ?? null
}

export function supplyView(all: readonly MetricRows['supply_over_time'][], scope: Scope): SupplyView {
  const days = all.filter(({ day }) => Date.parse(day) + DAY > scope.from)
  const buckets = days.map(({ day }) => Date.parse(day))
  const [first, last] = [buckets[0], buckets.at(-1)]
  const probed = days.filter((day) => day.probed > 0)
  const kind = scope.model === null ? 'GPU' : modelName(scope.model)
  const range = first === undefined || last === undefined ? rangeText(scope.from, scope.to) : rangeText(first, last)
  return {
    title: supplyFinding(days, scope),
    subtitle: `${kind}s registered and online at the end of each day, and leased from any provider, mean of the day. ${range}`,
    n: `n = ${count(probed.at(-1)?.providers_registered ?? 0, 'provider')}, ${probed.length} of ${count(days.length, 'day')} probed`,
    days,
    known: probed.length > 0,
    data: {
      buckets,
      bucket: DAY,
      from: first ?? scope.from,
      to: last === undefined ? scope.to : last + DAY,
      lines: [
        { id: 'registered', name: 'registered', style: 'dotted', values: days.map((day) => day.gpus_registered) },
        { id: 'online', name: 'online', style: 'solid', values: days.map((day) => day.gpus_online) },
        {
          id: 'leased',
          name: 'leased',
          style: 'accent',
          values: days.map(({ gpus_leased: leased }) => (leased === null ? null : Math.round(leased * 10) / 10))
        }
      ],
      top: null,
      unknown: days.map(({ probed: share }) => share === 0),
      open: openBucket(buckets, DAY, scope)
    }
  }
}

export function spendOverTimeView(row: MetricRows['spend_over_time'] | undefined, scope: Scope): SpendView {
  const bucket = scope.spendBucket
  const byDay = bucket === DAY
  const first = row ? Date.parse(row.first_bucket) : 0
  const all = (row?.spend ?? []).map((spend, i) => ({ start: first + i * bucket, spend, mean: row?.mean[i] ?? null }))
  const shown = all.filter(({ start }) => start >= scope.spendFrom)
  const buckets = shown.map(({ start }) => start)
  const [begin, end] = [buckets[0] ?? scope.from, (buckets.at(-1) ?? scope.to - bucket) + bucket]
  const sameDay = onOneDay(begin, end - 1)
  const spend = shown.map((one) => one.spend)
  const kind = scope.model === null ? ', CPU-only leases too' : `, leases with ${modelName(scope.model)}`
  return {
    title: spendOverTimeFinding(row, scope),
    subtitle: `Tenant spend as accrued, ${scope.denom.symbol} by ${byDay ? `UTC day, and mean of ${MEAN_OF} days` : durationWords(bucket)}${kind}. ${rangeText(begin, end - 1)}`,
    n: `n = ${count(row?.leases ?? 0, 'lease')}`,
    total: spend.reduce<number>((sum, value) => sum + (value ?? 0), 0),
    timeText: (ms) => bucketText(ms, bucket, sameDay),
    data: {
      buckets,
      bucket,
      from: begin,
      to: end,
      lines: [
        { id: 'spend', name: byDay ? 'each day' : `each ${durationWords(bucket)}`, style: 'bars', values: spend },
        ...(byDay
          ? [{ id: 'mean', name: `${MEAN_OF}-day mean`, style: 'accent' as const, values: shown.map(({ mean }) => mean) }]
          : [])
      ],
      top: Math.max(0, ...spend.map((value) => value ?? 0)),
      unknown: spend.map((value) => value === null),
      open: byDay ? openBucket(buckets, bucket, scope) : null
    }
  }
}
