/** The SQL texts of the views, read from where they lie. */
import { readFileSync } from 'node:fs'
import { VIEWS } from '../src/lib/sql/views.ts'
import { referencePrices, type Reference } from './prices/reference.ts'

/** All views in the order in which they build on each other. */
export function readViews(): { name: string; sql: string }[] {
  return VIEWS.map((name) => ({ name, sql: readFileSync(new URL(`../src/lib/sql/views/${name}.sql`, import.meta.url), 'utf8') }))
}

/** The views that a query reads, and those that they are built on: names are taken for views wherever they stand, so too many at most. */
export function viewsFor(query: string): { name: string; sql: string }[] {
  // What asks for the tables there are is to find all.
  if (/\b(information_schema|duckdb_\w+)\b/i.test(query)) return readViews()
  const needed: { name: string; sql: string }[] = []
  const texts = [query]
  for (const view of readViews().reverse()) {
    if (!texts.some((text) => new RegExp(`\\b${view.name}\\b`, 'i').test(text))) continue
    needed.unshift(view)
    texts.push(view.sql)
  }
  return needed
}

/** The reference history of prices, where one of the views reads it. */
export function referenceFor(views: readonly { readonly sql: string }[]): Reference | undefined {
  return views.some(({ sql }) => sql.includes('facts.reference_')) ? referencePrices() : undefined
}
