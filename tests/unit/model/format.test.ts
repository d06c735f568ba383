import { expect, test } from 'vitest'
import {
  amount,
  count,
  isolated,
  modelName,
  percent,
  short,
  shortAddress,
  visible,
  whole
} from '../../../src/lib/model/format.ts'
import { denomOf } from '../../../src/lib/model/money.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')

test('three significant digits in prose', () => {
  const numbers = [
    0, 0.0273333, 0.244, 1.005, 9.996, 38.714, 280.62, 4137, 9994.9, 12_345, 97_523.6, 1_282_000, 3.2e9, -1234, -0.5
  ]
  expect(numbers.map((n) => plain(short(n)))).toEqual([
    '0',
    '0.0273',
    '0.244',
    '1',
    '10',
    '38.7',
    '281',
    '4,137',
    '9,995',
    '12.3 k',
    '97.5 k',
    '1.28 M',
    '3.2 G',
    '−1,234',
    '−0.5'
  ])
  expect([null, NaN, Infinity].map((n) => short(n))).toEqual(['–', '–', '–'])
})

test('money keeps both decimals where they are read, whole numbers their groups', () => {
  expect([0.0273, 0.5, 4.944, 38.7, 142_000].map((n) => plain(amount(n)))).toEqual(['0.0273', '0.50', '4.94', '38.70', '142 k'])
  expect([whole('29611204'), whole(264), whole(1000), whole(null)]).toEqual(['29,611,204', '264', '1,000', '–'])
  expect([0, 0.0004, 0.05, 0.414, 0.996, 1].map((n) => plain(percent(n)))).toEqual([
    '0 %',
    '<0.1 %',
    '5 %',
    '41 %',
    '99.6 %',
    '100 %'
  ])
  expect([count(1, 'lease'), count(2, 'lease'), count(1000, 'lease')].map(plain)).toEqual(['1 lease', '2 leases', '1,000 leases'])
})

test('models by the names people use', () => {
  const ids = [
    'nvidia/h100',
    'nvidia/rtx4090',
    'nvidia/rtx6000-ada',
    'nvidia/rtxa6000',
    'amd/mi300x',
    'nvidia/*',
    'other',
    'unknown',
    'odd'
  ]
  expect(ids.map(modelName)).toEqual([
    'H100',
    'RTX 4090',
    'RTX 6000 Ada',
    'RTX A6000',
    'AMD MI300X',
    'any Nvidia',
    'other models',
    'model unknown',
    'odd'
  ])
})

test('a text of the chain keeps its direction to itself; one that cannot be seen is no name', () => {
  expect(isolated('a\u202eb')).toBe('\u2068a\u202eb\u2069')
  expect(isolated('plain <b>')).toBe('plain <b>')
  expect(modelName('nvidia/\u202eevil')).toMatch(/^\u2068.*\u2069$/)
  expect([visible(' ok '), visible(''), visible('\u200b\u200d  '), visible(null), visible('日本')]).toEqual([
    'ok',
    null,
    null,
    null,
    '日本'
  ])
  expect(shortAddress('akash1f87lm8n0qy0t684qfnl34jmlsfukj5tp6sk5ts')).toBe('akash1f87l…sk5ts')
})

test('denoms: known ones by their symbol, others as they are', () => {
  expect(denomOf('uakt')).toMatchObject({ symbol: 'AKT', unitsPerToken: 1_000_000 })
  expect(denomOf('ibc/170C677610AC31DF0904FFE09CD3B5C657492170E7E52372E48756B71E56F2F1').symbol).toBe('USDC (axl)')
  expect(denomOf('ufoo')).toMatchObject({ symbol: 'ufoo', unitsPerToken: 1 })
})
