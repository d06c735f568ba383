/** Asks one provider about its machines: gRPC first, REST where that fails. Whatever comes of it is a probe. */
import type { Probe } from '../../src/lib/model/probes.ts'
import type { ProviderApi, ProviderStatus } from '../networks/network.ts'
import { addressOf, hostOf, lookupPublic, type Lookup } from './address.ts'
import { plain, ProbeError, type ProbeFault } from './errors.ts'
import { callGrpc, getHttps, type CallOptions, type Certificate, type Target } from './transport.ts'

/** A provider as its record on chain has it. */
export type Provider = { readonly provider: string; readonly hostUri: string }

/** Ports on 127.0.0.1 that stand for every provider: of tests and simulated markets. No name is looked up. */
export type Loopback = { readonly grpcPort: number; readonly restPort: number }

export type AskOptions = {
  /** For the whole, names and all tries included, milliseconds. */
  readonly timeoutMs?: number
  /** Largest answer taken, bytes, before and after decompression. */
  readonly maxBytes?: number
  readonly lookup?: Lookup
  readonly viaLoopback?: Loopback | undefined
  /** The wall clock, milliseconds since 1970. */
  readonly now?: () => number
  /** Stops the attempt: it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** A probe, and fields of the answer that this program does not know. */
export type Asked = Probe & { readonly unknown: readonly string[] }

const TIMEOUT_MS = 10_000
const MAX_BYTES = 5_000_000
/** What gRPC may take of the time: old providers have none, and some firewalls answer nothing where nobody listens. */
const GRPC_SHARE = 0.5
/** The version is worth less than the status: it is waited for no longer, milliseconds. */
const VERSION_MS = 2_000

type Found = {
  readonly status: ProviderStatus
  readonly via: 'grpc' | 'rest'
  readonly latencyMs: number
  readonly version: string | null
}

/** One attempt. Failures are in the probe; only `signal` makes it reject. */
export async function askProvider(api: ProviderApi, { provider, hostUri }: Provider, options: AskOptions = {}): Promise<Asked> {
  const { timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES, lookup = lookupPublic, viaLoopback, now = Date.now, signal } = options
  const probedAt = now()
  const started = performance.now()
  const late = limited(signal, timeoutMs)
  const seen: { address: string | null; certificate: Certificate | null } = { address: null, certificate: null }
  const fails: { readonly what: string; readonly fault: ProbeFault; readonly why: string }[] = []
  const to = (port: number, host: string, address: string, over: number | undefined): Target => ({
    host,
    address,
    port: over ?? port,
    authority: port
  })
  const call = (within: AbortSignal): CallOptions => ({
    maxBytes,
    signal: within,
    onCertificate: (certificate) => (seen.certificate = certificate)
  })
  const attempt = async <T>(what: string, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work()
    } catch (error) {
      signal?.throwIfAborted()
      const { fault, message } = error instanceof ProbeError ? error : slow(timeoutMs)
      if (!(error instanceof ProbeError) && !isTimeout(error)) throw error
      fails.push({ what, fault, why: message })
      return null
    }
  }

  async function ask(): Promise<Found | null> {
    const place = await attempt('', async () => {
      const host = hostOf(hostUri)
      return { host, address: viaLoopback ? '127.0.0.1' : await aborting(addressOf(host, lookup), late) }
    })
    if (!place) return null
    seen.address = place.address
    const grpc = to(api.grpc.port, place.host, place.address, viaLoopback?.grpcPort)
    const rest = to(api.rest.port, place.host, place.address, viaLoopback?.restPort)
    const getJson = async (path: string, within: AbortSignal): Promise<unknown> =>
      JSON.parse((await getHttps(rest, path, call(within))).toString('utf8')) as unknown
    const since = (): number => Math.round(performance.now() - started)

    const byGrpc = await attempt('gRPC', async () => {
      const bytes = await callGrpc(grpc, api.grpc.method, api.grpc.request, call(limited(late, timeoutMs * GRPC_SHARE)))
      return { status: understood(() => api.grpc.read(bytes)), latencyMs: since() }
    })
    const byRest =
      byGrpc === null
        ? await attempt('REST', async () => {
            const body = await getHttps(rest, api.rest.path, call(late))
            return { status: understood(() => api.rest.read(JSON.parse(body.toString('utf8')))), latencyMs: since() }
          })
        : null
    const answer = byGrpc ?? byRest
    if (!answer) return null
    const { certificate } = seen
    // Providers that tell no version are asked like any other.
    const version = await getJson(api.version.path, limited(late, VERSION_MS)).then(api.version.read, () => null)
    signal?.throwIfAborted()
    seen.certificate = certificate
    return { ...answer, via: byGrpc ? 'grpc' : 'rest', version }
  }

  const found = await ask()
  const last = fails.at(-1)
  const { certificate } = seen
  return {
    probe: {
      provider,
      probed_at: BigInt(probedAt) * 1000n,
      ok: found !== null,
      error: found ? null : (last?.fault ?? null),
      error_detail: found ? null : fails.map(({ what, why }) => (what === '' ? why : `${what}: ${why}`)).join('; '),
      latency_ms: found?.latencyMs ?? null,
      version: found?.version ?? null,
      active_leases: found?.status.activeLeases ?? null,
      via: found?.via ?? null,
      host_uri: hostUri,
      address: seen.address,
      certificate_sha256: certificate?.sha256 ?? null,
      certificate_valid: certificate ? certificate.from <= probedAt && probedAt <= certificate.to : null,
      doubts: found?.status.doubts ?? []
    },
    nodes: found?.status.nodes ?? [],
    unknown: found?.status.unknown ?? []
  }
}

const slow = (timeoutMs: number): ProbeError =>
  new ProbeError('timeout', `it did not answer in time, ${timeoutMs / 1000} s for all`)

const isTimeout = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError'

function limited(signal: AbortSignal | undefined, ms: number): AbortSignal {
  const timeout = AbortSignal.timeout(ms)
  return signal ? AbortSignal.any([signal, timeout]) : timeout
}

/** The result of work that cannot be stopped, unless the signal comes first. */
function aborting<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((fulfil, reject) => {
    const stop = (): void => reject(signal.reason as Error)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(fulfil, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

function understood(read: () => ProviderStatus): ProviderStatus {
  try {
    return read()
  } catch (cause) {
    throw new ProbeError('not-understood', `its answer is not understood: ${plain((cause as Error).message)}`, { cause })
  }
}
