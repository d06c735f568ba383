/** The views over the facts in the order in which they build on each other. Each is `views/<name>.sql`. */
import type { PublicTable } from '../model/public.ts'

/** Steps on the way to the public tables. Not to be relied on by readers. */
const INTERNAL = [
  'covered',
  'migrations',
  'first_denoms',
  'migration_bounds',
  'recalled_leases',
  'recalled_bids',
  'known_events',
  'known_specs',
  'known_gpu_units',
  'state_heights',
  'times',
  'bid_keys',
  'lease_keys',
  'escrow_moves',
  'gpu_kinds',
  'dry_runs',
  'upgrade_params',
  'probe_days',
  'probe_spans',
  'probe_pieces',
  'probe_gpus',
  'lease_days'
] as const

export type View = (typeof INTERNAL)[number] | PublicTable

export const VIEWS: readonly View[] = [
  ...INTERNAL,
  'blocks',
  'payouts',
  'escrow_flows',
  'lease_gpus',
  'lease_prices',
  'leases',
  'bids',
  'orders',
  'deployments',
  'audits',
  'provider_changes',
  'providers',
  'mints_burns',
  'module_params',
  'token_prices',
  'coverage',
  'reported_days',
  'probes',
  'probe_nodes',
  'provider_days',
  'supply_days',
  'reconciliation'
]
