/**
 * The whole way over recorded chains: loopback node → index → Parquet → views, held against the node's own books. 0 exceptions.
 * A folder added to fixtures/recordings that does not cross an upgrade is tested without a line of code.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../ingest/chain/endpoints.ts'
import { verify } from '../../ingest/lake/verify.ts'
import { openLake } from '../../ingest/lake/write.ts'
import { akash } from '../../ingest/networks/akash/config.ts'
import { serveRecording } from '../../ingest/recording/serve.ts'
import { run, type RunReport } from '../../ingest/run.ts'
import { readViews } from '../../ingest/views.ts'
import { attachLake, readManifest } from '../../src/lib/engine/attach.ts'
import type { Row } from '../../src/lib/engine/engine.ts'
import { openNative, type NativeEngine } from '../../src/lib/engine/native.ts'
import { PUBLIC } from '../../src/lib/model/public.ts'
import { readBooks, type Books } from './books.ts'

const fixtures = join(import.meta.dirname, '../fixtures/recordings')
const recordings = readdirSync(fixtures, { withFileTypes: true })
  .filter((d) => d.isDirectory() && !d.name.includes('-to-'))
  .map((d) => d.name)

test('the recordings of all eras are there, the legacy one in both shapes', () => {
  expect(recordings).toEqual(expect.arrayContaining(['v0.36', 'v0.36-by-0.38', 'v1.2', 'v2.1']))
})

const by = <T>(rows: readonly T[], key: (row: T) => unknown): Map<string, T> => new Map(rows.map((r) => [String(key(r)), r]))

describe.each(recordings)('%s', (name) => {
  const dir = mkdtempSync(join(tmpdir(), 'rackrate-golden-'))
  let engine: NativeEngine
  let books: Books
  let report: RunReport
  const rows = (sql: string): Promise<Row[]> => engine.query(sql)

  beforeAll(async () => {
    const server = await serveRecording(join(fixtures, name))
    const source = await connect([server.url])
    const { chainId } = await source.status()
    const lake = await openLake(dir, { network: 'akash', chainId, origin: 'recorded', version: 'test', create: true })
    report = await run(akash, source, lake)
    await lake.close()
    source.close()
    await server.close()
    engine = await openNative({ threads: 2 })
    await attachLake(engine, dir, await readManifest(dir), readViews())
    books = readBooks(join(fixtures, name))
  })
  afterAll(async () => {
    await engine.close()
    rmSync(dir, { recursive: true })
  })

  test('nothing is unknown, every height is there', async () => {
    expect(report.unknown).toEqual([])
    expect(await rows('SELECT from_height, to_height, status FROM coverage')).toEqual([
      { from_height: '1', to_height: String(report.blocks), status: 'done' }
    ])
  })

  test('verify finds nothing wrong', async () => {
    const { checks } = await verify(dir, readViews())
    expect(checks.filter((c) => !c.ok)).toEqual([])
    expect(checks.length).toBeGreaterThan(10)
  })

  test('every lease: created and closed height, price, denom', async () => {
    const leases = await rows(
      'SELECT lease_id, denom, price_per_block, created_height, closed_height FROM leases ORDER BY lease_id'
    )
    const expected = books.leases
      .map(({ lease_id, denom, price_per_block, created_height, closed_height }) => ({
        lease_id,
        denom,
        price_per_block,
        created_height,
        closed_height
      }))
      .sort((a, b) => (a.lease_id < b.lease_id ? -1 : 1))
    expect(expected.length).toBeGreaterThan(20)
    expect(leases).toEqual(expected)
  })

  test('every close reason, by its basis', async () => {
    const leases = by(await rows('SELECT lease_id, close_reason, close_reason_basis FROM leases'), (l) => l['lease_id'])
    for (const { lease_id, closed_height, reason } of books.leases) {
      const lease = leases.get(lease_id)
      if (closed_height === null) expect(lease, lease_id).toMatchObject({ close_reason: null, close_reason_basis: null })
      else if (books.legacy)
        expect(lease, lease_id).toMatchObject({ close_reason: expect.any(String), close_reason_basis: 'derived' })
      else expect(lease, lease_id).toMatchObject({ close_reason: reason, close_reason_basis: 'event' })
    }
  })

  test('what a legacy index derives from messages is what typed events say', async () => {
    // The same closings, read as if no event named a reason. A provider's own reason can't be derived: it reads `unspecified`.
    const providers = ['unstable', 'decommission', 'manifest_timeout', 'unspecified']
    const blind = readViews().map((v) => ({
      ...v,
      sql: v.sql.replace('closed_by, x.reason,', 'closed_by, NULL::VARCHAR AS reason,')
    }))
    const other = await openNative()
    await attachLake(other, dir, await readManifest(dir), blind)
    const derived = by(await other.query('SELECT lease_id, close_reason, close_reason_basis FROM leases'), (l) => l['lease_id'])
    await other.close()
    for (const { lease_id, reason } of books.leases.filter((l) => l.closed_height !== null && l.reason !== null)) {
      const expected = providers.includes(reason ?? '') ? 'unspecified' : reason
      expect(derived.get(lease_id), lease_id).toMatchObject({ close_reason: expected, close_reason_basis: 'derived' })
    }
  })

  test('every lease: payout + take equal what the books call withdrawn', async () => {
    const paid = by(
      await rows(
        'SELECT lease_id, sum(amount + take)::DECIMAL(38, 0) AS gross, count(DISTINCT denom) AS denoms FROM payouts GROUP BY 1'
      ),
      (p) => p['lease_id']
    )
    for (const { lease_id, withdrawn } of books.leases) expect(paid.get(lease_id)?.['gross'] ?? '0', lease_id).toBe(withdrawn)
    expect([...paid.keys()].filter((id) => !books.leases.some((l) => l.lease_id === id))).toEqual([])
    expect([...paid.values()].every((p) => p['denoms'] === '1')).toBe(true)
  })

  test('what moved into escrow and out of it is what the module account holds', async () => {
    const held = await rows(
      `SELECT denom, sum(CASE WHEN direction = 'in' THEN amount ELSE -amount - take END)::DECIMAL(38, 0) AS amount
       FROM facts.transfers GROUP BY denom HAVING amount <> 0`
    )
    const expected = books.balance('akash14pphss726thpwws3yc458hggufynm9x77l4l2u')
    expect(Object.keys(expected).length).toBeGreaterThan(0)
    expect(Object.fromEntries(held.map((r) => [r['denom'], r['amount']]))).toEqual(expected)
  })

  test('every bid’s fate', async () => {
    const bids = by(
      await rows('SELECT lease_id, created_height, price_per_block, closed_height, outcome FROM bids'),
      (b) => b['lease_id']
    )
    expect(bids.size).toBe(books.bids.length)
    for (const { lease_id, created_height, price_per_block, state } of books.bids) {
      const bid = bids.get(lease_id)
      expect(bid, lease_id).toMatchObject({ created_height, price_per_block })
      const fate = `${String(bid?.['outcome'])} ${bid?.['closed_height'] === null ? 'still' : 'ended'}`
      // A bug of 1.x and 2.x leaves every other losing bid open in the books: it lost all the same, its deposit is still locked.
      const possible: { readonly [state: string]: readonly string[] } = {
        open: ['open still', 'lost still'],
        active: ['won still'],
        lost: ['lost ended'],
        closed: ['won ended', 'lost ended', 'withdrawn ended', 'order_closed ended']
      }
      expect(possible[state], `${lease_id} is ${state} in the books`).toContain(fate)
    }
  })

  test('every order’s and deployment’s fate', async () => {
    const orders = by(await rows('SELECT order_id, created_height, closed_height, outcome FROM orders'), (o) => o['order_id'])
    expect(orders.size).toBe(books.orders.length)
    for (const { order_id, created_height, state } of books.orders) {
      const order = orders.get(order_id)
      expect(order?.['created_height'], order_id).toBe(created_height)
      expect(order?.['closed_height'] !== null, order_id).toBe(state === 'closed')
      const possible = state === 'open' ? ['open'] : state === 'active' ? ['leased'] : ['leased', 'closed']
      expect(possible, order_id).toContain(order?.['outcome'])
    }
    const deployments = by(
      await rows('SELECT deployment_id, created_height, closed_height FROM deployments'),
      (d) => d['deployment_id']
    )
    expect(deployments.size).toBe(books.deployments.length)
    for (const { deployment_id, created_height, state } of books.deployments) {
      const deployment = deployments.get(deployment_id)
      expect(deployment?.['created_height'], deployment_id).toBe(created_height)
      expect(deployment?.['closed_height'] !== null, deployment_id).toBe(state === 'closed')
    }
  })

  test('every provider’s record, and the audits that stand', async () => {
    const providers = await rows('SELECT provider, host_uri, email, website, attributes FROM providers ORDER BY provider')
    const expected = books.providers.map((p) => ({ ...p, attributes: JSON.stringify(p.attributes) }))
    expect(providers).toEqual(expected.sort((a, b) => (a.provider < b.provider ? -1 : 1)))
    const audits = await rows('SELECT provider, auditor, key, value FROM audits WHERE removed_height IS NULL ORDER BY ALL')
    // From 1.0 on the node answers its audit query with rows of another type (a bug: no auditor, no attributes).
    if (books.legacy) expect(audits).toEqual([...books.audits].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)))
    else expect(audits.length).toBeGreaterThan(0)
  })

  test('the tables have the columns that the contract names', async () => {
    for (const [table, { columns }] of Object.entries(PUBLIC)) {
      const described = await rows(`DESCRIBE ${table}`)
      const expected = Object.entries(columns).map(([column, { type }]) => `${column} ${type}`)
      expect(
        described.map((c) => `${String(c['column_name'])} ${String(c['column_type'])}`),
        table
      ).toEqual(expected)
    }
  })
})

test('the same chain in both shapes gives the same rows', async () => {
  const lakes = await Promise.all(
    ['v0.36', 'v0.36-by-0.38'].map(async (name) => {
      const dir = mkdtempSync(join(tmpdir(), 'rackrate-shape-'))
      const server = await serveRecording(join(fixtures, name))
      const source = await connect([server.url])
      const lake = await openLake(dir, { network: 'akash', chainId: 'x', origin: 'recorded', version: 'test', create: true })
      await run(akash, source, lake)
      await lake.close()
      source.close()
      await server.close()
      const manifest = await readManifest(dir)
      rmSync(dir, { recursive: true })
      return manifest.partitions.flatMap((p) => p.files)
    })
  )
  expect(lakes[0]?.length).toBeGreaterThan(5)
  expect(lakes[0]).toEqual(lakes[1])
})
