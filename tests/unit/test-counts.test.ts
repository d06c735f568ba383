import { expect, test } from 'vitest'
import { playwrightCounts, vitestCounts } from '../../scripts/test-counts.ts'

test('counts of a vitest report', () => {
  const report = {
    numTotalTests: 10,
    numPassedTests: 6,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    success: false,
    testResults: []
  }
  expect(vitestCounts(JSON.stringify(report))).toEqual({ passed: 6, failed: 1, skipped: 3 })
})

test('counts of a Playwright report: a test that passed only at the second try has failed', () => {
  const report = {
    suites: [],
    stats: { startTime: '2026-11-21T00:00:00Z', duration: 1.5, expected: 4, skipped: 1, unexpected: 2, flaky: 1 }
  }
  expect(playwrightCounts(JSON.stringify(report))).toEqual({ passed: 4, failed: 3, skipped: 1 })
})

test.each(['{}', '{"stats":{"expected":"4"}}', ''])('refuses %j, which is no report', (text) => {
  expect(() => vitestCounts(text)).toThrow()
  expect(() => playwrightCounts(text)).toThrow()
})
