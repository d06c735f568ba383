/** Reported figures in the lake: one file, written anew with what a fetch or another lake adds. */
import { resolve } from 'node:path'
import { columnList, selectFrom } from '../../src/lib/engine/attach.ts'
import { openNative } from '../../src/lib/engine/native.ts'
import { LakeError, type LakeFile, type Manifest } from '../../src/lib/model/manifest.ts'
import { REPORTED, type ReportedRow } from '../../src/lib/model/reported.ts'
import { fingerprint, makeFolder, publish, syncFolders, temporary } from './disk.ts'
import { copy } from './parquet.ts'
import { fileProblems } from './verify.ts'

const { columns, key } = REPORTED
const NAME = 'reported_days'

/**
 * Writes rows, those that the lake holds and those of other lakes into a new file of the lake's folder. Of several rows with one key the
 * one fetched last stands. To be listed by `Lake.recordReported`.
 * @param others folders of other lakes, with their manifests
 * @throws LakeError when a file is damaged or the disk refuses, RangeError when a value does not fit its column
 */
export async function writeReported(
  dir: string,
  manifest: Manifest,
  rows: readonly ReportedRow[],
  others: readonly { readonly dir: string; readonly manifest: Manifest }[] = []
): Promise<LakeFile> {
  const paths: string[] = []
  for (const lake of [{ dir, manifest }, ...others]) {
    const { reported } = lake.manifest
    const [problem] = await fileProblems(lake.dir, reported)
    if (problem !== undefined)
      throw new LakeError(`${lake.dir}: ${problem}. Drop it with \`verify --repair --lake ${lake.dir}\`, then fetch again.`)
    paths.push(...reported.map((file) => resolve(lake.dir, file.path)))
  }
  const engine = await openNative({ threads: 1 })
  try {
    await engine.exec(`CREATE TABLE ${NAME} (${columnList(columns)})`)
    await engine.insert(NAME, columns, rows)
    const all = [`SELECT * FROM ${NAME}`, ...(paths.length > 0 ? [selectFrom(columns, paths)] : [])].join(' UNION ALL ')
    const latest =
      `SELECT * FROM (${all}) QUALIFY row_number() OVER (PARTITION BY ${key.join(', ')} ORDER BY fetched_at DESC, value, unit) = 1 ` +
      `ORDER BY ${key.join(', ')}`
    await makeFolder(resolve(dir, 'reported'))
    const draft = temporary(resolve(dir, `reported/${NAME}.parquet`))
    const count = await copy(engine, latest, draft, { network: manifest.network, table: NAME })
    const { bytes, sha256 } = await fingerprint(draft)
    const path = `reported/${NAME}.${sha256.slice(0, 16)}.parquet`
    await publish(draft, resolve(dir, path))
    await syncFolders([resolve(dir, 'reported'), dir])
    return { table: NAME, path, rows: count, bytes, sha256 }
  } finally {
    await engine.close()
  }
}
