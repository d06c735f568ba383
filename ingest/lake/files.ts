/** Files of the lake on their way into a manifest, and back out of one. */
import { dirname, resolve } from 'node:path'
import { damaged } from '../../src/lib/engine/attach.ts'
import type { LakeFile } from '../../src/lib/model/manifest.ts'
import { fingerprint, publish, syncFolders, temporary } from './disk.ts'

/** Names, sizes and sums the finished temporary files, and makes their names last. */
export async function publishAll(
  dir: string,
  files: readonly { readonly table: string; readonly path: string; readonly rows: number }[]
): Promise<LakeFile[]> {
  const published = await Promise.all(
    files.map(async ({ table, path, rows }) => {
      const { bytes, sha256 } = await fingerprint(temporary(resolve(dir, path)))
      await publish(temporary(resolve(dir, path)), resolve(dir, path))
      return { table, path, rows, bytes, sha256 }
    })
  )
  await syncFolders(files.flatMap(({ path }) => [dirname(resolve(dir, path)), resolve(dir, 'facts'), dir]))
  return published
}

/** A damaged file must not be rewritten as if it were whole. @throws LakeError */
export async function checkWhole(dir: string, { path, sha256 }: Pick<LakeFile, 'path' | 'sha256'>): Promise<void> {
  const found = await fingerprint(resolve(dir, path)).catch((cause: unknown) => {
    throw damaged(resolve(dir, path), `cannot be read (${(cause as Error).message})`, cause)
  })
  if (found.sha256 !== sha256) throw damaged(resolve(dir, path), "is damaged: its SHA-256 is not the manifest's")
}
