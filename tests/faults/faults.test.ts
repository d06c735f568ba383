/** Fifty runs of the fault harness, and the seeds that once found something. `npm run faults` runs a thousand. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openReferences, type References } from './reference.ts'
import { KINDS, runSeed, type Kind, type Outcome } from './run.ts'

const FIRST_SEED = 2_000
const RUNS = 50
/** Two at once: a run mostly waits for answers and for its children. */
const AT_ONCE = 2

let references: References
beforeAll(async () => {
  references = await openReferences()
})
afterAll(() => references.close())

type Case = { readonly seed: number; readonly only?: Kind }
async function runAll(cases: readonly Case[]): Promise<Outcome[]> {
  const queue = [...cases]
  const outcomes: Outcome[] = []
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) outcomes.push(await runSeed(references, next.seed, next.only))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return outcomes
}
const wrong = (outcomes: readonly Outcome[]): string[] =>
  outcomes
    .filter(({ verdict, needless }) => verdict === 'wrong' || needless)
    .map(({ seed, kind, words }) => `seed ${seed} ${kind}: ${words}`)

test(`${RUNS} runs end with the undisturbed bytes or a clear stop`, async () => {
  const outcomes = await runAll(Array.from({ length: RUNS }, (_, i) => ({ seed: FIRST_SEED + i })))
  expect(wrong(outcomes)).toEqual([])
  expect(outcomes).toHaveLength(RUNS)
  // A harness under which all runs stop, or none is disturbed, would prove nothing.
  expect(outcomes.filter(({ verdict }) => verdict === 'identical').length).toBeGreaterThan(RUNS / 2)
  expect(outcomes.filter(({ verdict }) => verdict === 'stopped').length).toBeGreaterThan(2)
  expect(outcomes.reduce((sum, { retries }) => sum + retries, 0)).toBeGreaterThan(RUNS)
  expect(new Set(outcomes.map(({ kind }) => kind)).size).toBeGreaterThan(KINDS.length / 2)
}, 120_000)

/** Seeds that found something, and what. */
const NOTABLE: readonly (readonly [seed: number, why: string, only?: Kind])[] = [
  [1, 'one endpoint told other times: headers were not held against their hash', 'disagree'],
  [44, 'another time in the first block of a chain', 'disagree'],
  [9, "another chain's results passed, since they had as many transactions", 'wrong-chain'],
  [14, 'the same over many heights, behind one address', 'wrong-chain'],
  [3039, 'one endpoint asked to be left alone for an hour: the run ended, though the other was only busy'],
  [3223, 'the same with most answers refused'],
  [3005, 'an answer too large: the error did not say what to do'],
  [3107, 'a method that a node does not serve: the error did not say what to do']
]

test.each(NOTABLE)('seed %i: %s', async (seed, _, only) => {
  expect(wrong(await runAll([only === undefined ? { seed } : { seed, only }]))).toEqual([])
})
