/** What a simulated market is made from: everything else follows from these. */

export type Parameters = {
  readonly seed: number
  /** Milliseconds since 1970 UTC: the first block. */
  readonly from: number
  /** No block is later. */
  readonly until: number
  /** Seconds between blocks; mainnet has about 6. Prices a block are such that an hour costs the same whatever this is. */
  readonly blockSeconds: number
  /**
   * Size of the market. 1 is a demo: about 60 providers with 290 GPUs, of which six in ten are leased, as on mainnet, but with fewer and
   * longer leases: five a day. Demand and the machines of each provider grow with it: 200 has the 985 new leases a day that mainnet had in
   * July 2026 (console-api-samples-2026-07-17.json).
   */
  readonly scale: number
}

/** GPUs came to Akash with v0.24.0. */
const GPU_ERA = Date.UTC(2023, 7, 31)

/** Half an hour: a demo of three years has 56,000 blocks. */
const BLOCK_SECONDS = 1800

/** Chain ids of simulated markets begin so. No other chain is taken for one, and none of these for a real one. */
const CHAIN_ID = 'rackrate-sim-'
export const isSimulated = (chainId: string): boolean => chainId.startsWith(CHAIN_ID)

/** Which heights have which times. */
export type Pace = Pick<Parameters, 'from' | 'blockSeconds'>
/** The seed, and the pace where it is not the usual one: `rackrate-sim-1`, `rackrate-sim-1-1693440000-60` with `from` in seconds since 1970. */
export const chainIdOf = ({ seed, from, blockSeconds }: Pick<Parameters, 'seed'> & Pace): string =>
  from === GPU_ERA && blockSeconds === BLOCK_SECONDS ? `${CHAIN_ID}${seed}` : `${CHAIN_ID}${seed}-${from / 1000}-${blockSeconds}`
/** What an id that `chainIdOf` made says; null for others. */
export function paceOf(chainId: string): Pace | null {
  if (!isSimulated(chainId)) return null
  const [seed = NaN, from = GPU_ERA / 1000, blockSeconds = BLOCK_SECONDS] = chainId.slice(CHAIN_ID.length).split('-').map(Number)
  const pace = { from: from * 1000, blockSeconds }
  return chainIdOf({ seed, ...pace }) === chainId ? pace : null
}

/** More blocks would not fit into memory; counts are stated in README. */
const MOST_BLOCKS = 2_000_000

/** A parameter that makes no market. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError'
}

export const blocksOf = ({ from, until, blockSeconds }: Parameters): number =>
  Math.floor((until - from) / (blockSeconds * 1000)) + 1

/** Fills what is not given. @throws ParameterError naming the parameter */
export function parametersOf(given: Partial<Parameters> & { readonly until: number }): Parameters {
  const parameters = { seed: 1, from: GPU_ERA, blockSeconds: BLOCK_SECONDS, scale: 1, ...given }
  const { seed, from, until, blockSeconds, scale } = parameters
  if (!Number.isSafeInteger(seed) || seed < 0) throw new ParameterError(`seed is ${seed}: give a whole number from 0 on.`)
  if (!Number.isFinite(from) || !Number.isFinite(until)) throw new ParameterError('from and until must be dates.')
  if (from < GPU_ERA) throw new ParameterError('from is before 2023-08-31, when GPUs came to Akash: the market begins there.')
  if (until <= from) throw new ParameterError('until must be later than the first day.')
  if (!(blockSeconds >= 1 && blockSeconds <= 86_400))
    throw new ParameterError(`block seconds are ${blockSeconds}: give 1 to 86400.`)
  if (!(scale > 0 && scale <= 1_000)) throw new ParameterError(`scale is ${scale}: give a number above 0, up to 1000.`)
  if (blocksOf(parameters) > MOST_BLOCKS)
    throw new ParameterError(
      `${blocksOf(parameters)} blocks are too many (at most ${MOST_BLOCKS}): give longer blocks or an earlier last day.`
    )
  return parameters
}
