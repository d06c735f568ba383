/** A lake on disk as tables of an engine: for ingest, tests and prerender. */
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { FACT_TABLES, FACTS, type FactTable } from '../model/facts.ts'
import { besideOf, LakeError, parseManifest, type LakeFile, type Manifest } from '../model/manifest.ts'
import { NO_REFERENCE, PRICES, PRICE_TABLES, type PriceTable, type ReferencePrices } from '../model/prices.ts'
import { PROBES, PROBE_TABLES, type ProbeTable } from '../model/probes.ts'
import { PUBLIC, type PublicTable } from '../model/public.ts'
import { REPORTED } from '../model/reported.ts'
import { SNAPSHOT, SNAPSHOT_TABLES, type SnapshotTable } from '../model/snapshot.ts'
import { col, type Columns } from '../model/tables.ts'
import type { View } from './engine.ts'
import { knownTables, nameGpus } from './known.ts'
import { identifier, literal, parquet, type NativeEngine } from './native.ts'
import { microsOf } from '../model/value.ts'

const NETWORK = col('VARCHAR', 'Network id')

/** Columns of `facts.partitions`: the manifest's partitions, for `coverage`. */
const PARTITIONS: Columns = {
  network: NETWORK,
  from_height: col('BIGINT', 'First height'),
  to_height: col('BIGINT', 'Last height'),
  status: col('VARCHAR', '`done`'),
  source: col('VARCHAR', 'Endpoints that answered'),
  indexed_at: col('TIMESTAMP', 'When'),
  from_time: col('TIMESTAMP', 'Header time of the first block'),
  to_time: col('TIMESTAMP', 'Header time of the last block'),
  parent_hash: col('VARCHAR', 'Hash of the block before'),
  last_hash: col('VARCHAR', 'Hash of the last block'),
  txs: col('BIGINT', 'Transactions, failed ones included')
}

/** Columns of `facts.gaps`: the manifest's gaps, for `coverage`. */
export const GAPS: Columns = {
  network: NETWORK,
  from_height: col('BIGINT', 'First height'),
  to_height: col('BIGINT', 'Last height'),
  status: col('VARCHAR', '`pruned`, `missing`'),
  source: col('VARCHAR', 'Endpoints that were asked'),
  why: col('VARCHAR', 'In words'),
  seen_at: col('TIMESTAMP', 'When it was last asked for')
}

/** Columns of `facts.snapshots`: the manifest's snapshot of the state, one row or none. */
export const SNAPSHOTS: Columns = {
  network: NETWORK,
  from_height: col('BIGINT', 'Lowest height of the state that rows were read from'),
  to_height: col('BIGINT', 'Highest such height'),
  source: col('VARCHAR', 'Endpoints that answered'),
  read_at: col('TIMESTAMP', 'When')
}

/** Columns of `facts.anchors`: times of blocks that are known besides those of the indexed ones. */
export const ANCHORS: Columns = {
  network: NETWORK,
  height: col('BIGINT', 'Block height'),
  time: col('TIMESTAMP', 'Its time'),
  error_s: col('DOUBLE', 'It is at most this far off; 0 from a header', 'seconds'),
  source: col('VARCHAR', 'Where it is from')
}

/**
 * Reads a lake's manifest.
 * @throws LakeError when there is none or it cannot be read, ManifestError when it is damaged or of another format
 */
