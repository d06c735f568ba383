/** Answers queries of the state from its rows, as a node of Akash would: by page, by filter. For recorded and simulated chains. */
import { bidId } from './proto.ts'
import { decodeMessage, encodeMessage, type Field, type Message, type Schema, type Spec, WireError } from './wire.ts'

const ids = { 1: ['id', bidId], 2: ['state', 'uint'] } as const satisfies Schema
const nested = { 1: ['object', ids] } as const satisfies Schema
const filters = {
  1: ['owner', 'string'],
  2: ['dseq', 'uint'],
  3: ['gseq', 'uint'],
  4: ['oseq', 'uint'],
  5: ['provider', 'string'],
  6: ['state', 'string']
} as const satisfies Schema
const deploymentFilters = { 1: ['owner', 'string'], 2: ['dseq', 'uint'], 3: ['state', 'string'] } as const satisfies Schema
const page = { 1: ['key', 'bytes'], 2: ['offset', 'uint'], 3: ['limit', 'uint'] } as const satisfies Schema
const answer = { 1: ['rows', ['bytes']], 2: ['page', { 1: ['next_key', 'bytes'] }] } as const satisfies Schema

type Listing = {
  /** Field of the request that holds the PageRequest. */
  readonly page: number
  readonly filters?: Schema
  /** Names of the states that can be filtered by, at their numbers. */
  readonly states?: readonly string[]
  /** Whether the object stands in field 1 of the row. */
  readonly nested?: boolean
}

/** What each listing of Akash takes, whatever its version: the last two parts of the method's name. */
const LISTINGS: { readonly [method: string]: Listing } = {
  'market.Leases': {
    page: 2,
    filters,
    nested: true,
    states: ['invalid', 'active', 'insufficient_funds', 'closed', 'reclaiming']
  },
  'market.Bids': { page: 2, filters, nested: true, states: ['invalid', 'open', 'active', 'lost', 'closed'] },
  'market.Orders': { page: 2, filters, states: ['invalid', 'open', 'active', 'closed'] },
  'deployment.Deployments': { page: 2, filters: deploymentFilters, nested: true, states: ['invalid', 'active', 'closed'] },
  'provider.Providers': { page: 1 },
  'audit.AllProvidersAttributes': { page: 1 },
  'escrow.Accounts': { page: 5 },
  'escrow.Payments': { page: 6 }
}

/** Rows without a limit in the request: https://github.com/cosmos/cosmos-sdk, types/query/pagination.go, DefaultLimit. */
const DEFAULT_LIMIT = 100
const ignore = (): void => undefined

export type StateRows = {
  /** Rows of a method, as its answers hold them. */
  readonly rows: readonly Uint8Array[]
  /** Places of rows by the page keys that a node gave, in hex. */
  readonly keys: ReadonlyMap<string, number>
}

/** Rows and key of a recorded page. */
export function readPage(value: Uint8Array): { readonly rows: readonly Uint8Array[]; readonly nextKey: string } {
  const { rows, page: next } = decodeMessage(answer, value, ignore)
  return { rows, nextKey: Buffer.from(next?.next_key ?? []).toString('hex') }
}

/** The listing that a gRPC path such as `/akash.market.v1beta5.Query/Leases` names, if it is one. */
export function listingOf(path: string): Listing | undefined {
  const [, module, method] = /^\/akash\.(\w+)\.v\w+\.Query\/(\w+)$/.exec(path) ?? []
  return module === undefined ? undefined : LISTINGS[`${module}.${method}`]
}

/**
 * The response of a listing for a request; undefined when it is none that a node would take.
 * @param most rows in one answer, whatever is asked for
 */
export function answerListing(
  listing: Listing,
  { rows, keys }: StateRows,
  request: Uint8Array,
  most = 1_000
): Uint8Array | undefined {
  const shape: Record<number, readonly [string, Spec]> = { [listing.page]: ['page', page] }
  if (listing.filters) shape[1] = ['filters', listing.filters]
  const asked = requestOf(shape, request)
  if (!asked) return undefined
  const state = asked.filters?.state ? listing.states?.indexOf(asked.filters.state) : undefined
  const key = Buffer.from(asked.page?.key ?? []).toString()
  const start =
    key === '' ? 0 : /^row \d+$/.test(key) ? Number(key.slice(4)) : keys.get(Buffer.from(asked.page?.key ?? []).toString('hex'))
  if (state === -1 || start === undefined) return undefined
  const limit = Math.min(most, Number(asked.page?.limit ?? 0n) || DEFAULT_LIMIT)
  const found: Uint8Array[] = []
  let at = start
  for (; at < rows.length && found.length < limit; at++) {
    const row = rows[at]
    if (row && passes(listing, row, asked.filters ?? {}, state)) found.push(row)
  }
  const rest = at < rows.length ? [[1, new TextEncoder().encode(`row ${at}`)] as const] : []
  return encodeMessage([...found.map((row): Field => [1, row]), [2, rest]])
}

type Asked = { readonly page?: Message<typeof page>; readonly filters?: Partial<Message<typeof filters>> }

function requestOf(shape: Schema, request: Uint8Array): Asked | undefined {
  try {
    return decodeMessage(shape, request, ignore)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    return undefined
  }
}

function passes(listing: Listing, row: Uint8Array, filter: Partial<Message<typeof filters>>, state: number | undefined): boolean {
  if (!listing.filters) return true
  const object = listing.nested ? decodeMessage(nested, row, ignore).object : decodeMessage(ids, row, ignore)
  if (state !== undefined && Number(object?.state) !== state) return false
  const { owner, dseq, gseq, oseq, provider } = filter
  return (
    (!owner || object?.id?.owner === owner) &&
    (!dseq || object?.id?.dseq === dseq) &&
    (!gseq || object?.id?.gseq === gseq) &&
    (!oseq || object?.id?.oseq === oseq) &&
    (!provider || object?.id?.provider === provider)
  )
}
