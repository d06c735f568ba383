/**
 * The Akash Console API: what Akash's own indexer publishes as daily figures, and as of now. From answers to figures, pure.
 * Shapes: https://github.com/akash-network/console, apps/api/src/dashboard and apps/api/src/gpu (http-schemas, functional tests), 2026-08.
 */
import * as v from 'valibot'
import { daysOf, isoDay } from '../../../src/lib/model/value.ts'
import type { ReportedAnswer, ReportedApi, ReportedFigure, ReportedQuery } from '../network.ts'

type Figure = {
  readonly metric: string
  readonly unit: string
  /** A difference between the totals of two days, which the API makes by itself. */
  readonly relative?: true
  readonly signed?: true
}
const stock = (metric: string, unit: string): Figure => ({ metric, unit })
const flow = (metric: string, unit: string): Figure => ({ metric, unit, relative: true })

/** Names below `graph-data/`. USDC has none of its own: it counts as ACT. Amounts are in millionths of their token, `uusd` of a dollar. */
const GRAPHS: { readonly [name: string]: Figure } = {
  activeLeaseCount: stock('active_leases', 'leases'),
  totalLeaseCount: stock('leases_ever', 'leases'),
  dailyLeaseCount: flow('leases_created', 'leases'),
  activeCPU: stock('leased_cpu', 'millicores'),
  activeGPU: stock('leased_gpus', 'GPUs'),
  activeMemory: stock('leased_memory', 'bytes'),
  activeStorage: stock('leased_storage', 'bytes'),
  gpuUtilization: stock('gpu_utilization', '%'),
  dailyUAktSpent: flow('spend_uakt', 'uakt'),
  dailyUActSpent: flow('spend_uact', 'uact'),
  dailyUUsdSpent: flow('spend_uusd', 'uusd'),
  totalUAktSpent: stock('spend_uakt_ever', 'uakt'),
  totalUActSpent: stock('spend_uact_ever', 'uact'),
  totalUUsdSpent: stock('spend_uusd_ever', 'uusd'),
  dailyAktBurnedForAct: flow('akt_burned', 'uakt'),
  totalAktBurnedForAct: stock('akt_burned_ever', 'uakt'),
  dailyActMinted: flow('act_minted', 'uact'),
  totalActMinted: stock('act_minted_ever', 'uact'),
  dailyActBurnedForAkt: flow('act_burned', 'uact'),
  totalActBurnedForAkt: stock('act_burned_ever', 'uact'),
  dailyAktReminted: flow('akt_reminted', 'uakt'),
  totalAktReminted: stock('akt_reminted_ever', 'uakt'),
  dailyNetAktBurned: { metric: 'akt_net_burned', unit: 'uakt', relative: true, signed: true },
  netAktBurned: { metric: 'akt_net_burned_ever', unit: 'uakt', signed: true },
  outstandingAct: stock('act_outstanding', 'uact'),
  vaultAkt: stock('akt_vault', 'uakt'),
  collateralRatio: stock('collateral_ratio', 'ratio')
}

/** Akash's mainnet began on it; Console's graphs do. */
const FIRST_DAY = '2021-03-08'
/** Mainnet 6 brought GPUs. */
const FIRST_GPU_DAY = '2023-08-31'
/** Longest span that one call of `gpu-breakdown` may have is 366 days; without dates it is the last 30. */
const WINDOW_DAYS = 366
/** What is counted in whole pieces. */
const PIECES: ReadonlySet<string> = new Set(['leases', 'GPUs', 'providers', 'nodes'])
/** DECIMAL(38,18) ends here. */
const TOO_LARGE = 1e20

