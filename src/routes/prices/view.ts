/** What the prices page shows: rows of the metrics turned into words, numbers and shapes' data. Pure. */
import type { DotChartData } from '../../lib/charts/dots.ts'
import type { PlotEvent } from '../../lib/charts/flags.ts'
import type { DiscountChartData, PriceChartData } from '../../lib/charts/price.ts'
import { FEWEST_FOR_PERCENTILES } from '../../lib/charts/strip.ts'
import { count, isolated, shortAddress, visible, whole } from '../../lib/model/format.ts'
import type { ViewState } from '../../lib/model/state.ts'
import { rangeText } from '../../lib/model/time.ts'
import type { MetricRows } from '../../lib/sql/metric-rows.ts'
import { cloudOf, offerName, providersOf, shownClouds } from './clouds.ts'
import { comparisonsOf, lastOffer, seenRange, type Comparison } from './compare.ts'
import { eventsOf } from './events.ts'
import { figuresOf } from './figures.ts'
import { discountsFinding, jobFinding, leasesFinding, offersFinding, pricesFinding } from './findings.ts'
import { jobOf, type Job } from './job.ts'
import { kindName } from './kinds.ts'
import { DAY, latestOf, type PriceRows, type PriceScope } from './prices.ts'
import { bucketName, DASH, dayText, untilText, when } from './words.ts'

type ChartView = { readonly title: string; readonly subtitle: string; readonly n: string }
export type PriceView = {
  /** `H100 80 GB SXM` */
  readonly kind: string
  readonly latest: MetricRows['realised_price'] | undefined
  /** The cloud that the page compares with: AWS where it has a price. */
  readonly lead: Comparison | undefined
  readonly figures: ReturnType<typeof figuresOf>
  /** Ids of clouds shown, and of those that can be. */
  readonly shown: readonly string[]
  readonly priced: readonly string[]
  /** A cloud offers the GPU on demand, at any time. */
  readonly offered: boolean
  /** `list prices: 7 clouds, last seen 30 Jul 2026` */
  readonly listed: string
  readonly events: readonly PlotEvent[]
  readonly prices: ChartView & {
    readonly data: PriceChartData
    /** Neither leases nor clouds have a price. */ readonly empty: boolean
  }
  readonly discounts: ChartView & { readonly data: DiscountChartData; readonly rows: readonly MetricRows['discounts'][] }
  readonly offers: ChartView & {
    readonly comparable: readonly MetricRows['like_for_like'][]
    readonly others: readonly MetricRows['like_for_like'][]
  }
  readonly leases: ChartView & { readonly data: DotChartData }
  readonly job: ChartView & Job
  readonly other: ChartView
}

/** What of a view changes what is drawn, and nothing that is asked of the lake. */
export type Drawn = Pick<ViewState, 'clouds' | 'log' | 'indexed' | 'hours'>

