/** Flags of events on a time axis: singly on a wide plot, numbered and gathered on a narrow one. Pure. */
import { pixel, PLOT_WIDTH } from './scale.ts'
import { timeAt } from './time-axis.ts'

export type PlotEvent = {
  /** Milliseconds. */
  readonly at: number
  readonly title: string
  /** What is written at its flag where there is room; the title without one. */
  readonly short?: string
  readonly source: string
  /** Gets room for its text before others. */
  readonly first?: boolean
}
export type Flag = PlotEvent & {
  /** Per mille across; and its place in the order of time, from 1. */
  readonly x: number
  readonly number: number
  /** Which end of its text stands at the flag, where that is short and there is room for it; null where it is only told on request. */
  readonly anchor: 'start' | 'end' | null
}
/** Flags too near to each other for a number each. */
export type FlagGroup = { readonly x: number; readonly text: string }

/** The narrowest plot that texts must fit, a letter, and the room between two texts; pixels. */
const WIDE = { plot: 420, letter: 6.6, room: 14 } as const
const LONGEST_TEXT = 34
/** From number to number on a narrow plot, per mille: `12–15` on a phone. */
const APART = 150

/** Flags within the range of the axis, earliest first. */
export function flagsOf(events: readonly PlotEvent[], from: number, to: number): readonly Flag[] {
  const within = events.filter(({ at }) => at >= from && at <= to).toSorted((a, b) => a.at - b.at)
  const room = (WIDE.room / WIDE.plot) * PLOT_WIDTH
  const taken: { readonly left: number; readonly right: number }[] = []
  const anchors = new Map<PlotEvent, Flag['anchor']>()
  for (const event of [...within.filter(({ first }) => first), ...within.filter(({ first }) => !first)]) {
    const { length } = event.short ?? event.title
    const x = pixel(timeAt(event.at, from, to))
    const width = ((length * WIDE.letter) / WIDE.plot) * PLOT_WIDTH
    const anchor = x + width > PLOT_WIDTH ? 'end' : 'start'
    const [left, right] = anchor === 'start' ? [x, x + width] : [x - width, x]
    const free = left >= 0 && taken.every((one) => left >= one.right + room || right + room <= one.left)
    if (length > LONGEST_TEXT || !free) continue
    taken.push({ left, right })
    anchors.set(event, anchor)
  }
  return within.map((event, i) => ({
    ...event,
    x: pixel(timeAt(event.at, from, to)),
    number: i + 1,
    anchor: anchors.get(event) ?? null
  }))
}

/** `1`, `2–4`, `5`: each group in the middle of its flags, far enough from the next. */
export function flagGroups(flags: readonly Flag[]): readonly FlagGroup[] {
  const middle = (group: readonly Flag[]) => group.reduce((sum, { x }) => sum + x, 0) / group.length
  const groups: (readonly Flag[])[] = []
  for (const flag of flags) {
    let group: readonly Flag[] = [flag]
    for (let last = groups.at(-1); last && middle(group) - middle(last) < APART; last = groups.at(-1)) {
      group = [...last, ...group]
      groups.pop()
    }
    groups.push(group)
  }
  return groups.map((group) => {
    const [first, last] = [group[0]?.number ?? 0, group.at(-1)?.number ?? 0]
    return { x: pixel(middle(group)), text: first === last ? String(first) : `${first}–${last}` }
  })
}
