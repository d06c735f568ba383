/** Realised prices, asks, list prices and discounts over leases and offers written by hand: reckoned on paper. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readViews } from '../../ingest/views.ts'
import { attachedColumns, columnList, createViews } from '../../src/lib/engine/attach.ts'
import type { Params, Row } from '../../src/lib/engine/engine.ts'
import { knownTables } from '../../src/lib/engine/known.ts'
import { openNative, type NativeEngine } from '../../src/lib/engine/native.ts'
import type { ListPriceRow, TokenPriceRow } from '../../src/lib/model/prices.ts'
import { composeSql, type MetricId } from '../../src/lib/sql/catalog.ts'

const VIEWS = [
  ...[
    'known_gpus',
    'gpu_names',
    'provider_gpus',
    'token_days',
    'day_heights',
    'list_prices',
    'account_labels',
    'lease_spans',
    'lease_usd_days'
  ],
  ...['host_rates', 'ask_days', 'realised_prices', 'price_buckets', 'price_days', 'price_series', 'gpu_share_weeks'],
  ...['other_price_months', 'list_steps', 'list_price_steps', 'cloud_steps', 'cloud_price_steps', 'price_discounts', 'events']
]
/** USD an hour of 10 vCPUs and 20 GiB by the default bid script: (10 × 1.60 + 20 × 0.80) ÷ 730.5. */
const HOST = 32 / 730.5

const offer = (
  instance_type: string,
  gpus: number,
  usd: string,
  observed_on: string,
  more: Partial<ListPriceRow> = {}
): ListPriceRow => ({
  ...{
    provider: 'aws',
    instance_type,
    gpu_name: 'H100',
    gpu_model: 'nvidia/h100',
    gpus,
    gpu_memory_gib: 80,
    gpu_interface: 'sxm'
  },
  ...{ vcpus: 16 * gpus, memory_gib: 256 * gpus, region: 'us-east-1', purchase_option: 'on_demand', usd_per_gpu_hour: usd },
  ...{ usd_per_hour: String(Number(usd) * gpus), statistic: 'list', offers: null, covers: 'instance', observed_on },
  ...{ source: 'aws price list', fetched_at: null },
  ...more
})
const H200 = { gpu_model: 'nvidia/h200', gpu_memory_gib: 141 }
const close = (day: string, usd: string): TokenPriceRow => ({
  asset: 'akt',
  day,
  usd,
  basis: 'daily_close',
  source: 'publisher',
  fetched_at: null
})

