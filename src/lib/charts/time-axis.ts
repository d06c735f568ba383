/** Ticks of a time axis, from tenths of a second to decades, in UTC. */
import { utcTickInterval, utcTicks } from 'd3-time'
import { axisContext, tickText } from '../model/time.ts'
import { across, PLOT_WIDTH } from './scale.ts'

export type TimeTick = {
  /** Position as an SVG percentage. */
  readonly x: string
  readonly text: string
  readonly anchor: 'start' | 'middle' | 'end'
  /** A year among months, a date among hours: set in bold. */
  readonly major: boolean
}

export type TimeAxis = {
  /** For charts from 1000 px, from 620 px, and narrower ones. */
  readonly wide: readonly TimeTick[]
  readonly medium: readonly TimeTick[]
  readonly narrow: readonly TimeTick[]
  /** What the ticks leave unsaid: date, year, UTC. */
  readonly context: string
}

/** Most ticks, and the narrowest plot that they must fit, in pixels: that of the layout, or of a small phone. */
const WIDE = { ticks: 12, plot: 800 } as const
const MEDIUM = { ticks: 8, plot: 420 } as const
const NARROW = { ticks: 4, plot: 220 } as const
/** Width of a character of a label, and the least room between two labels, in pixels. */
const LETTER = 6.8
const ROOM = 8
/** Nearer to an end than this per mille, a label is set flush with it. */
const EDGE = 30

/** Where an instant lies between `from` and `to`, in per mille. */
export function timeAt(ms: number, from: number, to: number): number {
  return ((ms - from) / (to - from)) * PLOT_WIDTH
}

/** @param from start and end of the axis, milliseconds since 1970 */
export function timeAxis(from: number, to: number): TimeAxis {
  return {
    wide: fitting(from, to, WIDE),
    medium: fitting(from, to, MEDIUM),
    narrow: fitting(from, to, NARROW),
    context: axisContext(from, to)
  }
}

/** As many ticks as fit without touching. */
function fitting(
  from: number,
  to: number,
  { ticks: most, plot }: { readonly ticks: number; readonly plot: number }
): readonly TimeTick[] {
  for (let count = most; count > 1; count--) {
    const ticks = ticksOf(from, to, count)
    const widest = Math.max(0, ...ticks.map(({ text }) => text.length)) * LETTER
    // A label that is flush with an end leans towards its neighbour.
    const lean = { start: widest / 2, middle: 0, end: -widest / 2 }
    const middles = ticks.map(({ x, anchor }) => (parseFloat(x) / 100) * plot + lean[anchor])
    const apart = middles.every((middle, i) => i === 0 || middle - (middles[i - 1] ?? 0) >= widest + ROOM)
    if (ticks.length > 0 && apart) return ticks
  }
  return ticksOf(from, to, most).slice(0, 1)
}

function ticksOf(from: number, to: number, count: number): readonly TimeTick[] {
  const [start, stop] = [new Date(from), new Date(to)]
  const interval = utcTickInterval(start, stop, count)
  if (interval === null || !(to > from)) return []
  const times = utcTicks(start, stop, count).map(Number)
  const step = times.length > 1 ? (times[1] as number) - (times[0] as number) : to - from
  const texts = times.map((ms) => tickText(ms, step))
  return times.map((ms, i) => {
    const at = timeAt(ms, from, to)
    const text = texts[i] as string
    return {
      x: across(at),
      text,
      anchor: at < EDGE ? 'start' : at > PLOT_WIDTH - EDGE ? 'end' : 'middle',
      major: /^\d{4}$/.test(text) || (/[A-Z]/.test(text) && texts.some((other) => other.includes(':')))
    }
  })
}
