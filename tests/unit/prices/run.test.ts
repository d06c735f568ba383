/** Which prices of an answer are taken: a lake that is given answers day after day by sources that the tests invent. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLake } from '../../../ingest/lake/write.ts'
import { priceClient } from '../../../ingest/prices/client.ts'
import { offerOf, seriesOf, tellerOf } from '../../../ingest/prices/offer.ts'
import { acceptPrices, askSources, takePrices, type Asked, type Taken } from '../../../ingest/prices/run.ts'
import { PriceError, type Collected, type ListPrice, type PriceSource, type TokenPrice } from '../../../ingest/prices/source.ts'
import { selectFrom, readManifest } from '../../../src/lib/engine/attach.ts'
import type { Row } from '../../../src/lib/engine/engine.ts'
import { openNative } from '../../../src/lib/engine/native.ts'
import { PRICES, type ListPriceRow, type PriceTable, type TokenPriceRow } from '../../../src/lib/model/prices.ts'
import { filesBelow, OPTIONS } from '../lake/synthetic.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rackrate-prices-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const DAY_1 = '2026-10-01'
const DAY_2 = '2026-10-02'
const DAY_3 = '2026-10-03'

/** Price of an instance with one GPU. */
const price = (usd: string, more: Partial<ListPrice> = {}): ListPrice => ({
  provider: 'cloud',
  instance_type: 'h100-1',
  gpu_name: 'H100',
  gpu_model: 'nvidia/h100',
  gpus: 1,
  gpu_memory_gib: 80,
  gpu_interface: 'sxm',
  vcpus: 26,
  memory_gib: null,
  region: 'east',
  purchase_option: 'on_demand',
  usd_per_hour: usd,
  usd_per_gpu_hour: usd,
  statistic: 'list',
  offers: null,
  covers: 'instance',
  observed_on: DAY_1,
  source: 'https://cloud.example/prices',
  ...more
})
const many = (n: number, more: Partial<ListPrice> = {}): ListPrice[] =>
  Array.from({ length: n }, (_, i) => price('2', { instance_type: `type-${i}`, ...more }))
const token = (day: string, usd: string, more: Partial<TokenPrice> = {}): TokenPrice => ({
  asset: 'akt',
  day,
  usd,
  basis: 'daily_open',
  source: 'https://coins.example/akt',
  ...more
})

type Found = Partial<Collected> | Error
const sourceOf = (id: string, found: Found, wait = 0): PriceSource => ({
  id,
  title: id,
  collect: async () => {
    await new Promise((done) => setTimeout(done, wait))
    if (found instanceof Error) throw found
    return { prices: [], tokens: [], skipped: [], ...found }
  }
})

type Run = { readonly asked: readonly Asked[]; readonly taken: readonly Taken[] }
const NO_REFERENCE: { readonly prices: readonly ListPriceRow[]; readonly tokens: readonly TokenPriceRow[] } = {
  prices: [],
  tokens: []
}

/** One run of the command on a day, into the lake `name`. */
async function run(
  sources: readonly PriceSource[],
  today: string,
  { name = 'lake', hour = 8, reference = NO_REFERENCE, trusted = [] as readonly string[] } = {}
): Promise<Run> {
  const at = BigInt(Date.parse(today) + hour * 3_600_000) * 1000n
  const asked = await askSources(sources, { client: priceClient(), today, env: {} }, { now: () => at })
  const lake = await openLake(join(dir, name), OPTIONS)
  try {
    return { asked, taken: await takePrices(lake, asked, reference, new Set(trusted)) }
  } finally {
    await lake.close()
  }
}
const one = async (found: Partial<Collected>, today: string, options?: Parameters<typeof run>[2]): Promise<Taken> => {
  const { taken, asked } = await run([sourceOf('cloud', found)], today, options)
  if (!taken[0]) throw new Error(JSON.stringify(asked[0], (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v)))
  return taken[0]
}

