/** A recorded chain: what the node answered, read from a folder, and the methods that can be answered from it. */
import { readAbciQueries, type AbciQueries } from './abci.ts'
import { has, openFolder, readJson, readLines } from './folder.ts'
import { createTxIndex } from './tx-search.ts'

/** A JSON-RPC error, in the shape CometBFT gives it. */
export type RpcFault = { readonly code: number; readonly message: string; readonly data?: string }
/** `result` is JSON text: recorded lines pass through as they are. */
export type Answer = { readonly result: string } | { readonly error: RpcFault }
export type Params = Readonly<Record<string, unknown>>
export type Recording = {
  readonly chainId: string
  /** Lowest and highest height served. */
  readonly from: number
  readonly to: number
  /** Answers a call as the node did. `params` are by name, numbers as digits or numbers. Never throws: a bad call is an error answer. */
  readonly answer: (method: string, params: Params) => Answer
}

const METAS_A_CALL = 20
const METHOD_NOT_FOUND: RpcFault = { code: -32601, message: 'Method not found' }

/** Thrown inside a method, answered as CometBFT answers: code −32603 and the text in `data`. */
class CallError extends Error {
  override readonly name = 'CallError'
}

type Header = { readonly height: string; readonly time: string; readonly app_hash: string; readonly chain_id: string }
type BlockLine = {
  readonly block_id: { readonly hash: string }
  readonly block: { readonly header: Header; readonly data: { readonly txs: readonly string[] | null } }
}
type ResultsLine = { readonly txs_results: readonly unknown[] | null }
type MetaPage = { readonly block_metas: readonly { readonly header: Header }[] }
type Status = { readonly sync_info: Record<string, unknown> }
type RpcFile = {
  readonly status: Status
  readonly genesis: unknown
  readonly validators: Record<string, unknown>
  readonly abci_info: { readonly response: Record<string, unknown> }
}

/** A whole number from a JSON-RPC or URI parameter, undefined when absent. Throws CallError. */
function integer(params: Params, name: string): number | undefined {
  const value = params[name]
  if (value === undefined || value === null || value === '') return undefined
  const n = typeof value === 'number' ? value : typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : NaN
  if (!Number.isSafeInteger(n)) throw new CallError(`${name} is not a whole number`)
  return n
}

const text = (params: Params, name: string): string => (typeof params[name] === 'string' ? params[name] : '')

/**
 * Opens a recorded folder (`block`, `block_results`, `blockchain`, `abci_query` as .jsonl or .jsonl.gz, `rpc.json`). What a folder
 * `<name>-by-<software>` lacks is taken from its sibling `<name>`. `from` and `to` narrow it, as if the node had pruned or not yet seen the rest.
 * @throws Error when a file is missing or is no recording; a retry does not help
 */
