/** Axes of values that may be logarithmic or reach below zero. Pure. */
import { scaleLinear, scaleLog } from 'd3-scale'
import type { Tick } from './scale.ts'

export type ValueAxis = {
  readonly ticks: readonly Tick[]
  /** Pixels from the top, never outside of the plot: what a log axis has no place for lies on its lower edge. */
  readonly of: (value: number) => number
}

/** Most ticks of a log axis; with more than these only 1, 10, 100 … are told. */
const MOST_LOG_TICKS = 10

/** From zero, or a round number below the lowest value, to a round number above the highest. */
export function linearAxis(values: readonly number[], height: number, count = 4): ValueAxis {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)]
  const scale = scaleLinear()
    .domain(low === high ? [0, 1] : [low, high])
    .range([height, 0])
    .nice(count)
  return { ticks: scale.ticks(count).map((value) => ({ value, at: scale(value) })), of: (value) => within(scale(value), height) }
}

/** Between numbers of the series 1, 2, 5, 10, 20 … around the positive values. */
export function logAxis(values: readonly number[], height: number): ValueAxis {
  const positive = values.filter((value) => value > 0)
  const [low, high] = positive.length === 0 ? [1, 1] : [Math.min(...positive), Math.max(...positive)]
  const steps = oneTwoFive(low, high)
  const scale = scaleLog()
    .domain([steps[0] ?? 1, steps.at(-1) ?? 10])
    .range([height, 0])
  const told = steps.length > MOST_LOG_TICKS ? steps.filter(isPowerOfTen) : steps
  return {
    ticks: told.map((value) => ({ value, at: scale(value) })),
    of: (value) => (value > 0 ? within(scale(value), height) : height)
  }
}

/** The numbers of the series 1, 2, 5, 10 … from the last at or below `low` to the first at or above `high`; at least two. */
function oneTwoFive(low: number, high: number): readonly number[] {
  const all: number[] = []
  for (let power = Math.floor(Math.log10(low)) - 1; power <= Math.ceil(Math.log10(high)) + 1; power++) {
    for (const digit of [1, 2, 5]) all.push(Number(`${digit}e${power}`))
  }
  const first = all.findLastIndex((value) => value <= low)
  const last = all.findIndex((value) => value >= high)
  return all.slice(first, Math.max(last, first + 1) + 1)
}

function isPowerOfTen(value: number): boolean {
  return Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9
}

function within(y: number, height: number): number {
  return Math.min(height, Math.max(0, y))
}
