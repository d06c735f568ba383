/**
 * What the state remembers against what the blocks tell: over each recording the floor of the node moves through every height. Below it
 * the state decides, from it on the events; every row must be the one that all blocks give, and what the state can't know is NULL.
 * All floors are computed at once: each is a network of its own.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../ingest/chain/endpoints.ts'
import { openLake } from '../../ingest/lake/write.ts'
import { akash } from '../../ingest/networks/akash/config.ts'
import { serveRecording } from '../../ingest/recording/serve.ts'
import { run } from '../../ingest/run.ts'
import { readViews } from '../../ingest/views.ts'
import { walk } from '../../ingest/walk.ts'
import { attachLake, createViews } from '../../src/lib/engine/attach.ts'
import { openNative, type NativeEngine } from '../../src/lib/engine/native.ts'
import { FACT_TABLES } from '../../src/lib/model/facts.ts'
import { SNAPSHOT_TABLES } from '../../src/lib/model/snapshot.ts'

const RECORDINGS = join(import.meta.dirname, '../fixtures/recordings')

/** Views that have nothing to do with the state. */
const OTHERS =
  /^(reported_days|reconciliation|probe|lease_(days|spans|usd)|(provider|supply|ask|token)_days|(stated|known|provider)_gpus|day_heights|token_prices|gpu_(models|names|share)|(list|held|cloud|price|realised|other)_|account_labels|host_rates|events$)/

/** An engine with the facts of every floor: network `1`, `2`, … has the blocks from there on and the state; `blocks` has all blocks alone. */
async function floorsOf(recording: string, dir: string): Promise<{ engine: NativeEngine; last: number }> {
  const server = await serveRecording(join(RECORDINGS, recording))
  const source = await connect([server.url], { verifyHashes: () => false })
  const { chainId, latestHeight: last } = await source.status()
  const lake = await openLake(dir, { network: 'akash', chainId, origin: 'recorded', version: '0', create: true })
  await walk(akash, source, lake)
  await run(akash, source, lake)
  const manifest = lake.manifest()
  await lake.close()
  source.close()
  await server.close()
  const engine = await openNative()
  await attachLake(engine, dir, manifest, [])
  await engine.exec('CREATE SCHEMA told')
  for (const table of [...FACT_TABLES, ...SNAPSHOT_TABLES, 'partitions', 'gaps', 'snapshots', 'anchors'])
    await engine.exec(`CREATE TABLE told.${table} AS FROM facts.${table}`)
  await engine.exec('DROP SCHEMA facts CASCADE')
  await engine.exec(`CREATE SCHEMA facts; CREATE TABLE floors AS SELECT unnest(range(1, ${last + 2}))::BIGINT AS floor`)
  for (const table of FACT_TABLES)
    await engine.exec(
      `CREATE TABLE facts.${table} AS
        SELECT floor::VARCHAR AS network, t.* EXCLUDE (network) FROM told.${table} t, floors WHERE height >= floor
        UNION ALL SELECT 'blocks', t.* EXCLUDE (network) FROM told.${table} t`
    )
  for (const table of [...SNAPSHOT_TABLES, 'snapshots', 'anchors'])
    await engine.exec(
      `CREATE TABLE facts.${table} AS SELECT floor::VARCHAR AS network, t.* EXCLUDE (network) FROM told.${table} t, floors`
    )
  await engine.exec(
    `CREATE TABLE facts.partitions AS
      SELECT floor::VARCHAR AS network, t.* EXCLUDE (network) REPLACE (floor AS from_height) FROM told.partitions t, floors WHERE floor <= ${last}
      UNION ALL SELECT 'blocks', t.* EXCLUDE (network) FROM told.partitions t;
    CREATE TABLE facts.gaps AS FROM told.gaps`
  )
  await createViews(
    engine,
    readViews().filter(({ name }) => !OTHERS.test(name))
  )
  return { engine, last }
}

/** Keys, columns that must be equal, and columns that may be unknown where the state alone tells of the beginning. */
const TABLES = {
  deployments: {
    id: 'deployment_id',
    equal: ['owner', 'dseq', 'created_height', 'closed_height', 'denom'],
    unknown: ['deposited', 'refunded', 'funded_by', 'via'],
    always: []
  },
  orders: {
    id: 'order_id',
    equal: [
      ...['deployment_id', 'created_height', 'gpus', 'gpu_models', 'cpu_millicores', 'memory_bytes', 'storage_bytes'],
      ...['persistent_storage_bytes', 'region', 'signed_by', 'bids', 'outcome', 'denom']
    ],
    unknown: ['closed_height', 'max_price_per_block'],
    // Their group may be older.
    always: ['max_price_per_block']
  },
  bids: {
    id: 'lease_id',
    equal: [
      'order_id',
      'provider',
      'created_height',
      'gpus',
      'gpu_model',
      'gpu_memory_gib',
      'gpu_interface',
      'outcome',
      'closed_height'
    ],
    unknown: ['denom', 'price_per_block', 'deposit', 'deposit_denom'],
    always: []
  },
  leases: {
    id: 'lease_id',
    equal: [
      ...['order_id', 'deployment_id', 'provider', 'created_height', 'closed_height', 'gpus', 'gpu_model', 'gpu_memory_gib'],
      ...['gpu_interface', 'gpu_basis', 'cpu_millicores', 'memory_bytes', 'storage_bytes']
    ],
    unknown: [
      'denom',
      'price_per_block',
      'close_reason',
      'close_reason_basis',
      'ran_dry_height',
      'reclaim_started_height',
      'reclaim_deadline'
    ],
    // The deposits may be older.
    always: ['ran_dry_height']
  },
  providers: {
    id: 'provider',
    equal: ['host_uri', 'organization', 'region', 'email', 'website', 'attributes'],
    unknown: ['created_height', 'updated_height'],
    // Updated since, but created before.
    always: ['created_height']
  }
} as const

