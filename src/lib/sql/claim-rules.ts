/** How each claim is judged: what decides it, by which rule, and what a reader must bear in mind. */
import type { Needs } from './metric.ts'

/** What a verdict needs. */
export type JudgedRule = {
  /** `market`: the leases and providers of the lake, so that only an observed lake judges. `reference`: observed prices or arithmetic, in any lake. */
  readonly decided_by: 'market' | 'reference'
  /** How the verdict comes about, with its thresholds. */
  readonly rule: string
  /** What `VerdictRow.n` counts: one, many. */
  readonly counted: readonly [one: string, many: string]
  /** What `low` and `high` are. */
  readonly range: string
  readonly caveats: readonly string[]
  readonly needs: Needs
}

export type ClaimRule =
  | JudgedRule
  | { readonly decided_by: 'nothing'; /** Why it cannot be known. */ readonly why: string; readonly caveats: readonly string[] }

const SHARES = 'It holds when that is so in nine of ten or more, does not hold in one of ten or fewer, and holds in part between.'
const BUNDLE =
  'Prices are of whole leases and whole instances, with CPU and memory, per GPU. Left out on both sides: egress, persistent storage, support, taxes, service levels.'
const LIST =
  'Against list prices: what large customers pay after their own discounts, and spot and committed prices, are other comparisons.'
const ORDINARY =
  'Leases of price bots, of tenants that are their own provider and of tenants whom the provider funded are left out.'
const NETWORK_ONLY = 'Of Akash alone. Other platforms publish no leases that anyone can check.'
const NOT_BUSY =
  'Leased is not busy: a leased GPU may do nothing, and of what providers run outside the network nothing is known.'
const PROBED = 'Known only from when providers were first probed.'

const days = ['network', 'gpu_model', 'gpu_memory_gib', 'gpu_interface', 'scope', 'day', 'gpu_hours', 'p50'] as const
const steps = [
  ...(['network', 'gpu_model', 'gpu_memory_gib', 'gpu_interface', 'provider', 'instance_type', 'purchase_option'] as const),
  ...(['usd_per_gpu_hour', 'from_day', 'to_day'] as const)
] as const
const priced = [
  ...(['network', 'lease_id', 'provider', 'kind', 'gpu_model', 'gpu_memory_gib', 'gpu_interface', 'gpus', 'marks'] as const),
  ...(['from_time', 'to_time', 'hours', 'priced_hours'] as const)
] as const
const supply = ['network', 'day', 'gpu_model', 'gpus_allocatable', 'gpus_leased_online'] as const
const labels = ['network', 'account', 'label'] as const
const tokens = ['network', 'asset', 'time', 'usd', 'basis', 'source'] as const

