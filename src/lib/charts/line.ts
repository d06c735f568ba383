/** Geometry of lines over time, a point a bucket. Pure: rows in, paths and places of labels out. */
import { spread } from './labels.ts'
import { runsOf } from './runs.ts'
import { pixel, PLOT_WIDTH, valueScale, type Tick } from './scale.ts'
import { timeAt } from './time-axis.ts'

/** How a line is told from its neighbours, beside its label. `accent` is the one line that the chart is about; `bars` are as wide as their buckets. */
export type LineStyle = 'accent' | 'solid' | 'dashed' | 'long' | 'dotted' | 'bars'
export type Line = {
  readonly id: string
  readonly name: string
  readonly style: LineStyle
  /** One a bucket; null where unknown. */
  readonly values: readonly (number | null)[]
}

export type LineData = {
  /** Start of each bucket, ascending, and its width; milliseconds. */
  readonly buckets: readonly number[]
  readonly bucket: number
  /** Range of the axis, milliseconds. */
  readonly from: number
  readonly to: number
  readonly lines: readonly Line[]
  /** Top of the axis; null for a round number above the highest value. */
  readonly top: number | null
  /** Whether nothing is known of a bucket; one a bucket. */
  readonly unknown: readonly boolean[]
  /** Start of the bucket that is not over; null when all are. */
  readonly open: number | null
}

export type LineLabel = {
  readonly id: string
  /** Where the line ends: per mille across, pixels down; null for a line without any value. */
  readonly end: { readonly x: number; readonly y: number } | null
  /** Beside the plot on a wide screen; above the line within the plot on a narrow one, where it may lie above the plot (negative). */
  readonly beside: number
  readonly above: number
}

export type Span = { readonly x: number; readonly width: number }

export type LineGeometry = {
  readonly yTicks: readonly Tick[]
  readonly paths: readonly { readonly id: string; readonly style: LineStyle; readonly path: string }[]
  /** Runs of buckets of which nothing is known. */
  readonly gaps: readonly Span[]
  readonly open: Span | null
  readonly labels: readonly LineLabel[]
  /** Middle of each bucket in per mille. */
  readonly middles: readonly number[]
  /** Height of a value, pixels from the top. */
  readonly yOf: (value: number) => number
}

/** Distance of labels, pixels. */
const GAP = { beside: 19, above: 17 } as const
/** From a line to the middle of the label above it; half the height of a label. */
const LIFT = 11
const HALF = 8
/** What a label covers of a narrow plot, which is at least this wide: a letter, and its value with the sample of the line; pixels. */
const NARROW = { plot: 270, letter: 7, rest: 72 } as const

/** Least width of a line of one bucket, per mille. */
const DASH = 4

/** Room to keep over a narrow plot for the labels of as many lines, pixels. */
export function headroom(lines: number): number {
  return lines * GAP.above - HALF
}

export function lineGeometry(data: LineData, height: number): LineGeometry {
  const { buckets, bucket, from, to, lines } = data
  const within = (ms: number) => Math.min(PLOT_WIDTH, Math.max(0, timeAt(ms, from, to)))
  const left = buckets.map(within)
  const right = buckets.map((ms) => within(ms + bucket))
  const middles = left.map((x, i) => pixel((x + (right[i] ?? x)) / 2))
  const highest = Math.max(0, ...lines.flatMap(({ values }) => values.filter((value) => value !== null)))
  const scale = valueScale(data.top ?? highest, [height, 0], 4, data.top === null)
  const yOf = (value: number) => pixel(scale.of(value))

  const points = lines.map(({ values }) =>
    values.map((value, i) => (value === null ? null : { x: middles[i] ?? 0, y: yOf(value) }))
  )
  const ends = points.map((line) => line.findLast((point) => point !== null) ?? null)
  const open = data.open === null ? -1 : buckets.indexOf(data.open)
  return {
    yTicks: scale.ticks,
    yOf,
    paths: lines.map(({ id, style }, k) => ({
      id,
      style,
      path: style === 'bars' ? barsOf(points[k] ?? [], left, right, height) : pathOf(points[k] ?? [], left, right)
    })),
    gaps: runsOf(data.unknown).map(([start, end]) => ({
      x: left[start] ?? 0,
      width: pixel((right[end - 1] ?? 0) - (left[start] ?? 0))
    })),
    open: open < 0 ? null : { x: left[open] ?? 0, width: pixel((right[open] ?? 0) - (left[open] ?? 0)) },
    labels: placed(lines, points, ends, height),
    middles
  }
}

type Point = { readonly x: number; readonly y: number }

