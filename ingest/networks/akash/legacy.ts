/** Events up to v0.38 (mainnet heights below 23939793): type `akash.v1`, flat attributes, told apart by module and action. */
import type { ChainEvent } from '../../chain/source.ts'
import { decimal18 } from './decimal.ts'
import { digits, sequence, text, type ReadEvent } from './event.ts'

const market: { readonly [action: string]: string } = {
  'deployment-created': 'deployment_created',
  'deployment-updated': 'deployment_updated',
  'deployment-closed': 'deployment_closed',
  'group-closed': 'group_closed',
  'group-paused': 'group_paused',
  'group-started': 'group_started',
  'order-created': 'order_created',
  'order-closed': 'order_closed',
  'bid-created': 'bid_created',
  'bid-closed': 'bid_closed',
  'lease-created': 'lease_created',
  'lease-closed': 'lease_closed'
}
const provider = { 'provider-created': 'created', 'provider-updated': 'updated', 'provider-deleted': 'deleted' } as const
const audit = { 'audit-trusted-auditor-created': 'signed', 'audit-trusted-auditor-deleted': 'removed' } as const

const has = <T extends object>(table: T, key: string): key is keyof T & string => Object.hasOwn(table, key)

/**
 * Reads an `akash.v1` event.
 * @throws EventError when a known action lacks what it must say
 */
export function readLegacyEvent(event: ChainEvent): ReadEvent {
  if (event.type !== 'akash.v1') return 'not followed'
  const at = new Map<string, string>()
  for (const { key, value } of event.attributes) if (!at.has(key)) at.set(key, value)
  const action = at.get('action') ?? ''
  if (has(provider, action)) return { kind: 'provider', what: provider[action], provider: text(at.get('owner'), 'owner') }
  if (has(audit, action)) {
    return {
      kind: 'audit',
      what: audit[action],
      provider: text(at.get('owner'), 'owner'),
      auditor: text(at.get('auditor'), 'auditor')
    }
  }
  const what = has(market, action) ? market[action] : undefined
  if (what === undefined) return 'unknown'
  const gseq = at.get('gseq')
  const oseq = at.get('oseq')
  const amount = at.get('price-amount')
  return {
    kind: 'market',
    what,
    owner: text(at.get('owner'), 'owner'),
    dseq: digits(at.get('dseq'), 'dseq'),
    gseq: gseq === undefined ? null : sequence(gseq, 'gseq'),
    oseq: oseq === undefined ? null : sequence(oseq, 'oseq'),
    provider: at.get('provider') ?? null,
    denom: at.get('price-denom') ?? null,
    price: amount === undefined ? null : decimal18(amount),
    reason: null,
    deadline: null
  }
}
