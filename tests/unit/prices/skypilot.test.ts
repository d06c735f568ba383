/** SkyPilot's catalog: a file for each cloud, columns in any order, zones brought together; what is broken, of one cloud and of all. */
import { expect, test } from 'vitest'
import { skypilot } from '../../../ingest/prices/skypilot.ts'
import type { ListPrice } from '../../../ingest/prices/source.ts'
import { ask, fixture, swap, TODAY, type Outcome } from './ask.ts'
import { BROKEN_ANSWERS, expectBroken } from './broken.ts'
import type { Route } from './serve.ts'

const CATALOG = 'raw.githubusercontent.com/skypilot-org/skypilot-catalog/master/catalogs/v8'
const CLOUDS = ['aws', 'oci', 'lambda', 'nebius', 'cudo', 'verda', 'hyperstack', 'jarvislabs']
const addressOf = (cloud: string) => `${CATALOG}/${cloud}/vms.csv`
const GOOD: { readonly [address: string]: string } = Object.fromEntries(
  CLOUDS.map((cloud) => [addressOf(cloud), fixture(`skypilot/${cloud}.csv`)])
)
const aws = fixture('skypilot/aws.csv')

const row =
  (provider: string, instance_type: string, region: string, [gpus, vcpus, memory_gib]: readonly [number, number, number]) =>
  (gpu_name: string, gpu_model: string | null, gpu_memory_gib: number | null, gpu_interface: string | null) =>
  (purchase_option: string, usd_per_hour: string, usd_per_gpu_hour: string): ListPrice => ({
    provider,
    instance_type,
    gpu_name,
    gpu_model,
    gpu_memory_gib,
    gpu_interface,
    gpus,
    vcpus,
    memory_gib,
    region,
    observed_on: TODAY,
    source: `https://${addressOf(provider)}`,
    purchase_option,
    usd_per_hour,
    usd_per_gpu_hour,
    statistic: 'list',
    offers: null,
    covers: 'instance'
  })
const p5 = row('aws', 'p5.48xlarge', 'us-east-1', [8, 192, 2048])('H100', 'nvidia/h100', 80, 'sxm')
const g5 = row('aws', 'g5.xlarge', 'us-west-2', [1, 4, 16])('A10G', 'nvidia/a10g', 24, 'pcie')
const ociV100 = row('oci', 'VM.GPU3.1', 'us-ashburn-1', [1, 12, 90])('V100', 'nvidia/v100', 16, null)
const lambda = (region: string) => row('lambda', 'gpu_8x_v100', region, [8, 92, 448])('V100', 'nvidia/v100', 16, null)
const nebius = row('nebius', 'gpu-h100-sxm_8gpu-128vcpu-1600gb', 'eu-north1', [8, 128, 1600])('H100', 'nvidia/h100', 80, 'sxm')
const verda = row('verda', '1H100.80S.32V', 'FIN-02', [1, 32, 185])('H100', 'nvidia/h100', 80, null)
const AWS_ROWS = [
  p5('on_demand', '55.04', '6.88'),
  // The median of 21.5 and 24.1 in the two zones that have one.
  p5('spot', '22.8', '2.85'),
  g5('on_demand', '1.006', '1.006'),
  g5('spot', '0.5323', '0.5323')
]
const OTHER_ROWS = [
  row('oci', 'BM.GPU.MI300X.8', 'us-ashburn-1', [8, 224, 2048])('MI300X', 'amd/mi300x', 192, null)('on_demand', '48', '6'),
  ociV100('on_demand', '2.95', '2.95'),
  ociV100('spot', '1.475', '1.475'),
  lambda('us-east-1')('on_demand', '6.32', '0.79'),
  lambda('europe-central-1')('on_demand', '6.32', '0.79'),
  nebius('on_demand', '23.6', '2.95'),
  nebius('spot', '10', '1.25'),
  row('nebius', 'gpu-l40s-a_1gpu-8vcpu-32gb', 'eu-north1', [1, 8, 32])('L40S', 'nvidia/l40s', 48, 'pcie')(
    'on_demand',
    '1.5484',
    '1.5484'
  ),
  // 0.36979999999999996 in the file.
  row('cudo', 'ice-lake-a40-compute_1x2v4gb', 'ca-montreal-3', [1, 2, 4])('A40', 'nvidia/a40', 48, 'pcie')(
    'on_demand',
    '0.3698',
    '0.3698'
  ),
  row('cudo', 'epyc-genoa-a100-pcie_2x8v16gb', 'no-kristiansand-1', [2, 8, 16])('A100', 'nvidia/a100', 80, 'pcie')(
    'on_demand',
    '3.1176',
    '1.5588'
  ),
  verda('on_demand', '2.29', '2.29'),
  verda('spot', '0.8015', '0.8015'),
  row('verda', '4B200.120V', 'FIN-03', [4, 120, 736])('B200', 'nvidia/b200', 180, 'sxm')('spot', '6.846', '1.7115'),
  row('hyperstack', 'n3-H100x1', 'CANADA-1', [1, 28, 180])('H100-80G-PCIe', 'nvidia/h100', 80, 'pcie')('on_demand', '1.9', '1.9'),
  row('hyperstack', 'n3-H100-SXM5x8', 'CANADA-1', [8, 192, 1800])('H100-80G-SXM5', 'nvidia/h100', 80, 'sxm')(
    'on_demand',
    '19.2',
    '2.4'
  ),
  row('jarvislabs', '1x_L4_28V_124G', 'IN2', [1, 28, 124])('L4', 'nvidia/l4', 24, 'pcie')('on_demand', '0.44', '0.44')
]
const ROWS = [...AWS_ROWS, ...OTHER_ROWS]
const LEFT_OUT = { 'part of a GPU': 1, 'accelerator that is no GPU': 1 }

