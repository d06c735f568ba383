/**
 * Deployments up to v0.22 (mainnet heights below 12606074): resources had neither an id nor GPUs, those of v1beta1 one storage without a name
 * and prices in whole micro-units. Field numbers: generated code of https://github.com/akash-network/akash-api,
 * go/node/deployment/v1beta{1,2} and go/node/types/v1beta{1,2}. Seen in no recording.
 */
import * as proto from './proto.ts'
import { decodeMessage, type Message, type OnUnknownField, type Schema } from './wire.ts'

const resourceValue = { 1: ['val', 'bytes'] } as const satisfies Schema
const quantified = { 1: ['quantity', resourceValue], 2: ['attributes', [proto.attribute]] } as const satisfies Schema
const units = {
  1: ['cpu', { 1: ['units', resourceValue], 2: ['attributes', [proto.attribute]] }],
  2: ['memory', quantified],
  4: ['endpoints', [{ 1: ['kind', 'uint'], 2: ['sequence_number', 'uint'] }]]
} as const satisfies Schema
const named = {
  1: ['name', 'string'],
  2: ['quantity', resourceValue],
  3: ['attributes', [proto.attribute]]
} as const satisfies Schema

/** MsgCreateDeployment, its units with this kind of storage. */
const created = <const S extends Schema>(storage: S) =>
  ({
    ...proto.createDeploymentLegacy,
    2: [
      'groups',
      [
        {
          1: proto.groupSpec[1],
          2: proto.groupSpec[2],
          3: [
            'resources',
            [{ 1: ['resource', { ...units, 3: ['storage', [storage]] }], 2: ['count', 'uint'], 3: ['price', proto.coin] }]
          ]
        }
      ]
    ]
  }) as const satisfies Schema
const v1beta1 = created(quantified)
const v1beta2 = created(named)

type Created = Message<typeof proto.createDeploymentLegacy>
/** Zeros that turn whole micro-units into the 10^-18 of them in which later versions write prices. */
const WHOLE = '0'.repeat(18)

/**
 * Reads a MsgCreateDeployment of before GPUs in the shape of those after.
 * @throws WireError when the bytes do not fit the version
 */
export function readCreated(version: 'v1beta1' | 'v1beta2', bytes: Uint8Array, onUnknown: OnUnknownField): Created {
  const message = version === 'v1beta1' ? decodeMessage(v1beta1, bytes, onUnknown) : decodeMessage(v1beta2, bytes, onUnknown)
  type Resources = Created['groups'][number]['resources'][number]
  const groups = message.groups.map((group) => ({
    ...group,
    resources: group.resources.map(({ resource, count, price }): Resources => {
      const storage = (resource?.storage ?? []).map((volume) => ({ name: '', ...volume }))
      const amount = `${price?.amount ?? ''}${version === 'v1beta1' ? WHOLE : ''}`
      return {
        resource: resource && { id: 0n, gpu: undefined, ...resource, storage },
        count,
        price: price && { denom: price.denom, amount }
      }
    })
  }))
  return { ...message, groups }
}
