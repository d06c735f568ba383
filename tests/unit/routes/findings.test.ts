/** The sentences over the charts are true for what is shown. */
import { expect, test } from 'vitest'
import { denomOf } from '../../../src/lib/model/money.ts'
import type { MetricRows } from '../../../src/lib/sql/metric-rows.ts'
import { article, gpusFinding, gpuTotals, pricesFinding, spendFinding } from '../../../src/routes/findings.ts'
import type { Scope } from '../../../src/routes/overview.ts'
import { spendItems } from '../../../src/routes/rows.ts'
import { leaseCounts } from '../../../src/routes/view.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')
const scope = (change: Partial<Scope> = {}): Scope => ({
  model: null,
  denom: denomOf('uact'),
  from: Date.parse('2026-11-21T07:00Z'),
  to: Date.parse('2026-11-21T07:04Z'),
  bucket: 60_000,
  firstAt: Date.parse('2026-11-21T07:00Z'),
  lastAt: Date.parse('2026-11-21T07:04Z') - 1,
  params: {},
  spendFrom: Date.parse('2026-11-21T07:00Z'),
  spendBucket: 60_000,
  spendParams: {},
  figureParams: {},
  supplyParams: {},
  ...change
})
const gpus = (model: string, values: readonly (number | null)[]): MetricRows['gpus_leased'] => ({
  model,
  leases: 1,
  all_leases: 2,
  doubtful_leases: 0,
  gpu_hours: 1,
  first_bucket: '2026-11-21T07:00:00.000000Z',
  gpus: values
})
const price = (model: string, median: number, leases = 9): MetricRows['prices_by_model'] => ({
  model,
  leases,
  median,
  providers: 1,
  gpus: 1,
  gpu_hours: 1,
  lowest: median / 2,
  p10: median,
  p25: median * 0.8,
  p75: median * 1.2,
  p90: median,
  highest: median * 2
})
const spend = (provider: string, amount: number, organization: string | null = null) => ({
  provider,
  organization,
  leases: 1,
  gpu_hours: 1,
  spend: amount
})

test('GPUs leased', () => {
  const say = (rows: MetricRows['gpus_leased'][], change?: Partial<Scope>) => plain(gpusFinding(rows, scope(change)))
  expect(say([gpus('a', [1, 9, 4]), gpus('b', [0, 1, 1])])).toBe('5 GPUs leased at the end, after a peak of 10 at 07:01')
  expect(say([gpus('a', [1, 9, 9])])).toBe('GPUs leased stood at their highest, 9, at the end')
  expect(say([gpus('a', [1, 9, 0])], { model: 'nvidia/h100' })).toBe(
    'H100s leased peaked at 9 at 07:01; none was left at the end'
  )
  expect(say([gpus('a', [0, 1, 1, 0.4])])).toBe('0 GPUs leased at the end, after a peak of 1 at 07:01')
  expect(say([])).toBe('No GPU was leased in this range')
  expect(say([gpus('a', [null, null])], { model: 'nvidia/t4' })).toBe('No T4 was leased in this range')
})

test('a bucket without data counts for nothing', () => {
  expect(gpuTotals([gpus('a', [5, null, 3, null]), gpus('b', [1, 1, 1, 1])], 60_000)).toMatchObject({ end: 4, peak: 6 })
})

test('prices', () => {
  const say = (rows: MetricRows['prices_by_model'][], change?: Partial<Scope>) => plain(pricesFinding(rows, scope(change)))
  expect(say([price('nvidia/h100', 2), price('nvidia/t4', 0.5)])).toBe(
    'An H100 rented for 2.00 ACT an hour, 4 times the price of a T4'
  )
  expect(say([price('nvidia/h100', 2), price('nvidia/a100', 1.5)])).toBe('An H100 rented for 2.00 ACT an hour, an A100 for 1.50')
  expect(say([price('nvidia/h100', 2)])).toBe('An H100 rented for 2.00 ACT an hour')
  expect(say([price('nvidia/h100', 2)], { model: 'nvidia/h100' })).toBe(
    'An H100 rented for 2.00 ACT an hour, the middle half from 1.60 to 2.40'
  )
  expect(say([price('nvidia/h100', 2, 3)], { model: 'nvidia/h100' })).toBe(
    'An H100 rented for 2.00 ACT an hour, 3 leases from 1.00 to 4.00'
  )
  expect(say([price('nvidia/h100', 2, 1)], { model: 'nvidia/h100' })).toBe('The one H100 lease cost 2.00 ACT per GPU-hour')
  expect(say([price('nvidia/h100', 2)], { model: 'nvidia/t4' })).toBe('No T4 was leased for ACT in this range')
  expect(say([])).toBe('No GPU was leased for ACT in this range')
  expect(['H100', 'A100', 'T4', 'RTX 4090', 'L40S', 'B200', 'V100', 'AMD MI300X', 'Quadro'].map(article)).toEqual([
    'An H100',
    'An A100',
    'A T4',
    'An RTX 4090',
    'An L40S',
    'A B200',
    'A V100',
    'An AMD MI300X',
    'A Quadro'
  ])
})

test('spend', () => {
  const say = (rows: ReturnType<typeof spend>[], change?: Partial<Scope>) => plain(spendFinding(rows, scope(change)))
  expect(say([spend('a', 4), spend('b', 3), spend('c', 2), spend('d', 1)])).toBe(
    'One of 4 providers took 40 % of spend, three took 90 %'
  )
  expect(say([spend('a', 3), spend('b', 1)], { model: 'nvidia/t4' })).toBe('One of 2 providers took 75 % of spend on T4 leases')
  expect(say([spend('a', 3)])).toBe('All spend went to one provider')
  expect(say([])).toBe('No spend in ACT in this range')
})

test('providers beyond the tenth row are summed in one', () => {
  const items = spendItems(
    Array.from({ length: 14 }, (_, i) => spend(`akash1provider${i}`, 14 - i, i === 0 ? '\u200b' : `name ${i}`))
  )
  expect(items).toHaveLength(10)
  expect(items[0]).toMatchObject({ name: 'akash1provider0', rest: false })
  expect(plain(items[9]?.name ?? '')).toBe('5 more providers')
  expect(items.reduce((sum, { value }) => sum + value, 0)).toBe(105)
})

test('leases whose times are not known to the hour are counted beside n', () => {
  expect(leaseCounts(1200, 0)).toEqual(['n = 1,200\u00A0leases'])
  expect(leaseCounts(1200, 31)).toEqual(['n = 1,200\u00A0leases', 'times of 31 of them may be off by more than an hour'])
})
