import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode } from '../../../ingest/networks/akash/decode.ts'
import { BEGIN_BLOCK, END_BLOCK, type Fact, type FactRow, type FactTable } from '../../../src/lib/model/facts.ts'
import { any, block, event, proto, tx, typed } from './encode.ts'

const ESCROW = 'akash14pphss726thpwws3yc458hggufynm9x77l4l2u'
const POOL = 'akash1jv65s3grqf6v6jl3dp4t6c9t9rk99cd82yfms9'
const id = { owner: 'akash1tenant', dseq: '7', gseq: 1, oseq: 1, provider: 'akash1prov', bseq: 0 }
const bidId = proto([1, id.owner], [2, 7], [3, 1], [4, 1], [5, id.provider])
const of = <T extends FactTable>(facts: readonly Fact[], table: T) =>
  facts.filter((f) => f.table === table).map((f) => f.row as FactRow<T>)

describe('transactions', () => {
  test('a failed transaction yields nothing but its place in the count', () => {
    const closing = tx([any('akash.market.v1beta5.MsgCloseBid', proto([1, bidId]))])
    const facts = decode(block([{ bytes: closing, code: 5, events: [typed('akash.market.v1.EventBidClosed', { id })] }]))
    expect(facts).toEqual([{ table: 'blocks', row: { height: 100, time: 1_790_000_000_000_000n, txs: 1 } }])
  })

  test('bytes that are no transaction are reported, and their events still count', () => {
    const facts = decode(block([{ bytes: Uint8Array.of(10, 99), events: [typed('akash.market.v1.EventBidClosed', { id })] }]))
    expect(of(facts, 'unknowns')).toMatchObject([
      { kind: 'undecodable', type: 'cosmos.tx.v1beta1.TxRaw', detail: 'ends inside a field' }
    ])
    expect(of(facts, 'market_events')).toMatchObject([{ kind: 'bid_closed', msg_index: '0', oseq: 1 }])
    expect(of(facts, 'txs')).toHaveLength(1)
  })

  test('messages inside MsgExec keep their order and are marked', () => {
    const inner = [
      any('akash.market.v1beta5.MsgWithdrawLease', proto([1, bidId])),
      any('akash.market.v1beta5.MsgCloseBid', proto([1, bidId], [2, 10000]))
    ]
    const exec = any('cosmos.authz.v1beta1.MsgExec', proto([1, 'akash1robot'], [2, inner[0]!], [2, inner[1]!]))
    const plain = any('akash.market.v1beta5.MsgWithdrawLease', proto([1, bidId]))
    const closed = typed('akash.market.v1.EventBidClosed', { id }, '1', '1')
    const facts = decode(block([{ bytes: tx([plain, exec]), events: [closed] }]))
    expect(of(facts, 'messages').map((m) => [m.msg_index, m.type, m.event_index])).toEqual([
      ['0', 'akash.market.v1beta5.MsgWithdrawLease', -1],
      ['1/0', 'akash.market.v1beta5.MsgWithdrawLease', -2],
      ['1/1', 'akash.market.v1beta5.MsgCloseBid', -3]
    ])
    expect(of(facts, 'market_events')).toMatchObject([{ msg_index: '1/1' }])
  })

  test('events of a MsgExec inside a MsgExec get the place of its first message', () => {
    const exec = (...inner: Uint8Array[]) =>
      any('cosmos.authz.v1beta1.MsgExec', proto([1, 'akash1robot'], ...inner.map((m) => [2, m] as const)))
    const close = any('akash.market.v1beta5.MsgCloseBid', proto([1, bidId], [2, 10000]))
    const out = event('transfer', {
      recipient: id.provider,
      sender: ESCROW,
      amount: '5uact',
      msg_index: '0',
      authz_msg_index: '0'
    })
    const facts = decode(
      block([{ bytes: tx([exec(exec(close))]), events: [out, typed('akash.market.v1.EventBidClosed', { id }, '0', '0')] }])
    )
    expect(of(facts, 'messages')).toMatchObject([{ msg_index: '0/0/0' }])
    expect(of(facts, 'market_events')).toMatchObject([{ msg_index: '0/0/0' }])
    expect(of(facts, 'transfers')).toMatchObject([{ msg_index: '0/0/0', next_event: 1, next_rank: 1 }])
  })

  test('a fee grant is kept', () => {
    const bytes = tx(
      [any('akash.deployment.v1beta4.MsgCloseDeployment', proto([1, proto([1, id.owner], [2, 7])]))],
      'akash1granter'
    )
    expect(of(decode(block([{ bytes, events: [] }])), 'messages')).toMatchObject([{ fee_granter: 'akash1granter', dseq: '7' }])
  })

  test('legacy events belong to the message whose action event opened before them', () => {
    const close = any('akash.market.v1beta4.MsgCloseBid', proto([1, bidId]))
    const withdraw = any('akash.market.v1beta4.MsgWithdrawLease', proto([1, bidId]))
    const action = (type: string) => event('message', { action: `/${type}` })
    const closed = event('akash.v1', {
      module: 'market',
      action: 'bid-closed',
      owner: id.owner,
      dseq: '7',
      gseq: '1',
      oseq: '1',
      provider: id.provider,
      'price-denom': 'uakt',
      'price-amount': '333.333333333333333333'
    })
    const events = [
      event('transfer', { recipient: 'akash1fees', sender: id.provider, amount: '5uakt' }),
      action('akash.market.v1beta4.MsgWithdrawLease'),
      event('message', { sender: id.provider }),
      action('akash.market.v1beta4.MsgCloseBid'),
      closed
    ]
    const facts = decode(block([{ bytes: tx([withdraw, close]), events }]))
    expect(of(facts, 'market_events')).toMatchObject([
      { msg_index: '1', price: '333.333333333333333333', denom: 'uakt', event_index: 4 }
    ])
  })
})

