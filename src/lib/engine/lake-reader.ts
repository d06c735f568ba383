/**
 * Reads columns of a Parquet file into Arrow, exactly: decimals keep their 128 bits and times their microseconds,
 * which hyparquet's own conversions would round. Runs in a worker in the browser and in Node for tests.
 */
import {
  Bool,
  DateDay,
  Decimal,
  Field,
  Float64,
  Int32,
  Int64,
  List,
  makeData,
  Table,
  tableToIPC,
  TimestampMicrosecond,
  Utf8,
  Vector,
  vectorFromArray,
  type DataType
} from 'apache-arrow'
import { parquetMetadataAsync, parquetRead, type AsyncBuffer, type FileMetaData } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import type { ColumnType, Columns } from '../model/tables.ts'

const BYTES_OF_DECIMAL = 16

/** Texts as they are: no byte order mark is taken off. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const parsers = {
  stringFromBytes: (bytes: Uint8Array | undefined) => bytes && utf8.decode(bytes),
  timestampFromMicroseconds: (micros: bigint) => micros,
  dateFromDays: (days: number) => days
}

/**
 * An Arrow IPC stream of some columns of a file.
 * @param columns as the table is stated in model/public.ts; only these are fetched
 * @throws Error naming the table when a column is missing or has another type than stated
 */
export async function readColumns(table: string, file: AsyncBuffer, columns: Columns): Promise<Uint8Array> {
  const metadata = withRawDecimals(await parquetMetadataAsync(file))
  const names = Object.keys(columns)
  const missing = names.find((name) => !metadata.schema.some((element) => element.name === name))
  if (missing !== undefined)
    throw new Error(`${table}.parquet has no column ${missing}: it was written by another version of Rackrate`)
  const values = await valuesOf(file, metadata, names)
  const vectors = Object.entries(columns).map(
    ([name, { type }]) => [name, vectorOf(type, values[name] ?? [], `${table}.${name}`)] as const
  )
  return tableToIPC(new Table(Object.fromEntries(vectors)), 'stream')
}

/** All values of some columns. One read for all of them, so that neighbouring columns share a range. */
async function valuesOf(
  file: AsyncBuffer,
  metadata: FileMetaData,
  names: readonly string[]
): Promise<{ [name: string]: unknown[] }> {
  const rows = Number(metadata.num_rows)
  const values = Object.fromEntries(names.map((name) => [name, new Array<unknown>(rows)]))
  await parquetRead({
    file,
    metadata,
    columns: [...names],
    compressors,
    parsers,
    onChunk({ columnName, columnData, rowStart }) {
      const column = values[columnName]
      for (let i = 0; column && i < columnData.length; i++) column[rowStart + i] = columnData[i]
    }
  })
  return values
}

/** The same metadata without the word that makes hyparquet turn decimals into floats. */
function withRawDecimals(metadata: FileMetaData): FileMetaData {
  return {
    ...metadata,
    schema: metadata.schema.map((element) => {
      if (element.converted_type !== 'DECIMAL') return element
      const { converted_type: _, logical_type: __, ...raw } = element
      return raw
    })
  }
}

function vectorOf(type: ColumnType, values: ArrayLike<unknown>, where: string): Vector {
  switch (type) {
    case 'BIGINT':
      return fixed(new Int64(), values, new BigInt64Array(values.length), where, isBigint)
    case 'TIMESTAMP':
      return fixed(new TimestampMicrosecond(), values, new BigInt64Array(values.length), where, isBigint)
    case 'INTEGER':
      return fixed(new Int32(), values, new Int32Array(values.length), where, isNumber)
    case 'DATE':
      return fixed(new DateDay(), values, new Int32Array(values.length), where, isNumber)
    case 'DOUBLE':
      return fixed(new Float64(), values, new Float64Array(values.length), where, isNumber)
    case 'BOOLEAN':
      return vectorFromArray(
        Array.from(values, (value) => checked(value, isBoolean, where)),
        new Bool()
      )
    case 'VARCHAR':
      return vectorFromArray(
        Array.from(values, (value) => checked(value, isString, where)),
        new Utf8()
      )
    case 'VARCHAR[]':
      return vectorFromArray(
        Array.from(values, (value) => checked(value, Array.isArray, where)),
        new List(new Field('item', new Utf8(), true))
      )
    case 'DECIMAL(38,0)':
      return decimals(0, values, where)
    case 'DECIMAL(38,18)':
      return decimals(18, values, where)
  }
}

const isBigint = (value: unknown): value is bigint => typeof value === 'bigint'
const isNumber = (value: unknown): value is number => typeof value === 'number'
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'
const isString = (value: unknown): value is string => typeof value === 'string'
const isDecimal = (value: unknown): value is Uint8Array => value instanceof Uint8Array && value.length === BYTES_OF_DECIMAL

function checked<T>(value: unknown, is: (value: unknown) => value is T, where: string): T | null {
  if (value === null || value === undefined) return null
  if (!is(value))
    throw new Error(
      `${where} holds a ${typeof value} where its table states another type: it was written by another version of Rackrate`
    )
  return value
}

function fixed<T extends bigint | number>(
  type: DataType,
  values: ArrayLike<unknown>,
  data: { [i: number]: T; readonly length: number },
  where: string,
  is: (value: unknown) => value is T
): Vector {
  const valid = new Uint8Array(Math.ceil(values.length / 8))
  let nulls = 0
  for (let i = 0; i < values.length; i++) {
    const value = checked(values[i], is, where)
    if (value === null) nulls++
    else {
      data[i] = value
      mark(valid, i)
    }
  }
  return vector(type, values.length, nulls, valid, data)
}

/** Parquet stores a decimal big-endian, Arrow little-endian. */
function decimals(scale: number, values: ArrayLike<unknown>, where: string): Vector {
  const data = new Uint8Array(values.length * BYTES_OF_DECIMAL)
  const valid = new Uint8Array(Math.ceil(values.length / 8))
  let nulls = 0
  for (let i = 0; i < values.length; i++) {
    const bytes = checked(values[i], isDecimal, where)
    if (bytes === null) nulls++
    else {
      for (let k = 0; k < BYTES_OF_DECIMAL; k++) data[i * BYTES_OF_DECIMAL + k] = bytes[BYTES_OF_DECIMAL - 1 - k] as number
      mark(valid, i)
    }
  }
  return vector(new Decimal(scale, 38, 128), values.length, nulls, valid, new Uint32Array(data.buffer))
}

function mark(valid: Uint8Array, i: number): void {
  valid[i >> 3] = (valid[i >> 3] as number) | (1 << (i & 7))
}

function vector(type: DataType, length: number, nullCount: number, nullBitmap: Uint8Array, data: unknown): Vector {
  return new Vector([makeData<DataType>({ type, length, nullCount, nullBitmap, data } as never)])
}
