import { expect, test } from 'vitest'
import { DEFAULT_STATE } from '../../../src/lib/model/state.ts'
import type { MetricRows } from '../../../src/lib/sql/metric-rows.ts'
import type { Choices } from '../../../src/routes/overview.ts'
import { worldOutline } from '../../../src/routes/supply/land.server.ts'
import { DEFAULT_ORDER, clicked, orderOf, sorted, sortOf } from '../../../src/routes/supply/sort.ts'
import { loadSupply, supplyScopeOf, type SupplyRows } from '../../../src/routes/supply/supply.ts'
import { countsTable, modelsTable, occupancyTable, regionsTable } from '../../../src/routes/supply/tables.ts'
import { supplyViewOf } from '../../../src/routes/supply/view.ts'

const choices: Choices = {
  models: [],
  denoms: [
    {
      denom: 'uact',
      open_gpu_leases: 2,
      gpu_leases: 3,
      leases: 4,
      first_at: '2026-11-01T10:00:00.000000Z',
      last_at: '2026-11-04T09:00:00.000000Z'
    }
  ],
  firstAt: '2026-11-01T10:00:00.000000Z',
  lastAt: '2026-11-04T09:00:00.000000Z'
}
const day = (text: string, online: number | null, occupancy: number | null): MetricRows['supply_over_time'] => ({
  day: text,
  providers_registered: 3,
  providers_seen: 2,
  providers_online: 2,
  gpus_registered: (online ?? 6) + 4,
  gpus_seen: online === null ? null : online + 2,
  gpus_online: online,
  gpus_leasable: online === null ? null : online - 6,
  gpus_leased: 5.25,
  gpus_allocatable: online,
  occupancy,
  occupancy_told: occupancy,
  probed: online === null ? 0 : 0.5
})
const model = (name: string, online: number, allocated: number, price: number | null): MetricRows['supply_models'] => ({
  model: name,
  providers: 2,
  providers_online: 1,
  registered: online + 1,
  online,
  leasable: online - allocated,
  allocated,
  leased: allocated,
  occupancy: null,
  median_price: price,
  price_leases: price === null ? 0 : 3,
  last_lease_at: price === null ? null : '2026-11-03T10:00:00.000000Z'
})
const region = (stated: string | null, online: number): MetricRows['supply_regions'] => ({
  region: stated,
  providers: 1,
  providers_online: 1,
  gpus_registered: online,
  gpus_online: online,
  gpus_leased: 0
})
const orders = (name: string, all: number, unfilled: number): MetricRows['demand_funnel'] => ({
  model: name,
  orders: all,
  with_bids: all - unfilled,
  leased: all - unfilled,
  ran_hour: 1,
  unfilled
})
const rows: SupplyRows = {
  days: [day('2026-11-01', 10, 0.5), day('2026-11-02', null, null), day('2026-11-04', 14, 0.75)],
  models: [model('nvidia/h100', 8, 8, 2.5), model('nvidia/a100', 5, 1, null), model('amd/mi300x', 1, 0, 9)],
  regions: [region('us-west', 8), region('NA-us-west', 3), region('<b>moon</b>', 2), region(null, 1)],
  orders: [orders('nvidia/h100', 6, 1), orders('any', 4, 3)]
}
const world = worldOutline()
const scope = supplyScopeOf(DEFAULT_STATE, choices)
const view = supplyViewOf(rows, scope, world.spots)
const nothing: SupplyRows = { days: [], models: [], regions: [], orders: [] }
const plain = (text: string) => text.replaceAll('\u00a0', ' ')

test('findings are sentences that are true for the rows', () => {
  expect(plain(view.counts.title)).toBe('14 of 18 registered GPUs were online at the end, 4 more than on 1 Nov 2026')
  expect(plain(view.occupancy.title)).toBe('Occupancy stood at 75 % at the end, above its mean of 63 %')
  expect(plain(view.models.title)).toBe('1 model of 3 is sold out; most free: 4 A100s')
  expect(plain(view.regions.title)).toBe('79 % of the GPUs online are in US west, as their providers state')
  expect(plain(view.demand.title)).toBe('60 % of orders for GPUs became a lease; 33 % of these ran an hour or more')
  expect(plain(view.unfilled.title)).toBe('4 of 10 orders went unfilled, 3 of them for any model')
})

test('what is not known is not called none', () => {
  const empty = supplyViewOf(nothing, scope, world.spots)
  expect(empty.last).toBeUndefined()
  for (const { title } of [empty.counts, empty.occupancy, empty.models, empty.regions]) expect(title).toContain('not known')
  expect(empty.figures.map(({ value }) => value)).toEqual(['–', '–', '–', '–', '–'])
  const unprobed = supplyViewOf({ ...rows, days: [day('2026-11-01', null, null)] }, scope, world.spots)
  expect(unprobed.models.title).toContain('not known')
  expect(modelsTable(rows.models, scope, false).rows[0]?.slice(0, 8)).toEqual([
    'nvidia/h100',
    null,
    null,
    null,
    null,
    null,
    8,
    null
  ])
})

