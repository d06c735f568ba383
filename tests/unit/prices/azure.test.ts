/** Azure's retail prices: pages, regions, spot and reservations to rows; what is broken. */
import { expect, test } from 'vitest'
import { azure } from '../../../ingest/prices/azure.ts'
import type { ListPrice } from '../../../ingest/prices/source.ts'
import { ask, fixture, swap, TODAY, type Outcome } from './ask.ts'
import { BROKEN_ANSWERS, expectBroken, type Routes } from './broken.ts'
import type { Route } from './serve.ts'

const ADDRESS = 'prices.azure.com/api/retail/prices'
const EMPTY = '{"BillingCurrency":"USD","Items":[],"NextPageLink":null,"Count":0}'
const eastus = fixture('azure/eastus.json')

/** The API with `first` as the first page of on-demand prices in eastus. */
function serving(first: Route = eastus): Routes {
  return {
    [ADDRESS]: async (asked) => {
      if (asked.query.get('$skip') === '1000') return fixture('azure/eastus-2.json')
      const filter = asked.query.get('$filter') ?? ''
      const [, region = 'eastus'] = /armRegionName eq '(\w+)'/.exec(filter) ?? []
      if (filter.includes(`priceType eq 'Reservation'`))
        return region === 'eastus' ? fixture('azure/eastus-reserved.json') : EMPTY
      if (region !== 'eastus') return fixture(`azure/${region}.json`)
      return typeof first === 'function' ? first(asked) : first
    }
  }
}

const row = (
  instance_type: string,
  [gpu_name, gpu_model, gpu_memory_gib, gpu_interface]: readonly [string, string, number, string],
  [gpus, vcpus, memory_gib]: readonly [number, number, number],
  [region, purchase_option]: readonly [string, string],
  [usd_per_hour, usd_per_gpu_hour]: readonly [string, string]
): ListPrice => ({
  provider: 'azure',
  instance_type,
  gpu_name,
  gpu_model,
  gpu_memory_gib,
  gpu_interface,
  gpus,
  vcpus,
  memory_gib,
  region,
  purchase_option,
  usd_per_hour,
  observed_on: TODAY,
  source: 'https://prices.azure.com/api/retail/prices?api-version=2023-01-01-preview',
  usd_per_gpu_hour,
  statistic: 'list',
  offers: null,
  covers: 'instance'
})
const H100 = ['H100', 'nvidia/h100', 80, 'sxm'] as const
const A100 = ['A100', 'nvidia/a100', 80, 'pcie'] as const
const T4 = ['T4', 'nvidia/t4', 16, 'pcie'] as const
const ROWS: readonly ListPrice[] = [
  row('Standard_ND96isr_H100_v5', H100, [8, 96, 1900], ['eastus', 'on_demand'], ['98.32', '12.29']),
  row('Standard_ND96isr_H100_v5', H100, [8, 96, 1900], ['eastus', 'spot'], ['39.328', '4.916']),
  row('Standard_NC24ads_A100_v4', A100, [1, 24, 220], ['eastus', 'on_demand'], ['3.673', '3.673']),
  row(
    'Standard_NC40ads_H100_v5',
    ['H100 NVL', 'nvidia/h100nvl', 94, 'pcie'],
    [1, 40, 320],
    ['eastus', 'on_demand'],
    ['6.98', '6.98']
  ),
  row('Standard_NC8as_T4_v3', T4, [1, 8, 56], ['eastus', 'on_demand'], ['0.752', '0.752']),
  // 20275 ÷ 8760 h, 39736 ÷ 26280 h.
  row(
    'Standard_NC24ads_A100_v4',
    A100,
    [1, 24, 220],
    ['eastus', 'reserved_1y'],
    ['2.314497716894977169', '2.314497716894977169']
  ),
  row(
    'Standard_NC24ads_A100_v4',
    A100,
    [1, 24, 220],
    ['eastus', 'reserved_3y'],
    ['1.512024353120243531', '1.512024353120243531']
  ),
  row('Standard_ND96isr_H100_v5', H100, [8, 96, 1900], ['southcentralus', 'on_demand'], ['117.984', '14.748']),
  row('Standard_NC4as_T4_v3', T4, [1, 4, 28], ['westeurope', 'on_demand'], ['0.6312', '0.6312'])
]
const LEFT_OUT = {
  'part of a GPU': 1,
  'accelerator that is no GPU': 1,
  'not in force yet': 1,
  'unknown size Standard_NC99zz_X900_v9': 1,
  'reservation for 5 Years': 1
}

