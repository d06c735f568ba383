/** Prices where the facts are awkward: times that are not known, prices told late, shares reached exactly, days that are not whole. */
import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { readViews } from '../../ingest/views.ts'
import { attachedColumns, columnList, createViews } from '../../src/lib/engine/attach.ts'
import { knownTables } from '../../src/lib/engine/known.ts'
import { openNative, type NativeEngine } from '../../src/lib/engine/native.ts'
import { NO_REFERENCE, type ListPriceRow, type ReferencePrices } from '../../src/lib/model/prices.ts'
import { composeSql } from '../../src/lib/sql/catalog.ts'

const VIEWS = [
  ...[
    'known_gpus',
    'provider_gpus',
    'token_days',
    'day_heights',
    'account_labels',
    'lease_spans',
    'lease_usd_days',
    'host_rates'
  ],
  ...['ask_days', 'realised_prices', 'price_buckets', 'list_steps', 'list_price_steps', 'cloud_steps', 'cloud_price_steps']
]
const engines: NativeEngine[] = []
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close()
})

/** 240 blocks a day from 2026-01-01, height 0. */
const at = (height: number | null) => (height === null ? 'NULL' : `TIMESTAMP '2026-01-01' + INTERVAL (${height} * 360) SECOND`)
/** Ten blocks an hour: so many uact a block are a dollar an hour. */
const DOLLAR = 100_000

type Leased = {
  readonly id: string
  readonly from: number
  readonly to: number | null
  readonly gpus?: number
  readonly vcpus?: number
  readonly dry?: number
  readonly owner?: string
  /** Height (its time is not known where negative), denom, price per block. */
  readonly prices: readonly (readonly [height: number, denom: string, price: number | null])[]
}

/** An engine over leases of an H100; blocks are known at these heights. */
async function over(
  heights: readonly number[],
  leases: readonly Leased[] = [],
  more: Partial<ReferencePrices> & { readonly sql?: string } = {}
): Promise<NativeEngine> {
  const engine = await openNative({ threads: 1 })
  engines.push(engine)
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
  for (const [table, columns, rows] of knownTables('n', { ...NO_REFERENCE, ...more })) {
    await engine.exec(`CREATE TABLE facts.${table} (${columnList(columns)})`)
    await engine.insert(`facts.${table}`, columns, rows)
  }
  const values = <T>(rows: readonly T[], sql: (row: T) => string) => rows.map((row) => `(${sql(row)})`).join(', ')
  await engine.exec(`
    CREATE TABLE times (network VARCHAR, height BIGINT, time TIMESTAMP);
    CREATE TABLE leases (network VARCHAR, lease_id VARCHAR, deployment_id VARCHAR, owner VARCHAR, provider VARCHAR, gpus INTEGER, cpu_millicores BIGINT, memory_bytes BIGINT,
      storage_bytes BIGINT, created_height BIGINT, created_at TIMESTAMP, closed_height BIGINT, closed_at TIMESTAMP, ran_dry_height BIGINT);
    CREATE TABLE lease_prices (network VARCHAR, lease_id VARCHAR, from_height BIGINT, from_time TIMESTAMP, denom VARCHAR, price_per_block DECIMAL(38, 18));
    CREATE TABLE gpu_kinds (network VARCHAR, lease_id VARCHAR, gpu_model VARCHAR, gpu_memory_gib DOUBLE, gpu_interface VARCHAR, gpus INTEGER);
    CREATE TABLE stated_gpus (network VARCHAR, provider VARCHAR, name VARCHAR, gib DOUBLE, interface VARCHAR);
    CREATE TABLE escrow_moves (network VARCHAR, kind VARCHAR, deployment_id VARCHAR, account VARCHAR);
    CREATE TABLE provider_days (network VARCHAR, provider VARCHAR, day DATE, online_s DOUBLE, known_s DOUBLE);
    CREATE TABLE bids (network VARCHAR, provider VARCHAR, created_at TIMESTAMP, denom VARCHAR, price_per_block DECIMAL(38, 18), gpus INTEGER, gpu_model VARCHAR, gpu_memory_gib DOUBLE, gpu_interface VARCHAR);
    INSERT INTO times VALUES ${values(heights, (height) => `'n', ${height}, ${at(height)}`)};`)
  if (leases.length > 0)
    await engine.exec(`
      INSERT INTO leases VALUES ${values(
        leases,
        (
          l
        ) => `'n', '${l.id}', '${l.id}', '${l.owner ?? 'o'}', 'P', ${l.gpus ?? 1}, ${(l.vcpus ?? 10) * 1000}, 0, 0, ${l.from}, ${at(l.from)}, ${l.to}, ${at(l.to)},
          ${l.dry ?? null}`
      )};
      INSERT INTO lease_prices VALUES ${leases
        .map((l) =>
          values(l.prices, ([h, denom, price]) => `'n', '${l.id}', ${Math.abs(h)}, ${at(h < 0 ? null : h)}, '${denom}', ${price}`)
        )
        .join(', ')};
      INSERT INTO gpu_kinds SELECT 'n', lease_id, 'nvidia/h100', 80, 'sxm', gpus FROM leases WHERE gpus > 0;`)
  await engine.exec(`${more.sql ?? ''};
    CREATE TABLE lease_keys AS SELECT network, lease_id, provider FROM leases;
    INSERT INTO facts.gpu_units BY NAME SELECT DISTINCT 'n' AS network, 'nvidia/h100' AS model, 80 AS memory_gib, 'sxm' AS interface;`)
  await createViews(
    engine,
    readViews().filter(({ name }) => VIEWS.includes(name))
  )
  return engine
}

