/** One run of `index`: what is missing, block by block to facts, range by range into the lake. */
import type { Fact } from '../src/lib/model/facts.ts'
import { size, subtract, type Interval } from '../src/lib/model/interval.ts'
import { CELL_HEIGHTS, LakeError } from '../src/lib/model/manifest.ts'
import { AboveTipError, BelowFloorError, PermanentError, TransientError } from './chain/errors.ts'
import type { ChainSource, ChainStatus } from './chain/source.ts'
import type { Lake } from './lake/write.ts'
import type { Network } from './networks/network.ts'

/** Heights in one write: the most that a kill can lose. */
export const CHUNK_HEIGHTS = 1_000

export type RunOptions = {
  /** First height; the node's floor when not given. */
  readonly from?: number
  /** Last height; the tip when not given. */
  readonly to?: number
  readonly signal?: AbortSignal
  readonly onStart?: (todo: readonly Interval[]) => void
  readonly onBlock?: (done: number, height: number, rows: number) => void
}

export type RunReport = {
  readonly blocks: number
  readonly rows: number
  /** What was asked for and is still missing, when the run was stopped. */
  readonly missing: readonly Interval[]
  /** What this version does not know, by kind and type, with the first height. */
  readonly unknown: readonly { readonly kind: string; readonly type: string; readonly count: number; readonly firstHeight: number }[]
}

/**
 * The heights asked for that are not done, checked against what the node has.
 * @param where name of the source, for errors
 * @throws AboveTipError, BelowFloorError, or PermanentError when the range is empty
 */
export function required(
  status: ChainStatus,
  where: string,
  done: readonly Interval[],
  options: Pick<RunOptions, 'from' | 'to'>
): Interval[] {
  const { earliestHeight: floor, latestHeight: tip } = status
  const { from = floor, to = tip } = options
  if (to > tip) throw new AboveTipError(where, to, tip)
  if (from > tip) throw new AboveTipError(where, from, tip)
  if (to < from) {
    if (options.from === undefined) throw new BelowFloorError(where, to, floor)
    throw new PermanentError('rejected', `--from ${from} lies above --to ${to}: there is nothing between them.`)
  }
  const todo = subtract([{ from, to }], done)
  const lowest = todo[0]
  if (lowest && lowest.from < floor) throw new BelowFloorError(where, lowest.from, floor)
  return todo
}

type Tally = Map<string, { kind: string; type: string; count: number; firstHeight: number }>

function count(tally: Tally, fact: Fact): void {
  if (fact.table !== 'unknowns') return
  const { kind, type, height } = fact.row
  const entry = tally.get(`${kind} ${type}`)
  if (entry) entry.count++
  else tally.set(`${kind} ${type}`, { kind, type, count: 1, firstHeight: Number(height) })
}

/** End of the write that a height belongs to: chunks lie on a grid within cells, so that runs cut alike. */
const chunkEnd = (height: number): number => {
  const inCell = height % CELL_HEIGHTS
  return height - inCell + Math.min(CELL_HEIGHTS, (Math.floor(inCell / CHUNK_HEIGHTS) + 1) * CHUNK_HEIGHTS) - 1
}

/**
 * Indexes what is missing. An aborted signal ends the run after the blocks in hand are written.
 * @throws ChainError, LakeError
 */
export async function run(network: Network, source: ChainSource, lake: Lake, options: RunOptions = {}): Promise<RunReport> {
  const todo = required(await source.status(), source.name, lake.done(), options)
  options.onStart?.(todo)
  const unknown: Tally = new Map()
  let blocks = 0
  let rows = 0
  for (const interval of todo) {
    if (options.signal?.aborted) break
    let facts: Fact[] = []
    let start = interval.from
    let parentHash = ''
    let lastHash = ''
    let last = interval.from - 1
    const write = async (): Promise<void> => {
      if (last < start) return
      const meta = { parentHash, lastHash, source: source.name, indexedAt: new Date().toISOString() }
      await lake.append({ from: start, to: last }, facts, meta)
      facts = []
      start = last + 1
    }
    try {
      for await (const block of source.blocks(interval, options.signal)) {
        if (block.height === start) parentHash = block.parentHash
        for (const fact of network.decode(block)) {
          count(unknown, fact)
          facts.push(fact)
          rows++
        }
        last = block.height
        lastHash = block.hash
        blocks++
        options.onBlock?.(blocks, last, rows)
        if (last === chunkEnd(last)) await write()
      }
    } catch (error) {
      // What was read before the source failed is kept; a lake that can't be written is not written again.
      if (!(error instanceof LakeError)) await write()
      // A source ends with the reason of the signal when it is told to stop.
      if (options.signal?.aborted && error === options.signal.reason) break
      throw error
    }
    await write()
  }
  const missing = subtract(todo, lake.done())
  if (size(missing) > 0 && !options.signal?.aborted) {
    throw new TransientError('gave-up', `${source.name} ended before height ${missing[0]?.from} was read. Run the same command again to go on.`)
  }
  return { blocks, rows, missing, unknown: [...unknown.values()].sort((a, b) => b.count - a.count) }
}
