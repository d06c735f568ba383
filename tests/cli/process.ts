/** Commands as their users run them: real processes. */
import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { expect } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
export const recording = (name: string): string => join(root, 'tests/fixtures/recordings', name)

export type Outcome = { readonly code: number | null; readonly out: string; readonly err: string }

export function start(...args: readonly string[]) {
  const child = spawn(process.execPath, ['ingest/cli.ts', ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  const texts = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => (texts.out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (texts.err += chunk.toString()))
  const done = new Promise<Outcome>((fulfil, reject) => {
    child.once('error', reject)
    child.once('close', (code) => fulfil({ code, ...texts }))
  })
  return { child, texts, done }
}

export const ingest = (...args: readonly string[]): Promise<Outcome> => start(...args).done

/** Waits until something holds, for at most twelve seconds. */
export async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 600 && !condition(); i++) await new Promise((r) => setTimeout(r, 20))
  expect(condition()).toBe(true)
}
