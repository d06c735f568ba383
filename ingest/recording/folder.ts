/** The files of a recorded folder: JSON or JSON lines, gzipped or not. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** Where to look, in order: the folder, then the one it is another shape of. */
export type Folder = { readonly paths: readonly string[] }

/** A folder `<name>-by-<software>` holds only what differs from its sibling `<name>`. @throws Error when there is no such folder */
export function openFolder(dir: string): Folder {
  const path = resolve(dir)
  if (!existsSync(path))
    throw new Error(`There is no recording at ${dir}. Give the folder that holds block.jsonl.gz or block_results.jsonl.gz.`)
  const original = /^(.+)-by-[^-]+$/.exec(basename(path))?.[1]
  return { paths: original === undefined ? [path] : [path, join(dirname(path), original)] }
}

function find(folder: Folder, names: readonly string[]): string | undefined {
  return folder.paths.flatMap((path) => names.map((name) => join(path, name))).find((file) => existsSync(file))
}

function read(folder: Folder, name: string, extension: string): string {
  const file = find(folder, [`${name}.${extension}.gz`, `${name}.${extension}`])
  if (file === undefined)
    throw new Error(`${folder.paths.join(' and ')}: no ${name}.${extension}.gz, so this is no complete recording.`)
  try {
    const bytes = readFileSync(file)
    return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  } catch (cause) {
    throw new Error(`${file} cannot be read. Copy it again from where it was recorded.`, { cause })
  }
}

/** Whether the recording has such JSON lines. */
export function has(folder: Folder, name: string): boolean {
  return find(folder, [`${name}.jsonl.gz`, `${name}.jsonl`]) !== undefined
}

/** Lines of `<name>.jsonl[.gz]`, as they stand. @throws Error naming the file */
export function readLines(folder: Folder, name: string): string[] {
  return read(folder, name, 'jsonl')
    .split('\n')
    .filter((line) => line !== '')
}

/** The document `<name>.json[.gz]`. @throws Error naming the file */
export function readJson(folder: Folder, name: string): unknown {
  return JSON.parse(read(folder, name, 'json'))
}
