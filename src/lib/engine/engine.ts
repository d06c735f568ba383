/** The one interface of both engines. Everything above it neither knows nor cares which one answers. */

/**
 * A value in a result row, the same in both engines: decimals and 64-bit integers are digit strings, times are ISO 8601 UTC
 * with microseconds (`2026-11-21T07:47:52.177950Z`), days are `YYYY-MM-DD`, doubles and 32-bit integers are numbers, lists are lists.
 * Decimals keep the digits of their scale (`1.500000000000000000`). A double that is not finite is null: JSON and charts have no NaN.
 * Of a text that starts with a byte order mark both drivers leave that mark out.
 */
export type Value = string | number | boolean | null | readonly Value[]
export type Row = { readonly [column: string]: Value }
export type Params = { readonly [name: string]: string | number | boolean | null }

/** A named SELECT. Lists of views are in dependency order: a view may read those before it. */
export type View = { readonly name: string; readonly sql: string }

export type Engine = {
  /**
   * Runs one statement. `$name` in the SQL takes `params.name`.
   * @throws QueryError with the SQL and the engine's own error as cause
   */
  query<R extends Row = Row>(sql: string, params?: Params): Promise<R[]>
  close(): Promise<void>
}

/** A query failed. Retrying helps only when the cause is a failed download. */
export class QueryError extends Error {
  override readonly name = 'QueryError'
  readonly sql: string
  constructor(sql: string, cause: unknown) {
    super(`query failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.sql = sql
  }
}

/** What a `$` must not be looked for in (text, identifiers, comments, dollar quotes), or a named parameter. */
const QUOTED_OR_NAMED =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|\$([a-z_][a-z0-9_]*)/g

/**
 * Rewrites `$name` parameters to the positional `$1 …` that both engines take.
 * @throws Error when the SQL names a parameter that is not given
 */
export function positional(sql: string, params: Params): { sql: string; values: Params[string][] } {
  const names: string[] = []
  const text = sql.replace(QUOTED_OR_NAMED, (match, _tag: string | undefined, name: string | undefined) => {
    if (name === undefined) return match
    if (!(name in params)) throw new Error(`query names $${name}, which is not given`)
    let i = names.indexOf(name)
    if (i < 0) i = names.push(name) - 1
    return `$${i + 1}`
  })
  return { sql: text, values: names.map((n) => params[n] ?? null) }
}
