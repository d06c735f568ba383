/** Parameters in force by height: which statement counts, from when, and what ends it. */
import { expect, test } from 'vitest'
import { BEGIN_BLOCK, END_BLOCK, type Fact, type FactRow } from '../../src/lib/model/facts.ts'
import type { StateFact } from '../../src/lib/model/snapshot.ts'
import { blocks, engineOver } from './facts.ts'

const VIEWS = ['upgrade_params', 'module_params']

type Row = FactRow<'param_statements'>
type Listed = readonly (readonly [param: string, denom: string | null, value: string])[]

function states(height: number, module: string, listed: Listed, more: Partial<Row> = {}): Fact[] {
  const from = more.param_index ?? 0
  return listed.map(([param, denom, value], i) => ({
    table: 'param_statements',
    row: {
      height,
      tx_index: 0,
      event_index: 3,
      basis: 'proposal',
      proposal_id: '7',
      module,
      whole: true,
      param,
      denom,
      value,
      ...more,
      param_index: from + i
    }
  }))
}
const genesis = { basis: 'genesis', proposal_id: null, tx_index: BEGIN_BLOCK, event_index: -1 } as const
const ends = (height: number, proposal_id: string, result = 'proposal_passed', event_index = 0): Fact => ({
  table: 'proposal_results',
  row: { height, tx_index: END_BLOCK, event_index, proposal_id, result }
})
const plan = (height: number, proposal_id: string | null, name: string | null, upgrade_height: number | null): Fact => ({
  table: 'upgrade_plans',
  row: { height, tx_index: 0, event_index: 3, param_index: 0, proposal_id, name, upgrade_height }
})

/** `module.param denom = value from-to basis` of every row, in order. */
async function inForce(facts: readonly (Fact | StateFact)[], where = 'true'): Promise<string[]> {
  const engine = await engineOver([...blocks(60), ...facts], VIEWS)
  const rows = await engine.query(`SELECT * FROM module_params WHERE ${where}`)
  await engine.close()
  return rows.map((r) => {
    const name = [`${String(r['module'])}.${String(r['param'])}`, r['denom']].filter((part) => part !== null).join(' ')
    return `${name} = ${String(r['value'])} ${String(r['valid_from_height'])}-${String(r['valid_to_height'] ?? '')} ${String(r['basis'])}`
  })
}

const took: Listed = [
  ['default_take_rate', null, '20'],
  ['denom_take_rates', 'uakt', '2'],
  ['denom_take_rates', 'ibc/A', '20']
]

test('a proposal counts from the height after its vote ended, and ends what its statement leaves out', async () => {
  const rows = await inForce([
    ...states(1, 'take', took, genesis),
    ...states(10, 'take', [
      ['default_take_rate', null, '20'],
      ['denom_take_rates', 'uakt', '4']
    ]),
    ends(30, '7')
  ])
  expect(rows).toEqual([
    'take.default_take_rate = 20 1- genesis',
    'take.denom_take_rates ibc/A = 20 1-30 genesis',
    'take.denom_take_rates uakt = 2 1-30 genesis',
    'take.denom_take_rates uakt = 4 31- governance'
  ])
})

test.each(['proposal_rejected', 'proposal_failed'])('a proposal that ended as %s changes nothing', async (result) => {
  const facts = [
    ...states(1, 'take', took, genesis),
    ...states(10, 'take', [['default_take_rate', null, '5']]),
    ends(30, '7', result)
  ]
  expect(await inForce(facts)).toEqual(await inForce(states(1, 'take', took, genesis)))
})

test('a proposal whose end is not in the lake changes nothing; one that was tried again counts by its last end', async () => {
  const proposed = states(10, 'take', [['default_take_rate', null, '5']])
  expect(await inForce(proposed)).toEqual([])
  expect(await inForce([...proposed, ends(20, '7', 'expedited_proposal_rejected'), ends(30, '7')])).toEqual([
    'take.default_take_rate = 5 31- governance'
  ])
})

