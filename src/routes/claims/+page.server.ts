import { openStaticLake } from '../lake.server'
import { judgeClaims } from './judge.server'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async () => {
  const lake = await openStaticLake()
  try {
    return { claims: await judgeClaims(lake) }
  } finally {
    await lake.close()
  }
}