async function accept(...ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const lake = await openLake(join(dir, 'lake'), OPTIONS)
  try {
    return await acceptPrices(lake, ids)
  } finally {
    await lake.close()
  }
}

async function rows(table: PriceTable, name = 'lake') {
  const { prices } = await readManifest(join(dir, name))
  const paths = prices.filter((file) => file.table === table).map((file) => join(dir, name, file.path))
  if (paths.length === 0) return []
  const engine = await openNative()
  const found = await engine.query(selectFrom(PRICES[table].columns, paths))
  await engine.close()
  return found
}
const textOf = (r: Row): string => [r['instance_type'], r['observed_on'], Number(r['usd_per_gpu_hour'])].join(' ')
/** What the lake holds: offer, day and price, in order. */
const listed = async (name = 'lake') => (await rows('list_prices', name)).map(textOf)
const held = async () => (await rows('held_prices')).map(textOf)

test.each([
  ['49 % up', '1.49', true],
  ['51 % up', '1.51', false],
  ['49 % down', '0.51', true],
  ['51 % down', '0.49', false],
  ['just half again as high', '1.5', true],
  ['more by the last digit', '1.500000000000000001', false],
  ['half', '0.5', true],
  ['100 times as high: cents for dollars', '100', false]
])('a price that moved overnight: %s', async (_, usd, isTaken) => {
  await one({ prices: [price('1')] }, DAY_1)
  const taken = await one({ prices: [price(usd, { observed_on: DAY_2 })] }, DAY_2)
  expect([taken.fresh, taken.held.length]).toEqual(isTaken ? [1, 0] : [0, 1])
  expect(await listed()).toEqual([`h100-1 ${DAY_1} 1`, ...(isTaken ? [`h100-1 ${DAY_2} ${Number(usd)}`] : [])])
  expect(await held()).toEqual(isTaken ? [] : [`h100-1 ${DAY_2} ${Number(usd)}`])
})

test('a held row says from what it moved and carries all that it would be as a taken one', async () => {
  await one({ prices: [price('98.32')] }, DAY_1)
  const odd = price('12.29', { observed_on: DAY_2, instance_type: 'h100-1' })
  const { held: told } = await one({ prices: [odd] }, DAY_2)
  const reason = 'moved by −88 %, from 98.32 of 2026-10-01 to 12.29 USD'
  expect(told).toEqual([{ what: 'cloud h100-1, east, on_demand', reason }])
  const [row] = await rows('held_prices')
  expect(row).toMatchObject({
    usd_per_gpu_hour_before: '98.320000000000000000',
    reason,
    fetched_at: '2026-10-02T08:00:00.000000Z',
    source: 'https://cloud.example/prices'
  })
  expect(JSON.parse(String(row?.['row_json']))).toEqual({ collector: 'cloud', ...odd })
})

test('an old price protects as well as yesterday’s', async () => {
  await one({ prices: [price('1', { observed_on: '2023-01-01' })] }, DAY_1)
  expect((await one({ prices: [price('3', { observed_on: DAY_2 })] }, DAY_2)).held).toHaveLength(1)
})

test('a move is judged within one offer and one teller; another region, option, statistic or teller is its own', async () => {
  await one({ prices: [price('1')] }, DAY_1)
  const others = [
    price('9', { observed_on: DAY_2, region: 'west' }),
    price('9', { observed_on: DAY_2, purchase_option: 'spot' }),
    price('9', { observed_on: DAY_2, statistic: 'median' }),
    price('9', { observed_on: DAY_2, source: 'https://other.example/prices' })
  ]
  const taken = await one({ prices: [price('9', { observed_on: DAY_2, source: 'https://cloud.example/v2' }), ...others] }, DAY_2)
  expect(taken.held.map(({ what }) => what)).toEqual(['cloud h100-1, east, on_demand'])
  expect(taken.fresh).toBe(4)
})

