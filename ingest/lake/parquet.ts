/** Rows to Parquet files whose bytes depend on the rows alone (and DuckDB's version). */
import { columnList, selectFrom } from '../../src/lib/engine/attach.ts'
import { identifier, literal, type NativeEngine } from '../../src/lib/engine/native.ts'
import { FACTS, type FactTable } from '../../src/lib/model/facts.ts'
import { LAKE_FORMAT, LakeError } from '../../src/lib/model/manifest.ts'
import { trimFile } from './footer.ts'

/** Takes a twentieth off the default of 3 in no more time, measured on 100,000 market events; from 12 on it takes time. */
const ZSTD_LEVEL = 9

/** A multiple of DuckDB's vector (2048 rows), so that a row group never has more. Small enough for range reads in a browser. */
const ROW_GROUP_ROWS = 98_304

/** Columns that tell facts of one table apart and order them, where it has them. */
const KEY = ['height', 'tx_index', 'event_index', 'unit_index', 'option_index', 'coin_index', 'param_index']

/** The key columns of a fact table, in order. */
export function keyOf(table: FactTable): string[] {
  return KEY.filter((name) => name in FACTS[table].columns)
}

/**
 * Writes rows, with those of older files and of another lake's, in key order. A row that both lakes hold is written once.
 * @returns number of rows written
 * @throws LakeError when two rows have one key, RangeError when a value does not fit its column, QueryError when the disk refuses
 */
export async function writeFacts(
  engine: NativeEngine,
  table: FactTable,
  rows: readonly object[],
  older: readonly string[],
  foreign: readonly string[],
  path: string,
  metadata: { readonly [key: string]: string }
): Promise<number> {
  const { columns } = FACTS[table]
  const name = identifier(table)
  const key = keyOf(table).map(identifier).join(', ')
  await engine.exec(`CREATE OR REPLACE TABLE ${name} (${columnList(columns)})`)
  try {
    await engine.insert(table, columns, rows)
    const [twice] = await engine.query(`SELECT ${key} FROM ${name} GROUP BY ${key} HAVING count(*) > 1 LIMIT 1`)
    if (twice) throw new LakeError(`two facts of ${table} have one key: ${JSON.stringify(twice)}`)
    const own = [`SELECT * FROM ${name}`, ...(older.length > 0 ? [selectFrom(columns, older)] : [])].join(' UNION ALL ')
    const all = foreign.length > 0 ? `(${own}) UNION ${selectFrom(columns, foreign)}` : own
    return await copy(engine, `SELECT * FROM (${all}) ORDER BY ${key}`, path, { ...metadata, table })
  } finally {
    await engine.exec(`DROP TABLE ${name}`)
  }
}

/**
 * Writes the rows of an ordered SELECT. The engine must have one thread, else row groups depend on the machine. Gives the number of rows.
 * @param level of zstd
 */
export async function copy(
  engine: NativeEngine,
  select: string,
  path: string,
  metadata: { readonly [key: string]: string },
  level = ZSTD_LEVEL
): Promise<number> {
  const pairs = Object.entries({ format: String(LAKE_FORMAT), ...metadata }).map(([k, v]) => `${identifier(k)}: ${literal(v)}`)
  const { rows } = await engine.table(
    `COPY (${select}) TO ${literal(path)} (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL ${level}, ` +
      `ROW_GROUP_SIZE ${ROW_GROUP_ROWS}, WRITE_BLOOM_FILTER false, USE_TMP_FILE false, KV_METADATA {${pairs.join(', ')}})`
  )
  await trimFile(path)
  return Number(rows[0]?.[0])
}
