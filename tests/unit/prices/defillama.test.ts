/** DefiLlama: a chart to AKT's price by day; what is broken. */
import { expect, test } from 'vitest'
import { defillama } from '../../../ingest/prices/defillama.ts'
import { ask, brokenAnywhere, expectOutcome, fixture, swap, type Broken } from './ask.ts'

const PATH = 'coins.llama.fi/chart/coingecko:akash-network'
const good = fixture('defillama/chart.json')
const SOURCE = `https://${PATH}`

test('each whole day has the record within an hour of its 00:00 UTC', async () => {
  const { tokens, skipped, requests } = await ask(defillama, { [PATH]: good })
  const row = (day: string, usd: string) => ({ asset: 'akt', day, usd, basis: 'daily_open', source: SOURCE })
  // Records of 23:59:57 the day before, 00:04:01, 00:25:00; that of 02:01:40 is of no day's opening.
  expect(tokens).toEqual([row('2025-11-17', '0.5920987'), row('2025-11-18', '0.611234'), row('2025-11-19', '0.60449')])
  expect(skipped).toEqual([
    { reason: 'not at 00:00 UTC', count: 1, example: '2025-11-20T02:01:40.000Z: 0.6199' },
    { reason: 'of a day that is not whole yet', count: 1, example: '2025-11-21T00:00:01.000Z: 0.6404' }
  ])
  // 2025-11-21 less 90 days is 2025-08-23.
  expect(requests.map((r) => r.at)).toEqual([`${PATH}?start=${Date.UTC(2025, 7, 23) / 1000}&span=90&period=1d&searchWidth=3600`])
})

test('a long history comes in parts of at most 500 points', async () => {
  const { tokens, requests } = await ask(
    defillama,
    {
      [PATH]: ({ query }) => {
        const [start, span] = [Number(query.get('start')), Number(query.get('span'))]
        const prices = Array.from({ length: span }, (_, i) => ({ timestamp: start + i * 86_400, price: 1 + i / 1000 }))
        return JSON.stringify({ coins: { 'coingecko:akash-network': { symbol: 'AKT', confidence: 0.99, prices } } })
      }
    },
    { since: '2023-01-01' }
  )
  // From 2023-01-01 through 2025-11-20 there are 365 + 366 + 324 days.
  expect(requests.map((r) => r.query.get('span'))).toEqual(['500', '500', '55'])
  expect(tokens).toHaveLength(1055)
  expect(tokens.at(0)).toMatchObject({ day: '2023-01-01', usd: '1' })
  expect(tokens.at(-1)).toMatchObject({ day: '2025-11-20', usd: '1.054' })
})

const LEFT_OUT = { 'of a day that is not whole yet': 1, 'not at 00:00 UTC': 1 }
const broken: readonly Broken[] = [
  ...brokenAnywhere('json'),
  ['another coin', swap('"AKT"', '"AKITA"'), /changed its shape: .*"AKT"/s],
  ['an unknown coin', () => '{"coins":{}}', /changed its shape/],
  ['renamed field', swap('"prices"', '"points"'), /changed its shape: .*prices/s],
  ['renamed price', swap('"price"', '"usd"'), /changed its shape: .*price/s],
  ['price 0', swap('0.60449', '0'), { rows: 2, skipped: { ...LEFT_OUT, 'no price': 1 } }],
  ['price as "N/A"', swap('0.60449', '"N/A"'), { rows: 2, skipped: { ...LEFT_OUT, 'no price': 1 } }],
  [
    'a day twice at two prices',
    swap('"timestamp": 1763424241', '"timestamp": 1763511901'),
    { rows: 1, skipped: { ...LEFT_OUT, 'listed more than once, at different prices': 2 } }
  ],
  ['milliseconds for seconds', (text) => text.replace(/"timestamp": (\d+)/g, '"timestamp": $1000'), /no price at 00:00 UTC/],
  [
    'times beyond all calendars',
    (text) => text.replace(/"timestamp": (\d+)/g, '"timestamp": $10000000000'),
    /no price at 00:00 UTC/
  ],
  ['no points', () => '{"coins":{"coingecko:akash-network":{"symbol":"AKT","prices":[]}}}', /in 0 points/]
]
test.each(broken)('broken: %s', async (...row) => {
  await expectOutcome(defillama, PATH, good, row)
})
