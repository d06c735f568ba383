/** Which heights a command asks for: from its dates, days, heights and shard. */
import { size, type Interval } from '../src/lib/model/interval.ts'
import { CELL_HEIGHTS } from '../src/lib/model/manifest.ts'
import { AboveTipError, BelowFloorError, PermanentError } from './chain/errors.ts'
import type { ChainSource, ChainStatus } from './chain/source.ts'

const DAY = 86_400_000_000n

export type Selection = {
  /** First height. */
  readonly from?: number | undefined
  /** Last height; the tip when not given. */
  readonly to?: number | undefined
  /** First moment, microseconds since 1970 UTC. */
  readonly since?: bigint | undefined
  /** Days before the tip. */
  readonly days?: number | undefined
  readonly shard?: Shard | undefined
}

/** The `index`-th of `count` parts, from 1. */
export type Shard = { readonly index: number; readonly count: number }

const iso = (micros: bigint): string => new Date(Number(micros / 1000n)).toISOString().replace(/\.\d+Z$/, 'Z')

async function timeAt(source: ChainSource, height: number, signal?: AbortSignal): Promise<bigint> {
  for await (const block of source.blocks({ from: height, to: height }, signal)) return block.time
  throw new PermanentError('rejected', `${source.name} gave no block ${height}.`)
}

/** Floors that are asked for one after the other, before a node is said to prune faster than it answers. */
const MOST_FLOORS = 3

/** The lowest height that is there, and its time: a node may prune while it is asked. */
async function lowestFrom(source: ChainSource, floor: number, signal?: AbortSignal): Promise<{ low: number; first: bigint }> {
  let low = floor
  for (let attempt = 1; ; attempt++) {
    try {
      return { low, first: await timeAt(source, low, signal) }
    } catch (error) {
      if (!(error instanceof BelowFloorError) || attempt >= MOST_FLOORS) throw error
      low = error.floor
    }
  }
}

/**
 * The first height at or after a moment, by bisection over headers.
 * @throws PermanentError naming the first or last block when the moment lies outside what the node has
 */
export async function heightAt(source: ChainSource, status: ChainStatus, moment: bigint, signal?: AbortSignal): Promise<number> {
  let high = status.latestHeight
  const lowest = await lowestFrom(source, status.earliestHeight, signal)
  const { first } = lowest
  let { low } = lowest
  const last = await timeAt(source, high, signal)
  if (moment > last) {
    throw new PermanentError(
      'above-tip',
      `${iso(moment)} lies after the newest block of ${source.name} (height ${high}, ${iso(last)}). Use an earlier date.`
    )
  }
  if (moment < first) {
    throw new PermanentError(
      'below-floor',
      `${iso(moment)} lies before the earliest block of ${source.name} (height ${low}, ${iso(first)}). Use --from ${low}, a later date, or an archive node.`
    )
  }
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((await timeAt(source, middle, signal)) < moment) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * A part of a range: parts are disjoint, cover it, and end at cells where there are enough of them, so that no two write one cell.
 * @throws RangeError when the shard is out of range
 */
export function partOf(range: Interval, { index, count }: Shard): Interval | null {
  if (!(index >= 1 && index <= count))
    throw new RangeError(`shard ${index}/${count} is out of range: use 1/${count} to ${count}/${count}`)
  const heights = size([range])
  const grain = heights >= count * CELL_HEIGHTS ? CELL_HEIGHTS : 1
  const start = (i: number): number => {
    if (i === 0) return range.from
    if (i === count) return range.to + 1
    const exact = range.from + Math.floor((heights * i) / count)
    return Math.max(range.from, Math.round(exact / grain) * grain)
  }
  const [from, to] = [start(index - 1), start(index) - 1]
  return to < from ? null : { from, to }
}

/**
 * The range that a selection asks for, checked against the node's tip; null when the shard has no part of it. It may begin below the floor.
 * A start that is not given is the node's floor.
 * @throws AboveTipError, BelowFloorError, or PermanentError when the range is empty or a date lies outside the chain
 */
export async function select(
  source: ChainSource,
  status: ChainStatus,
  asked: Selection,
  signal?: AbortSignal
): Promise<Interval | null> {
  const { earliestHeight: floor, latestHeight: tip } = status
  const { to = tip } = asked
  if (to > tip) throw new AboveTipError(source.name, to, tip)
  let from = asked.from ?? floor
  if (asked.since !== undefined) from = await heightAt(source, status, asked.since, signal)
  if (asked.days !== undefined)
    from = await heightAt(
      source,
      status,
      (await timeAt(source, tip, signal)) - BigInt(Math.round(asked.days * 1e6)) * (DAY / 1_000_000n),
      signal
    )
  if (from > tip) throw new AboveTipError(source.name, from, tip)
  if (to < from) {
    if (asked.from === undefined && asked.since === undefined && asked.days === undefined)
      throw new BelowFloorError(source.name, to, floor)
    throw new PermanentError(
      'rejected',
      `--to ${to} lies below the first height asked for, ${from}: there is nothing between them.`
    )
  }
  return asked.shard ? partOf({ from, to }, asked.shard) : { from, to }
}
