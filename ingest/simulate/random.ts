/** Numbers that look drawn and are the same for the same seed: no clock, no Math.random. */
import { createHash } from 'node:crypto'

export type Random = {
  /** From 0 up to, not including, 1. */
  readonly unit: () => number
  /** A whole number from 0 up to, not including, `below`. */
  readonly below: (below: number) => number
  readonly between: (low: number, high: number) => number
  readonly chance: (probability: number) => boolean
  readonly normal: () => number
  /** Log-normal: half of all are below `median`; `sigma` is the spread of the logarithm. */
  readonly logNormal: (median: number, sigma: number) => number
  /** How many of events that come at a mean rate fall into one stretch. */
  readonly poisson: (mean: number) => number
  readonly pick: <T>(of: readonly T[]) => T
  /** One of `of`, by weight. */
  readonly weighted: <T>(of: readonly T[], weight: (item: T) => number) => T
}

/** sfc32, https://pracrand.sourceforge.net: small, fast, passes its tests. `name` makes streams that do not disturb each other. */
export function createRandom(seed: number, name: string): Random {
  const start = createHash('sha256').update(`${seed} ${name}`).digest()
  let [a, b, c, d] = [start.readInt32LE(0), start.readInt32LE(4), start.readInt32LE(8), 1]
  const unit = (): number => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + t
    c |= 0
    return (t >>> 0) / 4_294_967_296
  }
  for (let i = 0; i < 12; i++) unit()
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit())
  const below = (n: number): number => Math.floor(unit() * n)
  const item = <T>(of: readonly T[], at: number): T => {
    const found = of[Math.min(at, of.length - 1)]
    if (found === undefined) throw new RangeError(`nothing to pick from for ${name}`)
    return found
  }
  return {
    unit,
    below,
    between: (low, high) => low + unit() * (high - low),
    chance: (probability) => unit() < probability,
    normal,
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    poisson: (mean) => {
      if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()))
      const limit = Math.exp(-mean)
      let count = 0
      for (let product = unit(); product > limit; product *= unit()) count++
      return count
    },
    pick: (of) => item(of, below(of.length)),
    weighted: (of, weight) => {
      let rest = unit() * of.reduce((sum, one) => sum + weight(one), 0)
      return item(
        of,
        of.findIndex((one) => (rest -= weight(one)) < 0)
      )
    }
  }
}
