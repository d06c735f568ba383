/** Dates, shards, merging and following, as an operator uses them. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { unlisted } from '../../ingest/lake/manifest.ts'
import { serveRecording } from '../../ingest/recording/serve.ts'
import { readManifest } from '../../src/lib/engine/attach.ts'
import { ingest, recording, start, until } from './process.ts'

const dir = mkdtempSync(join(tmpdir(), 'rackrate-ranges-'))
const whole = join(dir, 'whole')
let server: Awaited<ReturnType<typeof serveRecording>>

type Manifest = { partitions: { from: number; to: number; txs: number; files: { path: string; sha256: string }[] }[] }
const manifest = (lake: string): Manifest => JSON.parse(readFileSync(join(lake, 'manifest.json'), 'utf8')) as Manifest
const contents = (lake: string) => manifest(lake).partitions.map(({ from, to, txs, files }) => ({ from, to, txs, files }))
const covered = (lake: string): number[][] => manifest(lake).partitions.map((p) => [p.from, p.to])

beforeAll(async () => {
  server = await serveRecording(recording('v2.1'))
  const { code, err } = await ingest('index', '--rpc', server.url, '--lake', whole)
  expect(code, err).toBe(0)
})
afterAll(async () => {
  await server.close()
  rmSync(dir, { recursive: true })
})

describe('which heights', () => {
  // Block 200 of the recording is of 07:48:44.…, block 199 lies before it.
  test('--since takes the first block at or after a moment', async () => {
    const lake = join(dir, 'since')
    const time = JSON.parse(
      (await ingest('query', '--lake', whole, 'SELECT time FROM blocks WHERE height IN (199, 200) ORDER BY height')).out
    ) as { time: string }[]
    const { code, err } = await ingest(
      'index',
      '--rpc',
      server.url,
      '--lake',
      lake,
      '--since',
      time[1]?.time.replace(/\d{3}Z$/, 'Z') ?? ''
    )
    expect(code, err).toBe(0)
    expect(covered(lake)).toEqual([[200, 264]])
  })

  test('--days before the chain began, --since after its tip: clear errors with the chain’s own bounds', async () => {
    const early = await ingest('index', '--rpc', server.url, '--lake', join(dir, 'x'), '--days', '30')
    expect([early.code, early.err]).toEqual([
      1,
      expect.stringMatching(/lies before the earliest block of .* \(height 1, 2026-11-21T07:47:52Z\)\. Use --from 1/)
    ])
    const late = await ingest('index', '--rpc', server.url, '--lake', join(dir, 'x'), '--since', '2030-01-01')
    expect([late.code, late.err]).toEqual([1, expect.stringMatching(/lies after the newest block of .* \(height 264/)])
  })

  test('newest first gives the same lake', async () => {
    const lake = join(dir, 'newest')
    expect((await ingest('index', '--rpc', server.url, '--lake', lake, '--newest-first')).code).toBe(0)
    expect(contents(lake)).toEqual(contents(whole))
  })

  test.each([
    ['a shard out of range', ['--shard', '5/4']],
    ['no shard', ['--shard', 'half']],
    ['a date that is none', ['--since', 'yesterday']],
    ['a date and days', ['--since', '2026-11-21', '--days', '2']],
    ['no days', ['--days', '0']]
  ])('%s: exit status 2', async (_, args) => {
    const { code, out } = await ingest('index', '--rpc', server.url, '--lake', join(dir, 'x'), ...args)
    expect([code, out]).toEqual([2, ''])
  })
})

describe('shards and merging', () => {
  const shards = [1, 2, 3, 4].map((i) => join(dir, `shard-${i}`))

  test('4 shards + merge = 1 run, byte for byte; merging again changes nothing', async () => {
    const runs = await Promise.all(
      shards.map((lake, i) => ingest('index', '--rpc', server.url, '--lake', lake, '--shard', `${i + 1}/4`))
    )
    expect(runs.map((r) => r.code)).toEqual([0, 0, 0, 0])
    expect(shards.flatMap(covered)).toEqual([
      [1, 66],
      [67, 132],
      [133, 198],
      [199, 264]
    ])
    const merged = join(dir, 'merged')
    const order = [2, 0, 3, 1].map((i) => shards[i] ?? '')
    const first = await ingest('merge', '--lake', merged, ...order)
    expect(first.code, first.err).toBe(0)
    expect(contents(merged)).toEqual(contents(whole))
    expect((await ingest('verify', '--lake', merged)).code).toBe(0)
    const again = await ingest('merge', '--lake', merged, ...order)
    expect([again.code, again.err]).toEqual([0, expect.stringContaining('0 of 1 partitions added')])
    expect(contents(merged)).toEqual(contents(whole))
    const { leftovers, foreign } = await unlisted(merged, await readManifest(merged))
    expect([leftovers, foreign]).toEqual([[], []])
  })

  test('lakes that overlap join when their rows are equal', async () => {
    const [left, right, merged] = ['left', 'right', 'overlapping'].map((n) => join(dir, n)) as [string, string, string]
    await ingest('index', '--rpc', server.url, '--lake', left, '--to', '150')
    await ingest('index', '--rpc', server.url, '--lake', right, '--from', '100')
    const { code, err } = await ingest('merge', '--lake', merged, left, right)
    expect(code, err).toBe(0)
    expect(contents(merged)).toEqual(contents(whole))
  })

  test('lakes that differ where they overlap are refused, and what was merged stays', async () => {
    // The other shape of the same heights: a chain of another node under the same name.
    const other = await serveRecording(recording('v1.2'))
    const foreign = join(dir, 'foreign')
    await ingest('index', '--rpc', other.url, '--lake', foreign, '--to', '50')
    await other.close()
    const path = join(foreign, 'manifest.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace(/akash-lab-v12-a/g, 'akash-lab-v21-a'))
    const target = join(dir, 'refused')
    cpSync(whole, target, { recursive: true })
    const { code, err } = await ingest('merge', '--lake', target, foreign)
    expect([code, err]).toEqual([1, expect.stringMatching(/both hold height \d+, with different rows of \w+/)])
    expect(contents(target)).toEqual(contents(whole))
  })

  test('lakes of two chains are not merged', async () => {
    const other = await serveRecording(recording('v1.2'))
    const foreign = join(dir, 'other-chain')
    await ingest('index', '--rpc', other.url, '--lake', foreign, '--to', '50')
    await other.close()
    const { code, err } = await ingest('merge', '--lake', join(dir, 'y'), whole, foreign)
    expect([code, err]).toEqual([1, expect.stringMatching(/akash-lab-v12-a.*akash-lab-v21-a.*different chains/)])
  })

  test('a folder without a lake is named', async () => {
    const { code, err } = await ingest('merge', '--lake', join(dir, 'z'), join(dir, 'nothing-here'))
    expect([code, err]).toEqual([1, expect.stringContaining('nothing-here holds no lake')])
  })
})

test('follow starts at the tip, sees new blocks, and goes on after a stop', async () => {
  const lake = join(dir, 'followed')
  const early = await serveRecording(recording('v2.1'), { to: 200 })
  const port = new URL(early.url).port
  const first = start('follow', '--rpc', early.url, '--lake', lake, '--every', '1', '--from', '190')
  await until(() => first.texts.err.includes('height 200'))
  await early.close()
  const later = await serveRecording(recording('v2.1'), { to: 230, port: Number(port) })
  await until(() => first.texts.err.includes('height 230'))
  first.child.kill('SIGINT')
  expect((await first.done).err).toContain('stopped at height 230. Run the same command again to go on.')
  await later.close()
  const second = start('follow', '--rpc', server.url, '--lake', lake, '--every', '1')
  await until(() => second.texts.err.includes('height 264'))
  second.child.kill('SIGINT')
  await second.done
  expect(covered(lake)).toEqual([[190, 264]])
  expect((await ingest('verify', '--lake', lake)).code).toBe(0)
})
