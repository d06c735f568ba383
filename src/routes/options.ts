/** The choices of the overview's filters, each with its n. What an address asks for is among them, even where the lake has none of it. */
import { count, modelName } from '../lib/model/format.ts'
import { denomOf } from '../lib/model/money.ts'
import type { ViewState } from '../lib/model/state.ts'
import type { Choices } from './overview.ts'

type Option = { readonly value: string; readonly text: string }

export function modelOptions(choices: Choices, wanted: ViewState): readonly Option[] {
  const options = choices.models.map(({ model, leases }) => ({
    value: model,
    text: `${modelName(model)} (${count(leases, 'lease')})`
  }))
  const asked = wanted.model
  const extra =
    asked === null || options.some(({ value }) => value === asked)
      ? []
      : [{ value: asked, text: `${modelName(asked)} (never leased)` }]
  return [{ value: '', text: 'all' }, ...options, ...extra]
}

export function denomOptions(choices: Choices, wanted: ViewState): readonly Option[] {
  const asked = wanted.denom
  const extra = asked === null || choices.denoms.some(({ denom }) => denom === asked) ? [] : [{ denom: asked, leases: 0 }]
  return [...choices.denoms, ...extra].map(({ denom, leases }) => ({
    value: denom,
    text: `${denomOf(denom).symbol} (${count(leases, 'lease')})`
  }))
}