test('the reference history is asked where the lake holds nothing of a series', async () => {
  const reference = { prices: [{ ...price('1', { source: 'github:o/r x' }), fetched_at: null }], tokens: [] }
  expect((await one({ prices: [price('2', { observed_on: DAY_2 })] }, DAY_2, { reference })).held[0]?.reason).toMatch(
    /from 1 of 2026-10-01 to 2 USD/
  )
  await one({ prices: [price('1.4', { observed_on: DAY_2 })] }, DAY_2, { reference })
  expect((await one({ prices: [price('2', { observed_on: DAY_3 })] }, DAY_3, { reference })).held).toEqual([])
})

test('a fetched history is judged day by day, and a row before all others by the first after it', async () => {
  await one({ prices: [price('10', { observed_on: '2026-06-01' })] }, DAY_1)
  const days = [
    ['2026-01-01', '100'],
    ['2026-02-01', '13'],
    ['2026-03-01', '8'],
    ['2026-04-01', '30'],
    ['2026-05-01', '9']
  ] as const
  const prices = days.map(([observed_on, usd]) => price(usd, { observed_on })).reverse()
  expect((await one({ prices }, DAY_1, { hour: 9 })).held.map(({ reason }) => reason)).toEqual([
    'moved by +900 %, from 10 of 2026-06-01 to 100 USD',
    'moved by +275 %, from 8 of 2026-03-01 to 30 USD'
  ])
})

test('accept takes what is held, with the time of its fetch, and holds it no more; the next day is judged by it', async () => {
  await one({ prices: [price('1'), price('1', { instance_type: 'a100' })] }, DAY_1)
  await one({ prices: [price('5', { observed_on: DAY_2 }), price('1', { instance_type: 'a100', observed_on: DAY_2 })] }, DAY_2)
  expect(await accept('other')).toEqual(new Map([['other', 0]]))
  expect(await held()).toHaveLength(1)
  expect(await accept('cloud')).toEqual(new Map([['cloud', 1]]))
  expect(await held()).toEqual([])
  expect((await readManifest(join(dir, 'lake'))).prices.map(({ table }) => table)).toEqual(['list_prices'])
  expect(await listed()).toEqual([`a100 ${DAY_1} 1`, `a100 ${DAY_2} 1`, `h100-1 ${DAY_1} 1`, `h100-1 ${DAY_2} 5`])
  const row = (await rows('list_prices')).find((r) => Number(r['usd_per_gpu_hour']) === 5)
  expect(row).toMatchObject({ fetched_at: '2026-10-02T08:00:00.000000Z', gpu_model: 'nvidia/h100', vcpus: 26, memory_gib: null })
  const next = await one({ prices: [price('6', { observed_on: DAY_3 }), price('1', { instance_type: 'a100', observed_on: DAY_3 })] }, DAY_3) // prettier-ignore
  expect([next.fresh, next.held]).toEqual([2, []])
})

test('a newer answer takes the place of what is held of its offers: held again it is of the new day, taken it is settled', async () => {
  const day = (a: string, b: string, observed_on: string) =>
    one({ prices: [price(a, { observed_on }), price(b, { instance_type: 'other', observed_on })] }, observed_on)
  await day('1', '1', DAY_1)
  await day('5', '7', DAY_2)
  expect(await held()).toEqual([`h100-1 ${DAY_2} 5`, `other ${DAY_2} 7`])
  await day('5.5', '1.1', DAY_3)
  expect(await held()).toEqual([`h100-1 ${DAY_3} 5.5`])
})

