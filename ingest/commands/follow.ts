/** `follow`: keeps a lake at the tip of its chain until it is stopped. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Gap } from '../../src/lib/model/manifest.ts'
import { ChainError, type Fault } from '../chain/errors.ts'
import { gapLines } from '../gaps.ts'
import { joinGaps } from '../lake/gaps.ts'
import { run, type RunReport } from '../run.ts'
import { EXIT_GAPS, stopSignal, withLake, type IndexOptions } from './index.ts'
import { say } from './say.ts'

/** Longest wait after failures in a row, seconds. */
const MAX_WAIT = 300
/** Seconds after which the lake's gaps are asked for again. */
const GAPS_EVERY = 3_600
/** So many failures in a row that single heights could be the reason of, such as the newest one without its results yet, are waited out. */
const MOST_REFUSALS = 5

/** A dead or crowded network comes back, a tip that went down goes up. */
const PASSING: ReadonlySet<Fault> = new Set<Fault>(['gave-up', 'rate-limited', 'above-tip'])
const REFUSALS: ReadonlySet<Fault> = new Set<Fault>(['rejected', 'undecodable', 'too-large'])

const passes = (error: ChainError, failures: number): boolean =>
  error.retryable || PASSING.has(error.fault) || (REFUSALS.has(error.fault) && failures < MOST_REFUSALS)

/**
 * Catches up from the highest height that the lake holds (from the tip when it holds none, or from where it is told to), then asks
 * for new blocks every so often. Each round is joined into the partition in hand, so nothing is left to compact. At the start, and
 * each hour, gaps are asked for again.
 */
export async function follow(options: IndexOptions & { readonly every: number }): Promise<void> {
  const signal = stopSignal()
  await withLake(options, signal, async (network, source, lake) => {
    const told = options.from !== undefined || options.since !== undefined || options.days !== undefined
    let failures = 0
    let first = true
    let gapsAt = -Infinity
    let left: readonly Gap[] = []
    const stopped = (): boolean => signal.aborted
    while (!stopped()) {
      const highest = lake.done().at(-1)?.to
      try {
        const { latestHeight } = await source.status()
        const asked = first && told
        const gaps = performance.now() - gapsAt >= GAPS_EVERY * 1000
        if (!asked && (highest ?? -1) >= latestHeight && !(gaps && lake.manifest().gaps.length > 0))
          await lake.rest(() => pause(options.every))
        else {
          const next = highest === undefined ? latestHeight : Math.min(highest + 1, latestHeight)
          const from = asked ? {} : { from: next, since: undefined, days: undefined }
          const result = await run(network, source, lake, { ...options, ...from, gaps, signal })
          if (gaps) gapsAt = performance.now()
          tell(result, lake.done().at(-1)?.to)
          left = joinGaps([...left, ...result.gaps], lake.done())
          first = false
          failures = 0
          if (!stopped() && result.blocks < 2) await lake.rest(() => pause(options.every))
        }
      } catch (error) {
        if (stopped()) break
        // What passes is waited for; anything else would come back the same.
        if (!(error instanceof ChainError) || !passes(error, failures)) throw error
        failures++
        const wait = Math.min(MAX_WAIT, options.every * 2 ** failures)
        say(`${error.message}\n  trying again in ${wait} s`)
        await lake.rest(() => pause(wait))
      }
    }
    say(`stopped at height ${lake.done().at(-1)?.to ?? '–'}. Run the same command again to go on.`)
    if (left.length === 0) return
    for (const line of gapLines(left)) say(line)
    process.exitCode = EXIT_GAPS
  })

  async function pause(seconds: number): Promise<void> {
    await sleep(seconds * 1000, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  }
}

function tell({ blocks, rows, gaps, unknown }: RunReport, height: number | undefined): void {
  if (blocks > 0) say(`${new Date().toISOString()} height ${height}: ${blocks} blocks, ${rows} rows`)
  for (const u of unknown) say(`  not understood: ${u.count} × ${u.kind} ${u.type}, first at height ${u.firstHeight}`)
  if (gaps.length > 0) for (const line of gapLines(gaps)) say(`  ${line}`)
}
