/** A token's price of each whole day, from points in time: the price at 00:00 UTC, when the day opens. */
import { readPrice } from './money.ts'
import { PriceError, type Collected, type TokenPrice } from './source.ts'
import { distinct, type Tally } from './tally.ts'

const DAY = 86_400_000
/** A day before the last that JavaScript's dates can tell, milliseconds. */
const LAST_TIME = 8.64e15 - DAY

export type PricePoint = { readonly ms: number; readonly usd: unknown }

/** First day to ask for and the number of days from there through yesterday, the last whole one. */
export type Days = { readonly first: string; readonly count: number }

/** Without `since`, the last 90 days. */
const DEFAULT_DAYS = 90

/**
 * The whole days to ask for, at most `most`.
 * @param counted where the days go that were asked for and can't be had
 */
export function daysToAsk(today: string, since: string | undefined, most: number, why: string, counted: Tally): Days {
  const end = Date.parse(today)
  const asked = since === undefined ? DEFAULT_DAYS : Math.round((end - Date.parse(since)) / DAY)
  if (!(asked >= 1)) throw new PriceError(`There is no whole day from ${since} on: today is ${today}.`)
  const count = Math.min(asked, most)
  if (count < asked) counted.skip(why, dayOf(end - asked * DAY), asked - count)
  return { first: dayOf(end - count * DAY), count }
}

/**
 * One row a day, of days from `days.first` through yesterday that have a point no further than `tolerance` milliseconds from 00:00 UTC. Everything
 * else is left out and counted: a point at another time is not the price of that day.
 * @throws PriceError when no point is of use
 */
export function dailyOpens(
  points: readonly PricePoint[],
  { today, days, tolerance, source, counted }: { today: string; days: Days; tolerance: number; source: string; counted: Tally }
): Collected {
  const rows = points.flatMap(({ ms, usd }): TokenPrice[] => {
    const skip = (reason: string, at: string) => {
      counted.skip(reason, `${at}: ${JSON.stringify(usd)}`)
      return []
    }
    if (!(Math.abs(ms) < LAST_TIME)) return skip('at no time', String(ms))
    const at = new Date(ms).toISOString()
    const midnight = Math.round(ms / DAY) * DAY
    const day = dayOf(midnight)
    const price = readPrice(usd)
    if (Math.abs(ms - midnight) > tolerance) return skip('not at 00:00 UTC', at)
    if (day >= today) return skip('of a day that is not whole yet', at)
    if (day < days.first) return skip('of a day before the first that was asked for', at)
    if (price === null) return skip('no price', at)
    return [{ asset: 'akt', day, usd: price, basis: 'daily_open', source }]
  })
  const tokens = distinct(
    rows,
    (row) => row.day,
    (row) => row.usd,
    counted
  )
  if (tokens.length === 0)
    throw new PriceError(
      `${source} has no price at 00:00 UTC of any day asked for, in ${points.length} points: its shape may have changed.`
    )
  return { prices: [], tokens, skipped: counted.skipped() }
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
