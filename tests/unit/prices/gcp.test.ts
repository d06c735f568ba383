/** Google Cloud: two keyless lists, the catalog of parts with a key, and what is broken of each. */
import { expect, test } from 'vitest'
import { gcp } from '../../../ingest/prices/gcp.ts'
import type { ListPrice } from '../../../ingest/prices/source.ts'
import { ask, fixture, swap, TODAY, type Outcome } from './ask.ts'
import { BROKEN_ANSWERS, expectBroken, type Routes } from './broken.ts'
import type { Route } from './serve.ts'

const TABLE = 'gcloud-compute.com/machine-types-regions.csv'
const KARPENTER = 'raw.githubusercontent.com/cloudpilot-ai/karpenter-provider-gcp/main/pkg/providers/pricing/initial-prices.json'
const CATALOG = 'cloudbilling.googleapis.com/v1/services/6F81-5844-456A/skus'
const table = fixture('gcp/machine-types-regions.csv')
const karpenter = fixture('gcp/initial-prices.json')
const skus = fixture('gcp/skus.json')
const KEY = 'AIza-of-a-test'

type Machine = readonly [
  type: string,
  gpu: string,
  model: string,
  gib: number,
  form: string,
  gpus: number,
  vcpus: number,
  memory: number
]
const A2: Machine = ['a2-highgpu-1g', 'nvidia-tesla-a100', 'nvidia/a100', 40, 'sxm', 1, 12, 85]
const A3 = (gpus: number): Machine => [
  `a3-highgpu-${gpus}g`,
  'nvidia-h100-80gb',
  'nvidia/h100',
  80,
  'sxm',
  gpus,
  26 * gpus,
  234 * gpus
]
const G2 = (vcpus: number, gpus: number): Machine => [
  `g2-standard-${vcpus}`,
  'nvidia-l4',
  'nvidia/l4',
  24,
  'pcie',
  gpus,
  vcpus,
  vcpus * 4
]

const rowsOf =
  (source: string, observed_on = TODAY) =>
  (machine: Machine, purchase_option: string, usd_per_hour: string, usd_per_gpu_hour: string): ListPrice => {
    const [instance_type, gpu_name, gpu_model, gpu_memory_gib, gpu_interface, gpus, vcpus, memory_gib] = machine
    return {
      provider: 'gcp',
      instance_type,
      gpu_name,
      gpu_model,
      gpu_memory_gib,
      gpu_interface,
      gpus,
      vcpus,
      memory_gib,
      region: 'us-central1',
      purchase_option,
      usd_per_hour,
      observed_on,
      source: `https://${source}`,
      usd_per_gpu_hour,
      statistic: 'list',
      offers: null,
      covers: 'instance'
    }
  }

const tableRow = rowsOf(TABLE)
const TABLE_ROWS = [
  tableRow(A2, 'on_demand', '3.673385', '3.673385'),
  tableRow(A2, 'spot', '1.92802', '1.92802'),
  // 1689.39 ÷ 730 h, 938.5 ÷ 730 h.
  tableRow(A2, 'reserved_1y', '2.314232876712328767', '2.314232876712328767'),
  tableRow(A2, 'reserved_3y', '1.285616438356164384', '1.285616438356164384'),
  tableRow(A3(8), 'on_demand', '88.490000119', '11.061250014875'),
  tableRow(A3(8), 'spot', '50.609541', '6.326192625'),
  tableRow(A3(8), 'reserved_1y', '61.383672', '7.672959'),
  tableRow(A3(8), 'reserved_3y', '38.84', '4.855'),
  // No commitment is known: its column repeats the month without one.
  tableRow(G2(24, 2), 'on_demand', '2.000832', '1.000416'),
  tableRow(G2(24, 2), 'spot', '1.124816', '0.562408')
]
const NOT_WHOLE = 'not sold by the hour in us-central1, so what is listed is no whole price'
const TABLE_LEFT_OUT = { [NOT_WHOLE]: 1, 'part of a GPU': 1, 'unknown machine type g9-standard-8': 1 }

const karpenterRow = rowsOf(KARPENTER)
const KARPENTER_ROWS = [
  karpenterRow(A2, 'on_demand', '3.673385', '3.673385'),
  karpenterRow(A3(1), 'on_demand', '11.0613128767123', '11.0613128767123'),
  karpenterRow(G2(4, 1), 'on_demand', '0.706832276', '0.706832276'),
  karpenterRow(A2, 'spot', '1.92802', '1.92802'),
  karpenterRow(G2(4, 1), 'spot', '0.397336', '0.397336')
]
const FIRST_FAILED = 'a list that comes first failed'
const KARPENTER_LEFT_OUT = { [FIRST_FAILED]: 1, [NOT_WHOLE]: 2, 'unknown machine type g9-standard-8': 1 }

