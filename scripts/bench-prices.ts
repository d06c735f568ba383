/** The matcher and the marts of prices over five years of 40 kinds of GPU and 12 sources that tell a price every day. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { copy } from '../ingest/lake/parquet.ts'
import { readViews } from '../ingest/views.ts'
import { attachedColumns, columnList, createViews } from '../src/lib/engine/attach.ts'
import { openNative, type NativeEngine } from '../src/lib/engine/native.ts'
import { composeSql } from '../src/lib/sql/catalog.ts'
import { figure, say } from './measure.ts'

const GOAL = { seconds: 10, bytes: 200_000 }
const SIZE = { days: 5 * 365, kinds: 40, sources: 12, leases: 10, providers: 6 }
const FROM = '2021-11-21'
const MARTS = ['price_days', 'price_series', 'gpu_share_weeks', 'cloud_price_steps', 'price_discounts'] as const
const TABLES = ['host_rates', 'price_buckets', 'list_steps', 'list_price_steps', 'cloud_steps', ...MARTS]

/** Leases of thirty days at a price of their own, bids that scatter about it, and list prices that step now and then: drawn by hashes, so always the same. */
async function makeMarket(engine: NativeEngine): Promise<void> {
  await engine.exec(`
    CREATE SCHEMA facts;
    CREATE MACRO draw(a, b, c) AS (hash(a, b, c) % 1000000) / 1e6;
    CREATE TABLE days AS SELECT DATE '${FROM}' + i::INTEGER AS day, i FROM range(${SIZE.days}) AS t(i);
    CREATE TABLE kinds AS SELECT k, 'nvidia/model' || k AS gpu_model, 80.0::DOUBLE AS gpu_memory_gib, 'sxm' AS gpu_interface, 0.1 * 1.11 ** k AS usd FROM range(${SIZE.kinds}) AS t(k);
    CREATE TABLE lease_usd_days AS
      SELECT 'n' AS network, 'l' || k || '/' || n || '/' || (i + 3 * n) // 30 AS lease_id, 'p' || (n % ${SIZE.providers}) AS provider, 'o' AS owner, 'gpu' AS kind,
        gpu_model, gpu_memory_gib, gpu_interface, 1 + n % 8 AS gpus, 8.0::DOUBLE AS vcpus, 32.0::DOUBLE AS memory_gib, 100.0::DOUBLE AS storage_gib,
        CASE WHEN n = 0 AND k = 0 THEN ['price_bot'] ELSE []::VARCHAR[] END AS marks, day, 24.0::DOUBLE AS hours, 'uact' AS denom, 1.0::DOUBLE AS token_usd, 'fixed' AS token_basis,
        0.0::DOUBLE AS tokens, usd * exp(0.3 * (draw(k, n, (i + 3 * n) // 30) - 0.5)) * 0.9998 ** i * 24 * (1 + n % 8) AS usd
      FROM days, kinds, range(${SIZE.leases}) AS t(n)
      UNION ALL
      SELECT 'n', 'c' || n || '/' || i // 30, 'p0', 'o', 'cpu', NULL, NULL, NULL, 0, 4.0, 8.0, 50.0, []::VARCHAR[], day, 24.0, 'uact', 1.0, 'fixed', 0.0, 0.5 * (1 + draw(n, i // 30, 0))
      FROM days, range(20) AS t(n);
    CREATE TABLE ask_days AS SELECT 'n' AS network, 'p' || n AS provider, day, gpu_model, gpu_memory_gib, gpu_interface, 3 AS bids,
      usd * exp(0.4 * (draw(k, n, i // 7) - 0.4)) AS usd FROM days, kinds, range(${SIZE.providers}) AS t(n);
    CREATE TABLE provider_days AS SELECT 'n' AS network, 'p' || n AS provider, day, 86400 * (0.9 + draw(n, i, 1) / 10) AS online_s, 86400::DOUBLE AS known_s
      FROM days, range(${SIZE.providers}) AS t(n) WHERE i > ${SIZE.days} - 365;
    CREATE TABLE facts.reference_list_prices (${columnList(attachedColumns('list_prices'))});
    CREATE TABLE facts.list_prices (${columnList(attachedColumns('list_prices'))});
    INSERT INTO facts.list_prices BY NAME SELECT 'n' AS network, 'cloud' || s AS provider, gpu_model || '.x' || s AS instance_type, gpu_model AS gpu_name, gpu_model,
      1 + s % 8 AS gpus, gpu_memory_gib, gpu_interface, 16 AS vcpus, 128 AS memory_gib, 'r' AS region, 'on_demand' AS purchase_option,
      usd * (1 + s % 4) * (1 + draw(k, s, i // 180) / 2) * (1 + s % 8) AS usd_per_hour, usd * (1 + s % 4) * (1 + draw(k, s, i // 180) / 2) AS usd_per_gpu_hour,
      'list' AS statistic, 'instance' AS covers, day AS observed_on, 'source ' || s AS source
      FROM days, kinds, range(${SIZE.sources}) AS t(s);
  `)
}

