/**
 * The endpoints of a fleet's providers on 127.0.0.1: all of them behind one port of gRPC and one of REST, told apart by the name that the
 * visitor asks for, as an ingress would.
 */
import { createSecureServer, type Http2SecureServer, type ServerHttp2Stream } from 'node:http2'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import { framed } from '../providers/transport.ts'
import { selfSigned } from './certificate.ts'
import { grpcStatusOf, hostName, restStatusOf, speaksGrpc, versionAnswerOf } from './fleet-status.ts'
import type { Fleet, FleetProvider } from './fleet.ts'

export type ServeFleetOptions = {
  /** Time at which the fleet is shown, milliseconds since 1970. */
  readonly now: () => number
  /** 0: any free one. */
  readonly grpcPort?: number
  readonly restPort?: number
  /** Milliseconds between messages of StreamStatus. */
  readonly streamEveryMs?: number
}

export type FleetServer = { readonly grpcPort: number; readonly restPort: number; readonly close: () => Promise<void> }

const SERVICE = '/akash.provider.v1.ProviderRPC'
const DAY_MS = 86_400_000
const YEAR_MS = 365 * DAY_MS
/** gRPC status codes: https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const OK = 0
const NOT_FOUND = 5
const UNIMPLEMENTED = 12

/**
 * Serves until `close`. A provider that is down resets the connection, one that hangs takes the request and says nothing.
 * @throws Error naming the port when it is taken
 */
export async function serveFleet(
  fleet: Fleet,
  { now, grpcPort = 0, restPort = 0, streamEveryMs = 5_000 }: ServeFleetOptions
): Promise<FleetServer> {
  const find = finder(fleet, now)
  const start = Date.now()
  const good = selfSigned('provider.example', start - YEAR_MS, start + YEAR_MS)
  const expired = createSecureContext(selfSigned('provider.example', start - 2 * YEAR_MS, start - 30 * DAY_MS))
  const sound = createSecureContext(good)
  const sni = (serves: (provider: FleetProvider) => boolean) => ({
    SNICallback: (name: string, tell: (error: Error | null, context?: SecureContext) => void): void => {
      const provider = find(name)
      // An error here resets the connection.
      if (!provider || provider.mood === 'down' || !serves(provider)) tell(new Error(`${name} is down`))
      else tell(null, provider.mood === 'bad-certificate' ? expired : sound)
    }
  })

  const grpc = createSecureServer({ ...good, ...sni(speaksGrpc) })
  grpc.on('stream', (stream, headers) => {
    stream.on('error', () => stream.destroy())
    const provider = find(headers[':authority'] ?? '')
    if (provider?.mood === 'hangs') return
    const path = headers[':path']
    if (provider?.mood === 'down' || (provider && !speaksGrpc(provider))) stream.session?.destroy()
    else if (!provider) finish(stream, NOT_FOUND)
    else if (path === `${SERVICE}/GetStatus`) answer(stream, [grpcStatusOf(provider)])
    else if (path === `${SERVICE}/StreamStatus`)
      repeat(stream, streamEveryMs, () => {
        const then = find(headers[':authority'] ?? '')
        return then && then.mood !== 'down' ? grpcStatusOf(then) : null
      })
    else finish(stream, UNIMPLEMENTED)
  })

  const rest = createServer({ ...good, ...sni(() => true) }, (request, response) => {
    const provider = find(request.headers.host ?? '')
    if (provider?.mood === 'hangs') return
    if (provider?.mood === 'down') return void request.socket.destroy()
    const body =
      provider && request.url === '/status'
        ? restStatusOf(provider)
        : provider && request.url === '/version'
          ? versionAnswerOf(provider)
          : null
    if (body === null) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })

  const sockets = new Set<Socket>()
  for (const server of [grpc, rest])
    server.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket))
    })
  const close = async (): Promise<void> => {
    const closed = [grpc, rest].filter((server) => server.listening).map((server) => new Promise((done) => server.close(done)))
    for (const socket of sockets) socket.destroy()
    await Promise.all(closed)
  }
  try {
    return { grpcPort: await listen(grpc, grpcPort), restPort: await listen(rest, restPort), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Finds a provider by name, with or without a port, as the fleet is now; the fleet is asked once a second at most. */
function finder(fleet: Fleet, now: () => number): (name: string) => FleetProvider | undefined {
  let second = NaN
  let byHost = new Map<string, FleetProvider>()
  return (name) => {
    const time = now()
    if (Math.floor(time / 1000) !== second) {
      second = Math.floor(time / 1000)
      byHost = new Map(fleet.at(time).map((provider) => [hostName(provider), provider]))
    }
    return byHost.get(name.replace(/:\d+$/, '').toLowerCase())
  }
}

async function listen(server: Http2SecureServer | Server, port: number): Promise<number> {
  await new Promise<void>((done, fail) => {
    server.once('error', fail).listen(port, '127.0.0.1', () => {
      server.off('error', fail)
      done()
    })
  }).catch((cause: unknown) => {
    throw new Error(`Cannot serve providers on 127.0.0.1:${port}. Is the port taken? Choose another one.`, { cause })
  })
  return (server.address() as AddressInfo).port
}

function begin(stream: ServerHttp2Stream, status: () => number): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(status()) }))
}

function finish(stream: ServerHttp2Stream, status: number): void {
  begin(stream, () => status)
  stream.end()
}

function answer(stream: ServerHttp2Stream, messages: readonly Uint8Array[]): void {
  begin(stream, () => OK)
  for (const message of messages) stream.write(framed(message))
  stream.end()
}

/** A message at once and then every so often, until the visitor goes or there is none. */
function repeat(stream: ServerHttp2Stream, everyMs: number, message: () => Uint8Array | null): void {
  begin(stream, () => OK)
  const send = (): void => {
    const next = message()
    if (next) stream.write(framed(next))
    else stream.end()
  }
  send()
  const ticks = setInterval(send, everyMs)
  stream.once('close', () => clearInterval(ticks))
}
