/** What providers themselves answer about their machines: kept as files of their own in the lake, never among facts of the chain. */
import { col, opt, type RowOf } from './tables.ts'

const probe = {
  provider: col('VARCHAR', 'Provider address'),
  probed_at: col('TIMESTAMP', 'When it was asked')
} as const

export const PROBES = {
  probes: {
    row: 'one attempt to reach a provider',
    key: ['provider', 'probed_at'],
    columns: {
      ...probe,
      ok: col('BOOLEAN', 'It answered, and the answer was understood'),
      error: opt('VARCHAR', 'Why not, in one word: `unresolved`, `address`, `timeout`, …; NULL when ok'),
      error_detail: opt('VARCHAR', 'The same in words, of each way that was tried'),
      latency_ms: opt('INTEGER', 'Time until the whole answer was there; NULL without one', 'milliseconds'),
      version: opt('VARCHAR', "Version of the provider's software, without a leading v"),
      active_leases: opt('INTEGER', 'Leases that it runs, as it counts them', 'leases'),
      via: opt('VARCHAR', 'How it answered: `grpc` or `rest`'),
      host_uri: opt('VARCHAR', 'Address of the provider service as its record on chain said then'),
      address: opt('VARCHAR', 'IP address that was asked; NULL where none was'),
      certificate_sha256: opt(
        'VARCHAR',
        'SHA-256 of the certificate shown, lower-case hex; it is self-signed, no name in it is trusted'
      ),
      certificate_valid: opt('BOOLEAN', "Whether the time of the probe lies within the certificate's dates"),
      doubts: col(
        'VARCHAR[]',
        'Figures not taken, `column: why`, one entry for each: they cannot be, and are NULL in `probe_nodes` or here'
      )
    }
  },
  probe_nodes: {
    row: 'a node and one kind of GPU in it (of a node with several kinds several rows), in a successful probe',
    key: ['provider', 'probed_at', 'node_index', 'gpu_kind'],
    columns: {
      ...probe,
      node_index: col('INTEGER', 'Place of the node in the answer, from 0'),
      gpu_kind: col(
        'INTEGER',
        'Kind of GPU within the node, from 0: what is not of GPUs is repeated for each, so sum it over kind 0 alone'
      ),
      node: opt('VARCHAR', 'Name of the node; old versions tell none'),
      cpu_allocatable: opt('BIGINT', 'CPU that leases can have at all', 'millicores'),
      cpu_allocated: opt('BIGINT', 'CPU that they have', 'millicores'),
      cpu_available: opt('BIGINT', 'CPU that is free; of old versions all that is told', 'millicores'),
      memory_allocatable: opt('BIGINT', 'Memory that leases can have at all', 'bytes'),
      memory_allocated: opt('BIGINT', 'Memory that they have', 'bytes'),
      memory_available: opt('BIGINT', 'Memory that is free', 'bytes'),
      storage_allocatable: opt('BIGINT', 'Ephemeral storage that leases can have at all', 'bytes'),
      storage_allocated: opt('BIGINT', 'Ephemeral storage that they have', 'bytes'),
      storage_available: opt('BIGINT', 'Ephemeral storage that is free', 'bytes'),
      gpu_model: opt('VARCHAR', '`vendor/model` in lower case; NULL without GPUs, and where the model is not told'),
      gpu_memory_gib: opt('DOUBLE', 'Memory of one GPU', 'GiB'),
      gpu_interface: opt('VARCHAR', 'Form factor: `sxm`, `pcie`, …'),
      gpus_allocatable: opt('INTEGER', 'GPUs of this kind that leases can have at all', 'GPUs'),
      gpus_allocated: opt(
        'INTEGER',
        'GPUs of this kind that they have; NULL where a node with several kinds does not tell which',
        'GPUs'
      ),
      gpus_available: opt('INTEGER', 'GPUs of this kind that are free', 'GPUs')
    }
  }
} as const

export type ProbeTable = keyof typeof PROBES
export const PROBE_TABLES = Object.keys(PROBES) as readonly ProbeTable[]
export type ProbeRow = RowOf<(typeof PROBES)['probes']['columns']>
export type ProbeNodeRow = RowOf<(typeof PROBES)['probe_nodes']['columns']>
/** A node of an answer, before it is known whose and when. */
export type NodeFigures = Omit<ProbeNodeRow, 'provider' | 'probed_at'>
/** One attempt with the nodes it found. */
export type Probe = { readonly probe: ProbeRow; readonly nodes: readonly NodeFigures[] }

/** `2026-11-21` of `probes/probe_nodes.2026-11-21.0123456789abcdef.parquet`; `2026-11` of a file of a month. Null of any other name. */
export function periodOf(path: string): string | null {
  return /^probes\/[a-z_]+\.(\d{4}-\d\d(?:-\d\d)?)\.[0-9a-f]{16}\.parquet$/.exec(path)?.[1] ?? null
}
