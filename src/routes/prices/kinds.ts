/** Kinds of GPU for readers, and the choice among them. Pure. */
import { amount, count, modelName } from '../../lib/model/format.ts'
import { GPUS } from '../../lib/model/gpu-models.ts'
import { writeKind, type GpuKind } from '../../lib/model/state.ts'
import type { PriceChoices } from './prices.ts'

type Option = { readonly value: string; readonly text: string }

/** `H100 80 GB SXM`, `A100 (memory and form not known)`. */
export function kindName({ model, memoryGib, form }: GpuKind): string {
  const name = gpuName(model)
  const known = [memoryGib === null ? '' : `${memoryGib}\u00a0GB`, form === null ? '' : formName(form)].filter(
    (word) => word !== ''
  )
  const unknown = [memoryGib === null ? 'memory' : '', form === null ? 'form' : ''].filter((word) => word !== '')
  return `${[name, ...known].join('\u00a0')}${unknown.length === 0 ? '' : ` (${unknown.join(' and ')} not known)`}`
}

/** `H100`; other vendors than NVIDIA stay named. */
function gpuName(model: string): string {
  const known = GPUS.find((gpu) => gpu.model === model)
  const vendor = model.split('/')[0] ?? ''
  return known && vendor === 'nvidia' ? known.name : modelName(model)
}

function formName(form: string): string {
  return form === 'pcie' ? 'PCIe' : form.toUpperCase()
}

/** Each with the median and n of its last week. What an address asks for is among them, even where the lake has none of it. */
export function kindOptions({ kinds }: PriceChoices, wanted: GpuKind | null): readonly Option[] {
  const options = kinds.map(({ model, memory_gib, interface: form, median, leases }) => {
    const kind = { model, memoryGib: memory_gib, form }
    return { value: writeKind(kind), text: `${kindName(kind)} · $${amount(median)} · ${count(leases, 'lease')}` }
  })
  if (wanted === null || options.some(({ value }) => value === writeKind(wanted))) return options
  return [...options, { value: writeKind(wanted), text: `${kindName(wanted)} · no price` }]
}
