/**
 * Vast.ai: a marketplace, so no list prices but the 10 %, 50 % and 90 % quantiles of what is on offer right now, per kind of GPU, of hosts
 * verified or not. No key.
 * Shape: https://docs.vast.ai (search offers, POST /api/v0/bundles/) and https://github.com/dstackai/gpuhunt (providers/vastai.py):
 * `{offers: [{id, gpu_name, num_gpus, gpu_ram (MiB), dph_total, min_bid, rentable, rented, …}]}`, USD per hour of the whole offer, with a disk of the size that is asked for.
 */
import * as v from 'valibot'
import { readGpu } from '../../src/lib/model/gpus.ts'
import type { PurchaseOption } from '../../src/lib/model/prices.ts'
import { collected, gpuColumns, listPrice } from './listing.ts'
import { quantile, readDecimal, readPrice } from './money.ts'
import { PriceError, type ListPrice, type PriceClient, type PriceSource } from './source.ts'
import { tally, wellFormed, type Tally } from './tally.ts'

const ADDRESS = 'https://console.vast.ai/api/v0/bundles/'
/** GiB of disk that prices include: what Vast's own search takes when nothing is said (https://docs.vast.ai/cli-commands). */
const DISK_GIB = 5
/** Asked for at once. Without a key answers have been seen to stop at 64: what lies above the last price is asked for until nothing new comes. */
const LIMIT = 3_000
const MOST_PAGES = 150
/** 3,000 offers of about 4 kB. Bytes. */
const MAX_BYTES = 32_000_000

/**
 * Each statistic and the fewest offers that it is told over. A median of 3 is no longer what one host asks. A 10 % quantile lies between the
 * cheapest offer and the next until there are 11, and would be a price of the cheapest; a 90 % quantile likewise of the dearest.
 */
const STATISTICS = [
  { name: 'p10', p: 0.1, least: 11 },
  { name: 'median', p: 0.5, least: 3 },
  { name: 'p90', p: 0.9, least: 11 }
] as const

const Offer = v.object({
  id: v.number(),
  gpu_name: v.string(),
  num_gpus: v.number(),
  gpu_ram: v.number(),
  dph_total: v.unknown(),
  min_bid: v.unknown(),
  rentable: v.boolean(),
  rented: v.boolean()
})
type Offer = v.InferOutput<typeof Offer>
const Answer = v.object({ offers: v.array(v.unknown()) })

export const vast: PriceSource = {
  id: 'vast',
  title: 'Vast.ai',
  collect: async ({ client, today }) => {
    const counted = tally()
    const offers = (await allOffers(client, counted)).filter((offer) => isAskedFor(offer, counted))
    const prices = [...Map.groupBy(offers, kindOf)].flatMap(([kind, alike]) => [
      ...statistics(kind, alike, 'on_demand', 'dph_total', today, counted),
      ...statistics(kind, alike, 'spot', 'min_bid', today, counted)
    ])
    return collected(prices, counted, ADDRESS)
  }
}

/** Every offer once: page by page in the order of price, each from the last price of the one before. */
async function allOffers(client: PriceClient, counted: Tally): Promise<Offer[]> {
  const offers = new Map<number, Offer>()
  let from: number | null = null
  let fullest = 0
  for (let page = 0; page < MOST_PAGES; page++) {
    const found: readonly Offer[] = await pageOfOffers(client, from, counted)
    const last = lastPrice(found, from)
    const known = offers.size
    for (const offer of found) offers.set(offer.id, offer)
    if (offers.size === known && found.length > 1 && found.length === fullest)
      throw new PriceError(
        `${ADDRESS} has ${found.length} offers or more at ${from} USD, a whole page: the rest can't be asked for.`
      )
    if (offers.size === known) return [...offers.values()]
    from = last
    fullest = Math.max(fullest, found.length)
  }
  throw new PriceError(`${ADDRESS} has more than ${MOST_PAGES} pages of offers: it does not answer as it is asked.`)
}

async function pageOfOffers(client: PriceClient, from: number | null, counted: Tally): Promise<readonly Offer[]> {
  const raw = await client.json(ADDRESS, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      type: 'on-demand',
      rentable: { eq: true },
      rented: { eq: false },
      num_gpus: { eq: 1 },
      ...(from === null ? {} : { dph_total: { gte: from } }),
      allocated_storage: DISK_GIB,
      order: [['dph_total', 'asc']],
      limit: LIMIT
    }),
    maxBytes: MAX_BYTES
  })
  const answer = v.safeParse(Answer, raw)
  if (!answer.success) throw new PriceError(`${ADDRESS} changed its shape: ${v.summarize(answer.issues)}`)
  return answer.output.offers.length === 0 ? [] : wellFormed(Offer, answer.output.offers, ADDRESS, counted)
}

/** @throws PriceError when the page is not what was asked for: then the next would miss offers, and quantiles over a part would be wrong */
function lastPrice(page: readonly Offer[], from: number | null): number {
  let last = from ?? 0
  for (const { dph_total: price } of page) {
    if (typeof price !== 'number') continue
    if (price < last)
      throw new PriceError(`${ADDRESS} did not answer in the order of price from ${from ?? 0} USD on, as it was asked.`)
    last = price
  }
  return last
}

function isAskedFor({ id, gpu_name, num_gpus, rentable, rented }: Offer, counted: Tally): boolean {
  const reason = num_gpus !== 1 ? 'not of 1 GPU' : !rentable || rented ? 'rented or not to be rented' : null
  if (reason !== null) counted.skip(reason, `${gpu_name}, offer ${id}`)
  return reason === null
}

/** Name and memory together: `A100 SXM4` is sold with 40 and with 80 GB. */
function kindOf(offer: Offer): string {
  return `${offer.gpu_name} ${nominal(offer)}GB`
}

/** GiB that a GPU is sold with; of one that is not known what was measured, as a whole number, so that hosts of one kind stay together. */
function nominal({ gpu_name, gpu_ram }: Offer): number {
  const measured = gpu_ram / 1024
  return readGpu('vast', gpu_name, { memoryGib: measured })?.memoryGib ?? Math.round(measured)
}

function statistics(
  kind: string,
  offers: readonly Offer[],
  option: PurchaseOption,
  field: 'dph_total' | 'min_bid',
  today: string,
  counted: Tally
): ListPrice[] {
  const asks = offers.flatMap((offer) => {
    const usd = readPrice(offer[field])
    if (usd === null)
      counted.skip(readDecimal(offer[field]) === '0' ? 'price 0' : 'no price', `${kind}, offer ${offer.id}, ${field}`)
    return usd ?? []
  })
  const [first] = offers
  if (first === undefined) return []
  return STATISTICS.flatMap(({ name, p, least }): ListPrice[] => {
    if (asks.length < least) {
      counted.skip(`fewer than ${least} offers: no ${name}`, `${kind}, ${option}: ${asks.length}`)
      return []
    }
    const told = listPrice({
      provider: 'vast',
      instance_type: kind,
      ...gpuColumns('vast', first.gpu_name, { memoryGib: nominal(first) }),
      gpus: 1,
      vcpus: null,
      memory_gib: null,
      region: 'global',
      purchase_option: option,
      usd_per_hour: quantile(asks, p),
      observed_on: today,
      source: ADDRESS
    })
    return [{ ...told, statistic: name, offers: asks.length }]
  })
}
