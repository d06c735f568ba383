/** A walk through the chain's state on its way into the lake: page by page into a database of its own, then into Parquet files. */
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { columnList } from '../../src/lib/engine/attach.ts'
import { identifier, literal, openNative, type NativeEngine } from '../../src/lib/engine/native.ts'
import type { Interval } from '../../src/lib/model/interval.ts'
import type { LakeFile } from '../../src/lib/model/manifest.ts'
import { SNAPSHOT, SNAPSHOT_TABLES, snapshotKey, type SnapshotTable, type StateFact } from '../../src/lib/model/snapshot.ts'
import type { Columns } from '../../src/lib/model/tables.ts'
import { fingerprint, makeFolder, publish, temporary } from './disk.ts'
import { copy } from './parquet.ts'

/** Name of the database below the lake's folder. It goes when the walk is whole. */
const WALK_FILE = 'walk.duckdb'
/** What DuckDB counts; it takes about twice as much while it sorts. */
const MEMORY = '300MB'
/** Tenants whose rows are sorted at once. */
const OWNERS = 3_000

/** Where the walk through one kind of objects stands. */
export type Cursor = { readonly key: Uint8Array | null; readonly done: boolean; readonly objects: number }
export type Walk = {
  readonly cursor: (query: string) => Cursor
  /** Takes a page. After a kill it is there whole or not at all. Calls wait for each other. */
  add(
    query: string,
    page: { readonly facts: readonly StateFact[]; readonly rows: number; readonly nextKey: Uint8Array | null }
  ): Promise<void>
  /**
   * Writes what was read as files of the lake: each object once, as it was read last, in the order of their keys.
   * @returns the files and the heights at which their rows were read, null when there are none
   */
  write(metadata: { readonly [key: string]: string }): Promise<{ readonly files: LakeFile[]; readonly heights: Interval | null }>
  /** Height of the oldest lease that was read, null when there is none: how far back the state goes. */
  oldest(): Promise<number | null>
  /** Forgets what was read. */
  drop(): Promise<void>
  close(): Promise<void>
}

const columnsOf = (table: SnapshotTable): Columns => {
  const { row_index: _, ...rest } = SNAPSHOT[table].columns as Columns
  return rest
}

/** Goes on with a walk through the state of a lake's chain, or begins one. Only the holder of the lake's lock may. */
export async function openWalk(dir: string): Promise<Walk> {
  const file = resolve(dir, WALK_FILE)
  const engine = await openNative({ file, memoryLimit: MEMORY, threads: 1 })
  await engine.exec('CREATE TABLE IF NOT EXISTS cursors (query VARCHAR PRIMARY KEY, key VARCHAR, done BOOLEAN, objects BIGINT)')
  for (const table of SNAPSHOT_TABLES)
    await engine.exec(`CREATE TABLE IF NOT EXISTS ${identifier(table)} (${columnList(columnsOf(table))})`)
  const cursors = new Map<string, Cursor>()
  for (const row of await engine.query<{ query: string; key: string; done: boolean; objects: string }>('FROM cursors'))
    cursors.set(row.query, {
      key: row.key === '' ? null : Buffer.from(row.key, 'hex'),
      done: row.done,
      objects: Number(row.objects)
    })

  let tail: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = tail.then(work)
    tail = turn.catch(() => undefined)
    return turn
  }

  async function add(query: string, page: Parameters<Walk['add']>[1]): Promise<void> {
    const before = cursors.get(query)
    const after = { key: page.nextKey, done: page.nextKey === null, objects: (before?.objects ?? 0) + page.rows }
    const key = Buffer.from(page.nextKey ?? []).toString('hex')
    await engine.exec('BEGIN')
    try {
      for (const [table, rows] of Map.groupBy(page.facts, (fact) => fact.table))
        await engine.insert(
          table,
          columnsOf(table),
          rows.map((fact) => fact.row)
        )
      await engine.exec(
        `INSERT OR REPLACE INTO cursors VALUES (${literal(query)}, ${literal(key)}, ${after.done}, ${after.objects})`
      )
      await engine.exec('COMMIT')
    } catch (error) {
      await engine.exec('ROLLBACK')
      throw error
    }
    cursors.set(query, after)
  }

  async function write(metadata: { readonly [key: string]: string }) {
    const files: LakeFile[] = []
    let from = Infinity
    let to = -Infinity
    for (const table of SNAPSHOT_TABLES) {
      const [span] = await engine.query<{ low: string | null; high: string | null }>(
        `SELECT min(read_height) AS low, max(read_height) AS high FROM ${identifier(table)}`
      )
      if (!span || span.low === null || span.high === null) continue
      from = Math.min(from, Number(span.low))
      to = Math.max(to, Number(span.high))
      files.push(await writeTable(engine, dir, table, metadata))
    }
    return { files, heights: files.length > 0 ? { from, to } : null }
  }

  let closed = false
  const close = () =>
    inTurn(async () => {
      if (!closed) await engine.close()
      closed = true
    })
  return {
    cursor: (query) => cursors.get(query) ?? { key: null, done: false, objects: 0 },
    add: (query, page) => inTurn(() => add(query, page)),
    write: (metadata) => inTurn(() => write(metadata)),
    oldest: () =>
      inTurn(async () => {
        const [row] = await engine.query<{ height: string | null }>('SELECT min(created_height) AS height FROM state_leases')
        return row && row.height !== null ? Number(row.height) : null
      }),
    drop: async () => {
      await close()
      await Promise.all([file, `${file}.wal`].map((path) => rm(path, { force: true })))
    },
    close
  }
}

