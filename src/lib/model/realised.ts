/** What leases cost in USD, beside the clouds: made of leases, bids, token prices and list prices. */
import { col, opt } from './tables.ts'

const kind = {
  gpu_model: col('VARCHAR', '`vendor/model` in lower case'),
  gpu_memory_gib: opt('DOUBLE', 'Memory of one GPU; NULL where nothing tells which of the sizes of the model', 'GiB'),
  gpu_interface: opt('VARCHAR', 'Form factor: `sxm`, `pcie`; NULL where nothing tells which')
} as const
const scope = col('VARCHAR', '`all` leases, or `organic`: without marked ones; only where there are marked ones')
const usd = (what: string) => opt('DOUBLE', what, 'USD per GPU-hour')
const percentiles = {
  p10: usd('10 % of the GPU-hours cost this or less'),
  p25: usd('25 %'),
  p50: usd('Median, weighted by GPU-hours'),
  p75: usd('75 %'),
  p90: usd('90 %')
} as const
const asks = {
  ask_providers: col('INTEGER', 'Providers that bid', 'providers'),
  ask_p25: usd('Quartile of what providers asked, each with the median of its bids of a day'),
  ask_p50: usd('Median of the same'),
  ask_p75: usd('Quartile of the same')
} as const
const counts = {
  leases: col('INTEGER', 'Leases that were active', 'leases'),
  providers: col('INTEGER', 'Providers of these', 'providers')
} as const
const uptime = opt('DOUBLE', 'Observed uptime of the providers, by the GPU-hours of their leases, 0 to 1; NULL without probes')
const offer = {
  provider: col('VARCHAR', 'Cloud'),
  instance_type: col('VARCHAR', 'What it is called there')
} as const
const shape = {
  gpus: col('INTEGER', 'GPUs of the instance', 'GPUs'),
  vcpus: opt('DOUBLE', 'vCPUs of the instance', 'vCPUs'),
  memory_gib: opt('DOUBLE', 'Memory of the instance', 'GiB')
} as const
const step = {
  usd_per_gpu_hour: col('DECIMAL(38,18)', 'Price', 'USD per GPU-hour'),
  from_day: col('DATE', 'First day on which it was seen'),
  to_day: col('DATE', 'Day before which it held: of the next observation, which differs, or the day after the last one'),
  source: col('VARCHAR', 'Where it was read first')
} as const
const place = {
  region: col('VARCHAR', 'Region as the cloud names it'),
  purchase_option: col('VARCHAR', '`on_demand`, `spot`, `reserved_1y`, `reserved_3y`'),
  statistic: col('VARCHAR', '`list`, or what it is over the offers of a marketplace')
} as const

