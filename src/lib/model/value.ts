/** Texts of the values that JavaScript numbers cannot hold. Pure: both engines normalise with these, so that they answer alike. */

const DAY_MS = 86_400_000

/** ISO 8601 text, UTC with microseconds, of microseconds since 1970: `2026-11-21T07:47:52.177950Z`. */
export function isoMicros(micros: bigint): string {
  const ms = micros >= 0n ? micros / 1000n : -((999n - micros) / 1000n)
  const rest = String(micros - ms * 1000n).padStart(3, '0')
  return new Date(Number(ms)).toISOString().replace('Z', `${rest}Z`)
}

/**
 * Microseconds since 1970 of an ISO 8601 text that ends in `Z` and has at most six fractional digits.
 * @throws RangeError on any other text
 */
export function microsOf(iso: string): bigint {
  const match = /^(.+T\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/.exec(iso)
  const ms = match ? Date.parse(`${match[1]}Z`) : NaN
  if (!match || Number.isNaN(ms)) throw new RangeError(`'${iso}' is not an ISO 8601 time in UTC`)
  return BigInt(ms) * 1000n + BigInt((match[2] ?? '').padEnd(6, '0'))
}

/** `YYYY-MM-DD` of days since 1970. */
export function isoDay(days: number): string {
  return new Date(days * DAY_MS).toISOString().replace(/T.*/, '')
}

/** Days since 1970 of `YYYY-MM-DD`; undefined when it is no day of the calendar. */
export function daysOf(day: string): number | undefined {
  const days = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) / DAY_MS : NaN
  return Number.isInteger(days) && isoDay(days) === day ? days : undefined
}

/** Decimal text of an unscaled integer, with all digits of its scale: `digits(15n, 2)` is `0.15`. */
export function digits(unscaled: bigint, scale: number): string {
  if (scale === 0) return String(unscaled)
  const text = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
  return `${unscaled < 0n ? '-' : ''}${text.slice(0, -scale)}.${text.slice(-scale)}`
}

/**
 * Unscaled integer of a decimal text, for a DECIMAL of that width and scale. Nothing is rounded.
 * @throws RangeError when the text is no plain decimal or does not fit
 */
export function unscaled(text: string, width: number, scale: number): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  const fraction = match?.[3]?.replace(/0+$/, '') ?? ''
  if (!match || fraction.length > scale) throw new RangeError(`'${text}' is not a DECIMAL(${width},${scale})`)
  const value = BigInt(`${match[2]}${fraction.padEnd(scale, '0')}`)
  if (value >= 10n ** BigInt(width)) throw new RangeError(`'${text}' does not fit a DECIMAL(${width},${scale})`)
  return match[1] ? -value : value
}
