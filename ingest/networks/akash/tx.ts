/** A transaction as a flat list of its messages, those inside authz MsgExec in place of it. */
import { hash } from 'node:crypto'
import * as proto from './proto.ts'
import { decodeMessage } from './wire.ts'

export type TxMessage = {
  /** `0` for the first message, `0/1` for the second inside a MsgExec that is the first. */
  readonly path: string
  /** Type URL without the leading slash. */
  readonly type: string
  readonly value: Uint8Array
}
export type Tx = {
  /** Account that grants the fee; null when there is none. */
  readonly feeGranter: string | null
  /** Signer that pays the fee where it is not the first; null when it is. */
  readonly feePayer: string | null
  /** Types of the top-level messages, in order. */
  readonly topTypes: readonly string[]
  readonly messages: readonly TxMessage[]
}

export const EXEC = 'cosmos.authz.v1beta1.MsgExec'
/** Deeper nesting than any wallet makes: a bound, so that a crafted transaction can't exhaust the stack. What lies deeper stays a MsgExec. */
const MAX_DEPTH = 8
/** Transactions and bodies have many fields that bear on no table. */
const skipped = (): void => undefined

/** SHA-256 of a transaction's bytes, upper-case hex. */
export function txHash(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex').toUpperCase()
}

export type Any = { readonly type_url: string; readonly value: Uint8Array }

/** Messages with those inside MsgExec in place of it. Throws WireError when one is not readable. */
export function flatten(anys: readonly Any[], prefix = '', depth = 0): TxMessage[] {
  return anys.flatMap(({ type_url, value }, i) => {
    const path = `${prefix}${i}`
    const type = type_url.replace(/^\//, '')
    if (type === EXEC && depth < MAX_DEPTH)
      return flatten(decodeMessage(proto.authzExec, value, skipped).msgs, `${path}/`, depth + 1)
    return [{ path, type, value }]
  })
}

/**
 * Reads a transaction.
 * @throws WireError when the bytes are not a transaction
 */
export function readTx(bytes: Uint8Array): Tx {
  const raw = decodeMessage(proto.txRaw, bytes, skipped)
  const { messages } = decodeMessage(proto.txBody, raw.body, skipped)
  const { fee } = decodeMessage(proto.authInfo, raw.auth_info, skipped)
  return {
    feeGranter: fee?.granter || null,
    feePayer: fee?.payer || null,
    topTypes: messages.map((m) => m.type_url.replace(/^\//, '')),
    messages: flatten(messages)
  }
}
