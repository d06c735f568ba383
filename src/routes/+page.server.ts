import { DEFAULT_STATE } from '$lib/model/state'
import { openStaticLake } from './lake.server'
import { loadMarket, marketScopeOf } from './market.ts'
import { loadChoices } from './overview.ts'
import { loadPriceChoices } from './prices/prices.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async () => {
  const lake = await openStaticLake()
  try {
    const choices = await loadChoices(lake.run)
    const prices = await loadPriceChoices(lake.run)
    return { choices, prices, rows: await loadMarket(lake.run, marketScopeOf(DEFAULT_STATE, choices, prices)) }
  } finally {
    await lake.close()
  }
}
