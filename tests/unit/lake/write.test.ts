import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openLake, type Lake } from '../../../ingest/lake/write.ts'
import { attachLake, readManifest } from '../../../src/lib/engine/attach.ts'
import { openNative } from '../../../src/lib/engine/native.ts'
import type { Fact } from '../../../src/lib/model/facts.ts'
import { LakeError, ManifestError } from '../../../src/lib/model/manifest.ts'
import { factsIn, factsOf, filesBelow, hashOf, HOSTILE, metaOf, OPTIONS } from './synthetic.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rackrate-lake-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

async function written(
  path: string,
  ranges: readonly (readonly [number, number])[],
  perBlock = 2
): Promise<{ [path: string]: string }> {
  const lake = await openLake(path, OPTIONS)
  for (const [from, to] of ranges) await lake.append({ from, to }, factsIn(from, to, perBlock), metaOf(from, to))
  await lake.close()
  return filesBelow(path)
}

const appending = (lake: Lake, from: number, to: number, facts: Fact[] = factsIn(from, to)) =>
  lake.append({ from, to }, facts, metaOf(from, to))

describe('append', () => {
  test('equal rows give equal bytes, whatever the order of the facts', async () => {
    const once = await written(join(dir, 'a'), [[1, 100]])
    const lake = await openLake(join(dir, 'b'), OPTIONS)
    await lake.append({ from: 1, to: 100 }, factsIn(1, 100).reverse(), metaOf(1, 100))
    await lake.close()
    expect(filesBelow(join(dir, 'b'))).toEqual(once)
    expect(Object.keys(once)).toEqual([
      'facts/audit_records/0000000001-0000000100.parquet',
      'facts/blocks/0000000001-0000000100.parquet',
      'facts/market_events/0000000001-0000000100.parquet',
      'manifest.json'
    ])
  })

  test('any split in any order gives the same files and manifest', async () => {
    const all = await written(join(dir, 'whole'), [
      [9_960, 9_999],
      [10_000, 10_059]
    ])
    const cuts = fc.uniqueArray(fc.integer({ min: 9_961, max: 10_059 }), { maxLength: 4 })
    let run = 0
    await fc.assert(
      fc.asyncProperty(cuts, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), async (at, random) => {
        const starts = [...new Set([9_960, 10_000, ...at])].sort((a, b) => a - b)
        const ranges = starts.map((from, i) => [from, (starts[i + 1] ?? 10_060) - 1] as const)
        const keys = new Map(ranges.map((range) => [range, random.next().value]))
        ranges.sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0))
        expect(await written(join(dir, `split-${run++}`), ranges)).toEqual(all)
      }),
      { numRuns: 12 }
    )
  })

  test('row groups do not depend on splits either', async () => {
    const whole = await written(join(dir, 'whole'), [[1, 300]], 400)
    const split = await written(
      join(dir, 'split'),
      [
        [201, 300],
        [1, 77],
        [78, 200]
      ],
      400
    )
    expect(split).toEqual(whole)
  })

  test('partitions of two cells stay apart, with one manifest in height order', async () => {
    await written(dir, [
      [10_000, 10_005],
      [9_990, 9_999]
    ])
    const { partitions } = await readManifest(dir)
    expect(partitions.map((p) => [p.from, p.to, p.parent_hash, p.last_hash])).toEqual([
      [9_990, 9_999, hashOf(9_989), hashOf(9_999)],
      [10_000, 10_005, hashOf(9_999), hashOf(10_005)]
    ])
  })

  test('a join keeps what both knew', async () => {
    const lake = await openLake(dir, OPTIONS)
    await lake.append({ from: 1, to: 2 }, factsIn(1, 2), {
      ...metaOf(1, 2),
      source: 'b.example',
      indexedAt: '2026-11-22T00:00:00.000000Z'
    })
    const joined = await lake.append({ from: 3, to: 4 }, factsIn(3, 4), { ...metaOf(3, 4), source: 'a.example, b.example' })
    await lake.close()
    expect(joined).toMatchObject({
      from: 1,
      to: 4,
      source: 'a.example, b.example',
      indexed_at: '2026-11-22T00:00:00.000000Z',
      txs: 8
    })
  })

  test('hostile strings, decimals of 38 digits and lists come back as they were', async () => {
    const lake = await openLake(dir, OPTIONS)
    const long = 'x'.repeat(1 << 20)
    const facts = factsIn(1, 9).map((fact): Fact =>
      fact.table === 'audit_records' ? { ...fact, row: { ...fact.row, keys: [...HOSTILE, long], values: [] } } : fact
    )
    await lake.append(
      { from: 1, to: 5 },
      facts.filter((f) => Number(f.row.height) <= 5),
      metaOf(1, 5)
    )
    await lake.append(
      { from: 6, to: 9 },
      facts.filter((f) => Number(f.row.height) > 5),
      metaOf(6, 9)
    )
    await lake.close()
    const engine = await openNative()
    await attachLake(engine, dir, lake.manifest(), [])
    const events = await engine.query<{ owner: string; price: string }>(
      'SELECT owner, price FROM facts.market_events ORDER BY height, tx_index, event_index'
    )
    expect(
      await engine.query(
        'SELECT DISTINCT b.network, p.network AS empty FROM facts.blocks b LEFT JOIN facts.oracle_prices p USING (network, height)'
      )
    ).toEqual([{ network: 'akash', empty: null }])
    expect(new Set(events.map((e) => e.owner))).toEqual(new Set(HOSTILE))
    expect(events[0]?.price).toBe('12345678901234567890.123456789012345678')
    expect(await engine.query('SELECT DISTINCT keys, values FROM facts.audit_records')).toEqual([
      { keys: [...HOSTILE, long], values: [] }
    ])
    expect(await engine.query('SELECT count(*) AS n FROM facts.oracle_prices')).toEqual([{ n: '0' }])
    expect(await engine.query('SELECT from_height, to_height, status, txs FROM facts.partitions')).toEqual([
      { from_height: '1', to_height: '9', status: 'done', txs: '18' }
    ])
    await engine.close()
  })

  test('calls wait for each other', async () => {
    const lake = await openLake(dir, OPTIONS)
    await Promise.all([appending(lake, 1, 5), appending(lake, 6, 9), appending(lake, 10, 12)])
    await lake.close()
    expect(lake.done()).toEqual([{ from: 1, to: 12 }])
    expect(lake.manifest().partitions).toHaveLength(1)
  })
})

