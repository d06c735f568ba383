/** Finds the Chromium that the browser tests drive, and on a bare Debian installs it: Playwright's own download is not needed. */
import { canInstall, executable, install, onPath } from './debian.ts'

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
  if (!canInstall())
    throw new Error(
      'No Chromium or Chrome found. Install one (Debian: apt-get install chromium), or set CHROMIUM_PATH to its executable.'
    )
  install(DEBIAN_PACKAGES)
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
