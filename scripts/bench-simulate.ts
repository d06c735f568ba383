/** The simulated market: how long it takes to make, how fast its blocks are served, and how long the default one takes to index. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { figure, say, seconds } from './measure.ts'

const root = resolve(import.meta.dirname, '..')
/** The day is fixed, so that figures of two days are of the same market. */
const UNTIL = '2026-11-01'
const PORT = 0
const BLOCKS_GOAL = 3_000
const INDEX_GOAL_S = 25
/** Heights asked for in one batch, as pages of headers have them. */
const PAGE = 20
const PAGES = 400
const AT_ONCE = 4

async function startMarket(): Promise<{ url: string; stop: () => void }> {
  const child = spawn(process.execPath, ['ingest/cli.ts', 'simulate', '--until', UNTIL, '--port', String(PORT)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { url, stop: () => void child.kill() }
}

/** Headers, blocks and results of a page of heights in one request. */
async function fetchPage(url: string, from: number): Promise<number> {
  const heights = Array.from({ length: PAGE }, (_, i) => String(from + i))
  const calls = [
    { method: 'blockchain', params: { minHeight: String(from), maxHeight: String(from + PAGE - 1) } },
    ...heights.flatMap((height) => [
      { method: 'block', params: { height } },
      { method: 'block_results', params: { height } }
    ])
  ].map((call, id) => ({ jsonrpc: '2.0', id, ...call }))
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(calls)
  })
  return (await response.arrayBuffer()).byteLength
}

async function served(url: string): Promise<{ blocks: number; bytes: number; took: number }> {
  const status = (await (await fetch(`${url}/status`)).json()) as { result: { sync_info: { latest_block_height: string } } }
  const last = Number(status.result.sync_info.latest_block_height)
  // Evenly over the whole chain, so that all eras count.
  const starts = Array.from({ length: PAGES }, (_, i) => 1 + Math.floor(((last - PAGE) * i) / PAGES))
  let next = 0
  let bytes = 0
  const worker = async (): Promise<void> => {
    for (let start = starts[next++]; start !== undefined; start = starts[next++]) {
      const got = await fetchPage(url, start)
      bytes += got
    }
  }
  const took = await seconds(() => Promise.all(Array.from({ length: AT_ONCE }, worker)))
  return { blocks: PAGES * PAGE, bytes, took }
}

async function index(url: string): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'rackrate-bench-'))
  const child = spawn(process.execPath, ['ingest/cli.ts', 'index', '--rpc', url, '--lake', dir], { cwd: root, stdio: 'ignore' })
  const [code] = (await once(child, 'exit')) as [number]
  rmSync(dir, { recursive: true })
  if (code !== 0) throw new Error(`index of the simulated market ended with status ${code}`)
}

export async function benchSimulate(): Promise<void> {
  say(
    `\nthe default simulated market to ${UNTIL}, in another process (goals: ≥ ${BLOCKS_GOAL} blocks/s served, index ≤ ${INDEX_GOAL_S} s)`
  )
  let market = { url: '', stop: (): void => undefined }
  const made = await seconds(async () => (market = await startMarket()))
  figure('made, with starting Node', `${made.toFixed(1)} s`)
  try {
    const { blocks, bytes, took } = await served(market.url)
    const rate = blocks / took
    figure('blocks served', `${rate.toFixed(0)} /s`, rate >= BLOCKS_GOAL, `${(bytes / blocks / 1e3).toFixed(1)} kB a block`)
    const indexed = await seconds(() => index(market.url))
    figure('index by the command line', `${indexed.toFixed(1)} s`, indexed <= INDEX_GOAL_S)
  } finally {
    market.stop()
  }
}
