/** Price lists that come as CSV: fields of a line, and columns found by their names, since lists gain columns and change their order. */
import { beginning } from './client.ts'
import { PriceError } from './source.ts'

/** The fields of one line (RFC 4180, no line breaks within a field); null when a quote is not closed or stands amid a field. */
export function csvFields(line: string): string[] | null {
  const fields: string[] = []
  let at = 0
  for (;;) {
    let field: string
    if (line[at] === '"') {
      let close = at + 1
      for (;;) {
        close = line.indexOf('"', close)
        if (close < 0) return null
        if (line[close + 1] !== '"') break
        close += 2
      }
      field = line.slice(at + 1, close).replaceAll('""', '"')
      at = close + 1
      if (at < line.length && line[at] !== ',') return null
    } else {
      const comma = line.indexOf(',', at)
      field = line.slice(at, comma < 0 ? line.length : comma)
      if (field.includes('"')) return null
      at += field.length
    }
    fields.push(field)
    if (at >= line.length) return fields
    at++
  }
}

/** Where each of the columns is, by its name in the header. */
export type Header<Name extends string> = { readonly width: number; readonly at: { readonly [N in Name]: number } }

/** @throws PriceError that names the columns that are missing, or says that the line is no header at all */
export function readHeader<const Name extends string>(line: string, names: readonly Name[], where: string): Header<Name> {
  const fields = csvFields(line.replace(/^\uFEFF/, ''))
  const missing = names.filter((name) => fields?.indexOf(name) === -1)
  if (fields === null || missing.length === names.length)
    throw new PriceError(`${where} is not the price list that is known there: it begins with ${beginning(line)}.`)
  if (missing.length > 0)
    throw new PriceError(
      `${where} has no column ${missing.map((name) => `"${name}"`).join(', ')} any more: it has changed its shape and the reader must follow.`
    )
  const at = Object.fromEntries(names.map((name) => [name, fields.indexOf(name)])) as { [N in Name]: number }
  return { width: fields.length, at }
}

/**
 * The values of one line under the names of its header.
 * @throws PriceError when the line is broken or has another number of fields than the header
 */
export function readRow<Name extends string>(line: string, { width, at }: Header<Name>, where: string): { [N in Name]: string } {
  const fields = csvFields(line)
  if (fields?.length !== width)
    throw new PriceError(
      `${where} has a line of ${fields?.length ?? 'broken'} fields where the header has ${width}: ${beginning(line)}.`
    )
  const names = Object.keys(at) as Name[]
  return Object.fromEntries(names.map((name) => [name, fields[at[name]] ?? ''])) as { [N in Name]: string }
}

/** Lines of a text without the empty ones. */
export function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== '')
}
