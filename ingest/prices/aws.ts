/**
 * Amazon EC2's price list, in bulk and without credentials: on-demand prices of Linux instances with GPUs in us-east-1.
 * The file of a region has gigabytes, so it is read by lines and most lines are put aside before they are parsed.
 * Shape: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-an-offer.html; which rows are meant: gpuhunt (providers/aws.py).
 */
import * as v from 'valibot'
import { awsGpu, familyOf } from './aws-families.ts'
import { csvFields, readHeader, readRow, type Header } from './csv.ts'
import { collected, gpuColumns, listPrice, readGpus, readUnits } from './listing.ts'
import { readDecimal, readPrice } from './money.ts'
import { PriceError, type Collected, type ListPrice, type PriceClient, type PriceContext, type PriceSource } from './source.ts'
import { tally, type Tally } from './tally.ts'

const HOST = 'https://pricing.us-east-1.amazonaws.com'
const LIST = '/offers/v1.0/aws/AmazonEC2'
const REGION = 'us-east-1'
/** For gigabytes at a few megabytes a second. */
const TIMEOUT_MS = 60 * 60_000
/** Five lines stand before the header; some more do no harm. */
const PREAMBLE = 20

const COLUMNS = [
  'SKU',
  'TermType',
  'Unit',
  'PricePerUnit',
  'Currency',
  'Location Type',
  'Instance Type',
  'vCPU',
  'Memory',
  'Tenancy',
  'Operating System',
  'Pre Installed S/W',
  'CapacityStatus',
  'GPU',
  'MarketOption',
  'Region Code'
] as const
type Row = { readonly [Column in (typeof COLUMNS)[number]]: string }

const Version = v.object({
  versionEffectiveBeginDate: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT/)),
  versionEffectiveEndDate: v.string(),
  offerVersionUrl: v.pipe(v.string(), v.regex(/^\/offers\/v1\.0\/aws\/AmazonEC2\/\d{14}\/index\.json$/))
})
const Versions = v.object({ offerCode: v.literal('AmazonEC2'), versions: v.record(v.string(), Version) })

/**
 * The current list, dated by its publication. With `since` also the versions that AWS keeps, by the day from which each is in force: AWS keeps about
 * one a month, in force from the first of it, so a change in mid-month shows on the first. A version that fails is reported and the others go on.
 */
export const aws: PriceSource = {
  id: 'aws',
  title: 'AWS Price List',
  collect: async ({ client, since }: PriceContext): Promise<Collected> => {
    const counted = tally()
    const prices: ListPrice[] = []
    for (const { url, day } of since === undefined ? [] : await versionsSince(client, since)) {
      try {
        prices.push(...(await readList(client, url, counted, day)))
      } catch (error) {
        if (!(error instanceof PriceError)) throw error
        counted.fail(`version of ${day} failed`, error.message)
      }
    }
    const current = `${HOST}${LIST}/current/${REGION}/index.csv`
    prices.push(...(await readList(client, current, counted)))
    return collected(prices, counted, current)
  }
}

type VersionFile = { readonly url: string; readonly day: string }

async function versionsSince(client: PriceClient, since: string): Promise<readonly VersionFile[]> {
  const url = `${HOST}${LIST}/index.json`
  const parsed = v.safeParse(Versions, await client.json(url))
  if (!parsed.success)
    throw new PriceError(
      `${url} is not the list of versions that is known there: ${v.summarize(parsed.issues)}. The reader must follow.`
    )
  return Object.values(parsed.output.versions)
    .map(({ versionEffectiveBeginDate: begin, versionEffectiveEndDate: end, offerVersionUrl }) => ({
      url: `${HOST}${offerVersionUrl.replace('/index.json', `/${REGION}/index.csv`)}`,
      day: begin.slice(0, 10),
      // The list has versions in force for a second at the turn of a month; nobody paid those.
      momentary: Date.parse(end) - Date.parse(begin) <= 1000
    }))
    .filter(({ day, momentary }) => day >= since && !momentary)
    .sort((a, b) => (a.day < b.day ? -1 : 1))
}

