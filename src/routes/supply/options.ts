/** The models to choose from, each with its n. What an address asks for is among them, even where the lake has none of it. */
import { count, modelName } from '../../lib/model/format.ts'
import type { ViewState } from '../../lib/model/state.ts'
import type { MetricRows } from '../../lib/sql/metric-rows.ts'

type Option = { readonly value: string; readonly text: string }

export function supplyModelOptions(models: readonly MetricRows['supply_models'][], wanted: ViewState): readonly Option[] {
  const options = models
    .filter(({ model }) => model !== 'unknown')
    .map(({ model, registered }) => ({ value: model, text: `${modelName(model)} (${count(registered, 'GPU')})` }))
  const asked = wanted.model
  const extra =
    asked === null || options.some(({ value }) => value === asked)
      ? []
      : [{ value: asked, text: `${modelName(asked)} (none known)` }]
  return [{ value: '', text: 'all' }, ...options, ...extra]
}
