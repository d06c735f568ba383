/** Rows of facts from decoded messages, events and flows. */
import type { Fact } from '../../../src/lib/model/facts.ts'
import type { AkashEvent, MarketEvent } from './event.ts'
import type { Coin } from './decimal.ts'
import type { Flow } from './flow.ts'
import type { AkashMessage, Attribute } from './messages.ts'
import type { GpuUnit } from './resources.ts'

export type Place = { readonly height: number; readonly txIndex: number }
export type DecodedMessage = {
  readonly path: string
  readonly type: string
  readonly message: AkashMessage
  readonly feeGranter: string | null
}
/** Decoded messages of a transaction by their path. */
export type Decoded = Map<string, DecodedMessage>
type Sibling = { readonly index: number; readonly path: string | null; readonly event: AkashEvent }

const at = (place: Place, index: number) => ({ height: place.height, tx_index: place.txIndex, event_index: index })
const inMessage = (place: Place, index: number, path: string | null) => ({ ...at(place, index), msg_index: path })

/** The message of a path. Events of a MsgExec inside a MsgExec name only the outer place, so its first message stands for it. */
function messageAt(decoded: Decoded, path: string | null): DecodedMessage | undefined {
  if (path === null) return undefined
  return decoded.get(path) ?? [...decoded.values()].find((m) => m.path.startsWith(`${path}/`))
}

export function unknown(
  place: Place,
  index: number,
  path: string | null,
  kind: 'event' | 'message' | 'field' | 'undecodable',
  type: string,
  detail: string | null
): Fact {
  return { table: 'unknowns', row: { ...inMessage(place, index, path), kind, type, detail } }
}

export function factsOfMessage(place: Place, index: number, { message, path, type, feeGranter }: DecodedMessage): Fact {
  return {
    table: 'messages',
    row: {
      ...inMessage(place, index, path),
      type,
      fee_granter: feeGranter,
      ...message.target,
      deposit_source: message.depositSource
    }
  }
}

function gpuRows(place: Place, index: number, units: readonly GpuUnit[]): Fact[] {
  return units.flatMap((unit) =>
    unit.options.map((option, optionIndex): Fact => {
      return {
        table: 'gpu_units',
        row: {
          ...at(place, index),
          unit_index: unit.unitIndex,
          option_index: optionIndex,
          gpus: unit.gpus,
          model: option.model,
          memory_gib: option.memoryGib,
          interface: option.interface
        }
      }
    })
  )
}

/** Groups of a new deployment; each takes the position of its first order's event. */
function groupFacts(
  place: Place,
  path: string | null,
  e: MarketEvent,
  entry: DecodedMessage,
  siblings: readonly Sibling[]
): Fact[] {
  const { detail } = entry.message
  if (detail.kind !== 'deployment') return []
  return detail.groups.flatMap((group) => {
    const order = siblings.find(
      (s) =>
        s.path === path &&
        s.event.kind === 'market' &&
        s.event.what === 'order_created' &&
        s.event.gseq === group.gseq &&
        s.event.dseq === e.dseq
    )
    if (!order) return []
    const spec: Fact = {
      table: 'group_specs',
      row: {
        ...at(place, order.index),
        denom: group.denom,
        max_price: group.maxPrice,
        gpus: group.gpus,
        gpu_models: group.gpuModels,
        cpu_millicores: group.cpuMillicores,
        memory_bytes: group.memoryBytes,
        storage_bytes: group.storageBytes,
        persistent_storage_bytes: group.persistentStorageBytes,
        region: group.region,
        signed_by: group.signedBy
      }
    }
    return [spec, ...gpuRows(place, order.index, group.gpuUnits)]
  })
}

