/**
 * What can go wrong between a node and us, decided by one question: does asking the same endpoint again help?
 * Messages name hosts, never a URL, whose path, query or user may hold a key.
 */

export type Fault =
  | 'unreachable'
  | 'timeout'
  | 'rate-limited'
  | 'server-error'
  | 'cut-off'
  | 'not-json'
  | 'node-error'
  | 'wrong-height'
  | 'mismatch'
  | 'lagging'
  | 'rejected'
  | 'too-large'
  | 'undecodable'
  | 'above-tip'
  | 'below-floor'
  | 'state-pruned'
  | 'unknown-query'
  | 'query-refused'
  | 'wrong-chain'
  | 'broken-chain'
  | 'disagreement'
  | 'gave-up'

/** Any failure to get blocks from a chain. */
export abstract class ChainError extends Error {
  readonly fault: Fault
  /** Whether asking the same endpoint again may help. */
  abstract readonly retryable: boolean

  constructor(fault: Fault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.fault = fault
  }
}

/** The same endpoint may do better later. */
export class TransientError extends ChainError {
  override readonly name = 'TransientError'
  override readonly retryable = true
  /** How long the endpoint asked us to wait, milliseconds; null when it did not say. */
  readonly retryAfterMs: number | null

  constructor(fault: Fault, message: string, options: ErrorOptions & { readonly retryAfterMs?: number | null } = {}) {
    super(fault, message, options)
    this.retryAfterMs = options.retryAfterMs ?? null
  }
}

/** The same endpoint will answer the same. Another endpoint, other heights or other settings may help; the message says which. */
export class PermanentError extends ChainError {
  override readonly name: string = 'PermanentError'
  override readonly retryable = false
}

export class AboveTipError extends PermanentError {
  override readonly name = 'AboveTipError'
  /** Highest height that the endpoints have. */
  readonly tip: number

  constructor(where: string, height: number, tip: number, options?: ErrorOptions) {
    super(
      'above-tip',
      `Height ${height} is above the tip of ${where}, which is ${tip}. Use --to ${tip} or lower, or wait until the chain is there.`,
      options
    )
    this.tip = tip
  }
}

export class BelowFloorError extends PermanentError {
  override readonly name = 'BelowFloorError'
  /** Lowest height that the endpoints still serve. */
  readonly floor: number

  constructor(where: string, height: number, floor: number, options?: ErrorOptions) {
    super(
      'below-floor',
      `Height ${height} is below the floor of ${where}, which keeps blocks from ${floor} on. Use --from ${floor}, or add an archive node to --rpc.`,
      options
    )
    this.floor = floor
  }
}

/** Text from a node, made safe to print: one line, no control characters, at most 200 characters. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    '?'
  )
}
