/** One run of the fault harness: from a seed to a verdict. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Interval } from '../../src/lib/model/interval.ts'
import { chanceOf, type Chance } from './chance.ts'
import { CHILD_KINDS, unmount, type ChildRun } from './child.ts'
import { runInside } from './inside.ts'
import { NETWORK_KINDS, type Plan } from './kinds.ts'
import { indexSoundly, RECORDINGS, type Reference, type References } from './reference.ts'
import { judge, type Verdict } from './verdict.ts'

export type Kind = keyof typeof NETWORK_KINDS | keyof typeof CHILD_KINDS
export type Outcome = {
  readonly seed: number
  readonly kind: Kind
  readonly verdict: Verdict['verdict']
  /** It stopped or left gaps although one of its endpoints was sound all the time, or stopped where gaps were due. */
  readonly needless: boolean
  /** Faults that the run saw and went on after. */
  readonly retries: number
  readonly ms: number
  /** What was done to it, and what came of it. */
  readonly words: string
}

export const KINDS = [...Object.keys(NETWORK_KINDS), ...Object.keys(CHILD_KINDS)] as Kind[]
/** Of ten runs two are processes of their own, and of those most are killed. */
const CHILDREN: readonly Kind[] = ['kill', 'kill', 'kill', 'disk-full', 'clock-jump']

/** A run that takes longer hangs, milliseconds. */
const MOST_MS = 90_000

const isChild = (kind: Kind): kind is keyof typeof CHILD_KINDS => kind in CHILD_KINDS

function kindOf(seed: number): Kind {
  const chance = chanceOf(seed)
  return chance.yes(0.2, 'child') ? chance.pick(CHILDREN, 'kind') : chance.pick(Object.keys(NETWORK_KINDS) as Kind[], 'kind')
}

/** One of a few ranges for each recording, so that few undisturbed lakes are made: short ones mostly. */
function rangeOf(chance: Chance, { from, to }: Interval): Interval {
  const choice = chance.between(0, 9, 'range')
  if (choice === 9) return { from, to }
  const third = Math.floor((to - from + 1) / 3)
  const start = from + third * (choice % 3)
  return { from: start, to: Math.min(to, start + [25, 50, third][Math.floor(choice / 3)]! - 1) }
}

/** One to three parts in any order. */
function partsOf(chance: Chance, { from, to }: Interval): Interval[] {
  const cuts = Array.from({ length: chance.pick([0, 0, 1, 2], 'parts') }, (_, i) => chance.between(from + 1, to, 'cut', i))
  const starts = [...new Set([from, ...cuts])].sort((a, b) => a - b)
  const parts = starts.map((start, i) => ({ from: start, to: (starts[i + 1] ?? to + 1) - 1 }))
  return parts
    .map((part, i) => ({ part, at: chance.of('order', i) }))
    .sort((a, b) => a.at - b.at)
    .map(({ part }) => part)
}

function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`the run hung for ${MOST_MS / 1000} s`)), MOST_MS)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

async function disturb(
  kind: Kind,
  chance: Chance,
  reference: Reference,
  dir: string,
  asked: Interval
): Promise<ChildRun & Pick<Plan, 'sound' | 'floor'>> {
  const parts = partsOf(chance, asked)
  if (isChild(kind)) return { ...(await CHILD_KINDS[kind]({ reference, chance, dir, asked, parts })), sound: true }
  const {
    endpoints,
    words,
    sound,
    begun,
    floor,
    sample = 1
  } = NETWORK_KINDS[kind]({
    chance,
    range: asked,
    node: reference.node,
    stranger: reference.stranger
  })
  // Where nothing is late, only a busy machine is: that is no fault of the plan.
  const timeoutMs = kind === 'hang' || kind === 'drip' ? 300 : 20_000
  if (begun) await indexSoundly(reference.url, dir, { from: asked.from, to: asked.from })
  return {
    ...(await runInside(reference, { endpoints, sample, timeoutMs }, dir, parts, chance)),
    words,
    sound,
    ...(floor && { floor })
  }
}

/** Runs a seed. After a clear stop or gaps, the same heights from a sound node must complete the lake to the undisturbed bytes. Never rejects. */
export async function runSeed(references: References, seed: number, only?: Kind): Promise<Outcome> {
  const chance = chanceOf(seed)
  const kind = only ?? kindOf(seed)
  const recording = chance.pick(RECORDINGS, 'recording')
  const start = performance.now()
  const root = await mkdtemp(join(tmpdir(), 'rackrate-fault-'))
  const dir = join(root, 'lake')
  const outcome = (verdict: Verdict['verdict'], retries: number, words: string, needless = false): Outcome => ({
    seed,
    kind,
    verdict,
    needless,
    retries,
    ms: performance.now() - start,
    words
  })
  let about: string = recording
  try {
    const reference = await references.of(recording)
    const asked = rangeOf(chance, reference.node)
    about = `${recording} ${asked.from}-${asked.to}`
    const expected = { asked, undisturbed: await reference.lake(asked), truth: await reference.rows() }
    const { ending, retries, words, sound, floor } = await inTime(disturb(kind, chance, reference, dir, asked))
    about += `: ${words}`
    const verdict = await judge(dir, ending, { ...expected, floor: floor?.() })
    if (verdict.verdict === 'wrong') return outcome('wrong', retries, `${about} → ${verdict.why}`)
    if (ending.end === 'finished') return outcome('identical', retries, about)
    await indexSoundly(reference.url, dir, asked)
    const healed = await judge(dir, { end: 'finished' }, expected)
    if (healed.verdict === 'wrong')
      return outcome('wrong', retries, `${about} → ${ending.end} (${ending.said}), then not completed: ${healed.why}`)
    const needless = sound || (ending.end === 'stopped' && floor !== undefined)
    return outcome(verdict.verdict, retries, `${about} → ${ending.said}`, needless)
  } catch (error) {
    return outcome('wrong', 0, `${about} → ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  } finally {
    if (kind === 'disk-full') unmount(dir)
    await rm(root, { recursive: true, force: true })
  }
}
