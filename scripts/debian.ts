/** Programs on this machine, and how a bare Debian gets them. */
import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

export function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Path of a program in the folders of PATH. */
export function onPath(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.map((folder) => join(folder, name)).find(executable)
}

/** Whether we may install Debian's packages: root, where apt-get is. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && onPath('apt-get') !== undefined
}

/** Installs packages of Debian. @throws Error with apt-get's failure as cause (a retry helps when the network was away) */
export function install(packages: readonly string[]): void {
  const aptGet = (...args: readonly string[]): void => {
    execFileSync('apt-get', ['-o', 'Acquire::Retries=3', '-qq', ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    })
  }
  try {
    aptGet('update')
    aptGet('install', '-y', '--no-install-recommends', ...packages)
  } catch (cause) {
    throw new Error(`apt-get could not install ${packages.join(' and ')}. Install them by hand, or try again.`, { cause })
  }
}