export function priceViewOf(rows: PriceRows, scope: PriceScope, drawn: Drawn): PriceView {
  const kind = scope.kind === null ? 'GPU' : kindName(scope.kind)
  const latest = latestOf(rows)
  const comparisons = comparisonsOf(rows)
  const lead = comparisons.find(({ provider }) => provider === 'aws') ?? comparisons[0]
  const priced = providersOf(rows.clouds)
  const shown = shownClouds(drawn.clouds, priced)
  const range = rangeText(scope.from, scope.to)
  const each = scope.grain === 'week' ? 'each week' : 'each day'
  const n = latest ? `n = ${count(latest.leases, 'lease')} ${when(latest.begins, scope.grain)}` : 'n = 0 leases'
  const marked = scope.organic ? ', marked leases left out' : ''
  const compared = discountClouds(rows, shown, lead)
  const job = jobOf(rows, scope.params.gpus, drawn.hours)
  const [comparable, others] = [
    rows.offers.filter(({ comparable }) => comparable !== 'no'),
    rows.offers.filter(({ comparable }) => comparable === 'no')
  ]
  return {
    ...{ kind, latest, lead, priced, shown, figures: figuresOf(rows, scope, lead) },
    offered: comparable.length > 0,
    listed: listedText(rows, scope),
    events: eventsOf(rows.events, shown),
    prices: {
      title: pricesFinding(
        rows,
        scope,
        kind,
        comparisons.filter(({ provider }) => shown.includes(provider))
      ),
      subtitle: `${drawn.indexed ? 'Price, first of each in the range = 100' : 'US$ per GPU-hour'}: leases of ${each}, weighted by GPU-hours${marked}; clouds at list price, on demand. ${range}`,
      n,
      data: priceData(rows, scope, shown, drawn),
      empty: latest === undefined && rows.clouds.every(({ provider }) => !shown.includes(provider)) && rows.asks.length === 0
    },
    discounts: {
      title: discountsFinding(compared[0]?.rows ?? [], compared[0]?.name ?? '', kind),
      subtitle: `How far below the list price on demand, % of it: median of ${each}, band p25${DASH}75${marked}. ${range}`,
      n,
      rows: compared.flatMap((one) => one.rows),
      data: {
        ...{ from: scope.from, to: scope.to, open: openOf(scope), bucket: scope.bucket },
        clouds: compared.map(({ provider, name, rows: own }) => ({
          ...cloudOf(provider),
          ...{ id: provider, name, detail: offerName({ instance_type: own.at(-1)?.instance_type ?? '', gpus: 1 }) },
          points: own.map(discountPoint)
        }))
      }
    },
    offers: {
      title: offersFinding(rows.offers, kind, untilText(scope)),
      subtitle: latest
        ? `US$ per GPU-hour at the price last seen, against the leases’ median ${when(latest.begins, scope.grain)}, for a job of ${count(scope.params.gpus, 'GPU')}`
        : `US$ per GPU-hour at the price last seen; no lease in this range to compare with`,
      n: `n = ${count(rows.offers.length, 'offer')}`,
      ...{ comparable, others }
    },
    leases: leasesView(rows.leases, scope, drawn, kind, range, marked),
    job: {
      ...job,
      title: jobFinding(job),
      subtitle: `US$ for ${count(job.gpus, 'GPU')} over ${count(job.hours, 'hour')}: leases at p25${DASH}75${latest ? ` of ${bucketName(latest.begins, scope.grain)}` : ''}, the cheapest comparable offer of each cloud`,
      n
    },
    other: {
      title: 'Leases without a price of one kind of GPU',
      subtitle: 'US$ per hour of the whole lease: median and p25–75, weighted by hours, in the last month with any',
      n: `n = ${count(
        rows.other.reduce((sum, { leases }) => sum + leases, 0),
        'lease'
      )}`
    }
  }
}

/** Where the list prices of a card come from, and how old they are. */
function listedText(rows: PriceRows, scope: PriceScope): string {
  const seen = seenRange(rows.clouds, scope.to)
  if (seen !== null) return `list prices: ${count(seen.clouds, 'cloud')}, last seen ${dayText(seen.last)}`
  const last = lastOffer(rows.offers)
  return last === null
    ? `list prices: none of this GPU${untilText(scope)}`
    : `list prices: none in this range, last seen ${dayText(last)}`
}

/** Start of the bucket that is not over; null when the range ends before it. Weeks start on Monday. */
function openOf({ grain, bucket, lastAt, to }: PriceScope): number | null {
  const today = Math.floor(lastAt / DAY) * DAY
  const start = grain === 'day' ? today : today - ((new Date(today).getUTCDay() + 6) % 7) * DAY
  return to > start && lastAt + 1 < start + bucket ? start : null
}

