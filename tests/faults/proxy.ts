/** A proxy in front of a recorded node that does to each call what the run's plan says: nothing, harm on the wire, or another answer. */
import { Agent, createServer, request as httpRequest, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isObject, type JsonObject } from '../../ingest/chain/json.ts'

export type Call = {
  readonly method: string
  readonly params: JsonObject
  /** The height asked for, the lowest of several; 0 when there is none. */
  readonly height: number
  /** HTTP requests that came before, of all kinds. */
  readonly nth: number
  /** Times that this same call came before. */
  readonly before: number
}
/** Harm to a whole HTTP answer. */
export type Wire =
  | 'hang'
  | 'reset'
  | {
      readonly say: 'status'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
    }
  | { readonly say: 'body'; readonly body: string; readonly type?: string }
  /** Ends after this share of the answer: with its length declared and the connection broken, or as if that were all. */
  | { readonly say: 'cut'; readonly share: number; readonly declared: boolean }
  /** The answer in pieces, so many milliseconds in all. */
  | { readonly say: 'drip'; readonly pieces: number; readonly ms: number }
  | { readonly say: 'huge'; readonly bytes: number; readonly declared: boolean }
export type Answer = { readonly result: unknown } | { readonly error: JsonObject }
export type Deed = {
  readonly wire?: Wire
  /** Another node to ask. */
  readonly upstream?: string
  /** What to ask it instead. */
  readonly params?: JsonObject
  /** What to answer instead of what it says. */
  readonly answer?: (answer: Answer) => Answer
}
export type Misdo = (call: Call) => Deed | undefined
export type Proxy = {
  readonly url: string
  /** HTTP requests so far. */
  readonly calls: () => number
  readonly close: () => Promise<void>
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 })

/** A node's answer to a request body, as text. */
function ask(upstream: string, body: string): Promise<string> {
  return new Promise((done, fail) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const outgoing = httpRequest(upstream, { agent, method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => done(Buffer.concat(chunks).toString('utf8')))
      response.on('error', fail)
    })
    outgoing.on('error', fail)
    outgoing.end(body)
  })
}

function send(response: ServerResponse, wire: Wire | undefined, body: string): void {
  if (wire === 'hang') return
  if (wire === 'reset') return void response.socket?.destroy()
  const json = { 'content-type': 'application/json' }
  if (wire === undefined) return void response.writeHead(200, { ...json, 'content-length': Buffer.byteLength(body) }).end(body)
  const bytes = Buffer.from(body)
  switch (wire.say) {
    case 'status':
      response.writeHead(wire.status, { 'content-type': 'text/html', ...wire.headers }).end(wire.body ?? '')
      return
    case 'body':
      response.writeHead(200, { 'content-type': wire.type ?? 'text/html' }).end(wire.body)
      return
    case 'cut': {
      const part = bytes.subarray(0, Math.floor(bytes.length * wire.share))
      if (!wire.declared) return void response.writeHead(200, json).end(part)
      response.writeHead(200, { ...json, 'content-length': bytes.length }).write(part, () => response.socket?.destroy())
      return
    }
    case 'drip': {
      response.writeHead(200, json)
      const size = Math.ceil(bytes.length / wire.pieces)
      let sent = 0
      const timer = setInterval(() => {
        response.write(bytes.subarray(sent, sent + size))
        sent += size
        if (sent < bytes.length) return
        clearInterval(timer)
        response.end()
      }, wire.ms / wire.pieces)
      response.on('close', () => clearInterval(timer))
      return
    }
    case 'huge': {
      response.writeHead(200, wire.declared ? { ...json, 'content-length': wire.bytes } : json)
      const chunk = Buffer.alloc(65_536, ' ')
      let left = wire.bytes
      const pump = (): void => {
        while (left > 0 && !response.destroyed) {
          const part = chunk.subarray(0, Math.min(left, chunk.length))
          left -= part.length
          if (!response.write(part)) return void response.once('drain', pump)
        }
        if (!response.destroyed) response.end()
      }
      pump()
    }
  }
}

const numberIn = (params: JsonObject, ...names: readonly string[]): number =>
  Number(names.map((name) => params[name]).find((value) => value !== undefined) ?? 0)

/** Starts a proxy on 127.0.0.1. Batches are taken apart: each call has its own deed, and the first harm on the wire hits the whole answer. */
export async function startProxy(upstream: string, misdo: Misdo): Promise<Proxy> {
  const seen = new Map<string, number>()
  let requests = 0

  const answerOne = async (request: JsonObject, nth: number): Promise<{ text: string; wire: Wire | undefined }> => {
    const method = String(request['method'])
    const params = isObject(request['params']) ? request['params'] : {}
    const same = `${method} ${JSON.stringify(params)}`
    const before = seen.get(same) ?? 0
    seen.set(same, before + 1)
    const deed = misdo({ method, params, height: numberIn(params, 'height', 'minHeight'), nth, before })
    const wire = deed?.wire
    // What is not answered at all need not be asked.
    if (wire === 'hang' || wire === 'reset') return { text: '', wire }
    const text = await ask(deed?.upstream ?? upstream, JSON.stringify({ ...request, params: deed?.params ?? params }))
    if (!deed?.answer) return { text, wire }
    const said = JSON.parse(text) as JsonObject
    const answer: Answer = isObject(said['error']) ? { error: said['error'] } : { result: said['result'] }
    return { text: JSON.stringify({ jsonrpc: '2.0', id: said['id'], ...deed.answer(answer) }), wire }
  }
  const handle = async (body: string, response: ServerResponse): Promise<void> => {
    const nth = requests++
    const asked = JSON.parse(body) as JsonObject | readonly JsonObject[]
    if (!Array.isArray(asked)) {
      const { text, wire } = await answerOne(asked as JsonObject, nth)
      send(response, wire, text)
      return
    }
    const answers = await Promise.all(asked.map((one: JsonObject) => answerOne(one, nth)))
    const wire = answers.find((one) => one.wire !== undefined)?.wire
    send(response, wire, answers.length === 1 ? (answers[0]?.text ?? '') : `[${answers.map(({ text }) => text).join(',')}]`)
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      handle(Buffer.concat(chunks).toString('utf8'), response).catch((error: unknown) => {
        // The run would see a fault that is not in its plan: make it plain.
        response.writeHead(599).end(`the proxy failed: ${String(error)}`)
      })
    })
  })
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    calls: () => requests,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      })
  }
}
