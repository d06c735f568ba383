/** The metrics against a plain reckoning, lease by lease, over the same public tables. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NativeEngine } from '../../../src/lib/engine/native.ts'
import { unscaled } from '../../../src/lib/model/value.ts'
import type { MetricRows } from '../../../src/lib/sql/metric-rows.ts'
import { makeLake, openNativeLake, runNative } from './recorded-lake.ts'

const dir = mkdtempSync(join(tmpdir(), 'rackrate-metrics-'))
let engine: NativeEngine
beforeAll(async () => {
  await makeLake('v2.1', dir)
  engine = await openNativeLake(dir)
}, 60_000)
afterAll(async () => {
  await engine.close()
  rmSync(dir, { recursive: true, force: true })
})

const FROM = '2026-11-21T07:47:52.177950Z'
const TO = '2026-11-21T07:49:01.760452Z'
const MIDDLE = '2026-11-21T07:48:30.000000Z'
const base = { from: FROM, to: TO, bucket_us: 200_000, top: 6, most: 60, denom: 'uact', model: null, units_per_token: 1_000_000 }

type Lease = {
  readonly lease_id: string
  readonly provider: string
  readonly price: string
  readonly gpus: number
  readonly from: number
  readonly to: number
  readonly blocks: number
}

/** Leases with their span in milliseconds, and their blocks. */
async function leases(): Promise<Lease[]> {
  const rows = await engine.query(
    `SELECT lease_id, provider, price_per_block AS price, coalesce(gpus, 0)::INTEGER AS gpus, created_height AS a, created_at AS a_at,
       least(coalesce(closed_height, 264), coalesce(ran_dry_height, 264)) AS b
     FROM leases`
  )
  const times = new Map(
    (await engine.query('SELECT height, time FROM blocks')).map((row) => [row['height'], Date.parse(String(row['time']))])
  )
  return rows.map((row) => ({
    lease_id: String(row['lease_id']),
    provider: String(row['provider']),
    price: String(row['price']),
    gpus: Number(row['gpus']),
    from: Date.parse(String(row['a_at'])),
    to: times.get(row['b'] ?? '') ?? NaN,
    blocks: Number(row['b']) - Number(row['a'])
  }))
}

async function gpus(params: object): Promise<MetricRows['gpus_leased'][]> {
  return (await runNative(engine, 'gpus_leased', { ...base, ...params })) as unknown as MetricRows['gpus_leased'][]
}
async function spend(params: object): Promise<MetricRows['spend_by_provider'][]> {
  return (await runNative(engine, 'spend_by_provider', { ...base, ...params })) as unknown as MetricRows['spend_by_provider'][]
}

test('spend is price × blocks of each lease, to the micro-unit', async () => {
  const expected = new Map<string, bigint>()
  for (const { provider, price, blocks } of await leases())
    expected.set(provider, (expected.get(provider) ?? 0n) + unscaled(price, 38, 18) * BigInt(blocks))
  const rows = await spend({})
  expect(rows.map(({ provider }) => provider).sort()).toEqual([...expected.keys()].sort())
  for (const row of rows) expect(row.spend).toBeCloseTo(Number(expected.get(row.provider) ?? 0n) / 1e24, 12)
})

test('spend of two adjacent ranges is the spend of both', async () => {
  const total = (rows: readonly MetricRows['spend_by_provider'][]) => rows.reduce((sum, row) => sum + row.spend, 0)
  const [whole, before, after] = [await spend({}), await spend({ to: MIDDLE }), await spend({ from: MIDDLE })]
  expect(total(before) + total(after)).toBeCloseTo(total(whole), 10)
  expect(total(before)).toBeGreaterThan(1)
  expect(total(after)).toBeGreaterThan(1)
})

async function spendOverTime(params: object): Promise<MetricRows['spend_over_time']> {
  const [row] = (await runNative(engine, 'spend_over_time', { ...base, ...params })) as unknown as MetricRows['spend_over_time'][]
  if (!row) throw new Error('no row')
  return row
}
const sumOf = (values: readonly (number | null)[]) => values.reduce<number>((sum, value) => sum + (value ?? 0), 0)

