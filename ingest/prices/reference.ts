/** The reference history: prices of clouds and of tokens, and events, as published by others and kept in `reference/`, each row with its source. */
import { readFileSync } from 'node:fs'
import type { GpuForm } from '../../src/lib/model/gpu-models.ts'
import { readGpu } from '../../src/lib/model/gpus.ts'
import { PURCHASE_OPTIONS, type ListPriceRow, type TokenPriceRow } from '../../src/lib/model/prices.ts'
import { linesOf, readHeader, readRow } from './csv.ts'
import { readPrice } from './money.ts'
import { PriceError } from './source.ts'

export type ReferenceEvent = { readonly date: string; readonly title: string; readonly source: string }

export type Reference = {
  readonly prices: readonly ListPriceRow[]
  readonly tokens: readonly TokenPriceRow[]
  readonly events: readonly ReferenceEvent[]
}

/** The three files as texts. */
export type ReferenceTexts = { readonly listPrices: string; readonly tokenPrices: string; readonly events: string }

const LIST_PRICES = 'reference/list-prices.csv'
const TOKEN_PRICES = 'reference/token-prices.csv'
const EVENTS = 'reference/events.csv'

/**
 * All rows of the reference history, `fetched_at` null, in the order of the files.
 * @param texts other files than those in `reference/`, for tests
 * @throws PriceError that names file, line and fault: then the file was damaged
 */
export function referencePrices(texts: ReferenceTexts = fromDisk()): Reference {
  return {
    prices: rows(texts.listPrices, LIST_PRICES, LIST_COLUMNS, listPrice),
    tokens: rows(texts.tokenPrices, TOKEN_PRICES, ['date', 'akt_usd', 'basis', 'source'], tokenPrice),
    events: rows(texts.events, EVENTS, ['date', 'title', 'source'], ({ date, title, source }) => ({
      date: day(date),
      title,
      source
    }))
  }
}

function fromDisk(): ReferenceTexts {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
  return { listPrices: read(LIST_PRICES), tokenPrices: read(TOKEN_PRICES), events: read(EVENTS) }
}

function rows<const Name extends string, Row>(
  text: string,
  file: string,
  columns: readonly Name[],
  read: (cells: { [N in Name]: string }) => Row
): Row[] {
  const [first = '', ...lines] = linesOf(text)
  const header = readHeader(first, columns, file)
  return lines.map((line, index) => {
    const where = `${file}, line ${index + 2}`
    const cells = readRow(line, header, where)
    try {
      return read(cells)
    } catch (cause) {
      throw new PriceError(`${where}: ${(cause as Error).message}`, { cause })
    }
  })
}

const LIST_COLUMNS = [
  'provider',
  'instance_type',
  'gpu_vendor',
  'gpu_model',
  'gpu_count',
  'gpu_memory_gib',
  'vcpus',
  'memory_gib',
  'region',
  'purchase_option',
  'price_usd_per_hour',
  'price_usd_per_gpu_hour',
  'observed_on',
  'source'
] as const
type ListCells = { [N in (typeof LIST_COLUMNS)[number]]: string }

/**
 * Form factors where the model comes in several and the type of instance is known to have one. P4d and P5 are HGX boards, P3 is SXM2
 * (https://aws.amazon.com/ec2/instance-types); NC is a series with cards, ND one with boards (https://learn.microsoft.com/azure/virtual-machines/sizes);
 * A2 and A3 are boards, P100 on N1 are cards, V100 on N1 are linked by NVLink and so SXM2 (https://cloud.google.com/compute/docs/gpus).
 */
const FORMS: readonly (readonly [provider: string, instanceType: RegExp, form: GpuForm])[] = [
  ['aws', /^(p3|p3dn|p4d|p4de|p5|p5e|p5en)[.]/, 'sxm'],
  ['azure', /^Standard_NC/, 'pcie'],
  ['azure', /^Standard_ND/, 'sxm'],
  ['gcp', /^a[23]-/, 'sxm'],
  ['gcp', / P100$/, 'pcie'],
  ['gcp', / V100$/, 'sxm']
]

/** Providers that sell by the GPU's name: `8x A100 SXM 80GB`, `NVIDIA HGX H100 x8`, `RTX 4090 (Secure Cloud)`. */
const SOLD_BY_NAME = new Set(['coreweave', 'lambda', 'runpod', 'vast'])
/** Sources round USD per GPU-hour to four places or more; the whole instance's price is as it stands in the list. */
const ROUNDING = 0.000_050_1
const COMPONENT = ' - GPU component only (vCPU/RAM extra)'