export async function readManifest(dir: string): Promise<Manifest> {
  const path = resolve(dir, 'manifest.json')
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new LakeError(`${resolve(dir)} holds no lake (no manifest.json). Make one with \`index --lake ${dir}\`.`, { cause })
    throw new LakeError(`${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
  return parseManifest(text, path)
}

/** Absolute paths of every file that the manifest lists. */
export function lakePaths(dir: string, manifest: Manifest): string[] {
  return filesOf(manifest).map((file) => resolve(dir, file.path))
}

/**
 * Makes the lake's facts tables of schema `facts` (empty ones where nothing is listed), with the manifest's network as first column
 * and `facts.partitions` and `facts.gaps` beside them, and the views in schema `main`. Reads listed files only.
 * @param views in dependency order
 * @param reference prices to be had beside those that the lake holds
 * @throws LakeError when a listed file is missing or has another size, QueryError when a view does not bind
 */
export async function attachLake(
  engine: NativeEngine,
  dir: string,
  manifest: Manifest,
  views: readonly View[],
  reference: ReferencePrices = NO_REFERENCE
): Promise<void> {
  const files = manifest.partitions.flatMap((p) => p.files)
  const state = manifest.snapshot?.files ?? []
  await checkFiles(dir, [...files, ...besideOf(manifest)])
  await engine.exec('CREATE SCHEMA facts')
  for (const table of FACT_TABLES) {
    const paths = files.filter((f) => f.table === table).map((f) => resolve(dir, f.path))
    await attachFacts(engine, manifest.network, table, FACTS[table].columns, paths)
  }
  for (const table of SNAPSHOT_TABLES) {
    const paths = state.filter((f) => f.table === table).map((f) => resolve(dir, f.path))
    await attachFacts(engine, manifest.network, table, SNAPSHOT[table].columns, paths)
  }
  await attachFacts(
    engine,
    manifest.network,
    'reported',
    REPORTED.columns,
    manifest.reported.map((f) => resolve(dir, f.path))
  )
  for (const table of PROBE_TABLES) {
    const paths = manifest.probes.filter((f) => f.table === table).map((f) => resolve(dir, f.path))
    await attachFacts(engine, manifest.network, table, PROBES[table].columns, paths)
  }
  for (const table of PRICE_TABLES) {
    const paths = manifest.prices.filter((f) => f.table === table).map((f) => resolve(dir, f.path))
    await attachFacts(engine, manifest.network, table, PRICES[table].columns, paths)
  }
  for (const [table, columns, rows] of knownTables(manifest.network, reference)) {
    await engine.exec(`CREATE TABLE facts.${table} (${columnList(columns)})`)
    await engine.insert(`facts.${table}`, columns, rows)
  }
  await engine.exec(`CREATE TABLE facts.partitions (${columnList(PARTITIONS)})`)
  await engine.insert('facts.partitions', PARTITIONS, partitionRows(manifest))
  await engine.exec(`CREATE TABLE facts.gaps (${columnList(GAPS)})`)
  await engine.insert('facts.gaps', GAPS, gapRows(manifest))
  await engine.exec(`CREATE TABLE facts.snapshots (${columnList(SNAPSHOTS)})`)
  await engine.insert('facts.snapshots', SNAPSHOTS, snapshotRows(manifest))
  await engine.exec(`CREATE TABLE facts.anchors (${columnList(ANCHORS)})`)
  await engine.insert('facts.anchors', ANCHORS, anchorRows(manifest))
  await createViews(engine, views)
}

/**
 * Makes views in schema `main`. Those that are no public tables are computed here, once: others read them again and again, and DuckDB
 * would plan and compute them each time.
 * @throws QueryError when one does not bind, or a step fails
 */
export async function createViews(engine: NativeEngine, views: readonly View[]): Promise<void> {
  for (const { name, sql } of views) {
    if (name === 'known_gpus') await nameGpus(engine)
    const kind = name in PUBLIC ? 'VIEW' : 'TABLE'
    await engine.exec(`CREATE ${kind} main.${identifier(name)} AS ${sql}`)
  }
}

/**
 * Makes the lake's marts tables of schema `main`.
 * @throws LakeError when there are none, or a listed file is missing or has another size
 */
export async function attachMarts(engine: NativeEngine, dir: string, manifest: Manifest): Promise<void> {
  if (manifest.marts.length === 0) throw new LakeError(`${resolve(dir)} has no marts. Run \`build --lake ${dir}\`.`)
  await checkFiles(dir, manifest.marts)
  for (const { table, path } of manifest.marts) {
    if (!(table in PUBLIC)) continue
    await attach(engine, `main.${identifier(table)}`, PUBLIC[table as PublicTable].columns, [resolve(dir, path)])
  }
}

/** Column definitions for CREATE TABLE. */
export function columnList(columns: Columns): string {
  return Object.entries(columns)
    .map(([name, { type }]) => `${identifier(name)} ${type}`)
    .join(', ')
}

