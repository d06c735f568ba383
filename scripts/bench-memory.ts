/** Memory while many small blocks are indexed: how much, and whether it grows with their number. */
import { memoryOf, type MemoryTask } from '../tests/bench/memory.ts'
import { figure, say } from './measure.ts'

const GOAL = { mib: 1_024, growth: 0.1 }

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

async function benchWay(task: MemoryTask, what: string): Promise<void> {
  const { samples, seconds } = await memoryOf(task)
  const mib = samples.map((sample) => sample.mib)
  const most = Math.max(...mib)
  const part = (from: number, to: number): number => mean(mib.slice(Math.floor(mib.length * from), Math.floor(mib.length * to)))
  const growth = part(0.75, 1) / part(0.5, 0.75) - 1
  figure(
    `${what}, most`,
    `${most.toFixed(0)} MiB`,
    most <= GOAL.mib,
    `goal ≤ ${GOAL.mib} MiB; ${(task.blocks / seconds).toFixed(0)} blocks/s`
  )
  figure('    last quarter ÷ the one before', (1 + growth).toFixed(2), growth <= GOAL.growth, `goal ≤ ${1 + GOAL.growth}: flat`)
}

/** @param blocks of those that are made in the process; a fifth, at most 20,000, come over HTTP */
export async function benchMemory(blocks: number): Promise<void> {
  const overHttp = Math.min(20_000, blocks / 5)
  say(`\nmemory of a process that indexes small blocks (v2.1 again and again) into a lake, with its whole run time`)
  await benchWay({ way: 'http', blocks: overHttp }, `${overHttp} from a node over HTTP`)
  await benchWay({ way: 'direct', blocks }, `${blocks} made in the process`)
}
