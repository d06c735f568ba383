/** Walks through what the chain's state remembers, page by page. */
import { ChainError } from './chain/errors.ts'
import type { ChainSource } from './chain/source.ts'
import type { StateFilter, StatePage, StateQuery } from './networks/network.ts'

export type PageOptions = {
  readonly filter?: StateFilter
  /** Rows asked for at once; nodes that want to give fewer do. */
  readonly limit: () => number
  /** Height to read a page at: the same as long as the node has its state; asked again, with true, when it has it no more. */
  readonly heightOf: (gone: boolean) => number | Promise<number>
  /** Where to go on. */
  readonly key?: Uint8Array | null
}
export type ReadPage = StatePage & { readonly height: number }

/**
 * Pages of a query, in the order of their keys.
 * A query that is optional and that the node does not know has no page.
 * @throws ChainError; Error when no version of the query is known to the node, an answer is not understood or its pages go in circles
 */
export async function* pages(
  source: ChainSource,
  query: StateQuery,
  { filter = {}, limit, heightOf, key: start = null }: PageOptions,
  signal?: AbortSignal
): AsyncGenerator<ReadPage, void, void> {
  const seen = new Set<string>()
  let method: string | undefined
  let key = start
  do {
    const found = await readPage(source, query, method, filter, key, limit(), heightOf, signal)
    if (!found) return
    const { page, by } = found
    method = by
    key = page.nextKey
    const name = key && Buffer.from(key).toString('hex')
    if (name !== null && seen.has(name))
      throw new Error(`${source.name} gives the same page of ${query.name} again. Use another endpoint.`)
    if (name !== null) seen.add(name)
    yield page
  } while (key)
}

/** A page, by the version of the query that is known to the node: the first one that gives a page. */
async function readPage(
  source: ChainSource,
  query: StateQuery,
  known: string | undefined,
  filter: StateFilter,
  key: Uint8Array | null,
  limit: number,
  heightOf: PageOptions['heightOf'],
  signal?: AbortSignal
): Promise<{ readonly page: ReadPage; readonly by: string } | undefined> {
  let cause: unknown
  let height = await heightOf(false)
  for (const method of known === undefined ? query.methods : [known])
    for (;;)
      try {
        const value = await source.query(method, query.request(filter, key, limit), height, signal)
        return { page: { ...query.read(method, value, height), height }, by: method }
      } catch (error) {
        if (!(error instanceof ChainError)) throw error
        if (error.fault === 'state-pruned') {
          const newer = await heightOf(true)
          if (newer === height) throw error
          height = newer
          continue
        }
        if (error.fault !== 'unknown-query') throw error
        cause = error
        break
      }
  if (query.optional) return undefined
  throw new Error(
    `${source.name} knows none of ${query.methods.join(', ')}: its software is of a version that this Rackrate does not read. Update Rackrate, or use another endpoint.`,
    { cause }
  )
}
