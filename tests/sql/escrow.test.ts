/** Payouts, refunds and returned bid deposits are one kind of bank transfer. These are the cases that look alike. */
import { describe, expect, test } from 'vitest'
import { END_BLOCK, type Fact } from '../../src/lib/model/facts.ts'
import { blocks, engineOver, happened, message, moved, offer, type Id } from './facts.ts'

const T = 'akash1tenant'
const P = 'akash1prov'
const DEPLOY = 'akash.deployment.v1beta4.MsgCreateDeployment'
const CLOSE = 'akash.deployment.v1beta4.MsgCloseDeployment'
const BID = 'akash.market.v1beta5.MsgCreateBid'
const LEASE = 'akash.market.v1beta5.MsgCreateLease'
const WITHDRAW = 'akash.market.v1beta5.MsgWithdrawLease'
const CLOSE_BID = 'akash.market.v1beta5.MsgCloseBid'
const DEPOSIT = 'akash.escrow.v1.MsgAccountDeposit'
const priced = { price: '100.000000000000000000', denom: 'uact' }
const lease = (gseq: number, owner = T, provider = P, oseq = 1): Required<Id> => ({ owner, dseq: '7', gseq, oseq, provider })
const leaseId = (id: Id) => [id.owner, id.dseq, id.gseq, id.oseq, id.provider].join('/')

/** A deployment whose groups are leased to P at height 3. */
function running(gseqs: readonly number[], owner = T): Fact[] {
  const deployment = { owner, dseq: '7' }
  return [
    ...blocks(60),
    message(1, DEPLOY, deployment),
    happened(1, 0, 'deployment_created', deployment),
    moved(1, 1, 'in', owner, '500000'),
    ...gseqs.flatMap((gseq, i) => {
      const id = lease(gseq, owner)
      const tx = { tx_index: i }
      return [
        message(2, BID, id, tx),
        happened(2, 1, 'bid_created', id, { ...priced, ...tx }),
        offer(2, '500', tx),
        moved(2, 2, 'in', P, '500', tx),
        message(3, LEASE, id, tx),
        happened(3, 1, 'lease_created', id, { ...priced, ...tx })
      ]
    })
  ]
}

async function flows(facts: readonly Fact[], height: number) {
  const engine = await engineOver(facts)
  const rows = await engine.query(
    'SELECT kind, account, amount, take, lease_id FROM escrow_moves WHERE height = $height ORDER BY tx_index, event_index',
    { height }
  )
  await engine.close()
  return rows
}
const closeGroups = (height: number, gseqs: readonly number[], owner = T, from = 20): Fact[] =>
  gseqs.flatMap((gseq, i) => {
    const id = lease(gseq, owner)
    const at = from + 3 * i
    return [
      moved(height, at, 'out', P, '500', { next_event: at + 1, next_rank: 1 }),
      happened(height, at + 1, 'bid_closed', id),
      happened(height, at + 2, 'lease_closed', id, { reason: 'owner' })
    ]
  })

describe('several leases of one provider in one message', () => {
  test('payouts follow the order in which escrow keeps payments: ids as text, so group 10 before group 2', async () => {
    const deployment = { owner: T, dseq: '7' }
    const rows = await flows(
      [
        ...running([2, 10]),
        message(13, CLOSE, deployment),
        moved(13, 1, 'out', P, '1010', { next_event: 4, next_rank: 3 }),
        moved(13, 2, 'out', P, '1002', { next_event: 4, next_rank: 2 }),
        moved(13, 3, 'out', T, '497988', { next_event: 4, next_rank: 1 }),
        happened(13, 4, 'deployment_closed', deployment),
        ...closeGroups(13, [2, 10])
      ],
      13
    )
    expect(rows.map((r) => [r['kind'], r['amount'], r['lease_id']])).toEqual([
      ['payout', '1010', leaseId(lease(10))],
      ['payout', '1002', leaseId(lease(2))],
      ['refund', '497988', null],
      ['bid_refund', '500', leaseId(lease(2))],
      ['bid_refund', '500', leaseId(lease(10))]
    ])
  })

  test('a lease withdrawn in the same block has nothing left, so the one transfer is the other lease’s', async () => {
    const deployment = { owner: T, dseq: '7' }
    const rows = await flows(
      [
        ...running([1, 2]),
        message(13, WITHDRAW, lease(1)),
        moved(13, 1, 'out', P, '1000'),
        message(13, CLOSE, deployment, { tx_index: 1 }),
        moved(13, 1, 'out', P, '1000', { tx_index: 1 }),
        moved(13, 2, 'out', T, '498000', { tx_index: 1 }),
        ...closeGroups(13, [1, 2]).map((f) => ({ ...f, row: { ...f.row, tx_index: 1 } }) as Fact)
      ],
      13
    )
    expect(rows.filter((r) => r['kind'] === 'payout').map((r) => r['lease_id'])).toEqual([leaseId(lease(1)), leaseId(lease(2))])
  })
})

