/** What makes two prices prices of one thing. */
import type { ListPrice } from './source.ts'

/**
 * Whom a source's text names: its host, or the repository where a host has many. What follows it may change from answer to answer
 * (a version, a commit) and still be the same teller. One group; understood alike by JavaScript and by DuckDB (RE2).
 */
export const TELLER = '^(?:https?://)?((?:github:|(?:raw[.]githubusercontent|github)[.]com/)[^/ ]+/[^/ @]+|[^/ ]+)'

const TELLER_PATTERN = new RegExp(TELLER)

/** Whom a `source` names: `https://a.b/c?d` is `a.b`, `github:o/r x@y` is `github:o/r`. */
export function tellerOf(source: string): string {
  return TELLER_PATTERN.exec(source)?.[1] ?? ''
}

/** Columns that name an offer, whoever tells its price. */
export const OFFER = ['provider', 'instance_type', 'region', 'purchase_option', 'statistic'] as const
export type Offer = Pick<ListPrice, (typeof OFFER)[number]>

/** An offer as text, for maps. */
export function offerOf(row: Offer): string {
  return JSON.stringify(OFFER.map((column) => row[column]))
}

/** An offer as one teller tells it: observations with the same text are one series. */
export function seriesOf(row: Offer & { readonly source: string }): string {
  return JSON.stringify([...OFFER.map((column) => row[column]), tellerOf(row.source)])
}

/** An offer for a reader: `aws p5.48xlarge, us-east-1, on_demand`. */
export function offerText({ provider, instance_type, region, purchase_option, statistic }: Offer): string {
  return [`${provider} ${instance_type}`, region, purchase_option, ...(statistic === 'list' ? [] : [statistic])].join(', ')
}
