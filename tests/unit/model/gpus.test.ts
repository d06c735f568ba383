/** The table of GPUs, its aliases, and what holds for every name. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GPU_ALIASES } from '../../../src/lib/model/gpu-aliases.ts'
import { GPUS } from '../../../src/lib/model/gpu-models.ts'
import { normaliseGpuName, readGpu } from '../../../src/lib/model/gpus.ts'

const SOURCES = ['aws', 'azure', 'gcp', 'skypilot', 'runpod', 'vast', 'lambda', 'coreweave', 'akash', 'reference', 'dstack']
const models = [...new Set(GPUS.map((gpu) => gpu.model))]

describe('the table', () => {
  test('a model, memory and form factor has one row', () => {
    const keys = GPUS.map((gpu) => `${gpu.model} ${gpu.memoryGib} ${gpu.form}`)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('a model has one name, architecture and year, and a name one model', () => {
    const facts = new Set(GPUS.map((gpu) => `${gpu.model}: ${gpu.name}, ${gpu.architecture}, ${gpu.year}`))
    expect(facts.size).toBe(models.length)
    expect(new Set(GPUS.map((gpu) => gpu.name)).size).toBe(models.length)
  })

  test('figures are of the right order, and rows have a source', () => {
    for (const gpu of GPUS) {
      expect(gpu.model).toMatch(/^(nvidia|amd|intel)\/[a-z0-9]+$/)
      expect(gpu.year, gpu.model).toBeGreaterThanOrEqual(2014)
      expect(gpu.year, gpu.model).toBeLessThanOrEqual(2026)
      expect(gpu.bandwidth ?? 100, gpu.model).toBeGreaterThanOrEqual(84)
      expect(gpu.bandwidth ?? 100, gpu.model).toBeLessThanOrEqual(8000)
      expect(gpu.fp16 ?? 100, gpu.model).toBeGreaterThanOrEqual(17)
      expect(gpu.fp16 ?? 100, gpu.model).toBeLessThanOrEqual(2500)
      expect(gpu.source.length, gpu.model).toBeGreaterThan(10)
    }
  })

  test('some figures, as in the datasheets', () => {
    const figures = (model: string, memoryGib: number, form: string): unknown => {
      const gpu = GPUS.find((row) => row.model === model && row.memoryGib === memoryGib && row.form === form)
      return gpu && [gpu.year, gpu.bandwidth, gpu.fp16]
    }
    expect(figures('nvidia/h100', 80, 'sxm')).toEqual([2022, 3350, 989])
    expect(figures('nvidia/h100', 80, 'pcie')).toEqual([2022, 2000, 756])
    expect(figures('nvidia/a100', 40, 'pcie')).toEqual([2020, 1555, 312])
    expect(figures('nvidia/a100', 80, 'sxm')).toEqual([2020, 2039, 312])
    expect(figures('nvidia/a40', 48, 'pcie')).toEqual([2020, 696, 149.7])
    expect(figures('nvidia/b200', 180, 'sxm')).toEqual([2024, 8000, 2250])
  })

  test('an alias is as names are normalised, names a known model, and is of one model', () => {
    const keys = GPU_ALIASES.map(({ source, alias }) => `${source} ${alias}`)
    expect(new Set(keys).size).toBe(keys.length)
    for (const { alias, model } of GPU_ALIASES) {
      expect(models).toContain(model)
      expect(normaliseGpuName(alias)).toBe(alias)
      expect(alias).not.toContain(' ')
    }
    const canonical = new Set(models.map((model) => model.replace(/^\w+\//, '')))
    expect(canonical.size).toBe(models.length)
    expect(GPU_ALIASES.filter(({ source, alias }) => source === '*' && canonical.has(alias))).toEqual([])
  })

  test('every alias is read as its model by its source', () => {
    for (const { source, alias, model } of GPU_ALIASES)
      for (const of of source === '*' ? SOURCES : [source]) expect(readGpu(of, alias)?.model, `${of} ${alias}`).toBe(model)
  })
})

describe('properties', () => {
  const anyName = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc
      .array(
        fc.constantFrom(
          'nvidia',
          'tesla',
          'RTX',
          '4090',
          'A100',
          'pci-e',
          'SXM4',
          '80',
          'GB',
          '80GB',
          '®',
          '.',
          '-',
          ' ',
          '_',
          'Ti'
        ),
        { maxLength: 12 }
      )
      .map((parts) => parts.join(''))
  )

  test('normalising is idempotent', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const once = normaliseGpuName(name)
        expect(normaliseGpuName(once)).toBe(once)
      }),
      { numRuns: 2000 }
    )
  })

  test('a canonical name is itself for every source', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SOURCES), fc.constantFrom(...GPUS), (source, { model, memoryGib, form }) => {
        expect(readGpu(source, model)?.model).toBe(model)
        expect(readGpu(source, model, { memoryGib, form })).toEqual({ model, memoryGib, form })
      }),
      { numRuns: 2000 }
    )
  })

  test('case, vendor and what stands between words do not matter', () => {
    const separators = fc.constantFrom(' ', '-', '_', '  ', ' - ')
    fc.assert(
      fc.property(fc.constantFrom(...GPUS), separators, fc.boolean(), ({ name, model, memoryGib }, separator, upper) => {
        const words = [model.split('/')[0] ?? '', ...name.split(' '), `${memoryGib}GB`].join(separator)
        expect(readGpu('dstack', upper ? words.toUpperCase() : words.toLowerCase())).toMatchObject({ model, memoryGib })
      }),
      { numRuns: 2000 }
    )
  })

  test('what is read is a row of the table, and null is never filled against what was told', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SOURCES),
        fc.oneof(anyName, fc.constantFrom(...models)),
        fc.option(fc.double({ min: 0, max: 300 })),
        fc.constantFrom(null, 'sxm', 'SXM5', 'PCIe', 'oam'),
        (source, name, memoryGib, form) => {
          const gpu = readGpu(source, name, { memoryGib, form })
          if (gpu === null) return
          const rows = GPUS.filter(
            (row) =>
              row.model === gpu.model &&
              (gpu.memoryGib === null || row.memoryGib === gpu.memoryGib) &&
              (gpu.form === null || row.form === gpu.form)
          )
          expect(rows).not.toEqual([])
          if (memoryGib !== null && gpu.memoryGib !== null)
            expect(Math.abs(gpu.memoryGib - memoryGib)).toBeLessThanOrEqual(gpu.memoryGib * 0.07)
        }
      ),
      { numRuns: 3000 }
    )
  })

  test('hostile names are unknown', () => {
    for (const name of [
      '__proto__',
      'constructor',
      'nvidia/__proto__',
      'toString',
      'A100\u0000',
      'А100', // Cyrillic A
      'Ａ１００',
      '\u212A80', // Kelvin sign
      'A100\u200b',
      'h100\n',
      'A100 '.repeat(2000),
      `${'nvidia '.repeat(1_400)}A100`,
      'a'.repeat(10_000),
      '1'.repeat(10_000),
      ' '.repeat(10_000),
      '\ud800',
      'A100; DROP TABLE list_prices'
    ])
      for (const source of [...SOURCES, '__proto__', '*', ''])
        expect(readGpu(source, name), JSON.stringify(name.slice(0, 20))).toBeNull()
  })
})
