/** Parameters of modules, and who states them: genesis, proposals of both kinds, executed messages. */
import { describe, expect, test } from 'vitest'
import { decode } from '../../../ingest/networks/akash/decode.ts'
import { factsOfGenesis } from '../../../ingest/networks/akash/param-fact.ts'
import { readUpdateParams } from '../../../ingest/networks/akash/params.ts'
import { BEGIN_BLOCK, END_BLOCK, type Fact, type FactRow, type FactTable } from '../../../src/lib/model/facts.ts'
import { any, block, event, proto, tx, typed } from './encode.ts'

const of = <T extends FactTable>(facts: readonly Fact[], table: T) =>
  facts.filter((f) => f.table === table).map((f) => f.row as FactRow<T>)
const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
const listed = (facts: readonly Fact[]) =>
  of(facts, 'param_statements').map((p) => [p.basis, p.proposal_id, p.module, p.whole, p.param, p.denom, p.value])
const fail = (field: string): never => {
  throw new Error(`unknown field ${field}`)
}

/** Params as recorded nodes answered (recordings v1.2, v2.1 and v1.2-to-v2.0): the bytes of a QueryParamsResponse. */
const ANSWERS = {
  'take.v1':
    '0a560a480a446962632f3137304336373736313041433331444630393034464645303943443342354336353734393231373045374535323337324534383735364237314535364632463110140a080a0475616b7410021014',
  'market.v1beta5':
    '0a3d0a0e0a0475616b74120635303030303010141a0e0a047561637412063530303030301a0e0a0475616b7412063530303030302202080a2a0508809a9e01',
  'deployment.v1beta4': '0a200a0e0a0475616b7412063530303030300a0e0a04756163741206353030303030',
  'bme.v1': '0a22089c4a10a8461805200a301940324a100a0475616374120831303030303030305003',
  'oracle.v2':
    '0a4f0a2c616b617368316a726b6d646377677139347561616d78367a6178326c7565776c68663775346b3372746b306310011a0308d804220208052888273a040880a3054204686f757248e8075202080a',
  'oracle.v1':
    '0a370a2c616b617368316a726b6d646377677139347561616d78367a6178326c7565776c68663775346b3372746b3063100118042005289601'
} as const
type Version = keyof typeof ANSWERS
const AXL_USDC = 'ibc/170C677610AC31DF0904FFE09CD3B5C657492170E7E52372E48756B71E56F2F1'
const ORACLE = '["akash1jrkmdcwgq94uaamx6zax2luewlhf7u4k3rtk0c"]'

/** MsgUpdateParams {1 authority, 2 params} around recorded parameters, whose answer has them in field 1 with a length of one byte. */
const update = (version: Version): Uint8Array =>
  any(`akash.${version}.MsgUpdateParams`, proto([1, 'akash1gov'], [2, hex(ANSWERS[version]).subarray(2)]))
const values = (version: Version) =>
  readUpdateParams(
    `akash.${version}.MsgUpdateParams`,
    proto([1, 'akash1gov'], [2, hex(ANSWERS[version]).subarray(2)]),
    fail
  )?.params.map(({ param, denom, value }) => (denom === null ? [param, value] : [param, denom, value]))

