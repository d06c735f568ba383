/** Objects of the chain's state to facts, pure. */
import type { StateFact } from '../../../src/lib/model/snapshot.ts'
import { accountOf, decimal, height, named, paymentOf, type Account, type Version } from './escrow.ts'
import * as proto from './proto.ts'
import { groupSpec, offered, type GpuUnit } from './resources.ts'
import { decodeMessage, type Message, type OnUnknownField, type Schema } from './wire.ts'

const names = (...all: readonly string[]): readonly string[] => all
/** Enumerations of states: the same numbers in all versions that have them. */
const DEPLOYMENT = names('invalid', 'active', 'closed')
const GROUP = names('invalid', 'open', 'paused', 'insufficient_funds', 'closed')
const ORDER = names('invalid', 'open', 'active', 'closed')
const BID = names('invalid', 'open', 'active', 'lost', 'closed')
const LEASE = names('invalid', 'active', 'insufficient_funds', 'closed', 'reclaiming')
/** akash.market.v1.LeaseClosedReason without prefixes; 0 is an open lease, or one closed before there were reasons. */
const REASONS: { readonly [number: string]: string | null } = {
  0: null,
  1: 'owner',
  10000: 'unstable',
  10001: 'decommission',
  10002: 'unspecified',
  10003: 'manifest_timeout',
  20000: 'insufficient_funds'
}

const priced = (coin: Message<typeof proto.coin> | undefined) => ({ denom: coin?.denom || null, price: decimal(coin) })

type BidId = Message<typeof proto.bidId>
function order(id: Message<typeof proto.orderId> | undefined, what: string) {
  if (!id) throw new RangeError(`a ${what} has no id`)
  return { owner: id.owner, dseq: id.dseq.toString(), gseq: Number(id.gseq), oseq: Number(id.oseq) }
}
const bidOf = (id: BidId | undefined, what: string) => ({ ...order(id, what), provider: id?.provider ?? '' })

type Of = {
  readonly owner: string
  readonly dseq: string
  readonly gseq: number
  readonly oseq: number
  readonly provider: string
}
function fundFacts(read_height: number, of: 'deployment' | 'bid', id: Of, { coins }: Account): StateFact[] {
  return coins.flatMap(({ kind, account, coin }, position): StateFact[] => {
    const amount = decimal(coin)
    // What was transferred tells the denom of old, also when it is nothing.
    if (!coin?.denom || amount === null || (kind !== 'transferred' && Number(amount) === 0)) return []
    return [{ table: 'state_funds', row: { read_height, of, ...id, kind, position, account, denom: coin.denom, amount } }]
  })
}

function gpuFacts(read_height: number, of: 'group' | 'bid', id: Of, units: readonly GpuUnit[]): StateFact[] {
  return units.flatMap((unit) =>
    unit.options.map((option, option_index): StateFact => ({
      table: 'state_gpu_units',
      row: {
        read_height,
        of,
        ...id,
        unit_index: unit.unitIndex,
        option_index,
        gpus: unit.gpus,
        model: option.model,
        memory_gib: option.memoryGib,
        interface: option.interface
      }
    }))
  )
}

const resourcesOf = (r: ReturnType<typeof offered> | null) => ({
  cpu_millicores: r?.cpuMillicores ?? null,
  memory_bytes: r?.memoryBytes ?? null,
  storage_bytes: r?.storageBytes ?? null,
  persistent_storage_bytes: r?.persistentStorageBytes ?? null
})

/** Facts of one object from its bytes. @throws RangeError, WireError when it is not understood */
export type Row = (bytes: Uint8Array, readHeight: number, version: Version, onUnknown: OnUnknownField) => StateFact[]

const group = {
  1: ['id', proto.groupId],
  2: ['state', 'uint'],
  3: ['spec', proto.groupSpec],
  4: ['created_at', 'uint']
} as const satisfies Schema
const deployment = {
  1: [
    'deployment',
    {
      1: ['id', proto.deploymentId],
      2: ['state', 'uint'],
      3: ['hash', 'bytes'],
      4: ['created_at', 'uint'],
      5: ['reclamation', 'bytes']
    }
  ],
  2: ['groups', [group]],
  3: ['account', 'bytes']
} as const satisfies Schema

export const deploymentRow: Row = (bytes, read_height, version, onUnknown) => {
  const { deployment: d, groups, account: escrow } = decodeMessage(deployment, bytes, onUnknown)
  if (!d?.id) throw new RangeError('a deployment has no id')
  const id = { owner: d.id.owner, dseq: d.id.dseq.toString() }
  const account = accountOf(escrow, version, onUnknown)
  const of = { ...id, gseq: 0, oseq: 0, provider: '' }
  const { account_state, settled_height } = account
  const row = {
    read_height,
    ...id,
    state: named(DEPLOYMENT, d.state, 'deployment'),
    created_height: Number(d.created_at),
    account_state,
    settled_height,
    funded_by: account.depositor
  }
  return [
    { table: 'state_deployments', row },
    ...fundFacts(read_height, 'deployment', of, account),
    ...groups.flatMap((g): StateFact[] => {
      if (!g.id || !g.spec) throw new RangeError(`a group of ${id.owner}, dseq ${id.dseq} has no id or spec`)
      const gseq = Number(g.id.gseq)
      const spec = groupSpec(g.spec, gseq - 1)
      const { denom, maxPrice: max_price, gpus, gpuModels: gpu_models, region, signedBy: signed_by } = spec
      const state = named(GROUP, g.state, 'group')
      const asked = { denom, max_price, gpus, gpu_models, ...resourcesOf(spec), region, signed_by }
      return [
        { table: 'state_groups', row: { read_height, ...id, gseq, state, created_height: Number(g.created_at), ...asked } },
        ...gpuFacts(read_height, 'group', { ...id, gseq, oseq: 0, provider: '' }, spec.gpuUnits)
      ]
    })
  ]
}

