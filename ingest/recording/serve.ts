/** Serves a recorded chain over HTTP in CometBFT's wire format: JSON-RPC by POST, single and batched, and URI style by GET. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { isObject } from '../chain/json.ts'
import { openRecording, type Answer, type Params, type Recording, type RpcFault } from './recording.ts'

export type ServeOptions = {
  /** 0, the default, takes a free port. */
  readonly port?: number
  /** Milliseconds that each answer waits. */
  readonly latencyMs?: number
  /** Serve only heights from here, as a pruned node. */
  readonly from?: number
  /** Serve only heights up to here, as a node whose tip this is. */
  readonly to?: number
  readonly host?: string
}

const MAX_REQUEST_BYTES = 1_000_000
/** Order of arguments, for calls that give them by position. */
const POSITIONS: Readonly<Record<string, readonly string[]>> = {
  block: ['height'],
  block_results: ['height'],
  blockchain: ['minHeight', 'maxHeight'],
  validators: ['height', 'page', 'per_page'],
  abci_query: ['path', 'data', 'height', 'prove'],
  tx_search: ['query', 'prove', 'page', 'per_page', 'order_by']
}

type Id = string | number
type Reply = { readonly status: number; readonly body: string }

const envelope = (id: Id, answer: Answer): string =>
  'result' in answer
    ? `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${answer.result}}`
    : JSON.stringify({ jsonrpc: '2.0', id, error: answer.error })

const faulty = (id: Id, code: number, message: string, data: string): string =>
  envelope(id, { error: { code, message, data } satisfies RpcFault })

function named(method: string, params: unknown): Params {
  if (isObject(params)) return params
  if (!Array.isArray(params)) return {}
  const names = POSITIONS[method] ?? []
  return Object.fromEntries(names.map((name, i) => [name, (params as unknown[])[i]]))
}

/** One request of a POST body. Nothing for a notification, which has no id. */
function call(recording: Recording, request: unknown): string[] {
  if (!isObject(request) || typeof request['method'] !== 'string')
    return [faulty(-1, -32600, 'Invalid Request', 'a request is an object with a method')]
  const { id, method, params } = request
  if (typeof id !== 'string' && typeof id !== 'number') return []
  return [envelope(id, recording.answer(method, named(method, params)))]
}

function post(recording: Recording, body: string): Reply {
  let requests: unknown
  try {
    requests = JSON.parse(body)
  } catch (error) {
    return { status: 500, body: faulty(-1, -32700, 'Parse error. Invalid JSON', String(error)) }
  }
  const answers = (Array.isArray(requests) ? (requests as unknown[]) : [requests]).flatMap((request) => call(recording, request))
  // CometBFT answers a batch of one with the object alone.
  return { status: 200, body: answers.length === 1 ? (answers[0] ?? '') : answers.length ? `[${answers.join(',')}]` : '' }
}

/** Parameters of a URI: texts are quoted, bytes begin with 0x. */
function uriParams(query: URLSearchParams): Params {
  return Object.fromEntries([...query].map(([name, value]) => [name, value.replace(/^"(.*)"$/s, '$1')]))
}

function get(recording: Recording, url: URL): Reply {
  const answer = recording.answer(url.pathname.slice(1), uriParams(url.searchParams))
  if ('error' in answer && answer.error.code === -32601) return { status: 404, body: '404 page not found\n' }
  return { status: 'error' in answer ? 500 : 200, body: envelope(-1, answer) }
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_REQUEST_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function reply(recording: Recording, request: IncomingMessage): Promise<Reply> {
  if (request.method === 'GET') return get(recording, new URL(request.url ?? '/', 'http://localhost'))
  if (request.method !== 'POST') return { status: 405, body: '' }
  const body = await readBody(request)
  return body === undefined ? { status: 413, body: 'http: request body too large\n' } : post(recording, body)
}

export type Served = { readonly url: string; readonly close: () => Promise<void> }

/**
 * Serves the recorded chain in `dir` until `close`. On 127.0.0.1 unless told otherwise.
 * @throws Error when the folder is no recording or the port is taken; its cause says which
 */
export async function serveRecording(dir: string, options: ServeOptions = {}): Promise<Served> {
  const { from, to } = options
  return serveChain(openRecording(dir, { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }), options)
}

/**
 * Serves whatever answers as a recording does until `close`. On 127.0.0.1 unless told otherwise.
 * @throws Error when the port is taken; its cause says so
 */
export async function serveChain(
  recording: Recording,
  { port = 0, latencyMs = 0, host = '127.0.0.1' }: Omit<ServeOptions, 'from' | 'to'> = {}
): Promise<Served> {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, body } = await reply(recording, request)
    if (latencyMs > 0) await sleep(latencyMs)
    response.writeHead(status, { 'content-type': status === 404 ? 'text/plain' : 'application/json' }).end(body)
  }
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) =>
      response.writeHead(500, { 'content-type': 'application/json' }).end(faulty(-1, -32603, 'Internal error', String(error)))
    )
  })
  await new Promise<void>((done, fail) => server.once('error', fail).listen(port, host, done)).catch((cause: unknown) => {
    throw new Error(`Cannot serve a chain on ${host}:${port}. Is the port taken? Try another one with --port.`, { cause })
  })
  const address = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    close: () =>
      new Promise((done, fail) => {
        server.close((error) => (error ? fail(error) : done()))
        server.closeAllConnections()
      })
  }
}
