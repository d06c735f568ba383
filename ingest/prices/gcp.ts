/**
 * Google Cloud in us-central1. With a key in `GOOGLE_CLOUD_API_KEY` its own Cloud Billing Catalog; else one of two lists that others compute from
 * the catalog and publish without a key: https://gcloud-compute.com (Cyclenerd), and where that fails karpenter-provider-gcp's.
 */
import * as v from 'valibot'
import { linesOf, readHeader, readRow } from './csv.ts'
import { CATALOG, catalogPrices } from './gcp-catalog.ts'
import { gcpMachine, type GcpMachine } from './gcp-machines.ts'
import { collected, dayOf, gpuColumns, listPrice, readGpus } from './listing.ts'
import { compare, divide, readDecimal, readPrice } from './money.ts'
import { PriceError, type Collected, type ListPrice, type PriceClient, type PriceContext, type PriceSource } from './source.ts'
import { tally, type Tally } from './tally.ts'

const REGION = 'us-central1'
const TABLE = 'https://gcloud-compute.com/machine-types-regions.csv'
const KARPENTER =
  'https://raw.githubusercontent.com/cloudpilot-ai/karpenter-provider-gcp/main/pkg/providers/pricing/initial-prices.json'
/** Hours by which Google turns a price per hour into one per month. */
const HOURS_PER_MONTH = 730

type Option = 'on_demand' | 'spot' | 'reserved_1y' | 'reserved_3y'
type Reader = (context: PriceContext, counted: Tally) => Promise<Collected>

/** The first of its readers that works; what kept the others from it is told among what was skipped. */
export const gcp: PriceSource = {
  id: 'gcp',
  title: 'Google Cloud',
  collect: async (context: PriceContext): Promise<Collected> => {
    const key = context.env['GOOGLE_CLOUD_API_KEY']?.trim()
    const readers: readonly Reader[] = [...(key ? [fromCatalog(key)] : []), fromTable, fromKarpenter]
    const failures: string[] = []
    for (const read of readers) {
      const counted = tally()
      for (const failure of failures) counted.fail('a list that comes first failed', failure)
      try {
        return await read(context, counted)
      } catch (error) {
        if (!(error instanceof PriceError)) throw error
        failures.push(error.message)
      }
    }
    throw new PriceError(failures.join(' '))
  }
}

const fromCatalog =
  (key: string): Reader =>
  async ({ client, today }, counted) => {
    const prices = await catalogPrices(client, key, REGION, counted)
    return collected(
      prices.map(({ type, machine, option, usdPerHour }) =>
        row(type, machine, option, usdPerHour, { day: today, source: CATALOG })
      ),
      counted,
      CATALOG
    )
  }

const COLUMNS = ['name', 'region', 'acceleratorCount', 'hour', 'hourSpot', 'month', 'month1yCud', 'month3yCud'] as const

/** Rows of sqlite: one for each machine type and region. A commitment of which nothing is known has the price of none, so it is one only below that. */
const fromTable: Reader = async ({ client, today }, counted) => {
  const { text, headers } = await client.text(TABLE)
  const [first = '', ...rest] = linesOf(text)
  const header = readHeader(first, COLUMNS, TABLE)
  const from = { day: dayOf(headers, today), source: TABLE }
  const prices = rest.flatMap((line): ListPrice[] => {
    const told = readRow(line, header, TABLE)
    if (told.region !== REGION) return []
    const machine = known(told.name, counted)
    if (machine === null) return []
    if (readGpus(told.acceleratorCount) !== machine.gpus) {
      counted.skip('number of GPUs is not the one that is known', `${told.name}: ${told.acceleratorCount || 'none'}`)
      return []
    }
    const month = readPrice(told.month)
    const committed = (value: string): string | null => {
      const price = readPrice(value)
      return price !== null && month !== null && compare(price, month) < 0 ? divide(price, HOURS_PER_MONTH) : null
    }
    return [
      ...priced(told.name, machine, 'on_demand', told.hour, from, counted),
      ...priced(told.name, machine, 'spot', told.hourSpot, from, counted),
      ...(['month1yCud', 'month3yCud'] as const).flatMap((column) => {
        const price = committed(told[column])
        return price === null
          ? []
          : [row(told.name, machine, column === 'month1yCud' ? 'reserved_1y' : 'reserved_3y', price, from)]
      })
    ]
  })
  return collected(prices, counted, TABLE)
}

const Prices = v.record(v.string(), v.unknown())
const Regions = v.object({ prices: v.looseObject({ [REGION]: v.object({ on_demand: Prices, spot: v.optional(Prices, {}) }) }) })

const fromKarpenter: Reader = async ({ client, today }, counted) => {
  const { json, headers } = await readJson(client, KARPENTER)
  const parsed = v.safeParse(Regions, json)
  if (!parsed.success)
    throw new PriceError(
      `${KARPENTER} is not the list that is known there: ${v.summarize(parsed.issues)}. The reader must follow.`
    )
  const from = { day: dayOf(headers, today), source: KARPENTER }
  const prices = (['on_demand', 'spot'] as const).flatMap((option) =>
    Object.entries(parsed.output.prices[REGION][option]).flatMap(([type, price]) => {
      const machine = known(type, counted)
      return machine === null ? [] : priced(type, machine, option, price, from, counted)
    })
  )
  return collected(prices, counted, KARPENTER)
}

async function readJson(client: PriceClient, url: string): Promise<{ readonly json: unknown; readonly headers: Headers }> {
  const { text, headers } = await client.text(url)
  try {
    return { json: JSON.parse(text) as unknown, headers }
  } catch (cause) {
    throw new PriceError(`${url} answered with what is no JSON. Try again later.`, { cause })
  }
}

function known(type: string, counted: Tally): GcpMachine | null {
  const machine = gcpMachine(type)
  if (typeof machine !== 'string') return machine
  counted.skip(machine, type)
  return null
}

type From = { readonly day: string; readonly source: string }

function priced(type: string, machine: GcpMachine, option: Option, value: unknown, from: From, counted: Tally): ListPrice[] {
  const price = readPrice(value)
  if (price !== null) return [row(type, machine, option, price, from)]
  counted.skip(readDecimal(value) === '0' ? 'price 0' : 'price is no number', `${type} ${REGION} ${option}`)
  return []
}

function row(type: string, machine: GcpMachine, option: Option, price: string, { day, source }: From): ListPrice {
  return listPrice({
    provider: 'gcp',
    instance_type: type,
    ...gpuColumns('gcp', machine.gpu, { memoryGib: machine.gpuMemoryGib }),
    gpus: machine.gpus,
    vcpus: machine.vcpus,
    memory_gib: machine.memoryGib,
    region: REGION,
    purchase_option: option,
    usd_per_hour: price,
    observed_on: day,
    source
  })
}
