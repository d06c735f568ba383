/**
 * Azure's sizes with GPUs: the Retail Prices API has a size's name only. From Microsoft's size series
 * (https://learn.microsoft.com/azure/virtual-machines/sizes/overview#gpu-accelerated, one page a series), as read in
 * https://github.com/MicrosoftDocs/azure-docs. A size that is not here is reported as unknown, by its name.
 */
export type AzureSize = {
  readonly gpu: string
  readonly gpus: number
  /** Of one GPU. */
  readonly gpuMemoryGib: number
  readonly form: 'sxm' | 'pcie' | null
  readonly vcpus: number
  /** Of the size; null where Microsoft's pages do not agree. */
  readonly memoryGib: number | null
}

type Sized = readonly [size: string, gpus: number, vcpus: number, memoryGib: number | null]

const series = (
  gpu: string,
  gpuMemoryGib: number,
  form: AzureSize['form'],
  sizes: readonly Sized[]
): readonly [string, AzureSize][] =>
  sizes.map(([size, gpus, vcpus, memoryGib]) => [`Standard_${size}`, { gpu, gpus, gpuMemoryGib, form, vcpus, memoryGib }])

const SIZES: ReadonlyMap<string, AzureSize> = new Map([
  ...series('K80', 12, 'pcie', [
    ['NC6', 1, 6, 56],
    ['NC12', 2, 12, 112],
    ['NC24', 4, 24, 224],
    ['NC24r', 4, 24, 224]
  ]),
  ...series('P100', 16, 'pcie', [
    ['NC6s_v2', 1, 6, 112],
    ['NC12s_v2', 2, 12, 224],
    ['NC24s_v2', 4, 24, 448],
    ['NC24rs_v2', 4, 24, 448]
  ]),
  ...series('V100', 16, 'pcie', [
    ['NC6s_v3', 1, 6, 112],
    ['NC12s_v3', 2, 12, 224],
    ['NC24s_v3', 4, 24, 448],
    ['NC24rs_v3', 4, 24, 448]
  ]),
  ...series('V100', 32, 'sxm', [['ND40rs_v2', 8, 40, 672]]),
  ...series('P40', 24, 'pcie', [
    ['ND6s', 1, 6, 112],
    ['ND12s', 2, 12, 224],
    ['ND24s', 4, 24, 448],
    ['ND24rs', 4, 24, 448]
  ]),
  ...series('T4', 16, 'pcie', [
    ['NC4as_T4_v3', 1, 4, 28],
    ['NC8as_T4_v3', 1, 8, 56],
    ['NC16as_T4_v3', 1, 16, 110],
    ['NC64as_T4_v3', 4, 64, 440]
  ]),
  ...series('M60', 8, 'pcie', [
    ['NV6', 1, 6, 56],
    ['NV12', 2, 12, 112],
    ['NV24', 4, 24, 224],
    ['NV12s_v3', 1, 12, 112],
    ['NV24s_v3', 2, 24, 224],
    ['NV48s_v3', 4, 48, 448]
  ]),
  ...series('Radeon Instinct MI25', 16, 'pcie', [['NV32as_v4', 1, 32, 112]]),
  ...series('A10', 24, 'pcie', [
    ['NV36ads_A10_v5', 1, 36, 440],
    ['NV36adms_A10_v5', 1, 36, 880],
    ['NV72ads_A10_v5', 2, 72, 880]
  ]),
  ...series('A100', 80, 'pcie', [
    ['NC24ads_A100_v4', 1, 24, 220],
    ['NC48ads_A100_v4', 2, 48, 440],
    ['NC96ads_A100_v4', 4, 96, 880]
  ]),
  ...series('A100', 40, 'sxm', [
    ['ND96asr_v4', 8, 96, 900],
    ['ND96asr_A100_v4', 8, 96, 900]
  ]),
  ...series('A100', 80, 'sxm', [['ND96amsr_A100_v4', 8, 96, 1900]]),
  ...series('H100 NVL', 94, 'pcie', [
    ['NC40ads_H100_v5', 1, 40, 320],
    ['NC80adis_H100_v5', 2, 80, 640],
    ['NCC40ads_H100_v5', 1, 40, 320]
  ]),
  ...series('H100', 80, 'sxm', [
    ['ND96is_H100_v5', 8, 96, 1900],
    ['ND96isr_H100_v5', 8, 96, 1900]
  ]),
  ...series('H200', 141, 'sxm', [['ND96isr_H200_v5', 8, 96, 1850]]),
  ...series('MI300X', 192, null, [
    ['ND96is_MI300X_v5', 8, 96, 1850],
    ['ND96isr_MI300X_v5', 8, 96, 1850]
  ]),
  ...series('GB200', 192, null, [['ND128isr_NDR_GB200_v6', 4, 128, 900]]),
  ...series('RTX PRO 6000 Server Edition', 96, 'pcie', [
    ['NC144ds_xl_RTXPRO6000BSE_v6', 1, 144, 516],
    ['NC144lds_xl_RTXPRO6000BSE_v6', 1, 144, 264],
    ['NC288ds_xl_RTXPRO6000BSE_v6', 2, 288, null],
    ['NC288lds_xl_RTXPRO6000BSE_v6', 2, 288, null]
  ])
])

/** Sizes with an eighth to a half of a GPU. */
const FRACTIONAL = [
  /^Standard_NV(4|8|16)as_v4$/,
  /^Standard_NV(6|12|18)ads_A10_v5$/,
  /^Standard_NC(8|16)ads_A10_v4$/,
  /^Standard_NG(8|16)adm?s_V620_v1$/,
  /^Standard_NV(4|8|12)ads_V710_v5$/,
  /^Standard_NC(24|36|72)l?ds_xl_RTXPRO6000BSE_v6$/
]
/** Sizes with field-programmable gate arrays. */
const NO_GPU = /^Standard_NP\d/

/** The GPUs of a size; a reason where it has none to be compared; null where the size is not known. */
export function azureSize(armSkuName: string): AzureSize | 'part of a GPU' | 'accelerator that is no GPU' | null {
  if (NO_GPU.test(armSkuName)) return 'accelerator that is no GPU'
  if (FRACTIONAL.some((pattern) => pattern.test(armSkuName))) return 'part of a GPU'
  return SIZES.get(armSkuName) ?? null
}
