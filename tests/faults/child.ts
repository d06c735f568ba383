/** Runs of the command line as a process of its own, for what can't be done to oneself: kills, a full disk, clocks that jump. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { watch } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { EXIT_GAPS } from '../../ingest/commands/index.ts'
import type { Interval } from '../../src/lib/model/interval.ts'
import type { Chance } from './chance.ts'
import { startProxy, type Misdo, type Proxy } from './proxy.ts'
import type { Reference } from './reference.ts'
import { lakeProblems, type Ending } from './verdict.ts'
import { WIRES } from './wires.ts'

const CLI = join(import.meta.dirname, '../../ingest/cli.ts')
const SKEW = fileURLToPath(new URL('skew.ts', import.meta.url))
/** A command that takes longer hangs. */
const MOST_MS = 60_000

type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly stderr: string }
type Command = {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Most bytes of one file, for a disk that is full to those who may not mount one. */
  readonly fileBytes?: number
  readonly onStart?: (child: ChildProcess) => void
}

/** Runs `node` and gives what it came to. @throws Error when it hangs */
function runNode({ args, env = {}, fileBytes, onStart }: Command): Promise<Ended> {
  const limited =
    fileBytes === undefined ? [] : ['-c', `ulimit -f ${Math.ceil(fileBytes / 512)}; exec "$0" "$@"`, process.execPath]
  const child = spawn(limited.length > 0 ? 'sh' : process.execPath, [...limited, ...args], {
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'ignore', 'pipe']
  })
  return new Promise((done, fail) => {
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      fail(new Error(`the command hung for ${MOST_MS / 1000} s: ${stderr.slice(-400)}`))
    }, MOST_MS)
    child.on('error', fail)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      done({ code, signal, stderr })
    })
    onStart?.(child)
  })
}

const indexArgs = (urls: readonly string[], dir: string, { from, to }: Interval): string[] => [
  CLI,
  'index',
  '--rpc',
  urls.join(','),
  '--lake',
  dir,
  '--from',
  String(from),
  '--to',
  String(to)
]

/** What an ended command tells: exit status 0, 1 with an error, or that of gaps. @throws Error when it is none of them */
function endingOf({ code, signal, stderr }: Ended): Ending {
  if (code === 0) return { end: 'finished' }
  const gaps = /^not to be had[^]*/m.exec(stderr)?.[0]
  if (code === EXIT_GAPS && gaps !== undefined) return { end: 'gaps', said: gaps }
  const said = /^error: ([^]*)/m.exec(stderr)?.[1]
  if (code === 1 && said !== undefined) return { end: 'stopped', said }
  throw new Error(`the command ended with ${signal ?? `status ${code}`}: ${stderr.slice(-600)}`)
}

/** Faults that cost little time, so that there is something to do when the run is hit. */
const lightly = (chance: Chance): Misdo => {
  const kind = chance.pick(['5xx', 'reset', 'cut', 'drip'] as const, 'light')
  return ({ method, height, before }) =>
    chance.yes(0.02, 'hit', method, height, before) ? { wire: WIRES[kind](chance.under(method, height, before)) } : undefined
}

export type ChildScene = {
  readonly reference: Reference
  readonly chance: Chance
  readonly dir: string
  readonly asked: Interval
  readonly parts: readonly Interval[]
}
export type ChildRun = { readonly ending: Ending; readonly retries: number; readonly words: string }

async function withProxy(
  scene: ChildScene,
  work: (proxy: Proxy, onCall: (listener: (nth: number) => void) => void) => Promise<ChildRun>
): Promise<ChildRun> {
  const light = scene.chance.yes(0.5, 'light') ? lightly(scene.chance) : () => undefined
  let listener: (nth: number) => void = () => undefined
  const proxy = await startProxy(scene.reference.url, (call) => {
    listener(call.nth)
    return light(call)
  })
  try {
    return await work(proxy, (next) => (listener = next))
  } finally {
    await proxy.close()
  }
}

/** Ends a command at a random instant: some milliseconds after its n-th call, or at its n-th change to the lake's folder. */
function strike(child: ChildProcess, chance: Chance, dir: string, heights: number, nthOf: () => number): string {
  const signal = chance.yes(0.15, 'gently') ? 'SIGINT' : 'SIGKILL'
  const after = chance.yes(0.6, 'at a write') ? 'write' : 'call'
  const delay = chance.between(0, 30, 'delay')
  const stop = new AbortController()
  const hit = (): void => {
    stop.abort()
    setTimeout(() => child.kill(signal), delay)
  }
  child.on('close', () => stop.abort())
  if (after === 'write') {
    const n = chance.between(1, 70, 'write')
    let changes = 0
    watch(dir, { recursive: true, signal: stop.signal }, () => {
      if (++changes === n && !stop.signal.aborted) hit()
    })
    return `${signal} ${delay} ms after change ${n}`
  }
  const n = nthOf() + chance.between(1, heights, 'call')
  void (async () => {
    while (!stop.signal.aborted) {
      if (nthOf() < n) await wait(2)
      else hit()
    }
  })()
  return `${signal} ${delay} ms after call ${n}`
}

