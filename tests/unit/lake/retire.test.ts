/** Files that a newer manifest has replaced, as readers see them that still have the older one. */
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { build } from '../../../ingest/lake/build.ts'
import { GRACE_MS, unlisted } from '../../../ingest/lake/manifest.ts'
import { repair } from '../../../ingest/lake/repair.ts'
import { verify } from '../../../ingest/lake/verify.ts'
import { openLake, type Lake } from '../../../ingest/lake/write.ts'
import { attachLake, attachMarts, readManifest } from '../../../src/lib/engine/attach.ts'
import { openNative, type NativeEngine } from '../../../src/lib/engine/native.ts'
import type { LakeFile, Manifest } from '../../../src/lib/model/manifest.ts'
import { emptyViews, factsIn, metaOf, OPTIONS } from './synthetic.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rackrate-retire-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const open = (): Promise<Lake> => openLake(dir, { ...OPTIONS, graceMs: undefined })
const append = (lake: Lake, from: number, to: number) => lake.append({ from, to }, factsIn(from, to), metaOf(from, to))
const filesOf = (manifest: Manifest): LakeFile[] => manifest.partitions.flatMap((p) => p.files)
const there = (manifest: Manifest): boolean[] => filesOf(manifest).map(({ path }) => existsSync(join(dir, path)))
const age = (path: string, ms: number): void => {
  const at = new Date(Date.now() - ms)
  utimesSync(join(dir, path), at, at)
}
const events = async (engine: NativeEngine): Promise<unknown> =>
  (await engine.query('SELECT count(*) AS n, max(height) AS top, count(DISTINCT owner) AS owners FROM facts.market_events'))[0]

test('a reader with an old manifest goes on reading while files are joined, and after the writer has ended', async () => {
  const lake = await open()
  await append(lake, 1, 5)
  const before = await readManifest(dir)
  const [reader, late] = [await openNative(), await openNative()]
  await attachLake(reader, dir, before, [])
  const first = await events(reader)
  expect(first).toMatchObject({ n: '10', top: '5' })
  for (let to = 6; to <= 9; to++) {
    const [read] = await Promise.all([events(reader), append(lake, to, to)])
    expect(read).toEqual(first)
    expect(await events(reader)).toEqual(first)
  }
  await lake.close()
  // It has the list, but opens the files only now.
  await attachLake(late, dir, before, [])
  expect(await events(late)).toEqual(first)
  expect((await readManifest(dir)).partitions).toMatchObject([{ from: 1, to: 9 }])
  expect(await unlisted(dir, await readManifest(dir))).toMatchObject({ leftovers: [], foreign: [] })
  const { ok, checks } = await verify(dir, emptyViews())
  expect(ok).toBe(true)
  expect(checks.find(({ name }) => name === 'no unlisted files')?.detail).toMatch(/^\d+ replaced lately, kept for readers/)
  await Promise.all([reader.close(), late.close()])
})

test('the grace begins when a file is replaced, not when it was written', async () => {
  const lake = await open()
  await append(lake, 1, 5)
  const before = lake.manifest()
  for (const { path } of filesOf(before)) age(path, 2 * GRACE_MS)
  await append(lake, 6, 9)
  await append(lake, 10, 12)
  await lake.close()
  await (await open()).close()
  expect(there(before)).not.toContain(false)
})

test.each([
  [
    'the next write',
    async (): Promise<void> => {
      const lake = await open()
      await append(lake, 10, 12)
      await lake.close()
    }
  ],
  ['the next opening', async (): Promise<void> => (await open()).close()],
  ['verify --repair', () => repair(dir)],
  ['a build', () => build(dir, emptyViews(), { version: '1' })]
])('once it is over, %s removes them', async (_, act) => {
  const lake = await open()
  await append(lake, 1, 5)
  const before = lake.manifest()
  await append(lake, 6, 9)
  await lake.close()
  for (const { path } of filesOf(before)) age(path, GRACE_MS + 1000)
  expect((await verify(dir, emptyViews())).ok).toBe(true)
  await act()
  expect(there(before)).not.toContain(true)
  const engine = await openNative()
  await attachLake(engine, dir, await readManifest(dir), [])
  expect(await engine.query('SELECT count(*) >= 9 AS whole FROM facts.blocks')).toEqual([{ whole: true }])
  await engine.close()
})

test('a long run removes them as it goes', async () => {
  const lake = await open()
  await append(lake, 1, 5)
  const before = lake.manifest()
  await append(lake, 6, 9)
  for (const { path } of filesOf(before)) age(path, GRACE_MS + 1000)
  await append(lake, 10, 12)
  expect(there(before)).not.toContain(true)
  await lake.close()
})

test('half a file has no grace, nor has one that a wrong clock dated into the future', async () => {
  const lake = await open()
  await append(lake, 1, 5)
  await lake.close()
  const [half, future] = ['facts/blocks/0000000006-0000000009.parquet.tmp', 'facts/blocks/0000000006-0000000009.parquet']
  for (const path of [half, future]) writeFileSync(join(dir, path), 'x')
  age(future, -100 * 24 * 3_600_000)
  await (await open()).close()
  expect([half, future].map((path) => existsSync(join(dir, path)))).toEqual([false, false])
})

test('a write that fails leaves nothing behind of what it had finished', async () => {
  const lake = await open()
  await append(lake, 1, 5)
  const before = readdirSync(dir, { recursive: true }).sort()
  // The facts are all written and named when the manifest meets a full disk.
  symlinkSync('/dev/full', join(dir, 'manifest.json.tmp'))
  await expect(append(lake, 6, 9)).rejects.toThrow(/disk is full/)
  expect(readdirSync(dir, { recursive: true }).sort()).toEqual(before)
  await append(lake, 6, 9)
  await lake.close()
})

test('replaced marts stay as long', async () => {
  const lake = await open()
  await append(lake, 1, 5)
  await lake.close()
  const views = emptyViews({
    coverage: 'SELECT network, from_height, to_height, status, source, indexed_at FROM facts.partitions'
  })
  const first = await build(dir, views, { version: '1' })
  const more = await open()
  await append(more, 6, 9)
  await more.close()
  const second = await build(dir, views, { version: '1' })
  const read = async (manifest: Manifest): Promise<unknown> => {
    const engine = await openNative()
    await attachMarts(engine, dir, manifest)
    const [row] = await engine.query('SELECT max(to_height) AS n FROM coverage')
    await engine.close()
    return row?.['n']
  }
  expect([await read(first), await read(second)]).toEqual(['5', '9'])
  for (const { path } of first.marts) if (!second.marts.some((mart) => mart.path === path)) age(path, GRACE_MS + 1000)
  await (await open()).close()
  await expect(read(first)).rejects.toThrow(/cannot be read/)
  expect(await read(second)).toBe('9')
})