test('a legacy change replaces one parameter in all its denoms and leaves the others', async () => {
  const rows = await inForce([
    ...states(1, 'take', took, genesis),
    ...states(10, 'take', [['denom_take_rates', 'uakt', '3']], { whole: false }),
    ends(30, '7')
  ])
  expect(rows).toEqual([
    'take.default_take_rate = 20 1- genesis',
    'take.denom_take_rates ibc/A = 20 1-30 genesis',
    'take.denom_take_rates uakt = 2 1-30 genesis',
    'take.denom_take_rates uakt = 3 31- governance'
  ])
})

test('modules do not touch each other; of two proposals that end in one block the later one stands', async () => {
  const rows = await inForce([
    ...states(1, 'take', took, genesis),
    ...states(1, 'bme', [['mint_spread_bps', null, '25']], { ...genesis, param_index: 3 }),
    ...states(10, 'bme', [['mint_spread_bps', null, '50']]),
    ...states(11, 'bme', [['mint_spread_bps', null, '75']], { proposal_id: '8' }),
    ends(30, '8', 'proposal_passed', 1),
    ends(30, '7', 'proposal_passed', 0)
  ])
  expect(rows.filter((r) => r.startsWith('bme'))).toEqual([
    'bme.mint_spread_bps = 25 1-30 genesis',
    'bme.mint_spread_bps = 75 31- governance'
  ])
  expect(rows.filter((r) => r.startsWith('take')).every((r) => r.endsWith('1- genesis'))).toBe(true)
})

test('a message executed outside governance counts from the next height, and its transaction is named', async () => {
  const executed = { basis: 'executed', proposal_id: null, event_index: -1 } as const
  const engine = await engineOver(
    [
      ...blocks(60),
      ...states(9, 'market', [['order_max_bids', null, '30']], executed),
      { table: 'txs', row: { height: 9, tx_index: 0, hash: 'AB12' } }
    ],
    VIEWS
  )
  expect(await engine.query('SELECT * FROM module_params')).toEqual([
    {
      network: 'akash',
      module: 'market',
      param: 'order_max_bids',
      denom: null,
      value: '30',
      number: '30.000000000000000000',
      valid_from_height: '10',
      valid_from_time: '1970-01-01T00:00:09.000000Z',
      valid_to_height: null,
      basis: 'executed',
      source: 'transaction AB12'
    }
  ])
  await engine.close()
})

/** What the state at a height lists. */
const state = (read_height: number, listed: Listed): StateFact[] =>
  listed.map(([param, denom, value], param_index) => ({
    table: 'state_params',
    row: { read_height, module: 'market', param_index, param, denom, value }
  }))

test('the state tells what is in force, not since when; what blocks tell of it stands', async () => {
  const listed: Listed = [
    ['order_max_bids', null, '20'],
    ['bid_min_deposits', 'uakt', '5']
  ]
  const told = state(30, listed)
  expect(await inForce(told)).toEqual(['market.bid_min_deposits uakt = 5 null- state', 'market.order_max_bids = 20 null- state'])
  // The same by blocks: nothing changes. Changed since: the state tells of before.
  const executed = { basis: 'executed', proposal_id: null } as const
  expect(await inForce([...told, ...states(9, 'market', listed, executed)])).toEqual([
    'market.bid_min_deposits uakt = 5 10- executed',
    'market.order_max_bids = 20 10- executed'
  ])
  const later = states(40, 'market', [['order_max_bids', null, '30'], listed[1]!], executed)
  expect(await inForce([...told, ...later])).toEqual([
    'market.bid_min_deposits uakt = 5 null- state',
    'market.order_max_bids = 20 null-40 state',
    'market.order_max_bids = 30 41- executed'
  ])
})

test('text that is no number has none', async () => {
  const engine = await engineOver(
    [
      ...blocks(1),
      ...states(
        1,
        'oracle',
        [
          ['twap_window', null, '5s'],
          ['sources', null, '["a"]']
        ],
        genesis
      )
    ],
    VIEWS
  )
  expect(await engine.query('SELECT value, number FROM module_params ORDER BY value')).toEqual([
    { value: '5s', number: null },
    { value: '["a"]', number: null }
  ])
  await engine.close()
})

