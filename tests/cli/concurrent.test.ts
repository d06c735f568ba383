/** A reader and a writer at once: DuckDB over the list of a manifest, while `follow` joins and replaces the files on that list. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { unlisted } from '../../ingest/lake/manifest.ts'
import { serveRecording } from '../../ingest/recording/serve.ts'
import { attachLake, readManifest } from '../../src/lib/engine/attach.ts'
import { openNative, type NativeEngine } from '../../src/lib/engine/native.ts'
import { doneOf, type Manifest } from '../../src/lib/model/manifest.ts'
import { startProxy, type Misdo } from '../faults/proxy.ts'
import { recording, start, until } from './process.ts'

const dir = mkdtempSync(join(tmpdir(), 'rackrate-concurrent-'))
const lake = join(dir, 'lake')
afterAll(() => rmSync(dir, { recursive: true }))

/** A reader that has a manifest; it opens files when it is asked. */
async function readerOf(manifest: Manifest): Promise<NativeEngine> {
  const engine = await openNative({ threads: 1 })
  await attachLake(engine, lake, manifest, [])
  return engine
}
const blocks = (engine: NativeEngine) =>
  engine.query(
    'SELECT count(*)::INT AS n, max(height)::INT AS top, (SELECT count(*)::INT FROM facts.txs) AS txs FROM facts.blocks'
  )

test(
  'whoever has read a manifest can read its files, while follow joins them and after it has ended',
  { timeout: 180_000 },
  async () => {
    const chain = await serveRecording(recording('v2.1'))
    let tip = 200
    const growing: Misdo = ({ method }) =>
      method === 'status'
        ? {
            answer: (answer) => {
              const { sync_info, ...rest } = (answer as { result: { sync_info: object } }).result
              return { result: { ...rest, sync_info: { ...sync_info, latest_block_height: String(tip) } } }
            }
          }
        : undefined
    const proxy = await startProxy(chain.url, growing)
    const { child, texts, done } = start('follow', '--rpc', proxy.url, '--lake', lake, '--every', '1', '--from', '190')
    const held: { engine: NativeEngine; first: unknown }[] = []
    for (const [i, next] of [203, 206, 209, 212].entries()) {
      const top = tip
      await until(() => texts.err.includes(`height ${top}:`))
      const manifest = await readManifest(lake)
      expect(doneOf(manifest)).toEqual([{ from: 190, to: top }])
      const engine = await readerOf(manifest)
      // Of two readers one asks at once and again; the other has only the list so far.
      const first = i % 2 === 0 ? await blocks(engine) : undefined
      held.push({ engine, first })
      tip = next
      for (const reader of held) if (reader.first) expect(await blocks(reader.engine)).toEqual(reader.first)
    }
    await until(() => texts.err.includes('height 212:'))
    child.kill('SIGINT')
    expect((await done).code).toBe(0)
    const tops = await Promise.all(held.map(async ({ engine }) => (await blocks(engine))[0]))
    expect(tops.map((row) => [row?.['n'], row?.['top']])).toEqual([
      [11, 200],
      [14, 203],
      [17, 206],
      [20, 209]
    ])
    const { retired, leftovers } = await unlisted(lake, await readManifest(lake))
    expect(retired.length).toBeGreaterThan(4)
    expect(leftovers).toEqual([])
    await Promise.all(held.map(({ engine }) => engine.close()))
    await proxy.close()
    await chain.close()
  }
)
