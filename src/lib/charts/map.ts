/** Places on a map: circles by size, and names beside them that cover neither each other nor another circle. Pure. */
import { pixel, PLOT_WIDTH } from './scale.ts'

/** Size of the map in its own units, from 80° north to 56° south; it is scaled to the width of its frame. */
export const MAP = { width: PLOT_WIDTH, height: 429 } as const

export type MapPoint = {
  readonly id: string
  readonly name: string
  readonly value: number
  /** Centre in the map's units. */
  readonly x: number
  readonly y: number
}
export type MapLabel = {
  readonly id: string
  readonly x: number
  readonly y: number
  readonly anchor: 'start' | 'middle' | 'end'
}
export type MapMarks = {
  /** Largest first, so that small ones lie on top. */
  readonly circles: readonly (MapPoint & { readonly r: number })[]
  /** For frames of at least `WIDE` and `NARROW` pixels. A place without room for its name, or of value 0, has none. */
  readonly wide: readonly MapLabel[]
  readonly narrow: readonly MapLabel[]
}

/** Least widths of the frame, pixels, that labels are placed for. */
const WIDE = 620
const NARROW = 300
const RADIUS = { least: 5, most: 28 } as const
/** Width of a letter and height of a line of a label, pixels. */
const LETTER = 7
const LINE = 15

/** @param text what stands beside a circle */
export function mapMarks(points: readonly MapPoint[], text: (point: MapPoint) => string): MapMarks {
  const most = Math.max(1, ...points.map(({ value }) => value))
  const circles = [...points]
    .sort((a, b) => b.value - a.value || (a.id < b.id ? -1 : 1))
    .map((point) => ({ ...point, r: pixel(Math.max(RADIUS.least, RADIUS.most * Math.sqrt(Math.max(0, point.value) / most))) }))
  return { circles, wide: labelsFor(circles, text, WIDE), narrow: labelsFor(circles, text, NARROW) }
}

type Box = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }

function labelsFor(circles: MapMarks['circles'], text: (point: MapPoint) => string, frame: number): MapLabel[] {
  const unit = MAP.width / frame
  const taken: Box[] = circles.map(({ x, y, r }) => ({ left: x - r, right: x + r, top: y - r, bottom: y + r }))
  const labels: MapLabel[] = []
  for (const circle of circles.filter(({ value }) => value > 0)) {
    const [width, height, room] = [text(circle).length * LETTER * unit, LINE * unit, 4 * unit]
    const { x, y, r } = circle
    const places: readonly MapLabel[] = [
      { id: circle.id, x: x + r + room, y, anchor: 'start' },
      { id: circle.id, x: x - r - room, y, anchor: 'end' },
      { id: circle.id, x, y: y - r - room - height / 2, anchor: 'middle' },
      { id: circle.id, x, y: y + r + room + height / 2, anchor: 'middle' }
    ]
    const free = places.find((place) => {
      const box = boxOf(place, width, height)
      const inside = box.left >= 0 && box.right <= MAP.width && box.top >= 0 && box.bottom <= MAP.height
      return inside && taken.every((other) => !overlap(box, other))
    })
    if (!free) continue
    taken.push(boxOf(free, width, height))
    labels.push({ ...free, x: pixel(free.x), y: pixel(free.y) })
  }
  return labels
}

function boxOf({ x, y, anchor }: MapLabel, width: number, height: number): Box {
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2
  return { left, right: left + width, top: y - height / 2, bottom: y + height / 2 }
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}
