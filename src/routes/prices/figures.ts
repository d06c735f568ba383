/** The five figures of the prices page, each of the last bucket in which it is known. Pure. */
import { FEWEST_FOR_PERCENTILES } from '../../lib/charts/strip.ts'
import { count, percent } from '../../lib/model/format.ts'
import { cheapestOf, lastOffer, seenRange, type Comparison } from './compare.ts'
import { latestOf, type PriceRows, type PriceScope } from './prices.ts'
import { bucketName, DASH, dayText, gapText, untilText, usd, usdRange } from './words.ts'

type Figure = {
  readonly name: string
  readonly value: string
  readonly unit: string
  readonly note: string
  readonly asOf: string
  readonly href: string
  readonly spark?: readonly (number | null)[]
  readonly reason?: string
}

/** Buckets of the small courses. */
const COURSE = 52
const UNIT = '/ GPU-hour'

/** @param lead the cloud that the page compares with */
export function figuresOf(rows: PriceRows, scope: PriceScope, lead: Comparison | undefined): readonly Figure[] {
  return [
    medianFigure(rows, scope),
    discountFigure(rows, scope, lead),
    uptimeFigure(rows, scope),
    shareFigure(rows),
    listFigure(rows, scope)
  ]
}

/** Values of the last buckets up to the end; null where there is none. */
function course<R extends { readonly begins: string }>(
  rows: readonly R[],
  bucket: number,
  value: (row: R) => number | null
): readonly (number | null)[] {
  const byStart = new Map(rows.map((row) => [Date.parse(row.begins), value(row)]))
  const last = Math.max(...byStart.keys())
  if (byStart.size < 2) return []
  return Array.from({ length: COURSE }, (_, i) => byStart.get(last - (COURSE - 1 - i) * bucket) ?? null)
}

function medianFigure(rows: PriceRows, scope: PriceScope): Figure {
  const latest = latestOf(rows)
  const figure = {
    name: 'Median price',
    unit: UNIT,
    href: '#prices',
    spark: course(rows.realised, scope.bucket, ({ p50 }) => p50)
  }
  if (!latest)
    return {
      ...figure,
      value: usd(null),
      note: 'no lease in this range',
      asOf: '',
      reason: 'No lease with a price in dollars in this range'
    }
  const { p25, p50, p75, leases } = latest
  const band =
    leases < FEWEST_FOR_PERCENTILES || p25 === null || p75 === null ? 'too few for a band' : `p25${DASH}75 ${usdRange(p25, p75)}`
  return {
    ...figure,
    value: usd(p50),
    note: `${band}, n\u00a0=\u00a0${count(leases, 'lease')}`,
    asOf: capital(bucketName(latest.begins, scope.grain))
  }
}

function discountFigure(rows: PriceRows, scope: PriceScope, lead: Comparison | undefined): Figure {
  const figure = { href: '#discounts' }
  if (!lead)
    return {
      ...{ ...figure, name: 'Against clouds', value: '–', unit: '', note: 'no list price to compare', asOf: '', spark: [] },
      reason: 'No list price of this GPU falls in this range, or no lease does'
    }
  const own = rows.discounts.filter(({ provider }) => provider === lead.provider)
  const cheapest = cheapestOf(rows, lead.begins)
  const gap = cheapest && gapText(cheapest.discount)
  const other =
    !cheapest || cheapest.provider === lead.provider
      ? 'the cheapest cloud then'
      : `${gap ?? 'at the price of'} ${cheapest.name}, cheapest`
  return {
    ...figure,
    name: `Against ${lead.name}`,
    value: percent(Math.abs(lead.discount)),
    unit: lead.discount < 0 ? 'above list' : 'below list',
    note: other,
    asOf: capital(bucketName(lead.begins, scope.grain)),
    spark: course(own, scope.bucket, ({ discount }) => discount)
  }
}

function uptimeFigure(rows: PriceRows, scope: PriceScope): Figure {
  const adjusted = ({ p50, uptime }: PriceRows['realised'][number]) => (p50 === null || !uptime ? null : p50 / uptime)
  const last = rows.realised.findLast((row) => adjusted(row) !== null)
  const figure = {
    name: 'Adjusted for uptime',
    unit: UNIT,
    href: '#discounts',
    spark: course(rows.realised, scope.bucket, adjusted)
  }
  if (!last)
    return {
      ...figure,
      value: usd(null),
      note: 'uptime not known',
      asOf: '',
      spark: [],
      reason: 'No provider of these leases was probed in this range'
    }
  return {
    ...figure,
    value: usd(adjusted(last)),
    note: `÷ ${percent(last.uptime)} observed uptime`,
    asOf: capital(bucketName(last.begins, scope.grain))
  }
}

function shareFigure(rows: PriceRows): Figure {
  const last = rows.share.at(-1)
  const figure = {
    name: 'Of which the GPU',
    href: '#prices',
    spark: course(rows.share, 7 * 86_400_000, ({ gpu_share }) => gpu_share)
  }
  if (!last)
    return {
      ...{ ...figure, value: usd(null), unit: '', note: 'no estimate', asOf: '', spark: [] },
      reason: 'Too few leases without GPUs to estimate what CPU, memory and storage cost'
    }
  if (last.gpu_share <= 0)
    return {
      ...{
        ...figure,
        value: usd(null),
        unit: '',
        note: 'no sensible estimate',
        asOf: capital(bucketName(last.begins, 'week')),
        spark: []
      },
      reason: 'At the rates of leases without GPUs, CPU, memory and storage alone would cost more than these leases did'
    }
  return {
    ...figure,
    value: usd(last.gpu_share),
    unit: 'estimated',
    note: `band ${usdRange(last.gpu_share_low, last.gpu_share_high)}`,
    asOf: capital(bucketName(last.begins, 'week'))
  }
}

function listFigure(rows: PriceRows, scope: PriceScope): Figure {
  const seen = seenRange(rows.clouds, scope.to)
  const figure = { name: 'List prices', href: '#offers' }
  const last = lastOffer(rows.offers)
  if (!seen && last !== null)
    return {
      ...{ ...figure, value: '–', unit: '', note: 'none in this range', asOf: `last seen ${dayText(last)}` },
      reason: 'No list price was seen in this range'
    }
  if (!seen)
    return {
      ...{ ...figure, value: '–', unit: '', note: 'none of this GPU', asOf: untilText(scope).trim() },
      reason: 'No cloud in these price lists offers it on demand'
    }
  return {
    ...figure,
    value: String(seen.clouds),
    unit: seen.clouds === 1 ? 'cloud' : 'clouds',
    note: `last seen ${dayText(seen.last)}`,
    asOf: seen.first === seen.last ? '' : `the oldest ${dayText(seen.first)}`
  }
}

function capital(text: string): string {
  return text.replace(/^the week/, 'Week')
}