const catalogRow = rowsOf(CATALOG)
/** 0.0293 × 26 + 0.0018 × 234 + 9.796550569 + 750 × 0.08 ÷ 730 USD for each H100. */
const a3Rows = [
  catalogRow(A3(1), 'on_demand', '11.0617423498219175', '11.0617423498219175'),
  catalogRow(A3(2), 'on_demand', '22.123484699643835', '11.0617423498219175'),
  catalogRow(A3(4), 'on_demand', '44.24696939928767', '11.0617423498219175'),
  catalogRow(A3(8), 'on_demand', '88.49393879857534', '11.0617423498219175')
]
/** 0.024988 × vCPUs + 0.002927 × GiB + 0.56004 × GPUs, spot 0.009, 0.001 and 0.22. */
const g2Rows = (
  [
    [4, 1, '0.706824', '0.706824', '0.272', '0.272'],
    [8, 1, '0.853608', '0.853608', '0.324', '0.324'],
    [12, 1, '1.000392', '1.000392', '0.376', '0.376'],
    [16, 1, '1.147176', '1.147176', '0.428', '0.428'],
    [32, 1, '1.734312', '1.734312', '0.636', '0.636'],
    [24, 2, '2.000784', '1.000392', '0.752', '0.376'],
    [48, 4, '4.001568', '1.000392', '1.504', '0.376'],
    [96, 8, '8.003136', '1.000392', '3.008', '0.376']
  ] as const
).flatMap(([vcpus, gpus, usd, each, spot, spotEach]) => [
  catalogRow(G2(vcpus, gpus), 'on_demand', usd, each),
  catalogRow(G2(vcpus, gpus), 'spot', spot, spotEach)
])
const CATALOG_LEFT_OUT = {
  // The fixture has no A100 and nothing of A2 and A3 on spot.
  'no price of nvidia-tesla-a100 in the catalog': 5,
  'no price of nvidia-a100-80gb in the catalog': 4,
  'no price of a2 core in the catalog': 9,
  'no price of a3 core in the catalog': 4,
  'the parts of g4 machines are not read from the catalog': 8
}

/** The catalog, with `first` as its first page. */
const serving = (first: Route = skus): Routes => ({
  [CATALOG]: (asked) => {
    if (asked.query.get('pageToken') === 'AHq+page/2=') return fixture('gcp/skus-2.json')
    return typeof first === 'function' ? first(asked) : first
  }
})

test('without a key: whole machines of us-central1 on demand, on spot, and committed where a commitment has a price', async () => {
  const { prices, skipped, requests } = await ask(gcp, { [TABLE]: table, [KARPENTER]: karpenter })
  expect(prices).toEqual(TABLE_ROWS)
  expect(skipped).toEqual([
    { reason: NOT_WHOLE, count: 1, example: 'a3-megagpu-8g' },
    { reason: 'part of a GPU', count: 1, example: 'g4-standard-6' },
    { reason: 'unknown machine type g9-standard-8', count: 1, example: 'g9-standard-8' }
  ])
  expect(requests.map(({ at }) => at)).toEqual([TABLE])
})

test('a list that says when it was made keeps its day', async () => {
  const made = { body: table, headers: { 'last-modified': 'Mon, 13 Oct 2025 04:05:06 GMT' } }
  const { prices } = await ask(gcp, { [TABLE]: made })
  expect(prices).toEqual(TABLE_ROWS.map((price) => ({ ...price, observed_on: '2025-10-13' })))
  const ahead = { body: table, headers: { 'last-modified': 'Mon, 13 Oct 2036 04:05:06 GMT' } }
  expect((await ask(gcp, { [TABLE]: ahead })).prices).toEqual(TABLE_ROWS)
})

test('the second list where the first fails, which is told', async () => {
  const { prices, skipped, requests } = await ask(gcp, { [KARPENTER]: karpenter })
  expect(prices).toEqual(KARPENTER_ROWS)
  expect(skipped[0]).toEqual({
    reason: FIRST_FAILED,
    count: 1,
    example: `https://${TABLE} answered 404: it may have moved.`,
    isFailure: true
  })
  expect(requests.map(({ at }) => at)).toEqual([TABLE, KARPENTER])
})

test('both lists broken is one error that tells both', async () => {
  const asked = ask(gcp, { [TABLE]: '<html>', [KARPENTER]: '<html>' })
  await expect(asked).rejects.toThrow(
    /machine-types-regions\.csv is not the price list.*initial-prices\.json answered with what is no JSON/s
  )
})

