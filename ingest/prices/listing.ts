/** Rows of a cloud's price list, and what of an answer counts as taken. */
import { readGpu, type GpuHints } from '../../src/lib/model/gpus.ts'
import type { PurchaseOption } from '../../src/lib/model/prices.ts'
import { divide } from './money.ts'
import { PriceError, type Collected, type ListPrice } from './source.ts'
import { distinct, nameOf, type Tally } from './tally.ts'

type GpuColumns = Pick<ListPrice, 'gpu_name' | 'gpu_model' | 'gpu_memory_gib' | 'gpu_interface'>

/** The columns of a GPU. An unknown name is kept as it is, with no model; memory and form factor then are what the hints say. */
export function gpuColumns(source: string, name: string, hints: GpuHints = {}): GpuColumns {
  const gpu = readGpu(source, name, hints)
  return {
    gpu_name: name,
    gpu_model: gpu?.model ?? null,
    gpu_memory_gib: gpu ? gpu.memoryGib : (hints.memoryGib ?? null),
    gpu_interface: gpu ? gpu.form : (hints.form ?? null)
  }
}

type Told = Omit<ListPrice, 'purchase_option' | 'usd_per_gpu_hour' | 'statistic' | 'offers' | 'covers'>

/** A row of a price list: the price of a whole instance, its host included. */
export function listPrice(told: Told & { readonly purchase_option: PurchaseOption }): ListPrice {
  return {
    ...told,
    usd_per_gpu_hour: divide(told.usd_per_hour, told.gpus),
    statistic: 'list',
    offers: null,
    covers: 'instance'
  }
}

/**
 * What a source gives: each offer once, nothing of an offer that stands there at two prices.
 * @param where address or name of what was asked, for the error
 * @throws PriceError when no price is left: an answer without any is not what was asked for
 */
export function collected(prices: readonly ListPrice[], counted: Tally, where: string): Collected {
  const taken = distinct(
    prices,
    (price) => `${price.provider} ${nameOf(price)}, ${price.observed_on}`,
    (price) => price.usd_per_hour,
    counted
  )
  const skipped = counted.skipped()
  if (taken.length > 0) return { prices: taken, tokens: [], skipped }
  const why = skipped.map(({ reason, count, example }) => `${count}: ${reason}, such as ${example}`).join('; ')
  throw new PriceError(
    `${where} has no price of a GPU that could be taken${why === '' ? '' : ` (${why})`}. Look whether it has changed its shape.`
  )
}

/** A number of units above 0, such as `"192"`, `"192.0"` or 96, else null. */
export function readUnits(value: unknown): number | null {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN
  return Number.isFinite(number) && number > 0 ? number : null
}

/** A number of GPUs; null where there is none, or a fraction of one. */
export function readGpus(value: unknown): number | null {
  const units = readUnits(value)
  return Number.isSafeInteger(units) ? units : null
}

/**
 * The day that an answer is of: its `Last-Modified`, else its `Date` (older than the run when it comes from a cache), never after `today`.
 * So a list that nobody refreshes keeps its day instead of being stamped anew.
 */
export function dayOf(headers: Headers, today: string): string {
  const ms = Date.parse(headers.get('last-modified') ?? headers.get('date') ?? '')
  if (Number.isNaN(ms)) return today
  const day = new Date(ms).toISOString().slice(0, 10)
  return day < today ? day : today
}
