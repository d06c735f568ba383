/** Speed of `index` as a share of that of a bare loop of the same calls, at full speed and against a node that limits their rate. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from '../ingest/chain/endpoints.ts'
import { openLake } from '../ingest/lake/write.ts'
import { akash } from '../ingest/networks/akash/config.ts'
import { run } from '../ingest/run.ts'
import { startNode, type Served } from '../tests/bench/node.ts'
import { RECORDINGS } from '../tests/bench/replay.ts'
import { figure, median, say, seconds } from './measure.ts'

const LATENCY_MS = 20
const CONCURRENCY = 8
const ROUNDS = 3
/** Calls in one request, as `index` sends them. */
const BATCH = 10
const BLOCKS = 1_000
const GOAL = 0.9
const RATE = 50
/** About half a minute of calls at that rate. */
const LIMITED_BLOCKS = 900

type Call = { readonly method: string; readonly params: object }

/** The calls that an index of these heights makes: metas of 20, then results of each height and the block of each that has transactions. */
function callsOf({ txs }: Served): Call[] {
  return txs.flatMap((count, i) => {
    const height = String(i + 1)
    const metas = i % 20 === 0 ? [{ method: 'blockchain', params: { minHeight: height, maxHeight: String(i + 20) } }] : []
    const block = count > 0 ? [{ method: 'block', params: { height } }] : []
    return [...metas, ...block, { method: 'block_results', params: { height } }]
  })
}

/** Fetches and parses, nothing else, at the same concurrency; with a rate, each call when its time has come. */
async function bare({ url }: Served, list: readonly Call[], rate = Infinity): Promise<void> {
  let next = 0
  const start = performance.now()
  const worker = async (): Promise<void> => {
    for (let at = next++, call = list[at]; call; at = next++, call = list[at]) {
      const wait = (at / rate) * 1000 - (performance.now() - start)
      if (wait > 0) await sleep(wait)
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: at, ...call })
      })
      if (!response.ok) throw new Error(`the bare loop was answered HTTP ${response.status}`)
      await response.json()
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
}

/** Indexes all that the node has, from nothing. Gives the number of faults. */
async function index({ url }: Served, batch: number): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'rackrate-bench-'))
  let faults = 0
  const onFault = (): number => faults++
  const source = await connect([url], { concurrency: CONCURRENCY, follows: akash.follows, batch, onFault })
  const { chainId } = await source.status()
  const lake = await openLake(dir, { network: 'akash', chainId, origin: 'recorded', version: 'bench', create: true })
  await run(akash, source, lake)
  await lake.close()
  source.close()
  rmSync(dir, { recursive: true })
  return faults
}

const ways = [
  { way: 'a call a request', batch: 1 },
  { way: `${BATCH} calls a request`, batch: BATCH }
]

export async function benchIndex(): Promise<void> {
  say(`\nindex ÷ bare fetch loop of the same calls (goal ≥ ${GOAL}): ${LATENCY_MS} ms latency, ${CONCURRENCY} requests at once,`)
  say(
    `    a recorded chain repeated to ${BLOCKS} blocks, a node in another process; median of ${ROUNDS} rounds, each with its own loop`
  )
  for (const name of ['v0.36', 'v2.1']) {
    const node = await startNode({ recording: join(RECORDINGS, name), blocks: BLOCKS, latencyMs: LATENCY_MS })
    const calls = callsOf(node)
    const ratios = new Map<string, number[]>(ways.map(({ way }) => [way, []]))
    const rates = new Map<string, number[]>(ways.map(({ way }) => [way, []]))
    for (let i = 0; i < ROUNDS; i++) {
      const loop = await seconds(() => bare(node, calls))
      for (const { way, batch } of ways) {
        const took = await seconds(() => index(node, batch))
        ratios.get(way)?.push(loop / took)
        rates.get(way)?.push(BLOCKS / took)
      }
    }
    node.close()
    for (const { way } of ways) {
      const ratio = median(ratios.get(way) ?? [])
      figure(`${name}, ${way}`, ratio.toFixed(2), ratio >= GOAL, `${median(rates.get(way) ?? []).toFixed(0)} blocks/s`)
    }
  }
}

export async function benchLimited(): Promise<void> {
  say(
    `\nindex ÷ bare loop that keeps to the rate (goal ≥ ${GOAL}): a node that refuses more than ${RATE} calls a second (each of a batch`
  )
  say(
    `    counts; ${RATE} at once after a pause), ${LATENCY_MS} ms latency, v2.1 repeated to ${LIMITED_BLOCKS} blocks; index does not know the rate`
  )
  for (const retryAfter of [false, true])
    for (const { batch } of ways) {
      const limit = { rate: RATE, burst: RATE, retryAfter }
      // One node for each, so that no bucket is shared.
      const options = { recording: join(RECORDINGS, 'v2.1'), blocks: LIMITED_BLOCKS, latencyMs: LATENCY_MS, limit }
      const [one, other] = await Promise.all([startNode(options), startNode(options)])
      let faults = 0
      // Both mostly wait, so they may run at the same time.
      const [loop, took] = await Promise.all([
        seconds(() => bare(one, callsOf(one), RATE)),
        seconds(async () => (faults = await index(other, batch)))
      ])
      one.close()
      other.close()
      const ratio = loop / took
      const after = `429 ${retryAfter ? 'with' : 'without'} Retry-After`
      figure(`${after}, ${batch} a request`, ratio.toFixed(2), ratio >= GOAL, `${took.toFixed(1)} s, ${faults} calls refused`)
    }
}
