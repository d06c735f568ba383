import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plan } from '../../../ingest/lake/plan.ts'
import { normalise, subtract } from '../../../src/lib/model/interval.ts'
import { CELL_HEIGHTS } from '../../../src/lib/model/manifest.ts'

test('what is done is left out, the rest is cut at cells and chunks', () => {
  expect(plan([{ from: 9_500, to: 11_200 }], [{ from: 9_600, to: 10_099 }], { chunk: 1000 })).toEqual([
    { from: 9_500, to: 9_599 },
    { from: 10_100, to: 10_999 },
    { from: 11_000, to: 11_200 }
  ])
  expect(plan([{ from: 1, to: 5 }], [{ from: 1, to: 9 }], { chunk: 10 })).toEqual([])
})

test.each([0, -1, 1.5, NaN, Infinity])('a chunk of %s is refused', (chunk) => {
  expect(() => plan([{ from: 1, to: 2 }], [], { chunk })).toThrow(RangeError)
})

const intervals = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 0, max: 15_000 })), { maxLength: 6 })
  .map((list) => list.map(([from, length]) => ({ from, to: from + length })))

test('a plan covers exactly what is missing, in order, within cells and chunks', () => {
  fc.assert(
    fc.property(intervals, intervals, fc.integer({ min: 50, max: 20_000 }), (required, done, chunk) => {
      const ranges = plan(required, done, { chunk })
      expect(normalise(ranges)).toEqual(subtract(required, done))
      ranges.forEach(({ from, to }, i) => {
        expect(to - from).toBeLessThan(chunk)
        expect(Math.floor(from / CELL_HEIGHTS)).toBe(Math.floor(to / CELL_HEIGHTS))
        expect(from).toBeGreaterThan(ranges[i - 1]?.to ?? 0)
      })
    })
  )
})
