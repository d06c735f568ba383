/** The walk through a state of mainnet's size and the tables made of it, against fetching the same pages and nothing more. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { akash } from '../ingest/networks/akash/config.ts'
import type { Manifest } from '../src/lib/model/manifest.ts'
import { stateNode, type Sizes } from '../tests/bench/state-node.ts'
import { figure, say, seconds } from './measure.ts'

/** Objects of mainnet in 2026, about. */
const MAINNET: Sizes = { deployments: 600_000, orders: 1_000_000, bids: 3_000_000, leases: 532_000 }
const GOAL = { minutes: 10, mib: 1_024, megabytes: 150, ratio: 0.7 }
const PAGE_ROWS = 1_000

/** Runs a command of the ingest; gives its seconds and the most memory it had, MiB. */
function ingest(...args: readonly string[]): Promise<{ readonly seconds: number; readonly mib: number }> {
  const start = performance.now()
  return new Promise((fulfil, fail) => {
    const child = spawn(process.execPath, ['ingest/cli.ts', ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
    let mib = 0
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const watch = setInterval(() => {
      readFile(`/proc/${child.pid}/status`, 'utf8').then(
        (text) => (mib = Math.max(mib, Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024)),
        () => undefined
      )
    }, 500)
    child.on('close', (code) => {
      clearInterval(watch)
      if (code === 0) fulfil({ seconds: (performance.now() - start) / 1000, mib })
      else fail(new Error(`ingest ${args[0]} failed: ${said}`))
    })
  })
}

/** The same pages, asked for one kind beside the other, and thrown away. */
async function fetchBare(url: string): Promise<void> {
  const ask = async (path: string, data: Uint8Array): Promise<Buffer> => {
    const params = { path, data: Buffer.from(data).toString('hex'), height: '28000000', prove: false }
    const response = await fetch(url, {
      method: 'POST',
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'abci_query', params })
    })
    const { result } = (await response.json()) as { result: { response: { value: string | null } } }
    return Buffer.from(result.response.value ?? '', 'base64')
  }
  await Promise.all(
    akash.state.map(async (query) => {
      let key: Uint8Array | null = null
      do {
        const page = await ask(query.methods[0] ?? '', query.request({}, key, PAGE_ROWS))
        const next = /row \d+$/.exec(page.subarray(-16).toString('latin1'))?.[0]
        key = next === undefined ? null : new TextEncoder().encode(next)
      } while (key)
    })
  )
}

/** @param share of mainnet's objects */
export async function benchState(share: number): Promise<void> {
  const sizes = Object.fromEntries(Object.entries(MAINNET).map(([name, n]) => [name, Math.round(n * share)])) as Sizes
  say(
    `\nthe state as an archive: ${Object.entries(sizes)
      .map(([name, n]) => `${n} ${name}`)
      .join(', ')}, made up, over HTTP on this machine`
  )
  const node = await stateNode(sizes)
  const dir = await mkdtemp(join(tmpdir(), 'rackrate-bench-state-'))
  try {
    const bare = await seconds(() => fetchBare(node.url))
    const walk = await ingest('index', '--rpc', node.url, '--lake', dir, '--strategy', 'state')
    const tables = await ingest('build', '--lake', dir)
    const manifest = JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')) as Manifest
    const facts = (manifest.snapshot?.files ?? []).reduce((sum, file) => sum + file.bytes, 0) / 1e6
    const marts = manifest.marts.reduce((sum, file) => sum + file.bytes, 0) / 1e6
    const whole = share === 1
    const minutes = (walk.seconds + tables.seconds) / 60
    figure(
      'walk and tables',
      `${minutes.toFixed(1)} min`,
      whole ? minutes <= GOAL.minutes : undefined,
      `walk ${walk.seconds.toFixed(0)} s, tables ${tables.seconds.toFixed(0)} s; goal ≤ ${GOAL.minutes} min for all`
    )
    figure(
      'bare fetch ÷ walk',
      (bare / walk.seconds).toFixed(2),
      bare / walk.seconds >= GOAL.ratio,
      `bare ${bare.toFixed(0)} s; goal ≥ ${GOAL.ratio}`
    )
    figure('memory, walk', `${walk.mib.toFixed(0)} MiB`, walk.mib <= GOAL.mib, `goal ≤ ${GOAL.mib} MiB`)
    figure('memory, tables', `${tables.mib.toFixed(0)} MiB`)
    figure(
      'lake',
      `${facts.toFixed(0)} MB`,
      whole ? facts <= GOAL.megabytes : undefined,
      `goal ≤ ${GOAL.megabytes} MB for all; the tables that the site reads take ${marts.toFixed(0)} MB more`
    )
  } finally {
    node.close()
    await rm(dir, { recursive: true })
  }
}
