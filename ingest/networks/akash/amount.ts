/** Amounts that a provider tells of a resource: as numbers where they can be, else null with the reason. Pure. */

/**
 * Of one node, more cannot be. The largest servers on sale have 2,000 hardware threads, 64 TiB of memory and 16 GPUs; what is told beyond it
 * is 2^64 wrapped round, or thin disks that add up to petabytes (akash-network/support 137, 192, 232, community 1518).
 */
export const MOST = { cpu: 10_000_000, memory: 2 ** 47, storage: 2 ** 50, gpus: 1_024, leases: 100_000 }

/** Collects the reasons for which figures were not taken, `column: why`. */
export type Doubts = string[]

const SUFFIXES: { readonly [suffix: string]: number } = {
  '': 1, n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60
} // prettier-ignore

/** The value of a Kubernetes quantity such as `8`, `3720m`, `4535332Ki` or `1e3`; null of any other text. */
export function quantity(text: string): number | null {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d{1,3})|([KMGTPE]i|[numkMGTPE]))?$/.exec(text)
  if (!match) return null
  return Number(match[1]) * (match[2] === undefined ? (SUFFIXES[match[3] ?? ''] ?? NaN) : 10 ** Number(match[2]))
}

/** A whole number that can be, else null with the reason. Null and undefined are not told, which is no doubt. */
export function figure(column: string, value: number | null | undefined, most: number, doubts: Doubts): number | null {
  if (value === null || value === undefined) return null
  const whole = Math.round(value)
  const why = Number.isNaN(whole) ? 'not a number' : whole < 0 ? 'negative' : whole > most ? 'too large' : null
  if (why === null) return whole
  doubts.push(`${column}: ${why}`)
  return null
}

export type Amount = { readonly allocatable: number | null; readonly allocated: number | null; readonly available: number | null }

/** Both figures of a resource, and what they leave. */
export function amount(
  name: string,
  most: number,
  told: { readonly allocatable?: number | null | undefined; readonly allocated?: number | null | undefined },
  doubts: Doubts
): Amount {
  const allocatable = figure(`${name}_allocatable`, told.allocatable, most, doubts)
  const given = figure(`${name}_allocated`, told.allocated, most, doubts)
  const over = allocatable !== null && given !== null && given > allocatable
  if (over) doubts.push(`${name}_allocated: more than allocatable`)
  const allocated = over ? null : given
  return { allocatable, allocated, available: allocatable === null || allocated === null ? null : allocatable - allocated }
}

/** The same from what is free, as REST tells it; beside it `allocatable` may be told. */
export function amountFree(
  name: string,
  most: number,
  all: number | null | undefined,
  free: number | null | undefined,
  doubts: Doubts
): Amount {
  const allocatable = figure(`${name}_allocatable`, all, most, doubts)
  const left = figure(`${name}_available`, free, most, doubts)
  const over = allocatable !== null && left !== null && left > allocatable
  if (over) doubts.push(`${name}_available: more than allocatable`)
  const available = over ? null : left
  return { allocatable, available, allocated: allocatable === null || available === null ? null : allocatable - available }
}
