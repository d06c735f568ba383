/**
 * What a CometBFT node answers, as plain records: the only user of cosmjs. cosmjs builds the requests and decodes the answers; HTTP is
 * transport.ts. One client of cosmjs serves all of 0.34, 0.37, 0.38 and 1: they differ only in what is read here, and the shape is told
 * from each answer, since behind one address there may be several nodes.
 */
import { Comet38Client } from '@cosmjs/tendermint-rpc'
import { ChainError, PermanentError, quote, TransientError } from './errors.ts'
import { followsAll, readBlockEvents, readTxEvents, type BlockEvents, type Follows } from './events.ts'
import { HASHES, headerHash } from './header-hash.ts'
import { isObject, type JsonObject } from './json.ts'
import type { Block, ChainStatus, TxResult } from './source.ts'
import type { Post } from './transport.ts'

export type Header = Pick<Block, 'height' | 'time' | 'hash' | 'parentHash'> & { readonly chainId: string }
export type Meta = Header & {
  readonly txCount: number
  /** By which the header commits to the transactions, upper-case hex. */
  readonly dataHash: string
  /** Of the state before the block, upper-case hex. */
  readonly appHash: string
  /** Whether the header has the hash that it is given under. */
  readonly sound: boolean
}
export type BlockTxs = Header & { readonly txs: readonly Uint8Array[] }
export type BlockResults = Pick<Block, 'results' | 'beginEvents' | 'endEvents'> & {
  /** Of the state after the block, upper-case hex; '' when the node does not say (before CometBFT 0.38). */
  readonly appHash: string
}
export type NodeStatus = ChainStatus & {
  /** Whether it says that it indexes transactions, so that they can be searched for. */
  readonly txIndex: boolean
}
export type FoundTx = { readonly height: number; readonly index: number; readonly tx: Uint8Array; readonly result: TxResult }
/** One page of what a search found. */
export type TxPage = { readonly total: number; readonly txs: readonly FoundTx[] }

/** CometBFT gives no more transactions in one answer of `tx_search`. */
export const TXS_A_CALL = 100

/** Calls to one endpoint. All reject with ChainError, or with the signal's reason. */
export type Comet = {
  readonly status: (signal?: AbortSignal) => Promise<NodeStatus>
  /** Headers and numbers of transactions of at most 20 heights, ascending: each of them, or an error. */
  readonly metas: (from: number, to: number, signal?: AbortSignal) => Promise<readonly Meta[]>
  readonly block: (height: number, signal?: AbortSignal) => Promise<BlockTxs>
  readonly results: (height: number, signal?: AbortSignal) => Promise<BlockResults>
  /** All transactions of some heights, ascending, by pages of `TXS_A_CALL` from 1 on. A page past the last is an error. */
  readonly txs: (from: number, to: number, page: number, signal?: AbortSignal) => Promise<TxPage>
  /**
   * Asks the chain's state at a height by `abci_query`: `path` is a gRPC method such as `/akash.market.v1beta5.Query/Leases`, `data` its
   * request. Rejects with the faults `state-pruned`, `unknown-query` (no such method at that height) and `query-refused` among others.
   */
  readonly query: (path: string, data: Uint8Array, height: number, signal?: AbortSignal) => Promise<Uint8Array>
  /** The state that the chain began with, not read. */
  readonly genesis: (signal?: AbortSignal) => Promise<unknown>
}

const upperHex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex').toUpperCase()

/** Upper case of hexadecimal digits. */
const upper = (digits: unknown): string => String(digits).toUpperCase()

const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as JsonObject)[key] : undefined),
    value
  )

/** RFC 3339 to microseconds, without the floats by which cosmjs may lose a millisecond. */
function microseconds(time: unknown): bigint {
  const [, seconds, fraction = '', zone] = /^([^.Z+]{19})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(String(time)) ?? []
  const ms = Date.parse(`${seconds}${zone}`)
  if (Number.isNaN(ms)) throw new TypeError('time of a header is no time')
  return BigInt(ms) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'))
}

type CosmHeader = Awaited<ReturnType<Comet38Client['block']>>['block']['header']

/** @param said the header and `hash` the hash of its block as the answer has them, read by cosmjs or found to be hexadecimal */
const header = (decoded: CosmHeader, hash: unknown, said: unknown): Header => ({
  chainId: decoded.chainId,
  height: decoded.height,
  time: microseconds(at(said, 'time')),
  hash: upper(hash),
  parentHash: decoded.lastBlockId ? upper(at(said, 'last_block_id', 'hash')) : ''
})

