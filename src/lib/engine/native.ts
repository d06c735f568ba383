/** The native engine: for ingest, tests and prerender. The only user of @duckdb/node-api. */
import {
  DuckDBArrayValue,
  DuckDBDataChunk,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBListType,
  DuckDBListValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  listValue,
  StatementType,
  type DuckDBPreparedStatement,
  type DuckDBValue
} from '@duckdb/node-api'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { Column, Columns } from '../model/tables.ts'
import { positional, QueryError, type Engine, type Params, type Row, type Value } from './engine.ts'
import { daysOf, digits, isoDay, isoMicros, unscaled } from '../model/value.ts'

/** Rows that one DuckDB vector holds. */
const VECTOR_ROWS = 2048

export type NativeOptions = {
  /** Threads; all cores unless told. 1 where bytes of files must not depend on the machine. */
  readonly threads?: number
  /** As DuckDB writes it, such as `1GB`. */
  readonly memoryLimit?: string
  /** File of a database that outlives the engine; in memory without. */
  readonly file?: string
}

/** Columns and rows of a result, in their order, also when there are none. */
export type ResultTable = {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly Value[])[]
}

export type NativeEngine = Engine & {
  /** Like `query`, with the columns in their order. */
  table(sql: string, params?: Params): Promise<ResultTable>
  /** Runs statements without parameters or rows. @throws QueryError */
  exec(sql: string): Promise<void>
  /**
   * Appends rows to an existing table whose columns are these, in this order.
   * @param table name, or `schema.name`
   * @throws RangeError naming the column when a value is null where none may be, or does not fit its type
   */
  insert(table: string, columns: Columns, rows: Iterable<object>): Promise<number>
  /** From here on only SELECT runs, on these files and what is in memory. Cannot be undone. */
  lockDown(paths: readonly string[]): Promise<void>
}

/** Engines that this process has opened. */
let opened = 0

/** Opens an engine, in memory unless told. It loads no extension and asks no network. */
export async function openNative(options: NativeOptions = {}): Promise<NativeEngine> {
  const instance = await DuckDBInstance.create(options.file ?? ':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'true',
    // The system caches files already; DuckDB's copy of all that a long run reads would grow by 1.5 MB for each 1,000 blocks.
    enable_external_file_cache: 'false',
    // Two engines with one folder would take each other's files.
    temp_directory: join(tmpdir(), `rackrate-${process.pid}-${++opened}`),
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
    ...(options.memoryLimit === undefined ? {} : { memory_limit: options.memoryLimit })
  })
  const connection = await instance.connect()
  let locked = false

  async function table(sql: string, params: Params = {}): Promise<ResultTable> {
    let statement: DuckDBPreparedStatement | undefined
    try {
      const { sql: text, values } = positional(sql, params)
      statement = await connection.prepare(text)
      if (locked && statement.statementType !== StatementType.SELECT) throw new Error('only SELECT may be run here')
      bind(statement, values)
      const result = await statement.run()
      const types = result.columnTypes()
      const columns = result.deduplicatedColumnNames().map((name, i) => ({ name, type: String(types[i]) }))
      const rows = (await result.getRows()).map((row) => row.map(valueOf))
      return { columns, rows }
    } catch (cause) {
      throw new QueryError(sql, cause)
    } finally {
      statement?.destroySync()
    }
  }

  async function exec(sql: string): Promise<void> {
    try {
      await connection.run(sql)
    } catch (cause) {
      throw new QueryError(sql, cause)
    }
  }

  return {
    table,
    exec,
    async query<R extends Row = Row>(sql: string, params: Params = {}): Promise<R[]> {
      const { columns, rows } = await table(sql, params)
      return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])) as R)
    },
    async insert(name, columns, rows) {
      const [first, second] = name.split('.')
      const appender = await connection.createAppender(second ?? name, second === undefined ? null : first)
      const types = Object.keys(columns).map((_, i) => appender.columnType(i))
      const writers = Object.entries(columns).map(([key, column]) => ({ key, write: writerOf(`${name}.${key}`, column) }))
      const lists = writers.filter((_, i) => types[i] instanceof DuckDBListType)
      let count = 0
      let batch: DuckDBValue[][] = writers.map(() => [])
      let size = 0
      let items = 0
      const flush = () => {
        if (size === 0) return
        const chunk = DuckDBDataChunk.create(types, size)
        chunk.setColumns(batch)
        appender.appendDataChunk(chunk)
        batch = writers.map(() => [])
        size = items = 0
      }
      try {
        for (const row of rows as Iterable<{ readonly [key: string]: unknown }>) {
          // node-api 1.4.4 writes the items of a chunk's lists past the end of their memory when they are more than a vector holds.
          const more = lists.reduce((most, { key }) => Math.max(most, (row[key] as { length?: number } | null)?.length ?? 0), 0)
          if (size === VECTOR_ROWS || items + more > VECTOR_ROWS) flush()
          if (more > VECTOR_ROWS) {
            writers.forEach(({ key, write }, i) => appender.appendValue(write(row[key]), types[i]))
            appender.endRow()
            appender.flushSync()
          } else {
            writers.forEach(({ key, write }, i) => batch[i]?.push(write(row[key])))
            size++
            items += more
          }
          count++
        }
        flush()
        appender.flushSync()
      } finally {
        appender.closeSync()
      }
      return count
    },
    async lockDown(paths) {
      await exec(
        `SET allowed_paths = [${paths
          .flatMap((path) => [path, pattern(path)])
          .map(literal)
          .join(', ')}]; SET enable_external_access = false; SET lock_configuration = true`
      )
      locked = true
    },
    close() {
      connection.closeSync()
      instance.closeSync()
      return Promise.resolve()
    }
  }
}

