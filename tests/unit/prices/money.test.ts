import fc from 'fast-check'
import { expect, test } from 'vitest'
import { add, compare, divide, median, multiply, quantile, readDecimal, readPrice } from '../../../ingest/prices/money.ts'

test.each([
  ['98.3200000000', '98.32'],
  [0.1, '0.1'],
  [3.673, '3.673'],
  [5e-7, '0.0000005'],
  ['1.5E+2', '150'],
  ['0.000000000000000001', '0.000000000000000001'],
  ['0.0000000000000000010', '0.000000000000000001'],
  [' 7 ', '7'],
  ['0', '0'],
  ['0.0000000000000000001', null],
  ['N/A', null],
  ['', null],
  ['1,234.5', null],
  ['$3', null],
  ['-1', null],
  ['.5', null],
  [-0.5, null],
  [NaN, null],
  [Infinity, null],
  [null, null],
  [undefined, null],
  [true, null],
  [['3'], null]
])('%j is read as %j', (value, decimal) => {
  expect(readDecimal(value)).toBe(decimal)
})

test('a price of 0 is none', () => {
  expect(readPrice('0.0000')).toBeNull()
  expect(readPrice('0.0001')).toBe('0.0001')
})

test('amounts are exact', () => {
  expect(divide('98.32', 8)).toBe('12.29')
  expect(divide('32.7726', 8)).toBe('4.096575')
  expect(divide('1', 3)).toBe('0.333333333333333333')
  expect(divide('2', 3)).toBe('0.666666666666666667')
  expect(divide('3', '0.5')).toBe('6')
  expect(() => divide('3', 0)).toThrow('cannot be divided by 0')
  expect(multiply('0.1', 3)).toBe('0.3')
  expect(multiply('0.000000000000000001', '0.5')).toBe('0.000000000000000001')
  expect(add('0.1', '0.2', 1)).toBe('1.3')
  expect(() => add('N/A')).toThrow('"N/A" is no decimal')
  expect(['10', '9', '9.5'].toSorted(compare)).toEqual(['9', '9.5', '10'])
})

test('quantiles interpolate as quantile_cont does', () => {
  expect(median(['3', '1', '2'])).toBe('2')
  expect(median(['1', '10', '2', '4'])).toBe('3')
  expect(quantile(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11'], 0.1)).toBe('2')
  expect(quantile(['0', '1'], 0.9)).toBe('0.9')
  expect(quantile(['5'], 0.1)).toBe('5')
  expect(() => median([])).toThrow('No 0.5-quantile of 0 amounts')
})

test('a decimal that is read is read again as itself, and a part times the count is the whole within rounding', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 24n })
  fc.assert(
    fc.property(amount, fc.integer({ min: 1, max: 64 }), (n, gpus) => {
      const text = `${n / 10n ** 6n}.${(n % 10n ** 6n).toString().padStart(6, '0')}`
      const decimal = readDecimal(text)
      if (decimal === null) throw new Error(text)
      expect(readDecimal(decimal)).toBe(decimal)
      const back = multiply(divide(decimal, gpus), gpus)
      const [low, high] = [back, decimal].toSorted(compare)
      expect(compare(high ?? '', add(low ?? '', '0.000000000000000064'))).toBeLessThanOrEqual(0)
    })
  )
})
