/** The manifest on disk: written last, replaced at once. Everything that it does not list is leftovers. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { FACT_TABLES, FACTS } from '../../src/lib/model/facts.ts'
import type { Manifest } from '../../src/lib/model/manifest.ts'
import { replaceText, temporary } from './disk.ts'

export const MANIFEST_FILE = 'manifest.json'
/** Files that an interrupted run may leave in the folders of facts and marts, whole or not. */
const OURS = /^((\d{10}-\d{10}|[a-z_]+\.[0-9a-f]{16})\.parquet(\.tmp)?|[a-z_]+\.parquet\.tmp)$/

/** Whether the folder has a manifest, of any kind. */
export async function exists(dir: string): Promise<boolean> {
  return (await names(dir)).includes(MANIFEST_FILE)
}

/** Puts a manifest in place of the old one. */
export async function writeManifest(dir: string, manifest: Manifest): Promise<void> {
  await replaceText(join(dir, MANIFEST_FILE), JSON.stringify(manifest, null, 1) + '\n')
}

/** Folders below the lake's that hold data files, with forward slashes. */
const FOLDERS = [...FACT_TABLES.map((table) => `facts/${table}`), 'marts']

/** Files in the lake's folders that the manifest does not list: leftovers of an interrupted run, and what is not ours. */
export async function unlisted(dir: string, manifest: Manifest): Promise<{ leftovers: string[]; foreign: string[] }> {
  const listed = new Set([...manifest.partitions.flatMap((p) => p.files), ...manifest.marts].map((f) => f.path))
  const found = (
    await Promise.all(FOLDERS.map(async (folder) => (await names(join(dir, folder))).map((n) => `${folder}/${n}`)))
  ).flat()
  const strangers = (await names(join(dir, 'facts'))).filter((name) => !(name in FACTS)).map((name) => `facts/${name}`)
  const rest = found.filter((path) => !listed.has(path))
  const isOurs = (path: string) => OURS.test(path.slice(path.lastIndexOf('/') + 1))
  const top = (await names(dir)).filter((name) => name === temporary(MANIFEST_FILE))
  return { leftovers: [...rest.filter(isOurs), ...top], foreign: [...strangers, ...rest.filter((path) => !isOurs(path))] }
}

/** Removes what an interrupted run left. Only the holder of the lock may. */
export async function sweep(dir: string, manifest: Manifest): Promise<void> {
  const { leftovers } = await unlisted(dir, manifest)
  await Promise.all(leftovers.map((path) => rm(join(dir, path), { force: true })))
}

async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