const days = (n: number): number[] => Array.from({ length: n }, (_, i) => i * 240)

test('an escrow that ran dry at a block that is not indexed ends the lease there: it is not left out', async () => {
  const engine = await over(days(11), [{ id: 'dry', from: 240, to: 2400, dry: 660, prices: [[240, 'uact', DOLLAR]] }])
  expect(await engine.query('SELECT end_at FROM lease_spans')).toEqual([{ end_at: '2026-01-03T18:00:00.000000Z' }])
  expect(await engine.query('SELECT sum(hours) AS hours, sum(usd) AS usd FROM lease_usd_days')).toEqual([{ hours: 42, usd: 42 }])
})

test('a price of the state whose time is not known is not spread over days before it', async () => {
  const engine = await over(days(11), [
    { id: 'untimed', from: 240, to: 2400, prices: [[240, 'uakt', null], [-1000, 'uact', DOLLAR]] },
    { id: 'timed', from: 240, to: 2400, prices: [[240, 'uakt', null], [1200, 'uact', DOLLAR]] },
    { id: 'before', from: 240, to: 2400, prices: [[240, 'uact', DOLLAR], [-1000, 'uact', 2 * DOLLAR]] }
  ]) // prettier-ignore
  expect(await engine.query('SELECT lease_id, hours, usd_per_hour AS usd FROM realised_prices')).toEqual([
    { lease_id: 'timed', hours: 120, usd: 1 }
  ])
})

test('a lease that ran dry before it was repriced has no row of negative length', async () => {
  const engine = await over(days(11), [
    { id: 'dry', from: 240, to: 2400, dry: 480, prices: [[240, 'uact', DOLLAR], [960, 'uact', 2 * DOLLAR]] }
  ]) // prettier-ignore
  expect(await engine.query('SELECT hours, usd_per_hour AS usd FROM realised_prices')).toEqual([{ hours: 24, usd: 1 }])
})

test('two prices of one lease in one denom stay apart', async () => {
  const engine = await over(days(11), [
    { id: 'twice', from: 240, to: 1200, prices: [[240, 'uact', DOLLAR], [480, 'uact', 5 * DOLLAR]] }
  ]) // prettier-ignore
  const rows = await engine.query('SELECT priced_hours AS hours, usd_per_gpu_hour AS usd FROM realised_prices ORDER BY from_time')
  expect(rows).toEqual([
    { hours: 24, usd: 1 },
    { hours: 72, usd: 5 }
  ])
})

test('a price of a token holds three days and no longer; a newer one takes its place', async () => {
  const close = (day: string, usd: string) => ({
    asset: 'akt',
    day,
    usd,
    basis: 'daily_close',
    source: 'publisher',
    fetched_at: null
  })
  const engine = await over(days(3), [], {
    tokens: [close('2026-01-01', '1'), close('2026-01-03', '3'), close('2026-01-20', '9')]
  })
  const rows = await engine.query('SELECT list(day ORDER BY day)::VARCHAR AS days, usd FROM token_days GROUP BY usd ORDER BY usd')
  expect(rows).toEqual([
    { days: '[2026-01-01, 2026-01-02]', usd: 1 },
    { days: '[2026-01-03, 2026-01-04, 2026-01-05, 2026-01-06]', usd: 3 },
    { days: '[2026-01-20, 2026-01-21, 2026-01-22, 2026-01-23]', usd: 9 }
  ])
})

test('a quarter that is reached exactly is reached, however the sum was rounded', async () => {
  // Ten leases of 0.1 hours each: in doubles the first five are 0.5 and all ten 0.9999999999999999 or 1, by the order of the sum.
  const leases = Array.from({ length: 20 }, (_, i): Leased => {
    const from = 240 + i * 7
    return { id: `l${i}`, from, to: from + 1, prices: [[from, 'uact', (i + 1) * DOLLAR]] }
  })
  const engine = await over([...days(4), ...leases.flatMap(({ from, to }) => [from, to ?? from])], leases)
  const [row] = await engine.query("SELECT p10, p25, p50, p75, p90 FROM price_buckets WHERE grain = 'day' AND scope = 'all'")
  const rounded = Object.values(row ?? {}).map((price) => Number(Number(price).toFixed(6)))
  expect(rounded).toEqual([2, 5, 10, 15, 18])
})

