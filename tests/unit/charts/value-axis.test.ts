import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linearAxis, logAxis } from '../../../src/lib/charts/value-axis.ts'

const told = (axis: { readonly ticks: readonly { readonly value: number }[] }) => axis.ticks.map(({ value }) => value)

test('a linear axis has zero, and goes below it only for what is below', () => {
  expect(told(linearAxis([12.29, 1.4], 300))).toEqual([0, 5, 10, 15])
  expect(told(linearAxis([0.7, -0.3], 300))).toEqual([-0.4, -0.2, 0, 0.2, 0.4, 0.6, 0.8])
  const axis = linearAxis([12.29], 300)
  expect([axis.of(0), axis.of(15), axis.of(7.5)]).toEqual([300, 0, 150])
})

test('a log axis is told by 1, 2, 5; each doubling from 1 to 2 is as high as from 5 to 10', () => {
  const axis = logAxis([0.62, 12.29], 320)
  expect(told(axis)).toEqual([0.5, 1, 2, 5, 10, 20])
  expect(axis.of(0.5)).toBe(320)
  expect(axis.of(20)).toBeCloseTo(0, 9)
  expect(axis.of(1) - axis.of(2)).toBeCloseTo(axis.of(5) - axis.of(10), 9)
})

test('many decades are told by powers of ten only; a price of nothing lies on the lower edge', () => {
  const axis = logAxis([0, 0.003, 40], 300)
  expect(told(axis)).toEqual([0.01, 0.1, 1, 10])
  expect(axis.of(0)).toBe(300)
})

test('no values, all zero, all the same: still an axis', () => {
  expect(told(linearAxis([], 100))).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
  expect(told(logAxis([], 100))).toEqual([1, 2])
  expect(told(logAxis([2, 2], 100))).toEqual([2, 5])
})

test('all values lie within the plot, dearer ones never lower, and the ticks reach around them', () => {
  const price = fc.double({ min: 1e-4, max: 1e4, noNaN: true })
  fc.assert(
    fc.property(fc.array(price, { minLength: 1 }), fc.boolean(), (values, log) => {
      const axis = log ? logAxis(values, 300) : linearAxis(values, 300)
      const ys = values.toSorted((a, b) => a - b).map(axis.of)
      expect(ys.every((y) => y >= 0 && y <= 300)).toBe(true)
      expect(ys).toEqual(ys.toSorted((a, b) => b - a))
      if (log) expect(axis.ticks.length).toBeLessThanOrEqual(12)
    })
  )
})
