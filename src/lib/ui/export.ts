/** Tables as files: what a chart shows, in full precision. */

export type Cell = string | number | null
export type TableData = {
  readonly columns: readonly { readonly name: string; /** Right-aligned. */ readonly numeric: boolean }[]
  readonly rows: readonly (readonly Cell[])[]
}

/** What goes into a file beside its rows, such as title, measure, source, address and SQL. */
export type About = { readonly [key: string]: string }

/** RFC 4180. A text that a spreadsheet would run as a formula gets an apostrophe before it. */
export function toCsv({ columns, rows }: TableData): string {
  const cell = (value: Cell) => {
    if (value === null) return ''
    if (typeof value === 'number') return String(value)
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return (
    [columns.map(({ name }) => cell(name)), ...rows.map((row) => row.map(cell))].map((line) => line.join(',')).join('\r\n') +
    '\r\n'
  )
}

/** A list of objects, with what the numbers are and where they come from. */
export function toJson({ columns, rows }: TableData, about: About): string {
  const records = rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])))
  return `${JSON.stringify({ ...about, rows: records }, null, 1)}\n`
}

/** Hands the reader a file. */
export function save(content: BlobPart, name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
