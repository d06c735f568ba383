/** `prices`: list prices of clouds and prices of tokens, into a lake. */
import { readManifest } from '../../src/lib/engine/attach.ts'
import { LOCK_WAIT_MS } from '../lake/lock.ts'
import { exists } from '../lake/manifest.ts'
import { openLake, type Lake } from '../lake/write.ts'
import { networkOf } from '../networks/index.ts'
import { priceClient } from '../prices/client.ts'
import { PRICE_SOURCES, TOKEN_SOURCES } from '../prices/index.ts'
import { referencePrices } from '../prices/reference.ts'
import { acceptPrices, askSources, takePrices, type Asked, type Taken } from '../prices/run.ts'
import { stopSignal, VERSION } from './index.ts'
import { say } from './say.ts'

export type PricesOptions = {
  readonly lake: string
  readonly network: string
  /** Ids of sources; all of them unless told. */
  readonly source?: readonly string[] | undefined
  /** First day, `YYYY-MM-DD`, of sources that publish their history. */
  readonly since?: string | undefined
  /** Host that stands between: `https://a.b/c` is asked as `<via>/a.b/c`. */
  readonly via?: URL | undefined
  /** Ids of sources whose held prices are taken. */
  readonly accept?: readonly string[] | undefined
}

/** Exit status of a run that came to its end with sources that failed, or prices that are held back. */
const EXIT_INCOMPLETE = 3

/** After so long a wait for another run is told, milliseconds. */
const NOTICE_MS = 3_000
/** Names and examples shown of each kind. */
const SHOWN = 5

/**
 * Asks the sources and writes what is believed of their answers. While they are asked others can write to the lake; a run that is
 * stopped writes what had been answered.
 */
export async function prices(options: PricesOptions): Promise<void> {
  // Made now if there is none: what is wrong with the folder is told before anyone is asked.
  await withLake(options, async (lake) => {
    const ids = options.accept?.filter((id) => !TOKEN_SOURCES.some((source) => source.id === id)) ?? []
    for (const [id, count] of await acceptPrices(lake, ids)) say(`${id}: ${count} held prices taken`)
  })
  const chosen = options.accept ?? options.source
  // Token prices are not kept while they are held back: their sources tell the past again.
  const offered = options.accept ? TOKEN_SOURCES : PRICE_SOURCES
  const sources = offered.filter(({ id }) => chosen?.includes(id) ?? true)
  if (sources.length === 0) return

  const signal = stopSignal()
  say(`asking ${sources.length === 1 ? '1 source' : `${sources.length} sources`}: ${sources.map(({ id }) => id).join(', ')}`)
  const context = {
    client: priceClient({ via: options.via?.href, signal }),
    today: new Date().toISOString().slice(0, 'YYYY-MM-DD'.length),
    env: process.env,
    since: options.since
  }
  const asked = await askSources(sources, context, { signal, onAsked: (one) => say(lineOf(one)) })
  const answered = asked.some(({ status }) => status === 'answered')
  const taken = answered
    ? await withLake(options, (lake) => takePrices(lake, asked, referencePrices(), new Set(options.accept)))
    : []
  tell(asked, taken, options.lake)
  if (signal.aborted) process.exitCode = 130
  else if (
    taken.some(({ held, skipped }) => held.length > 0 || skipped.some(({ isFailure }) => isFailure)) ||
    asked.some(({ status }) => status === 'failed')
  )
    process.exitCode = EXIT_INCOMPLETE
}

async function withLake<T>({ lake: path, network }: PricesOptions, work: (lake: Lake) => Promise<T>): Promise<T> {
  const { id, publicChainIds } = networkOf(network)
  const held = (await exists(path)) ? await readManifest(path) : null
  const notice = setTimeout(() => say(`${path} is being written by another run: waiting for it to pause or end`), NOTICE_MS)
  const lake = await openLake(path, {
    network: held?.network ?? id,
    chainId: held?.chain_id ?? publicChainIds[0] ?? '',
    origin: held?.origin ?? 'observed',
    version: VERSION,
    create: true,
    waitMs: LOCK_WAIT_MS
  }).finally(() => clearTimeout(notice))
  try {
    return await work(lake)
  } finally {
    await lake.close()
  }
}

function lineOf(asked: Asked): string {
  const head = `${asked.id.padEnd(WIDTH)} ${(asked.ms / 1000).toFixed(1).padStart(6)} s  `
  if (asked.status === 'failed') return `${head}failed: ${asked.why}`
  if (asked.status === 'stopped') return `${head}stopped`
  const { prices, tokens } = asked.answer
  const left = asked.skipped.reduce((sum, { count }) => sum + count, 0)
  return `${head}${prices.length + tokens.length} prices${left > 0 ? `, ${left} not taken` : ''}`
}

const WIDTH = Math.max(...PRICE_SOURCES.map(({ id }) => id.length))

function tell(asked: readonly Asked[], taken: readonly Taken[], lake: string): void {
  const failed = asked.filter(({ status }) => status === 'failed')
  const held = taken.filter((t) => t.held.length > 0)
  const sum = (count: (t: Taken) => number): number => taken.reduce((all, t) => all + count(t), 0)
  say(
    `${taken.length} of ${asked.length} sources: ${sum((t) => t.fresh)} new prices, ${sum((t) => t.replaced)} replaced, ` +
      `${sum((t) => t.unchanged)} unchanged, ${sum((t) => t.held.length)} held back, in ${lake}`
  )
  for (const t of taken) {
    say(`${t.id}: ${t.fresh} new, ${t.replaced} replaced, ${t.unchanged} unchanged, ${t.held.length} held back`)
    for (const { reason, count, example } of t.skipped) say(`  not taken: ${count} × ${reason}, such as ${example}`)
    if (t.unknownGpus.length > 0)
      say(`  GPUs of unknown model: ${shown(t.unknownGpus.map(({ name, count }) => `${count} × ${name}`))}`)
    if (t.whole !== null) say(`  all held back: ${t.whole}`)
    else if (t.held.length > 0) say(`  held back: ${shown(t.held.map(({ what, reason }) => `${what}: ${reason}`))}`)
  }
  if (failed.length > 0)
    say(
      `failed: ${failed.map(({ id }) => id).join(', ')}. Nothing of today is in the lake of them; run again later with --source.`
    )
  if (held.length > 0)
    say(
      `Look at what is held back (table held_prices). When it is right: prices --lake ${lake} --accept ${held.map(({ id }) => id).join(' ')}`
    )
}

function shown(texts: readonly string[]): string {
  const rest = texts.length - SHOWN
  return [...texts.slice(0, SHOWN), ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ')
}