test('spend of a bucket is price × the blocks of it, counted one by one', async () => {
  const to = Date.parse('2026-11-21T07:49:02Z')
  const row = await spendOverTime({ to: new Date(to).toISOString(), bucket_us: 2_000_000 })
  expect(row.first_bucket).toBe('2026-11-21T07:47:52.000000Z')
  const starts = row.spend.map((_, i) => Date.parse(row.first_bucket) + i * 2000)
  expect(starts.at(-1)).toBe(to - 2000)
  const blocks = (await engine.query('SELECT height::INTEGER AS height, epoch_us(time) AS us FROM blocks ORDER BY height')).map(
    (b) => ({
      height: Number(b['height']),
      ms: Number(b['us']) / 1000
    })
  )
  const held = (
    await engine.query(
      `SELECT price_per_block::DOUBLE AS price, created_height::INTEGER AS a,
         least(coalesce(closed_height, 264), coalesce(ran_dry_height, 264))::INTEGER AS b FROM leases`
    )
  ).map((l) => ({ price: Number(l['price']), a: Number(l['a']), b: Number(l['b']) }))
  // The last block has no successor to be paid for.
  const expected = starts.map((start) =>
    sumOf(
      blocks
        .filter(({ height, ms }) => ms >= start && ms < start + 2000 && height < 264)
        .map(({ height }) => sumOf(held.filter(({ a, b }) => a <= height && height < b).map(({ price }) => price)) / 1e6)
    )
  )
  for (const [i, spent] of row.spend.entries()) expect(spent, `bucket ${i}`).toBeCloseTo(expected[i] ?? NaN, 9)
  expect(row.leases).toBe(28)
  // The first bucket begins before the index and the last one ends after it: neither is whole.
  expect(row.mean.map((value) => value !== null)).toEqual(starts.map((_, i) => i >= 7 && i < starts.length - 1))
  for (const [i, mean] of row.mean.entries())
    if (mean !== null) expect(mean).toBeCloseTo(sumOf(expected.slice(i - 6, i + 1)) / 7, 9)
})

test('spend over time adds up to that by provider, whatever the buckets, the range and the model; buckets end at the end asked for', async () => {
  for (const params of [{}, { from: MIDDLE }, { to: MIDDLE }, { model: 'nvidia/a100' }, { denom: 'uakt' }]) {
    const expected = sumOf((await spend(params)).map((row) => row.spend))
    for (const bucket_us of [300_000, 7_000_000, 86_400_000_000]) {
      const row = await spendOverTime({ ...params, bucket_us })
      expect(sumOf(row.spend), JSON.stringify([params, bucket_us])).toBeCloseTo(expected, 9)
      const to = BigInt(Date.parse(MIDDLE)) * 1000n
      if ('to' in params) {
        const first = BigInt(Date.parse(row.first_bucket)) * 1000n + BigInt(row.first_bucket.slice(23, 26))
        expect(first + BigInt(row.spend.length * bucket_us)).toBe(to)
      }
    }
  }
  expect(await runNative(engine, 'spend_over_time', { ...base, from: TO })).toEqual([])
})

test('the trend of the median ends at the median of the last window, and has no window that the index does not fill', async () => {
  const trend = async (params: object) =>
    (await runNative(engine, 'price_trend', {
      ...base,
      bucket_us: 10_000_000,
      window_us: 30_000_000,
      ...params
    })) as unknown as MetricRows['price_trend'][]
  const prices = (from: string, to: string, model: string) =>
    runNative(engine, 'prices_by_model', { ...base, from, to }).then((rows) => rows.find((row) => row['model'] === model))
  const to = '2026-11-21T07:48:50.000000Z'
  const [row] = await trend({ to, model: 'nvidia/a100' })
  // Windows end at :20, :30, :40 and :50; the one to :20 would begin before the index.
  expect(row?.median).toHaveLength(3)
  for (const [i, end] of ['07:48:30', '07:48:40', '07:48:50'].entries()) {
    const from = new Date(Date.parse(`2026-11-21T${end}Z`) - 30_000).toISOString()
    const expected = await prices(from, `2026-11-21T${end}.000000Z`, 'nvidia/a100')
    expect(row?.median[i], end).toBeCloseTo(Number(expected?.['median']), 9)
    if (i === 2) expect([row?.leases, row?.providers]).toEqual([expected?.['leases'], expected?.['providers']])
  }
  // The most GPU-hours: eight GPUs for 50 seconds.
  expect((await trend({ to })).map(({ model }) => model)).toEqual(['nvidia/h100'])
  expect(await trend({ denom: 'uakt' })).toEqual([])
  expect((await trend({ to, model: 'nvidia/nothing' }))[0]).toMatchObject({ leases: 0, median: [null, null, null] })
})

