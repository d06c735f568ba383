/** Typed events since v1.0.0 (mainnet height 23939793): type `akash.<module>.<version>.Event…`, each value JSON. */
import * as v from 'valibot'
import type { ChainEvent } from '../../chain/source.ts'
import { decimal18, integer } from './decimal.ts'
import { digits, EventError, sequence, text, type AkashEvent, type ReadEvent } from './event.ts'

type Values = { readonly [key: string]: unknown }

function values(event: ChainEvent): Values {
  const out: { [key: string]: unknown } = {}
  for (const { key, value } of event.attributes) {
    // `mode` and `msg_index` are added by the SDK and are not JSON.
    if (key === 'mode' || key === 'msg_index' || key === 'authz_msg_index') continue
    try {
      out[key] = JSON.parse(value)
    } catch (cause) {
      throw new EventError(`has an attribute '${key}' that is not JSON`, { cause })
    }
  }
  return out
}

const coin = v.object({ denom: v.string(), amount: v.string() })
const id = v.object({
  owner: v.string(),
  dseq: v.unknown(),
  gseq: v.optional(v.unknown()),
  oseq: v.optional(v.unknown()),
  provider: v.optional(v.string())
})

function market(what: string): (at: Values) => AkashEvent {
  return (at) => {
    const key = v.safeParse(id, at['id'])
    if (!key.success) throw new EventError('has no id')
    const { owner, dseq, gseq, oseq, provider } = key.output
    const price = v.safeParse(coin, at['price'])
    const reason = at['reason']
    const deadline = at['deadline']
    return {
      kind: 'market',
      what,
      owner: text(owner, 'owner'),
      dseq: digits(dseq, 'dseq'),
      gseq: gseq === undefined ? null : sequence(gseq, 'gseq'),
      oseq: oseq === undefined ? null : sequence(oseq, 'oseq'),
      provider: provider ?? null,
      denom: price.success ? price.output.denom : null,
      price: price.success ? decimal18(price.output.amount) : null,
      reason: typeof reason === 'string' ? reason.replace(/^lease_closed_(reason_)?/, '') : null,
      deadline: deadline === undefined ? null : BigInt(digits(deadline, 'deadline')) * 1_000_000n
    }
  }
}
const provider =
  (what: 'created' | 'updated' | 'deleted') =>
  (at: Values): AkashEvent => ({
    kind: 'provider',
    what,
    provider: text(at['owner'], 'owner')
  })
const audit =
  (what: 'signed' | 'removed') =>
  (at: Values): AkashEvent => ({
    kind: 'audit',
    what,
    provider: text(at['owner'], 'owner'),
    auditor: text(at['auditor'], 'auditor')
  })

const priced = v.nullish(v.object({ coin, price: v.string() }))
const ledgerId = v.object({ denom: v.string(), to_denom: v.string(), source: v.string() })
const executed = v.object({
  id: ledgerId,
  burned_from: v.optional(v.string()),
  burned: priced,
  minted: priced,
  spread: v.nullish(coin),
  remint_credit_issued: priced,
  remint_credit_accrued: priced
})
const canceled = v.object({
  id: ledgerId,
  owner: v.optional(v.string()),
  coins_to_burn: coin,
  cancel_reason: v.optional(v.string())
})

/** Prices in this set of schemas are read by valibot; what does not fit is an EventError that names the place. */
function parse<const S extends v.GenericSchema>(schema: S, at: Values): v.InferOutput<S> {
  const result = v.safeParse(schema, at)
  if (result.success) return result.output
  const issue = result.issues[0]
  throw new EventError(`is not readable at ${v.getDotPath(issue) ?? 'the top'}: ${issue.message}`)
}

function conversion(ledger: v.InferOutput<typeof ledgerId>): 'mint' | 'burn' | 'other' {
  if (ledger.denom === 'uakt' && ledger.to_denom === 'uact') return 'mint'
  return ledger.denom === 'uact' && ledger.to_denom === 'uakt' ? 'burn' : 'other'
}

function ledgerExecuted(at: Values): AkashEvent {
  const e = parse(executed, at)
  const amount = (side: v.InferOutput<typeof priced>): string | null => (side ? integer(side.coin.amount) : null)
  // The AKT side carries the AKT price, the ACT side the constant 1.
  const akt = [e.burned, e.minted, e.remint_credit_accrued, e.remint_credit_issued].find((s) => s?.coin.denom === 'uakt')
  return {
    kind: 'bme',
    record: {
      kind: conversion(e.id),
      status: 'executed',
      account: e.burned_from ?? e.id.source,
      requested_denom: e.id.denom,
      requested: amount(e.burned) ?? amount(e.remint_credit_accrued),
      burned_denom: e.burned?.coin.denom ?? e.remint_credit_accrued?.coin.denom ?? null,
      burned: amount(e.burned),
      minted_denom: e.minted?.coin.denom ?? e.remint_credit_issued?.coin.denom ?? null,
      minted: amount(e.minted),
      credit_issued: amount(e.remint_credit_issued),
      credit_accrued: amount(e.remint_credit_accrued),
      spread: e.spread ? integer(e.spread.amount) : null,
      price: akt ? decimal18(akt.price) : null,
      reason: null
    }
  }
}

