/** What a wish becomes: GPU attributes of an order, and the price that it names. */
import type { Wish } from './demand.ts'
import { CPU_USD_HOUR, MEMORY_USD_HOUR, trend } from './models.ts'
import type { World } from './world.ts'

const GIB = 1024 ** 3

/** GPU attributes that a wish becomes. */
export function keysOf({ models, namesMemory, namesForm }: Wish): string[] {
  if (models === null) return []
  if (models.length === 0) return ['vendor/nvidia/model/*']
  return models.map(
    (m) =>
      `vendor/nvidia/model/${m.name}${namesMemory ? `/ram/${m.memoryGib}Gi` : ''}${namesForm ? `/interface/${m.form.toLowerCase().replace(/\d+$/, '')}` : ''}`
  )
}

/** The most that the tenant would pay, USD an hour. */
export function limitOf(wish: Wish, { random, time }: Pick<World, 'random' | 'time'>): number {
  const models = wish.models ?? []
  const dearest = wish.models === null ? 0 : Math.max(...(models.length > 0 ? models.map((m) => m.high) : [1]))
  const rest = (wish.cpuMillicores / 1000) * CPU_USD_HOUR * 1.8 + (wish.memoryBytes / GIB) * MEMORY_USD_HOUR * 1.8
  return (wish.gpus * dearest * random.between(0.95, 1.6) + rest * random.between(1.2, 3) + 0.01) * trend(time())
}
