/** What the execution of messages and blocks leaves behind: the matter of events, whatever version writes them. */
import type { Bid, Deployment, Group, Lease, Order, Reason } from './objects.ts'

/** Amounts in whole micro-units. */
export type Coin = { readonly denom: string; readonly amount: bigint }
export type Priced = { readonly coin: Coin; readonly price: string } | null

export type Effect =
  /** Opens a message in an event `message`; `type` is its URL without the slash. */
  | { readonly is: 'message'; readonly type: string; readonly sender: string }
  | { readonly is: 'transfer'; readonly from: string; readonly to: string; readonly coin: Coin }
  | { readonly is: 'burn' | 'mint'; readonly account: string; readonly coin: Coin }
  | { readonly is: 'deployment'; readonly what: 'created' | 'updated' | 'closed'; readonly deployment: Deployment }
  | { readonly is: 'group'; readonly what: 'closed' | 'paused' | 'started'; readonly group: Group }
  | { readonly is: 'order'; readonly what: 'created' | 'closed'; readonly order: Order }
  | { readonly is: 'bid'; readonly what: 'created' | 'closed'; readonly bid: Bid; readonly denom: string; readonly price: bigint }
  | {
      readonly is: 'lease'
      readonly what: 'created' | 'closed'
      readonly lease: Lease
      readonly denom: string
      readonly price: bigint
      readonly reason: Reason | null
    }
  | { readonly is: 'reclaim'; readonly lease: Lease; readonly reason: Reason; readonly deadline: number }
  | { readonly is: 'provider'; readonly what: 'created' | 'updated'; readonly owner: string }
  | { readonly is: 'audit'; readonly what: 'created' | 'deleted'; readonly owner: string; readonly auditor: string }
  /** A grant to pay deposits, made or lowered. */
  | { readonly is: 'grant'; readonly granter: string; readonly grantee: string }
  | { readonly is: 'feegrant'; readonly granter: string; readonly grantee: string }
  | { readonly is: 'price'; readonly version: 'v1' | 'v2'; readonly usd: string; readonly source: string; readonly time: string }
  | {
      readonly is: 'aggregate'
      readonly version: 'v1' | 'v2'
      readonly usd: string
      readonly twap: string
      readonly time: string
    }
  | { readonly is: 'recovered'; readonly version: 'v1' | 'v2'; readonly height: number }
  | { readonly is: 'vault-funded'; readonly coin: Coin; readonly source: string }
  | { readonly is: 'mint-status'; readonly from: string; readonly to: string; readonly ratio: string }
  | { readonly is: 'epoch'; readonly number: number; readonly startedAt: number }
  | { readonly is: 'proposal'; readonly id: number; readonly proposer: string }
  | { readonly is: 'passed'; readonly id: number }
  | {
      readonly is: 'ledger'
      readonly from: string
      readonly to: string
      readonly account: string
      readonly height: number
      readonly sequence: number
      readonly burned: Priced
      readonly minted: Priced
      readonly accrued: Priced
      readonly issued: Priced
      readonly spread: Coin
    }
  | {
      readonly is: 'ledger-canceled'
      readonly from: string
      readonly to: string
      readonly account: string
      readonly height: number
      readonly sequence: number
      readonly coin: Coin
      readonly reason: string
    }
