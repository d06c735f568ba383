/** What two lakes of one chain both hold, compared. */
import { resolve } from 'node:path'
import { selectFrom } from '../../src/lib/engine/attach.ts'
import { identifier, type NativeEngine } from '../../src/lib/engine/native.ts'
import { FACT_TABLES, FACTS, type FactTable } from '../../src/lib/model/facts.ts'
import { LakeError, type Partition } from '../../src/lib/model/manifest.ts'

const pathsOf = (dir: string, partition: Partition, table: string): string[] =>
  partition.files.filter((file) => file.table === table).map((file) => resolve(dir, file.path))

/** The first height that two partitions both hold with different rows, and the table; null when they are equal. */
export async function firstDifference(
  engine: NativeEngine,
  dir: string,
  held: Partition,
  otherDir: string,
  other: Partition
): Promise<{ readonly table: FactTable; readonly height: number } | null> {
  const from = Math.max(held.from, other.from)
  const to = Math.min(held.to, other.to)
  if (from > to) return null
  for (const table of FACT_TABLES) {
    const { columns } = FACTS[table]
    const rows = (paths: readonly string[]): string =>
      paths.length > 0
        ? `SELECT * FROM (${selectFrom(columns, paths)}) WHERE height BETWEEN ${from} AND ${to}`
        : `SELECT ${Object.entries(columns)
            .map(([name, { type }]) => `CAST(NULL AS ${type}) AS ${identifier(name)}`)
            .join(', ')} WHERE false`
    const [ours, theirs] = [rows(pathsOf(dir, held, table)), rows(pathsOf(otherDir, other, table))]
    const [found] = await engine.query<{ height: string | null }>(
      `SELECT min(height) AS height FROM (((${ours}) EXCEPT ALL (${theirs})) UNION ALL ((${theirs}) EXCEPT ALL (${ours})))`
    )
    if (found && found.height !== null) return { table, height: Number(found.height) }
  }
  return null
}

/**
 * Checks that the heights which two partitions share have the same rows.
 * @throws LakeError naming the table and the first height that differs
 */
export async function checkSame(
  engine: NativeEngine,
  dir: string,
  held: Partition,
  otherDir: string,
  other: Partition
): Promise<void> {
  const found = await firstDifference(engine, dir, held, otherDir, other)
  if (!found) return
  throw new LakeError(
    `${dir} and ${otherDir} both hold height ${found.height}, with different rows of ${found.table}. One of them was given wrong answers: ` +
      '`verify --rpc` tells which; leave it out, or index those heights anew.'
  )
}

/** Transactions in blocks that these files of `blocks` hold, each height once. */
export async function txsIn(engine: NativeEngine, paths: readonly string[]): Promise<number> {
  if (paths.length === 0) return 0
  const [sum] = await engine.query<{ txs: string | null }>(
    `SELECT sum(txs) AS txs FROM (SELECT DISTINCT height, txs FROM (${selectFrom(FACTS.blocks.columns, paths)}))`
  )
  return Number(sum?.txs ?? 0)
}
