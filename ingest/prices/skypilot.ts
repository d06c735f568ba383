/**
 * SkyPilot's catalog: what its bot reads every seven hours from the price lists of many clouds, as CSV in a repository.
 * https://github.com/skypilot-org/skypilot-catalog. It has no date inside and the host that serves it tells none but that of the answer, so the day
 * is that of the answer (`Last-Modified`, else `Date`).
 *
 * Left out: `gcp` (host and GPU stand on lines of their own, local SSD nowhere; `gcp.ts` has whole prices), `runpod` and `vast` (sources of their
 * own, with the product or the percentile told), `mithril` (an auction, its prices are the least bids), `shadeform` and `primeintellect` (brokers
 * of other clouds), `lium`, `spheron`, `hyperbolic`, `yotta` (markets, of whose offers one is picked) and `seeweb` (in EUR).
 */
import * as v from 'valibot'
import { awsGpu } from './aws-families.ts'
import { linesOf, readHeader, readRow } from './csv.ts'
import { collected, dayOf, gpuColumns, listPrice, readGpus, readUnits } from './listing.ts'
import { median, readDecimal, readPrice } from './money.ts'
import { PriceError, type Collected, type ListPrice, type PriceContext, type PriceSource } from './source.ts'
import { tally, type Tally } from './tally.ts'

const CATALOG = 'https://raw.githubusercontent.com/skypilot-org/skypilot-catalog/master/catalogs/v8'

/** Clouds by their folder, which is their id here too, and the regions that are taken where a cloud has many: its first one is what is compared with. */
const CLOUDS: { readonly [cloud: string]: readonly string[] | 'all' } = {
  aws: ['us-east-1', 'us-west-2', 'eu-central-1'],
  oci: ['us-ashburn-1', 'eu-frankfurt-1'],
  lambda: 'all',
  nebius: 'all',
  cudo: 'all',
  verda: 'all',
  hyperstack: 'all',
  jarvislabs: 'all'
}

/** Accelerators that are no GPUs: Trainium, Inferentia, Gaudi, Qualcomm's and Google's. */
const NO_GPU = /^(trainium|inferentia|gaudi|qualcomm|tpu)/i

const COLUMNS = [
  'InstanceType',
  'AcceleratorName',
  'AcceleratorCount',
  'vCPUs',
  'MemoryGiB',
  'GpuInfo',
  'Price',
  'SpotPrice',
  'Region'
] as const
type Row = { readonly [Column in (typeof COLUMNS)[number]]: string }

/** All clouds, each on its own: one that fails is told among what was skipped. */
export const skypilot: PriceSource = {
  id: 'skypilot',
  title: 'SkyPilot catalog',
  collect: async (context: PriceContext): Promise<Collected> => {
    const counted = tally()
    const prices: ListPrice[] = []
    for (const [cloud, regions] of Object.entries(CLOUDS)) {
      const skipped = tally()
      try {
        prices.push(...(await readCloud(context, cloud, regions, skipped)).prices)
      } catch (error) {
        if (!(error instanceof PriceError)) throw error
        counted.fail(`${cloud} failed`, error.message)
        continue
      }
      for (const { reason, count, example } of skipped.skipped()) counted.skip(reason, `${cloud}: ${example}`, count)
    }
    return collected(prices, counted, CATALOG)
  }
}

async function readCloud(
  { client, today }: PriceContext,
  cloud: string,
  regions: readonly string[] | 'all',
  counted: Tally
): Promise<Collected> {
  const url = `${CATALOG}/${cloud}/vms.csv`
  const { text, headers } = await client.text(url)
  const [first = '', ...lines] = linesOf(text)
  const header = readHeader(first, COLUMNS, url)
  const rows = lines
    .map((line): Row => readRow(line, header, url))
    .filter(({ AcceleratorName, Region }) => AcceleratorName !== '' && (regions === 'all' || regions.includes(Region)))
  // One line for each zone of a region.
  const offers = Map.groupBy(rows, ({ InstanceType, Region }) => JSON.stringify([InstanceType, Region]))
  const from = { observed_on: dayOf(headers, today), source: url }
  return collected(
    [...offers.values()].flatMap((zones) => readOffer(cloud, zones, from, counted)),
    counted,
    url
  )
}

type From = { readonly observed_on: string; readonly source: string }

/**
 * The prices of one instance type in one region. On demand all zones must have one price; a spot price is one for each zone, and the region's is the
 * median over its zones.
 */
