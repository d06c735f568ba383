/** Why a provider could not be asked. */

/**
 * `uri`: what its record says is no address of a provider; `port`: it names a port that providers do not have; `unresolved`: its name has no
 * address; `address`: its name leads to an address that no provider of strangers may have; `unreachable`: nobody listens there, or the
 * connection was reset; `timeout`: no whole answer in time; `tls`: the handshake failed; `cut-off`: the answer broke off; `too-large`: it is
 * larger than is taken; `redirect`: it sends elsewhere, where it is not followed; `status`: it answered with an error;
 * `not-understood`: its answer is of another shape.
 */
export type ProbeFault =
  | 'uri'
  | 'port'
  | 'unresolved'
  | 'address'
  | 'unreachable'
  | 'timeout'
  | 'tls'
  | 'cut-off'
  | 'too-large'
  | 'redirect'
  | 'status'
  | 'not-understood'

/** An attempt failed. It is recorded as a failed probe; a later attempt may succeed. */
export class ProbeError extends Error {
  override readonly name = 'ProbeError'
  readonly fault: ProbeFault
  constructor(fault: ProbeFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.fault = fault
  }
}

/** Words of strangers as they may be kept and printed: one line without control characters, of limited length. */
export function plain(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}

/** What a socket, the TLS library or Node's HTTP parsers said. */
export function faultOf(cause: unknown, answering: boolean): ProbeError {
  if (cause instanceof ProbeError) return cause
  const { code = '', message } = cause as NodeJS.ErrnoException
  // Of what OpenSSL says, the part that is not about this process.
  const why = /:SSL routines:[^:]*:([^:]+)/.exec(message)?.[1] ?? message
  const fault = ((): ProbeFault => {
    if (/HEADER_OVERFLOW|ENHANCE_YOUR_CALM/.test(`${code} ${message}`)) return 'too-large'
    if (/^(ERR_SSL|ERR_TLS|EPROTO$)/.test(code)) return 'tls'
    if (/^(HPE_|ERR_HTTP2|ERR_INVALID)/.test(code)) return answering ? 'cut-off' : 'not-understood'
    if (code === 'ETIMEDOUT') return 'timeout'
    return answering ? 'cut-off' : 'unreachable'
  })()
  return new ProbeError(fault, plain(why), { cause })
}
