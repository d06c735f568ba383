/**
 * GPU models, how many of them there are and what they cost. Counts, providers and asks are those of the network on 2026-09-28
 * (tests/fixtures/mainnet/gpu-prices-2026-09-28.condensed.json); when a model first came, and what left again, is invented after the
 * provider incentives of 2024-02, 2024-11 and 2025-09 (community proposals 246, 273, 303).
 */

export type GpuModel = {
  /** As in GPU attributes of Akash. */
  readonly name: string
  readonly memoryGib: number
  readonly form: string
  /** USD an hour of one GPU in 2026-09: lowest and highest ask. */
  readonly low: number
  readonly high: number
  /** GPUs and providers in 2026-09. */
  readonly gpus: number
  readonly providers: number
  /** GPUs that were there before and left again. */
  readonly past: number
  /** Month of the first: `2023-08`. */
  readonly since: string
  /** How often tenants ask for it, relative. */
  readonly demand: number
}

const model = (
  name: string,
  memoryGib: number,
  form: string,
  [low, high]: readonly [number, number],
  [gpus, providers, past]: readonly [number, number, number],
  since: string,
  demand: number
): GpuModel => ({ name, memoryGib, form, low, high, gpus, providers, past, since, demand })

/** B300 were sold out and so without an ask: priced a quarter above the H200. */
export const MODELS: readonly GpuModel[] = [
  model('a100', 80, 'SXM4', [1.07, 1.84], [72, 4, 24], '2023-08', 24),
  model('b300', 288, 'SXM6', [5.2, 6.0], [16, 2, 0], '2026-03', 5),
  model('gtx1050', 2, 'PCIe', [0.14, 0.14], [1, 1, 1], '2024-03', 0.2),
  model('gtx1070ti', 8, 'PCIe', [0.14, 0.14], [1, 1, 4], '2023-10', 0.3),
  model('h100', 80, 'SXM5', [2.04, 3.16], [68, 4, 96], '2023-11', 22),
  model('h200', 141, 'SXM5', [3.4, 4.45], [40, 2, 0], '2025-02', 10),
  model('m4000', 8, 'PCIe', [0.06, 0.06], [1, 1, 1], '2024-01', 0.4),
  model('p2000', 5, 'PCIe', [0.25, 0.25], [4, 1, 0], '2024-05', 0.2),
  model('p4', 8, 'PCIe', [0.03, 0.03], [2, 1, 4], '2023-09', 1),
  model('p40', 24, 'PCIe', [0.08, 0.08], [1, 1, 6], '2023-08', 2),
  model('pro6000se', 96, 'PCIe', [1.26, 2.04], [25, 3, 0], '2025-09', 9),
  model('pro6000we', 96, 'PCIe', [1.5, 1.5], [1, 1, 0], '2025-10', 2),
  model('rtx3060', 12, 'PCIe', [0.14, 0.14], [1, 1, 6], '2023-09', 1),
  model('rtx3060ti', 8, 'PCIe', [0.14, 0.14], [4, 1, 8], '2023-08', 1),
  model('rtx3090', 24, 'PCIe', [0.09, 0.17], [12, 3, 20], '2023-08', 6),
  model('rtx3090ti', 24, 'PCIe', [0.25, 0.25], [1, 1, 2], '2023-12', 2),
  model('rtx4000ada', 20, 'PCIe', [0.41, 0.41], [7, 1, 0], '2024-07', 3),
  model('rtx4000sada', 20, 'PCIe', [0.14, 0.14], [1, 1, 0], '2024-09', 0.5),
  model('rtx4080', 16, 'PCIe', [0.15, 0.15], [1, 1, 3], '2023-10', 2),
  model('rtx4090', 24, 'PCIe', [0.28, 0.81], [4, 3, 40], '2023-09', 14),
  model('rtx5090', 32, 'PCIe', [0.58, 0.71], [11, 2, 0], '2025-09', 6),
  model('rtx6000', 24, 'PCIe', [0.15, 0.15], [2, 1, 4], '2023-11', 2),
  model('t4', 16, 'PCIe', [0.11, 0.21], [2, 2, 10], '2023-08', 5),
  model('v100', 32, 'PCIe', [0.12, 0.26], [14, 2, 10], '2023-08', 5)
]

/**
 * Asks of earlier days, relative to 2026-09: a sixth more for each year, as on-demand H100 of clouds fell from 2023 to 2026 (median of
 * cloud-gpu-prices.csv: about 4 to 2.5 USD an hour).
 */
export const trend = (time: number): number => 1.17 ** ((Date.UTC(2026, 8, 28) - time) / (365.25 * 86_400_000))

/** USD a month of one vCPU, one GiB of memory and one of storage: defaults of the provider's bid script (https://github.com/akash-network/helm-charts, price_script_generic.sh). */
const MONTH_HOURS = 730.5
export const CPU_USD_HOUR = 1.6 / MONTH_HOURS
export const MEMORY_USD_HOUR = 0.8 / MONTH_HOURS
export const STORAGE_USD_HOUR = 0.02 / MONTH_HOURS
