/**
 * Hashes of the headers of one simulated chain, the same as ../chain/header-hash.ts gives: of fourteen fields eight never change there, so
 * their parts of the Merkle tree are made once.
 */
import { innerHash as inner, leafHash as leaf } from '../chain/merkle.ts'

const HASH_BYTES = 32

function varint(value: number, into: number[]): void {
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) {
      into.push(rest)
      return
    }
    into.push((rest % 128) | 0x80)
  }
}
/** Field 1 of a message, bytes. */
const wrapped = (bytes: Uint8Array): Buffer => Buffer.concat([Buffer.of(0x0a, bytes.length), bytes])
const hexLeaf = (hex: string): Buffer => leaf(hex === '' ? Buffer.alloc(0) : wrapped(Buffer.from(hex, 'hex')))

function heightLeaf(height: number): Buffer {
  const bytes = [8]
  varint(height, bytes)
  return leaf(Uint8Array.from(bytes))
}

function timeLeaf(milliseconds: number, nanoseconds: number): Buffer {
  const bytes = [8]
  varint(Math.floor(milliseconds / 1000), bytes)
  const nanos = (milliseconds % 1000) * 1_000_000 + nanoseconds
  if (nanos > 0) {
    bytes.push(16)
    varint(nanos, bytes)
  }
  return leaf(Uint8Array.from(bytes))
}

/** BlockID {1 hash, 2 {1 total, 2 hash}}; the first block has none before it. */
function blockIdLeaf(hashHex: string, partsHex: string): Buffer {
  if (hashHex === '') return leaf(Buffer.of(0x12, 0))
  const parts = Buffer.concat([Buffer.of(8, 1, 0x12, HASH_BYTES), Buffer.from(partsHex, 'hex')])
  return leaf(Buffer.concat([wrapped(Buffer.from(hashHex, 'hex')), Buffer.of(0x12, parts.length), parts]))
}

export type Constants = {
  readonly chainId: string
  readonly validatorsHash: string
  readonly consensusHash: string
  readonly resultsHash: string
  readonly evidenceHash: string
  readonly proposer: string
}
export type Changing = {
  readonly height: number
  /** Since 1970 UTC, and the nanoseconds below. */
  readonly milliseconds: number
  readonly nanoseconds: number
  readonly parent: string
  readonly parentParts: string
  readonly commitHash: string
  readonly dataHash: string
  readonly appHash: string
}

/** @returns hashes of headers, upper-case hex */
export function headerHasher(of: Constants): (header: Changing) => string {
  const validators = hexLeaf(of.validatorsHash)
  const start = inner(leaf(Buffer.of(8, 11)), leaf(wrapped(Buffer.from(of.chainId))))
  const middle = inner(validators, hexLeaf(of.consensusHash))
  const results = hexLeaf(of.resultsHash)
  const end = inner(hexLeaf(of.evidenceHash), hexLeaf(of.proposer))
  return (h) => {
    const first = inner(start, inner(heightLeaf(h.height), timeLeaf(h.milliseconds, h.nanoseconds)))
    const links = inner(blockIdLeaf(h.parent, h.parentParts), hexLeaf(h.commitHash))
    const left = inner(first, inner(links, inner(hexLeaf(h.dataHash), validators)))
    const right = inner(inner(middle, inner(hexLeaf(h.appHash), results)), end)
    return inner(left, right).toString('hex').toUpperCase()
  }
}
