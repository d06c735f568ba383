/** Runs against faulty endpoints within this process: waits take no time. */
import { connect } from '../../ingest/chain/endpoints.ts'
import { VERSION } from '../../ingest/commands/index.ts'
import { gapLines } from '../../ingest/gaps.ts'
import { openLake } from '../../ingest/lake/write.ts'
import { akash } from '../../ingest/networks/akash/config.ts'
import { run } from '../../ingest/run.ts'
import type { Interval } from '../../src/lib/model/interval.ts'
import type { Gap } from '../../src/lib/model/manifest.ts'
import type { Chance } from './chance.ts'
import { startProxy, type Misdo } from './proxy.ts'
import type { Reference } from './reference.ts'
import { saidBy, type Ending } from './verdict.ts'
import { virtualClock } from './virtual-clock.ts'
import { TOO_MANY_BYTES } from './wires.ts'

export type Network = {
  readonly endpoints: readonly Misdo[]
  /** Share of heights that are compared with a second endpoint. */
  readonly sample: number
  /** For one answer: real milliseconds. */
  readonly timeoutMs: number
}

/** Indexes the parts in turn, each as one command would, until one stops. `retries` counts the faults that it saw. */
export async function runInside(
  reference: Reference,
  { endpoints, sample, timeoutMs }: Network,
  dir: string,
  parts: readonly Interval[],
  chance: Chance
): Promise<{ readonly ending: Ending; readonly retries: number }> {
  const proxies = await Promise.all(endpoints.map((misdo) => startProxy(reference.url, misdo)))
  let retries = 0
  const gaps: Gap[] = []
  try {
    for (const part of parts) {
      const source = await connect(
        proxies.map(({ url }) => url),
        {
          clock: virtualClock(chance),
          timeoutMs,
          strategy: chance.pick(['scan', 'scan', 'search', 'auto'], 'strategy'),
          batch: chance.pick([1, 10], 'batch'),
          maxBytes: TOO_MANY_BYTES / 2,
          sample: proxies.length > 1 ? sample : 0,
          concurrency: chance.pick([1, 4, 8, 16], 'concurrency'),
          onFault: () => retries++
        }
      )
      try {
        const { chainId } = await source.status()
        const lake = await openLake(dir, { network: akash.id, chainId, origin: 'recorded', version: VERSION, create: true })
        gaps.push(...(await run(akash, source, lake, part).finally(() => lake.close())).gaps)
      } finally {
        source.close()
      }
    }
    const ending: Ending = gaps.length > 0 ? { end: 'gaps', said: gapLines(gaps).join('\n') } : { end: 'finished' }
    return { ending, retries }
  } catch (error) {
    return { ending: { end: 'stopped', said: saidBy(error) }, retries }
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.close()))
  }
}
