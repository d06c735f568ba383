/** `index`: a chain into a lake. */
import { readFileSync } from 'node:fs'
import { size } from '../../src/lib/model/interval.ts'
import type { Origin } from '../../src/lib/model/manifest.ts'
import { connect } from '../chain/endpoints.ts'
import type { ChainSource } from '../chain/source.ts'
import type { Strategy } from '../chain/strategy.ts'
import { gapLines } from '../gaps.ts'
import { openLake, type Lake } from '../lake/write.ts'
import { networkOf } from '../networks/index.ts'
import type { Network } from '../networks/network.ts'
import { progressPrinter } from '../progress.ts'
import { run, type RunReport } from '../run.ts'
import { blocksSpeak } from '../simulate/calendar.ts'
import { isSimulated } from '../simulate/parameters.ts'
import { say } from './say.ts'
import { indexState, wantsState } from './state.ts'
import type { Selection } from '../select.ts'

export type IndexOptions = Selection & {
  readonly rpc?: readonly string[] | undefined
  readonly lake: string
  readonly network: string
  readonly newestFirst?: boolean | undefined
  readonly strategy?: Strategy | 'auto' | 'state' | undefined
  readonly sample?: number | undefined
}

/** Calls in one POST: with more, one slow answer holds up more of the others. */
const BATCH = 10

/** Version of Rackrate, for the manifest. */
export const VERSION = (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string })
  .version

/** Exit status of a run that came to its end without some of the heights it was asked for. */
export const EXIT_GAPS = 3

function report({ blocks, rows, gaps, missing, unknown }: RunReport, lake: string): void {
  if (size(missing) > 0) {
    say(
      `stopped: ${size(missing)} heights of this run are still missing (from ${missing[0]?.from}). Run the same command again to go on.`
    )
  } else if (blocks > 0 || gaps.length > 0) say(`${blocks} blocks, ${rows} rows in ${lake}`)
  else say(`nothing to do: ${lake} already holds these heights`)
  if (unknown.length > 0) {
    say('not understood by this version, kept in facts.unknowns:')
    for (const u of unknown) say(`  ${u.count} × ${u.kind} ${u.type}, first at height ${u.firstHeight}`)
  }
  if (gaps.length > 0) for (const line of gapLines(gaps)) say(line)
}

/** Stops after the write in hand on the first Ctrl-C, at once on the second. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController()
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130)
    say('\nstopping after the write in hand; press Ctrl-C again to stop at once (the lake stays whole)')
    controller.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return controller.signal
}

/** Says that calls are retried, at most every five seconds: a storm of faults is one piece of news. */
function retryNotice(): (error: Error, waitMs: number) => void {
  let last = -Infinity
  let since = 0
  return (error, waitMs) => {
    since++
    if (performance.now() - last < 5_000) return
    last = performance.now()
    const more = since > 1 ? ` (and ${since - 1} more)` : ''
    since = 0
    say(`\nretrying in ${(waitMs / 1000).toFixed(1)} s: ${error.message}${more}`)
  }
}

/** Connects to the endpoints named, or to those of the network. @throws ChainError when none answers */
export function openSource(
  network: Network,
  options: Pick<IndexOptions, 'rpc' | 'strategy' | 'sample'>,
  signal: AbortSignal
): Promise<ChainSource> {
  return connect(options.rpc ?? network.endpoints, {
    signal,
    onFault: retryNotice(),
    follows: network.follows,
    verifyHashes: (chainId) => network.publicChainIds.includes(chainId),
    blockEvents: (chainId, height) => blocksSpeak(chainId, height) ?? network.blockEvents(chainId, height),
    batch: BATCH,
    onRefused: (host) => say(`${host} takes no batches of calls: asking one by one`),
    strategy: options.strategy === undefined || options.strategy === 'state' ? 'auto' : options.strategy,
    ...(options.sample === undefined ? {} : { sample: options.sample }),
    onChoice: ({ strategy, reason }, range) => {
      if (strategy === 'search') say(`heights ${range.from} to ${range.to}: by transaction search (${reason})`)
    }
  })
}

/** Where the blocks of a chain come from, by its id. */
function originOf(network: Network, chainId: string): Origin {
  if (network.publicChainIds.includes(chainId)) return 'observed'
  return isSimulated(chainId) ? 'simulated' : 'recorded'
}

/** Opens source and lake, and closes both whatever happens. */
export async function withLake<T>(
  options: Pick<IndexOptions, 'rpc' | 'lake' | 'network' | 'strategy' | 'sample'>,
  signal: AbortSignal,
  work: (network: Network, source: ChainSource, lake: Lake) => Promise<T>
): Promise<T> {
  const network = networkOf(options.network)
  const source = await openSource(network, options, signal)
  try {
    const { chainId } = await source.status()
    const origin = originOf(network, chainId)
    const lake = await openLake(options.lake, { network: network.id, chainId, origin, version: VERSION, create: true })
    try {
      return await work(network, source, lake)
    } finally {
      await lake.close()
    }
  } finally {
    source.close()
  }
}

export async function index(options: IndexOptions): Promise<void> {
  const signal = stopSignal()
  await withLake(options, signal, async (network, source, lake) => {
    if (await wantsState(options, source, lake)) {
      const whole = await indexState(network, source, lake, signal)
      if (!whole) process.exitCode = 130
      const { earliestHeight } = await source.status()
      // All that was asked for lies below what the nodes keep: the state is what there is of it.
      if (!whole || options.strategy === 'state' || (options.to ?? earliestHeight) < earliestHeight) return
    }
    let progress: ReturnType<typeof progressPrinter> | undefined
    const result = await run(network, source, lake, {
      ...options,
      signal,
      onStart: (todo) => {
        const last = todo.at(-1)
        const { chain_id: chainId } = lake.manifest()
        if (todo[0] && last)
          say(`${chainId}: indexing ${size(todo)} blocks, heights ${todo[0].from} to ${last.to}, from ${source.name}`)
        if (size(todo) > 0) progress = progressPrinter(process.stderr, size(todo))
      },
      onBlock: (done, height, rows) => progress?.update(done, height, rows),
      onNotice: say
    }).finally(() => progress?.end())
    report(result, options.lake)
    if (size(result.missing) > 0) process.exitCode = 130
    else if (result.gaps.length > 0) process.exitCode = EXIT_GAPS
  })
}
