import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetMetadata } from 'hyparquet'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { trim, trimFile } from '../../../ingest/lake/footer.ts'
import { openNative } from '../../../src/lib/engine/native.ts'

let dir: string
let path: string
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rackrate-footer-'))
  path = join(dir, 'x.parquet')
  const engine = await openNative()
  await engine.exec(
    `COPY (SELECT i, 'a text of some length, ' || i AS t, i::DECIMAL(38, 18) AS d, [i::VARCHAR] AS l, i % 2 = 0 AS b, nullif(i, 3)::DOUBLE AS f FROM range(5000) r(i))
     TO '${path}' (FORMAT parquet, PARQUET_VERSION v2, ROW_GROUP_SIZE 2048, KV_METADATA {a: 'b'})`
  )
  await engine.close()
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const metadataOf = (bytes: Buffer) => parquetMetadata(Uint8Array.from(bytes).buffer)

test('all but the bounds of texts, and the doubles of other bounds, stays as it was', async () => {
  const before = readFileSync(path)
  await trimFile(path)
  const after = readFileSync(path)
  expect(after.length).toBeLessThan(before.length - 200)
  const old = metadataOf(before)
  for (const group of old.row_groups)
    for (const { meta_data } of group.columns) {
      if (meta_data?.type === 'BYTE_ARRAY') delete meta_data.statistics
      delete meta_data?.statistics?.min
      delete meta_data?.statistics?.max
    }
  const { metadata_length: _, ...now } = metadataOf(after)
  const { metadata_length: __, ...then } = old
  expect(now).toEqual(then)
  expect(now.row_groups[0]?.columns[0]?.meta_data?.statistics).toMatchObject({ min_value: 0n, max_value: 2047n, null_count: 0n })
})

test('what is trimmed stays as it is when trimmed again', async () => {
  await trimFile(path)
  const once = readFileSync(path)
  await trimFile(path)
  expect(readFileSync(path).equals(once)).toBe(true)
})

test('a file cut off, or of another kind, is refused', async () => {
  const whole = readFileSync(path)
  writeFileSync(path, whole.subarray(0, whole.length - 9))
  await expect(trimFile(path)).rejects.toThrow(/is no Parquet file/)
  const footer = whole.subarray(whole.length - 8 - whole.readUInt32LE(whole.length - 8), whole.length - 8)
  expect(() => trim(footer.subarray(0, 300))).toThrow(/ends too early/)
  expect(() => trim(Uint8Array.of(0x1b))).toThrow(/Thrift type 11/)
})
