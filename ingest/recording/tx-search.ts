/** `tx_search` over recorded blocks: queries are evaluated as a node's index would, pages cut to any size. */
import { createHash } from 'node:crypto'
import { readTxEvents } from '../chain/events.ts'
import type { ChainEvent } from '../chain/source.ts'
import { parseQuery, type Condition } from './tx-query.ts'

export type TxPage = { readonly txs: readonly unknown[]; readonly total_count: string }
type IndexedTx = {
  readonly height: number
  readonly json: {
    readonly hash: string
    readonly height: string
    readonly index: number
    readonly tx_result: unknown
    readonly tx: string
  }
  readonly events: readonly ChainEvent[]
}
export type TxIndex = {
  /** A page, or the text of the error that CometBFT gives. */
  readonly find: (query: string, page?: number, perPage?: number, order?: string) => TxPage | string
}

const DEFAULT_PER_PAGE = 30
const MAX_PER_PAGE = 100

function matches(tx: IndexedTx, condition: Condition): boolean {
  const { key, operator, operand } = condition
  if (key === 'tx.height') {
    const wanted = Number(operand)
    if (operator === '=') return tx.height === wanted
    if (operator === '>=') return tx.height >= wanted
    if (operator === '<=') return tx.height <= wanted
    if (operator === '>') return tx.height > wanted
    if (operator === '<') return tx.height < wanted
    return operator === 'EXISTS'
  }
  if (key === 'tx.hash') return tx.json.hash === operand.toUpperCase()
  const split = key.lastIndexOf('.')
  const [type, name] = [key.slice(0, split), key.slice(split + 1)]
  return tx.events.some(
    (event) =>
      event.type === type &&
      event.attributes.some(
        (a) =>
          a.key === name &&
          (operator === 'EXISTS' ||
            (operator === 'CONTAINS' ? a.value.includes(operand) : operator === '=' && a.value === operand))
      )
  )
}

/** Transactions of one block, from its bytes and results as they stand in the answers. */
function index(height: number, txs: readonly string[], results: readonly unknown[]): IndexedTx[] {
  const events = readTxEvents(results)
  return txs.map((tx, i) => ({
    height,
    json: {
      hash: createHash('sha256').update(Buffer.from(tx, 'base64')).digest('hex').toUpperCase(),
      height: String(height),
      index: i,
      tx_result: results[i],
      tx
    },
    events: events[i] ?? []
  }))
}

export type PageQuery = {
  /** From 1 on. */
  readonly page?: number | undefined
  readonly perPage?: number | undefined
  /** `asc`, `desc`, or '' for `asc`. */
  readonly order?: string | undefined
}

/** One page of what was found, in ascending order, or the text of the error that CometBFT gives. */
export function pageOf<T>(
  found: readonly T[],
  { page = 1, perPage = DEFAULT_PER_PAGE, order = 'asc' }: PageQuery
): readonly T[] | string {
  if (order !== 'asc' && order !== 'desc' && order !== '') return 'expected order_by to be either `asc` or `desc` or empty'
  const size = perPage < 1 ? DEFAULT_PER_PAGE : Math.min(perPage, MAX_PER_PAGE)
  const pages = Math.max(1, Math.ceil(found.length / size))
  if (page < 1 || page > pages) return `page should be within [1, ${pages}] range, given ${page}`
  return (order === 'desc' ? found.toReversed() : found).slice((page - 1) * size, page * size)
}

/** An index over blocks in height order. It is made at the first query: most readers never search. */
export function createTxIndex(
  blocks: () => Iterable<{ readonly height: number; readonly txs: readonly string[]; readonly results: readonly unknown[] }>
): TxIndex {
  let indexed: readonly IndexedTx[] | undefined
  return {
    find: (query, page, perPage, order) => {
      const conditions = parseQuery(query)
      if (typeof conditions === 'string') return conditions
      indexed ??= [...blocks()].flatMap(({ height, txs, results }) => index(height, txs, results))
      const found = indexed.filter((tx) => conditions.every((condition) => matches(tx, condition))).map(({ json }) => json)
      const txs = pageOf(found, { page, perPage, order })
      return typeof txs === 'string' ? txs : { txs, total_count: String(found.length) }
    }
  }
}
