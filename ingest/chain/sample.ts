/** The same height from a second endpoint: what one endpoint says, another must say too. */
import { ChainError, PermanentError } from './errors.ts'
import type { Endpoint } from './endpoint.ts'
import type { Fetched } from './fetch.ts'
import type { Pool, Served, Task } from './pool.ts'
import type { BlockResults } from './comet.ts'

/** `equal`, or `unavailable` when no second endpoint could be asked. */
export type SampleOutcome = 'equal' | 'unavailable'

/** An endpoint that rests for longer is not waited for: the sample is left out. */
const MAX_REST_MS = 5_000

const signatureOf = ({ results, beginEvents, endEvents }: Omit<BlockResults, 'appHash'>, blockEvents: boolean): string =>
  JSON.stringify(blockEvents ? [results, beginEvents, endEvents] : [results])

/**
 * Fetches a block again from other endpoints than those that gave it and compares header hash, transactions, result codes and events.
 * @throws PermanentError (`disagreement`) that names both endpoints and the height
 */
export async function compare(
  pool: Pool,
  { block, headerHost, resultsHost, blockEvents }: Fetched,
  signal: AbortSignal
): Promise<SampleOutcome> {
  const { height } = block
  const disagreement = (what: string, first: string, second: string): PermanentError =>
    new PermanentError(
      'disagreement',
      `${first} and ${second} disagree about ${what} of height ${height}. One of them is wrong: ask a third, leave the wrong one out of --rpc and run again.`
    )
  const second = async <T>(notHost: string, task: Pick<Task<T>, 'what' | 'ask'>): Promise<Served<T> | null> => {
    const fits = (e: Endpoint): boolean => e.host !== notHost && !e.suspect() && e.restsFor() <= MAX_REST_MS
    try {
      return await pool.run({ ...task, from: height, to: height, fits }, signal)
    } catch (error) {
      // That there is no second opinion is an outcome, which is counted; that an endpoint is of another chain is an error.
      if (error instanceof ChainError && error.fault !== 'wrong-chain') return null
      throw error
    }
  }
  const [other, results] = await Promise.all([
    second(headerHost, { what: `block ${height} again`, ask: (comet) => comet.block(height, signal) }),
    second(resultsHost, { what: `block_results ${height} again`, ask: (comet) => comet.results(height, signal) })
  ])
  if (other) {
    if (other.value.hash !== block.hash)
      throw disagreement(`the block (${block.hash} and ${other.value.hash})`, headerHost, other.host)
    const { txs } = other.value
    if (txs.length !== block.txs.length || txs.some((tx, i) => Buffer.compare(tx, block.txs[i] ?? new Uint8Array()) !== 0))
      throw disagreement('the transactions', headerHost, other.host)
  }
  if (results && signatureOf(results.value, blockEvents) !== signatureOf(block, blockEvents))
    throw disagreement('the results', resultsHost, results.host)
  return other && results ? 'equal' : 'unavailable'
}
