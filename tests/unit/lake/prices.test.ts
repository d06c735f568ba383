/** Prices in the lake: the latest fetch stands, what is held goes when it is settled, nothing else of the lake changes, damage is found. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { merge } from '../../../ingest/commands/merge.ts'
import { build } from '../../../ingest/lake/build.ts'
import { readHeld, readKnown, writePrices, type PriceRows } from '../../../ingest/lake/prices.ts'
import { repair } from '../../../ingest/lake/repair.ts'
import { verify } from '../../../ingest/lake/verify.ts'
import { openLake } from '../../../ingest/lake/write.ts'
import { seriesOf } from '../../../ingest/prices/offer.ts'
import { readManifest, selectFrom } from '../../../src/lib/engine/attach.ts'
import { openNative } from '../../../src/lib/engine/native.ts'
import { martsStale } from '../../../src/lib/model/manifest.ts'
import {
  PRICES,
  PRICE_TABLES,
  type HeldPriceRow,
  type ListPriceRow,
  type PriceTable,
  type TokenPriceRow
} from '../../../src/lib/model/prices.ts'
import { emptyViews, factsIn, filesBelow, metaOf, OPTIONS } from './synthetic.ts'

let dir: string
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rackrate-prices-'))
  await put(join(dir, 'a'), {})
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const list = (type: string, day: string, usd: string, fetched: number, source = 'https://h.example/p'): ListPriceRow => ({
  provider: 'cloud',
  instance_type: type,
  gpu_name: 'H100',
  gpu_model: null,
  gpus: 2,
  gpu_memory_gib: 80,
  gpu_interface: null,
  vcpus: 0.5,
  memory_gib: null,
  region: 'east',
  purchase_option: 'on_demand',
  usd_per_hour: usd,
  usd_per_gpu_hour: usd,
  statistic: 'list',
  offers: null,
  covers: 'instance',
  observed_on: day,
  source,
  fetched_at: BigInt(fetched)
})
const hold = (type: string, day: string, usd: string, fetched: number, source?: string): HeldPriceRow => {
  const { fetched_at: _, ...row } = list(type, day, usd, fetched, source)
  const { provider, instance_type, region, purchase_option, statistic, observed_on, usd_per_gpu_hour } = row
  return {
    ...{ provider, instance_type, region, purchase_option, statistic, observed_on, source: row.source, usd_per_gpu_hour },
    usd_per_gpu_hour_before: null,
    reason: 'moved',
    row_json: JSON.stringify({ collector: 'cloud', ...row }),
    fetched_at: BigInt(fetched)
  }
}
const token = (day: string, usd: string, fetched: number): TokenPriceRow => ({
  asset: 'akt',
  day,
  usd,
  basis: 'daily_open',
  source: 'https://c.example',
  fetched_at: BigInt(fetched)
})

async function put(path: string, rows: PriceRows) {
  const lake = await openLake(path, OPTIONS)
  try {
    if (lake.done().length === 0) await lake.append({ from: 1, to: 9 }, factsIn(1, 9), metaOf(1, 9))
    if (Object.keys(rows).length > 0) await lake.recordPrices(await writePrices(lake.dir, lake.manifest(), rows))
    return lake.manifest().prices
  } finally {
    await lake.close()
  }
}

async function rows(path: string, table: PriceTable): Promise<string[]> {
  const { prices } = await readManifest(path)
  const paths = prices.filter((file) => file.table === table).map((file) => join(path, file.path))
  if (paths.length === 0) return []
  const engine = await openNative()
  const found = await engine.query(selectFrom(PRICES[table].columns, paths))
  await engine.close()
  return found.map((r) => {
    const [what, day, usd] =
      table === 'token_prices' ? ['akt', r['day'], r['usd']] : [r['instance_type'], r['observed_on'], r['usd_per_gpu_hour']]
    return [what, day, Number(usd), `@${Date.parse(String(r['fetched_at'])) * 1000}`].join(' ')
  })
}

test('of one offer, day and source the latest fetch stands, whatever the order; other sources and days beside it', async () => {
  const lake = join(dir, 'a')
  await put(lake, {
    list_prices: [list('x', '2026-10-01', '1', 5_000), list('x', '2026-10-02', '2', 5_000)],
    token_prices: [token('2026-10-01', '0.5', 5_000)]
  })
  await put(lake, {
    list_prices: [
      list('x', '2026-10-02', '3', 9_000),
      list('x', '2026-10-01', '7', 4_000),
      list('x', '2026-10-01', '9', 5_000, 'z')
    ],
    token_prices: [token('2026-10-01', '0.6', 6_000), token('2026-09-30', '0.4', 6_000)]
  })
  expect(await rows(lake, 'list_prices')).toEqual(['x 2026-10-01 1 @5000', 'x 2026-10-01 9 @5000', 'x 2026-10-02 3 @9000'])
  expect(await rows(lake, 'token_prices')).toEqual(['akt 2026-09-30 0.4 @6000', 'akt 2026-10-01 0.6 @6000'])
})

test('the same rows again give the same files, one a table that has rows, and the facts are untouched', async () => {
  const lake = join(dir, 'a')
  const facts = filesBelow(join(lake, 'facts'))
  const first = await put(lake, { list_prices: [list('x', '2026-10-01', '1', 5_000)] })
  expect(first.map(({ table, rows: count }) => [table, count])).toEqual([['list_prices', 1]])
  expect(await put(lake, { list_prices: [list('x', '2026-10-01', '1', 5_000)] })).toEqual(first)
  expect(Object.keys(filesBelow(join(lake, 'prices')))).toHaveLength(1)
  expect(filesBelow(join(lake, 'facts'))).toEqual(facts)
})

test('replaced files go when the lake is next opened, once their grace is over; until then verify counts them', async () => {
  const lake = join(dir, 'a')
  await put(lake, { list_prices: [list('x', '2026-10-01', '1', 5_000)] })
  const second = await put(lake, { list_prices: [list('x', '2026-10-01', '2', 6_000)] })
  const files = (await verify(lake, [])).checks.find(({ name }) => name === 'no unlisted files')
  expect(files?.detail).toBe('1 replaced lately, kept for readers that have the manifest of then')
  await put(lake, {})
  expect(Object.keys(filesBelow(lake)).filter((path) => path.startsWith('prices'))).toEqual(second.map(({ path }) => path))
})

test('a held row goes once a newer fetch tells of its offer for that day or later, or it was taken itself', async () => {
  const lake = join(dir, 'a')
  const held = ['taken-since', 'held-since', 'older-told', 'other-teller', 'accepted', 'same-fetch', 'one-text']
  await put(lake, { held_prices: held.map((type) => hold(type, '2026-10-02', '9', 5_000)) })
  await put(lake, {
    list_prices: [
      list('taken-since', '2026-10-03', '1', 8_000),
      list('older-told', '2026-10-01', '1', 8_000),
      list('other-teller', '2026-10-03', '1', 8_000, 'https://else.example/p'),
      list('accepted', '2026-10-02', '9', 5_000),
      list('same-fetch', '2026-10-03', '1', 5_000),
      list('one-text', '2026-10-03', '1', 8_000, 'https://h.example/another-page')
    ],
    held_prices: [hold('held-since', '2026-10-03', '8', 8_000)]
  })
  expect(await rows(lake, 'held_prices')).toEqual([
    'held-since 2026-10-03 8 @8000',
    'older-told 2026-10-02 9 @5000',
    'other-teller 2026-10-02 9 @5000',
    'same-fetch 2026-10-02 9 @5000'
  ])
  expect((await readHeld(lake, await readManifest(lake)))[0]).toEqual({
    ...hold('held-since', '2026-10-03', '8', 8_000),
    usd_per_gpu_hour: '8.000000000000000000'
  })
})

test('known of an answer: rows of its days, the nearest around them, and the offers of each teller’s newest day', async () => {
  const lake = join(dir, 'a')
  const days = ['2026-09-01', '2026-09-02', '2026-09-10', '2026-09-11', '2026-09-20', '2026-09-21']
  await put(lake, {
    list_prices: [
      ...days.map((day, i) => list('x', day, `${i + 1}`, 5_000)),
      list('y', '2026-09-21', '1', 5_000),
      list('gone', '2026-09-20', '1', 5_000),
      list('x', '2026-12-01', '1', 5_000, 'https://else.example/p')
    ]
  })
  const asked = [list('x', '2026-09-10', '1', 9_000), list('x', '2026-09-12', '1', 9_000), list('new', '2026-09-12', '1', 9_000)]
  const known = await readKnown(lake, await readManifest(lake), asked)
  expect(known.prices.map(({ instance_type, observed_on }) => `${instance_type} ${observed_on}`).sort()).toEqual([
    'x 2026-09-02',
    'x 2026-09-10',
    'x 2026-09-11',
    'x 2026-09-20'
  ])
  expect(known.prices.find(({ observed_on }) => observed_on === '2026-09-02')).toEqual({
    ...list('x', '2026-09-02', '2.000000000000000000', 5_000)
  })
  const last = [list('x', '', '', 0), list('y', '', '', 0)].map(seriesOf)
  expect([...known.lastOf(asked)].sort()).toEqual(last.sort())
  expect([...known.lastOf([list('x', '', '', 0, 'unheard.example')])]).toEqual([])
})

test('a day that is none, or a value that does not fit, is refused and leaves the lake as it was', async () => {
  const lake = join(dir, 'a')
  await put(lake, { list_prices: [list('x', '2026-10-01', '1', 5_000)] })
  await expect(put(lake, { list_prices: [list('x', '2026-02-30', '1', 6_000)] })).rejects.toThrow(
    /list_prices\.observed_on: string '2026-02-30' is not a DATE/
  )
  expect(await rows(lake, 'list_prices')).toEqual(['x 2026-10-01 1 @5000'])
})

test('a lake written before there were prices opens, with none', async () => {
  const lake = join(dir, 'a')
  const manifest = JSON.parse(readFileSync(join(lake, 'manifest.json'), 'utf8')) as { [key: string]: unknown }
  delete manifest['prices']
  writeFileSync(join(lake, 'manifest.json'), JSON.stringify(manifest))
  expect((await verify(lake, [])).checks).toContainEqual({ name: 'prices', ok: true, detail: '0 rows' })
  await put(lake, { list_prices: [list('x', '2026-10-01', '1', 5_000)] })
  expect(await rows(lake, 'list_prices')).toHaveLength(1)
})

test('marts are stale once prices come', async () => {
  const lake = join(dir, 'a')
  expect(martsStale(await build(lake, emptyViews(), { version: '1' }))).toBe(false)
  await put(lake, { list_prices: [list('x', '2026-10-01', '1', 5_000)] })
  expect(martsStale(await readManifest(lake))).toBe(true)
})

test('verify counts the rows; a damaged file is found, is not joined as if it were whole, and repair drops it alone', async () => {
  const lake = join(dir, 'a')
  const files = await put(lake, {
    list_prices: [list('x', '2026-10-01', '1', 5_000), list('x', '2026-10-02', '1', 5_000)],
    token_prices: [token('2026-10-01', '0.5', 5_000)]
  })
  expect((await verify(lake, [])).checks).toContainEqual({ name: 'prices', ok: true, detail: '3 rows' })
  truncateSync(join(lake, files[0]?.path ?? ''), 100)
  const report = await verify(lake, [])
  expect(report.checks.find((check) => check.name === 'files')?.detail).toMatch(/list_prices\.\w+\.parquet has 100 bytes/)
  const more = { list_prices: [list('x', '2026-10-03', '1', 5_000)] }
  await expect(put(lake, more)).rejects.toThrow(/has 100 bytes.*verify --repair.*fetch again/)
  await expect(readKnown(lake, await readManifest(lake), more.list_prices)).rejects.toThrow(/has 100 bytes/)
  expect(await repair(lake)).toEqual([])
  expect((await verify(lake, [])).ok).toBe(true)
  expect([await rows(lake, 'list_prices'), await rows(lake, 'token_prices')]).toEqual([[], ['akt 2026-10-01 0.5 @5000']])
  expect((await readManifest(lake)).partitions).toHaveLength(1)
  expect(Object.keys(filesBelow(join(lake, 'prices'))).map((path) => `prices/${path}`)).toEqual([files[1]?.path])
})

test('a manifest that counts other rows, a second file, a row given twice or a price of 0 is found', async () => {
  const lake = join(dir, 'a')
  await put(lake, { list_prices: [list('x', '2026-10-01', '1', 5_000)] })
  const manifest = await readManifest(lake)
  const [file] = manifest.prices
  if (!file) throw new Error('no file')
  const check = async (prices: typeof manifest.prices) => {
    writeFileSync(join(lake, 'manifest.json'), JSON.stringify({ ...manifest, prices }))
    return (await verify(lake, [])).checks.find(({ name }) => name === 'prices')
  }
  expect(await check([{ ...file, rows: 3 }])).toMatchObject({ ok: false, detail: 'list_prices has 1 rows, the manifest says 3' })
  expect((await check([file, file]))?.detail).toMatch(/list_prices has 2 files; .*row of list_prices is given twice: .*"cloud"/)
  await check([file])
  await put(lake, { held_prices: [hold('y', '2026-10-01', '0', 5_000)] })
  expect((await verify(lake, [])).checks.find(({ name }) => name === 'prices')?.detail).toBe(
    'held_prices has 1 prices that are not above 0'
  )
})

test('merge takes over the prices of all lakes; what one of them has accepted is held no more; again it changes nothing', async () => {
  const [a, b, both] = [join(dir, 'a'), join(dir, 'b'), join(dir, 'both')]
  await put(a, {
    list_prices: [list('x', '2026-10-01', '1', 5_000), list('y', '2026-10-02', '9', 6_000)],
    token_prices: [token('2026-10-01', '0.5', 5_000)]
  })
  await put(b, {
    list_prices: [list('x', '2026-10-01', '2', 7_000)],
    held_prices: [hold('y', '2026-10-02', '9', 6_000), hold('z', '2026-10-02', '9', 6_000)]
  })
  await merge([a, b], { lake: both })
  expect(await Promise.all(PRICE_TABLES.map((table) => rows(both, table)))).toEqual([
    ['x 2026-10-01 2 @7000', 'y 2026-10-02 9 @6000'],
    ['akt 2026-10-01 0.5 @5000'],
    ['z 2026-10-02 9 @6000']
  ])
  const { prices } = await readManifest(both)
  await merge([b, a], { lake: both })
  expect((await readManifest(both)).prices).toEqual(prices)
  expect((await verify(both, [])).ok).toBe(true)
})

test('whatever rows come in whatever parts, the file is that of all of them at once', async () => {
  const aRow = fc.record({
    type: fc.constantFrom('x', 'y'),
    day: fc.constantFrom('2026-10-01', '2026-10-02', '2026-10-03'),
    usd: fc.integer({ min: 1, max: 9 }).map(String),
    fetched: fc.integer({ min: 1, max: 4 }),
    held: fc.boolean()
  })
  const one = join(dir, 'a')
  let n = 0
  await fc.assert(
    fc.asyncProperty(fc.array(aRow, { minLength: 1, maxLength: 8 }), fc.nat(8), async (all, cut) => {
      const of = (part: typeof all): PriceRows => ({
        list_prices: part.filter((r) => !r.held).map((r) => list(r.type, r.day, r.usd, r.fetched)),
        held_prices: part.filter((r) => r.held).map((r) => hold(r.type, r.day, r.usd, r.fetched))
      })
      const fresh = (): string => join(dir, `p${n++}`)
      const atOnce = fresh()
      const inParts = fresh()
      const manifest = { ...(await readManifest(one)), prices: [] }
      const whole = await writePrices(atOnce, manifest, of(all))
      const first = await writePrices(inParts, manifest, of(all.slice(0, cut)))
      const second = await writePrices(inParts, { ...manifest, prices: first }, of(all.slice(cut)))
      expect(second).toEqual(whole)
    }),
    { numRuns: 25 }
  )
}, 60_000)
