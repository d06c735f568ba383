/** Durable changes on disk: what is renamed into place is whole, also after a loss of power. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { QueryError } from '../../src/lib/engine/engine.ts'
import { LakeError } from '../../src/lib/model/manifest.ts'

/** Name of a file until it is whole. */
export function temporary(path: string): string {
  return `${path}.tmp`
}

/** Gives a finished temporary file its name, once its bytes have reached the disk. */
export async function publish(from: string, path: string): Promise<void> {
  await sync(from, 'r+')
  await rename(from, path)
}

/** Makes renames and removals in these folders last. */
export async function syncFolders(folders: Iterable<string>): Promise<void> {
  await Promise.all([...new Set(folders)].map((folder) => sync(folder, 'r')))
}

/** Writes a text file in place of the old one, at once and durably. */
export async function replaceText(path: string, text: string): Promise<void> {
  await writeFile(temporary(path), text)
  await publish(temporary(path), path)
  await syncFolders([dirname(path)])
}

/** Makes a folder and its parents. @throws LakeError when the disk refuses */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((cause: unknown) => {
    throw diskError(cause, path)
  })
}

/** Size and SHA-256 (lower-case hex) of a file. */
export async function fingerprint(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return { bytes: (await stat(path)).size, sha256: hash.digest('hex') }
}

/** A LakeError for a failed write that says what to do. Errors that are not the disk's are given back as they are. */
export function diskError(cause: unknown, where: string): unknown {
  const text = refusalOf(cause)
  if (text === undefined) return cause
  const kept = 'The lake stays as it was and can be read; what was done before is kept.'
  if (/ENOSPC|EDQUOT|No space left|quota exceeded/i.test(text))
    return new LakeError(`${where} cannot be written: the disk is full. ${kept} Free some space and run again.`, { cause })
  if (/EROFS|Read-only file system/i.test(text))
    return new LakeError(
      `${where} cannot be written: the file system is read-only. ${kept} Choose another folder, or mount it writable.`,
      { cause }
    )
  if (/EACCES|EPERM|Permission denied|Operation not permitted/i.test(text))
    return new LakeError(
      `${where} cannot be written: permission denied. ${kept} Run as the folder's owner, or choose another folder.`,
      { cause }
    )
  return new LakeError(`${where} cannot be written: ${text}. ${kept} Check the disk, then run again.`, { cause })
}

/** What the system said, of an error of Node's file functions (by its code, such as ENOSPC) or DuckDB's (by its words: it has no codes). */
function refusalOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined
  const { code } = cause as NodeJS.ErrnoException
  if (typeof code === 'string' && /^E[A-Z0-9]+$/.test(code)) return `${code} ${cause.message}`
  return cause instanceof QueryError && cause.message.startsWith('query failed: IO Error') ? cause.message : undefined
}

async function sync(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
