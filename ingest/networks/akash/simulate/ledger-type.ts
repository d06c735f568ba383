/** The calls of a ledger: each is a message that succeeds. */
import type { Coin } from './effect.ts'
import type { Step, Vault } from './escrow-rules.ts'
import type { Attribute, Audit, Bid, Deployment, Group, Lease, Order, ProviderRecord, Reason, Spec } from './objects.ts'

/** Called when a bid can no longer become a lease, or a lease has ended. */
export type Watcher = { readonly bidEnded: (bid: Bid) => void; readonly leaseEnded: (lease: Lease) => void }

export type Ledger = {
  readonly vault: Vault
  readonly deployments: readonly Deployment[]
  readonly orders: readonly Order[]
  readonly bids: readonly Bid[]
  readonly leases: readonly Lease[]
  readonly providers: ReadonlyMap<string, ProviderRecord>
  readonly audits: ReadonlyMap<string, Audit>
  readonly createDeployment: (
    step: Step,
    of: { readonly owner: string; readonly dseq: string; readonly hash: Uint8Array; readonly specs: readonly Spec[] },
    coin: Coin,
    funder: string
  ) => Deployment
  readonly updateDeployment: (step: Step, deployment: Deployment) => void
  readonly closeDeployment: (step: Step, deployment: Deployment) => void
  readonly deposit: (step: Step, deployment: Deployment, coin: Coin, funder: string) => void
  readonly createBid: (step: Step, order: Order, provider: string, price: bigint, gpuKey: string | null) => Bid
  /** By the provider: ends the lease where there is one, and pauses its group. */
  readonly closeBid: (step: Step, bid: Bid, reason: Reason) => void
  readonly createLease: (step: Step, bid: Bid) => Lease
  /** By the tenant: its order is made anew. */
  readonly closeLease: (step: Step, lease: Lease) => Order
  readonly withdraw: (step: Step, lease: Lease) => void
  readonly pauseGroup: (step: Step, group: Group) => void
  readonly startGroup: (step: Step, group: Group) => Order
  readonly startReclaim: (step: Step, lease: Lease, reason: Reason, deadline: number) => void
  readonly setProvider: (step: Step, record: ProviderRecord) => void
  readonly sign: (step: Step, owner: string, auditor: string, attributes: readonly Attribute[]) => void
  readonly unsign: (step: Step, owner: string, auditor: string, attributes: readonly Attribute[]) => void
}