test('an upgrade ends a module, and sets what it brings; the block of v2.0.0 is enough to tell it', async () => {
  const facts = [...states(1, 'take', took, genesis), plan(40, null, 'v2.0.0', 40)]
  expect(await inForce(facts, "module = 'take' AND valid_to_height IS DISTINCT FROM 39")).toEqual([])
  expect(await inForce(facts, "module = 'bme' AND param LIKE '%spread%'")).toEqual([
    'bme.mint_spread_bps = 25 40- upgrade',
    'bme.settle_spread_bps = 0 40- upgrade'
  ])
})

test('a plan counts once its height is there, unless another took its place or called it off before', async () => {
  const spread = "param = 'mint_spread_bps'"
  expect(await inForce([plan(5, '7', 'v2.0.0', 50), ends(20, '7')], spread)).toEqual(['bme.mint_spread_bps = 25 50- upgrade'])
  expect(await inForce([plan(5, '7', 'v2.0.0', 61), ends(20, '7')])).toEqual([])
  expect(await inForce([plan(5, '7', 'v2.0.0', 50), ends(20, '7'), plan(21, '8', null, null), ends(30, '8')])).toEqual([])
  expect(await inForce([plan(5, '7', 'v2.0.0', 50), ends(20, '7'), plan(21, '8', 'v2.0.0', 55), ends(30, '8')], spread)).toEqual([
    'bme.mint_spread_bps = 25 55- upgrade'
  ])
  // Told twice, by the plan and by the block: once.
  const twice = [plan(5, '7', 'v2.0.0', 50), ends(20, '7'), plan(50, null, 'v2.0.0', 50)]
  expect(await inForce(twice, spread)).toEqual(['bme.mint_spread_bps = 25 50- upgrade'])
})

test('what the vote before an upgrade decided stands first', async () => {
  const facts = [
    plan(5, '7', 'v2.0.0', 50),
    ends(20, '7'),
    ...states(30, 'bme', [['mint_spread_bps', null, '99']], { proposal_id: '8' })
  ]
  expect(await inForce([...facts, ends(49, '8')], "param = 'mint_spread_bps'")).toEqual(['bme.mint_spread_bps = 25 50- upgrade'])
  expect(await inForce([...facts, ends(50, '8')], "param = 'mint_spread_bps'")).toEqual([
    'bme.mint_spread_bps = 25 50-50 upgrade',
    'bme.mint_spread_bps = 99 51- governance'
  ])
})

test('v2.1.0 adds a parameter to those that stand', async () => {
  const facts = [plan(5, '7', 'v2.0.0', 30), ends(20, '7'), plan(31, '8', 'v2.1.0', 50), ends(40, '8')]
  expect(await inForce(facts, "module = 'bme' AND (param LIKE 'max_pending%' OR param LIKE 'mint%')")).toEqual([
    'bme.max_pending_attempts = 3 50- upgrade',
    'bme.mint_spread_bps = 25 30- upgrade'
  ])
})

test('a statement of all parameters ends the one that it leaves out', async () => {
  const facts = [...states(1, 'take', took, genesis), ...states(10, 'take', [['denom_take_rates', 'uakt', '2']]), ends(30, '7')]
  expect(await inForce(facts)).toEqual([
    'take.default_take_rate = 20 1-30 genesis',
    'take.denom_take_rates ibc/A = 20 1-30 genesis',
    'take.denom_take_rates uakt = 2 1- genesis'
  ])
})

test('stating a value again changes nothing; coming back to it does, after another or after none', async () => {
  const spread = (height: number, proposal_id: string, value: string | null) =>
    states(height, 'bme', value === null ? [['min_epoch_blocks', null, '5']] : [['mint_spread_bps', null, value]], {
      proposal_id
    })
  const facts = [
    ...states(1, 'bme', [['mint_spread_bps', null, '25']], genesis),
    ...['25', '30', '25', null, '25', '25'].flatMap((value, i) => [
      ...spread(2, String(i), value),
      ends(10 * (i + 1) - 1, String(i))
    ])
  ]
  expect(await inForce(facts, "param = 'mint_spread_bps'")).toEqual([
    'bme.mint_spread_bps = 25 1-19 genesis',
    'bme.mint_spread_bps = 30 20-29 governance',
    'bme.mint_spread_bps = 25 30-39 governance',
    'bme.mint_spread_bps = 25 50- governance'
  ])
})
