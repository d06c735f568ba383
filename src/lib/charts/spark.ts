/** Geometry of a line small enough for a figure: its course, not its values. Pure. */
import { runsOf } from './runs.ts'
import { pixel, PLOT_WIDTH } from './scale.ts'

export type Spark = {
  readonly path: string
  /** The last value: per mille across, pixels down; null without a course. */
  readonly end: { readonly x: number; readonly y: number } | null
}

/** Room above and below the line, pixels. */
const INSET = 4

/** Fewer than two values have no course. The lowest value lies at the bottom, the highest at the top; values that are all the same in the middle. Gaps are gaps. */
export function sparkOf(values: readonly (number | null)[], height: number): Spark {
  const known = values.filter((value) => value !== null)
  if (known.length < 2) return { path: '', end: null }
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const step = PLOT_WIDTH / Math.max(values.length - 1, 1)
  const points = values.map((value, i) =>
    value === null
      ? null
      : {
          x: pixel(i * step),
          y: pixel(high > low ? INSET + (1 - (value - low) / (high - low)) * (height - 2 * INSET) : height / 2)
        }
  )
  const path = runsOf(points.map((point) => point !== null))
    .map(([start, end]) => {
      const run = points.slice(start, end).filter((point) => point !== null)
      return run.length === 1 ? `M${run[0]?.x},${run[0]?.y}h1` : `M${run.map(({ x, y }) => `${x},${y}`).join('L')}`
    })
    .join('')
  return { path, end: points.findLast((point) => point !== null) ?? null }
}
