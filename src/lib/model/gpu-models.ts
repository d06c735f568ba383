/** Canonical GPUs, one row for each model, memory and form factor, with the figures that their makers publish. */

export type GpuForm = 'sxm' | 'pcie'

/** A GPU as it is priced. Boards with several GPUs (K80, M60, A16) have a row for one GPU, since clouds and `nvidia-smi` count those. */
export type Gpu = {
  /** `vendor/model` in lower case, as Akash names it where Akash has a name. */
  readonly model: string
  /** For readers: `H100`, without vendor, memory and form factor. */
  readonly name: string
  /** Nominal memory of one GPU, as sold ("80 GB") and as Akash writes it ("80Gi"). */
  readonly memoryGib: number
  /** `sxm` for sockets of NVIDIA (SXM2 to SXM6), `pcie` for cards and what else is on PCI Express; null for others (OAM, superchips). */
  readonly form: GpuForm | null
  readonly architecture: string
  /** Year in which it was launched. */
  readonly year: number
  /** Memory bandwidth in GB/s (10^9 bytes), peak. */
  readonly bandwidth: number | null
  /**
   * Peak TFLOPS at fp16: dense, so without sparsity; of tensor (matrix) cores with accumulation in fp32 where the card has them, else of plain
   * fp16. Makers that publish only figures with sparsity or at fp8 have them divided by 2 for each.
   */
  readonly fp16: number | null
  /** Where the figures are published. */
  readonly source: string
}

type Variant = readonly [memoryGib: number, form: GpuForm | null, bandwidth: number | null, fp16: number | null]

const gpu = (
  model: string,
  name: string,
  [architecture, year]: readonly [string, number],
  source: string,
  ...variants: readonly Variant[]
): readonly Gpu[] =>
  variants.map(([memoryGib, form, bandwidth, fp16]) => ({
    model,
    name,
    memoryGib,
    form,
    architecture,
    year,
    bandwidth,
    fp16,
    source
  }))

const sheet = (name: string) => `NVIDIA ${name} datasheet`
const TURING = 'NVIDIA Turing GPU architecture whitepaper'
const GA102 = 'NVIDIA Ampere GA102 GPU architecture whitepaper'
const ADA = 'NVIDIA Ada GPU architecture whitepaper'
const BLACKWELL = 'NVIDIA RTX Blackwell GPU architecture whitepaper'
const GEFORCE = 'NVIDIA GeForce product specifications'

