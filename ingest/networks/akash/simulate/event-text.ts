/**
 * Effects as JSON of events, in the shape in which a node of CometBFT 0.38 gives them for any height: strings plain. Types, attributes and
 * their order as in the recordings v0.36-by-0.38, v1.2, v1.2-to-v2.0 and v2.1.
 */
import { fromAtto } from '../decimal.ts'
import type { Coin, Effect, Priced } from './effect.ts'
import type { Era } from './era.ts'
import type { Deployment, Group, Order, Reason } from './objects.ts'

type Pair = readonly [key: string, value: string]
/** Attributes at the end of each event: `msg_index`, `mode`. */
export type Tail = readonly Pair[]

/** Values here hold neither control characters nor anything else that JSON.stringify alone can escape. */
const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

function event(type: string, pairs: readonly Pair[], tail: Tail): string {
  const attribute = ([key, value]: Pair): string => `{"key":"${key}","value":${quoted(value)},"index":true}`
  return `{"type":"${type}","attributes":[${[...pairs, ...tail].map(attribute).join(',')}]}`
}

const coins = ({ denom, amount }: Coin): string => `${amount}${denom}`
const decimal = (atto: bigint): string => fromAtto(atto) ?? '0'
const coinJson = ({ denom, amount }: Coin): string => `{"denom":"${denom}","amount":"${amount}"}`
const priceJson = (denom: string, price: bigint): string => `{"denom":"${denom}","amount":"${decimal(price)}"}`
const pricedJson = (priced: Priced): string =>
  priced === null ? 'null' : `{"coin":${coinJson(priced.coin)},"price":"${priced.price}"}`

function deploymentJson({ owner, dseq }: Deployment, rest = ''): string {
  return `{"owner":"${owner}","dseq":"${dseq}"${rest}}`
}
const groupJson = ({ deployment, gseq }: Group, rest = ''): string => deploymentJson(deployment, `,"gseq":${gseq}${rest}`)
const orderJson = ({ group, oseq }: Order, rest = ''): string => groupJson(group, `,"oseq":${oseq}${rest}`)
const bidJson = (order: Order, provider: string): string => orderJson(order, `,"provider":"${provider}","bseq":0`)

const deploymentPairs = ({ owner, dseq }: Deployment): Pair[] => [
  ['owner', owner],
  ['dseq', dseq]
]
const groupPairs = ({ deployment, gseq }: Group): Pair[] => [...deploymentPairs(deployment), ['gseq', String(gseq)]]
const orderPairs = ({ group, oseq }: Order): Pair[] => [...groupPairs(group), ['oseq', String(oseq)]]
const bidPairs = (order: Order, provider: string, denom: string, price: bigint): Pair[] => [
  ...orderPairs(order),
  ['provider', provider],
  ['price-denom', denom],
  ['price-amount', decimal(price)]
]

/** Names of reasons on chain. */
export const REASON_NAMES: { readonly [reason in Reason]: string } = {
  owner: 'lease_closed_owner',
  unstable: 'lease_closed_reason_unstable',
  decommission: 'lease_closed_reason_decommission',
  unspecified: 'lease_closed_reason_unspecified',
  manifest_timeout: 'lease_closed_reason_manifest_timeout',
  insufficient_funds: 'lease_closed_reason_insufficient_funds'
}

/** Events of the market in the legacy era. */
function legacyText(effect: Effect, tail: Tail): string | undefined {
  const legacy = (module: string, action: string, pairs: readonly Pair[]): string =>
    event('akash.v1', [['module', module], ['action', action], ...pairs], tail)
  switch (effect.is) {
    case 'deployment': {
      const version: Pair[] = effect.what === 'closed' ? [] : [['version', Buffer.from(effect.deployment.hash).toString('hex')]]
      return legacy('deployment', `deployment-${effect.what}`, [...version, ...deploymentPairs(effect.deployment)])
    }
    case 'group':
      return legacy('deployment', `group-${effect.what}`, groupPairs(effect.group))
    case 'order':
      return legacy('market', `order-${effect.what}`, orderPairs(effect.order))
    case 'bid':
      return legacy('market', `bid-${effect.what}`, bidPairs(effect.bid.order, effect.bid.provider, effect.denom, effect.price))
    case 'lease': {
      const { order, provider } = effect.lease.bid
      return legacy('market', `lease-${effect.what}`, bidPairs(order, provider, effect.denom, effect.price))
    }
    case 'provider':
      return legacy('provider', `provider-${effect.what}`, [['owner', effect.owner]])
    case 'audit':
      return legacy('audit', `audit-trusted-auditor-${effect.what}`, [
        ['owner', effect.owner],
        ['auditor', effect.auditor]
      ])
    default:
      return undefined
  }
}

const title = (what: string): string => what.charAt(0).toUpperCase() + what.slice(1)