test('each cloud under its own name, zones brought together, other regions of large clouds left alone', async () => {
  const { prices, tokens, skipped, requests } = await ask(skypilot, GOOD)
  expect(prices).toEqual(ROWS)
  expect(tokens).toEqual([])
  expect(skipped).toEqual([
    { reason: 'part of a GPU', count: 1, example: 'aws: g6f.large us-east-1' },
    { reason: 'accelerator that is no GPU', count: 1, example: 'aws: trn1.2xlarge us-east-1' }
  ])
  expect(requests.map(({ at }) => at)).toEqual(CLOUDS.map(addressOf))
})

test('an answer out of a cache has the day on which it was made', async () => {
  const old = { body: aws, headers: { date: 'Fri, 31 Oct 2025 23:59:59 GMT' } }
  const { prices } = await ask(skypilot, { ...GOOD, [addressOf('aws')]: old })
  expect(prices).toEqual([...AWS_ROWS.map((price) => ({ ...price, observed_on: '2025-10-31' })), ...OTHER_ROWS])
})

const P5 = ',55.04,21.500000,'
const broken: readonly (readonly [what: string, change: (list: string) => Route, outcome: Outcome])[] = [
  [
    'cut off amid a row before it was sent',
    (list) => list.slice(0, list.indexOf('g5.xlarge') + 60),
    /a line of (broken|\d+) fields/
  ],
  ['renamed field', swap('SpotPrice', 'Spot'), /has no column "SpotPrice" any more/],
  ['price 0', swap(',55.04,', ',0.0,'), { rows: 19, skipped: { ...LEFT_OUT, 'price 0': 1 } }],
  ['price as "N/A"', swap(',55.04,', ',N/A,'), { rows: 19, skipped: { ...LEFT_OUT, 'price is no number': 1 } }],
  ['wrong currency', swap(',55.04,', ',€50.61,'), { rows: 19, skipped: { ...LEFT_OUT, 'price is no number': 1 } }],
  ['spot price 0', swap(P5, ',55.04,0,'), { rows: 19, skipped: { ...LEFT_OUT, 'price 0': 1 } }],
  ['spot price as "N/A"', swap(P5, ',55.04,N/A,'), { rows: 19, skipped: { ...LEFT_OUT, 'price is no number': 1 } }],
  [
    'zones at two prices',
    swap(P5, ',98.32,21.500000,'),
    { rows: 19, skipped: { ...LEFT_OUT, 'on-demand prices differ between lines of one instance type': 1 } }
  ],
  ['duplicate SKU', (list) => list.replace(/^(g5.*\n)/m, '$1$1'), { rows: 20, skipped: LEFT_OUT }],
  [
    'duplicate SKU at another price',
    (list) => list.replace(/^(g5.*\n)/m, (line) => line + line.replace('1.006', '1.2')),
    { rows: 19, skipped: { ...LEFT_OUT, 'on-demand prices differ between lines of one instance type': 1 } }
  ],
  [
    'GPUs that differ between zones',
    (list) => list.replace('p5.48xlarge,H100,8.0', 'p5.48xlarge,H200,8.0'),
    { rows: 18, skipped: { ...LEFT_OUT, 'GPUs differ between lines of one instance type': 1 } }
  ],
  [
    'GpuInfo that is no dict',
    swap(`"{'Gpus': [{'Name': 'A10G'`, `"{'Gpus': __import__('os') #[{'Name': 'A10G'`),
    { rows: 18, skipped: { ...LEFT_OUT, 'GpuInfo cannot be read': 1 } }
  ],
  [
    'GpuInfo of another shape',
    swap(`'Name': 'A10G'`, `'Model': 'A10G'`),
    { rows: 18, skipped: { ...LEFT_OUT, 'GpuInfo cannot be read': 1 } }
  ],
  [
    'two numbers of GPUs',
    swap(`'A10G', 'Manufacturer': 'NVIDIA', 'Count': 1`, `'A10G', 'Manufacturer': 'NVIDIA', 'Count': 4`),
    { rows: 18, skipped: { ...LEFT_OUT, 'number of GPUs is told in two ways': 1 } }
  ],
  ['no number of GPUs', swap('A10G,1.0,', 'A10G,,'), { rows: 18, skipped: { ...LEFT_OUT, 'number of GPUs is not told': 1 } }],
  ['no GPU at all', (list) => list.split('\n').slice(0, 2).join('\n'), /no price of a GPU that could be taken/]
]
test.each([...BROKEN_ANSWERS, ...broken])('broken list of one cloud: %s', async (_, change, outcome) => {
  const routes = { ...GOOD, [addressOf('aws')]: change(aws) }
  if (!(outcome instanceof RegExp)) return expectBroken(skypilot, routes, outcome, ROWS)
  const { prices, skipped } = await ask(skypilot, routes)
  expect(prices).toEqual(OTHER_ROWS)
  expect(skipped).toEqual([
    { reason: 'aws failed', count: 1, example: expect.stringMatching(outcome) as string, isFailure: true }
  ])
})

