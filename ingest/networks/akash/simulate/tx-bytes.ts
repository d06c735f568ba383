/** A transaction's bytes: cosmos.tx.v1beta1.TxRaw with one signer. Keys and signatures are made up of hashes: no reader checks them. */
import { createHash, hash } from 'node:crypto'
import { encodeMessage, type Field } from '../wire.ts'
import type { Coin } from './effect.ts'
import { coinFields, type Any } from './message-bytes.ts'

export type SignedTx = { readonly bytes: Uint8Array; readonly signature: string }

const DIRECT = 1
const signers = new Map<string, Uint8Array>()

/** An Any with a secp256k1 key that belongs to the address. */
function publicKey(address: string): Uint8Array {
  const known = signers.get(address)
  if (known) return known
  const key = Buffer.concat([Buffer.of(2), createHash('sha256').update(`key ${address}`).digest()])
  const bytes = encodeMessage([
    [1, '/cosmos.crypto.secp256k1.PubKey'],
    [2, [[1, key]]]
  ])
  signers.set(address, bytes)
  return bytes
}

/** @param granter who pays the fee in place of the signer */
export function signTx(
  messages: readonly Any[],
  signer: string,
  sequence: number,
  fee: Coin,
  gas: number,
  granter: string | null
): SignedTx {
  const body = encodeMessage(
    messages.map(({ type, value }): Field => [
      1,
      [
        [1, `/${type}`],
        [2, value]
      ]
    ])
  )
  const auth = encodeMessage([
    [
      1,
      [
        [1, publicKey(signer)],
        [2, [[1, [[1, DIRECT]]]]],
        [3, sequence]
      ]
    ],
    [2, [[1, coinFields(fee)], [2, gas], ...(granter === null ? [] : [[4, granter] as const])]]
  ])
  const signature = hash('sha512', body, 'base64')
  return {
    bytes: encodeMessage([
      [1, body],
      [2, auth],
      [3, Buffer.from(signature, 'base64')]
    ]),
    signature
  }
}
