/** Columns of each metric's result. */
export type MetricRows = {
  gpus_leased: {
    readonly model: string
    readonly leases: number
    readonly all_leases: number
    /** Of all, those whose beginning or end is known to more than an hour only. */
    readonly doubtful_leases: number
    readonly gpu_hours: number
    readonly first_bucket: string
    readonly gpus: readonly (number | null)[]
  }
  prices_by_model: {
    readonly model: string
    readonly leases: number
    readonly providers: number
    readonly gpus: number
    readonly gpu_hours: number
    readonly lowest: number
    readonly p10: number
    readonly p25: number
    readonly median: number
    readonly p75: number
    readonly p90: number
    readonly highest: number
  }
  lease_price_points: {
    readonly model: string
    readonly lease_id: string
    readonly provider: string
    readonly organization: string | null
    readonly gpus: number
    readonly price: number
    readonly start_at: string
    readonly end_at: string
    readonly goes_on: boolean
  }
  spend_by_provider: {
    readonly provider: string
    readonly organization: string | null
    readonly leases: number
    readonly gpu_hours: number
    readonly spend: number
  }
  spend_over_time: {
    readonly first_bucket: string
    readonly leases: number
    /** Of each bucket, null where it touches a gap of the index. */
    readonly spend: readonly (number | null)[]
    /** Of seven buckets up to this one, null unless each is known and whole. */
    readonly mean: readonly (number | null)[]
  }
  price_trend: {
    readonly model: string
    /** Of the last window. */
    readonly leases: number
    readonly providers: number
    /** Of each window, the last one last; null where no lease was active. */
    readonly median: readonly (number | null)[]
  }
  models: {
    readonly model: string
    readonly leases: number
    readonly gpu_hours: number
    readonly first_at: string
    readonly last_at: string
  }
  denoms: {
    readonly denom: string
    /** Priced in it and open at the end of the index. */
    readonly open_gpu_leases: number
    readonly gpu_leases: number
    readonly leases: number
    /** When GPU leases were priced in it; null when none was. */
    readonly first_at: string | null
    readonly last_at: string | null
  }
  supply_over_time: {
    readonly day: string
    readonly providers_registered: number
    readonly providers_seen: number | null
    readonly providers_online: number | null
    readonly gpus_registered: number
    readonly gpus_seen: number | null
    readonly gpus_online: number | null
    readonly gpus_leasable: number | null
    readonly gpus_leased: number | null
    /** GPUs that online providers can lease out, mean of the day; null where the supply is not known. */
    readonly gpus_allocatable: number | null
    /** Leased on chain ÷ allocatable, time-weighted; null where the supply is not known. */
    readonly occupancy: number | null
    /** Allocated as the providers count ÷ allocatable. */
    readonly occupancy_told: number | null
    /** Part of the day's provider-hours that is known from probes, 0 to 1. */
    readonly probed: number
  }
  supply_models: {
    readonly model: string
    readonly providers: number
    readonly providers_online: number
    readonly registered: number
    readonly online: number
    readonly leasable: number
    /** By the providers' count, of the online GPUs; null where they do not tell. */
    readonly allocated: number | null
    /** By the chain, now. */
    readonly leased: number
    readonly occupancy: number | null
    readonly median_price: number | null
    readonly price_leases: number
    readonly last_lease_at: string | null
  }
  supply_regions: {
    readonly region: string | null
    readonly providers: number
    readonly providers_online: number
    readonly gpus_registered: number
    readonly gpus_online: number
    readonly gpus_leased: number
  }
  demand_funnel: {
    readonly model: string
    readonly orders: number
    readonly with_bids: number
    readonly leased: number
    readonly ran_hour: number
    readonly unfilled: number
  }
  extent: {
    readonly first_height: string | null
    readonly last_height: string | null
    readonly first_at: string | null
    readonly last_at: string | null
  }
  price_kinds: {
    readonly model: string
    readonly memory_gib: number | null
    readonly interface: string | null
    readonly gpu_hours: number
    /** Mondays, `YYYY-MM-DD`, of the first and last week with leases; the figures below are of the last. */
    readonly first_week: string
    readonly last_week: string
    readonly leases: number
    readonly providers: number
    readonly median: number
  }
  realised_price: {
    readonly begins: string
    readonly leases: number
    readonly providers: number
    readonly gpu_hours: number
    readonly p10: number | null
    readonly p25: number | null
    readonly p50: number | null
    readonly p75: number | null
    readonly p90: number | null
    readonly vcpus_per_gpu: number | null
    readonly memory_gib_per_gpu: number | null
    /** 0 to 1. */
    readonly uptime: number | null
  }
  ask_price: {
    readonly begins: string
    readonly providers: number
    readonly p25: number
    readonly p50: number
    readonly p75: number
  }
  cloud_prices: {
    readonly provider: string
    readonly instance_type: string
    readonly gpus: number
    readonly vcpus: number | null
    readonly memory_gib: number | null
    readonly region: string
    readonly statistic: string
    readonly usd_per_gpu_hour: number
    readonly from_day: string
    /** The day before which it held. */
    readonly to_day: string
    readonly source: string
  }
  discounts: {
    readonly begins: string
    readonly provider: string
    readonly instance_type: string
    readonly leases: number
    readonly list_usd: number
    readonly median: number
    /** Shares of the list price, 0.6 for 60 % below it. */
    readonly discount_p25: number
    readonly discount: number
    readonly discount_p75: number
    readonly discount_uptime_adjusted: number | null
  }
  like_for_like: {
    readonly provider: string
    readonly instance_type: string
    readonly memory_gib: number | null
    readonly interface: string | null
    readonly gpus: number
    readonly vcpus: number | null
    readonly ram_gib: number | null
    readonly region: string
    readonly purchase_option: string
    readonly statistic: string
    readonly usd_per_gpu_hour: number
    readonly from_day: string
    readonly seen_on: string
    readonly comparable: 'yes' | 'differs' | 'no'
    /** Empty when nothing sets it apart. */
    readonly why: string
    readonly discount: number | null
    readonly source: string
  }
  lease_dots: {
    readonly lease_id: string
    readonly provider: string
    readonly organization: string | null
    readonly gpus: number
    readonly price: number
    readonly from_time: string
    readonly to_time: string
    readonly goes_on: boolean
    /** Why it may be no ordinary rent; empty for most. */
    readonly marks: string
    /** Of the kind and range, also those beyond the most. */
    readonly all_leases: number
  }
  lease_terms: {
    readonly lease_id: string
    readonly provider: string
    readonly model: string | null
    readonly memory_gib: number | null
    readonly interface: string | null
    readonly gpus: number
    readonly vcpus_per_gpu: number | null
    readonly memory_gib_per_gpu: number | null
    /** Null where no token price is known. */
    readonly price: number | null
    readonly from_time: string
    readonly to_time: string
    readonly marks: string
  }
  gpu_share: {
    readonly begins: string
    readonly leases: number
    readonly gpu_share: number
    readonly gpu_share_low: number
    readonly gpu_share_high: number
  }
  other_prices: {
    readonly kind: string
    readonly month: string
    readonly leases: number
    readonly providers: number
    readonly lease_hours: number
    readonly p25: number
    readonly p50: number
    readonly p75: number
    readonly usd_per_gpu_hour: number | null
    readonly usd_per_vcpu_hour: number | null
  }
  price_events: {
    readonly day: string
    readonly kind: 'event' | 'price_step'
    readonly provider: string | null
    readonly title: string
    readonly source: string
  }
}
