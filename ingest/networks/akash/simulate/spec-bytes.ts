/** What a group asks for and a bid offers, as bytes. Field numbers as in proto.ts. */
import { encodeMessage, type Field } from '../wire.ts'
import type { Attribute, Spec } from './objects.ts'

const utf8 = new TextEncoder()
const quantity = (n: number): readonly Field[] => [[1, utf8.encode(String(n))]]
export const decCoin = (denom: string, atto: bigint): readonly Field[] => [
  [1, denom],
  [2, String(atto)]
]
export const attributeFields = ({ key, value }: Attribute): readonly Field[] => [
  [1, key],
  [2, value]
]

/** Resources of a group, or of an offer, which names one kind of GPU. */
function resources(spec: Spec, gpuKeys: readonly string[]): readonly Field[] {
  const attributes = gpuKeys.map((key): Field => [
    2,
    [
      [1, key],
      [2, 'true']
    ]
  ])
  const volumes: Field[] = [
    [
      4,
      [
        [1, 'default'],
        [2, quantity(spec.storageBytes)]
      ]
    ]
  ]
  if (spec.persistentBytes > 0)
    volumes.push([
      4,
      [
        [1, 'data'],
        [2, quantity(spec.persistentBytes)],
        [3, attributeFields({ key: 'class', value: 'beta3' })],
        [3, attributeFields({ key: 'persistent', value: 'true' })]
      ]
    ])
  return [
    [1, 1],
    [2, [[1, quantity(spec.cpuMillicores)]]],
    [3, [[1, quantity(spec.memoryBytes)]]],
    ...volumes,
    [5, [[1, quantity(spec.gpus)], ...attributes]],
    [6, [[2, 0]]]
  ]
}

const specs = new WeakMap<Spec, Uint8Array>()
/** A GroupSpec with one resource unit. */
export function groupSpecBytes(spec: Spec): Uint8Array {
  const known = specs.get(spec)
  if (known) return known
  const signed = spec.signedBy.map((auditor): Field => [2, auditor])
  const region: Field[] = spec.region === null ? [] : [[2, attributeFields({ key: 'region', value: spec.region })]]
  const bytes = encodeMessage([
    [1, 'dcloud'],
    [2, [[1, signed], ...region]],
    [
      3,
      [
        [1, resources(spec, spec.gpuKeys)],
        [2, 1],
        [3, decCoin(spec.denom, spec.maxPrice)]
      ]
    ]
  ])
  specs.set(spec, bytes)
  return bytes
}

const offers = new WeakMap<Spec, Map<string, Uint8Array>>()
/** A ResourceOffer of all that a spec asks for. */
export function offerBytes(spec: Spec, gpuKey: string | null): Uint8Array {
  const known = offers.get(spec) ?? new Map<string, Uint8Array>()
  offers.set(spec, known)
  const key = gpuKey ?? ''
  const bytes =
    known.get(key) ??
    encodeMessage([
      [1, resources(spec, gpuKey === null ? [] : [gpuKey])],
      [2, 1]
    ])
  known.set(key, bytes)
  return bytes
}
