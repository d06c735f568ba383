/** One writer for each lake: `writer.lock` names it. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LakeError } from '../../src/lib/model/manifest.ts'
import { diskError } from './disk.ts'

export const LOCK_FILE = 'writer.lock'
/** How long a run waits that shares the lake with another one: longer than a write takes, milliseconds. */
export const LOCK_WAIT_MS = 5 * 60_000
const LOOK_AGAIN_MS = 100

/** Another process holds the lock: waiting may help. */
class LockedError extends LakeError {}

type Holder = { readonly pid: number; readonly host: string; readonly since: string }

/** Locks of this process: a lock file with our own pid that is not among them was left by an earlier process of that number. */
const held = new Set<string>()

/**
 * Takes the lock of an existing folder, also from a process of this host that is dead. It goes when released or when the process exits.
 * @returns the release
 * @throws LakeError when another process holds it, naming it
 */
export function takeLock(dir: string): () => void {
  const path = join(resolve(dir), LOCK_FILE)
  const me: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() }
  if (!create(path, me)) {
    const text = read(path)
    const holder = parse(text)
    if (holder === undefined || !isDead(holder, path)) throw lockedError(path, holder)
    removeStale(path, text)
    if (!create(path, me)) throw lockedError(path, parse(read(path)))
  }
  held.add(path)
  const release = () => {
    if (!held.delete(path)) return
    process.off('exit', release)
    rmSync(path, { force: true })
  }
  process.on('exit', release)
  return release
}

/**
 * Takes the lock as `takeLock` does, and waits for another holder up to a time.
 * @param waitMs milliseconds
 * @throws LakeError when it is still held then, naming the holder; the signal's reason when it aborts
 */
export async function waitForLock(dir: string, waitMs: number, signal?: AbortSignal): Promise<() => void> {
  const end = performance.now() + waitMs
  for (;;) {
    try {
      return takeLock(dir)
    } catch (error) {
      if (!(error instanceof LockedError) || performance.now() >= end) throw error
    }
    await sleep(LOOK_AGAIN_MS, undefined, signal && { signal })
  }
}

function create(path: string, holder: Holder): boolean {
  try {
    writeFileSync(path, JSON.stringify(holder) + '\n', { flag: 'wx' })
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw diskError(cause, path)
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw new LakeError(`${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

function parse(text: string): Holder | undefined {
  try {
    const { pid, host, since } = JSON.parse(text) as Partial<Holder>
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host, since: String(since) } : undefined
  } catch {
    // An unreadable lock names nobody; the caller reports it as held.
    return undefined
  }
}

function isDead({ pid, host }: Holder, path: string): boolean {
  if (host !== hostname()) return false
  if (pid === process.pid) return !held.has(path)
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

/** Two processes may find the same stale lock; a rename hands it to one of them, and a fresh lock taken by mistake is put back. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return
    throw diskError(cause, path)
  }
  if (read(aside) === stale) rmSync(aside)
  else {
    renameSync(aside, path)
    throw lockedError(path, parse(read(path)))
  }
}

function lockedError(path: string, holder: Holder | undefined): LakeError {
  const who = holder ? `process ${holder.pid} on ${holder.host} since ${holder.since}` : 'a process that it does not name'
  return new LockedError(
    `another run writes to this lake: ${path} is held by ${who}. Wait for it to end; if it is gone for sure, delete that file and run again.`
  )
}
