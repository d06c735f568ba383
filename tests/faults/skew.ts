/** Loaded before a command (`node --import`): its wall clock jumps back and forth, its monotonic clock forward, as after a sleep or a bad NTP server. */
import { chanceOf } from './chance.ts'

const chance = chanceOf(process.env['RACKRATE_SKEW'] ?? '')
const HOUR_MS = 3_600_000
const JUMPS_MS = [-20 * 365 * 24 * HOUR_MS, -24 * HOUR_MS, -HOUR_MS, -500, 500, HOUR_MS, 24 * HOUR_MS, 20 * 365 * 24 * HOUR_MS]
let asked = 0
let skewMs = 0
let leapMs = 0

const realNow = Date.now.bind(Date)
const realPerformanceNow = performance.now.bind(performance)
const now = (): number => {
  if (chance.yes(0.3, 'jump', ++asked)) skewMs = chance.pick(JUMPS_MS, 'by', asked)
  return realNow() + skewMs
}
performance.now = () => {
  if (chance.yes(0.002, 'leap', ++asked)) leapMs += chance.pick([1_000, 60_000, HOUR_MS], 'leap by', asked)
  return realPerformanceNow() + leapMs
}
globalThis.Date = new Proxy(Date, {
  construct: (target, args: unknown[], self) => Reflect.construct(target, args.length > 0 ? args : [now()], self) as object,
  get: (target, key, self) => (key === 'now' ? now : (Reflect.get(target, key, self) as unknown))
})