export async function benchPrices(): Promise<void> {
  say(`\nprices of ${SIZE.days} days × ${SIZE.kinds} kinds of GPU × ${SIZE.sources} sources`)
  const engine = await openNative({ threads: 2 })
  const dir = mkdtempSync(join(tmpdir(), 'rackrate-bench-'))
  try {
    await makeMarket(engine)
    const [size] = await engine.query<{ leases: number; prices: number }>(
      'SELECT (SELECT count(*) FROM lease_usd_days)::INTEGER AS leases, (SELECT count(*) FROM facts.list_prices)::INTEGER AS prices'
    )
    const began = performance.now()
    const views = readViews()
    await createViews(
      engine,
      views.filter(({ name }) => name === 'list_prices' || TABLES.includes(name))
    )
    for (const mart of MARTS) await engine.exec(`CREATE TABLE mart_${mart} AS FROM ${mart}`)
    const matcher = composeSql('like_for_like', (path) =>
      readFileSync(new URL(`../src/lib/sql/${path}`, import.meta.url), 'utf8')
    )
    // As a browser has them.
    for (const table of ['list_prices', 'list_price_steps'])
      await engine.exec(
        `CREATE TABLE mart_${table} AS FROM ${table}; DROP VIEW ${table}; ALTER TABLE mart_${table} RENAME TO ${table}`
      )
    let offers = 0
    for (let k = 0; k < SIZE.kinds; k++) {
      const params = {
        model: `nvidia/model${k}`,
        memory_gib: 80,
        interface: 'sxm',
        to: '2026-11-01T00:00:00Z',
        gpus: 1,
        vcpus: 8,
        ram_gib: 32,
        price: 1
      }
      offers += (await engine.query(matcher, params)).length
    }
    const seconds = (performance.now() - began) / 1000
    const what = `goal ≤ ${GOAL.seconds} s; ${size?.leases} lease-days, ${size?.prices} list prices, ${offers} offers matched`
    figure(
      'matcher and daily marts',
      `${seconds.toFixed(1)} s`,
      seconds <= GOAL.seconds && offers === SIZE.kinds * SIZE.sources,
      what
    )

    const writer = await openNative({ threads: 1 })
    const plain = join(dir, 'plain.parquet')
    await engine.exec(`COPY mart_price_series TO '${plain}' (FORMAT parquet)`)
    const mart = join(dir, 'price_series.parquet')
    const rows = await copy(writer, `FROM read_parquet('${plain}') ORDER BY ALL`, mart, { network: 'n', table: 'price_series' })
    await writer.close()
    const { size: bytes } = statSync(mart)
    figure(
      'price mart of the browser',
      `${(bytes / 1000).toFixed(0)} kB`,
      bytes <= GOAL.bytes,
      `goal ≤ ${GOAL.bytes / 1000} kB; ${rows} rows`
    )
  } finally {
    await engine.close()
    rmSync(dir, { recursive: true })
  }
}
