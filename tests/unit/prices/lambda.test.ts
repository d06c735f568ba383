/** Lambda: its page and its API to prices of instances; the key stays secret; what is broken. */
import { describe, expect, test } from 'vitest'
import { lambda } from '../../../ingest/prices/lambda.ts'
import { ask, brokenAnywhere, expectOutcome, fixture, swap, TODAY, type Broken } from './ask.ts'

const PAGE = 'lambda.ai/service/gpu-cloud'
const API = 'cloud.lambda.ai/api/v1/instance-types'
const page = fixture('lambda/gpu-cloud.html')
const api = fixture('lambda/instance-types.json')
const KEY = 'secret_test_0123456789abcdef'
const env = { LAMBDA_API_KEY: KEY }

const COLUMNS = {
  provider: 'lambda',
  region: 'global',
  purchase_option: 'on_demand',
  statistic: 'list',
  offers: null,
  covers: 'instance',
  observed_on: TODAY
} as const
type Gpu = readonly [name: string, model: string | null, gib: number | null, form: string | null]
type Host = readonly [gpus: number, vcpus: number, gib: number]
const row = (source: string) => (name: string, gpu: Gpu, host: Host, usd_per_hour: string, usd_per_gpu_hour: string) => ({
  ...COLUMNS,
  instance_type: name,
  gpu_name: gpu[0],
  gpu_model: gpu[1],
  gpu_memory_gib: gpu[2],
  gpu_interface: gpu[3],
  gpus: host[0],
  vcpus: host[1],
  memory_gib: host[2],
  usd_per_hour,
  usd_per_gpu_hour,
  source
})

