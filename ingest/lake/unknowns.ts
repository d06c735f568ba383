/** What a lake can't know where only the state tells of a time, and why: said by `verify`, so that NULL is not taken for nothing. */
import type { NativeEngine } from '../../src/lib/engine/native.ts'

type Unknown = {
  readonly what: string
  /** Rows that lack it, and rows that are known from the state alone. */
  readonly sql: string
  readonly why: string
}

const lacking = (table: string, condition: string, all = "basis = 'state'"): string =>
  `SELECT count(*) FILTER (${condition}) AS lacking, count(*) AS "all" FROM ${table} WHERE ${all}`

const UNKNOWNS: readonly Unknown[] = [
  { what: 'payouts of leases', sql: lacking('leases', 'true'), why: 'the state keeps their sum, not their dates' },
  {
    what: 'close reasons',
    sql: lacking('leases', 'close_reason IS NULL', "basis = 'state' AND closed_height IS NOT NULL"),
    why: 'versions before v1.0 keep none'
  },
  {
    what: 'prices as created',
    sql: lacking('leases', 'price_per_block IS NULL'),
    why: 'an upgrade changed them, and the state has the last one only'
  },
  {
    what: 'when orders ended',
    sql: lacking('orders', "outcome = 'closed' AND closed_height IS NULL"),
    why: 'the state tells it of orders with a lease only'
  },
  {
    what: 'deposits and refunds of deployments',
    sql: lacking('deployments', 'deposited IS NULL'),
    why: 'the state keeps what is left'
  },
  {
    what: 'since when providers are registered',
    sql: lacking('providers', 'created_height IS NULL'),
    why: "the state keeps the last version of a provider's record"
  },
  { what: 'since when audits hold', sql: lacking('audits', 'signed_height IS NULL'), why: 'the state keeps no height' },
  {
    what: 'times of beginnings',
    sql: lacking('leases', 'created_at IS NULL', "basis = 'state'"),
    why: 'no header, upgrade or clock is known before them'
  },
  {
    what: 'times to the hour',
    sql: `SELECT count(*) FILTER (time_error_s > 3600) AS lacking, count(*) AS "all" FROM blocks WHERE time_basis = 'interpolated'`,
    why: 'interpolated between times that lie further apart'
  }
]

/** Lines such as `12 of 26: versions before v1.0 keep none`, for what is lacking anywhere. @param engine with the public tables */
export async function unknowns(engine: NativeEngine): Promise<{ readonly name: string; readonly detail: string }[]> {
  const found: { name: string; detail: string }[] = []
  for (const { what, sql, why } of UNKNOWNS) {
    const [row] = await engine.query<{ lacking: string; all: string }>(sql)
    if (row && row.lacking !== '0')
      found.push({ name: `not known: ${what}`, detail: `${row.lacking} of ${row.all} rows: ${why}` })
  }
  return found
}
