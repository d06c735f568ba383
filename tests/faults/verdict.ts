/**
 * The verdict on a disturbed run: the undisturbed bytes, or a clear stop, or gaps that are on record and told; never one wrong row in a lake,
 * which can always be read.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ChainError } from '../../ingest/chain/errors.ts'
import { MANIFEST_FILE } from '../../ingest/lake/manifest.ts'
import { verify } from '../../ingest/lake/verify.ts'
import { readManifest } from '../../src/lib/engine/attach.ts'
import { normalise, size, subtract, type Interval } from '../../src/lib/model/interval.ts'
import { doneOf, LakeError, ManifestError } from '../../src/lib/model/manifest.ts'
import { filesOf, rowsByHeight, type HeightRows } from './contents.ts'

/** How a run ended: well, or with what it said when it stopped or could not get all heights. */
export type Ending = { readonly end: 'finished' } | { readonly end: 'stopped' | 'gaps'; readonly said: string }
export type Verdict = { readonly verdict: 'identical' | 'stopped' | 'gaps' } | { readonly verdict: 'wrong'; readonly why: string }

/** What an operator can do, in the words of our messages. */
const ADVICE = /\b(try|use|leave|give|run|check|free|choose|index|wait|add|restore|update|delete)\b/i
/** What it is about: an endpoint, a file or a height. */
const PLACE = /\d+\.\d+\.\d+\.\d+:\d+|\/|\b(height|block|range)s?\b/i

/** What an in-process run says when it stops. @throws the error itself when it is none of ours: a bug */
export function saidBy(error: unknown): string {
  if (error instanceof ChainError || error instanceof LakeError || error instanceof ManifestError) return error.message
  throw error
}

/** Why a message leaves an operator alone, or nothing. Pure. */
export function unclear(said: string): string | undefined {
  if (/\n\s+at /.test(said)) return 'it shows a stack trace'
  if (!PLACE.test(said)) return 'it does not say where'
  if (!ADVICE.test(said)) return 'it does not say what to do'
  return undefined
}

/** How the files of a lake differ from those of the undisturbed one. */
async function fileDifferences(dir: string, undisturbed: string): Promise<string[]> {
  const [found, wanted] = [await filesOf(dir), await filesOf(undisturbed)]
  return [...new Set([...wanted.keys(), ...found.keys()])].flatMap((name) => {
    if (!found.has(name)) return [`${name} is missing`]
    if (!wanted.has(name)) return [`${name} is left over`]
    return found.get(name) === wanted.get(name) ? [] : [`${name} differs`]
  })
}

/** What is wrong with a lake that need not be complete: damage, heights that were not asked for, rows that are not the chain's. */
export async function lakeProblems(dir: string, asked: Interval, truth: HeightRows): Promise<string[]> {
  // A run that stopped before its lake was made has left nothing to look at.
  if (!existsSync(join(dir, MANIFEST_FILE))) return []
  const { checks } = await verify(dir, [])
  const failed = checks.filter((check) => !check.ok).map(({ name, detail }) => `verify: ${name}: ${detail}`)
  if (failed.length > 0) return failed
  const done = doneOf(await readManifest(dir))
  const foreign = subtract(done, [asked])
  if (size(foreign) > 0) return [`it holds heights that were not asked for, from ${foreign[0]?.from}`]
  const rows = await rowsByHeight(dir)
  const covered = new Set(done.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i)))
  const heights = new Set([...rows.keys(), ...covered])
  return [...heights]
    .filter((height) => !covered.has(height) || rows.get(height) !== truth.get(height))
    .map((height) => `rows of height ${height} are not the chain's`)
}

/** How the gaps of a lake differ from what it lacks of the heights asked for, which are all below `floor` when there is one. */
async function gapProblems(dir: string, asked: Interval, floor: number | undefined): Promise<string[]> {
  const { gaps, partitions } = await readManifest(dir)
  const [lacks, told] = [subtract([asked], partitions), normalise(gaps)]
  if (size(lacks) === 0) return ['it tells of gaps, but has none']
  const problems: string[] = []
  if (JSON.stringify(lacks) !== JSON.stringify(told))
    problems.push(`it lacks ${JSON.stringify(lacks)}, but its gaps are ${JSON.stringify(told)}`)
  if (floor !== undefined) {
    const kept = gaps.find((gap) => gap.to >= floor || gap.status !== 'pruned')
    if (kept) problems.push(`the floor is ${floor}, but ${kept.from}-${kept.to} is ${kept.status}`)
  }
  return problems
}

export type Expected = {
  readonly asked: Interval
  readonly undisturbed: string
  readonly truth: HeightRows
  /** Heights from here on can be had to the end; the others may be gone. */
  readonly floor?: number | undefined
}

/** Judges the lake in `dir` after a run for `asked` that ended so. */
export async function judge(dir: string, ending: Ending, { asked, undisturbed, truth, floor }: Expected): Promise<Verdict> {
  const problems = await lakeProblems(dir, asked, truth)
  if (ending.end === 'finished') problems.push(...(await fileDifferences(dir, undisturbed)))
  else {
    if (ending.end === 'gaps') problems.push(...(await gapProblems(dir, asked, floor)))
    const vague = unclear(ending.said)
    if (vague !== undefined) problems.push(`it ended short, but ${vague}: ${ending.said}`)
  }
  if (problems.length > 0) return { verdict: 'wrong', why: problems.slice(0, 4).join('; ') }
  return { verdict: ending.end === 'finished' ? 'identical' : ending.end }
}
