/** Heights that can't be had, as an operator meets them: exit status, what is said, what is on record, and how it is filled. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveRecording } from '../../ingest/recording/serve.ts'
import { filesOf } from '../faults/contents.ts'
import { startProxy, type Misdo } from '../faults/proxy.ts'
import { ingest, recording, start, until } from './process.ts'

const dir = mkdtempSync(join(tmpdir(), 'rackrate-gaps-'))
const whole = join(dir, 'whole')
let archive: Awaited<ReturnType<typeof serveRecording>>
let pruned: Awaited<ReturnType<typeof serveRecording>>
beforeAll(async () => {
  archive = await serveRecording(recording('v2.1'))
  pruned = await serveRecording(recording('v2.1'), { from: 50 })
  expect((await index('--rpc', archive.url, '--lake', whole, '--from', '10')).code).toBe(0)
})
afterAll(async () => {
  await archive.close()
  await pruned.close()
  rmSync(dir, { recursive: true })
})

/** Blocks alone: what the state remembers of pruned heights is another matter. */
const index = (...args: readonly string[]) => ingest('index', '--strategy', 'scan', ...args)

const coverage = async (lake: string): Promise<unknown> =>
  JSON.parse(
    (await ingest('query', '--lake', lake, 'SELECT from_height::INT AS a, to_height::INT AS b, status FROM coverage ORDER BY 1'))
      .out
  )
/** A node that answers one height's results with an error, whatever the call. */
const broken: Misdo = ({ method, height }) =>
  method === 'block_results' && height === 33
    ? { answer: () => ({ error: { code: -32603, message: 'Internal error', data: 'could not find results for height #33' } }) }
    : undefined

test('below the floor: the rest is indexed, the floor and the flag are named, the exit status tells, another endpoint fills it', async () => {
  const lake = join(dir, 'pruned')
  for (const blocks of [215, 0]) {
    const { code, out, err } = await index('--rpc', pruned.url, '--lake', lake, '--from', '10')
    expect([code, out], err).toEqual([3, ''])
    expect(err).toContain(`${blocks} blocks, `)
    expect(err).toMatch(
      /not to be had, and recorded as gaps: 40 heights\n {2}heights 10 to 49 .*, pruned: .* keeps blocks from 50 on\n/
    )
    expect(err).toMatch(/Add an archive node to --rpc and run again to fill them, or .* with a higher --from/)
  }
  expect(await coverage(lake)).toEqual([
    { a: 10, b: 49, status: 'pruned' },
    { a: 50, b: 264, status: 'done' }
  ])
  expect((await ingest('verify', '--lake', lake)).out).toMatch(/ok +gaps +1 ranges/)
  const without = await index('--rpc', pruned.url, '--lake', lake)
  expect([without.code, without.err]).toEqual([0, expect.stringContaining('nothing to do')])
  const filled = await index('--rpc', `${pruned.url},${archive.url}`, '--lake', lake, '--from', '10')
  expect(filled.code, filled.err).toBe(0)
  expect(await filesOf(lake)).toEqual(await filesOf(whole))
})

test('a height without results is missing; the message says which and why; a later run fills it', async () => {
  const proxy = await startProxy(archive.url, broken)
  const lake = join(dir, 'broken')
  const { code, err } = await index('--rpc', proxy.url, '--lake', lake, '--from', '10')
  await proxy.close()
  expect(code, err).toBe(3)
  expect(err).toMatch(/recorded as gaps: 1 height\n {2}height 33, missing: 127\.0\.0\.1:\d+ answered error -32603/)
  expect(err).toMatch(/Run the same command again to ask for them once more, or add another endpoint to --rpc/)
  expect(await coverage(lake)).toEqual([
    { a: 10, b: 32, status: 'done' },
    { a: 33, b: 33, status: 'missing' },
    { a: 34, b: 264, status: 'done' }
  ])
  expect((await index('--rpc', archive.url, '--lake', lake, '--from', '10')).code).toBe(0)
  expect(await filesOf(lake)).toEqual(await filesOf(whole))
})

test('merge carries gaps, but those that another lake fills', async () => {
  const [left, right, merged] = ['left', 'right', 'merged'].map((name) => join(dir, name)) as [string, string, string]
  expect((await index('--rpc', pruned.url, '--lake', left, '--from', '10')).code).toBe(3)
  expect((await index('--rpc', archive.url, '--lake', right, '--from', '20', '--to', '60')).code).toBe(0)
  const first = await ingest('merge', '--lake', merged, left, right)
  expect([first.code, first.err]).toEqual([0, expect.stringContaining('10 heights that none of them could get')])
  expect(await coverage(merged)).toEqual([
    { a: 10, b: 19, status: 'pruned' },
    { a: 20, b: 264, status: 'done' }
  ])
  await index('--rpc', archive.url, '--lake', right, '--from', '10', '--to', '19')
  const second = await ingest('merge', '--lake', merged, left, right)
  expect(second.err).not.toContain('none of them')
  expect(await filesOf(merged)).toEqual(await filesOf(whole))
})

test('follow goes on above what was pruned while it was away, and fills it when it can', async () => {
  const lake = join(dir, 'followed')
  expect((await index('--rpc', archive.url, '--lake', lake, '--from', '10', '--to', '20')).code).toBe(0)
  const first = start('follow', '--rpc', pruned.url, '--lake', lake, '--every', '1')
  await until(() => first.texts.err.includes('height 264'))
  first.child.kill('SIGINT')
  const { code, err } = await first.done
  expect(code, err).toBe(3)
  expect(err).toMatch(/stopped at height 264.*recorded as gaps: 29 heights\n {2}heights 21 to 49 .*, pruned/s)
  const second = start('follow', '--rpc', archive.url, '--lake', lake, '--every', '1')
  await until(() => second.texts.err.includes('29 blocks'))
  second.child.kill('SIGINT')
  expect((await second.done).code).toBe(0)
  expect(await filesOf(lake)).toEqual(await filesOf(whole))
})

test('follow waits for a network that is gone, and goes on when it is back', async () => {
  const lake = join(dir, 'outage')
  const before = await serveRecording(recording('v2.1'), { to: 200 })
  const { child, texts, done } = start('follow', '--rpc', before.url, '--lake', lake, '--every', '1', '--from', '190')
  await until(() => texts.err.includes('height 200'))
  await before.close()
  // Six tries of the status come first, some seconds apart.
  for (let i = 0; i < 60 && !texts.err.includes('trying again in'); i++) await sleep(500)
  expect(texts.err).toMatch(/no endpoint answers .*\n {2}trying again in 2 s/)
  const after = await serveRecording(recording('v2.1'), { port: Number(new URL(before.url).port) })
  await until(() => texts.err.includes('height 264'))
  child.kill('SIGINT')
  expect((await done).code).toBe(0)
  expect(await coverage(lake)).toEqual([{ a: 190, b: 264, status: 'done' }])
  await after.close()
})
