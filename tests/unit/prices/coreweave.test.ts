/** CoreWeave: its page to prices of nodes; what is broken. */
import { expect, test } from 'vitest'
import { coreweave } from '../../../ingest/prices/coreweave.ts'
import { ask, brokenAnywhere, expectOutcome, fixture, swap, TODAY, type Broken } from './ask.ts'

const PAGE = 'www.coreweave.com/pricing'
const good = fixture('coreweave/pricing.html')

type Gpu = readonly [model: string | null, gib: number, form: string | null]
type Host = readonly [gpus: number, vcpus: number, gib: number]
const node =
  (gpu_name: string, gpu: Gpu, host: Host) => (region: string, purchase_option: string, usd: string, perGpu: string) => ({
    provider: 'coreweave',
    instance_type: `${gpu_name} x${host[0]}`,
    gpu_name,
    gpu_model: gpu[0],
    gpus: host[0],
    gpu_memory_gib: gpu[1],
    gpu_interface: gpu[2],
    vcpus: host[1],
    memory_gib: host[2],
    region,
    purchase_option,
    usd_per_hour: usd,
    usd_per_gpu_hour: perGpu,
    statistic: 'list',
    offers: null,
    covers: 'instance',
    observed_on: TODAY,
    source: 'https://www.coreweave.com/pricing'
  })

test('whole nodes ÷ GPUs; one price for all regions is global, others keep their region', async () => {
  const { prices, skipped } = await ask(coreweave, { [PAGE]: good })
  const b200 = node('NVIDIA HGX B200', ['nvidia/b200', 180, 'sxm'], [8, 128, 2048])
  const h100 = node('NVIDIA HGX H100', ['nvidia/h100', 80, 'sxm'], [8, 128, 2048])
  expect(prices).toEqual([
    // 42 ÷ 4, 68.80 ÷ 8, 34.11 ÷ 8, 49.24 ÷ 8, 19.71 ÷ 8, 19.51 ÷ 8, 160 ÷ 8, 21.60 ÷ 8. `4^1` is a 4 with a footnote.
    node('NVIDIA GB200 NVL72', ['nvidia/gb200', 186, null], [4, 144, 960])('global', 'on_demand', '42', '10.5'),
    b200('global', 'on_demand', '68.8', '8.6'),
    b200('global', 'spot', '34.11', '4.26375'),
    h100('global', 'on_demand', '49.24', '6.155'),
    h100('north america', 'spot', '19.71', '2.46375'),
    h100('europe', 'spot', '19.51', '2.43875'),
    node('NVIDIA Quantum Q1', [null, 512, null], [8, 256, 4096])('global', 'on_demand', '160', '20'),
    node('NVIDIA A100', ['nvidia/a100', 80, null], [8, 128, 2048])('global', 'on_demand', '21.6', '2.7')
  ])
  // GB200, Quantum Q1, B300 and A100 have no spot price, B300 none at all.
  expect(skipped).toEqual([{ reason: 'no price is told', count: 5, example: 'NVIDIA GB200 NVL72 x4, north america, spot: N/A' }])
})

test('a footnote in an element of its own is no digit of the count', async () => {
  const { prices } = await ask(coreweave, { [PAGE]: swap('4^1', '4<sup>1</sup>')(good) })
  expect(prices[0]).toMatchObject({ instance_type: 'NVIDIA GB200 NVL72 x4', usd_per_gpu_hour: '10.5' })
})

const NONE = { 'no price is told': 5 }
const broken: readonly Broken[] = [
  ...brokenAnywhere('html'),
  ['wrong currency in a section', swap('$21.60', '€19.90'), { rows: 7, skipped: { ...NONE, 'not in US dollars': 1 } }],
  [
    'wrong currency',
    (text) => text.replaceAll('>$', '>€'),
    /could be taken \(.*not in US dollars, such as NVIDIA GB200 NVL72 x4/
  ],
  ['renamed price', swap('instance-price', 'node-price'), /has no price of a GPU that could be taken/],
  ['renamed count', swap('GPU Count', 'GPUs'), /could be taken \(7: no GPU Count, such as NVIDIA GB200 NVL72/],
  ['renamed rows', swap('table-row-v2', 'table-row-v3'), /changed its shape: it has no rows of GPU prices/],
  ['price 0', swap('$68.80', '$0.00'), { rows: 7, skipped: { ...NONE, 'price 0': 1 } }],
  ['price as "N/A"', swap('$68.80', 'N/A'), { rows: 7, skipped: { 'no price is told': 6 } }],
  [
    'a node twice in a region at two prices',
    swap('NVIDIA HGX B200', 'NVIDIA HGX H100'),
    // North America has two of each price; what Europe tells stands.
    {
      rows: 5,
      skipped: { ...NONE, 'listed more than once, at different prices': 4 },
      otherwise: ['NVIDIA HGX H100 x8 global spot list 19.51']
    }
  ],
  [
    'a section twice',
    (text) => text.replace('REGION: EUROPE', 'REGION: NORTH AMERICA'),
    { rows: 6, skipped: { ...NONE, 'listed again at the same price': 1, 'listed more than once, at different prices': 2 } }
  ],
  ['no GPU name', swap('>NVIDIA A100<', '><'), { rows: 7, skipped: { 'no price is told': 4, 'no GPU Count': 1 } }]
]
test.each(broken)('broken: %s', async (...entry) => {
  await expectOutcome(coreweave, PAGE, good, entry)
})
