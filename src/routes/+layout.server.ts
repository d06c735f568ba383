import { openStaticLake } from './lake.server'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = async () => {
  const lake = await openStaticLake()
  try {
    return { lake: lake.info }
  } finally {
    await lake.close()
  }
}
