import { expect, test } from 'vitest'
import { toCsv, toJson } from '../../../src/lib/ui/export.ts'

const table = {
  columns: [
    { name: 'provider', numeric: false },
    { name: 'spend, ACT', numeric: true }
  ],
  rows: [
    ['plain', 1.25],
    ['says "hi", and\nmore', null],
    ['=HYPERLINK("http://evil")', -3]
  ]
} as const

test('CSV quotes what needs it, leaves unknowns empty, and starts no formula', () => {
  expect(toCsv(table)).toBe(
    'provider,"spend, ACT"\r\nplain,1.25\r\n"says ""hi"", and\nmore",\r\n"\'=HYPERLINK(""http://evil"")",-3\r\n'
  )
})

test('JSON carries what the numbers are and where they come from', () => {
  expect(JSON.parse(toJson(table, { source: 'Recorded test chain' }))).toEqual({
    source: 'Recorded test chain',
    rows: [
      { provider: 'plain', 'spend, ACT': 1.25 },
      { provider: 'says "hi", and\nmore', 'spend, ACT': null },
      { provider: '=HYPERLINK("http://evil")', 'spend, ACT': -3 }
    ]
  })
})
