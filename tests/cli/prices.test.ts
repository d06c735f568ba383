/** `prices` as its users meet it: a server on this machine that stands for every outside host, into a recorded lake. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { takeLock } from '../../ingest/lake/lock.ts'
import { PRICE_SOURCES } from '../../ingest/prices/index.ts'
import { serveRecording } from '../../ingest/recording/serve.ts'
import { filesBelow } from '../unit/lake/synthetic.ts'
import { servePrices, type PriceServer, type Route } from '../unit/prices/serve.ts'
import { ingest, recording, start, until } from './process.ts'

const dir = mkdtempSync(join(tmpdir(), 'rackrate-cli-prices-'))
const lake = join(dir, 'lake')
const fixture = (name: string): string => readFileSync(join('tests/fixtures/prices', name), 'utf8')
const RUNPOD = 'api.runpod.io/graphql'
const COREWEAVE = 'www.coreweave.com/pricing'
const COINGECKO = 'api.coingecko.com/api/v3/coins/akash-network/market_chart'

const DAY = 86_400_000
const midnight = Math.floor(Date.now() / DAY) * DAY
/** Prices of AKT at the beginning of these days, counted back from today. */
const chart = (daysAgo: { readonly [days: number]: number }): string =>
  JSON.stringify({ prices: Object.entries(daysAgo).map(([days, usd]) => [midnight - Number(days) * DAY, usd]) })

const routes: { [at: string]: Route } = {}
let server: PriceServer
let via: readonly string[]
beforeAll(async () => {
  server = await servePrices(routes)
  via = ['--lake', lake, '--via', server.url]
  const chain = await serveRecording(recording('v2.1'))
  expect((await ingest('index', '--rpc', chain.url, '--lake', lake)).code).toBe(0)
  await chain.close()
})
afterAll(async () => {
  await server.close()
  rmSync(dir, { recursive: true })
})

const query = async (sql: string, from = lake) => {
  const { code, out, err } = await ingest('query', '--lake', from, sql)
  expect(code, err).toBe(0)
  return JSON.parse(out) as { readonly [column: string]: string }[]
}
/** What was fetched, apart from the reference history that comes with the software. */
const fetched = (columns: string, table = 'list_prices', from?: string) =>
  query(`SELECT ${columns} FROM ${table} WHERE fetched_at IS NOT NULL GROUP BY ALL ORDER BY ALL`, from)
const H100 =
  "provider = 'runpod' AND instance_type = 'H100 SXM (Secure Cloud)' AND purchase_option = 'on_demand' AND fetched_at IS NOT NULL"

test('sources that fail are named, the others are kept; what is not understood is counted; exit status 3', async () => {
  routes[RUNPOD] = fixture('runpod/gpu-types.json')
  routes[COREWEAVE] = '<!doctype html><html><body><h1>New pricing page</h1></body></html>'
  routes[COINGECKO] = chart({ 2: 0.6, 1: 0.7 })
  const first = await ingest('prices', ...via, '--source', 'runpod', 'coreweave', '--source', 'coingecko', 'defillama')
  expect([first.code, first.out], first.err).toEqual([3, ''])
  expect(first.err).toMatch(/^asking 4 sources: runpod, coreweave, coingecko, defillama$/m)
  expect(first.err).toMatch(/^runpod {4,}\d+\.\d s {2}16 prices, \d+ not taken$/m)
  expect(first.err).toMatch(/^coreweave +\d+\.\d s {2}failed: https:\/\/www\.coreweave\.com\/pricing changed its shape/m)
  expect(first.err).toMatch(/^defillama +\d+\.\d s {2}failed: https:\/\/coins\.llama\.fi.* answered 404: it may have moved/m)
  expect(first.err).toMatch(/^2 of 4 sources: 18 new prices, 0 replaced, 0 unchanged, 0 held back, in /m)
  expect(first.err).toMatch(/not taken: \d+ × placeholder of 0\.5 USD, such as /)
  expect(first.err).toMatch(/GPUs of unknown model: 1 × Quantum Q1/)
  expect(first.err).toMatch(/^failed: coreweave, defillama\. Nothing of today is in the lake of them; run again later/m)
  expect(server.requests.map(({ at }) => at)).toContain(RUNPOD)

  const [row] = await query(`SELECT * FROM list_prices WHERE ${H100}`)
  expect(row).toMatchObject({
    gpu_model: 'nvidia/h100',
    usd_per_gpu_hour: '2.990000000000000000',
    observed_on: new Date(midnight).toISOString().slice(0, 10),
    source: 'https://api.runpod.io/graphql',
    fetched_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}000Z$/) as string
  })
  expect(await fetched('provider, count(*)::VARCHAR AS n')).toEqual([{ provider: 'runpod', n: '16' }])
})

test('the same answers again change no byte: exit status 0', async () => {
  const before = filesBelow(lake)
  const { code, err } = await ingest('prices', ...via, '--source', 'runpod', 'coingecko')
  expect(code, err).toBe(0)
  expect(err).toMatch(/2 of 2 sources: 0 new prices, 0 replaced, 18 unchanged, 0 held back/)
  expect(filesBelow(lake)).toEqual(before)
})

