/** What the overview shows: rows of the metrics turned into words, numbers and shapes' data. Pure. */
import type { StackData } from '../lib/charts/stack.ts'
import { FEWEST_FOR_PERCENTILES, type StripPoint, type StripRow } from '../lib/charts/strip.ts'
import { amount, count, isolated, modelName, shortAddress, visible, whole } from '../lib/model/format.ts'
import { bucketText, durationWords, instantText, lengthWords, onOneDay, rangeText } from '../lib/model/time.ts'
import type { MetricRows } from '../lib/sql/metric-rows.ts'
import { bucketsOf, gpusFinding, gpuTotals, pricesFinding, spendFinding, type GpuTotals } from './findings.ts'
import { figuresOf, type Figure } from './figures.ts'
import type { LakeInfo } from './lake.ts'
import type { OverviewRows, Scope } from './overview.ts'
import { marketView, spendOverTimeView, supplyView, type MarketView, type SpendView, type SupplyView } from './over-time.ts'
import { mostLeased, spendItems, type SpendItem } from './rows.ts'

export type View = {
  readonly totals: GpuTotals
  /** The model of the headline: the chosen one, else the one with the most GPU-hours; none when it has no price. */
  readonly lead: MetricRows['prices_by_model'] | undefined
  readonly spend: number
  readonly range: string
  readonly length: string
  readonly figures: readonly Figure[]
  /** What the headline says where supply is known. */
  readonly market: MarketView | null
  readonly supply: SupplyView
  readonly spendOverTime: SpendView
  readonly gpus: {
    readonly title: string
    readonly subtitle: string
    readonly counts: readonly string[]
    readonly stack: StackData
  }
  readonly prices: {
    readonly title: string
    readonly subtitle: string
    readonly n: number
    readonly unit: string
    readonly rows: readonly StripRow[]
    readonly points: readonly StripPoint[]
  }
  readonly spending: {
    readonly title: string
    readonly subtitle: string
    readonly n: number
    readonly items: readonly SpendItem[]
  }
  readonly timeText: (ms: number) => string
}

export function viewOf(rows: OverviewRows, scope: Scope): View {
  const { denom, model } = scope
  const totals = gpuTotals(rows.gpus, scope.bucket)
  const lead = model === null ? rows.prices[0] : rows.prices.find((row) => row.model === model)
  const spend = rows.spend.reduce((sum, row) => sum + row.spend, 0)
  const spendLeases = rows.spend.reduce((sum, row) => sum + row.leases, 0)
  const range = rangeText(scope.from, scope.to)
  const length = lengthWords(scope.to - scope.from)
  const sameDay = onOneDay(scope.from, scope.to)
  const timeText = (ms: number) => bucketText(ms, scope.bucket, sameDay)
  const unit = `${denom.symbol} per GPU-hour`
  const shown = mostLeased(rows.prices, model)

  return {
    totals,
    lead,
    spend,
    range,
    length,
    timeText,
    figures: figuresOf(rows, scope),
    market: marketView(rows, scope),
    supply: supplyView(rows.days, scope),
    spendOverTime: spendOverTimeView(rows.spendOverTime[0], scope),
    gpus: {
      title: gpusFinding(rows.gpus, scope),
      subtitle: `GPUs leased${model === null ? ' by model' : `, ${modelName(model)}`}, mean of each ${durationWords(scope.bucket)}, all denoms. ${range}`,
      counts: leaseCounts(totals.leases, rows.gpus[0]?.doubtful_leases ?? 0),
      stack: {
        buckets: bucketsOf(rows.gpus, scope.bucket),
        bucket: scope.bucket,
        from: scope.from,
        to: scope.to,
        series: rows.gpus.map((row) => ({ id: row.model, name: modelName(row.model), values: row.gpus }))
      }
    },
    prices: {
      title: pricesFinding(rows.prices, scope),
      subtitle: `Median ${unit} by model, weighted by GPU-hours. ${range}`,
      n: shown.reduce((sum, row) => sum + row.leases, 0),
      unit,
      rows: shown.map((row) => ({ ...row, id: row.model, name: modelName(row.model), text: rowText(row, unit) })),
      points: rows.points.map((point) => ({
        row: point.model,
        // A lease that was repriced has two.
        key: `${point.lease_id} ${point.start_at}`,
        value: point.price,
        gpus: point.gpus,
        text: pointText(point, unit, timeText)
      }))
    },
    spending: {
      title: spendFinding(rows.spend, scope),
      subtitle: `Tenant spend as accrued, ${denom.symbol}${model === null ? ', CPU-only leases too' : `, leases with ${modelName(model)}`}. ${range}`,
      n: spendLeases,
      items: spendItems(rows.spend)
    }
  }
}

/** The pieces of a chart's source line, before its n. */
export function sourceLine(lake: LakeInfo, name: string): readonly string[] {
  return [
    name,
    `heights ${whole(lake.firstHeight)}–${whole(lake.lastHeight)}`,
    `as of block ${whole(lake.lastHeight)}, ${instantText(Date.parse(lake.lastAt))}`
  ]
}

/** The number of leases for a source line, and how many of them have times that are not known to the hour. */
export function leaseCounts(leases: number, doubtful: number): readonly string[] {
  const n = `n = ${count(leases, 'lease')}`
  return doubtful === 0 ? [n] : [n, `times of ${whole(doubtful)} of them may be off by more than an hour`]
}

function rowText(row: MetricRows['prices_by_model'], unit: string): string {
  const spread =
    row.leases < FEWEST_FOR_PERCENTILES
      ? `from ${amount(row.lowest)} to ${amount(row.highest)}`
      : `p10 ${amount(row.p10)}, p25 ${amount(row.p25)}, p75 ${amount(row.p75)}, p90 ${amount(row.p90)}`
  return `${modelName(row.model)}: median ${amount(row.median)} ${unit}, ${spread}; n = ${count(row.leases, 'lease')}, ${count(row.providers, 'provider')}`
}

function pointText(point: MetricRows['lease_price_points'], unit: string, timeText: (ms: number) => string): string {
  const name = visible(point.organization)
  const provider = name === null ? shortAddress(point.provider) : isolated(name)
  const end = point.goes_on ? 'still open' : timeText(Date.parse(point.end_at))
  return `${modelName(point.model)}, ${count(point.gpus, 'GPU')}: ${amount(point.price)} ${unit} from ${provider}, ${timeText(Date.parse(point.start_at))} – ${end}`
}
