/**
 * The public tables: what a reader, a notebook or another program may rely on. Views over the facts yield exactly these
 * columns in this order, the same in both engines and in the downloads. New columns may be added; a change of meaning is a new column.
 */
import { GPU_COLUMNS, PRICES } from './prices.ts'
import { PROBES } from './probes.ts'
import { REALISED } from './realised.ts'
import { REPORTED } from './reported.ts'
import { SUPPLY } from './supply.ts'
import { col, opt, type Table } from './tables.ts'

const network = col('VARCHAR', 'Network id, such as `akash`')
const dseq = col('VARCHAR', 'Deployment sequence: a uint64 in digits. Not a height')
const orderKey = {
  owner: col('VARCHAR', 'Tenant address'),
  dseq,
  gseq: col('INTEGER', 'Group sequence in the deployment, from 1'),
  oseq: col('INTEGER', 'Order sequence in the group, from 1')
} as const
const created = {
  created_height: opt('BIGINT', 'Height of creation; NULL when it lies outside what is indexed'),
  created_at: opt('TIMESTAMP', 'Header time of created_height')
} as const
const closed = {
  closed_height: opt('BIGINT', 'Height of the close event; NULL while open'),
  closed_at: opt('TIMESTAMP', 'Header time of closed_height')
} as const
const basis = {
  basis: col('VARCHAR', '`event`: from indexed blocks; `state`: its beginning is known from a snapshot of the state alone')
} as const
const timeBasis = (what: string) => opt('VARCHAR', `Where ${what} comes from: \`header\` or \`interpolated\``)
const createdBasis = { created_at_basis: timeBasis('created_at') } as const
const bothBases = { ...createdBasis, closed_at_basis: timeBasis('closed_at') } as const
const gpu = {
  gpu_model: opt('VARCHAR', '`vendor/model` in lower case'),
  gpu_memory_gib: opt('DOUBLE', 'Memory of one GPU', 'GiB'),
  gpu_interface: opt('VARCHAR', 'Form factor: `sxm`, `pcie`, …')
} as const
const resources = {
  cpu_millicores: opt('BIGINT', 'CPU', 'millicores'),
  memory_bytes: opt('BIGINT', 'Memory', 'bytes'),
  storage_bytes: opt('BIGINT', 'Storage, persistent included', 'bytes')
} as const
const inTx = {
  height: col('BIGINT', 'Block height'),
  time: col('TIMESTAMP', 'Header time'),
  tx_hash: opt('VARCHAR', 'SHA-256 of the transaction, upper-case hex; NULL for block events'),
  msg_index: opt('VARCHAR', 'Message in the transaction; `0/1` is the second inside an authz MsgExec')
} as const

