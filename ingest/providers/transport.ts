/**
 * One gRPC call and one HTTPS GET to an address that was checked, with limits on everything that the other side chooses: time, headers,
 * bytes, bytes after decompression. No gRPC library: each of them resolves and connects by itself, by name, and again when it likes, so what
 * was checked would not be what is connected to; a unary call is five bytes before the message and a status after it.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
import { connect as connectH2, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { connect as connectTls, TLSSocket, type ConnectionOptions } from 'node:tls'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { faultOf, plain, ProbeError } from './errors.ts'

export type Target = {
  /** As its record names it, for SNI and authority. */
  readonly host: string
  /** The checked address. */
  readonly address: string
  /** Port that is connected to. */
  readonly port: number
  /** Port that the other side believes in. */
  readonly authority: number
}

export type Certificate = {
  /** Lower-case hex. */
  readonly sha256: string
  readonly from: number
  readonly to: number
}

export type CallOptions = {
  /** Largest answer taken, bytes, before and after decompression. */
  readonly maxBytes: number
  /** Ends the call. */
  readonly signal: AbortSignal
  readonly onCertificate: (certificate: Certificate) => void
}

const MOST_HEADER_BYTES = 16_384
const MOST_HEADERS = 64
const FRAME_BYTES = 5

const inflate = promisify(gunzip)

const authorityOf = ({ host, authority }: Target): string => `${isIP(host) === 6 ? `[${host}]` : host}:${authority}`

/** Providers sign their certificates themselves: none is trusted, whichever name it bears, and each is put on record. */
function tlsOptions({ host, address, port }: Target): ConnectionOptions {
  return {
    host: address,
    port,
    rejectUnauthorized: false,
    ...(isIP(host) ? {} : { servername: host }),
    // The address is one already. Whatever would look up a name is a mistake of ours.
    lookup: (name) => {
      throw new Error(`${name} would be looked up again`)
    }
  }
}

function tellCertificate(socket: TLSSocket, tell: CallOptions['onCertificate']): void {
  const found = socket.getPeerX509Certificate()
  if (!found) return
  tell({
    sha256: found.fingerprint256.replaceAll(':', '').toLowerCase(),
    from: Date.parse(found.validFrom),
    to: Date.parse(found.validTo)
  })
}

async function unzipped(bytes: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await inflate(bytes, { maxOutputLength: maxBytes })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes, ' once decompressed')
    throw new ProbeError('not-understood', `its gzip is damaged: ${plain((cause as Error).message)}`, { cause })
  }
}

const tooLarge = (maxBytes: number, when = ''): ProbeError =>
  new ProbeError('too-large', `its answer is larger than ${maxBytes} bytes${when}`)

/** Redirects are not followed: no provider needs one, and each would be a new host of a stranger's choice. */
const redirected = (status: number, location: unknown): ProbeError =>
  new ProbeError(
    'redirect',
    `it answered ${status} and sends to '${plain(typeof location === 'string' ? location : '')}', which is not followed`
  )

/**
 * Calls a unary method.
 * @returns the message
 * @throws ProbeError, or the signal's reason
 */
export async function callGrpc(target: Target, method: string, request: Uint8Array, options: CallOptions): Promise<Uint8Array> {
  const { maxBytes, signal, onCertificate } = options
  signal.throwIfAborted()
  const socket = connectTls({ ...tlsOptions(target), ALPNProtocols: ['h2'] })
  let session: ClientHttp2Session | undefined
  let answering = false
  const stop = (): void => void socket.destroy()
  signal.addEventListener('abort', stop)
  try {
    const { bytes, gzip } = await new Promise<Reply>((fulfil, reject) => {
      const closed = (): void => reject(new ProbeError(answering ? 'cut-off' : 'unreachable', 'it closed the connection'))
      socket.once('error', reject).once('close', closed)
      socket.once('secureConnect', () => {
        tellCertificate(socket, onCertificate)
        if (socket.alpnProtocol !== 'h2') {
          reject(new ProbeError('not-understood', 'it does not speak HTTP/2'))
          return
        }
        session = connectH2(`https://${authorityOf(target)}`, {
          createConnection: () => socket,
          maxHeaderListPairs: MOST_HEADERS,
          settings: { enablePush: false, maxHeaderListSize: MOST_HEADER_BYTES }
        })
        session.once('error', reject).once('close', closed)
        exchange(session, method, request, maxBytes, () => (answering = true)).then(fulfil, reject)
      })
    })
    return await unframed(bytes, gzip, maxBytes)
  } catch (error) {
    signal.throwIfAborted()
    throw faultOf(error, answering)
  } finally {
    signal.removeEventListener('abort', stop)
    session?.destroy()
    socket.destroy()
  }
}

/** What came between a good response and a good status. */
type Reply = { readonly bytes: Buffer; readonly gzip: boolean }

