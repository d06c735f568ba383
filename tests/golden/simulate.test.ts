/** Simulated markets, indexed, against their own books, which are not made from their blocks. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verify } from '../../ingest/lake/verify.ts'
import { readViews } from '../../ingest/views.ts'
import type { Row } from '../../src/lib/engine/engine.ts'
import { indexedMarket, type IndexedMarket } from './simulated.ts'

const day = (date: string): number => Date.parse(`${date}T00:00:00Z`)

/** Coarse markets that end within the legacy era, and that cross v2.0.0 (the ACT migration) and v2.1.0. */
const MARKETS = [
  {
    name: 'legacy events',
    parameters: { from: day('2023-11-01'), until: day('2024-01-20'), blockSeconds: 7200, scale: 1.5, seed: 7 }
  },
  {
    name: 'typed events and the ACT migration',
    parameters: { from: day('2026-01-20'), until: day('2026-06-30'), blockSeconds: 10_800, seed: 3 }
  },
  {
    name: 'legacy to typed events',
    parameters: { from: day('2025-10-05'), until: day('2025-11-20'), blockSeconds: 7200, scale: 1.5, seed: 11 }
  }
] as const

const indexed = new Map<string, Promise<IndexedMarket>>()
/** Each is indexed once, when first asked for. */
function marketOf({ name, parameters }: (typeof MARKETS)[number]): Promise<IndexedMarket> {
  const market = indexed.get(name) ?? indexedMarket(parameters)
  indexed.set(name, market)
  return market
}
afterAll(async () => {
  for (const market of indexed.values()) await (await market).close()
})

describe.each(MARKETS)('$name', (given) => {
  let market: IndexedMarket
  const rows = (sql: string): Promise<Row[]> => market.engine.query(sql)
  beforeAll(async () => {
    market = await marketOf(given)
  }, 30_000)

  test('nothing is unknown, every height is there', async () => {
    expect(market.report?.unknown).toEqual([])
    expect(await rows('SELECT from_height, to_height, status FROM coverage')).toEqual([
      { from_height: '1', to_height: String(market.books.height), status: 'done' }
    ])
  })

  test('every lease: heights, price, denom, provider', async () => {
    const leases = await rows(
      'SELECT lease_id, provider, created_height, closed_height, denom, price_per_block FROM leases ORDER BY lease_id'
    )
    const expected = market.books.leases
      .map(({ lease_id, provider, created_height, closed_height, denom, price_per_block }) => ({
        lease_id,
        provider,
        created_height: String(created_height),
        closed_height: closed_height === null ? null : String(closed_height),
        denom,
        price_per_block
      }))
      .sort((a, b) => (a.lease_id < b.lease_id ? -1 : 1))
    expect(expected.length).toBeGreaterThan(200)
    expect(leases).toEqual(expected)
  })

  test('every reason, where events tell it', async () => {
    const leases = await rows("SELECT lease_id, close_reason FROM leases WHERE close_reason_basis = 'event' ORDER BY lease_id")
    const books = new Map(market.books.leases.map((l) => [l.lease_id, l.close_reason]))
    const told = leases.map((l) => ({ lease_id: l['lease_id'], close_reason: books.get(String(l['lease_id'])) }))
    expect(leases).toEqual(told)
    const derived = await rows("SELECT lease_id, close_reason FROM leases WHERE close_reason_basis = 'derived'")
    const ofProvider = ['unstable', 'decommission', 'unspecified', 'manifest_timeout']
    for (const { lease_id, close_reason } of derived) {
      const reason = books.get(String(lease_id)) ?? ''
      expect(close_reason, String(lease_id)).toBe(ofProvider.includes(reason) ? 'unspecified' : reason)
    }
  })

  test('what each provider was paid, and the take, by denom', async () => {
    const paid = await rows(
      'SELECT provider, denom, sum(amount)::DECIMAL(38, 0) AS amount, sum(take)::DECIMAL(38, 0) AS take FROM payouts GROUP BY ALL ORDER BY provider, denom'
    )
    const expected = [...market.books.paid].sort((a, b) => (`${a.provider} ${a.denom}` < `${b.provider} ${b.denom}` ? -1 : 1))
    expect(expected.length).toBeGreaterThan(10)
    expect(paid).toEqual(expected)
  })

  test('the escrow module holds what moved in and not out', async () => {
    const held = await rows(
      `SELECT denom, sum(CASE WHEN direction = 'in' THEN amount ELSE -amount - take END)::DECIMAL(38, 0) AS amount
       FROM facts.transfers GROUP BY denom HAVING amount <> 0 ORDER BY denom`
    )
    const expected = Object.entries(market.books.escrow)
      .filter(([, amount]) => amount !== '0')
      .map(([denom, amount]) => ({ denom, amount }))
      .sort((a, b) => (a.denom < b.denom ? -1 : 1))
    expect(held).toEqual(expected)
  })

  test('counts of deployments, orders, bids and providers', async () => {
    const [counts] = await rows(
      `SELECT (SELECT count(*) FROM deployments)::INT AS deployments, (SELECT count(*) FROM orders)::INT AS orders,
        (SELECT count(*) FROM bids)::INT AS bids, (SELECT count(*) FROM leases)::INT AS leases,
        (SELECT count(*) FROM leases WHERE closed_height IS NULL)::INT AS active_leases,
        (SELECT count(*) FROM providers)::INT AS providers`
    )
    expect(counts).toEqual(market.books.counts)
  })

  test('verify finds nothing wrong', async () => {
    const { checks } = await verify(market.dir, readViews())
    expect(checks.filter((c) => !c.ok)).toEqual([])
  })
})

describe('the state alone, of a node that keeps its last blocks', () => {
  const parameters = MARKETS[1].parameters
  let state: IndexedMarket
  let whole: IndexedMarket
  const last = Math.floor((parameters.until - parameters.from) / (parameters.blockSeconds * 1000)) + 1
  beforeAll(async () => {
    state = await indexedMarket(parameters, last - 50)
    whole = await marketOf(MARKETS[1])
  }, 30_000)
  afterAll(() => state.close())

  test('knows every lease with its heights and reason', async () => {
    const leases = await state.engine.query(
      'SELECT lease_id, created_height, closed_height, close_reason FROM leases ORDER BY lease_id'
    )
    const expected = state.books.leases
      .map(({ lease_id, created_height, closed_height, close_reason }) => ({
        lease_id,
        created_height: String(created_height),
        closed_height: closed_height === null ? null : String(closed_height),
        close_reason
      }))
      .sort((a, b) => (a.lease_id < b.lease_id ? -1 : 1))
    expect(leases).toEqual(expected)
  })

  test('times that it interpolates lie within their bound of those in the headers', async () => {
    const told = await state.engine.query("SELECT height, epoch_us(time) AS us, error_s FROM times WHERE basis = 'interpolated'")
    const headers = new Map(
      (await whole.engine.query('SELECT height, epoch_us(time) AS us FROM blocks')).map((b) => [b['height'], Number(b['us'])])
    )
    expect(told.length).toBeGreaterThan(300)
    const errors = told.map((t) => ({
      error: Math.abs(Number(t['us']) - (headers.get(t['height']) ?? NaN)) / 1e6,
      bound: Number(t['error_s'])
    }))
    expect(errors.filter(({ error, bound }) => !(error <= bound))).toEqual([])
    // Half of all are right to within two minutes: Console's clocks are everywhere.
    const sorted = errors.map(({ error }) => error).sort((a, b) => a - b)
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(120)
  })
})
