/** HTTP for price sources: limits of time and size, patience with 429, no redirect to another host. */
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { systemClock, type Clock } from '../chain/clock.ts'
import { retryAfter } from '../chain/transport.ts'
import { PriceError, type Ask, type PriceClient } from './source.ts'

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
  const open = async (url: string, ask: Ask): Promise<Answer> => {
    for (let attempt = 1; ; attempt++) {
      const answer = await follow(url, ask, via, signal)
      const { statusCode: status = 0, headers } = answer.response
      if (status >= 200 && status < 300) return answer
      answer.response.destroy()
      const again = status === 429 || status >= 500
      const wait = retryAfter(headers['retry-after']) ?? FIRST_WAIT_MS * 2 ** (attempt - 1)
      if (!again || attempt === TRIES || wait > MAX_WAIT_MS)
        throw new PriceError(
          `${url} answered ${status}${again ? ` ${attempt} ${attempt === 1 ? 'time' : 'times'}; try again later` : ': it may have moved'}.`
        )
      await clock.sleep(wait, signal)
    }
  }
  const text: PriceClient['text'] = async (url, ask = {}) => {
    const answer = await open(url, ask)
    const parts: Buffer[] = []
    await read(answer, ask.maxBytes ?? MAX_BYTES, (part) => void parts.push(part))
    return { text: Buffer.concat(parts).toString('utf8'), headers: headersOf(answer.response) }
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
      const answer = await open(url, ask)
      const decoder = new TextDecoder()
      let wanted: string[] = []
      let rest = ''
      let index = 0
      let wake = (): void => undefined
      const take = (text: string): void => {
        const lines = text.split('\n')
        lines[0] = rest + (lines[0] ?? '')
        rest = lines.pop() ?? ''
        if (rest.length > MAX_LINE)
          throw new PriceError(`${url} has a line of more than ${MAX_LINE} characters: it is not the list that is known there.`)
        for (const line of lines) if (keep(line, index++)) wanted.push(line.endsWith('\r') ? line.slice(0, -1) : line)
      }
      const state = { ended: false }
      const reading = read(answer, ask.maxBytes ?? Infinity, (part, source) => {
        take(decoder.decode(part, { stream: true }))
        if (wanted.length > 0) {
          source.pause()
          wake()
        }
      }).finally(() => {
        state.ended = true
        wake()
      })
      // It may fail while a line is being looked at; it is awaited after that.
      reading.catch(() => undefined)
      try {
        while (!state.ended) {
          await new Promise<void>((resolve) => {
            wake = resolve
            if (state.ended || wanted.length > 0) resolve()
          })
          const lines = wanted
          wanted = []
          yield* lines
          answer.source.resume()
        }
        await reading
        take(decoder.decode())
        if (rest !== '' && keep(rest, index)) wanted.push(rest)
        yield* wanted
      } finally {
        answer.source.destroy()
      }
    }
  }
}

/** The beginning of an answer, for an error message. */
export function beginning(text: string): string {
  return JSON.stringify(text.slice(0, 80))
}

type Answer = {
  readonly url: string
  readonly response: IncomingMessage
  /** The body as decoded. */
  readonly source: Readable
  /** What an error of the body means to who asked. */
  readonly fault: (cause: unknown) => Error
}

/**
 * Reads the body part by part, by events: read by `for await`, gigabytes leave garbage faster than it is taken away.
 * @throws PriceError when it breaks off or is too large, and what `use` throws
 */
function read({ url, source, fault }: Answer, maxBytes: number, use: (part: Buffer, source: Readable) => void): Promise<void> {
  let bytes = 0
  return new Promise((resolve, reject) => {
    source.on('error', (cause) => reject(fault(cause)))
    source.on('end', resolve)
    source.on('data', (part: Buffer) => {
      try {
        bytes += part.byteLength
        if (bytes > maxBytes) throw new PriceError(`${url} has more than ${maxBytes} bytes: it is not what is expected there.`)
        use(part, source)
      } catch (error) {
        source.destroy(error as Error)
      }
    })
  })
}

async function follow(url: string, ask: Ask, via: string | undefined, signal: AbortSignal | undefined): Promise<Answer> {
  const timeout = AbortSignal.timeout(ask.timeoutMs ?? TIMEOUT_MS)
  const fault =
    (what: string) =>
    (cause: unknown): Error => {
      if (signal?.aborted) return signal.reason as Error
      if (cause instanceof PriceError) return cause
      if (timeout.aborted)
        return new PriceError(`${url} took longer than ${(ask.timeoutMs ?? TIMEOUT_MS) / 1000} s. Try again later.`, { cause })
      const { message, code } = cause as NodeJS.ErrnoException
      return new PriceError(`${url} ${what}: ${message || code || 'no reason is known'}. Try again later.`, { cause })
    }
  let at = new URL(url)
  for (let turn = 0; turn <= REDIRECTS; turn++) {
    const response = await send(routed(at, via), ask, signal ? AbortSignal.any([timeout, signal]) : timeout).catch(
      (cause: unknown) => {
        throw fault('cannot be reached')(cause)
      }
    )
    const { statusCode: status = 0, headers } = response
    if (status < 300 || status >= 400 || headers.location === undefined)
      return { url, response, source: decoded(url, response), fault: fault('broke off') }
    response.destroy()
    const next = URL.parse(headers.location, at)
    if (next?.origin !== at.origin)
      throw new PriceError(`${url} redirects to ${next?.origin ?? 'nowhere'}, which is not followed: look whether it has moved.`)
    at = next
  }
  throw new PriceError(`${url} redirects more than ${REDIRECTS} times.`)
}

function send(url: URL, { method = 'GET', headers, body }: Ask, signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, signal, headers: { 'user-agent': AGENT, 'accept-encoding': 'gzip', ...headers } },
      resolve
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

function decoded(url: string, response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding'] ?? 'identity'
  if (encoding === 'identity') return response
  if (encoding !== 'gzip') {
    response.destroy()
    throw new PriceError(`${url} answered in the encoding ${encoding}, which it was not asked for.`)
  }
  // The error of either end comes to who reads.
  return pipeline(response, createGunzip(), () => undefined)
}

function headersOf(response: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(response.headers)) if (typeof value === 'string') headers.set(name, value)
  return headers
}

function routed(url: URL, via: string | undefined): URL {
  return via === undefined ? url : new URL(`${via.replace(/\/+$/, '')}/${url.host}${url.pathname}${url.search}`)
}