/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** A name as an SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Binds by position. Whole numbers go in as BIGINT; node-api would make every number a DOUBLE, which LIMIT and integer columns refuse. */
function bind(statement: DuckDBPreparedStatement, values: readonly Params[string][]): void {
  values.forEach((value, i) => {
    if (typeof value === 'number' && Number.isSafeInteger(value)) statement.bindBigInt(i + 1, BigInt(value))
    else statement.bindValue(i + 1, value)
  })
}

/** A table function over exactly these Parquet files. */
export function parquet(paths: readonly string[], ...options: readonly string[]): string {
  return `read_parquet(${fileList(paths)}, ${['hive_partitioning = false', ...options].join(', ')})`
}

/** Paths as DuckDB's functions over files take them. */
export function fileList(paths: readonly string[]): string {
  return `[${paths.map((path) => literal(pattern(path))).join(', ')}]`
}

/** The pattern that DuckDB resolves to exactly this path: it would take `*?[` in a folder's name for wildcards. */
function pattern(path: string): string {
  return path.replace(/[*?[]/g, '[$&]')
}

/** What `engine.ts` promises of a value. Types that no table of ours has (structs, maps, intervals, blobs) come as DuckDB's text. */
function valueOf(value: DuckDBValue): Value {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'bigint') return String(value)
  if (value instanceof DuckDBDecimalValue) return digits(value.value, value.scale)
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(valueOf)
  if (value instanceof DuckDBDateValue) return value.isFinite ? isoDay(value.days) : null
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue)
    return value.isFinite ? isoMicros(value.micros) : null
  if (value instanceof DuckDBTimestampSecondsValue) return value.isFinite ? isoMicros(value.seconds * 1_000_000n) : null
  if (value instanceof DuckDBTimestampMillisecondsValue) return value.isFinite ? isoMicros(value.millis * 1000n) : null
  if (value instanceof DuckDBTimestampNanosecondsValue) return value.isFinite ? isoMicros(value.nanos / 1000n) : null
  return value.toString()
}

type Writer = (value: unknown) => DuckDBValue

/** Makes DuckDB values of a column's JavaScript values (see `RowOf`), checked: node-api itself wraps integers that do not fit. */
function writerOf(where: string, column: Column): Writer {
  const write = checkedWriter(column)
  return (value) => {
    if (value !== null && value !== undefined) {
      const written = write(value)
      if (written !== undefined) return written
      throw new RangeError(`${where}: ${typeof value} ${inspect(value).slice(0, 60)} is not a ${column.type}`)
    }
    if (!column.nullable) throw new RangeError(`${where} is null, which it may not be`)
    return null
  }
}

/** Gives undefined for a value that is not of the column's type. */
function checkedWriter(column: Column): (value: unknown) => DuckDBValue | undefined {
  switch (column.type) {
    case 'VARCHAR':
      return (value) => (typeof value === 'string' ? value : undefined)
    case 'BOOLEAN':
      return (value) => (typeof value === 'boolean' ? value : undefined)
    case 'DOUBLE':
      return (value) => (typeof value === 'number' ? value : undefined)
    case 'INTEGER':
      return (value) => (typeof value === 'number' && (value | 0) === value ? value : undefined)
    case 'BIGINT':
      return (value) => {
        const big = typeof value === 'bigint' ? value : Number.isSafeInteger(value) ? BigInt(value as number) : undefined
        return big !== undefined && BigInt.asIntN(64, big) === big ? big : undefined
      }
    case 'DATE':
      return (value) => {
        const days = typeof value === 'string' ? daysOf(value) : undefined
        return days === undefined ? undefined : new DuckDBDateValue(days)
      }
    case 'TIMESTAMP':
      return (value) => (typeof value === 'bigint' ? new DuckDBTimestampValue(value) : undefined)
    case 'VARCHAR[]':
      return (value) => (Array.isArray(value) && value.every((item) => typeof item === 'string') ? listValue(value) : undefined)
    case 'DECIMAL(38,0)':
    case 'DECIMAL(38,18)': {
      const scale = column.type === 'DECIMAL(38,0)' ? 0 : 18
      return (value) => (typeof value === 'string' ? new DuckDBDecimalValue(unscaled(value, 38, scale), 38, scale) : undefined)
    }
  }
}