test.each(BROKEN_ANSWERS)('broken lists of all clouds: %s', async (_, change, words) => {
  const routes = Object.fromEntries(Object.entries(GOOD).map(([address, list]) => [address, change(list)]))
  await expectBroken(skypilot, routes, new RegExp(`no price of a GPU that could be taken .*aws failed.*${words.source}`, 's'), [])
})

test('unknown GPU: its name is kept, with what the list tells of it, and no model is guessed', async () => {
  const { prices } = await ask(skypilot, {
    ...GOOD,
    [addressOf('jarvislabs')]: swap('L4,1,', 'X9000,1,')(fixture('skypilot/jarvislabs.csv'))
  })
  expect(prices.at(-1)).toEqual(
    row('jarvislabs', '1x_L4_28V_124G', 'IN2', [1, 28, 124])('X9000', null, 24, null)('on_demand', '0.44', '0.44')
  )
})

test('an offer whose region is not told is left out', async () => {
  const list = swap(',IN2,', ',,')(fixture('skypilot/jarvislabs.csv'))
  const { prices, skipped } = await ask(skypilot, {
    ...GOOD,
    [addressOf('jarvislabs')]: `${list}${fixture('skypilot/jarvislabs.csv').split('\n')[1] ?? ''}\n`
  })
  expect(prices).toEqual(ROWS)
  expect(skipped).toContainEqual({ reason: 'region is not told', count: 1, example: 'jarvislabs: 1x_L4_28V_124G' })
})

test('a GPU whose memory was not known has the one of its model', async () => {
  const { prices } = await ask(skypilot, {
    ...GOOD,
    [addressOf('jarvislabs')]: swap(`'SizeInMiB': 24576`, `'SizeInMiB': 0`)(fixture('skypilot/jarvislabs.csv'))
  })
  expect(prices.at(-1)).toEqual(ROWS.at(-1))
})
