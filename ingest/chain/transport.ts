/**
 * JSON-RPC over HTTP, every way in which a call can fail told apart. Node's own client takes half the time of `fetch` for a call, which
 * is most of what a call costs.
 */
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { AboveTipError, BelowFloorError, type ChainError, PermanentError, quote, TransientError } from './errors.ts'
import { isObject, type JsonObject } from './json.ts'

export type TransportOptions = {
  /** For the whole answer, milliseconds. */
  readonly timeoutMs: number
  /** Largest answer taken, bytes after decompression. */
  readonly maxBytes: number
}
/** A JSON-RPC request to the `result` of its answer. Rejects with ChainError, or with the signal's reason. */
export type Post = (request: JsonObject, signal?: AbortSignal) => Promise<JsonObject>
/** The parts of which calls are made, alone or several in one POST. All fail with ChainError, or with the signal's reason. */
export type Transport = {
  readonly post: Post
  /** Any JSON to the JSON that answers it. */
  readonly exchange: (body: unknown, signal?: AbortSignal) => Promise<unknown>
  /** The `result` of a JSON-RPC answer. */
  readonly resultOf: (answer: unknown) => JsonObject
}

const ERROR_BODY_BYTES = 64_000

/** `Retry-After` in milliseconds: seconds, or a date; null when it says neither. */
export function retryAfter(header: string | undefined): number | null {
  if (header === undefined) return null
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : null
}

/** The body as text; undefined when it is larger than `maxBytes`. */
async function readBody(response: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  if (Number(response.headers['content-length'] ?? NaN) > maxBytes) return undefined
  const zipped = response.headers['content-encoding'] === 'gzip'
  const body: Readable = zipped ? response.pipe(createGunzip()) : response
  const chunks: Buffer[] = []
  let size = 0
  return new Promise((resolve, reject) => {
    // A pipe does not pass on that its source broke off.
    response.on('error', reject)
    body.on('error', reject)
    body.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    body.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) resolve(undefined)
      else chunks.push(chunk)
    })
  })
}

/** The error that a node put in a JSON-RPC answer. CometBFT tells a wrong height only in words. */
function rpcFault(host: string, error: JsonObject, retryAfterMs: number | null): ChainError {
  const code = Number(error['code'])
  const message = typeof error['message'] === 'string' ? error['message'] : ''
  const data = typeof error['data'] === 'string' ? error['data'] : ''
  const words = `${message} ${data}`
  const number = (pattern: RegExp): number | undefined => {
    const digits = pattern.exec(words)?.[1]
    return digits === undefined ? undefined : Number(digits)
  }
  const height = number(/height (\d+)/) ?? 0
  const tip = number(/current blockchain height (\d+)/)
  const floor = number(/lowest height is (\d+)/)
  const said = `${host} answered error ${code}: ${quote(data || message)}`
  if (tip !== undefined) return new AboveTipError(host, height, tip)
  if (floor !== undefined) return new BelowFloorError(host, height, floor)
  if (/not persisting|could not find results/i.test(words))
    return new PermanentError('rejected', `${said}. It does not keep results; use another endpoint in --rpc.`)
  if (/indexing is disabled/i.test(words)) return new PermanentError('rejected', `${said}. It does not index transactions.`)
  if (code === 429 || code === -32005 || /rate.?limit|too many requests/i.test(words))
    return new TransientError('rate-limited', said, { retryAfterMs })
  if (code >= -32602 && code <= -32600)
    return new PermanentError('rejected', `${said}. It does not serve this call; use another endpoint in --rpc.`)
  return new TransientError('node-error', said, { retryAfterMs })
}

function httpFault(host: string, target: URL, { statusCode: status = 0, statusMessage, headers }: IncomingMessage): ChainError {
  const wait = retryAfter(headers['retry-after'])
  const said = `${host} answered HTTP ${status}${statusMessage ? ` ${quote(statusMessage)}` : ''}`
  if (status === 429) return new TransientError('rate-limited', said, { retryAfterMs: wait })
  if (status === 408 || status >= 500) return new TransientError('server-error', said, { retryAfterMs: wait })
  if (status >= 300 && status < 400) {
    const moved = URL.parse(headers.location ?? '', target.href)
    return new PermanentError('rejected', `${said}: it moved to ${moved?.origin ?? 'nowhere'}. Give that address in --rpc.`)
  }
  return new PermanentError('rejected', `${said}. Check its address, path and key in --rpc.`)
}

