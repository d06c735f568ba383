/** The Console API: recorded answers to hand-checked figures; what is broken, new or absurd. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { consoleApi } from '../../../ingest/networks/akash/console.ts'
import type { ReportedAnswer } from '../../../ingest/networks/network.ts'

const fixture = (name: string): unknown => JSON.parse(readFileSync(join('tests/fixtures/mainnet', name), 'utf8'))
const samples = fixture('console-api-samples-2026-07-17.json') as { readonly [name: string]: object }
const TODAY = '2026-09-28'

/** Reads an answer to the first query whose path contains `path`. */
function read(path: string, answer: unknown, today = TODAY): ReportedAnswer {
  const query = consoleApi.queries(today).find((q) => q.path.includes(path))
  if (!query) throw new Error(`no query of ${path}`)
  return query.read(answer, today)
}
const values = ({ figures }: ReportedAnswer) =>
  Object.fromEntries(figures.map(({ metric, day, value, unit }) => [`${metric} ${day}`, `${value} ${unit}`]))
const graph = (...snapshots: readonly (readonly [string, unknown])[]) => ({
  currentValue: 1,
  compareValue: 2,
  snapshots: snapshots.map(([date, value]) => ({ date, value }))
})

describe('recorded answers', () => {
  test('gpu-prices of 2026-09-28: 25 models of 292 GPUs, one of them without a price', () => {
    const answer = read('gpu-prices', fixture('gpu-prices-2026-09-28.condensed.json'))
    expect(answer.figures).toHaveLength(2 + 25 * 4 + 24 * 5)
    expect(answer.skipped).toEqual([{ reason: 'no price', count: 1 }])
    const found = values(answer)
    expect(found).toMatchObject({
      'online_gpus 2026-09-28': '292 GPUs',
      'available_gpus 2026-09-28': '110 GPUs',
      'offered_gpus/nvidia/a100/80gi/sxm4 2026-09-28': '72 GPUs',
      'offered_gpus_available/nvidia/a100/80gi/sxm4 2026-09-28': '14 GPUs',
      'offered_providers/nvidia/a100/80gi/sxm4 2026-09-28': '4 providers',
      'offered_providers_available/nvidia/a100/80gi/sxm4 2026-09-28': '1 providers',
      'price_min/nvidia/h100/80gi/sxm5 2026-09-28': '2.04 USD / GPU-hour',
      'price_max/nvidia/h100/80gi/sxm5 2026-09-28': '3.16 USD / GPU-hour',
      'price_mean/nvidia/h100/80gi/sxm5 2026-09-28': '2.58 USD / GPU-hour',
      'price_weighted_mean/nvidia/h100/80gi/sxm5 2026-09-28': '2.72 USD / GPU-hour',
      'price_median/nvidia/h100/80gi/sxm5 2026-09-28': '2.56 USD / GPU-hour',
      'price_median/nvidia/v100/16gi/sxm2 2026-09-28': '0.2 USD / GPU-hour',
      'price_median/nvidia/v100/32gi/pcie 2026-09-28': '0.19 USD / GPU-hour',
      'offered_gpus/nvidia/b300/288gi/sxm6 2026-09-28': '16 GPUs'
    })
    expect(Object.keys(found).filter((key) => key.includes('b300') && key.startsWith('price'))).toEqual([])
    const sum = answer.figures.filter((f) => f.metric.startsWith('offered_gpus/')).reduce((n, f) => n + Number(f.value), 0)
    expect(sum).toBe(292)
  })

  test('network-capacity and market-data of 2026-07-17: what was cut off or is written as 0 is not taken', () => {
    const capacity = read('network-capacity', samples['network_capacity'], '2026-07-17')
    expect(values(capacity)).toEqual({
      'online_providers 2026-07-17': '60 providers',
      'capacity_cpu_active 2026-07-17': '2858030 millicores',
      'capacity_cpu_pending 2026-07-17': '263000 millicores',
      'capacity_cpu_available 2026-07-17': '6986195 millicores',
      'capacity_cpu_total 2026-07-17': '10107225 millicores',
      'capacity_gpus_active 2026-07-17': '120 GPUs',
      'capacity_gpus_pending 2026-07-17': '10 GPUs',
      'capacity_gpus_available 2026-07-17': '117 GPUs',
      'capacity_gpus_total 2026-07-17': '247 GPUs'
    })
    expect(capacity.skipped).toEqual([{ reason: 'not given', count: 8 }])
    const market = read('market-data', samples['market_data'], '2026-07-17')
    expect(values(market)).toEqual({ 'akt_price 2026-07-17': '0.5434716 USD' })
    expect(market.skipped).toEqual([{ reason: '0 where there must be more', count: 2 }])
    const head = read('gpu-prices', samples['gpu_prices_head'], '2026-07-17')
    expect(values(head)).toMatchObject({
      'online_gpus 2026-07-17': '248 GPUs',
      'price_weighted_mean/nvidia/a100/80gi/sxm4 2026-07-17': '1.36 USD / GPU-hour'
    })
  })
})

