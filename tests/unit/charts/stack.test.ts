import { expect, test } from 'vitest'
import { stackGeometry, TOTAL, type StackData } from '../../../src/lib/charts/stack.ts'

const series = (id: string, values: readonly (number | null)[]) => ({ id, name: id, values })
const data = (...list: StackData['series']): StackData => ({
  buckets: [0, 10, 20, 30],
  bucket: 10,
  from: 0,
  to: 40,
  series: list
})

test('bands stand on each other as steps, from the bottom, and close', () => {
  const { areas, outline, totals, yTicks } = stackGeometry(data(series('a', [1, 1, 2, 2]), series('b', [0, 1, 1, 0])), 300)
  expect(totals).toEqual([1, 2, 3, 2])
  expect(yTicks.map(({ value }) => value)).toEqual([0, 1, 2, 3])
  expect(areas[0]).toEqual({ id: 'a', path: 'M0,300V200H500V100H1000V300H0Z' })
  expect(areas[1]).toEqual({ id: 'b', path: 'M0,200V200H250V100H500V0H750V100H1000V100H500V200H0Z' })
  expect(outline).toBe('M0,200V200H250V100H500V0H750V100H1000')
})

test('a bucket unknown in one band is a gap in all, and no line crosses it', () => {
  const { areas, gaps, totals, outline } = stackGeometry(data(series('a', [1, null, 1, 1]), series('b', [1, 1, 1, 1])), 300)
  expect(totals).toEqual([2, null, 2, 2])
  expect(gaps).toEqual([{ x: 250, width: 250 }])
  expect(areas[0]?.path.match(/M/g)).toHaveLength(2)
  expect(outline).toBe('M0,0V0H250M500,0V0H1000')
})

test('a first and a last bucket that reach beyond the range end at it', () => {
  const { areas, middles } = stackGeometry({ ...data(series('a', [1, 1, 1, 1])), from: 5, to: 38 }, 300)
  expect(areas[0]?.path).toBe('M0,300V0H1000V300H0Z')
  expect(middles[0]).toBeCloseTo(75.8, 0)
})

test('labels: the total above its line, bands from the top, none of them colliding, no total of one band', () => {
  const { labels } = stackGeometry(data(series('a', [0, 0, 0, 9]), series('b', [0, 0, 0, 0]), series('c', [1, 1, 1, 0])), 300)
  expect(labels.map(({ id }) => id)).toEqual([TOTAL, 'c', 'b', 'a'])
  for (const [i, { y }] of labels.entries()) if (i > 0) expect(y - (labels[i - 1]?.y ?? 0)).toBeGreaterThanOrEqual(18.9)
  expect(stackGeometry(data(series('a', [1, 1, 1, 1])), 300).labels.map(({ id }) => id)).toEqual(['a'])
})

test('a name stands inside its band only where there is room for it', () => {
  const wide = stackGeometry(data(series('H100', [8, 8, 8, 8]), series('T4', [0.1, 0.1, 0.1, 0.1])), 300)
  expect(wide.inside.map(({ id }) => id)).toEqual(['H100'])
  expect(wide.inside[0]?.x).toBeGreaterThan(300)
  expect(wide.inside[0]?.x).toBeLessThan(700)
})

test('nothing leased is a chart from zero, without buckets there is no mark', () => {
  expect(stackGeometry(data(series('a', [0, 0, 0, 0])), 300).totals).toEqual([0, 0, 0, 0])
  const empty = stackGeometry({ buckets: [], bucket: 10, from: 0, to: 40, series: [] }, 300)
  expect(empty).toMatchObject({ areas: [], outline: '', gaps: [], inside: [] })
})

test('three years of days stay small', () => {
  const buckets = Array.from({ length: 1100 }, (_, i) => i * 86_400_000)
  const list = Array.from({ length: 7 }, (_, k) =>
    series(
      `m${k}`,
      buckets.map((_, i) => 10 + ((i * (k + 3)) % 17))
    )
  )
  const geometry = stackGeometry({ buckets, bucket: 86_400_000, from: 0, to: 1100 * 86_400_000, series: list }, 300)
  expect(geometry.areas.reduce((sum, { path }) => sum + path.length, 0)).toBeLessThan(220_000)
})
