import fc from 'fast-check'
import { expect, test } from 'vitest'
import { flagGroups, flagsOf } from '../../../src/lib/charts/flags.ts'

const event = (at: number, title = 'a') => ({ at, title, source: 's' })

test('flags stand in the order of time, numbered, and only within the axis', () => {
  const flags = flagsOf([event(900), event(-1), event(100), event(1001)], 0, 1000)
  expect(flags.map(({ x, number }) => [x, number])).toEqual([
    [100, 1],
    [900, 2]
  ])
})

test('a short title is written at its flag where there is room, at the right end to its left', () => {
  const short = 'AWS cuts P5 by 44 %'
  const anchors = (...ats: readonly number[]) =>
    flagsOf(
      ats.map((at) => event(at, short)),
      0,
      1000
    ).map(({ anchor }) => anchor)
  expect(anchors(100, 150, 900)).toEqual(['start', null, 'end'])
  expect(flagsOf([event(100, 'A title that is far too long to be written there')], 0, 1000)[0]?.anchor).toBeNull()
})

test('texts never overlap; those that come first take their room before others, and a short text stands for a long title', () => {
  const long = 'A title that is far too long to be written there'
  const flags = flagsOf([event(100, 'Mainnet 13'), { ...event(150, long), short: 'AWS −44 %', first: true }], 0, 1000)
  expect(flags.map(({ at, anchor }) => [at, anchor])).toEqual([
    [100, null],
    [150, 'start']
  ])
  const events = fc.array(
    fc.record({ at: fc.integer({ min: 0, max: 1000 }), length: fc.integer({ min: 1, max: 34 }), first: fc.boolean() })
  )
  fc.assert(
    fc.property(events, (all) => {
      const told = flagsOf(
        all.map(({ at, length, first }) => ({ ...event(at, 'x'.repeat(length)), first })),
        0,
        1000
      ).flatMap(({ x, anchor, title }) => {
        const width = (title.length * 6.6 * 1000) / 420
        return anchor === null ? [] : [anchor === 'start' ? { left: x, right: x + width } : { left: x - width, right: x }]
      })
      const sorted = told.toSorted((a, b) => a.left - b.left)
      for (const [i, one] of sorted.entries()) {
        expect(one.left).toBeGreaterThanOrEqual(0)
        expect(one.right).toBeLessThanOrEqual(1000 + 1e-9)
        expect(sorted[i + 1]?.left ?? Infinity).toBeGreaterThan(one.right)
      }
    })
  )
})

test('flags too near for a number each share one', () => {
  const groups = flagGroups(
    flagsOf(
      [10, 20, 500, 990].map((at) => event(at)),
      0,
      1000
    )
  )
  expect(groups).toEqual([
    { x: 15, text: '1–2' },
    { x: 500, text: '3' },
    { x: 990, text: '4' }
  ])
})

test('numbers never collide, and each flag is in one group', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1000 })), (ats) => {
      const flags = flagsOf(
        ats.map((at) => event(at)),
        0,
        1000
      )
      const groups = flagGroups(flags)
      const counted = groups.map(({ text }) => {
        const [first, last] = text.split('–').map(Number)
        return (last ?? first ?? 0) - (first ?? 0) + 1
      })
      expect(counted.reduce((sum, n) => sum + n, 0)).toBe(ats.length)
      for (const [i, { x }] of groups.entries()) {
        if (i > 0) expect(x - (groups[i - 1]?.x ?? 0)).toBeGreaterThan(149.8)
      }
    })
  )
})