/** A run that is killed up to three times for each part and started again each time. After each kill the lake must be sound. */
const killed = (scene: ChildScene): Promise<ChildRun> =>
  withProxy(scene, async (proxy) => {
    const { chance, dir, parts } = scene
    const truth = await scene.reference.rows()
    await mkdir(dir, { recursive: true })
    const words: string[] = []
    let kills = 0
    for (const [i, part] of parts.entries()) {
      const most = chance.pick([1, 1, 2, 3], 'kills', i)
      for (let attempt = 0; ; attempt++) {
        const own = chance.under('kill', i, attempt)
        const ended = await runNode({
          args: indexArgs([proxy.url], dir, part),
          onStart: (child) => {
            if (attempt < most) words.push(strike(child, own, dir, part.to - part.from + 1, proxy.calls))
          }
        })
        // A Ctrl-C that comes while the process starts or ends finds no handler: it kills.
        if (ended.signal === 'SIGKILL' || ended.signal === 'SIGINT' || ended.code === 130) {
          kills++
          const problems = await lakeProblems(dir, scene.asked, truth)
          if (problems.length > 0) throw new Error(`after ${words.at(-1)}: ${problems.slice(0, 3).join('; ')}`)
          continue
        }
        const ending = endingOf(ended)
        if (ending.end !== 'finished') return { ending, retries: kills, words: words.join(', ') }
        break
      }
    }
    return { ending: { end: 'finished' }, retries: kills, words: words.join(', ') }
  })

/** A run whose wall clock jumps. */
const skewed = (scene: ChildScene): Promise<ChildRun> =>
  withProxy(scene, async (proxy) => {
    const env = { RACKRATE_SKEW: String(scene.chance.of('skew')) }
    for (const part of scene.parts) {
      const ending = endingOf(await runNode({ args: ['--import', SKEW, ...indexArgs([proxy.url], scene.dir, part)], env }))
      if (ending.end !== 'finished') return { ending, retries: 0, words: 'clock jumps' }
    }
    return { ending: { end: 'finished' }, retries: 0, words: 'clock jumps' }
  })

/** Runs a program of the system. False when it fails or is not there. */
const system = (program: string, ...args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0

/** Whether this process may mount a small disk; if not, files are limited in size instead. */
function mountSmall(dir: string, bytes: number): boolean {
  return (
    process.platform === 'linux' &&
    process.getuid?.() === 0 &&
    system('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'rackrate-faults', dir)
  )
}

/** Takes away the small disk of a run, if there is one. */
export function unmount(dir: string): void {
  system('umount', '-l', dir)
}

/** A run on a disk that is full at some point; once there is room it must go on to the end. */
const crowded = (scene: ChildScene): Promise<ChildRun> =>
  withProxy(scene, async (proxy) => {
    const { dir, chance } = scene
    const bytes = 4096 * chance.between(1, 80, 'pages')
    await mkdir(dir, { recursive: true })
    const small = mountSmall(dir, bytes)
    const words = small ? `a disk of ${bytes} bytes` : `files of at most ${bytes / 20} bytes`
    let retries = 0
    for (const part of scene.parts) {
      const args = indexArgs([proxy.url], dir, part)
      const ending = endingOf(await runNode({ args, ...(!small && retries === 0 && { fileBytes: bytes / 20 }) }))
      if (ending.end === 'finished') continue
      const problems = await lakeProblems(dir, scene.asked, await scene.reference.rows())
      if (problems.length > 0) throw new Error(`with ${words}: ${problems.slice(0, 3).join('; ')}`)
      if (retries++ > 0 || !/disk|EFBIG|File too large/i.test(ending.said)) return { ending, retries, words }
      if (small) system('mount', '-o', 'remount,size=64m', dir)
      const again = endingOf(await runNode({ args }))
      if (again.end !== 'finished') return { ending: again, retries, words }
    }
    return { ending: { end: 'finished' }, retries, words }
  })

export const CHILD_KINDS = { kill: killed, 'disk-full': crowded, 'clock-jump': skewed } as const