test('an answer that lacks more than half of the last one’s offers is held as a whole; one that lacks half is taken', async () => {
  await one({ prices: many(10) }, DAY_1)
  const less = await one({ prices: many(4, { observed_on: DAY_2 }) }, DAY_2)
  expect(less).toMatchObject({ fresh: 0, whole: 'the answer lacks 6 of the 10 offers that the last one had' })
  expect([(await held()).length, (await listed()).length]).toEqual([4, 10])
  // Renamed throughout: as many as before, and none of them.
  expect((await one({ prices: many(10, { region: 'us-east', observed_on: DAY_2 }) }, DAY_2)).whole).toMatch(/lacks 10 of the 10/)
  expect(await one({ prices: many(5, { observed_on: DAY_3 }) }, DAY_3)).toMatchObject({ fresh: 5, whole: null })
  // The last answer is the one that was taken last, not all that there ever was.
  expect(await one({ prices: many(3, { observed_on: '2026-10-04' }) }, '2026-10-04')).toMatchObject({ fresh: 3, whole: null })
})

test('a shrunken answer that was accepted is the measure of the next one', async () => {
  await one({ prices: many(10) }, DAY_1)
  await one({ prices: many(2, { observed_on: DAY_2 }) }, DAY_2)
  expect(await accept('cloud')).toEqual(new Map([['cloud', 2]]))
  expect(await one({ prices: many(2, { observed_on: DAY_3 }) }, DAY_3)).toMatchObject({ fresh: 2, whole: null })
})

test('one that fails does not stop the others, whatever it throws; nothing is stamped anew for it', async () => {
  const good = (usd: string, observed_on: string) => sourceOf('good', { prices: [price(usd, { observed_on })] })
  const bad = price('3', { instance_type: 'bad-1', source: 'https://bad.example' })
  await run([good('1', DAY_1), sourceOf('bad', { prices: [bad] })], DAY_1)
  const failures: [Found, RegExp][] = [
    [new PriceError('https://bad.example answered 503 4 times; try again later.'), /^https:\/\/bad\.example answered 503/],
    [new TypeError('x.y is undefined'), /^unexpected TypeError: x\.y is undefined\n\s+at /],
    [{}, /^its answer has no prices/],
    [
      { skipped: [{ reason: 'no price', count: 7, example: '"N/A" of x1' }] },
      /^none of the 7 prices .*no price, such as "N\/A" of x1/
    ],
    [{ prices: [price('0')] }, /a price is not above 0/],
    [{ prices: [price('1e3')] }, /a price is not above 0/],
    [{ prices: [price('8', { gpus: 8 })] }, /usd_per_gpu_hour × gpus is not usd_per_hour/],
    [{ prices: [price('1', { gpus: 0 })] }, /gpus is not a whole number from 1/],
    [{ prices: [price('1', { region: '' })] }, /region is empty/],
    [{ prices: [price('1', { observed_on: '2026-02-30' })] }, /its day is none/],
    [{ prices: [price('1', { observed_on: DAY_3 })] }, /its day is yet to come/],
    [{ tokens: [token(DAY_3, '0.5')] }, /its day is yet to come/]
  ]
  for (const [i, [found, why]] of failures.entries()) {
    const { asked, taken } = await run([sourceOf('bad', found), good(`1.0${i}`, DAY_2)], DAY_2, { hour: i })
    expect(asked[0]).toMatchObject({ status: 'failed', why: expect.stringMatching(why) as string })
    expect(taken.map(({ id, fresh, replaced }) => [id, fresh + replaced])).toEqual([['good', 1]])
  }
  expect(await listed()).toEqual([`bad-1 ${DAY_1} 3`, `h100-1 ${DAY_1} 1`, `h100-1 ${DAY_2} 1.011`])
})

test('a third of a dollar a GPU-hour is a third as far as eighteen digits go', async () => {
  const usd_per_gpu_hour = '0.333333333333333333'
  const { fresh } = await one({ prices: [price('1', { gpus: 3, usd_per_gpu_hour })] }, DAY_1)
  expect(fresh).toBe(1)
})

test('the same answer again writes nothing: the same files, the same manifest', async () => {
  const found = { prices: [price('1'), price('2', { region: 'west' })], tokens: [token(DAY_1, '0.5')] }
  expect(await one(found, DAY_1)).toMatchObject({ fresh: 3, unchanged: 0 })
  const written = () => statSync(join(dir, 'lake/manifest.json')).mtimeMs
  const before = [written(), filesBelow(dir)]
  expect(await one(found, DAY_1, { hour: 20 })).toMatchObject({ fresh: 0, replaced: 0, unchanged: 3, held: [] })
  expect([written(), filesBelow(dir)]).toEqual(before)
})