const brokenTable: readonly (readonly [what: string, change: (list: string) => Route, outcome: Outcome])[] = [
  ['cut off amid a row before it was sent', (list) => list.slice(0, list.indexOf('a3-megagpu') + 30), /a line of \d+ fields/],
  ['renamed field', swap('hourSpot', 'spotHour'), /no column "hourSpot"/],
  ['price 0', swap(',3.673385,', ',0.0,'), { rows: 9, skipped: { ...TABLE_LEFT_OUT, 'price 0': 1 } }],
  ['price as "N/A"', swap(',3.673385,', ',N/A,'), { rows: 9, skipped: { ...TABLE_LEFT_OUT, 'price is no number': 1 } }],
  [
    'duplicate SKU',
    (list) => `${list}${lineOf(list, 'g2-')}\n`,
    { rows: 10, skipped: { ...TABLE_LEFT_OUT, 'listed again at the same price': 2 } }
  ],
  [
    'duplicate SKU at another price',
    (list) => `${list}${lineOf(list, 'g2-').replace('2.000832', '1.9')}\n`,
    {
      rows: 9,
      skipped: { ...TABLE_LEFT_OUT, 'listed more than once, at different prices': 2, 'listed again at the same price': 1 }
    }
  ],
  [
    'unknown GPU',
    swap('a2-highgpu-1g', 'a2-newgpu-1g'),
    { rows: 6, skipped: { ...TABLE_LEFT_OUT, 'unknown machine type a2-newgpu-1g': 1 } }
  ],
  [
    'another number of GPUs',
    swap('8,nvidia-h100-80gb', '4,nvidia-h100-80gb'),
    { rows: 6, skipped: { ...TABLE_LEFT_OUT, 'number of GPUs is not the one that is known': 1 } }
  ],
  ['another region only', swap('us-central1', 'us-central9'), /no price of a GPU that could be taken/]
]
const lineOf = (list: string, start: string) => list.split('\n').find((line) => line.startsWith(start)) ?? ''
test.each([...BROKEN_ANSWERS, ...brokenTable])('broken first list: %s', async (_, change, outcome) => {
  if (outcome instanceof RegExp) {
    await expectBroken(gcp, { [TABLE]: change(table) }, outcome, [])
    // And with the second list at hand it costs nothing but the mention.
    await expectBroken(
      gcp,
      { [TABLE]: change(table), [KARPENTER]: karpenter },
      { rows: 5, skipped: KARPENTER_LEFT_OUT },
      KARPENTER_ROWS
    )
  } else await expectBroken(gcp, { [TABLE]: change(table) }, outcome, TABLE_ROWS)
})

const brokenKarpenter: readonly (readonly [what: string, change: (list: string) => Route, outcome: Outcome])[] = [
  ['cut off before it was sent', (list) => list.slice(0, list.length / 2), /no JSON/],
  ['renamed field', swap('on_demand', 'onDemand'), /is not the list that is known there: .*on_demand/s],
  ['region gone', swap('us-central1', 'us-central9'), /is not the list that is known there: .*us-central1/s],
  ['price 0', swap('11.0613128767123', '0'), { rows: 4, skipped: { ...KARPENTER_LEFT_OUT, 'price 0': 1 } }],
  ['price as "N/A"', swap('11.0613128767123', '"N/A"'), { rows: 4, skipped: { ...KARPENTER_LEFT_OUT, 'price is no number': 1 } }],
  ['price as null', swap('11.0613128767123', 'null'), { rows: 4, skipped: { ...KARPENTER_LEFT_OUT, 'price is no number': 1 } }],
  [
    'unknown GPU',
    swap('a3-highgpu-1g', 'a3-newgpu-1g'),
    { rows: 4, skipped: { ...KARPENTER_LEFT_OUT, 'unknown machine type a3-newgpu-1g': 1 } }
  ]
]
test.each([...BROKEN_ANSWERS, ...brokenKarpenter])('broken second list: %s', async (_, change, outcome) => {
  await expectBroken(gcp, { [KARPENTER]: change(karpenter) }, outcome, KARPENTER_ROWS)
})

test('with a key: machines are the sum of their parts, bundled local SSD among them', async () => {
  const { prices, skipped, requests } = await ask(gcp, serving(), { env: { GOOGLE_CLOUD_API_KEY: KEY } })
  expect(prices).toEqual([...a3Rows, ...g2Rows])
  expect(Object.fromEntries(skipped.map(({ reason, count }) => [reason, count]))).toEqual(CATALOG_LEFT_OUT)
  expect(requests.map(({ at }) => at)).toEqual([
    `${CATALOG}?currencyCode=USD&pageSize=5000`,
    `${CATALOG}?currencyCode=USD&pageSize=5000&pageToken=AHq%2Bpage%2F2%3D`
  ])
  expect(requests.map(({ headers }) => headers['x-goog-api-key'])).toEqual([KEY, KEY])
  expect(JSON.stringify([prices, skipped])).not.toContain(KEY)
})

