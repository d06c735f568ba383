import { expect, test } from 'vitest'
import { brushed, nearest } from '../../../src/lib/charts/pointer.ts'

test('the nearest bucket', () => {
  expect([0, 4, 14, 16, 99].map((x) => nearest([5, 10, 20], x))).toEqual([0, 0, 1, 2, 2])
  expect(nearest([], 3)).toBeNull()
})

test('a stroke becomes a range with its ends on edges of buckets, whichever way it was drawn', () => {
  const axis = { from: 1_000, to: 101_000, bucket: 5_000 }
  expect(brushed({ from: 100, to: 302 }, axis)).toEqual({ from: 10_000, to: 30_000 })
  expect(brushed({ from: 302, to: 100 }, axis)).toEqual({ from: 10_000, to: 30_000 })
  expect(brushed({ from: 100, to: 110 }, axis)).toBeNull()
  expect(brushed({ from: 100, to: 120 }, { ...axis, bucket: 50_000 })).toBeNull()
})
