/**
 * CoinGecko: AKT in US dollars by day. Shape: https://docs.coingecko.com/demo/reference/coins-id-market-chart
 * (`prices: [[ms, usd], …]`; with `interval=daily` points at 00:00 UTC and a last one of now; currency is what was asked for, the answer does not repeat it).
 */
import * as v from 'valibot'
import { dailyOpens, daysToAsk } from './daily.ts'
import { PriceError, type PriceSource } from './source.ts'
import { tally } from './tally.ts'

const ADDRESS = 'https://api.coingecko.com/api/v3/coins/akash-network/market_chart'
/**
 * More is answered 401 (error 10012: "Public API users are limited to querying historical data within the past 365 days"). Days count back
 * from now: so many hold one midnight less of whole days, since the last is today's.
 */
const MOST_DAYS = 365
/** A year measures 50 kB. Bytes. */
const MAX_BYTES = 2_000_000
/** Daily points are at 00:00:00 UTC to the millisecond. */
const TOLERANCE = 0

const Chart = v.object({ prices: v.array(v.tuple([v.number(), v.unknown()])) })

export const coingecko: PriceSource = {
  id: 'coingecko',
  title: 'CoinGecko',
  collect: async ({ client, today, since }) => {
    const counted = tally()
    const days = daysToAsk(today, since, MOST_DAYS - 1, 'CoinGecko answers without a key for the last 365 days only', counted)
    const url = `${ADDRESS}?vs_currency=usd&days=${days.count + 1}&interval=daily`
    const chart = v.safeParse(Chart, await client.json(url, { maxBytes: MAX_BYTES }))
    if (!chart.success) throw new PriceError(`${url} changed its shape: ${v.summarize(chart.issues)}`)
    const points = chart.output.prices.map(([ms, usd]) => ({ ms, usd }))
    return dailyOpens(points, { today, days, tolerance: TOLERANCE, source: ADDRESS, counted })
  }
}