describe('append refuses', () => {
  const block = (height: number): Fact => factsOf(height, 0)[0] as Fact
  const event = (height: number): Fact => factsOf(height, 1)[1] as Fact
  const refused: [string, (lake: Lake) => Promise<unknown>, RegExp][] = [
    ['heights that are done', (lake) => appending(lake, 15, 25), /already holds 10-20/],
    ['a range across cells', (lake) => appending(lake, 9_999, 10_000), /within one cell/],
    ['a range that ends before it starts', (lake) => appending(lake, 40, 39, []), /within one cell/],
    ['a missing block', (lake) => appending(lake, 30, 32, [block(30), block(32)]), /block 31 is missing/],
    ['a missing last block', (lake) => appending(lake, 30, 32, [block(30), block(31)]), /block 32 is missing/],
    ['a block twice', (lake) => appending(lake, 30, 31, [block(30), block(30)]), /block 31 is missing or double/],
    ['no facts', (lake) => appending(lake, 30, 31, []), /block 30 is missing/],
    [
      'a fact of another height',
      (lake) => appending(lake, 30, 30, [block(30), block(31)]),
      /of height 31: it does not belong to 30-30/
    ],
    [
      'two facts with one key',
      (lake) => appending(lake, 30, 30, [block(30), event(30), event(30)]),
      /two facts of market_events have one key: .*"30"/
    ],
    [
      'a value that does not fit',
      (lake) => appending(lake, 30, 30, [{ table: 'blocks', row: { ...block(30).row, txs: 2 ** 31 } } as Fact]),
      /blocks\.txs/
    ],
    [
      'another chain after what is there',
      (lake) => lake.append({ from: 21, to: 22 }, factsIn(21, 22), { ...metaOf(21, 22), parentHash: hashOf(5) }),
      /block 21 names .* but block 20 is .* different chains or forks/
    ],
    [
      'another chain before what is there',
      (lake) => lake.append({ from: 9, to: 9 }, [block(9)], { ...metaOf(9, 9), lastHash: hashOf(1) }),
      /block 10 names .* but block 9 is/
    ],
    [
      'another chain before the next cell',
      (lake) =>
        appending(lake, 20_000, 20_001).then(() =>
          lake.append({ from: 19_999, to: 19_999 }, [block(19_999)], { ...metaOf(19_999, 19_999), lastHash: hashOf(1) })
        ),
      /block 20000 names/
    ]
  ]
  test.each(refused)('%s', async (_, act, message) => {
    const lake = await openLake(dir, OPTIONS)
    await appending(lake, 10, 20)
    await expect(act(lake)).rejects.toThrow(message)
    await appending(lake, 21, 23)
    await lake.close()
    expect((await readManifest(dir)).partitions[0]).toMatchObject({ from: 10, to: 23 })
    expect(Object.keys(filesBelow(dir)).filter((path) => path.includes('.tmp'))).toEqual([])
  })
})

