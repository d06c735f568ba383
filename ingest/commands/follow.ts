/** `follow`: keeps a lake at the tip of its chain until it is stopped. */
import { setTimeout as sleep } from 'node:timers/promises'
import { ChainError } from '../chain/errors.ts'
import { run, type RunReport } from '../run.ts'
import { say, stopSignal, withLake, type IndexOptions } from './index.ts'

/** Longest wait after failures in a row, seconds. */
const MAX_WAIT = 300

/**
 * Catches up from the highest height that the lake holds (from the tip when it holds none, or from where it is told to), then asks
 * for new blocks every so often. Each round is joined into the partition in hand, so nothing is left to compact.
 */
export async function follow(options: IndexOptions & { readonly every: number }): Promise<void> {
  const signal = stopSignal()
  await withLake(options, signal, async (network, source, lake) => {
    const told = options.from !== undefined || options.since !== undefined || options.days !== undefined
    let failures = 0
    let first = true
    const stopped = (): boolean => signal.aborted
    while (!stopped()) {
      const highest = lake.done().at(-1)?.to
      try {
        const { latestHeight } = await source.status()
        const from =
          first && told ? {} : { from: highest === undefined ? latestHeight : highest + 1, since: undefined, days: undefined }
        if (!(first && told) && (highest ?? -1) >= latestHeight) await pause(options.every)
        else {
          const result = await run(network, source, lake, { ...options, ...from, signal })
          tell(result, lake.done().at(-1)?.to)
          first = false
          failures = 0
          if (!stopped() && result.blocks < 2) await pause(options.every)
        }
      } catch (error) {
        if (stopped()) break
        // A fault of the network passes; anything else would come back the same.
        if (!(error instanceof ChainError) || !error.retryable) throw error
        failures++
        const wait = Math.min(MAX_WAIT, options.every * 2 ** failures)
        say(`${error.message}\n  trying again in ${wait} s`)
        await pause(wait)
      }
    }
    say(`stopped at height ${lake.done().at(-1)?.to ?? '–'}. Run the same command again to go on.`)
  })

  async function pause(seconds: number): Promise<void> {
    await sleep(seconds * 1000, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  }
}

function tell({ blocks, rows, unknown }: RunReport, height: number | undefined): void {
  if (blocks > 0) say(`${new Date().toISOString()} height ${height}: ${blocks} blocks, ${rows} rows`)
  for (const u of unknown) say(`  not understood: ${u.count} × ${u.kind} ${u.type}, first at height ${u.firstHeight}`)
}
