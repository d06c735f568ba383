/** `providers` as its operators meet it: a recorded chain's providers, served by a fleet on this machine. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveRecording } from '../../ingest/recording/serve.ts'
import { serveFleet, type FleetServer } from '../../ingest/simulate/provider-server.ts'
import { readManifest } from '../../src/lib/engine/attach.ts'
import { FLEET, still } from '../unit/providers/fleet.ts'
import { ingest, recording, start, until } from './process.ts'

const dir = mkdtempSync(join(tmpdir(), 'rackrate-cli-providers-'))
const lake = join(dir, 'lake')
/** The same without probes. */
const fresh = join(dir, 'fresh')
let chain: Awaited<ReturnType<typeof serveRecording>>
let fleet: FleetServer
let via: string

const rows = async (sql: string) =>
  JSON.parse((await ingest('query', '--lake', lake, sql)).out) as { readonly [column: string]: unknown }[]

beforeAll(async () => {
  chain = await serveRecording(recording('v2.1'))
  expect((await ingest('index', '--rpc', chain.url, '--lake', lake, '--to', '250')).code).toBe(0)
  cpSync(lake, fresh, { recursive: true })
  const hosts = await rows('SELECT provider, host_uri FROM providers ORDER BY provider')
  // All moods but the one that takes ten seconds.
  const moods = FLEET.map((provider) => (provider.mood === 'hangs' ? FLEET[0]! : provider))
  const providers = hosts.map((host, i) => ({
    ...moods[i]!,
    provider: String(host['provider']),
    hostUri: String(host['host_uri'])
  }))
  expect(providers).toHaveLength(6)
  fleet = await serveFleet(still(providers), { now: Date.now })
  via = `${fleet.grpcPort},${fleet.restPort}`
})
afterAll(async () => {
  await Promise.all([chain.close(), fleet.close()])
  rmSync(dir, { recursive: true })
})

test('once: each provider is asked, beside a `follow` that goes on; what failed and what was not taken is told', async () => {
  const follow = start('follow', '--rpc', chain.url, '--lake', lake, '--every', '1')
  await until(() => follow.texts.err.includes('height 264:'))
  const { code, out, err } = await ingest('providers', '--lake', lake, '--once', '--via-loopback', via)
  expect([code, out], err).toEqual([0, ''])
  expect(err).toMatch(
    /asking 6 providers\nasked 6: 5 ok \(4 by gRPC, 1 by REST\), 1 failed\nfailed:\n +1 {2}unreachable\nfigures not taken/
  )
  expect(err).toMatch(/ +1 {2}gpus_allocated: too large\n/)
  expect(err).toMatch(/6 probes written to /)
  expect(follow.child.exitCode).toBeNull()
  follow.child.kill('SIGINT')
  const followed = await follow.done
  expect([followed.code, followed.err]).toEqual([0, expect.stringMatching(/stopped at height 264/)])

  expect(await rows('SELECT ok, count(*)::INT AS n FROM probes GROUP BY ok ORDER BY ok')).toEqual([
    { ok: false, n: 1 },
    { ok: true, n: 5 }
  ])
  expect(
    await rows('SELECT DISTINCT gpu_model, gpus_allocatable, gpus_allocated FROM probe_nodes WHERE gpu_model IS NOT NULL')
  ).toEqual([{ gpu_model: 'nvidia/h100', gpus_allocatable: 8, gpus_allocated: 5 }])
  const verified = await ingest('verify', '--lake', lake)
  expect(verified.code, verified.out).toBe(0)
  expect(verified.out).toMatch(/ok\s+probes\s+16 rows/)
})

test('on and on: Ctrl-C ends it cleanly with all written; the next run goes on from what the lake knows', async () => {
  const run = async () => {
    const { child, texts, done } = start('providers', '--lake', fresh, '--via-loopback', via)
    await until(() => texts.err.includes('asking 6 providers until stopped, those that answer every 15 min'))
    await new Promise((next) => setTimeout(next, 1_200))
    child.kill('SIGINT')
    const { code, out, err } = await done
    expect([code, out], err).toEqual([0, ''])
    expect(err).toMatch(/stopping after the write in hand/)
    return Number(/(\d+) probes written/.exec(err)?.[1])
  }
  expect(await run()).toBe(6)
  const { probes } = await readManifest(fresh)
  expect(probes.map(({ table, rows: n }) => [table, n])).toEqual([
    ['probe_nodes', 10],
    ['probes', 6]
  ])
  // Nobody is due again so soon.
  expect(await run()).toBe(0)
  expect((await readManifest(fresh)).probes).toEqual(probes)
})

test('in a market with a clock of its own, probes have its time', async () => {
  const other = join(dir, 'clock')
  cpSync(fresh, other, { recursive: true })
  const at = '2026-11-01T06:00:00Z'
  const args = ['--once', '--via-loopback', via, '--at', at, '--timeout', '5']
  expect((await ingest('providers', '--lake', other, ...args)).code).toBe(0)
  const sql = "SELECT count(*)::INT AS n FROM probes WHERE probed_at = TIMESTAMP '2026-11-01 06:00'"
  expect(JSON.parse((await ingest('query', '--lake', other, sql)).out)).toEqual([{ n: 6 }])
})

test('a lake of the public network is not asked through the loopback', async () => {
  const public_ = join(dir, 'public')
  cpSync(lake, public_, { recursive: true })
  const path = join(public_, 'manifest.json')
  writeFileSync(path, readFileSync(path, 'utf8').replace('"origin": "recorded"', '"origin": "observed"'))
  const { code, err } = await ingest('providers', '--lake', public_, '--once', '--via-loopback', via)
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/is of the public network: its providers are asked at their own addresses/)
  ])
})

test('no lake, and a lake without providers', async () => {
  const none = await ingest('providers', '--lake', join(dir, 'none'), '--once')
  expect([none.code, none.err]).toEqual([1, expect.stringMatching(/holds no lake/)])
  const empty = join(dir, 'empty')
  expect((await ingest('index', '--rpc', chain.url, '--lake', empty, '--from', '1', '--to', '2')).code).toBe(0)
  const { code, err } = await ingest('providers', '--lake', empty, '--once')
  expect([code, err]).toEqual([1, expect.stringMatching(/knows no providers\. Index the chain first/)])
})

test.each([
  ['too often', ['providers', '--lake', 'x', '--every', '59']],
  ['once and every', ['providers', '--lake', 'x', '--once', '--every', '600']],
  ['a port that is none', ['providers', '--lake', 'x', '--via-loopback', '8444,99999']],
  ['a host', ['providers', '--lake', 'x', '--via-loopback', 'localhost:8444,8443']],
  ['a time of a real network', ['providers', '--lake', 'x', '--at', '2026-11-01']],
  ['no time at all', ['providers', '--lake', 'x', '--timeout', '0']]
])('%s: wrong usage, exit status 2', async (_, args) => {
  expect((await ingest(...args)).code).toBe(2)
})
