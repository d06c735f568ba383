/** Prices from outside the chain, of clouds and of tokens: kept as files of their own in the lake, never among facts of the chain. */
import { col, opt, type RowOf } from './tables.ts'

/** Purchase options. Only like is compared with like: on-demand with a lease, since both bind nobody. */
export const PURCHASE_OPTIONS = ['on_demand', 'spot', 'reserved_1y', 'reserved_3y'] as const
export type PurchaseOption = (typeof PURCHASE_OPTIONS)[number]

export const PRICES = {
  list_prices: {
    row: 'a list price of a cloud on a day',
    key: ['provider', 'instance_type', 'region', 'purchase_option', 'statistic', 'observed_on', 'source'],
    columns: {
      provider: col('VARCHAR', 'Who offers it: `aws`, `azure`, `gcp`, `lambda`, `runpod`, `vast`, `coreweave`, …'),
      instance_type: col('VARCHAR', 'What it is called there'),
      gpu_name: col('VARCHAR', 'GPU as the source names it'),
      gpu_model: opt('VARCHAR', '`vendor/model` in lower case; NULL when the name is not known: it is never guessed'),
      gpus: col('INTEGER', 'GPUs of the instance', 'GPUs'),
      gpu_memory_gib: opt('DOUBLE', 'Memory of one GPU', 'GiB'),
      gpu_interface: opt('VARCHAR', 'Form factor: `sxm`, `pcie`; NULL when it is not told'),
      vcpus: opt('DOUBLE', 'vCPUs of the instance', 'vCPUs'),
      memory_gib: opt('DOUBLE', 'Memory of the instance', 'GiB'),
      region: col('VARCHAR', 'Region as the provider names it; `global` when the price is one for all'),
      purchase_option: col('VARCHAR', '`on_demand`, `spot`, `reserved_1y`, `reserved_3y`'),
      usd_per_hour: col('DECIMAL(38,18)', 'Price of the whole instance', 'USD per hour'),
      usd_per_gpu_hour: col('DECIMAL(38,18)', 'The same ÷ GPUs', 'USD per GPU-hour'),
      statistic: col(
        'VARCHAR',
        '`list` for a price list; `p10`, `median`, `p90`, `cheapest` over the offers of a marketplace; `quoted` by a comparison site, of no offer that can be had. Never to be drawn on one line with the first'
      ),
      offers: opt('INTEGER', 'Offers that a statistic is over', 'offers'),
      covers: col('VARCHAR', '`instance`: the host is in the price; `gpu`: CPU and memory cost extra'),
      observed_on: col('DATE', 'UTC day on which the price was seen, or of which the source says it is'),
      source: col('VARCHAR', 'Where it was read'),
      fetched_at: opt('TIMESTAMP', 'When Rackrate fetched it; NULL for the reference history')
    }
  },
  token_prices: {
    row: 'a price of a token from outside the chain',
    key: ['asset', 'day', 'source'],
    columns: {
      asset: col('VARCHAR', 'Asset, such as `akt`'),
      day: col('DATE', 'UTC day'),
      usd: col('DECIMAL(38,18)', 'Price', 'USD'),
      basis: col('VARCHAR', '`daily_close` (last of the day), `daily_open` (reference rate at 00:00 UTC)'),
      source: col('VARCHAR', 'Where it was read'),
      fetched_at: opt('TIMESTAMP', 'When Rackrate fetched it; NULL for the reference history')
    }
  },
  held_prices: {
    row: 'a list price that was fetched and is held back until someone has looked at it',
    key: ['provider', 'instance_type', 'region', 'purchase_option', 'statistic', 'observed_on', 'source'],
    columns: {
      provider: col('VARCHAR', 'As in list_prices'),
      instance_type: col('VARCHAR', 'As in list_prices'),
      region: col('VARCHAR', 'As in list_prices'),
      purchase_option: col('VARCHAR', 'As in list_prices'),
      statistic: col('VARCHAR', 'As in list_prices'),
      observed_on: col('DATE', 'As in list_prices'),
      source: col('VARCHAR', 'As in list_prices'),
      usd_per_gpu_hour: col('DECIMAL(38,18)', 'As fetched', 'USD per GPU-hour'),
      usd_per_gpu_hour_before: opt('DECIMAL(38,18)', 'The last one that was taken', 'USD per GPU-hour'),
      reason: col('VARCHAR', 'Why it is held back'),
      row_json: col('VARCHAR', 'The whole row as JSON, to be taken when it is accepted'),
      fetched_at: col('TIMESTAMP', 'When it was fetched')
    }
  }
} as const

export type PriceTable = keyof typeof PRICES
export const PRICE_TABLES = Object.keys(PRICES) as readonly PriceTable[]
export type ListPriceRow = RowOf<(typeof PRICES)['list_prices']['columns']>
export type TokenPriceRow = RowOf<(typeof PRICES)['token_prices']['columns']>
export type HeldPriceRow = RowOf<(typeof PRICES)['held_prices']['columns']>

/** Prices and events that come with the software and not with the lake. */
export type ReferencePrices = {
  readonly prices: readonly ListPriceRow[]
  readonly tokens: readonly TokenPriceRow[]
  /** What happened on a day, `YYYY-MM-DD`. */
  readonly events: readonly { readonly date: string; readonly title: string; readonly source: string }[]
}
export const NO_REFERENCE: ReferencePrices = { prices: [], tokens: [], events: [] }

/** Columns of `gpu_models`, without network. */
export const GPU_COLUMNS = {
  gpu_model: col('VARCHAR', '`vendor/model` in lower case'),
  gpu_memory_gib: col('DOUBLE', 'Memory of one GPU, as sold', 'GiB'),
  gpu_interface: opt('VARCHAR', 'Form factor: `sxm`, `pcie`; NULL for others'),
  name: col('VARCHAR', 'Name for readers, without vendor, memory and form factor'),
  architecture: col('VARCHAR', 'Architecture'),
  launch_year: col('INTEGER', 'Year in which it was launched'),
  memory_bandwidth_gb_s: opt('DOUBLE', 'Peak memory bandwidth', 'GB/s'),
  fp16_tflops: opt('DOUBLE', 'Peak at fp16, dense (without sparsity), of tensor cores where it has them', 'TFLOPS'),
  source: col('VARCHAR', 'Where the figures are published')
} as const