let engine: NativeEngine
beforeAll(async () => {
  engine = await openNative({ threads: 1 })
  await engine.exec('CREATE SCHEMA facts')
  for (const table of [
    'blocks',
    'oracle_prices',
    'list_prices',
    'token_prices',
    'gpu_units',
    'state_gpu_units',
    'state_deployments'
  ] as const)
    await engine.exec(`CREATE TABLE facts.${table} (${columnList(attachedColumns(table))})`)
  const reference = {
    prices: [
      offer('p5.48xlarge', 8, '12', '2025-12-01'),
      offer('p5.48xlarge', 8, '12', '2025-12-15'),
      offer('p5.48xlarge', 8, '8', '2026-01-02'),
      offer('p5.4xlarge', 1, '9', '2026-01-01'),
      // The publisher's own stands before the catalog that repeats it.
      offer('p5.4xlarge', 1, '7', '2026-01-01', { source: 'SkyPilot catalog of aws' }),
      offer('p5.4xlarge', 1, '9', '2026-01-03'),
      offer('p5.4xlarge', 1, '3', '2026-01-01', { purchase_option: 'spot' }),
      offer('p5.4xlarge', 1, '10', '2026-01-01', { region: 'eu-west-1' }),
      offer('p5e.4xlarge', 1, '11', '2026-01-01', { gpu_memory_gib: 141, gpu_model: 'nvidia/h200' }),
      // Nobody looked for two years; a catalog that lags behind the publisher, and one that stands alone.
      ...['2024-01-01', '2026-01-01'].map((day) => offer('H200', 1, '4', day, { ...H200, provider: 'lambda', region: 'global' })),
      offer('H200', 1, '7', '2026-01-04', {
        ...H200,
        provider: 'lambda',
        region: 'global',
        source: 'SkyPilot catalog of lambda'
      }),
      offer('H200', 1, '6', '2026-01-04', {
        ...H200,
        provider: 'nebius',
        region: 'global',
        source: 'SkyPilot catalog of nebius'
      }),
      offer('H200', 1, '5', '2026-01-04', { ...H200, provider: 'coreweave', region: 'global', statistic: 'quoted' }),
      offer('H100 PCIe', 1, '2', '2026-01-01', { provider: 'lambda', region: 'global', gpu_interface: 'pcie', vcpus: null }),
      offer('bare', 1, '4', '2026-01-01', { provider: 'coreweave', region: 'global', covers: 'gpu' }),
      offer('H100 (cheapest)', 1, '1', '2026-01-01', { provider: 'vast', region: 'global', statistic: 'cheapest' }),
      offer('H100 (median)', 1, '2.5', '2025-12-31', { provider: 'vast', region: 'global', statistic: 'median', vcpus: 4 }),
      offer('H100 (median)', 1, '2.5', '2026-01-04', { provider: 'vast', region: 'global', statistic: 'median', vcpus: 4 })
    ],
    tokens: [close('2026-01-01', '2'), close('2026-01-02', '9')],
    events: [{ date: '2026-01-03', title: 'Mainnet 99', source: 'notes' }]
  }
  for (const [table, columns, rows] of knownTables('n', reference)) {
    await engine.exec(`CREATE TABLE facts.${table} (${columnList(columns)})`)
    await engine.insert(`facts.${table}`, columns, rows)
  }
  await engine.exec(`
    -- 240 blocks a day, but for the second of January, which has half as many.
    CREATE TABLE times AS SELECT 'n' AS network, * FROM (VALUES
      (0, TIMESTAMP '2026-01-01'), (120, TIMESTAMP '2026-01-01 12:00'), (240, TIMESTAMP '2026-01-02'), (300, TIMESTAMP '2026-01-02 12:00'),
      (360, TIMESTAMP '2026-01-03'), (600, TIMESTAMP '2026-01-04'), (840, TIMESTAMP '2026-01-05'), (1320, TIMESTAMP '2026-01-07')
    ) AS t(height, time);
    INSERT INTO facts.blocks BY NAME SELECT network, height, time FROM times;
    -- What the chain says of a day stands before what publishers do.
    INSERT INTO facts.oracle_prices BY NAME SELECT 'n' AS network, 300 AS height, 0 AS tx_index, i AS event_index, 'akt' AS asset, usd, 'oracle' AS source
      FROM (VALUES (0, 5), (1, 6), (2, 100)) AS t(i, usd);
    CREATE TABLE leases AS
      SELECT 'n' AS network, lease_id, owner || '/1' AS deployment_id, owner, provider, gpus, cpu_millicores, memory_gib::BIGINT * 1073741824 AS memory_bytes,
        0::BIGINT AS storage_bytes, a AS created_height, b AS closed_height, ta.time AS created_at, tb.time AS closed_at, NULL::BIGINT AS ran_dry_height
      FROM (VALUES
        ('akt', 'o1', 'P', 2, 20000, 40, 0, 360), ('act', 'o2', 'P', 1, 10000, 20, 120, 600), ('own', 'P', 'P', 1, 10000, 20, 600, 840),
        ('paid', 'o5', 'Q', 1, 10000, 20, 600, 840), ('mixed', 'o6', 'Q', 2, 10000, 20, 0, 240), ('odd', 'o7', 'Q', 1, 10000, 20, 0, 240),
        ('late', 'o8', 'Q', 1, 10000, 20, 840, NULL), ('strange', 'o9', 'Q', 1, 10000, 20, 0, 240), ('zero', 'o1', 'P', 1, 10000, 20, 120, 120), ('timeless', 'o1', 'P', 1, 10000, 20, 0, 7),
        ('c1', 'o4', 'P', 0, 10000, 20, 0, 240), ('c2', 'o4', 'P', 0, 10000, 20, 0, 240), ('c3', 'o4', 'Q', 0, 10000, 20, 0, 240),
        ('c4', 'o4', 'P', 0, 10000, 20, 0, 240), ('c5', 'o4', 'P', 0, 10000, 20, 0, 240)
      ) AS t(lease_id, owner, provider, gpus, cpu_millicores, memory_gib, a, b)
      LEFT JOIN times ta ON ta.height = a LEFT JOIN times tb ON tb.height = b;
    CREATE TABLE lease_prices AS
      SELECT l.network, l.lease_id, created_height AS from_height, created_at AS from_time, p.denom, p.price::DECIMAL(38, 18) AS price_per_block
      FROM leases l JOIN (VALUES
        ('akt', 'uakt', 1000000), ('act', 'uact', 500000), ('own', 'uact', 100000), ('paid', 'uact', 200000), ('mixed', 'uact', 600000),
        ('odd', 'coin', 1), ('late', 'uakt', 1000000), ('strange', 'uact', 300000), ('zero', 'uact', 300000), ('timeless', 'uact', 300000),
        ('c1', 'uact', 1e5 * ${HOST}), ('c2', 'uact', 2e5 * ${HOST}), ('c3', 'uact', 3e5 * ${HOST}), ('c4', 'uact', 4e5 * ${HOST}), ('c5', 'uact', 5e5 * ${HOST})
      ) AS p(lease_id, denom, price) USING (lease_id);
    CREATE TABLE lease_keys AS SELECT network, lease_id, provider FROM leases;
    CREATE TABLE gpu_kinds AS SELECT 'n' AS network, * FROM (VALUES
      ('akt', 'nvidia/h100', 80, 'sxm', 2), ('act', 'nvidia/h100', 80, NULL, 1), ('own', 'nvidia/h100', 80, 'sxm', 1), ('paid', 'nvidia/h100', NULL, NULL, 1),
      ('mixed', 'nvidia/h100', 80, 'sxm', 1), ('mixed', 'nvidia/t4', 16, NULL, 1), ('odd', 'nvidia/h100', 80, 'sxm', 1), ('late', 'nvidia/t4', NULL, NULL, 1),
      ('strange', 'nvidia/x9000', 7, NULL, 1), ('zero', 'nvidia/h100', 80, 'sxm', 1), ('timeless', 'nvidia/h100', 80, 'sxm', 1)
    ) AS t(lease_id, gpu_model, gpu_memory_gib, gpu_interface, gpus);
    INSERT INTO facts.gpu_units BY NAME SELECT DISTINCT network, gpu_model AS model, gpu_memory_gib AS memory_gib, gpu_interface AS interface FROM gpu_kinds;
    -- P has only SXM, and says so; Q has both.
    CREATE TABLE stated_gpus AS SELECT 'n' AS network, * FROM (VALUES
      ('P', 'nvidia/h100', 80, 'sxm'), ('Q', 'nvidia/h100', 80, 'sxm'), ('Q', 'nvidia/h100', 80, 'pcie')
    ) AS t(provider, name, gib, interface);
    CREATE TABLE escrow_moves AS SELECT 'n' AS network, 'deposit' AS kind, 'o5/1' AS deployment_id, 'Q' AS account;
    CREATE TABLE provider_days AS SELECT 'n' AS network, * FROM (VALUES ('P', DATE '2026-01-01', 64800, 86400), ('P', DATE '2026-01-02', 0, 0))
      AS t(provider, day, online_s, known_s);
    CREATE TABLE bids AS SELECT 'n' AS network, * FROM (VALUES
      ('P', TIMESTAMP '2026-01-01 01:00', 'uact', 400000, 2, 'nvidia/h100', 80, 'sxm'), ('P', TIMESTAMP '2026-01-01 20:00', 'uact', 600000, 1, 'nvidia/h100', 80, NULL),
      ('Q', TIMESTAMP '2026-01-01 05:00', 'uakt', 200000, 1, 'nvidia/h100', 80, 'sxm'), ('P', TIMESTAMP '2026-01-02 05:00', 'uact', 600000, 1, 'nvidia/h100', 80, 'sxm'),
      ('P', TIMESTAMP '2026-01-02 05:00', 'uact', 600000, 0, NULL, NULL, NULL)
    ) AS t(provider, created_at, denom, price_per_block, gpus, gpu_model, gpu_memory_gib, gpu_interface);
  `)
  await createViews(
    engine,
    readViews().filter(({ name }) => VIEWS.includes(name))
  )
})
afterAll(() => engine.close())

