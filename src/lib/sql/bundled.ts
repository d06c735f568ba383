/** The SQL of the metrics as Vite bundles it, for pages. Ingest reads the same files from disk. */
import { composeSql, METRIC_IDS, type MetricId } from './catalog.ts'

const files = import.meta.glob<string>(['./metrics/*.sql', './parts/*.sql'], { query: '?raw', import: 'default', eager: true })

function read(path: string): string {
  const text = files[`./${path}`]
  if (text === undefined) throw new Error(`src/lib/sql/${path} does not exist, though the catalog names it`)
  return text
}

export const METRIC_SQL = Object.fromEntries(METRIC_IDS.map((id) => [id, composeSql(id, read)])) as {
  readonly [id in MetricId]: string
}
