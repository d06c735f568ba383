/**
 * The metrics: what each measures, in which unit, how, and from which columns. The SQL lies beside, one file a metric; this module
 * is pure, so that the page, the prerender and ingest tell the same story.
 */
import type { ColumnOf, Metric, Needs } from './metric.ts'
import { PRICE_METRICS } from './price-metrics.ts'

const spanNeeds = {
  blocks: ['network', 'height', 'time'],
  leases: [
    'network',
    'lease_id',
    'provider',
    'gpus',
    'created_height',
    'created_at',
    'closed_height',
    'closed_at',
    'ran_dry_height'
  ],
  lease_prices: ['network', 'lease_id', 'from_height', 'from_time', 'denom', 'price_per_block']
} as const satisfies Needs
const gpuNeeds = { lease_gpus: ['network', 'lease_id', 'gpu_model', 'gpus'] } as const satisfies Needs
const gapNeeds = { coverage: ['network', 'from_height', 'to_height', 'status'] } as const satisfies Needs
const nameNeeds = { providers: ['network', 'provider', 'organization'] } as const satisfies Needs

const activeLease =
  'A lease is active from the block that created it to the block that closed it, to the block at which its escrow ran dry, or to the last block of the index. A lease older than the index counts from the first block indexed.'
const perGpuHour =
  'Price per GPU-hour = price per block of the whole lease × blocks per hour ÷ GPUs, where blocks per hour is measured from the headers of the blocks between which the lease was active at that price: no block time is assumed. A lease that an upgrade repriced counts once at each price. CPU, memory and storage of the lease are part of the price.'
const leasable =
  'Leasable: online GPUs that are free and could be leased in whole placements of the chosen number, each with the CPU and memory for a GPU that leases of the model usually have (the median), on one node.'
const occupied =
  'Occupancy = GPUs leased on chain ÷ GPUs that can be leased out, of providers that were online and tell what they have, both as means over the day, each provider over the time that is known of it. Leased is not busy. What providers themselves count as allocated is kept beside it as a check.'
const probed =
  'A probe tells of the time up to the next one, for 25 hours at most; between one that succeeded and one that failed each has half. Time without a probe is unknown, neither up nor down.'
const accruing =
  'Spend as it accrues: price per block × blocks for which the lease was active within the range, CPU-only leases included. The closing block is not counted. It is what tenants owe, before the network’s take and before providers withdraw it.'
const withModel = 'With a GPU model chosen, the whole price of every lease that holds this model counts.'
const oneModel = 'Leases that mix GPU models are left out, because their price is not that of one model.'

