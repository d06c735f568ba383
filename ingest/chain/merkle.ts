/** Merkle roots, as headers commit to what belongs to their block. */
import { hash } from 'node:crypto'

const LEAF = Buffer.of(0)
const INNER = Buffer.of(1)
const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const [only] = parts
  return hash('sha256', parts.length === 1 && only ? only : Buffer.concat(parts), 'buffer')
}

/** RFC 6962: the left part is the largest power of two that is smaller than the whole. */
function root(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves
  if (only === undefined) return sha256()
  if (leaves.length === 1) return only
  const left = 2 ** Math.ceil(Math.log2(leaves.length) - 1)
  return sha256(INNER, root(leaves.slice(0, left)), root(leaves.slice(left)))
}

/** Root over some items, upper-case hex. */
export const merkleRoot = (items: readonly Uint8Array[]): string =>
  root(items.map((item) => sha256(LEAF, item)))
    .toString('hex')
    .toUpperCase()

/** `data_hash` of a header. Leaves are the hashes of the transactions: https://github.com/cometbft/cometbft/blob/main/spec/core/data_structures.md#data */
export const dataHash = (txs: readonly Uint8Array[]): string => merkleRoot(txs.map((tx) => sha256(tx)))
