/**
 * The state of a chain as its nodes remember it: every lease, bid, order and deployment that ever was, as it stood at `read_height`.
 * Facts of their own: never mixed with events. Keys are unique; `row_index` numbers the rows of a table in the order of their keys.
 */
import { col, opt, type RowOf } from './tables.ts'

const read = {
  row_index: col('BIGINT', 'Place of the row in its table, from 0'),
  read_height: col('BIGINT', 'Height of the state that the row was read from')
} as const
const deployment = {
  owner: col('VARCHAR', 'Tenant address'),
  dseq: col('VARCHAR', 'Deployment sequence: a uint64 in digits')
} as const
const group = { ...deployment, gseq: col('INTEGER', 'Group sequence') } as const
const order = { ...group, oseq: col('INTEGER', 'Order sequence') } as const
const bid = { ...order, provider: col('VARCHAR', 'Provider address') } as const
const price = {
  denom: opt('VARCHAR', 'Denom of the price'),
  price: opt('DECIMAL(38,18)', 'Price of the whole lease per block', 'denom / block')
} as const
const resources = {
  cpu_millicores: opt('BIGINT', 'CPU of all units', 'millicores'),
  memory_bytes: opt('BIGINT', 'Memory of all units', 'bytes'),
  storage_bytes: opt('BIGINT', 'Storage of all units, persistent included', 'bytes'),
  persistent_storage_bytes: opt('BIGINT', 'Persistent storage of all units', 'bytes')
} as const
const account = {
  account_state: opt('VARCHAR', 'State of the escrow account: `open`, `closed` or `overdrawn`'),
  settled_height: opt('BIGINT', 'Height at which the escrow account was last settled; of a closed one, when it closed')
} as const

