/** Marts: each public table as one Parquet file, for readers that should not compute them. */
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { attachLake, createViews, readManifest } from '../../src/lib/engine/attach.ts'
import type { View } from '../../src/lib/engine/engine.ts'
import { identifier, openNative } from '../../src/lib/engine/native.ts'
import { doneOf, type LakeFile, type Manifest } from '../../src/lib/model/manifest.ts'
import { PUBLIC, PUBLIC_TABLES, type PublicTable } from '../../src/lib/model/public.ts'
import { diskError, fingerprint, makeFolder, publish, syncFolders, temporary } from './disk.ts'
import { takeLock } from './lock.ts'
import { sweep, writeManifest } from './manifest.ts'
import { copy } from './parquet.ts'

/** Columns by which readers cut: a mart is ordered by the first of them that it has, so that row groups can be skipped. */
const AXES = ['height', 'created_height', 'signed_height', 'from_height', 'time']

/**
 * Writes the marts and lists them in the manifest in place of the old ones. File names carry their contents' hash.
 * @param views in dependency order, among them every public table
 * @returns the manifest with the marts
 * @throws LakeError when there is no lake, another run writes to it, a listed file is damaged or the disk refuses; QueryError when a view fails
 */
export async function build(path: string, views: readonly View[], { version }: { readonly version: string }): Promise<Manifest> {
  const dir = resolve(path)
  await readManifest(dir)
  const release = takeLock(dir)
  try {
    const manifest = await readManifest(dir)
    await sweep(dir, manifest)
    await makeFolder(resolve(dir, 'marts'))
    const marts = await writeMarts(dir, manifest, views)
    await syncFolders([resolve(dir, 'marts'), dir])
    const next = { ...manifest, written_by: version, marts, marts_of: doneOf(manifest) }
    await writeManifest(dir, next)
    // What cannot be removed now is removed when the lake is next opened for writing.
    const gone = manifest.marts.filter((old) => !marts.some((mart) => mart.path === old.path))
    await Promise.allSettled(gone.map((mart) => rm(resolve(dir, mart.path))))
    return next
  } catch (cause) {
    throw diskError(cause, dir)
  } finally {
    release()
  }
}

async function writeMarts(dir: string, manifest: Manifest, views: readonly View[]): Promise<LakeFile[]> {
  const engine = await openNative({ threads: 1 })
  try {
    await attachLake(engine, dir, manifest, [])
    await createViews(engine, views, 'once')
    const marts: LakeFile[] = []
    for (const table of PUBLIC_TABLES) {
      const draft = temporary(resolve(dir, `marts/${table}.parquet`))
      const rows = await copy(engine, selectOrdered(table), draft, { network: manifest.network, table })
      const { bytes, sha256 } = await fingerprint(draft)
      const path = `marts/${table}.${sha256.slice(0, 16)}.parquet`
      await publish(draft, resolve(dir, path))
      marts.push({ table, path, rows, bytes, sha256 })
    }
    return marts
  } finally {
    await engine.close()
  }
}

function selectOrdered(table: PublicTable): string {
  const { columns } = PUBLIC[table]
  const list = Object.entries(columns).map(([name, { type }]) => `CAST(${identifier(name)} AS ${type}) AS ${identifier(name)}`)
  const axis = AXES.filter((name) => name in columns).slice(0, 1)
  const order = [...axis, ...Object.keys(columns).filter((name) => !axis.includes(name))].map(
    (name) => `${identifier(name)} NULLS FIRST`
  )
  return `SELECT ${list.join(', ')} FROM main.${identifier(table)} ORDER BY ${order.join(', ')}`
}
