/** The metrics of prices in USD: what leases cost, and what clouds ask for the same. Part of the catalog. */
import type { Metric } from './metric.ts'

const inUsd =
  'Price per GPU-hour = price per block of the whole lease × blocks that the chain made on the day while the lease was active ÷ hours ÷ GPUs, at the token price in force: the median of what the chain’s own oracle said that day, else the day’s price of a publisher, at most three days old. A day without a token price has no price in USD. ACT and USDC count as one dollar, as they are meant to. CPU, memory and storage of the lease are part of the price. Days on which the chain stood still count at their near-zero price. Where AKT has no price for months (2022-10 to 2023-07, 2023-12 to 2024-06, 2025-11 to 2026-03), only leases in dollars are seen.'
const weighted =
  'Median and percentiles are over all leases active in the bucket of time, each weighted by its GPU-hours, so that a lease of eight GPUs for a week outweighs one of a minute. Figures have three significant digits; the table `price_days` has them in full.'
const sameKind =
  'A kind of GPU is a model with its memory and form factor. What an offer does not tell is taken from what the provider states of itself where that leaves no choice, else it stays open. Leases that mix kinds are left out, because their price is not that of one kind.'
const organic =
  'Marked leases can be left out: of known price bots and of accounts that end nearly all leases within minutes, of tenants that are the provider itself, and of tenants into whose escrow the provider paid.'
const standing =
  'Of each cloud the offer on demand with the fewest GPUs in its reference region stands for it (AWS us-east-1, Azure eastus, Google us-central1, RunPod Secure Cloud), the cheapest of these, divided by its GPUs; of a marketplace the median offer. The price holds from the day on which it was first seen to that on which another was, and nothing is drawn beyond the last observation. Only the same model, memory and form factor is compared.'
const leftOut =
  'Left out on both sides: egress (hyperscalers charge for it, Akash and most others do not), persistent storage, support, taxes, service levels.'

const kind = ['model', 'memory_gib', 'interface'] as const
const kindColumns = ['gpu_model', 'gpu_memory_gib', 'gpu_interface'] as const