describe('MsgUpdateParams', () => {
  test('take', () =>
    expect(values('take.v1')).toEqual([
      ['denom_take_rates', AXL_USDC, '20'],
      ['denom_take_rates', 'uakt', '2'],
      ['default_take_rate', '20']
    ]))
  test('market', () =>
    expect(values('market.v1beta5')).toEqual([
      ['bid_min_deposit', 'uakt', '500000'],
      ['order_max_bids', '20'],
      ['bid_min_deposits', 'uact', '500000'],
      ['bid_min_deposits', 'uakt', '500000'],
      ['min_reclamation_window', '10s'],
      ['max_reclamation_window', '2592000s']
    ]))
  test('deployment', () =>
    expect(values('deployment.v1beta4')).toEqual([
      ['min_deposits', 'uakt', '500000'],
      ['min_deposits', 'uact', '500000']
    ]))
  test('bme, where a spread of 0 is absent on the wire', () =>
    expect(values('bme.v1')).toEqual([
      ['circuit_breaker_warn_threshold', '9500'],
      ['circuit_breaker_halt_threshold', '9000'],
      ['min_epoch_blocks', '5'],
      ['epoch_blocks_backoff_percent', '10'],
      ['mint_spread_bps', '25'],
      ['settle_spread_bps', '0'],
      ['max_endblocker_records', '50'],
      ['min_mint', 'uact', '10000000'],
      ['max_pending_attempts', '3']
    ]))
  test('oracle of both versions: blocks then, durations now', () => {
    expect(values('oracle.v1')).toEqual([
      ['sources', ORACLE],
      ['min_price_sources', '1'],
      ['max_price_staleness_blocks', '4'],
      ['twap_window', '5'],
      ['max_price_deviation_bps', '150'],
      ['feed_contracts_params', '[]']
    ])
    expect(values('oracle.v2')).toEqual([
      ['sources', ORACLE],
      ['min_price_sources', '1'],
      ['max_price_staleness_period', '600s'],
      ['twap_window', '5s'],
      ['max_price_deviation_bps', '5000'],
      ['feed_contracts_params', '[]'],
      ['price_retention', '86400s'],
      ['prune_epoch', 'hour'],
      ['max_prune_per_epoch', '1000'],
      ['max_future_time_drift', '10s']
    ])
  })
  test('a parameter that this version of the module does not have is not made up; parts of a second are kept', () => {
    const none = readUpdateParams('akash.bme.v1.MsgUpdateParams', proto([2, proto([6, 25])]), fail)
    expect(none?.params.map((p) => p.param)).not.toContain('max_pending_attempts')
    const half = proto([2, proto([4, proto([1, 1], [2, 500_000_000])])])
    expect(readUpdateParams('akash.oracle.v2.MsgUpdateParams', half, fail)?.params).toContainEqual({
      param: 'twap_window',
      denom: null,
      value: '1.500s'
    })
  })
})

describe('executed outside governance', () => {
  test('is a statement of its own, inside MsgExec, too', () => {
    const exec = any('cosmos.authz.v1beta1.MsgExec', proto([1, 'akash1robot'], [2, update('deployment.v1beta4')]))
    const facts = decode(block([{ bytes: tx([exec]), events: [] }]))
    expect(listed(facts)).toEqual([
      ['executed', null, 'deployment', true, 'min_deposits', 'uakt', '500000'],
      ['executed', null, 'deployment', true, 'min_deposits', 'uact', '500000']
    ])
    expect(of(facts, 'unknowns')).toEqual([])
    expect(of(facts, 'txs')).toHaveLength(1)
  })
  test('of a module or version that is not known it is counted', () => {
    const strange = any('akash.provider.v1beta4.MsgUpdateParams', proto([1, 'g'], [2, proto([1, proto([1, 9])])]))
    const later = any('akash.take.v1.MsgUpdateParams', proto([1, 'g'], [2, proto([9, 1])]))
    expect(of(decode(block([{ bytes: tx([strange, later]), events: [] }])), 'unknowns')).toMatchObject([
      { kind: 'message', type: 'akash.provider.v1beta4.MsgUpdateParams' },
      { kind: 'field', type: 'akash.take.v1.MsgUpdateParams', detail: 'params.9' }
    ])
  })
})

const submitted = (id: string, index = '0') => event('submit_proposal', { proposal_id: id, msg_index: index })
const voting = event('submit_proposal', { voting_period_start: '12', msg_index: '0' })
const submit = (...messages: readonly Uint8Array[]) =>
  any('cosmos.gov.v1.MsgSubmitProposal', proto(...messages.map((m) => [1, m] as const), [3, 'akash1x'], [5, 'a title']))
const submitLegacy = (content: Uint8Array) => any('cosmos.gov.v1beta1.MsgSubmitProposal', proto([1, content], [3, 'akash1x']))
const changes = (...list: readonly (readonly [subspace: string, key: string, value: string])[]) =>
  any(
    'cosmos.params.v1beta1.ParameterChangeProposal',
    proto([1, 'title'], ...list.map(([s, k, v]) => [3, proto([1, s], [2, k], [3, v])] as const))
  )
