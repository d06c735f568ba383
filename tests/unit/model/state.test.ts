import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEFAULT_STATE, PLACEMENTS, readState, writeState, type ViewState } from '../../../src/lib/model/state.ts'

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
    sort: fc.option(fc.stringMatching(/^-?[a-z]{1,20}$/))
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
    writeState({ sort: '-price', to: Date.parse('2026-11-20'), from: null, placement: 8, denom: 'uact', model: 'nvidia/h100' })
  ).toBe('?model=nvidia/h100&denom=uact&to=2026-11-20&placement=8&sort=-price')
  expect(writeState({ ...DEFAULT_STATE, from: Date.parse('2026-11-21T07:48:30Z') })).toBe('?from=2026-11-21T07:48:30Z')
})

test('what cannot be understood falls back to the default', () => {
  const read = (query: string) => readState(new URLSearchParams(query))
  expect(read('?model=&from=yesterday&to=2026-13-01&unknown=1')).toEqual(DEFAULT_STATE)
  expect(read('?from=2026-02-02&to=2026-02-01')).toEqual(DEFAULT_STATE)
  expect(read(`?model=${'x'.repeat(500)}`)).toEqual(DEFAULT_STATE)
  expect(read('?placement=3&sort=price;drop')).toEqual(DEFAULT_STATE)
  expect(read('?placement=08&sort=--price')).toEqual(DEFAULT_STATE)
  expect(read('?placement=4&sort=-price')).toEqual({ ...DEFAULT_STATE, placement: 4, sort: '-price' })
})

test('any address is read without an error', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (query) => void readState(new URLSearchParams(query))))
})
