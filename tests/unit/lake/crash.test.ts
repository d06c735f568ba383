import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { verify } from '../../../ingest/lake/verify.ts'
import { openLake } from '../../../ingest/lake/write.ts'
import { subtract } from '../../../src/lib/model/interval.ts'
import { factsIn, filesBelow, metaOf, OPTIONS } from './synthetic.ts'

const root = mkdtempSync(join(tmpdir(), 'rackrate-crash-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

async function indexAll(dir: string): Promise<void> {
  const lake = await openLake(dir, OPTIONS)
  for (const range of subtract([{ from: 1, to: 9 }], lake.done()))
    await lake.append(range, factsIn(range.from, range.to), metaOf(range.from, range.to))
  await lake.close()
}

/** Gives the signal that ended the child, or null when it came to its end. */
function crashAt(dir: string, call: number): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('crash-child.ts', import.meta.url)), dir, String(call)], {
    stdio: 'inherit'
  })
  return new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))
}

test(
  'killed at any change on disk, the lake stays whole and a second run ends with the same bytes',
  { timeout: 120_000 },
  async () => {
    await indexAll(join(root, 'calm'))
    const calm = filesBelow(join(root, 'calm'))
    let call = 0
    let signal: NodeJS.Signals | null = 'SIGKILL'
    while (signal !== null) {
      const dir = join(root, `killed-${++call}`)
      signal = await crashAt(dir, call)
      if (signal !== null && existsSync(join(dir, 'manifest.json'))) {
        const { checks } = await verify(dir, [])
        expect(
          checks.filter((check) => !check.ok),
          `killed at call ${call}`
        ).toEqual([])
      }
      await indexAll(dir)
      expect(filesBelow(dir), `killed at call ${call}`).toEqual(calm)
    }
    expect(call).toBeGreaterThan(30)
  }
)