const HEX = /^(?:[0-9a-f]{2})+$/i
const LEAST_HEX = '00'
/** Digits that are sound need not be decoded, which is most of the work of a header: one byte stands for them. Others are left to cosmjs to refuse. */
const shortHex = (value: unknown): unknown => (typeof value === 'string' && HEX.test(value) ? LEAST_HEX : value)
function shortId(id: unknown): unknown {
  if (!isObject(id)) return id
  const { hash, parts } = id
  return { ...id, hash: shortHex(hash), parts: isObject(parts) ? { ...parts, hash: shortHex(parts['hash']) } : parts }
}
function shortHeader(said: unknown): unknown {
  if (!isObject(said)) return said
  const short: Record<string, unknown> = { ...said, last_block_id: shortId(said['last_block_id']) }
  for (const name of HASHES) short[name] = shortHex(said[name])
  return short
}
/** With short hashes. */
function shortMetas(result: JsonObject): JsonObject {
  const metas = result['block_metas']
  const short = (meta: unknown): unknown =>
    isObject(meta) ? { ...meta, block_id: shortId(meta['block_id']), header: shortHeader(meta['header']) } : meta
  return { ...result, block_metas: Array.isArray(metas) ? metas.map(short) : metas }
}

/** With short hashes, and without the signatures of the commit: most of a block's bytes, and no table has them. */
function withoutCommit(result: JsonObject): JsonObject {
  const block = result['block']
  if (!isObject(block)) return result
  const short = { ...block, header: shortHeader(block['header']), last_commit: { block_id: { hash: '' } } }
  return { ...result, block_id: shortId(result['block_id']), block: short }
}

/** Without events, which events.ts reads, and without what no table has and new key types break. */
function withoutEvents(result: JsonObject): JsonObject {
  const txs = result['txs_results']
  return {
    ...result,
    txs_results: Array.isArray(txs) ? txs.map((tx: unknown) => (isObject(tx) ? { ...tx, events: null } : tx)) : txs,
    finalize_block_events: null,
    validator_updates: null,
    consensus_param_updates: null
  }
}

/** Without events, for the same reasons. */
function withoutTxEvents(result: JsonObject): JsonObject {
  const bare = (found: JsonObject): JsonObject => {
    const tx = found['tx_result']
    return { ...found, tx_result: isObject(tx) ? { ...tx, events: null } : tx, proof: undefined }
  }
  const txs = result['txs']
  return { ...result, txs: Array.isArray(txs) ? txs.map((tx: unknown) => (isObject(tx) ? bare(tx) : tx)) : txs }
}

/** Cosmos SDK: height of a query ahead of the node; unknown path. Of a pruned height the code differs by version, so the text tells. */
const INVALID_HEIGHT = 26
const UNKNOWN_PATH = 6
const PRUNED_STATE = /failed to load state at height|version does not exist|version mismatch on immutable IAVL tree/i

/** Why a query of the state failed. */
function queryFault(host: string, path: string, height: number, code: number, log: string): ChainError {
  const said = `${host} answered ${path} at height ${height} with code ${code}: ${quote(log)}`
  if (PRUNED_STATE.test(log))
    return new PermanentError('state-pruned', `${said}. It no longer has the state of that height: use a newer one.`)
  if (code === INVALID_HEIGHT) return new TransientError('lagging', said)
  return new PermanentError(code === UNKNOWN_PATH ? 'unknown-query' : 'query-refused', said)
}

