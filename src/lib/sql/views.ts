/** The views over the facts in the order in which they build on each other. Each is `views/<name>.sql`. */
import type { PublicTable } from '../model/public.ts'

/** Steps on the way to the public tables. Not to be relied on by readers. */
const INTERNAL = ['bid_keys', 'lease_keys', 'escrow_moves', 'gpu_kinds', 'migrations', 'dry_runs'] as const

export type View = (typeof INTERNAL)[number] | PublicTable

export const VIEWS: readonly View[] = [
  'blocks',
  ...INTERNAL,
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
  'token_prices',
  'coverage'
]
