/** Cells of web pages: amounts, counts, and why there is none. */
import { expect, test } from 'vitest'
import { readCount, readUsd, whyNoPrice } from '../../../ingest/prices/page.ts'

test.each([
  ['$2.99', '2.99'],
  ['$ 68.80', '68.8'],
  ['$1,234.50', '1234.5'],
  ['$12,345,678', '12345678'],
  ['$0', null],
  ['$0.00', null],
  ['2.99', null],
  ['€2.99', null],
  ['$2.99*', null],
  ['$2.99 / hr', null],
  ['from $2.99', null],
  ['$2,99', null],
  ['$1,23.4', null],
  ['-$2.99', null],
  ['$', null],
  ['', null]
])('%j is %j US dollars', (text, usd) => {
  expect(readUsd(text)).toBe(usd)
})

test.each([
  ['8', 8],
  ['2,048', 2048],
  ['1,234,567', 1234567],
  ['4^1', 4],
  ['1800 GiB', 1800],
  ['180 GB', 180],
  ['0', 0],
  ['30.72', null],
  ['1,24', null],
  ['2,0480', null],
  ['8,', null],
  ['N/A', null],
  ['x8', null],
  ['-8', null],
  ['', null]
])('%j counts %j', (text, count) => {
  expect(readCount(text)).toBe(count)
})

test.each([
  ['$0', 'price 0'],
  ['0.00', 'price 0'],
  ['€ 0.0', 'price 0'],
  ['€19.90', 'not in US dollars'],
  ['19.90 EUR', 'not in US dollars'],
  ['N/A', 'no price is told'],
  ['Contact sales', 'no price is told'],
  ['', 'no price is told']
])('%j is no price: %s', (text, reason) => {
  expect(whyNoPrice(text)).toBe(reason)
})