/** A SELECT of these columns, cast to their types, from these Parquet files. */
export function selectFrom(columns: Columns, paths: readonly string[]): string {
  const list = Object.entries(columns).map(([name, { type }]) => `CAST(${identifier(name)} AS ${type}) AS ${identifier(name)}`)
  return `SELECT ${list.join(', ')} FROM ${parquet(paths)}`
}

async function attach(engine: NativeEngine, name: string, columns: Columns, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) await engine.exec(`CREATE TABLE ${name} (${columnList(columns)})`)
  else await engine.exec(`CREATE VIEW ${name} AS ${selectFrom(columns, paths)}`)
}

type AttachedTable = FactTable | SnapshotTable | ProbeTable | PriceTable | 'reported'

/** Columns of a table of schema `facts` as attached. */
export function attachedColumns(table: AttachedTable): Columns {
  if (table === 'reported') return { network: NETWORK, ...REPORTED.columns }
  if (table in PRICES) return { network: NETWORK, ...PRICES[table as PriceTable].columns }
  if (table in PROBES) return { network: NETWORK, ...PROBES[table as ProbeTable].columns }
  return { network: NETWORK, ...(table in FACTS ? FACTS[table as FactTable] : SNAPSHOT[table as SnapshotTable]).columns }
}

async function attachFacts(
  engine: NativeEngine,
  network: string,
  table: AttachedTable,
  columns: Columns,
  paths: readonly string[]
): Promise<void> {
  const name = `facts.${identifier(table)}`
  if (paths.length === 0) await engine.exec(`CREATE TABLE ${name} (${columnList(attachedColumns(table))})`)
  else await engine.exec(`CREATE VIEW ${name} AS SELECT ${literal(network)} AS network, * FROM (${selectFrom(columns, paths)})`)
}

function filesOf(manifest: Manifest): LakeFile[] {
  return [...manifest.partitions.flatMap((p) => p.files), ...besideOf(manifest), ...manifest.marts]
}

async function checkFiles(dir: string, files: readonly LakeFile[]): Promise<void> {
  await Promise.all(
    files.map(async ({ path, bytes }) => {
      const found = await stat(resolve(dir, path)).catch((cause: unknown) => {
        throw damaged(resolve(dir, path), `cannot be read (${(cause as Error).message})`, cause)
      })
      if (found.size !== bytes)
        throw damaged(resolve(dir, path), `has ${found.size} bytes where the manifest says ${bytes}: cut off or changed`)
    })
  )
}

/** The error for a listed file that is not what the manifest says. */
export function damaged(path: string, what: string, cause?: unknown): LakeError {
  return new LakeError(
    `${path} ${what}. While another run writes to the lake, just try again. Otherwise restore the file from a copy, ` +
      'or drop what is damaged with `verify --repair` and index again.',
    { cause }
  )
}

function partitionRows(manifest: Manifest): object[] {
  return manifest.partitions.map((p) => ({
    network: manifest.network,
    from_height: p.from,
    to_height: p.to,
    status: 'done',
    source: p.source,
    indexed_at: microsOf(p.indexed_at),
    from_time: microsOf(p.from_time),
    to_time: microsOf(p.to_time),
    parent_hash: p.parent_hash,
    last_hash: p.last_hash,
    txs: p.txs
  }))
}

function snapshotRows({ network, snapshot }: Manifest): object[] {
  if (!snapshot) return []
  const { from: from_height, to: to_height, source, read_at } = snapshot
  return [{ network, from_height, to_height, source, read_at: microsOf(read_at) }]
}

function anchorRows({ network, snapshot }: Manifest): object[] {
  return (snapshot?.anchors ?? []).map(({ time, ...rest }) => ({ network, ...rest, time: microsOf(time) }))
}

function gapRows(manifest: Manifest): object[] {
  return manifest.gaps.map((gap) => ({
    network: manifest.network,
    from_height: gap.from,
    to_height: gap.to,
    status: gap.status,
    source: gap.source,
    why: gap.why,
    seen_at: microsOf(gap.seen_at)
  }))
}
