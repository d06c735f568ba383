/** What the prices page asks of the lake: the same for the prerender and the browser. */
import type { GpuKind, ViewState } from '../../lib/model/state.ts'
import type { MetricRows } from '../../lib/sql/metric-rows.ts'
import type { RunMetric } from '../overview.ts'

/** What does not change with the filters. */
export type PriceChoices = {
  /** The kind with the most GPU-hours first. */
  readonly kinds: readonly MetricRows['price_kinds'][]
  /** First and last block time, ISO 8601 with microseconds. */
  readonly firstAt: string
  readonly lastAt: string
}

/** A view with its defaults filled in. */
export type PriceScope = {
  /** Null when no lease has a price in USD. */
  readonly kind: GpuKind | null
  readonly organic: boolean
  readonly grain: 'week' | 'day'
  /** Of a point, milliseconds. */
  readonly bucket: number
  /** Range of the axes, milliseconds since 1970, within the index. */
  readonly from: number
  readonly to: number
  readonly lastAt: number
  readonly withAsks: boolean
  readonly withLeases: boolean
  /** The lease that is held against clouds. */
  readonly lease: string | null
  readonly params: {
    readonly model: string
    readonly memory_gib: number | null
    readonly interface: string | null
    readonly from: string
    readonly to: string
    readonly grain: 'week' | 'day'
    readonly scope: 'all' | 'organic'
    readonly gpus: number
    readonly most: number
  }
}

export type PriceRows = {
  readonly realised: readonly MetricRows['realised_price'][]
  /** Empty while not shown. */
  readonly asks: readonly MetricRows['ask_price'][]
  readonly clouds: readonly MetricRows['cloud_prices'][]
  readonly discounts: readonly MetricRows['discounts'][]
  readonly offers: readonly MetricRows['like_for_like'][]
  readonly share: readonly MetricRows['gpu_share'][]
  readonly other: readonly MetricRows['other_prices'][]
  readonly events: readonly MetricRows['price_events'][]
  /** Empty while not shown. */
  readonly leases: readonly MetricRows['lease_dots'][]
  /** One lease, and what clouds offered at its end for the same; null while none is chosen. */
  readonly lease: { readonly terms: MetricRows['lease_terms']; readonly offers: readonly MetricRows['like_for_like'][] } | null
}

export const DAY = 86_400_000
/** Days at the end of the index that `price_series` has day by day. */
const DAILY = 120
/** Leases drawn one by one. */
const MOST_LEASES = 5_000

export async function loadPriceChoices(run: RunMetric): Promise<PriceChoices> {
  const [extent] = await run('extent', {})
  if (!extent || extent.first_at === null || extent.last_at === null)
    throw new Error('the table blocks is empty: index at least one block before building pages')
  return { kinds: await run('price_kinds', { to: extent.last_at }), firstAt: extent.first_at, lastAt: extent.last_at }
}

/** The kind that a view names; without one, of those whose memory and form factor are known, that with the most GPU-hours. */
export function kindOf(view: ViewState, { kinds }: PriceChoices): GpuKind | null {
  if (view.kind) return view.kind
  const row = kinds.find(({ memory_gib, interface: form }) => memory_gib !== null && form !== null) ?? kinds[0]
  return row ? { model: row.model, memoryGib: row.memory_gib, form: row.interface } : null
}

export function priceScopeOf(view: ViewState, choices: PriceChoices): PriceScope {
  const [first, last] = [Date.parse(choices.firstAt), Date.parse(choices.lastAt)]
  const kind = kindOf(view, choices)
  const from = Math.max(view.from ?? first, first)
  const to = Math.min(view.to ?? last + 1, last + 1)
  const grain = from > last - (DAILY - 1) * DAY ? 'day' : 'week'
  return {
    kind,
    organic: view.organic,
    grain,
    bucket: grain === 'week' ? 7 * DAY : DAY,
    from,
    to,
    lastAt: last,
    withAsks: view.asks,
    withLeases: view.leases,
    lease: view.leases ? view.lease : null,
    params: {
      model: kind?.model ?? '',
      memory_gib: kind?.memoryGib ?? null,
      interface: kind?.form ?? null,
      from: new Date(from).toISOString(),
      // Up to the instant before: a range that ends at midnight does not touch the day that begins there.
      to: new Date(to - 1).toISOString(),
      grain,
      scope: view.organic ? 'organic' : 'all',
      gpus: view.gpus,
      most: MOST_LEASES
    }
  }
}

const NOTHING: PriceRows = {
  ...{ realised: [], asks: [], clouds: [], discounts: [], offers: [], share: [], other: [], events: [], leases: [], lease: null }
}

/** The last bucket in which leases had a price: what offers are compared with. */
export function latestOf(rows: Pick<PriceRows, 'realised'>): MetricRows['realised_price'] | undefined {
  return rows.realised.findLast(({ p50 }) => p50 !== null)
}

/** What offers of clouds are compared with: the leases of the last bucket that has any. */
export function offerParams({ params }: PriceScope, rows: Pick<PriceRows, 'realised'>) {
  const latest = latestOf(rows)
  return {
    ...params,
    vcpus: latest?.vcpus_per_gpu ?? null,
    ram_gib: latest?.memory_gib_per_gpu ?? null,
    price: latest?.p50 ?? null
  }
}

export async function loadPrices(run: RunMetric, scope: PriceScope): Promise<PriceRows> {
  const { params } = scope
  if (scope.from >= scope.to) return NOTHING
  if (scope.kind === null) return { ...NOTHING, other: await run('other_prices', params) }
  const realised = await run('realised_price', params)
  return {
    realised,
    asks: scope.withAsks ? await run('ask_price', params) : [],
    clouds: await run('cloud_prices', params),
    discounts: await run('discounts', params),
    offers: await run('like_for_like', offerParams(scope, { realised })),
    share: await run('gpu_share', params),
    other: await run('other_prices', params),
    events: await run('price_events', params),
    leases: scope.withLeases ? await run('lease_dots', params) : [],
    lease: scope.lease === null ? null : await loadLease(run, scope.lease)
  }
}

/** A lease that is not in the lake is none. */
async function loadLease(run: RunMetric, lease: string): Promise<PriceRows['lease']> {
  const [terms] = await run('lease_terms', { lease })
  return terms ? { terms, offers: await run('like_for_like', leaseParams(terms)) } : null
}

/** What offers are held against: the lease as it was, at its end. */
function leaseParams(terms: MetricRows['lease_terms']) {
  const {
    model,
    memory_gib,
    interface: form,
    gpus,
    vcpus_per_gpu: vcpus,
    memory_gib_per_gpu: ram_gib,
    price,
    to_time: to
  } = terms
  return { model, memory_gib, interface: form, gpus, vcpus, ram_gib, price, to }
}

/** What leases cost beside the clouds over time, with the steps of their prices, and nothing else: for the overview. */
export async function loadCloudPrices(run: RunMetric, { kind, from, to, params }: PriceScope): Promise<PriceRows> {
  if (kind === null || from >= to) return NOTHING
  return {
    ...NOTHING,
    realised: await run('realised_price', params),
    clouds: await run('cloud_prices', params),
    discounts: await run('discounts', params),
    events: (await run('price_events', params)).filter(({ kind: sort }) => sort === 'price_step')
  }
}