function priceData(rows: PriceRows, scope: PriceScope, shown: readonly string[], { log, indexed }: Drawn): PriceChartData {
  const first = rows.realised.find(({ p50 }) => p50 !== null)
  const scaled = (base: number | null | undefined) => (value: number | null) =>
    value === null || (indexed && !base) ? null : indexed && base ? (value / base) * 100 : value
  const [own, ask] = [scaled(first?.p50), scaled(rows.asks[0]?.p50)]
  return {
    ...{ from: scope.from, to: scope.to, open: openOf(scope), scale: log ? 'log' : 'linear' },
    indexedAt: indexed ? Math.max(scope.from, first ? Date.parse(first.begins) : scope.from) : null,
    realised: {
      name: 'Akash',
      bucket: scope.bucket,
      points: rows.realised.map((row) => {
        const banded = row.leases >= FEWEST_FOR_PERCENTILES
        const [p10, p25, p75, p90] = [row.p10, row.p25, row.p75, row.p90].map((value) => (banded ? own(value) : null))
        return {
          at: Date.parse(row.begins),
          leases: row.leases,
          ...{ p10: p10 ?? null, p25: p25 ?? null, p50: own(row.p50), p75: p75 ?? null, p90: p90 ?? null }
        }
      })
    },
    asks: scope.withAsks
      ? rows.asks.map((row) => ({
          at: Date.parse(row.begins),
          n: row.providers,
          p25: ask(row.p25),
          p50: ask(row.p50),
          p75: ask(row.p75)
        }))
      : null,
    clouds: shown.map((provider) => {
      const steps = rows.clouds.filter((row) => row.provider === provider)
      const price = scaled(steps[0]?.usd_per_gpu_hour)
      const last = steps.at(-1)
      return {
        ...cloudOf(provider),
        id: provider,
        detail: last ? offerName(last) : 'no price in this range',
        steps: steps.map((row) => ({
          ...{ from: Date.parse(row.from_day), to: Date.parse(row.to_day), usd: price(row.usd_per_gpu_hour) ?? 0 },
          detail: offerName(row)
        }))
      }
    })
  }
}

/** The clouds shown that can be compared, the lead first. */
function discountClouds(rows: PriceRows, shown: readonly string[], lead: Comparison | undefined) {
  const first = lead && shown.includes(lead.provider) ? [lead.provider] : []
  return [...new Set([...first, ...shown])].flatMap((provider) => {
    const own = rows.discounts.filter((row) => row.provider === provider)
    return own.length === 0 ? [] : [{ provider, name: cloudOf(provider).name, rows: own }]
  })
}

function discountPoint(row: MetricRows['discounts']) {
  const banded = row.leases >= FEWEST_FOR_PERCENTILES
  return {
    ...{ at: Date.parse(row.begins), leases: row.leases, p10: null, p90: null, p50: row.discount },
    ...{ p25: banded ? row.discount_p25 : null, p75: banded ? row.discount_p75 : null }
  }
}

const MARKS: { readonly [mark: string]: string } = {
  price_bot: 'price bot',
  self_dealt: 'tenant is the provider',
  funded_by_provider: 'funded by its provider'
}

function leasesView(
  leases: PriceRows['leases'],
  scope: PriceScope,
  { log }: Drawn,
  kind: string,
  range: string,
  marked: string
): PriceView['leases'] {
  const before = leases.filter(({ from_time }) => Date.parse(from_time) < scope.from).length
  const earlier = before === 0 ? '' : `; ${whole(before)} began before the range and are not drawn`
  const all = leases[0]?.all_leases ?? 0
  const drawn = new Set(leases.map(({ lease_id }) => lease_id)).size
  const most = drawn < all ? `, the ${whole(drawn)} with the most GPU-hours drawn` : ''
  return {
    title: scope.withLeases ? leasesFinding(leases, kind) : `Every lease of the ${kind}, one by one`,
    subtitle: `US$ per GPU-hour over the life of the lease, by its beginning; area is GPUs${marked}. ${range}`,
    n: scope.withLeases ? `n = ${count(all, 'lease')}${most}${earlier}` : '',
    data: {
      ...{ from: scope.from, to: scope.to, scale: log ? 'log' : 'linear' },
      leases: leases.map((row) => ({
        ...{ id: `${row.lease_id} ${row.from_time}`, at: Date.parse(row.from_time), usd: row.price, gpus: row.gpus },
        flagged:
          row.marks === ''
            ? null
            : row.marks
                .split(', ')
                .map((mark) => MARKS[mark] ?? mark)
                .join(', '),
        text: leaseText(row)
      }))
    }
  }
}

function leaseText({ from_time, to_time, goes_on, price, gpus, provider, organization }: MetricRows['lease_dots']): string {
  const who = visible(organization)
  const until = goes_on ? 'still open' : `to ${dayText(to_time)}`
  return `$${price.toFixed(price < 0.1 ? 4 : 2)} · ${count(gpus, 'GPU')} · ${dayText(from_time)} ${until} · ${who === null ? shortAddress(provider) : isolated(who)}`
}