describe('daily figures', () => {
  test('a stock of each day, the running one included; amounts keep their digits', () => {
    const answer = read(
      'activeGPU',
      graph(['2026-09-26T00:00:00.000Z', 120], ['2026-09-27', 126], ['2026-09-28T16:18:42.828Z', 131])
    )
    expect(values(answer)).toEqual({
      'leased_gpus 2026-09-26': '120 GPUs',
      'leased_gpus 2026-09-27': '126 GPUs',
      'leased_gpus 2026-09-28': '131 GPUs'
    })
    const ever = graph(['2026-09-27', 7534761378.24], ['2026-09-28', 0.00000012])
    expect(values(read('totalUUsdSpent', ever))).toEqual({
      'spend_uusd_ever 2026-09-27': '7534761378.24 uusd',
      'spend_uusd_ever 2026-09-28': '0.000000120000000000 uusd'
    })
  })

  test('a difference that is not that of one day is not taken: after a missing total, and over several days', () => {
    const answer = read(
      'dailyUAktSpent',
      graph(
        ['2026-09-01', 50],
        ['2026-09-02', -5000],
        ['2026-09-03', 5100],
        ['2026-09-04', 60],
        ['2026-09-07', 180],
        ['2026-09-08', 0]
      )
    )
    expect(values(answer)).toEqual({
      'spend_uakt 2026-09-01': '50 uakt',
      'spend_uakt 2026-09-04': '60 uakt',
      'spend_uakt 2026-09-08': '0 uakt'
    })
    expect(answer.skipped).toEqual([
      { reason: 'negative', count: 1 },
      { reason: 'a difference to a total that was missing', count: 1 },
      { reason: 'a difference over several days', count: 1 }
    ])
  })

  test('net burn may be negative; nothing else may', () => {
    const burn = graph(['2026-09-01', -5], ['2026-09-02', 7])
    expect(values(read('dailyNetAktBurned', burn))).toEqual({
      'akt_net_burned 2026-09-01': '-5 uakt',
      'akt_net_burned 2026-09-02': '7 uakt'
    })
    expect(read('vaultAkt', burn).skipped).toEqual([{ reason: 'negative', count: 1 }])
  })

  test.each([
    ['activeLeaseCount', '2026-09-01', null, 'null'],
    ['activeLeaseCount', '2026-09-01', 703.5, 'part of a piece'],
    ['activeLeaseCount', '2026-09-29', 704, 'of a day to come'],
    ['activeLeaseCount', '2021-03-07', 704, 'of a day before the network began'],
    ['activeMemory', '2026-09-01', 1e20, 'too large to be true'],
    ['gpuUtilization', '2026-09-01', 100.01, 'over 100 %']
  ])('%s of %s is %s: not taken, counted as "%s"', (name, date, value, reason) => {
    const answer = read(name, graph([date, value], ['2026-09-10', 1]))
    expect(answer.skipped).toEqual([{ reason, count: 1 }])
    expect(answer.figures).toHaveLength(1)
  })

  test('gpu-breakdown: by model, utilization as the text that Postgres gives; names that would break a metric are left out', () => {
    const row = { providerCount: 4, nodeCount: 9, totalGpus: 72, leasedGpus: 58, gpuUtilization: '80.56' }
    const answer = read('gpu-breakdown', [
      { date: '2026-09-27T00:00:00.000Z', vendor: 'nvidia', model: 'A100', ...row },
      { date: '2026-09-27T00:00:00.000Z', vendor: 'nvidia', model: 'a/b', ...row }
    ])
    expect(values(answer)).toEqual({
      'model_providers/nvidia/a100 2026-09-27': '4 providers',
      'model_nodes/nvidia/a100 2026-09-27': '9 nodes',
      'model_gpus/nvidia/a100 2026-09-27': '72 GPUs',
      'model_leased_gpus/nvidia/a100 2026-09-27': '58 GPUs',
      'model_utilization/nvidia/a100 2026-09-27': '80.56 %'
    })
    expect(answer.skipped).toEqual([{ reason: 'a name that cannot be used', count: 5 }])
  })

  test('gpu-breakdown is asked for in spans of at most 366 days that leave no day out', () => {
    const spans = consoleApi
      .queries(TODAY)
      .flatMap(({ path }) =>
        [...path.matchAll(/startDate=(.*)&endDate=(.*)/g)].map(([, from = '', to = '']) => [from, to] as const)
      )
    expect(spans).toEqual([
      ['2023-08-31', '2024-08-30'],
      ['2024-08-31', '2025-08-31'],
      ['2025-09-01', '2026-09-01'],
      ['2026-09-02', '2026-09-28']
    ])
  })
})

