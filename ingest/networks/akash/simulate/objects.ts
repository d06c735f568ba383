/** What a simulated chain's state holds. Mutable: the ledger alone changes it. Amounts of escrow and prices are in 10^-18 of a micro-unit. */

export type Reason = 'owner' | 'unstable' | 'decommission' | 'unspecified' | 'manifest_timeout' | 'insufficient_funds'

/** What a group asks for. */
export type Spec = {
  readonly cpuMillicores: number
  readonly memoryBytes: number
  readonly storageBytes: number
  readonly persistentBytes: number
  readonly gpus: number
  /** GPU attributes of which any will do: `vendor/nvidia/model/h100/ram/80Gi`. */
  readonly gpuKeys: readonly string[]
  /** `region` that the placement asks for. */
  readonly region: string | null
  /** Auditors of which any must have signed the provider. */
  readonly signedBy: readonly string[]
  readonly denom: string
  /** The most that a bid may ask a block. */
  readonly maxPrice: bigint
}

export type Payment = {
  state: 'open' | 'closed' | 'overdrawn'
  denom: string
  rate: bigint
  balance: bigint
  unsettled: bigint
  /** Whole micro-units. */
  withdrawn: bigint
}
export type Deposit = { readonly owner: string; readonly height: number; readonly source: 'balance' | 'grant'; balance: bigint }
export type Account = {
  state: 'open' | 'closed' | 'overdrawn'
  denom: string
  /** Below zero by what could not be paid, once overdrawn. */
  funds: bigint
  readonly transferred: { denom: string; amount: bigint }[]
  settledAt: number
  readonly deposits: Deposit[]
  readonly payments: Payment[]
}
export type Deployment = {
  readonly owner: string
  readonly dseq: string
  readonly createdAt: number
  readonly hash: Uint8Array
  state: 'active' | 'closed'
  closedAt: number | null
  readonly groups: Group[]
  readonly account: Account
}
export type Group = {
  readonly deployment: Deployment
  readonly gseq: number
  readonly createdAt: number
  state: 'open' | 'paused' | 'insufficient_funds' | 'closed'
  spec: Spec
  readonly orders: Order[]
}
export type Order = {
  readonly group: Group
  readonly oseq: number
  readonly createdAt: number
  state: 'open' | 'active' | 'closed'
  readonly bids: Bid[]
}
export type Bid = {
  readonly order: Order
  readonly provider: string
  readonly createdAt: number
  state: 'open' | 'active' | 'lost' | 'closed'
  denom: string
  price: bigint
  /** The GPU attribute offered; null without GPUs, or before v0.28, whose bids had no offer. */
  readonly gpuKey: string | null
  readonly hasOffer: boolean
  readonly deposit: { readonly denom: string; readonly amount: bigint }
  depositHeld: boolean
  settledAt: number
  lease: Lease | null
}
export type Lease = {
  readonly bid: Bid
  readonly createdAt: number
  state: 'active' | 'insufficient_funds' | 'closed' | 'reclaiming'
  denom: string
  price: bigint
  /** As created, before a migration. */
  readonly first: { readonly denom: string; readonly price: bigint }
  closedOn: number | null
  reason: Reason | null
  readonly payment: Payment
  reclaim: { readonly startedAt: number; readonly deadline: number; readonly reason: Reason } | null
}
export type Attribute = { readonly key: string; readonly value: string }
export type ProviderRecord = {
  readonly owner: string
  hostUri: string
  attributes: readonly Attribute[]
  email: string
  website: string
}
export type Audit = { readonly owner: string; readonly auditor: string; readonly attributes: Attribute[] }
