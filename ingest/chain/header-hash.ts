/**
 * The hash of a block: the Merkle root of its header's fields. A node that alters a field without the hash is caught here, one that
 * alters both by the next header, which names the hash.
 * https://github.com/cometbft/cometbft/blob/main/spec/core/data_structures.md#header
 */
import { isObject, type JsonObject } from './json.ts'
import { innerHash, leafHash, leftOf } from './merkle.ts'

const text = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '')
const object = (value: unknown): JsonObject => (isObject(value) ? value : {})

const NONE = Buffer.alloc(0)
function varint(value: bigint): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return [...bytes, Number(rest)]
}
/** Fields of Protobuf messages; what has its default is left out. */
const number = (field: number, value: bigint): Buffer => (value === 0n ? NONE : Buffer.from([field << 3, ...varint(value)]))
const message = (field: number, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([(field << 3) | 2, ...varint(BigInt(bytes.length))]), bytes])
const bytes = (field: number, value: Buffer): Buffer => (value.length === 0 ? NONE : message(field, value))
const hex = (field: number, value: string): Buffer => bytes(field, Buffer.from(value, 'hex'))

function time(value: unknown): Buffer {
  const [, seconds, fraction = '', zone] = /^([^.Z+]{19})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text(value)) ?? []
  const ms = Date.parse(`${seconds}${zone}`)
  if (Number.isNaN(ms)) throw new TypeError('time of a header is no time')
  return Buffer.concat([number(1, BigInt(ms / 1000)), number(2, BigInt(fraction.slice(0, 9).padEnd(9, '0')))])
}

function blockId(value: unknown): Buffer {
  const { hash, parts } = object(value)
  const { total, hash: partsHash } = object(parts)
  const header = Buffer.concat([number(1, BigInt(text(total))), hex(2, text(partsHash))])
  return Buffer.concat([hex(1, text(hash)), message(2, header)])
}

/** Names of the fields of a header from the sixth on, in order: hashes in hexadecimal digits. */
export const HASHES = [
  'last_commit_hash',
  'data_hash',
  'validators_hash',
  'next_validators_hash',
  'consensus_hash',
  'app_hash',
  'last_results_hash',
  'evidence_hash',
  'proposer_address'
]
/** Fields before them. */
const FIRST = 5
const FIELDS = FIRST + HASHES.length

/**
 * Most fields of a header are those of the header before: hashes of leaves and of pairs are made anew only where something differs. What
 * was hashed last lies here, leaves by field and pairs by their range of fields; it is compared whole, so nothing is taken on trust.
 */
const leaves: { readonly text: string; readonly hash: Buffer }[] = []
const pairs: { readonly left: Buffer; readonly right: Buffer; readonly hash: Buffer }[] = []

function leaf(field: number, said: string, encode: (said: string) => Buffer): Buffer {
  const known = leaves[field]
  if (known?.text === said) return known.hash
  const hash = leafHash(encode(said))
  leaves[field] = { text: said, hash }
  return hash
}
function root(fields: readonly Buffer[], from: number, to: number): Buffer {
  const only = fields[from]
  if (only && to === from + 1) return only
  const middle = from + leftOf(to - from)
  const [left, right] = [root(fields, from, middle), root(fields, middle, to)]
  const known = pairs[from * FIELDS + to]
  if (known?.left === left && known.right === right) return known.hash
  const hash = innerHash(left, right)
  pairs[from * FIELDS + to] = { left, right, hash }
  return hash
}
const ofHex = (said: string): Buffer => hex(1, said)
const ofText = (said: string): Buffer => bytes(1, Buffer.from(said))

/** Hash of a header as JSON-RPC gives it, upper-case hex. @throws TypeError, SyntaxError when a field is not what it should be */
export function headerHash(header: unknown): string {
  const fields = object(header)
  const version = object(fields['version'])
  const [block, app] = [text(version['block']), text(version['app'])]
  const hashes = [
    leaf(0, `${block} ${app}`, () => Buffer.concat([number(1, BigInt(block)), number(2, BigInt(app))])),
    leaf(1, text(fields['chain_id']), ofText),
    leafHash(number(1, BigInt(text(fields['height'])))),
    leafHash(time(fields['time'])),
    leafHash(blockId(fields['last_block_id'])),
    ...HASHES.map((name, i) => leaf(FIRST + i, text(fields[name]), ofHex))
  ]
  return root(hashes, 0, FIELDS).toString('hex').toUpperCase()
}
