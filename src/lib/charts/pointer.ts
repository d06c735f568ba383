/** Where a pointer stands in a plot. */
import { PLOT_WIDTH } from './scale.ts'

/** Position across the element that listens, in per mille, within the plot. */
export function positionOf(event: PointerEvent): number {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
  return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1) * PLOT_WIDTH
}

/** Index of the nearest of ascending positions; null when there is none. */
export function nearest(positions: readonly number[], x: number): number | null {
  let best: number | null = null
  for (const [i, position] of positions.entries()) {
    if (best === null || Math.abs(position - x) <= Math.abs((positions[best] ?? 0) - x)) best = i
    else break
  }
  return best
}

/** Shorter strokes, in per mille, are clicks that slipped. */
const SHORTEST_BRUSH = 15

/**
 * The range of time that a stroke of the pointer drew, with its ends on the edges of buckets; null when it is too short.
 * @param stroke both ends in per mille
 * @param axis start, end and bucket in milliseconds
 */
export function brushed(
  stroke: { readonly from: number; readonly to: number },
  axis: { readonly from: number; readonly to: number; readonly bucket: number }
): { readonly from: number; readonly to: number } | null {
  const [low, high] = [Math.min(stroke.from, stroke.to), Math.max(stroke.from, stroke.to)]
  const edge = (x: number) => Math.round((axis.from + ((axis.to - axis.from) * x) / PLOT_WIDTH) / axis.bucket) * axis.bucket
  return high - low > SHORTEST_BRUSH && edge(high) > edge(low) ? { from: edge(low), to: edge(high) } : null
}
