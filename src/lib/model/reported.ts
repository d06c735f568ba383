/** Daily figures that a network publishes itself: kept as files of their own in the lake, never among facts of the chain. */
import { col, type RowOf } from './tables.ts'

/** A row is unique by metric, day and source: of several fetches the latest stands. */
export const REPORTED = {
  row: 'a daily figure that a network publishes itself',
  key: ['metric', 'day', 'source'],
  columns: {
    metric: col(
      'VARCHAR',
      'What it is of, such as `active_leases`; of one GPU model `model_gpus/vendor/model`, as the publisher names it'
    ),
    day: col('DATE', 'UTC day; of a figure that is only published as of now, the day on which it was fetched'),
    value: col('DECIMAL(38,18)', 'As published', 'see unit'),
    unit: col('VARCHAR', '`leases`, `GPUs`, `uakt`, `uact`, `uusd` (micro-dollars), `USD`, `%`, …'),
    source: col('VARCHAR', 'Host and path that it was fetched from'),
    fetched_at: col('TIMESTAMP', 'When it was fetched last; before the end of its day it is provisional')
  }
} as const

export type ReportedRow = RowOf<(typeof REPORTED)['columns']>
