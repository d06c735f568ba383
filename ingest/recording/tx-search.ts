/** `tx_search` over recorded pages, cut anew for any page size. */

export type TxPage = { readonly txs: readonly unknown[]; readonly total_count: string }

const DEFAULT_PER_PAGE = 30
const MAX_PER_PAGE = 100

/** A page, or the text of the error that CometBFT gives. Recorded pages that are texts are errors of the recording and hold no transactions. */
export function searchTxs(
  recorded: readonly (TxPage | string)[],
  page = 1,
  perPage = DEFAULT_PER_PAGE,
  order = 'asc'
): TxPage | string {
  const txs = recorded.flatMap((part) => (typeof part === 'string' ? [] : part.txs))
  if (order !== 'asc' && order !== 'desc' && order !== '') return 'expected order_by to be either `asc` or `desc` or empty'
  const ordered = order === 'desc' ? [...txs].reverse() : txs
  const size = perPage < 1 ? DEFAULT_PER_PAGE : Math.min(perPage, MAX_PER_PAGE)
  const pages = Math.max(1, Math.ceil(txs.length / size))
  if (page < 1 || page > pages) return `page should be within [1, ${pages}] range, given ${page}`
  return { txs: ordered.slice((page - 1) * size, page * size), total_count: String(txs.length) }
}
