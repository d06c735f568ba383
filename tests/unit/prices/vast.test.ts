/** Vast.ai: offers to quantiles by kind of GPU; pages; what is broken. */
import { describe, expect, test } from 'vitest'
import { vast } from '../../../ingest/prices/vast.ts'
import { ask, brokenAnywhere, expectOutcome, fixture, swap, TODAY, type Broken } from './ask.ts'
import type { Asked, Route } from './serve.ts'

const PATH = 'console.vast.ai/api/v0/bundles/'
const good = fixture('vast/offers.json')

type Offer = { readonly id: number; readonly dph_total: unknown }
type Query = { readonly dph_total?: { readonly gte: number }; readonly limit: number }
const queryOf = ({ body }: Asked): Query => JSON.parse(body) as Query

/** Answers as the marketplace does: from the price asked for, and never more than `cap` offers. */
function market(text: string, cap = 3000): Route {
  const { offers, ...rest } = JSON.parse(text) as { offers: Offer[] }
  return (asked) => {
    const from = queryOf(asked).dph_total?.gte ?? 0
    const found = offers.filter(({ dph_total: p }) => typeof p !== 'number' || p >= from)
    return JSON.stringify({ offers: found.slice(0, Math.min(cap, queryOf(asked).limit)), ...rest })
  }
}

const row = (kind: string, gpu_name: string, gpu: readonly [string | null, number, string | null]) => {
  const [gpu_model, gpu_memory_gib, gpu_interface] = gpu
  return (purchase_option: string, statistic: string, usd: string, offers: number) => ({
    provider: 'vast',
    instance_type: kind,
    gpu_name,
    gpu_model,
    gpus: 1,
    gpu_memory_gib,
    gpu_interface,
    vcpus: null,
    memory_gib: null,
    region: 'global',
    purchase_option,
    usd_per_hour: usd,
    usd_per_gpu_hour: usd,
    statistic,
    offers,
    covers: 'instance',
    observed_on: TODAY,
    source: 'https://console.vast.ai/api/v0/bundles/'
  })
}
const rtx4090 = row('RTX 4090 24GB', 'RTX 4090', ['nvidia/rtx4090', 24, 'pcie'])
const h100 = row('H100 SXM 80GB', 'H100 SXM', ['nvidia/h100', 80, 'sxm'])
const a100 = row('A100 SXM4 80GB', 'A100 SXM4', ['nvidia/a100', 80, 'sxm'])
const unknown = row('Quantum Q1 128GB', 'Quantum Q1', [null, 128, null])
const ROWS = [
  // Of 11 offers the 2nd, 6th and 10th; of 10 bids between the 5th and 6th: (0.20 + 0.22) ÷ 2.
  rtx4090('on_demand', 'p10', '0.25', 11),
  rtx4090('on_demand', 'median', '0.4', 11),
  rtx4090('on_demand', 'p90', '0.6', 11),
  rtx4090('spot', 'median', '0.21', 10),
  // (0.90 + 1.10) ÷ 2 and (0.60 + 0.66) ÷ 2.
  a100('on_demand', 'median', '1', 4),
  a100('spot', 'median', '0.63', 4),
  h100('on_demand', 'median', '2.2279', 3),
  h100('spot', 'median', '1', 3),
  unknown('on_demand', 'median', '6.5', 3),
  unknown('spot', 'median', '3.5', 3)
]

describe('the good answer', () => {
  test('quantiles of offers of one GPU by kind, never the cheapest; A100s of 40 and 80 GB apart', async () => {
    const { prices, skipped, requests } = await ask(vast, { [PATH]: market(good) })
    expect(prices).toEqual(ROWS)
    expect(skipped).toEqual([
      { reason: 'rented or not to be rented', count: 1, example: expect.stringMatching(/^RTX 4090, offer \d+$/) as string },
      { reason: 'not of 1 GPU', count: 1, example: expect.stringMatching(/^RTX 4090, offer \d+$/) as string },
      { reason: 'no price', count: 1, example: expect.stringMatching(/^RTX 4090 24GB, offer \d+, min_bid$/) as string },
      // RTX 4090 spot; both of A100 40 GB, A100 80 GB, H100 and Quantum Q1.
      { reason: 'fewer than 11 offers: no p10', count: 9, example: 'RTX 4090 24GB, spot: 10' },
      { reason: 'fewer than 11 offers: no p90', count: 9, example: 'RTX 4090 24GB, spot: 10' },
      { reason: 'fewer than 3 offers: no median', count: 2, example: 'A100 SXM4 40GB, on_demand: 2' }
    ])
    expect(requests[0]).toMatchObject({ method: 'POST' })
    expect(JSON.parse(requests[0]!.body)).toEqual({
      type: 'on-demand',
      rentable: { eq: true },
      rented: { eq: false },
      num_gpus: { eq: 1 },
      allocated_storage: 5,
      order: [['dph_total', 'asc']],
      limit: 3000
    })
  })

  test.each([3, 5, 64])('where answers end at %i offers, the rest is asked for from the last price on', async (cap) => {
    const { prices, requests } = await ask(vast, { [PATH]: market(good, cap) })
    expect(prices).toEqual(ROWS)
    const froms = requests.map((asked) => queryOf(asked).dph_total?.gte ?? 0)
    expect(froms).toEqual(froms.toSorted((a, b) => a - b))
    expect(froms.at(-1)).toBe(7)
  })
})