test('what of a price is for the GPUs is never more than the price', async () => {
  // Hosts at the defaults of the script: 10 vCPUs cost 16 USD in 730.5 hours.
  const host = 16 / 730.5
  const cpus = Array.from({ length: 5 }, (_, i): Leased => {
    return { id: `c${i}`, from: 240, to: 480, gpus: 0, prices: [[240, 'uact', Math.round(host * DOLLAR)]] }
  })
  const engine = await over(days(4), [
    ...cpus,
    { id: 'eight', from: 240, to: 480, gpus: 8, prices: [[240, 'uact', 8 * DOLLAR]] },
    { id: 'one', from: 240, to: 480, prices: [[240, 'uact', 5 * DOLLAR]] },
    { id: 'other', from: 240, to: 480, prices: [[240, 'uact', 5 * DOLLAR]] }
  ])
  const [row] = await engine.query("SELECT p50, gpu_share, gpu_share_low, gpu_share_high FROM price_buckets WHERE grain = 'week'")
  // 8 of 10 GPU-hours cost 1; each of the eight GPUs has an eighth of the host.
  expect(row?.['p50']).toBe(1)
  for (const share of ['gpu_share', 'gpu_share_low', 'gpu_share_high']) expect(row?.[share]).toBeCloseTo(1 - host / 8, 5)
})

test('asks of days that are not whole count at the pace of what is indexed of them', async () => {
  const ask = (height: number) => `('n', 'P', ${at(height)}, 'uact', ${DOLLAR}, 1, 'nvidia/h100', 80, 'sxm')`
  const engine = await over([60, 200, 300, 500, 560], [], {
    sql: `INSERT INTO bids VALUES ${[60, 300, 550].map(ask).join(', ')}`
  })
  expect(await engine.query('SELECT day, usd FROM ask_days ORDER BY day')).toEqual([
    { day: '2026-01-01', usd: 1 },
    { day: '2026-01-02', usd: 1 },
    { day: '2026-01-03', usd: 1 }
  ])
  const short = await over([60, 200], [], { sql: `INSERT INTO bids VALUES ${ask(100)}` })
  expect(await short.query('SELECT usd FROM ask_days')).toEqual([{ usd: 1 }])
})

test('heights of midnights lie between the blocks around them, also over days without any', async () => {
  const engine = await over([0, 200, 300, 900, 1190])
  expect(await engine.query('SELECT midnight, height FROM day_heights ORDER BY midnight')).toEqual(
    [0, 240, 480, 720, 960].map((height, i) => ({ midnight: `2026-01-0${i + 1}T00:00:00.000000Z`, height }))
  )
})

const offer = (observed_on: string, more: Partial<ListPriceRow> = {}): ListPriceRow => ({
  ...{ provider: 'aws', instance_type: 'x', gpu_name: 'H100', gpu_model: 'nvidia/h100', gpus: 1, gpu_memory_gib: 80 },
  ...{ gpu_interface: 'sxm', vcpus: 16, memory_gib: 256, region: 'us-east-1', purchase_option: 'on_demand' },
  ...{ usd_per_gpu_hour: '2', usd_per_hour: '2', statistic: 'list', offers: null, covers: 'instance', observed_on },
  ...{ source: 'list', fetched_at: null },
  ...more
})

test('an offer whose form factor came to be told is comparable from then on, at the same price', async () => {
  const engine = await over(days(2), [], {
    prices: [offer('2026-01-01', { gpu_interface: null }), offer('2026-01-05'), offer('2026-01-09')]
  })
  const steps = await engine.query(
    'SELECT gpu_interface AS form, from_day, to_day, observations AS n FROM list_price_steps ORDER BY from_day'
  )
  expect(steps).toEqual([
    { form: null, from_day: '2026-01-01', to_day: '2026-01-05', n: 1 },
    { form: 'sxm', from_day: '2026-01-05', to_day: '2026-01-10', n: 2 }
  ])
  const metric = composeSql('cloud_prices', (path) => readFileSync(new URL(`../../src/lib/sql/${path}`, import.meta.url), 'utf8'))
  const params = {
    model: 'nvidia/h100',
    memory_gib: 80,
    interface: 'sxm',
    from: '2026-01-01T00:00:00Z',
    to: '2026-02-01T00:00:00Z'
  }
  expect((await engine.query(metric, params)).map(({ from_day, to_day }) => [from_day, to_day])).toEqual([
    ['2026-01-05', '2026-01-10']
  ])
})