function ledgerCanceled(at: Values): AkashEvent {
  const e = parse(canceled, at)
  return {
    kind: 'bme',
    record: {
      kind: conversion(e.id),
      status: 'canceled',
      account: e.owner ?? e.id.source,
      requested_denom: e.coins_to_burn.denom,
      requested: integer(e.coins_to_burn.amount),
      burned_denom: null,
      burned: null,
      minted_denom: null,
      minted: null,
      credit_issued: null,
      credit_accrued: null,
      spread: null,
      price: null,
      reason: e.cancel_reason ?? null
    }
  }
}

const aggregated = v.object({
  price: v.object({
    denom: v.string(),
    median_price: v.string(),
    twap: v.optional(v.string()),
    num_sources: v.optional(v.number())
  })
})

function oraclePrice(source: string): (at: Values) => AkashEvent {
  return (at) => {
    const { price } = parse(aggregated, at)
    const usd = decimal18(price.median_price)
    if (usd === null) throw new EventError('has no median_price')
    const twap = price.twap === undefined ? null : decimal18(price.twap)
    return { kind: 'price', record: { asset: price.denom, usd, twap, sources: price.num_sources ?? null, source } }
  }
}

const readers: { readonly [type: string]: (at: Values) => AkashEvent } = {
  'akash.deployment.v1.EventDeploymentCreated': market('deployment_created'),
  'akash.deployment.v1.EventDeploymentUpdated': market('deployment_updated'),
  'akash.deployment.v1.EventDeploymentClosed': market('deployment_closed'),
  'akash.deployment.v1.EventGroupClosed': market('group_closed'),
  'akash.deployment.v1.EventGroupPaused': market('group_paused'),
  'akash.deployment.v1.EventGroupStarted': market('group_started'),
  'akash.market.v1.EventOrderCreated': market('order_created'),
  'akash.market.v1.EventOrderClosed': market('order_closed'),
  'akash.market.v1.EventBidCreated': market('bid_created'),
  'akash.market.v1.EventBidClosed': market('bid_closed'),
  'akash.market.v1.EventLeaseCreated': market('lease_created'),
  'akash.market.v1.EventLeaseClosed': market('lease_closed'),
  'akash.market.v1.EventLeaseReclaimStarted': market('lease_reclaim_started'),
  'akash.provider.v1beta4.EventProviderCreated': provider('created'),
  'akash.provider.v1beta4.EventProviderUpdated': provider('updated'),
  'akash.provider.v1beta4.EventProviderDeleted': provider('deleted'),
  'akash.audit.v1.EventTrustedAuditorCreated': audit('signed'),
  'akash.audit.v1.EventTrustedAuditorDeleted': audit('removed'),
  'akash.bme.v1.EventLedgerRecordExecuted': ledgerExecuted,
  'akash.bme.v1.EventLedgerRecordCanceled': ledgerCanceled,
  'akash.oracle.v1.EventAggregatedPrice': oraclePrice('akash.oracle.v1.EventAggregatedPrice'),
  'akash.oracle.v2.EventAggregatedPrice': oraclePrice('akash.oracle.v2.EventAggregatedPrice')
}

/** Known, and bear on no table: single sources' prices, their freshness, epochs, the vault's state (whose first funding param-fact.ts reads). */
const ignored =
  /^akash\.(oracle\.v[12]\.Event(PriceData|PriceStaled|PriceStaleWarning|PriceRecovered)|epochs\.v1beta1\.EventEpoch(Start|End)|bme\.v1\.Event(MintStatusChange|VaultFunded))$/
const followed = /^akash\.(market|deployment|provider|audit|escrow|take|bme|oracle|epochs)\./

/**
 * Reads a typed event.
 * @throws EventError when a known type lacks what it must say
 */
export function readTypedEvent(event: ChainEvent): ReadEvent {
  const reader = Object.hasOwn(readers, event.type) ? readers[event.type] : undefined
  if (reader) return reader(values(event))
  if (!followed.test(event.type)) return 'not followed'
  return ignored.test(event.type) ? 'ignored' : 'unknown'
}
