/** What a chart of prices and one of discounts draw and say. Pure. */
import { amount, count, percent, short } from '../model/format.ts'
import { bucketText } from '../model/time.ts'
import { ASKS_LOOK, looksOf, NETWORK_LOOK, type Seller } from './look.ts'
import type { PlotData, PlotSeries, Point, Step } from './plot.ts'

/** Prices paid in one bucket, USD per GPU-hour; null where nothing was. */
export type RealisedPoint = Point & { readonly leases: number }
export type AskPoint = Omit<Point, 'p10' | 'p90'> & { /** Providers that bid. */ readonly n: number }

export type CloudSteps = Seller & {
  readonly id: string
  /** `AWS`, and what of it: `p5, min. 8`. */
  readonly name: string
  readonly detail: string
  /** A price holds until the next observation; nothing outside the first and last. Ascending, milliseconds. */
  readonly steps: readonly {
    readonly from: number
    readonly to: number
    readonly usd: number
    /** What was compared then, where not the same. */ readonly detail?: string
  }[]
}

export type PriceChartData = {
  /** Range of the axis, milliseconds. */
  readonly from: number
  readonly to: number
  readonly realised: {
    readonly name: string
    /** Width of a bucket, milliseconds. */
    readonly bucket: number
    /** Ascending by start. */
    readonly points: readonly RealisedPoint[]
  }
  /** What bids asked for; null while not shown. */
  readonly asks: readonly AskPoint[] | null
  readonly clouds: readonly CloudSteps[]
  /** Start of the bucket that is not over; null when all are. */
  readonly open: number | null
  readonly scale: 'linear' | 'log'
  /** When each series was 100, milliseconds, if all values are shares of that; null for values in USD. */
  readonly indexedAt: number | null
}

export type DiscountSeries = Seller & {
  readonly id: string
  readonly name: string
  readonly detail: string
  /** Shares below the list price of that bucket: 0.68 is 68 % below, negative is dearer. */
  readonly points: readonly RealisedPoint[]
}
export type DiscountChartData = Pick<PriceChartData, 'from' | 'to' | 'open'> & {
  readonly bucket: number
  /** The first is the one that the chart is about: its gaps are told. */
  readonly clouds: readonly DiscountSeries[]
}

/** What is said of one series: beside its line, or at an instant. */
export type Reading = {
  readonly id: string
  readonly name: string
  readonly text: string
  readonly details: readonly string[]
  /** Where its dot on the crosshair stands; null for none. */
  readonly value: number | null
}
/** How a chart reads itself: at rest (null), or at the bucket that starts at this instant. */
export type Read = (start: number | null) => readonly Reading[]

const NETWORK = 'network'
const ASKS = 'asks'
const WEEK = 7 * 86_400_000

export function pricePlot(data: PriceChartData): PlotData {
  const { clouds, realised, asks } = data
  const looks = looksOf(clouds)
  const steps = clouds.map(({ id, provider, steps }): PlotSeries => ({
    id,
    kind: 'steps',
    look: looks.get(provider) ?? NETWORK_LOOK,
    details: 1,
    steps: steps.map(({ from, to, usd }): Step => ({ from, to, value: usd }))
  }))
  const asked: PlotSeries[] =
    asks === null
      ? []
      : [
          {
            id: ASKS,
            kind: 'points',
            look: ASKS_LOOK,
            details: 2,
            main: false,
            points: asks.map((point) => ({ ...point, p10: null, p90: null }))
          }
        ]
  return {
    from: data.from,
    to: data.to,
    bucket: realised.bucket,
    open: data.open,
    scale: data.scale,
    series: [
      // Dotted above dashed above solid: where two prices are equal both are seen.
      ...steps.toSorted((a, b) => depth(a) - depth(b)),
      ...asked,
      { id: NETWORK, kind: 'points', look: NETWORK_LOOK, details: 2, main: true, points: realised.points }
    ]
  }
}

function depth({ look }: PlotSeries): number {
  return look.dash === 'solid' ? 0 : look.dash === 'dotted' ? 2 : 1
}

