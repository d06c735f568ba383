/** What a partition must be to enter the lake, and what it becomes beside its neighbours. Pure. */
import type { Fact, FactRow, FactTable } from '../../src/lib/model/facts.ts'
import type { Interval } from '../../src/lib/model/interval.ts'
import { CELL_HEIGHTS, LakeError, type Partition } from '../../src/lib/model/manifest.ts'
import { isoMicros } from '../../src/lib/model/value.ts'

/** What the facts do not tell of a range of blocks. */
export type AppendMeta = {
  /** Hash of the block before the range as its first block names it, upper-case hex; '' at the chain's start. */
  readonly parentHash: string
  /** Hash of the last block of the range, upper-case hex. */
  readonly lastHash: string
  /** Host names of the endpoints that answered, separated by commas. */
  readonly source: string
  /** ISO 8601 UTC. */
  readonly indexedAt: string
}

/** A partition without its files. */
export type Head = Omit<Partition, 'files'>

export type Rows = { readonly [T in FactTable]?: readonly FactRow<T>[] }

/**
 * Rows by table.
 * @throws LakeError when a fact is of another height
 */
export function rowsOf({ from, to }: Interval, facts: Iterable<Fact>): Rows {
  const rows: { [table: string]: object[] } = {}
  for (const { table, row } of facts) {
    const height = Number(row.height)
    if (!(height >= from && height <= to))
      throw new LakeError(`a fact of ${table} is of height ${height}: it does not belong to ${from}-${to}`)
    ;(rows[table] ??= []).push(row)
  }
  return rows
}

/**
 * The head of a range that is to be appended.
 * @throws LakeError when its blocks are not exactly its heights, RangeError when it crosses a cell
 */
export function headOf(range: Interval, rows: Rows, meta: AppendMeta): Head {
  const { from, to } = range
  if (!(from <= to) || Math.floor(from / CELL_HEIGHTS) !== Math.floor(to / CELL_HEIGHTS))
    throw new RangeError(`${from}-${to} is not a range within one cell of ${CELL_HEIGHTS} heights`)
  const blocks = [...(rows.blocks ?? [])].sort((a, b) => Number(a.height) - Number(b.height))
  const first = blocks[0]
  const last = blocks.at(-1)
  const wrong = blocks.findIndex((b, i) => Number(b.height) !== from + i)
  if (!first || !last || wrong >= 0 || blocks.length !== to - from + 1)
    throw new LakeError(
      `${from}-${to} cannot be appended: it has ${blocks.length} blocks, and block ${from + (wrong < 0 ? blocks.length : wrong)} is missing or double`
    )
  return {
    from,
    to,
    from_time: isoMicros(first.time),
    to_time: isoMicros(last.time),
    parent_hash: meta.parentHash,
    last_hash: meta.lastHash,
    source: meta.source,
    indexed_at: meta.indexedAt,
    txs: blocks.reduce((sum, b) => sum + b.txs, 0)
  }
}

/**
 * The partitions that `head` is joined with: those directly before and after it within its cell.
 * @throws LakeError when it overlaps one, or an adjacent one is of another chain or fork
 */
export function neighbours(partitions: readonly Partition[], head: Head): { before?: Partition; after?: Partition } {
  const overlap = partitions.find((p) => p.from <= head.to && p.to >= head.from)
  if (overlap)
    throw new LakeError(`${head.from}-${head.to} cannot be appended: the lake already holds ${overlap.from}-${overlap.to}`)
  const before = partitions.find((p) => p.to + 1 === head.from)
  const after = partitions.find((p) => p.from === head.to + 1)
  if (before) checkLink(before, head)
  if (after) checkLink(head, after)
  const sameCell = (p: Partition) => Math.floor(p.from / CELL_HEIGHTS) === Math.floor(head.from / CELL_HEIGHTS)
  return { ...(before && sameCell(before) ? { before } : {}), ...(after && sameCell(after) ? { after } : {}) }
}

/** The head of partitions of one chain that overlap or adjoin, as one, with its number of transactions. */
export function span(heads: readonly Head[], txs: number): Head {
  const first = heads.reduce((a, b) => (b.from < a.from ? b : a))
  const last = heads.reduce((a, b) => (b.to > a.to ? b : a))
  const hosts = heads.flatMap((h) => h.source.split(/\s*,\s*/)).filter((host) => host !== '')
  return {
    from: first.from,
    to: last.to,
    from_time: first.from_time,
    to_time: last.to_time,
    parent_hash: first.parent_hash,
    last_hash: last.last_hash,
    source: [...new Set(hosts)].sort().join(', '),
    indexed_at: heads.reduce((latest, h) => (h.indexed_at > latest ? h.indexed_at : latest), first.indexed_at),
    txs
  }
}

function checkLink(before: Head, after: Head): void {
  if (before.last_hash === after.parent_hash) return
  throw new LakeError(
    `block ${after.from} names ${after.parent_hash || 'no block'} as the one before it, but block ${before.to} is ${before.last_hash}: ` +
      'they are of different chains or forks. Check the endpoints, or index into a new folder.'
  )
}

/**
 * The partitions of the same cell that a partition of another lake overlaps or stands directly beside.
 * @throws LakeError when an adjacent one is of another chain or fork
 */
export function touching(partitions: readonly Partition[], other: Head): Partition[] {
  const cell = (height: number): number => Math.floor(height / CELL_HEIGHTS)
  for (const p of partitions) {
    if (p.to + 1 === other.from) checkLink(p, other)
    if (other.to + 1 === p.from) checkLink(other, p)
    if (p.to === other.to && p.last_hash !== other.last_hash)
      throw new LakeError(
        `block ${p.to} is ${p.last_hash} in one lake and ${other.last_hash} in the other: they are of different chains or forks.`
      )
  }
  return partitions.filter((p) => cell(p.from) === cell(other.from) && p.from <= other.to + 1 && p.to >= other.from - 1)
}
