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
const env = { ...process.env, TZ: 'UTC', PLAYWRIGHT_JSON_OUTPUT_FILE: join(reports, 'e2e.json') }
const running = new Set<ChildProcess>()

/** A check failed. Its output is already shown, or is `output`. */
class CheckFailed extends Error {
  override readonly name = 'CheckFailed'
}

/** Runs one npm script and says how long it took. @throws CheckFailed */
async function step(name: string, args: readonly string[], show: 'always' | 'on failure'): Promise<void> {
  const start = performance.now()
  const child = spawn('npm', ['run', '--silent', ...args], {
    env,
    stdio: show === 'always' ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe']
  })
  running.add(child)
  const output: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => output.push(chunk))
  const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done))
  running.delete(child)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(42)} ${seconds.padStart(6)} s\n`)
  if (code === 0) return
  process.stdout.write(Buffer.concat(output))
  throw new CheckFailed(`${name}: \`npm run ${args[0] ?? ''}\` ended with ${code === null ? 'a signal' : `exit status ${code}`}`)
}

/** Runs checks that touch nothing, two at a time, the longest first. */
async function staticChecks(checks: readonly (readonly [name: string, script: string])[]): Promise<void> {
  const queue = [...checks]
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) await step(next[0], [next[1]], 'on failure')
  }
  await Promise.all(Array.from({ length: STATIC_AT_ONCE }, worker))
}

async function main(): Promise<Counts> {
  await step('browser: Chromium is there', ['ensure-chromium'], 'on failure')
  await step('sync: types of routes', ['sync'], 'on failure')
  await staticChecks([
    ['types: svelte-check, tsc', 'check'],
    ['lint: eslint, prettier', 'lint'],
    ['imports: who may import whom', 'deps'],
    ['dead code: knip', 'knip']
  ])
  const unit = join(reports, 'unit.json')
  await step(
    'unit, golden, property, sql: vitest',
    ['test:unit', '--', '--reporter=default', '--reporter=json', `--outputFile.json=${unit}`],
    'always'
  )
  await step('browser tests: playwright', ['test:e2e', '--', '--reporter=list,json'], 'always')
  const counts = [
    vitestCounts(readFileSync(unit, 'utf8')),
    playwrightCounts(readFileSync(env.PLAYWRIGHT_JSON_OUTPUT_FILE, 'utf8'))
  ]
  return {
    passed: counts.reduce((n, c) => n + c.passed, 0),
    failed: counts.reduce((n, c) => n + c.failed, 0),
    skipped: counts.reduce((n, c) => n + c.skipped, 0)
  }
}

try {
  const { passed, failed, skipped } = await main()
  if (skipped > 0) process.stdout.write(`${skipped} skipped\n`)
  process.stdout.write(`${passed} passed, ${failed} failed\n`)
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
} catch (error) {
  for (const child of running) child.kill()
  if (!(error instanceof CheckFailed)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
} finally {
  rmSync(reports, { recursive: true })
}
