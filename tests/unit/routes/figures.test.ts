/** The five figures and what stands beside them: against what, as of when, and what is not known. */
import { expect, test } from 'vitest'
import { DEFAULT_STATE } from '../../../src/lib/model/state.ts'
import type { MetricRows } from '../../../src/lib/sql/metric-rows.ts'
import { figuresOf } from '../../../src/routes/figures.ts'
import { marketView, spendOverTimeView, supplyView } from '../../../src/routes/over-time.ts'
import { DAY, defaultDenom, scopeOf, type Choices, type OverviewRows } from '../../../src/routes/overview.ts'
import { spendOverTimeTable, supplyTable } from '../../../src/routes/tables.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')
const denom = (name: string, first_at: string, last_at: string, open: number): MetricRows['denoms'] => ({
  ...{ denom: name, open_gpu_leases: open, gpu_leases: 9, leases: 9 },
  ...{ first_at, last_at }
})
const LAST = '2026-11-01T12:00:00.000000Z'
const choices: Choices = {
  models: [],
  denoms: [
    denom('uact', '2026-03-23T17:00:00Z', LAST, 5),
    denom('usdc', '2024-01-05T00:00:00Z', '2026-03-23T15:00:00Z', 0),
    denom('uakt', '2024-01-02T00:00:00Z', '2026-03-23T18:00:00Z', 0)
  ],
  firstAt: '2024-01-01T06:00:00.000000Z',
  lastAt: LAST
}
const scope = scopeOf(DEFAULT_STATE, choices)
const at = (i: number) => new Date(Date.parse('2026-11-01') + i * DAY).toISOString().slice(0, 10)
/** A day with 100 GPUs on offer. */
const day = (i: number, occupancy: number | null): MetricRows['supply_over_time'] => ({
  ...{ day: at(i), providers_registered: 12, providers_seen: 10 + (i > -10 ? 1 : 0), providers_online: 9 },
  ...{ gpus_registered: 120, gpus_seen: 110, gpus_online: 105, gpus_leasable: 30 },
  ...{ gpus_leased: 70 + i, gpus_allocatable: 100, occupancy, occupancy_told: occupancy, probed: occupancy === null ? 0 : 1 }
})
const days = Array.from({ length: 70 }, (_, k) => day(k - 69, k - 69 > -30 ? 0.6 : 0.55))
const perDay = (values: readonly (number | null)[]): MetricRows['spend_over_time'] => ({
  ...{ first_bucket: new Date(scope.to - values.length * DAY).toISOString(), leases: 3, spend: values },
  mean: values.map((_, i) => (i < 6 || i === values.length - 1 ? null : 100 + i))
})
const rows: OverviewRows = {
  ...{ gpus: [], prices: [], points: [], spend: [], spendOverTime: [] },
  spendBefore: [perDay([...Array(30).fill(100), ...Array(30).fill(103)] as number[])],
  trend: [{ model: 'nvidia/h100', leases: 4, providers: 2, median: [2, ...(Array(29).fill(2.1) as number[]), 1.9] }],
  days
}
const figures = (change: Partial<OverviewRows> = {}, in_ = scope) =>
  figuresOf({ ...rows, ...change }, in_).map(({ name, value, unit, note, asOf }) => [name, value, unit, note, asOf].map(plain))

test('each figure is against the 30 days before, and says as of when', () => {
  expect(figures()).toEqual([
    ['Tenant spend, 30 days', '3,090', 'ACT', '+3 % vs 30 days before', 'to 1 Nov 2026'],
    ['GPUs leased', '70', 'GPUs', '+30 vs 30 days before', '60 of 100 online, 1 Nov 2026'],
    ['Occupancy, 30 days', '60 %', 'leased', '+5 pts vs 30 days before', 'to 1 Nov 2026'],
    ['H100 median, 30 days', '1.90', 'ACT / GPU-h', '−5 % vs 30 days before', 'n = 4 leases, 2 providers'],
    ['Providers seen in 24 h', '11', 'of 12', '+1 vs 30 days before', 'at the end of 1 Nov 2026']
  ])
  expect(figuresOf(rows, scope).map(({ spark }) => spark.length)).toEqual([30, 30, 30, 31, 30])
})

