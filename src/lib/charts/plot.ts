/** Geometry of lines with bands, and of steps, over time. Pure: series in, paths and places of labels out. */
import { spread } from './labels.ts'
import type { Look } from './look.ts'
import { pixel, PLOT_WIDTH, type Tick } from './scale.ts'
import { timeAt } from './time-axis.ts'
import { linearAxis, logAxis } from './value-axis.ts'

/** What is known of one bucket. Without both ends of a band there is no band, without a median no line. */
export type Point = {
  /** Start of the bucket, milliseconds. */
  readonly at: number
  readonly p10: number | null
  readonly p25: number | null
  readonly p50: number | null
  readonly p75: number | null
  readonly p90: number | null
}
/** A value that holds from one instant to another, milliseconds. */
export type Step = { readonly from: number; readonly to: number; readonly value: number }

export type PlotSeries = {
  readonly id: string
  readonly look: Look
  /** Lines of text below the name in the label. */
  readonly details: number
} & (
  | { readonly kind: 'points'; readonly points: readonly Point[]; /** Whether its gaps are told. */ readonly main: boolean }
  | { readonly kind: 'steps'; readonly steps: readonly Step[] }
)

export type PlotData = {
  /** Range of the axis, and the width of a bucket; milliseconds. */
  readonly from: number
  readonly to: number
  readonly bucket: number
  /** Start of the bucket that is not over; null when all are. */
  readonly open: number | null
  readonly scale: 'linear' | 'log'
  /** Drawn in this order, the last on top. */
  readonly series: readonly PlotSeries[]
}

type Span = { readonly x: number; readonly width: number }
type Place = { readonly x: number; readonly y: number }
export type PlotMark = {
  readonly id: string
  readonly look: Look
  readonly path: string
  /** Between p10 and p90, and between p25 and p75. */
  readonly wide: string
  readonly half: string
}
export type PlotLabel = {
  readonly id: string
  readonly look: Look
  /** Where the line ends: per mille across, pixels down. */
  readonly end: Place
  /** Middle of the label's first line, pixels down; and how many lines of text there is room for below it. */
  readonly y: number
  readonly details: number
}
export type PlotGeometry = {
  readonly yTicks: readonly Tick[]
  /** Height of a value, pixels from the top. */
  readonly yOf: (value: number) => number
  /** Starts of the buckets of the axis, milliseconds, and their middles, per mille. */
  readonly stops: readonly number[]
  readonly middles: readonly number[]
  readonly marks: readonly PlotMark[]
  /** Top first; of series with anything in the range. */
  readonly labels: readonly PlotLabel[]
  /** Series with nothing in the range. */
  readonly absent: readonly string[]
  /** Stretches in which the main series knows nothing. */
  readonly gaps: readonly Span[]
  readonly open: Span | null
  /** Whether there is anything to draw. */
  readonly empty: boolean
}

/** Least width of what holds for a moment or a bucket only, per mille. */
const DASH = 8
/** Heights of a label's first line and of those below it, and the room between labels; pixels. */
const NAME = 17
const DETAIL = 14
const ROOM = 5
/** How far labels may reach up beside the flags and down beside the time axis, pixels. */
const ABOVE = 30
const BELOW = 26

