import { expect, test } from 'vitest'
import { STRIP_HEIGHT, stripGeometry, type StripRow } from '../../../src/lib/charts/strip.ts'

const row = (
  id: string,
  leases: number,
  [p10, p25, median, p75, p90, highest]: readonly [number, number, number, number, number, number]
): StripRow => ({
  id,
  name: id,
  text: '',
  leases,
  p10,
  p25,
  median,
  p75,
  p90,
  highest
})
const point = (id: string, value: number, gpus = 1, n = 0) => ({ row: id, key: `${id} ${value} ${n}`, value, gpus, text: '' })

test('percentiles are drawn from five leases on, and the median not over a single lease', () => {
  const { rows } = stripGeometry(
    [row('one', 1, [5, 5, 5, 5, 5, 5]), row('four', 4, [1, 2, 5, 8, 9, 9]), row('five', 5, [1, 2, 5, 8, 9, 10])],
    [point('one', 5), ...[1, 2, 5, 9].map((v) => point('four', v)), ...[1, 2, 5, 8, 10].map((v) => point('five', v))]
  )
  expect(rows.map(({ median, wide }) => [median, wide === null])).toEqual([
    [null, true],
    ['50%', true],
    ['50%', false]
  ])
  expect(rows[2]?.wide).toEqual({ x: '10%', width: '80%' })
  expect(rows[2]?.half).toEqual({ x: '20%', width: '60%' })
})

test('rows too full for dots do not stretch the axis to their dearest lease', () => {
  const { ticks } = stripGeometry([row('full', 4000, [1, 2, 3, 4, 5, 900])], [])
  expect(ticks.at(-1)?.value).toBe(5)
})

test('dots of one price are moved apart, within their row, larger by area', () => {
  const points = [1, 1, 1, 8].map((gpus, n) => point('a', 5, gpus, n))
  const [strip] = stripGeometry([row('a', 4, [5, 5, 5, 5, 5, 5])], points).rows
  const dots = strip?.dots ?? []
  expect(new Set(dots.map(({ cy }) => cy)).size).toBeGreaterThan(2)
  for (const { cy, r } of dots) expect(cy - r >= 0 && cy + r <= STRIP_HEIGHT).toBe(true)
  const [small, large] = [dots[0]?.r ?? 0, dots[3]?.r ?? 0]
  expect(large ** 2 / small ** 2).toBeCloseTo(8, 0)
})

test('no rows, no prices above zero', () => {
  expect(stripGeometry([], []).rows).toEqual([])
  expect(stripGeometry([row('free', 1, [0, 0, 0, 0, 0, 0])], [point('free', 0)]).rows[0]?.dots[0]?.cx).toBe('0%')
})
