/** What the overview asks of the lake: the same for the prerender and the browser. */
import type { Params } from '../lib/engine/engine.ts'
import { denomOf, type Denom } from '../lib/model/money.ts'
import type { ViewState } from '../lib/model/state.ts'
import { bucketFor } from '../lib/model/time.ts'
import type { MetricId } from '../lib/sql/catalog.ts'
import type { MetricRows } from '../lib/sql/metric-rows.ts'

export type RunMetric = <M extends MetricId>(metric: M, params: Params) => Promise<readonly MetricRows[M][]>

/** What does not change with the filters. */
export type Choices = {
  readonly models: readonly MetricRows['models'][]
  readonly denoms: readonly MetricRows['denoms'][]
  /** First and last block time, ISO 8601 with microseconds. */
  readonly firstAt: string
  readonly lastAt: string
}

/** A view with its defaults filled in. */
export type Scope = {
  readonly model: string | null
  readonly denom: Denom
  /** Ends of the axes, milliseconds since 1970, within the index. */
  readonly from: number
  readonly to: number
  readonly bucket: number
  /** Times of the first and the last block, milliseconds. */
  readonly firstAt: number
  readonly lastAt: number
  readonly params: Params
  /** Spend over time: whole buckets, whole days where the range is a week or more, and what the mean needs before them. */
  readonly spendFrom: number
  readonly spendBucket: number
  readonly spendParams: Params
  /** The last 30 days of the range and the 30 before, however long the range is. */
  readonly figureParams: Params
  /** Supply of the range, and of those 60 days. */
  readonly supplyParams: Params
}

export type OverviewRows = {
  readonly gpus: readonly MetricRows['gpus_leased'][]
  readonly prices: readonly MetricRows['prices_by_model'][]
  readonly points: readonly MetricRows['lease_price_points'][]
  readonly spend: readonly MetricRows['spend_by_provider'][]
  readonly spendOverTime: readonly MetricRows['spend_over_time'][]
  /** By 24 hours, back from the end of the range. */
  readonly spendBefore: readonly MetricRows['spend_over_time'][]
  readonly trend: readonly MetricRows['price_trend'][]
  readonly days: readonly MetricRows['supply_over_time'][]
}

/** Series drawn by name; further models are drawn together. */
const TOP_MODELS = 6
/** Up to this many leases of a model are drawn one by one. */
const MOST_POINTS = 60

export const DAY = 86_400_000
/** What the figures look back on, and compare with as many days before. */
export const MONTH = 30 * DAY
/** Days that the mean of spend is over; the metric has the same number. */
export const MEAN_OF = 7
/** How many times fewer bars a short range has than buckets of GPUs. */
const FEWER_BARS = 8

/** Reads the choices once for a whole lake. */
export async function loadChoices(run: RunMetric): Promise<Choices> {
  const [extent] = await run('extent', {})
  if (!extent || extent.first_at === null || extent.last_at === null)
    throw new Error('the table blocks is empty: index at least one block before building pages')
  const whole = { from: extent.first_at, to: extent.last_at }
  return {
    models: await run('models', whole),
    denoms: await run('denoms', whole),
    firstAt: extent.first_at,
    lastAt: extent.last_at
  }
}

/**
 * The denom of a view that names none: of those that GPU leases were priced in at the end of the range, the one with the most of them
 * open at the end of the index.
 * @param to end of the range, milliseconds; null for that of the index
 */
export function defaultDenom(choices: Choices, to: number | null): string {
  const end = Math.min(to ?? Infinity, Date.parse(choices.lastAt))
  const alive = choices.denoms.find(
    ({ first_at, last_at }) => first_at !== null && last_at !== null && Date.parse(first_at) < end && Date.parse(last_at) >= end
  )
  return (alive ?? choices.denoms[0])?.denom ?? 'uakt'
}

export function scopeOf(view: ViewState, choices: Choices): Scope {
  const [first, last] = [Date.parse(choices.firstAt), Date.parse(choices.lastAt) + 1]
  const from = Math.max(view.from ?? first, first)
  const to = Math.min(view.to ?? last, last)
  const denom = denomOf(view.denom ?? defaultDenom(choices, view.to))
  const bucket = bucketFor(from, to)
  const priced = { model: view.model, denom: denom.denom, units_per_token: denom.unitsPerToken }
  const instant = (ms: number) => new Date(ms).toISOString()
  const spend = spendSpan(
    from,
    to,
    choices.denoms.find((one) => one.denom === denom.denom)
  )
  return {
    model: view.model,
    denom,
    from,
    to,
    bucket,
    firstAt: first,
    lastAt: last - 1,
    params: {
      ...priced,
      from: instant(view.from ?? first),
      to: instant(view.to ?? last),
      bucket_us: bucket * 1000,
      top: TOP_MODELS,
      most: MOST_POINTS
    },
    spendFrom: spend.from,
    spendBucket: spend.bucket,
    spendParams: {
      ...priced,
      from: instant(spend.from - spend.lead * spend.bucket),
      to: instant(spend.to),
      bucket_us: spend.bucket * 1000
    },
    figureParams: { ...priced, from: instant(to - 2 * MONTH), to: instant(to), bucket_us: DAY * 1000, window_us: MONTH * 1000 },
    supplyParams: { from: instant(Math.min(from, to - 2 * MONTH)), to: instant(to - 1), model: view.model, placement: 1 }
  }
}

/** Whole buckets around a range, less the days before and after anything was priced in the denom, and how many before it the mean needs. */
function spendSpan(
  from: number,
  to: number,
  denom: MetricRows['denoms'] | undefined
): { readonly from: number; readonly to: number; readonly bucket: number; readonly lead: number } {
  const bucket = to - from >= MEAN_OF * DAY ? DAY : Math.min(DAY, bucketFor(0, (to - from) * FEWER_BARS))
  const began = Math.max(from, Date.parse(denom?.first_at ?? '') || from)
  const ended = Math.min(to, Date.parse(denom?.last_at ?? '') + 1 || to)
  const [start, end] = bucket === DAY && began < ended ? [began, ended] : [from, to]
  // Before anything was priced in the denom there is nothing to take a mean of.
  const lead = start > from ? 0 : MEAN_OF - 1
  return { from: Math.floor(start / bucket) * bucket, to: Math.ceil(end / bucket) * bucket, bucket, lead }
}

export async function loadOverview(run: RunMetric, scope: Scope): Promise<OverviewRows> {
  if (scope.from >= scope.to)
    return { gpus: [], prices: [], points: [], spend: [], spendOverTime: [], spendBefore: [], trend: [], days: [] }
  return {
    gpus: await run('gpus_leased', scope.params),
    prices: await run('prices_by_model', scope.params),
    points: await run('lease_price_points', scope.params),
    spend: await run('spend_by_provider', scope.params),
    spendOverTime: await run('spend_over_time', scope.spendParams),
    spendBefore: await run('spend_over_time', scope.figureParams),
    trend: await run('price_trend', scope.figureParams),
    days: await run('supply_over_time', scope.supplyParams)
  }
}
