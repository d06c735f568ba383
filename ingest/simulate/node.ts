/** A simulated chain as a recording is served: the methods of CometBFT's RPC that readers use. */
import type { Answer, Params, Recording } from '../recording/recording.ts'
import { parseQuery } from '../recording/tx-query.ts'
import { createTxIndex, pageOf, type PageQuery } from '../recording/tx-search.ts'
import type { Chain } from './chain.ts'

const METAS_A_CALL = 20
/** As CometBFT answers: code −32603 and the text in `data`. */
class CallError extends Error {
  override readonly name = 'CallError'
}

function integer(params: Params, name: string): number | undefined {
  const value = params[name]
  if (value === undefined || value === null || value === '') return undefined
  const n = typeof value === 'number' ? value : typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : NaN
  if (!Number.isSafeInteger(n)) throw new CallError(`${name} is not a whole number`)
  return n
}
const text = (params: Params, name: string): string => (typeof params[name] === 'string' ? params[name] : '')

/** The heights that a query asks for when it names nothing else. */
function heightsOf(query: string, last: number): { from: number; to: number } | undefined {
  const conditions = parseQuery(query)
  if (typeof conditions === 'string' || conditions.some(({ key }) => key !== 'tx.height')) return undefined
  let [from, to] = [1, last]
  for (const { operator, operand } of conditions) {
    const height = Number(operand)
    if (operator === '=') [from, to] = [Math.max(from, height), Math.min(to, height)]
    else if (operator === '>=') from = Math.max(from, height)
    else if (operator === '>') from = Math.max(from, height + 1)
    else if (operator === '<=') to = Math.min(to, height)
    else if (operator === '<') to = Math.min(to, height - 1)
  }
  return { from, to }
}

export type NodeParts = {
  readonly genesis: unknown
  readonly validator: { readonly address: string; readonly key: string }
  /** JSON of an `abci_query` result. */
  readonly query: (path: string, data: string, height: number) => string
}

/** @param from serve only from here, as a node that pruned its blocks; its state is that of the last height */
export function createNode(chain: Chain, { genesis, validator, query }: NodeParts, from = 1): Recording {
  const last = chain.height
  const heightOf = (params: Params): number => {
    const height = integer(params, 'height') ?? last
    if (height <= 0) throw new CallError(`height must be greater than 0, but got ${height}`)
    if (height > last) throw new CallError(`height ${height} must be less than or equal to the current blockchain height ${last}`)
    if (height < from) throw new CallError(`height ${height} is not available, lowest height is ${from}`)
    return height
  }
  const found = (answer: string | undefined, height: number): string => {
    if (answer === undefined) throw new CallError(`could not find height #${height}`)
    return answer
  }
  const publicKey = { type: 'tendermint/PubKeyEd25519', value: validator.key }

  const status = (): string => {
    const [first, tip] = [chain.link(from), chain.link(last)]
    return JSON.stringify({
      node_info: {
        protocol_version: { p2p: '8', block: '11', app: '0' },
        id: validator.address.toLowerCase(),
        listen_addr: 'tcp://127.0.0.1:26656',
        network: chain.id,
        version: '0.38.21',
        channels: '402021222330386061',
        moniker: 'simulated',
        other: { tx_index: 'on', rpc_address: 'tcp://127.0.0.1:26657' }
      },
      sync_info: {
        latest_block_hash: tip?.hash,
        latest_app_hash: tip?.appHash,
        latest_block_height: String(last),
        latest_block_time: tip?.time,
        earliest_block_hash: first?.hash,
        earliest_app_hash: first?.appHash,
        earliest_block_height: String(from),
        earliest_block_time: first?.time,
        catching_up: false
      },
      validator_info: { address: validator.address, pub_key: publicKey, voting_power: '5000' }
    })
  }
  const blockchain = (params: Params): string => {
    let min = integer(params, 'minHeight') ?? 0
    let max = integer(params, 'maxHeight') ?? 0
    if (min < 0 || max < 0) throw new CallError('height must be greater than zero')
    max = Math.min(last, max || last)
    min = Math.max(from, min, max - METAS_A_CALL + 1)
    if (min > max) throw new CallError(`min height ${min} can't be greater than max height ${max}`)
    const page: string[] = []
    for (let height = max; height >= min; height--) page.push(found(chain.meta(height), height))
    return `{"last_height":"${last}","block_metas":[${page.join(',')}]}`
  }
  const validators = (params: Params): string =>
    JSON.stringify({
      block_height: String(heightOf(params)),
      validators: [{ address: validator.address, pub_key: publicKey, voting_power: '5000', proposer_priority: '0' }],
      count: '1',
      total: '1'
    })
  const abciInfo = (): string =>
    JSON.stringify({
      response: {
        data: 'akash',
        last_block_height: String(last),
        last_block_app_hash: Buffer.from(chain.link(last)?.appHash ?? '', 'hex').toString('base64')
      }
    })

  /** Queries that name more than heights are answered as of a recording: rare, and slow at first. */
  const index = createTxIndex(() =>
    Array.from({ length: last - from + 1 }, (_, i) => {
      const height = from + i
      const { block } = JSON.parse(found(chain.block(height), height)) as { block: { data: { txs: string[] } } }
      const { txs_results } = JSON.parse(found(chain.results(height), height)) as { txs_results: unknown[] | null }
      return { height, txs: block.data.txs, results: txs_results ?? [] }
    })
  )
  const txsOf = (low: number, high: number, query: PageQuery): string => {
    const txs: (readonly [height: number, index: number])[] = []
    for (let height = low; height <= high; height++) for (let i = 0; i < chain.txCount(height); i++) txs.push([height, i])
    const page = pageOf(txs, query)
    if (typeof page === 'string') throw new CallError(page)
    return `{"txs":[${page.map(([height, i]) => found(chain.tx(height, i), height)).join(',')}],"total_count":"${txs.length}"}`
  }
  const txSearch = (params: Params): string => {
    const asked = text(params, 'query')
    const query = { page: integer(params, 'page'), perPage: integer(params, 'per_page'), order: text(params, 'order_by') }
    const heights = heightsOf(asked, last)
    if (heights) return txsOf(Math.max(from, heights.from), heights.to, query)
    const found = index.find(asked, query.page, query.perPage, query.order)
    if (typeof found === 'string') throw new CallError(found)
    return JSON.stringify(found)
  }

  const methods: Readonly<Record<string, (params: Params) => string>> = {
    status,
    health: () => '{}',
    block: (params) => found(chain.block(heightOf(params)), heightOf(params)),
    block_results: (params) => found(chain.results(heightOf(params)), heightOf(params)),
    blockchain,
    genesis: () => JSON.stringify({ genesis }),
    validators,
    abci_info: abciInfo,
    abci_query: (params) => query(text(params, 'path'), text(params, 'data'), integer(params, 'height') ?? 0),
    tx_search: txSearch
  }
  return {
    chainId: chain.id,
    from,
    to: last,
    answer: (method, params): Answer => {
      const run = Object.hasOwn(methods, method) ? methods[method] : undefined
      if (!run) return { error: { code: -32601, message: 'Method not found' } }
      try {
        return { result: run(params) }
      } catch (error) {
        if (!(error instanceof CallError)) throw error
        return { error: { code: -32603, message: 'Internal error', data: error.message } }
      }
    }
  }
}
