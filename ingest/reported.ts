/** Fetches the daily figures that a network publishes itself. What one answer lacks does not hold up the others. */
import type { ReportedRow } from '../src/lib/model/reported.ts'
import { systemClock, type Clock } from './chain/clock.ts'
import { ChainError, PermanentError, TransientError } from './chain/errors.ts'
import { parse, retryAfter } from './chain/transport.ts'
import type { ReportedQuery } from './networks/network.ts'

export type FetchOptions = {
  /** For a whole answer, milliseconds. */
  readonly timeoutMs?: number
  /** Largest answer taken, bytes. */
  readonly maxBytes?: number
  readonly clock?: Clock
  /** The wall clock, milliseconds since 1970. */
  readonly now?: () => number
  readonly signal?: AbortSignal | undefined
  readonly onRetry?: (error: Error, waitMs: number) => void
}

export type Reported = {
  readonly rows: readonly ReportedRow[]
  /** Values not taken, by path. */
  readonly skipped: readonly { readonly path: string; readonly reason: string; readonly count: number }[]
  readonly failed: readonly { readonly path: string; readonly why: string }[]
  /** Paths that were not asked, because the host cannot be reached or the run was stopped. */
  readonly unasked: readonly string[]
}

const TIMEOUT_MS = 60_000
/** The largest answer, a year of `gpu-breakdown`, has about 3 MB. */
const MAX_BYTES = 64_000_000
const TRIES = 4
const FIRST_WAIT_MS = 1_000
/** A host that asks for more is asked another day. */
const MAX_WAIT_MS = 120_000

/**
 * Asks one query after the other, each up to `TRIES` times.
 * @param api address without query; it becomes, with the path, each row's `source`
 */
export async function fetchReported(
  api: URL,
  queries: readonly ReportedQuery[],
  { timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES, clock = systemClock, now = Date.now, signal, onRetry }: FetchOptions = {}
): Promise<Reported> {
  const rows = new Map<string, ReportedRow>()
  const skipped: Reported['skipped'][number][] = []
  const failed: Reported['failed'][number][] = []
  const base = new URL(api.href.replace(/\/*$/, '/'))
  const found = (unasked: readonly ReportedQuery[]): Reported => ({
    rows: [...rows.values()],
    skipped,
    failed,
    unasked: unasked.map(({ path }) => path)
  })
  for (const [i, { path, read }] of queries.entries())
    try {
      const url = new URL(path, base)
      const answer = await retrying(() => get(url, timeoutMs, maxBytes, signal), clock, signal, onRetry)
      const at = now()
      const { figures, skipped: left } = read(answer, new Date(at).toISOString().slice(0, 10))
      const source = url.host + url.pathname
      const given = new Map<string, string>()
      let twice = 0
      for (const figure of figures) {
        const key = JSON.stringify([figure.metric, figure.day, source])
        const before = given.get(key)
        if (before === undefined) rows.set(key, { ...figure, source, fetched_at: BigInt(at) * 1000n })
        else if (before !== figure.value) twice++
        given.set(key, before ?? figure.value)
      }
      skipped.push(...left.map((of) => ({ path, ...of })))
      if (twice > 0) skipped.push({ path, reason: 'given again, with another value', count: twice })
    } catch (error) {
      if (signal?.aborted) return found(queries.slice(i))
      failed.push({ path, why: (error as Error).message })
      if (error instanceof ChainError && error.fault === 'unreachable') return found(queries.slice(i + 1))
    }
  return found([])
}

async function retrying<T>(
  call: () => Promise<T>,
  clock: Clock,
  signal: AbortSignal | undefined,
  onRetry: FetchOptions['onRetry']
): Promise<T> {
  for (let tried = 1; ; tried++)
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof TransientError) || tried === TRIES) throw error
      const wait = error.retryAfterMs ?? FIRST_WAIT_MS * 2 ** (tried - 1) * (0.5 + clock.random() / 2)
      if (wait > MAX_WAIT_MS) throw error
      onRetry?.(error, wait)
      await clock.sleep(wait, signal)
    }
}

/** JSON at an address. Throws ChainError, or the signal's reason. */
async function get(url: URL, timeoutMs: number, maxBytes: number, signal: AbortSignal | undefined): Promise<unknown> {
  signal?.throwIfAborted()
  const { host } = url
  const late = AbortSignal.timeout(timeoutMs)
  const fault = (cause: unknown, otherwise: ChainError): unknown => {
    if (signal?.aborted) return signal.reason
    return late.aborted
      ? new TransientError('timeout', `${host} did not answer within ${timeoutMs / 1000} s`, { cause })
      : otherwise
  }
  let response: Response
  try {
    response = await fetch(url, {
      headers: { accept: 'application/json', 'user-agent': 'rackrate' },
      signal: signal ? AbortSignal.any([signal, late]) : late
    })
  } catch (cause) {
    throw fault(cause, new TransientError('unreachable', `${host} is unreachable${reason(cause)}`, { cause }))
  }
  const wait = retryAfter(response.headers.get('retry-after') ?? undefined)
  if (!response.ok) {
    await response.body?.cancel()
    const said = `${host} answered HTTP ${response.status}`
    if (response.status === 429) throw new TransientError('rate-limited', said, { retryAfterMs: wait })
    if (response.status === 408 || response.status >= 500) throw new TransientError('server-error', said, { retryAfterMs: wait })
    throw new PermanentError('rejected', `${said}. Check the address in --api; Console may have renamed it`)
  }
  const text = await body(response, maxBytes).catch((cause: unknown) => {
    throw fault(cause, new TransientError('cut-off', `${host} broke off in the middle of its answer`, { cause }))
  })
  if (text === undefined)
    throw new PermanentError('too-large', `${host}: the answer is larger than ${maxBytes} bytes, the most that is taken`)
  return parse(host, text, wait)
}

/** The body as text; undefined when it is larger than `maxBytes`. */
async function body(response: Response, maxBytes: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    // Leaving the loop cancels the body.
    if (size > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Why a connection failed, in the system's words: ` (ECONNREFUSED)`. */
function reason(error: unknown): string {
  const code = error instanceof Error ? (error.cause as { readonly code?: unknown } | undefined)?.code : undefined
  return typeof code === 'string' ? ` (${code})` : ''
}
