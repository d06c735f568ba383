/** Asks providers, so many at once: each once, or on and on as they fall due. */
import { systemClock, type Clock } from '../chain/clock.ts'
import { after, dueAt, type History } from './schedule.ts'
import type { Asked, Provider } from './status.ts'

/** Most providers asked at once. */
const MOST_AT_ONCE = 50
/** Longest sleep before the list of providers is looked at again, milliseconds. */
const LOOK_MS = 1_000

export type Ask = (provider: Provider) => Promise<Asked>

export type CrawlOptions = {
  readonly atOnce?: number
  readonly signal?: AbortSignal | undefined
  /** Called with each probe as it comes. */
  readonly onProbe: (asked: Asked) => void
}

/**
 * Asks each of them once, `atOnce` at a time. Stops between probes when the signal aborts; those under way are then given up.
 * @throws what `ask` rejects with, unless the signal aborted
 */
export async function crawlOnce(
  providers: readonly Provider[],
  ask: Ask,
  { atOnce = MOST_AT_ONCE, signal, onProbe }: CrawlOptions
): Promise<void> {
  const queue = [...providers]
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next && !signal?.aborted; next = queue.shift()) {
      const asked = await orStopped(ask(next), signal)
      if (asked) onProbe(asked)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, queue.length) }, worker))
}

export type ForeverOptions = CrawlOptions & {
  /** Pause between looks at a provider that answers, milliseconds. */
  readonly upMs?: number | undefined
  /** What earlier probes told, by provider. */
  readonly known: ReadonlyMap<string, History>
  readonly clock?: Clock
  /** The wall clock, milliseconds since 1970. */
  readonly now?: () => number
}

/**
 * Asks those that are due until the signal aborts, the longest due first; those under way are then given up.
 * @param list the providers there are, asked for again before each look
 * @throws what `ask` or `list` rejects with, unless the signal aborted
 */
export async function crawlForever(list: () => Promise<readonly Provider[]>, ask: Ask, options: ForeverOptions): Promise<void> {
  const { atOnce = MOST_AT_ONCE, signal, onProbe, upMs, known, clock = systemClock, now = Date.now } = options
  const histories = new Map(known)
  const busy = new Map<string, Promise<void>>()
  let broken: { readonly error: unknown } | undefined

  async function probe(provider: Provider): Promise<void> {
    const at = now()
    const asked = await orStopped(ask(provider), signal)
    if (!asked) return
    histories.set(provider.provider, after(histories.get(provider.provider), at, asked.probe.ok))
    onProbe(asked)
  }
  const start = (provider: Provider): void => {
    const done = probe(provider).then(
      () => void busy.delete(provider.provider),
      (error: unknown) => {
        busy.delete(provider.provider)
        broken = { error }
      }
    )
    busy.set(provider.provider, done)
  }

  while (!signal?.aborted && !broken) {
    const time = now()
    const due = (await list())
      .filter(({ provider }) => !busy.has(provider))
      .map((of) => ({ of, at: dueAt(histories.get(of.provider), upMs) }))
      .filter(({ at }) => at <= time)
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    for (const { of } of due.slice(0, atOnce - busy.size)) start(of)
    await clock.sleep(LOOK_MS, signal).catch((error: unknown) => {
      if (!signal?.aborted) throw error
    })
  }
  await Promise.all(busy.values())
  if (broken) throw broken.error
}

/** The result, or null when it was given up because of the signal. */
async function orStopped<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (signal?.aborted) return null
    throw error
  }
}
