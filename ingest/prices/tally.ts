/** What of an answer was not taken, and why: counted by reason, with one example of each. */
import * as v from 'valibot'
import { PriceError, type ListPrice, type Skipped } from './source.ts'

export type Tally = {
  readonly skip: (reason: string, example: string, count?: number) => void
  /** A whole part of the source could not be had. */
  readonly fail: (reason: string, example: string) => void
  /** In the order in which the reasons came up. */
  readonly skipped: () => readonly Skipped[]
}

export function tally(): Tally {
  const reasons = new Map<string, { count: number; readonly example: string }>()
  const failures = new Set<string>()
  return {
    fail: (reason, example) => {
      failures.add(reason)
      reasons.set(reason, { count: (reasons.get(reason)?.count ?? 0) + 1, example: reasons.get(reason)?.example ?? example })
    },
    skip: (reason, example, count = 1) => {
      const known = reasons.get(reason)
      if (known) known.count += count
      else reasons.set(reason, { count, example })
    },
    skipped: () =>
      Array.from(reasons, ([reason, { count, example }]) => ({
        reason,
        count,
        example,
        ...(failures.has(reason) ? { isFailure: true as const } : {})
      }))
  }
}

/** A share of entries that are not as known above which the whole answer has changed. */
const MOST_ODD = 0.1

/**
 * The entries of a list that are as `schema` says; the others are counted.
 * @throws PriceError when the list is empty or more than a tenth of it is not as known
 */
export function wellFormed<const S extends v.GenericSchema>(
  schema: S,
  entries: readonly unknown[],
  url: string,
  counted: Tally
): v.InferOutput<S>[] {
  const results = entries.map((entry) => v.safeParse(schema, entry))
  const odd = results.flatMap((result, i) => (result.success ? [] : [{ summary: v.summarize(result.issues), entry: entries[i] }]))
  if (entries.length === 0) throw new PriceError(`${url} answered with an empty list.`)
  if (odd.length > entries.length * MOST_ODD)
    throw new PriceError(
      `${url} changed its shape: ${odd.length} of ${entries.length} entries, of which the first ${odd[0]?.summary}`
    )
  for (const { summary, entry } of odd)
    counted.skip('not of the known shape', `${summary} in ${JSON.stringify(entry).slice(0, 80)}`)
  return results.flatMap((result) => (result.success ? [result.output] : []))
}

/**
 * `rows` with each name once. A name that came twice at one price is kept once; one that came at two prices is left out
 * altogether, since nobody can tell which holds. Both are counted.
 */
export function distinct<T>(rows: readonly T[], name: (row: T) => string, price: (row: T) => string, counted: Tally): T[] {
  const found = Map.groupBy(rows, name)
  return [...found].flatMap(([key, [first, ...others]]) => {
    if (first === undefined || others.length === 0) return first === undefined ? [] : [first]
    const agree = others.every((other) => price(other) === price(first))
    if (agree) counted.skip('listed again at the same price', key, others.length)
    else counted.skip('listed more than once, at different prices', key, others.length + 1)
    return agree ? [first] : []
  })
}

/** What a list price is known by within one answer of one source. */
export function nameOf({ instance_type, region, purchase_option, statistic }: ListPrice): string {
  return [instance_type, region, purchase_option, statistic].join(', ')
}
