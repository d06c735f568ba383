/** Who rents, when, what and for how long. */
import { addressOf } from '../networks/akash/simulate/address.ts'
import type { Parameters } from './parameters.ts'
import { MODELS, type GpuModel } from './models.ts'
import { createRandom, type Random } from './random.ts'

/** `managed`: a wallet of Akash Console, whose fees and deposits another account pays. `team`: another account acts for it by authz. */
export type TenantKind = 'direct' | 'managed' | 'team' | 'bot' | 'subsidised' | 'self-dealer'
export type Tenant = {
  readonly address: string
  readonly kind: TenantKind
  /** Share of all demand, relative. */
  readonly weight: number
  /** What it mostly rents: GPUs or not. */
  readonly gpuShare: number
  /** Its model of choice; null for one that takes what is there. */
  readonly favourite: GpuModel | null
  /** Whether it writes deployment numbers as Console does, a clock of milliseconds. */
  readonly clock: boolean
}
export type Ending = 'owner' | 'dry' | 'provider' | 'anew' | 'pause'
export type Wish = {
  readonly tenant: Tenant
  /** Models of which any will do; empty: any at all. Null without GPUs. */
  readonly models: readonly GpuModel[] | null
  readonly gpus: number
  readonly namesMemory: boolean
  readonly namesForm: boolean
  readonly cpuMillicores: number
  readonly memoryBytes: number
  readonly storageBytes: number
  readonly persistentBytes: number
  readonly region: string | null
  readonly audited: boolean
  readonly hours: number
  readonly groups: number
  readonly ending: Ending
}

const GIB = 1024 ** 3
const DAY = 86_400_000

/**
 * Demand by day: growth to the end of 2024, a slump in 2025-26 and more again by the autumn of 2026, as the network's figures have it (985 new
 * leases a day, 126 of 247 GPUs leased on 2026-07-17: console-api-samples; 182 of 292 on 2026-09-28: gpu-prices). Between these it is invented.
 */
const SHAPE: readonly (readonly [day: number, level: number])[] = [
  [Date.UTC(2023, 7, 31), 0.3],
  [Date.UTC(2023, 11, 15), 0.55],
  [Date.UTC(2024, 3, 15), 1.05],
  [Date.UTC(2024, 7, 15), 0.95],
  [Date.UTC(2024, 11, 15), 1.45],
  [Date.UTC(2025, 4, 15), 1.35],
  [Date.UTC(2025, 9, 15), 1.1],
  [Date.UTC(2026, 1, 15), 0.75],
  [Date.UTC(2026, 6, 15), 1.1],
  [Date.UTC(2026, 8, 28), 1.5],
  [Date.UTC(2027, 0, 1), 1.5]
]

/** UTC hours of office work in Europe and America weigh more, weekends less. */
const HOURS = [6, 5, 4, 3, 3, 3, 4, 5, 7, 9, 10, 10, 10, 11, 13, 14, 14, 13, 12, 11, 10, 9, 8, 7]
const HOUR_SUM = HOURS.reduce((a, b) => a + b, 0)
const WEEKDAYS = [0.55, 1.1, 1.2, 1.2, 1.15, 1.05, 0.6]
const WEEKDAY_SUM = WEEKDAYS.reduce((a, b) => a + b, 0)

/** Demand at a time, with the rhythm of days and weeks. */
function level(time: number): number {
  const at = SHAPE.findLastIndex(([day]) => day <= time)
  const [before, after] = [SHAPE[Math.max(0, at)], SHAPE[Math.min(SHAPE.length - 1, at + 1)]]
  if (!before || !after) return 1
  const share = after[0] > before[0] ? Math.min(1, (time - before[0]) / (after[0] - before[0])) : 0
  const date = new Date(time)
  const rhythm = ((HOURS[date.getUTCHours()] ?? 0) / HOUR_SUM) * 24 * (((WEEKDAYS[date.getUTCDay()] ?? 0) / WEEKDAY_SUM) * 7)
  return (before[1] + share * (after[1] - before[1])) * rhythm
}

/** Deployments a day at level 1 and scale 1, without bots: about three leases for four of them. */
const DEPLOYMENTS_A_DAY = 5.5

const TENANTS = 260

function createTenants({ seed, scale }: Parameters): Tenant[] {
  const random = createRandom(seed, 'tenants')
  const count = Math.round(TENANTS * Math.sqrt(Math.max(0.05, scale)))
  return Array.from({ length: count }, (_, i): Tenant => {
    const kind: TenantKind =
      i === 5 || i === 11
        ? 'subsidised'
        : i === 17
          ? 'self-dealer'
          : random.weighted(['managed', 'direct', 'team'] as const, (k) => ({ managed: 62, direct: 35, team: 3 })[k])
    // Pareto: a few tenants make most of the demand.
    const weight = kind === 'subsidised' || kind === 'self-dealer' ? 1.5 : Math.min(60, (1 - random.unit()) ** -0.9)
    return {
      address: addressOf(`${seed} tenant ${i}`),
      kind,
      weight,
      gpuShare: random.chance(0.62) ? random.between(0.6, 0.95) : random.between(0.05, 0.4),
      favourite: random.chance(0.4) ? random.weighted(MODELS, (m) => m.demand) : null,
      clock: kind === 'managed' || random.chance(0.4)
    }
  })
}