async function metric(id: MetricId, params: Params): Promise<Row[]> {
  return engine.query(
    composeSql(id, (path) => readFileSync(new URL(`../../src/lib/sql/${path}`, import.meta.url), 'utf8')),
    params
  )
}
const h100 = { model: 'nvidia/h100', memory_gib: 80, interface: 'sxm' } as const
const january = { from: '2026-01-01T00:00:00Z', to: '2026-01-06T12:00:00Z' } as const

describe('a lease in USD', () => {
  test('each day: price × blocks of the day × the token price in force', async () => {
    const rows = await engine.query(
      `SELECT lease_id, day, round(usd / hours / gpus, 9) AS price, token_basis FROM lease_usd_days WHERE gpus > 0 ORDER BY lease_id, day`
    )
    expect(rows.map(({ lease_id, day, price, token_basis }) => [lease_id, String(day).slice(8), price, token_basis])).toEqual([
      // Blocks a day × 0.5 USD ÷ hours: 120 in 12 hours, 120 in 24, 240 in 24.
      ['act', '01', 5, 'fixed'],
      ['act', '02', 2.5, 'fixed'],
      ['act', '03', 5, 'fixed'],
      // 240 × 1 AKT × 2 USD ÷ 24 ÷ 2, then 120 × 6 (the median of what the chain said) ÷ 24 ÷ 2.
      ['akt', '01', 10, 'daily_close'],
      ['akt', '02', 15, 'chain'],
      // 240 × 6 ÷ 24: the last token price is three days old, then older.
      ['late', '05', 60, 'chain'],
      ['late', '06', null, null],
      ['mixed', '01', 3, 'fixed'],
      ['odd', '01', null, null],
      ['own', '04', 1, 'fixed'],
      ['paid', '04', 2, 'fixed'],
      ['strange', '01', 3, 'fixed']
    ])
  })

  test('blocks of the days of a lease are all its blocks', async () => {
    const [row] = await engine.query(`SELECT round(sum(tokens), 9) AS tokens FROM lease_usd_days WHERE lease_id = 'act'`)
    expect(row?.['tokens']).toBe((600 - 120) * 0.5)
  })

  test('kinds: what the provider leaves no choice about is filled in, what is not known stays', async () => {
    const rows = await engine.query(
      'SELECT lease_id, kind, gpu_model, gpu_memory_gib AS gib, gpu_interface AS form FROM lease_spans WHERE gpus > 0 ORDER BY lease_id'
    )
    expect(Object.fromEntries(rows.map((r) => [r['lease_id'], [r['kind'], r['gpu_model'], r['gib'], r['form']]]))).toEqual({
      act: ['gpu', 'nvidia/h100', 80, 'sxm'],
      akt: ['gpu', 'nvidia/h100', 80, 'sxm'],
      late: ['gpu', 'nvidia/t4', 16, 'pcie'],
      mixed: ['mixed', null, null, null],
      odd: ['gpu', 'nvidia/h100', 80, 'sxm'],
      own: ['gpu', 'nvidia/h100', 80, 'sxm'],
      paid: ['gpu', 'nvidia/h100', 80, null],
      strange: ['gpu', 'nvidia/x9000', 7, null],
      zero: ['gpu', 'nvidia/h100', 80, 'sxm']
    })
  })

  test('names that are not known are listed, and how many leases have them', async () => {
    const rows = await engine.query('SELECT name, told_gib AS gib, gpu_model, is_known, leases FROM gpu_names ORDER BY ALL')
    expect(rows.map((row) => Object.values(row))).toEqual([
      ['nvidia/h100', 80, 'nvidia/h100', true, 0],
      ['nvidia/h100', 80, 'nvidia/h100', true, 1],
      ['nvidia/h100', 80, 'nvidia/h100', true, 6],
      ['nvidia/h100', null, 'nvidia/h100', true, 1],
      ['nvidia/t4', 16, 'nvidia/t4', true, 1],
      ['nvidia/t4', null, 'nvidia/t4', true, 1],
      ['nvidia/x9000', 7, 'nvidia/x9000', false, 1]
    ])
  })

  test('marks', async () => {
    const rows = await engine.query(
      "SELECT lease_id, marks FROM lease_spans WHERE lease_id IN ('act', 'own', 'paid') ORDER BY ALL"
    )
    expect(rows.map(({ marks }) => marks)).toEqual([[], ['self_dealt'], ['funded_by_provider']])
  })

  test('whole leases, with what of the price is for the GPUs', async () => {
    const [row] = await engine.query("SELECT * FROM realised_prices WHERE lease_id = 'akt'")
    // 480 + 720 USD over 48 hours and 2 GPUs; hosts of leases without GPUs cost 2, 3 and 4 times the script's defaults.
    expect(row).toMatchObject({ usd_per_hour: 25, usd_per_gpu_hour: 12.5, priced_hours: 48, token_basis: 'chain, daily_close' })
    expect(row?.['gpu_share_usd']).toBeCloseTo(12.5 - 3 * HOST, 9)
    expect(row?.['gpu_share_usd_low']).toBeCloseTo(12.5 - 4 * HOST, 9)
    expect(row?.['gpu_share_usd_high']).toBeCloseTo(12.5 - 2 * HOST, 9)
    expect(await engine.query("SELECT usd_per_hour, priced_hours FROM realised_prices WHERE lease_id = 'odd'")).toEqual([
      { usd_per_hour: null, priced_hours: null }
    ])
  })
})

