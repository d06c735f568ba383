/** The gaps of a lake: heights that were asked for and could not be had. Pure. */
import { subtract, type Interval } from '../../src/lib/model/interval.ts'
import type { Gap, Partition } from '../../src/lib/model/manifest.ts'

/** The parts of gaps that lie outside some heights. */
const outside = (gaps: readonly Gap[], heights: readonly Interval[]): Gap[] =>
  gaps.flatMap((gap) => subtract([gap], heights).map((part) => ({ ...gap, ...part })))

/** Whether two gaps are one: the same was found of both at the same time. Of pruned heights the words may name several floors. */
const alike = (a: Gap, b: Gap): boolean =>
  a.status === b.status && a.source === b.source && a.seen_at === b.seen_at && (a.status === 'pruned' || a.why === b.why)

/** Gaps of any order as they stand in a manifest: each height once, as it was last seen, without what is done; in height order, joined where alike. */
export function joinGaps(gaps: readonly Gap[], done: readonly Interval[]): Gap[] {
  const bySight = [...gaps].sort((a, b) => Date.parse(a.seen_at) - Date.parse(b.seen_at) || a.from - b.from || a.to - b.to)
  const disjoint = outside(
    bySight.reduce<Gap[]>((held, gap) => [...outside(held, [gap]), gap], []),
    done
  ).sort((a, b) => a.from - b.from)
  const joined: Gap[] = []
  for (const gap of disjoint) {
    const last = joined.at(-1)
    if (last && last.to + 1 === gap.from && alike(last, gap)) joined[joined.length - 1] = { ...gap, from: last.from }
    else joined.push(gap)
  }
  return joined
}

/** What is wrong with the gaps of a manifest, as sentences. */
export function gapProblems(gaps: readonly Gap[], partitions: readonly Partition[]): string[] {
  return gaps.flatMap((gap, i) => {
    const name = `the gap ${gap.from}-${gap.to}`
    if (gap.from > gap.to) return [`${name} ends before it starts`]
    const before = gaps[i - 1]
    const held = partitions.find((p) => p.from <= gap.to && p.to >= gap.from)
    return [
      ...(before && gap.from <= before.to ? [`${name} is not after ${before.from}-${before.to}`] : []),
      ...(held ? [`${name} is held by ${held.from}-${held.to}`] : [])
    ]
  })
}
