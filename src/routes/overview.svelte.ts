/** The state of the overview in the browser. */
import { loadMarket, marketScopeOf, type MarketRows, type MarketScope } from './market.ts'
import type { Choices } from './overview.ts'
import { PageState } from './page-state.svelte'
import type { PriceChoices } from './prices/prices.ts'

export class Overview extends PageState<MarketScope, MarketRows> {
  constructor(choices: Choices, prices: PriceChoices, rows: MarketRows) {
    super({ rows, scopeOf: (view) => marketScopeOf(view, choices, prices), load: loadMarket })
  }
}
