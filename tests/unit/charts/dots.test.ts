import { expect, test } from 'vitest'
import { dotGeometry, nearestDot, type LeaseDot } from '../../../src/lib/charts/dots.ts'

const lease = (at: number, usd: number, gpus = 1): LeaseDot => ({
  id: `${at} ${usd} ${gpus}`,
  at,
  usd,
  gpus,
  flagged: null,
  text: ''
})
const dots = (leases: readonly LeaseDot[], scale: 'linear' | 'log' = 'linear') =>
  dotGeometry({ from: 0, to: 100, scale, leases }, 200).dots

test('a dot stands at start and price, in the order of time, within the axis only', () => {
  const all = dots([lease(50, 10), lease(25, 5), lease(-1, 99), lease(101, 99)])
  expect(all.map(({ x, y }) => [x, y])).toEqual([
    [250, 100],
    [500, 0]
  ])
})

test('on a log axis a free lease lies on the lower edge', () => {
  expect(dots([lease(10, 0), lease(20, 1), lease(30, 10)], 'log').map(({ y }) => y)).toEqual([200, 200, 0])
})

test('the area goes by GPUs up to a limit; a thousand dots are smaller', () => {
  const [one, eight, many] = dots([lease(1, 1, 1), lease(2, 1, 8), lease(3, 1, 5000)])
  expect(((eight?.r ?? 0) / (one?.r ?? 1)) ** 2).toBeCloseTo(8, 0)
  expect(many?.r).toBe(14)
  expect(dots(Array.from({ length: 1000 }, (_, i) => lease(i / 10, 1)))[0]?.r).toBeLessThan(one?.r ?? 0)
})

test('the nearest dot within reach; of one within another the smaller, where both are hit', () => {
  const all = dots([lease(50, 5, 64), lease(51, 5, 1), lease(90, 10)])
  const at = (x: number, y: number) => nearestDot(all, { x, y }, 500, 20)
  expect(at(255, 100)).toBe(1)
  expect(at(245, 100)).toBe(0)
  expect(at(440, 15)).toBe(2)
  expect(at(100, 100)).toBeNull()
  expect(nearestDot([], { x: 0, y: 0 }, 500, 20)).toBeNull()
})