export const METRICS = {
  gpus_leased: {
    title: 'GPUs leased',
    unit: 'GPUs',
    method: [
      'GPUs in active leases, of every denom: the time-weighted mean over each bucket of time. Leased is not busy: the chain does not know what runs on a GPU.',
      activeLease,
      'The model is the one that the winning bid offers, else the one that the order asks for. Models beyond the six with the most GPU-hours in the range are drawn together. A bucket that touches a gap of the index is left empty. Where a block’s header is pruned, its time is interpolated; leases with an end that may be off by more than an hour are counted in the source line.'
    ],
    needs: {
      ...spanNeeds,
      ...gpuNeeds,
      ...gapNeeds,
      blocks: [...spanNeeds.blocks, 'time_error_s']
    },
    params: ['from', 'to', 'bucket_us', 'model', 'top']
  },
  prices_by_model: {
    title: 'Lease prices',
    unit: 'tokens per GPU-hour',
    method: [
      perGpuHour,
      'Median and percentiles are weighted by the GPU-hours leased within the range, so that a lease of eight GPUs for a day outweighs one of a minute. Percentiles are shown from five leases on.',
      oneModel,
      activeLease
    ],
    needs: { ...spanNeeds, ...gpuNeeds },
    params: ['from', 'to', 'denom', 'units_per_token']
  },
  lease_price_points: {
    title: 'Price of each lease',
    unit: 'tokens per GPU-hour',
    method: [perGpuHour, oneModel, activeLease],
    needs: { ...spanNeeds, ...gpuNeeds, ...nameNeeds },
    params: ['from', 'to', 'denom', 'units_per_token', 'most']
  },
  spend_by_provider: {
    title: 'Tenant spend by provider',
    unit: 'tokens',
    method: [accruing, withModel, activeLease, 'Organisations are named as the providers name themselves; nobody checks them.'],
    needs: { ...spanNeeds, ...gpuNeeds, ...nameNeeds },
    params: ['from', 'to', 'denom', 'model', 'units_per_token']
  },
  spend_over_time: {
    title: 'Tenant spend over time',
    unit: 'tokens',
    method: [
      accruing,
      'A bucket that touches a gap of the index is left empty. The mean is over seven days, the day itself and the six before it, each of them whole and known. Days are whole UTC days, also where the range chosen begins or ends within one; the current one is not over.',
      withModel,
      activeLease
    ],
    needs: { ...spanNeeds, ...gpuNeeds, ...gapNeeds },
    params: ['from', 'to', 'bucket_us', 'denom', 'model', 'units_per_token']
  },
  price_trend: {
    title: 'Median price, 30 days',
    unit: 'tokens per GPU-hour',
    method: [
      perGpuHour,
      'Median of the 30 days before each instant, weighted by the GPU-hours leased within them. Without a model chosen, of the model with the most GPU-hours in the last 30 days.',
      oneModel,
      activeLease
    ],
    needs: { ...spanNeeds, ...gpuNeeds },
    params: ['from', 'to', 'bucket_us', 'window_us', 'denom', 'model', 'units_per_token']
  },
  models: {
    title: 'GPU models leased',
    unit: 'GPU-hours',
    method: [activeLease],
    needs: { ...spanNeeds, ...gpuNeeds },
    params: ['from', 'to']
  },
  denoms: {
    title: 'Denoms of leases',
    unit: 'leases',
    method: [
      'Leases by the denoms that their price was in; a lease that an upgrade repriced counts in each. Without a choice, prices are in the denom with the most GPU leases open at the end.',
      activeLease
    ],
    needs: spanNeeds,
    params: ['from', 'to']
  },
  supply_over_time: {
    title: 'GPU supply',
    unit: 'GPUs',
    method: [
      'Counted at the end of each UTC day, from what providers answer when they are asked. Registered: GPUs in the last successful answer of every provider with a record on chain, however old. Seen: of providers that answered in the last 24 hours. Online: of providers whose last probe succeeded. Leased: on chain, the mean of the day, at any provider, also those that are offline or do not tell what they have; so leased and leasable do not add up to online.',
      leasable,
      occupied,
      probed
    ],
    needs: {
      provider_days: ['network', 'day', 'registered', 'seen', 'online', 'known_s', 'day_s', 'gpus_leased'],
      supply_days: [
        ...['network', 'day', 'gpu_model', 'providers_registered', 'providers_seen', 'providers_online'],
        ...['gpus_registered', 'gpus_seen', 'gpus_online', 'leasable_1', 'leasable_2', 'leasable_4', 'leasable_8'],
        ...['gpus_allocatable', 'gpus_allocated', 'gpus_leased', 'gpus_leased_online']
      ] as ColumnOf<'supply_days'>[]
    },
    params: ['from', 'to', 'model', 'placement']
  },
  supply_models: {
    title: 'GPU models',
    unit: 'GPUs',
    method: [
      'At the end of the range. Online GPUs are those of providers whose last probe succeeded, offline ones those of the other registered providers, by their last successful answer. Leased is what active leases on chain hold; it may differ from what providers count as allocated, which is in the table.',
      leasable,
      occupied,
      perGpuHour,
      oneModel
    ],
    needs: {
      ...spanNeeds,
      ...gpuNeeds,
      provider_days: ['day'],
      supply_days: [
        ...[
          'network',
          'day',
          'gpu_model',
          'providers_registered',
          'providers_online',
          'gpus_registered',
          'gpus_online',
          'gpus_free'
        ],
        ...['leasable_1', 'leasable_2', 'leasable_4', 'leasable_8', 'gpus_allocatable', 'gpus_leased', 'gpus_leased_online']
      ] as ColumnOf<'supply_days'>[]
    },
    params: ['from', 'to', 'model', 'placement', 'denom', 'units_per_token']
  },
  supply_regions: {
    title: 'Regions',
    unit: 'GPUs',
    method: [
      'By the region that each provider states in its record on chain; nobody checks it. GPUs by its last successful answer, at the end of the range.',
      probed
    ],
    needs: {
      provider_days: ['network', 'provider', 'day', 'registered', 'online', 'gpus', 'gpus_leased'],
      providers: ['network', 'provider', 'region']
    },
    params: ['to']
  },
  demand_funnel: {
    title: 'What became of orders for GPUs',
    unit: 'orders',
    method: [
      'Orders for at least one GPU that were made within the range: how many got a bid, how many became a lease, and how many of these leases ran for an hour or more. Unfilled orders are those that were closed without a lease; orders that are still open are neither.',
      'An order that takes any model, or one of several, is counted as such and not under a model. With a model chosen, every order that takes it counts.'
    ],
    needs: {
      blocks: ['network', 'height', 'time'],
      orders: ['network', 'order_id', 'created_at', 'gpus', 'gpu_models', 'bids', 'outcome'],
      leases: ['network', 'order_id', 'created_at', 'closed_at', 'ran_dry_height']
    },
    params: ['from', 'to', 'model']
  },
  extent: {
    title: 'Blocks indexed',
    unit: 'heights',
    method: ['First and last block indexed.'],
    needs: { blocks: ['height', 'time'] },
    params: []
  },
  ...PRICE_METRICS
} as const satisfies { readonly [id: string]: Metric }

export type MetricId = keyof typeof METRICS
export const METRIC_IDS = Object.keys(METRICS) as readonly MetricId[]

/**
 * The whole SQL of a metric: its file with each line `-- part: name` replaced by the CTEs of `parts/name.sql`.
 * @param read gives the text of a file below `src/lib/sql`, such as `metrics/extent.sql`
 */
export function composeSql(id: MetricId, read: (path: string) => string): string {
  return read(`metrics/${id}.sql`).replace(/^-- part: (\w+)$/gm, (_, part: string) => `${read(`parts/${part}.sql`).trimEnd()},`)
}

/** SQL of a metric for a reader: with the values that its parameters had. */
export function explainSql(
  id: MetricId,
  sql: string,
  params: { readonly [name: string]: string | number | boolean | null }
): string {
  const values = METRICS[id].params.map((name) => `-- $${name} = ${JSON.stringify(params[name] ?? null)}`)
  return [...values, sql.trimEnd()].join('\n')
}