const DATA_CENTER: readonly (readonly Gpu[])[] = [
  gpu('nvidia/k80', 'K80', ['Kepler', 2014], sheet('Tesla K80'), [12, 'pcie', 240, null]),
  gpu('nvidia/m60', 'M60', ['Maxwell', 2015], sheet('Tesla M60'), [8, 'pcie', 160, null]),
  gpu('nvidia/p4', 'P4', ['Pascal', 2016], sheet('Tesla P4'), [8, 'pcie', 192, null]),
  gpu('nvidia/p40', 'P40', ['Pascal', 2016], sheet('Tesla P40'), [24, 'pcie', 346, null]),
  gpu(
    'nvidia/p100',
    'P100',
    ['Pascal', 2016],
    sheet('Tesla P100'),
    [12, 'pcie', 549, 18.7],
    [16, 'pcie', 732, 18.7],
    [16, 'sxm', 732, 21.2]
  ),
  gpu(
    'nvidia/v100',
    'V100',
    ['Volta', 2017],
    sheet('V100'),
    [16, 'pcie', 900, 112],
    [32, 'pcie', 900, 112],
    [16, 'sxm', 900, 125],
    [32, 'sxm', 900, 125]
  ),
  gpu('nvidia/v100s', 'V100S', ['Volta', 2019], sheet('V100'), [32, 'pcie', 1134, 130]),
  gpu('nvidia/t4', 'T4', ['Turing', 2018], 'NVIDIA T4 product brief (PB-09256)', [16, 'pcie', 320, 65]),
  gpu('nvidia/t4g', 'T4G', ['Turing', 2021], 'Amazon EC2 G5g instances page', [16, 'pcie', null, null]),
  gpu('nvidia/a2', 'A2', ['Ampere', 2021], sheet('A2'), [16, 'pcie', 200, 18]),
  gpu('nvidia/a10', 'A10', ['Ampere', 2021], sheet('A10'), [24, 'pcie', 600, 125]),
  gpu('nvidia/a10g', 'A10G', ['Ampere', 2021], sheet('A10G'), [24, 'pcie', 600, 70]),
  gpu('nvidia/a16', 'A16', ['Ampere', 2021], sheet('A16'), [16, 'pcie', 200, 17.9]),
  gpu('nvidia/a30', 'A30', ['Ampere', 2021], sheet('A30'), [24, 'pcie', 933, 165]),
  gpu('nvidia/a40', 'A40', ['Ampere', 2020], sheet('A40'), [48, 'pcie', 696, 149.7]),
  gpu(
    'nvidia/a100',
    'A100',
    ['Ampere', 2020],
    sheet('A100'),
    [40, 'pcie', 1555, 312],
    [80, 'pcie', 1935, 312],
    [40, 'sxm', 1555, 312],
    [64, 'sxm', null, null],
    [80, 'sxm', 2039, 312]
  ),
  gpu(
    'nvidia/a800',
    'A800',
    ['Ampere', 2022],
    sheet('A800'),
    [40, 'pcie', 1555, 312],
    [80, 'pcie', 1935, 312],
    [80, 'sxm', 2039, 312]
  ),
  gpu('nvidia/l4', 'L4', ['Ada Lovelace', 2023], sheet('L4'), [24, 'pcie', 300, 121]),
  gpu('nvidia/l40', 'L40', ['Ada Lovelace', 2022], sheet('L40'), [48, 'pcie', 864, 181]),
  gpu('nvidia/l40s', 'L40S', ['Ada Lovelace', 2023], sheet('L40S'), [48, 'pcie', 864, 362]),
  gpu('nvidia/h100', 'H100', ['Hopper', 2022], sheet('H100'), [80, 'pcie', 2000, 756], [80, 'sxm', 3350, 989]),
  gpu('nvidia/h100nvl', 'H100 NVL', ['Hopper', 2023], sheet('H100'), [94, 'pcie', 3900, 835]),
  gpu('nvidia/h800', 'H800', ['Hopper', 2023], sheet('H800'), [80, 'pcie', 2000, 756], [80, 'sxm', 3350, 989]),
  gpu('nvidia/h200', 'H200', ['Hopper', 2023], sheet('H200'), [141, 'sxm', 4800, 989]),
  gpu('nvidia/h200nvl', 'H200 NVL', ['Hopper', 2024], sheet('H200'), [141, 'pcie', 4800, 835]),
  gpu('nvidia/gh200', 'GH200', ['Hopper', 2023], sheet('GH200'), [96, null, 4000, 990], [144, null, 4900, 990]),
  gpu('nvidia/b200', 'B200', ['Blackwell', 2024], sheet('HGX B200 and DGX B200'), [180, 'sxm', 8000, 2250]),
  gpu('nvidia/b300', 'B300', ['Blackwell', 2025], sheet('HGX B300 and DGX B300'), [288, 'sxm', 8000, 2250]),
  gpu('nvidia/gb200', 'GB200', ['Blackwell', 2024], sheet('GB200 NVL72'), [186, null, 8000, 2500]),
  gpu('nvidia/gb300', 'GB300', ['Blackwell', 2025], sheet('GB300 NVL72'), [288, null, 8000, 2500])
]

