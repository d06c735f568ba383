/** Events of the market as JSON: of the legacy era, and since v1.0. */
import { fromAtto } from '../decimal.ts'
import type { Effect } from './effect.ts'
import { event, type Pair, type Tail } from './event-json.ts'
import type { Deployment, Group, Order, Reason } from './objects.ts'

const decimal = (atto: bigint): string => fromAtto(atto) ?? '0'
const priceJson = (denom: string, price: bigint): string => `{"denom":"${denom}","amount":"${decimal(price)}"}`

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
const REASON_NAMES: { readonly [reason in Reason]: string } = {
  owner: 'lease_closed_owner',
  unstable: 'lease_closed_reason_unstable',
  decommission: 'lease_closed_reason_decommission',
  unspecified: 'lease_closed_reason_unspecified',
  manifest_timeout: 'lease_closed_reason_manifest_timeout',
  insufficient_funds: 'lease_closed_reason_insufficient_funds'
}

/** Events of the market in the legacy era. */
export function legacyText(effect: Effect, tail: Tail): string | undefined {
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
export function typedText(effect: Effect, tail: Tail): string | undefined {
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
