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
  /** For plots of 560 px and more, and for narrower ones. */
  readonly wide: readonly TimeTick[]
  readonly narrow: readonly TimeTick[]
  /** What the ticks leave unsaid: date, year, UTC. */
  readonly context: string
}

const WIDE_TICKS = 8
const NARROW_TICKS = 3
/** Nearer to an end than this per mille, a label is set flush with it. */
const EDGE = 30

/** Where an instant lies between `from` and `to`, in per mille. */
export function timeAt(ms: number, from: number, to: number): number {
  return ((ms - from) / (to - from)) * PLOT_WIDTH
}

/** @param from start and end of the axis, milliseconds since 1970 */
export function timeAxis(from: number, to: number): TimeAxis {
  return { wide: ticksOf(from, to, WIDE_TICKS), narrow: ticksOf(from, to, NARROW_TICKS), context: axisContext(from, to) }
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