test('no change is said, not a sum of nothing', () => {
  expect(figures({ spendBefore: [perDay(Array(60).fill(100) as number[])] })[0]?.[3]).toBe('no change vs 30 days before')
  const nothing = figures({ spendBefore: [perDay(Array(60).fill(0) as number[])] })[0]
  expect(nothing?.slice(1, 4)).toEqual(['0.00', 'ACT', 'no change vs 30 days before'])
  const begun = figures({ spendBefore: [perDay([...Array(30).fill(0), ...Array(30).fill(1)] as number[])] })[0]
  expect(begun?.slice(1, 4)).toEqual(['30.00', 'ACT', 'none in the 30 days before'])
})

test('a lake without probes tells what the chain tells, and why the rest is not known', () => {
  const found = figuresOf({ ...rows, days: [] }, scope)
  expect(found.map(({ name, value }) => [name, value]).slice(1, 3)).toEqual([
    ['GPUs leased', '0'],
    ['Occupancy, 30 days', '–']
  ])
  expect(found[2]).toMatchObject({ spark: [], reason: 'Not known: no provider was probed in these 30 days' })
  expect(found[4]?.name).toBe('Providers with leases')
})

test('nothing is compared with what is not whole: a short index, a gap, few probes', () => {
  const young = scopeOf(DEFAULT_STATE, { ...choices, firstAt: '2026-10-10T12:00:00.000000Z' })
  expect(figures({ spendBefore: [perDay(Array(22).fill(100) as number[])] }, young)[0]).toEqual([
    'Tenant spend, 22 days',
    '2,200',
    'ACT',
    'index of 22 days',
    'to 1 Nov 2026'
  ])
  const gap = [...(Array(58).fill(100) as number[]), null, 100]
  expect(figures({ spendBefore: [perDay(gap)] })[0]?.slice(1, 4)).toEqual(['2,900', 'ACT', 'without 1 day not indexed'])
  expect(figures({ days: days.slice(-40) })[2]?.slice(3)).toEqual(['too few days probed before', 'to 1 Nov 2026'])
  expect(figures({ days: days.slice(-12) })[2]?.slice(3)).toEqual(['too few days probed before', '12 of 30 days probed'])
  expect(figures({ days: days.slice(-12) })[1]?.[3]).toBe('not known 30 days before')
})

test('the market of the headline is that of the last 30 days, or of the 30 up to the end of the range', () => {
  expect(marketView(rows, scope)).toMatchObject({ model: 'nvidia/h100', median: 1.9, offered: 100, when: 'in the last 30 days' })
  expect(marketView(rows, scope)?.occupancy).toBeCloseTo(0.6, 12)
  const past = scopeOf({ ...DEFAULT_STATE, to: Date.parse('2026-10-03') }, choices)
  expect(plain(marketView(rows, past)?.when ?? '')).toBe('in the 30 days to 2 Oct 2026')
  expect(marketView(rows, past)?.occupancy).toBeCloseTo(0.55, 12)
  expect(marketView({ ...rows, days: [] }, scope)).toBeNull()
  expect(marketView({ ...rows, trend: [] }, scope)).toBeNull()
})

test('the denom of a view that names none is one that leases were priced in at the end of its range', () => {
  const on = (text: string | null) => defaultDenom(choices, text === null ? null : Date.parse(text))
  expect([on(null), on('2030-01-01'), on('2026-04-01')]).toEqual(['uact', 'uact', 'uact'])
  // AKT outlived USDC, and ACT began before AKT ended.
  const hours = ['15:00', '16:00', '17:00', '17:30'].map((hour) => on(`2026-03-23T${hour}Z`))
  expect(hours).toEqual(['usdc', 'uakt', 'uakt', 'uact'])
  expect([on('2025-01-01'), on('2024-01-03')]).toEqual(['usdc', 'uakt'])
  // Before any lease: whatever comes first.
  expect(on('2023-01-01')).toBe('uact')
  expect(scopeOf({ ...DEFAULT_STATE, denom: 'uakt' }, choices).denom.denom).toBe('uakt')
})