/**
 * Rows of a table within bounds, in the order of their keys, each object once, as it was read last. Rows are sorted first, since windows
 * stream over what has an order already; with an order of their own they would hold all rows in memory.
 */
function rowsOf(table: SnapshotTable, within: string): { readonly latest: string; readonly rows: string } {
  const { key, object } = snapshotKey(table)
  const list = (names: readonly string[]): string => names.map(identifier).join(', ')
  const id = (names: readonly string[]): string => `ROW(${list(names)})`
  const same = object.map((name) => `l.${identifier(name)} = t.${identifier(name)}`).join(' AND ')
  const latest = `
    SELECT ${list(object)}, max(read_height) AS read_height
    FROM (
      SELECT *, lag(${id(object)}) OVER () AS before, lag(read_height) OVER () AS height_before
      FROM (SELECT ${list([...object, 'read_height'])} FROM ${identifier(table)} WHERE ${within} ORDER BY ALL)
    )
    WHERE before = ${id(object)} AND height_before <> read_height
    GROUP BY ALL`
  const sorted = `
    SELECT * FROM ${identifier(table)} t
    WHERE ${within} AND NOT EXISTS (FROM latest l WHERE ${same} AND l.read_height > t.read_height)
    ORDER BY ${list(key)}`
  const rows = `
    SELECT * EXCLUDE before
    FROM (SELECT *, lag(${id(key)}) OVER () AS before FROM (${sorted}))
    WHERE before IS DISTINCT FROM ${id(key)}`
  return { latest, rows }
}

/**
 * Conditions that cut a table into parts in the order of its keys, each with the rows of so many tenants. Where they cut depends on the
 * objects alone, not on how often their pages were read: what is inserted together shapes the file.
 */
async function partsOf(engine: NativeEngine, table: SnapshotTable): Promise<string[]> {
  const { key } = snapshotKey(table)
  if (!key.includes('owner')) return ['true']
  const cuts = await engine.query<{ owner: string }>(
    `SELECT owner FROM (SELECT DISTINCT owner FROM ${identifier(table)})
    QUALIFY row_number() OVER (ORDER BY owner) % ${OWNERS} = 0 ORDER BY owner`
  )
  const bounds = cuts.map(({ owner }) => literal(owner))
  const owners = [...bounds, null].map((to, i) =>
    [...(i > 0 ? [`owner >= ${bounds[i - 1]}`] : []), ...(to === null ? [] : [`owner < ${to}`]), 'true'].join(' AND ')
  )
  if (key[0] !== 'of') return owners
  const kinds = await engine.query<{ of: string }>(`SELECT DISTINCT "of" FROM ${identifier(table)} ORDER BY "of"`)
  return kinds.flatMap(({ of }) => owners.map((within) => `"of" = ${literal(of)} AND ${within}`))
}

async function writeTable(
  engine: NativeEngine,
  dir: string,
  table: SnapshotTable,
  metadata: { readonly [key: string]: string }
): Promise<LakeFile> {
  await makeFolder(join(dir, 'state'))
  // A table of its own in between: how a file is cut depends on the chunks that come, and a table always gives full ones.
  await engine.exec(`CREATE OR REPLACE TABLE sorted (${columnList(columnsOf(table))})`)
  for (const within of await partsOf(engine, table)) {
    const { latest, rows } = rowsOf(table, within)
    await engine.exec(`CREATE OR REPLACE TEMP TABLE latest AS ${latest}`)
    await engine.exec(`INSERT INTO sorted ${rows}`)
  }
  const columns = Object.entries(SNAPSHOT[table].columns as Columns).map(
    ([name, { type }]) => `CAST(${identifier(name)} AS ${type}) AS ${identifier(name)}`
  )
  const all = 'SELECT row_number() OVER () - 1 AS row_index, * FROM sorted'
  const path = resolve(dir, 'state', temporary(`${table}.parquet`))
  const count = await copy(engine, `SELECT ${columns.join(', ')} FROM (${all})`, path, { ...metadata, table })
  await engine.exec('DROP TABLE sorted')
  const { bytes, sha256 } = await fingerprint(path)
  const name = `state/${table}.${sha256.slice(0, 16)}.parquet`
  await publish(path, resolve(dir, name))
  return { table, path: name, rows: count, bytes, sha256 }
}
