/** A simulated market is shaped like a market: heavy tails, a rhythm, a few who make most of it, models that sell out. */
import { beforeAll, expect, test } from 'vitest'
import { aktUsd } from '../../../ingest/simulate/akt-usd.ts'
import type { Lease } from '../../../ingest/networks/akash/simulate/objects.ts'
import { fleetOf } from '../../../ingest/simulate/market-fleet.ts'
import { createMarket, type Market } from '../../../ingest/simulate/market.ts'
import { MODELS } from '../../../ingest/simulate/models.ts'
import { parametersOf, ParameterError } from '../../../ingest/simulate/parameters.ts'
import { createRandom } from '../../../ingest/simulate/random.ts'

const HOUR = 3_600_000
const day = (date: string): number => Date.parse(`${date}T00:00:00Z`)
const from = day('2024-02-01')
const until = day('2025-03-01')
let market: Market
let leases: readonly Lease[]
const quantile = (values: readonly number[], q: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * q)] ?? NaN
const isBot = (lease: Lease): boolean => lease.bid.order.group.spec.cpuMillicores === 100

beforeAll(() => {
  market = createMarket(parametersOf({ from, until, seed: 4, blockSeconds: 3600 }))
  for (const _ of market.blocks());
  leases = market.ledger.leases.filter((lease) => !isBot(lease))
}, 30_000)

test('leases have a heavy tail', () => {
  const hours = leases.flatMap((l) => (l.closedOn === null ? [] : [l.closedOn - l.createdAt]))
  expect(hours.length).toBeGreaterThan(1_500)
  expect(quantile(hours, 0.99) / quantile(hours, 0.5)).toBeGreaterThan(40)
})

test('weekdays see more deployments than weekends, afternoons more than nights', () => {
  const times = market.ledger.deployments.map((d) => new Date(market.calendar.timeOf(d.createdAt)))
  const on = (days: readonly number[]): number => times.filter((t) => days.includes(t.getUTCDay())).length / days.length
  const at = (hours: readonly number[]): number => times.filter((t) => hours.includes(t.getUTCHours())).length
  expect(on([1, 2, 3, 4, 5]) / on([0, 6])).toBeGreaterThan(1.4)
  expect(at([14, 15, 16]) / at([2, 3, 4])).toBeGreaterThan(2)
})

test('a tenth of the tenants make most of the leases; no provider has half', () => {
  const count = (key: (l: Lease) => string): number[] => {
    const counts = new Map<string, number>()
    for (const lease of leases) counts.set(key(lease), (counts.get(key(lease)) ?? 0) + 1)
    return [...counts.values()].sort((a, b) => b - a)
  }
  const share = (counts: readonly number[], n: number): number => counts.slice(0, n).reduce((a, b) => a + b, 0) / leases.length
  const tenants = count((l) => l.bid.order.group.deployment.owner)
  expect(share(tenants, Math.ceil(tenants.length / 10))).toBeGreaterThan(0.4)
  const providers = count((l) => l.bid.provider)
  expect(share(providers, 1)).toBeLessThan(0.5)
  expect(share(providers, 10)).toBeGreaterThan(0.25)
})

test('no node is ever leased beyond what it has, and some models sell out', () => {
  const fleet = fleetOf(market)
  const soldOut = new Set<string>()
  for (let time = from + 24 * HOUR; time < until; time += 24 * 5 * HOUR) {
    const nodes = fleet.at(time).flatMap((p) => p.nodes)
    const models = new Map<string, { all: number; leased: number }>()
    for (const { gpus, cpuMillicores, memoryBytes, storageBytes } of nodes) {
      for (const amount of [cpuMillicores, memoryBytes, storageBytes])
        expect(amount.allocated).toBeLessThanOrEqual(amount.allocatable)
      if (!gpus) continue
      expect(gpus.allocated).toBeLessThanOrEqual(gpus.allocatable)
      const of = models.get(gpus.name) ?? { all: 0, leased: 0 }
      models.set(gpus.name, { all: of.all + gpus.allocatable, leased: of.leased + gpus.allocated })
    }
    for (const [name, { all, leased }] of models) if (all >= 4 && all === leased) soldOut.add(name)
  }
  expect(soldOut.size).toBeGreaterThan(0)
})

