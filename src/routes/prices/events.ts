/** Flags of the time axis: what happened, in full and as short as it can honestly be said. Pure. */
import type { PlotEvent } from '../../lib/charts/flags.ts'
import type { MetricRows } from '../../lib/sql/metric-rows.ts'
import { cloudOf } from './clouds.ts'

/** Letters that fit above a flag, as in flags.ts; and with which a price step leaves room for others. */
const SHORT = { any: 34, step: 24 } as const

/** Events of the network, and price steps of the clouds shown. */
export function eventsOf(rows: readonly MetricRows['price_events'][], shown: readonly string[]): readonly PlotEvent[] {
  return rows
    .filter(({ provider }) => provider === null || shown.includes(provider))
    .map(({ day, provider, title, source }) => ({
      at: Date.parse(day),
      source,
      ...(provider === null ? { title, short: shortEvent(title) } : stepOf(cloudOf(provider).name, title))
    }))
}

/** `Mainnet 17` of `Mainnet 17 executed (v2.0.0: …)`; what stands before the brackets otherwise, where that is short. */
export function shortEvent(title: string): string {
  const upgrade = /^(Mainnet \d+) (?:executed|upgrade day)\b/.exec(title)
  if (upgrade?.[1] !== undefined) return upgrade[1]
  const before = title.replace(/ \([^()]*\)$/, '')
  return before.length <= SHORT.any ? before : title
}

/** `AWS p5.48xlarge −44 %`, or `RunPod −25 %` where the offer's name is long. */
function stepOf(cloud: string, title: string): Pick<PlotEvent, 'title' | 'short' | 'first'> {
  const full = `${cloud} ${title}`
  return {
    title: full,
    first: true,
    short: full.length <= SHORT.step ? full : `${cloud} ${/[−+]\d+ %$/.exec(title)?.[0] ?? title}`
  }
}