test('percentiles weigh by GPU-hours; the organic scope leaves marked leases out, and tells when none is left', async () => {
  const rows = await engine.query(
    `SELECT day, scope, leases, gpu_hours, round(COLUMNS('^p[0-9]+$'), 12), uptime FROM price_days
     WHERE gpu_model = 'nvidia/h100' AND gpu_interface = 'sxm' ORDER BY day, scope`
  )
  expect(
    rows.map((r) => [
      r['day'],
      r['scope'],
      r['leases'],
      r['gpu_hours'],
      r['p10'],
      r['p25'],
      r['p50'],
      r['p75'],
      r['p90'],
      r['uptime']
    ])
  ).toEqual([
    // 12 GPU-hours at 5 and 48 at 10: a fifth of them cost 5.
    ['2026-01-01', 'all', 2, 60, 5, 10, 10, 10, 10, 0.75],
    // 24 at 2.5 and 48 at 15: a third cost 2.5.
    ['2026-01-02', 'all', 2, 72, 2.5, 2.5, 15, 15, 15, null],
    ['2026-01-03', 'all', 1, 24, 5, 5, 5, 5, 5, null],
    ['2026-01-04', 'all', 1, 24, 1, 1, 1, 1, 1, null],
    ['2026-01-04', 'organic', 0, 0, null, null, null, null, null, null]
  ])
  const [week] = await metric('realised_price', { ...h100, ...january, grain: 'week', scope: 'organic' })
  // 2.5: 24 of 156 GPU-hours, 5: 36 more, 10: 48 more, 15: the last 48.
  expect(week).toMatchObject({ begins: '2025-12-29', leases: 2, gpu_hours: 156, p10: 2.5, p25: 5, p50: 10, p75: 15, p90: 15 })
})