test('spend by day: whole UTC days of the range in which the denom was in use, six days more for the mean', () => {
  expect([scope.spendFrom, scope.spendBucket]).toEqual([Date.parse('2026-03-23'), DAY])
  // Nothing was priced in ACT before.
  expect(scope.spendParams).toMatchObject({ from: '2026-03-23T00:00:00.000Z', to: '2026-11-02T00:00:00.000Z' })
  const october = scopeOf(
    { ...DEFAULT_STATE, from: Date.parse('2026-10-10T09:00Z'), to: Date.parse('2026-10-20T09:00Z') },
    choices
  )
  expect(october.spendParams).toMatchObject({ from: '2026-10-04T00:00:00.000Z', to: '2026-10-21T00:00:00.000Z' })
  const row = { first_bucket: '2026-10-04T00:00:00.000000Z', leases: 2, spend: [1, 1, 1, 1, 1, 1, 7, null, 9], mean: [] }
  const means = { ...row, mean: [null, null, null, null, null, null, 13 / 7, null, null] }
  const view = spendOverTimeView(means, october)
  expect(view.data.lines.map(({ values }) => values)).toEqual([
    [7, null, 9],
    [13 / 7, null, null]
  ])
  expect(view.data.unknown).toEqual([false, true, false])
  expect(view.data.open).toBeNull()
  expect(spendOverTimeTable(means, october).rows).toEqual([
    ['2026-10-10', 7, 13 / 7],
    ['2026-10-11', null, null],
    ['2026-10-12', 9, null]
  ])
  const today = { ...row, first_bucket: '2026-10-26T00:00:00.000000Z', spend: Array(7).fill(1) as number[] }
  expect(spendOverTimeView(today, scope).data.open).toBe(Date.parse('2026-11-01'))
})

test('a range of hours has bars of hours, and no mean of days', () => {
  const hours = scopeOf({ ...DEFAULT_STATE, from: Date.parse('2026-10-31T12:00Z') }, choices)
  expect(hours.spendBucket).toBe(DAY / 48)
  const row = { first_bucket: '2026-10-31T12:00:00.000000Z', leases: 2, spend: [1, 2], mean: [null, null] }
  const view = spendOverTimeView(row, hours)
  expect(view.data.lines.map(({ name, style }) => [name, style])).toEqual([['each 30 minutes', 'bars']])
  expect(plain(view.title)).toBe('Tenants ran up 3.00 ACT')
})

test('the sentence over spend by day compares means of seven days', () => {
  const title = (first: number, last: number) => {
    const row = { first_bucket: '2026-03-23T00:00:00.000000Z', leases: 2, spend: [1, 1, 1], mean: [first, null, last] }
    return plain(spendOverTimeView(row, scope).title)
  }
  expect(title(100, 112)).toBe('Tenants spent 112 ACT a day at the end, 12 % more than on 23 Mar 2026')
  expect(title(100, 80)).toBe('Tenants spent 80.00 ACT a day at the end, 20 % less than on 23 Mar 2026')
  expect(title(100, 101)).toBe('Tenants spent 101 ACT a day at the end, as on 23 Mar 2026')
  expect(title(100, 350)).toBe('Tenants spent 350 ACT a day at the end, 3.5 times as much as on 23 Mar 2026')
  expect(plain(spendOverTimeView(undefined, scope).title)).toBe('No spend in ACT in this range')
})

test('supply of the range: its days only, what is not known as a gap', () => {
  const late = scopeOf({ ...DEFAULT_STATE, from: Date.parse('2026-10-30T10:00Z') }, choices)
  const gap = days.map((one) => (one.day === '2026-10-31' ? { ...day(-1, null), gpus_online: null } : one))
  const view = supplyView(gap, late)
  expect(view.days.map((one) => one.day)).toEqual(['2026-10-30', '2026-10-31', '2026-11-01'])
  expect(view.data.lines.map(({ values }) => values)).toEqual([
    [120, 120, 120],
    [105, null, 105],
    [68, 69, 70]
  ])
  expect([view.data.unknown, view.data.open]).toEqual([[false, true, false], Date.parse('2026-11-01')])
  expect(plain(view.title)).toBe('60 % of GPUs online were leased at the end')
  expect(plain(view.n)).toBe('n = 12 providers, 2 of 3 days probed')
  expect(supplyTable(view.days).rows[1]).toEqual(['2026-10-31', 120, null, 69, null])
  expect(supplyView([], late)).toMatchObject({ known: false, title: 'How many GPUs were online is not known for this range' })
})