/**
 * Leases of GPUs last longer; half are shorter than so many hours, and the spread of the logarithm makes the rest. Invented: long enough that
 * few of them fill as much of the machines as the many short ones of mainnet.
 */
const GPU_HOURS = { median: 340, sigma: 1.9 }
const CPU_HOURS = { median: 10, sigma: 2.2 }
const MOST_HOURS = 24 * 365

export type Demand = {
  readonly tenants: readonly Tenant[]
  /** Prices are asked for by a bot, as on mainnet: many tiny orders, few of them leased. */
  readonly bot: Tenant
  /** What is wanted anew in a block. */
  readonly wishes: (time: number, blockSeconds: number) => Wish[]
  readonly botWish: (time: number) => Wish
  /** Hours that a renewed lease lasts. */
  readonly hours: (gpus: number) => number
}

export function createDemand(parameters: Parameters): Demand {
  const tenants = createTenants(parameters)
  const random = createRandom(parameters.seed, 'demand')
  const bot: Tenant = {
    address: addressOf(`${parameters.seed} price bot`),
    kind: 'bot',
    weight: 0,
    gpuShare: 1,
    favourite: null,
    clock: true
  }
  const known = (time: number): GpuModel[] => MODELS.filter(({ since }) => Date.parse(`${since}-01T00:00:00Z`) + 20 * DAY < time)
  const hours = (gpus: number): number => {
    const { median, sigma } = gpus > 0 ? GPU_HOURS : CPU_HOURS
    return Math.min(MOST_HOURS, Math.max(0.05, random.logNormal(median, sigma)))
  }

  const models = (time: number, tenant: Tenant): GpuModel[] => {
    const there = known(time)
    if (random.chance(0.09)) return []
    if (tenant.favourite && there.includes(tenant.favourite) && random.chance(0.7)) return [tenant.favourite]
    const first = random.weighted(there, (m) => m.demand)
    return random.chance(0.1) ? [...new Set([first, random.weighted(there, (m) => m.demand)])] : [first]
  }

  const wish = (time: number, random: Random): Wish => {
    const tenant = random.weighted(tenants, (t) => t.weight)
    const gpu = random.chance(tenant.gpuShare)
    const gpus = gpu ? random.weighted([1, 2, 4, 8] as const, (n) => ({ 1: 57, 2: 14, 4: 13, 8: 16 })[n]) : 0
    const many = Math.max(1, gpus)
    const cpu = gpu ? random.pick([4, 8, 12]) * many : random.weighted([0.5, 1, 2, 4, 8, 16], (c) => 8 / Math.sqrt(c))
    const memory = gpu ? random.pick([16, 24, 32]) * many : cpu * random.pick([1, 2, 4])
    return {
      tenant,
      models: gpu ? models(time, tenant) : null,
      gpus,
      namesMemory: random.chance(0.5),
      namesForm: random.chance(0.15),
      cpuMillicores: Math.round(cpu * 1000),
      memoryBytes: Math.round(memory * GIB),
      storageBytes: random.pick([1, 5, 10, 20, 50, 100]) * GIB * (gpu ? many : 1),
      persistentBytes: random.chance(0.15) ? random.pick([10, 50, 100]) * GIB : 0,
      region: random.chance(0.04) ? random.pick(['us-west', 'us-east', 'eu-west', 'eu-central']) : null,
      audited: random.chance(0.2),
      hours: tenant.kind === 'subsidised' ? random.between(24 * 20, 24 * 60) : hours(gpus),
      groups: random.chance(0.04) ? 2 : 1,
      ending: random.weighted(
        ['owner', 'dry', 'provider', 'anew', 'pause'] as const,
        (e) => ({ owner: 68, dry: 15, provider: 12, anew: 3, pause: 2 })[e]
      )
    }
  }

  return {
    tenants,
    bot,
    hours,
    wishes: (time, blockSeconds) => {
      const mean = ((DEPLOYMENTS_A_DAY * parameters.scale * blockSeconds) / 86_400) * level(time)
      return Array.from({ length: random.poisson(mean) }, () => wish(time, random))
    },
    botWish: (time) => ({
      tenant: bot,
      models: [random.weighted(known(time), (m) => Math.sqrt(m.demand))],
      gpus: 1,
      namesMemory: true,
      namesForm: false,
      cpuMillicores: 100,
      memoryBytes: GIB / 4,
      storageBytes: GIB / 4,
      persistentBytes: 0,
      region: null,
      audited: false,
      hours: 0.05,
      groups: 1,
      ending: 'owner'
    })
  }
}
