/** What a job costs on the network and at each cloud. Pure. */
import { FEWEST_FOR_PERCENTILES } from '../../lib/charts/strip.ts'
import type { MetricRows } from '../../lib/sql/metric-rows.ts'
import { cloudOf, providersOf } from './clouds.ts'
import { latestOf, type PriceRows } from './prices.ts'

type Offer = MetricRows['like_for_like']

export type JobCost = {
  readonly provider: string
  readonly name: string
  readonly offer: Offer
  /** Whole instances are paid. */
  readonly instances: number
  /** GPUs paid for and not wanted. */
  readonly idle: number
  /** USD for the whole job. */
  readonly cost: number
}
export type Job = {
  readonly gpus: number
  readonly hours: number
  /** USD at the quartiles and the median of the last bucket with leases; null without any, or without a quartile where leases are few. */
  readonly here: { readonly low: number | null; readonly middle: number; readonly high: number | null } | null
  /** The cheapest offer of each cloud, cheapest first. */
  readonly clouds: readonly JobCost[]
}

export function jobOf(rows: Pick<PriceRows, 'realised' | 'offers'>, gpus: number, hours: number): Job {
  const latest = latestOf(rows)
  const few = (latest?.leases ?? 0) < FEWEST_FOR_PERCENTILES
  const times = (price: number | null | undefined) => (typeof price === 'number' ? price * gpus * hours : null)
  const middle = times(latest?.p50)
  const comparable = rows.offers.filter((offer) => offer.comparable !== 'no')
  return {
    gpus,
    hours,
    here: middle === null ? null : { low: few ? null : times(latest?.p25), middle, high: few ? null : times(latest?.p75) },
    clouds: providersOf(comparable)
      .flatMap((provider) => {
        const costs = comparable.filter((offer) => offer.provider === provider).map((offer) => costOf(offer, gpus, hours))
        // Of equal costs the first: offers that differ in nothing stand before others.
        return costs.reduce<JobCost[]>(([best], one) => [best && best.cost <= one.cost ? best : one], [])
      })
      .sort((a, b) => a.cost - b.cost)
  }
}

function costOf(offer: Offer, gpus: number, hours: number): JobCost {
  const instances = Math.ceil(gpus / offer.gpus)
  const paid = instances * offer.gpus
  return {
    provider: offer.provider,
    name: cloudOf(offer.provider).name,
    offer,
    instances,
    idle: paid - gpus,
    cost: offer.usd_per_gpu_hour * paid * hours
  }
}