/** Its spec is that of its group, so it is not read again. */
const orderFields = {
  1: ['id', proto.orderId],
  2: ['state', 'uint'],
  3: ['spec', 'bytes'],
  4: ['created_at', 'uint'],
  5: ['reclamation', 'bytes']
} as const satisfies Schema
export const orderRow: Row = (bytes, read_height, _, onUnknown) => {
  const o = decodeMessage(orderFields, bytes, onUnknown)
  const state = named(ORDER, o.state, 'order')
  return [{ table: 'state_orders', row: { read_height, ...order(o.id, 'order'), state, created_height: Number(o.created_at) } }]
}

const bid = {
  1: [
    'bid',
    {
      1: ['id', proto.bidId],
      2: ['state', 'uint'],
      3: ['price', proto.coin],
      4: ['created_at', 'uint'],
      5: ['resources_offer', [proto.offer]],
      6: ['reclamation_window', proto.duration]
    }
  ],
  2: ['account', 'bytes']
} as const satisfies Schema
export const bidRow: Row = (bytes, read_height, version, onUnknown) => {
  const { bid: b, account: escrow } = decodeMessage(bid, bytes, onUnknown)
  const id = bidOf(b?.id, 'bid')
  const account = accountOf(escrow, version, onUnknown)
  const offer = b && b.resources_offer.length > 0 ? offered(b.resources_offer) : null
  const { account_state, settled_height } = account
  const row = {
    read_height,
    ...id,
    state: named(BID, b?.state, 'bid'),
    created_height: Number(b?.created_at),
    ...priced(b?.price),
    has_offer: offer !== null,
    ...resourcesOf(offer),
    reclamation_window_s: b?.reclamation_window?.seconds ?? null,
    account_state,
    settled_height
  }
  return [
    { table: 'state_bids', row },
    ...fundFacts(read_height, 'bid', id, account),
    ...gpuFacts(read_height, 'bid', id, offer?.gpuUnits ?? [])
  ]
}

const lease = {
  1: [
    'lease',
    {
      1: ['id', proto.bidId],
      2: ['state', 'uint'],
      3: ['price', proto.coin],
      4: ['created_at', 'uint'],
      5: ['closed_on', 'uint'],
      6: ['reason', 'uint'],
      7: ['reclamation', 'bytes']
    }
  ],
  2: ['payment', 'bytes']
} as const satisfies Schema
export const leaseRow: Row = (bytes, read_height, version, onUnknown) => {
  const { lease: l, payment: escrow } = decodeMessage(lease, bytes, onUnknown)
  const id = bidOf(l?.id, 'lease')
  const reason = REASONS[String(l?.reason ?? 0n)]
  if (reason === undefined)
    throw new RangeError(`a lease has close reason ${l?.reason}, which this version of Rackrate does not know`)
  const state = named(LEASE, l?.state, 'lease')
  const heights = { created_height: Number(l?.created_at), closed_height: height(l?.closed_on) }
  return [
    {
      table: 'state_leases',
      row: { read_height, ...id, state, ...heights, reason, ...priced(l?.price), ...paymentOf(escrow, version, onUnknown) }
    }
  ]
}

export const providerRow: Row = (bytes, read_height, _, onUnknown) => {
  const p = decodeMessage(proto.provider, bytes, onUnknown)
  const valueOf = (key: string): string | undefined => p.attributes.find((a) => a.key === key)?.value
  const row = {
    read_height,
    provider: p.owner,
    host_uri: p.host_uri || null,
    email: p.info?.email || null,
    website: p.info?.website || null,
    attributes: JSON.stringify(p.attributes.map(({ key, value }) => ({ key, value }))),
    organization: valueOf('organization') ?? null,
    region: valueOf('region') ?? valueOf('location-region') ?? null
  }
  return [{ table: 'state_providers', row }]
}

const audited = {
  1: ['owner', 'string'],
  2: ['auditor', 'string'],
  4: ['attributes', [proto.attribute]]
} as const satisfies Schema
export const auditRow: Row = (bytes, read_height, _, onUnknown) => {
  const { owner: provider, auditor, attributes } = decodeMessage(audited, bytes, onUnknown)
  return attributes.map(({ key, value }): StateFact => ({
    table: 'state_audits',
    row: { read_height, provider, auditor, key, value }
  }))
}
