/** What a crawl found, in lines. Pure. */
import type { ProbeFault } from './errors.ts'
import type { Asked } from './status.ts'

/** Counts of texts, the most frequent first. */
function counts(texts: readonly string[]): [text: string, n: number][] {
  return [...Map.groupBy(texts, (text) => text)]
    .map(([text, all]): [string, number] => [text, all.length])
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
}

const MANY = 3
/** Failures that show that the network works. */
const ANSWERED: ReadonlySet<string> = new Set<ProbeFault>(['tls', 'cut-off', 'too-large', 'redirect', 'status', 'not-understood'])

/** Lines such as `asked 60: 41 ok (39 by gRPC, 2 by REST), 19 failed`, then failures, figures not taken and unknown fields by reason. */
export function crawlSummary(all: readonly Asked[]): string[] {
  const ok = all.filter(({ probe }) => probe.ok)
  const rest = ok.filter(({ probe }) => probe.via === 'rest').length
  const failed = all.filter(({ probe }) => !probe.ok)
  const lines = (title: string, of: readonly [string, number][]): string[] =>
    of.length === 0 ? [] : [title, ...of.map(([text, n]) => `  ${String(n).padStart(6)}  ${text}`)]
  // A machine without a network finds everybody down.
  const alone =
    all.length >= MANY && ok.length === 0 && !failed.some(({ probe }) => probe.error !== null && ANSWERED.has(probe.error))
  return [
    `asked ${all.length}: ${ok.length} ok (${ok.length - rest} by gRPC, ${rest} by REST), ${failed.length} failed`,
    ...(alone ? ['nobody was reached at all: if this machine has no network, these probes tell nothing of the providers'] : []),
    ...lines('failed:', counts(failed.map(({ probe }) => probe.error ?? 'unknown'))),
    ...lines('figures not taken, because they cannot be:', counts(all.flatMap(({ probe }) => probe.doubts))),
    ...lines('fields not known to this version:', counts(all.flatMap(({ unknown }) => unknown)))
  ]
}
