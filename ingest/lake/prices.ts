/**
 * Prices in the lake: of each table one file, written anew with what a fetch or another lake adds. Of several rows with one key the one
 * fetched last stands. A row is held back no more once a newer fetch tells of its offer, or the row itself is among the taken ones.
 */
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { columnList, selectFrom } from '../../src/lib/engine/attach.ts'
import { literal, openNative, type NativeEngine } from '../../src/lib/engine/native.ts'
import { LakeError, type LakeFile, type Manifest } from '../../src/lib/model/manifest.ts'
import {
  PRICES,
  PRICE_TABLES,
  type HeldPriceRow,
  type ListPriceRow,
  type PriceTable,
  type TokenPriceRow
} from '../../src/lib/model/prices.ts'
import type { Columns } from '../../src/lib/model/tables.ts'
import { microsOf } from '../../src/lib/model/value.ts'
import { OFFER, seriesOf, TELLER, tellerOf } from '../prices/offer.ts'
import { fingerprint, makeFolder, publish, syncFolders, temporary } from './disk.ts'
import { copy } from './parquet.ts'
import { fileProblems } from './verify.ts'

/** Rows to be added, by table. */
export type PriceRows = {
  readonly list_prices?: readonly ListPriceRow[]
  readonly token_prices?: readonly TokenPriceRow[]
  readonly held_prices?: readonly HeldPriceRow[]
}

type Other = { readonly dir: string; readonly manifest: Manifest }

/** Beyond it DuckDB works on disk: a history of years is sorted here. */
const MEMORY_LIMIT = '1GB'

/**
 * Writes rows, those that the lake holds and those of other lakes into new files of the lake's folder.
 * @param others folders of other lakes, with their manifests
 * @returns all files of prices of the lake from now on, to be listed by `Lake.recordPrices`
 * @throws LakeError when a file is damaged or the disk refuses, RangeError when a value does not fit its column
 */
export async function writePrices(
  dir: string,
  manifest: Manifest,
  rows: PriceRows,
  others: readonly Other[] = []
): Promise<LakeFile[]> {
  const engine = await openEngine()
  try {
    for (const table of PRICE_TABLES) {
      const { columns } = PRICES[table]
      await engine.exec(`CREATE TABLE ${table} (${columnList(columns)})`)
      await engine.insert(table, columns, rows[table] ?? [])
      const paths = await pathsOf(table, [{ dir, manifest }, ...others])
      await engine.exec(`CREATE VIEW all_${table} AS ${latest(table, paths)}`)
    }
    await makeFolder(resolve(dir, 'prices'))
    const files: LakeFile[] = []
    for (const table of PRICE_TABLES) {
      const select = table === 'held_prices' ? STILL_HELD : `FROM all_${table}`
      const file = await writeTable(engine, dir, manifest.network, table, `${select} ORDER BY ${PRICES[table].key.join(', ')}`)
      if (file) files.push(file)
    }
    await syncFolders([resolve(dir, 'prices'), dir])
    return files
  } finally {
    await engine.close()
  }
}

/** Held rows without those that a newer fetch of the same offer and teller, of that day or later, or the row itself has overtaken. */
const STILL_HELD = `SELECT h.* FROM all_held_prices h
  WHERE NOT EXISTS (
    FROM (
      SELECT ${OFFER.join(', ')}, source, observed_on, fetched_at FROM all_held_prices
      UNION ALL
      SELECT ${OFFER.join(', ')}, source, observed_on, fetched_at FROM all_list_prices WHERE fetched_at IS NOT NULL
    ) n
    WHERE ${OFFER.map((column) => `n.${column} = h.${column}`).join(' AND ')} AND teller(n.source) = teller(h.source)
      AND n.observed_on >= h.observed_on AND n.fetched_at > h.fetched_at
  )
  AND NOT EXISTS (
    FROM all_list_prices l
    WHERE ${PRICES.held_prices.key.map((column) => `l.${column} = h.${column}`).join(' AND ')} AND l.fetched_at >= h.fetched_at
  )`

/** Rows of a table, new ones and those of files, of each key the one fetched last. Of two that differ otherwise, always the same one. */
function latest(table: PriceTable, paths: readonly string[]): string {
  const { columns, key } = PRICES[table]
  const all = [`SELECT * FROM ${table}`, ...(paths.length > 0 ? [selectFrom(columns, paths)] : [])].join(' UNION ALL ')
  const order = ['fetched_at DESC NULLS LAST', ...Object.keys(columns).filter((name) => name !== 'fetched_at')].join(', ')
  return `SELECT * FROM (${all}) QUALIFY row_number() OVER (PARTITION BY ${key.join(', ')} ORDER BY ${order}) = 1`
}

async function writeTable(
  engine: NativeEngine,
  dir: string,
  network: string,
  table: PriceTable,
  select: string
): Promise<LakeFile | null> {
  const draft = temporary(resolve(dir, `prices/${table}.parquet`))
  const rows = await copy(engine, select, draft, { network, table })
  if (rows === 0) {
    await rm(draft)
    return null
  }
  const { bytes, sha256 } = await fingerprint(draft)
  const path = `prices/${table}.${sha256.slice(0, 16)}.parquet`
  await publish(draft, resolve(dir, path))
  return { table, path, rows, bytes, sha256 }
}

