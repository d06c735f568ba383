import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { build } from '../../../ingest/lake/build.ts'
import { openLake } from '../../../ingest/lake/write.ts'
import { attachLake, attachMarts, readManifest } from '../../../src/lib/engine/attach.ts'
import { QueryError } from '../../../src/lib/engine/engine.ts'
import { openNative } from '../../../src/lib/engine/native.ts'
import { martsStale, type Manifest } from '../../../src/lib/model/manifest.ts'
import { PUBLIC_TABLES } from '../../../src/lib/model/public.ts'
import { digits, isoMicros } from '../../../src/lib/model/value.ts'
import { emptyViews, factsIn, filesBelow, HOSTILE, metaOf, OPTIONS } from './synthetic.ts'

let dir: string
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rackrate-build-'))
  await append(1, 50)
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

async function append(from: number, to: number): Promise<void> {
  const lake = await openLake(dir, OPTIONS)
  await lake.append({ from, to }, factsIn(from, to), metaOf(from, to))
  await lake.close()
}

const BLOCKS = "SELECT network, height, time, txs, 'header' AS time_basis, 0::DOUBLE AS time_error_s FROM facts.blocks"
const views = emptyViews({
  blocks: BLOCKS,
  token_prices: `SELECT network, denom AS asset, deadline AS time, CASE WHEN tx_index = 0 THEN height END AS height,
    CASE WHEN height % 2 = 0 THEN -price ELSE price END AS usd, owner AS basis, '' AS source FROM facts.market_events WHERE deadline IS NOT NULL`,
  providers: `SELECT network, provider, NULL AS host_uri, NULL AS organization, NULL AS region, NULL AS email, NULL AS website, NULL AS attributes,
    height AS created_height, NULL AS created_at, NULL AS updated_height, NULL AS updated_at, keys AS audited_by, 'event' AS basis FROM facts.audit_records`,
  orders:
    emptyViews()
      .find((v) => v.name === 'orders')
      ?.sql.replace('WHERE false', '') ?? ''
})

const martOf = (manifest: Manifest, table: string): string =>
  join(dir, manifest.marts.find((mart) => mart.table === table)?.path ?? '')

test('every public table becomes a listed file; equal facts give equal bytes', async () => {
  const manifest = await build(dir, views, { version: '1' })
  expect(manifest.marts.map((mart) => mart.table)).toEqual(PUBLIC_TABLES)
  expect(await readManifest(dir)).toEqual(manifest)
  const once = filesBelow(dir)
  await build(dir, views, { version: '1' })
  expect(filesBelow(dir)).toEqual(once)
})

test('marts are stale once blocks are added, and a new build takes the place of the old files', async () => {
  expect(martsStale(await readManifest(dir))).toBe(true)
  const first = await build(dir, views, { version: '1' })
  expect(martsStale(first)).toBe(false)
  await append(51, 60)
  expect(martsStale(await readManifest(dir))).toBe(true)
  const second = await build(dir, views, { version: '1', graceMs: 0 })
  expect(martsStale(second)).toBe(false)
  expect(martOf(second, 'blocks')).not.toBe(martOf(first, 'blocks'))
  const listed = new Set(second.marts.map((mart) => mart.path))
  expect(Object.keys(filesBelow(dir)).filter((path) => path.startsWith('marts/'))).toEqual([...listed].sort())
})

test('a view that fails leaves the lake as it was', async () => {
  await build(dir, views, { version: '1' })
  const before = filesBelow(dir)
  const broken = views.map((view) =>
    view.name === 'coverage' ? { name: 'coverage', sql: "SELECT error('no') AS network" } : view
  )
  await expect(build(dir, broken, { version: '2' })).rejects.toThrow(QueryError)
  const lake = await openLake(dir, OPTIONS)
  await lake.close()
  expect(filesBelow(dir)).toEqual(before)
})

test('two writers at once are refused', async () => {
  const lake = await openLake(dir, OPTIONS)
  await expect(build(dir, views, { version: '1' })).rejects.toThrow(/another run writes/)
  await lake.close()
})

