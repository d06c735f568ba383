import { expect, test } from 'vitest'
import { sparkOf } from '../../../src/lib/charts/spark.ts'

test('a course goes from edge to edge and from the lowest to the highest value, with gaps as gaps', () => {
  expect(sparkOf([0, 10, null, 5, 10], 28)).toEqual({ path: 'M0,24L250,4M750,14L1000,4', end: { x: 1000, y: 4 } })
  expect(sparkOf([3, 3], 28)).toEqual({ path: 'M0,14L1000,14', end: { x: 1000, y: 14 } })
  expect(sparkOf([1, 2, null], 28).end).toEqual({ x: 500, y: 4 })
})

test('one value has no course', () => {
  for (const values of [[], [null], [5], [null, 5]]) expect(sparkOf(values, 28)).toEqual({ path: '', end: null })
})
