/** From a GPU's name, as clouds, marketplaces and Akash write it, to the canonical model. A name that is not known is never guessed. */
import { GPU_ALIASES, type GpuAlias } from './gpu-aliases.ts'
import { GPUS, type Gpu, type GpuForm } from './gpu-models.ts'

export type ReadGpu = {
  /** `vendor/model`, one of `GPUS`. */
  readonly model: string
  /** Nominal GiB of one GPU, one of the model's sizes; null when nothing tells which. */
  readonly memoryGib: number | null
  readonly form: GpuForm | null
}

/** What a source tells beside the name: GiB as measured or sold, form factor in its own words (`SXM5`, `PCIe`). */
export type GpuHints = { readonly memoryGib?: number | null; readonly form?: string | null }

/**
 * Sources report a few per cent less than nominal, for what drivers and ECC keep to themselves. Same tolerance as gpuhunt
 * (https://github.com/dstackai/gpuhunt, correct_gpu_memory_gib).
 */
const MEMORY_TOLERANCE = 0.07

/** The longest real name seen has 52 characters. */
const LONGEST_NAME = 120

const VENDORS: ReadonlyMap<string, string> = new Map([
  ['nvidia', 'nvidia'],
  ['tesla', 'nvidia'],
  ['geforce', 'nvidia'],
  ['quadro', 'nvidia'],
  ['amd', 'amd'],
  ['radeon', 'amd'],
  ['instinct', 'amd'],
  ['intel', 'intel'],
  ['habana', 'intel']
])

/** Words that tell nothing about which GPU it is: `NVIDIA H100 80GB HBM3`, `RTX 6000 Ada Generation`, `NVIDIA T4 Tensor Core GPU`. */
const FILLERS = new Set(['generation', 'blackwell', 'tensor', 'core', 'gpu', 'nvlink', 'oam', 'hbm2', 'hbm2e', 'hbm3', 'hbm3e'])

const FORMS: readonly (readonly [RegExp, GpuForm])[] = [
  [/^(sxm\d?|hgx)$/, 'sxm'],
  [/^(pcie\d?|fhhl)$/, 'pcie']
]

const byModel: ReadonlyMap<string, readonly Gpu[]> = Map.groupBy(GPUS, (gpu) => gpu.model)
const aliases = new Map<string, GpuAlias>([
  ...[...byModel.keys()].map((model): [string, GpuAlias] => {
    const alias = model.slice(model.indexOf('/') + 1)
    return [`* ${alias}`, { source: '*', alias, model }]
  }),
  ...GPU_ALIASES.map((alias): [string, GpuAlias] => [`${alias.source} ${alias.alias}`, alias])
])

/**
 * A name as words: lower case, letters, digits and decimal points only, one space between. Idempotent. Empty for what can't be a GPU's name: other
 * scripts, control characters, more than 120 characters.
 */
export function normaliseGpuName(name: string): string {
  if (name.length > LONGEST_NAME) return ''
  const plain = name.replace(/[®™]/g, ' ')
  if (/[^\x20-\x7e]/.test(plain)) return ''
  const words = plain
    .toLowerCase()
    .replace(/\((r|tm)\)/g, ' ')
    .match(/\d+\.\d+|[a-z0-9]+/g)
  return (words ?? []).join(' ').replace(/\bpci e\b/g, 'pcie')
}

/**
 * Reads the name that a source gives a GPU.
 * @param source provider id such as `aws` or `vast`: some names mean different things at different places
 * @returns null when the name is not known or contradicts itself. Memory and form factor are filled where the model has just one, and null
 * where it has several and neither name nor hints tell which. They are null, too, where what is told can't be: a memory that is no size of the
 * model within 7 %, a form factor in which the model is not made, a hint that contradicts the name
 */
export function readGpu(source: string, name: string, hints: GpuHints = {}): ReadGpu | null {
  const found = named(source, name)
  if (!found) return null
  const rows = byModel.get(found.model) ?? []
  const forms = [...found.forms, ...toldForm(hints.form)]
  const memories = [...found.memories, ...(hints.memoryGib === undefined || hints.memoryGib === null ? [] : [hints.memoryGib])]

  const form = only(forms)
  const ofForm = form === null ? [] : rows.filter((row) => row.form === form)
  const candidates = ofForm.length > 0 ? ofForm : rows
  const memory = only(memories.map((told) => nearest(candidates, told)))
  const ofMemory = memory === null ? candidates : candidates.filter((row) => row.memoryGib === memory)
  return {
    model: found.model,
    memoryGib: memories.length > 0 ? memory : only(candidates.map((row) => row.memoryGib)),
    form: forms.length > 0 ? (only(ofForm.map((row) => row.form)) ?? null) : only(ofMemory.map((row) => row.form))
  }
}

type Named = { readonly model: string; readonly memories: readonly number[]; readonly forms: readonly GpuForm[] }

function named(source: string, name: string): Named | null {
  if (byModel.has(name)) return { model: name, memories: [], forms: [] }
  const words = normaliseGpuName(name)
    .replace(/\b(\d{1,3}(?:\.\d+)?) (g|gb|gi|gib)\b/g, '$1$2')
    .split(' ')
  const vendors = words.flatMap((word) => VENDORS.get(word) ?? [])
  const telling = words.filter((word) => !VENDORS.has(word))
  const rest = telling.filter((word) => !FILLERS.has(word) && memoryOf(word).length === 0 && formOf(word).length === 0).join('')
  const [, stem = '', suffix = ''] = /^(.+?)(sxm\d?|pcie)$/.exec(rest) ?? []

  const whole = lookUp(source, telling.join(''))
  const alias = whole ?? lookUp(source, rest) ?? lookUp(source, stem)
  if (!alias || vendors.some((vendor) => !alias.model.startsWith(`${vendor}/`))) return null
  const apart = whole ? [] : [...telling, suffix]
  const memories = new Set([...apart.flatMap(memoryOf), ...(alias.memoryGib === undefined ? [] : [alias.memoryGib])])
  const forms = new Set([...apart.flatMap(formOf), ...(alias.form === undefined ? [] : [alias.form])])
  return memories.size > 1 || forms.size > 1 ? null : { model: alias.model, memories: [...memories], forms: [...forms] }
}

function lookUp(source: string, key: string): GpuAlias | undefined {
  return aliases.get(`${source} ${key}`) ?? aliases.get(`* ${key}`)
}

function memoryOf(word: string): readonly number[] {
  const [, gib] = /^(\d{1,3}(?:\.\d+)?)(?:g|gb|gi|gib)$/.exec(word) ?? []
  return gib === undefined ? [] : [Number(gib)]
}

function formOf(word: string): readonly GpuForm[] {
  return FORMS.flatMap(([pattern, form]) => (pattern.test(word) ? [form] : []))
}

function toldForm(form: string | null | undefined): readonly GpuForm[] {
  return form === undefined || form === null ? [] : formOf(normaliseGpuName(form))
}

/** The one value that all are, else null. */
function only<T>(values: readonly T[]): T | null {
  const [first] = values
  return first !== undefined && values.every((value) => value === first) ? first : null
}

function nearest(rows: readonly Gpu[], told: number): number | null {
  const sizes = rows.map((row) => row.memoryGib).sort((a, b) => Math.abs(a - told) - Math.abs(b - told))
  const [size] = sizes
  return size !== undefined && Math.abs(size - told) <= size * MEMORY_TOLERANCE ? size : null
}
