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

test(`${RUNS} runs end with the undisturbed bytes, a clear stop or gaps on record`, async () => {
  const outcomes = await runAll(Array.from({ length: RUNS }, (_, i) => ({ seed: FIRST_SEED + i })))
  expect(wrong(outcomes)).toEqual([])
  expect(outcomes).toHaveLength(RUNS)
  // A harness under which all runs stop, or none is disturbed, would prove nothing.
  expect(outcomes.filter(({ verdict }) => verdict === 'identical').length).toBeGreaterThan(RUNS / 2)
  expect(outcomes.filter(({ verdict }) => verdict === 'stopped').length).toBeGreaterThan(2)
  expect(outcomes.reduce((sum, { retries }) => sum + retries, 0)).toBeGreaterThan(RUNS)
  expect(new Set(outcomes.map(({ kind }) => kind)).size).toBeGreaterThan(KINDS.length / 2)
}, 600_000)

/** Seeds that found something, and what. */
const NOTABLE: readonly (Case & { readonly why: string })[] = [
  { seed: 1, only: 'disagree', why: 'one endpoint told other times: headers were not held against their hash' },
  { seed: 44, only: 'disagree', why: 'another time in the first block of a chain' },
  { seed: 9, only: 'wrong-chain', why: "another chain's results passed, since they had as many transactions" },
  { seed: 14, only: 'wrong-chain', why: 'the same over many heights, behind one address' },
  { seed: 704, only: 'disagree', why: 'a block whose child named another parent was kept: the lake could never be completed' },
  { seed: 3039, why: 'one endpoint asked to be left alone for an hour: the run ended, though the other was only busy' },
  { seed: 3223, why: 'the same with most answers refused' },
  { seed: 3005, why: 'an answer too large: the error did not say what to do' },
  { seed: 3107, why: 'a method that a node does not serve: the error did not say what to do' }
]

test.each(NOTABLE)('seed $seed: $why', async (notable) => {
  expect(wrong(await runAll([notable]))).toEqual([])
})
