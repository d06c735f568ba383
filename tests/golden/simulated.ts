/** A simulated market indexed into a lake of its own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../../ingest/chain/endpoints.ts'
import { openLake } from '../../ingest/lake/write.ts'
import { akash } from '../../ingest/networks/akash/config.ts'
import { run, type RunReport } from '../../ingest/run.ts'
import type { Parameters } from '../../ingest/simulate/parameters.ts'
import { serveSimulated } from '../../ingest/simulate/serve.ts'
import type { Books } from '../../ingest/simulate/books.ts'
import { readViews } from '../../ingest/views.ts'
import { walk } from '../../ingest/walk.ts'
import { attachLake, readManifest } from '../../src/lib/engine/attach.ts'
import { openNative, type NativeEngine } from '../../src/lib/engine/native.ts'

export type IndexedMarket = {
  readonly dir: string
  readonly engine: NativeEngine
  readonly books: Books
  /** Null where the state alone was read. */
  readonly report: RunReport | null
  readonly close: () => Promise<void>
}

/** @param from lowest height that the node keeps; with one the state is read and no block */
export async function indexedMarket(
  parameters: Partial<Parameters> & { readonly until: number },
  from?: number
): Promise<IndexedMarket> {
  const dir = mkdtempSync(join(tmpdir(), 'rackrate-simulated-'))
  const market = await serveSimulated(parameters, from === undefined ? {} : { from })
  const source = await connect([market.url], { verifyHashes: () => true, batch: 10 })
  const lake = await openLake(dir, {
    network: 'akash',
    chainId: market.chainId,
    origin: 'simulated',
    version: 'test',
    create: true
  })
  let report: RunReport | null = null
  if (from === undefined) report = await run(akash, source, lake)
  else await walk(akash, source, lake)
  await lake.close()
  source.close()
  await market.close()
  const engine = await openNative({ threads: 1 })
  await attachLake(engine, dir, await readManifest(dir), readViews())
  return {
    dir,
    engine,
    books: market.books(),
    report,
    close: async () => {
      await engine.close()
      rmSync(dir, { recursive: true })
    }
  }
}
