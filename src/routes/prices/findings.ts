/** What the charts of prices show, in a sentence. Generated from the rows shown, so it is true for every filter. */
import { count, percent } from '../../lib/model/format.ts'
import { bucketText } from '../../lib/model/time.ts'
import type { MetricRows } from '../../lib/sql/metric-rows.ts'
import type { Comparison } from './compare.ts'
import type { Job } from './job.ts'
import { article } from '../findings.ts'
import { latestOf, type PriceRows, type PriceScope } from './prices.ts'
import { DASH, gapText, usd, usdRange, when } from './words.ts'

const EACH_WHEN_SEEN = 'each when its list price was last seen'

/** @param comparisons of the clouds shown */
export function pricesFinding(rows: PriceRows, scope: PriceScope, kind: string, comparisons: readonly Comparison[]): string {
  const latest = latestOf(rows)
  if (!latest) return `No ${kind} was rented at a price in dollars in this range`
  const stale = comparisons.some(({ begins }) => begins !== latest.begins)
  const [only] = comparisons
  if (!only) return trendFinding(rows, scope, kind)
  if (comparisons.length === 1) {
    const against = `${gapText(only.discount) ?? 'at'} ${only.name}’s list price`
    return `${article(kind)} rented ${against} ${when(only.begins, scope.grain)}${stale ? ', when that was last seen' : ''}`
  }
  const below = comparisons.filter(({ discount }) => discount > 0)
  const tail = stale ? `, ${EACH_WHEN_SEEN}` : ''
  const shares = (below.length === 0 ? comparisons : below).map(({ discount }) => Math.abs(discount))
  const span = spanText(Math.min(...shares), Math.max(...shares))
  const all = comparisons.length === 2 ? 'both clouds shown' : `all ${comparisons.length} clouds shown`
  if (below.length === 0) return `${article(kind)} rented ${span} above ${all}${tail}`
  return below.length === comparisons.length
    ? `${article(kind)} rented ${span} below ${all}${tail}`
    : `${article(kind)} rented ${span} below ${below.length} of ${comparisons.length} clouds shown${tail}`
}

/** `66–77 %` */
function spanText(low: number, high: number): string {
  const [from, to] = [percent(low), percent(high)]
  return from === to ? to : `${from.replace('\u00a0%', '')}${DASH}${to}`
}

function trendFinding(rows: PriceRows, scope: PriceScope, kind: string): string {
  const known = rows.realised.filter(({ p50 }) => p50 !== null)
  const [first, last] = [known[0], known.at(-1)]
  if (!first?.p50 || !last?.p50) return `The price of the ${kind} is not known for this range`
  const price = `${article(kind)} rented for ${usd(last.p50)} ${when(last.begins, scope.grain)}`
  if (first === last) return price
  const change = gapText(1 - last.p50 / first.p50)
  return `${price}, ${change === null ? 'as' : `${change} that`} ${when(first.begins, scope.grain)}`
}

/** @param rows of the cloud that the chart is about */
export function discountsFinding(rows: readonly MetricRows['discounts'][], name: string, kind: string): string {
  const [first, last] = [rows[0], rows.at(-1)]
  if (!first || !last) return `No list price to compare the ${kind} with in this range`
  const month = (begins: string) => bucketText(Date.parse(begins), 86_400_000, false).replace(/^\d+ /, '')
  const now = gapText(last.discount)
  if (first === last)
    return now === null ? `At ${name}’s list price in ${month(last.begins)}` : `${now} ${name} in ${month(last.begins)}`
  const times = [month(first.begins), month(last.begins)]
  const span = times[0] === times[1] ? `within ${times[0] ?? ''}` : `from ${times[0] ?? ''} to ${times[1] ?? ''}`
  const points = Math.round(Math.abs(last.discount - first.discount) * 100)
  const signed = (discount: number) => `${discount < 0 ? '−' : ''}${percent(Math.abs(discount))}`
  if (points === 0) return `The discount against ${name} was ${signed(last.discount)} at both ends, ${span}`
  const verb = last.discount > first.discount ? 'grew' : 'shrank'
  return `The discount against ${name} ${verb} from ${signed(first.discount)} to ${signed(last.discount)}, ${span}`
}

/** @param until ` up to 1 Jan 2024` where the range ends before the index */
export function offersFinding(offers: readonly MetricRows['like_for_like'][], kind: string, until: string): string {
  if (offers.length === 0) return `No cloud in these price lists offers the ${kind}${until}`
  const alike = offers.filter(({ comparable }) => comparable === 'yes').length
  const differ = offers.filter(({ comparable }) => comparable === 'differs').length
  if (alike + differ === 0) return `None of ${count(offers.length, 'cloud offer')} compares with the ${kind}`
  const rest =
    differ === 0
      ? ''
      : `, ${alike === 0 ? '' : `${differ} more`}${alike === 0 ? `${differ} with differences` : ' with differences'}`
  return `${alike === 0 ? 'None' : alike} of ${count(offers.length, 'cloud offer')} ${alike === 1 || alike === 0 ? 'is' : 'are'} like for like${rest}`
}

export function leasesFinding(leases: readonly MetricRows['lease_dots'][], kind: string): string {
  const prices = leases.map(({ price }) => price)
  const [lease] = leases
  if (!lease) return `No lease of the ${kind} in this range`
  const all = lease.all_leases
  if (all === 1 && leases.length === 1) return `The only lease of the ${kind} cost ${usd(lease.price)} a GPU-hour`
  const largest = new Set(leases.map(({ lease_id }) => lease_id)).size
  const drawn = largest < all ? `The ${largest} largest of ${all} leases` : count(all, 'lease')
  return `${drawn} cost between ${usd(Math.min(...prices))} and ${usd(Math.max(...prices))} a GPU-hour`
}

/** `$792` */
export function money(value: number): string {
  return value < 100 ? usd(value) : `$${Math.round(value).toLocaleString('en-US')}`
}

export function jobFinding(job: Job): string {
  const [cheapest] = job.clouds
  const { here } = job
  if (here === null)
    return cheapest ? `${money(cheapest.cost)} at ${cheapest.name}; no price here to compare` : 'No price to reckon with'
  const own =
    here.low === null || here.high === null ? `About ${money(here.middle)} here` : `${rangeText(here.low, here.high)} here`
  if (!cheapest) return `${own}; no cloud to compare with`
  return `${own}, ${money(cheapest.cost)} at ${cheapest.name}, the cheapest cloud`
}

export function rangeText(low: number, high: number): string {
  if (high < 100) return usdRange(low, high)
  const [from, to] = [money(low), money(high)]
  return from === to ? from : `${from}${DASH}${to.slice(1)}`
}