export function priceReader(data: PriceChartData): Read {
  const { realised, asks, clouds, from, to } = data
  const write = data.indexedAt === null ? usd : index
  return (start) => {
    const list = clouds.map(({ id, name, detail, steps }): Reading => {
      const shown = steps.filter((step) => step.to >= from && step.from <= to)
      const step = start === null ? shown.at(-1) : held(shown, start, start + realised.bucket)
      const value = step?.usd ?? null
      return { id, name, text: write(value), details: [step?.detail ?? detail], value }
    })
    const own = distribution(realised.points, start, write, (point) => count(point.leases, 'lease'))
    const network = {
      id: NETWORK,
      name: realised.name,
      ...own,
      details: start === null && own.value !== null ? ['median, p25–75, p10–90', own.details[1] ?? ''] : own.details
    }
    if (asks === null) return [network, ...list]
    const asked = distribution(asks, start, write, (point) => count(point.n, 'provider'))
    const details = start === null && asked.value !== null ? ['median, p25–75', asked.details[1] ?? ''] : asked.details
    return [network, { id: ASKS, name: `${realised.name} asks`, ...asked, details }, ...list]
  }
}

/** The price in force in the middle of a bucket; where there is none then, the last one seen in the bucket. */
function held<S extends { readonly from: number; readonly to: number }>(
  steps: readonly S[],
  start: number,
  end: number
): S | undefined {
  const middle = (start + end) / 2
  return (
    steps.findLast((step) => step.from <= middle && middle <= step.to) ??
    steps.findLast((step) => step.from < end && step.to >= start)
  )
}

export function discountPlot(data: DiscountChartData): PlotData {
  const looks = looksOf(data.clouds)
  const series = data.clouds.map(({ id, provider, points }, i): PlotSeries => {
    return { id, kind: 'points', look: looks.get(provider) ?? NETWORK_LOOK, details: 2, main: i === 0, points }
  })
  return { ...data, scale: 'linear', series: series.toReversed() }
}

export function discountReader({ clouds }: DiscountChartData): Read {
  return (start) =>
    clouds.map(({ id, name, detail, points }) => {
      const own = distribution(points, start, share, (point) => count(point.leases, 'lease'))
      const details = start === null && own.value !== null ? [detail, own.details[1] ?? ''] : own.details
      const dearer = own.value !== null && own.value < 0
      return { id, name: `${dearer ? 'above' : 'below'} ${name}`, ...own, text: share(own.value && Math.abs(own.value)), details }
    })
}

type Quartiles = Pick<Point, 'at' | 'p25' | 'p50' | 'p75'>

/** Median with p25–75 and n: of the bucket that starts then, or of the last one that has any. */
function distribution<P extends Quartiles>(
  points: readonly P[],
  start: number | null,
  write: (value: number | null) => string,
  counted: (point: P) => string
): Pick<Reading, 'text' | 'details' | 'value'> {
  const point = start === null ? points.findLast(({ p50 }) => p50 !== null) : points.find(({ at }) => at === start)
  if (!point || point.p50 === null) return { text: write(null), details: ['no data'], value: null }
  const { p25, p50, p75 } = point
  const half = p25 === null || p75 === null ? [] : [`p25–75: ${write(p25)}${p25 < 0 ? ' to ' : '–'}${write(p75)}`]
  return { text: write(p50), details: [half[0] ?? 'too few for a band', `n = ${counted(point)}`], value: p50 }
}

/** `$1.37` */
function usd(value: number | null): string {
  return value === null ? amount(null) : `$${amount(value)}`
}

function index(value: number | null): string {
  return value === null ? amount(null) : value.toFixed(value < 10 ? 1 : 0)
}

/** `68 %`; `−12 %` for what is dearer. */
export function share(value: number | null): string {
  return value !== null && value < 0 ? `−${percent(-value)}` : percent(value)
}

/** Texts of the ticks of an axis, with as many decimals each on a linear one: `0`, `0.10`, `0.20`, and the unit at the top only. */
export function tickTexts(values: readonly number[], scale: 'linear' | 'log', unit: string): readonly string[] {
  const places = Math.max(...values.map((value) => (short(value).split('.')[1] ?? '').length))
  return values.map((value, i) => {
    const text = scale === 'log' || value === 0 || value >= 1000 ? short(value) : value.toFixed(places)
    return `${i === values.length - 1 ? unit : ''}${text}`
  })
}

/** `18 Nov 2026`, `week from 18 Nov 2026`. */
export function momentText(start: number, bucket: number, open: number | null): string {
  const over = start === open ? ', not over' : ''
  return `${bucket >= WEEK ? 'week from ' : ''}${bucketText(start, bucket, false)}${over}`
}

/** A reading as one sentence. */
export function spoken(moment: string, readings: readonly Reading[]): string {
  return `${moment}: ${readings.map(({ name, text, details }) => [name, text, ...details].join(' ')).join('; ')}`
}
