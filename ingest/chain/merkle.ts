/** Merkle roots, as headers commit to what belongs to their block: RFC 6962, https://www.rfc-editor.org/rfc/rfc6962#section-2.1. */
import { hash } from 'node:crypto'

const HASH_BYTES = 32
const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer')

/** Where what is to be hashed is put behind its prefix. */
const leaf = Buffer.alloc(1 + 4 * HASH_BYTES, 0)
const inner = Buffer.alloc(1 + 2 * HASH_BYTES, 1)

/** Hash of an item. */
export function leafHash(item: Uint8Array): Buffer {
  if (item.length >= leaf.length) return sha256(Buffer.concat([Buffer.of(0), item]))
  leaf.set(item, 1)
  return sha256(leaf.subarray(0, 1 + item.length))
}
/** Hash of two hashes. */
export function innerHash(left: Uint8Array, right: Uint8Array): Buffer {
  inner.set(left, 1)
  inner.set(right, 1 + HASH_BYTES)
  return sha256(inner)
}
/** Of so many leaves, how many are in the left part: the largest power of two that is smaller than the whole. */
export const leftOf = (leaves: number): number => 2 ** Math.ceil(Math.log2(leaves) - 1)

function root(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves
  if (only === undefined) return sha256(leaf.subarray(0, 0))
  if (leaves.length === 1) return only
  const left = leftOf(leaves.length)
  return innerHash(root(leaves.slice(0, left)), root(leaves.slice(left)))
}

/** Root over some items, upper-case hex. */
const merkleRoot = (items: readonly Uint8Array[]): string => root(items.map(leafHash)).toString('hex').toUpperCase()

/** `data_hash` of a header. Leaves are the hashes of the transactions: https://github.com/cometbft/cometbft/blob/main/spec/core/data_structures.md#data */
export const dataHash = (txs: readonly Uint8Array[]): string => merkleRoot(txs.map(sha256))
