/**
 * The ACT migration on chains that were not recorded: cut off, renamed, moved to other heights, without a tenant, at other prices. What
 * each must show follows from the recorded node's books at five heights, or from the chain's own arithmetic, done here apart.
 */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Row } from '../../src/lib/engine/engine.ts'
import { FIXTURES, indexed, type Indexed } from './recorded.ts'
import { otherAccount, otherDseq, renamed, writeVariant, type Variant } from './variant.ts'

const RECORDING = join(FIXTURES, 'v1.2-to-v2.0')
const BOOKS = [
  ['before', 90],
  ['after-upgrade', 91],
  ['before-deferred', 103],
  ['after-deferred', 104],
  ['end', 187]
] as const
/** Heights of the upgrade and of the migration of AKT. */
const [UPGRADE, DEFERRED] = [91, 104]

type Coin = { readonly denom: string; readonly amount: string }
type Lease = {
  readonly id: { owner: string; dseq: string; gseq: number; oseq: number; provider: string }
  readonly price: Coin
  readonly created_at: string
  readonly closed_on: string
}
type State = {
  readonly leases: readonly { readonly lease: Lease }[]
  readonly balances: { readonly 'module:escrow': { readonly balances: readonly Coin[] } }
}
const stateOf = (name: string): State =>
  JSON.parse(gunzipSync(readFileSync(join(RECORDING, `state-${name}.json.gz`))).toString()) as State

/** Accounts and dseqs as a variant names them, and what it adds to heights. */
type Naming = { readonly account: (a: string) => string; readonly dseq: (d: string) => string; readonly shift: number }
const same: Naming = { account: (a) => a, dseq: (d) => d, shift: 0 }

const idOf = ({ owner, dseq, gseq, oseq, provider }: Lease['id'], { account, dseq: other }: Naming): string =>
  [account(owner), other(dseq), gseq, oseq, account(provider)].join('/')

/** The last price of each lease up to a height, by its id. */
async function prices({ engine }: Indexed, height: number): Promise<Map<string, string>> {
  const rows = await engine.query(
    `SELECT lease_id, arg_max(denom || ' ' || price_per_block, from_height) AS price
     FROM lease_prices WHERE from_height <= $height GROUP BY lease_id`,
    { height }
  )
  return new Map(rows.map((r) => [String(r['lease_id']), String(r['price'])]))
}

async function expectBooks(
  lake: Indexed,
  name: string,
  height: number,
  naming: Naming,
  leave: (l: Lease) => boolean
): Promise<void> {
  const books = stateOf(name)
    .leases.map(({ lease }) => lease)
    .filter((lease) => !leave(lease))
  expect(books.length).toBeGreaterThan(8)
  const found = await prices(lake, height + naming.shift)
  for (const { id, price } of books) expect(found.get(idOf(id, naming)), idOf(id, naming)).toBe(`${price.denom} ${price.amount}`)
  const heights = await lake.engine.query('SELECT lease_id, created_height, closed_height FROM leases')
  const leases = new Map(heights.map((r) => [r['lease_id'], r]))
  const moved = (h: string): string => String(Number(h) + naming.shift)
  for (const { id, created_at, closed_on } of books) {
    const lease = leases.get(idOf(id, naming))
    expect(lease?.['created_height']).toBe(moved(created_at))
    const closed = lease?.['closed_height'] ?? null
    // A later close is in the lake already, unless that was cut off.
    if (closed_on !== '0') expect(closed).toBe(moved(closed_on))
    else if (closed !== null) expect(Number(closed)).toBeGreaterThan(height + naming.shift)
  }
}

/** What the escrow account holds after a height, by denom. */
async function held({ engine }: Indexed, height: number): Promise<Record<string, string>> {
  const rows = await engine.query<{ denom: string; amount: string }>(
    `SELECT denom, sum(CASE WHEN direction = 'in' THEN amount ELSE -amount - take END)::DECIMAL(38, 0) AS amount
     FROM facts.transfers WHERE height <= $height GROUP BY denom HAVING amount <> 0`,
    { height }
  )
  return Object.fromEntries(rows.map((r) => [r.denom, r.amount]))
}
const escrowBooks = (name: string): Record<string, string> =>
  Object.fromEntries(stateOf(name).balances['module:escrow'].balances.map((c) => [c.denom, c.amount]))

