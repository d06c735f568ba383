/** The calls that make a block, and `scan`, which makes them for every height. */
import type { Interval } from '../../src/lib/model/interval.ts'
import type { BlockResults, Comet, Meta } from './comet.ts'
import { ChainError, PermanentError, TransientError } from './errors.ts'
import { dataHash } from './merkle.ts'
import { settle, unwrap, type Outcome } from './outcome.ts'
import type { Pool, Served } from './pool.ts'
import type { Block } from './source.ts'

/** A block and who gave its parts. */
export type Fetched = {
  readonly block: Block
  readonly headerHost: string
  readonly resultsHost: string
  /** Whether its events outside transactions were fetched; if not, it has none. */
  readonly blockEvents: boolean
}
/** Gives the block of a height. Heights are asked for in ascending order, many at a time. */
export type Fetcher = (height: number) => Promise<Fetched>

/** Calls about the blocks of one range, each checked to be about what was asked. */
export type Calls = {
  /** The header, from pages of 20 that are fetched ahead. */
  readonly meta: (height: number) => Promise<{ readonly meta: Meta; readonly host: string }>
  /** Results that fit what headers say of them. Asked for at once; what then does not fit is asked for again. */
  readonly results: (height: number) => Promise<Served<BlockResults>>
  readonly txs: (meta: Meta, metaHost: string) => Promise<readonly Uint8Array[]>
}

/** CometBFT gives no more headers in one answer. */
export const METAS_A_CALL = 20

/** Two answers that cannot be of one chain. */
export function brokenChain(height: number, says: string, other: string): PermanentError {
  return new PermanentError(
    'broken-chain',
    `The chain breaks at height ${height}: ${says}, ${other}. One of these endpoints is wrong; leave it out of --rpc and go on.`
  )
}

