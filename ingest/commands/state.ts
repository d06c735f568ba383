/** The part of `index` that reads the chain's state: when it is wanted, and what is said of it. */
import { size, subtract } from '../../src/lib/model/interval.ts'
import type { ChainSource } from '../chain/source.ts'
import type { Lake } from '../lake/write.ts'
import type { Network } from '../networks/network.ts'
import { walk, type WalkReport } from '../walk.ts'
import type { Selection } from '../select.ts'
import { say } from './say.ts'

/** Milliseconds between two lines of progress. */
const EVERY_MS = 5_000

/** Whether `auto` wants the state: heights below what the node keeps are asked for, and no snapshot tells of them yet. */
export async function wantsState(
  options: Selection & { readonly strategy?: string | undefined },
  source: ChainSource,
  lake: Lake
): Promise<boolean> {
  if (options.strategy !== undefined && options.strategy !== 'auto') return options.strategy === 'state'
  if (lake.manifest().snapshot || options.shard || options.since !== undefined || options.days !== undefined) return false
  const { earliestHeight } = await source.status()
  const from = options.from ?? 1
  const to = Math.min(earliestHeight - 1, options.to ?? Infinity)
  return from <= to && size(subtract([{ from, to }], lake.done())) > 0
}

/** Walks through the state and says how far it is. @returns false when it was stopped */
export async function indexState(network: Network, source: ChainSource, lake: Lake, signal: AbortSignal): Promise<boolean> {
  say(`${lake.manifest().chain_id}: reading what the state remembers, from ${source.name}`)
  const started = performance.now()
  let last = started
  let first: number | undefined
  const onPage = (_: string, __: number, all: number): void => {
    first ??= all
    if (performance.now() - last < EVERY_MS) return
    last = performance.now()
    const rate = (all - first) / ((last - started) / 1000)
    say(`  ${all} objects, ${Math.round(rate)} a second`)
  }
  const report = await walk(network, source, lake, { signal, onPage })
  tell(report)
  return report.snapshot !== null
}

function tell({ snapshot, objects, unserved, oldest }: WalkReport): void {
  const counts = Object.entries(objects)
    .filter(([name]) => !unserved.includes(name))
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')
  if (!snapshot) {
    say(`stopped after ${counts}. Run the same command again to go on.`)
    return
  }
  const heights = snapshot.from === snapshot.to ? `height ${snapshot.from}` : `heights ${snapshot.from} to ${snapshot.to}`
  say(`the state at ${heights} remembers ${counts}`)
  if (unserved.length > 0) say(`the endpoints do not serve ${unserved.join(', ')}`)
  if (oldest !== null) say(`it goes back to height ${oldest}, where the oldest lease was made`)
}
