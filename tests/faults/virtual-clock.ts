/** A clock on which waiting takes no time: backoffs of minutes pass as soon as nothing else is ready to run. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../../ingest/chain/clock.ts'
import type { Chance } from './chance.ts'

type Sleeper = { readonly until: number; readonly wake: () => void }

/** The one that wakes first goes first; between two wakings the loop turns, so that answers on their way can come in. */
export function virtualClock(chance: Chance): Clock {
  const sleepers = new Set<Sleeper>()
  let skipped = 0
  const now = (): number => performance.now() + skipped
  let drawn = 0
  let turning = false
  const turn = async (): Promise<void> => {
    turning = true
    while (sleepers.size > 0) {
      await wait(1)
      const [first] = [...sleepers].sort((a, b) => a.until - b.until)
      if (!first) break
      sleepers.delete(first)
      skipped += Math.max(0, first.until - now())
      first.wake()
    }
    turning = false
  }
  return {
    now,
    random: () => chance.of('clock', drawn++),
    sleep: (ms, signal) =>
      new Promise((done, fail) => {
        const leave = (): void => {
          sleepers.delete(sleeper)
          fail(signal?.reason as Error)
        }
        const sleeper: Sleeper = {
          until: now() + Math.max(0, ms),
          wake: () => {
            signal?.removeEventListener('abort', leave)
            done()
          }
        }
        if (signal?.aborted) {
          fail(signal.reason as Error)
          return
        }
        signal?.addEventListener('abort', leave, { once: true })
        sleepers.add(sleeper)
        if (!turning) void turn()
      })
  }
}
