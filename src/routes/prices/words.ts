/** Dates, prices and discounts in a sentence. Pure. */
import { amount, percent } from '../../lib/model/format.ts'
import { bucketText } from '../../lib/model/time.ts'
import { DAY, type PriceScope } from './prices.ts'

/** Between two numbers; does not break into lines. */
export const DASH = '–\u2060'

export type Grain = 'week' | 'day'

/** `20 Nov 2026`, in one piece. */
export function dayText(day: string | number): string {
  return bucketText(typeof day === 'number' ? day : Date.parse(day), DAY, false).replaceAll(' ', '\u00a0')
}

/** `the week of 16 Nov 2026`, `20 Nov 2026` */
export function bucketName(begins: string, grain: Grain): string {
  return grain === 'week' ? `the week of ${dayText(begins)}` : dayText(begins)
}

/** `in the week of 16 Nov 2026`, `on 20 Nov 2026` */
export function when(begins: string, grain: Grain): string {
  return `${grain === 'week' ? 'in' : 'on'} ${bucketName(begins, grain)}`
}

/** `$1.37`, `−$0.12` */
export function usd(value: number | null): string {
  return value === null ? amount(null) : `${value < 0 ? '−' : ''}$${amount(Math.abs(value))}`
}

/** `$1.10–1.19`, `−$0.10 to $0.30` */
export function usdRange(low: number, high: number): string {
  if (low < 0) return `${usd(low)} to ${usd(high)}`
  const [from, to] = [amount(low), amount(high)]
  return from === to ? `$${from}` : `$${from}${DASH}${to}`
}

/** `62 % below`, `12 % above`; null for what is the same price. */
export function gapText(discount: number): string | null {
  if (Math.abs(discount) < 0.005) return null
  return `${percent(Math.abs(discount))} ${discount > 0 ? 'below' : 'above'}`
}

/** `18 Nov 2026 – 20 Nov 2026`, days of which the last is the one before `to`; milliseconds. */
export function daysText(from: number, to: number): string {
  return `${dayText(from)} – ${dayText(to - 1)}`
}

/** ` up to 31 Dec 2023` for a range that ends before the index; empty otherwise. */
export function untilText({ to, lastAt }: Pick<PriceScope, 'to' | 'lastAt'>): string {
  return to > lastAt ? '' : ` up to ${dayText(to - 1)}`
}
