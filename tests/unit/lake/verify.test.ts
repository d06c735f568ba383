import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { partitionProblems } from '../../../ingest/lake/inspect.ts'
import { INVARIANTS } from '../../../ingest/lake/invariants.ts'
import { repair } from '../../../ingest/lake/repair.ts'
import { verify } from '../../../ingest/lake/verify.ts'
import { openLake } from '../../../ingest/lake/write.ts'
import { readManifest } from '../../../src/lib/engine/attach.ts'
import { literal, openNative, parquet } from '../../../src/lib/engine/native.ts'
import type { Manifest, Partition } from '../../../src/lib/model/manifest.ts'
import { PUBLIC_TABLES } from '../../../src/lib/model/public.ts'
import { emptyViews, factsIn, filesBelow, hashOf, metaOf, OPTIONS } from './synthetic.ts'

let dir: string
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rackrate-verify-'))
  await index()
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

async function index(): Promise<void> {
  const lake = await openLake(dir, OPTIONS)
  for (const [from, to] of [
    [9_990, 9_999],
    [10_000, 10_030]
  ] as const) {
    const missing = !lake.done().some((range) => range.from <= from && range.to >= to)
    if (missing) await lake.append({ from, to }, factsIn(from, to), metaOf(from, to))
  }
  await lake.close()
}

const BLOCKS = 'facts/blocks/0000010000-0000010030.parquet'
const EVENTS = 'facts/market_events/0000010000-0000010030.parquet'

async function failures(views = emptyViews()): Promise<string[]> {
  const { ok, checks } = await verify(dir, views)
  const failed = checks.filter((check) => !check.ok)
  expect(ok).toBe(failed.length === 0)
  return failed.map((check) => `${check.name}: ${check.detail}`)
}

