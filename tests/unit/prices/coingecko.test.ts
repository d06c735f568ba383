/** CoinGecko: a chart to AKT's price by day; what is broken. */
import { describe, expect, test } from 'vitest'
import { coingecko } from '../../../ingest/prices/coingecko.ts'
import { ask, brokenAnywhere, expectOutcome, fixture, swap, type Broken } from './ask.ts'

const PATH = 'api.coingecko.com/api/v3/coins/akash-network/market_chart'
const good = fixture('coingecko/market-chart.json')
const SOURCE = `https://${PATH}`

test('each whole day has the price at its 00:00 UTC; today and now are left out', async () => {
  const { prices, tokens, skipped, requests } = await ask(coingecko, { [PATH]: good })
  const row = (day: string, usd: string) => ({ asset: 'akt', day, usd, basis: 'daily_open', source: SOURCE })
  expect(tokens).toEqual([
    row('2025-11-17', '0.5921343219876543'),
    row('2025-11-18', '0.61'),
    row('2025-11-19', '0.605'),
    row('2025-11-20', '0.6234567891234567')
  ])
  expect(prices).toEqual([])
  expect(skipped).toEqual([
    { reason: 'of a day that is not whole yet', count: 1, example: '2025-11-21T00:00:00.000Z: 0.64' },
    { reason: 'not at 00:00 UTC', count: 1, example: '2025-11-21T18:31:04.000Z: 0.6513' }
  ])
  expect(requests.map((r) => r.at)).toEqual([`${PATH}?vs_currency=usd&days=91&interval=daily`])
})

test('yesterday’s answer is not stamped anew a day later', async () => {
  const { tokens } = await ask(coingecko, { [PATH]: good }, { today: '2025-12-24' })
  expect(tokens.map((t) => t.day)).toEqual(['2025-11-17', '2025-11-18', '2025-11-19', '2025-11-20', '2025-11-21'])
})

describe('since', () => {
  test('asks back to before the first midnight of them', async () => {
    const { tokens, requests } = await ask(coingecko, { [PATH]: good }, { since: '2025-11-19' })
    expect(requests[0]?.query.get('days')).toBe('3')
    expect(tokens.map((t) => t.day)).toEqual(['2025-11-19', '2025-11-20'])
  })
  test('more than a year is not to be had without a key, and that is told', async () => {
    const { skipped, requests } = await ask(coingecko, { [PATH]: good }, { since: '2024-11-11' })
    expect(requests[0]?.query.get('days')).toBe('365')
    expect(skipped[0]).toEqual({
      reason: 'CoinGecko answers without a key for the last 365 days only',
      count: 11,
      example: '2024-11-11'
    })
  })
  test.each(['2025-11-21', '2026-01-01', 'soon'])('%s has no whole day', async (since) => {
    await expect(ask(coingecko, { [PATH]: good }, { since })).rejects.toThrow(`There is no whole day from ${since} on`)
  })
})

const LEFT_OUT = { 'of a day that is not whole yet': 1, 'not at 00:00 UTC': 1 }
const broken: readonly Broken[] = [
  ...brokenAnywhere('json'),
  ['wrong currency', () => '{"error":"invalid vs_currency"}', /changed its shape: .*prices/s],
  ['renamed field', swap('"prices"', '"price_points"'), /changed its shape: .*prices/s],
  ['price 0', swap('0.605', '0'), { rows: 3, skipped: { ...LEFT_OUT, 'no price': 1 } }],
  ['price as "N/A"', swap('0.605', '"N/A"'), { rows: 3, skipped: { ...LEFT_OUT, 'no price': 1 } }],
  ['price null', swap('0.605', 'null'), { rows: 3, skipped: { ...LEFT_OUT, 'no price': 1 } }],
  ['price below 0', swap('0.605', '-0.605'), { rows: 3, skipped: { ...LEFT_OUT, 'no price': 1 } }],
  [
    'a day twice at one price',
    swap('[1763510400000, 0.605],', '[1763510400000, 0.605],[1763510400000, 0.605],'),
    { rows: 4, skipped: { ...LEFT_OUT, 'listed again at the same price': 1 } }
  ],
  [
    'a day twice at two prices',
    swap('[1763510400000, 0.605],', '[1763510400000, 0.605],[1763510400000, 0.7],'),
    { rows: 3, skipped: { ...LEFT_OUT, 'listed more than once, at different prices': 2 } }
  ],
  ['hourly points, none at midnight', (text) => text.replace(/00000,/g, '43210,'), /no price at 00:00 UTC of any day asked for/],
  ['an empty chart', () => '{"prices":[]}', /no price at 00:00 UTC of any day asked for, in 0 points/],
  ['seconds for milliseconds', (text) => text.replace(/(\d{10})000,/g, '$1,'), /no price at 00:00 UTC of any day asked for/]
]
test.each(broken)('broken: %s', async (...row) => {
  await expectOutcome(coingecko, PATH, good, row)
})
