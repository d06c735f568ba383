/** The query language of `tx_search`, as far as transactions are searched here: conditions joined by AND. */

export type Condition = {
  /** `tx.height`, `tx.hash`, or type and key of an event: `message.action`. */
  readonly key: string
  readonly operator: '=' | '<' | '<=' | '>' | '>=' | 'CONTAINS' | 'EXISTS'
  /** Text without its quotes, or digits; '' for EXISTS. */
  readonly operand: string
}

const CONDITION = /^\s*([A-Za-z0-9_.-]+)\s*(?:(EXISTS)|(<=|>=|<|>|=|CONTAINS)\s*(?:'([^']*)'|(\d+)))\s*(?:AND\b|$)/

/** The conditions, or the text of an error. */
export function parseQuery(query: string): readonly Condition[] | string {
  const conditions: Condition[] = []
  for (let rest = query; rest.trim() !== '';) {
    const [matched, key = '', exists, operator, text, digits] = CONDITION.exec(rest) ?? []
    if (matched === undefined) return `failed to parse query: ${query}`
    conditions.push({ key, operator: (exists ?? operator) as Condition['operator'], operand: text ?? digits ?? '' })
    rest = rest.slice(matched.length)
  }
  return conditions.length === 0 ? 'failed to parse query: it is empty' : conditions
}
