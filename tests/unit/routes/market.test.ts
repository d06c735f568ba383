/** Prices in dollars on the overview: the kind that they are of, and that an older list price is said to be older. */
import { expect, test } from 'vitest'
import { DEFAULT_STATE } from '../../../src/lib/model/state.ts'
import type { MetricRows } from '../../../src/lib/sql/metric-rows.ts'
import { againstText, marketFigures, marketScopeOf, pricesHref, type MarketRows } from '../../../src/routes/market.ts'
import type { Choices } from '../../../src/routes/overview.ts'
import type { PriceRows } from '../../../src/routes/prices/prices.ts'
import { priceViewOf } from '../../../src/routes/prices/view.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')
const LAST = '2026-11-21T00:01:00.000000Z'
const choices: Choices = { models: [], denoms: [], firstAt: '2023-09-01T00:00:00.000000Z', lastAt: LAST }
const kind = (model: string, gpu_hours: number): MetricRows['price_kinds'] => ({
  ...{
    model,
    memory_gib: 80,
    interface: 'sxm',
    gpu_hours,
    first_week: '2023-11-20',
    last_week: '2026-11-16',
    leases: 9,
    providers: 3,
    median: 1.5
  }
})
const prices = { kinds: [kind('nvidia/a100', 900), kind('nvidia/h100', 800)], firstAt: choices.firstAt, lastAt: LAST }
const scope = marketScopeOf(DEFAULT_STATE, choices, prices)

const week = (begins: string, p50: number): MetricRows['realised_price'] => ({
  ...{ begins, leases: 9, providers: 3, gpu_hours: 100, p10: 1, p25: 1.1, p50, p75: 2, p90: 3 },
  ...{ vcpus_per_gpu: 8, memory_gib_per_gpu: 32, uptime: null }
})
const discount = (begins: string): MetricRows['discounts'] => ({
  ...{ begins, provider: 'aws', instance_type: 'p4de.24xlarge', leases: 9, list_usd: 4, median: 1.5 },
  ...{ discount_p25: 0.5, discount: 0.625, discount_p75: 0.7, discount_uptime_adjusted: null }
})
const rowsOf = (usd: Partial<PriceRows>): MarketRows => ({
  ...{ gpus: [], prices: [], points: [], spend: [], spendOverTime: [], spendBefore: [], trend: [], days: [] },
  usd: {
    ...{
      realised: [],
      asks: [],
      clouds: [],
      discounts: [],
      offers: [],
      share: [],
      other: [],
      events: [],
      leases: [],
      lease: null
    },
    ...usd
  }
})
const weeks = [week('2026-11-09', 1.4), week('2026-11-16', 1.5)]
const seen = (usd: Partial<PriceRows>) => {
  const rows = rowsOf(usd)
  const view = priceViewOf(rows.usd, scope.usd, DEFAULT_STATE)
  const figure = marketFigures(rows, scope, view, '/prices').find(
    ({ name }) => name.includes('median') || name.includes('Median')
  )
  return [againstText(view), figure?.name, figure?.value, figure?.unit, figure?.note, figure?.asOf].map((text) =>
    plain(text ?? '-')
  )
}

test('the kind with the most GPU-hours, of the chosen model where one is chosen', () => {
  expect(scope.usd.kind).toEqual({ model: 'nvidia/a100', memoryGib: 80, form: 'sxm' })
  expect(marketScopeOf({ ...DEFAULT_STATE, model: 'nvidia/h100' }, choices, prices).usd.kind?.model).toBe('nvidia/h100')
  expect(marketScopeOf({ ...DEFAULT_STATE, model: 'nvidia/t4' }, choices, prices).usd.kind).toBeNull()
  expect(pricesHref({ from: Date.parse('2026-01-01'), to: null }, scope.usd.kind)).toBe(
    '/prices?from=2026-01-01&gpu=nvidia/a100~80~sxm'
  )
})

test('a list price of the same week is compared as it is, an older one with its month, none is no discount', () => {
  const head = ['A100 80 GB SXM median', '$1.50', '/ GPU-h']
  expect(seen({ realised: weeks, discounts: [discount('2026-11-16')] })).toEqual([
    ', 63 % below AWS on demand',
    ...head,
    '63 % below AWS',
    'Week of 16 Nov 2026, n = 9'
  ])
  expect(seen({ realised: weeks, discounts: [discount('2026-07-13')] })).toEqual([
    ', 63 % below AWS when its list price was last seen',
    ...head,
    '63 % below AWS in Jul 2026',
    'Week of 16 Nov 2026, n = 9'
  ])
  expect(seen({ realised: weeks })).toEqual(['', ...head, 'no list price to compare', 'Week of 16 Nov 2026, n = 9'])
})

test('without a price in dollars the figure is in tokens', () => {
  expect(seen({}).slice(0, 4)).toEqual(['', 'Median price', '–', 'AKT / GPU-h'])
})