describe('a marketplace that does not do as it is asked would give quantiles over a part', () => {
  const { offers } = JSON.parse(good) as { offers: Offer[] }
  test.each<[string, Route, RegExp]>([
    ['not in order', JSON.stringify({ offers: offers.toReversed() }), /did not answer in the order of price/],
    [
      'always its first page',
      JSON.stringify({ offers: offers.slice(0, 5) }),
      /did not answer in the order of price from 0\.32 USD on/
    ],
    [
      'more of one price than a page holds',
      JSON.stringify({ offers: Array.from({ length: 64 }, (_, id) => ({ ...offers[0], id, dph_total: 0.3 })) }),
      /has 64 offers or more at 0\.3 USD, a whole page: the rest can't be asked for/
    ],
    [
      'without end',
      (asked) => {
        const from = queryOf(asked).dph_total?.gte ?? 0
        return JSON.stringify({ offers: [{ ...offers[0], id: from * 1000, dph_total: from + 1 }] })
      },
      /more than 150 pages/
    ]
  ])('%s', async (_, route, message) => {
    await expect(ask(vast, { [PATH]: route })).rejects.toThrow(message)
  })
})

const LEFT_OUT = {
  'rented or not to be rented': 1,
  'not of 1 GPU': 1,
  'no price': 1,
  'fewer than 11 offers: no p10': 9,
  'fewer than 11 offers: no p90': 9,
  'fewer than 3 offers: no median': 2
}
const FEWER = { ...LEFT_OUT, 'fewer than 11 offers: no p10': 10, 'fewer than 11 offers: no p90': 10 }
// Of the 10 RTX 4090 left no p10 and p90; their median lies between 0.35 and 0.40, without the cheapest between 0.40 and 0.42.
const WITHOUT = { rows: 8, otherwise: ['RTX 4090 24GB global on_demand median 0.375'] }
const changed = (from: string, to: string) => (text: string) => market(swap(from, to)(text))
const broken: readonly Broken[] = [
  ...brokenAnywhere('json'),
  ['an error in JSON', () => '{"success":false,"error":"invalid_args","msg":"bad query"}', /changed its shape: .*offers/s],
  ['renamed field', changed('"dph_total"', '"dph"'), /changed its shape: 25 of 25 entries.*dph_total/s],
  ['renamed list', swap('"offers"', '"bundles"'), /changed its shape: .*offers/s],
  ['wrong currency', changed('"dph_total": 0.42', '"dph_total": "€0.42"'), { ...WITHOUT, skipped: { ...FEWER, 'no price': 2 } }],
  ['price as "N/A"', changed('"dph_total": 0.42', '"dph_total": "N/A"'), { ...WITHOUT, skipped: { ...FEWER, 'no price': 2 } }],
  ['price null', changed('"dph_total": 0.42', '"dph_total": null'), { ...WITHOUT, skipped: { ...FEWER, 'no price': 2 } }],
  [
    'price 0',
    changed('"dph_total": 0.2,', '"dph_total": 0,'),
    { rows: 8, skipped: { ...FEWER, 'price 0': 1 }, otherwise: ['RTX 4090 24GB global on_demand median 0.41'] }
  ],
  [
    'an offer twice',
    (text) => {
      const { offers } = JSON.parse(text) as { offers: Offer[] }
      return market(JSON.stringify({ offers: [offers[0], ...offers] }))
    },
    { rows: 10, skipped: LEFT_OUT }
  ],
  ['no offers', () => '{"offers":[]}', /has no price of a GPU that could be taken/],
  [
    'too few offers of anything',
    (text) => {
      const { offers } = JSON.parse(text) as { offers: Offer[] }
      return market(JSON.stringify({ offers: offers.slice(0, 2) }))
    },
    /could be taken \(.*fewer than 3 offers: no median, such as RTX 4090 24GB/
  ]
]
test.each(broken)('broken: %s', async (...entry) => {
  await expectOutcome(vast, PATH, good, entry, { serve: market })
})
