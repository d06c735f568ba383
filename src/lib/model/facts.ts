/**
 * Facts: what happened, as one block tells it. Ingest appends them; views give them meaning.
 * A fact is unique within its table by its position (height, tx_index, event_index), with coin_index, unit_index, option_index
 * and param_index where it has them. Tables are normalised: what another table tells of the same position, transaction or message is not repeated.
 * A lake is of one network, so its files do not name it: `attachLake` puts the column `network` before those given here.
 */
import { col, opt, type RowOf } from './tables.ts'

/** `tx_index` of facts from PreBlock and BeginBlock events. */
export const BEGIN_BLOCK = -1
/** `tx_index` of facts from EndBlock events: after every transaction of the block. */
export const END_BLOCK = 1_000_000

const position = {
  height: col('BIGINT', 'Block height'),
  tx_index: col('INTEGER', `Position of the transaction in its block; ${BEGIN_BLOCK} before them, ${END_BLOCK} after them`),
  event_index: col('INTEGER', 'Position of the event in its transaction or block phase; negative for a row made from a message')
} as const

const inMessage = {
  ...position,
  msg_index: opt(
    'VARCHAR',
    'Message in the transaction: `0`, or `0/1` for the second message inside an authz MsgExec; NULL for block events'
  )
} as const

const resources = {
  cpu_millicores: opt('BIGINT', 'CPU of all units', 'millicores'),
  memory_bytes: opt('BIGINT', 'Memory of all units', 'bytes'),
  storage_bytes: opt('BIGINT', 'Storage of all units, persistent included', 'bytes'),
  persistent_storage_bytes: opt('BIGINT', 'Persistent storage of all units', 'bytes')
} as const

