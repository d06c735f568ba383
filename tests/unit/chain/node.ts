/** A node for tests: a real HTTP server that answers from a recording, except where told to fail. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { Clock } from '../../../ingest/chain/clock.ts'
import { openRecording, type Params, type Recording } from '../../../ingest/recording/recording.ts'
import { RECORDINGS, type Raw } from './recorded.ts'

/** The results of the methods that tests alter, all fields of all of them. */
export type Altered = { result: Raw['block'] & Raw['block_results'] & Raw['blockchain'] }
export type Call = {
  readonly method: string
  readonly params: Params
  readonly height: number
  /** How many times this same call came before. */
  readonly before: number
  /** Calls in flight when it came, this one counted. */
  readonly inFlight: number
  /** The recorded answer, to be altered. */
  readonly body: () => Altered
}
/** What a node does instead of answering well. */
export type Misdeed =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: string; readonly delayMs?: number }
  | 'hang'
  | 'cut'
  | 'cut-chunked'
  | 'reset'
export type Node = {
  readonly url: string
  readonly host: string
  readonly calls: readonly Call[]
  readonly recording: Recording
  readonly mostInFlight: () => number
  readonly headers: () => NodeJS.Dict<string | string[]>
  readonly close: () => Promise<void>
}

const opened = new Map<string, Recording>()
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

function respond(response: ServerResponse, misdeed: Misdeed | undefined, body: string): void {
  if (misdeed === 'hang') return
  if (misdeed === 'reset') return void response.socket?.destroy()
  if (misdeed === 'cut') {
    response.writeHead(200, { 'content-length': body.length }).write(body.slice(0, body.length / 2))
    return void setTimeout(() => response.socket?.destroy(), 20)
  }
  if (misdeed === 'cut-chunked') return void response.writeHead(200).end(body.slice(0, body.length / 2))
  response.writeHead(misdeed?.status ?? 200, misdeed?.headers ?? {}).end(misdeed?.body ?? body)
}

/** Starts a node over a recording; it is closed after the test. `misdo` says what goes wrong with a call, undefined for nothing. */
export async function startNode(
  name: string,
  misdo: (call: Call) => Misdeed | undefined = () => undefined,
  range: { from?: number; to?: number } = {}
): Promise<Node> {
  const key = `${name} ${JSON.stringify(range)}`
  const recording = opened.get(key) ?? openRecording(join(RECORDINGS, name), range)
  opened.set(key, recording)
  const calls: Call[] = []
  const seen = new Map<string, number>()
  let inFlight = 0
  let most = 0
  let headers: NodeJS.Dict<string | string[]> = {}
  const server = createServer((request, response) => {
    most = Math.max(most, ++inFlight)
    headers = request.headers
    response.on('close', () => inFlight--)
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      const { id, method, params } = JSON.parse(text) as { id: number; method: string; params: Params }
      const same = `${method} ${JSON.stringify(params)}`
      const before = seen.get(same) ?? 0
      seen.set(same, before + 1)
      const answer = recording.answer(method, params)
      const body =
        'result' in answer
          ? `{"jsonrpc":"2.0","id":${id},"result":${answer.result}}`
          : JSON.stringify({ jsonrpc: '2.0', id, error: answer.error })
      const call = {
        method,
        params,
        height: Number(params['height'] ?? 0),
        before,
        inFlight,
        body: () => JSON.parse(body) as Altered
      }
      calls.push(call)
      const misdeed = misdo(call)
      const delay = typeof misdeed === 'object' ? (misdeed.delayMs ?? 0) : 0
      setTimeout(() => respond(response, misdeed, body), delay)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  let closed: Promise<void> | undefined
  const close = (): Promise<void> =>
    (closed ??= new Promise((done) => {
      server.close(() => done())
      server.closeAllConnections()
    }))
  closing.push(close)
  return { url: `http://${host}`, host, calls, recording, mostInFlight: () => most, headers: () => headers, close }
}

/** A clock whose sleeps take no time and are kept. */
export function testClock(): Clock & { readonly slept: number[] } {
  let now = 0
  const slept: number[] = []
  return {
    slept,
    now: () => now,
    random: () => 0.5,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      slept.push(ms)
      now += ms
      await new Promise((done) => setImmediate(done))
      signal?.throwIfAborted()
    }
  }
}