test('asks: of each provider and day the median of its bids, at the pace of that day', async () => {
  // 10 blocks an hour on the first: P 0.4 × 10 ÷ 2 = 2 and 0.6 × 10 = 6, Q 0.2 AKT × 2 USD × 10 = 4. 5 an hour on the second: 0.6 × 5 = 3.
  expect(await metric('ask_price', { ...h100, ...january, grain: 'day' })).toEqual([
    { begins: '2026-01-01', providers: 2, p25: 4, p50: 4, p75: 4 },
    { begins: '2026-01-02', providers: 1, p25: 3, p50: 3, p75: 3 }
  ])
})

test('leases without a price of one kind stand apart', async () => {
  const rows = await metric('other_prices', { to: january.to })
  expect(rows.map(({ kind, leases, p50, usd_per_gpu_hour }) => [kind, leases, Number(p50).toFixed(6), usd_per_gpu_hour])).toEqual(
    [
      ['cpu', 5, (3 * HOST).toFixed(6), null],
      ['mixed', 1, '6.000000', 3]
    ]
  )
})

describe('list prices', () => {
  test('hold until the next observation shows another, and not beyond the last', async () => {
    const rows = await engine.query(
      `SELECT instance_type, usd_per_gpu_hour::DOUBLE AS usd, from_day, to_day, observations, is_last FROM list_price_steps
       WHERE provider = 'aws' AND purchase_option = 'on_demand' AND region = 'us-east-1' AND gpu_model = 'nvidia/h100' ORDER BY ALL`
    )
    expect(rows.map((row) => Object.values(row))).toEqual([
      ['p5.48xlarge', 8, '2026-01-02', '2026-01-03', 1, true],
      ['p5.48xlarge', 12, '2025-12-01', '2026-01-02', 2, false],
      ['p5.4xlarge', 9, '2026-01-01', '2026-01-04', 2, true]
    ])
  })

  test('the offer with the fewest GPUs in the first region stands for a cloud; a market without a list its median', async () => {
    const rows = await metric('cloud_prices', { ...h100, ...january, from: '2025-12-01T00:00:00Z' })
    expect(rows.map((r) => [r['provider'], r['instance_type'], r['usd_per_gpu_hour'], r['from_day'], r['to_day']])).toEqual([
      ['aws', 'p5.48xlarge', 12, '2025-12-01', '2026-01-01'],
      ['aws', 'p5.4xlarge', 9, '2026-01-01', '2026-01-04'],
      ['vast', 'H100 (median)', 2.5, '2025-12-31', '2026-01-05']
    ])
  })

  test('discounts stand only where both sides have a price', async () => {
    const rows = await metric('discounts', { ...h100, ...january, grain: 'day', scope: 'organic' })
    expect(
      rows.map((r) => [
        r['provider'],
        r['begins'],
        r['discount_p25'],
        r['discount'],
        r['discount_p75'],
        r['discount_uptime_adjusted']
      ])
    ).toEqual([
      ['aws', '2026-01-01', 1 - 10 / 9, 1 - 10 / 9, 1 - 10 / 9, 1 - 10 / 0.75 / 9],
      ['aws', '2026-01-02', 1 - 15 / 9, 1 - 15 / 9, 1 - 2.5 / 9, null],
      ['aws', '2026-01-03', 1 - 5 / 9, 1 - 5 / 9, 1 - 5 / 9, null],
      ['vast', '2026-01-01', -3, -3, -3, 1 - 10 / 0.75 / 2.5],
      ['vast', '2026-01-02', -5, -5, 0, null],
      ['vast', '2026-01-03', -1, -1, -1, null]
    ])
    expect(
      await metric('discounts', {
        ...h100,
        ...january,
        model: 'nvidia/t4',
        memory_gib: 16,
        interface: 'pcie',
        grain: 'day',
        scope: 'all'
      })
    ).toEqual([])
    const whole = await engine.query(
      "SELECT count(*)::INTEGER AS n, min(discount) AS least FROM price_discounts WHERE scope = 'all'"
    )
    expect(whole).toEqual([{ n: 7, least: -5 }])
  })

  test('like for like: what sets an offer apart is said', async () => {
    const job = { ...h100, to: '2026-01-04T12:00:00Z', gpus: 1, vcpus: 10, ram_gib: 200, price: 4.5 }
    const rows = await metric('like_for_like', job)
    expect(
      rows.map((r) => [r['instance_type'], r['region'], r['purchase_option'], r['comparable'], r['why'], r['discount']])
    ).toEqual([
      ['p5.4xlarge', 'us-east-1', 'on_demand', 'yes', '', 0.5],
      ['p5.4xlarge', 'eu-west-1', 'on_demand', 'differs', 'region eu-west-1, not us-east-1', 0.55],
      ['p5.48xlarge', 'us-east-1', 'on_demand', 'differs', 'at least 8 GPUs', 1 - 4.5 / 8],
      [
        'H100 (median)',
        'global',
        'on_demand',
        'differs',
        '4 vCPUs a GPU, not 10; median of the offers of a market',
        1 - 4.5 / 2.5
      ],
      ['p5.4xlarge', 'us-east-1', 'spot', 'no', 'spot: it can be taken away', null],
      ['bare', 'global', 'on_demand', 'no', 'the price is of the GPU alone', null],
      ['H100 PCIe', 'global', 'on_demand', 'no', 'PCIe, not SXM', null],
      ['H100 (cheapest)', 'global', 'on_demand', 'no', 'cheapest offer of a market', null]
    ])
    const later = await metric('like_for_like', { ...job, to: '2026-08-01T00:00:00Z' })
    expect(new Set(later.map(({ comparable }) => comparable))).toEqual(new Set(['no']))
    const open = await metric('like_for_like', { ...job, memory_gib: null, interface: null })
    expect(open[0]).toMatchObject({ comparable: 'no', discount: null })
    expect(String(open[0]?.['why'])).toContain('the form factor of the leases is not told')
    expect(await metric('like_for_like', { ...job, model: 'nvidia/rtx3060' })).toEqual([])
  })

  test('an offer is as old as its last observation; catalogs lag, and comparison sites have no offer', async () => {
    const h200 = { model: 'nvidia/h200', memory_gib: 141, interface: 'sxm', gpus: 1, vcpus: 16, ram_gib: 256, price: 3 }
    const seen = async (to: string) =>
      (await metric('like_for_like', { ...h200, to })).map((r) => [
        r['provider'],
        r['usd_per_gpu_hour'],
        r['seen_on'],
        r['comparable'],
        r['why']
      ])
    expect(await seen('2024-06-30T00:00:00Z')).toEqual([['lambda', 4, '2024-01-01', 'yes', '']])
    expect(await seen('2024-08-01T00:00:00Z')).toEqual([['lambda', 4, '2024-01-01', 'no', 'no price seen for half a year']])
    expect(await seen('2026-01-05T00:00:00Z')).toEqual([
      ['aws', 11, '2026-01-01', 'yes', ''],
      ['lambda', 4, '2026-01-01', 'yes', ''],
      ['nebius', 6, '2026-01-04', 'yes', ''],
      ['coreweave', 5, '2026-01-04', 'no', 'quoted by a comparison site']
    ])
    const standing = await metric('cloud_prices', { ...h200, from: '2026-01-01T00:00:00Z', to: '2026-01-31T00:00:00Z' })
    expect(standing.map((r) => [r['provider'], r['usd_per_gpu_hour']])).toEqual([
      ['aws', 11],
      ['lambda', 4],
      ['nebius', 6]
    ])
  })

  test('steps by a fifth or more are events', async () => {
    await engine.exec("DELETE FROM facts.reference_list_prices WHERE instance_type = 'p5.4xlarge'")
    await engine.exec('DROP TABLE cloud_steps; DROP TABLE list_steps')
    await createViews(
      engine,
      readViews().filter(({ name }) => name === 'list_steps' || name === 'cloud_steps')
    )
    expect((await metric('price_events', { ...h100, ...january })).map(({ day, title }) => [day, title])).toEqual([
      ['2026-01-02', 'p5.48xlarge −33 %'],
      ['2026-01-03', 'Mainnet 99']
    ])
    expect(await metric('price_events', { ...january, model: 'nvidia/t4', memory_gib: 16, interface: 'pcie' })).toHaveLength(1)
  })
})

