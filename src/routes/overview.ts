/** What the overview asks of the lake: the same for the prerender and the browser. */
import type { Params } from '../lib/engine/engine.ts'
import { denomOf, type Denom } from '../lib/model/money.ts'
import type { ViewState } from '../lib/model/state.ts'
import { bucketFor } from '../lib/model/time.ts'
import type { MetricId, MetricRows } from '../lib/sql/catalog.ts'

export type RunMetric = <M extends MetricId>(metric: M, params: Params) => Promise<readonly MetricRows[M][]>

/** What does not change with the filters. */
export type Choices = {
  readonly models: readonly MetricRows['models'][]
  readonly denoms: readonly MetricRows['denoms'][]
  /** First and last block time, ISO 8601 with microseconds. */
  readonly firstAt: string
  readonly lastAt: string
}

/** A view with its defaults filled in. */
export type Scope = {
  readonly model: string | null
  readonly denom: Denom
  /** Ends of the axes, milliseconds since 1970, within the index. */
  readonly from: number
  readonly to: number
  readonly bucket: number
  readonly params: Params
}

export type OverviewRows = {
  readonly gpus: readonly MetricRows['gpus_leased'][]
  readonly prices: readonly MetricRows['prices_by_model'][]
  readonly points: readonly MetricRows['lease_price_points'][]
  readonly spend: readonly MetricRows['spend_by_provider'][]
}

/** Series drawn by name; further models are drawn together. */
const TOP_MODELS = 6
/** Up to this many leases of a model are drawn one by one. */
const MOST_POINTS = 60

/** Reads the choices once for a whole lake. */
export async function loadChoices(run: RunMetric): Promise<Choices> {
  const [extent] = await run('extent', {})
  if (!extent || extent.first_at === null || extent.last_at === null)
    throw new Error('the table blocks is empty: index at least one block before building pages')
  const whole = { from: extent.first_at, to: extent.last_at }
  return { models: await run('models', whole), denoms: await run('denoms', {}), firstAt: extent.first_at, lastAt: extent.last_at }
}

export function scopeOf(view: ViewState, choices: Choices): Scope {
  const [first, last] = [Date.parse(choices.firstAt), Date.parse(choices.lastAt) + 1]
  const from = Math.max(view.from ?? first, first)
  const to = Math.min(view.to ?? last, last)
  const denom = denomOf(view.denom ?? choices.denoms[0]?.denom ?? 'uakt')
  const bucket = bucketFor(from, to)
  return {
    model: view.model,
    denom,
    from,
    to,
    bucket,
    params: {
      from: new Date(view.from ?? first).toISOString(),
      to: new Date(view.to ?? last).toISOString(),
      bucket_us: bucket * 1000,
      model: view.model,
      denom: denom.denom,
      units_per_token: denom.unitsPerToken,
      top: TOP_MODELS,
      most: MOST_POINTS
    }
  }
}

export async function loadOverview(run: RunMetric, scope: Scope): Promise<OverviewRows> {
  if (scope.from >= scope.to) return { gpus: [], prices: [], points: [], spend: [] }
  return {
    gpus: await run('gpus_leased', scope.params),
    prices: await run('prices_by_model', scope.params),
    points: await run('lease_price_points', scope.params),
    spend: await run('spend_by_provider', scope.params)
  }
}
