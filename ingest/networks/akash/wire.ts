/**
 * A reader of the protobuf wire format driven by tables of field numbers. It reads what the tables name and reports every
 * other field number, so that a later version of a message is noticed and not half read in silence.
 * Format: https://protobuf.dev/programming-guides/encoding/
 */

type Scalar = 'string' | 'bytes' | 'uint'
export type Schema = { readonly [field: number]: readonly [name: string, spec: Spec] }
export type Spec = Scalar | Schema | readonly [Spec]

type Value<T> = T extends 'string'
  ? string
  : T extends 'bytes'
    ? Uint8Array
    : T extends 'uint'
      ? bigint
      : T extends readonly [infer E]
        ? readonly NonNullable<Value<E>>[]
        : T extends Schema
          ? Message<T> | undefined
          : never

/** A decoded message: absent scalars are '' or 0 or empty, absent messages undefined, absent lists empty. */
export type Message<S extends Schema> = {
  readonly [K in keyof S as S[K] extends readonly [infer N extends string, unknown] ? N : never]: S[K] extends readonly [
    string,
    infer T
  ]
    ? Value<T>
    : never
}

/** The bytes are not a protobuf message of this shape. Retrying does not help. */
export class WireError extends Error {
  override readonly name = 'WireError'
}

const utf8 = new TextDecoder('utf-8')

type Cursor = { readonly bytes: Uint8Array; at: number }

function varint(c: Cursor): bigint {
  let low = 0
  let result = 0n
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = c.bytes[c.at++]
    if (byte === undefined) throw new WireError('ends inside a number')
    if (shift < 28) {
      low |= (byte & 0x7f) << shift
      if (byte < 0x80) return BigInt(low >>> 0)
      if (shift === 21) result = BigInt(low >>> 0)
    } else {
      result |= BigInt(byte & 0x7f) << BigInt(shift)
      if (byte < 0x80) return BigInt.asUintN(64, result)
    }
  }
  throw new WireError('has a number longer than ten bytes')
}

function slice(c: Cursor): Uint8Array {
  const length = Number(varint(c))
  const end = c.at + length
  if (end > c.bytes.length) throw new WireError('ends inside a field')
  const part = c.bytes.subarray(c.at, end)
  c.at = end
  return part
}

function skip(c: Cursor, wireType: number): void {
  if (wireType === 0) varint(c)
  else if (wireType === 1) c.at += 8
  else if (wireType === 2) slice(c)
  else if (wireType === 5) c.at += 4
  else throw new WireError(`has wire type ${wireType}`)
  if (c.at > c.bytes.length) throw new WireError('ends inside a field')
}

function empty(spec: Spec): unknown {
  if (spec === 'string') return ''
  if (spec === 'uint') return 0n
  if (spec === 'bytes') return new Uint8Array()
  return isList(spec) ? [] : undefined
}

const isList = (spec: Spec): spec is readonly [Spec] => Array.isArray(spec)

/** Called with the dotted path of a field whose number the table does not name, such as `groups.7`. */
export type OnUnknownField = (path: string) => void

function value(spec: Exclude<Spec, readonly [Spec]>, wireType: number, c: Cursor, path: string, onUnknown: OnUnknownField) {
  if (spec === 'uint') {
    if (wireType !== 0) throw new WireError(`has wire type ${wireType} in ${path}`)
    return varint(c)
  }
  if (wireType !== 2) throw new WireError(`has wire type ${wireType} in ${path}`)
  const bytes = slice(c)
  if (spec === 'string') return utf8.decode(bytes)
  return spec === 'bytes' ? bytes : read(spec, bytes, `${path}.`, onUnknown)
}

/** Lists of the fields of schemas, made once: a block has hundreds of messages of few schemas. */
const fieldLists = new WeakMap<Schema, Schema[number][]>()
function fieldsOf(schema: Schema): readonly Schema[number][] {
  const known = fieldLists.get(schema)
  if (known) return known
  const fields = Object.values(schema)
  fieldLists.set(schema, fields)
  return fields
}

