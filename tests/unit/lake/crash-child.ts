/** Appends two ranges and kills its own process at the n-th change on disk: `crash-child.ts DIR N`. */
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

const [, , dir, killAt] = process.argv
let calls = 0

for (const name of ['mkdir', 'open', 'rename', 'rm', 'writeFile'] as const) {
  const real = fs[name] as (...args: unknown[]) => Promise<unknown>
  const killing = async (...args: unknown[]): Promise<unknown> => {
    if (++calls === Number(killAt)) {
      // A kill within a write leaves half a file.
      if (name === 'writeFile') await real(args[0], String(args[1]).slice(0, String(args[1]).length / 2))
      process.kill(process.pid, 'SIGKILL')
    }
    return await real(...args)
  }
  Object.assign(fs, { [name]: killing })
}
syncBuiltinESMExports()

const { openLake } = await import('../../../ingest/lake/write.ts')
const { factsIn, metaOf, OPTIONS } = await import('./synthetic.ts')
const lake = await openLake(String(dir), OPTIONS)
for (const [from, to] of [
  [1, 6],
  [7, 9]
] as const)
  await lake.append({ from, to }, factsIn(from, to), metaOf(from, to))
await lake.close()
