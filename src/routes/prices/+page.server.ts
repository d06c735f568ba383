import { DEFAULT_STATE } from '$lib/model/state'
import { openStaticLake } from '../lake.server'
import { loadPriceChoices, loadPrices, priceScopeOf } from './prices.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async () => {
  const lake = await openStaticLake()
  try {
    const choices = await loadPriceChoices(lake.run)
    return { choices, rows: await loadPrices(lake.run, priceScopeOf(DEFAULT_STATE, choices)) }
  } finally {
    await lake.close()
  }
}
