/** The public tables as other programs read them: every value as DuckDB has it, every type as docs/lake.md says, its examples run. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findPython } from '../../scripts/ensure-readers.ts'
import { readManifest } from '../../src/lib/engine/attach.ts'
import { identifier, literal, openNative, type NativeEngine } from '../../src/lib/engine/native.ts'
import type { Manifest } from '../../src/lib/model/manifest.ts'
import { PUBLIC, PUBLIC_TABLES, type PublicTable } from '../../src/lib/model/public.ts'
import type { ColumnType } from '../../src/lib/model/tables.ts'
import { makeLake } from '../unit/sql/recorded-lake.ts'

const python = findPython()
if (python === undefined)
  process.stderr.write('skipped: Polars, pandas and pyarrow read nothing: not installed. `npm run ensure-readers` says why.\n')

type Table = { readonly columns: readonly (readonly [name: string, type: string])[]; readonly rows: readonly unknown[][] }

/** What each reader calls our types. */
const NAMES: { readonly [T in ColumnType]: { readonly polars: string; readonly pyarrow: string } } = {
  BIGINT: { polars: 'Int64', pyarrow: 'int64' },
  INTEGER: { polars: 'Int32', pyarrow: 'int32' },
  BOOLEAN: { polars: 'Boolean', pyarrow: 'bool' },
  DOUBLE: { polars: 'Float64', pyarrow: 'double' },
  VARCHAR: { polars: 'String', pyarrow: 'string' },
  TIMESTAMP: { polars: "Datetime(time_unit='us', time_zone=None)", pyarrow: 'timestamp[us]' },
  DATE: { polars: 'Date', pyarrow: 'date32[day]' },
  'DECIMAL(38,0)': { polars: 'Decimal(precision=38, scale=0)', pyarrow: 'decimal128(38, 0)' },
  'DECIMAL(38,18)': { polars: 'Decimal(precision=38, scale=18)', pyarrow: 'decimal128(38, 18)' },
  'VARCHAR[]': { polars: 'List(String)', pyarrow: 'list<element: string>' }
}
const READERS = {
  polars: (type: ColumnType) => NAMES[type].polars,
  pyarrow: (type: ColumnType) => NAMES[type].pyarrow,
  pandas: (type: ColumnType) => `${NAMES[type].pyarrow}[pyarrow]`
}

/** A value as read.py writes it. */
function text(name: string, type: ColumnType): string {
  if (type === 'VARCHAR[]') return name
  return `CAST(${type === 'TIMESTAMP' ? `epoch_us(${name})` : name} AS VARCHAR)`
}

async function duckdbReads(
  engine: NativeEngine,
  dir: string,
  { marts }: Manifest
): Promise<Record<string, readonly unknown[][]>> {
  const tables: Record<string, readonly unknown[][]> = {}
  for (const { table, path } of marts) {
    const columns = Object.entries(PUBLIC[table as PublicTable].columns)
    const list = columns.map(([name, { type }]) => text(identifier(name), type)).join(', ')
    const { rows } = await engine.table(`SELECT ${list} FROM read_parquet(${literal(join(dir, path))})`)
    tables[table] = rows.map((row) => [...row])
  }
  return tables
}

