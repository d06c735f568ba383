import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NETWORK_LOOK } from '../../../src/lib/charts/look.ts'
import { plotGeometry, type PlotData, type PlotSeries, type Point, type Step } from '../../../src/lib/charts/plot.ts'

const DAY = 86_400_000
const point = (day: number, p50: number | null, spread = 0): Point => ({
  at: day * DAY,
  p10: p50 === null || spread === 0 ? null : p50 - 2 * spread,
  p25: p50 === null || spread === 0 ? null : p50 - spread,
  p50,
  p75: p50 === null || spread === 0 ? null : p50 + spread,
  p90: p50 === null || spread === 0 ? null : p50 + 2 * spread
})
const points = (id: string, ...all: readonly Point[]): PlotSeries => ({
  id,
  look: NETWORK_LOOK,
  details: 2,
  kind: 'points',
  main: true,
  points: all
})
const steps = (id: string, ...all: readonly (readonly [number, number, number])[]): PlotSeries => ({
  id,
  look: NETWORK_LOOK,
  details: 1,
  kind: 'steps',
  steps: all.map(([from, to, value]): Step => ({ from: from * DAY, to: to * DAY, value }))
})
function data(series: readonly PlotSeries[], over: Partial<PlotData> = {}): PlotData {
  return { from: 0, to: 10 * DAY, bucket: DAY, open: null, scale: 'linear', series, ...over }
}
const path = (series: PlotSeries, over: Partial<PlotData> = {}) => plotGeometry(data([series], over), 100).marks[0]?.path

test('a list price is level until the next one, upright there, and nothing outside its first and last observation', () => {
  expect(path(steps('aws', [2, 5, 10], [5, 8, 5]))).toBe('M200,0H500V50H800')
})

test('a price that was not seen in between leaves a gap', () => {
  expect(path(steps('aws', [0, 2, 10], [6, 8, 10]))).toBe('M0,0H200M600,0H800')
})

test('steps that began before the axis or end after it are cut at its ends; those outside are absent', () => {
  expect(path(steps('aws', [-5, 3, 10], [3, 30, 5]))).toBe('M0,0H300V50H1000')
  const outside = plotGeometry(data([steps('aws', [-5, -3, 10])]), 100)
  expect([outside.absent, outside.labels, outside.empty]).toEqual([['aws'], [], true])
})

test('a price that was seen once is a dash that can be seen', () => {
  expect(path(steps('aws', [4, 4, 10]))).toBe('M400,0h8')
  expect(path(steps('aws', [10, 10, 10]))).toBe('M992,0h8')
})

test('a median goes through the middle of its days; days without a median and days without a row are gaps alike', () => {
  const all = points('net', point(0, 10), point(1, 5), point(2, null), point(3, 5), point(6, 10), point(7, 10))
  const { marks, gaps } = plotGeometry(data([all]), 100)
  expect(marks[0]?.path).toBe('M50,0L150,50M346,50h8M650,0L750,0')
  expect(gaps).toEqual([
    { x: 200, width: 100 },
    { x: 400, width: 200 },
    { x: 800, width: 200 }
  ])
})

test('bands go forth above and back below, and stop where a percentile is not known', () => {
  const { marks } = plotGeometry(data([points('net', point(0, 6, 2), point(1, 6, 1), point(2, 5))]), 100)
  expect(marks[0]?.wide).toBe('M50,0L150,20L150,60L50,80Z')
  expect(marks[0]?.half).toBe('M50,20L150,30L150,50L50,60Z')
})

test('one bucket alone has a band as wide as its dash', () => {
  const { marks } = plotGeometry(data([points('net', point(4, 6, 2))]), 100)
  expect(marks[0]).toMatchObject({ path: 'M446,40h8', wide: 'M446,0h8V80h-8Z' })
})

test('no row at all is one gap over the whole axis, beside clouds that have prices', () => {
  const { gaps, absent } = plotGeometry(data([points('net'), steps('aws', [0, 10, 5])]), 100)
  expect(gaps).toEqual([{ x: 0, width: 1000 }])
  expect(absent).toEqual(['net'])
})

test('the crosshair stops at each bucket of the axis, in step with those of the data, whether they have data or not', () => {
  const { stops, middles } = plotGeometry(data([points('net', point(4, 1))], { bucket: 3 * DAY }), 100)
  expect(stops.map((ms) => ms / DAY)).toEqual([-2, 1, 4, 7])
  expect(middles).toEqual([50, 250, 550, 850])
  expect(plotGeometry(data([steps('aws', [0, 10, 5])]), 100).stops).toHaveLength(10)
})

test('the bucket that is not over is marked', () => {
  expect(plotGeometry(data([points('net', point(9, 1))], { open: 9 * DAY }), 100).open).toEqual({ x: 900, width: 100 })
})

test('labels lose details where there is no room for all of them, the network last', () => {
  const clouds = Array.from({ length: 14 }, (_, i) => steps(`cloud ${i}`, [0, 10, 5]))
  const details = (n: number) =>
    plotGeometry(data([...clouds.slice(0, n), points('net', point(9, 1))]), 340).labels.map((label) => label.details)
  expect(details(3)).toEqual([1, 1, 1, 2])
  expect(details(10)).toEqual([...Array.from({ length: 10 }, () => 1), 1])
  expect(details(14)).toEqual([...Array.from({ length: 14 }, () => 0), 1])
})

test('labels never overlap, whatever they hold; they keep the order of their lines and stay beside the chart', () => {
  const series = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 1, maxLength: 15 })
  fc.assert(
    fc.property(series, fc.boolean(), (values, log) => {
      const all = values.map((value, i) => (i === 0 ? points('net', point(9, value)) : steps(`cloud ${i}`, [0, 9, value])))
      const { labels } = plotGeometry(data(all, { scale: log ? 'log' : 'linear' }), 340)
      expect(labels).toHaveLength(values.length)
      for (const [i, label] of labels.entries()) {
        const next = labels[i + 1]
        expect(label.y).toBeGreaterThanOrEqual(-30)
        expect(label.y + label.details * 14).toBeLessThanOrEqual(340 + 26)
        if (!next) continue
        expect(next.y - label.y).toBeGreaterThan(16.8 + label.details * 14)
        expect(next.end.y).toBeGreaterThanOrEqual(label.end.y)
      }
    })
  )
})
