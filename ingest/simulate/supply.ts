/** Who offers machines: providers with their nodes, from when to when, where, at which prices, and how well they are kept. */
import { addressOf } from '../networks/akash/simulate/address.ts'
import type { Attribute } from '../networks/akash/simulate/objects.ts'
import type { Calendar } from './calendar.ts'
import { MODELS, type GpuModel } from './models.ts'
import type { Parameters } from './parameters.ts'
import { createRandom, type Random } from './random.ts'

export type Node = {
  readonly name: string
  readonly gpu: GpuModel | null
  readonly gpus: number
  readonly cpuMillicores: number
  readonly memoryBytes: number
  readonly storageBytes: number
  /** Heights from which to which it is there. */
  readonly from: number
  readonly until: number
}
export type Supplier = {
  readonly address: string
  readonly name: string
  readonly organization: string
  readonly region: string
  readonly country: string
  readonly joined: number
  /** Infinity while it stays. */
  readonly left: number
  readonly nodes: readonly Node[]
  /** Asks relative to the middle of the range of a model: -1 lowest, 1 highest. */
  readonly stance: number
  /** How often it answers an order that fits. */
  readonly eagerness: number
  readonly audited: boolean
  readonly withdrawEvery: number
  /** Names the form factor in offers. */
  readonly namesForm: boolean
  /** Of the provider's software. */
  readonly version: string
  readonly temper: 'steady' | 'flaky' | 'dead' | 'hanging' | 'bad-certificate' | 'absurd'
}

const GIB = 1024 ** 3
const PLACES = [
  ['us-west', 'US'],
  ['us-east', 'US'],
  ['us-central', 'US'],
  ['ca-central', 'CA'],
  ['eu-west', 'NL'],
  ['eu-central', 'DE'],
  ['eu-north', 'FI'],
  ['ap-southeast', 'SG'],
  ['ap-northeast', 'JP'],
  ['sa-east', 'BR']
] as const
const FIRST = [
  'north',
  'blue',
  'quiet',
  'iron',
  'cedar',
  'delta',
  'nova',
  'polar',
  'amber',
  'copper',
  'lumen',
  'terra',
  'orbit',
  'flint'
]
const SECOND = ['rack', 'grid', 'forge', 'cloud', 'works', 'compute', 'hall', 'yard', 'nodes', 'cluster', 'barn', 'lab']
/** Status by gRPC came with 0.5.0. */
const VERSIONS = ['0.6.4', '0.6.4', '0.8.2', '0.8.3', '0.10.1', '0.10.1', '0.10.1', '0.4.8']
/** Providers with more GPUs answer, though not always, and run software that tells what they have. */
const MINDED = { gpus: 6, version: '0.10.1' }
const TEMPERS = ['dead', 'hanging', 'bad-certificate', 'absurd'] as const

const gpuNode = (model: GpuModel, gpus: number): Pick<Node, 'cpuMillicores' | 'memoryBytes' | 'storageBytes'> => {
  const big = model.memoryGib >= 80
  return {
    cpuMillicores: (big ? 24_000 : 10_000) * gpus + 4_000,
    memoryBytes: (big ? 160 : 40) * GIB * gpus + 16 * GIB,
    storageBytes: (big ? 1_800 : 500) * GIB * gpus + 400 * GIB
  }
}

/** Nodes of at most eight GPUs. */
function gpuNodes(model: GpuModel, gpus: number, from: number, until: number, prefix: string): Node[] {
  const nodes: Node[] = []
  for (let left = gpus; left > 0; left -= 8) {
    const here = Math.min(8, left)
    nodes.push({ name: `${prefix}${nodes.length}`, gpu: model, gpus: here, ...gpuNode(model, here), from, until })
  }
  return nodes
}

function cpuNodes(random: Random, scale: number, from: number, until: number): Node[] {
  const count = Math.max(1, Math.round((1 + random.below(3)) * scale))
  const vcpus = random.pick([32, 64, 96, 128])
  return Array.from({ length: count }, (_, i) => ({
    name: `cpu${i}`,
    gpu: null,
    gpus: 0,
    cpuMillicores: vcpus * 1000,
    memoryBytes: vcpus * 4 * GIB,
    storageBytes: vcpus * 40 * GIB,
    from,
    until
  }))
}

/** Providers of 2026-09, those of GPUs and as many of none that there are about 60, and those that left before. */
const CPU_ONLY = 19
const PAST_CPU_ONLY = 12