describe('answers of another shape', () => {
  test('fields that are new are passed over', () => {
    const answer = { ...graph(['2026-09-01', 704]), unit: 'leases', snapshots: [{ date: '2026-09-01', value: 704, p: {} }] }
    expect(values(read('activeLeaseCount', answer))).toEqual({ 'active_leases 2026-09-01': '704 leases' })
  })

  test.each([
    ['a renamed list', 'activeLeaseCount', { points: [] }, /at snapshots: .*received undefined/],
    ['a renamed field', 'activeLeaseCount', { snapshots: [{ date: '2026-09-01', count: 704 }] }, /at snapshots\.0\.value: /],
    [
      'a text for a number',
      'activeLeaseCount',
      graph(['2026-08-31', 1], ['2026-09-01', '704']),
      /at snapshots\.1\.value: .*"704"/
    ],
    ['a day that is none', 'activeLeaseCount', graph(['2026-02-30', 1]), /at snapshots\.0\.date: a day of the calendar/],
    ['a day in words', 'activeLeaseCount', graph(['Sep 1, 2026', 1]), /at snapshots\.0\.date: a day, as ISO 8601 in UTC/],
    ['an error in JSON', 'gpu-prices', { error: 'no', message: 'later' }, /at availability: /],
    ['null', 'gpu-breakdown', null, /at the top: .*received null/],
    ['a renamed resource', 'network-capacity', { activeProviderCount: 1, resources: { cpu: {} } }, /at resources\.cpu\.active: /],
    ['another price', 'market-data', { usd: 1 }, /at price: /]
  ])('%s: says where, and what to do', (_, name, answer, message) => {
    expect(() => read(name, answer)).toThrow(message)
    expect(() => read(name, answer)).toThrow(/not the one that this Rackrate knows.*Update Rackrate/)
  })

  test('a text of a megabyte, with control characters, is not repeated', () => {
    const answer = graph(['2026-09-01', `\u001b[2J${'x'.repeat(1_000_000)}`])
    let message = ''
    try {
      read('activeLeaseCount', answer)
    } catch (error) {
      message = (error as Error).message
    }
    expect(message).toMatch(/at snapshots\.0\.value/)
    expect(message.length).toBeLessThan(400)
    expect(message).not.toMatch(/\p{Cc}/u)
  })
})