describe('transactions and records', () => {
  test('a transaction is named when it has facts, and only then', () => {
    const plain = any('akash.market.v1beta5.MsgWithdrawLease', proto([1, bidId]))
    const send = any('cosmos.bank.v1beta1.MsgSend', proto())
    const facts = decode(
      block([
        { bytes: tx([send]), events: [] },
        { bytes: tx([plain]), events: [] }
      ])
    )
    expect(of(facts, 'txs')).toEqual([{ height: 100, tx_index: 1, hash: expect.stringMatching(/^[0-9A-F]{64}$/) }])
  })

  test('organization and region are the record’s first attributes of that name', () => {
    const attributes = [
      ['location-region', 'na-us-west'],
      ['organization', 'One'],
      ['organization', 'Two']
    ] as const
    const region = (...more: (readonly [string, string])[]) => {
      const record = proto([1, id.provider], ...[...attributes, ...more].map(([k, v]) => [3, proto([1, k], [2, v])] as const))
      const bytes = tx([any('akash.provider.v1beta4.MsgUpdateProvider', record)])
      const events = [typed('akash.provider.v1beta4.EventProviderUpdated', { owner: id.provider })]
      return of(decode(block([{ bytes, events }])), 'provider_records')
    }
    expect(region()).toMatchObject([{ organization: 'One', region: 'na-us-west' }])
    expect(region(['region', 'us-west'])).toMatchObject([{ organization: 'One', region: 'us-west' }])
  })

  test('a group without an order in its message is not written', () => {
    const group = (name: string) => proto([1, name], [2, proto()])
    const message = proto([1, proto([1, id.owner], [2, 7])], [2, group('a')], [2, group('b')])
    const bytes = tx([any('akash.deployment.v1beta4.MsgCreateDeployment', message)])
    const deployment = { owner: id.owner, dseq: '7' }
    const events = [
      typed('akash.deployment.v1.EventDeploymentCreated', { id: deployment }),
      typed('akash.market.v1.EventOrderCreated', { id: { ...deployment, gseq: 2, oseq: 1 } })
    ]
    expect(of(decode(block([{ bytes, events }])), 'group_specs').map((g) => g.event_index)).toEqual([1])
  })
})

