/** What a group asks for and a bid offers, summed over resource units. */
import { fromAtto, wireAmount } from './decimal.ts'
import { gpuOption, type GpuOption } from './gpu.ts'
import type { createBid, createDeployment } from './proto.ts'
import type { Message } from './wire.ts'

type Group = Message<typeof createDeployment>['groups'][number]
type Offer = Message<typeof createBid>['resources_offer'][number]
type Unit = { readonly resource: Offer['resources']; readonly count: bigint }

export type GpuUnit = {
  readonly unitIndex: number
  /** GPUs of the unit: units × count. */
  readonly gpus: number
  readonly options: readonly GpuOption[]
}
export type Resources = {
  readonly gpus: number
  readonly gpuUnits: readonly GpuUnit[]
  readonly cpuMillicores: bigint | null
  readonly memoryBytes: bigint | null
  readonly storageBytes: bigint | null
  readonly persistentStorageBytes: bigint | null
}

const ascii = new TextDecoder('latin1')
const MAX_INT64 = 2n ** 63n - 1n

/** ResourceValue.val holds ASCII digits. Throws RangeError on anything else: the chain would have refused it. */
function quantity(val: Uint8Array | undefined): bigint {
  const text = val === undefined ? '' : ascii.decode(val)
  if (text === '') return 0n
  if (!/^\d{1,20}$/.test(text)) throw new RangeError(`resource quantity '${text.slice(0, 40)}' is not a number`)
  return BigInt(text)
}

const total = (values: readonly bigint[]): bigint | null => {
  const sum = values.reduce((a, b) => a + b, 0n)
  return sum > MAX_INT64 ? null : sum
}

/** Any GPU will do: what a unit with GPUs but without a readable GPU attribute means. */
const ANY: GpuOption = { model: '*', memoryGib: null, interface: null }

/** Sums the units. Throws RangeError on quantities that are not digits. */
function resourcesOf(units: readonly Unit[]): Resources {
  const gpuUnits: GpuUnit[] = []
  const cpu: bigint[] = []
  const memory: bigint[] = []
  const storage: bigint[] = []
  const persistent: bigint[] = []
  units.forEach(({ resource, count }, unitIndex) => {
    cpu.push(quantity(resource?.cpu?.units?.val) * count)
    memory.push(quantity(resource?.memory?.quantity?.val) * count)
    for (const volume of resource?.storage ?? []) {
      const bytes = quantity(volume.quantity?.val) * count
      storage.push(bytes)
      if (volume.attributes.some((a) => a.key === 'persistent' && a.value === 'true')) persistent.push(bytes)
    }
    const gpus = Number(quantity(resource?.gpu?.units?.val) * count)
    if (gpus === 0) return
    if (gpus > 2 ** 31 - 1) throw new RangeError(`${gpus} GPUs in one unit`)
    const named = (resource?.gpu?.attributes ?? []).flatMap((a) => gpuOption(a.key) ?? [])
    gpuUnits.push({ unitIndex, gpus, options: named.length ? named : [ANY] })
  })
  return {
    gpus: gpuUnits.reduce((n, u) => n + u.gpus, 0),
    gpuUnits,
    cpuMillicores: total(cpu),
    memoryBytes: total(memory),
    storageBytes: total(storage),
    persistentStorageBytes: total(persistent)
  }
}

/** Resources of an offer; the count of each unit is the offer's own. */
export function offered(offers: readonly Offer[]): Resources {
  return resourcesOf(offers.map((o) => ({ resource: o.resources, count: o.count })))
}

export type GroupSpec = Resources & {
  readonly gseq: number
  readonly denom: string | null
  readonly maxPrice: string | null
  readonly gpuModels: readonly string[]
  readonly region: string | null
  readonly signedBy: readonly string[]
}

/** Spec of the group at a place in MsgCreateDeployment: the first has gseq 1. Its price is Σ price × count, as the market module compares bids with it. */
export function groupSpec(group: Group, index: number): GroupSpec {
  const resources = resourcesOf(group.resources)
  const prices = group.resources.map((r) => ({ denom: r.price?.denom, atto: wireAmount(r.price?.amount || '0'), count: r.count }))
  const denoms = new Set(prices.map((p) => p.denom))
  const sum = prices.reduce<bigint | null>((n, p) => (n === null || p.atto === null ? null : n + p.atto * p.count), 0n)
  const one = denoms.size === 1
  const models = resources.gpuUnits.flatMap((u) => u.options.map((o) => (o.model.endsWith('*') ? '*' : o.model)))
  const signedBy = group.requirements?.signed_by
  return {
    ...resources,
    gseq: index + 1,
    denom: (one ? prices[0]?.denom : undefined) || null,
    maxPrice: one && sum !== null ? fromAtto(sum) : null,
    gpuModels: [...new Set(models)],
    region: group.requirements?.attributes.find((a) => a.key === 'region')?.value ?? null,
    signedBy: [...(signedBy?.all_of ?? []), ...(signedBy?.any_of ?? [])]
  }
}
