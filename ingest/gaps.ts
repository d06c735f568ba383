/** Heights that could not be had: which faults are about heights, and what an operator is told. */
import { size, type Interval } from '../src/lib/model/interval.ts'
import type { Gap } from '../src/lib/model/manifest.ts'
import { BelowFloorError, ChainError, type Fault } from './chain/errors.ts'

/** Heights that did not come, and why. */
export type Failure = Interval &
  ({ readonly status: 'pruned'; readonly floor: number } | { readonly status: 'missing' }) & { readonly error: ChainError }

/** What endpoints say for good of one height, not of all: an answer that nobody can read or that is too large, or none. */
const ABOUT_A_HEIGHT: ReadonlySet<Fault> = new Set<Fault>(['undecodable', 'rejected', 'too-large'])

/** The floor that an error is about: an endpoint may have refused what it said it had, or a probe of the range. */
function floorOf(error: unknown): number | undefined {
  if (error instanceof BelowFloorError) return error.floor
  return error instanceof ChainError && error.fault === 'rejected' ? floorOf(error.cause) : undefined
}

/**
 * Which of the heights `rest` an error is about, whose first one did not come.
 * @param stretch how many heights one answer may spoil: headers come by pages
 * @throws the error itself when it is not about heights: a dead network, a limit, another chain, a contradiction, a bug
 */
export function failureOf(error: unknown, { from, to }: Interval, stretch: number): Failure {
  if (!(error instanceof ChainError)) throw error
  const floor = floorOf(error)
  if (floor !== undefined && floor > from) return { from, to: Math.min(to, floor - 1), status: 'pruned', floor, error }
  // A node that answers a call with an error, however often it is asked, but answers others.
  const refused = error.fault === 'gave-up' && error.cause instanceof ChainError && error.cause.fault === 'node-error'
  if (!refused && !ABOUT_A_HEIGHT.has(error.fault)) throw error
  return { from, to: Math.min(to, from + stretch - 1), status: 'missing', error }
}

/** Failures as gaps of a lake. @param source host names of the endpoints that were asked */
export function gapsOf(failures: readonly Failure[], source: string, seenAt: Date): Gap[] {
  return failures.map((failure) => ({
    from: failure.from,
    to: failure.to,
    status: failure.status,
    source,
    why: failure.status === 'pruned' ? `${source} keeps blocks from ${failure.floor} on` : failure.error.message,
    seen_at: seenAt.toISOString()
  }))
}

/** Gaps named in full. */
const SHOWN = 10

/** What an operator is told of the gaps of a run, in height order: which, why, and what to do. A line each. */
export function gapLines(gaps: readonly Gap[]): string[] {
  const heights = ({ from, to }: Interval): string =>
    from === to ? `height ${from}` : `heights ${from} to ${to} (${to - from + 1} of them)`
  const rest = gaps.length - SHOWN
  return [
    `not to be had, and recorded as gaps: ${size(gaps)} ${size(gaps) === 1 ? 'height' : 'heights'}`,
    ...gaps.slice(0, SHOWN).map((gap) => `  ${heights(gap)}, ${gap.status}: ${gap.why.replace(/\.$/, '')}`),
    ...(rest > 0 ? [`  and ${rest} more gaps: see the table coverage`] : []),
    gaps.some((gap) => gap.status === 'pruned')
      ? 'Add an archive node to --rpc and run again to fill them, or leave pruned heights out with a higher --from.'
      : 'Run the same command again to ask for them once more, or add another endpoint to --rpc.'
  ]
}