/** Every payout and every other movement, with what names and heights a variant gives them taken away. */
async function movements({ engine }: Indexed, { shift }: Naming): Promise<Row[]> {
  return engine.query(
    `SELECT height - ${shift} AS height, kind, deployment_id, lease_id, account, denom, amount, take
     FROM escrow_moves ORDER BY height, tx_index, event_index, coin_index`
  )
}

const made: string[] = []
async function variant(how: Variant): Promise<Indexed> {
  const dir = writeVariant(RECORDING, how)
  made.push(dir)
  return indexed(dir)
}
let original: Indexed
beforeAll(async () => {
  original = await indexed(RECORDING)
})
afterAll(async () => {
  await original.close()
  for (const dir of made) rmSync(dir, { recursive: true })
})

test('the escrow account after each of the five heights', async () => {
  for (const [name, height] of BOOKS) expect(await held(original, height), name).toEqual(escrowBooks(name))
})

test.each(BOOKS.slice(0, 4))('cut off %s (height %i): prices, closes and escrow as in the books', async (name, height) => {
  const lake = await indexed(RECORDING, height)
  await expectBooks(lake, name, height, same, () => false)
  expect(await lake.engine.query('SELECT max(from_height) <= $height AS past FROM lease_prices', { height })).toEqual([
    { past: true }
  ])
  expect(await held(lake, height)).toEqual(escrowBooks(name))
  await lake.close()
})

describe('other accounts and dseqs, 9,905 heights later: upgrade and migration lie in different cells', () => {
  const naming: Naming = { account: otherAccount, dseq: otherDseq, shift: 9905 }
  let lake: Indexed
  beforeAll(async () => {
    lake = await variant({ ...renamed, shift: naming.shift })
  })
  afterAll(() => lake.close())

  test('nothing of the original is left, nothing is unknown', async () => {
    expect(lake.report.unknown).toEqual([])
    const known = new Set(stateOf('end').leases.map(({ lease }) => lease.id.owner))
    const owners = await lake.engine.query('SELECT DISTINCT owner FROM leases')
    expect(owners.length).toBe(known.size)
    expect(owners.filter((row) => known.has(String(row['owner'])))).toEqual([])
  })

  test.each(BOOKS)('%s (height %i)', async (name, height) => {
    await expectBooks(lake, name, height, naming, () => false)
    expect(await held(lake, height + naming.shift)).toEqual(escrowBooks(name))
  })

  test('every unit that moved through escrow moved for the same', async () => {
    const lease = (id: unknown): unknown => {
      if (typeof id !== 'string') return id
      const [owner = '', dseq = '', ...rest] = id.split('/')
      const [gseq, oseq, provider] = rest
      const parts = [
        otherAccount(owner),
        otherDseq(dseq),
        gseq,
        oseq,
        provider === undefined ? undefined : otherAccount(provider)
      ]
      return parts.filter((part) => part !== undefined).join('/')
    }
    const expected = (await movements(original, same)).map((m) => ({
      ...m,
      lease_id: lease(m['lease_id']),
      deployment_id: lease(m['deployment_id']),
      account: otherAccount(String(m['account']))
    }))
    expect(expected.length).toBeGreaterThan(150)
    expect(await movements(lake, naming)).toEqual(expected)
  })
})

const { t1, t2, t5 } = JSON.parse(readFileSync(join(RECORDING, 'accounts.json'), 'utf8')) as { [role: string]: string }
test.each([
  ['t1, whose leases were in axlUSDC', t1 ?? ''],
  ['t2', t2 ?? ''],
  ['t5, a managed wallet', t5 ?? '']
])('without %s: everybody else’s books stay', async (_, gone) => {
  const mine = `\x0a\x2c${gone}`
  const lake = await variant({
    alter: (height) => {
      const keep = height.txs.map((tx) => !tx.includes(mine) && !tx.includes(`${gone}/`))
      return { ...height, txs: height.txs.filter((_, i) => keep[i]), results: height.results.filter((_, i) => keep[i]) }
    }
  })
  expect(await lake.engine.query('SELECT count(*)::INTEGER AS n FROM leases WHERE owner = $gone', { gone })).toEqual([{ n: 0 }])
  for (const [name, height] of BOOKS) await expectBooks(lake, name, height, same, ({ id }) => id.owner === gone)
  const others = (m: Row): boolean => !String(m['deployment_id'] ?? '').startsWith(gone)
  const before = await movements(original, same)
  expect(before.filter(others).length).toBeLessThan(before.length)
  expect(await movements(lake, same)).toEqual(before.filter(others))
  await lake.close()
})