const WORKSTATION: readonly (readonly Gpu[])[] = [
  gpu('nvidia/m4000', 'Quadro M4000', ['Maxwell', 2015], sheet('Quadro M4000'), [8, 'pcie', 192, null]),
  gpu('nvidia/p2000', 'Quadro P2000', ['Pascal', 2017], sheet('Quadro P2000'), [4, 'pcie', null, null], [5, 'pcie', 140, null]),
  gpu('nvidia/p4000', 'Quadro P4000', ['Pascal', 2017], sheet('Quadro P4000'), [8, 'pcie', 243, null]),
  gpu('nvidia/p5000', 'Quadro P5000', ['Pascal', 2016], sheet('Quadro P5000'), [16, 'pcie', 288, null]),
  gpu('nvidia/p6000', 'Quadro P6000', ['Pascal', 2016], sheet('Quadro P6000'), [24, 'pcie', 432, null]),
  gpu('nvidia/rtx4000', 'Quadro RTX 4000', ['Turing', 2018], TURING, [8, 'pcie', 416, 57]),
  gpu('nvidia/rtx5000', 'Quadro RTX 5000', ['Turing', 2018], TURING, [16, 'pcie', 448, 89.2]),
  gpu('nvidia/rtx6000', 'Quadro RTX 6000', ['Turing', 2018], TURING, [24, 'pcie', 672, 130.5]),
  gpu('nvidia/rtx8000', 'Quadro RTX 8000', ['Turing', 2018], TURING, [48, 'pcie', 672, 130.5]),
  gpu('nvidia/rtxa2000', 'RTX A2000', ['Ampere', 2021], sheet('RTX A2000'), [6, 'pcie', 288, 32], [12, 'pcie', 288, 32]),
  gpu('nvidia/rtxa4000', 'RTX A4000', ['Ampere', 2021], sheet('RTX A4000'), [16, 'pcie', 448, 76.7]),
  gpu('nvidia/rtxa4500', 'RTX A4500', ['Ampere', 2021], sheet('RTX A4500'), [20, 'pcie', 640, 94.6]),
  gpu('nvidia/a5000', 'RTX A5000', ['Ampere', 2021], sheet('RTX A5000'), [24, 'pcie', 768, 111.1]),
  gpu('nvidia/rtxa5500', 'RTX A5500', ['Ampere', 2022], sheet('RTX A5500'), [24, 'pcie', 768, 136.4]),
  gpu('nvidia/rtxa6000', 'RTX A6000', ['Ampere', 2020], GA102, [48, 'pcie', 768, 154.8]),
  gpu('nvidia/rtx2000ada', 'RTX 2000 Ada', ['Ada Lovelace', 2024], sheet('RTX 2000 Ada'), [16, 'pcie', 224, 48]),
  gpu('nvidia/rtx2000eada', 'RTX 2000E Ada', ['Ada Lovelace', 2024], sheet('RTX 2000E Ada'), [16, 'pcie', null, null]),
  gpu('nvidia/rtx4000ada', 'RTX 4000 Ada', ['Ada Lovelace', 2023], sheet('RTX 4000 Ada'), [20, 'pcie', 360, 106.9]),
  gpu('nvidia/rtx4000sffada', 'RTX 4000 SFF Ada', ['Ada Lovelace', 2023], sheet('RTX 4000 SFF Ada'), [20, 'pcie', 280, 76.7]),
  // Akash has this name on chain beside the two above (tests/fixtures/mainnet); which card it is is not told, so it stays its own.
  gpu('nvidia/rtx4000sada', 'RTX 4000 S Ada', ['Ada Lovelace', 2023], 'Akash Console API, gpu-prices of 2026-09-28', [
    20,
    'pcie',
    null,
    null
  ]),
  gpu('nvidia/rtx4500ada', 'RTX 4500 Ada', ['Ada Lovelace', 2023], sheet('RTX 4500 Ada'), [24, 'pcie', 432, 158.5]),
  gpu('nvidia/rtx5000ada', 'RTX 5000 Ada', ['Ada Lovelace', 2023], sheet('RTX 5000 Ada'), [32, 'pcie', 576, 261.1]),
  gpu('nvidia/rtx5880ada', 'RTX 5880 Ada', ['Ada Lovelace', 2024], sheet('RTX 5880 Ada'), [48, 'pcie', 960, 277.1]),
  gpu('nvidia/rtx6000ada', 'RTX 6000 Ada', ['Ada Lovelace', 2022], sheet('RTX 6000 Ada'), [48, 'pcie', 960, 364.2]),
  gpu('nvidia/rtxpro4000', 'RTX PRO 4000', ['Blackwell', 2025], sheet('RTX PRO 4000 Blackwell'), [24, 'pcie', 672, null]),
  gpu('nvidia/rtxpro4500', 'RTX PRO 4500', ['Blackwell', 2025], sheet('RTX PRO 4500 Blackwell'), [32, 'pcie', null, null]),
  gpu(
    'nvidia/rtxpro5000',
    'RTX PRO 5000',
    ['Blackwell', 2025],
    sheet('RTX PRO 5000 Blackwell'),
    [48, 'pcie', 1344, null],
    [72, 'pcie', 1344, null]
  ),
  gpu('nvidia/rtxpro6000', 'RTX PRO 6000', ['Blackwell', 2025], sheet('RTX PRO 6000 Blackwell'), [96, 'pcie', null, null]),
  gpu('nvidia/pro6000se', 'RTX PRO 6000 Server', ['Blackwell', 2025], sheet('RTX PRO 6000 Blackwell Server Edition'), [
    96,
    'pcie',
    1597,
    null
  ]),
  gpu('nvidia/pro6000we', 'RTX PRO 6000 Workstation', ['Blackwell', 2025], sheet('RTX PRO 6000 Blackwell Workstation Edition'), [
    96,
    'pcie',
    1792,
    503.8
  ]),
  gpu('nvidia/pro6000mq', 'RTX PRO 6000 Max-Q', ['Blackwell', 2025], sheet('RTX PRO 6000 Blackwell Max-Q'), [
    96,
    'pcie',
    1792,
    438.9
  ])
]

