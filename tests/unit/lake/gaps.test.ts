import fc from 'fast-check'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { gapProblems, joinGaps } from '../../../ingest/lake/gaps.ts'
import { verify } from '../../../ingest/lake/verify.ts'
import { openLake } from '../../../ingest/lake/write.ts'
import { readViews } from '../../../ingest/views.ts'
import { attachLake, readManifest } from '../../../src/lib/engine/attach.ts'
import { openNative } from '../../../src/lib/engine/native.ts'
import { normalise, subtract, type Interval } from '../../../src/lib/model/interval.ts'
import { parseManifest, type Gap, type Manifest } from '../../../src/lib/model/manifest.ts'
import { factsIn, filesBelow, metaOf, OPTIONS } from './synthetic.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rackrate-gaps-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const gap = (from: number, to: number, more: Partial<Gap> = {}): Gap => ({
  from,
  to,
  status: 'missing',
  source: 'a.example',
  why: 'it says so',
  seen_at: '2026-11-21T00:00:00.000Z',
  ...more
})
const LATER = '2026-11-22T00:00:00.000Z'

describe('joining', () => {
  const interval = fc
    .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 9 }))
    .map(([from, n]) => ({ from, to: from + n }))
  const seen = fc
    .tuple(interval, fc.constantFrom<Gap['status']>('missing', 'pruned'), fc.integer({ min: 1, max: 9 }))
    .map(([{ from, to }, status, day]) => gap(from, to, { status, seen_at: `2026-11-0${day}T00:00:00.000Z` }))

  test('each height once, as it was seen last, and nothing that is done', () => {
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 8 }), fc.array(interval, { maxLength: 4 }), (gaps, done) => {
        const joined = joinGaps(gaps, done)
        expect(normalise(joined)).toEqual(subtract(gaps, done))
        expect(gapProblems(joined, [])).toEqual([])
        for (const { from, to, seen_at } of joined)
          for (let height = from; height <= to; height++) {
            const over = gaps.filter((g) => g.from <= height && g.to >= height).map((g) => g.seen_at)
            expect(seen_at).toBe(over.sort().at(-1))
          }
        expect(joinGaps(joined, done)).toEqual(joined)
      })
    )
  })

  test('neighbours are one gap when the same was found of them at the same time', () => {
    expect(joinGaps([gap(4, 6), gap(1, 3)], [])).toEqual([gap(1, 6)])
    expect(joinGaps([gap(1, 3), gap(4, 6, { why: 'other' })], [])).toHaveLength(2)
    expect(joinGaps([gap(1, 3), gap(4, 6, { seen_at: LATER })], [])).toHaveLength(2)
    expect(joinGaps([gap(1, 3), gap(5, 6)], [])).toHaveLength(2)
    const pruned = { status: 'pruned' } as const
    expect(joinGaps([gap(1, 3, { ...pruned, why: 'floor 4' }), gap(4, 6, { ...pruned, why: 'floor 7' })], [])).toEqual([
      gap(1, 6, { ...pruned, why: 'floor 7' })
    ])
  })
})

describe('of a lake', () => {
  const append = async (ranges: readonly (readonly [number, number])[], gaps: readonly Gap[] = []): Promise<Manifest> => {
    const lake = await openLake(dir, OPTIONS)
    await lake.recordGaps(gaps)
    for (const [from, to] of ranges) await lake.append({ from, to }, factsIn(from, to), metaOf(from, to))
    await lake.close()
    return readManifest(dir)
  }
  const heights = ({ gaps }: Manifest): Interval[] => gaps.map(({ from, to }) => ({ from, to }))

  test('are no coverage, shrink as blocks come, and leave no trace once all are there', async () => {
    const first = await append([[1, 4]], [gap(3, 12, { status: 'pruned' })])
    expect(heights(first)).toEqual([{ from: 5, to: 12 }])
    expect(heights(await append([[7, 8]]))).toEqual([
      { from: 5, to: 6 },
      { from: 9, to: 12 }
    ])
    await append([
      [9, 12],
      [5, 6]
    ])
    const filled = filesBelow(dir)
    rmSync(dir, { recursive: true })
    await append([[1, 12]])
    expect(filled).toEqual(filesBelow(dir))
  })

  test('what the lake holds is never recorded as a gap', async () => {
    await append([[1, 9]])
    const lake = await openLake(dir, OPTIONS)
    const before = readFileSync(join(dir, 'manifest.json'), 'utf8')
    await lake.recordGaps([gap(2, 5)])
    expect(readFileSync(join(dir, 'manifest.json'), 'utf8')).toBe(before)
    await lake.close()
  })

  test('are rows of coverage', async () => {
    const manifest = await append([[1, 4]], [gap(5, 6, { status: 'pruned' }), gap(8, 8, { seen_at: LATER })])
    const engine = await openNative()
    const views = readViews().filter(({ name }) => name === 'covered' || name === 'coverage')
    await attachLake(engine, dir, manifest, views)
    expect(await engine.query('SELECT * EXCLUDE (network) FROM coverage')).toEqual([
      { from_height: '1', to_height: '4', status: 'done', source: '127.0.0.1', indexed_at: '2026-11-21T00:00:00.000000Z' },
      { from_height: '5', to_height: '6', status: 'pruned', source: 'a.example', indexed_at: '2026-11-21T00:00:00.000000Z' },
      { from_height: '8', to_height: '8', status: 'missing', source: 'a.example', indexed_at: '2026-11-22T00:00:00.000000Z' }
    ])
    await engine.close()
  })

  test('a manifest from before there were gaps has none', async () => {
    await append([[1, 4]])
    const path = join(dir, 'manifest.json')
    const { gaps: _, marts_gaps: __, ...old } = JSON.parse(readFileSync(path, 'utf8')) as Manifest
    writeFileSync(path, JSON.stringify(old))
    expect((await readManifest(dir)).gaps).toEqual([])
    expect(heights(await append([[5, 6]], [gap(7, 8)]))).toEqual([{ from: 7, to: 8 }])
  })

  test.each([
    [[gap(3, 7)], /the gap 3-7 is held by 1-4/],
    [[gap(5, 9), gap(9, 10)], /the gap 9-10 is not after 5-9/],
    [[gap(9, 8)], /the gap 9-8 ends before it starts/]
  ])('verify finds what can’t be: %#', async (gaps, expected) => {
    const manifest = await append([[1, 4]])
    writeFileSync(join(dir, 'manifest.json'), JSON.stringify({ ...manifest, gaps }))
    const { ok, checks } = await verify(dir, [])
    expect(ok).toBe(false)
    expect(checks.find(({ name }) => name === 'gaps')?.detail).toMatch(expected)
  })
})

test.each([
  ['{"format": 0}', 'x has lake format 0; this version of Rackrate reads 1. Read it with'],
  ['{"partitions": []}', 'x has no lake format; this version of Rackrate reads 1. Read it with'],
  ['{"format": "1"}', 'x has lake format "1"; this version of Rackrate reads 1. Read it with'],
  ['{"format": 2}', 'x has lake format 2; this version of Rackrate reads up to 1. Update Rackrate.']
])('a manifest of another format names both and what to do: %s', (text, message) => {
  expect(() => parseManifest(text, 'x')).toThrow(message)
})
