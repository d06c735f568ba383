/** Marts: each public table as one Parquet file, for readers that should not compute them. */
import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { attachLake, createViews, readManifest } from '../../src/lib/engine/attach.ts'
import type { View } from '../../src/lib/engine/engine.ts'
import { identifier, literal, openNative, type NativeEngine } from '../../src/lib/engine/native.ts'
import { besideOf, doneOf, type LakeFile, type Manifest } from '../../src/lib/model/manifest.ts'
import type { ReferencePrices } from '../../src/lib/model/prices.ts'
import { PUBLIC, PUBLIC_TABLES, type PublicTable } from '../../src/lib/model/public.ts'
import { diskError, fingerprint, makeFolder, publish, syncFolders, temporary } from './disk.ts'
import { takeLock } from './lock.ts'
import { GRACE_MS, retire, sweep, writeManifest } from './manifest.ts'
import { copy } from './parquet.ts'

/**
 * zstd level of tables with hashes, which do not compress: of 1,000,000 escrow flows level 9, which the others have, makes no fewer bytes
 * than level 1 and takes four times as long.
 */
const LEVEL_OF_HASHES = 1
/** With each more of it is in memory at once. */
const MOST_THREADS = 4
/** Beyond it DuckDB works on disk. Node and what DuckDB does not count come on top: about 1 GB in all. */
const MEMORY_LIMIT = '2300MB'
const WRITER_MEMORY_LIMIT = '700MB'

/** Columns by which readers cut: a mart is ordered by the first of them that it has, so that row groups can be skipped. */
const AXES = ['height', 'created_height', 'signed_height', 'from_height', 'time']

export type BuildOptions = {
  /** Version of Rackrate, for the manifest. */
  readonly version: string
  /** How long replaced marts stay for readers that have the old manifest, milliseconds. Default `GRACE_MS`. */
  readonly graceMs?: number
  /** Prices to be had beside those that the lake holds. Default none. */
  readonly reference?: ReferencePrices | undefined
}

/**
 * Writes the marts and lists them in the manifest in place of the old ones, which stay for a while. File names carry their contents' hash.
 * @param views in dependency order, among them every public table
 * @returns the manifest with the marts
 * @throws LakeError when there is no lake, another run writes to it, a listed file is damaged or the disk refuses; QueryError when a view fails
 */
export async function build(
  path: string,
  views: readonly View[],
  { version, graceMs = GRACE_MS, reference }: BuildOptions
): Promise<Manifest> {
  const dir = resolve(path)
  await readManifest(dir)
  const release = takeLock(dir)
  try {
    const manifest = await readManifest(dir)
    await sweep(dir, manifest, graceMs)
    await makeFolder(resolve(dir, 'marts'))
    const marts = await writeMarts(dir, manifest, views, reference)
    await syncFolders([resolve(dir, 'marts'), dir])
    const marts_beside = besideOf(manifest).map(({ sha256 }) => sha256)
    const marts_gaps = manifest.gaps.map(({ from, to }) => ({ from, to }))
    const next = { ...manifest, written_by: version, marts, marts_of: doneOf(manifest), marts_gaps, marts_beside }
    const gone = manifest.marts.filter((old) => !marts.some((mart) => mart.path === old.path))
    await retire(
      dir,
      gone.map((mart) => mart.path)
    )
    await writeManifest(dir, next)
    await sweep(dir, next, graceMs)
    return next
  } catch (cause) {
    throw diskError(cause, dir)
  } finally {
    release()
  }
}

/** One engine computes a table while another sorts and writes the one before. */
async function writeMarts(
  dir: string,
  manifest: Manifest,
  views: readonly View[],
  reference: ReferencePrices | undefined
): Promise<LakeFile[]> {
  const engine = await openNative({ threads: Math.min(MOST_THREADS, availableParallelism()), memoryLimit: MEMORY_LIMIT })
  // What the rows are does not depend on the number of threads, but how a file is cut would.
  const writer = await openNative({ threads: 1, memoryLimit: WRITER_MEMORY_LIMIT })
  const marts: LakeFile[] = []
  let written: Promise<unknown> = Promise.resolve()
  try {
    await attachLake(engine, dir, manifest, [], reference)
    await createViews(engine, views)
    for (const table of PUBLIC_TABLES) {
      const made = temporary(resolve(dir, `marts/${table}_made.parquet`))
      await engine.exec(`COPY (${selectFrom(table)}) TO ${literal(made)} (FORMAT parquet, COMPRESSION uncompressed)`)
      await written
      written = writeMart(writer, dir, manifest.network, table, made).then((mart) => marts.push(mart))
      // A failure is thrown where it is waited for.
      written.catch(() => undefined)
    }
    await written
    return marts
  } finally {
    await Promise.allSettled([written])
    await Promise.all([engine.close(), writer.close()])
  }
}

/** Rows as computed into a mart's file, in its order. */
async function writeMart(
  writer: NativeEngine,
  dir: string,
  network: string,
  table: PublicTable,
  made: string
): Promise<LakeFile> {
  const draft = temporary(resolve(dir, `marts/${table}.parquet`))
  const level = 'tx_hash' in PUBLIC[table].columns ? LEVEL_OF_HASHES : undefined
  const ordered = `SELECT * FROM read_parquet(${literal(made)}) ORDER BY ${orderOf(table)}`
  const rows = await copy(writer, ordered, draft, { network, table }, level)
  await rm(made)
  const { bytes, sha256 } = await fingerprint(draft)
  const path = `marts/${table}.${sha256.slice(0, 16)}.parquet`
  await publish(draft, resolve(dir, path))
  return { table, path, rows, bytes, sha256 }
}

function selectFrom(table: PublicTable): string {
  const list = Object.entries(PUBLIC[table].columns).map(
    ([name, { type }]) => `CAST(${identifier(name)} AS ${type}) AS ${identifier(name)}`
  )
  return `SELECT ${list.join(', ')} FROM main.${identifier(table)}`
}

/** Its axis, then all other columns, so that equal rows alone may change places. */
function orderOf(table: PublicTable): string {
  const { columns } = PUBLIC[table]
  const axis = AXES.filter((name) => name in columns).slice(0, 1)
  return [...axis, ...Object.keys(columns).filter((name) => !axis.includes(name))]
    .map((name) => `${identifier(name)} NULLS FIRST`)
    .join(', ')
}
