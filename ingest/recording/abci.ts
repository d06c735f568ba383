/** Recorded answers of `abci_query`: the node's state at the last height, as recorded, and cut into other pages or filtered where asked. */
import { answerListing, listingOf, readPage, type StateRows } from '../networks/akash/serve-state.ts'

type Line = {
  readonly path: string
  readonly data?: string
  readonly height?: string
  readonly result: { readonly response: { readonly code: number; readonly value?: string | null } }
}

export type AbciQueries = {
  /** JSON of the result; undefined when the recording cannot know it. `height` 0 means the last; `tip` is the last height served. */
  readonly find: (path: string, data: string, height: number, tip: number) => string | undefined
}

/** The line that holds the answer for a height above the tip. */
const FUTURE = 'height in the future'

/** What SDK 0.53 says of a height whose state is pruned: here, of any height whose state was not recorded. */
export function pruned(height: number, tip: number): string {
  const log = `failed to load state at height ${height}; version does not exist (latest height: ${tip}): not found`
  return JSON.stringify({
    response: { code: 38, log, info: '', index: '0', key: null, value: null, proofOps: null, height: '0', codespace: 'sdk' }
  })
}

const NO_PROOF = { info: '', index: '0', key: null, proofOps: null } as const

/** The result of a query that found something. */
export function answered(value: Uint8Array, height: number): string {
  const response = { code: 0, log: '', value: Buffer.from(value).toString('base64'), height: String(height), codespace: '' }
  return JSON.stringify({ response: { ...NO_PROOF, ...response } })
}

/** What a node says to a page key that is not its own, or to a state that it does not know. */
export function refused(height: number): string {
  const log = 'rpc error: code = InvalidArgument desc = invalid request parameters: invalid request'
  return JSON.stringify({ response: { ...NO_PROOF, code: 18, log, value: null, height: String(height), codespace: 'sdk' } })
}

/** What it says of a height above the last. */
export function future(height: number, tip: number): string {
  const log = `cannot query with height in the future (${height}, latest height: ${tip}); please provide a valid height: invalid height`
  return JSON.stringify({ response: { ...NO_PROOF, code: 26, log, value: null, height: '0', codespace: 'sdk' } })
}

/** What it says of a method that it does not have. */
export function unknownPath(path: string, height: number): string {
  const log = `unknown query path: ${path}: unknown request`
  return JSON.stringify({ response: { ...NO_PROOF, code: 6, log, value: null, height: String(height), codespace: 'sdk' } })
}

/** Indexes the lines of `abci_query.jsonl` by path, request and height. */
export function readAbciQueries(lines: readonly string[]): AbciQueries {
  const answers = new Map<string, Map<number, string>>()
  const unknownPaths = new Map<string, string>()
  /** Recorded rows by path and height. */
  const listings = new Map<string, Map<number, { rows: Uint8Array[]; keys: Map<string, number> }>>()
  let unknownPath: string | undefined
  for (const text of lines) {
    const { path, data, height, result } = JSON.parse(text) as Line
    const key = `${path} ${(data ?? '').toLowerCase()}`
    const json = JSON.stringify(result)
    answers.set(key, (answers.get(key) ?? new Map<number, string>()).set(Number(height ?? 0), json))
    if (result.response.code === 0 && listingOf(path)) {
      const { rows, nextKey } = readPage(Buffer.from(result.response.value ?? '', 'base64'))
      const byHeight = listings.get(path) ?? new Map<number, { rows: Uint8Array[]; keys: Map<string, number> }>()
      const known = byHeight.get(Number(height ?? 0)) ?? { rows: [], keys: new Map<string, number>() }
      known.rows.push(...rows)
      known.keys.set(nextKey, known.rows.length)
      listings.set(path, byHeight.set(Number(height ?? 0), known))
    }
    if (result.response.code === 6) unknownPaths.set(path, (unknownPath = json))
  }
  const paths = new Set([...answers.keys()].map((key) => key.slice(0, key.indexOf(' '))))
  /** The recorded rows in pages that were not recorded. */
  const repaged = (path: string, data: string, height: number, tip: number): string | undefined => {
    const listing = listingOf(path)
    const byHeight = listings.get(path)
    if (!listing || !byHeight) return undefined
    const at = height || Math.max(...byHeight.keys())
    const state: StateRows | undefined = byHeight.get(at)
    if (!state) return pruned(at, tip)
    const value = answerListing(listing, state, Buffer.from(data.replace(/^0x/, ''), 'hex'))
    return value === undefined ? refused(at) : answered(value, at)
  }
  return {
    find: (path, data, height, tip) => {
      const future = answers.get(`${FUTURE} `)?.get(0)
      if (height > tip && future !== undefined) return future
      const byHeight = answers.get(`${path} ${data.replace(/^0x/, '').toLowerCase()}`)
      if (byHeight) return byHeight.get(height || Math.max(...byHeight.keys())) ?? pruned(height, tip)
      return repaged(path, data, height, tip) ?? unknownPaths.get(path) ?? (paths.has(path) ? undefined : unknownPath)
    }
  }
}
