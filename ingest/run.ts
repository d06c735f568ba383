/** One run of `index`: what is missing, block by block to facts, range by range into the lake; what can't be had is recorded. */
import type { Fact } from '../src/lib/model/facts.ts'
import { cut, size, subtract, type Interval } from '../src/lib/model/interval.ts'
import { CELL_HEIGHTS, LakeError, type Gap } from '../src/lib/model/manifest.ts'
import { BelowFloorError, ChainError, TransientError } from './chain/errors.ts'
import { METAS_A_CALL } from './chain/fetch.ts'
import type { ChainSource, ChainStatus } from './chain/source.ts'
import { failureOf, gapsOf, type Failure } from './gaps.ts'
import { factsOf } from './genesis.ts'
import { joinGaps } from './lake/gaps.ts'
import type { Lake } from './lake/write.ts'
import type { Network } from './networks/network.ts'
import { select, type Selection } from './select.ts'

/** Heights in one write: the most that a kill can lose. */
const CHUNK_HEIGHTS = 1_000
/** After a height that can't be had so many are left for later: one bad answer may spoil a page of headers. */
const STRETCH_HEIGHTS = METAS_A_CALL
/** So many stretches without a block between them are no fault of their heights: the run ends. */
const MOST_IN_A_ROW = 5

export type RunOptions = Selection & {
  /** Index the newest heights first, cell by cell, so that a dashboard is useful early. */
  readonly newestFirst?: boolean | undefined
  /** Ask for the lake's gaps, too. */
  readonly gaps?: boolean
  readonly signal?: AbortSignal
  readonly onStart?: (todo: readonly Interval[]) => void
  readonly onBlock?: (done: number, height: number, rows: number) => void
  /** Called with what an operator should know of a run that goes on. */
  readonly onNotice?: (text: string) => void
}

