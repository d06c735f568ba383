/** The books of a simulated market: what its ledger says in the end, whatever its blocks tell. Tests hold an index against them. */
import { fromAtto } from '../networks/akash/decimal.ts'
import type { Bid, Lease } from '../networks/akash/simulate/objects.ts'
import type { Market } from './market.ts'

export type LeaseBook = {
  readonly lease_id: string
  readonly provider: string
  readonly created_height: number
  readonly closed_height: number | null
  readonly close_reason: string | null
  /** As created; `now` differs where the ACT migration changed it. Prices a block with 18 decimals. */
  readonly denom: string
  readonly price_per_block: string
  readonly now: { readonly denom: string; readonly price_per_block: string }
  /** Gross, as the chain's state has it: in the denom of `now`. */
  readonly withdrawn: string
}
export type Books = {
  readonly chain_id: string
  readonly height: number
  readonly counts: { readonly [what: string]: number }
  readonly leases: readonly LeaseBook[]
  /** Paid for leases, whole micro-units. */
  readonly paid: readonly { readonly provider: string; readonly denom: string; readonly amount: string; readonly take: string }[]
  /** Coins of the escrow module, whole micro-units by denom. */
  readonly escrow: { readonly [denom: string]: string }
  /** Escrow of deployments that are active, in whole and parts of micro-units. */
  readonly open_escrows: readonly {
    readonly deployment_id: string
    readonly denom: string
    readonly funds: string
    readonly settled_height: number
  }[]
}

const orderId = ({ order }: Bid): string => {
  const { owner, dseq } = order.group.deployment
  return `${owner}/${dseq}/${order.group.gseq}/${order.oseq}`
}
const decimal = (atto: bigint): string => fromAtto(atto) ?? String(atto)

const leaseBook = (lease: Lease): LeaseBook => ({
  lease_id: `${orderId(lease.bid)}/${lease.bid.provider}`,
  provider: lease.bid.provider,
  created_height: lease.createdAt,
  closed_height: lease.closedOn,
  close_reason: lease.reason,
  denom: lease.first.denom,
  price_per_block: decimal(lease.first.price),
  now: { denom: lease.denom, price_per_block: decimal(lease.price) },
  withdrawn: String(lease.payment.withdrawn)
})

/** Books at the last block made. */
export function booksOf({ ledger, calendar }: Market, chainId: string): Books {
  const { deployments, orders, bids, leases, providers, vault } = ledger
  return {
    chain_id: chainId,
    height: calendar.last,
    counts: {
      deployments: deployments.length,
      orders: orders.length,
      bids: bids.length,
      leases: leases.length,
      active_leases: leases.filter(({ closedOn }) => closedOn === null).length,
      providers: providers.size
    },
    leases: leases.map(leaseBook),
    paid: [...vault.paid].map(([key, { amount, take }]) => {
      const [provider = '', denom = ''] = key.split(' ')
      return { provider, denom, amount: String(amount), take: String(take) }
    }),
    escrow: Object.fromEntries([...vault.held].map(([denom, amount]) => [denom, String(amount)])),
    open_escrows: deployments
      .filter(({ state }) => state === 'active')
      .map(({ owner, dseq, account }) => ({
        deployment_id: `${owner}/${dseq}`,
        denom: account.denom,
        funds: decimal(account.funds),
        settled_height: account.settledAt
      }))
  }
}
