/** Scales of the charts. Across, a chart is measured in per mille of its width, so that one SVG fits every screen; down, in pixels. */
import { ticks } from 'd3-array'
import { scaleLinear } from 'd3-scale'

/** Width of every plot in its own units. */
export const PLOT_WIDTH = 1000

export type Tick = { readonly at: number; readonly value: number }

export type ValueScale = { readonly max: number; readonly ticks: readonly Tick[]; readonly of: (value: number) => number }

/**
 * Scale from zero to a round number at or above `max`.
 * @param range where zero and the maximum lie: `[height, 0]` for an axis that goes up
 * @param whole only whole ticks, for counts
 */
export function valueScale(max: number, range: readonly [number, number], count: number, whole = false): ValueScale {
  const top = Number.isFinite(max) && max > 0 ? max : 1
  const scale = scaleLinear().domain([0, top]).range(range).nice(count)
  const end = scale.domain()[1] ?? top
  const values = ticks(0, end, count).filter((value) => !whole || Number.isInteger(value))
  return { max: end, ticks: values.map((value) => ({ at: scale(value), value })), of: (value) => scale(value) }
}

/** `12.5%`: where a per mille of the width lies, for SVG attributes outside of the stretched part. */
export function across(perMille: number): string {
  return `${Math.round((perMille / PLOT_WIDTH) * 1e4) / 100}%`
}

/** A coordinate with no more digits than a screen shows. */
export function pixel(value: number): number {
  return Math.round(value * 10) / 10
}
