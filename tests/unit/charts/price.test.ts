import { expect, test } from 'vitest'
import {
  discountReader,
  momentText,
  pricePlot,
  priceReader,
  spoken,
  tickTexts,
  type CloudSteps,
  type PriceChartData,
  type RealisedPoint
} from '../../../src/lib/charts/price.ts'

const DAY = 86_400_000
const realised = (day: number, p50: number | null, leases: number): RealisedPoint => ({
  at: day * DAY,
  p10: p50 && p50 * 0.5,
  p25: p50 && p50 * 0.8,
  p50,
  p75: p50 && p50 * 1.25,
  p90: p50 && p50 * 2,
  leases
})
// AWS p5.48xlarge: $12.29 a GPU-hour until the cut of June 2025, then $6.88.
const aws: CloudSteps = {
  id: 'p5',
  provider: 'aws',
  kind: 'hyperscaler',
  name: 'AWS',
  detail: 'p5, min. 8',
  steps: [
    { from: DAY, to: 3 * DAY, usd: 12.29 },
    { from: 3 * DAY, to: 5 * DAY, usd: 6.88 }
  ]
}
const data: PriceChartData = {
  from: 0,
  to: 8 * DAY,
  realised: {
    name: 'Akash',
    bucket: DAY,
    points: [realised(0, 2, 4), realised(1, null, 0), realised(4, 1.6, 41), realised(7, null, 0)]
  },
  asks: null,
  clouds: [aws],
  open: null,
  scale: 'linear',
  indexedAt: null
}
const at = (day: number, over: Partial<PriceChartData> = {}) =>
  priceReader({ ...data, ...over })(day * DAY).map(({ name, text, details }) => [name, text, ...details])

test('at rest: the last known price of each, what its bands are, and n', () => {
  expect(priceReader(data)(null).map(({ name, text, details }) => [name, text, ...details])).toEqual([
    ['Akash', '$1.60', 'median, p25–75, p10–90', 'n = 41\u00a0leases'],
    ['AWS', '$6.88', 'p5, min. 8']
  ])
})

test('at a bucket: the price in force in its middle, the middle half of leases, and n', () => {
  expect(at(4)).toEqual([
    ['Akash', '$1.60', 'p25–75: $1.28–$2.00', 'n = 41\u00a0leases'],
    ['AWS', '$6.88', 'p5, min. 8']
  ])
  expect(at(2)[1]?.[1]).toBe('$12.29')
  expect(at(3)[1]?.[1]).toBe('$6.88')
})

test('where another offer stood for a cloud then, that one is named', () => {
  const [before, after] = [
    { from: DAY, to: 3 * DAY, usd: 12.29, detail: 'p5.48xlarge, min. 8' },
    { from: 3 * DAY, to: 5 * DAY, usd: 6.88, detail: 'p5.4xlarge' }
  ]
  const clouds = [{ ...aws, steps: [before, after] }]
  expect([2, 3, 6].map((day) => at(day, { clouds })[1]?.[2])).toEqual(['p5.48xlarge, min. 8', 'p5.4xlarge', 'p5, min. 8'])
})

test('nothing is said of a price before it was first seen or after it was last seen, nor of a day without leases', () => {
  expect(at(0)[1]?.[1]).toBe('–')
  expect(at(6)[1]?.[1]).toBe('–')
  expect(at(1)[0]).toEqual(['Akash', '–', 'no data'])
})

test('a price that was seen once, at whatever hour, is told of its day and of no other', () => {
  const once = { ...aws, steps: [{ from: 2.9 * DAY, to: 2.9 * DAY, usd: 7 }] }
  expect([1, 2, 3].map((day) => at(day, { clouds: [once] })[1]?.[1])).toEqual(['–', '$7.00', '–'])
})

test('too few leases for percentiles are said to be so', () => {
  const points = [{ ...realised(0, 2, 1), p10: null, p25: null, p75: null, p90: null }]
  expect(at(0, { realised: { ...data.realised, points } })[0]).toEqual([
    'Akash',
    '$2.00',
    'too few for a band',
    'n = 1\u00a0lease'
  ])
})

test('asks are told apart; an index has no dollars', () => {
  const asks = [{ at: 0, p25: 2.5, p50: 3, p75: 4, n: 120 }]
  expect(at(0, { asks })[1]).toEqual(['Akash asks', '$3.00', 'p25–75: $2.50–$4.00', 'n = 120\u00a0providers'])
  expect(at(0, { indexedAt: 0, realised: { ...data.realised, points: [realised(0, 100, 4)] } })[0]?.[1]).toBe('100')
})

test('the network is drawn on top, asks below it, then dotted over dashed over solid clouds', () => {
  const cloud = (provider: string): CloudSteps => ({ ...aws, id: provider, provider })
  const { series } = pricePlot({ ...data, asks: [], clouds: [cloud('azure'), cloud('aws'), cloud('gcp')] })
  expect(series.map(({ id }) => id)).toEqual(['aws', 'gcp', 'azure', 'asks', 'network'])
  expect(series.map(({ look }) => look.dash)).toEqual(['solid', 'dashed', 'dotted', 'dashed', 'solid'])
})

test('what is dearer than the cloud is said to be above it', () => {
  const share = (day: number, p25: number, p50: number, p75: number) => ({ ...realised(day, p50, 9), p25, p75 })
  const read = discountReader({
    from: 0,
    to: 2 * DAY,
    bucket: DAY,
    open: null,
    clouds: [{ ...aws, points: [share(0, 0.6, 0.68, 0.72), share(1, -0.2, -0.12, 0.05)] }]
  })
  const words = (day: number) => read(day * DAY).map(({ name, text, details }) => [name, text, ...details])
  expect(words(0)).toEqual([['below AWS', '68\u00a0%', 'p25–75: 60\u00a0%–72\u00a0%', 'n = 9\u00a0leases']])
  expect(words(1)).toEqual([['above AWS', '12\u00a0%', 'p25–75: −20\u00a0% to 5\u00a0%', 'n = 9\u00a0leases']])
  expect(read(null)[0]?.details).toEqual(['p5, min. 8', 'n = 9\u00a0leases'])
})

test('ticks of an axis have as many decimals each, and the unit at the top', () => {
  expect(tickTexts([0, 0.05, 0.1, 0.15, 0.2], 'linear', '$')).toEqual(['0', '0.05', '0.10', '0.15', '$0.20'])
  expect(tickTexts([0, 5, 10], 'linear', '$')).toEqual(['0', '5', '$10'])
  expect(tickTexts([0.5, 1, 2, 5], 'log', '$')).toEqual(['0.5', '1', '2', '$5'])
  expect(tickTexts([], 'linear', '$')).toEqual([])
})

test('a reading can be spoken', () => {
  const start = Date.UTC(2026, 10, 20)
  expect(momentText(start, DAY, start)).toBe('20 Nov 2026, not over')
  expect(momentText(start, 7 * DAY, null)).toBe('week from 20 Nov 2026')
  expect(spoken('20 Nov 2026', priceReader(data)(4 * DAY))).toBe(
    '20 Nov 2026: Akash $1.60 p25–75: $1.28–$2.00 n = 41\u00a0leases; AWS $6.88 p5, min. 8'
  )
})
