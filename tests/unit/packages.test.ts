/** What package.json and its lock promise: exact versions, and no registry's address, so that any mirror serves. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

type Locked = { readonly version?: string; readonly resolved?: string; readonly integrity?: string; readonly inBundle?: boolean }
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> }
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>
const installed = Object.entries(lock.packages).filter(([path]) => path !== '')

test('the lock names no address', () => {
  expect(installed.length).toBeGreaterThan(100)
  expect(installed.filter(([, p]) => p.resolved !== undefined).map(([path]) => path)).toEqual([])
})

test('the lock holds a checksum of every package', () => {
  expect(installed.filter(([, p]) => p.integrity === undefined && !p.inBundle).map(([path]) => path)).toEqual([])
})

test('package.json pins every version', () => {
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies }
  const locked = Object.keys(wanted).map((name) => [name, lock.packages[`node_modules/${name}`]?.version])
  expect(Object.fromEntries(locked)).toEqual(wanted)
})
