import { expect, test } from 'vitest'
import { modelHues } from '../../../src/lib/charts/palette.ts'

test('well-known models have the same hue in every lake', () => {
  const [one, other] = [
    modelHues(['nvidia/t4', 'nvidia/h100', 'amd/mi300x']),
    modelHues(['nvidia/h100', 'nvidia/b200', 'nvidia/a100'])
  ]
  expect(one.get('nvidia/h100')).toBe(other.get('nvidia/h100'))
})

test('seven models have a hue each, the rest is grey', () => {
  const hues = modelHues(Array.from({ length: 20 }, (_, i) => `nvidia/model${i}`))
  expect([...hues.values()].sort()).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(hues.get('nvidia/model7')).toBeUndefined()
})