export const CLAIM_RULES = {
  'a100-3.50-vs-1': {
    decided_by: 'market',
    rule: 'Two statements, each by months of one size of A100 since August 2023: the median lease on Akash costs less than $1 per GPU-hour (of months with five leases or more), and AWS on demand is within a tenth of $3.50. Both in nine of ten months or more: it holds. Under $1 in one of ten or fewer: it does not, whatever AWS asks. Else in part.',
    counted: ['month of one size', 'months of one size'],
    range: 'monthly medians on Akash, lowest to highest',
    caveats: [
      'AWS rents A100 only by eight (p4d with 40 GB, p4de with 80 GB); the price is an eighth of the instance.',
      'Leases of every form factor count; AWS has SXM boards. Leases whose offer does not tell 40 or 80 GB are left out.',
      'Render sells rendering by OctaneBench hours, not GPUs by the hour: that part of the claim cannot be checked.',
      ORDINARY,
      BUNDLE
    ],
    needs: { price_days: days, cloud_price_steps: steps, realised_prices: priced }
  },
  '60-80-cheaper': {
    decided_by: 'market',
    rule: `Counted are model-months: kinds of GPU that AWS offers too, in months with five leases or more. The median lease is 60 to 80 % below AWS on demand. ${SHARES}`,
    counted: ['model-month', 'model-months'],
    range: 'discount, 10th to 90th percentile of model-months',
    caveats: [
      'The same model, memory and form factor only; in AWS’s us-east-1, the offer with the fewest GPUs. GPUs that AWS does not have, such as consumer cards, are not in it.',
      'AWS is the dearest end: against RunPod, Lambda or Vast the answer is another one, which the prices show.',
      LIST,
      ORDINARY,
      BUNDLE
    ],
    needs: { price_days: days, cloud_price_steps: steps, realised_prices: priced }
  },
  'uptime-gap': {
    decided_by: 'market',
    rule: `Counted are days, from 28 days and five providers on. On a day the providers of leased GPUs, by the GPUs leased, were up for less than the 99.5 % that AWS promises for a single instance. ${SHARES}`,
    counted: ['provider-day', 'provider-days'],
    range: 'uptime by month, lowest to highest',
    caveats: [
      `A probe asks a provider’s status, not a tenant’s workload. ${PROBED}`,
      'The 99.5 % are a promise with a credit behind it (https://aws.amazon.com/compute/sla/), not an observed uptime: nothing here measures clouds.',
      'Ended by the provider: unstable, decommission or without a reason. Leases ended because the tenant sent no manifest or ran out of funds are not among them. Why a provider gave no reason is not known.',
      'Whether one gets what one pays for is a judgement and not checked.'
    ],
    needs: {
      provider_days: ['day', 'gpus_leased', 'online_s', 'known_s', 'day_s'],
      leases: ['network', 'owner', 'gpus', 'created_at', 'closed_at', 'close_reason'],
      account_labels: labels
    }
  },
  'idle-supply': {
    decided_by: 'market',
    rule: `Counted are days with known supply, from 28 on. On a day fewer than half of the GPUs of online providers were leased, as a mean over the day. ${SHARES}`,
    counted: ['day', 'days'],
    range: 'occupancy by month, lowest to highest',
    caveats: [`Of the network’s own supply; about GPUs elsewhere it says nothing. ${PROBED}`, NOT_BUSY],
    needs: { supply_days: supply }
  },
  '3060-40-a-month': {
    decided_by: 'market',
    rule: 'Of providers with RTX 3060 the share that was paid $40 or more per GPU and month of being leased; under five providers no figure. One of ten or fewer: it does not hold. Nine of ten or more, and $40 still reached after the time without a tenant: it holds. Else in part.',
    counted: ['provider', 'providers'],
    range: 'paid per GPU and month of being leased, quartiles of providers',
    caveats: [
      'Time without a tenant is not in the range, so what a card earns its owner is that or less. Electricity, the fees of bids and the network’s take are not in it either.',
      'RTX 3060, not 3060 Ti. Leases that have ended only, so that their last payout is in; those that hold another model too are left out.',
      'A lease is left out when the AKT price of one of its payouts is not known.',
      ORDINARY
    ],
    needs: {
      realised_prices: priced,
      leases: ['network', 'lease_id', 'created_height', 'closed_height'],
      payouts: ['network', 'time', 'lease_id', 'denom', 'amount'],
      token_prices: tokens,
      supply_days: supply
    }
  },
  'demand-bottleneck': {
    decided_by: 'market',
    rule: 'Counted are months with five ended orders for GPUs or more. In such a month demand is what lacked when nine of ten orders got a bid and less than half of the GPUs were leased. In nine of ten months or more, and 24 months or more: it holds; in one of ten or fewer: it does not; else in part.',
    counted: ['order', 'orders'],
    range: 'orders without a bid by month, lowest to highest',
    caveats: [
      `How much of the supply is leased: ${PROBED.toLowerCase()} A month without it counts only when more than a tenth of its orders got no bid.`,
      'An order without a bid may have asked for what nobody has, or for too little money, or was given up at once: that is a supply that does not fit, not none.',
      'Whoever never made an order is not seen.',
      NOT_BUSY
    ],
    needs: {
      orders: ['network', 'owner', 'created_at', 'gpus', 'bids', 'outcome'],
      account_labels: labels,
      supply_days: [...supply, 'gpus_online', 'gpus_free']
    }
  },
  'akt-0.40-end-2023': {
    decided_by: 'reference',
    rule: `Counted are days of December 2023 that have a price. AKT is within a tenth of $0.40, from $0.36 to $0.44. ${SHARES}`,
    counted: ['day', 'days'],
    range: 'price of AKT, lowest to highest day',
    caveats: [
      'The reference history ends on 15 December 2023 and goes on in June 2024: the last half of the month is not in it.',
      'One price a day: the reference rate at 00:00 UTC.'
    ],
    needs: { token_prices: tokens }
  },
  'akash-cap-1217': {
    decided_by: 'reference',
    rule: 'Only the sentence’s own arithmetic is judged: whether the two values make the rise, with each figure taken as rounded as it is written.',
    counted: ['value of the sentence', 'values of the sentence'],
    range: 'rise that the two values make',
    caveats: [
      'Whether either value was true is not judged: that takes the supply in circulation at both dates, which no table here has, and AKT’s price, which the reference history lacks for both.'
    ],
    needs: { token_prices: ['asset', 'time', 'usd'] }
  },
  'akashchat-0.10': {
    decided_by: 'nothing',
    why: 'What a chat charges for tokens, and how many it served, is settled off the chain. The chain records leases of whole machines, not what ran on them, so there is no public record to set it against.',
    caveats: [
      'Prices of language models are usually quoted for a million tokens. $0.10 for a thousand would be $100 for a million; the unit may be a slip, which cannot be known either.',
      'Which service of AWS was meant is not said.'
    ]
  },
  'compute-tokens-507': {
    decided_by: 'nothing',
    why: 'The sentence does not say which tokens it counts, nor from which day to which. A different basket gives a different rise, and no basket can be told to be the one that was meant.',
    caveats: ['Rackrate keeps prices of AKT alone, and no supply of any token in circulation.']
  },
  'permissionless-competitive': {
    decided_by: 'market',
    rule: `Counted are model-months of 2025: kinds of GPU that two clouds or more offer too, in months with five leases or more. The median lease costs no more than the median of these clouds on demand. ${SHARES}`,
    counted: ['model-month', 'model-months'],
    range: 'discount against the median cloud, 10th to 90th percentile of model-months',
    caveats: [
      'Competitive is taken to mean no dearer than the middle of the clouds; each is taken once, with the offer that has the fewest GPUs in its reference region.',
      'Whether GPUs had been underused before their owners offered them is not known; the occupancy on the network is what is shown.',
      NETWORK_ONLY,
      LIST,
      ORDINARY,
      BUNDLE
    ],
    needs: { price_days: days, cloud_price_steps: steps, realised_prices: priced, supply_days: supply }
  }
} as const satisfies { readonly [id: string]: ClaimRule }

export type ClaimId = keyof typeof CLAIM_RULES
/** Claims that have SQL. */
export type JudgedClaimId = { [Id in ClaimId]: (typeof CLAIM_RULES)[Id] extends JudgedRule ? Id : never }[ClaimId]
