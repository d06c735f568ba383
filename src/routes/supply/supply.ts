/** What the supply page asks of the lake: the same for the prerender and the browser. */
import { denomOf, type Denom } from '../../lib/model/money.ts'
import type { Placement, ViewState } from '../../lib/model/state.ts'
import type { MetricRows } from '../../lib/sql/metric-rows.ts'
import { defaultDenom, type Choices, type RunMetric } from '../overview.ts'

/** A view with its defaults filled in. */
export type SupplyScope = {
  readonly model: string | null
  readonly denom: Denom
  readonly placement: Placement
  /** Range asked for, within the index, milliseconds since 1970. */
  readonly from: number
  readonly to: number
  /** Time of the last block, milliseconds. */
  readonly lastAt: number
  readonly params: {
    readonly from: string
    readonly to: string
    readonly model: string | null
    readonly placement: number
    readonly denom: string
    readonly units_per_token: number
  }
}

export type SupplyRows = {
  readonly days: readonly MetricRows['supply_over_time'][]
  readonly models: readonly MetricRows['supply_models'][]
  readonly regions: readonly MetricRows['supply_regions'][]
  readonly orders: readonly MetricRows['demand_funnel'][]
}

export function supplyScopeOf(view: ViewState, choices: Choices): SupplyScope {
  const [first, last] = [Date.parse(choices.firstAt), Date.parse(choices.lastAt)]
  const denom = denomOf(view.denom ?? defaultDenom(choices, view.to))
  return {
    model: view.model,
    denom,
    placement: view.placement,
    from: Math.max(view.from ?? first, first),
    to: Math.min(view.to ?? last + 1, last + 1),
    lastAt: last,
    params: {
      from: new Date(view.from ?? first).toISOString(),
      // Up to the instant before: a range that ends at midnight does not touch the day that begins there.
      to: new Date(view.to === null ? last + 1 : view.to - 1).toISOString(),
      model: view.model,
      placement: view.placement,
      denom: denom.denom,
      units_per_token: denom.unitsPerToken
    }
  }
}

/** The same view of all models: a list of models brings out the chosen one instead of leaving out the others. */
export function allModels(scope: SupplyScope): SupplyScope {
  return { ...scope, model: null, params: { ...scope.params, model: null } }
}

export async function loadSupply(run: RunMetric, scope: SupplyScope): Promise<SupplyRows> {
  if (scope.from >= scope.to) return { days: [], models: [], regions: [], orders: [] }
  return {
    days: await run('supply_over_time', scope.params),
    models: await run('supply_models', allModels(scope).params),
    regions: await run('supply_regions', scope.params),
    orders: await run('demand_funnel', scope.params)
  }
}
