/** How the bench measures and says what it found. */
import { availableParallelism, cpus, loadavg } from 'node:os'

export const say = (text: string): void => void process.stdout.write(`${text}\n`)

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

/** Seconds that all cores together worked for this process. */
export async function cpuSeconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

let missed = 0
/** Says a figure and whether its goal is met; counts those that are not. */
export function figure(what: string, value: string, met?: boolean, more = ''): void {
  if (met === false) missed++
  say(`    ${what.padEnd(34)} ${value.padStart(14)}   ${met === undefined ? '' : met ? 'ok' : 'MISSED'}${more && `   ${more}`}`)
}
export const goalsMissed = (): number => missed

/** The machine, and how busy others keep it: figures in seconds mean nothing without. */
export function machine(): string {
  const load = loadavg()[0] ?? NaN
  return `${availableParallelism()} × ${cpus()[0]?.model}, load ${load.toFixed(1)}, Node ${process.version}`
}
