import fc from 'fast-check'
import { expect, test } from 'vitest'
import { timeAxis } from '../../../src/lib/charts/time-axis.ts'

const texts = (from: string, to: string) => {
  const { wide, narrow, context } = timeAxis(Date.parse(from), Date.parse(to))
  return { wide: wide.map(({ text }) => text), narrow: narrow.map(({ text }) => text), context }
}

test('seconds', () => {
  expect(texts('2026-11-21T07:47:52.177Z', '2026-11-21T07:49:01.761Z')).toEqual({
    wide: ['07:48:00', '07:48:15', '07:48:30', '07:48:45', '07:49:00'],
    narrow: ['07:48:00', '07:48:30', '07:49:00'],
    context: '21 Nov 2026, UTC'
  })
})

test('hours across midnight name the new day', () => {
  const { wide, context } = texts('2026-11-20T18:00:00Z', '2026-11-21T18:00:00Z')
  expect(wide).toEqual(['18:00', '21:00', '21 Nov', '03:00', '06:00', '09:00', '12:00', '15:00', '18:00'])
  expect(context).toBe('2026, UTC')
})

test('weeks, months and years', () => {
  expect(texts('2026-10-03T00:00:00Z', '2026-11-20T00:00:00Z').wide).toContain('18 Oct')
  expect(texts('2026-01-01T00:00:00Z', '2026-11-20T00:00:00Z').wide.slice(0, 3)).toEqual(['2026', 'Feb', 'Mar'])
  expect(texts('2023-11-15T00:00:00Z', '2026-11-20T00:00:00Z').wide).toEqual([
    '2024',
    'Apr',
    'Jul',
    'Oct',
    '2025',
    'Apr',
    'Jul',
    'Oct',
    '2026',
    'Apr',
    'Jul',
    'Oct'
  ])
  expect(texts('2010-01-01T00:00:00Z', '2026-01-01T00:00:00Z').narrow.every((text) => /^\d{4}$/.test(text))).toBe(true)
})

test('whatever the range, ticks lie on the axis, are few enough not to touch, and say what they are', () => {
  const start = fc.integer({ min: Date.parse('2020-01-01'), max: Date.parse('2030-01-01') })
  const length = fc.integer({ min: 0, max: 44 }).map((power) => Math.round(1000 * 1.7 ** power))
  fc.assert(
    fc.property(start, length, (from, ms) => {
      const axis = timeAxis(from, from + Math.min(ms, 3e11))
      // The least width of a plot in each layout, and that of a character of the labels, in pixels.
      for (const [ticks, plot] of [
        [axis.wide, 800],
        [axis.medium, 420],
        [axis.narrow, 220]
      ] as const) {
        const places = ticks.map(({ x }) => parseFloat(x))
        for (const x of places) expect(x >= 0 && x <= 100).toBe(true)
        const widest = Math.max(0, ...ticks.map(({ text }) => text.length)) * 6.6
        for (const [i, x] of places.entries())
          if (i > 0)
            expect(((x - (places[i - 1] ?? 0)) / 100) * plot, `${new Date(from).toISOString()} + ${ms} ms`).toBeGreaterThan(
              widest + 4
            )
        const edges = ticks.map(({ text, anchor }, i) => {
          const [at, width] = [((places[i] ?? 0) / 100) * plot, text.length * 6.6]
          const left = at - { start: 0, middle: width / 2, end: width }[anchor]
          return { left, right: left + width }
        })
        for (const [i, { left }] of edges.entries()) if (i > 0) expect(left - (edges[i - 1]?.right ?? 0)).toBeGreaterThan(4)
        expect(new Set(ticks.map(({ text }) => text)).size).toBeGreaterThan(ticks.length / 4)
      }
    }),
    { numRuns: 400 }
  )
})
