/** The lake that a page is prerendered from: `static/data`, read by the native engine. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { attachMarts, readManifest } from '../lib/engine/attach.ts'
import type { Params, Row } from '../lib/engine/engine.ts'
import { openNative } from '../lib/engine/native.ts'
import type { Manifest } from '../lib/model/manifest.ts'
import { METRIC_SQL } from '../lib/sql/bundled.ts'
import type { MetricId } from '../lib/sql/catalog.ts'
import type { MetricRows } from '../lib/sql/metric-rows.ts'
import type { LakeInfo } from './lake.ts'

const FOLDER = resolve('static/data')
const MAKE =
  'Make one with `npm start`, or run `npm run ingest -- build --lake DIR` and copy manifest.json and marts/ of DIR to static/data.'

export type StaticLake = {
  readonly info: LakeInfo
  run<M extends MetricId>(metric: M, params: Params): Promise<MetricRows[M][]>
  /** Rows of SQL that is no metric's, such as a claim's. */
  query(sql: string): Promise<Row[]>
  close(): Promise<void>
}

/**
 * Opens the lake's public tables under their own names.
 * @throws Error that names the command to make the lake, LakeError or ManifestError when it is damaged or newer
 */
export async function openStaticLake(): Promise<StaticLake> {
  if (!existsSync(FOLDER)) throw new Error(`There is no lake to build pages from: ${FOLDER} does not exist. ${MAKE}`)
  const manifest = await readManifest(FOLDER)
  const engine = await openNative()
  await attachMarts(engine, FOLDER, manifest)
  return {
    info: describe(manifest),
    run: async <M extends MetricId>(metric: M, params: Params) =>
      (await engine.query(METRIC_SQL[metric], params)) as unknown as MetricRows[M][],
    query: (sql) => engine.query(sql),
    close: () => engine.close()
  }
}

function describe(manifest: Manifest): LakeInfo {
  const last = [...manifest.partitions].sort((a, b) => a.to - b.to).at(-1)
  if (!last) throw new Error(`${FOLDER}/manifest.json lists no partition, so there is nothing to show. ${MAKE}`)
  return {
    network: manifest.network,
    chainId: manifest.chain_id,
    origin: manifest.origin,
    writtenBy: manifest.written_by,
    firstHeight: Math.min(...manifest.partitions.map(({ from }) => from)),
    lastHeight: last.to,
    lastAt: last.to_time,
    marts: manifest.marts
  }
}