export function plotGeometry(data: PlotData, height: number): PlotGeometry {
  const { from, to, bucket } = data
  const x = (ms: number) => pixel(Math.min(PLOT_WIDTH, Math.max(0, timeAt(ms, from, to))))
  const series = data.series.map((one) => within(one, data))
  const values = series.flatMap(valuesOf)
  const axis = data.scale === 'log' ? logAxis(values, height) : linearAxis(values, height)
  const yOf = (value: number) => pixel(axis.of(value))
  const main = series.find((one) => one.kind === 'points' && one.main)
  const stops = stopsOf(data, main?.kind === 'points' ? main.points[0]?.at : undefined)
  const middle = (start: number) => pixel((x(start) + x(start + bucket)) / 2)

  const ended = series.flatMap((one) => {
    const end = endOf(one, x, middle, yOf)
    return end ? [{ ...one, end }] : []
  })

  const marks = series.map((one): PlotMark => {
    if (one.kind === 'steps') return { id: one.id, look: one.look, path: stepsPath(one.steps, x, yOf), wide: '', half: '' }
    const runs = runsOfPoints(one.points, bucket)
    const edges = (low: 'p10' | 'p25', high: 'p75' | 'p90') => bandPath(runs, low, high, middle, yOf)
    return { id: one.id, look: one.look, path: linePath(runs, middle, yOf), wide: edges('p10', 'p90'), half: edges('p25', 'p75') }
  })
  return {
    yTicks: axis.ticks,
    yOf,
    stops,
    middles: stops.map(middle),
    marks,
    labels: placed(ended, height),
    absent: series.filter(({ id }) => ended.every((one) => one.id !== id)).map(({ id }) => id),
    gaps: main?.kind === 'points' ? gapsOf(main.points, data, x) : [],
    open: data.open === null ? null : { x: x(data.open), width: pixel(x(data.open + bucket) - x(data.open)) },
    empty: values.length === 0
  }
}

/** The part of a series that lies in the range of the axis. */
function within(series: PlotSeries, { from, to, bucket }: PlotData): PlotSeries {
  if (series.kind === 'points') {
    return { ...series, points: series.points.filter(({ at }) => at + bucket > from && at < to) }
  }
  const steps = series.steps
    .filter((step) => step.to >= from && step.from <= to)
    .map((step) => ({ ...step, from: Math.max(step.from, from), to: Math.min(step.to, to) }))
  return { ...series, steps }
}

function valuesOf(series: PlotSeries): number[] {
  if (series.kind === 'steps') return series.steps.map(({ value }) => value)
  return series.points.flatMap(({ p10, p25, p50, p75, p90 }) =>
    p50 === null ? [] : [p10, p25, p50, p75, p90].filter((value) => value !== null)
  )
}

/** Buckets from edge to edge of the axis, in step with those of the data. */
function stopsOf({ from, to, bucket }: PlotData, start = from): readonly number[] {
  if (!(to > from) || !(bucket > 0)) return []
  const first = start - Math.floor((start - from) / bucket) * bucket
  const lead = first > from ? first - bucket : first
  return Array.from({ length: Math.ceil((to - lead) / bucket) }, (_, i) => lead + i * bucket)
}

/** Stretches of neighbouring buckets that have a median; a bucket without a row is a gap like one without a value. */
function runsOfPoints(points: readonly Point[], bucket: number): Point[][] {
  const runs: Point[][] = []
  let before = -Infinity
  for (const point of points) {
    if (point.p50 === null) continue
    if (point.at - before > bucket * 1.5) runs.push([])
    runs.at(-1)?.push(point)
    before = point.at
  }
  return runs
}

type X = (ms: number) => number
type Y = (value: number) => number

/** Straight lines between neighbours; a bucket without neighbours is a dash. */
function linePath(runs: readonly (readonly Point[])[], middle: X, yOf: Y): string {
  return runs
    .map((run) => {
      const [first] = run
      if (run.length === 1 && first) return `M${pixel(middle(first.at) - DASH / 2)},${yOf(first.p50 ?? 0)}h${DASH}`
      return `M${run.map(({ at, p50 }) => `${middle(at)},${yOf(p50 ?? 0)}`).join('L')}`
    })
    .join('')
}