test('a payout as large as a bid deposit, in its denom, stays a payout', async () => {
  const id = lease(1)
  const rows = await flows(
    [
      ...running([1]),
      message(8, CLOSE_BID, id),
      happened(8, 1, 'lease_closed', id, { reason: 'unstable' }),
      moved(8, 2, 'out', P, '500', { next_event: 3, next_rank: 1 }),
      happened(8, 3, 'bid_closed', id),
      moved(8, 4, 'out', P, '500')
    ],
    8
  )
  expect(rows.map((r) => r['kind'])).toEqual(['bid_refund', 'payout'])
})

test('a payout that stands before the deposit of a closing bid is told apart by the deposit’s amount', async () => {
  const id = lease(1)
  const rows = await flows(
    [
      ...running([1]),
      message(8, CLOSE_BID, id),
      moved(8, 1, 'out', P, '400', { next_event: 3, next_rank: 2 }),
      moved(8, 2, 'out', P, '500', { next_event: 3, next_rank: 1 }),
      happened(8, 3, 'bid_closed', id),
      happened(8, 4, 'lease_closed', id, { reason: 'unstable' })
    ],
    8
  )
  expect(rows.map((r) => r['kind'])).toEqual(['payout', 'bid_refund'])
})

describe('a tenant that is its own provider', () => {
  const deployment = { owner: P, dseq: '7' }
  test('since v1.0 escrow pays before it refunds', async () => {
    const rows = await flows(
      [
        ...running([1], P),
        message(13, CLOSE, deployment),
        moved(13, 1, 'out', P, '1000'),
        moved(13, 2, 'out', P, '499000'),
        ...closeGroups(13, [1], P)
      ],
      13
    )
    expect(rows.map((r) => [r['kind'], r['amount']])).toEqual([
      ['payout', '1000'],
      ['refund', '499000'],
      ['bid_refund', '500']
    ])
  })

  test('up to v0.38 it refunds first; take marks the payout', async () => {
    const legacy = 'akash.deployment.v1beta3.MsgCloseDeployment'
    const closing = [
      message(13, legacy, deployment),
      moved(13, 1, 'out', P, '499000'),
      moved(13, 2, 'out', P, '980', { take: '20' }),
      ...closeGroups(13, [1], P)
    ]
    const rows = await flows([...running([1], P), ...closing], 13)
    expect(rows.map((r) => [r['kind'], r['amount']])).toEqual([
      ['refund', '499000'],
      ['payout', '980'],
      ['bid_refund', '500']
    ])
  })
})

test('a top-up of an overdrawn escrow pays the debt of a lease that closed before, and refunds the rest', async () => {
  const deployment = { owner: T, dseq: '7' }
  const rows = await flows(
    [
      ...running([1]),
      message(20, WITHDRAW, lease(1)),
      moved(20, 1, 'out', P, '500000'),
      happened(20, 2, 'deployment_closed', deployment),
      ...closeGroups(20, [1]),
      message(30, DEPOSIT, deployment),
      moved(30, 1, 'in', T, '900'),
      moved(30, 2, 'out', P, '600'),
      moved(30, 3, 'out', T, '300')
    ],
    30
  )
  expect(rows.map((r) => [r['kind'], r['amount'], r['lease_id']])).toEqual([
    ['deposit', '900', null],
    ['payout', '600', leaseId(lease(1))],
    ['refund', '300', null]
  ])
})

