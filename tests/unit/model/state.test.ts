import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEFAULT_STATE, MOST, PLACEMENTS, readState, writeState, type ViewState } from '../../../src/lib/model/state.ts'

const text = fc.oneof(
  fc.constantFrom('nvidia/h100', 'uakt', 'ibc/170C677610AC31DF0904FFE09CD3B5C657492170E7E52372E48756B71E56F2F1'),
  fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' })
)
const instant = fc.integer({ min: Date.parse('2000-01-01'), max: Date.parse('2099-12-31') })
const range = fc.tuple(fc.option(instant), fc.option(instant)).filter(([from, to]) => from === null || to === null || from < to)
const state: fc.Arbitrary<ViewState> = fc
  .record({
    model: fc.option(text),
    denom: fc.option(text),
    range,
    placement: fc.constantFrom(...PLACEMENTS),
    sort: fc.option(fc.stringMatching(/^-?[a-z]{1,20}$/)),
    kind: fc.option(
      fc.record({
        model: fc.stringMatching(/^[a-z]{1,10}\/[a-z0-9 é]{1,20}$/),
        memoryGib: fc.option(fc.constantFrom(80, 141, 94.5)),
        form: fc.option(fc.constantFrom('sxm', 'pcie'))
      })
    ),
    organic: fc.boolean(),
    asks: fc.boolean(),
    leases: fc.boolean(),
    lease: fc.option(fc.stringMatching(/^[a-z0-9]{1,44}\/\d{1,20}\/\d{1,3}\/\d{1,3}\/[a-z0-9]{1,44}$/)),
    clouds: fc.option(
      fc.uniqueArray(
        fc.stringMatching(/^[a-z0-9]{1,8}$/).filter((id) => id !== 'none'),
        { maxLength: 8 }
      )
    ),
    log: fc.boolean(),
    indexed: fc.boolean(),
    gpus: fc.integer({ min: 1, max: MOST.gpus }),
    hours: fc.integer({ min: 1, max: MOST.hours })
  })
  .map(({ range: [from, to], ...rest }) => ({ ...rest, from, to }))

test('an address holds the whole state: reading what was written gives it back', () => {
  fc.assert(
    fc.property(state, (view) => {
      expect(readState(new URL(`https://x.test/${writeState(view)}`).searchParams)).toEqual(view)
    })
  )
})

test('equal states have equal addresses, the default has none', () => {
  expect(writeState(DEFAULT_STATE)).toBe('')
  expect(
    writeState({
      ...DEFAULT_STATE,
      sort: '-price',
      to: Date.parse('2026-11-20'),
      from: null,
      placement: 8,
      denom: 'uact',
      model: 'nvidia/h100'
    })
  ).toBe('?model=nvidia/h100&denom=uact&to=2026-11-20&placement=8&sort=-price')
  const kind = { model: 'nvidia/h100', memoryGib: 80, form: null }
  expect(writeState({ ...DEFAULT_STATE, kind, clouds: ['aws', 'gcp'], log: true, organic: true, hours: 24 })).toBe(
    '?gpu=nvidia/h100~80~-&only=organic&clouds=aws,gcp&scale=log&hours=24'
  )
  expect(writeState({ ...DEFAULT_STATE, clouds: [], indexed: true, asks: true, leases: true, gpus: 8 })).toBe(
    '?asks=1&leases=1&clouds=none&index=100&gpus=8'
  )
  expect(writeState({ ...DEFAULT_STATE, from: Date.parse('2026-11-21T07:48:30Z') })).toBe('?from=2026-11-21T07:48:30Z')
})

test('what cannot be understood falls back to the default', () => {
  const read = (query: string) => readState(new URLSearchParams(query))
  expect(read('?model=&from=yesterday&to=2026-13-01&unknown=1')).toEqual(DEFAULT_STATE)
  expect(read('?from=2026-02-02&to=2026-02-01')).toEqual(DEFAULT_STATE)
  expect(read(`?model=${'x'.repeat(500)}`)).toEqual(DEFAULT_STATE)
  expect(read('?placement=3&sort=price;drop')).toEqual(DEFAULT_STATE)
  expect(read('?placement=08&sort=--price')).toEqual(DEFAULT_STATE)
  expect(read('?gpu=h100&lease=akash1/1/1&clouds=AWS&gpus=0&hours=1e9&scale=cubic&index=1&asks=yes')).toEqual(DEFAULT_STATE)
  expect(read('?gpu=nvidia/h100~much~sxm&clouds=aws,%27&gpus=-1&hours=100001')).toEqual(DEFAULT_STATE)
  expect(read('?placement=4&sort=-price')).toEqual({ ...DEFAULT_STATE, placement: 4, sort: '-price' })
})

test('any address is read without an error', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (query) => void readState(new URLSearchParams(query))))
})