function placed(
  lines: readonly Line[],
  points: readonly (readonly (Point | null)[])[],
  ends: readonly (Point | null)[],
  height: number
): LineLabel[] {
  // Top first; lines without a value stand at the bottom.
  const order = [...lines.keys()].sort((a, b) => (ends[a]?.y ?? height) - (ends[b]?.y ?? height))
  const beside = spread(
    order.map((k) => ends[k]?.y ?? height),
    GAP.beside,
    6,
    height - 4
  )
  const above = labelsAbove(lines, order, points, ends, height)
  return order.map((k, i) => ({
    id: lines[k]?.id ?? '',
    end: ends[k] ?? null,
    beside: pixel(beside[i] ?? 0),
    above: above[i] ?? 0
  }))
}

/**
 * The lowest places above each line's end at which a label covers no line and no other label. They keep the order of the lines, and
 * where lines run close together their labels stand in a stack above all of these.
 */
function labelsAbove(
  lines: readonly Line[],
  order: readonly number[],
  points: readonly (readonly (Point | null)[])[],
  ends: readonly (Point | null)[],
  height: number
): number[] {
  const result: number[] = []
  let ceiling = Infinity
  for (const k of [...order].reverse()) {
    const covered = (((lines[k]?.name.length ?? 0) * NARROW.letter + NARROW.rest) / NARROW.plot) * PLOT_WIDTH
    const bands = points.flatMap((line) => {
      const ys = line.flatMap((point) => (point && point.x >= PLOT_WIDTH - covered ? [point.y] : []))
      return ys.length === 0 ? [] : [{ top: Math.min(...ys), bottom: Math.max(...ys) }]
    })
    let y = Math.min((ends[k]?.y ?? height) - LIFT, ceiling - GAP.above)
    for (let hit = true; hit;) {
      const band = bands.find(({ top, bottom }) => y + HALF > top && y - HALF < bottom)
      hit = band !== undefined
      if (band) y = band.top - LIFT
    }
    ceiling = y
    result.unshift(pixel(y))
  }
  return result
}

/** Straight lines between neighbours; a point without neighbours is a dash as wide as its bucket, at least `DASH`. */
function pathOf(points: readonly (Point | null)[], left: readonly number[], right: readonly number[]): string {
  return runsOf(points.map((point) => point !== null))
    .map(([start, end]) => {
      const run = points.slice(start, end).filter((point) => point !== null)
      const [first] = run
      if (run.length === 1 && first) {
        const width = Math.max(DASH, (right[start] ?? 0) - (left[start] ?? 0))
        return `M${pixel(first.x - width / 2)},${first.y}h${pixel(width)}`
      }
      return `M${run.map(({ x, y }) => `${x},${y}`).join('L')}`
    })
    .join('')
}

/** A bar a bucket, up from the axis; as one path. Neighbours have a gap of a tenth of a bucket between them. */
function barsOf(points: readonly (Point | null)[], left: readonly number[], right: readonly number[], height: number): string {
  return points
    .flatMap((point, i) => {
      if (point === null || point.y >= height) return []
      const width = (right[i] ?? 0) - (left[i] ?? 0)
      return [`M${pixel((left[i] ?? 0) + width / 20)},${height}V${point.y}h${pixel(width * 0.9)}V${height}Z`]
    })
    .join('')
}

/** Height of the strip of shares, pixels. */
export const STRIP = 10

/** A step area of shares from 0 to 1, and the runs of buckets whose share is 0. */
export function stripOf(
  shares: readonly number[],
  data: Pick<LineData, 'buckets' | 'bucket' | 'from' | 'to'>
): { readonly path: string; readonly none: readonly Span[] } {
  const within = (ms: number) => pixel(Math.min(PLOT_WIDTH, Math.max(0, timeAt(ms, data.from, data.to))))
  const edges = (start: number, end: number): Span => {
    const x = within(data.buckets[start] ?? 0)
    return { x, width: pixel(within((data.buckets[end - 1] ?? 0) + data.bucket) - x) }
  }
  const heights = shares.map((share) => pixel(STRIP * (1 - Math.min(1, Math.max(0, share)))))
  let path = ''
  for (const [start, end] of runsOf(shares.map((share) => share > 0))) {
    for (let i = start; i < end;) {
      let next = i + 1
      while (next < end && heights[next] === heights[i]) next++
      const { x, width } = edges(i, next)
      path += `M${x},${STRIP}V${heights[i]}h${width}V${STRIP}Z`
      i = next
    }
  }
  return { path, none: runsOf(shares.map((share) => share <= 0)).map(([start, end]) => edges(start, end)) }
}
