/** Names of GPUs as clouds, marketplaces and Akash write them, and what they are. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { MODELS } from '../../../ingest/simulate/models.ts'
import { readGpu, type GpuHints } from '../../../src/lib/model/gpus.ts'

const read = (source: string, name: string, hints?: GpuHints): string => {
  const gpu = readGpu(source, name, hints)
  return gpu ? `${gpu.model} ${gpu.memoryGib ?? '?'} ${gpu.form ?? '?'}` : 'unknown'
}

describe('real names', () => {
  test.each([
    // AWS: names of DescribeInstanceTypes and of the price pages.
    ['aws', 'A10G', 'nvidia/a10g 24 pcie'],
    ['aws', 'NVIDIA A10G Tensor Core GPU', 'nvidia/a10g 24 pcie'],
    ['aws', 'T4g', 'nvidia/t4g 16 pcie'],
    ['aws', 'L40S', 'nvidia/l40s 48 pcie'],
    ['aws', 'NVIDIA Tesla V100', 'nvidia/v100 ? ?'],
    ['aws', 'NVIDIA Tesla M60', 'nvidia/m60 8 pcie'],
    ['aws', 'NVIDIA RTX PRO 6000 Blackwell Server Edition', 'nvidia/pro6000se 96 pcie'],
    ['aws', 'NVIDIA A10G, 22.5 GiB', 'nvidia/a10g 24 pcie'],
    ['aws', 'NVIDIA A100, 80 GB.', 'nvidia/a100 80 ?'],
    // Azure: names in the sizes.
    ['azure', 'RTXPRO6000BSE', 'nvidia/pro6000se 96 pcie'],
    ['azure', 'NVIDIA H100 NVL', 'nvidia/h100nvl 94 pcie'],
    ['azure', 'A10', 'nvidia/a10 24 pcie'],
    // Google Cloud: accelerator types.
    ['gcp', 'nvidia-tesla-t4', 'nvidia/t4 16 pcie'],
    ['gcp', 'nvidia-tesla-v100', 'nvidia/v100 16 sxm'],
    ['gcp', 'nvidia-tesla-p100', 'nvidia/p100 16 pcie'],
    ['gcp', 'nvidia-a100-80gb', 'nvidia/a100 80 sxm'],
    ['gcp', 'nvidia-tesla-a100', 'nvidia/a100 ? sxm'],
    ['gcp', 'nvidia-h100-80gb', 'nvidia/h100 80 sxm'],
    ['gcp', 'nvidia-h100-mega-80gb', 'nvidia/h100 80 sxm'],
    ['gcp', 'nvidia-h200-141gb', 'nvidia/h200 141 sxm'],
    ['gcp', 'nvidia-b200', 'nvidia/b200 180 sxm'],
    ['gcp', 'nvidia-gb200', 'nvidia/gb200 186 ?'],
    ['gcp', 'nvidia-rtx-pro-6000', 'nvidia/pro6000se 96 pcie'],
    // SkyPilot's catalogs.
    ['skypilot', 'A100', 'nvidia/a100 ? ?'],
    ['skypilot', 'A100-80GB', 'nvidia/a100 80 ?'],
    ['skypilot', 'A100-80GB-SXM', 'nvidia/a100 80 sxm'],
    ['skypilot', 'V100-32GB', 'nvidia/v100 32 ?'],
    ['skypilot', 'H100', 'nvidia/h100 80 ?'],
    ['skypilot', 'H100-SXM', 'nvidia/h100 80 sxm'],
    ['skypilot', 'H100-NVL', 'nvidia/h100nvl 94 pcie'],
    ['skypilot', 'H100-MEGA', 'nvidia/h100 80 sxm'],
    ['skypilot', 'RTX4000-Ada', 'nvidia/rtx4000ada 20 pcie'],
    ['skypilot', 'RTX4070S-Ti', 'nvidia/rtx4070tisuper 16 pcie'],
    ['skypilot', 'RTXPRO6000', 'nvidia/rtxpro6000 96 pcie'],
    ['skypilot', 'Gaudi HL-205', 'intel/gaudi 32 ?'],
    // RunPod: ids and display names.
    ['runpod', 'NVIDIA A100-SXM4-80GB', 'nvidia/a100 80 sxm'],
    ['runpod', 'NVIDIA A100 80GB PCIe', 'nvidia/a100 80 pcie'],
    ['runpod', 'A100 SXM', 'nvidia/a100 ? sxm'],
    ['runpod', 'H100 80GB SXM5', 'nvidia/h100 80 sxm'],
    ['runpod', 'NVIDIA H100 80GB HBM3', 'nvidia/h100 80 ?'],
    ['runpod', 'H100 PCIe', 'nvidia/h100 80 pcie'],
    ['runpod', 'H100 NVL', 'nvidia/h100nvl 94 pcie'],
    ['runpod', 'H200 SXM', 'nvidia/h200 141 sxm'],
    ['runpod', 'NVIDIA H200 NVL', 'nvidia/h200nvl 141 pcie'],
    ['runpod', 'NVIDIA RTX 6000 Ada Generation', 'nvidia/rtx6000ada 48 pcie'],
    ['runpod', 'NVIDIA RTX 4000 SFF Ada Generation', 'nvidia/rtx4000sffada 20 pcie'],
    ['runpod', 'RTX 4000 Ada SFF', 'nvidia/rtx4000sffada 20 pcie'],
    ['runpod', 'RTX A5000', 'nvidia/a5000 24 pcie'],
    ['runpod', 'RTX PRO 6000', 'nvidia/rtxpro6000 96 pcie'],
    ['runpod', 'RTX PRO 6000 WK', 'nvidia/pro6000we 96 pcie'],
    ['runpod', 'NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition', 'nvidia/pro6000mq 96 pcie'],
    ['runpod', 'NVIDIA GeForce RTX 3080 Ti', 'nvidia/rtx3080ti 12 pcie'],
    ['runpod', 'NVIDIA GeForce RTX 3080', 'nvidia/rtx3080 ? pcie'],
    ['runpod', 'AMD Instinct MI300X OAM', 'amd/mi300x 192 ?'],
    ['runpod', 'Tesla V100-FHHL-16GB', 'nvidia/v100 16 pcie'],
    ['runpod', 'V100 SXM2 32GB', 'nvidia/v100 32 sxm'],
    // Vast.
    ['vast', 'Tesla T4', 'nvidia/t4 16 pcie'],
    ['vast', 'A100 SXM4', 'nvidia/a100 ? sxm'],
    ['vast', 'A100_PCIE', 'nvidia/a100 ? pcie'],
    ['vast', 'H100 NVL', 'nvidia/h100nvl 94 pcie'],
    ['vast', 'GH200_SXM', 'nvidia/gh200 ? ?'],
    ['vast', 'Q RTX 6000', 'nvidia/rtx6000 24 pcie'],
    ['vast', 'RTX 6000Ada', 'nvidia/rtx6000ada 48 pcie'],
    ['vast', 'RTX 4070S Ti', 'nvidia/rtx4070tisuper 16 pcie'],
    ['vast', 'RTX 4090D', 'nvidia/rtx4090d 24 pcie'],
    ['vast', 'RTX PRO 6000 S', 'nvidia/pro6000se 96 pcie'],
    ['vast', 'RTX PRO 6000 WS', 'nvidia/pro6000we 96 pcie'],
    ['vast', 'GTX 1660 S', 'nvidia/gtx1660super 6 pcie'],
    ['vast', 'InstinctMI50', 'amd/mi50 ? pcie'],
    // Lambda, CoreWeave, dstack.
    ['lambda', 'Quadro RTX 6000 24GB', 'nvidia/rtx6000 24 pcie'],
    ['lambda', 'GH200 96GB', 'nvidia/gh200 96 ?'],
    ['lambda', 'NVIDIA GH200 480GB', 'nvidia/gh200 96 ?'],
    ['lambda', 'B200 SXM6 180GB', 'nvidia/b200 180 sxm'],
    ['coreweave', 'NVIDIA HGX H100', 'nvidia/h100 80 sxm'],
    ['coreweave', 'NVIDIA GB200 NVL72', 'nvidia/gb200 186 ?'],
    ['coreweave', 'A100 80GB NVLINK', 'nvidia/a100 80 ?'],
    ['dstack', 'A800PCIE', 'nvidia/a800 ? pcie'],
    ['dstack', 'H200NVL', 'nvidia/h200nvl 141 pcie'],
    ['dstack', 'A6000', 'nvidia/rtxa6000 48 pcie'],
    // Akash.
    ['akash', 'nvidia/a5000', 'nvidia/a5000 24 pcie'],
    ['akash', 'nvidia/rtxa5000', 'nvidia/a5000 24 pcie'],
    ['akash', 'nvidia/rtx4070s', 'nvidia/rtx4070super 12 pcie'],
    ['akash', 'amd/mi60', 'amd/mi60 32 pcie']
  ])('%s: %s', (source, name, expected) => {
    expect(read(source, name)).toBe(expected)
  })

  test.each([
    ['an unknown model', 'runpod', 'NVIDIA Rubin R100'],
    ['a laptop, another chip', 'vast', 'RTX 3060 laptop'],
    ['a laptop in Akash', 'akash', 'nvidia/rtx3060m'],
    ['a mining card that begins like a P104', 'vast', 'P104-100'],
    ['no GPU', 'skypilot', 'Trainium'],
    ['a TPU', 'skypilot', 'tpu-v5p-8'],
    ['a model number more', 'aws', 'A100X'],
    ['any model', 'akash', 'nvidia/*'],
    ['vendor alone', 'aws', 'NVIDIA'],
    ['memory alone', 'aws', '80GB'],
    ['another vendor', 'vast', 'AMD A10'],
    ['two form factors', 'runpod', 'H100 PCIe SXM'],
    ['two sizes', 'runpod', 'A100 40GB 80GB'],
    ['two GPUs', 'vast', 'A100 H100'],
    ['nothing', 'aws', ''],
    ['blanks', 'aws', '  - '],
    ['a count', 'lambda', '8x A100 SXM 80GB']
  ])('%s is unknown', (_, source, name) => {
    expect(readGpu(source, name)).toBeNull()
  })
})

test('cards that are alike in name are different', () => {
  for (const [one, other] of [
    ['A10', 'A10G'],
    ['H100 SXM', 'H100 NVL'],
    ['H200', 'H200 NVL'],
    ['L40', 'L40S'],
    ['L4', 'L40'],
    ['T4', 'T4G'],
    ['V100', 'V100S'],
    ['RTX 6000', 'RTX 6000 Ada'],
    ['RTX A6000', 'RTX 6000 Ada'],
    ['RTX 4090', 'RTX 4090D'],
    ['RTX 3080', 'RTX 3080 Ti'],
    ['RTX PRO 6000', 'RTX PRO 6000 Server Edition'],
    ['P40', 'P4'],
    ['P4', 'P4000'],
    ['MI250', 'MI250X']
  ] as const)
    expect(readGpu('runpod', one)?.model, `${one} and ${other}`).not.toBe(readGpu('runpod', other)?.model)
})

describe('what is told beside the name', () => {
  test.each([
    // Vast's gpu_ram in GiB.
    ['vast', 'A100 SXM4', { memoryGib: 81_920 / 1024 }, 'nvidia/a100 80 sxm'],
    ['vast', 'A100 PCIE', { memoryGib: 40_960 / 1024 }, 'nvidia/a100 40 pcie'],
    ['vast', 'L40S', { memoryGib: 46_068 / 1024 }, 'nvidia/l40s 48 pcie'],
    ['vast', 'Tesla V100', { memoryGib: 16_160 / 1024 }, 'nvidia/v100 16 ?'],
    ['aws', 'A10G', { memoryGib: 22.5 }, 'nvidia/a10g 24 pcie'],
    ['aws', 'B300', { memoryGib: 269 }, 'nvidia/b300 288 sxm'],
    ['azure', 'GB200', { memoryGib: 192 }, 'nvidia/gb200 186 ?'],
    ['akash', 'nvidia/h100', { memoryGib: 80, form: 'SXM5' }, 'nvidia/h100 80 sxm'],
    ['akash', 'nvidia/v100', { memoryGib: 32, form: 'PCIe' }, 'nvidia/v100 32 pcie'],
    ['akash', 'nvidia/a100', { form: 'sxm' }, 'nvidia/a100 ? sxm'],
    ['akash', 'nvidia/a100', { memoryGib: 64 }, 'nvidia/a100 64 sxm'],
    ['akash', 'nvidia/h200', { form: 'Nothsure' }, 'nvidia/h200 141 sxm'],
    ['akash', 'nvidia/a100', { memoryGib: null, form: null }, 'nvidia/a100 ? ?'],
    // Told, and impossible.
    ['vast', 'RTX 4090', { memoryGib: 48 }, 'nvidia/rtx4090 ? pcie'],
    ['vast', 'H100 SXM', { memoryGib: 94 }, 'nvidia/h100 ? sxm'],
    ['vast', 'A100 PCIE', { memoryGib: 64 }, 'nvidia/a100 ? pcie'],
    ['runpod', 'A100 80GB', { memoryGib: 40 }, 'nvidia/a100 ? ?'],
    ['runpod', 'H100 PCIe', { form: 'sxm' }, 'nvidia/h100 80 ?'],
    ['akash', 'nvidia/l4', { form: 'sxm' }, 'nvidia/l4 24 ?'],
    ['vast', 'L4', { memoryGib: 0 }, 'nvidia/l4 ? pcie'],
    ['vast', 'L4', { memoryGib: Number.NaN }, 'nvidia/l4 ? pcie']
  ])('%s: %s %o', (source, name, hints, expected) => {
    expect(read(source, name, hints)).toBe(expected)
  })

  test('the tolerance is 7 % of the nominal size', () => {
    expect(readGpu('vast', 'L4', { memoryGib: 24 * 0.931 })?.memoryGib).toBe(24)
    expect(readGpu('vast', 'L4', { memoryGib: 24 * 0.929 })?.memoryGib).toBeNull()
    expect(readGpu('vast', 'L4', { memoryGib: 24 * 1.069 })?.memoryGib).toBe(24)
    expect(readGpu('vast', 'L4', { memoryGib: 24 * 1.071 })?.memoryGib).toBeNull()
  })
})

describe('Akash', () => {
  test('every model of the simulated market is known, with its memory and form factor', () => {
    for (const { name, memoryGib, form } of MODELS)
      expect(readGpu('akash', `nvidia/${name}`, { memoryGib, form })).toEqual({
        model: `nvidia/${name}`,
        memoryGib,
        form: form.toLowerCase().replace(/\d$/, '')
      })
  })

  test('every model of the network on 2026-09-28 is known', () => {
    type Asked = { readonly vendor: string; readonly model: string; readonly ram: string; readonly interface: string }
    const { models: asked } = JSON.parse(readFileSync('tests/fixtures/mainnet/gpu-prices-2026-09-28.condensed.json', 'utf8')) as {
      readonly models: readonly Asked[]
    }
    expect(asked.length).toBe(25)
    for (const gpu of asked) {
      const told = { memoryGib: Number.parseInt(gpu.ram), form: gpu.interface }
      expect(readGpu('akash', `${gpu.vendor}/${gpu.model}`, told)).toEqual({
        model: `${gpu.vendor}/${gpu.model}`,
        memoryGib: told.memoryGib,
        form: gpu.interface.toLowerCase().replace(/\d$/, '')
      })
    }
  })

  test('every device of akash-network/provider-configs devices/pcie/gpus.json (@5faf69613e60) keeps its name', () => {
    const pcie =
      'a40 48, a100 40, a100 80, gt1030 2, gtx1050 2, gtx1050 3, gtx1050ti 4, gtx1060 3, gtx1060 5, gtx1060 6, gtx1070 8, gtx1070ti 8, gtx1080 8, ' +
      'gtx1080ti 11, gtx1650ti 4, gtx1650super 4, gtx1660 6, gtx1660ti 6, gtx960 2, gtx960 4, gtx970 4, gtx980 4, gtx980ti 6, h100 80, m4000 8, ' +
      'mx150 2, p2000 4, p2000 5, p4 8, p4000 8, rtx4000sffada 20, p40 24, p100 16, p5000 16, p6000 24, rtxa2000 6, rtx2000eada 16, rtxa6000 48, ' +
      'rtx4000 8, rtx4000ada 20, rtx5000 16, rtx8000 48, rtx2060 6, rtx2060super 8, rtx2070 8, rtx2070super 8, rtx2080 8, rtx2080super 8, ' +
      'rtx2080ti 11, rtx3060 12, rtx3060ti 8, rtx3070 8, rtx3080 10, rtx3090 24, rtx3090ti 24, rtx4060 8, rtx4060ti 16, rtx4070 12, rtx4070ti 12, ' +
      'rtx4080 16, rtx4080super 16, rtx4090 24, t4 16'
    const sxm = 'a100 40, a100 64, a100 80, a800 80, h100 80, h200 141, v100 16, v100 32'
    for (const [form, list] of [
      ['pcie', pcie],
      ['sxm', sxm]
    ] as const)
      for (const [name = '', gib] of list.split(', ').map((device) => device.split(' ')))
        expect(read('akash', `nvidia/${name}`, { memoryGib: Number(gib), form })).toBe(`nvidia/${name} ${gib} ${form}`)
    expect(read('akash', 'amd/mi60', { memoryGib: 32, form: 'PCIe' })).toBe('amd/mi60 32 pcie')
    expect(read('akash', 'amd/mi100', { memoryGib: 32, form: 'PCIe' })).toBe('amd/mi100 32 pcie')
  })
})
