/** `providers`: asks the providers that the lake knows about their machines, once or on and on. */
import { attachLake, readManifest } from '../../src/lib/engine/attach.ts'
import { openNative } from '../../src/lib/engine/native.ts'
import { LakeError, type Manifest } from '../../src/lib/model/manifest.ts'
import type { Probe } from '../../src/lib/model/probes.ts'
import { LOCK_WAIT_MS } from '../lake/lock.ts'
import { writeProbes } from '../lake/probes.ts'
import { openLake } from '../lake/write.ts'
import { networkOf } from '../networks/index.ts'
import { crawlForever, crawlOnce } from '../providers/crawl.ts'
import { UP_MS, type History } from '../providers/schedule.ts'
import { askProvider, type Asked, type Loopback, type Provider } from '../providers/status.ts'
import { crawlSummary } from '../providers/summary.ts'
import { viewsFor } from '../views.ts'
import { stopSignal, VERSION } from './index.ts'
import { say } from './say.ts'

export type ProvidersOptions = {
  readonly lake: string
  readonly once?: true | undefined
  /** Seconds between looks at a provider that answers. */
  readonly every?: number | undefined
  readonly viaLoopback?: Loopback | undefined
  /** Microseconds since 1970 UTC: the time of all probes, in a market whose clock is not the machine's. */
  readonly at?: bigint | undefined
  /** Seconds that a provider has for its answer. */
  readonly timeout?: number | undefined
}

/** Probes in hand are written after so long, milliseconds: a kill loses no more. */
const WRITE_EVERY_MS = 60_000
/** How often the list of providers is read from the lake again, milliseconds. */
const LIST_EVERY_MS = 10 * 60_000
/** After so long a wait for another run is told, milliseconds. */
const NOTICE_MS = 3_000
/** How often a crawl that goes on and on tells how it went, milliseconds. */
const TELL_EVERY_MS = 15 * 60_000

/** Asks, and writes what comes of it into the lake. Providers that fail are no failure of the crawl. */
export async function providers(options: ProvidersOptions): Promise<void> {
  const manifest = await readManifest(options.lake)
  if (options.viaLoopback && manifest.origin === 'observed')
    throw new LakeError(
      `${options.lake} is of the public network: its providers are asked at their own addresses. --via-loopback is for lakes of simulated and recorded chains.`
    )
  const { providerApi } = networkOf(manifest.network)
  const at = options.at ?? 0n
  const signal = stopSignal()
  const known = await knownIn(options.lake)
  if (known.providers.length === 0)
    throw new LakeError(
      `${options.lake} knows no providers. Index the chain first, or read its state: \`index --strategy state\`.`
    )

  const writer = writerTo(options.lake, manifest)
  let told: Asked[] = []
  let asked = 0
  const ask = (provider: Provider): Promise<Asked> =>
    askProvider(providerApi, provider, {
      viaLoopback: options.viaLoopback,
      ...(options.at === undefined ? {} : { now: () => Number(at / 1000n) }),
      ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 }),
      signal
    })
  const onProbe = (probe: Asked): void => {
    told.push(probe)
    writer.add(probe)
    if (options.once && ++asked % 50 === 0) say(`${asked} of ${known.providers.length} providers asked`)
  }
  const tell = (): void => {
    for (const line of crawlSummary(told)) say(line)
    told = []
  }
  const ticks = setInterval(() => void writer.flush(), WRITE_EVERY_MS)
  const tells = options.once ? undefined : setInterval(tell, TELL_EVERY_MS)
  try {
    if (options.once) {
      say(`asking ${known.providers.length} providers`)
      await crawlOnce(known.providers, ask, { signal, onProbe })
    } else {
      const upMs = options.every === undefined ? UP_MS : options.every * 1000
      say(`asking ${known.providers.length} providers until stopped, those that answer every ${upMs / 60_000} min`)
      await crawlForever(listOf(options.lake, known.providers), ask, { signal, onProbe, upMs, known: known.histories })
    }
  } finally {
    clearInterval(ticks)
    clearInterval(tells)
    await writer.end()
  }
  tell()
  say(`${writer.written()} probes written to ${options.lake}`)
  if (options.once && signal.aborted) process.exitCode = 130
}

/** The providers there are, read from the lake again now and then: it may grow meanwhile. */
function listOf(lake: string, first: readonly Provider[]): () => Promise<readonly Provider[]> {
  let list = first
  let readAt = performance.now()
  return async () => {
    if (performance.now() - readAt < LIST_EVERY_MS) return list
    readAt = performance.now()
    try {
      list = (await knownIn(lake)).providers
    } catch (error) {
      // Another run may have replaced files in between; the next look finds the new ones.
      say(`the list of providers stays as it was: ${(error as Error).message}`)
    }
    return list
  }
}

/** Providers on chain with an address, and what earlier probes tell of them. */
async function knownIn(
  lake: string
): Promise<{ readonly providers: readonly Provider[]; readonly histories: ReadonlyMap<string, History> }> {
  const sql = "SELECT provider, host_uri FROM providers WHERE host_uri IS NOT NULL AND host_uri <> '' ORDER BY provider"
  const engine = await openNative({ threads: 1 })
  try {
    await attachLake(engine, lake, await readManifest(lake), viewsFor(sql))
    const rows = await engine.query<{ provider: string; host_uri: string }>(sql)
    const probed = await engine.query<{ provider: string; first: string; last: string; last_ok: string | null }>(
      `SELECT provider, min(epoch_ms(probed_at)) AS first, max(epoch_ms(probed_at)) AS last,
        max(epoch_ms(probed_at)) FILTER (ok) AS last_ok
      FROM facts.probes GROUP BY provider`
    )
    return {
      providers: rows.map(({ provider, host_uri }) => ({ provider, hostUri: host_uri })),
      histories: new Map(
        probed.map(({ provider, first, last, last_ok }) => [
          provider,
          { first: Number(first), last: Number(last), lastOk: last_ok === null ? null : Number(last_ok) }
        ])
      )
    }
  } finally {
    await engine.close()
  }
}

type Writer = {
  readonly add: (probe: Probe) => void
  /** Writes what is in hand. While another run holds the lake for long, it is kept for the next time. */
  readonly flush: () => Promise<void>
  /** Writes what is in hand. @throws LakeError when that cannot be */
  readonly end: () => Promise<void>
  readonly written: () => number
}

/** Opens the lake for each write alone, so that `follow` and others can write in between. */
function writerTo(path: string, { network, chain_id: chainId, origin }: Manifest): Writer {
  const inHand: Probe[] = []
  let written = 0
  let turn: Promise<unknown> = Promise.resolve()

  async function write(): Promise<void> {
    if (inHand.length === 0) return
    const probes = [...inHand]
    const notice = setTimeout(() => say(`${path} is being written by another run: waiting for it to pause or end`), NOTICE_MS)
    const lake = await openLake(path, {
      network,
      chainId,
      origin,
      version: VERSION,
      create: false,
      waitMs: LOCK_WAIT_MS
    }).finally(() => clearTimeout(notice))
    try {
      await lake.recordProbes(await writeProbes(lake.dir, lake.manifest(), probes))
    } finally {
      await lake.close()
    }
    inHand.splice(0, probes.length)
    written += probes.length
  }
  const inTurn = (): Promise<void> => {
    const result = turn.then(write)
    turn = result.catch(() => undefined)
    return result
  }
  return {
    add: (probe) => void inHand.push(probe),
    flush: () =>
      inTurn().catch((error: unknown) => say(`${inHand.length} probes wait to be written: ${(error as Error).message}`)),
    end: inTurn,
    written: () => written
  }
}