function readOffer(cloud: string, zones: readonly Row[], from: From, counted: Tally): ListPrice[] {
  const [row] = zones
  if (row === undefined) return []
  const named = `${row.InstanceType} ${row.Region}`.trim()
  const skip = (reason: string): [] => {
    counted.skip(reason, named)
    return []
  }
  if (row.InstanceType === '') return skip('GPU without a host')
  if (row.Region === '') return skip('region is not told')
  if (NO_GPU.test(row.AcceleratorName)) return skip('accelerator that is no GPU')
  const gpus = readGpus(row.AcceleratorCount)
  if (gpus === null) return skip(readUnits(row.AcceleratorCount) === null ? 'number of GPUs is not told' : 'part of a GPU')
  if (zones.some((zone) => zone.AcceleratorName !== row.AcceleratorName || zone.AcceleratorCount !== row.AcceleratorCount))
    return skip('GPUs differ between lines of one instance type')
  const info = readGpuInfo(row.GpuInfo)
  if (info === 'broken') return skip('GpuInfo cannot be read')
  if (info && info.count !== gpus) return skip('number of GPUs is told in two ways')

  const gpu = cloud === 'aws' ? awsGpu(row.InstanceType) : null
  const told = {
    provider: cloud,
    instance_type: row.InstanceType,
    ...gpuColumns('skypilot', row.AcceleratorName, {
      memoryGib: info ? info.memoryMib / 1024 : null,
      form: (gpu !== null && typeof gpu === 'object' ? gpu.form : formIn(row.InstanceType)) ?? null
    }),
    gpus,
    vcpus: readUnits(row.vCPUs),
    memory_gib: readUnits(row.MemoryGiB),
    region: row.Region,
    ...from
  }
  const onDemand = zones.map(({ Price }) => plain(Price)).filter((price) => price !== '')
  const spot = zones.map(({ SpotPrice }) => plain(SpotPrice)).filter((price) => price !== '')
  const prices: ListPrice[] = []
  const [price, ...others] = onDemand
  if (others.some((other) => readDecimal(other) !== readDecimal(price)))
    skip('on-demand prices differ between lines of one instance type')
  else if (price !== undefined) {
    const usd = readPrice(price)
    if (usd === null) skip(readDecimal(price) === '0' ? 'price 0' : 'price is no number')
    else prices.push(listPrice({ ...told, purchase_option: 'on_demand', usd_per_hour: usd }))
  }
  if (spot.length > 0) {
    const usd = spot.map(readPrice).filter((amount) => amount !== null)
    if (usd.length < spot.length) skip(spot.some((amount) => readDecimal(amount) === '0') ? 'price 0' : 'price is no number')
    else prices.push(listPrice({ ...told, purchase_option: 'spot', usd_per_hour: median(usd) }))
  }
  return prices
}

/** A price as it was meant: some are sums that were made in floating point, `0.36979999999999996`, which holds 15 digits. */
function plain(price: string): string {
  return /^[\d.]{17,}$/.test(price) ? String(Number(Number(price).toPrecision(15))) : price
}

const Units = v.pipe(
  v.union([v.number(), v.string()]),
  v.transform((units) => readUnits(units))
)
const GpuInfo = v.object({
  Gpus: v.strictTuple([v.object({ Name: v.string(), Count: Units, MemoryInfo: v.object({ SizeInMiB: v.number() }) })])
})

/**
 * What a `GpuInfo` tells of the GPUs: memory of one of them in MiB. It is a Python dict as text, `{'Gpus': [{'Name': 'H100', …}]}`, with some
 * clouds JSON. Null where there is none, or it says 0 MiB (it was not known).
 */
function readGpuInfo(text: string): { readonly count: number | null; readonly memoryMib: number } | 'broken' | null {
  if (text === '') return null
  // Names have no quotes in them; one that had would not be JSON after this, and so no dict that is understood.
  const json = text.replaceAll("'", '"').replace(/: None\b/g, ': null')
  let parsed
  try {
    parsed = v.safeParse(GpuInfo, JSON.parse(json))
  } catch {
    return 'broken'
  }
  if (!parsed.success) return 'broken'
  const [{ Count, MemoryInfo }] = parsed.output.Gpus
  return MemoryInfo.SizeInMiB > 0 ? { count: Count, memoryMib: MemoryInfo.SizeInMiB } : null
}

/** The form factor that an instance type has in its own name: `gpu-h100-sxm_1gpu-16vcpu-200gb`, `epyc-genoa-a100-pcie_1x2v4gb`. */
function formIn(instanceType: string): 'sxm' | 'pcie' | undefined {
  const word = /(?:^|[-_.])(sxm\d?|pcie?)(?=x?\d|[-_.]|$)/i.exec(instanceType)?.[1]?.toLowerCase()
  return word === undefined ? undefined : word.startsWith('sxm') ? 'sxm' : 'pcie'
}
