/** Other names of GPUs. A name that is neither here nor in `gpu-models.ts` is unknown and stays so. */
import type { GpuForm } from './gpu-models.ts'

export type GpuAlias = {
  /** Provider id such as `gcp`, or `*` for all. */
  readonly source: string
  /** Letters and digits in lower case, without vendor, memory and form factor where those stand apart. */
  readonly alias: string
  readonly model: string
  /** Where the name itself tells them. */
  readonly memoryGib?: number
  readonly form?: GpuForm
}

const everywhere: readonly (readonly [alias: string, model: string, memoryGib?: number])[] = [
  // Workstation cards are sold as "RTX A5000" and often called "A5000"; Akash has one name with `rtx`, one without.
  ['a2000', 'rtxa2000'],
  ['a4000', 'rtxa4000'],
  ['a4500', 'rtxa4500'],
  ['rtxa5000', 'a5000'],
  ['a5500', 'rtxa5500'],
  ['a6000', 'rtxa6000'],
  // `Quadro` is dropped before; Vast writes "Q RTX 6000".
  ['qrtx4000', 'rtx4000'],
  ['qrtx5000', 'rtx5000'],
  ['qrtx6000', 'rtx6000'],
  ['qrtx8000', 'rtx8000'],
  ['rtx4000adasff', 'rtx4000sffada'],
  // The edition decides; the bare name stays `rtxpro6000`.
  ['rtxpro6000se', 'pro6000se'],
  ['rtxpro6000bse', 'pro6000se'],
  ['rtxpro6000server', 'pro6000se'],
  ['rtxpro6000serveredition', 'pro6000se'],
  ['rtxpro6000we', 'pro6000we'],
  ['rtxpro6000ws', 'pro6000we'],
  ['rtxpro6000wk', 'pro6000we'],
  ['rtxpro6000workstation', 'pro6000we'],
  ['rtxpro6000workstationedition', 'pro6000we'],
  ['rtxpro6000mq', 'pro6000mq'],
  ['rtxpro6000maxq', 'pro6000mq'],
  ['rtxpro6000maxqworkstation', 'pro6000mq'],
  ['rtxpro6000maxqworkstationedition', 'pro6000mq'],
  ['gtx1650s', 'gtx1650super'],
  ['gtx1660s', 'gtx1660super'],
  ['rtx2060s', 'rtx2060super'],
  ['rtx2070s', 'rtx2070super'],
  ['rtx2080s', 'rtx2080super'],
  ['rtx4070s', 'rtx4070super'],
  ['rtx4070sti', 'rtx4070tisuper'],
  ['rtx4070tis', 'rtx4070tisuper'],
  ['rtx4080s', 'rtx4080super'],
  // The rest of the name of an NVL72 rack is how many GPUs it links.
  ['gb200nvl72', 'gb200'],
  ['gb300nvl72', 'gb300'],
  // 480 GB is the memory of the CPU: nvidia-smi's name of the superchip with 96 GB of HBM3.
  ['gh200480gb', 'gh200', 96],
  ['hl205', 'intel/gaudi'],
  ['gaudihl205', 'intel/gaudi'],
  ['hl225', 'intel/gaudi2'],
  ['instinctmi50', 'amd/mi50']
]

const bySource: readonly (readonly [
  source: string,
  alias: string,
  model: string,
  memoryGib: number | undefined,
  form: GpuForm
])[] = [
  // Accelerator types as https://cloud.google.com/compute/docs/gpus lists them.
  ['gcp', 'p100', 'p100', 16, 'pcie'],
  ['gcp', 'v100', 'v100', 16, 'sxm'],
  ['gcp', 'a100', 'a100', undefined, 'sxm'],
  ['gcp', 'h100', 'h100', 80, 'sxm'],
  ['gcp', 'h100mega', 'h100', 80, 'sxm'],
  ['gcp', 'rtxpro6000', 'pro6000se', 96, 'pcie'],
  // Vast's name of the Server Edition, beside "RTX PRO 6000 WS".
  ['vast', 'rtxpro6000s', 'pro6000se', 96, 'pcie'],
  // SkyPilot's name of the GPUs of a3-megagpu.
  ['skypilot', 'h100mega', 'h100', 80, 'sxm']
]

const row = (source: string, alias: string, model: string, memoryGib?: number, form?: GpuForm): GpuAlias => ({
  source,
  alias,
  model: model.includes('/') ? model : `nvidia/${model}`,
  ...(memoryGib === undefined ? {} : { memoryGib }),
  ...(form === undefined ? {} : { form })
})

/** All aliases. Those of a source come before those for all. */
export const GPU_ALIASES: readonly GpuAlias[] = [
  ...everywhere.map(([alias, model, memoryGib]) => row('*', alias, model, memoryGib)),
  ...bySource.map((entry) => row(...entry))
]
