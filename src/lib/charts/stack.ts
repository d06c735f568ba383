/** Geometry of stacked step areas over time. Pure: rows in, paths out. */
import { spread } from './labels.ts'
import { runsOf, type Run } from './runs.ts'
import { pixel, PLOT_WIDTH, valueScale, type Tick } from './scale.ts'
import { timeAt } from './time-axis.ts'

export type StackSeries = { readonly id: string; readonly name: string; readonly values: readonly (number | null)[] }

export type StackData = {
  /** Start of each bucket, and its width; milliseconds. */
  readonly buckets: readonly number[]
  readonly bucket: number
  /** Range of the axis, milliseconds. */
  readonly from: number
  readonly to: number
  /** Bottom first. */
  readonly series: readonly StackSeries[]
}

export type StackLabel = { readonly id: string; readonly y: number; /** Where the band it names ends. */ readonly bandY: number }

export type StackGeometry = {
  readonly yTicks: readonly Tick[]
  readonly areas: readonly { readonly id: string; readonly path: string }[]
  readonly outline: string
  /** Runs of buckets without data, in per mille. */
  readonly gaps: readonly { readonly x: number; readonly width: number }[]
  /** The total first, as `TOTAL`, then the bands from the top; no total of a single band. */
  readonly labels: readonly StackLabel[]
  /** Names within bands, where there is room on a wide screen. */
  readonly inside: readonly { readonly id: string; readonly name: string; readonly x: number; readonly y: number }[]
  /** Middle of each bucket in per mille. */
  readonly middles: readonly number[]
  readonly totals: readonly (number | null)[]
}

/** Id of the label of the total. */
export const TOTAL = 'total'
/** Distance of the labels at the end, pixels. */
const LABEL_GAP = 19
/** A name stands inside its band where that is this thick, pixels, for the width of the name in a plot of about that many pixels. */
const INSIDE = { thick: 18, letter: 7.5, margin: 14, plot: 850 } as const

export function stackGeometry(data: StackData, height: number): StackGeometry {
  const { buckets, bucket, from, to, series } = data
  const left = buckets.map((ms) => Math.max(0, timeAt(ms, from, to)))
  const right = buckets.map((ms) => Math.min(PLOT_WIDTH, timeAt(ms + bucket, from, to)))
  const known = buckets.map((_, i) => series.every(({ values }) => typeof values[i] === 'number'))
  const value = (s: StackSeries, i: number) => s.values[i] ?? 0
  const totals = buckets.map((_, i) => (known[i] ? series.reduce((sum, s) => sum + value(s, i), 0) : null))
  const scale = valueScale(Math.max(0, ...totals.filter((total) => total !== null)), [height, 0], 4, true)
  const runs = runsOf(known)

  const base = buckets.map(() => 0)
  const tops = series.map((s) => {
    const lower = [...base]
    for (const i of buckets.keys()) base[i] = (base[i] ?? 0) + value(s, i)
    return { id: s.id, lower, upper: [...base] }
  })
  const y = (v: number | undefined) => pixel(scale.of(v ?? 0))
  const edges = (start: number, end: number) => [...left.slice(start, end), right[end - 1] ?? 0]
  const areas = tops.map(({ id, lower, upper }) => ({
    id,
    path: runs
      .map(([start, end]) => {
        const xs = edges(start, end)
        const [up, down] = [upper.slice(start, end).map(y), lower.slice(start, end).map(y)]
        return `M${pixel(xs[0] ?? 0)},${down[0]}${steps(up, xs, 1)}${steps(down, xs, -1)}Z`
      })
      .join('')
  }))
  const outline = runs
    .map(([start, end]) => {
      const xs = edges(start, end)
      const ys = base.slice(start, end).map(y)
      return `M${pixel(xs[0] ?? 0)},${ys[0]}${steps(ys, xs, 1)}`
    })
    .join('')

  const last = known.lastIndexOf(true)
  const bands = [...tops]
    .reverse()
    .map(({ id, lower, upper }) => ({ id, bandY: last < 0 ? height : (y(lower[last]) + y(upper[last])) / 2 }))
  const ends = bands.length === 1 ? bands : [{ id: TOTAL, bandY: last < 0 ? height : y(base[last]) }, ...bands]
  const wanted = ends.map(({ id, bandY }) => (id === TOTAL ? bandY - LABEL_GAP / 2 : bandY))
  const placed = spread(wanted, LABEL_GAP, 6, height - 4)
  return {
    yTicks: scale.ticks,
    areas,
    outline,
    gaps: runsOf(known.map((k) => !k)).map(([start, end]) => ({
      x: left[start] ?? 0,
      width: (right[end - 1] ?? 0) - (left[start] ?? 0)
    })),
    labels: ends.map(({ id, bandY }, i) => ({ id, bandY, y: pixel(placed[i] ?? bandY) })),
    inside: tops.flatMap(({ id, lower, upper }) => {
      const name = series.find((s) => s.id === id)?.name ?? ''
      const box = roomiest(
        upper.map(y),
        lower.map(y),
        left,
        right,
        runs,
        (name.length * INSIDE.letter + INSIDE.margin) / INSIDE.plot
      )
      return box === null || box.thick < INSIDE.thick ? [] : [{ id, name, x: pixel(box.x), y: pixel(box.y) }]
    }),
    middles: left.map((x, i) => pixel((x + (right[i] ?? x)) / 2)),
    totals
  }
}

/** More room than this, in pixels, makes no place better. */
const ROOMY = 48

/** Where a band has most room for a box of some width (a share of the plot): its middle, and how thick the band is there. */
function roomiest(
  upper: readonly number[],
  lower: readonly number[],
  left: readonly number[],
  right: readonly number[],
  runs: readonly Run[],
  share: number
): { readonly x: number; readonly y: number; readonly thick: number } | null {
  const boxes: { readonly x: number; readonly y: number; readonly thick: number }[] = []
  for (const [start, end] of runs) {
    for (let first = start, after = start; first < end; first++) {
      while (after < end && (right[after] ?? 0) - (left[first] ?? 0) < share * PLOT_WIDTH) after++
      if (after >= end) break
      const top = Math.max(...upper.slice(first, after + 1))
      const bottom = Math.min(...lower.slice(first, after + 1))
      boxes.push({ x: ((left[first] ?? 0) + (right[after] ?? 0)) / 2, y: (top + bottom) / 2, thick: bottom - top })
    }
  }
  const best = Math.min(Math.max(...boxes.map(({ thick }) => thick)), ROOMY)
  const [longest] = runsOf(boxes.map(({ thick }) => thick >= best)).sort((a, b) => b[1] - b[0] - (a[1] - a[0]))
  return longest ? (boxes[Math.floor((longest[0] + longest[1] - 1) / 2)] ?? null) : null
}

/** A step line from left to right, or from right to left, without its first move. */
function steps(ys: readonly number[], xs: readonly number[], order: 1 | -1): string {
  let path = ''
  const at = (i: number) => (order === 1 ? i : ys.length - 1 - i)
  for (let i = 0; i < ys.length; i++) {
    const y = ys[at(i)]
    if (i === 0 || y !== ys[at(i - 1)]) path += `V${y}`
    const next = i + 1 < ys.length ? ys[at(i + 1)] : undefined
    if (next !== y) path += `H${pixel(xs[at(i) + (order === 1 ? 1 : 0)] ?? 0)}`
  }
  return path
}
