/** Deployments and bids before GPUs, written by hand from the field numbers of their versions: no recording has them. */
import { describe, expect, test } from 'vitest'
import { decode } from '../../../ingest/networks/akash/decode.ts'
import type { Fact, FactRow, FactTable } from '../../../src/lib/model/facts.ts'
import { any, block, event, proto, tx } from './encode.ts'

const of = <T extends FactTable>(facts: readonly Fact[], table: T) =>
  facts.filter((f) => f.table === table).map((f) => f.row as FactRow<T>)
const OWNER = 'akash1vn06ycjjnvsvl639fet9lajjctuturrtx7fvuj'
const PROVIDER = 'akash1xfzqz5z4xmutv9sy7f2sxh8qszek4gdmn7jjj7'
const quantity = (digits: string) => proto([1, digits])
const attribute = (key: string, value: string) => proto([1, key], [2, value])
const id = proto([1, OWNER], [2, 140324])
const requirements = proto([1, proto([1, 'akash1auditor'])], [2, attribute('region', 'us-west')])
const uakt = (amount: string) => proto([1, 'uakt'], [2, amount])

/** A message of a group with one unit, three times. */
const created = (version: string, storage: readonly Uint8Array[], price: string) => {
  const units = proto(
    [1, proto([1, quantity('100')])],
    [2, proto([1, quantity('536870912')])],
    ...storage.map((s) => [3, s] as const),
    [4, proto([1, 1])]
  )
  const group = proto([1, 'westcoast'], [2, requirements], [3, proto([1, units], [2, 3], [3, uakt(price)])])
  return any(`akash.deployment.${version}.MsgCreateDeployment`, proto([1, id], [2, group], [3, 'hash'], [4, uakt('5000000')]))
}
const legacy = (module: string, action: string, more: { readonly [key: string]: string } = {}) =>
  event('akash.v1', { module, action, owner: OWNER, dseq: '140324', ...more })
const order = { gseq: '1', oseq: '1' }

function deployed(message: Uint8Array, action: string) {
  const events = [
    event('message', { action }),
    legacy('deployment', 'deployment-created', { version: '2b86' }),
    legacy('market', 'order-created', order),
    event('message', { sender: OWNER })
  ]
  return decode(block([{ bytes: tx([message]), events }]))
}

const asked = {
  denom: 'uakt',
  gpus: 0,
  gpu_models: [],
  cpu_millicores: 300n,
  memory_bytes: 1_610_612_736n,
  region: 'us-west',
  signed_by: ['akash1auditor']
}

describe('what a deployment asks for', () => {
  test('v1beta1: one storage without a name, prices in whole micro-units, messages named by words', () => {
    const storage = proto([1, quantity('1000')], [2, attribute('class', 'default')])
    const facts = deployed(created('v1beta1', [storage], '7'), 'create-deployment')
    expect(of(facts, 'group_specs')).toMatchObject([
      { ...asked, max_price: '21.000000000000000000', storage_bytes: 3000n, persistent_storage_bytes: 0n, event_index: 2 }
    ])
    expect(of(facts, 'messages')).toMatchObject([{ owner: OWNER, dseq: '140324', deposit_source: 'balance' }])
    expect(of(facts, 'unknowns')).toEqual([])
  })

  test('v1beta2: several named storages, prices with 18 decimals', () => {
    const storage = [
      proto([1, 'default'], [2, quantity('1000')]),
      proto([1, 'data'], [2, quantity('500')], [3, attribute('persistent', 'true')])
    ]
    const facts = deployed(created('v1beta2', storage, '398720000000000000000'), '/akash.deployment.v1beta2.MsgCreateDeployment')
    expect(of(facts, 'group_specs')).toMatchObject([
      { ...asked, max_price: '1196.160000000000000000', storage_bytes: 4500n, persistent_storage_bytes: 1500n }
    ])
    expect(of(facts, 'unknowns')).toEqual([])
  })

  test('a field that neither version has is counted', () => {
    const strange = any('akash.deployment.v1beta1.MsgCreateDeployment', proto([1, id], [2, proto([4, 5])]))
    expect(of(deployed(strange, 'create-deployment'), 'unknowns')).toMatchObject([{ kind: 'field', detail: 'groups.4' }])
  })
})

test.each(['v1beta1', 'v1beta2'])('a bid of %s has a deposit and no offer', (version) => {
  const message = any(
    `akash.market.${version}.MsgCreateBid`,
    proto([1, proto([1, OWNER], [2, 140324], [3, 1], [4, 1])], [2, PROVIDER], [3, uakt('5')], [4, uakt('50000000')])
  )
  const action = version === 'v1beta1' ? 'create-bid' : '/akash.market.v1beta2.MsgCreateBid'
  const events = [
    event('message', { action }),
    legacy('market', 'bid-created', { ...order, provider: PROVIDER, 'price-denom': 'uakt', 'price-amount': '5' })
  ]
  const facts = decode(block([{ bytes: tx([message]), events }]))
  expect(of(facts, 'bid_offers')).toMatchObject([
    { deposit: '50000000', deposit_denom: 'uakt', has_offer: false, cpu_millicores: null }
  ])
  expect(of(facts, 'market_events')).toMatchObject([{ kind: 'bid_created', price: '5.000000000000000000', msg_index: '0' }])
  expect(of(facts, 'unknowns')).toEqual([])
})

test('an update of v1beta1 repeats the groups, which its chain ignored', () => {
  const update = any('akash.deployment.v1beta1.MsgUpdateDeployment', proto([1, id], [2, proto([1, 'westcoast'])], [3, 'hash']))
  const facts = decode(block([{ bytes: tx([update]), events: [] }]))
  expect(of(facts, 'messages')).toMatchObject([{ owner: OWNER, dseq: '140324' }])
  expect(of(facts, 'unknowns')).toEqual([])
})

test('words tell messages apart, in whatever order and with whatever between them', () => {
  const bid = proto([1, OWNER], [2, 140324], [3, 1], [4, 1], [5, PROVIDER])
  const bytes = tx([
    any('akash.cert.v1beta1.MsgCreateCertificate', proto([1, OWNER])),
    any('akash.market.v1beta1.MsgWithdrawLease', proto([1, bid])),
    any('cosmos.staking.v1beta1.MsgEditValidator', proto()),
    any('akash.market.v1beta1.MsgCloseBid', proto([1, bid]))
  ])
  const closed = legacy('market', 'bid-closed', { ...order, provider: PROVIDER })
  const words = ['cert-create-certificate', 'withdraw-lease', 'edit_validator', 'close-bid']
  const events = [...words.map((action) => event('message', { action })), closed]
  expect(of(decode(block([{ bytes, events }])), 'market_events')).toMatchObject([{ kind: 'bid_closed', msg_index: '3' }])
})
