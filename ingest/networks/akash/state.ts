/** The chain's state as Akash answers for it by gRPC over `abci_query`: which methods, what to send, how rows come by page. */
import type { StateFact } from '../../../src/lib/model/snapshot.ts'
import type { StateFilter, StatePage, StateQuery } from '../network.ts'
import { DISTRIBUTION, ESCROW, VAULT } from './accounts.ts'
import type { Version } from './escrow.ts'
import { ASKED_PARAMS, readQueriedParams } from './params.ts'
import * as proto from './proto.ts'
import { auditRow, bidRow, deploymentRow, leaseRow, orderRow, providerRow, type Row } from './state-rows.ts'
import { decodeMessage, encodeMessage, type Field, type OnUnknownField, type Schema } from './wire.ts'

type Listed = { readonly rows: readonly Uint8Array[]; readonly page: { readonly next_key: Uint8Array } | undefined }
const listed = {
  1: ['rows', ['bytes']],
  2: ['page', { 1: ['next_key', 'bytes'], 2: ['total', 'uint'] }]
} as const satisfies Schema

/** A query of rows. `versions` are the packages that serve it, the newest first; `page` is the field of the PageRequest. */
function query(
  name: string,
  method: string,
  versions: readonly (readonly [string, Version])[],
  page: number,
  row: Row
): StateQuery {
  const methods = versions.map(([pkg]) => `/akash.${pkg}.Query/${method}`)
  return {
    name,
    methods,
    request: (filter, key, limit) =>
      encodeMessage([...filters(filter), [page, [...(key ? ([[1, key]] as const) : []), [3, limit]]]]),
    read: (from, bytes, readHeight): StatePage =>
      understood(from, (onUnknown) => {
        const answer: Listed = decodeMessage(listed, bytes, onUnknown)
        const version = versions[methods.indexOf(from)]?.[1] ?? 'current'
        const facts = answer.rows.flatMap((object) => row(object, readHeight, version, onUnknown))
        return { facts, rows: answer.rows.length, nextKey: nextKey(answer.page) }
      })
  }
}

const nextKey = (page: Listed['page']): Uint8Array | null => (page && page.next_key.length > 0 ? page.next_key : null)

/** What `read` makes of an answer. @throws RangeError when it met fields that are not known */
function understood<T>(from: string, read: (onUnknown: OnUnknownField) => T): T {
  const strange = new Set<string>()
  const page = read((path) => void strange.add(path))
  if (strange.size > 0)
    throw new RangeError(
      `${from} answers with fields that this version of Rackrate does not know: ${[...strange].join(', ')}. Update Rackrate.`
    )
  return page
}

/** Parameters of a module, all in one answer. Up to v0.38 nodes serve none of them; `take` went and `bme` and `oracle` came with v2.0. */
function paramsQuery([module, versions]: readonly [string, readonly string[]]): StateQuery {
  return {
    name: `${module} parameters`,
    methods: versions.map((version) => `/akash.${module}.${version}.Query/Params`),
    optional: true,
    request: () => new Uint8Array(),
    read: (from, bytes, read_height): StatePage =>
      understood(from, (onUnknown) => {
        const { params } = readQueriedParams(module, from.split('.')[2] ?? '', bytes, onUnknown)
        const facts = params.map((param, param_index): StateFact => ({
          table: 'state_params',
          row: { read_height, module, param_index, ...param }
        }))
        return { facts, rows: facts.length, nextKey: null }
      })
  }
}

const coins = {
  1: ['coins', [proto.coin]],
  2: ['page', { 1: ['next_key', 'bytes'], 2: ['total', 'uint'] }]
} as const satisfies Schema

/** Coins of the bank module. The first page goes without a limit: 100 denoms, as nodes have it. */
function coinsQuery(holder: string, method: string, account: string | null): StateQuery {
  return {
    name: holder === 'supply' ? 'tokens' : `tokens of the ${holder.replace('_', ' ')}`,
    methods: [`/cosmos.bank.v1beta1.Query/${method}`],
    request: (_, key) =>
      encodeMessage([...(account ? ([[1, account]] as const) : []), ...(key ? ([[account ? 2 : 1, [[1, key]]]] as const) : [])]),
    read: (from, bytes, read_height): StatePage =>
      understood(from, (onUnknown) => {
        const answer = decodeMessage(coins, bytes, onUnknown)
        const facts = answer.coins.map(({ denom, amount }): StateFact => ({
          table: 'state_balances',
          row: { read_height, holder, account, denom, amount }
        }))
        return { facts, rows: facts.length, nextKey: nextKey(answer.page) }
      })
  }
}

/** LeaseFilters {1 owner, 2 dseq, 3 gseq, 4 oseq, 5 provider, 6 state} as field 1. */
function filters({ active, lease: of }: StateFilter): readonly Field[] {
  const id: readonly Field[] = of
    ? [
        [1, of.owner],
        [2, BigInt(of.dseq)],
        [3, of.gseq],
        [4, of.oseq],
        [5, of.provider]
      ]
    : []
  const fields: readonly Field[] = active ? [...id, [6, 'active']] : id
  return fields.length > 0 ? [[1, fields]] : []
}

const MARKET = [
  ['market.v1beta5', 'current'],
  ['market.v1beta4', 'legacy']
] as const

/** What the state is asked for. Escrow accounts and payments come with the deployments, bids and leases that they belong to. */
export const STATE_QUERIES: readonly StateQuery[] = [
  query('leases', 'Leases', MARKET, 2, leaseRow),
  query('bids', 'Bids', MARKET, 2, bidRow),
  query('orders', 'Orders', MARKET, 2, orderRow),
  query(
    'deployments',
    'Deployments',
    [
      ['deployment.v1beta4', 'current'],
      ['deployment.v1beta3', 'legacy']
    ],
    2,
    deploymentRow
  ),
  query(
    'providers',
    'Providers',
    [
      ['provider.v1beta4', 'current'],
      ['provider.v1beta3', 'legacy']
    ],
    1,
    providerRow
  ),
  query(
    'audits',
    'AllProvidersAttributes',
    [
      ['audit.v1', 'current'],
      ['audit.v1beta3', 'legacy']
    ],
    1,
    auditRow
  ),
  ...[...ASKED_PARAMS].map(paramsQuery),
  coinsQuery('supply', 'TotalSupply', null),
  coinsQuery('escrow', 'AllBalances', ESCROW),
  coinsQuery('vault', 'AllBalances', VAULT),
  coinsQuery('community_pool', 'AllBalances', DISTRIBUTION)
]