test('what is held still is told again and not written again', async () => {
  await one({ prices: [price('1')] }, DAY_1)
  await one({ prices: [price('5', { observed_on: DAY_2 })] }, DAY_2)
  const before = filesBelow(dir)
  expect((await one({ prices: [price('5.0', { observed_on: DAY_2 })] }, DAY_2, { hour: 20 })).held).toHaveLength(1)
  expect(filesBelow(dir)).toEqual(before)
})

test('of one day the newer fetch stands and is counted; a jump within the day is held', async () => {
  await one({ prices: [price('1')] }, DAY_1)
  expect(await one({ prices: [price('1.2')] }, DAY_1, { hour: 9 })).toMatchObject({ fresh: 0, replaced: 1 })
  expect((await one({ prices: [price('3')] }, DAY_1, { hour: 10 })).held[0]?.reason).toMatch(/from 1\.2 of 2026-10-01 to 3 USD/)
  expect([await listed(), await held()]).toEqual([[`h100-1 ${DAY_1} 1.2`], [`h100-1 ${DAY_1} 3`]])
  expect(await accept('cloud')).toEqual(new Map([['cloud', 1]]))
  expect([await listed(), await held()]).toEqual([[`h100-1 ${DAY_1} 3`], []])
})

test('a model that is known by now replaces the row without one, whose price has not changed', async () => {
  const first = await one({ prices: [price('1', { gpu_model: null }), price('1', { gpu_model: null, region: 'b' })] }, DAY_1)
  expect(first.unknownGpus).toEqual([{ name: 'H100', count: 2 }])
  const second = await one({ prices: [price('1.00'), price('1.00', { region: 'b' })] }, DAY_1, { hour: 9 })
  expect(second).toMatchObject({ replaced: 2, unknownGpus: [], held: [] })
  expect((await rows('list_prices')).map((r) => r['gpu_model'])).toEqual(['nvidia/h100', 'nvidia/h100'])
})

test('one price told twice is one; two prices of one offer and day are both doubted', async () => {
  const found = [price('1'), price('1.0'), price('1', { region: 'b' }), price('1.1', { region: 'b' })]
  const taken = await one({ prices: found }, DAY_1)
  expect(taken).toMatchObject({
    fresh: 1,
    held: [{ what: 'cloud h100-1, b, on_demand', reason: 'told twice for one day: 1 and 1.1 USD per GPU-hour' }]
  })
  expect((await rows('list_prices')).map((r) => r['region'])).toEqual(['east'])
})

test('whichever source ends first, the bytes are the same', async () => {
  const sources = (waits: readonly number[]) =>
    waits.map((wait, i) => {
      const prices = many(20, { provider: `p${i}`, source: `https://p${i}.example` })
      return sourceOf(`p${i}`, { prices, tokens: [token(DAY_1, '0.5', { source: `https://p${i}.example` })] }, wait)
    })
  const a = await run(sources([30, 20, 10, 0, 25]), DAY_1, { name: 'a' })
  const b = await run([...sources([0, 10, 20, 30, 5])].reverse(), DAY_1, { name: 'b' })
  expect(filesBelow(join(dir, 'b'))).toEqual(filesBelow(join(dir, 'a')))
  expect(a.asked.map(({ id }) => id)).toEqual(['p0', 'p1', 'p2', 'p3', 'p4'])
  expect(b.asked.map(({ id }) => id)).toEqual(['p4', 'p3', 'p2', 'p1', 'p0'])
})

