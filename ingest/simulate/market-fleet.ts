/** A market's machines as its provider endpoints show them: nodes, what leases hold of them, and when nobody answers. */
import type { Lease, Spec } from '../networks/akash/simulate/objects.ts'
import type { Fleet, FleetMood, FleetNode } from './fleet.ts'
import type { Market } from './market.ts'
import { createRandom } from './random.ts'
import type { Node, Supplier } from './supply.ts'

const HOUR = 3_600_000
/**
 * Hours between outages, by temper. Outages are log-normal: half are over in three quarters of an hour, one in fifty lasts a day or more.
 * Invented: no history of mainnet's probes is at hand.
 */
const BETWEEN = { steady: 24 * 60, flaky: 24 * 5 }
const OUTAGE = { median: 0.75, sigma: 1.7 }

type Outage = { readonly from: number; readonly until: number }

function outagesOf(supplier: Supplier, seed: number, from: number, until: number): Outage[] {
  const random = createRandom(seed, `outages ${supplier.address}`)
  const between = supplier.temper === 'flaky' ? BETWEEN.flaky : BETWEEN.steady
  const outages: Outage[] = []
  for (let time = from; time < until;) {
    const start = time + random.logNormal(between, 1) * HOUR
    time = start + Math.max(0.02, random.logNormal(OUTAGE.median, OUTAGE.sigma)) * HOUR
    outages.push({ from: start, until: time })
  }
  return outages
}

const MOODS: { readonly [temper in Supplier['temper']]: FleetMood } = {
  steady: 'up',
  flaky: 'up',
  dead: 'down',
  hanging: 'hangs',
  'bad-certificate': 'bad-certificate',
  absurd: 'absurd'
}

function nodeAt(node: Node, leases: readonly Lease[]): FleetNode {
  const sum = (of: (lease: Lease) => number): number => leases.reduce((total, lease) => total + of(lease), 0)
  const spec = (lease: Lease): Spec => lease.bid.order.group.spec
  const { gpu } = node
  return {
    name: node.name,
    cpuMillicores: { allocatable: node.cpuMillicores, allocated: sum((l) => spec(l).cpuMillicores) },
    memoryBytes: { allocatable: node.memoryBytes, allocated: sum((l) => spec(l).memoryBytes) },
    storageBytes: {
      allocatable: node.storageBytes,
      allocated: sum((l) => spec(l).storageBytes + spec(l).persistentBytes)
    },
    gpus: gpu && {
      vendor: 'nvidia',
      name: gpu.name,
      memoryGib: gpu.memoryGib,
      interface: gpu.form,
      allocatable: node.gpus,
      allocated: sum((l) => spec(l).gpus)
    }
  }
}

/** The fleet of a market that has run to its end. */
export function fleetOf({ parameters, calendar, capacity, ledger, suppliers }: Market): Fleet {
  const leases = new Map<string, Lease[]>()
  for (const lease of ledger.leases) {
    const of = leases.get(lease.bid.provider)
    if (of) of.push(lease)
    else leases.set(lease.bid.provider, [lease])
  }
  const outages = new Map<string, Outage[]>()
  const outOf = (supplier: Supplier, time: number): boolean => {
    const until = calendar.timeOf(calendar.last) + 30 * 24 * HOUR
    const known = outages.get(supplier.address) ?? outagesOf(supplier, parameters.seed, calendar.timeOf(supplier.joined), until)
    outages.set(supplier.address, known)
    return known.some((outage) => outage.from <= time && time < outage.until)
  }
  const sorted = [...suppliers].sort((a, b) => (a.address < b.address ? -1 : 1))
  return {
    at: (time) => {
      // The height that a chain has reached by then.
      const height = calendar.heightOf(time + 1) - 1
      return sorted
        .filter(({ joined }) => joined <= height)
        .map((supplier) => {
          const running = (leases.get(supplier.address) ?? []).filter(
            ({ createdAt, closedOn }) => createdAt <= height && (closedOn === null || closedOn > height)
          )
          const gone = height >= supplier.left
          const down = gone || outOf(supplier, time)
          return {
            provider: supplier.address,
            hostUri: ledger.providers.get(supplier.address)?.hostUri ?? '',
            version: supplier.version,
            mood: down ? ('down' as const) : MOODS[supplier.temper],
            activeLeases: running.length,
            nodes: supplier.nodes
              .filter(({ from, until }) => from <= height && (until > height || gone))
              .map((node) =>
                nodeAt(
                  node,
                  running.filter(({ bid }) => capacity.nodeOf(bid) === node)
                )
              )
          }
        })
    }
  }
}
