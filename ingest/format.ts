/** Result rows as text for scripts and people. */
import type { Value } from '../src/lib/engine/engine.ts'

export const FORMATS = ['json', 'ndjson', 'csv', 'table'] as const
export type Format = (typeof FORMATS)[number]

type Result = { readonly columns: readonly { readonly name: string }[]; readonly rows: readonly (readonly Value[])[] }

const plain = (value: Value): string => (value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value))

/** RFC 4180: a field with a comma, a quote or a line break is quoted. A list is its JSON; NULL is empty. */
function csvField(value: Value): string {
  const text = plain(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Control and bidi characters from the chain could rearrange a terminal: shown as their code. */
function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
  )
}

const MAX_CELL = 80

function table({ columns, rows }: Result): string {
  const cell = (text: string): string => {
    const shown = visible(text)
    return shown.length > MAX_CELL ? `${shown.slice(0, MAX_CELL - 1)}…` : shown
  }
  const head = columns.map((c) => cell(c.name))
  const body = rows.map((row) => row.map((v) => cell(v === null ? '–' : plain(v))))
  const widths = head.map((name, i) => Math.max(name.length, ...body.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd()
  const rule = widths.map((w) => '─'.repeat(w)).join('  ')
  return [line(head), rule, ...body.map(line), `${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`].join('\n')
}

/** Renders a result; ends without a line break. */
export function render(result: Result, format: Format): string {
  const objects = () => result.rows.map((row) => Object.fromEntries(result.columns.map((c, i) => [c.name, row[i] ?? null])))
  switch (format) {
    case 'json':
      return JSON.stringify(objects(), null, 1)
    case 'ndjson':
      return objects()
        .map((o) => JSON.stringify(o))
        .join('\n')
    case 'csv':
      return [result.columns.map((c) => csvField(c.name)), ...result.rows.map((row) => row.map(csvField))]
        .map((r) => r.join(','))
        .join('\r\n')
    case 'table':
      return table(result)
  }
}