test('at most four are asked at once; what had answered before a stop is kept', async () => {
  const stop = new AbortController()
  let inHand = 0
  let most = 0
  const sources = Array.from({ length: 9 }, (_, i): PriceSource => ({
    id: `s${i}`,
    title: '',
    collect: async () => {
      most = Math.max(most, ++inHand)
      await new Promise((done) => setTimeout(done, 5))
      inHand--
      if (i === 6) stop.abort()
      if (i > 6) throw new PriceError('this operation was aborted')
      return { prices: [price('1', { region: `r${i}` })], tokens: [], skipped: [] }
    }
  }))
  const context = { client: priceClient(), today: DAY_1, env: {} }
  const asked = await askSources(sources, context, { signal: stop.signal })
  expect(most).toBe(4)
  expect(asked.slice(0, 6).map(({ status }) => status)).toEqual(Array<string>(6).fill('answered'))
  expect(asked.slice(6).map(({ status }) => status)).toEqual(['stopped', 'stopped', 'stopped'])
})

test('token prices: moved by more than half against the last day taken they are not taken; trusted they are', async () => {
  const days = [token('2026-09-28', '0.50'), token('2026-09-29', '0.70'), token('2026-09-30', '1.06'), token(DAY_1, '1.00')]
  const first = await one({ tokens: days }, DAY_1)
  expect(first).toMatchObject({
    fresh: 3,
    held: [{ what: 'akt of 2026-09-30', reason: 'moved by +51 %, from 0.7 of 2026-09-29 to 1.06 USD' }]
  })
  const stored = async () => (await rows('token_prices')).map((r) => [r['day'], Number(r['usd'])])
  expect(await stored()).toEqual([
    ['2026-09-28', 0.5],
    ['2026-09-29', 0.7],
    [DAY_1, 1]
  ])
  expect(await rows('held_prices')).toEqual([])
  const again = await one({ tokens: days }, DAY_1, { hour: 9, trusted: ['cloud'] })
  expect(again).toMatchObject({ fresh: 1, unchanged: 3, held: [] })
  expect(await stored()).toContainEqual(['2026-09-30', 1.06])
})

test('a token is held against the reference history where the lake has none of its teller', async () => {
  const reference = { prices: [], tokens: [{ ...token('2026-09-30', '0.5', { source: 'github:o/r' }), fetched_at: null }] }
  expect(await one({ tokens: [token(DAY_1, '0.9')] }, DAY_1, { reference })).toMatchObject({ fresh: 0, held: [{}] })
  expect(await one({ tokens: [token(DAY_1, '0.6')] }, DAY_1, { reference })).toMatchObject({ fresh: 1, held: [] })
})

test('what a source names is told by its host, or its repository where the host has many', () => {
  const tellers = [
    ['https://prices.azure.com/api/retail/prices?x=1', 'prices.azure.com'],
    ['https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/20260101/index.csv', 'pricing.us-east-1.amazonaws.com'],
    ['https://raw.githubusercontent.com/o/r/master/a.csv', 'raw.githubusercontent.com/o/r'],
    ['github:o/r a/b.go@272259e8be41', 'github:o/r'],
    ['github:o/r@272259e8be41', 'github:o/r'],
    ['api.example:8080', 'api.example:8080']
  ] as const
  for (const [source, teller] of tellers) expect(tellerOf(source)).toBe(teller)
  const [a, b] = [price('1'), price('2', { source: 'https://cloud.example/v2', observed_on: DAY_2 })]
  expect([offerOf(a), seriesOf(a)]).toEqual([offerOf(b), seriesOf(b)])
})

test('the database reads tellers as we do', async () => {
  const source = 'https://raw.githubusercontent.com/o/r/x'
  await one({ prices: [price('1', { source })] }, DAY_1)
  const taken = await one({ prices: [price('3', { observed_on: DAY_2, source: `${source}2` })] }, DAY_2)
  expect(taken.held).toHaveLength(1)
  const manifest = readFileSync(join(dir, 'lake/manifest.json'), 'utf8')
  expect(manifest).toMatch(/"prices\/held_prices\.[0-9a-f]{16}\.parquet"/)
})
