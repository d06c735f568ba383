/** Supply by day over probes and leases written by hand: hours and GPUs reckoned on paper. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readViews } from '../../ingest/views.ts'
import { attachedColumns, columnList, createViews } from '../../src/lib/engine/attach.ts'
import type { Params, Row } from '../../src/lib/engine/engine.ts'
import { openNative, type NativeEngine } from '../../src/lib/engine/native.ts'
import { PUBLIC } from '../../src/lib/model/public.ts'
import { composeSql } from '../../src/lib/sql/catalog.ts'

const VIEWS = ['probe_days', 'probe_spans', 'probe_pieces', 'probe_gpus', 'lease_days', 'provider_days', 'supply_days']
const HOUR = 3600

let engine: NativeEngine
beforeAll(async () => {
  engine = await openNative({ threads: 1 })
  await engine.exec('CREATE SCHEMA facts')
  for (const table of ['probes', 'probe_nodes', 'provider_records', 'state_providers', 'blocks'] as const)
    await engine.exec(`CREATE TABLE facts.${table} (${columnList(attachedColumns(table))})`)
  const n = `'n' AS network`
  await engine.exec(`
    INSERT INTO facts.blocks BY NAME FROM (VALUES ('n', 1, TIMESTAMP '2026-08-01'), ('n', 2, TIMESTAMP '2026-09-02 10:00')) AS t(network, height, time);
    CREATE TABLE times AS FROM (VALUES
      ('n', 1, TIMESTAMP '2026-08-01'), ('n', 10, TIMESTAMP '2026-09-01 12:00'), ('n', 20, TIMESTAMP '2026-09-02 12:00'),
      ('n', 30, TIMESTAMP '2026-09-03 06:00')
    ) AS t(network, height, time);
    -- A lease of 4 GPUs for a day, one that ran dry on the way, and one at a provider that is hardly online.
    CREATE TABLE lease_keys AS FROM (VALUES
      ('n', 'l', 'A', 'o', '1', 1, 10, 20), ('n', 'dry', 'A', 'o', '2', 1, 20, NULL), ('n', 'b', 'B', 'o', '3', 1, 10, 20)
    ) AS t(network, lease_id, provider, owner, dseq, gseq, created_height, closed_height);
    CREATE TABLE dry_runs AS SELECT ${n}, 'dry' AS lease_id, 30 AS ran_dry_height;
    CREATE TABLE gpu_kinds AS FROM (VALUES ('n', 'l', 'nvidia/h100', 4), ('n', 'dry', 'nvidia/t4', 1), ('n', 'b', 'nvidia/rtx4090', 1)) AS t(network, lease_id, gpu_model, gpus);
    CREATE TABLE bid_keys AS SELECT ${n}, 'l' AS lease_id, true AS has_offer, 40000 AS cpu_millicores, 40::BIGINT << 30 AS memory_bytes;
    CREATE TABLE known_specs AS SELECT ${n}, 'o' AS owner, '2' AS dseq, 1 AS gseq, 40000 AS cpu_millicores, 10::BIGINT << 30 AS memory_bytes;
    INSERT INTO facts.provider_records BY NAME SELECT 'n' AS network, * FROM (VALUES
      (1, 0, 0, 'A', 'created'), (1, 1, 0, 'B', 'updated'), (1, 2, 0, 'C', 'created'), (1, 3, 0, 'D', 'created'), (2, 0, 0, 'D', 'deleted')
    ) AS t(height, tx_index, event_index, provider, kind);
    INSERT INTO facts.probes BY NAME
      SELECT ${n}, 'A' AS provider, TIMESTAMP '2026-09-01 06:00' + h * INTERVAL 6 HOUR AS probed_at, true AS ok FROM range(0, 10) AS t(h)
      UNION ALL SELECT 'n', * FROM (VALUES
        ('B', TIMESTAMP '2026-09-01 06:00', true), ('B', '2026-09-01 12:00', false), ('B', '2026-09-02 12:00', false), ('B', '2026-09-03 12:00', true),
        ('C', '2026-09-01 06:00', false)
      );
    -- A: two nodes of 4; one is full, the other has CPU for two and a half.
    INSERT INTO facts.probe_nodes BY NAME
      SELECT ${n}, provider, probed_at, node_index, 0 AS gpu_kind, 'nvidia/h100' AS gpu_model, 4 AS gpus_allocatable,
        4 - 4 * node_index AS gpus_allocated, 4 * node_index AS gpus_available, 25000 AS cpu_available, 400::BIGINT << 30 AS memory_available
      FROM facts.probes, (VALUES (0), (1)) AS t(node_index) WHERE provider = 'A';
    INSERT INTO facts.probe_nodes BY NAME
      SELECT ${n}, provider, probed_at, 0 AS node_index, 0 AS gpu_kind, 'nvidia/rtx4090' AS gpu_model, 2 AS gpus_allocatable,
        0 AS gpus_allocated, 2 AS gpus_available, 80000 AS cpu_available, 15::BIGINT << 30 AS memory_available
      FROM facts.probes WHERE provider = 'B' AND ok;
  `)
  await rebuild()
})
async function rebuild(): Promise<void> {
  for (const name of VIEWS.toReversed()) await engine.exec(`DROP ${name in PUBLIC ? 'VIEW' : 'TABLE'} IF EXISTS ${name}`)
  await createViews(
    engine,
    readViews().filter(({ name }) => VIEWS.includes(name))
  )
}
afterAll(() => engine.close())

test('a provider’s day: what is known of it, what of that it was online, and what it had', async () => {
  const rows = await engine.query(
    `SELECT strftime(day, '%d') AS day, provider, registered, probes, failed, online, known_s / ${HOUR} AS known, online_s / ${HOUR} AS up, gpus,
      round(gpus_allocatable, 3) AS gpus_allocatable, gpus_allocated, gpus_leased
    FROM provider_days ORDER BY ALL`
  )
  const of = (r: (typeof rows)[number]) => Object.values(r)
  expect(rows.map(of)).toEqual([
    // The network's first probe is at 6 o'clock.
    ['01', 'A', true, 3, 0, true, 18, 18, 8, 8, 4, 2],
    // Answered at 6, not at 12: half of the time between is its own.
    ['01', 'B', true, 2, 1, false, 18, 3, 2, 0.333, 0, 0.5],
    ['01', 'C', true, 1, 1, false, 18, 0, null, 0, 0, 0],
    ['01', 'D', true, 0, 0, null, 0, 0, null, null, null, 0],
    // 4 GPUs until noon, then one.
    ['02', 'A', true, 4, 0, true, 24, 24, 8, 8, 4, 2.5],
    ['02', 'B', true, 1, 1, false, 24, 0, 2, 0, 0, 0.5],
    // A probe tells of 25 hours: up to 7 o'clock.
    ['02', 'C', true, 0, 0, null, 7, 0, null, 0, 0, 0],
    // The last probe is at noon, the last block at 6: one GPU until then.
    ['03', 'A', true, 3, 0, true, 12, 12, 8, 8, 4, 1],
    ['03', 'B', true, 1, 0, true, 12, 12, 2, 2, 0, 0],
    ['03', 'C', true, 0, 0, null, 0, 0, null, null, null, 0]
  ])
})

test('a model’s day: registered, seen, online and leasable at its end, and the means', async () => {
  const rows = await engine.query(
    `SELECT strftime(day, '%d') AS day, gpu_model, providers_registered AS p, providers_seen AS ps, providers_online AS po,
      gpus_registered, gpus_seen, gpus_online, gpus_free, leasable_1, leasable_2, leasable_4, leasable_8,
      round(gpus_allocatable, 3) AS a, gpus_allocated, gpus_leased, round(gpus_leased_online, 3) AS o
    FROM supply_days ORDER BY ALL`
  )
  expect(rows.map((r) => Object.values(r))).toEqual([
    // Leases of this model have 10 CPU and 10 GiB for each GPU: 25 CPU are enough for two.
    ['01', 'nvidia/h100', 1, 1, 1, 8, 8, 8, 4, 2, 2, 0, 0, 8, 4, 2, 2],
    // Leased half of the day, of which it was online for 3 of 18 hours.
    ['01', 'nvidia/rtx4090', 1, 1, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0.333, 0, 0.5, 0.083],
    ['02', 'nvidia/h100', 1, 1, 1, 8, 8, 8, 4, 2, 2, 0, 0, 8, 4, 2, 2],
    // 42 hours after its last answer it is not seen.
    ['02', 'nvidia/rtx4090', 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, null, null, 0.5, 0],
    // Leased on chain, of a model that nobody says to have.
    ['02', 'nvidia/t4', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null, null, 0.5, 0.5],
    ['03', 'nvidia/h100', 1, 1, 1, 8, 8, 8, 4, 2, 2, 0, 0, 8, 4, 0, 0],
    // No lease of its own to go by: the median of all, 10 CPU and 10 GiB. 15 GiB are enough for one.
    ['03', 'nvidia/rtx4090', 1, 1, 1, 2, 2, 2, 2, 1, 0, 0, 0, 2, 0, 0, 0],
    ['03', 'nvidia/t4', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null, null, 1, 1]
  ])
})

const run = async (id: 'supply_over_time' | 'supply_models', params: Params) =>
  (await engine.query(
    composeSql(id, (path) => readFileSync(`src/lib/sql/${path}`, 'utf8')),
    params
  )) as readonly Row[]

test('over time: sums of all models; what no probe tells of at the end of a day is unknown, not 0', async () => {
  const params = { from: '2026-09-01', to: '2026-09-04', model: null, placement: 2 }
  const numbers = (r: Row) => Object.values(r).map((v) => (typeof v === 'number' ? Number(v.toFixed(3)) : v))
  const known = (await run('supply_over_time', params)).map(numbers)
  // Leased at those online: 2 1/12 of 8⅓, 2.5 of 8, 1 of 10. Known of four providers on the first day: 18 h each of three, of 24.
  expect(known).toEqual([
    ['2026-09-01', 4, 2, 1, 10, 10, 8, 2, 2.5, 8.333, 0.25, 0.48, 0.563],
    ['2026-09-02', 3, 1, 1, 10, 8, 8, 2, 3, 8, 0.313, 0.5, 0.764],
    ['2026-09-03', 3, 2, 2, 10, 10, 10, 2, 1, 10, 0.1, 0.4, 0.667]
  ])
  // The range ends before the day that begins at its end.
  expect(await run('supply_over_time', { ...params, to: '2026-09-03' })).toHaveLength(2)
  const one = await run('supply_over_time', { ...params, model: 'nvidia/rtx4090', placement: 1 })
  expect(one.map((r) => [r['providers_online'], r['gpus_registered'], r['gpus_seen'], r['gpus_leasable']])).toEqual([
    [0, 2, 2, 0],
    [0, 2, 0, 0],
    [1, 2, 2, 1]
  ])
  // Two days on, nobody was asked: the last day's end lies 25 hours after the last probe of each.
  await engine.exec(
    "INSERT INTO facts.probes BY NAME SELECT 'n' AS network, 'E' AS provider, TIMESTAMP '2026-09-06' AS probed_at, false AS ok"
  )
  await rebuild()
  const later = await run('supply_over_time', { ...params, from: '2026-09-04', to: '2026-09-06' })
  expect(
    later.map((r) => [r['providers_registered'], r['providers_online'], r['gpus_registered'], r['gpus_online'], r['gpus_leased']])
  ).toEqual([
    [3, null, 10, null, null],
    [3, null, 10, null, null]
  ])
  // A provider that answers and does not tell what it has: unknown, not none.
  await engine.exec(`
    INSERT INTO facts.probes BY NAME SELECT 'n' AS network, 'F' AS provider, TIMESTAMP '2026-09-05 12:00' AS probed_at, true AS ok;
    INSERT INTO facts.probe_nodes BY NAME SELECT 'n' AS network, 'F' AS provider, TIMESTAMP '2026-09-05 12:00' AS probed_at, 0 AS node_index, 0 AS gpu_kind
  `)
  await rebuild()
  expect(
    await engine.query(
      "SELECT online, gpus, gpus_allocatable, gpus_allocated FROM provider_days WHERE provider = 'F' AND probes > 0"
    )
  ).toEqual([{ online: true, gpus: null, gpus_allocatable: null, gpus_allocated: null }])
})
