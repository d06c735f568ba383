/** HTTP for price sources: limits of time and size, patience with 429, no redirect to another host. */
import { systemClock, type Clock } from '../chain/clock.ts'
import { retryAfter } from '../chain/transport.ts'
import { PriceError } from './source.ts'

export type Ask = {
  readonly method?: 'GET' | 'POST'
  readonly headers?: { readonly [name: string]: string }
  readonly body?: string
  /** Largest answer taken, bytes as decoded. Default 64 MB; for `lines` none. */
  readonly maxBytes?: number
  /** For the whole answer, milliseconds. Default 60 s. */
  readonly timeoutMs?: number
}

export type PriceClient = {
  /** The whole answer as text, with its headers. */
  readonly text: (url: string, ask?: Ask) => Promise<{ readonly text: string; readonly headers: Headers }>
  /** The answer parsed as JSON. */
  readonly json: (url: string, ask?: Ask) => Promise<unknown>
  /**
   * Lines of an answer of any size, one at a time. One that ends before its stated length is an error, and so is a line of more than 1 MB.
   * Of a list of gigabytes say by `keep` which lines are wanted, so that the others cost next to nothing; `index` counts all lines from 0.
   */
  readonly lines: (url: string, ask?: Ask, keep?: (line: string, index: number) => boolean) => AsyncIterable<string>
}

export type ClientOptions = {
  /** Host that stands between: `https://a.b/c` is asked as `<via>/a.b/c`. For mirrors and tests. */
  readonly via?: string | undefined
  readonly clock?: Clock
  readonly signal?: AbortSignal | undefined
}

const MAX_BYTES = 64_000_000
/** Characters. A list is read by lines so that its size does not matter; this keeps that true. */
const MAX_LINE = 1_000_000
const TIMEOUT_MS = 60_000
const TRIES = 4
const FIRST_WAIT_MS = 1_000
/** A host that asks for more patience is asked another day. */
const MAX_WAIT_MS = 60_000
const REDIRECTS = 3
const AGENT = 'Rackrate (open analytics of decentralized compute)'

/**
 * A client for price sources. Every error is a PriceError that names the address and never a header, so a key in one stays untold;
 * only when `signal` aborts, its own reason is thrown.
 */
export function priceClient({ via, clock = systemClock, signal }: ClientOptions = {}): PriceClient {
  const open = async (url: string, ask: Ask): Promise<Response> => {
    for (let attempt = 1; ; attempt++) {
      const response = await follow(url, ask, via, signal)
      if (response.ok) return response
      await response.body?.cancel()
      const again = response.status === 429 || response.status >= 500
      const wait = retryAfter(response.headers.get('retry-after') ?? undefined) ?? FIRST_WAIT_MS * 2 ** (attempt - 1)
      if (!again || attempt === TRIES || wait > MAX_WAIT_MS)
        throw new PriceError(
          `${url} answered ${response.status}${again ? ` ${attempt} ${attempt === 1 ? 'time' : 'times'}; try again later` : ': it may have moved'}.`
        )
      await clock.sleep(wait, signal)
    }
  }
  async function* parts(url: string, ask: Ask, response: Response, maxBytes: number): AsyncGenerator<Uint8Array> {
    let bytes = 0
    try {
      for await (const part of response.body ?? []) {
        bytes += part.byteLength
        if (bytes > maxBytes)
          throw new PriceError(`${url} answered with more than ${maxBytes} bytes: it is not what is expected there.`)
        yield part
      }
    } catch (cause) {
      throw fault(url, ask, signal, cause, 'broke off')
    }
  }
  const text: PriceClient['text'] = async (url, ask = {}) => {
    const response = await open(url, ask)
    const all = await Array.fromAsync(parts(url, ask, response, ask.maxBytes ?? MAX_BYTES))
    return { text: Buffer.concat(all).toString('utf8'), headers: response.headers }
  }
  return {
    text,
    json: async (url, ask = {}) => {
      const answer = await text(url, ask)
      try {
        return JSON.parse(answer.text) as unknown
      } catch (cause) {
        throw new PriceError(`${url} answered with what is no JSON: ${beginning(answer.text)}.`, { cause })
      }
    },
    lines: async function* (url, ask = {}, keep = () => true) {
      const response = await open(url, ask)
      const decoder = new TextDecoder()
      let rest = ''
      let index = 0
      for await (const part of parts(url, ask, response, ask.maxBytes ?? Infinity)) {
        const lines = (rest + decoder.decode(part, { stream: true })).split('\n')
        rest = lines.pop() ?? ''
        if (rest.length > MAX_LINE)
          throw new PriceError(`${url} has a line of more than ${MAX_LINE} characters: it is not the list that is known there.`)
        for (const line of lines) if (keep(line, index++)) yield line.endsWith('\r') ? line.slice(0, -1) : line
      }
      rest += decoder.decode()
      if (rest !== '' && keep(rest, index)) yield rest
    }
  }
}

/** The beginning of an answer, for an error message. */
export function beginning(text: string): string {
  return JSON.stringify(text.slice(0, 80))
}

function fault(url: string, ask: Ask, signal: AbortSignal | undefined, cause: unknown, what: string): unknown {
  if (signal?.aborted) return signal.reason
  if (cause instanceof PriceError) return cause
  const error = cause as Error & { readonly cause?: Error & { readonly code?: string } }
  if (error.name === 'TimeoutError')
    return new PriceError(`${url} took longer than ${(ask.timeoutMs ?? TIMEOUT_MS) / 1000} s. Try again later.`, { cause })
  const reason = error.cause?.message || error.cause?.code || error.message
  return new PriceError(`${url} ${what}: ${reason}. Try again later.`, { cause })
}

async function follow(url: string, ask: Ask, via: string | undefined, signal: AbortSignal | undefined): Promise<Response> {
  const timeout = AbortSignal.timeout(ask.timeoutMs ?? TIMEOUT_MS)
  const headers = headersOf(url, ask)
  let at = new URL(url)
  for (let turn = 0; turn <= REDIRECTS; turn++) {
    let response: Response
    try {
      response = await fetch(routed(at, via), {
        method: ask.method ?? 'GET',
        headers,
        ...(ask.body === undefined ? {} : { body: ask.body }),
        redirect: 'manual',
        signal: signal ? AbortSignal.any([timeout, signal]) : timeout
      })
    } catch (cause) {
      throw fault(url, ask, signal, cause, 'cannot be reached')
    }
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null) return response
    await response.body?.cancel()
    const next = URL.parse(location, at)
    if (next?.origin !== at.origin)
      throw new PriceError(`${url} redirects to ${next?.origin ?? 'nowhere'}, which is not followed: look whether it has moved.`)
    at = next
  }
  throw new PriceError(`${url} redirects more than ${REDIRECTS} times.`)
}

/** What `Headers` says of a value that it refuses has that value in it, so its error is left out. */
function headersOf(url: string, { headers = {} }: Ask): Headers {
  const made = new Headers({ 'user-agent': AGENT })
  for (const [name, value] of Object.entries(headers))
    try {
      made.set(name, value)
    } catch {
      throw new PriceError(`${url} cannot be asked: what is set for its header "${name}" has characters that none may have.`)
    }
  return made
}

function routed({ href, host, pathname, search }: URL, via: string | undefined): string {
  return via === undefined ? href : `${via.replace(/\/+$/, '')}/${host}${pathname}${search}`
}
