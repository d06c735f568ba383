/** Both engines give equal rows, for every metric and several filters, and every claim, over every recorded era. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Params, Row, Value } from '../../../src/lib/engine/engine.ts'
import type { Lake } from '../../../src/lib/engine/lake.ts'
import type { NativeEngine } from '../../../src/lib/engine/native.ts'
import { PUBLIC, PUBLIC_TABLES } from '../../../src/lib/model/public.ts'
import { METRIC_IDS } from '../../../src/lib/sql/catalog.ts'
import { CLAIM_RULES, type JudgedClaimId } from '../../../src/lib/sql/claim-rules.ts'
import { CLAIM_IDS, composeClaim } from '../../../src/lib/sql/claims.ts'
import { PRICE_METRICS } from '../../../src/lib/sql/price-metrics.ts'
import { makeLake, openNativeLake, openWasmLake, RECORDINGS, runNative, runWasm } from './recorded-lake.ts'

const AXL_USDC = 'ibc/170C677610AC31DF0904FFE09CD3B5C657492170E7E52372E48756B71E56F2F1'
const FILTERS: readonly { readonly denom: string; readonly model: string | null; readonly share: readonly [number, number] }[] = [
  { denom: 'uact', model: null, share: [0, 1] },
  { denom: 'uakt', model: 'nvidia/a100', share: [0.25, 0.8] },
  { denom: AXL_USDC, model: 'nvidia/h100', share: [0.5, 1] },
  { denom: 'uact', model: 'nvidia/nothing', share: [0.9, 0.95] },
  { denom: "';--", model: null, share: [2, 3] }
]

const JUDGED = CLAIM_IDS.filter((id): id is JudgedClaimId => CLAIM_RULES[id].decided_by !== 'nothing')

/** A sum of doubles may differ in its last bits, by the order of its terms. */
function rounded(value: Value): Value {
  return typeof value === 'number' ? Number(value.toPrecision(12)) : Array.isArray(value) ? value.map(rounded) : value
}
const comparable = (rows: readonly Row[]) =>
  rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, rounded(v)])))

describe.each(RECORDINGS)('%s', (recording) => {
  const dir = mkdtempSync(join(tmpdir(), 'rackrate-parity-'))
  let native: NativeEngine
  let wasm: Lake

  beforeAll(async () => {
    await makeLake(recording, dir)
    native = await openNativeLake(dir)
    wasm = await openWasmLake(dir)
  }, 60_000)
  afterAll(async () => {
    await native.close()
    await wasm.engine.close()
    rmSync(dir, { recursive: true, force: true })
  })

  async function paramsOf({ denom, model, share }: (typeof FILTERS)[number]): Promise<Params> {
    const [extent] = await runNative(native, 'extent', {})
    const [first, last] = [Date.parse(String(extent?.['first_at'])), Date.parse(String(extent?.['last_at']))]
    const at = (part: number) => new Date(first + (last - first) * part).toISOString()
    return {
      from: at(share[0]),
      to: at(share[1]),
      bucket_us: 500_000,
      window_us: 3_000_000,
      top: 3,
      most: 8,
      denom,
      model,
      units_per_token: 1_000_000,
      placement: 2,
      ...{
        memory_gib: 80,
        interface: null,
        grain: 'day',
        scope: 'organic',
        gpus: 1,
        vcpus: 8,
        ram_gib: 32,
        price: 1.5,
        lease: ''
      }
    }
  }

  test.each(METRIC_IDS)('%s', async (metric) => {
    let seen = 0
    for (const filter of FILTERS) {
      const params = await paramsOf(filter)
      const expected = await runNative(native, metric, params)
      expect(comparable(await runWasm(wasm, metric, params)), JSON.stringify(filter)).toEqual(comparable(expected))
      seen += expected.length
    }
    // A recorded market has no list prices, and hardly any in USD: price-parity.test.ts has a market that does.
    if (!(metric in PRICE_METRICS)) expect(seen).toBeGreaterThan(0)
  })

  test.each(JUDGED)('the claim %s', async (id) => {
    const { rows, verdict } = composeClaim(readFileSync(`src/lib/sql/claims/${id}.sql`, 'utf8'))
    await wasm.need(CLAIM_RULES[id].needs)
    for (const sql of [rows, verdict])
      expect(comparable(await wasm.engine.query(sql))).toEqual(comparable(await native.query(sql)))
    expect(await native.query(verdict)).toHaveLength(1)
  })

  test.each(PUBLIC_TABLES)('every value of %s comes over: exact decimals, microseconds, lists, nulls', async (table) => {
    const columns = Object.keys(PUBLIC[table].columns)
    await wasm.need({ [table]: columns })
    const sql = `SELECT ${columns.map((name) => `"${name}"`).join(', ')} FROM ${table} ORDER BY ALL`
    expect(await wasm.engine.query(sql)).toEqual(await native.query(sql))
  })
})
