/** Messages that one account sends for another, and who pays: authz at any depth, fee grants, several signers. */
import { describe, expect, test } from 'vitest'
import { decode } from '../../../ingest/networks/akash/decode.ts'
import type { Fact, FactRow, FactTable } from '../../../src/lib/model/facts.ts'
import { any, block, proto, tx, typed } from './encode.ts'

const of = <T extends FactTable>(facts: readonly Fact[], table: T) =>
  facts.filter((f) => f.table === table).map((f) => f.row as FactRow<T>)
const exec = (...inner: Uint8Array[]) =>
  any('cosmos.authz.v1beta1.MsgExec', proto([1, 'akash1robot'], ...inner.map((m) => [2, m] as const)))
const OWNER = 'akash1tenant'
const idOf = (oseq: number) => ({ owner: OWNER, dseq: '7', gseq: 1, oseq, provider: 'akash1prov', bseq: 0 })

/** A bid with so large a deposit, and its event. `indices` are added from the innermost MsgExec outwards. */
const bid = (oseq: number, deposit: string) =>
  any(
    'akash.market.v1beta5.MsgCreateBid',
    proto([1, proto([1, OWNER], [2, 7], [3, 1], [4, oseq], [5, 'akash1prov'])], [3, proto([1, proto([1, 'uact'], [2, deposit])])])
  )
function made(oseq: number, top: string, indices: readonly string[]) {
  const { type, attributes } = typed(
    'akash.market.v1.EventBidCreated',
    { id: idOf(oseq), price: { denom: 'uact', amount: '1' } },
    top
  )
  const nested = indices.map((value) => ({ key: 'authz_msg_index', value }))
  // The SDK adds msg_index last.
  return { type, attributes: [...attributes.slice(0, -1), ...nested, ...attributes.slice(-1)] }
}

describe('MsgExec', () => {
  test('inside MsgExec: each event finds its own message, however deep', () => {
    // 0: plain, 1: exec(a, exec(b, exec(c)), d)
    const message = exec(bid(2, '200'), exec(bid(3, '300'), exec(bid(4, '400'))), bid(5, '500'))
    const events = [
      made(1, '0', []),
      made(2, '1', ['0']),
      made(3, '1', ['0', '1']),
      made(4, '1', ['0', '1', '1']),
      made(5, '1', ['2'])
    ]
    const facts = decode(block([{ bytes: tx([bid(1, '100'), message]), events }]))
    expect(of(facts, 'messages').map((m) => [m.msg_index, m.oseq])).toEqual([
      ['0', 1],
      ['1/0', 2],
      ['1/1/0', 3],
      ['1/1/1/0', 4],
      ['1/2', 5]
    ])
    expect(of(facts, 'market_events').map((e) => [e.msg_index, e.oseq])).toEqual([
      ['0', 1],
      ['1/0', 2],
      ['1/1/0', 3],
      ['1/1/1/0', 4],
      ['1/2', 5]
    ])
    expect(of(facts, 'bid_offers').map((b) => b.deposit)).toEqual(['100', '200', '300', '400', '500'])
  })

  test('nested deeper than any wallet does is counted, and its events still count', () => {
    const wrap = (message: Uint8Array, depth: number): Uint8Array => (depth === 0 ? message : wrap(exec(message), depth - 1))
    const facts = (depth: number) => decode(block([{ bytes: tx([wrap(bid(1, '100'), depth)]), events: [made(1, '0', [])] }]))
    expect(of(facts(8), 'unknowns')).toEqual([])
    expect(of(facts(8), 'messages')).toMatchObject([{ msg_index: '0/0/0/0/0/0/0/0/0' }])
    expect(of(facts(9), 'unknowns')).toMatchObject([
      { kind: 'undecodable', type: 'cosmos.authz.v1beta1.MsgExec', detail: 'is nested too deep' }
    ])
    expect(of(facts(9), 'market_events')).toMatchObject([{ kind: 'bid_created', oseq: 1 }])
  })
})

describe('who pays the fee', () => {
  /** AuthInfo {2 fee {3 payer, 4 granter}} around one message. */
  const paid = (message: Uint8Array, payer: string, granter?: string) => {
    const fee = proto([3, payer], ...(granter === undefined ? [] : [[4, granter] as const]))
    return proto([1, proto([1, message])], [2, proto([2, fee])])
  }
  const close = any('akash.deployment.v1beta4.MsgCloseDeployment', proto([1, proto([1, OWNER], [2, 7])]))
  const payer = (message: Uint8Array, who: string, granter?: string) =>
    of(decode(block([{ bytes: paid(message, who, granter), events: [] }])), 'messages')[0]?.fee_granter

  test('a granter, or another signer; the tenant or provider itself is nobody else', () => {
    expect(payer(close, '', 'akash1granter')).toBe('akash1granter')
    expect(payer(close, OWNER, 'akash1granter')).toBe('akash1granter')
    expect(payer(close, 'akash1console')).toBe('akash1console')
    expect(payer(close, OWNER)).toBeNull()
    expect(payer(bid(1, '100'), 'akash1prov')).toBeNull()
    expect(payer(close, '')).toBeNull()
  })
})