test('an account that gives back nearly all it rents at once is a price bot', async () => {
  await engine.exec(`
    INSERT INTO leases BY NAME SELECT 'n' AS network, 'b' || i AS lease_id, 'bot' AS owner, 'P' AS provider, 1 AS gpus,
      TIMESTAMP '2026-01-01' AS created_at, TIMESTAMP '2026-01-01' + (CASE WHEN i < 18 THEN 299 ELSE 301 END) * INTERVAL 1 SECOND AS closed_at FROM range(20) AS t(i);
    INSERT INTO leases BY NAME SELECT 'n' AS network, 'k' || i AS lease_id, 'kept' AS owner, 'P' AS provider, 1 AS gpus,
      TIMESTAMP '2026-01-01' AS created_at, TIMESTAMP '2026-01-01' + (CASE WHEN i < 17 THEN 299 ELSE 301 END) * INTERVAL 1 SECOND AS closed_at FROM range(20) AS t(i);
  `)
  const rows = await engine.query("SELECT account, source FROM account_labels WHERE network = 'n'")
  expect(rows).toEqual([{ account: 'bot', source: '18 of its 20 GPU leases ended within 5 minutes or by the next block' }])
})

test('a lease that ran dry in the block that repriced it has its old price alone', async () => {
  const own = await openNative({ threads: 1 })
  await own.exec(`
    CREATE TABLE blocks AS SELECT 'n' AS network, * FROM (VALUES (1, TIMESTAMP '2026-01-01'), (11, TIMESTAMP '2026-01-02'), (21, TIMESTAMP '2026-01-03')) AS t(height, time);
    CREATE TABLE leases AS SELECT 'n' AS network, 'l' AS lease_id, 'P' AS provider, 1 AS gpus, 1 AS created_height, TIMESTAMP '2026-01-01' AS created_at,
      11 AS closed_height, TIMESTAMP '2026-01-02' AS closed_at, 11 AS ran_dry_height;
    CREATE TABLE lease_prices AS SELECT 'n' AS network, 'l' AS lease_id, * FROM (VALUES
      (1, TIMESTAMP '2026-01-01', 'uact', 24::DECIMAL(38, 18)), (11, TIMESTAMP '2026-01-02', 'uact', 48)) AS t(from_height, from_time, denom, price_per_block);
    CREATE TABLE lease_gpus AS SELECT 'n' AS network, 'l' AS lease_id, 'nvidia/t4' AS gpu_model, 1 AS gpus;
    CREATE TABLE providers AS SELECT 'n' AS network, 'P' AS provider, NULL::VARCHAR AS organization;
  `)
  const read = (path: string) => readFileSync(new URL(`../../src/lib/sql/${path}`, import.meta.url), 'utf8')
  const params = { from: '2025-12-01T00:00:00Z', to: '2026-02-01T00:00:00Z', denom: 'uact', units_per_token: 1, most: 10 }
  const rows = await own.query(composeSql('lease_price_points', read), params)
  await own.close()
  // 10 blocks a day at 24.
  expect(rows.map(({ price }) => price)).toEqual([10])
})
