/** The SQL texts of the views, read from where they lie. */
import { readFileSync } from 'node:fs'
import { VIEWS } from '../src/lib/sql/views.ts'

/** Views in the order in which they build on each other. */
export function readViews(): { name: string; sql: string }[] {
  return VIEWS.map((name) => ({ name, sql: readFileSync(new URL(`../src/lib/sql/views/${name}.sql`, import.meta.url), 'utf8') }))
}
