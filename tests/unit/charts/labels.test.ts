import fc from 'fast-check'
import { expect, test } from 'vitest'
import { spread } from '../../../src/lib/charts/labels.ts'

test('labels that do not touch stay where they want to be', () => {
  expect(spread([10, 50, 100], 19, 0, 300)).toEqual([10, 50, 100])
})

test('labels at one place are set around it', () => {
  expect(spread([100, 100, 100], 20, 0, 300)).toEqual([80, 100, 120])
})

test('labels at an edge are pushed inwards', () => {
  expect(spread([0, 2, 4], 20, 6, 300)).toEqual([6, 26, 46])
  expect(spread([298, 299], 20, 0, 300)).toEqual([280, 300])
})

test('whatever they want, labels keep their order and distance, and stay within the chart', () => {
  const wishes = fc.array(fc.double({ min: -50, max: 400, noNaN: true }), { maxLength: 12 })
  fc.assert(
    fc.property(wishes, (wanted) => {
      const placed = spread(
        wanted.toSorted((a, b) => a - b),
        19,
        6,
        296
      )
      expect(placed).toHaveLength(wanted.length)
      for (const [i, y] of placed.entries()) {
        expect(y).toBeGreaterThanOrEqual(6 - 1e-9)
        expect(y).toBeLessThanOrEqual(296 + 1e-9)
        if (i > 0) expect(y - (placed[i - 1] ?? 0)).toBeGreaterThanOrEqual(19 - 1e-9)
      }
    })
  )
})

test('more labels than fit are spread evenly over the room there is', () => {
  const placed = spread(
    Array.from({ length: 30 }, () => 100),
    19,
    0,
    290
  )
  expect(placed[0]).toBe(0)
  expect(placed.at(-1)).toBeCloseTo(290)
  expect((placed[1] ?? 0) - (placed[0] ?? 0)).toBeCloseTo(10)
})