function bidFacts(place: Place, index: number, entry: DecodedMessage): Fact[] {
  const { detail } = entry.message
  if (detail.kind !== 'bid') return []
  const { offer } = detail
  const row = {
    ...at(place, index),
    deposit_denom: detail.depositDenom,
    deposit: detail.deposit,
    has_offer: offer !== null,
    cpu_millicores: offer?.cpuMillicores ?? null,
    memory_bytes: offer?.memoryBytes ?? null,
    storage_bytes: offer?.storageBytes ?? null,
    persistent_storage_bytes: offer?.persistentStorageBytes ?? null,
    reclamation_window_s: detail.reclamationWindow
  }
  return [{ table: 'bid_offers', row }, ...gpuRows(place, index, offer?.gpuUnits ?? [])]
}

function marketFacts(
  place: Place,
  index: number,
  path: string | null,
  e: MarketEvent,
  entry: DecodedMessage | undefined,
  siblings: readonly Sibling[]
): Fact[] {
  const event: Fact = {
    table: 'market_events',
    row: {
      ...inMessage(place, index, entry?.path ?? path),
      kind: e.what,
      owner: e.owner,
      dseq: e.dseq,
      gseq: e.gseq,
      oseq: e.oseq,
      provider: e.provider,
      denom: e.denom,
      price: e.price,
      reason: e.reason,
      deadline: e.deadline
    }
  }
  if (!entry) return [event]
  if (e.what === 'deployment_created') return [event, ...groupFacts(place, path, e, entry, siblings)]
  return e.what === 'bid_created' ? [event, ...bidFacts(place, index, entry)] : [event]
}

const pairs = (attributes: readonly Attribute[]) => attributes.map(({ key, value }) => ({ key, value }))

/** The first value of the first of these keys that is there. */
const stated = (attributes: readonly Attribute[], ...keys: readonly string[]): string | null =>
  keys.flatMap((key) => attributes.find((a) => a.key === key) ?? [])[0]?.value ?? null

export function factsOfEvent(
  place: Place,
  index: number,
  path: string | null,
  event: AkashEvent,
  decoded: Decoded,
  siblings: readonly Sibling[]
): Fact[] {
  const entry = messageAt(decoded, path)
  const detail = entry?.message.detail
  const position = at(place, index)
  switch (event.kind) {
    case 'market':
      return marketFacts(place, index, path, event, entry, siblings)
    case 'provider': {
      const record = detail?.kind === 'provider' ? detail : null
      const row = {
        ...position,
        kind: event.what,
        provider: event.provider,
        host_uri: record?.hostUri ?? null,
        email: record?.email || null,
        website: record?.website || null,
        attributes: record ? JSON.stringify(pairs(record.attributes)) : null,
        organization: stated(record?.attributes ?? [], 'organization'),
        region: stated(record?.attributes ?? [], 'region', 'location-region')
      }
      return [{ table: 'provider_records', row }]
    }
    case 'audit': {
      const signed = detail?.kind === 'audit' ? detail.attributes : []
      const row = {
        ...position,
        kind: event.what,
        provider: event.provider,
        auditor: event.auditor,
        keys: signed.map((a) => a.key),
        values: event.what === 'signed' ? signed.map((a) => a.value) : []
      }
      return [{ table: 'audit_records', row }]
    }
    case 'bme':
      return [{ table: 'bme_records', row: { ...position, ...event.record } }]
    case 'price':
      return [{ table: 'oracle_prices', row: { ...position, ...event.record } }]
  }
}

export function factsOfFlow(place: Place, path: string | null, flow: Flow, decoded: Decoded): Fact {
  return {
    table: 'transfers',
    row: {
      ...inMessage(place, flow.index, messageAt(decoded, path)?.path ?? path),
      coin_index: flow.coinIndex,
      direction: flow.direction,
      account: flow.account,
      denom: flow.denom,
      amount: flow.amount,
      take: flow.take,
      next_event: flow.nextEvent,
      next_rank: flow.nextRank,
      lease_event: flow.leaseEvent
    }
  }
}

export function factsOfSupply(
  place: Place,
  index: number,
  supply: { readonly kind: 'burn' | 'mint'; readonly coins: readonly Coin[] }
): Fact[] {
  return supply.coins.map(({ denom, amount }, coin_index) => ({
    table: 'vault_supply',
    row: { ...at(place, index), coin_index, kind: supply.kind, denom, amount }
  }))
}
