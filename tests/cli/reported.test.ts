/** `reported` as its users meet it: a host on this machine that answers as the Console API does, into a recorded lake. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveRecording } from '../../ingest/recording/serve.ts'
import { PUBLIC } from '../../src/lib/model/public.ts'
import { openNativeLake, openWasmLake } from '../unit/sql/recorded-lake.ts'
import { ingest, recording } from './process.ts'

const dir = mkdtempSync(join(tmpdir(), 'rackrate-cli-reported-'))
const lake = join(dir, 'lake')
const fixture = (name: string): unknown => JSON.parse(readFileSync(join('tests/fixtures/mainnet', name), 'utf8'))
const samples = fixture('console-api-samples-2026-07-17.json') as { readonly [name: string]: object }
const breakdown = { vendor: 'nvidia', model: 'a100', providerCount: 4, nodeCount: 9, totalGpus: 72, leasedGpus: 58 }

/** Answers by path; a number is a status. */
const answers = new Map<string, unknown>([
  ['gpu-prices', fixture('gpu-prices-2026-09-28.condensed.json')],
  ['gpu-breakdown', [{ date: '2024-01-01T00:00:00.000Z', ...breakdown, gpuUtilization: '80.56' }]],
  ['network-capacity', samples['network_capacity']],
  ['market-data/akash-network', samples['market_data']],
  ['graph-data/activeLeaseCount', { snapshots: [{ date: '2024-01-01', value: 704 }, { date: '2024-01-02', value: null }] }] // prettier-ignore
])
const asked: string[] = []
let server: Server
let api: string

beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '', 'http://127.0.0.1')
    asked.push(pathname + search)
    const name = pathname.replace(/^\/v1\//, '')
    const answer = answers.get(name) ?? { snapshots: [{ date: '2024-01-01T00:00:00.000Z', value: 3 }] }
    if (typeof answer === 'number') response.writeHead(answer, { 'retry-after': '0' }).end()
    else response.end(JSON.stringify(answer))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const chain = await serveRecording(recording('v2.1'))
  expect((await ingest('index', '--rpc', chain.url, '--lake', lake)).code).toBe(0)
  await chain.close()
})
afterAll(() => {
  server.close()
  rmSync(dir, { recursive: true })
})

const rows = async (sql: string) =>
  JSON.parse((await ingest('query', '--lake', lake, sql)).out) as { readonly [column: string]: string }[]

test('answers that fail do not lose the others; a second run adds what was missing and doubles nothing', async () => {
  answers.set('graph-data/activeGPU', 500).set('graph-data/vaultAkt', { snapshots: [{ date: '2024-01-01', amount: 1 }] })
  const first = await ingest('reported', '--lake', lake, '--api', api)
  expect([first.code, first.out]).toEqual([1, ''])
  expect(first.err).toMatch(/failed: v1\/graph-data\/activeGPU: 127\.0\.0\.1:\d+ answered HTTP 500\.\n/)
  expect(first.err).toMatch(
    /failed: v1\/graph-data\/vaultAkt: its shape is not the one .* at snapshots\.0\.value: .*Update Rackrate/
  )
  expect(first.err).toMatch(/not taken: 1 × null, from v1\/graph-data\/activeLeaseCount/)
  expect(asked.filter((path) => path.endsWith('/activeGPU'))).toHaveLength(4)
  expect(asked.filter((path) => path.includes('gpu-breakdown?startDate=')).length).toBeGreaterThan(2)

  answers.delete('graph-data/activeGPU')
  answers.delete('graph-data/vaultAkt')
  const before = await rows('SELECT metric, day, value, unit, source FROM reported_days ORDER BY ALL')
  const second = await ingest('reported', '--lake', lake, '--api', api)
  expect([second.code, second.out], second.err).toEqual([0, ''])
  expect(second.err).toMatch(/(\d+) of \1 answers, \d+ figures of 2024-01-01 to \d{4}-\d\d-\d\d in /)
  const after = await rows('SELECT metric, day, value, unit, source FROM reported_days ORDER BY ALL')
  expect(
    after.filter((row) => !before.some((b) => JSON.stringify(b) === JSON.stringify(row))).map((row) => row['metric'])
  ).toEqual(['akt_vault', 'leased_gpus'])
  expect(after).toHaveLength(before.length + 2)

  const third = await ingest('reported', '--lake', lake, '--api', api)
  expect(third.code, third.err).toBe(0)
  expect(await rows('SELECT metric, day, value, unit, source FROM reported_days ORDER BY ALL')).toEqual(after)
})