export function openRecording(dir: string, range: { readonly from?: number; readonly to?: number } = {}): Recording {
  const folder = openFolder(dir)
  const rpc = readJson(folder, 'rpc') as RpcFile
  const blocks = new Map<number, string>()
  const headers = new Map<number, { readonly hash: string; readonly header: Header }>()
  for (const line of readLines(folder, 'block')) {
    const { block_id, block } = JSON.parse(line) as BlockLine
    blocks.set(Number(block.header.height), line)
    headers.set(Number(block.header.height), { hash: block_id.hash, header: block.header })
  }
  const results = new Map<number, string>()
  for (const line of readLines(folder, 'block_results'))
    results.set(Number((JSON.parse(line) as { height: string }).height), line)
  const metas = new Map<number, string>()
  for (const line of readLines(folder, 'blockchain'))
    for (const meta of (JSON.parse(line) as MetaPage).block_metas) metas.set(Number(meta.header.height), JSON.stringify(meta))
  const abci: AbciQueries = has(folder, 'abci_query') ? readAbciQueries(readLines(folder, 'abci_query')) : readAbciQueries([])

  const heights = [...blocks.keys()].filter((h) => h >= (range.from ?? 0) && h <= (range.to ?? Infinity))
  const from = Math.min(...heights)
  const to = Math.max(...heights)
  const first = headers.get(from)
  const last = headers.get(to)
  if (!first || !last) throw new Error(`The recording in ${dir} has no block between the heights asked for.`)

  /** The height asked for, the last when none is, by the node's own rules. Throws CallError. */
  const heightOf = (params: Params): number => {
    const height = integer(params, 'height') ?? to
    if (height <= 0) throw new CallError(`height must be greater than 0, but got ${height}`)
    if (height > to) throw new CallError(`height ${height} must be less than or equal to the current blockchain height ${to}`)
    if (height < from) throw new CallError(`height ${height} is not available, lowest height is ${from}`)
    return height
  }
  const line = (lines: ReadonlyMap<number, string>, height: number, what: string): string => {
    const found = lines.get(height)
    if (found === undefined) throw new CallError(`could not find ${what} for height #${height}`)
    return found
  }

  const txIndex = createTxIndex(() =>
    heights.map((height) => {
      const { block } = JSON.parse(line(blocks, height, 'block')) as BlockLine
      const { txs_results } = JSON.parse(line(results, height, 'results')) as ResultsLine
      return { height, txs: block.data.txs ?? [], results: txs_results ?? [] }
    })
  )

  const status = (): string =>
    JSON.stringify({
      ...rpc.status,
      sync_info: {
        ...rpc.status.sync_info,
        latest_block_hash: last.hash,
        latest_app_hash: last.header.app_hash,
        latest_block_height: String(to),
        latest_block_time: last.header.time,
        earliest_block_hash: first.hash,
        earliest_app_hash: first.header.app_hash,
        earliest_block_height: String(from),
        earliest_block_time: first.header.time
      }
    })

  const blockchain = (params: Params): string => {
    let min = integer(params, 'minHeight') ?? 0
    let max = integer(params, 'maxHeight') ?? 0
    if (min < 0 || max < 0) throw new CallError('height must be greater than zero')
    max = Math.min(to, max || to)
    min = Math.max(from, min, max - METAS_A_CALL + 1)
    if (min > max) throw new CallError(`min height ${min} can't be greater than max height ${max}`)
    const page: string[] = []
    for (let height = max; height >= min; height--) page.push(line(metas, height, 'header'))
    return `{"last_height":"${to}","block_metas":[${page.join(',')}]}`
  }

  const abciInfo = (): string => {
    const { app_hash } = JSON.parse(line(results, to, 'results')) as { app_hash?: string | null }
    const hash = app_hash ? { last_block_app_hash: app_hash } : {}
    return JSON.stringify({ response: { ...rpc.abci_info.response, last_block_height: String(to), ...hash } })
  }

  const abciQuery = (params: Params): string => {
    const answer = abci.find(text(params, 'path'), text(params, 'data'), integer(params, 'height') ?? 0, to)
    if (answer === undefined) throw new CallError(`the recording has no answer for ${text(params, 'path')} with these data`)
    return answer
  }

  const txSearch = (params: Params): string => {
    const found = txIndex.find(
      text(params, 'query'),
      integer(params, 'page'),
      integer(params, 'per_page'),
      text(params, 'order_by')
    )
    if (typeof found === 'string') throw new CallError(found)
    return JSON.stringify(found)
  }

  const methods: Readonly<Record<string, (params: Params) => string>> = {
    status,
    health: () => '{}',
    block: (params) => line(blocks, heightOf(params), 'block'),
    block_results: (params) => line(results, heightOf(params), 'results'),
    blockchain,
    genesis: () => JSON.stringify({ genesis: rpc.genesis }),
    validators: (params) => JSON.stringify({ ...rpc.validators, block_height: String(heightOf(params)) }),
    abci_info: abciInfo,
    abci_query: abciQuery,
    tx_search: txSearch
  }

  return {
    chainId: last.header.chain_id,
    from,
    to,
    answer: (method, params) => {
      const run = Object.hasOwn(methods, method) ? methods[method] : undefined
      if (!run) return { error: METHOD_NOT_FOUND }
      try {
        return { result: run(params) }
      } catch (error) {
        if (!(error instanceof CallError)) throw error
        return { error: { code: -32603, message: 'Internal error', data: error.message } }
      }
    }
  }
}
