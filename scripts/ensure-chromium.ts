/** Finds the Chromium that the browser tests drive, and on a bare Debian installs it: Playwright's own download is not needed. */
import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Nothing that would reach beyond this machine, and no sandbox, which containers lack. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
]

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']
const MAC_APPS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
]
const DEBIAN_PACKAGES = ['chromium', 'fonts-liberation']

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function onPath(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.map((folder) => join(folder, name)).find(executable)
}

/**
 * Path of a Chromium or Chrome on this machine: CHROMIUM_PATH, then the usual names on PATH, then the usual places on a Mac.
 * @throws Error when CHROMIUM_PATH is set and is no executable
 */
export function findChromium(): string | undefined {
  const chosen = process.env['CHROMIUM_PATH']
  if (chosen !== undefined && !executable(chosen))
    throw new Error(`CHROMIUM_PATH is '${chosen}', which is not an executable file.`)
  return chosen ?? NAMES.map(onPath).find((path) => path !== undefined) ?? MAC_APPS.find(executable)
}

/**
 * Path of a Chromium, installing Debian's when there is none and we are root where apt-get is.
 * @throws Error saying what to install, or with apt-get's failure as cause (a retry helps when the network was away)
 */
export function ensureChromium(): string {
  const found = findChromium()
  if (found !== undefined) return found
  if (process.getuid?.() !== 0 || onPath('apt-get') === undefined)
    throw new Error(
      'No Chromium or Chrome found. Install one (Debian: apt-get install chromium), or set CHROMIUM_PATH to its executable.'
    )
  const aptGet = (...args: readonly string[]): void => {
    execFileSync('apt-get', ['-o', 'Acquire::Retries=3', '-qq', ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    })
  }
  try {
    aptGet('update')
    aptGet('install', '-y', '--no-install-recommends', ...DEBIAN_PACKAGES)
  } catch (cause) {
    throw new Error(`apt-get could not install ${DEBIAN_PACKAGES.join(' and ')}. Install a Chromium by hand, or try again.`, {
      cause
    })
  }
  const installed = findChromium()
  if (installed === undefined) throw new Error('apt-get installed chromium, but there is still none on PATH.')
  return installed
}

if (import.meta.main) {
  try {
    process.stdout.write(`${ensureChromium()}\n`)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