test('the rows say what they are of, in which unit, from where and when; none is among observed tables', async () => {
  const [row] = await rows("SELECT * FROM reported_days WHERE metric = 'active_leases'")
  expect(row).toEqual({
    network: 'akash',
    metric: 'active_leases',
    day: '2024-01-01',
    value: '704.000000000000000000',
    unit: 'leases',
    source: `${api.slice('http://'.length)}/v1/graph-data/activeLeaseCount`,
    fetched_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}000Z$/) as string
  })
  expect(await rows("SELECT count(*) AS n FROM token_prices WHERE source LIKE '%127.0.0.1%'")).toEqual([{ n: '0' }])
  expect(await rows("SELECT metric, value, unit FROM reported_days WHERE metric LIKE 'price_median/nvidia/h100/%'")).toEqual([
    { metric: 'price_median/nvidia/h100/80gi/sxm5', value: '2.560000000000000000', unit: 'USD / GPU-hour' }
  ])
})

test('verify holds, and the marts give both engines the same rows', async () => {
  const verified = await ingest('verify', '--lake', lake)
  expect(verified.code, verified.out).toBe(0)
  expect(verified.out).toMatch(/ok\s+reported\s+\d{3} rows/)
  expect((await ingest('build', '--lake', lake)).code).toBe(0)
  const [native, wasm] = [await openNativeLake(lake), await openWasmLake(lake)]
  for (const table of ['reported_days', 'reconciliation'] as const) {
    await wasm.need({ [table]: Object.keys(PUBLIC[table].columns) })
    const sql = `SELECT * FROM ${table} ORDER BY ALL`
    const expected = await native.query(sql)
    expect(expected.length).toBeGreaterThan(4)
    expect(await wasm.engine.query(sql)).toEqual(expected)
  }
  expect(await native.query('SELECT DISTINCT metric, ours, cause FROM reconciliation ORDER BY metric')).toEqual(
    ['active_leases', 'leased_gpus', 'spend_uact', 'spend_uakt', 'spend_uusd'].map((metric) => ({
      metric,
      ours: null,
      cause: 'not indexed: the lake lacks blocks of this day'
    }))
  )
  await native.close()
  await wasm.engine.close()
})

test('figures of mainnet are not put beside another chain unasked', async () => {
  const { code, err } = await ingest('reported', '--lake', lake)
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/is of a recorded chain .*but https:\/\/console-api\.akash\.network reports on akashnet-2\..*--api/)
  ])
})

test('a host that cannot be reached: exit status 1, and nothing is lost', async () => {
  const { code, err } = await ingest('reported', '--lake', join(dir, 'new'), '--api', 'http://127.0.0.1:9')
  expect(code).toBe(1)
  expect(err).toMatch(/failed: v1\/graph-data\/activeLeaseCount: 127\.0\.0\.1:9 is unreachable/)
  expect(err).toMatch(/not asked: \d+ more/)
})

test.each([
  ['no lake', ['reported']],
  ['an address that is none', ['reported', '--lake', 'x', '--api', 'ftp://host']],
  ['an address with a key', ['reported', '--lake', 'x', '--api', 'https://host/?key=1']]
])('%s: wrong usage, exit status 2', async (_, args) => {
  expect((await ingest(...args)).code).toBe(2)
})
