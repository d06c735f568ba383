import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LOCK_FILE, takeLock, waitForLock } from '../../../ingest/lake/lock.ts'
import { openLake } from '../../../ingest/lake/write.ts'
import { LakeError } from '../../../src/lib/model/manifest.ts'
import { factsIn, metaOf, OPTIONS } from './synthetic.ts'

let dir: string
const lock = () => join(dir, LOCK_FILE)
const holder = (pid: number, host = hostname()) =>
  writeFileSync(lock(), JSON.stringify({ pid, host, since: '2026-11-21T07:00:00.000Z' }))

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rackrate-lock-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('it names its holder and goes with the release', () => {
  const release = takeLock(dir)
  expect(JSON.parse(readFileSync(lock(), 'utf8'))).toMatchObject({ pid: process.pid, host: hostname() })
  release()
  expect(existsSync(lock())).toBe(false)
  release()
  takeLock(dir)()
})

test('a second writer in this process is refused', async () => {
  const lake = await openLake(dir, OPTIONS)
  await expect(openLake(dir, OPTIONS)).rejects.toThrow(`held by process ${process.pid}`)
  await lake.close()
  await (await openLake(dir, OPTIONS)).close()
})

test('a second process is refused while the first lives, and takes over when it is dead', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  const pid = other.pid ?? 0
  holder(pid)
  expect(() => takeLock(dir)).toThrow(LakeError)
  expect(() => takeLock(dir)).toThrow(new RegExp(`held by process ${pid} on .* since 2026-11-21.*delete that file`))
  const gone = new Promise((resolve) => other.once('exit', resolve))
  other.kill('SIGKILL')
  await gone
  takeLock(dir)()
})

test('a lock of our own process number that we do not hold was left by an earlier process', () => {
  holder(process.pid)
  takeLock(dir)()
})

test('a lock of another host is not judged', () => {
  holder(1, 'elsewhere.example')
  expect(() => takeLock(dir)).toThrow(/process 1 on elsewhere\.example/)
})

test.each(['', '{', '{"pid":"x"}'])('a lock that says %j is not judged', (text) => {
  writeFileSync(lock(), text)
  expect(() => takeLock(dir)).toThrow(/a process that it does not name/)
})

test('it goes when the process ends', () => {
  const script = `const { takeLock } = await import(${JSON.stringify(new URL('../../../ingest/lake/lock.ts', import.meta.url).href)})
    takeLock(${JSON.stringify(dir)}); process.exitCode = 3`
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', script])
  expect(child.status).toBe(3)
  expect(existsSync(lock())).toBe(false)
})

test('whoever waits gets it when it is given back, and is told who has it when that takes too long', async () => {
  const release = takeLock(dir)
  await expect(waitForLock(dir, 150)).rejects.toThrow(`held by process ${process.pid}`)
  const waiting = waitForLock(dir, 5_000)
  setTimeout(release, 120)
  const mine = await waiting
  expect(existsSync(lock())).toBe(true)
  mine()
})

test('a writer that rests lets another one write, and goes on from what that one wrote', async () => {
  const first = await openLake(dir, OPTIONS)
  await first.append({ from: 1, to: 5 }, factsIn(1, 5), metaOf(1, 5))
  const worked = await first.rest(async () => {
    const second = await openLake(dir, { ...OPTIONS, waitMs: 0 })
    await second.append({ from: 6, to: 9 }, factsIn(6, 9), metaOf(6, 9))
    await second.close()
    return 'done'
  })
  expect([worked, first.done()]).toEqual(['done', [{ from: 1, to: 9 }]])
  await expect(openLake(dir, OPTIONS)).rejects.toThrow('another run writes to this lake')
  await first.append({ from: 10, to: 12 }, factsIn(10, 12), metaOf(10, 12))
  expect(first.done()).toEqual([{ from: 1, to: 12 }])
  await expect(first.rest(() => Promise.reject(new Error('stopped')))).rejects.toThrow('stopped')
  await first.close()
  expect(existsSync(lock())).toBe(false)
})
