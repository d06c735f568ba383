/**
 * Facts: what happened, as one block tells it. Ingest appends them; views give them meaning.
 * A fact is unique by (network, height, tx_index, event_index) within its table.
 */
import { col, opt, type RowOf } from './tables.ts'

/** `tx_index` of facts from PreBlock and BeginBlock events. */
export const BEGIN_BLOCK = -1
/** `tx_index` of facts from EndBlock events: after every transaction of the block. */
export const END_BLOCK = 1_000_000

const position = {
  network: col('VARCHAR', 'Network id'),
  height: col('BIGINT', 'Block height'),
  tx_index: col('INTEGER', `Position of the transaction in its block; ${BEGIN_BLOCK} before them, ${END_BLOCK} after them`),
  event_index: col('INTEGER', 'Position of the event in its transaction or block phase; negative for a row made from a message')
} as const

const inMessage = {
  ...position,
  tx_hash: opt('VARCHAR', 'SHA-256 of the transaction, upper-case hex; NULL for block events'),
  msg_index: opt('VARCHAR', 'Message in the transaction: `0`, or `0/1` for the second message inside an authz MsgExec; NULL for block events')
} as const

const group = {
  owner: col('VARCHAR', 'Tenant address'),
  dseq: col('VARCHAR', 'Deployment sequence: a uint64 in digits'),
  gseq: col('INTEGER', 'Group sequence')
} as const

