/**
 * `npm test`: every check in turn, each an npm script that can be run alone. Static checks run two at a time and show their output
 * only when they fail. The first failure ends the run with exit status 1; the last line counts the tests that really ran.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Counts, playwrightCounts, vitestCounts } from './test-counts.ts'

const STATIC_AT_ONCE = 2
const reports = mkdtempSync(join(tmpdir(), 'rackrate-test-'))
const unitReport = join(reports, 'unit.json')
const e2eReport = join(reports, 'e2e.json')
const env = { ...process.env, TZ: 'UTC', PLAYWRIGHT_JSON_OUTPUT_FILE: e2eReport }
const running = new Set<ChildProcess>()

/** Ends what still runs, each with the processes that it started. */
function stop(): void {
  for (const { pid } of running) if (pid !== undefined) process.kill(-pid)
  running.clear()
}

/**
 * Runs one npm script, as a process group of its own so that all of it can be stopped, and says how long it took.
 * @throws Error naming the script when it fails
 */
async function step(
  name: string,
  script: string,
  options: { readonly live?: true; readonly args?: readonly string[] } = {}
): Promise<void> {
  const start = performance.now()
  const out = options.live ? 'inherit' : 'pipe'
  const child = spawn('npm', ['run', '--silent', script, '--', ...(options.args ?? [])], {
    env,
    stdio: ['ignore', out, out],
    detached: true
  })
  running.add(child)
  const output: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => output.push(chunk))
  const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done))
  if (!running.delete(child)) throw new Error(`\`npm run ${script}\` was stopped`)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  if (code !== 0) process.stdout.write(Buffer.concat(output))
  process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(40)} ${seconds.padStart(6)} s\n`)
  if (code !== 0) throw new Error(`\`npm run ${script}\` failed`)
}

/** Runs checks that change nothing, two at a time in the order given. */
async function together(checks: readonly (readonly [name: string, script: string])[]): Promise<void> {
  const queue = [...checks]
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) await step(...next)
  }
  await Promise.all(Array.from({ length: STATIC_AT_ONCE }, worker))
}

async function everything(): Promise<readonly Counts[]> {
  await step('browser: a Chromium is there', 'ensure-chromium')
  await step('readers: Python packages and rclone', 'ensure-readers', { live: true })
  await step('sync: types of the routes', 'sync')
  await together([
    ['types: svelte-check', 'check'],
    ['lint: eslint, prettier', 'lint'],
    ['imports: who may import whom', 'deps'],
    ['dead code: knip', 'knip']
  ])
  await step('unit, golden, property, sql: vitest', 'test:unit', {
    live: true,
    args: ['--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`]
  })
  await step('browser tests: playwright', 'test:e2e', { live: true, args: ['--reporter=list,json'] })
  return [vitestCounts(readFileSync(unitReport, 'utf8')), playwrightCounts(readFileSync(e2eReport, 'utf8'))]
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stop()
    process.exit(130)
  })
}
process.once('exit', () => rmSync(reports, { recursive: true }))
try {
  const counts = await everything()
  const sum = (of: keyof Counts): number => counts.reduce((n, c) => n + c[of], 0)
  if (sum('skipped') > 0) process.stdout.write(`${sum('skipped')} skipped\n`)
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`)
  process.exitCode = sum('failed') === 0 && counts.every((c) => c.passed > 0) ? 0 : 1
} catch (error) {
  stop()
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
