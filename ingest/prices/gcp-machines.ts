/**
 * Google Cloud's machine types with GPUs (https://cloud.google.com/compute/docs/accelerator-optimized-machines), those that are sold by the hour in
 * us-central1. Bundled local SSD is part of the price: only with it do the sums of `gcp-catalog.ts` agree with the reference history.
 */
export type GcpMachine = {
  /** Family of the SKUs of its cores and memory. */
  readonly family: 'a2' | 'a3' | 'g2' | 'g4'
  /** Accelerator type as the Compute API names it. */
  readonly gpu: string
  readonly gpus: number
  readonly gpuMemoryGib: number
  readonly vcpus: number
  readonly memoryGib: number
  /** Local SSD that comes with it and is billed with it, GiB. */
  readonly ssdGib: number
}

type PerGpu = Omit<GcpMachine, 'gpus'>

/** Types that are so many times what one GPU comes with. */
const multiples = (name: (gpus: number) => string, counts: readonly number[], one: PerGpu): readonly [string, GcpMachine][] =>
  counts.map((gpus) => [
    name(gpus),
    { ...one, gpus, vcpus: one.vcpus * gpus, memoryGib: one.memoryGib * gpus, ssdGib: one.ssdGib * gpus }
  ])
const g2 = (vcpus: number, gpus: number): [string, GcpMachine] => [
  `g2-standard-${vcpus}`,
  { family: 'g2', gpu: 'nvidia-l4', gpus, gpuMemoryGib: 24, vcpus, memoryGib: vcpus * 4, ssdGib: 0 }
]
const A100 = { family: 'a2', gpu: 'nvidia-tesla-a100', gpuMemoryGib: 40, vcpus: 12, memoryGib: 85, ssdGib: 0 } as const

export const GCP_MACHINES: ReadonlyMap<string, GcpMachine> = new Map([
  ...multiples((gpus) => `a2-highgpu-${gpus}g`, [1, 2, 4, 8], A100),
  ['a2-megagpu-16g', { ...A100, gpus: 16, vcpus: 96, memoryGib: 1360 }],
  ...multiples((gpus) => `a2-ultragpu-${gpus}g`, [1, 2, 4, 8], {
    family: 'a2',
    gpu: 'nvidia-a100-80gb',
    gpuMemoryGib: 80,
    vcpus: 12,
    memoryGib: 170,
    ssdGib: 375
  }),
  ...multiples((gpus) => `a3-highgpu-${gpus}g`, [1, 2, 4, 8], {
    family: 'a3',
    gpu: 'nvidia-h100-80gb',
    gpuMemoryGib: 80,
    vcpus: 26,
    memoryGib: 234,
    ssdGib: 750
  }),
  g2(4, 1),
  g2(8, 1),
  g2(12, 1),
  g2(16, 1),
  g2(32, 1),
  g2(24, 2),
  g2(48, 4),
  g2(96, 8),
  ...multiples((gpus) => `g4-standard-${gpus * 48}`, [1, 2, 4, 8], {
    family: 'g4',
    gpu: 'nvidia-rtx-pro-6000',
    gpuMemoryGib: 96,
    vcpus: 48,
    memoryGib: 180,
    ssdGib: 0
  })
])

/** Families of types with GPUs, so that a type that is not known is noticed. */
const WITH_GPU = /^(a\d+x?|g\d+)-/
/** What lists have of these is their host alone, or with the GPU price of another region (karpenter-provider-gcp fills gaps so). */
const NOT_HOURLY = /^(a3-(megagpu|ultragpu|edgegpu)|a4x?)-/
const FRACTIONAL = /^g4-standard-(6|12|24)$/

/** The machine; why a type with GPUs has no price that can be taken; null for types without GPUs. */
export function gcpMachine(type: string): GcpMachine | string | null {
  if (NOT_HOURLY.test(type)) return 'not sold by the hour in us-central1, so what is listed is no whole price'
  if (FRACTIONAL.test(type)) return 'part of a GPU'
  return GCP_MACHINES.get(type) ?? (WITH_GPU.test(type) ? `unknown machine type ${type}` : null)
}
