import { describe, expect, test } from 'vitest'
import { duration, progressLine, progressPrinter } from '../../ingest/progress.ts'

test('durations in words', () => {
  expect([0, 45, 200, 7500, 700_000].map(duration)).toEqual(['0 s', '45 s', '3 min 20 s', '2 h 5 min', '8 d 2 h'])
})

test('a line has height, share, rate, estimate and rows', () => {
  const half = { done: 500, total: 1000, height: 12_606_573, rows: 4321, seconds: 50, rate: 10 }
  expect(progressLine(half)).toBe('height 12,606,573 · 500 of 1,000 blocks (50.0 %) · 10 blocks/s · 50 s left · 4,321 rows')
  expect(progressLine({ ...half, done: 0, rate: 0 })).toContain('estimating')
  expect(progressLine({ ...half, done: 1000 })).toContain('took 50 s')
})

describe('the printer', () => {
  function printed(isTTY: boolean): string[] {
    const lines: string[] = []
    let now = 0
    const printer = progressPrinter({ isTTY, write: (text: string) => lines.push(text) }, 100, () => now)
    for (let done = 1; done <= 100; done++) {
      now += 0.5
      printer.update(done, done, done)
    }
    printer.end()
    return lines
  }

  test('rewrites one line on a terminal', () => {
    const lines = printed(true)
    expect(lines.slice(0, -1).every((l) => l.startsWith('\r\u001b[2K') && !l.endsWith('\n'))).toBe(true)
    expect(lines.at(-1)).toMatch(/100 of 100 blocks .* 2 blocks\/s .* took 50 s .*\n$/)
  })

  test('prints plain lines every ten seconds elsewhere', () => {
    const lines = printed(false)
    expect(lines).toHaveLength(6)
    expect(lines[1]).toBe('height 40 · 40 of 100 blocks (40.0 %) · 2 blocks/s · 30 s left · 40 rows\n')
    expect(lines.join('')).not.toContain('\r')
  })
})
