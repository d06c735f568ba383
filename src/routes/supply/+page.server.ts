import { DEFAULT_STATE } from '$lib/model/state'
import { openStaticLake } from '../lake.server'
import { loadChoices } from '../overview.ts'
import { worldOutline } from './land.server'
import { loadSupply, supplyScopeOf } from './supply.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async () => {
  const lake = await openStaticLake()
  try {
    const choices = await loadChoices(lake.run)
    return { choices, rows: await loadSupply(lake.run, supplyScopeOf(DEFAULT_STATE, choices)), world: worldOutline() }
  } finally {
    await lake.close()
  }
}
