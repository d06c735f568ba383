/** Exact decimals for prices, as strings with at most 18 places: what a DECIMAL(38,18) column takes. No float arithmetic, so no noise. */

const PLACES = 18
const ONE = 10n ** BigInt(PLACES)

/**
 * A number as a source writes it, as a plain decimal string: `"3.0600000000"` and 3.06 become `3.06`, 5e-7 becomes `0.0000005`.
 * Null when it is none (`"N/A"`, empty, negative, not finite, thousands separators) or has more places than 18.
 */
export function readDecimal(value: unknown): string | null {
  const scaled = typeof value === 'string' || typeof value === 'number' ? scale(String(value).trim()) : null
  return scaled === null ? null : plain(scaled)
}

/** The same where only more than 0 is a price: null for 0 too. */
export function readPrice(value: unknown): string | null {
  const decimal = readDecimal(value)
  return decimal === '0' ? null : decimal
}

/** `amount` ÷ `by`, rounded half up at the 18th place. Both are decimals as `readDecimal` gives them, or whole numbers. */
export function divide(amount: string | number, by: string | number): string {
  const divisor = units(by)
  if (divisor === 0n) throw new RangeError('A price cannot be divided by 0.')
  return plain((units(amount) * ONE * 2n + divisor) / (divisor * 2n))
}

/** `a` × `b`, rounded half up at the 18th place. */
export function multiply(a: string | number, b: string | number): string {
  return plain((units(a) * units(b) * 2n + ONE) / (ONE * 2n))
}

export function add(...amounts: readonly (string | number)[]): string {
  return plain(amounts.reduce((sum, amount) => sum + units(amount), 0n))
}

/** Below 0, 0 or above 0, for sorting. */
export function compare(a: string | number, b: string | number): number {
  const difference = units(a) - units(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/**
 * The `p`-quantile (0 to 1) of at least one amount, linear between the two nearest (type 7 of Hyndman and Fan, as DuckDB's
 * `quantile_cont` and NumPy): exact, since `p` is taken as the decimal it is written as.
 */
export function quantile(amounts: readonly string[], p: number): string {
  const sorted = amounts.toSorted(compare)
  const at = units(p) * BigInt(sorted.length - 1)
  const below = Number(at / ONE)
  const low = sorted[below]
  if (low === undefined) throw new RangeError(`No ${p}-quantile of ${amounts.length} amounts.`)
  const high = sorted[below + 1] ?? low
  const rest = at % ONE
  return plain((units(low) * (ONE - rest) * 2n + units(high) * rest * 2n + ONE) / (ONE * 2n))
}

export function median(amounts: readonly string[]): string {
  return quantile(amounts, 0.5)
}

/** In 10⁻¹⁸; null when it is no decimal of at most 18 places. */
function scale(text: string): bigint | null {
  const match = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,2}))?$/i.exec(text)
  if (match === null) return null
  const [, whole = '', fraction = '', exponent = '0'] = match
  const digits = fraction.replace(/0+$/, '')
  const shift = PLACES - digits.length + Number(exponent)
  const value = BigInt(whole + digits)
  if (shift >= 0) return value * 10n ** BigInt(shift)
  const divisor = 10n ** BigInt(-shift)
  return value % divisor === 0n ? value / divisor : null
}

function units(amount: string | number): bigint {
  const scaled = scale(String(amount))
  if (scaled === null) throw new RangeError(`${JSON.stringify(amount)} is no decimal of at most ${PLACES} places.`)
  return scaled
}

function plain(scaled: bigint): string {
  const digits = scaled.toString().padStart(PLACES + 1, '0')
  const fraction = digits.slice(-PLACES).replace(/0+$/, '')
  return digits.slice(0, -PLACES) + (fraction === '' ? '' : `.${fraction}`)
}
