import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { build } from '../../../ingest/lake/build.ts'
import { diskError } from '../../../ingest/lake/disk.ts'
import { openLake, type Lake } from '../../../ingest/lake/write.ts'
import { LakeError } from '../../../src/lib/model/manifest.ts'
import { attachLake, readManifest } from '../../../src/lib/engine/attach.ts'
import { QueryError } from '../../../src/lib/engine/engine.ts'
import { openNative } from '../../../src/lib/engine/native.ts'
import { emptyViews, factsIn, filesBelow, metaOf, OPTIONS } from './synthetic.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rackrate-disk-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const append = (lake: Lake, from: number, to: number) => lake.append({ from, to }, factsIn(from, to), metaOf(from, to))

async function blocksIn(path: string): Promise<unknown> {
  const engine = await openNative()
  await attachLake(engine, path, await readManifest(path), [])
  const [row] = await engine.query('SELECT count(*) AS blocks FROM facts.blocks')
  await engine.close()
  return row?.['blocks']
}

describe('a full disk', () => {
  // Every write to /dev/full fails as on a full disk.
  test.each(['facts/market_events/0000000001-0000000009.parquet.tmp', 'manifest.json.tmp'])('at %s', async (path) => {
    const lake = await openLake(dir, OPTIONS)
    await append(lake, 1, 5)
    const before = filesBelow(dir)
    symlinkSync('/dev/full', join(dir, path))
    await expect(append(lake, 6, 9)).rejects.toThrow(/disk is full.*run again/)
    expect(filesBelow(dir)).toEqual(before)
    expect(await blocksIn(dir)).toBe('5')
    await append(lake, 6, 9)
    await lake.close()
    expect(await blocksIn(dir)).toBe('9')
  })
})

describe('a folder that may not be written', () => {
  const nobody = 65_534
  /** Root may write anywhere, so it becomes nobody for the while. */
  async function asNobody(act: () => Promise<void>): Promise<void> {
    const root = process.getuid?.() === 0
    if (root) process.seteuid?.(nobody)
    try {
      await act()
    } finally {
      if (root) process.seteuid?.(0)
    }
  }

  test('is a clear error, and the lake can be read', async () => {
    const lake = await openLake(dir, OPTIONS)
    await append(lake, 1, 5)
    await lake.close()
    for (const path of ['.', ...readdirSync(dir, { recursive: true, encoding: 'utf8' })]) {
      if (process.getuid?.() === 0) chownSync(join(dir, path), nobody, nobody)
      chmodSync(join(dir, path), 0o555)
    }
    await asNobody(async () => {
      await expect(openLake(dir, OPTIONS)).rejects.toThrow(/permission denied.*another folder/)
      await expect(openLake(join(dir, 'new'), OPTIONS)).rejects.toThrow(/permission denied/)
      expect(await blocksIn(dir)).toBe('5')
    })
    for (const path of ['.', ...readdirSync(dir, { recursive: true, encoding: 'utf8' })]) chmodSync(join(dir, path), 0o755)
  })

  test('while a lake is open, an append is a clear error', async () => {
    const lake = await openLake(dir, OPTIONS)
    await append(lake, 1, 5)
    const before = filesBelow(dir)
    const folder = join(dir, 'facts/market_events')
    if (process.getuid?.() === 0) for (const path of [dir, folder]) chownSync(path, nobody, nobody)
    chmodSync(folder, 0o555)
    await asNobody(async () => {
      await expect(append(lake, 6, 9)).rejects.toThrow(/permission denied/)
    })
    chmodSync(folder, 0o755)
    await append(lake, 6, 9)
    await lake.close()
    expect(Object.keys(filesBelow(dir)).length).toBe(Object.keys(before).length - 1)
  })

  test('while marts are built, too', async () => {
    const lake = await openLake(dir, OPTIONS)
    await append(lake, 1, 5)
    await lake.close()
    const manifest = readFileSync(join(dir, 'manifest.json'), 'utf8')
    mkdirSync(join(dir, 'marts'), { mode: 0o555 })
    if (process.getuid?.() === 0) chownSync(dir, nobody, nobody)
    await asNobody(async () => {
      await expect(build(dir, emptyViews(), { version: '1' })).rejects.toThrow(/permission denied/)
    })
    expect(readFileSync(join(dir, 'manifest.json'), 'utf8')).toBe(manifest)
    expect(await blocksIn(dir)).toBe('5')
  })
})

test.each([
  ['EROFS', /read-only/],
  ['EDQUOT', /disk is full/],
  ['EIO', /EIO.*Check the disk/]
])('%s', (code, expected) => {
  const cause = Object.assign(new Error('refused'), { code })
  const error = diskError(cause, '/lake') as LakeError
  expect(error).toBeInstanceOf(LakeError)
  expect(error.message).toMatch(expected)
  expect(error.cause).toBe(cause)
})

test('other errors keep their kind', () => {
  for (const error of [
    new RangeError('ENOSPC as a denom'),
    new LakeError('No space left'),
    new QueryError('SELECT 1', new Error('Binder Error: EIO'))
  ])
    expect(diskError(error, '/lake')).toBe(error)
})
