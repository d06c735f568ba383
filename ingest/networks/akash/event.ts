/** What an event of a followed module says, the same for both eras. */
import type { FactRow } from '../../../src/lib/model/facts.ts'

export type MarketEvent = {
  readonly kind: 'market'
  readonly what: string
  readonly owner: string
  readonly dseq: string
  readonly gseq: number | null
  readonly oseq: number | null
  readonly provider: string | null
  readonly denom: string | null
  readonly price: string | null
  readonly reason: string | null
  /** Microseconds since 1970 UTC. */
  readonly deadline: bigint | null
}
type Positioned = 'height' | 'tx_index' | 'event_index'
export type AkashEvent =
  | MarketEvent
  | { readonly kind: 'provider'; readonly what: 'created' | 'updated' | 'deleted'; readonly provider: string }
  | { readonly kind: 'audit'; readonly what: 'signed' | 'removed'; readonly provider: string; readonly auditor: string }
  | { readonly kind: 'bme'; readonly record: Omit<FactRow<'bme_records'>, Positioned> }
  | { readonly kind: 'price'; readonly record: Omit<FactRow<'oracle_prices'>, Positioned> }

/** `ignored`: known, and bears on no table. `unknown`: of a followed module, and not known to this version. */
export type ReadEvent = AkashEvent | 'not followed' | 'ignored' | 'unknown'

/** An event of a known type does not say what it must. */
export class EventError extends Error {
  override readonly name = 'EventError'
}

/** A sequence number in digits, within 32 bits. Throws EventError. */
export function sequence(value: unknown, name: string): number {
  const n = typeof value === 'number' ? value : typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : NaN
  if (!Number.isInteger(n) || n < 0 || n > 2 ** 31 - 1) throw new EventError(`has no ${name}`)
  return n
}

/** A uint64 in digits. Throws EventError. */
export function digits(value: unknown, name: string): string {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || !/^\d{1,20}$/.test(text)) throw new EventError(`has no ${name}`)
  return text
}

/** A string that is not empty. Throws EventError. */
export function text(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw new EventError(`has no ${name}`)
  return value
}
