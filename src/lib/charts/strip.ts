/** Geometry of price strips: one row a model, a dot a lease, bands for percentiles. Pure. */
import { across, PLOT_WIDTH, valueScale } from './scale.ts'

export type StripRow = {
  readonly id: string
  readonly name: string
  readonly leases: number
  readonly p10: number
  readonly p25: number
  readonly median: number
  readonly p75: number
  readonly p90: number
  readonly highest: number
  /** What the read-out says of the row. */
  readonly text: string
}
export type StripPoint = {
  readonly row: string
  readonly key: string
  readonly value: number
  readonly gpus: number
  /** What the read-out says of the lease. */
  readonly text: string
}

export type Dot = { readonly key: string; readonly cx: string; readonly x: number; readonly cy: number; readonly r: number }
export type Bar = { readonly x: string; readonly width: string }
export type Strip = {
  readonly id: string
  /** Null where it would only hide the one lease. */
  readonly median: string | null
  /** Null where too few leases make percentiles a fiction. */
  readonly wide: Bar | null
  readonly half: Bar | null
  readonly dots: readonly Dot[]
}

/** From this many leases on, percentiles are drawn. */
export const FEWEST_FOR_PERCENTILES = 5
export const STRIP_HEIGHT = 44
/** Width by which dots are moved apart: that of a phone, so that they never overlap more than drawn here. */
const REFERENCE_WIDTH = 300
const OFFSETS = [0, -5, 5, -10, 10] as const

export type Strips = {
  readonly ticks: readonly { readonly x: string; readonly value: number; readonly at: number }[]
  readonly rows: readonly Strip[]
}

export function stripGeometry(rows: readonly StripRow[], points: readonly StripPoint[]): Strips {
  const drawn = new Set(points.map(({ row }) => row))
  const max = Math.max(0, ...rows.map((row) => (drawn.has(row.id) ? row.highest : row.p90)))
  const scale = valueScale(max, [0, PLOT_WIDTH], 5)
  const bar = (from: number, to: number): Bar => ({
    x: across(scale.of(from)),
    width: across(Math.max(scale.of(to) - scale.of(from), 1))
  })
  return {
    ticks: scale.ticks.map(({ at, value }) => ({ x: across(at), at, value })),
    rows: rows.map((row) => {
      const enough = row.leases >= FEWEST_FOR_PERCENTILES
      return {
        id: row.id,
        median: drawn.has(row.id) && row.leases === 1 ? null : across(scale.of(row.median)),
        wide: enough ? bar(row.p10, row.p90) : null,
        half: enough ? bar(row.p25, row.p75) : null,
        dots: dodge(
          points
            .filter((point) => point.row === row.id)
            .map((point) => ({ ...point, x: scale.of(point.value), r: radius(point.gpus) }))
        )
      }
    })
  }
}

/** Radius by area: a lease of eight GPUs has eight times the area of one. */
function radius(gpus: number): number {
  return Math.round(Math.min(11, 3.8 * Math.sqrt(Math.max(gpus, 1))) * 10) / 10
}

function dodge(points: readonly { readonly key: string; readonly x: number; readonly r: number }[]): Dot[] {
  const placed: { readonly x: number; readonly cy: number; readonly r: number }[] = []
  const toPixels = REFERENCE_WIDTH / PLOT_WIDTH
  return [...points]
    .sort((a, b) => a.x - b.x)
    .map(({ key, x, r }) => {
      const overlap = (cy: number) =>
        placed.reduce((sum, other) => sum + Math.max(0, other.r + r - Math.hypot((other.x - x) * toPixels, other.cy - cy)), 0)
      const cys = OFFSETS.map((offset) => STRIP_HEIGHT / 2 + offset)
      const cy =
        cys.find((candidate) => overlap(candidate) === 0) ??
        cys.reduce((best, candidate) => (overlap(candidate) < overlap(best) ? candidate : best))
      placed.push({ x, cy, r })
      return { key, cx: across(x), x, cy, r }
    })
}
