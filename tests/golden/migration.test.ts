/** The ACT migration (recording v1.2-to-v2.0): prices of leases against the node's books at five heights, and the escrow account. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect } from '../../ingest/chain/endpoints.ts'
import { openLake } from '../../ingest/lake/write.ts'
import { akash } from '../../ingest/networks/akash/config.ts'
import { serveRecording } from '../../ingest/recording/serve.ts'
import { run } from '../../ingest/run.ts'
import { readViews } from '../../ingest/views.ts'
import { attachLake, readManifest } from '../../src/lib/engine/attach.ts'
import { openNative, type NativeEngine } from '../../src/lib/engine/native.ts'
import { readBooks } from './books.ts'

const recording = join(import.meta.dirname, '../fixtures/recordings/v1.2-to-v2.0')
const dir = mkdtempSync(join(tmpdir(), 'rackrate-migration-'))
let engine: NativeEngine

beforeAll(async () => {
  const server = await serveRecording(recording)
  const source = await connect([server.url])
  const lake = await openLake(dir, { network: 'akash', chainId: 'lab', origin: 'recorded', version: 'test', create: true })
  const { unknown } = await run(akash, source, lake)
  expect(unknown).toEqual([])
  await lake.close()
  source.close()
  await server.close()
  engine = await openNative()
  await attachLake(engine, dir, await readManifest(dir), readViews())
})
afterAll(async () => {
  await engine.close()
  rmSync(dir, { recursive: true })
})

type State = {
  readonly height: number
  readonly leases: readonly {
    readonly lease: {
      readonly id: { owner: string; dseq: string; gseq: number; oseq: number; provider: string }
      readonly price: { denom: string; amount: string }
    }
  }[]
}

test.each([
  ['before', 90],
  ['after-upgrade', 91],
  ['before-deferred', 103],
  ['after-deferred', 104],
  ['end', 187]
])('lease prices %s (height %i) equal the books', async (name, height) => {
  const state = JSON.parse(gunzipSync(readFileSync(join(recording, `state-${name}.json.gz`))).toString()) as State
  const rows = await engine.query(
    `SELECT lease_id, arg_max(denom, from_height) AS denom, arg_max(price_per_block, from_height) AS amount
     FROM lease_prices WHERE from_height <= $height GROUP BY lease_id`,
    { height }
  )
  const prices = new Map(rows.map((r) => [r['lease_id'], { denom: r['denom'], amount: r['amount'] }]))
  expect(state.leases.length).toBeGreaterThan(14)
  for (const { lease } of state.leases) {
    const { owner, dseq, gseq, oseq, provider } = lease.id
    const id = `${owner}/${dseq}/${gseq}/${oseq}/${provider}`
    expect(prices.get(id), id).toEqual({ denom: lease.price.denom, amount: lease.price.amount })
  }
})

test('the escrow account holds what moved in and out', async () => {
  const held = await engine.query(
    `SELECT denom, sum(CASE WHEN direction = 'in' THEN amount ELSE -amount - take END)::DECIMAL(38, 0) AS amount
     FROM facts.transfers GROUP BY denom HAVING amount <> 0`
  )
  const expected = readBooks(recording).balance('akash14pphss726thpwws3yc458hggufynm9x77l4l2u')
  expect(Object.fromEntries(held.map((r) => [r['denom'], r['amount']]))).toEqual(expected)
})

test('every coin that leaves escrow is a payout, refund, returned bid deposit or the exchange itself', async () => {
  expect(await engine.query(`SELECT kind, height FROM escrow_moves WHERE kind = 'other'`)).toEqual([])
  expect(
    await engine.query(
      `SELECT height, direction, denom[:4] AS denom, amount FROM escrow_moves WHERE kind = 'migration' ORDER BY ALL`
    )
  ).toEqual([
    { height: '91', direction: 'in', denom: 'uact', amount: '33329408' },
    { height: '91', direction: 'out', denom: 'ibc/', amount: '33329408' },
    { height: '104', direction: 'in', denom: 'uact', amount: '47002686' },
    { height: '104', direction: 'out', denom: 'uakt', amount: '64181059' }
  ])
})
