/**
 * Blocks of Akash mainnet (2026-09-30 to 2026-10-02; reduced to their market transactions, see fixtures/mainnet/README.md): one auction
 * from deployment to lease, and a close. Expected values are read off the published transactions and results.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Block, ChainEvent } from '../../ingest/chain/source.ts'
import { decode } from '../../ingest/networks/akash/decode.ts'
import type { NativeEngine } from '../../src/lib/engine/native.ts'
import { engineOver } from '../sql/facts.ts'
import { any, proto, tx } from '../unit/akash/encode.ts'

const fixtures = join(import.meta.dirname, '../fixtures/mainnet')
const TENANT = 'akash10czfq8xx8nh92ue7svg4t5ffs0lhsd6rxeaqwe'
const GRANTER = 'akash17f8kfdvzaamk6gapy6tsrf8sg4cdd0296kkhnz'
const [LOSER, WINNER] = ['akash1rja3y2ctj3tzmesvh0zfhzzx95rfjw405hwt8d', 'akash1p5qkxeu3hcxzx9nvfvva93pyvxcyqduly9udz9']

type Json = {
  block_id: { hash: string }
  block: { header: { time: string; last_block_id: { hash: string } }; data: { txs: string[] } }
  txs_results: { code: number; events: ChainEvent[] }[]
  txs: { result: { code: number; events: ChainEvent[] } }[]
  time: string
}
/** A file, or the result of the JSON-RPC answer that it holds. */
function read(path: string): Json {
  const json = JSON.parse(readFileSync(join(fixtures, path), 'utf8')) as Json & { result?: Json }
  return json.result ?? json
}

function block(height: number): Block {
  const { block_id, block } = read(`rpc-shape/block-${height}.json`)
  return {
    height,
    time: BigInt(Date.parse(block.header.time)) * 1000n,
    hash: block_id.hash,
    parentHash: block.header.last_block_id.hash,
    txs: block.data.txs.map((t) => new Uint8Array(Buffer.from(t, 'base64'))),
    results: read(`rpc-shape/block_results-${height}.json`).txs_results,
    beginEvents: [],
    endEvents: []
  }
}

/** The close, whose transaction bytes were not published: its message is rebuilt from the ids in its events. */
function closing(): Block {
  const { txs, time } = read('akashnet-2-auction-28860258/block-28879984.trimmed.json')
  const results = txs.map((t) => t.result)
  const closed = results[0]?.events.find((e) => e.type === 'akash.deployment.v1.EventDeploymentClosed')
  const { owner, dseq } = JSON.parse(closed?.attributes.find((a) => a.key === 'id')?.value ?? '{}') as {
    owner: string
    dseq: string
  }
  const message = any('akash.deployment.v1beta4.MsgCloseDeployment', proto([1, proto([1, owner], [2, BigInt(dseq)])]))
  return {
    height: 28_879_984,
    time: BigInt(Date.parse(time)) * 1000n,
    hash: '',
    parentHash: '',
    txs: [tx([message], GRANTER)],
    results: results.slice(0, 1),
    beginEvents: [],
    endEvents: []
  }
}

let engine: NativeEngine
beforeAll(async () => {
  const facts = [block(28_860_258), block(28_860_259), block(28_860_261), closing()].flatMap(decode)
  expect(facts.filter((f) => f.table === 'unknowns')).toEqual([])
  engine = await engineOver(facts)
})
afterAll(() => engine.close())

test('a deployment of a managed wallet, paid by its granter', async () => {
  const sql = `SELECT dseq, created_height, denom, deposited, funded_by, via FROM deployments WHERE owner = '${TENANT}'`
  expect(await engine.query(sql)).toEqual([
    { dseq: '1790795508665', created_height: '28860258', denom: 'uact', deposited: '500000', funded_by: GRANTER, via: 'managed' }
  ])
})

test('what it asks for', async () => {
  const columns = 'gpus, gpu_models, cpu_millicores, memory_bytes, storage_bytes, max_price_per_block, signed_by, bids, outcome'
  expect(await engine.query(`SELECT ${columns} FROM orders WHERE owner = '${TENANT}'`)).toEqual([
    {
      gpus: 1,
      gpu_models: ['nvidia/rtx3090'],
      cpu_millicores: '4000',
      memory_bytes: String(16 * 2 ** 30),
      storage_bytes: String(50 * 2 ** 30),
      max_price_per_block: '150000.000000000000000000',
      signed_by: ['akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63'],
      bids: 2,
      outcome: 'leased'
    }
  ])
})

test('both bids with their fates, and the loser’s deposit back', async () => {
  expect(
    await engine.query(
      `SELECT provider, price_per_block, deposit, outcome FROM bids WHERE created_height = 28860259 ORDER BY price_per_block`
    )
  ).toEqual([
    { provider: WINNER, price_per_block: '265.753915000000000000', deposit: '500000', outcome: 'won' },
    { provider: LOSER, price_per_block: '282.496994000000000000', deposit: '500000', outcome: 'lost' }
  ])
  const sql = "SELECT account, denom, amount FROM escrow_flows WHERE kind = 'bid_refund' AND height = 28860261"
  expect(await engine.query(sql)).toEqual([{ account: LOSER, denom: 'uakt', amount: '500000' }])
})

test('the lease', async () => {
  const sql = `SELECT provider, created_height, price_per_block, denom, gpus, gpu_model, gpu_basis FROM leases WHERE owner = '${TENANT}'`
  expect(await engine.query(sql)).toEqual([
    {
      provider: WINNER,
      created_height: '28860261',
      price_per_block: '265.753915000000000000',
      denom: 'uact',
      gpus: 1,
      gpu_model: 'nvidia/rtx3090',
      gpu_basis: 'offer'
    }
  ])
})

test('a close: 176 uact to the provider, two refunds to the granter, the bid deposit back', async () => {
  const moves = await engine.query('SELECT kind, denom, amount FROM escrow_moves WHERE height = 28879984 ORDER BY event_index')
  expect(moves).toEqual([
    { kind: 'payout', denom: 'uact', amount: '176' },
    { kind: 'refund', denom: 'uact', amount: '499824' },
    { kind: 'refund', denom: 'uact', amount: '768204' },
    { kind: 'bid_refund', denom: 'uakt', amount: '500000' }
  ])
  expect(await engine.query('SELECT close_reason, close_reason_basis FROM leases WHERE closed_height = 28879984')).toEqual([
    { close_reason: 'owner', close_reason_basis: 'event' }
  ])
})
