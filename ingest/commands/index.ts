/** `index`: a chain into a lake. */
import { readFileSync } from 'node:fs'
import { size } from '../../src/lib/model/interval.ts'
import type { Origin } from '../../src/lib/model/manifest.ts'
import { connect } from '../chain/endpoints.ts'
import type { ChainSource } from '../chain/source.ts'
import type { Strategy } from '../chain/strategy.ts'
import { openLake, type Lake } from '../lake/write.ts'
import { networkOf } from '../networks/index.ts'
import type { Network } from '../networks/network.ts'
import { progressPrinter } from '../progress.ts'
import { run, type RunReport } from '../run.ts'
import type { Selection } from '../select.ts'

export type IndexOptions = Selection & {
  readonly rpc?: readonly string[] | undefined
  readonly lake: string
  readonly network: string
  readonly newestFirst?: boolean | undefined
  readonly strategy?: Strategy | 'auto' | undefined
  readonly sample?: number | undefined
}

export const say = (text: string): void => void process.stderr.write(`${text}\n`)

/** Calls in one POST: with more, one slow answer holds up more of the others. */
const BATCH = 10

/** Version of Rackrate, for the manifest. */
export const VERSION = (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string })
  .version

function report({ blocks, rows, missing, unknown }: RunReport, lake: string): void {
  if (size(missing) > 0) {
    say(
      `stopped: ${size(missing)} heights of this run are still missing (from ${missing[0]?.from}). Run the same command again to go on.`
    )
  } else say(blocks === 0 ? `nothing to do: ${lake} already holds these heights` : `${blocks} blocks, ${rows} rows in ${lake}`)
  if (unknown.length === 0) return
  say('not understood by this version, kept in facts.unknowns:')
  for (const u of unknown) say(`  ${u.count} × ${u.kind} ${u.type}, first at height ${u.firstHeight}`)
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

/** Opens source and lake, and closes both whatever happens. */
export async function withLake<T>(
  options: Pick<IndexOptions, 'rpc' | 'lake' | 'network' | 'strategy' | 'sample'>,
  signal: AbortSignal,
  work: (network: Network, source: ChainSource, lake: Lake) => Promise<T>
): Promise<T> {
  const network = networkOf(options.network)
  const source = await connect(options.rpc ?? network.endpoints, {
    signal,
    onFault: retryNotice(),
    follows: network.follows,
    verifyHashes: (chainId) => network.publicChainIds.includes(chainId),
    blockEvents: network.blockEvents,
    batch: BATCH,
    onRefused: (host) => say(`${host} takes no batches of calls: asking one by one`),
    strategy: options.strategy ?? 'auto',
    ...(options.sample === undefined ? {} : { sample: options.sample }),
    onChoice: ({ strategy, reason }, range) => {
      if (strategy === 'search') say(`heights ${range.from} to ${range.to}: by transaction search (${reason})`)
    }
  })
  try {
    const { chainId } = await source.status()
    const origin: Origin = network.publicChainIds.includes(chainId) ? 'observed' : 'recorded'
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
      onBlock: (done, height, rows) => progress?.update(done, height, rows)
    }).finally(() => progress?.end())
    report(result, options.lake)
    if (size(result.missing) > 0) process.exitCode = 130
  })
}
