/**
 * Parquet footers without what no query of ours can use. DuckDB writes the least and greatest text of every column twice; no table is
 * ordered by text, so they let no reader skip anything, and of a small lake they are a sixth.
 * The footer is Thrift in the compact protocol: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md,
 * https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
import { open } from 'node:fs/promises'

const BOOLEANS = [1, 2]
const [BYTE, DOUBLE, BINARY, LIST, SET, STRUCT] = [3, 7, 8, 9, 10, 12]
const VARINTS = [4, 5, 6]

/** Ids of fields from FileMetaData down (lists are passed through): row_groups.columns.meta_data. */
const COLUMN = '4.1.3'
const [TYPE, STATISTICS] = [`${COLUMN}.1`, `${COLUMN}.12`]
/** `min` and `max`, which readers since 2017 ignore beside `min_value` and `max_value`. */
const DEPRECATED = [`${STATISTICS}.1`, `${STATISTICS}.2`]
/** Parquet's BYTE_ARRAY, zigzag. */
const BYTE_ARRAY = 12

/**
 * Takes the bounds of text columns, and those of others that stand twice, out of a serialised FileMetaData.
 * @throws RangeError when it is not one, or holds a map (no footer does)
 */
export function trim(footer: Uint8Array): Uint8Array {
  const out: number[] = []
  let at = 0
  let isText = false

  const next = (): number => {
    const byte = footer[at++]
    if (byte === undefined) throw new RangeError('a Parquet footer ends too early')
    return byte
  }
  const copy = (bytes: number): void => {
    for (let i = 0; i < bytes; i++) out.push(next())
  }
  /** Copies a varint of up to 64 bits; exact as a number below 2^53. */
  const varint = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = next()
      out.push(byte)
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }

  function value(type: number, path: string): void {
    if (VARINTS.includes(type)) {
      const found = varint()
      if (path === TYPE) isText = found === BYTE_ARRAY
    } else if (type === BYTE) copy(1)
    else if (type === DOUBLE) copy(8)
    else if (type === BINARY) copy(varint())
    else if (type === STRUCT) struct(path)
    else if (type === LIST || type === SET) {
      const head = next()
      out.push(head)
      const size = head >> 4 === 15 ? varint() : head >> 4
      const element = head & 15
      for (let i = 0; i < size; i++) value(BOOLEANS.includes(element) ? BYTE : element, path)
    } else throw new RangeError(`a Parquet footer has Thrift type ${type} at ${path}`)
  }

  function struct(path: string): void {
    let read = 0
    let written = 0
    for (let head = next(); head !== 0; head = next()) {
      const type = head & 15
      const start = out.length
      if (head >> 4 === 0) {
        const zigzag = varint()
        out.length = start
        read = (zigzag >>> 1) ^ -(zigzag & 1)
      } else read += head >> 4
      const here = path === '' ? `${read}` : `${path}.${read}`
      if (read <= written || read - written > 15) throw new RangeError(`a Parquet footer has field ${here} after ${written}`)
      out.push(((read - written) << 4) | type)
      if (!BOOLEANS.includes(type)) value(type, here)
      if (DEPRECATED.includes(here) || (isText && here === STATISTICS)) out.length = start
      else written = read
    }
    out.push(0)
  }

  struct('')
  return Uint8Array.from(out)
}

/** Trims the footer of a Parquet file in place. Errors are the file system's. @throws RangeError when it is no Parquet file */
export async function trimFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const { size } = await file.stat()
    const tail = Buffer.alloc(8)
    await file.read(tail, 0, 8, size - 8)
    if (tail.toString('latin1', 4) !== 'PAR1') throw new RangeError(`${path} is no Parquet file`)
    const start = size - 8 - tail.readUInt32LE()
    const footer = Buffer.alloc(tail.readUInt32LE())
    await file.read(footer, 0, footer.length, start)
    const trimmed = trim(footer)
    tail.writeUInt32LE(trimmed.length)
    await file.write(Buffer.concat([trimmed, tail]), 0, trimmed.length + 8, start)
    await file.truncate(start + trimmed.length + 8)
  } finally {
    await file.close()
  }
}
