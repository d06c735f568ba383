/** Size of lakes beside the raw JSON that they are made of, and how long the marts of a large one take. */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from '../ingest/lake/build.ts'
import { openLake, type Lake } from '../ingest/lake/write.ts'
import { openRecording, type Recording } from '../ingest/recording/recording.ts'
import { readViews } from '../ingest/views.ts'
import type { Manifest } from '../src/lib/model/manifest.ts'
import { fullSized } from '../tests/bench/mainnet-sized.ts'
import { leasesIn, readRecording, RECORDINGS, replay, writeReplay, type Recorded } from '../tests/bench/replay.ts'
import { cpuSeconds, figure, say, seconds } from './measure.ts'

const RECORDED = ['v0.36', 'v1.2', 'v2.1']
/** About four cells, so that files are as large as those of a long chain. */
const MAINNET_BLOCKS = 40_000
const GOAL = { recorded: 50, mainnet: 200, buildSeconds: 30, buildMib: 4_096 }

async function withLake<T>(work: (lake: Lake, dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'rackrate-bench-'))
  try {
    const lake = await openLake(dir, { network: 'akash', chainId: 'bench', origin: 'simulated', version: 'bench', create: true })
    return await work(lake, dir).finally(() => lake.close())
  } finally {
    rmSync(dir, { recursive: true })
  }
}

/** Facts and manifest. */
const sizeOf = (manifest: Manifest, dir: string): number =>
  manifest.partitions.flatMap(({ files }) => files).reduce((n, { bytes }) => n + bytes, statSync(join(dir, 'manifest.json')).size)

type AnswerOf = (method: string, height: number) => unknown
const answersOf =
  (recording: Recording): AnswerOf =>
  (method, height) => {
    const answer = recording.answer(method, { height })
    if ('error' in answer) throw new Error(`${method} ${height}: ${answer.error.data ?? answer.error.message}`)
    return { jsonrpc: '2.0', id: 1, result: JSON.parse(answer.result) as unknown }
  }
const length = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

/** Bytes of the answers of all blocks of a recording, as they are or of mainnet's size. */
function rawBytes(name: string, full: boolean): { readonly block: number; readonly results: number; readonly blocks: number } {
  const recording = openRecording(join(RECORDINGS, name))
  const answer = answersOf(recording)
  let block = 0
  let results = 0
  for (let height = recording.from; height <= recording.to; height++) {
    const [one, other] = [answer('block', height), answer('block_results', height)] as Parameters<typeof fullSized>
    const sized = full ? fullSized(one, other) : { block: one, results: other }
    block += length(sized.block)
    results += length(sized.results)
  }
  return { block, results, blocks: recording.to - recording.from + 1 }
}

const inverse = (ratio: number): string => `1/${ratio.toFixed(0)}`

export async function benchSize(): Promise<void> {
  say('\nlake (facts and manifest) ÷ raw JSON of blocks and results')
  for (const name of RECORDED) {
    const facts = await readRecording(name)
    const bytes = await withLake(async (lake, dir) => {
      await writeReplay(lake, replay([facts]))
      return sizeOf(lake.manifest(), dir)
    })
    const { block, results } = rawBytes(name, false)
    const ratio = (block + results) / bytes
    figure(`${name} as recorded`, inverse(ratio), ratio >= GOAL.recorded, `goal ≤ 1/${GOAL.recorded}; ${facts.length} blocks`)
  }
  const facts = await readRecording('v2.1')
  const raw = rawBytes('v2.1', true)
  const rounds = Math.ceil(MAINNET_BLOCKS / raw.blocks)
  const [bytes, blocks] = await withLake(async (lake, dir) => {
    const written = await writeReplay(lake, replay(Array.from({ length: rounds }, () => facts)))
    return [sizeOf(lake.manifest(), dir), written] as const
  })
  const ratio = ((raw.block + raw.results) * rounds) / bytes
  figure('blocks of mainnet’s size', inverse(ratio), ratio >= GOAL.mainnet, `goal ≤ 1/${GOAL.mainnet}`)
  const mean = (total: number): string => (total / raw.blocks / 1000).toFixed(1)
  const count = (table: string): string => (facts.flat().filter((f) => f.table === table).length / raw.blocks).toFixed(2)
  say(
    `        ${blocks} blocks: v2.1 again and again with new accounts, hashes, times and prices, each block with 100 signatures and their`
  )
  say(
    `        reward events (${mean(raw.block)} kB, results ${mean(raw.results)} kB); a block has ${count('txs')} transactions of the market,`
  )
  say(
    `        ${count('market_events')} market events, ${count('transfers')} escrow coins and ${(leasesIn(facts) / raw.blocks).toFixed(3)} leases (mainnet 2026: about 0.067)`
  )
}

/** Rounds of three eras, a third of the leases each, with the ACT migration before the last. */
function* eras(recorded: readonly [Recorded, Recorded, Recorded, Recorded], leases: number): Generator<Recorded> {
  const [v036, v12, migration, v21] = recorded
  let made = 0
  for (const [chain, until] of [
    [v036, leases / 3],
    [v12, (2 * leases) / 3],
    [migration, 0],
    [v21, leases]
  ] as const)
    do {
      made += leasesIn(chain)
      yield chain
    } while (made < until)
}

const peakMib = (): number => process.resourceUsage().maxRSS / 1024

export async function benchMarts(leases: number): Promise<void> {
  say(`\nmarts of a lake of ${leases} leases: recordings of three eras again and again, written by the lake's own writer`)
  const recorded = [
    await readRecording('v0.36'),
    await readRecording('v1.2'),
    await readRecording('v1.2-to-v2.0'),
    await readRecording('v2.1')
  ] as const
  const dir = mkdtempSync(join(tmpdir(), 'rackrate-bench-'))
  try {
    const lake = await openLake(dir, { network: 'akash', chainId: 'bench', origin: 'simulated', version: 'bench', create: true })
    let blocks = 0
    const writing = await seconds(async () => (blocks = await writeReplay(lake, replay(eras(recorded, leases)))))
    const bytes = sizeOf(lake.manifest(), dir)
    const rows = lake
      .manifest()
      .partitions.flatMap(({ files }) => files)
      .reduce((n, file) => n + file.rows, 0)
    await lake.close()
    figure(
      'lake',
      `${(bytes / 2 ** 20).toFixed(0)} MiB`,
      undefined,
      `${blocks} blocks, ${rows} facts, written in ${writing.toFixed(0)} s`
    )
    let took = 0
    const cpu = await cpuSeconds(async () => {
      took = await seconds(() => build(dir, readViews(), { version: 'bench' }))
    })
    figure(
      'build',
      `${took.toFixed(1)} s`,
      took <= GOAL.buildSeconds,
      `goal ≤ ${GOAL.buildSeconds} s; ${cpu.toFixed(1)} s of one core`
    )
    figure('memory at most', `${peakMib().toFixed(0)} MiB`, peakMib() <= GOAL.buildMib, `goal ≤ ${GOAL.buildMib} MiB`)
  } finally {
    rmSync(dir, { recursive: true })
  }
}