function listPrice(cells: ListCells): ListPriceRow {
  const { provider, instance_type } = cells
  const gpus = whole(cells.gpu_count)
  const usdPerHour = price(cells.price_usd_per_hour)
  const usdPerGpuHour = price(cells.price_usd_per_gpu_hour)
  if (Math.abs(Number(usdPerHour) / gpus - Number(usdPerGpuHour)) > ROUNDING)
    throw new PriceError(`${usdPerGpuHour} USD for each of ${gpus} GPUs is not ${usdPerHour} USD.`)

  const told = `${cells.gpu_vendor}/${cells.gpu_model}`
  const name = SOLD_BY_NAME.has(provider) ? nameIn(instance_type) : cells.gpu_model
  const gpu = readGpu(provider, name, {
    memoryGib: number(cells.gpu_memory_gib),
    form: FORMS.find(([of, pattern]) => of === provider && pattern.test(instance_type))?.[2] ?? null
  })
  if (gpu?.model !== told || gpu.memoryGib === null)
    throw new PriceError(
      `"${name}" with ${cells.gpu_memory_gib} GiB is not known as ${told}: add it to src/lib/model/gpu-models.ts.`
    )

  return {
    provider,
    instance_type,
    gpu_name: name,
    gpu_model: gpu.model,
    gpus,
    gpu_memory_gib: gpu.memoryGib,
    gpu_interface: gpu.form,
    vcpus: cells.vcpus === '' ? null : number(cells.vcpus),
    memory_gib: cells.memory_gib === '' ? null : number(cells.memory_gib),
    region: filled(cells.region),
    purchase_option: oneOf(PURCHASE_OPTIONS, cells.purchase_option),
    usd_per_hour: usdPerHour,
    usd_per_gpu_hour: usdPerGpuHour,
    statistic: statisticOf(instance_type, cells.source),
    offers: null,
    covers: instance_type.endsWith(COMPONENT) ? 'gpu' : 'instance',
    observed_on: day(cells.observed_on),
    source: filled(cells.source),
    fetched_at: null
  }
}

function nameIn(instanceType: string): string {
  return instanceType
    .replace(COMPONENT, '')
    .replace(/ \(.*\)$/, '')
    .replace(/^\d+x | x\d+$/, '')
}

function statisticOf(instanceType: string, source: string): string {
  // Rows of a comparison site: of a GPU, where the cloud itself sells instances of eight.
  if (source.includes('getdeploying.com')) return 'quoted'
  if (instanceType.endsWith('(cheapest)')) return 'cheapest'
  return / \(median [^)]*\)$/.test(instanceType) ? 'median' : 'list'
}

/** What the bases of the file are in the lake's words. */
const BASES: ReadonlyMap<string, string> = new Map([
  ['Yahoo Finance AKT-USD daily close', 'daily_close'],
  ['Bybit AKTUSDT daily close (UTC)', 'daily_close'],
  ['reference rate at 00:00 UTC', 'daily_open']
])

function tokenPrice(cells: {
  readonly date: string
  readonly akt_usd: string
  readonly basis: string
  readonly source: string
}): TokenPriceRow {
  const basis = BASES.get(cells.basis)
  if (basis === undefined) throw new PriceError(`The basis "${cells.basis}" is not known.`)
  return { asset: 'akt', day: day(cells.date), usd: price(cells.akt_usd), basis, source: filled(cells.source), fetched_at: null }
}

/** A price as it is written. */
function price(text: string): string {
  if (readPrice(text) === null) throw new PriceError(`"${text}" is no price.`)
  return text
}

function whole(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new PriceError(`"${text}" is no whole number above 0.`)
  return Number(text)
}

function number(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) === 0) throw new PriceError(`"${text}" is no number above 0.`)
  return Number(text)
}

function day(text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`)
  if (Number.isNaN(time) || new Date(time).toJSON().slice(0, 10) !== text) throw new PriceError(`"${text}" is no day.`)
  return text
}

function filled(text: string): string {
  if (text.trim() === '') throw new PriceError('Region or source is empty.')
  return text
}

function oneOf<const Name extends string>(names: readonly Name[], text: string): Name {
  const name = names.find((known) => known === text)
  if (name === undefined) throw new PriceError(`"${text}" is none of ${names.join(', ')}.`)
  return name
}