test('every way of ending comes about, and at least fourteen models are leased', () => {
  const reasons = new Set(leases.map(({ reason }) => reason))
  for (const reason of [
    'owner',
    'unstable',
    'decommission',
    'unspecified',
    'manifest_timeout',
    'insufficient_funds',
    null
  ] as const)
    expect(reasons).toContain(reason)
  const models = new Set(leases.flatMap(({ bid }) => bid.gpuKey?.split('/')[3] ?? []))
  expect(models.size).toBeGreaterThanOrEqual(14)
  const specs = market.ledger.deployments.flatMap(({ groups }) => groups.map(({ spec }) => spec))
  expect(specs.some(({ gpuKeys }) => gpuKeys.includes('vendor/nvidia/model/*'))).toBe(true)
  expect(specs.some(({ gpuKeys }) => gpuKeys.length > 1)).toBe(true)
  expect(specs.some(({ gpuKeys }) => gpuKeys.some((key) => key.includes('/interface/')))).toBe(true)
  expect(specs.some(({ gpus }) => gpus === 8)).toBe(true)
  expect(specs.filter(({ gpus }) => gpus === 0).length / specs.length).toBeGreaterThan(0.25)
})

test('an hour costs the same whatever the time between blocks', () => {
  const medianH100 = (blockSeconds: number): number => {
    const other = createMarket(parametersOf({ from: day('2026-07-01'), until: day('2026-08-10'), seed: 9, blockSeconds }))
    for (const _ of other.blocks());
    const hourly = other.ledger.bids.flatMap((b) =>
      b.gpuKey?.includes('/h100/')
        ? [(Number(b.price / 10n ** 12n) / 1e12 / b.order.group.spec.gpus) * (3600 / blockSeconds)]
        : []
    )
    expect(hourly.length).toBeGreaterThan(20)
    return quantile(hourly, 0.5)
  }
  const h100 = MODELS.find(({ name }) => name === 'h100')
  for (const blockSeconds of [1800, 7200]) {
    const usd = medianH100(blockSeconds)
    // Asks of GPUs in the file, and some per cent for CPU and memory beside them.
    expect(usd).toBeGreaterThan((h100?.low ?? NaN) * 0.9)
    expect(usd).toBeLessThan((h100?.high ?? NaN) * 1.2)
  }
})

test('AKT in USD is that of the day', () => {
  expect(aktUsd(day('2026-09-28'))).toBeCloseTo(0.7004, 4)
  expect(aktUsd(day('2025-11-13'))).toBeCloseTo(0.6147, 4)
  expect(aktUsd(day('2024-03-15'))).toBeCloseTo(5.42, 4)
})

test('numbers drawn from a seed are spread as they should be', () => {
  const random = createRandom(1, 'test')
  const draws = Array.from({ length: 20_000 }, () => random.unit())
  expect(draws.reduce((a, b) => a + b, 0) / draws.length).toBeCloseTo(0.5, 2)
  const logs = Array.from({ length: 20_000 }, () => random.logNormal(10, 1.5))
  expect(quantile(logs, 0.5)).toBeGreaterThan(9)
  expect(quantile(logs, 0.5)).toBeLessThan(11)
  const counts = Array.from({ length: 20_000 }, () => random.poisson(3))
  expect(counts.reduce((a, b) => a + b, 0) / counts.length).toBeCloseTo(3, 1)
  expect(createRandom(1, 'test').unit()).toBe(draws[0])
  expect(createRandom(2, 'test').unit()).not.toBe(draws[0])
})

test('parameters that make no market are named', () => {
  const ok = { until: day('2024-01-01') }
  expect(() => parametersOf({ ...ok, scale: 0 })).toThrow(ParameterError)
  expect(() => parametersOf({ ...ok, seed: 1.5 })).toThrow(/seed/)
  expect(() => parametersOf({ ...ok, blockSeconds: 0 })).toThrow(/block seconds/)
  expect(() => parametersOf({ until: day('2023-08-31') })).toThrow(/until/)
  expect(() => parametersOf({ until: day('2026-01-01'), blockSeconds: 6 })).toThrow(/too many/)
})
