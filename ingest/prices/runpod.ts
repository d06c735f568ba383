/**
 * RunPod: prices of one GPU in its secure cloud (data centres) and its community cloud (strangers' hosts), two different products. No key.
 * Fields as https://github.com/dstackai/gpuhunt (providers/runpod.py) and https://docs.runpod.io (get_gpu) have them; prices in USD per GPU-hour.
 */
import * as v from 'valibot'
import type { PurchaseOption } from '../../src/lib/model/prices.ts'
import { collected, gpuColumns, listPrice } from './listing.ts'
import { compare, readDecimal, readPrice } from './money.ts'
import { PriceError, type ListPrice, type PriceContext, type PriceSource } from './source.ts'
import { tally, wellFormed, type Tally } from './tally.ts'

const ADDRESS = 'https://api.runpod.io/graphql'
const QUERY =
  'query GpuTypes { gpuTypes { id displayName memoryInGb secureCloud communityCloud securePrice communityPrice secureSpotPrice communitySpotPrice } }'
/** Some sixty models measure 20 kB. Bytes. */
const MAX_BYTES = 2_000_000
/** What stands where a model is not to be had, seen for H200 and H100 NVL in the community cloud. */
const PLACEHOLDER = '0.5'
/** A price of half a dollar is believed where the same model's price in the other cloud is at most this. */
const BELIEVED_BELOW = '1'

const GpuType = v.object({
  id: v.string(),
  displayName: v.string(),
  memoryInGb: v.nullable(v.number()),
  secureCloud: v.boolean(),
  communityCloud: v.boolean(),
  securePrice: v.unknown(),
  communityPrice: v.unknown(),
  secureSpotPrice: v.unknown(),
  communitySpotPrice: v.unknown()
})
type GpuType = v.InferOutput<typeof GpuType>
const Answer = v.object({ data: v.object({ gpuTypes: v.array(v.unknown()) }) })

type Product = {
  readonly cloud: 'Secure Cloud' | 'Community Cloud'
  readonly region: 'secure' | 'community'
  readonly option: PurchaseOption
  readonly price: 'securePrice' | 'communityPrice' | 'secureSpotPrice' | 'communitySpotPrice'
  /** The on-demand price of the model in the other cloud. */
  readonly other: 'securePrice' | 'communityPrice'
}
const SECURE = { cloud: 'Secure Cloud', region: 'secure', other: 'communityPrice' } as const
const COMMUNITY = { cloud: 'Community Cloud', region: 'community', other: 'securePrice' } as const
const PRODUCTS: readonly Product[] = [
  { ...SECURE, option: 'on_demand', price: 'securePrice' },
  { ...SECURE, option: 'spot', price: 'secureSpotPrice' },
  { ...COMMUNITY, option: 'on_demand', price: 'communityPrice' },
  { ...COMMUNITY, option: 'spot', price: 'communitySpotPrice' }
]

export const runpod: PriceSource = {
  id: 'runpod',
  title: 'RunPod',
  collect: async ({ client, today }: PriceContext) => {
    const raw = await client.json(ADDRESS, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: QUERY }),
      maxBytes: MAX_BYTES
    })
    const answer = v.safeParse(Answer, raw)
    if (!answer.success) throw new PriceError(`${ADDRESS} changed its shape: ${v.summarize(answer.issues)}`)
    const counted = tally()
    const types = wellFormed(GpuType, answer.output.data.gpuTypes, ADDRESS, counted)
    const rows = types.flatMap((type) =>
      PRODUCTS.flatMap((product) => {
        const usd = priceOf(type, product, counted)
        return usd === null ? [] : [row(type, product, usd, today)]
      })
    )
    return collected(rows, counted, ADDRESS)
  }
}

function priceOf(type: GpuType, { region, cloud, option, price, other }: Product, counted: Tally): string | null {
  const skip = (reason: string) => {
    counted.skip(reason, `${type.displayName} (${cloud}), ${option}: ${JSON.stringify(type[price])}`)
    return null
  }
  if (type[price] === null) return skip('not offered')
  if (!(region === 'secure' ? type.secureCloud : type.communityCloud)) return skip(`not in the ${region} cloud`)
  const usd = readPrice(type[price])
  if (usd === null) return skip(readDecimal(type[price]) === '0' ? 'price 0' : 'no price')
  const beside = readPrice(type[other])
  if (usd === PLACEHOLDER && (beside === null || compare(beside, BELIEVED_BELOW) > 0)) return skip('placeholder of 0.5 USD')
  return usd
}

function row(type: GpuType, { cloud, region, option }: Product, usd: string, today: string): ListPrice {
  return listPrice({
    provider: 'runpod',
    instance_type: `${type.displayName} (${cloud})`,
    ...gpuColumns('runpod', type.displayName, { memoryGib: type.memoryInGb }),
    gpus: 1,
    vcpus: null,
    memory_gib: null,
    region,
    purchase_option: option,
    usd_per_hour: usd,
    observed_on: today,
    source: ADDRESS
  })
}
