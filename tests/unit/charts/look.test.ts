import { expect, test } from 'vitest'
import { looksOf, type Seller } from '../../../src/lib/charts/look.ts'

const seller = (provider: string, kind: Seller['kind']): Seller => ({ provider, kind })

test('AWS is solid, Google dashed, Azure dotted, neoclouds are sand, whatever else is shown', () => {
  const looks = looksOf([seller('lambda', 'neocloud'), seller('azure', 'hyperscaler'), seller('gcp', 'hyperscaler')])
  expect(looks.get('azure')).toEqual({ mark: 'azure', dash: 'dotted' })
  expect(looks.get('gcp')).toEqual({ mark: 'google', dash: 'dashed' })
  expect(looks.get('lambda')).toEqual({ mark: 'neocloud', dash: 'dashed' })
  expect(looksOf([seller('aws', 'hyperscaler')]).get('aws')).toEqual({ mark: 'aws', dash: 'solid' })
})

test('sellers of one kind have a dash each, also those that are not well known; offers of one seller share it', () => {
  const five = ['lambda', 'nebius', 'runpod', 'coreweave', 'crusoe'].map((id) => seller(id, 'neocloud'))
  const looks = looksOf([...five, seller('nebius', 'neocloud')])
  expect(looks.size).toBe(5)
  expect(new Set([...looks.values()].map(({ dash }) => dash)).size).toBe(5)
})