const plan = proto([1, 'v9.9.9'], [3, 777], [4, 'info'])

describe('proposals', () => {
  test('parameters wait for the vote, at the event that names the proposal', () => {
    const bytes = tx([submit(update('take.v1'), update('deployment.v1beta4'))])
    const facts = decode(block([{ bytes, events: [event('coin_spent', {}), submitted('318'), voting] }]))
    expect(listed(facts)).toEqual([
      ['proposal', '318', 'take', true, 'denom_take_rates', AXL_USDC, '20'],
      ['proposal', '318', 'take', true, 'denom_take_rates', 'uakt', '2'],
      ['proposal', '318', 'take', true, 'default_take_rate', null, '20'],
      ['proposal', '318', 'deployment', true, 'min_deposits', 'uakt', '500000'],
      ['proposal', '318', 'deployment', true, 'min_deposits', 'uact', '500000']
    ])
    expect(of(facts, 'param_statements').map((p) => [p.event_index, p.param_index])).toEqual([0, 1, 2, 3, 4].map((i) => [1, i]))
    expect(of(facts, 'unknowns')).toEqual([])
  })

  test('two proposals in one transaction keep their own', () => {
    const bytes = tx([submit(update('deployment.v1beta4')), submit(update('bme.v1'))])
    const facts = decode(block([{ bytes, events: [submitted('1'), submitted('2', '1')] }]))
    expect(new Set(of(facts, 'param_statements').map((p) => `${p.proposal_id} ${p.module}`))).toEqual(
      new Set(['1 deployment', '2 bme'])
    )
  })

  test('legacy changes name one parameter each; other modules are not ours', () => {
    const content = changes(
      ['take', 'DenomTakeRates', '[{"denom":"uakt","rate":4},{"denom":"ibc/A","rate":20}]'],
      ['take', 'DefaultTakeRate', '15'],
      ['deployment', 'MinDeposits', '[{"denom":"uakt","amount":"5000000"}]'],
      ['market', 'BidMinDeposit', '{"denom":"uakt","amount":"50000000"}'],
      ['staking', 'MaxValidators', '100']
    )
    const opened = event('message', { action: '/cosmos.gov.v1beta1.MsgSubmitProposal' })
    const facts = decode(
      block([{ bytes: tx([submitLegacy(content)]), events: [opened, event('submit_proposal', { proposal_id: '240' })] }])
    )
    expect(listed(facts)).toEqual([
      ['proposal', '240', 'take', false, 'denom_take_rates', 'uakt', '4'],
      ['proposal', '240', 'take', false, 'denom_take_rates', 'ibc/A', '20'],
      ['proposal', '240', 'take', false, 'default_take_rate', null, '15'],
      ['proposal', '240', 'deployment', false, 'min_deposits', 'uakt', '5000000'],
      ['proposal', '240', 'market', false, 'bid_min_deposit', 'uakt', '50000000']
    ])
  })

  test('upgrades are planned and called off, by new and by legacy proposals', () => {
    const messages = [
      submit(any('cosmos.upgrade.v1beta1.MsgSoftwareUpgrade', proto([1, 'g'], [2, plan]))),
      submit(any('cosmos.upgrade.v1beta1.MsgCancelUpgrade', proto([1, 'g']))),
      submitLegacy(any('cosmos.upgrade.v1beta1.SoftwareUpgradeProposal', proto([1, 't'], [3, plan]))),
      submitLegacy(any('cosmos.upgrade.v1beta1.CancelSoftwareUpgradeProposal', proto([1, 't']))),
      submit(
        any(
          'cosmos.gov.v1.MsgExecLegacyContent',
          proto([1, any('cosmos.upgrade.v1beta1.SoftwareUpgradeProposal', proto([3, plan]))])
        )
      )
    ]
    const events = messages.map((_, i) => submitted(String(i), String(i)))
    const facts = decode(block([{ bytes: tx(messages), events }]))
    expect(of(facts, 'upgrade_plans').map((p) => [p.proposal_id, p.name, p.upgrade_height])).toEqual([
      ['0', 'v9.9.9', 777],
      ['1', null, null],
      ['2', 'v9.9.9', 777],
      ['3', null, null],
      ['4', 'v9.9.9', 777]
    ])
  })

  test('what is not understood is counted, each in a row of its own, and the rest is read', () => {
    const bytes = tx([
      submit(
        any('akash.market.v2beta1.MsgUpdateParams', proto([1, 'g'])),
        any('akash.bme.v1.MsgUpdateParams', Uint8Array.of(18, 99)),
        update('deployment.v1beta4')
      ),
      submitLegacy(changes(['take', 'DefaultTakeRate', 'twenty'], ['take', 'DenomTakeRates', 'none']))
    ])
    const facts = decode(block([{ bytes, events: [submitted('1'), submitted('2', '1')] }]))
    const unknowns = of(facts, 'unknowns')
    expect(unknowns.map((u) => [u.kind, u.type, u.msg_index])).toEqual([
      ['message', 'akash.market.v2beta1.MsgUpdateParams', '0'],
      ['undecodable', 'akash.bme.v1.MsgUpdateParams', '0'],
      ['undecodable', 'param take.DefaultTakeRate', '1'],
      ['undecodable', 'param take.DenomTakeRates', '1']
    ])
    expect(new Set(unknowns.map((u) => u.event_index)).size).toBe(4)
    expect(of(facts, 'param_statements').map((p) => p.module)).toEqual(['deployment', 'deployment'])
  })

  test('a proposal about nothing of ours leaves nothing', () => {
    const text = submitLegacy(any('cosmos.gov.v1beta1.TextProposal', proto([1, 'hello'])))
    expect(decode(block([{ bytes: tx([text]), events: [submitted('9')] }]))).toHaveLength(1)
  })

  test('how a vote ended', () => {
    const end = [event('active_proposal', { proposal_id: '318', proposal_result: 'proposal_passed', mode: 'EndBlock' })]
    expect(of(decode(block([], { end })), 'proposal_results')).toEqual([
      { height: 100, tx_index: END_BLOCK, event_index: 0, proposal_id: '318', result: 'proposal_passed' }
    ])
    const blank = decode(block([], { end: [event('active_proposal', { proposal_id: '318' })] }))
    expect(of(blank, 'unknowns')).toMatchObject([
      { kind: 'undecodable', type: 'active_proposal', detail: 'has no proposal_result' }
    ])
  })
})