describe('what is not known', () => {
  test('a later version of a message or event is reported by its type', () => {
    const bytes = tx([any('akash.market.v2beta1.MsgCreateBid', proto([1, 'x'])), any('cosmos.bank.v1beta1.MsgSend', proto())])
    const facts = decode(
      block([{ bytes, events: [typed('akash.market.v2beta1.EventBidCreated', { id }), event('wasm', { a: 'b' })] }])
    )
    expect(of(facts, 'unknowns').map((u) => [u.kind, u.type])).toEqual([
      ['message', 'akash.market.v2beta1.MsgCreateBid'],
      ['event', 'akash.market.v2beta1.EventBidCreated']
    ])
  })

  test('an unknown action of the legacy era is reported with its name', () => {
    const facts = decode(block([{ bytes: tx([]), events: [event('akash.v1', { module: 'market', action: 'lease-frozen' })] }]))
    expect(of(facts, 'unknowns')).toMatchObject([{ kind: 'event', type: 'akash.v1', detail: 'lease-frozen' }])
  })

  test('a field of a later version is reported by its path, the rest is read', () => {
    const record = proto([1, id.provider], [2, 'https://p.example'], [3, proto([1, 'k'], [2, 'v'], [9, 1])], [12, 'new'])
    const bytes = tx([any('akash.provider.v1beta4.MsgCreateProvider', record)])
    const facts = decode(
      block([{ bytes, events: [typed('akash.provider.v1beta4.EventProviderCreated', { owner: id.provider })] }])
    )
    expect(of(facts, 'unknowns')).toMatchObject([{ kind: 'field', detail: 'attributes.9, 12' }])
    expect(of(facts, 'provider_records')).toMatchObject([
      { host_uri: 'https://p.example', attributes: '[{"key":"k","value":"v"}]' }
    ])
  })

  test('an event that lacks its id is reported, not guessed', () => {
    const facts = decode(block([{ bytes: tx([]), events: [typed('akash.market.v1.EventLeaseCreated', { id: { owner: 'a' } })] }]))
    expect(of(facts, 'unknowns')).toMatchObject([{ kind: 'undecodable', detail: 'has no id' }])
    expect(of(facts, 'market_events')).toEqual([])
  })

  test('message bytes that end early are reported and the others are read', () => {
    const broken = any('akash.market.v1beta5.MsgCloseBid', Uint8Array.of(10, 99, 1))
    const fine = any('akash.market.v1beta5.MsgWithdrawLease', proto([1, bidId]))
    const facts = decode(block([{ bytes: tx([broken, fine]), events: [] }]))
    expect(of(facts, 'unknowns')).toMatchObject([{ kind: 'undecodable', msg_index: '0' }])
    expect(of(facts, 'messages')).toMatchObject([{ msg_index: '1', event_index: -2 }])
  })
})

describe('hostile input', () => {
  test('strings are kept as they are, a megabyte of them too', () => {
    const value = `<script>alert(1)</script>'; DROP TABLE leases;--\u202e\u0000😀${'x'.repeat(1 << 20)}`
    const record = proto([1, id.provider], [2, value], [3, proto([1, 'organization'], [2, value])])
    const bytes = tx([any('akash.provider.v1beta4.MsgUpdateProvider', record)])
    const facts = decode(
      block([{ bytes, events: [typed('akash.provider.v1beta4.EventProviderUpdated', { owner: id.provider })] }])
    )
    expect(of(facts, 'provider_records')[0]).toMatchObject({ host_uri: value, organization: value, region: null })
  })

  test('no transaction and no event makes decoding fail', () => {
    const attributes = fc.dictionary(
      fc.constantFrom('id', 'price', 'owner', 'reason', 'msg_index', 'amount', 'sender', 'recipient'),
      fc.string()
    )
    const types = fc.constantFrom(
      'akash.v1',
      'transfer',
      'akash.market.v1.EventLeaseCreated',
      'akash.oracle.v2.EventAggregatedPrice',
      'message'
    )
    const someEvent = fc
      .tuple(types, attributes)
      .map(([type, a]) => event(type, { ...a, ...(type === 'transfer' ? { sender: ESCROW } : {}) }))
    const messageType = fc.constantFrom(
      'akash.market.v1beta5.MsgCreateBid',
      'akash.deployment.v1beta4.MsgCreateDeployment',
      'akash.deployment.v1beta3.MsgCreateDeployment',
      'cosmos.authz.v1beta1.MsgExec',
      'akash.escrow.v1.MsgAccountDeposit'
    )
    const bytes = fc.uint8Array({ maxLength: 60 })
    const someTx = fc.oneof(
      bytes,
      fc.array(fc.tuple(messageType, bytes), { maxLength: 3 }).map((list) => tx(list.map(([t, b]) => any(t, b))))
    )
    fc.assert(
      fc.property(someTx, fc.array(someEvent, { maxLength: 5 }), (b, events) => {
        const facts = decode(block([{ bytes: b, events }], { begin: events, end: events }))
        const keys = facts
          .filter((f) => f.table === 'unknowns')
          .map((f) => `${f.row.tx_index}/${f.row.event_index}/${f.row.kind}`)
        expect(new Set(keys).size).toBe(keys.length)
      }),
      { numRuns: 300 }
    )
  })
})

