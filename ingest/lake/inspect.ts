/** What is wrong inside a lake's partitions and fact files, as sentences. */
import { resolve } from 'node:path'
import { selectFrom } from '../../src/lib/engine/attach.ts'
import { fileList, identifier, parquet, type NativeEngine } from '../../src/lib/engine/native.ts'
import { FACTS, type FactTable } from '../../src/lib/model/facts.ts'
import type { Interval } from '../../src/lib/model/interval.ts'
import { CELL_HEIGHTS, type LakeFile, type Partition } from '../../src/lib/model/manifest.ts'
import { PRICES, PRICE_TABLES } from '../../src/lib/model/prices.ts'
import { periodOf, PROBES, PROBE_TABLES } from '../../src/lib/model/probes.ts'
import { REPORTED } from '../../src/lib/model/reported.ts'
import type { Columns } from '../../src/lib/model/tables.ts'
import { keyOf } from './parquet.ts'

/** Partitions out of order or overlapping, not joined, across cells, or of different chains. Pure. */
export function partitionProblems(partitions: readonly Partition[]): string[] {
  const problems: string[] = []
  const cell = (height: number) => Math.floor(height / CELL_HEIGHTS)
  partitions.forEach((p, i) => {
    const name = `${p.from}-${p.to}`
    if (p.from > p.to) problems.push(`${name} ends before it starts`)
    if (cell(p.from) !== cell(p.to)) problems.push(`${name} crosses a cell of ${CELL_HEIGHTS} heights`)
    const before = partitions[i - 1]
    if (!before) return
    if (p.from <= before.to) problems.push(`${name} is not after ${before.from}-${before.to}`)
    if (p.from !== before.to + 1) return
    if (p.parent_hash !== before.last_hash)
      problems.push(`block ${p.from} does not name the hash of block ${before.to} as its parent`)
    if (cell(p.from) === cell(before.to)) problems.push(`${name} is not joined with ${before.from}-${before.to}`)
    if (p.from_time < before.to_time) problems.push(`${name} starts earlier than ${before.from}-${before.to} ends`)
  })
  return problems
}

/** Files of a fact table whose columns, rows, range, order or keys are not as they should be. */
export async function factProblems(
  engine: NativeEngine,
  dir: string,
  table: FactTable,
  files: readonly (LakeFile & Interval)[]
): Promise<string[]> {
  if (files.length === 0) return []
  const paths = files.map((f) => resolve(dir, f.path))
  const schemas = await schemasOf(engine, paths)
  const wanted = schemaOf(FACTS[table].columns)
  const misshapen = files.filter((f) => schemas.get(resolve(dir, f.path)) !== wanted)
  if (misshapen.length > 0)
    return misshapen.map((f) => `${f.path} has other columns than ${table}: ${schemas.get(resolve(dir, f.path))}`)
  const key = keyOf(table).map(identifier).join(', ')
  const stats = await engine.query<{
    filename: string
    rows: string
    low: string
    high: string
    disorder: string
  }>(
    `WITH keyed AS (
      SELECT filename, height, row(${key}) AS key, lag(row(${key})) OVER (PARTITION BY filename ORDER BY file_row_number) AS before
      FROM ${parquet(paths, 'filename = true', 'file_row_number = true')}
    )
    SELECT filename, count(*) AS rows, min(height) AS low, max(height) AS high,
      count(*) FILTER (key <= before) AS disorder
    FROM keyed GROUP BY filename`
  )
  const byPath = new Map(stats.map((s) => [s.filename, s]))
  return files.flatMap((file) => {
    const found = byPath.get(resolve(dir, file.path))
    if (Number(found?.rows ?? 0) !== file.rows)
      return [`${file.path} has ${found?.rows ?? 0} rows, the manifest says ${file.rows}`]
    if (!found) return []
    return [
      ...(Number(found.low) < file.from || Number(found.high) > file.to
        ? [`${file.path} has heights ${found.low} to ${found.high}`]
        : []),
      ...(found.disorder !== '0' ? [`${file.path} has ${found.disorder} rows out of order or with the key of another`] : [])
    ]
  })
}

/** Partitions whose blocks have gaps or go back in time, or whose times and transactions are not as the manifest says. */
export async function blockProblems(engine: NativeEngine, partitions: readonly Partition[]): Promise<string[]> {
  const rows = await engine.query<{
    from: string
    blocks: string
    backwards: string
    from_time: string
    to_time: string
    txs: string
  }>(
    `WITH b AS (
      SELECT p.from_height AS "from", b.*, lag(b.time) OVER (PARTITION BY p.from_height ORDER BY b.height) AS before
      FROM facts.partitions p JOIN facts.blocks b ON b.height BETWEEN p.from_height AND p.to_height
    )
    SELECT "from", count(DISTINCT height) AS blocks, count(*) FILTER (time < before) AS backwards,
      arg_min(time, height) AS from_time, arg_max(time, height) AS to_time, sum(txs) AS txs
    FROM b GROUP BY "from"`
  )
  const byFrom = new Map(rows.map((row) => [Number(row.from), row]))
  return partitions.flatMap((p) => {
    const name = `${p.from}-${p.to}`
    const found = byFrom.get(p.from)
    if (!found || Number(found.blocks) !== p.to - p.from + 1) return [`${name} has ${found?.blocks ?? 0} blocks`]
    const same = found.from_time === p.from_time && found.to_time === p.to_time && Number(found.txs) === p.txs
    return [
      ...(found.backwards !== '0' ? [`${name} goes back in time ${found.backwards} times`] : []),
      ...(same ? [] : [`${name} has other times or transactions than the manifest says`])
    ]
  })
}

