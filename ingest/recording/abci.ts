/** Recorded answers of `abci_query`: the node's state at the last height, page by page. */

type Line = {
  readonly path: string
  readonly data?: string
  readonly height?: string
  readonly result: { readonly response: { readonly code: number } }
}

export type AbciQueries = {
  /** JSON of the result; undefined when the recording cannot know it. `height` 0 means the last; `tip` is the last height served. */
  readonly find: (path: string, data: string, height: number, tip: number) => string | undefined
}

/** The line that holds the answer for a height above the tip. */
const FUTURE = 'height in the future'

/** What SDK 0.53 says of a height whose state is pruned: here, of any height whose state was not recorded. */
function pruned(height: number, tip: number): string {
  const log = `failed to load state at height ${height}; version does not exist (latest height: ${tip}): not found`
  return JSON.stringify({
    response: { code: 38, log, info: '', index: '0', key: null, value: null, proofOps: null, height: '0', codespace: 'sdk' }
  })
}

/** Indexes the lines of `abci_query.jsonl` by path, request and height. */
export function readAbciQueries(lines: readonly string[]): AbciQueries {
  const answers = new Map<string, Map<number, string>>()
  const unknownPaths = new Map<string, string>()
  let unknownPath: string | undefined
  for (const text of lines) {
    const { path, data, height, result } = JSON.parse(text) as Line
    const key = `${path} ${(data ?? '').toLowerCase()}`
    const json = JSON.stringify(result)
    answers.set(key, (answers.get(key) ?? new Map<number, string>()).set(Number(height ?? 0), json))
    if (result.response.code === 6) unknownPaths.set(path, (unknownPath = json))
  }
  const paths = new Set([...answers.keys()].map((key) => key.slice(0, key.indexOf(' '))))
  return {
    find: (path, data, height, tip) => {
      const future = answers.get(`${FUTURE} `)?.get(0)
      if (height > tip && future !== undefined) return future
      const byHeight = answers.get(`${path} ${data.replace(/^0x/, '').toLowerCase()}`)
      if (byHeight) return byHeight.get(height || Math.max(...byHeight.keys())) ?? pruned(height, tip)
      return unknownPaths.get(path) ?? (paths.has(path) ? undefined : unknownPath)
    }
  }
}
