/**
 * Azure's Retail Prices API, no credentials: on-demand, spot and reserved prices of Linux sizes with GPUs in three regions.
 * https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices; the filter is that of gpuhunt (providers/azure.py).
 */
import * as v from 'valibot'
import type { PurchaseOption } from '../../src/lib/model/prices.ts'
import { azureSize } from './azure-skus.ts'
import { collected, gpuColumns, listPrice } from './listing.ts'
import { divide, readDecimal, readPrice } from './money.ts'
import { PriceError, type Collected, type ListPrice, type PriceClient, type PriceContext, type PriceSource } from './source.ts'
import { tally, type Tally } from './tally.ts'

const ADDRESS = 'https://prices.azure.com/api/retail/prices'
const VERSION = '2023-01-01-preview'
/** The first is the one that prices are compared with; the others show what another region costs. */
const REGIONS = ['eastus', 'southcentralus', 'westeurope']
type Option = { readonly option: PurchaseOption; readonly hours: number }
/** Hours that a reservation is paid for, by its term: the API tells the price of the whole term. */
const TERMS: { readonly [term: string]: Option } = {
  '1 Year': { option: 'reserved_1y', hours: 8760 },
  '3 Years': { option: 'reserved_3y', hours: 26280 }
}
/** A page has at most 1000 items and a region some hundreds with GPUs. */
const MAX_PAGES = 50

const Item = v.looseObject({
  currencyCode: v.string(),
  retailPrice: v.unknown(),
  armRegionName: v.string(),
  effectiveStartDate: v.string(),
  effectiveEndDate: v.nullish(v.string()),
  meterName: v.string(),
  productName: v.string(),
  skuName: v.string(),
  unitOfMeasure: v.string(),
  type: v.string(),
  armSkuName: v.string(),
  isPrimaryMeterRegion: v.optional(v.boolean()),
  reservationTerm: v.optional(v.string())
})
type Item = v.InferOutput<typeof Item>
const Page = v.object({ BillingCurrency: v.string(), Items: v.array(Item), NextPageLink: v.nullish(v.string()) })

export const azure: PriceSource = {
  id: 'azure',
  title: 'Azure Retail Prices',
  collect: async ({ client, today }: PriceContext): Promise<Collected> => {
    const counted = tally()
    const prices: ListPrice[] = []
    for (const region of REGIONS)
      for (const type of ['Consumption', 'Reservation']) {
        let items = 0
        for await (const item of ask(client, type, region)) {
          items++
          const price = readItem(item, { type, region, today }, counted)
          if (price) prices.push(price)
        }
        if (items === 0 && type === 'Consumption')
          throw new PriceError(`${ADDRESS} has no size with GPUs in ${region}: its filter may work otherwise than it did.`)
      }
    return collected(prices, counted, ADDRESS)
  }
}

function filterOf(type: string, region: string): string {
  return [
    `serviceName eq 'Virtual Machines'`,
    `priceType eq '${type}'`,
    `armRegionName eq '${region}'`,
    `contains(productName,'Windows') eq false`,
    `contains(productName,'Dedicated') eq false`,
    `contains(meterName,'Low Priority') eq false`,
    `contains(armSkuName,'Standard_N')`
  ].join(' and ')
}

async function* ask(client: PriceClient, type: string, region: string): AsyncGenerator<Item> {
  const first = new URL(ADDRESS)
  first.search = `?api-version=${VERSION}&$filter=${encodeURIComponent(filterOf(type, region))}`
  const seen = new Set<string>()
  let url: URL | null = first
  while (url !== null) {
    if (seen.has(url.href) || seen.size === MAX_PAGES)
      throw new PriceError(`${ADDRESS} leads from page to page without an end (${seen.size} pages for ${region}).`)
    seen.add(url.href)
    const page: v.SafeParseResult<typeof Page> = v.safeParse(Page, await client.json(url.href))
    if (!page.success)
      throw new PriceError(
        `${url.href} is not the page of prices that is known there: ${v.summarize(page.issues)}. The reader must follow.`
      )
    const { BillingCurrency, Items, NextPageLink }: v.InferOutput<typeof Page> = page.output
    if (BillingCurrency !== 'USD') throw new PriceError(`${url.href} has prices in ${BillingCurrency}, not in USD.`)
    yield* Items
    url = NextPageLink ? next(NextPageLink) : null
  }
}

function next(link: string): URL {
  const url = URL.parse(link)
  if (url?.origin !== new URL(ADDRESS).origin)
    throw new PriceError(`${ADDRESS} has its next page at ${url?.origin ?? JSON.stringify(link)}, which is not followed.`)
  return url
}

type Asked = { readonly type: string; readonly region: string; readonly today: string }

/** Null, and counted, where an item is not what was asked for or has no price that can be told. */
function readItem(item: Item, { type, region, today }: Asked, counted: Tally): ListPrice | null {
  const skip = (reason: string): null => {
    counted.skip(reason, `${item.armSkuName} ${item.armRegionName} (${item.meterName})`)
    return null
  }
  if (
    item.type !== type ||
    item.armRegionName !== region ||
    /Windows|Dedicated/.test(item.productName) ||
    /Low Priority/.test(item.meterName)
  )
    return skip('not what was asked for')
  const size = azureSize(item.armSkuName)
  if (size === null) return skip(`unknown size ${item.armSkuName}`)
  if (typeof size === 'string') return skip(size)
  if (item.currencyCode !== 'USD') return skip(`price in ${item.currencyCode}, not in USD`)
  if (item.unitOfMeasure !== '1 Hour') return skip(`price by ${item.unitOfMeasure}, not by the hour`)
  if (item.isPrimaryMeterRegion === false) return skip('not the primary meter')
  if (item.effectiveStartDate.slice(0, 10) > today) return skip('not in force yet')
  if (item.effectiveEndDate && item.effectiveEndDate.slice(0, 10) < today) return skip('no longer in force')
  const option = optionOf(item)
  if (option === undefined) return skip(`reservation for ${item.reservationTerm ?? 'no term'}`)
  const price = typeof item.retailPrice === 'number' ? readPrice(item.retailPrice) : null
  if (price === null) return skip(readDecimal(item.retailPrice) === '0' ? 'price 0' : 'price is no number')
  return listPrice({
    provider: 'azure',
    instance_type: item.armSkuName,
    ...gpuColumns('azure', size.gpu, { memoryGib: size.gpuMemoryGib, form: size.form }),
    gpus: size.gpus,
    vcpus: size.vcpus,
    memory_gib: size.memoryGib,
    region,
    purchase_option: option.option,
    usd_per_hour: divide(price, option.hours),
    observed_on: today,
    source: `${ADDRESS}?api-version=${VERSION}`
  })
}

/** How the item is bought, and for how many hours its price is. */
function optionOf({ type, reservationTerm, skuName, meterName }: Item): Option | undefined {
  if (type === 'Reservation') return TERMS[reservationTerm ?? '']
  return { option: /\bSpot\b/.test(`${skuName} ${meterName}`) ? 'spot' : 'on_demand', hours: 1 }
}
