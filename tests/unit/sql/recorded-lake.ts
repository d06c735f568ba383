/** A lake made of a bundled recording the way a user makes it, and both engines on its marts. */
import type * as Blocking from '@duckdb/duckdb-wasm/blocking'
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { writeProbes } from '../../../ingest/lake/probes.ts'
import { openLake } from '../../../ingest/lake/write.ts'
import { serveRecording } from '../../../ingest/recording/serve.ts'
import { viewsFor } from '../../../ingest/views.ts'
import { attachLake, attachMarts, readManifest } from '../../../src/lib/engine/attach.ts'
import type { Params, Row } from '../../../src/lib/engine/engine.ts'
import { readColumns } from '../../../src/lib/engine/lake-reader.ts'
import { lakeOn, type Lake } from '../../../src/lib/engine/lake.ts'
import { openNative, type NativeEngine } from '../../../src/lib/engine/native.ts'
import { engineOn, type WasmConnection, type WasmEngine } from '../../../src/lib/engine/wasm.ts'
import type { NodeFigures, Probe } from '../../../src/lib/model/probes.ts'
import { composeSql, METRICS, type MetricId } from '../../../src/lib/sql/catalog.ts'

const root = resolve(import.meta.dirname, '../../..')
const require = createRequire(import.meta.url)

export const RECORDINGS = ['v2.1', 'v1.2-to-v2.0', 'v0.36'] as const

async function ingest(...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'ingest/cli.ts'), ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const code = await new Promise((done) => child.on('close', done))
  if (code !== 0) throw new Error(`ingest ${args.join(' ')} ended with ${String(code)}: ${errors}`)
}

/** Probes around the end of a lake's blocks: each provider every seven hours, each in its own way up or down, with GPUs that its leases have. */
async function addProbes(dir: string): Promise<void> {
  const manifest = await readManifest(dir)
  const engine = await openNative()
  await attachLake(engine, dir, manifest, viewsFor('SELECT * FROM providers, blocks'))
  const providers = await engine.query<{ provider: string }>('SELECT provider FROM providers ORDER BY provider')
  const [end] = await engine.query<{ us: string }>('SELECT epoch_us(max(time)) AS us FROM blocks')
  await engine.close()
  const hours = 3_600_000_000n
  const unknown = { latency_ms: 12, version: '0.10.1', active_leases: 1, via: 'grpc', host_uri: null, address: null }
  const certificate = { certificate_sha256: null, certificate_valid: null, doubts: [] }
  const probes = providers.flatMap(({ provider }, i) =>
    Array.from({ length: 8 }, (_, nth): Probe => {
      const ok = (nth + i) % (i + 2) !== 0
      const probed_at = BigInt(end?.us ?? 0) + BigInt(7 * nth - 40) * hours + BigInt(i)
      const node = (node_index: number, gpu_model: string, gpus_allocatable: number, gpus_allocated: number): NodeFigures => ({
        ...{ node_index, gpu_kind: 0, node: `node ${node_index}`, gpu_model, gpu_memory_gib: 80, gpu_interface: null },
        ...{ gpus_allocatable, gpus_allocated, gpus_available: gpus_allocatable - gpus_allocated },
        ...{ cpu_allocatable: 64_000n, cpu_allocated: 30_000n, cpu_available: 34_000n },
        ...{ memory_allocatable: 1n << 39n, memory_allocated: 1n << 38n, memory_available: 1n << 38n },
        ...{ storage_allocatable: null, storage_allocated: null, storage_available: null }
      })
      return {
        probe: { provider, probed_at, ok, error: ok ? null : 'timeout', error_detail: null, ...unknown, ...certificate },
        nodes: ok ? [node(0, 'nvidia/a100', 4 + i, nth % 4), node(1, i % 2 === 0 ? 'nvidia/h100' : 'nvidia/t4', 8, i)] : []
      }
    })
  )
  const lake = await openLake(dir, {
    network: manifest.network,
    chainId: manifest.chain_id,
    origin: manifest.origin,
    version: 'test',
    create: false
  })
  await lake.recordProbes(await writeProbes(dir, lake.manifest(), probes))
  await lake.close()
}

/** Indexes a recording into `dir`, adds probes and builds its marts. */
export async function makeLake(recording: (typeof RECORDINGS)[number], dir: string): Promise<void> {
  const chain = await serveRecording(join(root, 'tests/fixtures/recordings', recording), { port: 0 })
  await ingest('index', '--rpc', chain.url, '--lake', dir)
  await chain.close()
  await addProbes(dir)
  await ingest('build', '--lake', dir)
}

export async function openNativeLake(dir: string): Promise<NativeEngine> {
  const engine = await openNative()
  await attachMarts(engine, dir, await readManifest(dir))
  return engine
}

/** DuckDB-WASM as Node runs it: the same WASM file and the same loader as in the browser, without workers and HTTP. */
export async function openWasmEngine(): Promise<WasmEngine> {
  const duckdb = require('@duckdb/duckdb-wasm/blocking') as typeof Blocking
  const bundle = { mainModule: require.resolve('@duckdb/duckdb-wasm/dist/duckdb-eh.wasm'), mainWorker: '' }
  const db = await duckdb.createDuckDB({ mvp: bundle, eh: bundle }, new duckdb.VoidLogger(), duckdb.NODE_RUNTIME)
  await db.instantiate(() => undefined)
  db.open({})
  const blocking = db.connect()
  const connection = {
    query: (sql: string) => Promise.resolve(blocking.query(sql)),
    prepare: (sql: string) => Promise.resolve(blocking.prepare(sql)),
    insertArrowFromIPCStream: (arrow: Uint8Array, options: { name: string; create: boolean }) => {
      blocking.insertArrowFromIPCStream(arrow, options)
      return Promise.resolve()
    },
    close: () => {
      blocking.close()
      return Promise.resolve()
    }
  } as unknown as WasmConnection
  return engineOn(connection, () => Promise.resolve())
}

export async function openWasmLake(dir: string): Promise<Lake> {
  const engine = await openWasmEngine()
  return lakeOn(engine, await readManifest(dir), async (file, columns) => {
    const buffer = new Uint8Array(await readFile(join(dir, file.path))).buffer
    return readColumns(file.table, { byteLength: buffer.byteLength, slice: (start, end) => buffer.slice(start, end) }, columns)
  })
}

const files = new Map<string, string>()
async function metricSql(id: MetricId): Promise<string> {
  const needed = [`metrics/${id}.sql`, 'parts/lease_spans.sql', 'parts/gpu_hour_prices.sql', 'parts/gaps.sql']
  for (const path of needed) if (!files.has(path)) files.set(path, await readFile(join(root, 'src/lib/sql', path), 'utf8'))
  return composeSql(id, (path) => {
    const text = files.get(path)
    if (text === undefined) throw new Error(`test reads no ${path}`)
    return text
  })
}

export async function runNative(engine: NativeEngine, id: MetricId, params: Params): Promise<Row[]> {
  return engine.query(await metricSql(id), params)
}

export async function runWasm(lake: Lake, id: MetricId, params: Params): Promise<Row[]> {
  await lake.need(METRICS[id].needs)
  return lake.engine.query(await metricSql(id), params)
}