/** @param verify whether what does not fit the hashes in headers is refused */
export function createCalls(pool: Pool, chainId: string, range: Interval, signal: AbortSignal, verify: boolean): Calls {
  type Page = { readonly metas: readonly Meta[]; readonly host: string }
  const pages = new Map<number, Promise<Outcome<Page>>>()

  const expectChain = (host: string, got: string): void => {
    if (got !== chainId)
      throw new PermanentError('wrong-chain', `${host} gave a block of ${got}, but serves ${chainId}. Leave it out of --rpc.`)
  }
  const expectHeader = (host: string, meta: Meta): void => {
    expectChain(host, meta.chainId)
    if (verify && !meta.sound)
      throw new TransientError('mismatch', `${host}: the header of height ${meta.height} has another hash than it says`)
  }
  const countMisfit = (height: number, what: string, got: number, expected: number): string =>
    `height ${height} has ${expected} transactions, but ${got} ${what} came`

  const fetchPage = async (from: number): Promise<Page> => {
    const to = Math.min(from + METAS_A_CALL - 1, range.to)
    const { value, host } = await pool.run(
      {
        what: `blockchain ${from}-${to}`,
        from,
        to,
        ask: async (comet, host) => {
          const metas = await comet.metas(from, to, signal)
          for (const meta of metas) expectHeader(host, meta)
          return metas
        }
      },
      signal
    )
    return { metas: value, host }
  }
  const page = (from: number): Promise<Outcome<Page>> => {
    const held = pages.get(from)
    if (held) return held
    const fetched = settle(fetchPage(from))
    pages.set(from, fetched)
    return fetched
  }

  const meta = async (height: number): Promise<{ readonly meta: Meta; readonly host: string }> => {
    const first = height - ((height - range.from) % METAS_A_CALL)
    // The page before is still wanted by its last height, which looks at the next header.
    pages.delete(first - 2 * METAS_A_CALL)
    const headers = page(first)
    if (first + METAS_A_CALL <= range.to) void page(first + METAS_A_CALL)
    const { metas, host } = unwrap(await headers)
    const meta = metas[height - first]
    if (!meta) throw new RangeError(`no header for height ${height}`)
    return { meta, host }
  }

  /** The state after a height as the next header names it; null when no endpoint has that yet. */
  const stateAfter = async (height: number): Promise<string | null> => {
    if (height < range.to) return (await meta(height + 1)).meta.appHash
    if (!pool.known().some(({ latestHeight }) => latestHeight > height)) return null
    const next = height + 1
    const ask = async (comet: Comet, host: string): Promise<Meta | undefined> => {
      const [found] = await comet.metas(next, next, signal)
      if (found) expectHeader(host, found)
      return found
    }
    try {
      const { value } = await pool.run({ what: `blockchain ${next}`, from: next, to: next, once: true, ask }, signal)
      return value?.appHash ?? null
    } catch (error) {
      // Nobody asked for that height: not to have it is no fault.
      if (error instanceof ChainError && error.fault !== 'wrong-chain') return null
      throw error
    }
  }

  type Committed = { readonly txCount: number; readonly state: string | null }
  /** The count of transactions, and where the node says it the state after them, tell results of another block or chain. */
  const misfit = (height: number, { results, appHash }: BlockResults, { txCount, state }: Committed): string | undefined => {
    if (results.length !== txCount) return countMisfit(height, 'results', results.length, txCount)
    if (!verify || appHash === '' || state === null || appHash === state) return undefined
    return `the results of height ${height} end in another state than the next header says`
  }
  const fetchResults = (height: number, committed: Committed | null): Promise<Served<BlockResults>> =>
    pool.run(
      {
        what: `block_results ${height}`,
        from: height,
        to: height,
        ask: async (comet, host) => {
          const results = await comet.results(height, signal)
          const wrong = committed && misfit(height, results, committed)
          if (wrong) throw new TransientError('mismatch', `${host}: ${wrong}`)
          return results
        }
      },
      signal
    )

  return {
    meta,

    results: async (height) => {
      // Needs no header, so it does not wait for one.
      const early = settle(fetchResults(height, null))
      const [{ meta: own }, state] = await Promise.all([meta(height), stateAfter(height)])
      const served = unwrap(await early)
      const committed = { txCount: own.txCount, state }
      return misfit(height, served.value, committed) === undefined ? served : fetchResults(height, committed)
    },

    txs: async ({ height, hash, txCount, dataHash: committed }, metaHost) => {
      if (txCount === 0) return []
      const { value: block, host } = await pool.run(
        {
          what: `block ${height}`,
          from: height,
          to: height,
          ask: async (comet, host) => {
            const block = await comet.block(height, signal)
            expectChain(host, block.chainId)
            if (block.hash !== hash) return block
            const { length } = block.txs
            if (length !== txCount)
              throw new TransientError('mismatch', `${host}: ${countMisfit(height, 'transactions', length, txCount)}`)
            if (verify && dataHash(block.txs) !== committed)
              throw new TransientError(
                'mismatch',
                `${host}: the transactions of height ${height} are not those that its header commits to`
              )
            return block
          }
        },
        signal
      )
      if (block.hash !== hash) throw brokenChain(height, `${metaHost} has block ${hash} there`, `${host} has ${block.hash}`)
      return block.txs
    }
  }
}

/** The fields of a block that its header gives. */
export const headerOf = ({ height, time, hash, parentHash }: Meta): Pick<Block, 'height' | 'time' | 'hash' | 'parentHash'> => ({
  height,
  time,
  hash,
  parentHash
})

/** The fields of a block that its results give. */
export const resultsOf = ({
  results,
  beginEvents,
  endEvents
}: BlockResults): Pick<Block, 'results' | 'beginEvents' | 'endEvents'> => ({
  results,
  beginEvents,
  endEvents
})

/** Results of every height, and the block of each that has transactions. */
export const scan =
  (calls: Calls): Fetcher =>
  async (height) => {
    const early = settle(calls.results(height))
    const { meta, host } = await calls.meta(height)
    const [txs, outcome] = await Promise.all([calls.txs(meta, host), early])
    const results = unwrap(outcome)
    return {
      block: { ...headerOf(meta), txs, ...resultsOf(results.value) },
      headerHost: host,
      resultsHost: results.host,
      blockEvents: true
    }
  }