const number = v.nullable(v.number())
const day = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/, 'a day, as ISO 8601 in UTC'),
  v.transform((text) => text.slice(0, 10)),
  v.check((text) => daysOf(text) !== undefined, 'a day of the calendar')
)
const graph = v.object({ snapshots: v.array(v.object({ date: day, value: number })) })
const breakdown = v.array(
  v.object({
    date: day,
    vendor: v.string(),
    model: v.string(),
    providerCount: number,
    nodeCount: number,
    totalGpus: number,
    leasedGpus: number,
    /** Postgres' `numeric` reaches us as text. */
    gpuUtilization: v.nullable(v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+(\.\d+)?$/), v.transform(Number))]))
  })
)
const available = v.object({ total: number, available: number })
const prices = v.object({
  availability: available,
  models: v.array(
    v.object({
      vendor: v.string(),
      model: v.string(),
      ram: v.string(),
      interface: v.string(),
      availability: available,
      providerAvailability: available,
      price: v.nullable(
        v.object({ currency: v.string(), min: number, max: number, avg: number, weightedAverage: number, med: number })
      )
    })
  )
})
const amounts = v.object({ active: number, pending: number, available: number, total: number })
const capacity = v.object({
  activeProviderCount: number,
  resources: v.object({
    cpu: amounts,
    gpu: amounts,
    memory: v.optional(amounts),
    storage: v.optional(v.object({ total: amounts }))
  })
})
const market = v.object({ price: number, volume: v.optional(number), marketCap: v.optional(number) })

/** Text of a number as a decimal without exponent, of at most 18 places. */
function decimal(value: number): string {
  const text = String(value)
  return /e|\.\d{19}/.test(text) ? value.toFixed(18) : text
}

/** Why a value is not taken; undefined when it is. */
function flaw(value: number | null | undefined, date: string, { unit, signed }: Figure, today: string): string | undefined {
  if (value === null) return 'null'
  if (value === undefined) return 'not given'
  if (date > today) return 'of a day to come'
  if (date < FIRST_DAY) return 'of a day before the network began'
  if (value < 0 && !signed) return 'negative'
  if (Math.abs(value) >= TOO_LARGE) return 'too large to be true'
  if (PIECES.has(unit) && !Number.isInteger(value)) return 'part of a piece'
  if (unit === '%' && value > 100) return 'over 100 %'
  return undefined
}

/** Takes figures one by one. */
function sheet(today: string) {
  const figures: ReportedFigure[] = []
  const skipped = new Map<string, number>()
  const skip = (reason: string): void => void skipped.set(reason, (skipped.get(reason) ?? 0) + 1)
  return {
    skip,
    take(figure: Figure, date: string, value: number | null | undefined): void {
      const reason = flaw(value, date, figure, today)
      if (reason !== undefined) skip(reason)
      else figures.push({ metric: figure.metric, day: date, value: decimal(value ?? NaN), unit: figure.unit })
    },
    answer: (): ReportedAnswer => ({ figures, skipped: [...skipped].map(([reason, count]) => ({ reason, count })) })
  }
}

/** The answer in the shape that is expected. @throws Error saying where it is not */
function checked<S extends v.GenericSchema>(schema: S, answer: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, answer)
  if (result.success) return result.output
  const [issue] = result.issues
  // It may quote the answer.
  const message = issue.message.slice(0, 160).replace(/\p{C}/gu, '?')
  throw new Error(
    `its shape is not the one that this Rackrate knows, at ${v.getDotPath(issue) ?? 'the top'}: ${message}. Update Rackrate, or tell its makers`
  )
}

const next = (date: string): string => isoDay((daysOf(date) ?? NaN) + 1)

/**
 * Console writes 0 for a total that it lacks, so that the difference to the day before is negative and the next counts all of the past;
 * and where it lacks a day, the difference covers several. None of these is the figure of a day.
 */
function readGraph(figure: Figure, answer: unknown, today: string): ReportedAnswer {
  const { take, skip, answer: done } = sheet(today)
  const { snapshots } = checked(graph, answer)
  snapshots.forEach(({ date, value }, i) => {
    const before = snapshots[i - 1]
    if (figure.relative && before && next(before.date) !== date) skip('a difference over several days')
    else if (figure.relative && !figure.signed && before && (before.value ?? 0) < 0)
      skip('a difference to a total that was missing')
    else take(figure, date, value)
  })
  return done()
}

/** `metric/vendor/model…` in lower case; null when a name cannot be part of one. */
function named(metric: string, names: readonly string[]): string | null {
  const parts = names.map((name) => name.trim().toLowerCase())
  return parts.every((part) => /^[^\p{C}/]{1,64}$/u.test(part)) ? [metric, ...parts].join('/') : null
}

type Sheet = ReturnType<typeof sheet>
function takeNamed(
  { take, skip }: Sheet,
  names: readonly string[],
  date: string,
  figures: readonly (readonly [Figure, number | null])[]
) {
  for (const [figure, value] of figures) {
    const metric = named(figure.metric, names)
    if (metric === null) skip('a name that cannot be used')
    else take({ ...figure, metric }, date, value)
  }
}

