import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineGeometry, STRIP, stripOf, type Line, type LineData } from '../../../src/lib/charts/line.ts'

const DAY = 86_400_000
const line = (id: string, values: readonly (number | null)[]): Line => ({ id, name: id, style: 'solid', values })
function data(lines: readonly Line[], over: Partial<LineData> = {}): LineData {
  const buckets = (lines[0]?.values ?? []).map((_, i) => i * DAY)
  const to = buckets.length * DAY
  return { buckets, bucket: DAY, from: 0, to, lines, top: null, unknown: buckets.map(() => false), open: null, ...over }
}

test('a line goes through the middle of its days, and stops at a gap', () => {
  const { paths, middles, yTicks } = lineGeometry(
    data([line('a', [0, 100, null, 50, 50])], { unknown: [false, false, true, false, false] }),
    200
  )
  expect(middles).toEqual([100, 300, 500, 700, 900])
  expect(paths[0]?.path).toBe('M100,200L300,0M700,100L900,100')
  expect(yTicks.map(({ value, at }) => [value, Math.round(at)])).toEqual([
    [0, 200],
    [20, 160],
    [40, 120],
    [60, 80],
    [80, 40],
    [100, 0]
  ])
})

test('a day between two gaps is a dash as wide as the day, not nothing', () => {
  const { paths } = lineGeometry(data([line('a', [null, 10, null])], { top: 10 }), 100)
  expect(paths[0]?.path).toBe('M333.3,0h333.3')
})

test('bars are as wide as nine tenths of their days, stand on the axis, and are not drawn where nothing is known or spent', () => {
  const bars: Line = { ...line('a', [10, null, 0, 5]), style: 'bars' }
  const { paths } = lineGeometry(data([bars], { top: 10 }), 100)
  expect(paths[0]?.path).toBe('M12.5,100V0h225V100ZM762.5,100V50h225V100Z')
})

test('days of which nothing is known are one gap, the day not over is marked', () => {
  const { gaps, open } = lineGeometry(
    data([line('a', [1, null, null, 2])], { unknown: [false, true, true, false], open: 3 * DAY }),
    100
  )
  expect(gaps).toEqual([{ x: 250, width: 500 }])
  expect(open).toEqual({ x: 750, width: 250 })
})

test('a fixed top is kept, though the values are lower', () => {
  expect(lineGeometry(data([line('a', [61])], { top: 100 }), 100).yOf(61)).toBe(39)
})

test('no data is no marks', () => {
  const { paths, labels, middles } = lineGeometry(data([line('a', [])]), 100)
  expect(middles).toEqual([])
  expect(paths[0]?.path).toBe('')
  expect(labels[0]?.end).toBeNull()
})

const value = fc.option(fc.integer({ min: 0, max: 1000 }), { freq: 8 })
const lines = fc
  .integer({ min: 1, max: 60 })
  .chain((days) =>
    fc
      .array(fc.array(value, { minLength: days, maxLength: days }), { minLength: 1, maxLength: 5 })
      .map((all) => all.map((values, i) => line(`line ${i}`, values)))
  )

test('labels never overlap, beside or above; they keep the order of their lines, and above they cover no end of a line', () => {
  fc.assert(
    fc.property(lines, (all) => {
      const { labels } = lineGeometry(data(all), 300)
      const ends = labels.map(({ end }) => end?.y ?? 300)
      expect(ends).toEqual([...ends].sort((a, b) => a - b))
      for (const [i, { beside, above, end }] of labels.entries()) {
        const next = labels[i + 1]
        if (next) {
          expect(next.beside - beside).toBeGreaterThan(18.8)
          expect(next.above - above).toBeGreaterThan(16.8)
        }
        expect(beside >= 0 && beside <= 300).toBe(true)
        if (end) expect(above).toBeLessThan(end.y)
        for (const other of labels)
          if (other.end && other.end.x >= 990) expect(Math.abs(other.end.y - above)).toBeGreaterThanOrEqual(8)
      }
    })
  )
})

test('the strip is as high as what is known, and days without probes are its holes', () => {
  const { buckets, from, to } = data([line('a', [1, 1, 1, 1])])
  const { path, none } = stripOf([1, 1, 0, 0.5], { buckets, bucket: DAY, from, to })
  expect(path).toBe(`M0,${STRIP}V0h500V${STRIP}ZM750,${STRIP}V${STRIP / 2}h250V${STRIP}Z`)
  expect(none).toEqual([{ x: 500, width: 250 }])
})