test('on-demand, spot and reserved prices of three regions, page after page', async () => {
  const { prices, tokens, skipped, requests } = await ask(azure, serving())
  expect(prices).toEqual(ROWS)
  expect(tokens).toEqual([])
  expect(skipped).toEqual([
    { reason: 'part of a GPU', count: 1, example: 'Standard_NV6ads_A10_v5 eastus (NV6ads A10 v5)' },
    { reason: 'accelerator that is no GPU', count: 1, example: 'Standard_NP10s eastus (NP10s)' },
    { reason: 'not in force yet', count: 1, example: 'Standard_NC4as_T4_v3 eastus (NC4as T4 v3)' },
    { reason: 'unknown size Standard_NC99zz_X900_v9', count: 1, example: 'Standard_NC99zz_X900_v9 eastus (NC99zz X900 v9)' },
    { reason: 'reservation for 5 Years', count: 1, example: 'Standard_NC24ads_A100_v4 eastus (NC24ads A100 v4)' }
  ])
  expect(requests).toHaveLength(7)
  const [first, second, reserved] = requests.map(({ query }) => query)
  expect(first?.get('api-version')).toBe('2023-01-01-preview')
  expect(first?.get('$filter')).toBe(
    `serviceName eq 'Virtual Machines' and priceType eq 'Consumption' and armRegionName eq 'eastus' and contains(productName,'Windows') eq false` +
      ` and contains(productName,'Dedicated') eq false and contains(meterName,'Low Priority') eq false and contains(armSkuName,'Standard_N')`
  )
  expect(second?.get('$skip')).toBe('1000')
  expect(reserved?.get('$filter')).toContain(`priceType eq 'Reservation' and armRegionName eq 'eastus'`)
})

const H100_PRICE = '"retailPrice": 98.32,'
const broken: readonly (readonly [what: string, change: (page: string) => Route, outcome: Outcome])[] = [
  ...BROKEN_ANSWERS,
  ['cut off before it was sent', (page) => page.slice(0, page.length / 2), /no JSON/],
  ['wrong currency', swap('"BillingCurrency": "USD"', '"BillingCurrency": "EUR"'), /has prices in EUR, not in USD/],
  [
    'wrong currency of an item',
    (page) => page.replace('"currencyCode": "USD"', '"currencyCode": "EUR"'),
    { rows: 8, skipped: { ...LEFT_OUT, 'price in EUR, not in USD': 1 } }
  ],
  ['renamed field', swap('"retailPrice"', '"price"'), /is not the page of prices that is known there: .*retailPrice/s],
  ['renamed list', swap('"Items"', '"items"'), /is not the page of prices that is known there: .*Items/s],
  ['price 0', swap(H100_PRICE, '"retailPrice": 0.0,'), { rows: 8, skipped: { ...LEFT_OUT, 'price 0': 1 } }],
  ['price as "N/A"', swap(H100_PRICE, '"retailPrice": "N/A",'), { rows: 8, skipped: { ...LEFT_OUT, 'price is no number': 1 } }],
  ['price below 0', swap(H100_PRICE, '"retailPrice": -98.32,'), { rows: 8, skipped: { ...LEFT_OUT, 'price is no number': 1 } }],
  ['duplicate SKU', (page) => repeated(page, {}), { rows: 9, skipped: { ...LEFT_OUT, 'listed again at the same price': 1 } }],
  [
    'duplicate SKU at another price',
    (page) => repeated(page, { retailPrice: 55.04 }),
    { rows: 8, skipped: { ...LEFT_OUT, 'listed more than once, at different prices': 2 } }
  ],
  [
    'a meter that is not the primary one',
    (page) => repeated(page, { isPrimaryMeterRegion: false, retailPrice: 1 }),
    { rows: 9, skipped: { ...LEFT_OUT, 'not the primary meter': 1 } }
  ],
  [
    'a price of the past',
    (page) => repeated(page, { effectiveEndDate: '2024-12-31T23:59:59Z', retailPrice: 1 }),
    { rows: 9, skipped: { ...LEFT_OUT, 'no longer in force': 1 } }
  ],
  [
    'unknown GPU',
    swap('"Standard_ND96isr_H100_v5"', '"Standard_ND96isr_Z1_v9"'),
    { rows: 7, skipped: { ...LEFT_OUT, 'unknown size Standard_ND96isr_Z1_v9': 2 } }
  ],
  [
    'a filter that is not heeded',
    (page) => repeated(page, { productName: 'Virtual Machines NDsrH100v5 Series Windows', retailPrice: 102 }),
    { rows: 9, skipped: { ...LEFT_OUT, 'not what was asked for': 1 } }
  ],
  [
    'wrong unit',
    (page) => page.replace('"1 Hour"', '"1/Month"'),
    { rows: 8, skipped: { ...LEFT_OUT, 'price by 1/Month, not by the hour': 1 } }
  ],
  ['nothing that fits the filter', () => EMPTY, /has no size with GPUs in eastus/],
  [
    'a next page elsewhere',
    swap('https://prices.azure.com:443', 'https://prices.invalid'),
    /next page at https:\/\/prices\.invalid, which is not followed/
  ],
  ['a next page that is no address', swap('https://prices.azure.com:443', ''), /next page at "/],
  ['pages without an end', (page) => swap('$skip=1000', '$skip=1')(page), /leads from page to page without an end/]
]
test.each(broken)('broken: %s', async (_, change, outcome) => {
  await expectBroken(azure, serving(change(eastus)), outcome, ROWS)
})

/** The page with its first item once more, with these fields. */
function repeated(page: string, fields: object): string {
  const answer = JSON.parse(page) as { Items: object[] }
  return JSON.stringify({ ...answer, Items: [...answer.Items, { ...answer.Items[0], ...fields }] })
}
