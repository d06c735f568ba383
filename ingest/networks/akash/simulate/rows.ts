/** Objects of a simulated chain's state as rows of the answers of queries, in both versions. Field numbers as in ../state-rows.ts and ../escrow.ts. */
import { encodeMessage, type Field } from '../wire.ts'
import { AKT, ATTO, type Era } from './era.ts'
import { bidId, coinFields, deploymentId, groupId, orderId, REASONS } from './message-bytes.ts'
import { attributeFields, decCoin, groupSpecBytes, offerBytes } from './spec-bytes.ts'
import type { Account, Audit, Bid, Deployment, Lease, Order, Payment, ProviderRecord } from './objects.ts'

const ESCROW_STATES = { open: 1, closed: 2, overdrawn: 3 } as const
const DEPLOYMENT_STATES = { active: 1, closed: 2 } as const
const GROUP_STATES = { open: 1, paused: 2, insufficient_funds: 3, closed: 4 } as const
const ORDER_STATES = { open: 1, active: 2, closed: 3 } as const
const BID_STATES = { open: 1, active: 2, lost: 3, closed: 4 } as const
const LEASE_STATES = { active: 1, insufficient_funds: 2, closed: 3, reclaiming: 4 } as const
const SCOPES = { deployment: 1, bid: 2 } as const
const SOURCES = { balance: 1, grant: 2 } as const

const bidXid = ({ order, provider }: Bid): string => {
  const { group, oseq } = order
  const { owner, dseq } = group.deployment
  return `${owner}/${dseq}/${group.gseq}/${oseq}/${provider}`
}
const deploymentXid = ({ owner, dseq }: Deployment): string => `${owner}/${dseq}`

function account(era: Era, scope: keyof typeof SCOPES, xid: string, owner: string, of: Account): readonly Field[] {
  const { state, denom, transferred, settledAt, funds, deposits } = of
  if (era.legacy) {
    const sum = (own: boolean): bigint =>
      deposits.reduce((total, d) => ((d.owner === owner) === own ? total + d.balance : total), 0n)
    const depositor = deposits.find((d) => d.owner !== owner)?.owner ?? owner
    return [
      [
        1,
        [
          [1, scope],
          [2, xid]
        ]
      ],
      [2, owner],
      [3, ESCROW_STATES[state]],
      [4, decCoin(denom, sum(true))],
      [
        5,
        decCoin(
          denom,
          transferred.reduce((total, t) => total + t.amount, 0n)
        )
      ],
      [6, settledAt],
      [7, depositor],
      [8, decCoin(denom, sum(false))]
    ]
  }
  return [
    [
      1,
      [
        [1, SCOPES[scope]],
        [2, xid]
      ]
    ],
    [
      2,
      [
        [1, owner],
        [2, ESCROW_STATES[state]],
        ...transferred.map((t): Field => [3, decCoin(t.denom, t.amount)]),
        [4, settledAt],
        [5, decCoin(denom, funds)],
        ...deposits
          .filter(({ balance }) => balance > 0n)
          .map((d): Field => [
            6,
            [
              [1, d.owner],
              [2, d.height],
              [3, SOURCES[d.source]],
              [4, decCoin(denom, d.balance)]
            ]
          ])
      ]
    ]
  ]
}

/** A bid's escrow holds its deposit until it comes back. */
function bidAccount(bid: Bid): Account {
  const balance = bid.depositHeld ? bid.deposit.amount * ATTO : 0n
  return {
    state: bid.depositHeld ? 'open' : 'closed',
    denom: bid.deposit.denom,
    funds: balance,
    transferred: [{ denom: AKT, amount: 0n }],
    settledAt: bid.settledAt,
    deposits: [{ owner: bid.provider, height: bid.createdAt, source: 'balance', balance }],
    payments: []
  }
}

function payment(era: Era, lease: Lease): readonly Field[] {
  const { state, denom, rate, balance, unsettled, withdrawn }: Payment = lease.payment
  const { order, provider } = lease.bid
  const xid = deploymentXid(order.group.deployment)
  const id = `${order.group.gseq}/${order.oseq}/${provider}`
  const sums: readonly Field[] = [
    [3, decCoin(denom, rate)],
    [4, decCoin(denom, balance)],
    [5, decCoin(denom, unsettled)],
    [6, coinFields({ denom, amount: withdrawn })]
  ]
  if (era.legacy)
    return [
      [
        1,
        [
          [1, 'deployment'],
          [2, xid]
        ]
      ],
      [2, id],
      [3, provider],
      [4, ESCROW_STATES[state]],
      [5, decCoin(denom, rate)],
      [6, decCoin(denom, balance)],
      [7, coinFields({ denom, amount: withdrawn })]
    ]
  return [
    [
      1,
      [
        [
          1,
          [
            [1, SCOPES.deployment],
            [2, xid]
          ]
        ],
        [2, id]
      ]
    ],
    [2, [[1, provider], [2, ESCROW_STATES[state]], ...sums]]
  ]
}

export function deploymentRow(era: Era, d: Deployment): Uint8Array {
  const groups = d.groups.map((group): Field => [
    2,
    [
      [1, groupId(group)],
      [2, GROUP_STATES[group.state]],
      [3, groupSpecBytes(group.spec)],
      [4, group.createdAt]
    ]
  ])
  return encodeMessage([
    [
      1,
      [
        [1, deploymentId(d)],
        [2, DEPLOYMENT_STATES[d.state]],
        [3, d.hash],
        [4, d.createdAt]
      ]
    ],
    ...groups,
    [3, account(era, 'deployment', deploymentXid(d), d.owner, d.account)]
  ])
}

export const orderRow = (_: Era, order: Order): Uint8Array =>
  encodeMessage([
    [1, orderId(order)],
    [2, ORDER_STATES[order.state]],
    [3, groupSpecBytes(order.group.spec)],
    [4, order.createdAt]
  ])

export function bidRow(era: Era, bid: Bid): Uint8Array {
  const offer: Field[] = bid.hasOffer ? [[5, offerBytes(bid.order.group.spec, bid.gpuKey)]] : []
  return encodeMessage([
    [1, [[1, bidId(bid)], [2, BID_STATES[bid.state]], [3, decCoin(bid.denom, bid.price)], [4, bid.createdAt], ...offer]],
    [2, account(era, 'bid', bidXid(bid), bid.provider, bidAccount(bid))]
  ])
}

export function leaseRow(era: Era, lease: Lease): Uint8Array {
  const closed: Field[] = lease.closedOn === null ? [] : [[5, lease.closedOn]]
  const reason: Field[] = era.legacy || lease.reason === null ? [] : [[6, REASONS[lease.reason]]]
  return encodeMessage([
    [
      1,
      [
        [1, bidId(lease.bid)],
        [2, LEASE_STATES[lease.state]],
        [3, decCoin(lease.denom, lease.price)],
        [4, lease.createdAt],
        ...closed,
        ...reason
      ]
    ],
    [2, payment(era, lease)]
  ])
}

export const providerRow = (_: Era, p: ProviderRecord): Uint8Array =>
  encodeMessage([
    [1, p.owner],
    [2, p.hostUri],
    ...p.attributes.map((a): Field => [3, attributeFields(a)]),
    [
      4,
      [
        [1, p.email],
        [2, p.website]
      ]
    ]
  ])

export const auditRow = (_: Era, { owner, auditor, attributes }: Audit): Uint8Array =>
  encodeMessage([[1, owner], [2, auditor], ...attributes.map((a): Field => [4, attributeFields(a)])])