/** Events of the market since v1.0, whose values are JSON. */
function typedText(effect: Effect, tail: Tail): string | undefined {
  switch (effect.is) {
    case 'deployment': {
      const hash: Pair[] =
        effect.what === 'closed' ? [] : [['hash', `"${Buffer.from(effect.deployment.hash).toString('base64')}"`]]
      const type = `akash.deployment.v1.EventDeployment${title(effect.what)}`
      return event(type, [...hash, ['id', deploymentJson(effect.deployment)]], tail)
    }
    case 'group':
      return event(`akash.deployment.v1.EventGroup${title(effect.what)}`, [['id', groupJson(effect.group)]], tail)
    case 'order':
      return event(`akash.market.v1.EventOrder${title(effect.what)}`, [['id', orderJson(effect.order)]], tail)
    case 'bid':
    case 'lease': {
      const { order, provider } = effect.is === 'bid' ? effect.bid : effect.lease.bid
      const id: Pair = ['id', bidJson(order, provider)]
      const type = `akash.market.v1.Event${title(effect.is)}${title(effect.what)}`
      if (effect.what === 'created') return event(type, [id, ['price', priceJson(effect.denom, effect.price)]], tail)
      if (effect.is === 'bid') return event(type, [id], tail)
      return event(type, [id, ['reason', `"${REASON_NAMES[effect.reason ?? 'unspecified']}"`]], tail)
    }
    case 'reclaim': {
      const { order, provider } = effect.lease.bid
      const pairs: Pair[] = [
        ['deadline', `"${effect.deadline}"`],
        ['id', bidJson(order, provider)],
        ['reason', `"${REASON_NAMES[effect.reason]}"`]
      ]
      return event('akash.market.v1.EventLeaseReclaimStarted', pairs, tail)
    }
    case 'provider':
      return event(`akash.provider.v1beta4.EventProvider${title(effect.what)}`, [['owner', `"${effect.owner}"`]], tail)
    case 'audit': {
      const pairs: Pair[] = [
        ['auditor', `"${effect.auditor}"`],
        ['owner', `"${effect.owner}"`]
      ]
      return event(`akash.audit.v1.EventTrustedAuditor${title(effect.what)}`, pairs, tail)
    }
    default:
      return undefined
  }
}

/** A bank transfer: what the sender spends, the recipient gets, and both. */
export function transferText(from: string, to: string, coin: Coin, tail: Tail): string {
  const amount: Pair = ['amount', coins(coin)]
  return [
    event('coin_spent', [['spender', from], amount], tail),
    event('coin_received', [['receiver', to], amount], tail),
    event('transfer', [['recipient', to], ['sender', from], amount], tail),
    event('message', [['sender', from]], tail)
  ].join(',')
}

/** Module of a message type, as SDK 0.53 names it beside the action. */
const moduleOf = (type: string): string => type.split('.')[1] ?? ''

const AKT_USD = '{"denom":"akt","base_denom":"usd"}'