test('denoms: those of open GPU leases first, and since when', async () => {
  const rows = (await runNative(engine, 'denoms', base)) as unknown as MetricRows['denoms'][]
  const open = await engine.query('FROM leases WHERE gpus > 0 AND closed_height IS NULL AND ran_dry_height IS NULL')
  expect(open.length).toBeGreaterThan(0)
  expect(rows).toEqual([
    {
      denom: 'uact',
      open_gpu_leases: open.length,
      gpu_leases: 23,
      leases: 28,
      first_at: '2026-11-21T07:47:59.712798Z',
      last_at: TO
    }
  ])
})

test('GPUs leased at each instant are those of the leases active then', async () => {
  const all = await leases()
  const rows = await gpus({})
  const first = Date.parse(rows[0]?.first_bucket ?? '')
  let compared = 0
  for (let i = 0; i < (rows[0]?.gpus.length ?? 0); i++) {
    const [start, end] = [first + i * 200, first + (i + 1) * 200]
    if (all.some(({ from, to }) => (from >= start && from <= end) || (to >= start && to <= end))) continue
    const total = rows.reduce((sum, row) => sum + (row.gpus[i] ?? NaN), 0)
    expect(total, new Date(start).toISOString()).toBe(
      all.reduce((sum, lease) => sum + (lease.from < start && lease.to > end ? lease.gpus : 0), 0)
    )
    compared++
  }
  expect(compared).toBeGreaterThan(200)
})

test('the mean of the buckets adds up to the GPU-hours, whatever the width of a bucket', async () => {
  const expected = (await leases()).reduce((sum, { gpus: n, from, to }) => sum + (n * (to - from)) / 3.6e6, 0)
  for (const bucket of [200_000, 1_000_000, 7_000_000, 86_400_000_000]) {
    const rows = await gpus({ bucket_us: bucket })
    const hours = rows.reduce((sum, row) => sum + row.gpu_hours, 0)
    expect(hours).toBeCloseTo(expected, 6)
    const [first, last] = [Date.parse(FROM) * 1000 + 950, Date.parse(TO) * 1000 + 452]
    const start = Date.parse(rows[0]?.first_bucket ?? '') * 1000
    const drawn = rows.reduce(
      (sum, row) =>
        sum +
        row.gpus.reduce<number>((all, n, i) => {
          const covered = Math.min(start + (i + 1) * bucket, last) - Math.max(start + i * bucket, first)
          return all + ((n ?? 0) * covered) / 3.6e9
        }, 0),
      0
    )
    // Means are rounded to a thousandth of a GPU.
    expect(drawn).toBeCloseTo(expected, 4)
  }
})

test('models beyond the top are drawn together, and none is lost', async () => {
  const [all, top] = [await gpus({}), await gpus({ top: 2 })]
  expect(top.map(({ model }) => model)).toEqual([all[0]?.model, all[1]?.model, 'other'])
  expect(top.reduce((sum, row) => sum + row.gpu_hours, 0)).toBeCloseTo(
    all.reduce((sum, row) => sum + row.gpu_hours, 0),
    9
  )
  expect(new Set(top.map(({ all_leases }) => all_leases))).toEqual(new Set([23]))
})

