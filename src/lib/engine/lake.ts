/** A lake in the browser: its public tables, loaded into the WASM engine column by column when a metric needs them. */
import { parseManifest, type Manifest } from '../model/manifest.ts'
import { PUBLIC, type PublicTable } from '../model/public.ts'
import type { Columns } from '../model/tables.ts'
import type { Needs } from '../sql/metric.ts'
import type { Engine } from './engine.ts'
import type { ReadAnswer, ReadRequest } from './lake-worker.ts'
import { openWasm, type WasmEngine } from './wasm.ts'

export type Lake = {
  readonly engine: Engine
  /**
   * Sees to it that these columns are in the engine.
   * @throws Error naming the file when it cannot be fetched or read; a retry helps when the network failed
   */
  need(needs: Needs): Promise<void>
}

/** Fetches some columns of a file of the lake as an Arrow stream. */
export type FetchColumns = (file: Manifest['marts'][number], columns: Columns) => Promise<Uint8Array>

/** Opens the lake at a folder of our own host, such as `/data/`. */
export async function openLake(base: string): Promise<Lake> {
  const url = new URL('manifest.json', new URL(base, location.href))
  const [engine, manifest] = await Promise.all([
    openWasm(),
    fetch(url, { cache: 'no-cache' }).then(async (response) => {
      if (!response.ok) throw new Error(`${url.pathname} answered ${response.status} ${response.statusText}`)
      return parseManifest(await response.text(), url.pathname)
    })
  ])
  return lakeOn(engine, manifest, workerFetch(url))
}

/** A lake on an engine that is open. */
export function lakeOn(engine: WasmEngine, manifest: Manifest, fetchColumns: FetchColumns): Lake {
  const loaded = new Map<PublicTable, ReadonlySet<string>>()
  let queue: Promise<void> = Promise.resolve()

  async function load(table: PublicTable, wanted: readonly string[]): Promise<void> {
    const has = loaded.get(table) ?? new Set<string>()
    if (wanted.every((name) => has.has(name))) return
    const all = new Set([...has, ...wanted])
    const file = manifest.marts.find((mart) => mart.table === table)
    if (!file) throw new Error(`the lake has no table ${table}: it was built by another version of Rackrate`)
    const columns = Object.fromEntries(Object.entries(PUBLIC[table].columns as Columns).filter(([name]) => all.has(name)))
    await engine.insert(table, await fetchColumns(file, columns))
    loaded.set(table, all)
  }

  return {
    engine,
    need(needs) {
      const tables = Object.entries(needs) as [PublicTable, readonly string[]][]
      const result = queue.then(async () => {
        await Promise.all(tables.map(([table, columns]) => load(table, columns)))
      })
      queue = result.catch(() => undefined)
      return result
    }
  }
}

function workerFetch(manifestUrl: URL): FetchColumns {
  const worker = new Worker(new URL('./lake-worker.ts', import.meta.url), { type: 'module' })
  const waiting = new Map<number, { resolve: (arrow: Uint8Array) => void; reject: (error: Error) => void }>()
  let next = 0
  worker.onmessage = ({ data }: MessageEvent<ReadAnswer>) => {
    const call = waiting.get(data.id)
    waiting.delete(data.id)
    if (data.ok) call?.resolve(data.arrow)
    else call?.reject(new Error(data.error))
  }
  worker.onerror = (event) => {
    for (const { reject } of waiting.values())
      reject(new Error(`the reader of the lake stopped: ${event.message || 'its script could not be loaded'}`))
    waiting.clear()
  }
  return (file, columns) =>
    new Promise((resolve, reject) => {
      const id = next++
      waiting.set(id, { resolve, reject })
      const url = new URL(file.path, manifestUrl).href
      worker.postMessage({ id, table: file.table, url, bytes: file.bytes, columns } satisfies ReadRequest)
    })
}
