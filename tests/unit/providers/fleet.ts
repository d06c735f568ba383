/** A fleet made by hand: one provider for each thing that a visitor may meet. */
import type { Fleet, FleetMood, FleetNode, FleetProvider } from '../../../ingest/simulate/fleet.ts'

const GIB = 2 ** 30

export const h100: FleetNode = {
  name: 'gpu-1',
  cpuMillicores: { allocatable: 192_000, allocated: 40_500 },
  memoryBytes: { allocatable: 2_048 * GIB, allocated: 640 * GIB },
  storageBytes: { allocatable: 14e12, allocated: 2e12 },
  gpus: { vendor: 'nvidia', name: 'h100', memoryGib: 80, interface: 'SXM5', allocatable: 8, allocated: 5 }
}
export const plainNode: FleetNode = {
  name: 'cpu-1',
  cpuMillicores: { allocatable: 64_000, allocated: 0 },
  memoryBytes: { allocatable: 256 * GIB, allocated: 0 },
  storageBytes: { allocatable: 1e12, allocated: 0 },
  gpus: null
}

export const provider = (name: string, mood: FleetMood = 'up', version = '0.6.4'): FleetProvider => ({
  provider: `akash1${name}`,
  hostUri: `https://${name}.example.com:8443`,
  version,
  mood,
  activeLeases: 3,
  nodes: [h100, plainNode]
})

export const FLEET: readonly FleetProvider[] = [
  provider('up'),
  provider('old', 'up', '0.4.8'),
  provider('down', 'down'),
  provider('hangs', 'hangs'),
  provider('expired', 'bad-certificate'),
  provider('absurd', 'absurd')
]

/** The same at any time. */
export const still = (providers: readonly FleetProvider[]): Fleet => ({ at: () => providers })
