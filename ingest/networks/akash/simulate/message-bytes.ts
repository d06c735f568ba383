/** Messages of each era as bytes: type URL without its slash, and the message. Field numbers as in proto.ts. */
import { encodeMessage, type Field } from '../wire.ts'
import type { Coin } from './effect.ts'
import type { Era } from './era.ts'
import type { Attribute, Bid, Deployment, Group, Lease, Reason } from './objects.ts'
import { attributeFields, decCoin, groupSpecBytes, offerBytes } from './spec-bytes.ts'

export type Any = { readonly type: string; readonly value: Uint8Array }

export const coinFields = ({ denom, amount }: Coin): readonly Field[] => [
  [1, denom],
  [2, String(amount)]
]

export const deploymentId = ({ owner, dseq }: Deployment): Field[] => [
  [1, owner],
  [2, BigInt(dseq)]
]
export const groupId = ({ deployment, gseq }: Group): Field[] => [...deploymentId(deployment), [3, gseq]]
export const orderId = ({ group, oseq }: Bid['order']): Field[] => [...groupId(group), [4, oseq]]
export const bidId = ({ order, provider }: Bid): Field[] => [...orderId(order), [5, provider]]

/** akash.base.deposit.v1.Source, packed. */
const SOURCES = { balance: Uint8Array.of(1), grant: Uint8Array.of(2) }
const deposit = (coin: Coin, source: 'balance' | 'grant'): readonly Field[] => [
  [1, coinFields(coin)],
  [5, SOURCES[source]]
]

const any = (type: string, fields: readonly Field[]): Any => ({ type, value: encodeMessage(fields) })

/** @param funder who pays the deposit; the owner, or a granter */
export function createDeployment(era: Era, d: Deployment, coin: Coin, funder: string): Any {
  const type = `akash.deployment.${era.versions.deployment}.MsgCreateDeployment`
  const groups = d.groups.map(({ spec }): Field => [2, groupSpecBytes(spec)])
  const paid: Field[] = era.legacy
    ? [
        [4, coinFields(coin)],
        [5, funder]
      ]
    : [[4, deposit(coin, funder === d.owner ? 'balance' : 'grant')]]
  return any(type, [[1, deploymentId(d)], ...groups, [3, d.hash], ...paid])
}

export function updateDeployment(era: Era, d: Deployment): Any {
  return any(`akash.deployment.${era.versions.deployment}.MsgUpdateDeployment`, [
    [1, deploymentId(d)],
    [3, d.hash]
  ])
}

export const closeDeployment = (era: Era, d: Deployment): Any =>
  any(`akash.deployment.${era.versions.deployment}.MsgCloseDeployment`, [[1, deploymentId(d)]])

export const onGroup = (era: Era, what: 'Close' | 'Pause' | 'Start', group: Group): Any =>
  any(`akash.deployment.${era.versions.deployment}.Msg${what}Group`, [[1, groupId(group)]])

export function accountDeposit(era: Era, d: Deployment, coin: Coin, funder: string): Any {
  if (era.legacy)
    return any('akash.deployment.v1beta3.MsgDepositDeployment', [
      [1, deploymentId(d)],
      [2, coinFields(coin)],
      [3, funder]
    ])
  return any('akash.escrow.v1.MsgAccountDeposit', [
    [1, d.owner],
    [
      2,
      [
        [1, 1],
        [2, `${d.owner}/${d.dseq}`]
      ]
    ],
    [3, deposit(coin, funder === d.owner ? 'balance' : 'grant')]
  ])
}

export function createBid(era: Era, bid: Bid): Any {
  const { order, provider, denom, price, gpuKey, hasOffer } = bid
  const type = `akash.market.${era.versions.market}.MsgCreateBid`
  const offer: Field | null = hasOffer ? [era.legacy ? 5 : 4, offerBytes(order.group.spec, gpuKey)] : null
  const fields: Field[] = era.legacy
    ? [
        [1, orderId(order)],
        [2, provider],
        [3, decCoin(denom, price)],
        [4, coinFields(bid.deposit)]
      ]
    : [
        [1, bidId(bid)],
        [2, decCoin(denom, price)],
        [3, deposit(bid.deposit, 'balance')]
      ]
  return any(type, offer ? [...fields, offer] : fields)
}

