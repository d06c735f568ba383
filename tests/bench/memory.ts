/**
 * A process that indexes many small blocks into a lake and tells its memory: run by the bench. The blocks come over HTTP from a node on
 * this machine, or, as fast as they can be had, from a source that makes them here; all after the source is the same.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connect } from '../../ingest/chain/endpoints.ts'
import type { Block, ChainSource } from '../../ingest/chain/source.ts'
import { openLake } from '../../ingest/lake/write.ts'
import { akash } from '../../ingest/networks/akash/config.ts'
import { serveRecording } from '../../ingest/recording/serve.ts'
import { run } from '../../ingest/run.ts'
import { startNode } from './node.ts'
import { RECORDINGS } from './replay.ts'

export type MemoryTask = { readonly way: 'http' | 'direct'; readonly blocks: number }
export type MemoryFigures = {
  readonly seconds: number
  /** Resident set, MiB, at blocks done. */
  readonly samples: readonly { readonly blocks: number; readonly mib: number }[]
}

const RECORDING = join(RECORDINGS, 'v2.1')
const BATCH = 10
const SAMPLES = 400

async function recordedBlocks(): Promise<Block[]> {
  const server = await serveRecording(RECORDING)
  const source = await connect([server.url], { follows: akash.follows })
  const { earliestHeight: from, latestHeight: to } = await source.status()
  const blocks: Block[] = []
  for await (const block of source.blocks({ from, to })) blocks.push(block)
  source.close()
  await server.close()
  return blocks
}

/** The recorded blocks again and again, with heights, times and hashes that go on. */
function endlessSource(recorded: readonly Block[], blocks: number): ChainSource {
  const hashOf = (height: number): string => height.toString(16).toUpperCase().padStart(64, '0')
  const start = recorded[0]?.time ?? 0n
  return {
    name: 'here',
    status: () => Promise.resolve({ chainId: 'bench', earliestHeight: 1, latestHeight: blocks, version: '' }),
    // eslint-disable-next-line @typescript-eslint/require-await -- its type is that of a source that waits
    blocks: async function* ({ from, to }) {
      for (let height = from; height <= to; height++) {
        const block = recorded[height % recorded.length] as Block
        const time = start + BigInt(height) * 5_890_000n
        yield { ...block, height, time, hash: hashOf(height), parentHash: hashOf(height - 1) }
      }
    },
    query: () => Promise.reject(new Error('this source has no state')),
    genesis: () => Promise.reject(new Error('this source has no genesis')),
    close: () => undefined
  }
}

async function measure({ way, blocks }: MemoryTask): Promise<MemoryFigures> {
  const node = way === 'http' ? await startNode({ recording: RECORDING, blocks, latencyMs: 0 }) : undefined
  const source = node
    ? await connect([node.url], { follows: akash.follows, batch: BATCH })
    : endlessSource(await recordedBlocks(), blocks)
  const dir = mkdtempSync(join(tmpdir(), 'rackrate-bench-'))
  const { chainId } = await source.status()
  const lake = await openLake(dir, { network: 'akash', chainId, origin: 'simulated', version: 'bench', create: true })
  const samples: { blocks: number; mib: number }[] = []
  const every = Math.ceil(blocks / SAMPLES)
  const start = performance.now()
  await run(akash, source, lake, {
    onBlock: (done) => {
      if (done % every === 0) samples.push({ blocks: done, mib: process.memoryUsage.rss() / 2 ** 20 })
    }
  })
  const seconds = (performance.now() - start) / 1000
  await lake.close()
  source.close()
  node?.close()
  rmSync(dir, { recursive: true })
  return { seconds, samples }
}

/** Measures in a process of its own. */
export async function memoryOf(task: MemoryTask): Promise<MemoryFigures> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(task)])
  const [figures] = (await once(child, 'message')) as [MemoryFigures]
  return figures
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  process.send(await measure(JSON.parse(process.argv[2] ?? '{}') as MemoryTask))
  process.disconnect()
}