const CORE = '"description": "G2 Instance Core running in Americas"'
const noG2 = { rows: 12, skipped: { ...CATALOG_LEFT_OUT, 'no price of g2 core in the catalog': 8 } }
const brokenCatalog: readonly (readonly [what: string, change: (page: string) => Route, outcome: Outcome])[] = [
  ...BROKEN_ANSWERS,
  [
    'a key that is refused',
    () => ({ status: 400, body: `{"error":{"message":"API key ${KEY} not valid"}}` }),
    /skus.* answered 400/
  ],
  ['cut off before it was sent', (page) => page.slice(0, page.length / 2), /no JSON/],
  [
    'wrong currency',
    swap('"currencyCode": "USD"', '"currencyCode": "EUR"'),
    /tells "G2 Instance Core running in Americas" in EUR, though it was asked for USD/
  ],
  ['renamed list', swap('"skus"', '"items"'), /is not the catalog that is known there: .*skus/s],
  [
    'renamed field',
    swap('"tieredRates"', '"rates"'),
    /tells "G2 Instance Core running in Americas" otherwise than it did: .*tieredRates/s
  ],
  ['price 0', (page) => page.replace('"nanos": 24988000', '"nanos": 0'), { ...noG2, skipped: { ...noG2.skipped, 'price 0': 1 } }],
  ['price as "N/A"', (page) => page.replace('"nanos": 24988000', '"nanos": "N/A"'), /otherwise than it did: .*nanos/s],
  [
    'another unit',
    (page) => page.replace('"usageUnit": "h"', '"usageUnit": "d"'),
    { ...noG2, skipped: { ...noG2.skipped, 'price by d, which is not known': 1 } }
  ],
  ['duplicate SKU', (page) => repeated(page, CORE, 24988000), { rows: 20, skipped: CATALOG_LEFT_OUT }],
  [
    'duplicate SKU at another price',
    (page) => repeated(page, CORE, 31000000),
    {
      rows: 12,
      skipped: { ...CATALOG_LEFT_OUT, 'two prices of g2 core in the catalog: 0.024988 and 0.031 USD per hour': 8 }
    }
  ],
  [
    'a commitment under the same name',
    (page) => repeated(page, CORE, 15743000, 'Commit1Yr'),
    { rows: 20, skipped: CATALOG_LEFT_OUT }
  ],
  [
    'price by tiers',
    (page) =>
      page.replace('"startUsageAmount": 0,', '"startUsageAmount": 0,"unitPrice":{"currencyCode":"USD"}},{"startUsageAmount": 9,'),
    { ...noG2, skipped: { ...noG2.skipped, 'price by tiers': 1 } }
  ],
  [
    'unknown GPU',
    swap('Nvidia L4 GPU', 'Nvidia L5 GPU'),
    { rows: 4, skipped: { ...CATALOG_LEFT_OUT, 'no price of nvidia-l4 in the catalog': 16 } }
  ],
  ['pages without an end', (page) => swap('"AHq+page/2="', '"again"')(page), /leads from page to page without an end/]
]
test.each(brokenCatalog)('broken catalog: %s', async (_, change, outcome) => {
  const env = { GOOGLE_CLOUD_API_KEY: KEY }
  await expectBroken(gcp, serving(change(skus)), outcome, [...a3Rows, ...g2Rows], { env })
  if (!(outcome instanceof RegExp)) return
  const { prices, skipped } = await ask(gcp, { ...serving(change(skus)), [TABLE]: table }, { env })
  expect(prices).toEqual(TABLE_ROWS)
  expect(skipped[0]?.reason).toBe(FIRST_FAILED)
  expect(JSON.stringify(skipped)).not.toContain(KEY)
})

test('a key that no header can hold is not told', async () => {
  const env = { GOOGLE_CLOUD_API_KEY: `${KEY}\nx` }
  const error = await ask(gcp, serving(), { env }).catch((e: unknown) => e as Error)
  expect(error).toBeInstanceOf(Error)
  expect(`${(error as Error).stack} ${String((error as Error).cause)}`).not.toContain(KEY)
})

/** The page with the SKU of this description once more, at this price in nanodollars, for this usage. */
function repeated(page: string, description: string, nanos: number, usage = 'OnDemand'): string {
  const answer = JSON.parse(page) as { skus: object[] }
  const again = answer.skus.find((sku) => JSON.stringify(sku).includes(description.replace(': ', ':'))) ?? {}
  const text = JSON.stringify(again)
    .replace(/"nanos":\d+/, `"nanos":${nanos}`)
    .replace('OnDemand', usage)
  return JSON.stringify({ ...answer, skus: [...answer.skus, JSON.parse(text) as object] })
}
