/** Runs of neighbours in a series: stretches with data, and the gaps between them. */

/** Half-open range of indexes. */
export type Run = readonly [start: number, end: number]

/** Runs of true. */
export function runsOf(flags: readonly boolean[]): Run[] {
  const runs: [number, number][] = []
  for (const [i, flag] of flags.entries()) {
    const last = runs.at(-1)
    if (!flag) continue
    if (last?.[1] === i) last[1] = i + 1
    else runs.push([i, i + 1])
  }
  return runs
}