test('a price that moved by more than half is held back until it is accepted', async () => {
  const good = fixture('runpod/gpu-types.json')
  const moved = good.replace('"securePrice": 2.99', '"securePrice": 1.19')
  expect(moved).not.toBe(good)
  routes[RUNPOD] = moved
  const { code, err } = await ingest('prices', ...via, '--source', 'runpod')
  expect([code, err]).toEqual([3, expect.stringMatching(/15 unchanged, 1 held back/)])
  expect(err).toMatch(
    /held back: runpod H100 SXM \(Secure Cloud\), secure, on_demand: moved by −60 %, from 2\.99 of \d{4}-\d\d-\d\d to 1\.19 USD/
  )
  expect(err).toContain(`Look at what is held back (table held_prices). When it is right: prices --lake ${lake} --accept runpod`)
  const price = () => query(`SELECT usd_per_hour FROM list_prices WHERE ${H100}`)
  expect(await price()).toEqual([{ usd_per_hour: '2.990000000000000000' }])
  expect(await fetched('usd_per_gpu_hour AS usd, usd_per_gpu_hour_before AS before', 'held_prices')).toEqual([
    { usd: '1.190000000000000000', before: '2.990000000000000000' }
  ])

  const accepted = await ingest('prices', '--lake', lake, '--accept', 'runpod')
  expect([accepted.code, accepted.out, accepted.err]).toEqual([0, '', 'runpod: 1 held prices taken\n'])
  expect(await price()).toEqual([{ usd_per_hour: '1.190000000000000000' }])
  expect(await fetched('*', 'held_prices')).toEqual([])
  expect((await ingest('prices', ...via, '--source', 'runpod')).code).toBe(0)
  const verified = await ingest('verify', '--lake', lake)
  expect(verified.code, verified.out).toBe(0)
  expect(verified.out).toMatch(/ok\s+prices\s+18 rows/)
})

test('a token that moved by more than half is not taken; accepted, it is asked again and taken', async () => {
  routes[COINGECKO] = chart({ 3: 1.5, 2: 0.6, 1: 0.7 })
  const refused = await ingest('prices', ...via, '--source', 'coingecko')
  expect([refused.code, refused.err]).toEqual([
    3,
    expect.stringMatching(/held back: akt of \d{4}-\d\d-\d\d: moved by \+150 %, from 0\.6 of /)
  ])
  const taken = await ingest('prices', ...via, '--accept', 'coingecko')
  expect([taken.code, taken.err]).toEqual([0, expect.stringMatching(/1 new prices, 0 replaced, 2 unchanged, 0 held back/)])
  expect(await query("SELECT usd FROM token_prices WHERE source LIKE '%coingecko.com%' ORDER BY time")).toEqual(
    ['1.5', '0.6', '0.7'].map((usd) => ({ usd: usd.padEnd(20, '0') }))
  )
})

test('Ctrl-C keeps what had been answered: exit status 130', async () => {
  const fresh = join(dir, 'stopped')
  routes[RUNPOD] = fixture('runpod/gpu-types.json')
  routes[COREWEAVE] = () => new Promise(() => undefined)
  const args = ['prices', '--lake', fresh, '--via', server.url, '--source', 'runpod', 'coreweave']
  const { child, texts, done } = start(...args)
  await until(() => /^runpod .*16 prices/m.test(texts.err) && server.requests.some(({ at }) => at === COREWEAVE))
  child.kill('SIGINT')
  const { code, err } = await done
  expect(code, err).toBe(130)
  expect(err).toMatch(/^coreweave +\d+\.\d s {2}stopped$/m)
  expect(err).toMatch(/1 of 2 sources: 16 new prices/)
  expect(await fetched('count(*)::VARCHAR AS n', 'list_prices', fresh)).toEqual([{ n: '16' }])
})

test('a part of a source that fails is told, the rest is taken: exit status 3', async () => {
  const fresh = join(dir, 'partly')
  const catalog = 'raw.githubusercontent.com/skypilot-org/skypilot-catalog/master/catalogs/v8'
  routes[`${catalog}/nebius/vms.csv`] = fixture('skypilot/nebius.csv')
  const { code, err } = await ingest('prices', '--lake', fresh, '--via', server.url, '--source', 'skypilot')
  expect(code, err).toBe(3)
  expect(err).toMatch(/not taken: 1 × lambda failed, such as https:.* answered 404/)
  expect((await fetched('DISTINCT provider', 'list_prices', fresh)).map(({ provider }) => provider)).toEqual(['nebius'])
})

test('it waits while another run writes to the lake', async () => {
  const release = takeLock(lake)
  const { texts, done } = start('prices', ...via, '--source', 'coingecko')
  try {
    await until(() => texts.err.includes('is being written by another run: waiting for it to pause or end'))
  } finally {
    release()
  }
  const { code, err } = await done
  expect(code, err).toBe(0)
})

test.each([
  ['no lake', ['prices'], /--lake/],
  [
    'a source that is none',
    ['prices', '--lake', 'x', '--source', 'aws', 'ibm'],
    new RegExp(`'ibm' is invalid. Allowed choices are ${PRICE_SOURCES.map(({ id }) => id).join(', ')}`)
  ],
  ['to accept of a source that is none', ['prices', '--lake', 'x', '--accept', 'all'], /'all' is invalid. Allowed choices are/],
  ['to accept and to choose', ['prices', '--lake', 'x', '--accept', 'aws', '--source', 'gcp'], /cannot be used with/],
  ['a day that is none', ['prices', '--lake', 'x', '--since', '2026-02-30'], /Give a day such as 2026-08-01/],
  ['a host that is none', ['prices', '--lake', 'x', '--via', 'ftp://host'], /Give one http/]
])('%s: wrong usage, exit status 2', async (_, args, message) => {
  const { code, err } = await ingest(...args)
  expect([code, err]).toEqual([2, expect.stringMatching(message)])
})
