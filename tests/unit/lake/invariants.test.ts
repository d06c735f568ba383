import { afterEach, beforeEach, expect, test } from 'vitest'
import { INVARIANTS } from '../../../ingest/lake/invariants.ts'
import { columnList, attachedColumns } from '../../../src/lib/engine/attach.ts'
import { identifier, literal, openNative, type NativeEngine } from '../../../src/lib/engine/native.ts'
import { PUBLIC, PUBLIC_TABLES, type PublicTable } from '../../../src/lib/model/public.ts'

type Values = { readonly [column: string]: string | number | null }
/** Facts that invariants hold the public tables against. */
const READ = ['transfers', 'vault_supply', 'state_funds', 'state_leases', 'state_balances'] as const
type Rows = { readonly [T in PublicTable | `facts.${(typeof READ)[number]}`]?: readonly Values[] }

let engine: NativeEngine
beforeEach(async () => {
  engine = await openNative({ threads: 1 })
  for (const table of PUBLIC_TABLES) await engine.exec(`CREATE TABLE ${identifier(table)} (${columnList(PUBLIC[table].columns)})`)
  await engine.exec('CREATE SCHEMA facts')
  for (const table of READ) await engine.exec(`CREATE TABLE facts.${table} (${columnList(attachedColumns(table))})`)
})
afterEach(() => engine.close())

async function broken(rows: Rows): Promise<string[]> {
  for (const [table, list] of Object.entries(rows)) {
    for (const row of list) {
      const values = Object.values({ network: 'akash', ...row }).map((v) => (typeof v === 'string' ? literal(v) : String(v)))
      await engine.exec(`INSERT INTO ${table} (network, ${Object.keys(row).join(', ')}) VALUES (${values.join(', ')})`)
    }
  }
  const names: string[] = []
  for (const { name, sql } of INVARIANTS) if ((await engine.query(sql)).length > 0) names.push(name)
  return names
}

const ID = 'tenant/1/1/1/provider'
const lease = {
  lease_id: ID,
  created_height: 10,
  created_at: '2026-01-01 23:00:00',
  closed_height: 30,
  closed_at: '2026-01-03 01:00:00',
  price_per_block: '1.7',
  denom: 'uakt'
}
const coverage = [
  { from_height: 1, to_height: 19, status: 'done' },
  { from_height: 20, to_height: 40, status: 'done' }
]
// 20 blocks × 1.7 = 34, in two payouts that lose 0.5 each.
const payouts = [
  { lease_id: ID, amount: 13, take: 3, denom: 'uakt' },
  { lease_id: ID, amount: 17, take: 0, denom: 'uakt' }
]
const sound: Rows = {
  leases: [lease],
  payouts,
  coverage,
  deployments: [{ deployment_id: 'tenant/1', created_height: 10, created_at: '2026-01-01 23:00:00' }]
}
const PAID = 'leases: what a closed lease accrued was paid, to within one micro-unit for each payout'

/** 1000 in; 90 + 10 to a provider and the pool, 899 back: a unit is lost to fractions. Then a bid deposit comes back. */
const D = 'tenant/9'
const escrow: Rows = {
  coverage,
  deployments: [{ deployment_id: D, created_height: 10, closed_height: 30, created_at: '2026-01-01', closed_at: '2026-01-01' }],
  leases: [{ lease_id: `${D}/1/1/p` }],
  escrow_flows: [
    { kind: 'deposit', deployment_id: D, denom: 'uakt', height: 10, amount: 1000 },
    { kind: 'refund', deployment_id: D, denom: 'uakt', height: 30, amount: 899 },
    { kind: 'bid_refund', deployment_id: D, denom: 'uakt', height: 30, amount: 500 }
  ],
  payouts: [{ lease_id: `${D}/1/1/p`, denom: 'uakt', height: 30, amount: 90, take: 10 }],
  'facts.transfers': [
    { direction: 'in', height: 10, denom: 'uakt', amount: 1000, take: 0 },
    { direction: 'out', height: 30, denom: 'uakt', amount: 90, take: 10 },
    { direction: 'out', height: 30, denom: 'uakt', amount: 899, take: 0 },
    { direction: 'out', height: 30, denom: 'uakt', amount: 500, take: 0 }
  ]
}
const TOLD = 'escrow: every unit that leaves is a payout, take, refund, returned bid deposit or exchanged'
const COVERED = 'escrow: no deployment gets more out than was put in, and a closed one all of it but fractions'
const ONE_VALUE = 'module_params: a parameter has one value at a height'
const BACKED = 'state: the balance of escrow is its deposits and what was not paid out yet, to one micro-unit for each'
/** A deposit of 100 and a payment that holds back 5 make 105. */
const deposits = { kind: 'deposit', read_height: 9, denom: 'uakt', amount: 100 }
const backed: Rows = {
  'facts.state_funds': [deposits, { ...deposits, kind: 'funds' }],
  'facts.state_leases': [{ read_height: 9, payment_denom: 'uakt', balance: 5 }],
  'facts.state_balances': [
    { holder: 'escrow', read_height: 9, denom: 'uakt', amount: 105 },
    { holder: 'vault', read_height: 9, denom: 'uakt', amount: 7 }
  ]
}
const migration = [
  { kind: 'migration', denom: 'uakt', height: 20, amount: 70 },
  { kind: 'migration', denom: 'uact', height: 20, amount: 35 }
]
const exchanged = { direction: 'out', height: 20, denom: 'uakt', amount: 70, take: 0 }
const burned = { kind: 'burn', height: 20, denom: 'uakt', amount: 70 }

