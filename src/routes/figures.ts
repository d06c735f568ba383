/** The five figures of the overview: the last 30 days of the range, against the 30 days before. */
import { amount, count, modelName, percent, short, whole } from '../lib/model/format.ts'
import { bucketText, lengthWords } from '../lib/model/time.ts'
import type { MetricRows } from '../lib/sql/metric-rows.ts'
import { bucketsOf, gpuTotals, type GpuTotals } from './findings.ts'
import { DAY, MONTH, type OverviewRows, type Scope } from './overview.ts'

export type Figure = {
  readonly name: string
  readonly value: string
  readonly unit: string
  /** Against what it changed and by how much, or why that can't be told. */
  readonly note: string
  readonly asOf: string
  readonly href: string
  /** Course over the last 30 days; empty for none. */
  readonly spark: readonly (number | null)[]
  /** Why the value is not known. */
  readonly reason?: string
}

type Day = MetricRows['supply_over_time']
const DAYS = MONTH / DAY
/** A mean over fewer known days of the 30 is not compared. */
const FEWEST_DAYS = 20
const BEFORE = 'vs 30 days before'
const UNPROBED = 'Not known: no provider was probed in these 30 days'

/** Supply over the last 30 days of a range. */
export type Market = {
  /** GPUs leased of online providers ÷ GPUs that they can lease out, over all days known; 0 to 1. */
  readonly occupancy: number
  /** GPUs that online providers can lease out, mean of these days. */
  readonly offered: number
  /** The last of these days. */
  readonly last: Day
}

/** Days of the 30 up to `to`, milliseconds; the day of `to` is one of them. */
function monthOf(days: readonly Day[], to: number): readonly Day[] {
  const last = Math.floor((to - 1) / DAY) * DAY
  return days.filter(({ day }) => Date.parse(day) <= last && Date.parse(day) > last - MONTH)
}

/** Null where no day of them is known. */
export function marketOf(days: readonly Day[], to: number): (Market & { readonly known: number }) | null {
  const known = monthOf(days, to).flatMap((day) => {
    const { occupancy, gpus_allocatable: offered } = day
    return occupancy === null || offered === null || offered === 0 ? [] : [{ day, offered, leased: occupancy * offered }]
  })
  const last = known.at(-1)?.day
  if (!last) return null
  const offered = known.reduce((sum, one) => sum + one.offered, 0)
  const leased = known.reduce((sum, one) => sum + one.leased, 0)
  return { occupancy: leased / offered, offered: offered / known.length, last, known: known.length }
}

/** `+6.2 % vs 30 days before` */
function relative(now: number | null, before: number | null): string | null {
  if (now === null || before === null) return null
  if (before <= 0 && now > 0) return 'none in the 30 days before'
  if (before <= 0) return signed(0, '')
  return signed(Math.round((now / before - 1) * 1000) / 10, '\u00a0%')
}
/** `+12 vs 30 days before` */
function difference(now: number | null, before: number | null | undefined): string | null {
  return now === null || typeof before !== 'number' ? null : signed(Math.round(now - before), '')
}
function signed(change: number, unit: string): string {
  if (change === 0) return `no change ${BEFORE}`
  return `${change > 0 ? '+' : '−'}${short(Math.abs(change))}${unit} ${BEFORE}`
}

const dayText = (ms: number) => bucketText(ms, DAY, false).replaceAll(' ', '\u00a0')

/** How long the figures look back: 30 days, or what there is of them. */
export function lookBack(scope: Scope): number {
  return Math.min(MONTH, scope.to - scope.firstAt)
}

export function figuresOf(rows: OverviewRows, scope: Scope): readonly Figure[] {
  const market = marketOf(rows.days, scope.to)
  const earlier = marketOf(rows.days, scope.to - MONTH)
  const totals = gpuTotals(rows.gpus, scope.bucket)
  const supply = monthOf(rows.days, scope.to)
  return [
    spendFigure(rows, scope),
    market
      ? {
          name: scope.model === null ? 'GPUs leased' : `${modelName(scope.model)}s leased`,
          value: whole(market.last.gpus_leased),
          unit: 'GPUs',
          note: difference(market.last.gpus_leased, dayBefore(rows.days, market.last)?.gpus_leased) ?? noneBefore(scope),
          asOf: `${leasedOfOffered(market.last)}, ${dayText(Date.parse(market.last.day))}`,
          href: '#supply',
          spark: supply.map(({ gpus_leased }) => gpus_leased)
        }
      : leasedFigure(rows, scope, totals),
    market
      ? {
          name: 'Occupancy, 30 days',
          value: percent(market.occupancy),
          unit: 'leased',
          note: occupancyNote(market, earlier),
          asOf: market.known === DAYS ? `to ${dayText(scope.to - 1)}` : `${market.known} of 30 days probed`,
          href: '/supply#occupancy',
          spark: supply.map(({ occupancy }) => occupancy)
        }
      : {
          name: 'Occupancy, 30 days',
          value: '–',
          unit: '',
          note: 'not known: no probes',
          asOf: `to ${dayText(scope.to - 1)}`,
          href: '/supply#occupancy',
          spark: [],
          reason: UNPROBED
        },
    priceFigure(rows.trend[0], scope),
    providersFigure(rows, scope)
  ]
}

