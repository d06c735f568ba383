/** The reference history. Expected numbers were counted in the CSV files with another program (Python's csv). */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { referencePrices, type ReferenceTexts } from '../../../ingest/prices/reference.ts'
import { PriceError } from '../../../ingest/prices/source.ts'
import { GPUS } from '../../../src/lib/model/gpu-models.ts'
import { PRICES, type ListPriceRow } from '../../../src/lib/model/prices.ts'

const { prices, tokens, events } = referencePrices()

const file = (name: string): string => readFileSync(`ingest/prices/reference/${name}.csv`, 'utf8')
const TEXTS: ReferenceTexts = { listPrices: file('list-prices'), tokenPrices: file('token-prices'), events: file('events') }

const counted = <Row>(rows: readonly Row[], of: (row: Row) => string): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(rows, of)].map(([key, group]) => [key, group.length]))

describe('list prices', () => {
  test('every row, by provider and purchase option', () => {
    expect(prices.length).toBe(6665)
    expect(counted(prices, (row) => `${row.provider} ${row.purchase_option}`)).toEqual({
      'aws on_demand': 2024,
      'gcp spot': 1041,
      'gcp on_demand': 848,
      'gcp reserved_1y': 746,
      'azure on_demand': 463,
      'runpod on_demand': 459,
      'runpod spot': 193,
      'lambda on_demand': 414,
      'coreweave on_demand': 185,
      'vast on_demand': 162,
      'vast spot': 130
    })
  })

  test('by statistic, region and what the price covers', () => {
    expect(counted(prices, (row) => row.statistic)).toEqual({ list: 6201, quoted: 85, median: 318, cheapest: 61 })
    expect(counted(prices, (row) => row.covers)).toEqual({ instance: 6625, gpu: 40 })
    expect(new Set(prices.filter((row) => row.covers === 'gpu').map((row) => row.provider))).toEqual(new Set(['coreweave']))
    expect(counted(prices, (row) => row.region)).toEqual({
      'us-central1': 2615,
      'us-east-1': 2024,
      global: 923,
      secure: 341,
      community: 279,
      eastus: 157,
      southcentralus: 153,
      westeurope: 153,
      'us-central1 (assumed; source does not state region)': 20
    })
    expect(prices.filter((row) => row.vcpus === null).length).toBe(1533)
    expect(prices.filter((row) => row.memory_gib === null).length).toBe(1533)
  })

  test('by GPU', () => {
    expect(counted(prices, (row) => `${row.gpu_model} ${row.gpu_memory_gib}`)).toEqual({
      'nvidia/a10 24': 75,
      'nvidia/a100 40': 959,
      'nvidia/a100 80': 958,
      'nvidia/a10g 24': 392,
      'nvidia/a40 48': 3,
      'nvidia/a5000 24': 3,
      'nvidia/b200 180': 142,
      // 28 of 288 GB, and 4 of AWS that measure 269 GiB.
      'nvidia/b300 288': 32,
      // Azure writes 192 GB.
      'nvidia/gb200 186': 4,
      'nvidia/gh200 96': 14,
      'nvidia/h100 80': 850,
      'nvidia/h100nvl 94': 143,
      'nvidia/h200 141': 130,
      'nvidia/l4 24': 1380,
      'nvidia/l40 48': 42,
      'nvidia/l40s 48': 305,
      'nvidia/p100 16': 7,
      'nvidia/pro6000se 96': 52,
      'nvidia/rtx3060 12': 1,
      'nvidia/rtx3090 24': 2,
      'nvidia/rtx4000ada 20': 1,
      'nvidia/rtx4090 24': 56,
      'nvidia/rtx5000ada 32': 2,
      'nvidia/rtx5090 32': 41,
      'nvidia/rtx6000 24': 1,
      'nvidia/rtx6000ada 48': 3,
      'nvidia/rtxa4000 16': 3,
      'nvidia/rtxa6000 48': 4,
      'nvidia/rtxpro4500 32': 6,
      'nvidia/rtxpro6000 96': 15,
      'nvidia/t4 16': 446,
      'nvidia/t4g 16': 294,
      'nvidia/v100 16': 231,
      'nvidia/v100 32': 68
    })
  })

  test('every model, memory and form factor is one of the table', () => {
    const known = new Set(
      GPUS.flatMap((gpu) => [`${gpu.model} ${gpu.memoryGib} ${gpu.form}`, `${gpu.model} ${gpu.memoryGib} null`])
    )
    for (const row of prices) expect(known).toContain(`${row.gpu_model} ${row.gpu_memory_gib} ${row.gpu_interface}`)
  })

  test('the form factor is known for all but some names that do not tell it', () => {
    const unknown = prices.filter((row) => row.gpu_interface === null)
    expect(counted(unknown, (row) => `${row.provider} ${row.gpu_name}`)).toEqual({
      'azure gb200': 4,
      'coreweave A100 40GB NVLINK': 7,
      'coreweave A100 80GB NVLINK': 7,
      'coreweave NVIDIA A100': 15,
      'lambda A100 40GB': 21,
      'lambda A100 80GB': 6,
      'lambda GH200': 13,
      'lambda GH200 96GB': 1,
      'lambda H100 80GB': 2,
      'lambda V100 16GB': 1,
      'runpod A100 80GB': 1,
      'vast P100 16GB': 1,
      'vast V100 16GB': 1,
      'vast V100 32GB': 1
    })
  })

  test('no two rows have one key', () => {
    const key = (row: ListPriceRow): string => PRICES.list_prices.key.map((column) => row[column]).join('\n')
    expect(new Set(prices.map(key)).size).toBe(prices.length)
  })

  test('no row was fetched, and all have a source', () => {
    expect(prices.every((row) => row.fetched_at === null && row.offers === null && row.source.startsWith('github:'))).toBe(true)
    expect(new Set(prices.map((row) => row.source)).size).toBe(224)
    expect(prices.map((row) => row.observed_on).sort()[0]).toBe('2023-01-05')
    expect(
      prices
        .map((row) => row.observed_on)
        .sort()
        .at(-1)
    ).toBe('2026-10-01')
  })

  const find = (provider: string, type: string, on: string, option = 'on_demand', region?: string): unknown =>
    prices
      .filter(
        (row) =>
          row.provider === provider &&
          row.instance_type === type &&
          row.observed_on === on &&
          row.purchase_option === option &&
          (region === undefined || row.region === region)
      )
      .map((row) => [
        row.gpu_name,
        row.gpu_model,
        row.gpus,
        row.gpu_memory_gib,
        row.gpu_interface,
        row.vcpus,
        row.memory_gib,
        row.usd_per_hour,
        row.usd_per_gpu_hour,
        row.statistic,
        row.covers
      ])

  test('a dozen rows by hand', () => {
    expect(find('aws', 'p5.48xlarge', '2023-08-08')).toEqual([
      ['h100', 'nvidia/h100', 8, 80, 'sxm', 192, 2048, '98.32', '12.29', 'list', 'instance']
    ])
    expect(find('aws', 'p5.48xlarge', '2026-07-20')).toEqual([
      ['h100', 'nvidia/h100', 8, 80, 'sxm', 192, 2048, '55.04', '6.88', 'list', 'instance']
    ])
    expect(find('aws', 'p4d.24xlarge', '2023-02-20')).toEqual([
      ['a100', 'nvidia/a100', 8, 40, 'sxm', 96, 1152, '32.7726', '4.096575', 'list', 'instance']
    ])
    expect(find('aws', 'p6-b300.48xlarge', '2026-05-18')).toEqual([
      ['b300', 'nvidia/b300', 8, 288, 'sxm', 192, 4096, '142.416', '17.802', 'list', 'instance']
    ])
    expect(find('aws', 'g5.xlarge', '2023-02-20')).toEqual([
      ['a10g', 'nvidia/a10g', 1, 24, 'pcie', 4, 16, '1.006', '1.006', 'list', 'instance']
    ])
    expect(find('azure', 'Standard_NC40ads_H100_v5', '2024-04-23', 'on_demand', 'eastus')).toEqual([
      ['h100nvl', 'nvidia/h100nvl', 1, 94, 'pcie', 40, 320, '6.98', '6.98', 'list', 'instance']
    ])
    expect(find('azure', 'Standard_ND128isr_NDR_GB200_v6', '2025-05-16')).toEqual([
      ['gb200', 'nvidia/gb200', 4, 186, null, 128, 900, '108.16', '27.04', 'list', 'instance']
    ])
    expect(find('gcp', 'a3-highgpu-1g', '2024-09-19', 'spot')).toEqual([
      ['h100', 'nvidia/h100', 1, 80, 'sxm', 26, 234, '6.498608', '6.498608', 'list', 'instance']
    ])
    expect(find('gcp', 'a3-highgpu-8g', '2026-07-30', 'reserved_1y')).toEqual([
      ['h100', 'nvidia/h100', 8, 80, 'sxm', 208, 1872, '61.383672', '7.672959', 'list', 'instance']
    ])
    expect(find('gcp', 'n1-highmem-64 + 8x V100', '2023-10-30')).toEqual([
      ['v100', 'nvidia/v100', 8, 16, 'sxm', 64, 416, '23.63', '2.9537', 'list', 'instance']
    ])
    expect(find('coreweave', 'HGX H100 - GPU component only (vCPU/RAM extra)', '2023-04-01')).toEqual([
      ['HGX H100', 'nvidia/h100', 1, 80, 'sxm', null, null, '4.76', '4.76', 'list', 'gpu']
    ])
    expect(find('lambda', '8x H100 SXM 80GB', '2023-10-02')).toEqual([
      ['H100 SXM 80GB', 'nvidia/h100', 8, 80, 'sxm', null, null, '20.72', '2.59', 'list', 'instance']
    ])
    expect(find('lambda', 'B200 (median over 1x/2x/4x/8x)', '2026-05-08')).toEqual([
      ['B200', 'nvidia/b200', 1, 180, 'sxm', null, null, '6.89', '6.89', 'median', 'instance']
    ])
    expect(find('runpod', '8x RTX A5000', '2023-05-22')).toEqual([
      ['RTX A5000', 'nvidia/a5000', 8, 24, 'pcie', 64, 313, '3.52', '0.44', 'list', 'instance']
    ])
    expect(find('runpod', 'RTX PRO 6000 (Secure Cloud)', '2026-05-08')).toEqual([
      ['RTX PRO 6000', 'nvidia/rtxpro6000', 1, 96, 'pcie', null, null, '1.89', '1.89', 'list', 'instance']
    ])
    expect(find('runpod', 'RTX A5000 24GB (cheapest)', '2026-10-01')).toEqual([
      ['RTX A5000 24GB', 'nvidia/a5000', 1, 24, 'pcie', null, null, '0.16', '0.16', 'cheapest', 'instance']
    ])
    expect(find('vast', 'RTX 5090 (median offer)', '2026-07-20', 'spot')).toEqual([
      ['RTX 5090', 'nvidia/rtx5090', 1, 32, 'pcie', null, null, '0.2667', '0.2667', 'median', 'instance']
    ])
  })
})

