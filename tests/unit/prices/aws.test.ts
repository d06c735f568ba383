/** AWS's price list: which of its rows become prices, its versions, what is broken, and how little memory a large one takes. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { aws } from '../../../ingest/prices/aws.ts'
import type { ListPrice } from '../../../ingest/prices/source.ts'
import { ask, fixture, swap, type Outcome } from './ask.ts'
import { BROKEN_ANSWERS, expectBroken } from './broken.ts'
import { servePrices, type Route } from './serve.ts'

const LIST = 'pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonEC2'
const CURRENT = `${LIST}/current/us-east-1/index.csv`
const good = fixture('aws/index.csv')

const rowOf =
  (observed_on: string, version: string) =>
  (
    instance_type: string,
    [gpu_name, gpu_model, gpu_memory_gib, gpu_interface]: readonly [string, string | null, number | null, string | null],
    [gpus, vcpus, memory_gib]: readonly [number, number, number],
    [usd_per_hour, usd_per_gpu_hour]: readonly [string, string]
  ): ListPrice => ({
    provider: 'aws',
    instance_type,
    gpu_name,
    gpu_model,
    gpu_memory_gib,
    gpu_interface,
    gpus,
    vcpus,
    memory_gib,
    region: 'us-east-1',
    purchase_option: 'on_demand',
    usd_per_hour,
    observed_on,
    source: `https://${LIST}/${version}/us-east-1/index.csv`,
    usd_per_gpu_hour,
    statistic: 'list',
    offers: null,
    covers: 'instance'
  })
const H100 = ['H100', 'nvidia/h100', 80, 'sxm'] as const
const row = rowOf('2026-10-12', '20261012201144')
// 55.04 ÷ 8, 21.957642 ÷ 8, 7.824 ÷ 8, 3 ÷ 2.
const p5 = row('p5.48xlarge', H100, [8, 192, 2048], ['55.04', '6.88'])
const ROWS: readonly ListPrice[] = [
  p5,
  row('p4d.24xlarge', ['A100', 'nvidia/a100', 40, 'sxm'], [8, 96, 1152], ['21.957642', '2.74470525']),
  row('g5.xlarge', ['A10G', 'nvidia/a10g', 24, 'pcie'], [1, 4, 16], ['1.006', '1.006']),
  row('g4dn.metal', ['T4', 'nvidia/t4', 16, 'pcie'], [8, 96, 384], ['7.824', '0.978']),
  row('g9x.xlarge', ['g9x', null, null, null], [2, 8, 1024], ['3', '1.5'])
]
const LEFT_OUT = { 'part of a GPU': 1, 'accelerator that is no GPU': 1 }

test('on-demand Linux prices of the region, dated by the publication, an unknown family by its own name', async () => {
  const { prices, tokens, skipped, requests } = await ask(aws, { [CURRENT]: good })
  expect(prices).toEqual(ROWS)
  expect(tokens).toEqual([])
  expect(skipped).toEqual([
    { reason: 'part of a GPU', count: 1, example: 'g6f.large (SKU ZZG6FLARGE000001)' },
    { reason: 'accelerator that is no GPU', count: 1, example: 'dl1.24xlarge (SKU ZZDL124XLARGE001)' }
  ])
  expect(requests.map(({ at }) => at)).toEqual([CURRENT])
})

test('columns are found by their names, with quotes or without', async () => {
  const moved = good
    .split('\n')
    .map((line, i) => (i < 5 || line === '' ? line : `"new",${line}`))
    .join('\r\n')
  expect((await ask(aws, { [CURRENT]: moved })).prices).toEqual(ROWS)
})

test('what counts is the column: a word elsewhere in a line makes no price', async () => {
  const lines = good.split('\n')
  const dedicated = lines.find((line) => line.includes('"Dedicated"')) ?? ''
  const reserved = lines.find((line) => line.includes('"Reserved"')) ?? ''
  const odd = [
    // In the column "Storage"; and without the quotes by which most reservations are put aside.
    swap(',"2048 GiB",,', ',"2048 GiB","Shared",')(dedicated).replace('"55.0400000000"', '"1.0000000000"'),
    swap('"Reserved"', 'Reserved')(reserved)
  ]
  const { prices, skipped } = await ask(aws, {
    [CURRENT]: [...odd, ''].reduce((list, line) => list + line + '\n', good).trimEnd()
  })
  expect(prices).toEqual(ROWS)
  expect(skipped).toHaveLength(2)
})

const P5 =
  '"55.0400000000","USD",,,,,"Compute Instance","AmazonEC2","US East (N. Virginia)","AWS Region","p5.48xlarge","Yes","GPU instance"'
const p5Line = good.split('\n').find((line) => line.startsWith('"3D4V8UAYEMB38GU2"')) ?? ''
/** The good list with the first line of p5 changed. */
const p5With =
  (from: string, to: string) =>
  (list: string): string =>
    list.replace(p5Line, () => swap(from, to)(p5Line))

