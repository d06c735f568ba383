/** What a lake holds, as plain values that can be compared. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { attachLake, readManifest } from '../../src/lib/engine/attach.ts'
import { openNative } from '../../src/lib/engine/native.ts'
import { FACT_TABLES } from '../../src/lib/model/facts.ts'
import { MANIFEST_FILE, unlisted } from '../../ingest/lake/manifest.ts'

/** All rows of all fact tables at a height, as one text. */
export type HeightRows = ReadonlyMap<number, string>

const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)

/** @throws LakeError, ManifestError when the lake cannot be read */
export async function rowsByHeight(dir: string): Promise<HeightRows> {
  const engine = await openNative({ threads: 1 })
  try {
    await attachLake(engine, dir, await readManifest(dir), [])
    const rows = new Map<number, string[]>()
    for (const table of FACT_TABLES) {
      for (const row of await engine.query(`SELECT * FROM facts.${table} ORDER BY ALL`)) {
        const height = Number(row['height'])
        const held = rows.get(height) ?? []
        held.push(`${table} ${JSON.stringify(row, plain)}`)
        rows.set(height, held)
      }
    }
    return new Map([...rows].map(([height, list]) => [height, list.join('\n')]))
  } finally {
    await engine.close()
  }
}

/** The manifest without what may differ between two runs over the same heights: who answered and when. */
async function manifestText(dir: string): Promise<string> {
  const manifest = await readManifest(dir)
  return JSON.stringify({ ...manifest, partitions: manifest.partitions.map(({ source: _, indexed_at: __, ...rest }) => rest) })
}

/** Each file of a lake with the SHA-256 of its bytes; of the manifest, of what it says. Replaced files in their time of grace do not count, whole as they are. */
export async function filesOf(dir: string): Promise<ReadonlyMap<string, string>> {
  const { retired, leftovers } = await unlisted(dir, await readManifest(dir))
  // After a clock jumped, the grace of some is over.
  const replaced = [...retired, ...leftovers.filter((path) => path.endsWith('.parquet'))]
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = new Map<string, string>()
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const name = relative(dir, path)
    if (replaced.includes(name)) continue
    const bytes = name === MANIFEST_FILE ? await manifestText(dir) : await readFile(path)
    files.set(name, createHash('sha256').update(bytes).digest('hex'))
  }
  return files
}