describe('open', () => {
  test('without create, a folder without a lake is an error that says what to do', async () => {
    await expect(openLake(join(dir, 'none'), { ...OPTIONS, create: false })).rejects.toThrow(/holds no lake.*index --lake/)
    await expect(readManifest(dir)).rejects.toThrow(LakeError)
  })

  test.each([
    [{ chainId: 'other-1' }, /holds akash \(chain id test-1, simulated\), not akash \(chain id other-1/],
    [{ network: 'other' }, /not other/],
    [{ origin: 'observed' as const }, /observed/]
  ])('of another chain or origin: %o', async (other, message) => {
    await written(dir, [[1, 2]])
    await expect(openLake(dir, { ...OPTIONS, ...other })).rejects.toThrow(message)
    await written(dir, [[3, 4]])
  })

  test.each([
    ['{"format": 2}', /lake format 2.*Update Rackrate/],
    ['{"format": 1, "netw', /not JSON/],
    ['', /not JSON/],
    ['{"format": 1}', /damaged at/]
  ])('a manifest of %j is refused and left as it is', async (text, message) => {
    await written(dir, [[1, 2]])
    writeFileSync(join(dir, 'manifest.json'), text)
    await expect(openLake(dir, OPTIONS)).rejects.toThrow(ManifestError)
    await expect(openLake(dir, OPTIONS)).rejects.toThrow(message)
    expect(readFileSync(join(dir, 'manifest.json'), 'utf8')).toBe(text)
  })

  test('a manifest cannot list files outside the lake', async () => {
    await written(dir, [[1, 2]])
    const path = join(dir, 'manifest.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace('facts/blocks/', 'facts/../../'))
    await expect(readManifest(dir)).rejects.toThrow(/leaves the lake/)
  })

  test('leftovers of an interrupted run go, files that are not ours stay', async () => {
    const before = await written(dir, [[1, 2]])
    const leftovers = [
      'facts/blocks/0000000003-0000000004.parquet',
      'facts/blocks/0000000001-0000000004.parquet.tmp',
      'manifest.json.tmp'
    ]
    for (const path of [...leftovers, 'facts/blocks/notes.txt', 'mine.parquet']) writeFileSync(join(dir, path), 'x')
    await (await openLake(dir, OPTIONS)).close()
    expect(Object.keys(filesBelow(dir)).sort()).toEqual([...Object.keys(before), 'facts/blocks/notes.txt', 'mine.parquet'].sort())
  })
})

describe('reading a damaged lake', () => {
  const attach = async () => {
    const engine = await openNative()
    await attachLake(engine, dir, await readManifest(dir), []).finally(() => engine.close())
  }

  test('a missing file is named, with what to do', async () => {
    await written(dir, [[1, 2]])
    rmSync(join(dir, 'facts/blocks/0000000001-0000000002.parquet'))
    await expect(attach()).rejects.toThrow(/facts\/blocks\/0000000001-0000000002\.parquet cannot be read.*verify --repair/)
  })

  test('a truncated file is named', async () => {
    await written(dir, [[1, 2]])
    const path = join(dir, 'facts/blocks/0000000001-0000000002.parquet')
    writeFileSync(path, readFileSync(path).subarray(0, 100))
    await expect(attach()).rejects.toThrow(/0000000001-0000000002\.parquet has 100 bytes where the manifest says \d+/)
  })

  test('a changed file is not joined into a new one', async () => {
    await written(dir, [[1, 2]])
    const path = join(dir, 'facts/blocks/0000000001-0000000002.parquet')
    const bytes = readFileSync(path)
    bytes[20] = (bytes[20] ?? 0) ^ 1
    writeFileSync(path, bytes)
    const manifest = readFileSync(join(dir, 'manifest.json'), 'utf8')
    await expect(written(dir, [[3, 4]])).rejects.toThrow(/is damaged/)
    expect(readFileSync(join(dir, 'manifest.json'), 'utf8')).toBe(manifest)
  })
})
