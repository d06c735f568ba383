/** Geometry of leases as dots: when they began, at what price, how many GPUs. Pure. */
import { pixel, PLOT_WIDTH, type Tick } from './scale.ts'
import { timeAt } from './time-axis.ts'
import { linearAxis, logAxis } from './value-axis.ts'

export type LeaseDot = {
  readonly id: string
  /** Start, milliseconds. */
  readonly at: number
  /** USD per GPU-hour. */
  readonly usd: number
  readonly gpus: number
  /** Why its price says little of the market, such as `price bot`; null for a lease like others. Drawn hollow. */
  readonly flagged: string | null
  /** What the read-out says of the lease. */
  readonly text: string
}
export type DotChartData = {
  /** Range of the axis, milliseconds. */
  readonly from: number
  readonly to: number
  readonly scale: 'linear' | 'log'
  readonly leases: readonly LeaseDot[]
}

export type Dot = {
  readonly lease: LeaseDot
  /** Per mille across; and pixels down. */
  readonly x: number
  readonly y: number
  /** Pixels. */
  readonly r: number
}
export type DotGeometry = {
  readonly yTicks: readonly Tick[]
  /** In the order of time. */
  readonly dots: readonly Dot[]
}

/** Radius of a lease of one GPU, and of the largest; pixels. */
const RADIUS = { one: 3, largest: 14 } as const
/** From this many dots on they are drawn smaller, and fainter, so that it is seen where they crowd. */
export const MANY = { dots: 1000, one: 2.2 } as const

/** Leases within the range of the axis. Area goes by GPUs: a lease of eight has eight times that of one, up to a limit. */
export function dotGeometry({ from, to, scale, leases }: DotChartData, height: number): DotGeometry {
  const shown = leases.filter(({ at }) => at >= from && at <= to).toSorted((a, b) => a.at - b.at || a.usd - b.usd)
  const prices = shown.map(({ usd }) => usd)
  const axis = scale === 'log' ? logAxis(prices, height) : linearAxis(prices, height)
  const one = dotRadius(shown.length)
  return {
    yTicks: axis.ticks,
    dots: shown.map((lease) => ({
      lease,
      x: pixel(Math.min(PLOT_WIDTH, timeAt(lease.at, from, to))),
      y: pixel(axis.of(lease.usd)),
      r: radiusOf(lease.gpus, one)
    }))
  }
}

/** Radius of a lease of one GPU among so many, pixels. */
export function dotRadius(dots: number): number {
  return dots >= MANY.dots ? MANY.one : RADIUS.one
}

/** @param one radius of a lease of one GPU */
export function radiusOf(gpus: number, one: number): number {
  return pixel(Math.min(RADIUS.largest, one * Math.sqrt(Math.max(gpus, 1))))
}

/**
 * Index of the dot nearest to a point, by the distance to its edge; null when none is within reach.
 * @param point pixels from the plot's upper left corner
 * @param width of the plot, pixels
 * @param reach pixels
 */
export function nearestDot(
  dots: readonly Dot[],
  point: { readonly x: number; readonly y: number },
  width: number,
  reach: number
): number | null {
  let best: number | null = null
  let least = reach
  for (const [i, { x, y, r }] of dots.entries()) {
    // To the middle for small dots within large ones: the smaller wins where both are hit.
    const middle = Math.hypot((x / PLOT_WIDTH) * width - point.x, y - point.y)
    const distance = middle <= r ? middle / r - 1 : middle - r
    if (distance < least) [best, least] = [i, distance]
  }
  return best
}
