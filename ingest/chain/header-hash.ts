/**
 * The hash of a block: the Merkle root of its header's fields. A node that alters a field without the hash is caught here, one that
 * alters both by the next header, which names the hash.
 * https://github.com/cometbft/cometbft/blob/main/spec/core/data_structures.md#header
 */
import { isObject, type JsonObject } from './json.ts'
import { merkleRoot } from './merkle.ts'

const text = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '')
const object = (value: unknown): JsonObject => (isObject(value) ? value : {})

function varint(value: bigint): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return [...bytes, Number(rest)]
}
/** Fields of Protobuf messages; what has its default is left out. */
const number = (field: number, value: bigint): number[] => (value === 0n ? [] : [field << 3, ...varint(value)])
const message = (field: number, bytes: readonly number[]): number[] => [
  (field << 3) | 2,
  ...varint(BigInt(bytes.length)),
  ...bytes
]
const bytes = (field: number, value: Uint8Array): number[] => (value.length === 0 ? [] : message(field, [...value]))
const hex = (field: number, value: unknown): number[] => bytes(field, Buffer.from(text(value), 'hex'))

function time(value: unknown): number[] {
  const [, seconds, fraction = '', zone] = /^([^.Z+]{19})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text(value)) ?? []
  const ms = Date.parse(`${seconds}${zone}`)
  if (Number.isNaN(ms)) throw new TypeError('time of a header is no time')
  return [...number(1, BigInt(ms / 1000)), ...number(2, BigInt(fraction.slice(0, 9).padEnd(9, '0')))]
}

function blockId(value: unknown): number[] {
  const { hash, parts } = object(value)
  const { total, hash: partsHash } = object(parts)
  return [...hex(1, hash), ...message(2, [...number(1, BigInt(text(total))), ...hex(2, partsHash)])]
}

/** The rest of a header, in order. */
const HASHES = [
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

/** Hash of a header as JSON-RPC gives it, upper-case hex. @throws TypeError, SyntaxError when a field is not what it should be */
export function headerHash(header: unknown): string {
  const fields = object(header)
  const version = object(fields['version'])
  const parts = [
    [...number(1, BigInt(text(version['block']))), ...number(2, BigInt(text(version['app'])))],
    bytes(1, Buffer.from(text(fields['chain_id']))),
    number(1, BigInt(text(fields['height']))),
    time(fields['time']),
    blockId(fields['last_block_id']),
    ...HASHES.map((name) => hex(1, fields[name]))
  ]
  return merkleRoot(parts.map((part) => Uint8Array.from(part)))
}