export const PUBLIC = {
  blocks: {
    row: 'a block that we need the time of',
    columns: {
      network,
      height: col('BIGINT', 'Block height'),
      time: col('TIMESTAMP', 'Time in the block header'),
      txs: opt('INTEGER', 'Transactions, failed ones included; NULL when the block is not indexed'),
      time_basis: col('VARCHAR', '`header`, or `interpolated` between blocks whose times are known'),
      time_error_s: opt('DOUBLE', 'The time is at most this far off; 0 from a header', 'seconds')
    }
  },
  deployments: {
    row: 'a deployment',
    columns: {
      network,
      deployment_id: col('VARCHAR', '`owner/dseq`'),
      owner: orderKey.owner,
      dseq,
      ...created,
      ...closed,
      denom: opt('VARCHAR', 'Denom of the escrow account'),
      deposited: opt('DECIMAL(38,0)', 'All deposits in denom, top-ups included', 'micro-units of denom'),
      refunded: opt('DECIMAL(38,0)', 'What came back to depositors in denom', 'micro-units of denom'),
      funded_by: opt('VARCHAR', 'Account that paid the first deposit: the owner, or the granter'),
      via: opt('VARCHAR', '`direct`, `authz` (inside MsgExec) or `managed` (another account pays fee or deposit)'),
      ...basis,
      ...bothBases
    }
  },
  orders: {
    row: 'an order',
    columns: {
      network,
      order_id: col('VARCHAR', '`owner/dseq/gseq/oseq`'),
      deployment_id: col('VARCHAR', '`owner/dseq`'),
      ...orderKey,
      ...created,
      ...closed,
      denom: opt('VARCHAR', 'Denom of the price'),
      max_price_per_block: opt('DECIMAL(38,18)', 'Highest price accepted for the whole order', 'denom / block'),
      gpus: opt('INTEGER', 'GPUs asked for', 'GPUs'),
      gpu_models: opt('VARCHAR[]', 'Models accepted, `vendor/model`; `*` when any'),
      ...resources,
      persistent_storage_bytes: opt('BIGINT', 'Persistent storage', 'bytes'),
      region: opt('VARCHAR', 'Region required'),
      signed_by: opt('VARCHAR[]', 'Auditors required'),
      bids: col('INTEGER', 'Bids received'),
      outcome: col('VARCHAR', '`leased` once a lease was made, `closed` when closed without one, `open` otherwise'),
      ...basis,
      ...bothBases
    }
  },
  bids: {
    row: 'a bid',
    columns: {
      network,
      order_id: col('VARCHAR', '`owner/dseq/gseq/oseq`'),
      lease_id: col('VARCHAR', '`owner/dseq/gseq/oseq/provider`'),
      provider: col('VARCHAR', 'Bidder'),
      ...created,
      closed_height: opt(
        'BIGINT',
        'Height of the close event; for a lost bid without one, of the lease that beat it, where its deposit came back; NULL while the deposit is locked'
      ),
      denom: opt('VARCHAR', 'Denom of the price'),
      price_per_block: opt('DECIMAL(38,18)', 'Price asked for the whole order', 'denom / block'),
      deposit: opt('DECIMAL(38,0)', 'Deposit', 'micro-units of deposit_denom'),
      deposit_denom: opt('VARCHAR', 'Denom of the deposit'),
      gpus: opt('INTEGER', 'GPUs offered', 'GPUs'),
      ...gpu,
      outcome: col('VARCHAR', '`won`, `lost` (another bid won), `withdrawn` by the provider, `order_closed`, or `open`'),
      ...basis,
      ...createdBasis
    }
  },
  leases: {
    row: 'a lease',
    columns: {
      network,
      lease_id: col('VARCHAR', '`owner/dseq/gseq/oseq/provider`'),
      order_id: col('VARCHAR', '`owner/dseq/gseq/oseq`'),
      deployment_id: col('VARCHAR', '`owner/dseq`'),
      ...orderKey,
      provider: col('VARCHAR', 'Provider address'),
      ...created,
      ...closed,
      close_reason: opt(
        'VARCHAR',
        '`owner`, `unstable`, `decommission`, `unspecified`, `manifest_timeout`, `insufficient_funds`, `invalid`'
      ),
      close_reason_basis: opt('VARCHAR', '`event`, or `derived` from the message that closed it where events name none'),
      ran_dry_height: opt('BIGINT', 'Height at which the escrow could no longer pay'),
      denom: opt('VARCHAR', 'Denom of the price as created'),
      price_per_block: opt('DECIMAL(38,18)', 'Price of the whole lease as created', 'denom / block'),
      gpus: opt('INTEGER', 'GPUs leased', 'GPUs'),
      ...gpu,
      gpu_basis: opt('VARCHAR', 'Where the GPU comes from: `offer` of the bid, `order`, or `ambiguous`'),
      ...resources,
      reclaim_started_height: opt('BIGINT', 'Height at which the provider started a reclamation'),
      reclaim_deadline: opt('TIMESTAMP', 'End of the reclamation window'),
      ...basis,
      ...bothBases
    }
  },
  lease_prices: {
    row: 'a price of a lease from a height on: one row, more where an upgrade repriced it',
    columns: {
      network,
      lease_id: col('VARCHAR', '`owner/dseq/gseq/oseq/provider`'),
      from_height: opt('BIGINT', 'First height at which it held; NULL when the lease began outside what is indexed'),
      from_time: opt('TIMESTAMP', 'Header time of from_height'),
      denom: opt('VARCHAR', 'Denom of the price'),
      price_per_block: opt('DECIMAL(38,18)', 'Price of the whole lease', 'denom / block'),
      cause: col('VARCHAR', '`created`, `migration`, or `state`: read from the state, after a change whose height is not known'),
      ...basis,
      from_time_basis: timeBasis('from_time')
    }
  },
  lease_gpus: {
    row: 'one kind of GPU in a lease',
    columns: {
      network,
      lease_id: col('VARCHAR', '`owner/dseq/gseq/oseq/provider`'),
      ...gpu,
      gpus: col('INTEGER', 'GPUs of this kind', 'GPUs'),
      basis: col('VARCHAR', '`offer`, `order` or `ambiguous`')
    }
  },
  payouts: {
    row: 'money that left escrow for one lease in one message',
    columns: {
      network,
      ...inTx,
      lease_id: col('VARCHAR', '`owner/dseq/gseq/oseq/provider`'),
      provider: col('VARCHAR', 'Provider address'),
      denom: col('VARCHAR', 'Denom'),
      amount: col('DECIMAL(38,0)', 'To the provider', 'micro-units of denom'),
      take: col('DECIMAL(38,0)', 'To the network', 'micro-units of denom')
    }
  },
  escrow_flows: {
    row: 'any other movement into or out of escrow',
    columns: {
      network,
      ...inTx,
      kind: col(
        'VARCHAR',
        '`deposit`, `refund`, `bid_deposit`, `bid_refund`, `migration` (exchange at the burn-mint vault), `other`'
      ),
      deployment_id: opt('VARCHAR', '`owner/dseq`'),
      lease_id: opt('VARCHAR', 'The bid, for bid deposits'),
      account: col('VARCHAR', 'The other side'),
      denom: col('VARCHAR', 'Denom'),
      amount: col('DECIMAL(38,0)', 'Amount', 'micro-units of denom')
    }
  },
  providers: {
    row: 'a provider as it stands',
    columns: {
      network,
      provider: col('VARCHAR', 'Provider address'),
      host_uri: opt('VARCHAR', 'As the provider states it'),
      organization: opt('VARCHAR', 'Attribute `organization`'),
      region: opt('VARCHAR', 'Attribute `region`, else `location-region`'),
      email: opt('VARCHAR', 'As stated'),
      website: opt('VARCHAR', 'As stated'),
      attributes: opt('VARCHAR', 'JSON list of {key, value}, in the order of the record'),
      ...created,
      updated_height: opt('BIGINT', 'Height of the last change'),
      updated_at: opt('TIMESTAMP', 'Header time of updated_height'),
      audited_by: col('VARCHAR[]', 'Auditors whose signatures stand'),
      ...basis
    }
  },
  provider_changes: {
    row: 'a version of a provider record',
    columns: {
      network,
      provider: col('VARCHAR', 'Provider address'),
      height: col('BIGINT', 'Block height'),
      time: col('TIMESTAMP', 'Header time'),
      kind: col('VARCHAR', '`created`, `updated` or `deleted`'),
      host_uri: opt('VARCHAR', 'As stated'),
      attributes: opt('VARCHAR', 'JSON list of {key, value}')
    }
  },
  audits: {
    row: 'an auditor’s signature on one attribute over time',
    columns: {
      network,
      provider: col('VARCHAR', 'Provider address'),
      auditor: col('VARCHAR', 'Auditor address'),
      key: col('VARCHAR', 'Attribute key'),
      value: col('VARCHAR', 'Attribute value signed'),
      signed_height: opt('BIGINT', 'Height of the signature'),
      removed_height: opt('BIGINT', 'Height at which it was taken back or replaced'),
      ...basis
    }
  },
  mints_burns: {
    row: 'an executed or cancelled conversion between tokens',
    columns: {
      network,
      height: col('BIGINT', 'Block height'),
      time: col('TIMESTAMP', 'Header time'),
      kind: col('VARCHAR', '`mint` (AKT to ACT), `burn` (ACT to AKT) or `other`'),
      burned_denom: opt('VARCHAR', 'Denom burned'),
      burned: opt('DECIMAL(38,0)', 'Amount burned', 'micro-units'),
      minted_denom: opt('VARCHAR', 'Denom minted or issued'),
      minted: opt('DECIMAL(38,0)', 'Amount newly minted', 'micro-units'),
      credit_issued: opt('DECIMAL(38,0)', 'Remint credit used in place of minting', 'micro-units'),
      credit_accrued: opt('DECIMAL(38,0)', 'Remint credit gained in place of burning', 'micro-units'),
      spread: opt('DECIMAL(38,0)', 'Spread kept', 'micro-units'),
      price: opt('DECIMAL(38,18)', 'AKT price used', 'USD'),
      account: opt('VARCHAR', 'Account that asked for it'),
      status: col('VARCHAR', '`executed` or `canceled`'),
      requested_denom: opt('VARCHAR', 'Denom handed in'),
      requested: opt('DECIMAL(38,0)', 'Amount handed in', 'micro-units')
    }
  },
  module_params: {
    row: 'a value of a parameter of a module, over the heights at which it was in force',
    columns: {
      network,
      module: col('VARCHAR', 'Module, such as `market`, `take` or `bme`'),
      param: col('VARCHAR', 'Parameter as the chain names it'),
      denom: opt('VARCHAR', 'Denom, for parameters that have a value for each'),
      value: col('VARCHAR', 'Value as text: digits, a duration such as `10s`, or JSON'),
      number: opt(
        'DECIMAL(38,18)',
        'Value where it is a number, in the unit of the parameter: percent, basis points, micro-units, blocks'
      ),
      valid_from_height: opt('BIGINT', 'First height whose transactions ran under it; NULL when the state alone tells of it'),
      valid_from_time: opt('TIMESTAMP', 'Header time of valid_from_height'),
      valid_to_height: opt('BIGINT', 'Last height at which it held; NULL while nothing indexed has replaced it'),
      basis: col(
        'VARCHAR',
        '`genesis`, `upgrade`, `governance` (a proposal that passed), `executed` (a message outside governance) or `state` (it was in force when the state was read)'
      ),
      source: col(
        'VARCHAR',
        'Genesis, the proposal, the transaction, the height of the state, or the upgrade and where its effect is stated'
      )
    }
  },
  token_prices: {
    row: 'a price of a token',
    columns: {
      network,
      asset: col('VARCHAR', 'Asset, such as `akt`'),
      time: col('TIMESTAMP', 'When it held; of a price of a day, its beginning'),
      height: opt('BIGINT', 'Block height, for prices from the chain'),
      usd: col('DECIMAL(38,18)', 'Price', 'USD'),
      basis: col('VARCHAR', '`chain`, `daily_close` (last of the UTC day), `daily_open` (reference rate at 00:00 UTC)'),
      source: col('VARCHAR', 'Event type or publisher')
    }
  },
  coverage: {
    row: 'a range of heights and what became of it',
    columns: {
      network,
      from_height: col('BIGINT', 'First height'),
      to_height: col('BIGINT', 'Last height'),
      status: col('VARCHAR', '`done`, `missing`, `pruned`, `state`'),
      source: col('VARCHAR', 'Endpoints that answered'),
      indexed_at: col('TIMESTAMP', 'When it was indexed, or last asked for')
    }
  },
  reported_days: { row: REPORTED.row, columns: { network, ...REPORTED.columns } },
  probes: { row: PROBES.probes.row, columns: { network, ...PROBES.probes.columns } },
  probe_nodes: { row: PROBES.probe_nodes.row, columns: { network, ...PROBES.probe_nodes.columns } },
  provider_days: { row: SUPPLY.provider_days.row, columns: { network, ...SUPPLY.provider_days.columns } },
  supply_days: { row: SUPPLY.supply_days.row, columns: { network, ...SUPPLY.supply_days.columns } },
  gpu_models: { row: 'a GPU model of one memory size and form factor', columns: { network, ...GPU_COLUMNS } },
  gpu_names: { row: REALISED.gpu_names.row, columns: { network, ...REALISED.gpu_names.columns } },
  list_prices: { row: PRICES.list_prices.row, columns: { network, ...PRICES.list_prices.columns } },
  held_prices: { row: PRICES.held_prices.row, columns: { network, ...PRICES.held_prices.columns } },
  events: { row: REALISED.events.row, columns: { network, ...REALISED.events.columns } },
  account_labels: { row: REALISED.account_labels.row, columns: { network, ...REALISED.account_labels.columns } },
  realised_prices: { row: REALISED.realised_prices.row, columns: { network, ...REALISED.realised_prices.columns } },
  price_days: { row: REALISED.price_days.row, columns: { network, ...REALISED.price_days.columns } },
  price_series: { row: REALISED.price_series.row, columns: { network, ...REALISED.price_series.columns } },
  gpu_share_weeks: { row: REALISED.gpu_share_weeks.row, columns: { network, ...REALISED.gpu_share_weeks.columns } },
  other_price_months: { row: REALISED.other_price_months.row, columns: { network, ...REALISED.other_price_months.columns } },
  list_price_steps: { row: REALISED.list_price_steps.row, columns: { network, ...REALISED.list_price_steps.columns } },
  cloud_price_steps: { row: REALISED.cloud_price_steps.row, columns: { network, ...REALISED.cloud_price_steps.columns } },
  price_discounts: { row: REALISED.price_discounts.row, columns: { network, ...REALISED.price_discounts.columns } },
  reconciliation: {
    row: 'a figure that the network publishes for a day, beside ours',
    columns: {
      network,
      day: col('DATE', 'UTC day'),
      metric: col(
        'VARCHAR',
        '`active_leases`, `leased_gpus` (at the end of the day), `spend_uakt`, `spend_uact` (USDC included), `spend_uusd` (over the day)'
      ),
      ours: opt('DECIMAL(38,18)', 'As we count it; NULL where the lake lacks what it takes', 'that of the metric'),
      reported: col('DECIMAL(38,18)', 'As published: the latest fetch', 'that of the metric'),
      difference: opt('DECIMAL(38,18)', 'ours − reported', 'that of the metric'),
      ratio: opt('DOUBLE', 'ours ÷ reported; NULL where nothing is reported'),
      cause: opt('VARCHAR', 'Why they may differ, the likeliest known reason; NULL where they are equal')
    }
  }
} as const satisfies { readonly [name: string]: Table }

export type PublicTable = keyof typeof PUBLIC
export const PUBLIC_TABLES = Object.keys(PUBLIC) as readonly PublicTable[]