/** What the state knows in some recordings though not in all: prices where none was changed, reasons where they are kept. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['v0.36', 'v1.2', 'v2.1'].flatMap((name) =>
    [
      'leases.denom',
      'leases.price_per_block',
      'leases.ran_dry_height',
      'bids.denom',
      'bids.price_per_block',
      'orders.max_price_per_block'
    ].map((column) => `${name} ${column}`)
  ),
  ...['v1.2', 'v2.1', 'v1.2-to-v2.0'].map((name) => `${name} leases.close_reason`),
  'v0.36 deployments.funded_by'
])

describe.each(['v0.36', 'v1.2', 'v2.1', 'v1.2-to-v2.0'])('%s', (recording) => {
  let dir: string
  let engine: NativeEngine
  let last: number
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'rackrate-state-'))
    ;({ engine, last } = await floorsOf(recording, join(dir, 'lake')))
  }, 120_000)
  afterAll(async () => {
    await engine.close()
    await rm(dir, { recursive: true })
  })

  test.each(Object.entries(TABLES))('%s are the same at every floor', async (table, { id, equal, unknown, always }) => {
    await engine.exec(`CREATE OR REPLACE TABLE seen AS FROM ${table}`)
    const [sizes] = await engine.query<{ rows: string; floors: string }>(
      `SELECT count(*) FILTER (network = 'blocks') AS rows, count(DISTINCT network) - 1 AS floors FROM seen`
    )
    expect(Number(sizes?.rows)).toBeGreaterThan(0)
    expect(Number(sizes?.floors)).toBe(last + 1)
    const differs = (column: string): string => `s.${column} IS DISTINCT FROM b.${column}`
    const known = (column: string): string =>
      KNOWN.has(`${recording} ${table}.${column}`)
        ? 'true'
        : (always as readonly string[]).includes(column)
          ? 'false'
          : `s.basis = 'event'`
    const wrong = [
      ...equal.map((column) => `CASE WHEN ${differs(column)} THEN '${column}' END`),
      ...unknown.map(
        (column) => `CASE WHEN ${differs(column)} AND (${known(column)} OR s.${column} IS NOT NULL) THEN '${column}' END`
      )
    ]
    const rows = await engine.query(
      `WITH all_rows AS (SELECT floor::VARCHAR AS network, b.${id} FROM seen b, floors WHERE b.network = 'blocks'),
      compared AS (
        SELECT k.network, ${id}, s.basis, s.network IS NULL AS missing,
          list_filter([${wrong.join(', ')}], lambda c: c IS NOT NULL) AS columns
        FROM all_rows k
        FULL JOIN (FROM seen WHERE network <> 'blocks') s USING (network, ${id})
        LEFT JOIN (FROM seen WHERE network = 'blocks') b USING (${id})
      )
      SELECT ${id}, columns, any_value(basis) AS basis, bool_or(missing) AS missing, min(network::INTEGER) AS from_floor, max(network::INTEGER) AS to_floor
      FROM compared WHERE missing OR len(columns) > 0 GROUP BY ${id}, columns ORDER BY ALL`
    )
    expect(rows).toEqual([])
  })
  test('lease prices are the same at every floor, as far as they can be known', async () => {
    await engine.exec('CREATE OR REPLACE TABLE seen AS FROM lease_prices')
    // A price is right when it held from there on; what was in force before a change that is not indexed is NULL.
    const wrong = await engine.query(
      `SELECT s.network, s.lease_id, s.from_height, s.cause, s.denom, s.price_per_block, b.denom AS was, b.price_per_block AS price
      FROM (FROM seen WHERE network <> 'blocks') s
      ASOF LEFT JOIN (FROM seen WHERE network = 'blocks') b ON s.lease_id = b.lease_id AND s.from_height >= b.from_height
      WHERE (s.denom <> b.denom) OR (s.price_per_block IS DISTINCT FROM b.price_per_block AND s.price_per_block IS NOT NULL)
        OR (s.price_per_block IS NULL AND s.basis = 'event') OR b.lease_id IS NULL
        OR (s.cause = 'migration' AND (b.cause <> 'migration' OR b.from_height <> s.from_height))`
    )
    expect(wrong).toEqual([])
    // The last price of each lease is known at every floor.
    const lost = await engine.query(
      `WITH last AS (
        SELECT network, lease_id, arg_max(denom, from_height) FILTER (price_per_block IS NOT NULL) AS denom,
          arg_max(price_per_block, from_height) FILTER (price_per_block IS NOT NULL) AS price
        FROM seen GROUP BY ALL
      )
      SELECT f.floor, b.lease_id, s.denom, s.price, b.price AS was
      FROM floors f JOIN last b ON b.network = 'blocks' LEFT JOIN last s ON s.network = f.floor::VARCHAR AND s.lease_id = b.lease_id
      WHERE s.price IS DISTINCT FROM b.price OR s.denom IS DISTINCT FROM b.denom`
    )
    expect(lost).toEqual([])
  })

  test('parameters of modules are the same at every floor, as far as the node serves them', async () => {
    await engine.exec('CREATE OR REPLACE TABLE seen AS FROM module_params')
    const same = 's.module = b.module AND s.param = b.param AND s.denom IS NOT DISTINCT FROM b.denom AND s.value = b.value'
    // Blocks do not tell what the lab set beside the chain's own way.
    const blocksTell = `EXISTS (FROM seen b WHERE b.network = 'blocks' AND s.module = b.module AND s.param = b.param)`
    // What is told was in force at its last height, and from its first on where that is known.
    const wrong = await engine.query(
      `FROM seen s WHERE network <> 'blocks' AND (s.basis <> 'state' OR ${blocksTell}) AND NOT EXISTS (
        FROM seen b WHERE b.network = 'blocks' AND ${same}
          AND coalesce(s.valid_from_height, s.network::INTEGER) >= b.valid_from_height
          AND s.valid_to_height IS NOT DISTINCT FROM b.valid_to_height
      )`
    )
    expect(wrong).toEqual([])
    // What holds at the end and the node serves is told at every floor.
    const asked = `FROM seen WHERE network = '${last + 1}' AND valid_to_height IS NULL`
    const lost = await engine.query(
      `SELECT f.floor, b.* FROM floors f JOIN (FROM seen WHERE network = 'blocks' AND valid_to_height IS NULL) b ON module IN (SELECT module ${asked})
      WHERE NOT EXISTS (FROM seen s WHERE s.network = f.floor::VARCHAR AND s.valid_to_height IS NULL AND ${same})`
    )
    expect(lost).toEqual([])
    const [found] = await engine.query<{ n: string }>(`SELECT count(*) AS n ${asked}`)
    // Nodes of v0.36 serve none.
    expect(Number(found?.n)).toBe({ 'v0.36': 0, 'v1.2': 9, 'v2.1': 27, 'v1.2-to-v2.0': 20 }[recording])
  })

  test('times of heights whose headers are hidden are off by no more than they say', async () => {
    const [found] = await engine.query<Record<string, string>>(
      `SELECT count(*) AS times, count(*) FILTER (abs(epoch_us(s.time) - epoch_us(b.time)) > s.error_s * 1e6 + 1) AS wrong,
        median(abs(epoch_us(s.time) - epoch_us(b.time))) / 1e6 AS typical, max(s.error_s) AS bound,
        count(*) FILTER (s.time < t.time) AS falling
      FROM times s JOIN times b ON b.network = 'blocks' AND b.height = s.height
      ASOF LEFT JOIN times t ON t.network = s.network AND s.height > t.height
      WHERE s.basis = 'interpolated'`
    )
    expect(Number(found?.['times'])).toBeGreaterThan(1000)
    expect(found).toMatchObject({ wrong: '0', falling: '0' })
    // A chain of a few minutes: between its first block that can be had and the next header.
    expect(Number(found?.['bound'])).toBeLessThan(300)
  })

  test('what a lease that only the state knows has cost is what its books say, to the fractions that payouts lose', async () => {
    // The span that spend is counted over ends where the escrow ran dry, in the middle of a block at most.
    const wrong = await engine.query(
      `SELECT l.lease_id, l.price_per_block * (coalesce(l.ran_dry_height, l.closed_height) - l.created_height) AS spend,
        s.withdrawn + s.balance AS paid
      FROM leases l
      JOIN facts.state_leases s ON s.network = l.network AND concat_ws('/', s.owner, s.dseq, s.gseq, s.oseq, s.provider) = l.lease_id
      WHERE l.network = '${last + 1}' AND l.closed_height IS NOT NULL AND l.price_per_block IS NOT NULL AND s.payment_denom = l.denom
        AND NOT (spend - paid BETWEEN 0 AND 2 + CASE WHEN l.ran_dry_height IS NULL THEN 0 ELSE l.price_per_block END)`
    )
    expect(wrong).toEqual([])
    const [found] = await engine.query<{ n: string }>(
      `SELECT count(*) AS n FROM leases WHERE network = '${last + 1}' AND closed_height IS NOT NULL AND price_per_block IS NOT NULL`
    )
    expect(Number(found?.n)).toBeGreaterThan(4)
  })
})