function editManifest(edit: (manifest: Manifest) => unknown): void {
  const path = join(dir, 'manifest.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest
  edit(manifest)
  writeFileSync(path, JSON.stringify(manifest))
}

/** Puts other rows in a listed file and makes the manifest say so: only the contents are wrong. */
async function rewrite(path: string, select: (from: string) => string): Promise<void> {
  const file = join(dir, path)
  const engine = await openNative({ threads: 1 })
  const { rows } = await engine.table(
    `COPY (${select(parquet([file]))}) TO ${literal(`${file}.new`)} (FORMAT parquet, USE_TMP_FILE false)`
  )
  await engine.close()
  renameSync(`${file}.new`, file)
  const bytes = readFileSync(file)
  editManifest((manifest) => {
    const listed = manifest.partitions.flatMap((p) => p.files).find((f) => f.path === path)
    Object.assign(listed ?? {}, {
      rows: Number(rows[0]?.[0]),
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex')
    })
  })
}

test('a whole lake passes every check', async () => {
  const before = filesBelow(dir)
  const { ok, checks } = await verify(dir, emptyViews())
  expect(checks.filter((check) => !check.ok)).toEqual([])
  expect(ok).toBe(true)
  expect(checks.length).toBeGreaterThan(INVARIANTS.length + PUBLIC_TABLES.length + 15)
  expect(filesBelow(dir)).toEqual(before)
})

describe('damage on disk', () => {
  const cases: [string, () => void, RegExp][] = [
    ['no manifest', () => rmSync(join(dir, 'manifest.json')), /^manifest: .*holds no lake/],
    ['a damaged manifest', () => writeFileSync(join(dir, 'manifest.json'), '{'), /^manifest: .*not JSON/],
    ['a newer format', () => editManifest((m) => Object.assign(m, { format: 99 })), /^manifest: .*lake format 99/],
    ['a missing file', () => rmSync(join(dir, BLOCKS)), /^files: facts\/blocks\/0000010000-0000010030\.parquet cannot be read/],
    [
      'a truncated file',
      () => writeFileSync(join(dir, EVENTS), readFileSync(join(dir, EVENTS)).subarray(0, 99)),
      /^files: .* has 99 bytes, the manifest says/
    ],
    [
      'a changed byte',
      () => {
        const bytes = readFileSync(join(dir, EVENTS))
        bytes[50] = (bytes[50] ?? 0) ^ 1
        writeFileSync(join(dir, EVENTS), bytes)
      },
      /^files: .* is changed/
    ],
    [
      'a file that is not ours',
      () => writeFileSync(join(dir, 'facts/blocks/notes.txt'), ''),
      /^no unlisted files: facts\/blocks\/notes\.txt/
    ]
  ]
  test.each(cases)('%s', async (_, damage, expected) => {
    damage()
    expect((await failures())[0]).toMatch(expected)
  })

  test('leftovers of an interrupted run are told but do not fail', async () => {
    writeFileSync(join(dir, 'facts/blocks/0000010000-0000010099.parquet.tmp'), 'half')
    const { ok, checks } = await verify(dir, emptyViews())
    expect(ok).toBe(true)
    expect(checks.find((check) => check.name === 'no unlisted files')?.detail).toMatch(/^1 leftovers/)
  })
})

describe('wrong contents', () => {
  const cases: [string, string, (from: string) => string, RegExp][] = [
    ['a gap', BLOCKS, (from) => `SELECT * FROM ${from} WHERE height <> 10005`, /^blocks: 10000-10030 has 30 blocks/],
    [
      'time that runs backwards',
      BLOCKS,
      (from) => `SELECT * REPLACE (CASE height WHEN 10005 THEN TIMESTAMP '2001-01-01' ELSE time END AS time) FROM ${from}`,
      /^blocks: .*back in time/
    ],
    [
      'other transactions',
      BLOCKS,
      (from) => `SELECT * REPLACE (7 AS txs) FROM ${from}`,
      /^blocks: .*other times or transactions/
    ],
    [
      'a height outside its range',
      EVENTS,
      (from) => `SELECT * REPLACE (height + 1 AS height) FROM ${from}`,
      /^facts market_events: .*heights 10001 to 10031/
    ],
    ['rows out of order', EVENTS, (from) => `SELECT * FROM ${from} ORDER BY height DESC`, /^facts market_events: .*out of order/],
    [
      'a key twice',
      EVENTS,
      (from) => `SELECT * FROM (FROM ${from} UNION ALL FROM ${from}) ORDER BY height, tx_index, event_index`,
      /^facts market_events: .* 62 rows out of order or with the key of another/
    ],
    [
      'a column too many',
      EVENTS,
      (from) => `SELECT 'akash' AS network, * FROM ${from}`,
      /^facts market_events: .*other columns than market_events: network VARCHAR/
    ],
    ['a missing column', EVENTS, (from) => `SELECT * EXCLUDE (price) FROM ${from}`, /^facts market_events: .*other columns/],
    [
      'a column of another type',
      EVENTS,
      (from) => `SELECT * REPLACE (CAST(price AS DECIMAL(38,17)) AS price) FROM ${from}`,
      /^facts market_events: .*DECIMAL\(38,17\)/
    ]
  ]
  test.each(cases)('%s', async (_, path, select, expected) => {
    await rewrite(path, select)
    expect(await failures()).toContainEqual(expect.stringMatching(expected))
  })

  test('another last hash', async () => {
    editManifest((m) => Object.assign(m.partitions[0] ?? {}, { last_hash: hashOf(1) }))
    expect(await failures()).toEqual(['partitions: block 10000 does not name the hash of block 9999 as its parent'])
  })

  test('more or fewer rows than the manifest says', async () => {
    editManifest((m) => m.partitions.flatMap((p) => p.files).forEach((f) => Object.assign(f, { rows: f.rows + 1 })))
    expect(await failures()).toContainEqual(expect.stringMatching(/^facts market_events: .* has 62 rows, the manifest says 63/))
  })

  test('a view that does not bind, and one with other columns', async () => {
    expect(await failures([{ name: 'blocks', sql: 'SELECT nope' }])).toEqual([expect.stringMatching(/^views: .*nope/)])
    expect(await failures(emptyViews({ coverage: 'SELECT 1 AS network' }))).toContainEqual(
      expect.stringMatching(/^table coverage: has \(network INTEGER\)/)
    )
  })
})

test('partitions: each fault is named', () => {
  const at = (from: number, to: number): Partition => ({
    from,
    to,
    from_time: '2026-01-01T00:00:00.000000Z',
    to_time: '2026-01-01T00:00:00.000000Z',
    parent_hash: hashOf(from - 1),
    last_hash: hashOf(to),
    source: '',
    indexed_at: '',
    txs: 0,
    files: []
  })
  expect(partitionProblems([at(1, 5), at(7, 9), at(20_000, 20_001)])).toEqual([])
  expect(partitionProblems([at(1, 5), at(5, 9)])).toEqual(['5-9 is not after 1-5'])
  expect(partitionProblems([at(1, 5), at(6, 9)])).toEqual(['6-9 is not joined with 1-5'])
  expect(partitionProblems([at(9, 5)])).toEqual(['9-5 ends before it starts'])
  expect(partitionProblems([at(9_999, 10_000)])).toEqual(['9999-10000 crosses a cell of 10000 heights'])
  expect(partitionProblems([at(9_990, 9_999), { ...at(10_000, 10_001), parent_hash: hashOf(1) }])).toEqual([
    'block 10000 does not name the hash of block 9999 as its parent'
  ])
  expect(partitionProblems([at(9_990, 9_999), { ...at(10_000, 10_001), from_time: '2025-01-01T00:00:00.000000Z' }])).toEqual([
    '10000-10001 starts earlier than 9990-9999 ends'
  ])
})

describe('repair', () => {
  test('drops what is damaged; indexing again gives the same bytes', async () => {
    const before = filesBelow(dir)
    writeFileSync(join(dir, EVENTS), 'x')
    expect(await repair(dir)).toEqual([{ from: 10_000, to: 10_030 }])
    expect(await failures()).toEqual([])
    await index()
    expect(filesBelow(dir)).toEqual(before)
  })

  test('leaves a whole lake as it is', async () => {
    const before = filesBelow(dir)
    expect(await repair(dir)).toEqual([])
    expect(filesBelow(dir)).toEqual(before)
  })

  test('a damaged mart takes all marts away, and no facts', async () => {
    editManifest((m) =>
      Object.assign(m, {
        marts: [{ table: 'leases', path: 'marts/leases.0000000000000000.parquet', rows: 1, bytes: 1, sha256: '0'.repeat(64) }]
      })
    )
    expect(await repair(dir)).toEqual([])
    expect((await readManifest(dir)).marts).toEqual([])
    expect(await failures()).toEqual([])
  })
})