function read(schema: Schema, bytes: Uint8Array, prefix: string, onUnknown: OnUnknownField): { [name: string]: unknown } {
  const out: { [name: string]: unknown } = {}
  for (const [name, spec] of fieldsOf(schema)) out[name] = empty(spec)
  const c: Cursor = { bytes, at: 0 }
  while (c.at < bytes.length) {
    const tag = varint(c)
    const field = Number(tag >> 3n)
    const wireType = Number(tag & 7n)
    const entry = schema[field]
    if (!entry) {
      skip(c, wireType)
      onUnknown(`${prefix}${field}`)
      continue
    }
    const [name, spec] = entry
    if (isList(spec)) {
      const item = spec[0] as Exclude<Spec, readonly [Spec]>
      const list = out[name] as unknown[]
      // Repeated scalars arrive packed into one field, or one by one.
      if (item === 'uint' && wireType === 2) {
        const packed: Cursor = { bytes: slice(c), at: 0 }
        while (packed.at < packed.bytes.length) list.push(varint(packed))
      } else list.push(value(item, wireType, c, prefix + name, onUnknown))
    } else out[name] = value(spec, wireType, c, prefix + name, onUnknown)
  }
  return out
}

/**
 * Decodes a message.
 * @throws WireError when the bytes are not of this shape
 */
export function decodeMessage<const S extends Schema>(schema: S, bytes: Uint8Array, onUnknown: OnUnknownField): Message<S> {
  return read(schema, bytes, '', onUnknown) as Message<S>
}

/** A field to write: number and value; a list of fields is a message. */
export type Field = readonly [number: number, value: string | number | bigint | Uint8Array | readonly Field[]]

/** Where messages are put together: they lie one behind the other here before they are copied out. */
let scratch = Buffer.allocUnsafe(1 << 16)
function reserve(at: number, bytes: number): void {
  if (at + bytes <= scratch.length) return
  const larger = Buffer.allocUnsafe(2 * (at + bytes))
  scratch.copy(larger, 0, 0, at)
  scratch = larger
}

/** @returns the place behind it, as all of these do */
function writeVarint(value: number | bigint, at: number): number {
  if (typeof value === 'bigint') {
    let rest = value
    for (; rest > 0x7fn; rest >>= 7n) scratch[at++] = Number(rest & 0x7fn) | 0x80
    scratch[at++] = Number(rest)
    return at
  }
  let rest = value
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) scratch[at++] = (rest % 128) | 0x80
  scratch[at++] = rest
  return at
}

/** Letters of most texts are ASCII, which need no encoder. */
function writeText(text: string, at: number): number {
  reserve(at, text.length * 3)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return at + scratch.write(text, at)
    scratch[at + i] = code
  }
  return at + text.length
}

function writeFields(fields: readonly Field[], start: number): number {
  let at = start
  for (const [number, value] of fields) {
    reserve(at, 32)
    const varies = typeof value === 'number' || typeof value === 'bigint'
    at = writeVarint((number << 3) | (varies ? 0 : 2), at)
    if (varies) {
      at = writeVarint(value, at)
      continue
    }
    // One byte is left for the length: longer ones move what was written.
    const body = at + 1
    let end: number
    if (typeof value === 'string') end = writeText(value, body)
    else if (value instanceof Uint8Array) {
      reserve(body, value.length)
      scratch.set(value, body)
      end = body + value.length
    } else end = writeFields(value, body)
    const length = end - body
    let more = 0
    for (let rest = length; rest > 0x7f; rest = Math.floor(rest / 128)) more++
    if (more > 0) {
      reserve(end, more)
      scratch.copyWithin(body + more, body, end)
    }
    writeVarint(length, at)
    at = end + more
  }
  return at
}

/** Encodes a message: unsigned numbers, text, bytes and messages within. Fields of the default value are written like any other. */
export function encodeMessage(fields: readonly Field[]): Uint8Array {
  const end = writeFields(fields, 0)
  const bytes = Buffer.allocUnsafe(end)
  scratch.copy(bytes, 0, 0, end)
  return bytes
}