test('a bucket that touches a gap of the index is unknown, not zero', async () => {
  await engine.exec(`CREATE TABLE gap AS FROM coverage; DROP VIEW coverage;
    CREATE VIEW coverage AS FROM gap UNION ALL SELECT network, 100, 120, 'missing', source, indexed_at FROM gap`)
  try {
    const rows = await gpus({ bucket_us: 1_000_000 })
    const unknown = rows.map((row) => row.gpus.flatMap((n, i) => (n === null ? [i] : [])))
    expect(unknown[0]?.length).toBeGreaterThan(3)
    expect(new Set(unknown.map((list) => list.join()))).toHaveLength(1)
    const [a, b] = (await engine.query('SELECT time FROM blocks WHERE height IN (99, 121) ORDER BY height')).map((row) =>
      Date.parse(String(row['time']))
    )
    const first = Date.parse(rows[0]?.first_bucket ?? '')
    expect(unknown[0]?.[0]).toBe(Math.floor(((a ?? 0) - first) / 1000))
    expect(unknown[0]?.at(-1)).toBe(Math.floor(((b ?? 0) - first) / 1000))
    const row = await spendOverTime({ to: '2026-11-21T07:49:02Z', bucket_us: 1_000_000 })
    expect(row.spend.flatMap((value, i) => (value === null ? [i] : []))).toEqual(unknown[0])
    expect(row.mean.slice(unknown[0]?.[0], (unknown[0]?.at(-1) ?? 0) + 7)).toEqual(
      Array(Number(unknown[0]?.length) + 6).fill(null)
    )
    expect(row.mean[(unknown[0]?.at(-1) ?? 0) + 7]).not.toBeNull()
  } finally {
    await engine.exec('DROP VIEW coverage; CREATE VIEW coverage AS FROM gap')
  }
})

test('price per GPU-hour is by the blocks measured, and its median is weighted by GPU-hours', async () => {
  const points = (await runNative(engine, 'lease_price_points', base)) as unknown as MetricRows['lease_price_points'][]
  const all = new Map((await leases()).map((lease) => [lease.lease_id, lease]))
  expect(points).toHaveLength(23)
  for (const point of points) {
    const lease = all.get(point.lease_id)
    if (!lease) throw new Error(`no lease ${point.lease_id}`)
    const hours = (Date.parse(point.end_at) - Date.parse(point.start_at)) / 3.6e6
    expect(point.price / ((Number(lease.price) * lease.blocks) / hours / lease.gpus / 1e6)).toBeCloseTo(1, 2)
  }
  const rows = (await runNative(engine, 'prices_by_model', base)) as unknown as MetricRows['prices_by_model'][]
  for (const row of rows) {
    const mine = points.filter(({ model }) => model === row.model).sort((a, b) => a.price - b.price)
    const weight = ({ lease_id, gpus: n }: (typeof mine)[number]) =>
      n * ((all.get(lease_id)?.to ?? 0) - (all.get(lease_id)?.from ?? 0))
    const whole = mine.reduce((sum, point) => sum + weight(point), 0)
    let upTo = 0
    const median = mine.find((point) => (upTo += weight(point)) * 2 >= whole)
    expect(row.median).toBe(median?.price)
    expect([row.lowest, row.highest, row.leases]).toEqual([mine[0]?.price, mine.at(-1)?.price, mine.length])
  }
})

test('leases that begin or end at a height whose time is vague are counted, once each', async () => {
  const of = async (heights: readonly string[]): Promise<number | undefined> => {
    await engine.exec(
      `CREATE OR REPLACE VIEW blocks AS SELECT * REPLACE (CASE WHEN height IN (${heights.join(', ')}) THEN 3601 ELSE 3600 END AS time_error_s) FROM known`
    )
    return (await gpus({}))[0]?.doubtful_leases
  }
  const [lease, other] = await engine.query<{ a: string; b: string }>(
    'SELECT min(created_height) AS a, closed_height AS b FROM leases WHERE gpus > 0 AND closed_height IS NOT NULL GROUP BY closed_height HAVING count(*) = 1 ORDER BY a LIMIT 2'
  )
  const beginning = await engine.query(`FROM leases WHERE gpus > 0 AND created_height = ${other!.a}`)
  await engine.exec('CREATE TABLE known AS FROM blocks')
  expect(await of(['-1'])).toBe(0)
  expect(await of([lease!.b])).toBe(1)
  // Both ends of one lease, and whichever began with the other.
  expect(await of([lease!.b, other!.a, other!.b])).toBe(1 + beginning.length)
})
