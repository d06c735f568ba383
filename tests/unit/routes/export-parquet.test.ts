/** A chart's table as Parquet, read back by native DuckDB and by hyparquet. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { afterAll, expect, test } from 'vitest'
import { openNative } from '../../../src/lib/engine/native.ts'
import { toParquet } from '../../../src/lib/ui/export-parquet.ts'

const table = {
  columns: [
    { name: 'provider', numeric: false },
    { name: 'spend, ACT', numeric: true },
    { name: 'leases', numeric: true },
    { name: 'mixed', numeric: true },
    { name: 'never known', numeric: true },
    { name: 'big', numeric: true }
  ],
  rows: [
    ['plain', 1.25, 3, 1, null, 2 ** 53],
    [null, null, Number.MAX_SAFE_INTEGER, 'two', null, 1],
    ['Überlicht "GmbH"\u202e,\n<b>', -0.1, null, null, null, null]
  ]
} as const
const about = { title: 'One of 3 took "all"', source: 'Simulated market test', sql: 'SELECT 1;\n-- ü' }

const folder = mkdtempSync(join(tmpdir(), 'rackrate-parquet-'))
const engine = await openNative()
afterAll(async () => {
  await engine.close()
  rmSync(folder, { recursive: true })
})

function write(name: string, bytes: ArrayBuffer): string {
  const file = join(folder, name)
  writeFileSync(file, new Uint8Array(bytes))
  return file
}

test('DuckDB reads the types, every value, unknowns as null, and what the numbers are', async () => {
  const file = write('table.parquet', toParquet(table, about))
  const { columns, rows } = await engine.table(`FROM read_parquet('${file}')`)
  expect(columns).toEqual([
    { name: 'provider', type: 'VARCHAR' },
    { name: 'spend, ACT', type: 'DOUBLE' },
    { name: 'leases', type: 'BIGINT' },
    { name: 'mixed', type: 'VARCHAR' },
    { name: 'never known', type: 'DOUBLE' },
    { name: 'big', type: 'DOUBLE' }
  ])
  // The engine hands out BIGINT as digits.
  expect(rows).toEqual([
    ['plain', 1.25, '3', '1', null, 2 ** 53],
    [null, null, '9007199254740991', 'two', null, 1],
    ['Überlicht "GmbH"\u202e,\n<b>', -0.1, null, null, null, null]
  ])
  const metadata = await engine.query(`SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata('${file}')`)
  expect(Object.fromEntries(metadata.map(({ key, value }) => [key, value]))).toEqual(about)
})

test('hyparquet reads the same', async () => {
  const file = toParquet(table, about)
  const rows = await parquetReadObjects({ file })
  expect(rows[1]).toEqual({
    ...{ provider: null, 'spend, ACT': null, leases: BigInt(Number.MAX_SAFE_INTEGER), mixed: 'two', 'never known': null, big: 1 }
  })
  expect(rows).toHaveLength(3)
  const { key_value_metadata } = await parquetMetadataAsync(file)
  expect(key_value_metadata).toEqual(Object.entries(about).map(([key, value]) => ({ key, value })))
})

test('a table without rows keeps its columns; two columns of one name are refused', async () => {
  const file = write('empty.parquet', toParquet({ ...table, rows: [] }, about))
  const { columns, rows } = await engine.table(`FROM read_parquet('${file}')`)
  expect(columns.map(({ type }) => type)).toEqual(['VARCHAR', 'DOUBLE', 'DOUBLE', 'DOUBLE', 'DOUBLE', 'DOUBLE'])
  expect(rows).toEqual([])
  const twice = { columns: [...table.columns.slice(0, 1), ...table.columns.slice(0, 1)], rows: [] }
  expect(() => toParquet(twice, about)).toThrow("two columns are named 'provider'")
})