test('the vault that is funded for the first time tells v2.0.0; later funding and funding by vote do not', () => {
  const funded = (amount: string, balance: string) =>
    typed('akash.bme.v1.EventVaultFunded', {
      amount: { denom: 'uakt', amount },
      source: 'akash1pool',
      new_vault_balance: { denom: 'uakt', amount: balance }
    })
  const plans = (phases: Parameters<typeof block>[1]) => of(decode(block([], phases)), 'upgrade_plans')
  expect(plans({ begin: [funded('300', '300')] })).toEqual([
    { height: 100, tx_index: BEGIN_BLOCK, event_index: 0, param_index: 0, proposal_id: null, name: 'v2.0.0', upgrade_height: 100 }
  ])
  expect(plans({ begin: [funded('300', '700')] })).toEqual([])
  expect(plans({ end: [funded('300', '300')] })).toEqual([])
})

describe('genesis', () => {
  test('parameters of the modules that are followed, whatever else is in it', () => {
    const genesis = {
      app_state: {
        bank: { params: { send_enabled: true } },
        deployment: { params: { deployment_min_deposit: { denom: 'uakt', amount: '5000000' } }, deployments: [] },
        take: { params: { denom_take_rates: [], default_take_rate: 20 } },
        provider: { providers: [] }
      }
    }
    expect(listed(factsOfGenesis(genesis, 1))).toEqual([
      ['genesis', null, 'deployment', true, 'deployment_min_deposit', 'uakt', '5000000'],
      ['genesis', null, 'take', true, 'denom_take_rates', null, '[]'],
      ['genesis', null, 'take', true, 'default_take_rate', null, '20']
    ])
  })
  test('of another shape has none', () => {
    for (const strange of [null, undefined, 'x', [], {}, { app_state: null }, { app_state: { take: { params: [1] } } }])
      expect(factsOfGenesis(strange, 1)).toEqual([])
  })
})
