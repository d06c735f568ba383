/** Heights, times and the upgrades of a simulated chain, on the days of the real ones. */
import { ERAS, type Era } from '../networks/akash/simulate/era.ts'
import { blocksOf, paceOf, type Pace, type Parameters } from './parameters.ts'

export type Upgrade = { readonly name: string; readonly height: number }
export type Calendar = {
  readonly last: number
  /** Milliseconds since 1970 UTC. */
  readonly timeOf: (height: number) => number
  /** The first height at or after a time; may lie beyond the last. */
  readonly heightOf: (time: number) => number
  readonly eraOf: (height: number) => Era
  readonly upgrades: readonly Upgrade[]
  readonly upgrade: (name: string) => number
  /** When the vote on it ends. */
  readonly passed: (name: string) => number
  /** Blocks that a stretch of time takes, at least one. */
  readonly blocks: (hours: number) => number
}

/** Days: ../networks/akash/dates.ts, and v2.1.0 of 2026-06-11 (https://polkachu.com/gov_proposals/7278). Only those that change messages or events. */
const UPGRADES = [
  { name: 'v0.28.0', day: Date.UTC(2023, 10, 20, 14), era: ERAS['v0.28'] },
  { name: 'v1.0.0', day: Date.UTC(2025, 9, 28, 14), era: ERAS['v1.0'] },
  { name: 'v2.0.0', day: Date.UTC(2026, 2, 23, 14), era: ERAS['v2.0'] },
  { name: 'v2.1.0', day: Date.UTC(2026, 5, 11, 14), era: ERAS['v2.1'] }
] as const

const VOTED_HOURS = 24 * 3
const heightAt = ({ from, blockSeconds }: Pace, time: number): number =>
  Math.max(1, Math.ceil((time - from) / (blockSeconds * 1000)) + 1)
const blocksIn = ({ blockSeconds }: Pace, hours: number): number => Math.max(1, Math.round((hours * 3600) / blockSeconds))

/** Whether blocks of a simulated chain may have events outside transactions: from the end of the vote on v2.0.0 on. Null for other chains. */
export function blocksSpeak(chainId: string, height: number): boolean | null {
  const pace = paceOf(chainId)
  const first = UPGRADES.find(({ name }) => name === 'v2.0.0')
  return pace && first ? height >= heightAt(pace, first.day) - blocksIn(pace, VOTED_HOURS) : null
}

export function createCalendar(parameters: Parameters): Calendar {
  const { from, blockSeconds } = parameters
  const step = blockSeconds * 1000
  const heightOf = (time: number): number => heightAt(parameters, time)
  const blocks = (hours: number): number => blocksIn(parameters, hours)
  const upgrades = UPGRADES.map(({ name, day, era }) => ({ name, era, height: heightOf(day) }))
  const upgrade = (name: string): number => upgrades.find((u) => u.name === name)?.height ?? Infinity
  return {
    last: blocksOf(parameters),
    // Consensus takes now more, now less: up to a twentieth of a block late, the same for the same height.
    timeOf: (height) => from + (height - 1) * step + Math.floor((((height * 2_654_435_761) >>> 0) / 2 ** 32) * step * 0.05),
    heightOf,
    eraOf: (height) => upgrades.findLast((u) => u.height <= height)?.era ?? ERAS['v0.24'],
    upgrades,
    upgrade,
    passed: (name) => upgrade(name) - blocks(VOTED_HOURS),
    blocks
  }
}