describe('transfers', () => {
  const out = (to: string, amount: string) => event('transfer', { recipient: to, sender: ESCROW, amount, msg_index: '0' })

  test('take and payout are one row; the deposit before BidClosed knows its place', () => {
    const bytes = tx([any('akash.market.v1beta5.MsgCloseBid', proto([1, bidId], [2, 10001]))])
    const events = [
      typed('akash.market.v1.EventLeaseClosed', { id, reason: 'lease_closed_reason_decommission' }),
      out(id.provider, '500000uact'),
      typed('akash.market.v1.EventBidClosed', { id }),
      out(POOL, '97460uact'),
      event('coin_spent', { spender: ESCROW, amount: '389842uact' }),
      out(id.provider, '389842uact')
    ]
    const facts = decode(block([{ bytes, events }]))
    expect(of(facts, 'transfers').map((t) => [t.amount, t.take, t.next_rank, t.next_event, t.event_index])).toEqual([
      ['500000', '0', 1, 2, 1],
      ['389842', '97460', null, null, 5]
    ])
    expect(of(facts, 'market_events')[0]).toMatchObject({ reason: 'decommission' })
  })

  test('a transfer knows the next market event and its place before it, unless a transfer in lies between', () => {
    const into = event('transfer', { recipient: ESCROW, sender: 'akash1x', amount: '9uact', msg_index: '0' })
    const closed = typed('akash.market.v1.EventBidClosed', { id })
    const created = typed('akash.market.v1.EventLeaseCreated', { id })
    const events = [
      out('akash1a', '1uact'),
      into,
      out('akash1b', '2uact'),
      out('akash1c', '3uact,4uakt'),
      closed,
      created,
      out('akash1d', '5uact')
    ]
    const rows = of(decode(block([{ bytes: tx([]), events }])), 'transfers')
    expect(rows.map((t) => [t.amount, t.next_event, t.next_rank, t.lease_event])).toEqual([
      ['1', 4, null, null],
      ['9', 4, null, null],
      ['2', 4, 2, null],
      ['3', 4, 1, null],
      ['4', 4, 1, null],
      ['5', null, null, 5]
    ])
  })

  test('an empty amount is no coins; several coins are several rows', () => {
    const begin = [
      event('transfer', { recipient: 'akash1klpwzlvfnw7j8gtdd0cuu9vaw9ermsmd37sg55', sender: ESCROW, amount: '' }),
      event('transfer', { recipient: 'akash1x', sender: ESCROW, amount: '5uakt,7ibc/17AB' })
    ]
    const facts = decode(block([], { begin, end: [out('akash1y', 'nonsense')] }))
    expect(of(facts, 'transfers').map((t) => [t.tx_index, t.event_index, t.coin_index, t.denom, t.amount])).toEqual([
      [BEGIN_BLOCK, 1, 0, 'uakt', '5'],
      [BEGIN_BLOCK, 1, 1, 'ibc/17AB', '7']
    ])
    expect(of(facts, 'unknowns')).toMatchObject([{ tx_index: END_BLOCK, kind: 'undecodable', type: 'transfer' }])
  })
})
