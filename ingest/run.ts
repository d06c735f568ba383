/** One run of `index`: what is missing, block by block to facts, range by range into the lake. */
import type { Fact } from '../src/lib/model/facts.ts'
import { cut, size, subtract, type Interval } from '../src/lib/model/interval.ts'
import { CELL_HEIGHTS, LakeError } from '../src/lib/model/manifest.ts'
import { BelowFloorError, TransientError } from './chain/errors.ts'
import type { ChainSource } from './chain/source.ts'
import type { Lake } from './lake/write.ts'
import type { Network } from './networks/network.ts'
import { select, type Selection } from './select.ts'

/** Heights in one write: the most that a kill can lose. */
const CHUNK_HEIGHTS = 1_000

export type RunOptions = Selection & {
  /** Index the newest heights first, cell by cell, so that a dashboard is useful early. */
  readonly newestFirst?: boolean | undefined
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
  readonly unknown: readonly {
    readonly kind: string
    readonly type: string
    readonly count: number
    readonly firstHeight: number
  }[]
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
  const status = await source.status()
  const asked = await select(source, status, options, options.signal)
  const todo = asked ? subtract([asked], lake.done()) : []
  const lowest = todo[0]
  if (lowest && lowest.from < status.earliestHeight) throw new BelowFloorError(source.name, lowest.from, status.earliestHeight)
  options.onStart?.(todo)
  const unknown: Tally = new Map()
  let blocks = 0
  let rows = 0
  for (const interval of options.newestFirst ? cut(todo, CELL_HEIGHTS).reverse() : todo) {
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
    throw new TransientError(
      'gave-up',
      `${source.name} ended before height ${missing[0]?.from} was read. Run the same command again to go on.`
    )
  }
  return { blocks, rows, missing, unknown: [...unknown.values()].sort((a, b) => b.count - a.count) }
}