export const FACTS = {
  blocks: {
    row: 'a block',
    columns: {
      network: position.network,
      height: position.height,
      time: col('TIMESTAMP', 'Time in the block header'),
      txs: col('INTEGER', 'Transactions in the block, failed ones included'),
      hash: col('VARCHAR', 'Block hash, upper-case hex')
    }
  },
  messages: {
    row: 'an executed message of a followed module; event_index is −1 for the first of its transaction, −2 for the second, …',
    columns: {
      ...inMessage,
      type: col('VARCHAR', 'Message type URL without the leading slash'),
      signer: opt('VARCHAR', 'Account that the message acts for'),
      via: col('VARCHAR', '`direct`, `authz` (inside MsgExec) or `managed` (another account pays fee or deposit)'),
      fee_granter: opt('VARCHAR', 'Account that pays the fee in place of the signer'),
      owner: opt('VARCHAR', 'Tenant address of the object addressed'),
      dseq: opt('VARCHAR', 'Deployment sequence addressed'),
      gseq: opt('INTEGER', 'Group sequence addressed'),
      oseq: opt('INTEGER', 'Order sequence addressed'),
      provider: opt('VARCHAR', 'Provider address of the bid or lease addressed'),
      deposit_source: opt('VARCHAR', 'Sources a deposit may be taken from, in order: `balance`, `grant`, `balance,grant`')
    }
  },
  market_events: {
    row: 'an event in the life of a deployment, group, order, bid or lease',
    columns: {
      ...inMessage,
      kind: col(
        'VARCHAR',
        'deployment_created|updated|closed, group_closed|paused|started, order_created|closed, bid_created|closed, lease_created|closed, lease_reclaim_started'
      ),
      owner: group.owner,
      dseq: group.dseq,
      gseq: opt('INTEGER', 'Group sequence'),
      oseq: opt('INTEGER', 'Order sequence'),
      provider: opt('VARCHAR', 'Provider address'),
      denom: opt('VARCHAR', 'Denom of the price'),
      price: opt('DECIMAL(38,18)', 'Price of the whole lease per block', 'denom / block'),
      reason: opt('VARCHAR', 'Close or reclaim reason as the event names it, without its prefix'),
      deadline: opt('TIMESTAMP', 'End of a reclamation window'),
      message: opt('VARCHAR', 'Type of the message that caused the event; NULL for block events')
    }
  },
  group_specs: {
    row: 'what a group of a deployment asks for; event_index is that of its first order, or of the deployment',
    columns: {
      ...inMessage,
      ...group,
      denom: opt('VARCHAR', 'Denom of the highest price accepted'),
      max_price: opt('DECIMAL(38,18)', 'Highest price accepted for the whole group per block', 'denom / block'),
      gpus: col('INTEGER', 'GPUs in all units and counts', 'GPUs'),
      gpu_models: col('VARCHAR[]', 'Models accepted, `vendor/model`, `*` for any; empty without GPUs'),
      cpu_millicores: opt('BIGINT', 'CPU of all units', 'millicores'),
      memory_bytes: opt('BIGINT', 'Memory of all units', 'bytes'),
      storage_bytes: opt('BIGINT', 'Storage of all units, persistent included', 'bytes'),
      persistent_storage_bytes: opt('BIGINT', 'Persistent storage of all units', 'bytes'),
      region: opt('VARCHAR', 'Region required by a placement attribute'),
      signed_by: col('VARCHAR[]', 'Auditors required, all_of before any_of')
    }
  },
  bid_offers: {
    row: 'what a bid offers; event_index is that of its bid-created event',
    columns: {
      ...inMessage,
      ...group,
      oseq: col('INTEGER', 'Order sequence'),
      provider: col('VARCHAR', 'Provider address'),
      deposit_denom: opt('VARCHAR', 'Denom of the deposit'),
      deposit: opt('DECIMAL(38,0)', 'Deposit of the bid', 'micro-units of deposit_denom'),
      has_offer: col('BOOLEAN', 'The message carries resources_offer (market v1beta4 and later)'),
      cpu_millicores: opt('BIGINT', 'CPU offered', 'millicores'),
      memory_bytes: opt('BIGINT', 'Memory offered', 'bytes'),
      storage_bytes: opt('BIGINT', 'Storage offered', 'bytes'),
      persistent_storage_bytes: opt('BIGINT', 'Persistent storage offered', 'bytes'),
      reclamation_window_s: opt('BIGINT', 'Reclamation window offered', 'seconds')
    }
  },
  gpu_units: {
    row: 'one GPU attribute of one resource unit of a group or an offer; several rows with one unit are alternatives',
    columns: {
      ...inMessage,
      unit_index: col('INTEGER', 'Resource unit within the group or offer, from 0'),
      option_index: col('INTEGER', 'Alternative within the unit, from 0'),
      ...group,
      oseq: opt('INTEGER', 'Order sequence; NULL when asked by a group'),
      provider: opt('VARCHAR', 'Bidder; NULL when asked by a group'),
      gpus: col('INTEGER', 'GPUs of the unit: units × count', 'GPUs'),
      model: opt('VARCHAR', '`vendor/model` in lower case; model `*` when any; NULL when the unit names none'),
      memory_gib: opt('DOUBLE', 'Memory of one GPU', 'GiB'),
      interface: opt('VARCHAR', '`sxm`, `pcie` or as written')
    }
  },
  transfers: {
    row: 'one coin that moved into or out of the escrow module account',
    columns: {
      ...inMessage,
      coin_index: col('INTEGER', 'Coin within the transfer, from 0'),
      direction: col('VARCHAR', '`in` or `out`, seen from escrow'),
      account: col('VARCHAR', 'The other side'),
      denom: col('VARCHAR', 'Denom'),
      amount: col('DECIMAL(38,0)', 'Amount that reached the other side', 'micro-units of denom'),
      take: col('DECIMAL(38,0)', 'Take that left escrow for the distribution module directly before', 'micro-units of denom'),
      message: opt('VARCHAR', 'Type of the message that caused it'),
      owner: opt('VARCHAR', 'Tenant of the deployment that the message is about'),
      dseq: opt('VARCHAR', 'Deployment that the message is about'),
      next_bid: opt('VARCHAR', 'lease_id of the bid whose closing follows this transfer with only escrow transfers between'),
      next_bid_rank: opt('INTEGER', '1 for the transfer directly before that closing, 2 for the one before it, …'),
      after_lease: opt('VARCHAR', 'order_id of the lease created earlier in the same message')
    }
  },
  provider_records: {
    row: 'a version of a provider record',
    columns: {
      ...inMessage,
      kind: col('VARCHAR', '`created`, `updated` or `deleted`'),
      provider: col('VARCHAR', 'Provider address'),
      host_uri: opt('VARCHAR', 'Address of the provider service, as the provider states it'),
      email: opt('VARCHAR', 'Contact, as stated'),
      website: opt('VARCHAR', 'Website, as stated'),
      attributes: opt('VARCHAR', 'JSON list of {key, value} in the order of the record'),
      attribute_keys: col('VARCHAR[]', 'Keys of the attributes'),
      attribute_values: col('VARCHAR[]', 'Values of the attributes, in the order of the keys')
    }
  },
  audit_records: {
    row: 'an auditor signing attributes of a provider, or taking signatures back',
    columns: {
      ...inMessage,
      kind: col('VARCHAR', '`signed` or `removed`'),
      provider: col('VARCHAR', 'Provider address'),
      auditor: col('VARCHAR', 'Auditor address'),
      keys: col('VARCHAR[]', 'Keys signed or removed; empty when all are removed'),
      values: col('VARCHAR[]', 'Values signed, in the order of the keys; empty for a removal')
    }
  },
  bme_records: {
    row: 'an executed or cancelled conversion between tokens by the burn-mint engine',
    columns: {
      ...position,
      kind: col('VARCHAR', '`mint` (AKT to ACT), `burn` (ACT to AKT) or `other`'),
      status: col('VARCHAR', '`executed` or `canceled`'),
      account: opt('VARCHAR', 'Account that asked for it'),
      requested_height: opt('BIGINT', 'Height at which it was asked for'),
      requested_denom: opt('VARCHAR', 'Denom handed in'),
      requested: opt('DECIMAL(38,0)', 'Amount handed in, where the event tells it', 'micro-units'),
      burned_denom: opt('VARCHAR', 'Denom burned'),
      burned: opt('DECIMAL(38,0)', 'Amount burned', 'micro-units'),
      minted_denom: opt('VARCHAR', 'Denom minted or issued'),
      minted: opt('DECIMAL(38,0)', 'Amount newly minted', 'micro-units'),
      credit_issued_denom: opt('VARCHAR', 'Denom of remint credit used'),
      credit_issued: opt('DECIMAL(38,0)', 'Remint credit used', 'micro-units'),
      credit_accrued_denom: opt('VARCHAR', 'Denom of remint credit gained'),
      credit_accrued: opt('DECIMAL(38,0)', 'Remint credit gained', 'micro-units'),
      spread_denom: opt('VARCHAR', 'Denom of the spread'),
      spread: opt('DECIMAL(38,0)', 'Spread kept', 'micro-units'),
      price: opt('DECIMAL(38,18)', 'AKT price used', 'USD'),
      reason: opt('VARCHAR', 'Why it was cancelled')
    }
  },
  vault_supply: {
    row: 'tokens that the burn-mint vault burned or minted',
    columns: {
      ...inMessage,
      coin_index: col('INTEGER', 'Coin within the event, from 0'),
      kind: col('VARCHAR', '`burn` or `mint`'),
      denom: col('VARCHAR', 'Denom'),
      amount: col('DECIMAL(38,0)', 'Amount', 'micro-units of denom')
    }
  },
  oracle_prices: {
    row: 'a price that the chain itself aggregated in one block',
    columns: {
      ...position,
      asset: col('VARCHAR', 'Asset, as the oracle names it'),
      usd: col('DECIMAL(38,18)', 'Median of the sources', 'USD'),
      twap: opt('DECIMAL(38,18)', 'Time-weighted mean', 'USD'),
      sources: opt('INTEGER', 'Sources that agreed'),
      source: col('VARCHAR', 'Event type')
    }
  },
  unknowns: {
    row: 'an event or message of a followed module that this version does not know',
    columns: {
      ...inMessage,
      kind: col('VARCHAR', '`event`, `message`, `field` or `undecodable`'),
      type: col('VARCHAR', 'Type URL or event type'),
      detail: opt('VARCHAR', 'What was not understood')
    }
  }
} as const

export type FactTable = keyof typeof FACTS
export type FactRow<T extends FactTable> = RowOf<(typeof FACTS)[T]['columns']>
export type Fact = { [T in FactTable]: { readonly table: T; readonly row: FactRow<T> } }[FactTable]
/** Names of the fact tables in the order in which they are written. */
export const FACT_TABLES = Object.keys(FACTS) as readonly FactTable[]