/** JSON of an answer; `retryAfterMs` goes into the error. Throws ChainError. */
export function parse(host: string, text: string, retryAfterMs: number | null): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    // The cause quotes the answer, so it says where it ends or what stands there instead.
    if (/^\s*[{[]/.test(text)) throw new TransientError('cut-off', `${host}: the answer ends before its JSON does`, { cause })
    throw new TransientError('not-json', `${host} answered something else than JSON: ${quote(text.slice(0, 80))}`, {
      cause,
      retryAfterMs
    })
  }
}

/** The `result` of a JSON-RPC answer. Throws ChainError. */
function resultOf(host: string, answer: unknown, retryAfterMs: number | null): JsonObject {
  if (isObject(answer) && isObject(answer['error'])) throw rpcFault(host, answer['error'], retryAfterMs)
  if (isObject(answer) && isObject(answer['result'])) return answer['result']
  throw new PermanentError('undecodable', `${host}: the answer is JSON, but no JSON-RPC answer. Check its address in --rpc.`)
}

/** How to post to one endpoint. A user and password in the URL become a header. `host` names it in errors. */
export function createTransport(url: URL, host: string, { timeoutMs, maxBytes }: TransportOptions): Transport {
  const target = new URL(url)
  const client = target.protocol === 'https:' ? https : http
  const agent = new client.Agent({ keepAlive: true })
  const headers: Record<string, string> = {
    accept: 'application/json',
    'accept-encoding': 'gzip',
    'content-type': 'application/json',
    'user-agent': 'rackrate'
  }
  if (target.username || target.password) {
    const credentials = `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`
    headers['authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`
    target.username = target.password = ''
  }

  /** The answer to a body, whatever its status, and its text; undefined when it is larger than is taken. */
  const send = (body: string, signal?: AbortSignal): Promise<{ response: IncomingMessage; text: string | undefined }> =>
    new Promise((resolve, reject) => {
      let answer: IncomingMessage | undefined
      const options = { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } }
      const request = client.request(target, options, (response) => {
        answer = response
        const { statusCode = 0 } = response
        const most = statusCode >= 200 && statusCode < 300 ? maxBytes : ERROR_BODY_BYTES
        readBody(response, most).then((text) => {
          finish()
          if (text === undefined) request.destroy()
          resolve({ response, text })
        }, broken)
      })
      const finish = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
      }
      const fail = (error: unknown): void => {
        finish()
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a signal's reason may be anything
        reject(error)
        request.destroy()
      }
      const broken = (cause: unknown): void =>
        fail(
          answer
            ? new TransientError('cut-off', `${host} broke off in the middle of its answer`, { cause })
            : new TransientError('unreachable', `${host} is unreachable${reason(cause)}`, { cause })
        )
      const abort = (): void => fail(signal?.reason)
      const late = (): void => fail(new TransientError('timeout', `${host} did not answer within ${timeoutMs / 1000} s`))
      const timer = setTimeout(late, timeoutMs)
      signal?.addEventListener('abort', abort, { once: true })
      request.on('error', broken)
      request.end(body)
    })

  const exchange = async (
    request: unknown,
    signal?: AbortSignal
  ): Promise<{ readonly answer: unknown; readonly wait: number | null }> => {
    signal?.throwIfAborted()
    const { response, text } = await send(JSON.stringify(request), signal)
    const { statusCode = 0 } = response
    const wait = retryAfter(response.headers['retry-after'])
    if (statusCode < 200 || statusCode >= 300) {
      // Some nodes and proxies give a JSON-RPC error together with an HTTP status: it says more.
      const inside = text === undefined ? undefined : errorInside(text)
      throw inside ? rpcFault(host, inside, wait) : httpFault(host, target, response)
    }
    if (text === undefined)
      throw new PermanentError(
        'too-large',
        `${host}: the answer is larger than ${maxBytes} bytes, the most that is taken. Use another endpoint in --rpc.`
      )
    return { answer: parse(host, text, wait), wait }
  }
  return {
    post: async (request, signal) => {
      const { answer, wait } = await exchange(request, signal)
      return resultOf(host, answer, wait)
    },
    exchange: async (body, signal) => (await exchange(body, signal)).answer,
    resultOf: (answer) => resultOf(host, answer, null)
  }
}

/** Why a connection failed, in the system's words: ` (ECONNREFUSED)`. */
function reason(error: unknown): string {
  return isObject(error) && typeof error['code'] === 'string' ? ` (${error['code']})` : ''
}

function errorInside(text: string): JsonObject | undefined {
  if (!/^\s*\{.*"error"/s.test(text)) return undefined
  try {
    const answer: unknown = JSON.parse(text)
    return isObject(answer) && isObject(answer['error']) && 'code' in answer['error'] ? answer['error'] : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
