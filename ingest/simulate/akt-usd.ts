/** AKT in USD over time: daily prices of the real token where there is one, between them a straight line of the logarithm. */
import { readFileSync } from 'node:fs'

const points = readFileSync(new URL('akt-usd-daily.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [date = '', usd = ''] = line.split(',')
    return { time: Date.parse(`${date}T00:00:00Z`), log: Math.log(Number(usd)) }
  })

/** Price at a time, milliseconds since 1970. After the last day it stays. */
export function aktUsd(time: number): number {
  let low = 0
  let high = points.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((points[middle]?.time ?? 0) <= time) low = middle
    else high = middle
  }
  const [before, after] = [points[low], points[high]]
  if (!before || !after) throw new RangeError('akt-usd-daily.csv has no prices')
  const share = Math.min(1, Math.max(0, (time - before.time) / (after.time - before.time)))
  return Math.exp(before.log + share * (after.log - before.log))
}