/** Columns of Parquet files as text, by path. */
async function schemasOf(engine: NativeEngine, paths: readonly string[]): Promise<Map<string, string>> {
  const rows = await engine.query<{ file_name: string; name: string; type: string | null }>(
    `SELECT file_name, name, coalesce(duckdb_type, converted_type, '') AS type
    FROM parquet_schema(${fileList(paths)})
    WHERE name <> 'duckdb_schema'`
  )
  const schemas = new Map<string, string[]>()
  for (const { file_name, name, type } of rows) schemas.set(file_name, [...(schemas.get(file_name) ?? []), `${name} ${type}`])
  return new Map([...schemas].map(([path, columns]) => [path, columns.join(', ')]))
}

function schemaOf(columns: Columns): string {
  return Object.entries(columns)
    .flatMap(([name, { type }]) => (type === 'VARCHAR[]' ? [`${name} LIST`, 'list ', 'element VARCHAR'] : [`${name} ${type}`]))
    .join(', ')
}

/** What is wrong with the reported figures of an attached lake: not as many as listed, or one given twice. */
export async function reportedProblems(engine: NativeEngine, files: readonly LakeFile[]): Promise<string[]> {
  const key = REPORTED.key.join(', ')
  const listed = files.reduce((sum, file) => sum + file.rows, 0)
  const [found] = await engine.query<{ rows: string }>('SELECT count(*) AS rows FROM facts.reported')
  const twice = await engine.query(`SELECT ${key} FROM facts.reported GROUP BY ALL HAVING count(*) > 1`)
  return [
    ...(Number(found?.rows) === listed ? [] : [`reported has ${found?.rows} rows, the manifest says ${listed}`]),
    ...twice.map((row) => `a figure is given twice: ${JSON.stringify(row)}`)
  ]
}

/** What is wrong with the probes of an attached lake: files out of their days, not as many rows as listed, one twice, nodes of no probe. */
export async function probeProblems(engine: NativeEngine, dir: string, files: readonly LakeFile[]): Promise<string[]> {
  const problems: string[] = []
  for (const table of PROBE_TABLES) {
    const key = PROBES[table].key.join(', ')
    const listed = files.filter((file) => file.table === table)
    const [found] = await engine.query<{ rows: string }>(`SELECT count(*) AS rows FROM facts.${table}`)
    const rows = listed.reduce((sum, file) => sum + file.rows, 0)
    if (Number(found?.rows) !== rows) problems.push(`${table} has ${found?.rows} rows, the manifest says ${rows}`)
    const twice = await engine.query(`SELECT ${key} FROM facts.${table} GROUP BY ALL HAVING count(*) > 1`)
    problems.push(...twice.map((row) => `a row of ${table} is given twice: ${JSON.stringify(row)}`))
    for (const file of listed) {
      const [other] = await engine.query<{ day: string }>(
        `SELECT strftime(probed_at, '%Y-%m-%d') AS day FROM (${selectFrom(PROBES[table].columns, [resolve(dir, file.path)])})
        WHERE NOT starts_with(strftime(probed_at, '%Y-%m-%d'), $period) LIMIT 1`,
        { period: periodOf(file.path) }
      )
      if (other) problems.push(`${file.path} holds rows of ${other.day}`)
    }
  }
  const lost = await engine.query(
    `SELECT DISTINCT n.provider, n.probed_at FROM facts.probe_nodes n
    ANTI JOIN (FROM facts.probes WHERE ok) p USING (network, provider, probed_at)`
  )
  return [...problems, ...lost.map((row) => `nodes without a successful probe: ${JSON.stringify(row)}`)]
}

/** What is wrong with the prices of a lake: more files than one of a table, not as many rows as listed, one twice, a price that is none. */
export async function priceProblems(engine: NativeEngine, dir: string, files: readonly LakeFile[]): Promise<string[]> {
  const problems: string[] = []
  for (const table of PRICE_TABLES) {
    const { columns, key } = PRICES[table]
    const listed = files.filter((file) => file.table === table)
    if (listed.length > 1) problems.push(`${table} has ${listed.length} files`)
    if (listed.length === 0) continue
    const paths = listed.map((file) => resolve(dir, file.path))
    const rows = listed.reduce((sum, file) => sum + file.rows, 0)
    const [found] = await engine.query<{ rows: string; none: string }>(
      `SELECT count(*) AS rows, count(*) FILTER (${table === 'token_prices' ? 'usd' : 'usd_per_gpu_hour'} <= 0) AS none
      FROM (${selectFrom(columns, paths)})`
    )
    if (Number(found?.rows) !== rows) problems.push(`${table} has ${found?.rows} rows, the manifest says ${rows}`)
    if (found?.none !== '0') problems.push(`${table} has ${found?.none} prices that are not above 0`)
    const twice = await engine.query(
      `SELECT ${key.join(', ')} FROM (${selectFrom(columns, paths)}) GROUP BY ALL HAVING count(*) > 1`
    )
    problems.push(...twice.map((row) => `a row of ${table} is given twice: ${JSON.stringify(row)}`))
  }
  return problems
}