test('the check of the two counts of leases says how far they are apart', () => {
  const note = (told: number) =>
    plain(
      supplyViewOf({ ...rows, days: [{ ...day('2026-11-01', 10, 0.5), occupancy_told: told }] }, scope, world.spots).occupancy
        .note
    )
  expect(note(0.38)).toMatch(/and should agree; at the end they are 12 points apart\.$/)
  expect(note(0.501)).toMatch(/and should agree\.$/)
})

test('lines keep gaps as gaps; the day of the last block is not over', () => {
  const { data } = view.counts
  expect(data.lines.find(({ id }) => id === 'online')?.values).toEqual([10, null, 14])
  expect(data.lines.find(({ id }) => id === 'leased')?.values).toEqual([5.3, 5.3, 5.3])
  expect(data.unknown).toEqual([false, true, false])
  expect([data.from, data.to, data.open]).toEqual(['2026-11-01', '2026-11-05', '2026-11-04'].map((text) => Date.parse(text)))
  const past = supplyViewOf({ ...rows, days: rows.days.slice(0, 2) }, scope, world.spots)
  expect(past.counts.data.open).toBeNull()
})

test('regions of one place are one circle; those that the table does not know are listed, not placed', () => {
  expect(view.regions.points.map(({ name, value }) => [name, value])).toEqual([['US west', 11]])
  expect(view.regions.listed.map(({ name, placed }) => [name, placed])).toEqual([
    ['us-west', true],
    ['NA-us-west', true],
    ['<b>moon</b>', false],
    ['none stated', false]
  ])
  expect(regionsTable(rows.regions).rows.map((row) => row[1])).toEqual(['US west', 'US west', null, null])
})

test('the funnel sums the models, unfilled orders are ranked', () => {
  expect(view.demand.steps.map(({ value }) => value)).toEqual([10, 6, 6, 2])
  expect(view.unfilled.items.map(({ name, valueText, shareText }) => [name, valueText, plain(shareText)])).toEqual([
    ['any model', '3', '75 %'],
    ['H100', '1', '17 %']
  ])
})

test('table twins hold every value, unknown as null', () => {
  expect(countsTable(rows.days, scope).rows[1]).toEqual(['2026-11-02', 10, 3, null, 2, null, 2, null, 5.25])
  expect(occupancyTable(rows.days).rows).toEqual([
    ['2026-11-01', 50, 50, 0, 50],
    ['2026-11-02', null, null, null, 0],
    ['2026-11-04', 75, 75, 0, 50]
  ])
})

test('a range that ends at midnight does not ask for the day that begins there; all models are listed whatever is chosen', async () => {
  const asked: { metric: string; model: unknown; to: unknown }[] = []
  const chosen = supplyScopeOf({ ...DEFAULT_STATE, model: 'nvidia/h100', to: Date.parse('2026-11-03') }, choices)
  await loadSupply((metric, params) => {
    asked.push({ metric, model: params['model'], to: params['to'] })
    return Promise.resolve([])
  }, chosen)
  expect(asked.map(({ metric, model }) => [metric, model])).toEqual([
    ['supply_over_time', 'nvidia/h100'],
    ['supply_models', null],
    ['supply_regions', 'nvidia/h100'],
    ['demand_funnel', 'nvidia/h100']
  ])
  expect(new Set(asked.map(({ to }) => to))).toEqual(new Set(['2026-11-02T23:59:59.999Z']))
})

test('the order of the models: unknown last either way, the address holds all but the default', () => {
  const names = (sort: string) => sorted(rows.models, orderOf(sort)).map((row) => row.model)
  expect(names('-price')).toEqual(['amd/mi300x', 'nvidia/h100', 'nvidia/a100'])
  expect(names('price')).toEqual(['nvidia/h100', 'amd/mi300x', 'nvidia/a100'])
  expect(names('model')).toEqual(['amd/mi300x', 'nvidia/a100', 'nvidia/h100'])
  expect(names('-leased')[0]).toBe('nvidia/h100')
  for (const sort of ['constructor', '-', 'nothing']) expect(orderOf(sort)).toEqual(DEFAULT_ORDER)
  expect(sortOf(orderOf(null))).toBeNull()
  expect(sortOf(clicked(DEFAULT_ORDER, 'price'))).toBe('-price')
  expect(sortOf(clicked(orderOf('-price'), 'price'))).toBe('price')
  expect(sortOf(clicked(DEFAULT_ORDER, 'online'))).toBe('online')
})

test('the map is small enough to be in the page, and has west in the west', () => {
  expect(world.land.length).toBeLessThan(18_000)
  expect(world.land).toMatch(/^(M-?[\d.]+[,-][\d.]+(l-?[\d.]+[,-][\d.]+)+z)+$/)
  const x = (name: string) => world.spots[name]?.[0] ?? NaN
  const y = (name: string) => world.spots[name]?.[1] ?? NaN
  expect(x('US west')).toBeLessThan(x('US east'))
  expect(x('US east')).toBeLessThan(x('Western Europe'))
  expect(x('Western Europe')).toBeLessThan(x('Tokyo'))
  expect(y('Northern Europe')).toBeLessThan(y('Brazil'))
})