export type RunReport = {
  readonly blocks: number
  readonly rows: number
  /** What was asked for and could not be had, as recorded in the lake. */
  readonly gaps: readonly Gap[]
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

/** What a run has done so far. */
type State = { blocks: number; rows: number; readonly unknown: Tally }
/** Where a range ended early: the first height that did not come. */
type End = { readonly height: number; readonly error: unknown }

/**
 * Indexes what is missing. Heights that can't be had are asked for again at the end, and recorded as gaps when they still can't. An aborted
 * signal ends the run after the blocks in hand are written.
 * @throws ChainError when it is not about single heights, LakeError
 */
export async function run(network: Network, source: ChainSource, lake: Lake, options: RunOptions = {}): Promise<RunReport> {
  const { signal, newestFirst, onStart } = options
  const status = await source.status()
  const asked = await select(source, status, options, signal)
  const served = { from: status.earliestHeight, to: Number.MAX_SAFE_INTEGER }
  const { gaps: known, snapshot } = lake.manifest()
  // Blocks that nobody keeps any more are no gaps where a snapshot of the state tells of them.
  const told = snapshot ? [{ from: 0, to: Math.min(snapshot.to, served.from - 1) }] : []
  const todo = subtract([...(asked ? [asked] : []), ...(options.gaps ? known : [])], [...lake.done(), ...told])
  onStart?.(todo)
  const state: State = { blocks: 0, rows: 0, unknown: new Map() }
  const readAll = (ranges: readonly Interval[], stretch: number, inARow: number): Promise<Failure[]> =>
    pass(ranges, (range) => read(range, network, source, lake, state, options), state, signal, stretch, inARow)

  const pruned = subtract(todo, [served])
  const above = subtract(todo, pruned)
  let failures = pruned.map((range): Failure => {
    const error = new BelowFloorError(source.name, range.from, served.from)
    return { ...range, status: 'pruned', floor: served.from, error }
  })
  failures.push(...(await readAll(newestFirst ? cut(above, CELL_HEIGHTS).reverse() : above, STRETCH_HEIGHTS, MOST_IN_A_ROW)))
  while (failures.length > 0 && !signal?.aborted) {
    const { blocks } = state
    // A network that is dead by now is no gap.
    const now = await source.status()
    const again = failures.flatMap((failure) => (failure.status === 'pruned' ? [failure] : cut([failure], 1)))
    failures = await readAll(again, 1, Infinity)
    if (state.blocks > blocks || signal?.aborted) continue
    if (blocks === 0) await expectOther(source, now, failures, signal)
    break
  }

  const gaps = signal?.aborted ? [] : joinGaps(gapsOf(failures, source.name, new Date()), [])
  if (gaps.length > 0) await lake.recordGaps(gaps)
  const missing = subtract(subtract(todo, lake.done()), gaps)
  if (size(missing) > 0 && !signal?.aborted) {
    throw new TransientError(
      'gave-up',
      `${source.name} ended before height ${missing[0]?.from} was read. Run the same command again to go on.`
    )
  }
  const { blocks, rows, unknown } = state
  return { blocks, rows, gaps, missing, unknown: [...unknown.values()].sort((a, b) => b.count - a.count) }
}

/**
 * Reads ranges one after the other, each up to where it fails and from behind that on.
 * @returns what was left out
 * @throws what `read` ended with when it is not about heights, or more stretches failed in a row than are to be expected
 */
async function pass(
  ranges: readonly Interval[],
  read: (range: Interval) => Promise<End | null>,
  state: State,
  signal: AbortSignal | undefined,
  stretch: number,
  most: number
): Promise<Failure[]> {
  const failures: Failure[] = []
  let inARow = 0
  for (const { from, to } of ranges) {
    for (let start = from; start <= to && !signal?.aborted;) {
      const { blocks } = state
      const end = await read({ from: start, to })
      if (end === null) break
      const failure = failureOf(end.error, { from: end.height, to }, stretch)
      if (state.blocks > blocks) inARow = 0
      if (failure.status === 'missing' && ++inARow > most) throw end.error
      failures.push(failure)
      start = failure.to + 1
    }
  }
  return failures
}

/** Reads a range into the lake. @returns null at its end, or when it was told to stop */
async function read(
  range: Interval,
  network: Network,
  source: ChainSource,
  lake: Lake,
  state: State,
  { signal, onBlock, onNotice }: RunOptions
): Promise<End | null> {
  let facts: Fact[] = []
  let start = range.from
  let parentHash = ''
  let lastHash = ''
  let last = range.from - 1
  const write = async (): Promise<void> => {
    if (last < start) return
    const meta = { parentHash, lastHash, source: source.name, indexedAt: new Date().toISOString() }
    await lake.append({ from: start, to: last }, facts, meta)
    facts = []
    start = last + 1
  }
  let end: End | null = null
  try {
    for await (const block of source.blocks(range, signal)) {
      if (block.height === start) parentHash = block.parentHash
      for (const fact of await factsOf(network, source, block, onNotice ?? (() => undefined), signal)) {
        count(state.unknown, fact)
        facts.push(fact)
        state.rows++
      }
      last = block.height
      lastHash = block.hash
      state.blocks++
      onBlock?.(state.blocks, last, state.rows)
      if (last === chunkEnd(last)) await write()
    }
  } catch (error) {
    // A lake that can't be written is not written again.
    if (error instanceof LakeError) throw error
    // A source ends with the reason of the signal when it is told to stop.
    if (!(signal?.aborted && error === signal.reason)) end = { height: last + 1, error }
  }
  // What was read before the source failed is kept.
  await write()
  return end
}

/**
 * When a run got nothing at all, tells heights that can't be had from endpoints that give nothing: asks for the newest other one.
 * @throws the error of the first failure when that can't be had either
 */
async function expectOther(
  source: ChainSource,
  { earliestHeight, latestHeight }: ChainStatus,
  failures: readonly Failure[],
  signal: AbortSignal | undefined
): Promise<void> {
  const failure = failures.find(({ status }) => status === 'missing')
  if (!failure) return
  const other = subtract([{ from: earliestHeight, to: latestHeight }], failures).at(-1)?.to
  if (other === undefined) throw failure.error
  try {
    for await (const _ of source.blocks({ from: other, to: other }, signal)) return
  } catch (error) {
    if (error instanceof ChainError) throw failure.error
    throw error
  }
}