test('deposits of losers go back to who paid them, a granter that paid for two bids included', async () => {
  const losers = ['akash1a', 'akash1b'].map((p) => lease(1, T, p))
  const bids = losers.flatMap((id, i) => {
    const tx = { tx_index: i + 1 }
    return [
      message(2, BID, id, tx),
      happened(2, 1, 'bid_created', id, { ...priced, ...tx }),
      offer(2, '500', tx),
      moved(2, 2, 'in', 'akash1granter', '500', tx)
    ]
  })
  const refunds = [4, 5].map((e) => moved(3, e, 'out', 'akash1granter', '500', { lease_event: 1 }))
  const facts = [...running([1]), ...bids, ...refunds]
  expect((await flows(facts, 3)).map((r) => [r['kind'], r['lease_id']])).toEqual(losers.map((id) => ['bid_refund', leaseId(id)]))
  const engine = await engineOver(facts)
  expect(await engine.query('SELECT provider, outcome, closed_height FROM bids ORDER BY provider')).toEqual([
    { provider: 'akash1a', outcome: 'lost', closed_height: '3' },
    { provider: 'akash1b', outcome: 'lost', closed_height: '3' },
    { provider: P, outcome: 'won', closed_height: null }
  ])
  await engine.close()
})

test('without the deployment’s beginning in the lake, a payout still finds its lease', async () => {
  const id = lease(1)
  const rows = await flows(
    [
      ...blocks(60),
      message(40, CLOSE_BID, id),
      happened(40, 1, 'lease_closed', id, { reason: 'unstable' }),
      moved(40, 2, 'out', P, '500', { next_event: 3, next_rank: 1 }),
      happened(40, 3, 'bid_closed', id),
      moved(40, 4, 'out', P, '77')
    ],
    40
  )
  expect(rows.map((r) => [r['kind'], r['lease_id']])).toEqual([
    ['bid_refund', leaseId(id)],
    ['payout', leaseId(id)]
  ])
})

test('the market event that follows tells whose escrow a block event is about', async () => {
  const deployment = { owner: T, dseq: '7' }
  const end = { tx_index: END_BLOCK, msg_index: null }
  const facts = [
    ...running([1]),
    moved(9, 1, 'out', T, '500000', { ...end, next_event: 2, next_rank: 1 }),
    happened(9, 2, 'deployment_closed', deployment, end)
  ]
  const engine = await engineOver(facts)
  expect(await engine.query('SELECT kind, deployment_id, tx_hash, amount FROM escrow_flows WHERE height = 9')).toEqual([
    { kind: 'refund', deployment_id: `${T}/7`, tx_hash: null, amount: '500000' }
  ])
  await engine.close()
})

test('a transaction’s hash stands beside what it moved; a message’s place and payer tell how it was sent', async () => {
  const hash: Fact = { table: 'txs', row: { height: 1, tx_index: 0, hash: 'AB12' } }
  const engine = await engineOver([...running([1]), hash])
  expect(await engine.query(`SELECT tx_hash, msg_index FROM escrow_flows WHERE kind = 'deposit'`)).toEqual([
    { tx_hash: 'AB12', msg_index: '0' }
  ])
  await engine.close()
  const via = async (place: string, more: Parameters<typeof message>[3]) => {
    const id = { owner: T, dseq: '7' }
    const at = { msg_index: place }
    const lone = await engineOver([
      ...blocks(1),
      message(1, DEPLOY, id, { ...at, ...more }),
      happened(1, 0, 'deployment_created', id, at)
    ])
    const [row] = await lone.query('SELECT via FROM deployments')
    await lone.close()
    return row?.['via']
  }
  expect(await via('0', { deposit_source: 'balance,grant' })).toBe('direct')
  expect(await via('1', { deposit_source: 'grant,balance' })).toBe('managed')
  expect(await via('1', { fee_granter: 'akash1granter' })).toBe('managed')
  expect(await via('1/0', { fee_granter: 'akash1granter' })).toBe('authz')
})
