/** A server on 127.0.0.1 that stands for every outside host of the price sources: `https://a.b/c` is served at `/a.b/c`. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'

/** A request as it came; `at` is host, path and query: `a.b/c?d=1`. */
export type Asked = {
  readonly method: string
  readonly at: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export type Answer = {
  /** Default 200. */
  readonly status?: number
  readonly headers?: { readonly [name: string]: string }
  readonly body?: string | Uint8Array | AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>
  /** Breaks the connection off after the body, which was announced to be longer. */
  readonly cutOff?: boolean
}

/** A string is the body of an answer with status 200. */
export type Route = string | Answer | ((asked: Asked) => string | Answer | Promise<string | Answer>)

export type PriceServer = {
  /** For `priceClient({ via })`. */
  readonly url: string
  readonly requests: readonly Asked[]
  readonly close: () => Promise<void>
}

/**
 * Serves `routes`, by host and path with its query (`a.b/c?d=1`) or, if there is none such, without it (`a.b/c`).
 * Anything else is answered 404. The request's query is passed on, decoded.
 */
export async function servePrices(routes: { readonly [hostAndPath: string]: Route }): Promise<PriceServer> {
  const requests: Asked[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      const at = (request.url ?? '/').slice(1)
      const [path = '', query = ''] = at.split(/\?(.*)/s)
      const asked: Asked = {
        method: request.method ?? '',
        at,
        query: new URLSearchParams(query),
        headers: request.headers,
        body: Buffer.concat(parts).toString('utf8')
      }
      requests.push(asked)
      const route = routes[at] ?? routes[path] ?? { status: 404, body: 'no such route' }
      const answer = typeof route === 'function' ? await route(asked) : route
      await send(response, typeof answer === 'string' ? { body: answer } : answer)
    })().catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}

async function send(response: ServerResponse, { status = 200, headers = {}, body = '', cutOff = false }: Answer): Promise<void> {
  if (typeof body === 'string' || body instanceof Uint8Array) {
    const bytes = Buffer.from(body)
    response.writeHead(status, { 'content-length': bytes.length + (cutOff ? 1000 : 0), ...headers })
    if (!cutOff) response.end(bytes)
    else response.write(bytes, () => response.destroy())
    return
  }
  response.writeHead(status, headers)
  for await (const part of Readable.from(body))
    if (!response.write(part)) {
      if (response.destroyed) return
      await new Promise<void>((resolve) => {
        const go = () => {
          response.off('drain', go).off('close', go)
          resolve()
        }
        response.on('drain', go).on('close', go)
      })
    }
  if (cutOff) response.destroy()
  else response.end()
}
