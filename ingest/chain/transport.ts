/** JSON-RPC over HTTP, every way in which a call can fail told apart. */
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

/** `Retry-After` in milliseconds: seconds, or a date. */
function retryAfter(header: string | null): number | null {
  if (header === null) return null
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : null
}

/** The body as text; undefined when it is larger than `maxBytes`. */
async function readBody(response: Response, maxBytes: number): Promise<string | undefined> {
  const length = Number(response.headers.get('content-length') ?? NaN)
  if (length > maxBytes) return undefined
  // Declared and not compressed: the length holds, and text() is twice as fast as counting chunks.
  if (length >= 0 && !response.headers.has('content-encoding')) return response.text()
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
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

function httpFault(host: string, response: Response): ChainError {
  const { status } = response
  const wait = retryAfter(response.headers.get('retry-after'))
  const said = `${host} answered HTTP ${status}${response.statusText ? ` ${quote(response.statusText)}` : ''}`
  if (status === 429) return new TransientError('rate-limited', said, { retryAfterMs: wait })
  if (status === 408 || status >= 500) return new TransientError('server-error', said, { retryAfterMs: wait })
  if (status >= 300 && status < 400) {
    const target = URL.parse(response.headers.get('location') ?? '', response.url)
    return new PermanentError('rejected', `${said}: it moved to ${target?.origin ?? 'nowhere'}. Give that address in --rpc.`)
  }
  return new PermanentError('rejected', `${said}. Check its address, path and key in --rpc.`)
}

/** JSON of an answer. Throws ChainError. */
function parse(host: string, text: string, retryAfterMs: number | null): unknown {
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
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (target.username || target.password) {
    const credentials = `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`
    headers['authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`
    target.username = target.password = ''
  }
  const exchange = async (
    request: unknown,
    signal?: AbortSignal
  ): Promise<{ readonly answer: unknown; readonly wait: number | null }> => {
    const timeout = AbortSignal.timeout(timeoutMs)
    let response: Response | undefined
    let text: string | undefined
    try {
      response = await fetch(target, {
        method: 'POST',
        headers,
        body: JSON.stringify(request),
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout
      })
      text = await readBody(response, response.ok ? maxBytes : ERROR_BODY_BYTES)
    } catch (cause) {
      if (signal?.aborted) throw signal.reason
      if (timeout.aborted) throw new TransientError('timeout', `${host} did not answer within ${timeoutMs / 1000} s`, { cause })
      if (response) throw new TransientError('cut-off', `${host} broke off in the middle of its answer`, { cause })
      throw new TransientError('unreachable', `${host} is unreachable${reason(cause)}`, { cause })
    }
    if (!response.ok) {
      // Some nodes and proxies give a JSON-RPC error together with an HTTP status: it says more.
      const inside = text === undefined ? undefined : errorInside(text)
      throw inside ? rpcFault(host, inside, retryAfter(response.headers.get('retry-after'))) : httpFault(host, response)
    }
    if (text === undefined)
      throw new PermanentError(
        'too-large',
        `${host}: the answer is larger than ${maxBytes} bytes, the most that is taken. Use another endpoint in --rpc.`
      )
    const wait = retryAfter(response.headers.get('retry-after'))
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
  const inner: unknown = error instanceof Error ? error.cause : undefined
  return isObject(inner) && typeof inner['code'] === 'string' ? ` (${inner['code']})` : ''
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
