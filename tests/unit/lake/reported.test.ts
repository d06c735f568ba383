/** Reported figures in the lake: the latest fetch stands, nothing else of the lake changes, damage is found. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { merge } from '../../../ingest/commands/merge.ts'
import { build } from '../../../ingest/lake/build.ts'
import { repair } from '../../../ingest/lake/repair.ts'
import { writeReported } from '../../../ingest/lake/reported.ts'
import { verify } from '../../../ingest/lake/verify.ts'
import { openLake } from '../../../ingest/lake/write.ts'
import { readViews } from '../../../ingest/views.ts'
import { attachLake, readManifest } from '../../../src/lib/engine/attach.ts'
import { openNative } from '../../../src/lib/engine/native.ts'
import { martsStale, type LakeFile } from '../../../src/lib/model/manifest.ts'
import type { ReportedRow } from '../../../src/lib/model/reported.ts'
import { emptyViews, factsIn, filesBelow, metaOf, OPTIONS } from './synthetic.ts'

let dir: string
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rackrate-reported-'))
  await put(join(dir, 'a'), [])
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const row = (day: string, value: string, fetched: number, more: Partial<ReportedRow> = {}): ReportedRow => ({
  metric: 'active_leases',
  day,
  value,
  unit: 'leases',
  source: 'host/path',
  fetched_at: BigInt(fetched),
  ...more
})

async function put(path: string, rows: readonly ReportedRow[]): Promise<LakeFile | undefined> {
  const lake = await openLake(path, OPTIONS)
  try {
    if (lake.done().length === 0) await lake.append({ from: 1, to: 9 }, factsIn(1, 9), metaOf(1, 9))
    const file = rows.length > 0 ? await writeReported(lake.dir, lake.manifest(), rows) : undefined
    if (file) await lake.recordReported(file)
    return file
  } finally {
    await lake.close()
  }
}

async function figures(path: string) {
  const engine = await openNative()
  await attachLake(
    engine,
    path,
    await readManifest(path),
    readViews().filter((view) => view.name === 'reported_days')
  )
  const rows = await engine.query('SELECT metric, day, value, unit, source, fetched_at FROM reported_days')
  await engine.close()
  return rows.map((r) => [r['metric'], r['day'], Number(r['value']), r['source'], Date.parse(String(r['fetched_at']))])
}

test('of one metric, day and source the latest fetch stands, whatever the order; other sources beside it', async () => {
  const lake = join(dir, 'a')
  await put(lake, [
    row('2026-09-01', '1', 5_000),
    row('2026-09-02', '2.5', 5_000),
    row('2026-09-01', '9', 5_000, { source: 'z' })
  ])
  await put(lake, [row('2026-09-02', '3', 8_000), row('2026-09-03', '-4', 8_000), row('2026-09-01', '7', 4_000)])
  expect(await figures(lake)).toEqual([
    ['active_leases', '2026-09-01', 1, 'host/path', 5],
    ['active_leases', '2026-09-01', 9, 'z', 5],
    ['active_leases', '2026-09-02', 3, 'host/path', 8],
    ['active_leases', '2026-09-03', -4, 'host/path', 8]
  ])
})

test('the same rows again give the same file, and the facts are untouched', async () => {
  const lake = join(dir, 'a')
  const facts = filesBelow(join(lake, 'facts'))
  const first = await put(lake, [row('2026-09-01', '1', 5_000)])
  expect(await put(lake, [row('2026-09-01', '1', 5_000)])).toEqual(first)
  expect(Object.keys(filesBelow(join(lake, 'reported')))).toHaveLength(1)
  expect(filesBelow(join(lake, 'facts'))).toEqual(facts)
})

test('a replaced file goes when the lake is next opened, once its grace is over', async () => {
  const lake = join(dir, 'a')
  await put(lake, [row('2026-09-01', '1', 5_000)])
  const second = await put(lake, [row('2026-09-01', '2', 6_000)])
  await put(lake, [])
  expect(Object.keys(filesBelow(lake)).filter((path) => path.startsWith('reported'))).toEqual([second?.path])
})

test('a day that is none, or a value that does not fit, is refused and leaves the lake as it was', async () => {
  const lake = join(dir, 'a')
  await put(lake, [row('2026-09-01', '1', 5_000)])
  await expect(put(lake, [row('2026-02-30', '1', 6_000)])).rejects.toThrow(
    /reported_days\.day: string '2026-02-30' is not a DATE/
  )
  expect(await figures(lake)).toHaveLength(1)
})

test('a lake written before there were reported figures opens, with none', async () => {
  const lake = join(dir, 'a')
  const manifest = JSON.parse(readFileSync(join(lake, 'manifest.json'), 'utf8')) as { [key: string]: unknown }
  delete manifest['reported']
  delete manifest['marts_beside']
  writeFileSync(join(lake, 'manifest.json'), JSON.stringify(manifest))
  expect(await figures(lake)).toEqual([])
})

test('marts are stale once figures come', async () => {
  const lake = join(dir, 'a')
  await put(lake, [row('2026-09-01', '1', 5_000)])
  expect(martsStale(await build(lake, emptyViews(), { version: '1' }))).toBe(false)
  await put(lake, [row('2026-09-02', '1', 5_000)])
  expect(martsStale(await readManifest(lake))).toBe(true)
})

test('verify counts the figures; a damaged file is found, and repair drops it alone', async () => {
  const lake = join(dir, 'a')
  const file = await put(lake, [row('2026-09-01', '1', 5_000), row('2026-09-02', '1', 5_000)])
  expect((await verify(lake, [])).checks).toContainEqual({ name: 'reported', ok: true, detail: '2 rows' })
  truncateSync(join(lake, file?.path ?? ''), 100)
  const report = await verify(lake, [])
  expect(report.checks.find((check) => check.name === 'files')?.detail).toMatch(/reported_days\.\w+\.parquet has 100 bytes/)
  await expect(put(lake, [row('2026-09-03', '1', 5_000)])).rejects.toThrow(/has 100 bytes.*verify --repair.*fetch again/)
  expect(await repair(lake)).toEqual([])
  expect((await verify(lake, [])).ok).toBe(true)
  expect(await figures(lake)).toEqual([])
})

test('a manifest that counts other rows, or a figure given twice, is found', async () => {
  const lake = join(dir, 'a')
  await put(lake, [row('2026-09-01', '1', 5_000)])
  const manifest = await readManifest(lake)
  const [file] = manifest.reported
  if (!file) throw new Error('no file')
  writeFileSync(join(lake, 'manifest.json'), JSON.stringify({ ...manifest, reported: [file, file] }))
  const found = (await verify(lake, [])).checks.find((check) => check.name === 'reported')
  expect(found?.detail).toMatch(/a figure is given twice: .*active_leases.*2026-09-01/)
  writeFileSync(join(lake, 'manifest.json'), JSON.stringify({ ...manifest, reported: [{ ...file, rows: 3 }] }))
  const counted = (await verify(lake, [])).checks.find((check) => check.name === 'reported')
  expect(counted).toMatchObject({ ok: false, detail: 'reported has 1 rows, the manifest says 3' })
})

test('merge takes over the figures of all lakes, the latest of each; again it changes nothing', async () => {
  const [a, b, both] = [join(dir, 'a'), join(dir, 'b'), join(dir, 'both')]
  await put(a, [row('2026-09-01', '1', 5_000), row('2026-09-02', '2', 9_000)])
  await put(b, [row('2026-09-02', '3', 8_000), row('2026-09-03', '4', 8_000)])
  await merge([a, b], { lake: both })
  expect((await figures(both)).map(([, day, value]) => [day, value])).toEqual([
    ['2026-09-01', 1],
    ['2026-09-02', 2],
    ['2026-09-03', 4]
  ])
  const { reported } = await readManifest(both)
  await merge([b, a], { lake: both })
  expect((await readManifest(both)).reported).toEqual(reported)
})