function readBreakdown(answer: unknown, today: string): ReportedAnswer {
  const page = sheet(today)
  for (const row of checked(breakdown, answer))
    takeNamed(page, [row.vendor, row.model], row.date, [
      [stock('model_providers', 'providers'), row.providerCount],
      [stock('model_nodes', 'nodes'), row.nodeCount],
      [stock('model_gpus', 'GPUs'), row.totalGpus],
      [stock('model_leased_gpus', 'GPUs'), row.leasedGpus],
      [stock('model_utilization', '%'), row.gpuUtilization]
    ])
  return page.answer()
}

function readPrices(answer: unknown, today: string): ReportedAnswer {
  const page = sheet(today)
  const { availability, models } = checked(prices, answer)
  page.take(stock('online_gpus', 'GPUs'), today, availability.total)
  page.take(stock('available_gpus', 'GPUs'), today, availability.available)
  for (const { vendor, model, ram, interface: form, price, ...offered } of models) {
    const names = [vendor, model, ram, form]
    takeNamed(page, names, today, [
      [stock('offered_gpus', 'GPUs'), offered.availability.total],
      [stock('offered_gpus_available', 'GPUs'), offered.availability.available],
      [stock('offered_providers', 'providers'), offered.providerAvailability.total],
      [stock('offered_providers_available', 'providers'), offered.providerAvailability.available]
    ])
    if (price === null) {
      page.skip('no price')
      continue
    }
    const unit = `${price.currency} / GPU-hour`
    takeNamed(page, names, today, [
      [stock('price_min', unit), price.min],
      [stock('price_max', unit), price.max],
      [stock('price_mean', unit), price.avg],
      [stock('price_weighted_mean', unit), price.weightedAverage],
      [stock('price_median', unit), price.med]
    ])
  }
  return page.answer()
}

function readCapacity(answer: unknown, today: string): ReportedAnswer {
  const { take, answer: done } = sheet(today)
  const { activeProviderCount, resources } = checked(capacity, answer)
  take(stock('online_providers', 'providers'), today, activeProviderCount)
  const kinds = [
    ['cpu', 'millicores', resources.cpu],
    ['gpus', 'GPUs', resources.gpu],
    ['memory', 'bytes', resources.memory],
    ['storage', 'bytes', resources.storage?.total]
  ] as const
  for (const [kind, unit, amount] of kinds)
    for (const state of ['active', 'pending', 'available', 'total'] as const)
      take(stock(`capacity_${kind}_${state}`, unit), today, amount?.[state])
  return done()
}

function readMarket(answer: unknown, today: string): ReportedAnswer {
  const { take, skip, answer: done } = sheet(today)
  const { price, volume, marketCap } = checked(market, answer)
  const figures = [
    ['akt_price', price],
    ['akt_volume', volume],
    ['akt_market_cap', marketCap]
  ] as const
  // A token that trades has none of these at 0: it is how a missing one is written.
  for (const [metric, value] of figures)
    if (value === 0) skip('0 where there must be more')
    else take(stock(metric, 'USD'), today, value)
  return done()
}

/** First and last days of calls that together cover all days of GPUs. */
function windows(today: string): { readonly from: string; readonly to: string }[] {
  const [first, last] = [daysOf(FIRST_GPU_DAY) ?? NaN, daysOf(today) ?? NaN]
  return Array.from({ length: Math.ceil((last - first + 1) / WINDOW_DAYS) }, (_, i) => ({
    from: isoDay(first + i * WINDOW_DAYS),
    to: isoDay(Math.min(first + (i + 1) * WINDOW_DAYS - 1, last))
  }))
}

function queries(today: string): ReportedQuery[] {
  return [
    ...Object.entries(GRAPHS).map(([name, figure]) => ({
      path: `v1/graph-data/${name}`,
      read: (answer: unknown, at: string) => readGraph(figure, answer, at)
    })),
    ...windows(today).map(({ from, to }) => ({ path: `v1/gpu-breakdown?startDate=${from}&endDate=${to}`, read: readBreakdown })),
    { path: 'v1/gpu-prices', read: readPrices },
    { path: 'v1/network-capacity', read: readCapacity },
    { path: 'v1/market-data/akash-network', read: readMarket }
  ]
}

export const consoleApi: ReportedApi = { url: 'https://console-api.akash.network', queries }
