/** What the network reports beside what we count, over tables written by hand: sums done by hand, equal in both engines. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openLake } from '../../ingest/lake/write.ts'
import type { Engine, Row } from '../../src/lib/engine/engine.ts'
import { openNative } from '../../src/lib/engine/native.ts'
import { PUBLIC, type PublicTable } from '../../src/lib/model/public.ts'
import { OPTIONS } from '../unit/lake/synthetic.ts'
import { openWasmLake } from '../unit/sql/recorded-lake.ts'

const SQL = readFileSync('src/lib/sql/views/reconciliation.sql', 'utf8')
const TABLES = ['blocks', 'leases', 'lease_prices', 'token_prices', 'coverage', 'reported_days'] as const
const USDC = 'ibc/170C677610AC31DF0904FFE09CD3B5C657492170E7E52372E48756B71E56F2F1'

const dir = mkdtempSync(join(tmpdir(), 'rackrate-reconciliation-'))
beforeAll(async () => {
  await (await openLake(dir, OPTIONS)).close()
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** SQL of a value: lists of rows are written as in the tables of a book. */
const insert = (table: PublicTable, columns: string, ...rows: readonly string[]): string =>
  `INSERT INTO ${table} (network, ${columns}) VALUES ${rows.map((row) => `('akash', ${row})`).join(', ')}`

/** Four blocks a day from 2026-09-01 on, at 0, 6, 12 and 18 o'clock: heights 1 to 4 are of the first day, 17 to 20 of the fifth. */
const blocks = (from: number, to: number) =>
  `INSERT INTO blocks (network, height, time)
   SELECT 'akash', h, TIMESTAMP '2026-09-01' + (h - 1)::INTEGER * INTERVAL 6 HOUR FROM range(${from}, ${to + 1}) AS t(h)`
const covered = (...rows: readonly string[]) => insert('coverage', 'from_height, to_height, status', ...rows)
const reported = (...rows: readonly string[]) =>
  insert(
    'reported_days',
    'metric, day, value, fetched_at, source',
    ...rows.map((row) => row.replace(/@(\S+)/, "TIMESTAMP '$1', 'a'"))
  )

const LEASES = [
  insert(
    'leases',
    'lease_id, gpus, created_height, closed_height, ran_dry_height',
    "'open', 2, 3, NULL, NULL",
    "'closed', 0, 2, 8, NULL",
    "'dry', 1, 5, NULL, 9",
    "'migrated', 8, 6, 16, NULL"
  ),
  insert(
    'lease_prices',
    'lease_id, from_height, denom, price_per_block',
    "'open', 3, 'uakt', 10",
    "'closed', 2, 'uact', 1.5",
    `'dry', 5, '${USDC}', 4`,
    "'migrated', 6, 'uakt', 100",
    "'migrated', 10, 'uact', 50"
  ),
  insert(
    'token_prices',
    'asset, time, usd, basis',
    "'akt', TIMESTAMP '2026-09-02 00:00:00', 0.5, 'chain'",
    "'akt', TIMESTAMP '2026-09-02 18:00:00', 0.7, 'chain'",
    "'akt', TIMESTAMP '2026-09-02 19:00:00', 9, 'daily_close'",
    "'akt', TIMESTAMP '2026-09-03 06:00:00', 0.25, 'chain'",
    "'other', TIMESTAMP '2026-09-03 06:00:00', 7, 'chain'"
  )
]