describe('token prices', () => {
  test('every day with its basis', () => {
    expect(tokens.length).toBe(1351)
    expect(counted(tokens, (row) => row.basis)).toEqual({ daily_close: 709 + 506, daily_open: 136 })
    expect(new Set(tokens.map((row) => row.day)).size).toBe(1351)
    expect(tokens.every((row) => row.asset === 'akt' && row.fetched_at === null)).toBe(true)
  })

  test('digits are those of the file', () => {
    const of = (day: string): unknown => tokens.filter((row) => row.day === day).map((row) => [row.usd, row.basis])
    expect(of('2020-10-20')).toEqual([['0.4201740026473999', 'daily_close']])
    expect(of('2023-08-02')).toEqual([['0.580433100885816', 'daily_open']])
    expect(of('2025-11-13')).toEqual([['0.6147', 'daily_close']])
    expect(of('2026-01-01')).toEqual([])
  })
})

test('events, with commas and semicolons in their titles', () => {
  expect(events.length).toBe(23)
  expect(events[5]).toEqual({
    date: '2023-11-19',
    title: 'Mainnet 8 executed (v0.28; GPU visibility, resource offer in bids; height 13759618)',
    source: 'https://github.com/akash-network/website-5-archive/commit/17f5e24dfde8c9b95f0cfbef658b0add5320e61e'
  })
  expect(events.map((event) => event.date)).toEqual(events.map((event) => event.date).sort())
})