test('a sound lake breaks none', async () => {
  expect(await broken(sound)).toEqual([])
})

test('a sound escrow breaks none, one that lived through a migration neither', async () => {
  expect(await broken(escrow)).toEqual([])
  const flows = [...(escrow.escrow_flows ?? []), ...migration, { ...escrow.escrow_flows![1]!, denom: 'uact', amount: 35 }]
  const transfers = [...(escrow['facts.transfers'] ?? []), exchanged, { ...exchanged, height: 30, denom: 'uact', amount: 35 }]
  for (const table of ['escrow_flows', 'facts.transfers', 'payouts', 'deployments', 'leases', 'coverage'])
    await engine.exec(`DELETE FROM ${table}`)
  expect(await broken({ ...escrow, escrow_flows: flows, 'facts.transfers': transfers, 'facts.vault_supply': [burned] })).toEqual(
    []
  )
})

test('an escrow whose deposits are in its account breaks none, nor one read at two heights', async () => {
  expect(await broken(backed)).toEqual([])
  for (const table of Object.keys(backed)) await engine.exec(`DELETE FROM ${table}`)
  expect(await broken({ ...backed, 'facts.state_funds': [deposits, { ...deposits, read_height: 10 }] })).toEqual([])
})

const cases: [string, Rows, string[]][] = [
  ['a deposit that was not read', { ...backed, 'facts.state_funds': [] }, [BACKED]],
  ['a deposit read twice', { ...backed, 'facts.state_funds': [deposits, deposits] }, [BACKED]],
  ['a denom that escrow does not have', { ...backed, 'facts.state_funds': [deposits, { ...deposits, denom: 'uact' }] }, [BACKED]],
  [
    'a deployment twice',
    { deployments: [{ deployment_id: 'a' }, { deployment_id: 'a' }] },
    ['deployments: deployment_id is unique']
  ],
  ['an order twice', { orders: [{ order_id: 'a' }, { order_id: 'a' }] }, ['orders: order_id is unique']],
  ['a bid twice', { bids: [{ lease_id: 'a' }, { lease_id: 'a' }] }, ['bids: lease_id is unique']],
  ['a lease twice', { leases: [{ lease_id: 'a' }, { lease_id: 'a' }] }, ['leases: lease_id is unique']],
  ['a provider twice', { providers: [{ provider: 'a' }, { provider: 'a' }] }, ['providers: provider is unique']],
  ...(['deployments', 'orders', 'bids', 'leases'] as const).map((table): [string, Rows, string[]] => [
    `${table} closed before created`,
    { [table]: [{ created_height: 5, closed_height: 4 }] },
    [`${table}: closed_height is not below created_height`]
  ]),
  [
    'a close without a day',
    { orders: [{ order_id: 'a', created_at: '2026-01-01', closed_height: null, closed_at: '2026-01-01' }] },
    ['orders: opened − closed = active on every day']
  ],
  [
    'a lease that closed a day before it was created',
    { leases: [{ lease_id: 'a', created_at: '2026-01-02', closed_at: '2026-01-01', closed_height: 9 }] },
    ['leases: opened − closed = active on every day']
  ],
  [
    'a payout of no lease',
    {
      coverage,
      deployments: [{ deployment_id: 'a/1', created_height: 5, created_at: '2026-01-01' }],
      payouts: [{ lease_id: 'a/1/1/1/p', height: 25, amount: 1, take: 0 }]
    },
    ['payouts: lease_id is in leases, where all of its deployment is indexed', COVERED]
  ],
  ['a GPU of no lease', { lease_gpus: [{ lease_id: 'a', gpus: 1 }] }, ['lease_gpus: lease_id is in leases']],
  [
    'negative payout and take',
    { leases: [{ lease_id: 'a' }], payouts: [{ lease_id: 'a', amount: -1, take: -1 }] },
    ['payouts: amount is not negative', 'payouts: take is not negative']
  ],
  ['a negative flow', { escrow_flows: [{ amount: -1 }] }, ['escrow_flows: amount is not negative']],
  [
    'negative deposits',
    { deployments: [{ deposited: -1, refunded: -1 }] },
    ['deployments: deposited is not negative', 'deployments: refunded is not negative']
  ],
  [
    'negative prices',
    { leases: [{ price_per_block: -1 }], bids: [{ price_per_block: -1 }] },
    ['leases: price_per_block is not negative', 'bids: price_per_block is not negative']
  ],
  ['a lease that was not paid', { ...sound, payouts: [] }, [PAID]],
  ['a lease that was paid too much', { ...sound, payouts: payouts.map((p) => ({ ...p, amount: 18 })) }, [PAID]],
  [
    'a lease that was paid one unit too much',
    { ...sound, payouts: [...payouts, { lease_id: ID, amount: 2, take: 0, denom: 'uakt' }] },
    [PAID]
  ],
  ['a transfer that no table tells', { 'facts.transfers': [exchanged] }, [TOLD]],
  ['a burn without a migration', { 'facts.transfers': [exchanged], 'facts.vault_supply': [burned] }, [TOLD]],
  [
    'a migration that burns less than leaves',
    { escrow_flows: migration, 'facts.transfers': [exchanged], 'facts.vault_supply': [{ ...burned, amount: 69 }] },
    [TOLD]
  ],
  ['an outflow told as something else', { ...escrow, payouts: [] }, [TOLD, COVERED]],
  ['take that is left out', { ...escrow, payouts: [{ ...escrow.payouts![0]!, take: 0 }] }, [TOLD, COVERED]],
  ['a refund told twice', { ...escrow, escrow_flows: [...escrow.escrow_flows!, escrow.escrow_flows![1]!] }, [TOLD, COVERED]],
  [
    'a unit more out than in',
    {
      ...escrow,
      escrow_flows: escrow.escrow_flows!.map((f) => (f['kind'] === 'refund' ? { ...f, amount: 901 } : f)),
      'facts.transfers': escrow['facts.transfers']!.map((t) => (t['amount'] === 899 ? { ...t, amount: 901 } : t))
    },
    [COVERED]
  ],
  [
    'a closed deployment that keeps what no fraction explains',
    {
      ...escrow,
      escrow_flows: escrow.escrow_flows!.map((f) => (f['kind'] === 'refund' ? { ...f, amount: 897 } : f)),
      'facts.transfers': escrow['facts.transfers']!.map((t) => (t['amount'] === 899 ? { ...t, amount: 897 } : t))
    },
    [COVERED]
  ],
  [
    'two values at one height',
    {
      module_params: [
        { module: 'take', param: 'p', valid_from_height: 1, valid_to_height: 10 },
        { module: 'take', param: 'p', valid_from_height: 10, valid_to_height: null }
      ]
    },
    [ONE_VALUE]
  ],
  [
    'a value that ends before it begins, one that never ends before another',
    {
      module_params: [
        { module: 'take', param: 'p', valid_from_height: 5, valid_to_height: 4 },
        { module: 'bme', param: 'p', valid_from_height: 5, valid_to_height: null },
        { module: 'bme', param: 'p', valid_from_height: 9, valid_to_height: null }
      ]
    },
    [ONE_VALUE]
  ]
]
test.each(cases)('%s', async (_, rows, expected) => {
  expect(await broken(rows)).toEqual(expected)
})

test('a payout without its lease is let pass where the lease may lie in what is not indexed', async () => {
  const rows = {
    deployments: [{ deployment_id: 'a/1', created_height: 5, created_at: '2026-01-01' }],
    payouts: [{ lease_id: 'a/1/1/1/p', height: 25, amount: 1, take: 0 }]
  }
  expect(
    await broken({
      ...rows,
      coverage: [
        { from_height: 1, to_height: 10, status: 'done' },
        { from_height: 12, to_height: 40, status: 'done' }
      ]
    })
  ).toEqual([])
})

test('accrual is not judged where heights are missing, escrow ran dry, or the denom changed', async () => {
  expect(await broken({ ...sound, payouts: [], coverage: coverage.slice(1) })).toEqual([])
  await engine.exec('DELETE FROM leases; DELETE FROM coverage; DELETE FROM deployments')
  expect(await broken({ ...sound, payouts: [], leases: [{ ...lease, close_reason: 'insufficient_funds' }] })).toEqual([])
  await engine.exec('DELETE FROM leases; DELETE FROM coverage; DELETE FROM deployments')
  expect(await broken({ ...sound, payouts: [{ lease_id: ID, amount: 999, take: 0, denom: 'uact' }] })).toEqual([])
})