describe.each(['native', 'wasm'])('%s', (kind) => {
  let engine: Engine
  beforeAll(async () => {
    engine = kind === 'native' ? await openNative() : (await openWasmLake(dir)).engine
    for (const table of TABLES) {
      const columns = Object.entries(PUBLIC[table].columns).map(([name, { type }]) => `${name} ${type}`)
      await engine.query(`CREATE TABLE ${table} (${columns.join(', ')})`)
    }
  })
  beforeEach(async () => {
    for (const table of TABLES) await engine.query(`DELETE FROM ${table}`)
    for (const sql of LEASES) await engine.query(sql)
  })
  afterAll(() => engine.close())

  async function reconcile(...sql: readonly string[]): Promise<Row[]> {
    for (const statement of sql) await engine.query(statement)
    return engine.query(SQL)
  }
  const brief = (rows: readonly Row[]) =>
    rows.map(({ day, metric, ours, reported: theirs, difference, cause }) => [
      String(day).slice(8),
      metric,
      ours === null ? null : Number(ours),
      Number(theirs),
      difference === null ? null : Number(difference),
      cause === null ? null : String(cause).split(':')[0]
    ])
  const all = (day: string, active: number, gpus: number, uakt: number, uact: number, uusd: number) =>
    Object.entries({ active_leases: active, leased_gpus: gpus, spend_uakt: uakt, spend_uact: uact, spend_uusd: uusd }).map(
      ([metric, value]) => `'${metric}', DATE '${day}', ${value}, @2026-10-01`
    )

  test('stocks at the end of each day and spend over it, block by block', async () => {
    const rows = await reconcile(
      blocks(1, 20),
      covered("1, 8, 'done'", "9, 20, 'done'"),
      reported(
        ...['2026-09-01', '2026-09-02', '2026-09-03', '2026-09-04', '2026-09-05'].flatMap((day) => all(day, 1, 1, 1, 1, 1))
      )
    )
    expect(Object.keys(rows[0] ?? {})).toEqual(Object.keys(PUBLIC.reconciliation.columns))
    expect(brief(rows).map(([day, metric, ours]) => [day, metric, ours])).toEqual([
      // Blocks 1-4: `open` has 3 and 4; `closed` has 2, 3 and 4. The chain gave no price.
      ['01', 'active_leases', 2],
      ['01', 'leased_gpus', 2],
      ['01', 'spend_uact', 4.5],
      ['01', 'spend_uakt', 20],
      ['01', 'spend_uusd', null],
      // Blocks 5-8: `closed` has 5-7 and is gone at 8; `dry` 5-8 at 4; `migrated` 6-8 at 100. AKT at (0.5 + 0.7) / 2.
      ['02', 'active_leases', 3],
      ['02', 'leased_gpus', 11],
      ['02', 'spend_uact', 3 * 1.5 + 4 * 4],
      ['02', 'spend_uakt', 40 + 300],
      ['02', 'spend_uusd', 20.5 + 340 * 0.6],
      // Blocks 9-12: `dry` has none; `migrated` has 9 in AKT, 10-12 in ACT. AKT at 0.25.
      ['03', 'active_leases', 2],
      ['03', 'leased_gpus', 10],
      ['03', 'spend_uact', 150],
      ['03', 'spend_uakt', 140],
      ['03', 'spend_uusd', 150 + 35],
      // Blocks 13-16: `migrated` has 13-15.
      ['04', 'active_leases', 1],
      ['04', 'leased_gpus', 2],
      ['04', 'spend_uact', 150],
      ['04', 'spend_uakt', 40],
      ['04', 'spend_uusd', null],
      // The day's last block is known only by the one after it.
      ...['active_leases', 'leased_gpus', 'spend_uact', 'spend_uakt', 'spend_uusd'].map((metric) => ['05', metric, null])
    ])
    expect(new Set(brief(rows).flatMap(([day, , , , , cause]) => (day === '05' ? [cause] : [])))).toEqual(
      new Set(['not indexed'])
    )
  })

  test('the difference, its ratio and its likeliest cause', async () => {
    const rows = await reconcile(
      blocks(1, 20),
      covered("1, 20, 'done'"),
      reported(
        "'active_leases', DATE '2026-09-01', 2, @2026-10-01",
        "'leased_gpus', DATE '2026-09-01', 8, @2026-10-01",
        "'spend_uusd', DATE '2026-09-01', 14, @2026-10-01",
        "'active_leases', DATE '2026-09-02', 4, @2026-10-01",
        "'spend_uakt', DATE '2026-09-02', 340.5, @2026-10-01",
        "'spend_uusd', DATE '2026-09-02', 200, @2026-10-01",
        "'spend_uact', DATE '2026-09-03', 70, @2026-09-03T12:00:00",
        "'active_leases', DATE '2026-09-04', 0, @2026-10-01",
        "'active_leases', DATE '2026-08-31', 5, @2026-10-01",
        "'akt_price', DATE '2026-09-02', 5, @2026-10-01"
      )
    )
    expect(brief(rows)).toEqual([
      ['31', 'active_leases', null, 5, null, 'not indexed'],
      ['01', 'active_leases', 2, 2, 0, null],
      ['01', 'leased_gpus', 2, 8, -6, 'definitions differ'],
      ['01', 'spend_uusd', null, 14, null, 'no price'],
      ['02', 'active_leases', 3, 4, -1, 'definitions differ'],
      ['02', 'spend_uakt', 340, 340.5, -0.5, 'methods differ'],
      ['02', 'spend_uusd', 224.5, 200, 24.5, 'prices differ'],
      ['03', 'spend_uact', 150, 70, 80, 'provisional'],
      ['04', 'active_leases', 1, 0, 1, 'no figure']
    ])
    expect(rows.map((row) => row['ratio'])).toEqual([null, 1, 0.25, null, 0.75, 340 / 340.5, 1.1225, 150 / 70, null])
    expect(rows[6]).toMatchObject({ ours: '224.500000000000000000', difference: '24.500000000000000000', day: '2026-09-02' })
  })

  test('of several fetches and sources of one figure the latest is compared', async () => {
    const rows = await reconcile(
      blocks(1, 20),
      covered("1, 20, 'done'"),
      reported("'active_leases', DATE '2026-09-02', 3, @2026-10-02", "'active_leases', DATE '2026-09-02', 9, @2026-10-01")
    )
    expect(brief(rows)).toEqual([['02', 'active_leases', 3, 3, 0, null]])
  })

  test('a day with a gap has no figure of ours; after a gap, or with a late begin, what is missing may be why', async () => {
    const days = reported(
      ...['2026-09-02', '2026-09-03', '2026-09-04'].map((day) => `'active_leases', DATE '${day}', 7, @2026-10-01`)
    )
    expect(brief(await reconcile(blocks(1, 20), covered("1, 9, 'done'", "10, 10, 'missing'", "11, 20, 'done'"), days))).toEqual([
      ['02', 'active_leases', 3, 7, -4, 'definitions differ'],
      ['03', 'active_leases', null, 7, null, 'not indexed'],
      ['04', 'active_leases', 1, 7, -6, 'earlier blocks are missing']
    ])
    // What the chain's state remembers, it remembers of all leases.
    expect(brief(await reconcile(covered("1, 20, 'state'")))[2]?.at(-1)).toBe('definitions differ')
  })

  test('a day that the lake begins with is not whole: its first block is known by the one before', async () => {
    const days = reported(...['2026-09-02', '2026-09-03'].map((day) => `'active_leases', DATE '${day}', 2, @2026-10-01`))
    expect(brief(await reconcile(blocks(5, 20), covered("5, 20, 'done'"), days))).toEqual([
      ['02', 'active_leases', null, 2, null, 'not indexed'],
      ['03', 'active_leases', 2, 2, 0, null]
    ])
  })

  test('a day without any lease is 0, not unknown', async () => {
    const rows = await reconcile(
      'DELETE FROM leases',
      'DELETE FROM lease_prices',
      blocks(1, 20),
      covered("1, 20, 'done'"),
      reported(...all('2026-09-01', 0, 0, 0, 0, 0))
    )
    expect(brief(rows).map(([, , ours, , difference, cause]) => [ours, difference, cause])).toEqual(
      Array.from({ length: 5 }, () => [0, 0, null])
    )
  })
})
