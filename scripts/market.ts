/** The simulated market of `npm start`, in a process of its own: its chain, its providers, and what probes of them would have found before. */
import { writeProbes } from '../ingest/lake/probes.ts'
import { openLake } from '../ingest/lake/write.ts'
import { akash } from '../ingest/networks/akash/config.ts'
import { probesAt } from '../ingest/simulate/fleet-probes.ts'
import type { Parameters } from '../ingest/simulate/parameters.ts'
import { serveFleet } from '../ingest/simulate/provider-server.ts'
import { serveSimulated } from '../ingest/simulate/serve.ts'

export type MarketOrder =
  | { readonly make: Partial<Parameters> & { readonly until: number } }
  /** Writes probes of so many days before the end into the lake, one round every so many hours. */
  | { readonly probe: { readonly lake: string; readonly days: number; readonly everyHours: number; readonly version: string } }
export type MarketAnswer =
  | {
      readonly made: {
        readonly url: string
        readonly grpcPort: number
        readonly restPort: number
        /** Milliseconds since 1970 UTC. */
        readonly until: number
        readonly blocks: number
        readonly leases: number
      }
    }
  | { readonly probed: number }
  | { readonly failed: string }

const HOUR = 3_600_000
/** Longest wait for the lake while it is crawled. */
const WAIT_MS = 60_000

let market: Awaited<ReturnType<typeof serveSimulated>> | undefined

async function make(given: Extract<MarketOrder, { make: unknown }>['make']): Promise<MarketAnswer> {
  market = await serveSimulated(given)
  const { url, until, blocks, leases, fleet } = market
  const { grpcPort, restPort } = await serveFleet(fleet, { now: () => until })
  return { made: { url, grpcPort, restPort, until, blocks, leases } }
}

async function probe({
  lake: dir,
  days,
  everyHours,
  version
}: Extract<MarketOrder, { probe: unknown }>['probe']): Promise<MarketAnswer> {
  if (!market) throw new Error('there is no market yet')
  const { fleet, until, chainId } = market
  const rounds = Math.floor((days * 24) / everyHours)
  // The last round is the crawl's own.
  const times = Array.from({ length: rounds }, (_, i) => until - (rounds - i) * everyHours * HOUR)
  const probes = times.flatMap((time) => probesAt(akash.providerApi, fleet.at(time), time))
  const lake = await openLake(dir, {
    network: akash.id,
    chainId,
    origin: 'simulated',
    version,
    create: false,
    waitMs: WAIT_MS
  })
  try {
    await lake.recordProbes(await writeProbes(lake.dir, lake.manifest(), probes))
  } finally {
    await lake.close()
  }
  return { probed: probes.length }
}

process.on('message', (order: MarketOrder) => {
  const work = 'make' in order ? make(order.make) : probe(order.probe)
  work.then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ failed: error instanceof Error ? error.message : String(error) } satisfies MarketAnswer)
  )
})
// It lives as long as whoever asked for it.
process.on('disconnect', () => process.exit())
