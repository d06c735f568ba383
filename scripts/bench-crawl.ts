/** A crawl of 500 simulated providers, 30 % of which are dead, some of them hanging until they are given up. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeProbes } from '../ingest/lake/probes.ts'
import { openLake } from '../ingest/lake/write.ts'
import { akash } from '../ingest/networks/akash/config.ts'
import { crawlOnce } from '../ingest/providers/crawl.ts'
import { askProvider, type Asked } from '../ingest/providers/status.ts'
import type { FleetMood, FleetProvider } from '../ingest/simulate/fleet.ts'
import { probesAt } from '../ingest/simulate/fleet-probes.ts'
import { serveFleet } from '../ingest/simulate/provider-server.ts'
import type { Probe } from '../src/lib/model/probes.ts'
import { cpuSeconds, figure, say, seconds } from './measure.ts'

const PROVIDERS = 500
const GOAL_S = 60
const HISTORY = 40_000
const HISTORY_GOAL_S = 10
/** Of ten: one hangs, two are down, seven answer. */
const MOODS: readonly FleetMood[] = ['hangs', 'down', 'down', 'up', 'up', 'bad-certificate', 'up', 'up', 'absurd', 'up']
const GIB = 2 ** 30
const NODES = 5

const provider = (i: number): FleetProvider => ({
  provider: `akash1bench${i}`,
  hostUri: `https://p${i}.bench.example:8443`,
  version: i % 20 === 19 ? '0.4.8' : '0.6.4',
  mood: MOODS[i % MOODS.length] ?? 'up',
  activeLeases: 12,
  nodes: Array.from({ length: NODES }, (_, n) => ({
    name: `node${n}`,
    cpuMillicores: { allocatable: 192_000, allocated: 40_000 },
    memoryBytes: { allocatable: 1_024 * GIB, allocated: 300 * GIB },
    storageBytes: { allocatable: 10e12, allocated: 1e12 },
    gpus: { vendor: 'nvidia', name: 'h100', memoryGib: 80, interface: 'SXM5', allocatable: 8, allocated: n }
  }))
})

export async function benchCrawl(): Promise<void> {
  const providers = Array.from({ length: PROVIDERS }, (_, i) => provider(i))
  say(`\ncrawl of ${PROVIDERS} simulated providers over TLS on this machine, 20 % of them down, 10 % hanging`)
  const server = await serveFleet({ at: () => providers }, { now: Date.now })
  const found: Asked[] = []
  try {
    const took = await seconds(() =>
      crawlOnce(providers, (of) => askProvider(akash.providerApi, of, { viaLoopback: server }), {
        onProbe: (asked) => found.push(asked)
      })
    )
    const ok = found.filter(({ probe }) => probe.ok)
    const nodes = ok.reduce((sum, asked) => sum + asked.nodes.length, 0)
    const right = ok.length === PROVIDERS * 0.7 && nodes === ok.length * NODES
    figure(
      'all asked',
      `${took.toFixed(1)} s`,
      took <= GOAL_S && right,
      `${ok.length} ok with ${nodes} nodes; goal ≤ ${GOAL_S} s`
    )
    const latencies = ok.map(({ probe }) => probe.latency_ms ?? NaN).sort((a, b) => a - b)
    figure('latency, median', `${latencies[Math.floor(latencies.length / 2)]} ms`)
  } finally {
    await server.close()
  }
  // Mainnet has about 60 providers with 5 GPUs each.
  await benchHistory(
    providers.slice(0, 60).map((of) => ({ ...of, nodes: of.nodes.map((node, n) => (n === 0 ? node : { ...node, gpus: null })) }))
  )
}

/** What a simulated market needs: the probes of its years, through the same encoders and readers, into a lake. */
async function benchHistory(providers: readonly FleetProvider[]): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'rackrate-bench-crawl-'))
  const probes: Probe[] = []
  try {
    const made = await cpuSeconds(() => {
      for (let i = 0; probes.length < HISTORY; i++)
        probes.push(...probesAt(akash.providerApi, providers, Date.UTC(2024, 0, 1) + i * 86_400_000))
      return Promise.resolve()
    })
    const lake = await openLake(dir, { network: 'akash', chainId: 'bench', origin: 'simulated', version: 'bench', create: true })
    const wrote = await cpuSeconds(async () => lake.recordProbes(await writeProbes(lake.dir, lake.manifest(), probes)))
    const bytes = lake.manifest().probes.reduce((sum, file) => sum + file.bytes, 0)
    await lake.close()
    figure(
      `${HISTORY} probes without a network`,
      `${(made + wrote).toFixed(1)} s`,
      made + wrote <= HISTORY_GOAL_S,
      `of CPU: made ${made.toFixed(1)} s, written ${wrote.toFixed(1)} s, ${(bytes / 1e6).toFixed(1)} MB; goal ≤ ${HISTORY_GOAL_S} s`
    )
  } finally {
    await rm(dir, { recursive: true })
  }
}