/** Without the leases of providers that are not online: these offer nothing. */
function leasedOfOffered({ occupancy, gpus_allocatable: offered }: Day): string {
  return `${whole((occupancy ?? 0) * (offered ?? 0))} of ${whole(offered)} online`
}

function dayBefore(days: readonly Day[], { day }: Day): Day | undefined {
  return days.find((one) => Date.parse(one.day) === Date.parse(day) - MONTH)
}

function noneBefore(scope: Scope): string {
  return scope.to - scope.firstAt < 2 * MONTH ? `index of ${lengthWords(scope.to - scope.firstAt)}` : 'not known 30 days before'
}

function occupancyNote(now: { readonly known: number } & Market, before: ({ readonly known: number } & Market) | null): string {
  if (!before || now.known < FEWEST_DAYS || before.known < FEWEST_DAYS) return 'too few days probed before'
  return signed(Math.round((now.occupancy - before.occupancy) * 1000) / 10, '\u00a0pts')
}

const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null)
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0)

function spendFigure(rows: OverviewRows, scope: Scope): Figure {
  const row = rows.spendBefore[0]
  const now = row?.spend.slice(-DAYS) ?? []
  const before = row?.spend.slice(-2 * DAYS, -DAYS) ?? []
  const gaps = now.length - known(now).length
  const comparable = gaps === 0 && scope.to - scope.firstAt >= 2 * MONTH && known(before).length === DAYS
  const change = comparable ? relative(sum(known(now)), sum(known(before))) : null
  return {
    name: `Tenant spend, ${lengthWords(lookBack(scope))}`,
    value: amount(known(now).length === 0 && now.length > 0 ? null : sum(known(now))),
    unit: scope.denom.symbol,
    note: change ?? (gaps > 0 ? `without ${count(gaps, 'day')} not indexed` : noneBefore(scope)),
    asOf: `to ${dayText(scope.to - 1)}`,
    href: '#spend-over-time',
    // An index of a day has more to show in the buckets of the chart.
    spark: now.length > 1 ? now : (rows.spendOverTime[0]?.spend ?? [])
  }
}

/** Where supply is not known: what the chain tells. */
function leasedFigure(rows: OverviewRows, scope: Scope, totals: GpuTotals): Figure {
  const starts = bucketsOf(rows.gpus, scope.bucket)
  const values = starts.map(
    (_, i) =>
      gpuTotals(
        rows.gpus.map((row) => ({ ...row, gpus: row.gpus.slice(i, i + 1) })),
        scope.bucket
      ).end
  )
  const now = values.findLastIndex((value) => value !== null)
  const then = (starts[now] ?? 0) - MONTH
  const at = starts.findIndex((start) => start <= then && start + scope.bucket > then)
  const peak = totals.peak === null ? noneBefore(scope) : `highest in the range: ${short(totals.peak)}`
  return {
    name: scope.model === null ? 'GPUs leased' : `${modelName(scope.model)}s leased`,
    value: short(rows.gpus.length === 0 ? 0 : totals.end),
    unit: 'GPUs',
    note: difference(totals.end, values[at]) ?? peak,
    asOf: `at the end, ${dayText(scope.to - 1)}`,
    href: '#gpus',
    spark: values.filter((_, i) => (starts[i] ?? 0) + scope.bucket > scope.to - MONTH)
  }
}

function priceFigure(row: MetricRows['price_trend'] | undefined, scope: Scope): Figure {
  const last = row?.median.at(-1) ?? null
  const first = row?.median.length === DAYS + 1 ? (row.median[0] ?? null) : null
  const model = row?.model ?? scope.model
  return {
    name: model === null ? 'Median price' : `${modelName(model)} median, ${lengthWords(lookBack(scope))}`,
    value: amount(last),
    unit: `${scope.denom.symbol} / GPU-h`,
    note: last === null ? `not leased for ${scope.denom.symbol}` : (relative(last, first) ?? noneBefore(scope)),
    asOf: `n = ${count(row?.leases ?? 0, 'lease')}, ${count(row?.providers ?? 0, 'provider')}`,
    href: '#prices',
    spark: row?.median ?? [],
    ...(last === null ? { reason: `No lease priced in ${scope.denom.symbol} was active in these 30 days` } : {})
  }
}

function providersFigure(rows: OverviewRows, scope: Scope): Figure {
  const days = monthOf(rows.days, scope.to)
  const last = days.findLast(({ probed, providers_seen }) => probed > 0 && providers_seen !== null)
  if (!last)
    return {
      name: 'Providers with leases',
      value: whole(rows.spend.length),
      unit: `paid in ${scope.denom.symbol}`,
      note: `in ${lengthWords(scope.to - scope.from)}`,
      asOf: `to ${dayText(scope.to - 1)}`,
      href: '#spend',
      spark: []
    }
  return {
    name: 'Providers seen in 24 h',
    value: whole(last.providers_seen),
    unit: `of ${whole(last.providers_registered)}`,
    note: difference(last.providers_seen, dayBefore(rows.days, last)?.providers_seen) ?? noneBefore(scope),
    asOf: `at the end of ${dayText(Date.parse(last.day))}`,
    href: '/supply#counts',
    spark: days.map(({ providers_seen }) => providers_seen)
  }
}