export const SNAPSHOT = {
  state_deployments: {
    row: 'a deployment',
    key: ['owner', 'dseq'],
    columns: {
      ...read,
      ...deployment,
      state: col('VARCHAR', '`active` or `closed`'),
      created_height: col('BIGINT', 'Height of its creation'),
      ...account,
      funded_by: opt('VARCHAR', 'Account that made the first deposit still on record')
    }
  },
  state_groups: {
    row: 'a group of a deployment, with what it asks for',
    key: ['owner', 'dseq', 'gseq'],
    columns: {
      ...read,
      ...group,
      state: col('VARCHAR', '`open`, `paused`, `insufficient_funds` or `closed`'),
      created_height: col('BIGINT', 'Height of its creation'),
      denom: opt('VARCHAR', 'Denom of the highest price accepted'),
      max_price: opt('DECIMAL(38,18)', 'Highest price accepted for the whole group per block', 'denom / block'),
      gpus: col('INTEGER', 'GPUs in all units and counts', 'GPUs'),
      gpu_models: col('VARCHAR[]', 'Models accepted, `vendor/model`, `*` for any; empty without GPUs'),
      ...resources,
      region: opt('VARCHAR', 'Region required by a placement attribute'),
      signed_by: col('VARCHAR[]', 'Auditors required, all_of before any_of')
    }
  },
  state_orders: {
    row: 'an order',
    key: ['owner', 'dseq', 'gseq', 'oseq'],
    columns: {
      ...read,
      ...order,
      state: col('VARCHAR', '`open`, `active` or `closed`'),
      created_height: col('BIGINT', 'Height of its creation')
    }
  },
  state_bids: {
    row: 'a bid',
    key: ['owner', 'dseq', 'gseq', 'oseq', 'provider'],
    columns: {
      ...read,
      ...bid,
      state: col('VARCHAR', '`open`, `active`, `lost` or `closed`'),
      created_height: col('BIGINT', 'Height of its creation'),
      ...price,
      has_offer: col('BOOLEAN', 'It says what it offers'),
      ...resources,
      reclamation_window_s: opt('BIGINT', 'Reclamation window offered', 'seconds'),
      ...account
    }
  },
  state_leases: {
    row: 'a lease',
    key: ['owner', 'dseq', 'gseq', 'oseq', 'provider'],
    columns: {
      ...read,
      ...bid,
      state: col('VARCHAR', '`active`, `reclaiming`, `insufficient_funds` or `closed`'),
      created_height: col('BIGINT', 'Height of its creation'),
      closed_height: opt('BIGINT', 'Height of its end'),
      reason: opt('VARCHAR', 'Close reason without its prefix; NULL up to v0.38, which keeps none'),
      ...price,
      payment_state: opt('VARCHAR', 'State of the escrow payment: `open`, `closed` or `overdrawn`'),
      payment_denom: opt('VARCHAR', 'Denom of the payment, as the state has it now'),
      withdrawn: opt('DECIMAL(38,0)', 'Paid so far, take included', 'micro-units of payment_denom'),
      balance: opt('DECIMAL(38,18)', 'Settled and not yet withdrawn', 'micro-units of payment_denom'),
      unsettled: opt('DECIMAL(38,18)', 'What an overdrawn escrow owes', 'micro-units of payment_denom')
    }
  },
  state_gpu_units: {
    row: 'one GPU attribute of one resource unit that a group asks for or a bid offers; several rows with one unit are alternatives',
    key: ['of', 'owner', 'dseq', 'gseq', 'oseq', 'provider', 'unit_index', 'option_index'],
    object: 6,
    columns: {
      ...read,
      of: col('VARCHAR', '`group` or `bid`'),
      ...group,
      oseq: col('INTEGER', 'Order sequence of a bid, 0 of a group'),
      provider: col('VARCHAR', "Provider of a bid, '' of a group"),
      unit_index: col('INTEGER', 'Resource unit within the group or offer, from 0'),
      option_index: col('INTEGER', 'Alternative within the unit, from 0'),
      gpus: col('INTEGER', 'GPUs of the unit: units × count', 'GPUs'),
      model: opt('VARCHAR', '`vendor/model` in lower case; model `*` when any'),
      memory_gib: opt('DOUBLE', 'Memory of one GPU', 'GiB'),
      interface: opt('VARCHAR', '`sxm`, `pcie` or as written')
    }
  },
  state_funds: {
    row: 'coins that an escrow account of a deployment or bid still holds, or transferred',
    key: ['of', 'owner', 'dseq', 'gseq', 'oseq', 'provider', 'kind', 'position'],
    object: 6,
    columns: {
      ...read,
      of: col('VARCHAR', '`deployment` or `bid`'),
      ...deployment,
      gseq: col('INTEGER', 'Group sequence of a bid, 0 of a deployment'),
      oseq: col('INTEGER', 'Order sequence of a bid, 0 of a deployment'),
      provider: col('VARCHAR', "Provider of a bid, '' of a deployment"),
      kind: col('VARCHAR', '`funds`, `transferred` or `deposit`'),
      position: col('INTEGER', 'Place in its list, from 0'),
      account: opt('VARCHAR', 'Who made the deposit'),
      denom: col('VARCHAR', 'Denom'),
      amount: col('DECIMAL(38,18)', 'Amount', 'micro-units of denom')
    }
  },
  state_providers: {
    row: 'a provider record',
    key: ['provider'],
    columns: {
      ...read,
      provider: col('VARCHAR', 'Provider address'),
      host_uri: opt('VARCHAR', 'Address of the provider service, as the provider states it'),
      email: opt('VARCHAR', 'Contact, as stated'),
      website: opt('VARCHAR', 'Website, as stated'),
      attributes: opt('VARCHAR', 'JSON list of {key, value} in the order of the record'),
      organization: opt('VARCHAR', 'Value of the attribute `organization`'),
      region: opt('VARCHAR', 'Value of the attribute `region`, else of `location-region`')
    }
  },
  state_audits: {
    row: "an auditor's signature on one attribute of a provider",
    key: ['provider', 'auditor', 'key'],
    object: 2,
    columns: {
      ...read,
      provider: col('VARCHAR', 'Provider address'),
      auditor: col('VARCHAR', 'Auditor address'),
      key: col('VARCHAR', 'Key signed'),
      value: col('VARCHAR', 'Value signed')
    }
  },
  state_params: {
    row: 'a parameter of a module, for each denom where it has one for each; one row without a parameter for a module that has none',
    key: ['module', 'param_index'],
    object: 1,
    columns: {
      ...read,
      module: col('VARCHAR', 'Module, such as `market`'),
      param_index: col('INTEGER', 'Place among the parameters of its module, from 0'),
      param: opt('VARCHAR', 'Parameter as the chain names it'),
      denom: opt('VARCHAR', 'Denom'),
      value: opt('VARCHAR', 'Value as text')
    }
  },
  state_balances: {
    row: 'what there is of a token, at all or in the account of a module',
    key: ['holder', 'denom'],
    columns: {
      ...read,
      holder: col('VARCHAR', '`supply` for all there is; `escrow`, `vault` or `community_pool`'),
      account: opt('VARCHAR', 'Address of the holder; NULL for the supply'),
      denom: col('VARCHAR', 'Denom'),
      amount: col('DECIMAL(38,0)', 'Amount', 'micro-units of denom')
    }
  }
} as const

/**
 * The key of a table, and how many of its columns name the object that the row is a part of: an object that is read again at a later
 * height replaces all its parts.
 */
export function snapshotKey(table: SnapshotTable): { readonly key: readonly string[]; readonly object: readonly string[] } {
  const { key, object }: { readonly key: readonly string[]; readonly object?: number | undefined } = {
    object: undefined,
    ...SNAPSHOT[table]
  }
  return { key, object: key.slice(0, object ?? key.length) }
}

export type SnapshotTable = keyof typeof SNAPSHOT
/** A row as read: `row_index` is given when all are there. */
export type SnapshotRow<T extends SnapshotTable> = Omit<RowOf<(typeof SNAPSHOT)[T]['columns']>, 'row_index'>
export type StateFact = { [T in SnapshotTable]: { readonly table: T; readonly row: SnapshotRow<T> } }[SnapshotTable]
export const SNAPSHOT_TABLES = Object.keys(SNAPSHOT) as readonly SnapshotTable[]