/** @param day of the prices; without it the day on which the list was published */
async function readList(client: PriceClient, url: string, counted: Tally, day?: string): Promise<ListPrice[]> {
  const lines = client
    .lines(url, { timeoutMs: TIMEOUT_MS }, (line, index) => index < PREAMBLE || mayMatter(line))
    [Symbol.asyncIterator]()
  try {
    const { header, about } = await readPreamble(lines, url)
    const published = /^\d{4}-\d\d-\d\d(?=T)/.exec(about.get('Publication Date') ?? '')?.[0]
    const version = /^\d{14}$/.exec(about.get('Version') ?? '')?.[0]
    if (about.get('OfferCode') !== 'AmazonEC2' || published === undefined || version === undefined)
      throw new PriceError(
        `${url} does not say above its header which list it is and when it was published: it has changed its shape.`
      )
    const from = { observed_on: day ?? published, source: `${HOST}${LIST}/${version}/${REGION}/index.csv` }
    const prices: ListPrice[] = []
    for (let next = await lines.next(); !next.done; next = await lines.next()) {
      if (!mayMatter(next.value)) continue
      const price = readPriceRow(readRow(next.value, header, url), counted)
      if (price) prices.push(listPrice({ ...price, ...from }))
    }
    if (prices.length === 0) collected([], counted, url)
    return prices
  } finally {
    await lines.return?.()
  }
}

type Preamble = { readonly header: Header<(typeof COLUMNS)[number]>; readonly about: ReadonlyMap<string, string> }

async function readPreamble(lines: AsyncIterator<string>, url: string): Promise<Preamble> {
  const about = new Map<string, string>()
  for (let line = 0; line < PREAMBLE; line++) {
    const next = await lines.next()
    if (next.done) break
    const fields = csvFields(next.value)
    if (fields === null || fields.length !== 2) return { header: readHeader(next.value, COLUMNS, url), about }
    about.set(fields[0] ?? '', fields[1] ?? '')
  }
  throw new PriceError(`${url} is not the price list that is known there: it ends before a header, or has none.`)
}

/** Whether a line can be one of those that `readPriceRow` takes: looks for the words only, since parsing takes ten times as long. */
function mayMatter(line: string): boolean {
  return line.includes('Linux') && line.includes('Shared') && line.includes('OnDemand') && !line.includes('"Reserved"')
}

type Priced = Omit<Parameters<typeof listPrice>[0], 'observed_on' | 'source'>

/** Null for rows that are not on-demand prices of Linux instances with GPUs in the region itself; what is one and still not taken is counted. */
function readPriceRow(row: Row, counted: Tally): Priced | null {
  const meant =
    row.TermType === 'OnDemand' &&
    row.Tenancy === 'Shared' &&
    row['Operating System'] === 'Linux' &&
    row.CapacityStatus === 'Used' &&
    row.MarketOption === 'OnDemand' &&
    ['', 'NA'].includes(row['Pre Installed S/W']) &&
    row['Location Type'] === 'AWS Region' &&
    row['Region Code'] === REGION
  const none = ['', 'NA', '0'].includes(row.GPU)
  const type = row['Instance Type']
  const gpu = awsGpu(type)
  if (!meant || (none && (gpu === null || typeof gpu === 'string'))) return null

  const skip = (reason: string): null => {
    counted.skip(reason, `${type} (SKU ${row.SKU})`)
    return null
  }
  if (typeof gpu === 'string') return skip(gpu)
  const gpus = readGpus(row.GPU)
  if (gpus === null) return skip(readUnits(row.GPU) === null ? 'number of GPUs is not told' : 'part of a GPU')
  if (row.Currency !== 'USD') return skip(`price in ${row.Currency || 'no currency'}, not in USD`)
  if (row.Unit !== 'Hrs') return skip(`price by ${row.Unit || 'no unit'}, not by the hour`)
  const price = readPrice(row.PricePerUnit)
  if (price === null) return skip(readDecimal(row.PricePerUnit) === '0' ? 'price 0' : 'price is no number')
  return {
    provider: 'aws',
    instance_type: type,
    // Of a family that is not known the list names no GPU: its own name stands for it.
    ...gpuColumns('aws', gpu?.name ?? familyOf(type), gpu ?? {}),
    gpus,
    vcpus: readUnits(row.vCPU),
    memory_gib: readUnits(/^([\d,.]+) GiB$/.exec(row.Memory)?.[1]?.replaceAll(',', '')),
    region: REGION,
    purchase_option: 'on_demand',
    usd_per_hour: price
  }
}
