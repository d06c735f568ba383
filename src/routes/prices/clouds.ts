/** The clouds of the page: how readers know them, which are shown, what an offer is called. Pure. */
import type { Seller } from '../../lib/charts/look.ts'
import type { MetricRows } from '../../lib/sql/metric-rows.ts'

export type Cloud = Seller & { readonly name: string }

/** In the order of lists and of the page's own choice. */
const KNOWN: readonly Cloud[] = [
  { provider: 'aws', name: 'AWS', kind: 'hyperscaler' },
  { provider: 'gcp', name: 'Google', kind: 'hyperscaler' },
  { provider: 'azure', name: 'Azure', kind: 'hyperscaler' },
  { provider: 'coreweave', name: 'CoreWeave', kind: 'neocloud' },
  { provider: 'lambda', name: 'Lambda', kind: 'neocloud' },
  { provider: 'runpod', name: 'RunPod', kind: 'neocloud' },
  { provider: 'vast', name: 'Vast.ai', kind: 'marketplace' }
]
/** Clouds shown without a choice. */
const MOST_SHOWN = 5

/** A cloud that is not well known goes by its id. */
export function cloudOf(provider: string): Cloud {
  return KNOWN.find((one) => one.provider === provider) ?? { provider, name: provider, kind: 'neocloud' }
}

/** Ids of the clouds among these rows, well-known ones first. */
export function providersOf(rows: readonly { readonly provider: string }[]): readonly string[] {
  const ids = new Set(rows.map(({ provider }) => provider))
  const known = KNOWN.map(({ provider }) => provider).filter((id) => ids.has(id))
  return [...known, ...[...ids].filter((id) => !known.includes(id)).sort()]
}

/** Ids of the clouds to show: those asked for, else the first five that have a price. */
export function shownClouds(wanted: readonly string[] | null, priced: readonly string[]): readonly string[] {
  return wanted ?? priced.slice(0, MOST_SHOWN)
}

/** `p5.48xlarge, min. 8`: what of a cloud is compared, with the GPUs that must be taken at once where its name does not tell. */
export function offerName({ instance_type, gpus }: Pick<MetricRows['cloud_prices'], 'instance_type' | 'gpus'>): string {
  const name = instance_type
    .replace(/^Standard_/, '')
    .replace(/^NVIDIA /, '')
    .replaceAll('_', ' ')
    .replace(/^.*\(median offer\)$/, 'median offer')
  const told = new RegExp(`\\b${gpus}x|x${gpus}\\b`).test(name)
  return gpus === 1 || told ? name : `${name}, min. ${gpus}`
}
