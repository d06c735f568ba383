/** When a provider is asked again. Pure. The steps for the dead are those of Akash Console's indexer (packages/…/providers, 2026-08). */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Pause between looks at a provider that answers, milliseconds. */
export const UP_MS = 15 * MINUTE

/** So long as it is down for less than `below`, it is asked again after `wait`; milliseconds. */
const DOWN = [
  { below: 30 * MINUTE, wait: MINUTE },
  { below: 6 * HOUR, wait: 5 * MINUTE },
  { below: DAY, wait: 15 * MINUTE },
  { below: 7 * DAY, wait: 30 * MINUTE },
  { below: 30 * DAY, wait: HOUR }
] as const
const LONG_DEAD_MS = DAY
/** One that has never answered is not asked each minute. */
const NEVER_MS = 5 * MINUTE

/** What is known of a provider from its probes; times are milliseconds since 1970. */
export type History = {
  readonly last: number
  readonly lastOk: number | null
  /** First probe ever. */
  readonly first: number
}

/** History after one more probe. */
export function after(history: History | undefined, at: number, ok: boolean): History {
  return { first: history?.first ?? at, last: at, lastOk: ok ? at : (history?.lastOk ?? null) }
}

/**
 * When it is due, milliseconds since 1970; at once when it has never been asked. Down is reckoned from its last answer, or else from the
 * first probe.
 * @param upMs pause while it answers
 */
export function dueAt(history: History | undefined, upMs: number = UP_MS): number {
  if (!history) return -Infinity
  const { first, last, lastOk } = history
  if (last === lastOk) return last + upMs
  const down = last - (lastOk ?? first)
  const wait = DOWN.find(({ below }) => down < below)?.wait ?? LONG_DEAD_MS
  // It is never asked more often for being dead.
  return last + Math.max(wait, lastOk === null ? NEVER_MS : 0)
}