/** LegacyDec.Mul of the Cosmos SDK: 18 decimals, half to even. */
function times(price: string, rate: string): string {
  const atto = (text: string): bigint => {
    const [whole = '', fraction = ''] = text.split('.')
    return BigInt(whole + fraction.padEnd(18, '0'))
  }
  const [product, one] = [atto(price) * atto(rate), 10n ** 18n]
  const [whole, rest] = [product / one, product % one]
  const up = rest * 2n > one || (rest * 2n === one && whole % 2n === 1n)
  const digits = (whole + (up ? 1n : 0n)).toString().padStart(19, '0')
  return `${digits.slice(0, -18)}.${digits.slice(-18)}`
}

test.each([
  // 7999.5 and 2500.125 times an odd last digit end in the middle: half to even, up and down.
  ['0.732345679002345681', 'ibc/170C677610AC31DF0904FFE09CD3B5C657492170E7E52372E48756B71E56F2F1'],
  ['0.732345679002345683', 'ibc/498A0751C798A0D9A389AA3691123DADA57DAA4FE165D5C75894505B876BA6E4'],
  ['31.000000000000000004', 'ibc/498A0751C798A0D9A389AA3691123DADA57DAA4FE165D5C75894505B876BA6E4']
])('at a price of %s, with %s for dollars', async (rate, dollars) => {
  const axl = 'ibc/170C677610AC31DF0904FFE09CD3B5C657492170E7E52372E48756B71E56F2F1'
  const swap = (text: string): string => text.replaceAll(axl, dollars)
  const lake = await variant({
    bytes: swap,
    text: swap,
    // The price in force when block 104 ends is that of block 103; no other says it.
    alter: (height) => {
      if (height.height !== DEFERRED - 1) return height
      const event = JSON.stringify(height.blockEvents)
      const changed = event.replace(/(median_price\\":\\")[\d.]+/, `$1${rate}`)
      expect(changed === event).toBe(event.includes(`median_price\\":\\"${rate}`))
      return { ...height, blockEvents: JSON.parse(changed) as typeof height.blockEvents }
    }
  })
  const leases = await lake.engine.query<{
    lease_id: string
    denom: string
    price: string
    created: string
    closed: string | null
  }>(
    'SELECT lease_id, denom, price_per_block AS price, created_height AS created, closed_height AS closed FROM leases ORDER BY lease_id'
  )
  const found = await lake.engine.query(
    'SELECT lease_id, from_height, denom, price_per_block AS price, cause FROM lease_prices ORDER BY lease_id, from_height'
  )
  const expected = leases.flatMap(({ lease_id, denom, price, created, closed }) => {
    const first = { lease_id, from_height: created, denom, price, cause: 'created' }
    const then = { lease_id, denom: 'uact', cause: 'migration' }
    const runs = (from: number, to: number): boolean => Number(created) <= from && (closed === null || Number(closed) >= to)
    if (denom === dollars && runs(UPGRADE - 1, UPGRADE)) return [first, { ...then, from_height: String(UPGRADE), price }]
    if (denom === 'uakt' && runs(DEFERRED, DEFERRED + 1))
      return [first, { ...then, from_height: String(DEFERRED), price: times(price, rate) }]
    return [first]
  })
  const sortable = (rows: readonly object[]): string[] => rows.map((r) => JSON.stringify(Object.entries(r).sort())).sort()
  expect(expected.filter((e) => e.cause === 'migration').length).toBeGreaterThan(6)
  expect(sortable(found)).toEqual(sortable(expected))
  await lake.close()
})

test('half to even, by hand', () => {
  expect(times('7999.5', '0.732345679002345680')).toBe('5858.399259179264267160')
  expect([
    times('0.5', '0.000000000000000001'),
    times('0.5', '0.000000000000000003'),
    times('1.5', '0.000000000000000001')
  ]).toEqual(['0.000000000000000000', '0.000000000000000002', '0.000000000000000002'])
})
