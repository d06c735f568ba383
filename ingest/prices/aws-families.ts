/**
 * GPUs of EC2's instance families: the price list has their number but not their name. From https://aws.amazon.com/ec2/instance-types/
 * (accelerated computing), and held to the reference history by `tests/unit/prices/hardware.test.ts`.
 */
export type AwsGpu = { readonly name: string; readonly memoryGib: number; readonly form: 'sxm' | 'pcie' }

const gpu = (name: string, memoryGib: number, form: AwsGpu['form'] = 'pcie'): AwsGpu => ({ name, memoryGib, form })

const FAMILIES: { readonly [family: string]: AwsGpu } = {
  g2: gpu('K520', 4),
  g3: gpu('M60', 8),
  g3s: gpu('M60', 8),
  g4ad: gpu('Radeon Pro V520', 8),
  g4dn: gpu('T4', 16),
  g5: gpu('A10G', 24),
  g5g: gpu('T4G', 16),
  g6: gpu('L4', 24),
  gr6: gpu('L4', 24),
  g6e: gpu('L40S', 48),
  g7: gpu('RTX PRO 4500', 32),
  g7e: gpu('RTX PRO 6000 Server Edition', 96),
  p2: gpu('K80', 12),
  p3: gpu('V100', 16, 'sxm'),
  p3dn: gpu('V100', 32, 'sxm'),
  p4d: gpu('A100', 40, 'sxm'),
  p4de: gpu('A100', 80, 'sxm'),
  p5: gpu('H100', 80, 'sxm'),
  p5e: gpu('H200', 141, 'sxm'),
  p5en: gpu('H200', 141, 'sxm'),
  'p6-b200': gpu('B200', 180, 'sxm'),
  'p6-b300': gpu('B300', 288, 'sxm')
}

/** Families whose accelerator is no GPU, though the list counts it as one here and there: Trainium, Inferentia, Gaudi, Qualcomm, FPGA, video. */
const NO_GPU = new Set(['trn1', 'trn1n', 'trn2', 'trn2u', 'trn3', 'inf1', 'inf2', 'dl1', 'dl2q', 'f1', 'f2', 'vt1'])
/** Families sold by parts of a GPU, half of one down to an eighth. */
const FRACTIONAL = new Set(['g6f', 'gr6f'])

/** `p5` of `p5.48xlarge`. */
export function familyOf(instanceType: string): string {
  return instanceType.slice(0, Math.max(0, instanceType.indexOf('.')))
}

/** The GPU of an instance type; a reason where it has none to be compared; null where the family is not known. */
export function awsGpu(instanceType: string): AwsGpu | 'accelerator that is no GPU' | 'part of a GPU' | null {
  const family = familyOf(instanceType)
  if (NO_GPU.has(family)) return 'accelerator that is no GPU'
  if (FRACTIONAL.has(family)) return 'part of a GPU'
  return FAMILIES[family] ?? null
}