test('marts attach as the tables that the views are', async () => {
  const manifest = await build(dir, views, { version: '1' })
  const [marts, lake] = [await openNative(), await openNative()]
  await attachMarts(marts, dir, manifest)
  await attachLake(lake, dir, manifest, views)
  for (const table of PUBLIC_TABLES) {
    const sql = `SELECT * FROM ${table} ORDER BY ALL`
    expect(await marts.query(sql)).toEqual(await lake.query(sql))
  }
  await marts.close()
  await lake.close()
})

test('a lake without marts, or with a damaged one, says what to do', async () => {
  const engine = await openNative()
  await expect(attachMarts(engine, dir, await readManifest(dir))).rejects.toThrow(/no marts.*build --lake/)
  const manifest = await build(dir, views, { version: '1' })
  writeFileSync(martOf(manifest, 'leases'), 'x')
  await expect(attachMarts(engine, dir, manifest)).rejects.toThrow(/marts\/leases\.[0-9a-f]{16}\.parquet has 1 bytes/)
  await engine.close()
})

test('hyparquet reads marts, exact where decimals and times are taken raw', async () => {
  const manifest = await build(dir, views, { version: '1' })
  const file = await asyncBufferFromFile(martOf(manifest, 'token_prices'))
  const metadata = await parquetMetadataAsync(file)
  const raw = {
    ...metadata,
    // Left as they are, decimals would come as floats.
    schema: metadata.schema.map(({ converted_type, logical_type, ...element }) =>
      converted_type === 'DECIMAL'
        ? element
        : { ...element, ...(converted_type && { converted_type }), ...(logical_type && { logical_type }) }
    )
  }
  const rows = await parquetReadObjects({
    file,
    metadata: raw,
    compressors,
    parsers: { timestampFromMicroseconds: (v: bigint) => v }
  })
  const exact = rows.map((row) => ({
    ...row,
    time: isoMicros(row['time'] as bigint),
    height: row['height'] === null ? null : String(row['height']),
    usd: digits(BigInt.asIntN(128, BigInt(`0x${Buffer.from(row['usd'] as Uint8Array).toString('hex')}`)), 18)
  }))
  const engine = await openNative()
  await attachMarts(engine, dir, manifest)
  const expected = await engine.query('SELECT * FROM token_prices')
  expect(exact).toEqual(expected)
  expect(expected.some((row) => row['usd'] === '-12345678901234567890.123456789012345678')).toBe(true)

  const providers = await parquetReadObjects({ file: await asyncBufferFromFile(martOf(manifest, 'providers')), compressors })
  expect(providers.map((row) => row['audited_by'])).toEqual(
    (await engine.query('SELECT * FROM providers')).map((row) => row['audited_by'])
  )
  expect(providers).toContainEqual(expect.objectContaining({ audited_by: HOSTILE.slice(0, 3) }))
  expect(providers).toContainEqual(expect.objectContaining({ audited_by: [] }))
  const [order] = await parquetReadObjects({ file: await asyncBufferFromFile(martOf(manifest, 'orders')), compressors })
  expect(order?.['gpu_models'] ?? null).toBeNull()
  expect(await parquetReadObjects({ file: await asyncBufferFromFile(martOf(manifest, 'leases')), compressors })).toEqual([])
  await engine.close()
})

test('a row group has at most 98,304 rows', async () => {
  const many = views.map((view) => (view.name === 'blocks' ? { name: 'blocks', sql: `${BLOCKS}, range(5000)` } : view))
  const manifest = await build(dir, many, { version: '1' })
  const metadata = await parquetMetadataAsync(await asyncBufferFromFile(martOf(manifest, 'blocks')))
  expect(metadata.row_groups.map((group) => Number(group.num_rows))).toEqual([98_304, 98_304, 53_392])
  expect(readFileSync(martOf(manifest, 'blocks')).length).toBe(manifest.marts.find((mart) => mart.table === 'blocks')?.bytes)
})