const GEFORCE_CARDS: readonly (readonly Gpu[])[] = [
  gpu('nvidia/gtx960', 'GTX 960', ['Maxwell', 2015], GEFORCE, [2, 'pcie', 112, null], [4, 'pcie', 112, null]),
  gpu('nvidia/gtx970', 'GTX 970', ['Maxwell', 2014], GEFORCE, [4, 'pcie', 224, null]),
  gpu('nvidia/gtx980', 'GTX 980', ['Maxwell', 2014], GEFORCE, [4, 'pcie', 224, null]),
  gpu('nvidia/gtx980ti', 'GTX 980 Ti', ['Maxwell', 2015], GEFORCE, [6, 'pcie', 336, null]),
  gpu('nvidia/gt1030', 'GT 1030', ['Pascal', 2017], GEFORCE, [2, 'pcie', null, null]),
  gpu('nvidia/mx150', 'MX150', ['Pascal', 2017], GEFORCE, [2, 'pcie', null, null]),
  gpu('nvidia/gtx1050', 'GTX 1050', ['Pascal', 2016], GEFORCE, [2, 'pcie', 112, null], [3, 'pcie', 84, null]),
  gpu('nvidia/gtx1050ti', 'GTX 1050 Ti', ['Pascal', 2016], GEFORCE, [4, 'pcie', 112, null]),
  gpu(
    'nvidia/gtx1060',
    'GTX 1060',
    ['Pascal', 2016],
    GEFORCE,
    [3, 'pcie', 192, null],
    [5, 'pcie', 160, null],
    [6, 'pcie', 192, null]
  ),
  gpu('nvidia/gtx1070', 'GTX 1070', ['Pascal', 2016], GEFORCE, [8, 'pcie', 256, null]),
  gpu('nvidia/gtx1070ti', 'GTX 1070 Ti', ['Pascal', 2017], GEFORCE, [8, 'pcie', 256, null]),
  gpu('nvidia/gtx1080', 'GTX 1080', ['Pascal', 2016], GEFORCE, [8, 'pcie', 320, null]),
  gpu('nvidia/gtx1080ti', 'GTX 1080 Ti', ['Pascal', 2017], GEFORCE, [11, 'pcie', 484, null]),
  gpu('nvidia/titanxp', 'TITAN Xp', ['Pascal', 2017], GEFORCE, [12, 'pcie', 547.7, null]),
  gpu('nvidia/titanv', 'TITAN V', ['Volta', 2017], GEFORCE, [12, 'pcie', 652.8, 110]),
  gpu('nvidia/titanrtx', 'TITAN RTX', ['Turing', 2018], GEFORCE, [24, 'pcie', 672, 130.5]),
  gpu('nvidia/gtx1650', 'GTX 1650', ['Turing', 2019], GEFORCE, [4, 'pcie', null, null]),
  gpu('nvidia/gtx1650ti', 'GTX 1650 Ti', ['Turing', 2020], GEFORCE, [4, 'pcie', 192, null]),
  gpu('nvidia/gtx1650super', 'GTX 1650 SUPER', ['Turing', 2019], GEFORCE, [4, 'pcie', 192, null]),
  gpu('nvidia/gtx1660', 'GTX 1660', ['Turing', 2019], GEFORCE, [6, 'pcie', 192, null]),
  gpu('nvidia/gtx1660super', 'GTX 1660 SUPER', ['Turing', 2019], GEFORCE, [6, 'pcie', 336, null]),
  gpu('nvidia/gtx1660ti', 'GTX 1660 Ti', ['Turing', 2019], GEFORCE, [6, 'pcie', 288, null]),
  gpu('nvidia/rtx2060', 'RTX 2060', ['Turing', 2019], TURING, [6, 'pcie', 336, 25.8], [12, 'pcie', 336, null]),
  gpu('nvidia/rtx2060super', 'RTX 2060 SUPER', ['Turing', 2019], GEFORCE, [8, 'pcie', 448, null]),
  gpu('nvidia/rtx2070', 'RTX 2070', ['Turing', 2018], TURING, [8, 'pcie', 448, 29.9]),
  gpu('nvidia/rtx2070super', 'RTX 2070 SUPER', ['Turing', 2019], GEFORCE, [8, 'pcie', 448, null]),
  gpu('nvidia/rtx2080', 'RTX 2080', ['Turing', 2018], TURING, [8, 'pcie', 448, 40.3]),
  gpu('nvidia/rtx2080super', 'RTX 2080 SUPER', ['Turing', 2019], GA102, [8, 'pcie', 496, 44.6]),
  gpu('nvidia/rtx2080ti', 'RTX 2080 Ti', ['Turing', 2018], TURING, [11, 'pcie', 616, 53.8]),
  gpu('nvidia/rtx3050', 'RTX 3050', ['Ampere', 2022], GEFORCE, [6, 'pcie', 168, null], [8, 'pcie', 224, null]),
  gpu('nvidia/rtx3060', 'RTX 3060', ['Ampere', 2021], GEFORCE, [8, 'pcie', 240, null], [12, 'pcie', 360, null]),
  gpu('nvidia/rtx3060ti', 'RTX 3060 Ti', ['Ampere', 2020], GEFORCE, [8, 'pcie', 448, null]),
  gpu('nvidia/rtx3070', 'RTX 3070', ['Ampere', 2020], GA102, [8, 'pcie', 448, 40.6]),
  gpu('nvidia/rtx3070ti', 'RTX 3070 Ti', ['Ampere', 2021], GEFORCE, [8, 'pcie', 608, null]),
  gpu('nvidia/rtx3080', 'RTX 3080', ['Ampere', 2020], GA102, [10, 'pcie', 760, 59.5], [12, 'pcie', 912, null]),
  gpu('nvidia/rtx3080ti', 'RTX 3080 Ti', ['Ampere', 2021], GEFORCE, [12, 'pcie', 912, null]),
  gpu('nvidia/rtx3090', 'RTX 3090', ['Ampere', 2020], GA102, [24, 'pcie', 936, 71]),
  gpu('nvidia/rtx3090ti', 'RTX 3090 Ti', ['Ampere', 2022], ADA, [24, 'pcie', 1008, 80]),
  gpu('nvidia/rtx4060', 'RTX 4060', ['Ada Lovelace', 2023], ADA, [8, 'pcie', 272, null]),
  gpu('nvidia/rtx4060ti', 'RTX 4060 Ti', ['Ada Lovelace', 2023], ADA, [8, 'pcie', 288, null], [16, 'pcie', 288, null]),
  gpu('nvidia/rtx4070', 'RTX 4070', ['Ada Lovelace', 2023], ADA, [12, 'pcie', 504, 58.3]),
  gpu('nvidia/rtx4070super', 'RTX 4070 SUPER', ['Ada Lovelace', 2024], GEFORCE, [12, 'pcie', 504, null]),
  gpu('nvidia/rtx4070ti', 'RTX 4070 Ti', ['Ada Lovelace', 2023], ADA, [12, 'pcie', 504, 80.2]),
  gpu('nvidia/rtx4070tisuper', 'RTX 4070 Ti SUPER', ['Ada Lovelace', 2024], GEFORCE, [16, 'pcie', 672, null]),
  gpu('nvidia/rtx4080', 'RTX 4080', ['Ada Lovelace', 2022], ADA, [16, 'pcie', 717, 97.5]),
  gpu('nvidia/rtx4080super', 'RTX 4080 SUPER', ['Ada Lovelace', 2024], GEFORCE, [16, 'pcie', 736, null]),
  gpu('nvidia/rtx4090', 'RTX 4090', ['Ada Lovelace', 2022], ADA, [24, 'pcie', 1008, 165.2]),
  gpu('nvidia/rtx4090d', 'RTX 4090 D', ['Ada Lovelace', 2023], GEFORCE, [24, 'pcie', 1008, null]),
  gpu('nvidia/rtx5060', 'RTX 5060', ['Blackwell', 2025], GEFORCE, [8, 'pcie', 448, null]),
  gpu('nvidia/rtx5060ti', 'RTX 5060 Ti', ['Blackwell', 2025], GEFORCE, [8, 'pcie', 448, null], [16, 'pcie', 448, null]),
  gpu('nvidia/rtx5070', 'RTX 5070', ['Blackwell', 2025], BLACKWELL, [12, 'pcie', 672, 61.7]),
  gpu('nvidia/rtx5070ti', 'RTX 5070 Ti', ['Blackwell', 2025], BLACKWELL, [16, 'pcie', 896, 87.9]),
  gpu('nvidia/rtx5080', 'RTX 5080', ['Blackwell', 2025], BLACKWELL, [16, 'pcie', 960, 112.6]),
  gpu('nvidia/rtx5090', 'RTX 5090', ['Blackwell', 2025], BLACKWELL, [32, 'pcie', 1792, 209.5])
]