export const PRICE_METRICS = {
  price_kinds: {
    title: 'Kinds of GPU with prices',
    unit: 'USD per GPU-hour',
    method: [inUsd, sameKind],
    needs: { price_series: [...kindColumns, 'scope', 'grain', 'begins', 'leases', 'providers', 'gpu_hours', 'p50'] },
    params: ['to']
  },
  realised_price: {
    title: 'Realised price',
    unit: 'USD per GPU-hour',
    method: [inUsd, weighted, sameKind, organic],
    needs: {
      price_series: [
        ...[...kindColumns, 'scope', 'grain', 'begins', 'leases', 'providers', 'gpu_hours'],
        ...['p10', 'p25', 'p50', 'p75', 'p90', 'vcpus_per_gpu', 'memory_gib_per_gpu', 'uptime']
      ]
    },
    params: [...kind, 'from', 'to', 'grain', 'scope']
  },
  ask_price: {
    title: 'Asks',
    unit: 'USD per GPU-hour',
    method: [
      'What providers asked in their bids for one kind of GPU: of each provider and day the median of its bids, and quartiles over these, whatever came of the bid. An ask is not a price paid.',
      sameKind
    ],
    needs: { price_series: [...kindColumns, 'scope', 'grain', 'begins', 'ask_providers', 'ask_p25', 'ask_p50', 'ask_p75'] },
    params: [...kind, 'from', 'to', 'grain']
  },
  cloud_prices: {
    title: 'List prices of clouds',
    unit: 'USD per GPU-hour',
    method: [standing, leftOut],
    needs: {
      cloud_price_steps: [
        ...['provider', ...kindColumns, 'instance_type', 'gpus', 'vcpus', 'memory_gib', 'region', 'purchase_option', 'statistic'],
        ...['usd_per_gpu_hour', 'from_day', 'to_day', 'source']
      ]
    },
    params: [...kind, 'from', 'to']
  },
  discounts: {
    title: 'Discount against clouds',
    unit: '% of the list price',
    method: [
      'Discount = 1 − realised price ÷ price of the cloud on demand: of the median, and as a band of the quartiles (p25 to p75) against the same list price. Adjusted for uptime, the realised price is first divided by the observed uptime of the providers: what an hour that was up cost.',
      inUsd,
      standing,
      leftOut
    ],
    needs: {
      price_series: [...kindColumns, 'scope', 'grain', 'begins', 'leases', 'p25', 'p50', 'p75', 'uptime'],
      cloud_price_steps: [
        ...['provider', ...kindColumns, 'instance_type', 'purchase_option', 'usd_per_gpu_hour', 'from_day', 'to_day']
      ]
    },
    params: [...kind, 'from', 'to', 'grain', 'scope']
  },
  like_for_like: {
    title: 'Like for like',
    unit: 'USD per GPU-hour',
    method: [
      'Every offer of a cloud with the model, and what sets it apart. Not compared at all: another memory (beyond 7 %) or form factor, spot and commitments, a price for the GPU alone, a statistic over offers other than the median, no observation for half a year. Compared, with the difference named: more GPUs than wanted, vCPUs or memory per GPU more than twice or less than half of those of the leases (their median), another region than the cloud’s reference region.',
      standing,
      leftOut
    ],
    needs: {
      list_prices: [
        'provider',
        'instance_type',
        'gpu_model',
        'region',
        'purchase_option',
        'statistic',
        'usd_per_gpu_hour',
        'observed_on'
      ],
      list_price_steps: [
        ...['network', 'provider', 'instance_type', ...kindColumns, 'gpus', 'vcpus', 'memory_gib', 'region', 'purchase_option'],
        ...['statistic', 'covers', 'usd_per_gpu_hour', 'from_day', 'to_day', 'source']
      ]
    },
    params: [...kind, 'to', 'gpus', 'vcpus', 'ram_gib', 'price']
  },
  lease_dots: {
    title: 'Single leases',
    unit: 'USD per GPU-hour',
    method: [inUsd, sameKind, organic],
    needs: {
      realised_prices: [
        ...['network', 'lease_id', 'provider', 'kind', ...kindColumns, 'gpus', 'marks', 'from_time', 'to_time', 'goes_on'],
        ...['priced_hours', 'usd_per_gpu_hour']
      ],
      providers: ['network', 'provider', 'organization']
    },
    params: [...kind, 'from', 'to', 'scope', 'most']
  },
  lease_terms: {
    title: 'One lease',
    unit: 'USD per GPU-hour',
    method: [inUsd, sameKind],
    needs: {
      realised_prices: [
        ...[
          'network',
          'lease_id',
          'provider',
          'kind',
          ...kindColumns,
          'gpus',
          'vcpus',
          'memory_gib',
          'marks',
          'from_time',
          'to_time'
        ],
        ...['usd_per_gpu_hour']
      ]
    },
    params: ['lease']
  },
  gpu_share: {
    title: 'The GPU’s share of the price',
    unit: 'USD per GPU-hour',
    method: [
      'An estimate: the price less CPU, memory and storage at the rates that leases without GPUs have on the same network in the same quarter (median; the band is at their quartiles). Rates stand to each other as in the default bid script of providers (1.60 USD a month for a vCPU, 0.80 for a GiB of memory, 0.02 for a GiB of storage); their level is measured. Not given with fewer than five such leases.',
      inUsd,
      sameKind
    ],
    needs: {
      gpu_share_weeks: [...kindColumns, 'scope', 'begins', 'leases', 'gpu_share', 'gpu_share_low', 'gpu_share_high']
    },
    params: [...kind, 'from', 'to', 'scope']
  },
  other_prices: {
    title: 'Leases without a price of one kind of GPU',
    unit: 'USD per hour of a lease',
    method: [
      'Leases without GPUs, leases that mix kinds of GPU, and leases whose offer leaves the model open, in the last month with any: the price of the whole lease per hour, weighted by hours.',
      inUsd
    ],
    needs: {
      other_price_months: [
        ...['month', 'kind', 'leases', 'providers', 'lease_hours', 'p25', 'p50', 'p75', 'usd_per_gpu_hour', 'usd_per_vcpu_hour']
      ]
    },
    params: ['to']
  },
  price_events: {
    title: 'Events',
    unit: 'days',
    method: [
      'Upgrades and other events of the network, each with its source, and steps of list prices by a fifth or more; of a step the day of the first observation that shows it.'
    ],
    needs: { events: ['day', ...kindColumns, 'provider', 'kind', 'title', 'source'] },
    params: [...kind, 'from', 'to']
  }
} as const satisfies { readonly [id: string]: Metric }
