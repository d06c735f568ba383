/** The verdict itself: it must pass what is right and fail what is planted. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { akash } from '../../ingest/networks/akash/config.ts'
import { TransientError } from '../../ingest/chain/errors.ts'
import { gapLines } from '../../ingest/gaps.ts'
import type { Gap } from '../../src/lib/model/manifest.ts'
import { startProxy, type Misdo } from './proxy.ts'
import { indexSoundly, openReferences, type Reference, type References } from './reference.ts'
import { judge, saidBy, unclear, type Ending, type Expected, type Verdict } from './verdict.ts'

const ASKED = { from: 20, to: 40 }
const FINISHED: Ending = { end: 'finished' }
const SAID = 'block 31: gave up after 6 tries. Try again later, or add another endpoint to --rpc.'
const CLEAR: Ending = { end: 'stopped', said: SAID }

const root = mkdtempSync(join(tmpdir(), 'rackrate-verdict-'))
let references: References
let reference: Reference
let expected: Expected
let made = 0
const folder = (): string => join(root, String(made++))

beforeAll(async () => {
  references = await openReferences()
  reference = await references.of('v2.1')
  expected = { asked: ASKED, undisturbed: await reference.lake(ASKED), truth: await reference.rows() }
})
afterAll(async () => {
  await references.close()
  rmSync(root, { recursive: true })
})

const verdictOf = (dir: string, ending: Ending): Promise<Verdict> => judge(dir, ending, expected)
const copyOf = async (): Promise<string> => {
  const dir = folder()
  cpSync(await reference.lake(ASKED), dir, { recursive: true })
  return dir
}
/** A lake from a node that lies, alone. */
async function lakeFrom(misdo: Misdo, to = ASKED.to): Promise<string> {
  const proxy = await startProxy(reference.url, misdo)
  const dir = folder()
  await indexSoundly(proxy.url, dir, { from: ASKED.from, to })
  await proxy.close()
  return dir
}
const noEvents: Misdo = ({ method, height }) =>
  method === 'block_results' && height === 24
    ? {
        answer: (answer) => {
          if (!('result' in answer)) return answer
          const result = answer.result as { readonly txs_results: readonly object[] | null }
          return { result: { ...result, txs_results: result.txs_results?.map((tx) => ({ ...tx, events: [] })) ?? null } }
        }
      }
    : undefined

test('a lake made again in the same way is identical', async () => {
  expect(await verdictOf(await lakeFrom(() => undefined), FINISHED)).toEqual({ verdict: 'identical' })
})

test('part of a lake after a clear stop is a stop', async () => {
  expect(await verdictOf(await lakeFrom(() => undefined, 30), CLEAR)).toEqual({ verdict: 'stopped' })
  expect(await verdictOf(folder(), CLEAR)).toEqual({ verdict: 'stopped' })
})

test('a wrong row is found in a whole lake and in a part of one', async () => {
  const why = expect.stringContaining('rows of height 24 are not the chain') as string
  expect(await verdictOf(await lakeFrom(noEvents), FINISHED)).toEqual({ verdict: 'wrong', why })
  expect(await verdictOf(await lakeFrom(noEvents, 30), CLEAR)).toEqual({ verdict: 'wrong', why })
})

test('a lake that ends early must not be called finished', async () => {
  const verdict = await verdictOf(await lakeFrom(() => undefined, 30), FINISHED)
  expect(verdict).toMatchObject({ verdict: 'wrong', why: expect.stringContaining('manifest.json differs') as string })
})

test('heights that were not asked for', async () => {
  const dir = folder()
  await indexSoundly(reference.url, dir, { from: 20, to: 41 })
  expect(await verdictOf(dir, CLEAR)).toMatchObject({ verdict: 'wrong', why: expect.stringContaining('not asked for') as string })
})