/** Sends one message and collects what comes back. Rejects with ProbeError, or what the stream failed with. */
function exchange(
  session: ClientHttp2Session,
  method: string,
  request: Uint8Array,
  maxBytes: number,
  onResponse: () => void
): Promise<Reply> {
  return new Promise((fulfil, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': method,
      'content-type': 'application/grpc',
      'grpc-accept-encoding': 'identity,gzip',
      te: 'trailers',
      'user-agent': 'rackrate'
    })
    const chunks: Buffer[] = []
    let size = 0
    let gzip = false
    let status: string | undefined
    let said = ''
    /** The status comes after the message, or with the response where there is no message. */
    const hear = (headers: IncomingHttpHeaders): void => {
      if (headers['grpc-status'] === undefined) return
      status = String(headers['grpc-status'])
      said = plain(String(headers['grpc-message'] ?? ''))
    }
    stream.once('error', reject)
    stream.once('response', (headers) => {
      onResponse()
      const code = headers[':status'] ?? 0
      if (code >= 300 && code < 400) reject(redirected(code, headers.location))
      else if (code !== 200) reject(new ProbeError('status', `it answered HTTP ${code}`))
      gzip = headers['grpc-encoding'] === 'gzip'
      hear(headers)
    })
    stream.once('trailers', hear)
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes + FRAME_BYTES) reject(tooLarge(maxBytes))
      else chunks.push(chunk)
    })
    stream.once('close', () => {
      if (status === undefined) reject(new ProbeError('cut-off', 'its answer ends without a status'))
      else if (status !== '0') reject(new ProbeError('status', `it answered gRPC status ${plain(status)} ${said}`.trimEnd()))
      else fulfil({ bytes: Buffer.concat(chunks), gzip })
    })
    stream.end(framed(request))
  })
}

/** A message as gRPC sends it: not compressed, its length, its bytes. */
export function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(FRAME_BYTES)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

async function unframed(bytes: Buffer, gzip: boolean, maxBytes: number): Promise<Uint8Array> {
  if (bytes.length < FRAME_BYTES) throw new ProbeError('cut-off', 'its answer has no message')
  const length = bytes.readUInt32BE(1)
  if (length > maxBytes) throw tooLarge(maxBytes)
  if (bytes.length < FRAME_BYTES + length) throw new ProbeError('cut-off', 'its message broke off')
  if (bytes.length > FRAME_BYTES + length) throw new ProbeError('not-understood', 'it sent more than one message')
  const message = bytes.subarray(FRAME_BYTES)
  if (bytes[0] === 0) return message
  if (!gzip) throw new ProbeError('not-understood', 'its message is compressed in a way that was not offered')
  return await unzipped(message, maxBytes)
}

/**
 * Fetches a path.
 * @returns the body
 * @throws ProbeError, or the signal's reason
 */
export async function getHttps(target: Target, path: string, options: CallOptions): Promise<Buffer> {
  const { maxBytes, signal, onCertificate } = options
  signal.throwIfAborted()
  let answering = false
  try {
    const body = await new Promise<{ bytes: Buffer; encoding: string }>((fulfil, reject) => {
      const call = requestHttps({
        ...tlsOptions(target),
        path,
        agent: false,
        maxHeaderSize: MOST_HEADER_BYTES,
        headers: { host: authorityOf(target), accept: 'application/json', 'accept-encoding': 'gzip', 'user-agent': 'rackrate' },
        signal
      })
      call.once('error', reject)
      call.once('socket', (socket) => {
        if (socket instanceof TLSSocket) socket.once('secureConnect', () => tellCertificate(socket, onCertificate))
      })
      call.once('response', (response) => {
        answering = true
        const { statusCode: status = 0, headers } = response
        const chunks: Buffer[] = []
        let size = 0
        const fail = (error: Error): void => {
          reject(error)
          call.destroy()
        }
        response.once('error', reject)
        if (status >= 300 && status < 400) fail(redirected(status, headers.location))
        else if (status !== 200) fail(new ProbeError('status', `it answered HTTP ${status}`))
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > maxBytes) fail(tooLarge(maxBytes))
          else chunks.push(chunk)
        })
        response.once('end', () => fulfil({ bytes: Buffer.concat(chunks), encoding: headers['content-encoding'] ?? '' }))
        response.once('close', () => {
          if (!response.complete) reject(new ProbeError('cut-off', 'its answer broke off'))
        })
      })
      call.end()
    })
    if (body.encoding === '' || body.encoding === 'identity') return body.bytes
    if (body.encoding === 'gzip') return await unzipped(body.bytes, maxBytes)
    throw new ProbeError('not-understood', `its answer is encoded as '${plain(body.encoding)}', which was not offered`)
  } catch (error) {
    signal.throwIfAborted()
    throw faultOf(error, answering)
  }
}
