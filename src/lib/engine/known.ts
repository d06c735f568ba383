/** What the software knows by itself, beside what a lake holds, as tables of schema `facts`: GPUs, denoms, the reference history of prices. */
import { GPUS } from '../model/gpu-models.ts'
import { readGpu } from '../model/gpus.ts'
import { KNOWN_DENOMS } from '../model/money.ts'
import { GPU_COLUMNS, PRICES, type ReferencePrices } from '../model/prices.ts'
import { col, opt, type Columns } from '../model/tables.ts'
import type { NativeEngine } from './native.ts'

const NETWORK = col('VARCHAR', 'Network id')

/** Columns of `facts.denoms`: what is known of them. */
const DENOMS: Columns = {
  denom: col('VARCHAR', 'Denom'),
  units_per_token: col('DOUBLE', 'Smallest units in a token'),
  asset: opt('VARCHAR', 'Its name in `token_prices`'),
  fixed_usd: opt('DOUBLE', 'What a token is worth by its design', 'USD')
}

/** Columns of `facts.gpu_names`: GPUs as attributes on chain name them, and the models that these are. */
const NAMES: Columns = {
  name: col('VARCHAR', '`vendor/model` as on chain, in lower case'),
  told_gib: opt('DOUBLE', 'Memory as on chain'),
  told_interface: opt('VARCHAR', 'Form factor as on chain'),
  gpu_model: col('VARCHAR', 'Canonical model; the name itself where it is not known'),
  gpu_memory_gib: opt('DOUBLE', 'Memory: as told, or the only size of the model'),
  gpu_interface: opt('VARCHAR', 'Form factor: as told, or the only one of the model'),
  is_known: col('BOOLEAN', 'The name is known')
}

/** Columns of `facts.reference_events`. */
const EVENTS: Columns = {
  network: NETWORK,
  date: col('DATE', 'UTC day'),
  title: col('VARCHAR', 'What happened'),
  source: col('VARCHAR', 'Who says so')
}

/** A table of schema `facts` with its columns and rows. */
export type KnownTable = readonly [name: string, columns: Columns, rows: readonly object[]]

/** The tables. `facts.gpu_names` is empty until `nameGpus`. */
export function knownTables(network: string, reference: ReferencePrices): KnownTable[] {
  const here = (rows: readonly object[]): object[] => rows.map((row) => ({ network, ...row }))
  return [
    ['gpu_models', { network: NETWORK, ...GPU_COLUMNS }, here(GPUS.map(columnsOf))],
    ['gpu_names', NAMES, []],
    ['denoms', DENOMS, KNOWN_DENOMS.map((of) => ({ ...of, units_per_token: of.unitsPerToken, fixed_usd: of.fixedUsd }))],
    ['reference_list_prices', { network: NETWORK, ...PRICES.list_prices.columns }, here(reference.prices)],
    ['reference_token_prices', { network: NETWORK, ...PRICES.token_prices.columns }, here(reference.tokens)],
    ['reference_events', EVENTS, here(reference.events)]
  ]
}

const columnsOf = (gpu: (typeof GPUS)[number]) => ({
  gpu_model: gpu.model,
  gpu_memory_gib: gpu.memoryGib,
  gpu_interface: gpu.form,
  name: gpu.name,
  architecture: gpu.architecture,
  launch_year: gpu.year,
  memory_bandwidth_gb_s: gpu.bandwidth,
  fp16_tflops: gpu.fp16,
  source: gpu.source
})

/** Reads every name of a GPU in the lake's facts and in the view `stated_gpus` with `readGpu`. One that is not known stays as it is. */
export async function nameGpus(engine: NativeEngine): Promise<void> {
  const rows = await engine.query<{
    readonly name: string
    readonly told_gib: number | null
    readonly told_interface: string | null
  }>(`
    SELECT DISTINCT model AS name, memory_gib AS told_gib, interface AS told_interface
    FROM (
      SELECT model, memory_gib, interface FROM facts.gpu_units
      UNION ALL SELECT model, memory_gib, interface FROM facts.state_gpu_units
      UNION ALL SELECT name, gib, interface FROM main.stated_gpus
    )
    WHERE model IS NOT NULL AND NOT ends_with(model, '*')`)
  const named = rows.map((row) => {
    const read = readGpu('akash', row.name, { memoryGib: row.told_gib, form: row.told_interface })
    return {
      ...row,
      gpu_model: read?.model ?? row.name,
      gpu_memory_gib: read ? read.memoryGib : row.told_gib,
      gpu_interface: read ? read.form : row.told_interface,
      is_known: read !== null
    }
  })
  await engine.insert('facts.gpu_names', NAMES, named)
}