/** Area between two percentiles, forth above and back below. */
function bandPath(runs: readonly (readonly Point[])[], low: 'p10' | 'p25', high: 'p75' | 'p90', middle: X, yOf: Y): string {
  let path = ''
  for (const run of runs) {
    let part: { readonly x: number; readonly top: number; readonly bottom: number }[] = []
    const finish = () => {
      const [first] = part
      if (part.length === 1 && first) path += `M${pixel(first.x - DASH / 2)},${first.top}h${DASH}V${first.bottom}h-${DASH}Z`
      else if (first) {
        const back = [...part].reverse().map(({ x, bottom }) => `${x},${bottom}`)
        path += `M${part.map(({ x, top }) => `${x},${top}`).join('L')}L${back.join('L')}Z`
      }
      part = []
    }
    for (const point of run) {
      const [from, to] = [point[low], point[high]]
      if (from === null || to === null) finish()
      else part.push({ x: middle(point.at), top: yOf(to), bottom: yOf(from) })
    }
    finish()
  }
  return path
}

/** A price holds until the next observation, then it is another: never a slope. */
function stepsPath(steps: readonly Step[], x: X, yOf: Y): string {
  let path = ''
  let before: Step | null = null
  for (const step of steps) {
    const [start, end, y] = [x(step.from), x(step.to), yOf(step.value)]
    if (before !== null && step.from <= before.to) path += `V${y}H${end}`
    else if (end - start < DASH && steps.length === 1) path += `M${Math.min(start, PLOT_WIDTH - DASH)},${y}h${DASH}`
    else path += `M${start},${y}H${end}`
    before = step
  }
  return path
}

function endOf(series: PlotSeries, x: X, middle: X, yOf: Y): Place | null {
  if (series.kind === 'steps') {
    const last = series.steps.at(-1)
    return last ? { x: x(last.to), y: yOf(last.value) } : null
  }
  const last = series.points.findLast(({ p50 }) => p50 !== null)
  return last ? { x: middle(last.at), y: yOf(last.p50 ?? 0) } : null
}

/** From the first bucket to the last of the axis: where no median is known. */
function gapsOf(points: readonly Point[], { from, to, bucket }: PlotData, x: X): Span[] {
  const gaps: Span[] = []
  const gap = (start: number, end: number) => {
    const span = { x: x(start), width: pixel(x(end) - x(start)) }
    if (span.width > 0) gaps.push(span)
  }
  let known = from
  for (const { at, p50 } of points) {
    if (p50 === null) continue
    if (at - known > bucket / 2) gap(known, at)
    known = at + bucket
  }
  if (to - known > bucket / 2) gap(known, to)
  return gaps
}

/** Labels beside the ends of their lines, moved apart. Where there is not room for all, they lose details, those of steps first. */
function placed(series: readonly (PlotSeries & { readonly end: Place })[], height: number): PlotLabel[] {
  const order = series.toSorted((a, b) => a.end.y - b.end.y)
  const [top, bottom] = [NAME / 2 - ABOVE, height + BELOW]
  const tries = [
    order.map(({ details }) => details),
    order.map(({ details }) => Math.min(details, 1)),
    order.map(({ details, kind }) => (kind === 'points' ? Math.min(details, 1) : 0)),
    order.map(() => 0)
  ]
  const tall = (details: number) => NAME + details * DETAIL + ROOM
  const room = bottom - top + NAME / 2
  const details = tries.find((all) => all.reduce((sum, n) => sum + tall(n), 0) <= room) ?? order.map(() => 0)
  // Labels of different heights are spread as labels of none, each less by what stands above it.
  const before = details.map((_, i) => details.slice(0, i).reduce((sum, n) => sum + tall(n), 0))
  const whole = before.at(-1) ?? 0
  const fits = whole + tall(details.at(-1) ?? 0) <= room
  const ys = fits
    ? spread(
        order.map(({ end }, i) => end.y - (before[i] ?? 0)),
        0,
        top,
        bottom - whole - (details.at(-1) ?? 0) * DETAIL - NAME / 2
      ).map((y, i) => y + (before[i] ?? 0))
    : spread(
        order.map(({ end }) => end.y),
        NAME,
        top,
        bottom - NAME / 2
      )
  return order.map(({ id, look, end }, i) => ({ id, look, end, y: pixel(ys[i] ?? 0), details: details[i] ?? 0 }))
}
