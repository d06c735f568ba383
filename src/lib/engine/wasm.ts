/** The engine of the browser. The only user of duckdb-wasm; every byte of it comes from our own host. */
import type { AsyncDuckDBConnection } from '@duckdb/duckdb-wasm'
import { DataType, TimeUnit, type Vector } from 'apache-arrow'
import { positional, QueryError, type Engine, type Params, type Row, type Value } from './engine.ts'
import { digits, isoDay, isoMicros } from '../model/value.ts'

export type WasmEngine = Engine & {
  /** Makes or replaces a table from an Arrow IPC stream. */
  insert(table: string, arrow: Uint8Array): Promise<void>
}

/** Boots DuckDB in a worker of its own. About a second, 7.7 MB compressed. */
export async function openWasm(): Promise<WasmEngine> {
  const [duckdb, mvpWasm, mvpWorker, ehWasm, ehWorker] = await Promise.all([
    import('@duckdb/duckdb-wasm'),
    import('@duckdb/duckdb-wasm/dist/duckdb-mvp.wasm?url'),
    import('@duckdb/duckdb-wasm/dist/duckdb-browser-mvp.worker.js?url'),
    import('@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url'),
    import('@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url')
  ])
  // No `coi` bundle: it boots slower and reads wrongly (https://github.com/duckdb/duckdb-wasm/issues, measured with 1.32.0).
  const bundle = await duckdb.selectBundle({
    mvp: { mainModule: mvpWasm.default, mainWorker: mvpWorker.default },
    eh: { mainModule: ehWasm.default, mainWorker: ehWorker.default }
  })
  if (bundle.mainWorker === null) throw new Error('duckdb-wasm chose a bundle without a worker')
  const worker = new Worker(bundle.mainWorker)
  const db = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), worker)
  await db.instantiate(new URL(bundle.mainModule, location.href).href)
  await db.open({})
  return engineOn(await db.connect(), async () => {
    await db.terminate()
  })
}

/** An engine on an open connection, that of the browser or that of a test. */
export async function engineOn(connection: WasmConnection, shut: () => Promise<void>): Promise<WasmEngine> {
  // A missing extension becomes a catalog error; without these two lines DuckDB would ask extensions.duckdb.org for it.
  await connection.query('SET autoinstall_known_extensions = false')
  await connection.query('SET autoload_known_extensions = false')
  return {
    async query<R extends Row = Row>(sql: string, params: Params = {}): Promise<R[]> {
      try {
        const { sql: text, values } = positional(sql, params)
        const statement = await connection.prepare(text)
        try {
          const result = await statement.query(...values)
          const columns = result.schema.fields.map((field, i) => ({ name: field.name, values: valuesOf(result.getChildAt(i)) }))
          return Array.from(
            { length: result.numRows },
            (_, i) => Object.fromEntries(columns.map(({ name, values: list }) => [name, list[i] ?? null])) as R
          )
        } finally {
          await statement.close()
        }
      } catch (cause) {
        throw new QueryError(sql, cause)
      }
    },
    async insert(table, arrow) {
      await connection.query(`DROP TABLE IF EXISTS "${table}"`)
      await connection.insertArrowFromIPCStream(arrow, { name: table, create: true })
    },
    async close() {
      await connection.close()
      await shut()
    }
  }
}

export type WasmConnection = Pick<AsyncDuckDBConnection, 'query' | 'prepare' | 'insertArrowFromIPCStream' | 'close'>

/** Values of an Arrow vector as `engine.ts` promises them. Read from the buffers: Arrow's own getters round times to milliseconds. */
function valuesOf(vector: Vector | null): Value[] {
  if (vector === null) return []
  return vector.data.flatMap((data) => {
    if (data.length === 0) return []
    const at = reader(data.type as DataType, data)
    return Array.from({ length: data.length }, (_, i) => (data.getValid(i) ? at(i) : null))
  })
}

type Chunk = Vector['data'][number]

/** How to read a value of a chunk. */
function reader(type: DataType, data: Chunk): (i: number) => Value {
  if (DataType.isTimestamp(type)) {
    const toMicros = TO_MICROS[type.unit]
    const values = data.values as BigInt64Array
    return (i) => isoMicros(toMicros(values[i] as bigint))
  }
  if (DataType.isDecimal(type)) {
    const words = data.values as Uint32Array
    const size = type.bitWidth / 32
    return (i) => digits(signed(words.subarray(i * size, (i + 1) * size)), type.scale)
  }
  if (DataType.isList(type)) {
    const child = data.children[0] as Chunk
    const offsets = data.valueOffsets as Int32Array
    const at = reader(child.type as DataType, child)
    return (i) =>
      Array.from({ length: (offsets[i + 1] as number) - (offsets[i] as number) }, (_, k) =>
        child.getValid((offsets[i] as number) + k) ? at((offsets[i] as number) + k) : null
      )
  }
  if (DataType.isDate(type)) {
    const values = data.values as Int32Array
    return (i) => isoDay(values[i] as number)
  }
  if (DataType.isInt(type) || DataType.isFloat(type)) {
    const values = data.values as ArrayLike<number | bigint>
    return (i) => {
      const value = values[i] as number | bigint
      return typeof value === 'bigint' ? String(value) : Number.isFinite(value) ? value : null
    }
  }
  if (DataType.isBool(type)) {
    const bits = data.values as Uint8Array
    return (i) => (((bits[(i + data.offset) >> 3] as number) >> ((i + data.offset) & 7)) & 1) === 1
  }
  if (DataType.isUtf8(type)) {
    const offsets = data.valueOffsets as Int32Array
    const bytes = data.values as Uint8Array
    return (i) => utf8.decode(bytes.subarray(offsets[i], offsets[i + 1]))
  }
  throw new Error(`the engine answered with Arrow type ${type.typeId}, which no metric may select; cast it`)
}

const TO_MICROS: { readonly [unit in TimeUnit]: (value: bigint) => bigint } = {
  [TimeUnit.SECOND]: (value) => value * 1_000_000n,
  [TimeUnit.MILLISECOND]: (value) => value * 1000n,
  [TimeUnit.MICROSECOND]: (value) => value,
  [TimeUnit.NANOSECOND]: (value) => value / 1000n
}

const utf8 = new TextDecoder()

/** The integer of little-endian two's complement words. */
function signed(words: Uint32Array): bigint {
  let value = 0n
  for (let k = words.length - 1; k >= 0; k--) value = (value << 32n) | BigInt(words[k] as number)
  return BigInt.asIntN(words.length * 32, value)
}
