import { DEFAULT_STATE } from '$lib/model/state'
import { openStaticLake } from './lake.server'
import { loadChoices, loadOverview, scopeOf } from './overview.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async () => {
  const lake = await openStaticLake()
  try {
    const choices = await loadChoices(lake.run)
    return { choices, rows: await loadOverview(lake.run, scopeOf(DEFAULT_STATE, choices)) }
  } finally {
    await lake.close()
  }
}
