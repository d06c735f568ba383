import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cut, normalise, size, subtract, type Interval } from '../../../src/lib/model/interval.ts'

const intervals = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 60 })), { maxLength: 6 })
  .map((list) => list.map(([from, length]) => ({ from, to: from + length })))
const heights = (list: readonly Interval[]): Set<number> =>
  new Set(list.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i)))

test('normal form: sorted, disjoint, not adjacent, of the same heights', () => {
  fc.assert(
    fc.property(intervals, (list) => {
      const normal = normalise(list)
      expect(heights(normal)).toEqual(heights(list))
      expect(size(list)).toBe(heights(list).size)
      normal.forEach(({ from }, i) => expect(from).toBeGreaterThan((normal[i - 1]?.to ?? -1) + 1))
    })
  )
  expect(() => normalise([{ from: 5, to: 4 }])).toThrow('interval 5-4 ends before it starts')
})

test('what is missing is required − done', () => {
  fc.assert(
    fc.property(intervals, intervals, (required, done) => {
      const held = heights(done)
      expect(heights(subtract(required, done))).toEqual(new Set([...heights(required)].filter((h) => !held.has(h))))
    })
  )
  expect(subtract([{ from: 9_500, to: 11_200 }], [{ from: 9_600, to: 10_099 }])).toEqual([
    { from: 9_500, to: 9_599 },
    { from: 10_100, to: 11_200 }
  ])
})

test('cutting covers the same heights, and no part crosses a cell', () => {
  fc.assert(
    fc.property(intervals, fc.integer({ min: 1, max: 80 }), (list, cell) => {
      const parts = cut(normalise(list), cell)
      expect(normalise(parts)).toEqual(normalise(list))
      for (const { from, to } of parts) expect(Math.floor(from / cell)).toBe(Math.floor(to / cell))
    })
  )
})
