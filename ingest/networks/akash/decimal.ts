/** Decimals as the Cosmos SDK writes them, kept exact: 18 fraction digits, no floats. */

const MAX_DIGITS = 38
const FRACTION = 18

/** A bigint of 10^-18 as a decimal with 18 fraction digits; null when it does not fit DECIMAL(38,18). */
export function fromAtto(atto: bigint): string | null {
  const digits = (atto < 0n ? -atto : atto).toString().padStart(FRACTION + 1, '0')
  if (digits.length > MAX_DIGITS) return null
  return `${atto < 0n ? '-' : ''}${digits.slice(0, -FRACTION)}.${digits.slice(-FRACTION)}`
}

/** A decimal such as `22150.125` as a bigint of 10^-18; null when it is not one or has more than 18 fraction digits. */
export function toAtto(decimal: string): bigint | null {
  const match = /^(-?)(\d+)(?:\.(\d{1,18}))?$/.exec(decimal)
  if (!match) return null
  const atto = BigInt((match[2] ?? '') + (match[3] ?? '').padEnd(FRACTION, '0'))
  return match[1] ? -atto : atto
}

/** A decimal brought to 18 fraction digits; null when it is not one or does not fit. */
export function decimal18(text: string): string | null {
  const atto = toAtto(text)
  return atto === null ? null : fromAtto(atto)
}

/** A DecCoin amount on the wire (an integer of 10^-18); null when it is not one. */
export function wireAmount(text: string): bigint | null {
  return /^-?\d+$/.test(text) ? BigInt(text) : null
}

/** An integer amount of micro-units that fits DECIMAL(38,0), else null. */
export function integer(text: string): string | null {
  const match = /^-?0*(\d{1,38})$/.exec(text)
  return match ? BigInt(text).toString() : null
}

export type Coin = { readonly denom: string; readonly amount: string }

/** The coins of a bank event, such as `500uakt,3ibc/17…`. An empty amount is no coins (seen at the v2.0.0 upgrade); null when unreadable. */
export function coins(text: string): Coin[] | null {
  if (text === '') return []
  const out: Coin[] = []
  for (const part of text.split(',')) {
    const match = /^(\d+)([a-zA-Z][a-zA-Z0-9/:._-]*)$/.exec(part.trim())
    const amount = match?.[1] === undefined ? null : integer(match[1])
    if (!match?.[2] || amount === null) return null
    out.push({ denom: match[2], amount })
  }
  return out
}
