/** Escrow accounts and payments as the chain's state has them, in both versions: akash.escrow.types.v1, and akash.escrow.v1beta3 before 1.0. */
import { fromAtto, integer, wireAmount } from './decimal.ts'
import { coin } from './proto.ts'
import { decodeMessage, type Message, type OnUnknownField, type Schema } from './wire.ts'

export type Version = 'current' | 'legacy'

/** akash.escrow.types.v1.State and its forerunners. */
const STATES = ['invalid', 'open', 'closed', 'overdrawn'] as const

/** The name of a state. @throws RangeError when this version of Rackrate does not know it */
export function named(states: readonly string[], state: bigint | undefined, what: string): string {
  const name = states[Number(state ?? 0n)]
  if (name === undefined) throw new RangeError(`a ${what} has state ${state}, which this version of Rackrate does not know`)
  return name
}
/** A height; 0 is none. */
export const height = (n: bigint | undefined): number | null => (n ? Number(n) : null)

type Coin = Message<typeof coin>
/** A DecCoin's amount: an integer of 10^-18 on the wire. */
export function decimal(of: Coin | undefined): string | null {
  const atto = wireAmount(of?.amount ?? '')
  return atto === null ? null : fromAtto(atto)
}

const current = {
  1: ['id', 'bytes'],
  2: [
    'state',
    {
      1: ['owner', 'string'],
      2: ['state', 'uint'],
      3: ['transferred', [coin]],
      4: ['settled_at', 'uint'],
      5: ['funds', [coin]],
      6: ['deposits', [{ 1: ['owner', 'string'], 2: ['height', 'uint'], 3: ['source', 'uint'], 4: ['balance', coin] }]]
    }
  ]
} as const satisfies Schema
const legacy = {
  1: ['id', 'bytes'],
  2: ['owner', 'string'],
  3: ['state', 'uint'],
  4: ['balance', coin],
  5: ['transferred', coin],
  6: ['settled_at', 'uint'],
  7: ['depositor', 'string'],
  8: ['funds', coin]
} as const satisfies Schema

export type Account = {
  readonly account_state: string
  readonly settled_height: number | null
  readonly depositor: string | null
  readonly coins: readonly { readonly kind: string; readonly account: string | null; readonly coin: Coin | undefined }[]
}

/** An account from its bytes. */
export function accountOf(bytes: Uint8Array, version: Version, onUnknown: OnUnknownField): Account {
  if (version === 'legacy') {
    const a = decodeMessage(legacy, bytes, onUnknown)
    // `balance` is the owner's own deposit, `funds` what a depositor granted.
    const coins = [
      { kind: 'transferred', account: null, coin: a.transferred },
      { kind: 'deposit', account: a.owner, coin: a.balance },
      { kind: 'deposit', account: a.depositor || a.owner, coin: a.funds }
    ]
    return {
      account_state: named(STATES, a.state, 'escrow account'),
      settled_height: height(a.settled_at),
      depositor: a.depositor || null,
      coins
    }
  }
  const { state: a } = decodeMessage(current, bytes, onUnknown)
  const coins = [
    ...(a?.transferred ?? []).map((of) => ({ kind: 'transferred', account: null, coin: of })),
    ...(a?.funds ?? []).map((of) => ({ kind: 'funds', account: null, coin: of })),
    ...(a?.deposits ?? []).map((d) => ({ kind: 'deposit', account: d.owner, coin: d.balance }))
  ]
  const [first] = a?.deposits ?? []
  return {
    account_state: named(STATES, a?.state, 'escrow account'),
    settled_height: height(a?.settled_at),
    depositor: first?.owner ?? null,
    coins
  }
}

const payment = {
  1: ['id', 'bytes'],
  2: [
    'state',
    {
      1: ['owner', 'string'],
      2: ['state', 'uint'],
      3: ['rate', coin],
      4: ['balance', coin],
      5: ['unsettled', coin],
      6: ['withdrawn', coin]
    }
  ]
} as const satisfies Schema
const legacyPayment = {
  1: ['account_id', 'bytes'],
  2: ['payment_id', 'string'],
  3: ['owner', 'string'],
  4: ['state', 'uint'],
  5: ['rate', coin],
  6: ['balance', coin],
  7: ['withdrawn', coin]
} as const satisfies Schema

/** A payment from its bytes, as columns of `state_leases`. */
export function paymentOf(bytes: Uint8Array, version: Version, onUnknown: OnUnknownField) {
  const legacyOne = version === 'legacy' ? decodeMessage(legacyPayment, bytes, onUnknown) : undefined
  const p = legacyOne ? { ...legacyOne, unsettled: undefined } : decodeMessage(payment, bytes, onUnknown).state
  return {
    payment_state: named(STATES, p?.state, 'escrow payment'),
    payment_denom: p?.rate?.denom || null,
    withdrawn: integer(p?.withdrawn?.amount || '0'),
    balance: decimal(p?.balance),
    // Before 1.0 the state does not keep what could not be paid.
    unsettled: legacyOne ? null : (decimal(p?.unsettled) ?? fromAtto(0n))
  }
}
