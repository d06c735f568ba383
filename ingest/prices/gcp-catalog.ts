/**
 * Google's own price list, the Cloud Billing Catalog: a free API key, and prices of parts (core, memory, GPU, local SSD) from which that of a machine
 * is the sum. https://cloud.google.com/billing/docs/reference/rest/v1/services.skus/list; descriptions of SKUs as karpenter-provider-gcp and
 * Infracost read them.
 */
import * as v from 'valibot'
import { GCP_MACHINES, type GcpMachine } from './gcp-machines.ts'
import { add, divide, multiply } from './money.ts'
import { PriceError, type PriceClient } from './source.ts'
import type { Tally } from './tally.ts'

/** 6F81-5844-456A is Compute Engine. */
export const CATALOG = 'https://cloudbilling.googleapis.com/v1/services/6F81-5844-456A/skus'
const MAX_PAGES = 50
/** Hours by which Google turns a price per month into one per hour. */
const HOURS_PER_MONTH = 730
/** GiB in a GB (10⁹ bytes), turned round: a price per GB times this is one per GiB. */
const GB_PER_GIB = '1.073741824'

const Sku = v.object({
  description: v.string(),
  category: v.object({ usageType: v.string() }),
  serviceRegions: v.array(v.string()),
  pricingInfo: v.strictTuple([
    v.object({
      pricingExpression: v.object({
        usageUnit: v.string(),
        tieredRates: v.array(
          v.object({
            startUsageAmount: v.number(),
            unitPrice: v.object({
              currencyCode: v.string(),
              units: v.optional(v.pipe(v.string(), v.regex(/^\d+$/)), '0'),
              nanos: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(999_999_999)), 0)
            })
          })
        )
      })
    })
  ])
})
const Page = v.object({
  skus: v.array(v.looseObject({ description: v.string() })),
  nextPageToken: v.optional(v.string(), '')
})

type Option = 'on_demand' | 'spot'
/** A part by name, such as `a3 core` or `nvidia-l4`, in USD per hour and unit; two prices where SKUs contradict each other. */
type Parts = Map<string, Set<string>>

/** Descriptions of the SKUs of a part. `$1` is there when it is the part of a spot machine. */
const PARTS: readonly (readonly [part: string, pattern: RegExp])[] = [
  ...(['a2', 'a3', 'g2'] as const).flatMap((family): [string, RegExp][] => [
    [`${family} core`, new RegExp(`^(Spot Preemptible )?${family.toUpperCase()} Instance Core running in `)],
    [`${family} memory`, new RegExp(`^(Spot Preemptible )?${family.toUpperCase()} Instance Ram running in `)]
  ]),
  ['nvidia-tesla-a100', /^Nvidia Tesla A100 GPU (attached to Spot Preemptible VMs )?running in /],
  ['nvidia-a100-80gb', /^Nvidia Tesla A100 80GB GPU (attached to Spot Preemptible VMs )?running in /],
  ['nvidia-h100-80gb', /^Nvidia H100 80GB GPU (attached to Spot Preemptible VMs )?running in /],
  ['nvidia-l4', /^Nvidia L4 GPU (attached to Spot Preemptible VMs )?running in /],
  ['local SSD', /^SSD backed Local Storage( attached to Spot Preemptible VMs)?(?: (?:running )?in .+)?$/]
]

export type CatalogPrice = {
  readonly type: string
  readonly machine: GcpMachine
  readonly option: Option
  readonly usdPerHour: string
}

/**
 * Prices of machines in a region, on demand and spot. A machine with a part that has no price, or two, has none.
 * @param key sent as a header, so that no address and no error has it
 */
export async function catalogPrices(client: PriceClient, key: string, region: string, counted: Tally): Promise<CatalogPrice[]> {
  const parts = await readParts(client, key, region, counted)
  return [...GCP_MACHINES].flatMap(([type, machine]) =>
    (['on_demand', 'spot'] as const).flatMap((option) => {
      if (machine.family === 'g4') {
        counted.skip('the parts of g4 machines are not read from the catalog', `${type} ${region} ${option}`)
        return []
      }
      const sum = priceOf(machine, option, parts)
      if ('usdPerHour' in sum) return [{ type, machine, option, usdPerHour: sum.usdPerHour }]
      counted.skip(sum.why, `${type} ${region} ${option}`)
      return []
    })
  )
}