/** LeaseClosedReason on the wire. */
export const REASONS: { readonly [reason in Reason]: number } = {
  owner: 1,
  unstable: 10_000,
  decommission: 10_001,
  unspecified: 10_002,
  manifest_timeout: 10_003,
  insufficient_funds: 20_000
}

export function onBid(
  era: Era,
  what: 'CreateLease' | 'CloseLease' | 'CloseBid' | 'WithdrawLease',
  bid: Bid,
  reason?: Reason
): Any {
  const id: Field = [1, bidId(bid)]
  const fields: Field[] = reason === undefined || era.legacy ? [id] : [id, [2, REASONS[reason]]]
  return any(`akash.market.${era.versions.market}.Msg${what}`, fields)
}

export const startReclaim = (lease: Lease, reason: Reason): Any =>
  any('akash.market.v1beta5.MsgLeaseStartReclaim', [
    [1, bidId(lease.bid)],
    [2, REASONS[reason]]
  ])

export type ProviderFields = {
  readonly owner: string
  readonly hostUri: string
  readonly attributes: readonly Attribute[]
  readonly email: string
  readonly website: string
}
export function provider(era: Era, what: 'Create' | 'Update', p: ProviderFields): Any {
  return any(`akash.provider.${era.versions.provider}.Msg${what}Provider`, [
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
}

export function audit(era: Era, owner: string, auditor: string, attributes: readonly Attribute[], signed: boolean): Any {
  const what = signed ? 'Sign' : 'Delete'
  return any(`akash.audit.${era.versions.audit}.Msg${what}ProviderAttributes`, [
    [1, owner],
    [2, auditor],
    ...attributes.map((a): Field => [3, signed ? attributeFields(a) : a.key])
  ])
}

/** MsgMintACT and MsgBurnACT. */
export const convert = (what: 'Mint' | 'Burn', account: string, coin: Coin): Any =>
  any(`akash.bme.v1.Msg${what}ACT`, [
    [1, account],
    [2, account],
    [3, coinFields(coin)]
  ])

/** A price of the oracle, in AKT/USD. `seconds` since 1970. */
export function addPrice(version: 'v1' | 'v2', signer: string, usd: bigint, seconds: number): Any {
  const id: Field = [
    2,
    [
      [1, 'akt'],
      [2, 'usd']
    ]
  ]
  const time: readonly Field[] = [[1, seconds]]
  const price: Field[] =
    version === 'v1'
      ? [
          [
            3,
            [
              [1, String(usd)],
              [2, time]
            ]
          ]
        ]
      : [
          [3, String(usd)],
          [4, time]
        ]
  return any(`akash.oracle.${version}.MsgAddPriceEntry`, [[1, signer], id, ...price])
}

/** A proposal to upgrade the software at a height, gov v1. */
export function proposeUpgrade(proposer: string, name: string, height: number): Any {
  const upgrade = encodeMessage([
    [1, proposer],
    [
      2,
      [
        [1, name],
        [3, height]
      ]
    ]
  ])
  return any('cosmos.gov.v1.MsgSubmitProposal', [
    [
      1,
      [
        [1, '/cosmos.upgrade.v1beta1.MsgSoftwareUpgrade'],
        [2, upgrade]
      ]
    ],
    [2, coinFields({ denom: 'uakt', amount: 1_000_000_000n })],
    [3, proposer]
  ])
}

/** Messages that another account sends in the name of their owner. */
export const exec = (grantee: string, messages: readonly Any[]): Any =>
  any('cosmos.authz.v1beta1.MsgExec', [
    [1, grantee],
    ...messages.map(({ type, value }): Field => [
      2,
      [
        [1, `/${type}`],
        [2, value]
      ]
    ])
  ])