export function createSupply(parameters: Parameters, calendar: Calendar): Supplier[] {
  const random = createRandom(parameters.seed, 'supply')
  const scaled = (gpus: number): number => Math.max(1, Math.round(gpus * Math.max(1, parameters.scale)))
  const monthOf = (month: string): number => Date.parse(`${month}-01T00:00:00Z`)
  const days = 86_400_000
  const suppliers: Supplier[] = []
  const add = (since: number, until: number, nodesOf: (from: number, until: number) => Node[], dead = false): void => {
    const n = suppliers.length
    const name = `${FIRST[n % FIRST.length] ?? ''}-${SECOND[Math.floor(n / FIRST.length + n) % SECOND.length] ?? ''}-${n + 1}`
    const [region, country] = random.weighted(PLACES, ([, c]) => (c === 'US' ? 3 : 1))
    const joined = calendar.heightOf(Math.max(since, parameters.from + 3_600_000))
    const left = until === Infinity ? Infinity : calendar.heightOf(until)
    const drawn = dead ? 'dead' : random.chance(0.14) ? random.pick(TEMPERS) : random.chance(0.3) ? 'flaky' : 'steady'
    const supplier: Supplier = {
      address: addressOf(`${parameters.seed} provider ${n}`),
      name,
      organization: name.replace(/-\d+$/, ''),
      region,
      country,
      joined,
      left,
      nodes: nodesOf(joined, left),
      stance: Math.max(-1, Math.min(1, random.normal() * 0.6)),
      eagerness: random.between(0.5, 0.98),
      audited: random.chance(0.6),
      withdrawEvery: calendar.blocks(24 * random.pick([7, 14, 30, 30, 30])),
      namesForm: random.chance(0.4),
      version: random.pick(VERSIONS),
      temper: drawn
    }
    // Whoever has many machines minds them.
    const gpus = supplier.nodes.reduce((sum, node) => sum + node.gpus, 0)
    const minded: Supplier = { ...supplier, version: MINDED.version, temper: drawn === 'steady' ? 'steady' : 'flaky' }
    suppliers.push(!dead && gpus > MINDED.gpus ? minded : supplier)
  }
  for (const model of MODELS) {
    const since = monthOf(model.since)
    // The biggest has about half.
    let left = model.gpus
    for (let i = 0; i < model.providers; i++) {
      const gpus = i === model.providers - 1 ? left : Math.max(1, Math.round(left * random.between(0.35, 0.6)))
      left -= gpus
      const start = since + random.between(0, i === 0 ? 20 : 420) * days
      const cpu = random.chance(0.5)
      const more = scaled(gpus)
      add(start, Infinity, (from, until) => [
        ...gpuNodes(model, more, from, until, 'gpu'),
        ...(cpu ? cpuNodes(random, parameters.scale, from, until) : [])
      ])
    }
    for (let gone = model.past; gone > 0;) {
      const gpus = Math.min(gone, random.pick([1, 2, 4, 8, 16]))
      gone -= gpus
      const start = Math.max(since, Date.UTC(2023, 8, 1)) + random.between(0, 300) * days
      const end = Date.UTC(2024, 9, 1) + random.between(0, 620) * days
      add(start, end, (from, until) => gpuNodes(model, scaled(gpus), from, until, 'gpu'), end < Date.UTC(2026, 5, 1))
    }
  }
  for (let i = 0; i < CPU_ONLY; i++)
    add(parameters.from + random.between(0, 700) * days, Infinity, (from, until) =>
      cpuNodes(random, parameters.scale, from, until)
    )
  for (let i = 0; i < PAST_CPU_ONLY; i++) {
    const start = parameters.from + random.between(0, 250) * days
    add(start, start + random.between(120, 700) * days, (from, until) => cpuNodes(random, parameters.scale, from, until), true)
  }
  return suppliers.filter(({ joined, left }) => joined <= calendar.last && left > joined)
}

/** The attribute of a GPU that a provider offers. */
export const gpuKey = (model: GpuModel, form: boolean): string =>
  `vendor/nvidia/model/${model.name}/ram/${model.memoryGib}Gi${form ? `/interface/${model.form.toLowerCase().replace(/\d+$/, '')}` : ''}`

/** What a provider says of itself on chain. */
export function attributesOf(s: Supplier, height: number): Attribute[] {
  const models = [...new Set(s.nodes.flatMap((n) => (n.gpu && n.until > height ? [n.gpu] : [])))]
  return [
    { key: 'region', value: s.region },
    { key: 'country', value: s.country },
    { key: 'host', value: 'akash' },
    { key: 'tier', value: 'community' },
    { key: 'organization', value: s.organization },
    { key: 'capabilities/storage/2/class', value: 'beta3' },
    { key: 'capabilities/storage/2/persistent', value: 'true' },
    ...models.map((m) => ({
      key: `capabilities/gpu/vendor/nvidia/model/${m.name}/ram/${m.memoryGib}Gi/interface/${m.form.toLowerCase()}`,
      value: 'true'
    }))
  ]
}