test('a file left over, cut off or missing', async () => {
  const leftover = await copyOf()
  writeFileSync(join(leftover, 'facts/blocks/0000000020-0000000039.parquet.tmp'), '')
  expect(await verdictOf(leftover, FINISHED)).toMatchObject({
    verdict: 'wrong',
    why: expect.stringContaining('left over') as string
  })
  for (const harm of [(path: string) => truncateSync(path, 100), (path: string) => rmSync(path)]) {
    const dir = await copyOf()
    harm(join(dir, 'facts/blocks', readdirSync(join(dir, 'facts/blocks'))[0]!))
    for (const ending of [FINISHED, CLEAR])
      expect(await verdictOf(dir, ending)).toMatchObject({
        verdict: 'wrong',
        why: expect.stringContaining('verify: files') as string
      })
  }
})

describe('gaps', () => {
  const gap: Gap = { from: 20, to: 23, status: 'pruned', source: 'a', why: 'a keeps 24 on', seen_at: '2026-11-21T00:00:00.000Z' }
  const ending: Ending = { end: 'gaps', said: gapLines([gap]).join('\n') }
  /** A lake of 24 to 40 that says this of what it lacks. */
  const lacking = async (...gaps: readonly Gap[]): Promise<string> => {
    const dir = folder()
    await indexSoundly(reference.url, dir, { from: 24, to: 40 })
    const path = join(dir, 'manifest.json')
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), gaps }))
    return dir
  }
  const judged = async (dir: string, floor?: number): Promise<Verdict> => judge(dir, ending, { ...expected, floor })

  test('of exactly what is lacking and cannot be had are right', async () => {
    expect(await judged(await lacking(gap))).toEqual({ verdict: 'gaps' })
    expect(await judged(await lacking(gap), 24)).toEqual({ verdict: 'gaps' })
  })

  test.each([
    ['too few', [{ ...gap, to: 22 }], undefined, /it lacks .*20.*23.* but its gaps are .*22/],
    ['none', [], undefined, /it lacks .* but its gaps are \[\]/],
    ['of what can be had', [gap], 23, /the floor is 23, but 20-23 is pruned/],
    ['of another kind', [{ ...gap, status: 'missing' as const }], 24, /the floor is 24, but 20-23 is missing/],
    ['of what is there', [{ ...gap, to: 24 }], undefined, /verify: gaps: the gap 20-24 is held by 24-40/]
  ])('that are %s are wrong', async (_, gaps, floor, why) => {
    expect(await judged(await lacking(...gaps), floor)).toMatchObject({
      verdict: 'wrong',
      why: expect.stringMatching(why) as string
    })
  })

  test('must not be told of a whole lake, nor of one with wrong rows', async () => {
    expect(await judged(await copyOf())).toMatchObject({ why: 'it tells of gaps, but has none' })
    const why = expect.stringContaining('rows of height 24 are not the chain') as string
    expect(await judged(await lakeFrom(noEvents, 30))).toMatchObject({ verdict: 'wrong', why })
  })
})

test('a stop that leaves the operator alone', async () => {
  expect(unclear(SAID)).toBeUndefined()
  expect(unclear('block 5: fetch failed')).toBe('it does not say what to do')
  expect(unclear('Something went wrong. Try again.')).toBe('it does not say where')
  expect(unclear('block 5 failed, try again\n    at run (ingest/run.ts:1:1)')).toBe('it shows a stack trace')
  const vague = await verdictOf(await lakeFrom(() => undefined, 30), { end: 'stopped', said: 'oops' })
  expect(vague).toMatchObject({ verdict: 'wrong', why: expect.stringContaining('it ended short, but') as string })
})

test('an error that is none of ours is no clear stop', () => {
  expect(saidBy(new TransientError('timeout', 'said'))).toBe('said')
  expect(() => saidBy(new TypeError('x is undefined'))).toThrow(TypeError)
})

test('the chain under test has the rows that the planted lies touch', async () => {
  expect(akash.id).toBe('akash')
  expect((await reference.rows()).get(24)?.split('\n').length).toBeGreaterThan(2)
})
