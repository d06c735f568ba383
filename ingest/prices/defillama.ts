/**
 * DefiLlama: AKT in US dollars by day, with a longer history than CoinGecko gives without a key, whose prices it keeps.
 * Shape: https://api-docs.defillama.com (GET /chart/{coins}): `{coins: {"coingecko:akash-network": {symbol, confidence, prices: [{timestamp, price}]}}}`,
 * timestamps in seconds, of the record nearest to each point asked for.
 */
import * as v from 'valibot'
import { dailyOpens, daysToAsk, type PricePoint } from './daily.ts'
import { PriceError, type PriceClient, type PriceSource } from './source.ts'
import { tally } from './tally.ts'

const ADDRESS = 'https://coins.llama.fi/chart/coingecko:akash-network'
const COIN = 'coingecko:akash-network'
/** More points in one request are answered 400: "exceeds the maximum of 500". */
const MOST_POINTS = 500
const MAX_BYTES = 2_000_000
/** How far from 00:00 UTC a record may be, milliseconds: they are about an hour apart. */
const TOLERANCE = 3_600_000
const DAY = 86_400_000

const Chart = v.object({
  coins: v.object({
    [COIN]: v.object({
      symbol: v.literal('AKT'),
      prices: v.array(v.object({ timestamp: v.number(), price: v.unknown() }))
    })
  })
})

export const defillama: PriceSource = {
  id: 'defillama',
  title: 'DefiLlama',
  collect: async ({ client, today, since }) => {
    const counted = tally()
    const days = daysToAsk(today, since, Infinity, '', counted)
    const points: PricePoint[] = []
    for (let done = 0; done < days.count; done += MOST_POINTS)
      points.push(...(await chart(client, Date.parse(days.first) + done * DAY, Math.min(MOST_POINTS, days.count - done))))
    return dailyOpens(points, { today, days, tolerance: TOLERANCE, source: ADDRESS, counted })
  }
}

/** `count` points a day apart, from `start` on, milliseconds. */
async function chart(client: PriceClient, start: number, count: number): Promise<PricePoint[]> {
  const url = `${ADDRESS}?start=${start / 1000}&span=${count}&period=1d&searchWidth=${TOLERANCE / 1000}`
  const answer = v.safeParse(Chart, await client.json(url, { maxBytes: MAX_BYTES }))
  if (!answer.success) throw new PriceError(`${url} changed its shape: ${v.summarize(answer.issues)}`)
  return answer.output.coins[COIN].prices.map(({ timestamp, price }) => ({ ms: timestamp * 1000, usd: price }))
}