export type KnownPrices = {
  /** Of the series that were asked for: rows of their days, and the nearest before and after them. */
  readonly prices: readonly ListPriceRow[]
  /** All of them: there are a few a day. */
  readonly tokens: readonly TokenPriceRow[]
  readonly held: readonly HeldPriceRow[]
  /** Series of the last answers of the tellers of these rows: those of each teller's newest day. */
  readonly lastOf: (rows: readonly ListPriceRow[]) => ReadonlySet<string>
}

/**
 * Reads what the lake holds that prices of an answer can be held against.
 * @param rows the answer's
 * @throws LakeError when a file is damaged
 */
export async function readKnown(dir: string, manifest: Manifest, rows: readonly ListPriceRow[]): Promise<KnownPrices> {
  const engine = await openEngine()
  try {
    const { columns } = PRICES.list_prices
    await engine.exec(`CREATE TABLE told (${columnList(columns)})`)
    await engine.insert('told', columns, rows)
    const listed = await pathsOf('list_prices', [{ dir, manifest }])
    const taken = listed.length > 0 ? selectFrom(columns, listed) : 'FROM told WHERE false'
    const offer = OFFER.join(', ')
    const near = `WITH asked AS (
        SELECT ${offer}, teller(source) AS teller, min(observed_on) AS low, max(observed_on) AS high FROM told GROUP BY ALL
      ), around AS (
        SELECT ${offer}, teller, coalesce(max(t.observed_on) FILTER (t.observed_on < low), low) AS low,
          coalesce(min(t.observed_on) FILTER (t.observed_on > high), high) AS high
        FROM (SELECT ${offer}, teller(source) AS teller, observed_on FROM (${taken})) t JOIN asked a USING (${offer}, teller)
        GROUP BY ${offer}, teller, a.low, a.high
      )
      SELECT t.* FROM (${taken}) t JOIN around a
        ON ${OFFER.map((column) => `t.${column} = a.${column}`).join(' AND ')} AND teller(t.source) = a.teller
          AND t.observed_on BETWEEN a.low AND a.high`
    const last = await engine.query<{ -readonly [K in (typeof OFFER)[number] | 'source']: string }>(
      `WITH taken AS (SELECT ${offer}, source, observed_on FROM (${taken})
        WHERE teller(source) IN (SELECT DISTINCT teller(source) FROM told))
      SELECT DISTINCT ${offer}, source FROM taken
      QUALIFY observed_on = max(observed_on) OVER (PARTITION BY teller(source))`
    )
    const byTeller = Map.groupBy(last, ({ source }) => tellerOf(source))
    return {
      prices: await read<ListPriceRow>(engine, columns, near),
      tokens: await readTable<TokenPriceRow>(engine, 'token_prices', dir, manifest),
      held: await readTable<HeldPriceRow>(engine, 'held_prices', dir, manifest),
      lastOf: (answer) =>
        new Set([...new Set(answer.map((row) => tellerOf(row.source)))].flatMap((t) => (byTeller.get(t) ?? []).map(seriesOf)))
    }
  } finally {
    await engine.close()
  }
}

/** Rows that the lake holds back. @throws LakeError when their file is damaged */
export async function readHeld(dir: string, manifest: Manifest): Promise<HeldPriceRow[]> {
  const engine = await openEngine()
  try {
    return await readTable<HeldPriceRow>(engine, 'held_prices', dir, manifest)
  } finally {
    await engine.close()
  }
}

async function openEngine(): Promise<NativeEngine> {
  // With more threads row groups would depend on the machine.
  const engine = await openNative({ threads: 1, memoryLimit: MEMORY_LIMIT })
  await engine.exec(`CREATE MACRO teller(source) AS regexp_extract(source, ${literal(TELLER)}, 1)`)
  return engine
}

async function readTable<T>(engine: NativeEngine, table: PriceTable, dir: string, manifest: Manifest): Promise<T[]> {
  const paths = await pathsOf(table, [{ dir, manifest }])
  return paths.length === 0 ? [] : await read<T>(engine, PRICES[table].columns, selectFrom(PRICES[table].columns, paths))
}

/** Rows with the values that `RowOf` has. */
async function read<T>(engine: NativeEngine, columns: Columns, sql: string): Promise<T[]> {
  const times = Object.entries(columns).flatMap(([name, { type }]) => (type === 'TIMESTAMP' ? [name] : []))
  const rows = await engine.query(sql)
  return rows.map((row) => {
    const micros = times.map((name) => [name, typeof row[name] === 'string' ? microsOf(row[name]) : null])
    return { ...row, ...Object.fromEntries(micros) } as T
  })
}

/** Files of a table in lakes. @throws LakeError when one is damaged */
async function pathsOf(table: PriceTable, lakes: readonly Other[]): Promise<string[]> {
  const paths: string[] = []
  for (const { dir, manifest } of lakes) {
    const files = manifest.prices.filter((file) => file.table === table)
    const [problem] = await fileProblems(dir, files)
    if (problem !== undefined)
      throw new LakeError(`${dir}: ${problem}. Drop it with \`verify --repair --lake ${dir}\`, then fetch again.`)
    paths.push(...files.map((file) => resolve(dir, file.path)))
  }
  return paths
}
