import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  bucketFor,
  bucketText,
  durationWords,
  lengthWords,
  parseInstant,
  rangeText,
  spansWithin,
  writeInstant
} from '../../../src/lib/model/time.ts'

const at = (text: string) => Date.parse(text)
const plain = (text: string) => text.replaceAll('\u00a0', ' ').replaceAll('\u2060', '')

test('instants are UTC, whatever the machine', () => {
  expect(parseInstant('2026-11-18')).toBe(at('2026-11-18T00:00:00Z'))
  expect(parseInstant('2026-11-18T07:48')).toBe(at('2026-11-18T07:48:00Z'))
  expect(parseInstant('2026-11-18T07:48:10.250Z')).toBe(at('2026-11-18T07:48:10.250Z'))
  for (const wrong of ['', '2026', '18.11.2026', '2026-02-30', '2026-11-18T25:00Z', '2026-11-18T07:48+02:00', 'now'])
    expect(parseInstant(wrong), wrong).toBeNull()
})

test('an instant is written as short as it can be, and read back', () => {
  expect(
    [at('2026-11-18'), at('2026-11-18T07:48Z'), at('2026-11-18T07:48:10Z'), at('2026-11-18T07:48:10.2Z')].map(writeInstant)
  ).toEqual(['2026-11-18', '2026-11-18T07:48Z', '2026-11-18T07:48:10Z', '2026-11-18T07:48:10.200Z'])
  fc.assert(
    fc.property(fc.integer({ min: 0, max: at('2099-01-01') }), (ms) => {
      expect(parseInstant(writeInstant(ms))).toBe(ms)
    })
  )
})

test('buckets from tenths of a second to weeks; three years are days', () => {
  const bucketOf = (to: string) => bucketFor(at('2023-11-20T00:00:00Z'), at(to)) / 1000
  expect(bucketOf('2023-11-20T00:00:30Z')).toBe(0.1)
  expect(bucketOf('2023-11-20T00:01:10Z')).toBe(0.2)
  expect(bucketOf('2023-11-21T00:00:00Z')).toBe(300)
  expect(bucketOf('2023-12-20T00:00:00Z')).toBe(7200)
  expect(bucketOf('2026-11-20T00:00:00Z')).toBe(86_400)
  expect(bucketOf('2033-11-20T00:00:00Z')).toBe(604_800)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e12 }), (length) => {
      const bucket = bucketFor(0, length)
      expect(length / bucket).toBeLessThanOrEqual(
        bucket === 86_400_000 ? 1462 : bucket === 604_800_000 ? 1e12 / 604_800_000 : 400
      )
    })
  )
})

test('words for lengths, buckets and ranges', () => {
  expect([200, 1000, 60_000, 7_200_000, 86_400_000, 604_800_000].map(durationWords)).toEqual([
    '0.2 seconds',
    'second',
    'minute',
    '2 hours',
    'day',
    'week'
  ])
  expect([69_583, 3_600_000, 86_400_000, 30 * 86_400_000, 1102 * 86_400_000].map(lengthWords)).toEqual([
    '70 seconds',
    '60 minutes',
    '24 hours',
    '30 days',
    '3 years'
  ])
  expect(plain(rangeText(at('2026-11-21T07:47:52Z'), at('2026-11-21T07:49:01Z')))).toBe('21 Nov 2026, 07:47:52–07:49:01 UTC')
  expect(plain(rangeText(at('2026-11-20T07:47Z'), at('2026-11-21T07:49Z')))).toBe('20 Nov 2026 07:47 – 21 Nov 2026 07:49 UTC')
  expect(plain(rangeText(at('2023-11-15'), at('2026-11-20')))).toBe('15 Nov 2023 – 20 Nov 2026')
  expect(bucketText(at('2026-11-21T07:48:10.2Z'), 200, true)).toBe('07:48:10.2')
  expect(bucketText(at('2026-11-21T07:00Z'), 3_600_000, false)).toBe('21 Nov, 07:00')
  expect(bucketText(at('2026-11-21'), 86_400_000, false)).toBe('21 Nov 2026')
})

test('spans offered are clearly shorter than the index', () => {
  expect(spansWithin(69_583).map(({ words }) => words)).toEqual(['10 s', '30 s'])
  expect(spansWithin(1102 * 86_400_000).map(({ words }) => words)).toEqual(['7 d', '30 d', '90 d', '1 y'])
  expect(spansWithin(5_000)).toEqual([])
})