export const REALISED = {
  gpu_names: {
    row: 'a name of a GPU in attributes of orders, bids and providers, and what it means',
    columns: {
      name: col('VARCHAR', '`vendor/model` as on chain, in lower case'),
      told_gib: opt('DOUBLE', 'Memory of one GPU as told with it', 'GiB'),
      told_interface: opt('VARCHAR', 'Form factor as told with it'),
      is_known: col('BOOLEAN', 'It is the name, or an alias, of a row of `gpu_models`'),
      gpu_model: col('VARCHAR', 'Model; the name itself where it is not known: it is never guessed'),
      gpu_memory_gib: kind.gpu_memory_gib,
      gpu_interface: kind.gpu_interface,
      leases: col('INTEGER', 'Leases that have it', 'leases')
    }
  },
  events: {
    row: 'something that happened on a day: of the network, or a step of a list price by a fifth or more',
    columns: {
      day: col('DATE', 'UTC day; of a step, that of the first observation that shows it'),
      gpu_model: opt('VARCHAR', 'Of a step: the GPU whose price it is'),
      gpu_memory_gib: opt('DOUBLE', 'Its memory', 'GiB'),
      gpu_interface: opt('VARCHAR', 'Its form factor'),
      provider: opt('VARCHAR', 'Of a step: the cloud'),
      kind: col('VARCHAR', '`event` or `price_step`'),
      title: col('VARCHAR', 'What happened'),
      source: col('VARCHAR', 'Who says so')
    }
  },
  account_labels: {
    row: 'a label on an account that does not rent as others do',
    columns: {
      account: col('VARCHAR', 'Account address'),
      label: col('VARCHAR', '`price_bot`: it rents to learn prices'),
      source: col('VARCHAR', 'Who says so, or what it did')
    }
  },
  realised_prices: {
    row: 'a lease at one price, in USD',
    columns: {
      lease_id: col('VARCHAR', '`owner/dseq/gseq/oseq/provider`'),
      provider: col('VARCHAR', 'Provider address'),
      owner: col('VARCHAR', 'Tenant address'),
      kind: col('VARCHAR', '`gpu`: one kind of GPU; `mixed`: several; `cpu`: none'),
      ...kind,
      gpu_model: opt('VARCHAR', '`vendor/model`; NULL for `mixed`, `cpu` and where the offer leaves it open'),
      gpus: col('INTEGER', 'GPUs', 'GPUs'),
      vcpus: opt('DOUBLE', 'vCPUs of the lease', 'vCPUs'),
      memory_gib: opt('DOUBLE', 'Memory of the lease', 'GiB'),
      marks: col(
        'VARCHAR[]',
        'Why it may be no ordinary rent: `self_dealt` (tenant = provider), `funded_by_provider` (the provider paid into its escrow), `price_bot`'
      ),
      from_time: col('TIMESTAMP', 'From when it was active at this price'),
      to_time: col('TIMESTAMP', 'Until when; the last block indexed where it goes on'),
      goes_on: col('BOOLEAN', 'It was still active at the last block indexed'),
      hours: col('DOUBLE', 'Between the two', 'hours'),
      denom: col('VARCHAR', 'Denom of the price'),
      tokens_per_hour: opt('DOUBLE', 'Price of the whole lease, by the blocks that the chain made', 'tokens per hour'),
      token_basis: opt(
        'VARCHAR',
        'Basis of the token prices, as in `token_prices`; `fixed`: one token is one dollar by its design'
      ),
      priced_hours: opt('DOUBLE', 'Hours whose token price is known: the prices in USD are over these', 'hours'),
      usd_per_hour: opt('DOUBLE', 'Price of the whole lease', 'USD per hour'),
      usd_per_gpu_hour: usd('Price of the whole lease ÷ GPUs'),
      gpu_share_usd: usd(
        'Estimate of what of it is for the GPUs: less CPU, memory and storage at the network’s own median rates of leases without GPUs'
      ),
      gpu_share_usd_low: usd('The same at the upper quartile of these rates'),
      gpu_share_usd_high: usd('The same at the lower quartile')
    }
  },
  price_days: {
    row: 'a day of a kind of GPU: what leases cost, and what providers asked',
    columns: {
      ...kind,
      scope,
      day: col('DATE', 'UTC day; the last one may not be over'),
      ...counts,
      gpu_hours: col('DOUBLE', 'GPU-hours of these', 'GPU-hours'),
      ...percentiles,
      gpu_share: usd('Median of the estimate of `gpu_share_usd`, weighted by GPU-hours'),
      gpu_share_low: usd('Its lower end, of the same lease'),
      gpu_share_high: usd('Its upper end, of the same lease'),
      vcpus_per_gpu: opt('DOUBLE', 'Median over leases and days', 'vCPUs per GPU'),
      memory_gib_per_gpu: opt('DOUBLE', 'Median over leases and days', 'GiB per GPU'),
      uptime,
      bids: col('INTEGER', 'Bids of providers', 'bids'),
      ...asks
    }
  },
  price_series: {
    row: 'the same by week (from Monday), and by day for the last 120 days, with figures of three significant digits: what the charts draw',
    columns: {
      ...kind,
      scope,
      grain: col('VARCHAR', '`week` or `day`'),
      begins: col('DATE', 'UTC day on which it begins'),
      ...counts,
      gpu_hours: col('DOUBLE', 'GPU-hours of these', 'GPU-hours'),
      ...percentiles,
      vcpus_per_gpu: opt('DOUBLE', 'Median over leases and days', 'vCPUs per GPU'),
      memory_gib_per_gpu: opt('DOUBLE', 'Median over leases and days', 'GiB per GPU'),
      uptime,
      ...asks
    }
  },
  gpu_share_weeks: {
    row: 'a week of a kind of GPU: an estimate of what of the price is for the GPUs, with figures of three significant digits',
    columns: {
      ...kind,
      scope,
      begins: col('DATE', 'Monday'),
      leases: counts.leases,
      gpu_share: usd('Median of the estimate of `gpu_share_usd`, weighted by GPU-hours'),
      gpu_share_low: usd('Its lower end, of the same lease'),
      gpu_share_high: usd('Its upper end, of the same lease')
    }
  },
  other_price_months: {
    row: 'a month of leases that have no price of one kind of GPU',
    columns: {
      month: col('DATE', 'First day'),
      kind: col('VARCHAR', '`cpu`: without GPUs; `mixed`: several kinds; `unknown_model`: the model is left open'),
      ...counts,
      lease_hours: col('DOUBLE', 'Hours of these', 'hours'),
      p25: opt('DOUBLE', 'A quarter of the hours cost this or less', 'USD per hour of a lease'),
      p50: opt('DOUBLE', 'Median, weighted by hours', 'USD per hour of a lease'),
      p75: opt('DOUBLE', '75 %', 'USD per hour of a lease'),
      usd_per_gpu_hour: usd('Median over leases; NULL without GPUs'),
      usd_per_vcpu_hour: opt('DOUBLE', 'Median over leases', 'USD per vCPU-hour')
    }
  },
  list_price_steps: {
    row: 'a list price of an offer of a cloud for as long as it held',
    columns: {
      ...offer,
      gpu_name: col('VARCHAR', 'GPU as the source names it'),
      ...kind,
      ...shape,
      ...place,
      covers: col('VARCHAR', '`instance`, or `gpu` where CPU and memory cost extra'),
      ...step,
      is_last: col('BOOLEAN', 'Nothing was observed of the offer after it'),
      observations: col('INTEGER', 'Observations that show it', 'observations')
    }
  },
  cloud_price_steps: {
    row: 'the price that stands for a cloud beside leases of a kind of GPU, for as long as it held: of the offer with the fewest GPUs in its reference region, the cheapest of these',
    columns: { provider: offer.provider, ...kind, instance_type: offer.instance_type, ...shape, ...place, ...step }
  },
  price_discounts: {
    row: 'a day of a kind of GPU beside a cloud’s price on demand; a cloud without the same model, memory and form factor has none',
    columns: {
      ...kind,
      scope,
      ...offer,
      day: col('DATE', 'UTC day'),
      gpus: shape.gpus,
      region: place.region,
      statistic: place.statistic,
      list_usd_per_gpu_hour: col('DECIMAL(38,18)', 'Price of the cloud', 'USD per GPU-hour'),
      ...counts,
      gpu_hours: col('DOUBLE', 'GPU-hours of the leases', 'GPU-hours'),
      p25: percentiles.p25,
      p50: percentiles.p50,
      p75: percentiles.p75,
      discount_p25: opt('DOUBLE', '1 − p75 ÷ price of the cloud: a quarter of the GPU-hours are less far below it'),
      discount: opt('DOUBLE', '1 − p50 ÷ price of the cloud; negative when leases were dearer'),
      discount_p75: opt('DOUBLE', '1 − p25 ÷ price of the cloud'),
      uptime,
      discount_uptime_adjusted: opt('DOUBLE', '1 − (p50 ÷ uptime) ÷ price of the cloud; NULL without probes')
    }
  }
} as const