/** Calls over a transport; `host` names the endpoint in errors. Attributes are read of the events whose type is followed. */
export function createComet(post: Post, host: string, follows: Follows = followsAll): Comet {
  /** Runs one call of cosmjs and reads its answer. `trim` takes off what cosmjs need not see; `read` gets the untrimmed answer too. */
  const call = async <D, T>(
    what: string,
    trim: (result: JsonObject) => JsonObject,
    ask: (client: Comet38Client) => Promise<D>,
    read: (decoded: D, raw: JsonObject) => T,
    signal?: AbortSignal
  ): Promise<T> => {
    let raw: JsonObject = {}
    const client = Comet38Client.create({
      execute: async (request) => {
        raw = await post({ ...request }, signal)
        return { jsonrpc: '2.0', id: request.id, result: trim(raw) }
      },
      disconnect: () => undefined
    })
    try {
      return read(await ask(client), raw)
    } catch (cause) {
      if (cause instanceof ChainError || signal?.aborted) throw cause
      throw new PermanentError('undecodable', `${host}: the answer of ${what} cannot be decoded: ${String(cause)}`, { cause })
    }
  }
  const same = (result: JsonObject): JsonObject => result
  const expectHeight = (what: string, asked: number, got: number): void => {
    if (got !== asked) throw new TransientError('wrong-height', `${host}: ${what} of height ${asked} was asked, ${got} came`)
  }

  return {
    status: (signal) =>
      call(
        'status',
        same,
        (client) => client.status(),
        ({ nodeInfo, syncInfo }) => ({
          chainId: nodeInfo.network,
          earliestHeight: syncInfo.earliestBlockHeight ?? 1,
          latestHeight: syncInfo.latestBlockHeight,
          version: nodeInfo.version,
          txIndex: nodeInfo.other.get('tx_index') === 'on'
        }),
        signal
      ),

    metas: (from, to, signal) =>
      call(
        `blockchain ${from}-${to}`,
        shortMetas,
        (client) => client.blockchain(from, to),
        ({ blockMetas }, raw) => {
          const metas = blockMetas
            .map((meta, i): Meta => {
              const said = at(raw, 'block_metas', i, 'header')
              const read = header(meta.header, at(raw, 'block_metas', i, 'block_id', 'hash'), said)
              const [dataHash, appHash] = [upper(at(said, 'data_hash')), upper(at(said, 'app_hash'))]
              return { ...read, dataHash, appHash, txCount: meta.numTxs, sound: headerHash(said) === read.hash }
            })
            .sort((a, b) => a.height - b.height)
          if (metas.length !== to - from + 1 || metas.some((meta, i) => meta.height !== from + i)) {
            const came = metas.map((meta) => meta.height).join(', ')
            throw new TransientError('wrong-height', `${host}: headers ${from}-${to} were asked, ${came || 'none'} came`)
          }
          return metas
        },
        signal
      ),

    block: (height, signal) =>
      call(
        `block ${height}`,
        withoutCommit,
        (client) => client.block(height),
        ({ block }, raw) => {
          expectHeight('the block', height, block.header.height)
          return { ...header(block.header, at(raw, 'block_id', 'hash'), at(raw, 'block', 'header')), txs: block.txs }
        },
        signal
      ),

    results: (height, signal) =>
      call(
        `block_results ${height}`,
        withoutEvents,
        (client) => client.blockResults(height),
        ({ height: got, results }, raw) => {
          expectHeight('results', height, got)
          const events: BlockEvents = readBlockEvents(raw, follows)
          return {
            results: results.map(({ code }, i) => ({ code, events: events.txs[i] ?? [] })),
            beginEvents: events.begin,
            endEvents: events.end,
            appHash: typeof raw['app_hash'] === 'string' ? upperHex(Buffer.from(raw['app_hash'], 'base64')) : ''
          }
        },
        signal
      ),

    txs: (from, to, page, signal) =>
      call(
        `tx_search ${from}-${to}`,
        withoutTxEvents,
        (client) =>
          client.txSearch({ query: `tx.height>=${from} AND tx.height<=${to}`, page, per_page: TXS_A_CALL, order_by: 'asc' }),
        ({ totalCount, txs }, raw) => {
          const strange = txs.find(({ height }) => height < from || height > to)
          if (strange) expectHeight('a transaction', from, strange.height)
          const events = readTxEvents(
            txs.map((_, i) => at(raw, 'txs', i, 'tx_result')),
            follows
          )
          return {
            total: totalCount,
            txs: txs.map(({ height, index, tx, result }, i) => ({
              height,
              index,
              tx,
              result: { code: result.code, events: events[i] ?? [] }
            }))
          }
        },
        signal
      ),

    query: (path, data, height, signal) =>
      call(
        `abci_query ${path} at height ${height}`,
        same,
        (client) => client.abciQuery({ path, data, height }),
        ({ code = 0, log, value, height: got }) => {
          if (code !== 0) throw queryFault(host, path, height, code, log ?? '')
          expectHeight('the state', height, got ?? 0)
          return value
        },
        signal
      ),

    // cosmjs would read consensus parameters and validators, too, which no table has.
    genesis: async (signal) => (await post({ jsonrpc: '2.0', id: 1, method: 'genesis', params: {} }, signal))['genesis']
  }
}
