import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { coins, decimal18, fromAtto, integer, toAtto } from '../../../ingest/networks/akash/decimal.ts'
import { gib, gpuOption } from '../../../ingest/networks/akash/gpu.ts'
import { createDeployment } from '../../../ingest/networks/akash/proto.ts'
import { groupSpec, offered } from '../../../ingest/networks/akash/resources.ts'
import { decodeMessage } from '../../../ingest/networks/akash/wire.ts'
import { proto } from './encode.ts'

const fail = (field: string): never => {
  throw new Error(`unknown field ${field}`)
}
const quantity = (n: string) => proto([1, n])
const attribute = (key: string, value: string) => proto([1, key], [2, value])
function unit(cpu: string, memory: string, gpus: string, models: readonly string[], storage: readonly [string, boolean][] = []) {
  return proto(
    [1, 1],
    [2, proto([1, quantity(cpu)])],
    [3, proto([1, quantity(memory)])],
    ...storage.map(
      ([n, persistent]) =>
        [4, proto([2, quantity(n)], ...(persistent ? [[3, attribute('persistent', 'true')] as const] : []))] as const
    ),
    [5, proto([1, quantity(gpus)], ...models.map((m) => [2, attribute(m, 'true')] as const))]
  )
}

describe('GPU attributes', () => {
  test.each([
    ['vendor/nvidia/model/h100', { model: 'nvidia/h100', memoryGib: null, interface: null }],
    ['vendor/nvidia/model/h100/ram/80Gi/interface/sxm5', { model: 'nvidia/h100', memoryGib: 80, interface: 'sxm' }],
    ['vendor/NVIDIA/model/RTX4090/interface/PCIe', { model: 'nvidia/rtx4090', memoryGib: null, interface: 'pcie' }],
    ['vendor/nvidia/model/*', { model: 'nvidia/*', memoryGib: null, interface: null }],
    ['vendor/amd', { model: 'amd/*', memoryGib: null, interface: null }]
  ])('%s', (key, expected) => expect(gpuOption(key)).toEqual(expected))

  test('a key about something else is none', () => expect(gpuOption('capabilities/storage/1/class')).toBeNull())

  test('memory of one GPU in GiB', () => {
    expect([gib('80Gi'), gib('40960Mi'), gib('1Ti'), gib('much'), gib('-5Gi')]).toEqual([80, 40, 1024, null, null])
    expect(gib('80G')).toBeCloseTo(74.506, 3)
  })
})

describe('groups and offers', () => {
  const message = proto(
    [1, proto([1, 'akash1t'], [2, 9])],
    [
      2,
      proto(
        [1, 'g'],
        [2, proto([1, proto([1, 'akash1a'], [2, 'akash1b'])], [2, attribute('region', 'eu-west')])],
        [
          3,
          proto(
            [
              1,
              unit(
                '4000',
                '100',
                '2',
                ['vendor/nvidia/model/a100/ram/80Gi', 'vendor/nvidia/model/*'],
                [
                  ['10', false],
                  ['7', true]
                ]
              )
            ],
            [2, 3],
            [3, proto([1, 'uact'], [2, '1500000000000000001'])]
          )
        ],
        [3, proto([1, unit('500', '1', '', [])], [2, 1], [3, proto([1, 'uact'], [2, '1'])])]
      )
    ]
  )
  const group = decodeMessage(createDeployment, message, fail).groups[0]

  test('sums over units times counts; price Σ price × count, exact', () => {
    expect(groupSpec(group!, 1)).toMatchObject({
      gseq: 2,
      gpus: 6,
      gpuModels: ['nvidia/a100', '*'],
      cpuMillicores: 12500n,
      memoryBytes: 301n,
      storageBytes: 51n,
      persistentStorageBytes: 21n,
      denom: 'uact',
      maxPrice: '4.500000000000000004',
      region: 'eu-west',
      signedBy: ['akash1a', 'akash1b']
    })
  })

  test('GPUs without an attribute may be any', () => {
    const offers = [{ resources: group!.resources[0]!.resource, count: 1n, prices: new Uint8Array() }]
    expect(offered(offers).gpuUnits[0]?.options).toHaveLength(2)
    const bare = decodeMessage(createDeployment, proto([2, proto([3, proto([1, unit('1', '1', '4', [])], [2, 1])])]), fail)
    expect(groupSpec(bare.groups[0]!, 0)).toMatchObject({ gpus: 4, gpuModels: ['*'], denom: null })
  })

  test('a quantity that is no number is refused, one past 64 bits is unknown', () => {
    const of = (memory: string) =>
      decodeMessage(createDeployment, proto([2, proto([3, proto([1, unit('1', memory, '', [])], [2, 1])])]), fail)
    expect(() => groupSpec(of('many').groups[0]!, 0)).toThrow("resource quantity 'many' is not a number")
    expect(groupSpec(of('18446744073709551615').groups[0]!, 0).memoryBytes).toBeNull()
  })
})

describe('decimals', () => {
  test('18 digits, no floats', () => {
    expect(fromAtto(22150125000000000000000n)).toBe('22150.125000000000000000')
    expect(decimal18('398.72')).toBe('398.720000000000000000')
    expect(decimal18('20000.000000000000000001')).toBe('20000.000000000000000001')
    expect([decimal18('1e5'), decimal18(''), decimal18('1.0000000000000000001'), fromAtto(10n ** 39n)]).toEqual([
      null,
      null,
      null,
      null
    ])
  })

  test('text and number agree', () => {
    fc.assert(fc.property(fc.bigInt(-(10n ** 37n), 10n ** 37n), (n) => toAtto(fromAtto(n) ?? '') === n))
  })

  test('coins of bank events', () => {
    expect(coins('500000uakt,3ibc/170C677610AC')).toEqual([
      { denom: 'uakt', amount: '500000' },
      { denom: 'ibc/170C677610AC', amount: '3' }
    ])
    expect([coins(''), coins('5'), coins('-5uakt'), coins(`${'9'.repeat(39)}uakt`)]).toEqual([[], null, null, null])
    expect([integer('007'), integer('1.5'), integer('')]).toEqual(['7', null, null])
  })
})
