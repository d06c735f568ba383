/**
 * `npm run bench`: speed as ratios measured in one run, on this machine, over the recorded chains.
 * (a) index against a bare loop of the same calls; (b) decoding alone; (c) lake against raw JSON; (d) the page in Chromium.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { connect } from '../ingest/chain/endpoints.ts'
import type { Block } from '../ingest/chain/source.ts'
import { openLake } from '../ingest/lake/write.ts'
import { akash } from '../ingest/networks/akash/config.ts'
import { decode } from '../ingest/networks/akash/decode.ts'
import { serveRecording } from '../ingest/recording/serve.ts'
import { run } from '../ingest/run.ts'
import { benchPage } from './bench-page.ts'

const recordings = resolve(import.meta.dirname, '../tests/fixtures/recordings')
const names = readdirSync(recordings, { withFileTypes: true })
  .filter((d) => d.isDirectory())
  .map((d) => d.name)
const LATENCY_MS = 20
const CONCURRENCY = 8
const ROUNDS = 5
/** Calls in one request, as `index` sends them. */
const BATCH = 10

const say = (text: string): void => void process.stdout.write(`${text}\n`)
const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

type Call = { readonly method: string; readonly params: object }

/** The calls that an index of these heights makes: metas of 20, then results of each height and the block of each that has transactions. */
function calls(withTxs: readonly boolean[]): Call[] {
  return withTxs.flatMap((has, i) => {
    const height = String(i + 1)
    const metas = i % 20 === 0 ? [{ method: 'blockchain', params: { minHeight: height, maxHeight: String(i + 20) } }] : []
    const block = has ? [{ method: 'block', params: { height } }] : []
    return [...metas, ...block, { method: 'block_results', params: { height } }]
  })
}

/** Fetches and parses, nothing else, at the same concurrency. */
async function bare(url: string, list: readonly Call[]): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let call = list[next++]; call; call = list[next++]) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: next, ...call })
      })
      await response.json()
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
}

async function index(url: string, dir: string, batch: number): Promise<void> {
  const source = await connect([url], { concurrency: CONCURRENCY, follows: akash.follows, batch })
  const { chainId } = await source.status()
  const lake = await openLake(dir, { network: 'akash', chainId, origin: 'recorded', version: 'bench', create: true })
  await run(akash, source, lake)
  await lake.close()
  source.close()
}

async function blocksOf(name: string): Promise<Block[]> {
  const server = await serveRecording(join(recordings, name))
  const source = await connect([server.url])
  const blocks: Block[] = []
  for await (const block of source.blocks({ from: 1, to: (await source.status()).latestHeight })) blocks.push(block)
  source.close()
  await server.close()
  return blocks
}

const sizeOf = (dir: string): number =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((f) => f.isFile())
    .reduce((n, f) => n + statSync(join(f.parentPath, f.name)).size, 0)

function rawBytes(name: string): number {
  const base = name.replace(/-by-.*/, '')
  return [join(base, 'block.jsonl.gz'), join(name, 'block_results.jsonl.gz')]
    .map((path) => gunzipSync(readFileSync(join(recordings, path))).length)
    .reduce((a, b) => a + b, 0)
}

say(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}; median of ${ROUNDS} rounds\n`)

say(`(a) index ÷ bare fetch loop of the same calls, ${LATENCY_MS} ms latency, ${CONCURRENCY} at once (goal ≥ 0.9)`)
for (const name of names) {
  const blocks = await blocksOf(name)
  const list = calls(blocks.map((b) => b.txs.length > 0))
  const server = await serveRecording(join(recordings, name), { latencyMs: LATENCY_MS })
  const rounds = { alone: [] as number[], batched: [] as number[], rate: [] as number[] }
  for (let i = 0; i < ROUNDS; i++) {
    const dirs = [1, BATCH].map(() => mkdtempSync(join(tmpdir(), 'rackrate-bench-')))
    const loop = await seconds(() => bare(server.url, list))
    const alone = await seconds(() => index(server.url, dirs[0] ?? '', 1))
    const batched = await seconds(() => index(server.url, dirs[1] ?? '', BATCH))
    rounds.alone.push(loop / alone)
    rounds.batched.push(loop / batched)
    rounds.rate.push(blocks.length / batched)
    for (const dir of dirs) rmSync(dir, { recursive: true })
  }
  await server.close()
  const [alone, batched, rate] = [rounds.alone, rounds.batched, rounds.rate].map(median)
  say(
    `    ${name.padEnd(14)} ${rate?.toFixed(0).padStart(6)} blocks/s   ratio ${batched?.toFixed(2)}   (each call in a request of its own: ${alone?.toFixed(2)})`
  )
}

say('\n(b) decode alone, one core')
for (const name of names) {
  const blocks = await blocksOf(name)
  for (let i = 0; i < 3; i++) blocks.forEach(decode)
  const rates: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    const start = performance.now()
    for (let n = 0; n < 5; n++) blocks.forEach(decode)
    rates.push((5 * blocks.length) / ((performance.now() - start) / 1000))
  }
  say(`    ${name.padEnd(14)} ${median(rates).toFixed(0).padStart(6)} blocks/s/core`)
}

say('\n(c) lake bytes ÷ raw JSON bytes of blocks and results (goal ≤ 1/50 on these dense chains)')
for (const name of names) {
  const dir = mkdtempSync(join(tmpdir(), 'rackrate-bench-'))
  const server = await serveRecording(join(recordings, name))
  await index(server.url, dir, BATCH)
  await server.close()
  const [lake, raw] = [sizeOf(dir), rawBytes(name)]
  say(
    `    ${name.padEnd(14)} ${(lake / 1024).toFixed(0).padStart(6)} KiB of ${(raw / 1024).toFixed(0)} KiB   1/${(raw / lake).toFixed(1)}`
  )
  rmSync(dir, { recursive: true })
}

say('\n(d) the page in Chromium (the site as `npm start` builds it)')
await benchPage(say)
