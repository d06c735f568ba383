/** Both engines give equal rows for every metric of prices, over a simulated market beside the real list prices. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build } from '../../../ingest/lake/build.ts'
import { readViews, referenceFor } from '../../../ingest/views.ts'
import type { Params, Row, Value } from '../../../src/lib/engine/engine.ts'
import type { Lake } from '../../../src/lib/engine/lake.ts'
import type { NativeEngine } from '../../../src/lib/engine/native.ts'
import type { MetricId } from '../../../src/lib/sql/catalog.ts'
import { PRICE_METRICS } from '../../../src/lib/sql/price-metrics.ts'
import { indexedMarket, type IndexedMarket } from '../../golden/simulated.ts'
import { openNativeLake, openWasmLake, runNative, runWasm } from './recorded-lake.ts'

let market: IndexedMarket
let native: NativeEngine
let wasm: Lake
beforeAll(async () => {
  market = await indexedMarket({ seed: 1, scale: 2, blockSeconds: 21_600, until: Date.UTC(2024, 2, 1) })
  const views = readViews()
  await build(market.dir, views, { version: 'test', reference: referenceFor(views) })
  native = await openNativeLake(market.dir)
  wasm = await openWasmLake(market.dir)
}, 120_000)
afterAll(async () => {
  await native.close()
  await wasm.engine.close()
  await market.close()
})

const base = { from: '2023-08-01T00:00:00Z', to: '2024-03-01T00:00:00Z', gpus: 1, vcpus: 8, ram_gib: 32, price: 1.5, most: 50 }
const KINDS = [
  { model: 'nvidia/a100', memory_gib: 80, interface: 'sxm' },
  { model: 'nvidia/h100', memory_gib: 80, interface: 'sxm' },
  { model: 'nvidia/rtx4090', memory_gib: 24, interface: 'pcie' },
  { model: 'nvidia/t4', memory_gib: null, interface: null },
  { model: "';--", memory_gib: 80, interface: 'sxm' }
]
const FILTERS: readonly Params[] = KINDS.flatMap((kind, i) => [
  { ...base, ...kind, grain: 'week', scope: 'all' },
  { ...base, ...kind, grain: 'day', scope: 'organic', from: '2023-12-01T00:00:00Z', gpus: 8 * i, price: null }
])

/** A sum of doubles may differ in its last bits, by the order of its terms. */
const rounded = (value: Value): Value => (typeof value === 'number' ? Number(value.toPrecision(12)) : value)
const comparable = (rows: readonly Row[]) =>
  rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, rounded(v)])))

test('one lease and what clouds offer for the same', async () => {
  const leases = await native.query<{ lease: string }>(
    "SELECT lease_id AS lease FROM realised_prices WHERE gpu_model = 'nvidia/h100' AND usd_per_gpu_hour IS NOT NULL ORDER BY from_time, lease_id LIMIT 3"
  )
  expect(leases).toHaveLength(3)
  for (const { lease } of leases) {
    const [terms] = await runNative(native, 'lease_terms', { lease })
    expect(comparable(await runWasm(wasm, 'lease_terms', { lease }))).toEqual(comparable(terms ? [terms] : []))
    const {
      model,
      memory_gib,
      interface: form,
      gpus,
      vcpus_per_gpu: vcpus,
      memory_gib_per_gpu: ram_gib,
      price,
      to_time: to
    } = terms ?? {}
    const params = { model, memory_gib, interface: form, gpus, vcpus, ram_gib, price, to } as Params
    const offers = await runNative(native, 'like_for_like', params)
    expect(offers.filter(({ comparable: alike }) => alike !== 'no').length).toBeGreaterThan(0)
    expect(comparable(await runWasm(wasm, 'like_for_like', params))).toEqual(comparable(offers))
  }
})

test.each((Object.keys(PRICE_METRICS) as MetricId[]).filter((id) => id !== 'lease_terms'))('%s', async (metric) => {
  let seen = 0
  for (const params of FILTERS) {
    const expected = await runNative(native, metric, params)
    expect(comparable(await runWasm(wasm, metric, params)), JSON.stringify(params)).toEqual(comparable(expected))
    seen += expected.length
  }
  expect(seen).toBeGreaterThan(0)
})