describe('a damaged file is refused, with the line and the fault', () => {
  const [header = '', first = ''] = TEXTS.listPrices.split(/\r?\n/)
  const lists = (line: string) => () => referencePrices({ ...TEXTS, listPrices: `${header}\n${first}\n${line}\n` })
  const other = (from: string, to: string) => {
    expect(first).toContain(from)
    return lists(first.replace(from, to))
  }
  test.each([
    ['a price of 0', other('32.7726,4.096575', '0,0'), /line 3: "0" is no price/],
    ['a price as N/A', other('32.7726', 'N/A'), /line 3: "N\/A" is no price/],
    [
      'a price that is not that of its GPUs',
      other('4.096575', '4.0967'),
      /line 3: 4\.0967 USD for each of 8 GPUs is not 32\.7726 USD/
    ],
    ['no GPUs', other(',8,40,', ',0,40,'), /line 3: "0" is no whole number above 0/],
    ['half a GPU', other(',8,40,', ',0.5,40,'), /line 3: "0\.5" is no whole number/],
    ['an unknown GPU', other(',a100,', ',a1000,'), /line 3: "a1000" with 40 GiB is not known as nvidia\/a1000/],
    ['a memory that the GPU is not made with', other(',8,40,', ',8,48,'), /line 3: "a100" with 48 GiB is not known/],
    ['another vendor', other('nvidia', 'amd'), /line 3: "a100" with 40 GiB is not known as amd\/a100/],
    ['a purchase option', other('on_demand', 'on-demand'), /line 3: "on-demand" is none of on_demand, spot/],
    ['a day that is none', other('2023-02-20', '2023-02-30'), /line 3: "2023-02-30" is no day/],
    ['a time', other('2023-02-20', '2023-02-20T01:00'), /line 3: "2023-02-20T01:00" is no day/],
    ['no region', other('us-east-1', ''), /line 3: Region or source is empty/],
    ['a field too many', other('aws,', 'aws,x,'), /line 3 has a line of 15 fields where the header has 14/],
    ['a cut line', lists(first.slice(0, 40)), /line 3 has a line of/],
    ['a quote that stays open', other('aws,', '"aws,'), /line 3 has a line of broken fields/]
  ])('%s', (_, run, message) => {
    expect(run).toThrow(PriceError)
    expect(run).toThrow(message)
  })

  test('a column that is gone', () => {
    expect(() => referencePrices({ ...TEXTS, listPrices: TEXTS.listPrices.replace('gpu_count', 'gpus') })).toThrow(/"gpu_count"/)
    expect(() => referencePrices({ ...TEXTS, events: '' })).toThrow(PriceError)
  })

  test('a basis that is not known', () => {
    const tokenPrices = 'date,akt_usd,basis,source\n2026-01-01,0.5,noon,somewhere\n'
    expect(() => referencePrices({ ...TEXTS, tokenPrices })).toThrow(/token-prices\.csv, line 2: The basis "noon" is not known/)
  })
})