/** Events that are the same in all eras, and those of the burn-mint engine and its oracle. */
function commonText(effect: Effect, era: Era, tail: Tail): string {
  switch (effect.is) {
    case 'message': {
      const more: Pair[] = era.legacy
        ? []
        : [
            ['sender', effect.sender],
            ['module', moduleOf(effect.type)]
          ]
      return event('message', [['action', `/${effect.type}`], ...more], tail)
    }
    case 'transfer':
      return transferText(effect.from, effect.to, effect.coin, tail)
    case 'burn': {
      const amount: Pair = ['amount', coins(effect.coin)]
      const spent = event('coin_spent', [['spender', effect.account], amount], tail)
      return `${spent},${event('burn', [['burner', effect.account], amount], tail)}`
    }
    case 'mint': {
      const amount: Pair = ['amount', coins(effect.coin)]
      const received = event('coin_received', [['receiver', effect.account], amount], tail)
      return `${received},${event('coinbase', [['minter', effect.account], amount], tail)}`
    }
    case 'grant': {
      const pairs: Pair[] = [
        ['grantee', `"${effect.grantee}"`],
        ['granter', `"${effect.granter}"`],
        [
          'msg_type_url',
          `"/${era.legacy ? 'akash.deployment.v1beta3.MsgDepositDeployment' : 'akash.escrow.v1.MsgAccountDeposit'}"`
        ]
      ]
      return event('cosmos.authz.v1beta1.EventGrant', pairs, tail)
    }
    case 'feegrant':
      return event('set_feegrant', feeGrant(effect), tail)
    case 'price': {
      const pairs: Pair[] = [
        ['id', AKT_USD],
        ['price', `"${effect.usd}"`],
        ['source', `"${effect.source}"`],
        ['timestamp', `"${effect.time}"`]
      ]
      return event(`akash.oracle.${effect.version}.EventPriceData`, pairs, tail)
    }
    case 'aggregate': {
      const { usd, twap, time } = effect
      const price = `{"denom":"akt","twap":"${twap}","median_price":"${usd}","min_price":"${usd}","max_price":"${usd}","timestamp":"${time}","num_sources":1,"deviation_bps":"0"}`
      return event(`akash.oracle.${effect.version}.EventAggregatedPrice`, [['price', price]], tail)
    }
    case 'recovered': {
      const pairs: Pair[] = [
        ['height', `"${effect.height}"`],
        ['id', AKT_USD]
      ]
      return event(`akash.oracle.${effect.version}.EventPriceRecovered`, pairs, tail)
    }
    case 'vault-funded': {
      const pairs: Pair[] = [
        ['amount', coinJson(effect.coin)],
        ['new_vault_balance', coinJson(effect.coin)],
        ['source', `"${effect.source}"`]
      ]
      return event('akash.bme.v1.EventVaultFunded', pairs, tail)
    }
    case 'mint-status': {
      const pairs: Pair[] = [
        ['collateral_ratio', `"${effect.ratio}"`],
        ['new_status', `"${effect.to}"`],
        ['previous_status', `"${effect.from}"`]
      ]
      return event('akash.bme.v1.EventMintStatusChange', pairs, tail)
    }
    case 'epoch': {
      const pairs: Pair[] = [
        ['epoch_number', `"${effect.number}"`],
        ['epoch_start_time', `"${effect.startedAt}"`]
      ]
      return event('akash.epochs.v1beta1.EventEpochStart', pairs, tail)
    }
    case 'proposal':
      return event('submit_proposal', [['proposal_id', String(effect.id)]], tail)
    case 'passed': {
      const pairs: Pair[] = [
        ['proposal_id', String(effect.id)],
        ['proposal_result', 'proposal_passed'],
        ['proposal_log', 'passed']
      ]
      return event('active_proposal', pairs, tail)
    }
    case 'ledger': {
      const pairs: Pair[] = [
        ['burned', pricedJson(effect.burned)],
        ['burned_from', `"${effect.account}"`],
        ['burner', '"bme"'],
        ['id', ledgerId(effect)],
        ['minted', pricedJson(effect.minted)],
        ['minted_to', `"${effect.account}"`],
        ['minter', '"bme"'],
        ['remint_credit_accrued', pricedJson(effect.accrued)],
        ['remint_credit_issued', pricedJson(effect.issued)],
        ['spread', coinJson(effect.spread)]
      ]
      return event('akash.bme.v1.EventLedgerRecordExecuted', pairs, tail)
    }
    case 'ledger-canceled': {
      const pairs: Pair[] = [
        ['cancel_reason', `"${effect.reason}"`],
        ['coins_to_burn', coinJson(effect.coin)],
        ['denom_to_mint', `"${effect.to}"`],
        ['id', ledgerId(effect)],
        ['owner', `"${effect.account}"`],
        ['to', `"${effect.account}"`]
      ]
      return event('akash.bme.v1.EventLedgerRecordCanceled', pairs, tail)
    }
    default:
      throw new TypeError(`${effect.is} has no event in ${era.name}`)
  }
}

type LedgerId = {
  readonly from: string
  readonly to: string
  readonly account: string
  readonly height: number
  readonly sequence: number
}
const ledgerId = ({ from, to, account, height, sequence }: LedgerId): string =>
  `{"denom":"${from}","to_denom":"${to}","source":"${account}","height":"${height}","sequence":"${sequence}"}`

const feeGrant = ({ granter, grantee }: { readonly granter: string; readonly grantee: string }): Pair[] => [
  ['granter', granter],
  ['grantee', grantee]
]

/** JSON of the events of one effect, several separated by commas. @throws TypeError when the era has no such event */
export function eventText(effect: Effect, era: Era, tail: Tail): string {
  return (era.legacy ? legacyText(effect, tail) : typedText(effect, tail)) ?? commonText(effect, era, tail)
}

/** Events of the fee, which come first and have no `msg_index`. */
export function feeText(
  era: Era,
  fee: { readonly coin: Coin; readonly signer: string; readonly granter: string | null; readonly collector: string },
  sequence: number,
  signature: string
): string {
  const { coin, signer, granter, collector } = fee
  const payer = granter ?? signer
  const grant: string[] = granter
    ? [
        event('use_feegrant', feeGrant({ granter, grantee: signer }), []),
        event(era.legacy ? 'set_feegrant' : 'update_feegrant', feeGrant({ granter, grantee: signer }), [])
      ]
    : []
  return [
    ...grant,
    transferText(payer, collector, coin, []),
    event(
      'tx',
      [
        ['fee', coins(coin)],
        ['fee_payer', payer]
      ],
      []
    ),
    event('tx', [['acc_seq', `${signer}/${sequence}`]], []),
    event('tx', [['signature', signature]], [])
  ].join(',')
}
