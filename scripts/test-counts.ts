/** Reads the JSON reports of the test runners for how many tests ran and how they ended. */
import * as v from 'valibot'

export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number }

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const vitest = v.object({ numPassedTests: count, numFailedTests: count, numPendingTests: count, numTodoTests: count })
const playwright = v.object({ stats: v.object({ expected: count, unexpected: count, flaky: count, skipped: count }) })

/** Counts of a vitest JSON report. @throws ValiError when the text is no such report */
export function vitestCounts(text: string): Counts {
  const r = v.parse(vitest, JSON.parse(text))
  return { passed: r.numPassedTests, failed: r.numFailedTests, skipped: r.numPendingTests + r.numTodoTests }
}

/** Counts of a Playwright JSON report; a test that passed only when tried again has failed. @throws ValiError when the text is no such report */
export function playwrightCounts(text: string): Counts {
  const { stats } = v.parse(playwright, JSON.parse(text))
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped }
}
