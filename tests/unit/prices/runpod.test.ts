/** RunPod: GPU types to prices of two clouds; what is broken. */
import { expect, test } from 'vitest'
import { runpod } from '../../../ingest/prices/runpod.ts'
import { ask, brokenAnywhere, expectOutcome, fixture, swap, TODAY, type Broken } from './ask.ts'

const PATH = 'api.runpod.io/graphql'
const good = fixture('runpod/gpu-types.json')

const row = (name: string, gpu: readonly [model: string | null, gib: number, form: string | null]) => {
  const [gpu_model, gpu_memory_gib, gpu_interface] = gpu
  return (cloud: 'Secure' | 'Community', purchase_option: string, usd: string) => ({
    provider: 'runpod',
    instance_type: `${name} (${cloud} Cloud)`,
    gpu_name: name,
    gpu_model,
    gpus: 1,
    gpu_memory_gib,
    gpu_interface,
    vcpus: null,
    memory_gib: null,
    region: cloud.toLowerCase(),
    purchase_option,
    usd_per_hour: usd,
    usd_per_gpu_hour: usd,
    statistic: 'list',
    offers: null,
    covers: 'instance',
    observed_on: TODAY,
    source: 'https://api.runpod.io/graphql'
  })
}

test('secure and community are products of their own, on demand and spot', async () => {
  const { prices, skipped, requests } = await ask(runpod, { [PATH]: good })
  const h100 = row('H100 SXM', ['nvidia/h100', 80, 'sxm'])
  const nvl = row('H100 NVL', ['nvidia/h100nvl', 94, 'pcie'])
  const h200 = row('H200 SXM', ['nvidia/h200', 141, 'sxm'])
  const a100 = row('A100 PCIe', ['nvidia/a100', 80, 'pcie'])
  const ada = row('RTX 4000 Ada', ['nvidia/rtx4000ada', 20, 'pcie'])
  const v100 = row('Tesla V100', ['nvidia/v100', 16, null])
  expect(prices).toEqual([
    h100('Secure', 'on_demand', '2.99'),
    h100('Secure', 'spot', '1.75'),
    h100('Community', 'on_demand', '2.69'),
    h100('Community', 'spot', '2.69'),
    nvl('Secure', 'on_demand', '3.19'),
    nvl('Secure', 'spot', '1.65'),
    h200('Secure', 'on_demand', '4.39'),
    a100('Secure', 'on_demand', '1.39'),
    a100('Secure', 'spot', '0.82'),
    a100('Community', 'on_demand', '1.19'),
    a100('Community', 'spot', '0.6'),
    // Half a dollar is a price where the other cloud asks a fifth of one.
    ada('Secure', 'on_demand', '0.5'),
    ada('Community', 'on_demand', '0.2'),
    row('Quantum Q1', [null, 512, null])('Secure', 'on_demand', '12.125'),
    v100('Community', 'on_demand', '0.19'),
    v100('Community', 'spot', '0.1')
  ])
  expect(skipped).toEqual([
    { reason: 'placeholder of 0.5 USD', count: 2, example: 'H100 NVL (Community Cloud), on_demand: 0.5' },
    // H200: both spots; RTX 4000 Ada: both; Quantum Q1: three; unknown: four.
    { reason: 'not offered', count: 11, example: 'H200 SXM (Secure Cloud), spot: null' },
    { reason: 'not in the community cloud', count: 1, example: 'H200 SXM (Community Cloud), on_demand: 3.59' },
    { reason: 'not in the secure cloud', count: 2, example: 'Tesla V100 (Secure Cloud), on_demand: 0' }
  ])
  expect(requests).toHaveLength(1)
  expect(requests[0]).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } })
  expect(JSON.parse(requests[0]!.body)).toEqual({ query: expect.stringContaining('gpuTypes { id displayName') as string })
  expect(requests[0]!.headers.authorization).toBeUndefined()
})

const LEFT_OUT = {
  'placeholder of 0.5 USD': 2,
  'not offered': 11,
  'not in the community cloud': 1,
  'not in the secure cloud': 2
}
const broken: readonly Broken[] = [
  ...brokenAnywhere('json'),
  ['an error of GraphQL', () => '{"errors":[{"message":"INTROSPECTION_DISABLED"}]}', /changed its shape: .*data/s],
  ['wrong currency', swap('2.99', '"€2.75"'), { rows: 15, skipped: { ...LEFT_OUT, 'no price': 1 } }],
  ['renamed field', swap('"securePrice"', '"securePriceUsd"'), /changed its shape: 8 of 8 entries.*securePrice/s],
  ['one entry without a field', swap('"displayName": "unknown",', ''), /changed its shape: 1 of 8 entries.*displayName/s],
  ['price 0', swap('2.99', '0'), { rows: 15, skipped: { ...LEFT_OUT, 'price 0': 1 } }],
  ['price below 0', swap('2.99', '-2.99'), { rows: 15, skipped: { ...LEFT_OUT, 'no price': 1 } }],
  ['price as "N/A"', swap('2.99', '"N/A"'), { rows: 15, skipped: { ...LEFT_OUT, 'no price': 1 } }],
  [
    'a GPU twice at one price',
    swap('"displayName": "A100 PCIe"', '"displayName": "H100 SXM"'),
    { rows: 8, skipped: { ...LEFT_OUT, 'listed more than once, at different prices': 8 } }
  ],
  ['no GPU at all', () => '{"data":{"gpuTypes":[]}}', /empty list/],
  [
    'prices of none',
    (text) => text.replace(/Price": [\d.]+/g, 'Price": null'),
    /has no price of a GPU that could be taken \(32: not offered/
  ]
]
test.each(broken)('broken: %s', async (...entry) => {
  await expectOutcome(runpod, PATH, good, entry)
})

test('among many, one entry that is not as known is left out and counted', async () => {
  const { data } = JSON.parse(good) as { data: { gpuTypes: object[] } }
  const many = [...data.gpuTypes, ...data.gpuTypes, { id: 'odd' }]
  const { prices, skipped } = await ask(runpod, { [PATH]: JSON.stringify({ data: { gpuTypes: many } }) })
  expect(prices).toHaveLength(16)
  expect(skipped).toContainEqual(expect.objectContaining({ reason: 'not of the known shape', count: 1 }))
  expect(skipped).toContainEqual(expect.objectContaining({ reason: 'listed again at the same price', count: 16 }))
})