const broken: readonly (readonly [what: string, change: (list: string) => Route, outcome: Outcome])[] = [
  ...BROKEN_ANSWERS,
  [
    'cut off amid a row before it was sent',
    (list) => list.slice(0, list.indexOf('"p4d.24xlarge"') + 200),
    /a line of \d+ fields where the header has 91/
  ],
  [
    'cut off in the header',
    (list) => list.slice(0, list.indexOf('"GPU Memory"')),
    /has no column "GPU", "MarketOption", "Pre Installed S\/W", "Region Code"|has no column/
  ],
  ['cut off above the header', (list) => list.slice(0, 40), /is not the price list that is known there/],
  ['another list', swap('"AmazonEC2"\n', '"AmazonRDS"\n'), /does not say above its header which list it is/],
  ['no date', swap('2026-10-12T20:11:44Z', 'yesterday'), /does not say above its header .* when it was published/],
  ['wrong currency', p5With('"USD"', '"CNY"'), { rows: 4, skipped: { ...LEFT_OUT, 'price in CNY, not in USD': 1 } }],
  ['wrong currency throughout', swap('"USD"', '"CNY"'), /no price of a GPU that could be taken \(.*price in CNY, not in USD/],
  ['wrong unit', p5With('"Hrs"', '"Quantity"'), { rows: 4, skipped: { ...LEFT_OUT, 'price by Quantity, not by the hour': 1 } }],
  ['renamed field', swap('"PricePerUnit"', '"Price"'), /has no column "PricePerUnit" any more/],
  [
    'two fields gone',
    (list) => swap('"GPU"', '"Accelerators"')(swap('"MarketOption"', '"Market"')(list)),
    /no column "GPU", "MarketOption"/
  ],
  ['price 0', p5With('"55.0400000000"', '"0.0000000000"'), { rows: 4, skipped: { ...LEFT_OUT, 'price 0': 1 } }],
  ['price as "N/A"', p5With('"55.0400000000"', '"N/A"'), { rows: 4, skipped: { ...LEFT_OUT, 'price is no number': 1 } }],
  ['price below 0', p5With('"55.0400000000"', '"-55.04"'), { rows: 4, skipped: { ...LEFT_OUT, 'price is no number': 1 } }],
  ['number of GPUs gone', p5With(',"8",', ',"NA",'), { rows: 4, skipped: { ...LEFT_OUT, 'number of GPUs is not told': 1 } }],
  ['a part of a GPU told as one', swap('"0.125"', '"1"'), { rows: 5, skipped: LEFT_OUT }],
  ['duplicate SKU', (list) => `${list}${p5Line}\n`, { rows: 5, skipped: { ...LEFT_OUT, 'listed again at the same price': 1 } }],
  [
    'duplicate SKU at another price',
    (list) => `${list}${p5Line.replace('"55.0400000000"', '"98.3200000000"')}\n`,
    { rows: 4, skipped: { ...LEFT_OUT, 'listed more than once, at different prices': 2 } }
  ],
  ['a quote that is not closed', (list) => `${list}"Linux","Shared","OnDemand\n`, /a line of broken fields/],
  [
    'nothing but CPUs',
    (list) =>
      list
        .split('\n')
        .filter((line) => !/"(p|g|dl)\d/.test(line))
        .join('\n'),
    /no price of a GPU that could be taken/
  ]
]
test.each(broken)('broken: %s', async (_, change, outcome) => {
  expect(p5Line).toContain(P5)
  await expectBroken(aws, { [CURRENT]: change(good) }, outcome, ROWS)
})

test('unknown GPU: a family that is not known keeps its number of GPUs and its price, and no model is guessed', async () => {
  const list = swap('"p4d.24xlarge"', '"p9z.24xlarge"')(good)
  const { prices } = await ask(aws, { [CURRENT]: list })
  expect(prices[1]).toEqual(row('p9z.24xlarge', ['p9z', null, null, null], [8, 96, 1152], ['21.957642', '2.74470525']))
})

test('since a day: the versions in force from then on, each dated by its first day, and the current one', async () => {
  const version = (id: string, price: string) =>
    swap(
      '20261012201144',
      id
    )(
      good
        .split('\n')
        .filter((line) => !/"(g|p4|dl)\w*\./.test(line))
        .join('\n')
    ).replace('55.0400000000', price)
  const routes = {
    [`${LIST}/index.json`]: fixture('aws/versions.json'),
    [`${LIST}/20250703204906/us-east-1/index.csv`]: version('20250703204906', '55.0400000000'),
    [`${LIST}/20261012201144/us-east-1/index.csv`]: version('20261012201144', '54.0000000000'),
    [CURRENT]: version('20261012201144', '54.0000000000')
  }
  const of = (day: string, id: string, usd: readonly [string, string]) => rowOf(day, id)('p5.48xlarge', H100, [8, 192, 2048], usd)
  const expected = [
    of('2025-06-01', '20250703204906', ['55.04', '6.88']),
    of('2026-10-01', '20261012201144', ['54', '6.75']),
    of('2026-10-12', '20261012201144', ['54', '6.75'])
  ]
  const { prices, skipped, requests } = await ask(aws, routes, { since: '2025-05-02' })
  expect(prices).toEqual(expected)
  expect(skipped).toEqual([])
  // Neither the version before that day nor the one that was in force for a second.
  expect(requests.map(({ at }) => at)).toEqual(Object.keys(routes))

  const gone = await ask(
    aws,
    { ...routes, [`${LIST}/20250703204906/us-east-1/index.csv`]: { status: 404 } },
    { since: '2025-05-02' }
  )
  expect(gone.prices).toEqual(expected.slice(1))
  expect(gone.skipped).toEqual([
    {
      reason: 'version of 2025-06-01 failed',
      count: 1,
      example: expect.stringContaining('20250703204906/us-east-1/index.csv answered 404'),
      isFailure: true
    }
  ])
})

test.each([
  ['a list of something else', swap('"AmazonEC2"', '"AmazonRDS"'), /is not the list of versions that is known there/],
  [
    'addresses elsewhere',
    swap('/offers/v1.0/aws/AmazonEC2/20250703204906', 'https://prices.invalid/20250703204906'),
    /offerVersionUrl/
  ],
  ['a renamed field', swap('versionEffectiveBeginDate', 'from'), /versionEffectiveBeginDate/]
])('broken versions: %s', async (_, change, outcome) => {
  await expectBroken(aws, { [`${LIST}/index.json`]: change(fixture('aws/versions.json')), [CURRENT]: good }, outcome, ROWS, {
    since: '2025-05-02'
  })
})

test('a list of 300 MB is read in less than 200 MB of memory', async () => {
  // Lines as long as the real ones; of the real us-east-1 one in ten is parsed.
  const [, , , , , , ...lines] = good.trimEnd().split('\n')
  const cpu = lines.find((line) => line.includes('"c6i.large"')) ?? ''
  const reserved = lines.find((line) => line.includes('"Reserved"')) ?? ''
  const pad = `"${'x'.repeat(500)}"`
  const padded = (line: string) => line.replace(/^"[^"]*"/, pad)
  const block = Buffer.from(
    [cpu, ...Array<string>(9).fill(reserved)]
      .map((line) => `${padded(line)}\n`)
      .join('')
      .repeat(10)
  )
  const blocks = Math.ceil(300_000_000 / block.length)
  const server = await servePrices({
    [CURRENT]: () => ({
      body: (function* () {
        yield good
        for (let i = 0; i < blocks; i++) yield block
      })()
    })
  })
  const script = `
    const { aws } = await import('./ingest/prices/aws.ts')
    const { priceClient } = await import('./ingest/prices/client.ts')
    const { prices } = await aws.collect({ client: priceClient({ via: process.argv[1] }), today: '2026-10-13', env: {} })
    console.log(JSON.stringify({ rows: prices.length, kilobytes: process.resourceUsage().maxRSS }))`
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, server.url])
    const { rows, kilobytes } = JSON.parse(stdout) as { rows: number; kilobytes: number }
    expect(rows).toBe(ROWS.length)
    expect(kilobytes).toBeLessThan(200_000)
  } finally {
    await server.close()
  }
})
