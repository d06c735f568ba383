/** The lake that a page is prerendered from: `static/data`, read by the native engine. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { identifier, literal, openNative, type NativeEngine } from '$lib/engine/native'
import { parseManifest, type Manifest } from '$lib/model/manifest'
import type { MetricId, MetricRows } from '$lib/sql/catalog'
import { METRIC_SQL } from '$lib/sql/bundled'
import type { Params } from '$lib/engine/engine'
import type { LakeInfo } from './lake'

const FOLDER = resolve('static/data')
const MAKE = 'Make it with `npm start`, or with `npm run ingest -- build --lake DIR` and a copy of DIR’s manifest.json and marts/ in static/data.'

export type StaticLake = {
  readonly info: LakeInfo
  run<M extends MetricId>(metric: M, params: Params): Promise<MetricRows[M][]>
  close(): Promise<void>
}

/**
 * Opens the lake's public tables under their own names.
 * @throws Error that names the command to make the lake, ManifestError when it is damaged or newer
 */
export async function openStaticLake(): Promise<StaticLake> {
  const path = join(FOLDER, 'manifest.json')
  if (!existsSync(path)) throw new Error(`There is no lake to build pages from: ${path} does not exist. ${MAKE}`)
  const manifest = parseManifest(await readFile(path, 'utf8'), path)
  if (manifest.marts.length === 0) throw new Error(`${path} lists no marts. ${MAKE}`)
  const engine = await openNative()
  for (const { table, path: file } of manifest.marts)
    await engine.exec(`CREATE VIEW ${identifier(table)} AS FROM read_parquet(${literal(join(FOLDER, file))})`)
  return {
    info: describe(manifest),
    run: (metric, params) => runMetric(engine, metric, params),
    close: () => engine.close()
  }
}

async function runMetric<M extends MetricId>(engine: NativeEngine, metric: M, params: Params): Promise<MetricRows[M][]> {
  return (await engine.query(METRIC_SQL[metric], params)) as unknown as MetricRows[M][]
}

function describe(manifest: Manifest): LakeInfo {
  const last = manifest.partitions.reduce<Manifest['partitions'][number] | undefined>((best, next) => (best && best.to > next.to ? best : next), undefined)
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
