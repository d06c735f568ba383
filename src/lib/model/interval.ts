/** Closed ranges of heights. Lists are sorted and disjoint after `normalise`. What is missing is `subtract(required, done)`. */
export type Interval = { readonly from: number; readonly to: number }

/** Sorts and joins overlapping or adjacent intervals. Throws RangeError on an interval whose end lies before its start. */
export function normalise(intervals: readonly Interval[]): Interval[] {
  const sorted = [...intervals].sort((a, b) => a.from - b.from)
  const out: Interval[] = []
  for (const next of sorted) {
    if (next.to < next.from) throw new RangeError(`interval ${next.from}-${next.to} ends before it starts`)
    const last = out.at(-1)
    if (last && next.from <= last.to + 1) out[out.length - 1] = { from: last.from, to: Math.max(last.to, next.to) }
    else out.push({ from: next.from, to: next.to })
  }
  return out
}

/** The heights of `required` that are not in `done`. */
export function subtract(required: readonly Interval[], done: readonly Interval[]): Interval[] {
  let rest = normalise(required)
  for (const hole of normalise(done)) {
    rest = rest.flatMap((r) => {
      if (hole.to < r.from || hole.from > r.to) return [r]
      const parts: Interval[] = []
      if (hole.from > r.from) parts.push({ from: r.from, to: hole.from - 1 })
      if (hole.to < r.to) parts.push({ from: hole.to + 1, to: r.to })
      return parts
    })
  }
  return rest
}

/** Number of heights covered. */
export function size(intervals: readonly Interval[]): number {
  return normalise(intervals).reduce((n, { from, to }) => n + to - from + 1, 0)
}

/** Cuts intervals at multiples of `cell`, so that no part crosses one: [0, cell − 1], [cell, 2·cell − 1], … */
export function cut(intervals: readonly Interval[], cell: number): Interval[] {
  return intervals.flatMap(({ from, to }) => {
    const parts: Interval[] = []
    for (let start = from; start <= to;) {
      const end = Math.min(to, (Math.floor(start / cell) + 1) * cell - 1)
      parts.push({ from: start, to: end })
      start = end + 1
    }
    return parts
  })
}
