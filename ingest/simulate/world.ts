/** What all who act in the market share: where in time it is, the chain's state, an agenda, and how to send a transaction. */
import type { Any } from '../networks/akash/simulate/message-bytes.ts'
import type { Ledger } from '../networks/akash/simulate/ledger-type.ts'
import { perform, refuse, type Act, type Sender, type SimulatedTx } from '../networks/akash/simulate/tx.ts'
import { ACT, AKT, type Era } from '../networks/akash/simulate/era.ts'
import { aktUsd } from './akt-usd.ts'
import type { Calendar } from './calendar.ts'
import type { Capacity } from './capacity.ts'
import type { Parameters } from './parameters.ts'
import type { Random } from './random.ts'

export type World = {
  readonly parameters: Parameters
  readonly calendar: Calendar
  readonly ledger: Ledger
  readonly capacity: Capacity
  readonly random: Random
  readonly height: () => number
  /** Milliseconds since 1970 UTC, of the block in hand. */
  readonly time: () => number
  readonly era: () => Era
  /** Does something at a later height: at the next one when it is not later. Beyond the last height it is not done. */
  readonly at: (height: number, act: () => void) => void
  readonly send: (sender: Sender, ...acts: readonly Act[]) => void
  readonly fail: (sender: Sender, message: Any, failure: NonNullable<SimulatedTx['failure']>) => void
}

/** A world and its hands: `step` does what is due at the next height and gives its transactions. */
export type Turning = { readonly world: World; readonly step: () => SimulatedTx[] }

export function createWorld(of: Pick<World, 'parameters' | 'calendar' | 'ledger' | 'capacity' | 'random'>): Turning {
  const { calendar } = of
  const agenda = new Map<number, (() => void)[]>()
  const sequences = new Map<string, number>()
  let height = 0
  let txs: SimulatedTx[] = []
  const era = (): Era => calendar.eraOf(height)
  const next = (signer: string): number => {
    const sequence = sequences.get(signer) ?? 0
    sequences.set(signer, sequence + 1)
    return sequence
  }
  const world: World = {
    ...of,
    height: () => height,
    time: () => calendar.timeOf(height),
    era,
    at: (when, act) => {
      const due = Math.max(height + 1, when)
      if (!(due <= calendar.last)) return
      const list = agenda.get(due)
      if (list) list.push(act)
      else agenda.set(due, [act])
    },
    send: (sender, ...acts) => void txs.push(perform({ height, era: era() }, sender, next(sender.signer), acts)),
    fail: (sender, message, failure) => void txs.push(refuse(message, sender, next(sender.signer), failure))
  }
  return {
    world,
    step: () => {
      height++
      txs = []
      for (const act of agenda.get(height) ?? []) act()
      agenda.delete(height)
      return txs
    }
  }
}

/** USD of a micro-unit at a time, times a million. */
export const usdOf = (denom: string, time: number): number => (denom === AKT ? aktUsd(time) : 1)

/** Price a block in 10^-18 of a micro-unit, of an hourly price in USD; six digits below the unit, as provider scripts ask. */
export function pricePerBlock({ parameters, time }: World, usdPerHour: number, denom: string): bigint {
  const micro = ((usdPerHour * parameters.blockSeconds) / 3600 / usdOf(denom, time())) * 1e6
  return BigInt(Math.max(1, Math.round(micro * 1e6))) * 10n ** 12n
}

/** Denoms that a new deployment may be paid in; none while the ACT migration is under way. */
export function denomsOf(world: World): readonly string[] {
  if (world.era().take) return [AKT, 'usdc']
  return migrating(world) ? [] : [ACT]
}

/** Blocks from v2.0.0 until the oracle has its first price; the deferred migration runs one block later. */
export const PRICELESS_BLOCKS = 3
export function migrating({ calendar, height }: Pick<World, 'calendar' | 'height'>): boolean {
  const upgrade = calendar.upgrade('v2.0.0')
  return height() >= upgrade && height() <= upgrade + PRICELESS_BLOCKS + 1
}