const OTHER_VENDORS: readonly (readonly Gpu[])[] = [
  gpu('amd/mi25', 'Instinct MI25', ['GCN 5', 2017], 'AMD Radeon Instinct MI25 datasheet', [16, 'pcie', 484, 24.6]),
  gpu(
    'amd/mi50',
    'Instinct MI50',
    ['GCN 5', 2018],
    'AMD Radeon Instinct MI50 datasheet',
    [16, 'pcie', 1024, 26.5],
    [32, 'pcie', 1024, 26.5]
  ),
  gpu('amd/mi60', 'Instinct MI60', ['GCN 5', 2018], 'AMD Radeon Instinct MI60 datasheet', [32, 'pcie', 1024, 29.5]),
  gpu('amd/mi100', 'Instinct MI100', ['CDNA', 2020], 'AMD Instinct MI100 brochure', [32, 'pcie', 1229, 184.6]),
  gpu('amd/mi210', 'Instinct MI210', ['CDNA 2', 2022], 'AMD Instinct MI210 brochure', [64, 'pcie', 1638, 181]),
  gpu('amd/mi250', 'Instinct MI250', ['CDNA 2', 2021], 'AMD Instinct MI200 series datasheet', [128, null, 3277, 362.1]),
  gpu('amd/mi250x', 'Instinct MI250X', ['CDNA 2', 2021], 'AMD Instinct MI200 series datasheet', [128, null, 3277, 383]),
  gpu('amd/mi300x', 'Instinct MI300X', ['CDNA 3', 2023], 'AMD Instinct MI300X data sheet', [192, null, 5300, 1307.4]),
  gpu('amd/mi325x', 'Instinct MI325X', ['CDNA 3', 2024], 'AMD Instinct MI325X data sheet', [256, null, 6000, 1307.4]),
  gpu('amd/mi350x', 'Instinct MI350X', ['CDNA 4', 2025], 'AMD Instinct MI350X data sheet', [288, null, 8000, 2300]),
  gpu('amd/mi355x', 'Instinct MI355X', ['CDNA 4', 2025], 'AMD Instinct MI355X data sheet', [288, null, 8000, 2500]),
  gpu('intel/gaudi', 'Gaudi', ['Gaudi', 2019], 'Habana Gaudi whitepaper', [32, null, 1000, null]),
  gpu('intel/gaudi2', 'Gaudi 2', ['Gaudi 2', 2022], 'Intel Gaudi 2 whitepaper', [96, null, 2450, null]),
  gpu('intel/gaudi3', 'Gaudi 3', ['Gaudi 3', 2024], 'Intel Gaudi 3 whitepaper', [128, null, 3700, null])
]

/** Every GPU that is known. Models are added here when the report of unknown names shows them. */
export const GPUS: readonly Gpu[] = [DATA_CENTER, WORKSTATION, GEFORCE_CARDS, OTHER_VENDORS].flat(2)