export const FACTS = {
  blocks: {
    row: 'a block',
    columns: {
      height: position.height,
      time: col('TIMESTAMP', 'Time in the block header'),
      txs: col('INTEGER', 'Transactions in the block, failed ones included')
    }
  },
  txs: {
    row: 'a transaction that yields facts',
    columns: {
      height: position.height,
      tx_index: position.tx_index,
      hash: col('VARCHAR', 'SHA-256 of the transaction, upper-case hex')
    }
  },
  messages: {
    row: 'an executed message of a followed module; event_index is −1 for the first of its transaction, −2 for the second, …',
    columns: {
      ...inMessage,
      type: col('VARCHAR', 'Message type URL without the leading slash'),
      fee_granter: opt('VARCHAR', 'Account that pays the fee in place of the signer'),
      owner: opt('VARCHAR', 'Tenant address of the object addressed'),
      dseq: opt('VARCHAR', 'Deployment sequence addressed: a uint64 in digits'),
      gseq: opt('INTEGER', 'Group sequence addressed'),
      oseq: opt('INTEGER', 'Order sequence addressed'),
      provider: opt('VARCHAR', 'Provider address of the bid or lease addressed'),
      deposit_source: opt('VARCHAR', 'Sources a deposit may be taken from, in order: `balance`, `grant`, `balance,grant`')
    }
  },
  market_events: {
    row: 'an event in the life of a deployment, group, order, bid or lease; its message is the one of its msg_index',
    columns: {
      ...inMessage,
      kind: col(
        'VARCHAR',
        'deployment_created|updated|closed, group_closed|paused|started, order_created|closed, bid_created|closed, lease_created|closed, lease_reclaim_started'
      ),
      owner: col('VARCHAR', 'Tenant address'),
      dseq: col('VARCHAR', 'Deployment sequence: a uint64 in digits'),
      gseq: opt('INTEGER', 'Group sequence'),
      oseq: opt('INTEGER', 'Order sequence'),
      provider: opt('VARCHAR', 'Provider address'),
      denom: opt('VARCHAR', 'Denom of the price'),
      price: opt('DECIMAL(38,18)', 'Price of the whole lease per block', 'denom / block'),
      reason: opt('VARCHAR', 'Close or reclaim reason as the event names it, without its prefix'),
      deadline: opt('TIMESTAMP', 'End of a reclamation window')
    }
  },
  group_specs: {
    row: 'what a group of a new deployment asks for; at the position of the order_created that opens its first order',
    columns: {
      ...position,
      denom: opt('VARCHAR', 'Denom of the highest price accepted'),
      max_price: opt('DECIMAL(38,18)', 'Highest price accepted for the whole group per block', 'denom / block'),
      gpus: col('INTEGER', 'GPUs in all units and counts', 'GPUs'),
      gpu_models: col('VARCHAR[]', 'Models accepted, `vendor/model`, `*` for any; empty without GPUs'),
      ...resources,
      region: opt('VARCHAR', 'Region required by a placement attribute'),
      signed_by: col('VARCHAR[]', 'Auditors required, all_of before any_of')
    }
  },
  bid_offers: {
    row: 'what a bid offers; at the position of its bid_created',
    columns: {
      ...position,
      deposit_denom: opt('VARCHAR', 'Denom of the deposit'),
      deposit: opt('DECIMAL(38,0)', 'Deposit of the bid', 'micro-units of deposit_denom'),
      has_offer: col('BOOLEAN', 'The message carries resources_offer (market v1beta4 and later)'),
      ...resources,
      reclamation_window_s: opt('BIGINT', 'Reclamation window offered', 'seconds')
    }
  },
  gpu_units: {
    row: 'one GPU attribute of one resource unit; at the position of the group_specs that ask for it or the bid_offers that offer it; several rows with one unit are alternatives',
    columns: {
      ...position,
      unit_index: col('INTEGER', 'Resource unit within the group or offer, from 0'),
      option_index: col('INTEGER', 'Alternative within the unit, from 0'),
      gpus: col('INTEGER', 'GPUs of the unit: units × count', 'GPUs'),
      model: opt('VARCHAR', '`vendor/model` in lower case; model `*` when any; NULL when the unit names none'),
      memory_gib: opt('DOUBLE', 'Memory of one GPU', 'GiB'),
      interface: opt('VARCHAR', '`sxm`, `pcie` or as written')
    }
  },
  transfers: {
    row: 'one coin that moved into or out of the escrow module account',
    columns: {
      ...position,
      coin_index: col('INTEGER', 'Coin within the transfer, from 0'),
      msg_index: inMessage.msg_index,
      direction: col('VARCHAR', '`in` or `out`, seen from escrow'),
      account: col('VARCHAR', 'The other side'),
      denom: col('VARCHAR', 'Denom'),
      amount: col('DECIMAL(38,0)', 'Amount that reached the other side', 'micro-units of denom'),
      take: col('DECIMAL(38,0)', 'Take that left escrow for the distribution module directly before', 'micro-units of denom'),
      next_event: opt('INTEGER', 'event_index of the next market event of the same message or block phase'),
      next_rank: opt(
        'INTEGER',
        'Place among the transfers out of escrow directly before next_event, counted back from it: 1 for the last; NULL for a transfer in, or with one between'
      ),
      lease_event: opt('INTEGER', 'event_index of the lease_created before this transfer out in the same message')
    }
  },
  provider_records: {
    row: 'a version of a provider record',
    columns: {
      ...position,
      kind: col('VARCHAR', '`created`, `updated` or `deleted`'),
      provider: col('VARCHAR', 'Provider address'),
      host_uri: opt('VARCHAR', 'Address of the provider service, as the provider states it'),
      email: opt('VARCHAR', 'Contact, as stated'),
      website: opt('VARCHAR', 'Website, as stated'),
      attributes: opt('VARCHAR', 'JSON list of {key, value} in the order of the record'),
      organization: opt('VARCHAR', 'Value of the attribute `organization`'),
      region: opt('VARCHAR', 'Value of the attribute `region`, else of `location-region`')
    }
  },
  audit_records: {
    row: 'an auditor signing attributes of a provider, or taking signatures back',
    columns: {
      ...position,
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
      requested_denom: opt('VARCHAR', 'Denom handed in'),
      requested: opt('DECIMAL(38,0)', 'Amount handed in, where the event tells it', 'micro-units'),
      burned_denom: opt('VARCHAR', 'Denom burned'),
      burned: opt('DECIMAL(38,0)', 'Amount burned', 'micro-units'),
      minted_denom: opt('VARCHAR', 'Denom minted or issued'),
      minted: opt('DECIMAL(38,0)', 'Amount newly minted', 'micro-units'),
      credit_issued: opt('DECIMAL(38,0)', 'Remint credit used', 'micro-units'),
      credit_accrued: opt('DECIMAL(38,0)', 'Remint credit gained', 'micro-units'),
      spread: opt('DECIMAL(38,0)', 'Spread kept', 'micro-units'),
      price: opt('DECIMAL(38,18)', 'AKT price used', 'USD'),
      reason: opt('VARCHAR', 'Why it was cancelled')
    }
  },
  vault_supply: {
    row: 'tokens that the burn-mint vault burned or minted',
    columns: {
      ...position,
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
  param_statements: {
    row: 'a parameter of a module, or the lack of one, as genesis, a proposal or an executed message states it',
    columns: {
      ...position,
      param_index: col('INTEGER', 'Parameter within the statement, from 0'),
      basis: col('VARCHAR', '`genesis`, `proposal` (in force once it passes) or `executed`'),
      proposal_id: opt('VARCHAR', 'Governance proposal that holds it'),
      module: col('VARCHAR', 'Module, such as `market`'),
      whole: col('BOOLEAN', 'The statement lists all parameters of its module: what it does not list is no longer set'),
      param: opt('VARCHAR', 'Parameter as the chain names it; NULL where the statement lists none'),
      denom: opt('VARCHAR', 'Denom, for parameters that have a value for each'),
      value: opt('VARCHAR', 'Value as text; NULL when the parameter is taken away')
    }
  },
  proposal_results: {
    row: 'the end of a vote on a governance proposal',
    columns: {
      ...position,
      proposal_id: col('VARCHAR', 'Governance proposal'),
      result: col('VARCHAR', 'As the chain names it; `proposal_passed` when its messages were executed')
    }
  },
  upgrade_plans: {
    row: 'a software upgrade: planned by a governance proposal, or told by what it left in its own block',
    columns: {
      ...position,
      param_index: col('INTEGER', 'Plan within the proposal, from 0'),
      proposal_id: opt('VARCHAR', 'Governance proposal; NULL where the block of the upgrade itself tells'),
      name: opt('VARCHAR', 'Name of the upgrade; NULL when the proposal calls off the planned one'),
      upgrade_height: opt('BIGINT', 'First height of the new software')
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