function priceOf(machine: GcpMachine, option: Option, parts: Parts): Price {
  const amounts: readonly (readonly [part: string, units: number])[] = [
    [`${machine.family} core`, machine.vcpus],
    [`${machine.family} memory`, machine.memoryGib],
    [machine.gpu, machine.gpus],
    ['local SSD', machine.ssdGib]
  ]
  const costs: string[] = []
  for (const [part, units] of amounts) {
    if (units === 0) continue
    const [price, ...others] = parts.get(`${part} ${option}`) ?? []
    if (price === undefined) return { why: `no price of ${part} in the catalog` }
    if (others.length > 0)
      return { why: `two prices of ${part} in the catalog: ${[price, ...others].join(' and ')} USD per hour` }
    costs.push(multiply(price, units))
  }
  return { usdPerHour: add(...costs) }
}

async function readParts(client: PriceClient, key: string, region: string, counted: Tally): Promise<Parts> {
  const parts: Parts = new Map()
  const tokens = new Set<string>()
  for (let token = ''; ;) {
    const url = `${CATALOG}?currencyCode=USD&pageSize=5000${token === '' ? '' : `&pageToken=${encodeURIComponent(token)}`}`
    const page = v.safeParse(Page, await client.json(url, { headers: { 'x-goog-api-key': key } }))
    if (!page.success)
      throw new PriceError(
        `${CATALOG} is not the catalog that is known there: ${v.summarize(page.issues)}. The reader must follow.`
      )
    for (const sku of page.output.skus) readSku(sku, region, parts, counted)
    token = page.output.nextPageToken
    if (token === '') return parts
    if (tokens.has(token) || tokens.size === MAX_PAGES)
      throw new PriceError(`${CATALOG} leads from page to page without an end (${tokens.size} pages).`)
    tokens.add(token)
  }
}

function readSku(raw: { readonly description: string }, region: string, parts: Parts, counted: Tally): void {
  const [part, match] =
    PARTS.map(([name, pattern]) => [name, pattern.exec(raw.description)] as const).find(([, found]) => found) ?? []
  if (part === undefined) return
  const parsed = v.safeParse(Sku, raw)
  if (!parsed.success)
    throw new PriceError(
      `${CATALOG} tells "${raw.description}" otherwise than it did: ${v.summarize(parsed.issues)}. The reader must follow.`
    )
  const { description, category, serviceRegions, pricingInfo } = parsed.output
  const option: Option = match?.[1] === undefined ? 'on_demand' : 'spot'
  // Commitments have other usage types; Google calls the local SSD of spot machines on-demand in places.
  const usage = option === 'spot' ? ['Preemptible', 'OnDemand'] : ['OnDemand']
  if (!serviceRegions.includes(region) || !usage.includes(category.usageType)) return
  const [{ pricingExpression }] = pricingInfo
  const price = priceOfUnit(pricingExpression, description)
  if ('why' in price) counted.skip(price.why, description)
  else {
    const name = `${part} ${option}`
    parts.set(name, (parts.get(name) ?? new Set()).add(price.usdPerHour))
  }
}

type Expression = v.InferOutput<typeof Sku>['pricingInfo'][0]['pricingExpression']
type Price = { readonly usdPerHour: string } | { readonly why: string }

/** USD per hour and core, GPU or GiB. */
function priceOfUnit({ usageUnit, tieredRates }: Expression, description: string): Price {
  const [rate, ...more] = tieredRates
  if (rate === undefined || more.length > 0) return { why: 'price by tiers' }
  const { currencyCode, units, nanos } = rate.unitPrice
  if (currencyCode !== 'USD')
    throw new PriceError(`${CATALOG} tells "${description}" in ${currencyCode}, though it was asked for USD.`)
  const amount = add(`${units}.${String(nanos).padStart(9, '0')}`)
  if (amount === '0') return { why: 'price 0' }
  if (usageUnit === 'h' || usageUnit === 'GiBy.h') return { usdPerHour: amount }
  if (usageUnit === 'GBy.h') return { usdPerHour: multiply(amount, GB_PER_GIB) }
  if (usageUnit === 'GiBy.mo') return { usdPerHour: divide(amount, HOURS_PER_MONTH) }
  return { why: `price by ${usageUnit}, which is not known` }
}
