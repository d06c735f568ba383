import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createComet } from '../../../ingest/chain/comet.ts'
import { readBlockEvents } from '../../../ingest/chain/events.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const attribute = (key: unknown, value: unknown) => ({ key, value, index: true })
const mode = (value: string) => attribute('mode', value)

describe('shapes of block_results', () => {
  test('0.34: keys and values are base64', () => {
    const { txs, begin } = readBlockEvents({
      txs_results: [
        { events: [{ type: 'akash.v1', attributes: [attribute(base64('dseq'), base64('17')), attribute(base64('note'), null)] }] }
      ],
      begin_block_events: [{ type: 'mint', attributes: [attribute(base64('amount'), base64('5uakt'))] }]
    })
    expect(txs).toEqual([
      [
        {
          type: 'akash.v1',
          attributes: [
            { key: 'dseq', value: '17' },
            { key: 'note', value: '' }
          ]
        }
      ]
    ])
    expect(begin).toEqual([{ type: 'mint', attributes: [{ key: 'amount', value: '5uakt' }] }])
  })

  test('0.37: plain, though some keys and values would be whole base64', () => {
    const events = [{ type: 't', attributes: [attribute('dseq', 'AAAA'), attribute('receiver', 'abcd')] }]
    expect(readBlockEvents({ txs_results: null, begin_block_events: events, end_block_events: null }).begin).toEqual([
      {
        type: 't',
        attributes: [
          { key: 'dseq', value: 'AAAA' },
          { key: 'receiver', value: 'abcd' }
        ]
      }
    ])
  })

  test('0.38: no mode (PreBlock), BeginBlock, EndBlock, in order; an attribute `mode` of its own stays', () => {
    const event = (type: string, ...attributes: object[]) => ({ type, attributes: [attribute('amount', '1'), ...attributes] })
    const { begin, end } = readBlockEvents({
      finalize_block_events: [
        event('pre'),
        event('begin', mode('BeginBlock')),
        event('own', mode('fast'), mode('EndBlock')),
        event('end', mode('EndBlock'))
      ]
    })
    expect(begin.map((e) => e.type)).toEqual(['pre', 'begin'])
    expect(end.map((e) => e.type)).toEqual(['own', 'end'])
    expect(begin[1]?.attributes).toEqual([{ key: 'amount', value: '1' }])
    expect(end[0]?.attributes).toEqual([
      { key: 'amount', value: '1' },
      { key: 'mode', value: 'fast' }
    ])
  })

  test('null keys, null attributes, null lists', () => {
    expect(
      readBlockEvents({
        txs_results: [{ events: null }, { events: [{ type: 'a', attributes: null }] }],
        finalize_block_events: null
      })
    ).toEqual({ txs: [[], [{ type: 'a', attributes: [] }]], begin: [], end: [] })
    expect(readBlockEvents({ begin_block_events: [{ type: 'a', attributes: [attribute(null, 'v')] }] }).begin).toEqual([
      { type: 'a', attributes: [{ key: '', value: 'v' }] }
    ])
  })

  test('invalid UTF-8 in base64 becomes replacement characters', () => {
    const value = Buffer.from([0x61, 0xff, 0xfe, 0x62]).toString('base64')
    const { begin } = readBlockEvents({ begin_block_events: [{ type: 'a', attributes: [attribute(base64('memo'), value)] }] })
    expect(begin[0]?.attributes[0]?.value).toBe('a\ufffd\ufffdb')
  })

  test.each([
    ['a list that is none', { txs_results: {} }],
    ['a key that is a number', { begin_block_events: [{ type: 'a', attributes: [attribute(1, 'v')] }] }],
    ['an event that is a text', { finalize_block_events: ['a'] }]
  ])('%s throws', (_, result) => {
    expect(() => readBlockEvents(result)).toThrow(TypeError)
  })

  const word = fc.stringMatching(/^[a-z_]{1,12}$/)
  const event = fc.record({
    type: word,
    attributes: fc.array(fc.record({ key: word.filter((key) => key !== 'mode'), value: fc.string({ unit: 'grapheme' }) }), {
      maxLength: 4
    })
  })
  test('any events give the same in all three shapes', () => {
    fc.assert(
      fc.property(fc.array(fc.array(event)), fc.array(event), fc.array(event), (txs, begin, end) => {
        // A key that no base64 can be settles the shape, as it does in every real answer.
        const plainBegin = [{ type: 'coin_received', attributes: [{ key: 'amount', value: '1' }] }, ...begin]
        const encode = (events: typeof begin) =>
          events.map((e) => ({ ...e, attributes: e.attributes.map((a) => attribute(base64(a.key), base64(a.value))) }))
        const withMode = (events: typeof begin, phase: string) =>
          events.map((e) => ({ ...e, attributes: [...e.attributes, mode(phase)] }))
        const expected = { txs, begin: plainBegin, end }
        const plain = { txs_results: txs.map((events) => ({ events })), begin_block_events: plainBegin, end_block_events: end }
        expect(readBlockEvents(plain)).toEqual(expected)
        expect(
          readBlockEvents({
            txs_results: txs.map((events) => ({ events: encode(events) })),
            begin_block_events: encode(plainBegin),
            end_block_events: encode(end)
          })
        ).toEqual(expected)
        expect(
          readBlockEvents({
            txs_results: plain.txs_results,
            finalize_block_events: [...withMode(plainBegin, 'BeginBlock'), ...withMode(end, 'EndBlock')]
          })
        ).toEqual(expected)
      })
    )
  })
})

test('header times keep their microseconds, whatever the number of digits', async () => {
  const header = (time: string) => ({
    version: { block: '11' },
    chain_id: 'c',
    height: '1',
    time,
    last_block_id: { hash: '', parts: { total: 0, hash: '' } },
    last_commit_hash: '',
    data_hash: '',
    validators_hash: '',
    next_validators_hash: '',
    consensus_hash: '',
    app_hash: '',
    last_results_hash: '',
    evidence_hash: '',
    proposer_address: 'AA'
  })
  const timeOf = async (time: string): Promise<bigint> => {
    const block_id = { hash: 'ab', parts: { total: 1, hash: 'cd' } }
    const comet = createComet(() => Promise.resolve({ block_id, block: { header: header(time), data: { txs: null } } }), 'host')
    return (await comet.block(1)).time
  }
  expect(await timeOf('2026-11-21T07:47:52.22524555Z')).toBe(1795247272225245n)
  expect(await timeOf('2026-11-21T07:47:52Z')).toBe(1795247272000000n)
  expect(await timeOf('2026-11-21T07:47:52.5Z')).toBe(1795247272500000n)
  expect(await timeOf('2026-11-21T07:47:52.999999999Z')).toBe(1795247272999999n)
  expect(await timeOf('2026-11-21T08:47:52.000001+01:00')).toBe(1795247272000001n)
  await expect(timeOf('yesterday')).rejects.toMatchObject({ fault: 'undecodable' })
})