/** Code blocks of a language in a section of docs/lake.md. */
function examples(section: string, language: string): string[] {
  const doc = readFileSync(resolve(import.meta.dirname, '../../docs/lake.md'), 'utf8')
  const part = doc.split(/^## /m).find((p) => p.startsWith(`${section}\n`)) ?? ''
  return [...part.matchAll(new RegExp('^```' + language + '\\n([^]*?)^```', 'gm'))].map((m) => m[1]!)
}

/** Of the lakes, `<type> value` and `<type> null`. */
const seen = new Set<string>()
const root = mkdtempSync(join(tmpdir(), 'rackrate-readers-'))
/** The examples say lake/akash, as an operator's lake is called. */
const example = join(root, 'lake/akash')
// v2.1 has rows in most tables, v0.36 has empty ones.
const LAKES = { 'v2.1': example, 'v0.36': join(root, 'v0.36') } as const
beforeAll(async () => {
  for (const recording of ['v2.1', 'v0.36'] as const) await makeLake(recording, LAKES[recording])
}, 120_000)
afterAll(() => rmSync(root, { recursive: true }))

describe.each(['v2.1', 'v0.36'] as const)('the lake of %s', (recording) => {
  const dir = LAKES[recording]
  let manifest: Manifest
  let expected: Record<string, readonly unknown[][]>

  beforeAll(async () => {
    manifest = await readManifest(dir)
    const engine = await openNative()
    expected = await duckdbReads(engine, dir, manifest)
    await engine.close()
    for (const table of PUBLIC_TABLES) {
      const types = Object.values(PUBLIC[table].columns).map((column) => column.type)
      for (const row of expected[table]!) row.forEach((v, i) => seen.add(`${types[i]} ${v === null ? 'null' : 'value'}`))
    }
  })

  test('has every public table, in types that the documentation names', async () => {
    expect(manifest.marts.map((mart) => [mart.table, mart.rows])).toEqual(PUBLIC_TABLES.map((t) => [t, expected[t]?.length]))
    const engine = await openNative()
    for (const { table, path } of manifest.marts) {
      const found = await engine.query<{ column_name: string; column_type: string }>(
        `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(${literal(join(dir, path))}))`
      )
      const stated = Object.entries(PUBLIC[table as PublicTable].columns).map(([name, { type }]) => [name, type])
      expect(found.map((c) => [c.column_name, c.column_type])).toEqual(stated)
    }
    await engine.close()
  })

  test.skipIf(python === undefined).each(['polars', 'pyarrow', 'pandas'] as const)(
    '%s reads the values that DuckDB reads',
    (reader) => {
      const script = join(import.meta.dirname, 'read.py')
      const read = JSON.parse(execFileSync(python!, [script, dir, reader], { encoding: 'utf8', maxBuffer: 1e9 })) as Record<
        string,
        Table
      >
      expect(Object.keys(read)).toEqual([...PUBLIC_TABLES])
      for (const table of PUBLIC_TABLES) {
        const { columns, rows } = read[table]!
        const stated = Object.entries(PUBLIC[table].columns).map(([name, { type }]) => [name, READERS[reader](type)])
        expect(columns, table).toEqual(stated)
        expect(rows, table).toEqual(expected[table])
      }
    }
  )
})

test('the recorded lakes hold values and NULLs of every type, so that the tests above see them', () => {
  const wanted = ['BIGINT', 'DOUBLE', 'VARCHAR', 'TIMESTAMP', 'DECIMAL(38,0)', 'DECIMAL(38,18)'] satisfies ColumnType[]
  const all = [...wanted.flatMap((type) => [`${type} value`, `${type} null`]), 'INTEGER value', 'VARCHAR[] value']
  expect(all.filter((what) => !seen.has(what))).toEqual([])
})

describe('the examples of docs/lake.md', () => {
  test('DuckDB', async () => {
    const [sql] = examples('DuckDB', 'sql')
    const connection = await (await DuckDBInstance.create()).connect()
    const result = await connection.runAndReadAll(sql!.replaceAll("'lake/akash'", literal(example)))
    const engine = await openNative()
    const { marts } = await readManifest(example)
    const { path } = marts.find((mart) => mart.table === 'leases')!
    const { rows } = await engine.table(
      `SELECT gpu_model, count(*) FROM read_parquet(${literal(join(example, path))}) GROUP BY ALL ORDER BY ALL`
    )
    await engine.close()
    expect(rows.length).toBeGreaterThan(1)
    expect(result.getRows().map((row) => row.map((v) => (v === null ? null : String(v))))).toEqual(
      rows.map((row) => row.map((v) => (v === null ? null : String(v))))
    )
    connection.closeSync()
  })

  test.skipIf(python === undefined).each([
    ['Polars', /uact +┆ \d+ /],
    ['pandas, pyarrow', /nvidia\/[^]*price_per_block: decimal128\(38, 18\)/]
  ])('%s', (section, prints) => {
    const blocks = examples(section, 'python')
    expect(blocks.length).toBeGreaterThan(0)
    const run = spawnSync(python!, ['-W', 'error', '-c', blocks.join('\n')], { cwd: root, encoding: 'utf8' })
    expect(run.status, run.stderr).toBe(0)
    expect(run.stdout).toMatch(prints)
  })
})
