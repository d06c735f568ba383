/** Geometry of stacked step areas over time. Pure: rows in, paths out. */
import { spread } from './labels.ts'
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
  readonly labels: readonly StackLabel[]
  readonly totalY: number
  /** Middle and left edge of each bucket in per mille. */
  readonly middles: readonly number[]
  readonly totals: readonly (number | null)[]
}

/** Height of a label of the chart, pixels. */
export const LABEL_GAP = 19

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
  const edge = (levels: readonly number[], [start, end]: Run) => steps(levels.slice(start, end).map(y), left.slice(start, end), right.slice(start, end))
  const areas = tops.map(({ id, lower, upper }) => ({
    id,
    path: runs.map((run) => `M${edge(upper, run).join('L')}L${edge(lower, run).reverse().join('L')}Z`).join('')
  }))
  const outline = runs.map((run) => `M${edge(base, run).join('L')}`).join('')

  const last = known.lastIndexOf(true)
  const bands = [...tops].reverse().map(({ id, lower, upper }) => ({ id, bandY: last < 0 ? height : (y(lower[last]) + y(upper[last])) / 2 }))
  const totalY = last < 0 ? height : y(base[last])
  const placed = spread([totalY - LABEL_GAP / 2, ...bands.map(({ bandY }) => bandY)], LABEL_GAP, 6, height - 4)
  return {
    yTicks: scale.ticks,
    areas,
    outline,
    gaps: runsOf(known.map((k) => !k)).map(([start, end]) => ({ x: left[start] ?? 0, width: (right[end - 1] ?? 0) - (left[start] ?? 0) })),
    labels: bands.map(({ id, bandY }, i) => ({ id, bandY, y: placed[i + 1] ?? bandY })),
    totalY: placed[0] ?? totalY,
    middles: left.map((x, i) => pixel((x + (right[i] ?? x)) / 2)),
    totals
  }
}

type Run = readonly [start: number, end: number]

/** Runs of true, as half-open index ranges. */
function runsOf(flags: readonly boolean[]): Run[] {
  const runs: [number, number][] = []
  for (const [i, flag] of flags.entries()) {
    const last = runs.at(-1)
    if (!flag) continue
    if (last?.[1] === i) last[1] = i + 1
    else runs.push([i, i + 1])
  }
  return runs
}

/** Corners of a step line; equal neighbours make one step. */
function steps(ys: readonly number[], left: readonly number[], right: readonly number[]): string[] {
  const points: string[] = []
  for (const [i, y] of ys.entries()) {
    if (i > 0 && ys[i - 1] === y && i < ys.length - 1) continue
    if (i === 0 || ys[i - 1] !== y) {
      if (i > 0) points.push(`${pixel(left[i] ?? 0)},${ys[i - 1]}`)
      points.push(`${pixel(left[i] ?? 0)},${y}`)
    }
    if (i === ys.length - 1) points.push(`${pixel(right[i] ?? 0)},${y}`)
  }
  return points
}