describe('the page', () => {
  test('USD per GPU-hour times the GPUs that the tab names; clusters by the week are not read', async () => {
    const { prices, skipped, requests } = await ask(lambda, { [PAGE]: page })
    const r = row('https://lambda.ai/service/gpu-cloud')
    expect(prices).toEqual([
      // 8 × 6.69, 8 × 3.99, 8 × 2.79, 8 × 1.99
      r('8x B200 SXM6 180GB', ['NVIDIA B200 SXM6', 'nvidia/b200', 180, 'sxm'], [8, 208, 2900], '53.52', '6.69'),
      r('8x H100 SXM 80GB', ['NVIDIA H100 SXM', 'nvidia/h100', 80, 'sxm'], [8, 208, 1800], '31.92', '3.99'),
      r('8x A100 SXM 80GB', ['NVIDIA A100 SXM', 'nvidia/a100', 80, 'sxm'], [8, 240, 1800], '22.32', '2.79'),
      r('8x A100 SXM 40GB', ['NVIDIA A100 SXM', 'nvidia/a100', 40, 'sxm'], [8, 124, 1800], '15.92', '1.99'),
      r('1x H100 PCIe 80GB', ['NVIDIA H100 PCIe', 'nvidia/h100', 80, 'pcie'], [1, 26, 225], '3.29', '3.29'),
      r('1x Quantum Q1 128GB', ['NVIDIA Quantum Q1', null, 128, null], [1, 64, 432], '2.29', '2.29')
    ])
    expect(skipped).toEqual([{ reason: 'no price is told', count: 1, example: '8x NVIDIA Tesla V100: Contact sales' }])
    expect(requests.map((asked) => asked.at)).toEqual([PAGE])
  })

  test('a redirect within lambda.ai is followed', async () => {
    const moved = { status: 301, headers: { location: '/instances' } }
    const { prices } = await ask(lambda, { [PAGE]: moved, 'lambda.ai/instances': page })
    expect(prices).toHaveLength(6)
  })

  const LEFT_OUT = { 'no price is told': 1 }
  const broken: readonly Broken[] = [
    ...brokenAnywhere('html'),
    ['wrong currency in a row', swap('>$3.99<', '>€3.99<'), { rows: 5, skipped: { ...LEFT_OUT, 'not in US dollars': 1 } }],
    [
      'wrong currency',
      (text) => text.replaceAll('>$', '>€'),
      /could be taken \(6: not in US dollars, such as 8x NVIDIA B200 SXM6: €6\.69/
    ],
    [
      'renamed field',
      swap('data-label="PRICE/GPU/HR*"', 'data-label="PRICE/INSTANCE/HR*"'),
      /8x NVIDIA B200 SXM6 has no cell PRICE\/GPU\/HR/
    ],
    ['renamed tabs', swap('role="tab"', 'role="button"'), /no table of instances below tabs/],
    ['tabs of other things', swap('>8x<', '>Large<'), { rows: 2, skipped: {} }],
    ['price 0', swap('>$3.99<', '>$0.00<'), { rows: 5, skipped: { ...LEFT_OUT, 'price 0': 1 } }],
    ['price as "N/A"', swap('>$3.99<', '>N/A<'), { rows: 5, skipped: { 'no price is told': 2 } }],
    ['a price with words', swap('>$3.99<', '>from $3.99<'), { rows: 5, skipped: { 'no price is told': 2 } }],
    [
      'an instance twice at two prices',
      swap('>40 GB<', '>80 GB<'),
      { rows: 4, skipped: { ...LEFT_OUT, 'listed more than once, at different prices': 2 } }
    ],
    [
      'a table twice',
      (text) => text.replace(/<tbody>\n.*?(?=<\/tbody>)/gs, (rows) => rows + rows.slice('<tbody>'.length)),
      { rows: 6, skipped: { 'no price is told': 2, 'listed again at the same price': 6 } }
    ],
    [
      'a cluster among instances',
      (text) => text.replace('<td data-label="VRAM/GPU">180 GB</td>', '<td data-label="DURATION">2 weeks</td>'),
      { rows: 5, skipped: { ...LEFT_OUT, 'for weeks: a commitment': 1 } }
    ]
  ]
  test.each(broken)('broken: %s', async (...entry) => {
    await expectOutcome(lambda, PAGE, page, entry)
  })
})

describe('the API, when there is a key', () => {
  test('cents per hour of the instance; what has no GPU is left out', async () => {
    const { prices, skipped, requests } = await ask(lambda, { [API]: api }, { env })
    const r = row('https://cloud.lambda.ai/api/v1/instance-types')
    expect(prices).toEqual([
      r('gpu_8x_h100_sxm5', ['H100 (80 GB SXM5)', 'nvidia/h100', 80, 'sxm'], [8, 208, 1800], '31.92', '3.99'),
      r('gpu_1x_a10', ['A10 (24 GB PCIe)', 'nvidia/a10', 24, 'pcie'], [1, 30, 225], '1.29', '1.29'),
      r('gpu_2x_b200_sxm6', ['B200 (180 GB SXM6)', 'nvidia/b200', 180, 'sxm'], [2, 52, 720], '13.78', '6.89')
    ])
    expect(skipped).toEqual([{ reason: 'without a GPU', count: 1, example: 'cpu_4x_general: 4' }])
    expect(requests.map(({ at, headers }) => [at, headers.authorization])).toEqual([[API, `Bearer ${KEY}`]])
  })

  const LEFT_OUT = { 'without a GPU': 1 }
  const broken: readonly Broken[] = [
    ...brokenAnywhere('json'),
    [
      'a wrong key',
      () => ({ status: 401, body: `{"error":{"code":"global/invalid-api-key","key":"${KEY}"}}` }),
      /With LAMBDA_API_KEY: .* answered 401/
    ],
    ['an error in JSON', () => '{"error":{"code":"global/invalid-api-key"}}', /changed its shape: .*data/s],
    ['renamed field', swap('price_cents_per_hour', 'price_per_hour'), /changed its shape: .*price_cents_per_hour/s],
    ['price 0', swap('3192', '0'), { rows: 2, skipped: { ...LEFT_OUT, 'price 0': 1 } }],
    ['price as "N/A"', swap('3192', '"N/A"'), { rows: 2, skipped: { ...LEFT_OUT, 'no price is told': 1 } }],
    ['wrong currency', swap('3192', '"EUR 3192"'), { rows: 2, skipped: { ...LEFT_OUT, 'no price is told': 1 } }],
    [
      'one name twice',
      swap('"name": "gpu_1x_a10"', '"name": "gpu_8x_h100_sxm5"'),
      { rows: 1, skipped: { ...LEFT_OUT, 'listed more than once, at different prices': 2 } }
    ],
    [
      'an unknown GPU',
      swap('H100 (80 GB SXM5)', 'Quantum Q1'),
      { rows: 3, skipped: LEFT_OUT, otherwise: ['gpu_8x_h100_sxm5 global on_demand list 31.92'] }
    ]
  ]
  test.each(broken)('broken: %s', async (...entry) => {
    await expectOutcome(lambda, API, api, entry, { env })
  })

  test.each(broken.filter(([, , outcome]) => outcome instanceof RegExp))('the key is not in the error: %s', async (_, change) => {
    const error: unknown = await ask(lambda, { [API]: change(api) }, { env }).catch((e: unknown) => e)
    for (let e = error; e instanceof Error; e = e.cause) expect(`${e.message} ${e.stack}`).not.toContain(KEY)
    expect(error).toBeInstanceOf(Error)
  })

  test.each([`${KEY} ${KEY}`, `${KEY}\u2028x`, `${KEY}\nx: y`])(
    'a key that no header can hold is refused without being told: %j',
    async (key) => {
      const error: unknown = await ask(lambda, { [API]: api }, { env: { LAMBDA_API_KEY: key } }).catch((e: unknown) => e)
      expect(error).toMatchObject({ message: 'LAMBDA_API_KEY has characters that no key has: look how it was set.' })
    }
  )

  test.each(['', '  '])('an empty key is none: %j', async (key) => {
    const { prices } = await ask(lambda, { [PAGE]: page }, { env: { LAMBDA_API_KEY: key } })
    expect(prices).toHaveLength(6)
  })
})
