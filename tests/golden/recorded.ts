/** A recorded chain indexed into a lake of its own, with all views over it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../../ingest/chain/endpoints.ts'
import { openLake } from '../../ingest/lake/write.ts'
import { akash } from '../../ingest/networks/akash/config.ts'
import { serveRecording } from '../../ingest/recording/serve.ts'
import { run, type RunReport } from '../../ingest/run.ts'
import { readViews } from '../../ingest/views.ts'
import { attachLake, readManifest } from '../../src/lib/engine/attach.ts'
import { openNative, type NativeEngine } from '../../src/lib/engine/native.ts'

export const FIXTURES = join(import.meta.dirname, '../fixtures/recordings')

export type Indexed = {
  readonly dir: string
  readonly engine: NativeEngine
  readonly report: RunReport
  readonly close: () => Promise<void>
}

/** @param to serve the chain only up to this height, as if it had not gone on */
export async function indexed(recording: string, to?: number): Promise<Indexed> {
  const dir = mkdtempSync(join(tmpdir(), 'rackrate-recorded-'))
  const server = await serveRecording(recording, to === undefined ? {} : { to })
  // What is altered on purpose does not fit the hashes in its headers.
  const source = await connect([server.url], { verifyHashes: () => false })
  const lake = await openLake(dir, { network: 'akash', chainId: 'lab', origin: 'recorded', version: 'test', create: true })
  const report = await run(akash, source, lake)
  await lake.close()
  source.close()
  await server.close()
  const engine = await openNative({ threads: 1 })
  await attachLake(engine, dir, await readManifest(dir), readViews())
  return {
    dir,
    engine,
    report,
    close: async () => {
      await engine.close()
      rmSync(dir, { recursive: true })
    }
  }
}
