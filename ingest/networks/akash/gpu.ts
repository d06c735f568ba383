/** GPU attributes: `vendor/nvidia/model/h100/ram/80Gi/interface/sxm`, each part after the vendor optional, `*` for any model. */

export type GpuOption = {
  /** `vendor/model` in lower case; `vendor/*` when any model will do. */
  readonly model: string
  readonly memoryGib: number | null
  readonly interface: string | null
}

/** Memory of a Kubernetes quantity such as `80Gi` or `40960Mi` in GiB; null when it is not one. */
export function gib(quantity: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti|K|M|G|T)?$/i.exec(quantity)
  if (!match) return null
  const unit = (match[2] ?? '').toLowerCase()
  const bytes = Number(match[1]) * (unit.endsWith('i') ? 1024 : 1000) ** (unit === '' ? 0 : 'kmgt'.indexOf(unit.charAt(0)) + 1)
  return bytes / 1024 ** 3
}

/** `sxm` of `SXM5`, `pcie` of `PCIe`; any other as written, in lower case. */
export function formFactor(text: string): string {
  const lower = text.toLowerCase()
  return /^(sxm|pcie)/.exec(lower)?.[1] ?? lower
}

/** The GPU that an attribute key names, or null when the key is about something else. */
export function gpuOption(key: string): GpuOption | null {
  const parts = key.split('/')
  const pairs = new Map<string, string>()
  for (let i = 0; i + 1 < parts.length; i += 2) pairs.set((parts[i] ?? '').toLowerCase(), parts[i + 1] ?? '')
  const vendor = pairs.get('vendor')?.toLowerCase()
  if (!vendor) return null
  const ram = pairs.get('ram')
  const form = pairs.get('interface')
  return {
    model: `${vendor}/${(pairs.get('model') || '*').toLowerCase()}`,
    memoryGib: ram === undefined ? null : gib(ram),
    interface: form ? formFactor(form) : null
  }
}
