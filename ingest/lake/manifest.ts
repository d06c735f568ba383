/**
 * The manifest on disk: written last, replaced at once. What it does not list any more stays for a while, for readers that still have the
 * old one; after that, and what it never listed, is leftovers.
 */
import { readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { FACT_TABLES, FACTS } from '../../src/lib/model/facts.ts'
import { besideOf, type Manifest } from '../../src/lib/model/manifest.ts'
import { replaceText, temporary } from './disk.ts'

export const MANIFEST_FILE = 'manifest.json'
/**
 * How long files stay after they were replaced, milliseconds: longer than a query over the manifest that listed them, short enough that
 * a backfill, which writes each cell up to ten times, does not fill the disk.
 */
export const GRACE_MS = 15 * 60_000
/** Files that an interrupted run may leave in the folders of facts and marts, whole or not. */
const OURS =
  /^((\d{10}-\d{10}|[a-z_]+(\.\d{4}-\d\d(-\d\d)?)?\.[0-9a-f]{16})\.parquet(\.tmp)?|[a-z_]+(\.\d{4}-\d\d(-\d\d)?)?\.parquet\.tmp)$/

/** Whether the folder has a manifest, of any kind. */
export async function exists(dir: string): Promise<boolean> {
  return (await names(dir)).includes(MANIFEST_FILE)
}

/** Puts a manifest in place of the old one. */
export async function writeManifest(dir: string, manifest: Manifest): Promise<void> {
  await replaceText(join(dir, MANIFEST_FILE), JSON.stringify(manifest, null, 1) + '\n')
}

/** Folders below the lake's that hold data files, with forward slashes. */
const FOLDERS = [...FACT_TABLES.map((table) => `facts/${table}`), 'state', 'reported', 'probes', 'prices', 'marts']

export type Unlisted = {
  /** What an interrupted run left, and replaced files whose time is over. */
  readonly leftovers: readonly string[]
  /** Whole files that were replaced, or that an interrupted run wrote, too lately to go. */
  readonly retired: readonly string[]
  /** What is not ours. */
  readonly foreign: readonly string[]
}

/** Paths of files in the lake's folders that the manifest does not list. */
export async function unlisted(dir: string, manifest: Manifest, graceMs: number = GRACE_MS): Promise<Unlisted> {
  const listed = new Set(
    [...manifest.partitions.flatMap((p) => p.files), ...besideOf(manifest), ...manifest.marts].map((f) => f.path)
  )
  const found = (
    await Promise.all(FOLDERS.map(async (folder) => (await names(join(dir, folder))).map((n) => `${folder}/${n}`)))
  ).flat()
  const strangers = (await names(join(dir, 'facts'))).filter((name) => !(name in FACTS)).map((name) => `facts/${name}`)
  const rest = found.filter((path) => !listed.has(path))
  const isOurs = (path: string) => OURS.test(path.slice(path.lastIndexOf('/') + 1))
  const top = (await names(dir)).filter((name) => name === temporary(MANIFEST_FILE))
  const ours = rest.filter(isOurs)
  const fresh = await Promise.all(ours.map((path) => isFresh(join(dir, path), graceMs)))
  return {
    leftovers: [...ours.filter((_, i) => !fresh[i]), ...top],
    retired: ours.filter((_, i) => fresh[i]),
    foreign: [...strangers, ...rest.filter((path) => !isOurs(path))]
  }
}

/** Whether a file is whole and was written or retired lately. One from the future is not: the clock was wrong, and might never reach it. */
async function isFresh(path: string, graceMs: number): Promise<boolean> {
  if (path.endsWith(temporary(''))) return false
  const found = await stat(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  })
  return found !== null && Math.abs(Date.now() - found.mtimeMs) < graceMs
}

/**
 * Lets the grace of files begin that a manifest is about to list no more. To be called before it is written, so that a kill in between
 * does not shorten it.
 */
export async function retire(dir: string, paths: readonly string[]): Promise<void> {
  const now = new Date()
  // Of a file that can't be touched, the grace runs from when it was written.
  await Promise.allSettled(paths.map((path) => utimes(join(dir, path), now, now)))
}

/** Removes leftovers. Only the holder of the lock may. */
export async function sweep(dir: string, manifest: Manifest, graceMs: number = GRACE_MS): Promise<void> {
  const { leftovers } = await unlisted(dir, manifest, graceMs)
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
