/**
 * Parameters of Akash's modules as genesis (JSON), MsgUpdateParams (protobuf) and legacy proposals (JSON of one parameter) state them.
 * Field numbers: market, deployment, take and bme from the descriptors of node 0.36, 1.2 and 2.1; oracle v1 from
 * https://github.com/akash-network/chain-sdk, proto/node/akash/oracle/v1/params.proto; oracle v2 from there, but for
 * max_price_staleness_period, which node 2.1 encodes as a duration. All but oracle v1's feed_contracts_params were seen in recordings.
 */
import { coin, duration } from './proto.ts'
import { decodeMessage, type OnUnknownField, type Schema, type Spec } from './wire.ts'

export type Param = {
  /** Null for a module that has no parameter. */
  readonly param: string | null
  readonly denom: string | null
  readonly value: string | null
}
export type Statement = {
  readonly module: string
  /** Whether these are all parameters of the module. */
  readonly whole: boolean
  readonly params: readonly Param[]
}

/** Modules whose parameters bear on the market and its money. */
const MODULES = ['market', 'deployment', 'take', 'bme', 'oracle', 'escrow', 'provider', 'audit'] as const

const takeRate = { 1: ['denom', 'string'], 2: ['rate', 'uint'] } as const satisfies Schema
const schemas: { readonly [moduleAndVersion: string]: Schema } = {
  'market.v1beta5': {
    1: ['bid_min_deposit', coin],
    2: ['order_max_bids', 'uint'],
    3: ['bid_min_deposits', [coin]],
    4: ['min_reclamation_window', duration],
    5: ['max_reclamation_window', duration]
  },
  'deployment.v1beta4': { 1: ['min_deposits', [coin]] },
  'take.v1': { 1: ['denom_take_rates', [takeRate]], 2: ['default_take_rate', 'uint'] },
  'bme.v1': {
    1: ['circuit_breaker_warn_threshold', 'uint'],
    2: ['circuit_breaker_halt_threshold', 'uint'],
    3: ['min_epoch_blocks', 'uint'],
    4: ['epoch_blocks_backoff_percent', 'uint'],
    6: ['mint_spread_bps', 'uint'],
    7: ['settle_spread_bps', 'uint'],
    8: ['max_endblocker_records', 'uint'],
    9: ['min_mint', [coin]],
    10: ['max_pending_attempts', 'uint']
  },
  'oracle.v1': {
    1: ['sources', ['string']],
    2: ['min_price_sources', 'uint'],
    3: ['max_price_staleness_blocks', 'uint'],
    4: ['twap_window', 'uint'],
    5: ['max_price_deviation_bps', 'uint'],
    6: ['feed_contracts_params', ['bytes']]
  },
  'oracle.v2': {
    1: ['sources', ['string']],
    2: ['min_price_sources', 'uint'],
    3: ['max_price_staleness_period', duration],
    4: ['twap_window', duration],
    5: ['max_price_deviation_bps', 'uint'],
    6: ['feed_contracts_params', ['bytes']],
    7: ['price_retention', duration],
    8: ['prune_epoch', 'string'],
    9: ['max_prune_per_epoch', 'uint'],
    10: ['max_future_time_drift', duration]
  }
}
/** On the wire 0 and absent are the same. This parameter came after its module, and 0 is never its value: node 2.1 takes 0 as not set. */
const ABSENT_WHEN_ZERO: ReadonlySet<string> = new Set(['max_pending_attempts'])

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
type Decoded = { readonly [name: string]: unknown }

/** A duration as protobuf's JSON writes it: `10s`, `0.500s`. */
function durationText({ seconds, nanos }: { readonly seconds: bigint; readonly nanos: bigint }): string {
  const fraction = nanos
    .toString()
    .padStart(9, '0')
    .replace(/(000){1,2}$/, '')
  return nanos === 0n ? `${seconds}s` : `${seconds}.${fraction}s`
}

/** A decoded value as the node's own JSON has it; bytes as base64. */
function jsonOf(spec: Spec, value: unknown): Json {
  if (Array.isArray(spec)) return (value as unknown[]).map((item) => jsonOf(spec[0] as Spec, item))
  if (spec === duration) return durationText(value as { seconds: bigint; nanos: bigint })
  if (spec === 'bytes') return Buffer.from(value as Uint8Array).toString('base64')
  if (typeof spec === 'string') return String(value)
  return jsonObject(spec as Schema, value as Decoded)
}

function jsonObject(schema: Schema, decoded: Decoded): { readonly [key: string]: Json } {
  const known = Object.values(schema).filter(([name, spec]) => {
    const value = decoded[name]
    return value !== undefined && !(spec === 'string' && value === '') && !(ABSENT_WHEN_ZERO.has(name) && value === 0n)
  })
  return Object.fromEntries(known.map(([name, spec]) => [name, jsonOf(spec, decoded[name])]))
}

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The denom and value of a coin or rate; undefined when it is something else. */
function byDenom(value: unknown): { readonly denom: string; readonly value: string } | undefined {
  if (!isObject(value) || typeof value['denom'] !== 'string' || Object.keys(value).length !== 2) return undefined
  const amount = value['amount'] ?? value['rate']
  return typeof amount === 'string' || typeof amount === 'number' ? { denom: value['denom'], value: String(amount) } : undefined
}

function paramsOf(param: string, value: unknown): Param[] {
  if (value === null || value === undefined) return []
  const coins = (Array.isArray(value) ? (value as unknown[]) : [value]).map(byDenom)
  if (coins.length > 0 && coins.every((c) => c !== undefined)) return coins.map((c) => ({ param, ...c }))
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return [{ param, denom: null, value: text }]
}

function wholeStatement(module: string, params: object): Statement {
  const rows = Object.entries(params).flatMap(([param, value]) => paramsOf(param, value))
  return { module, whole: true, params: rows.length > 0 ? rows : [{ param: null, denom: null, value: null }] }
}

/**
 * Reads a MsgUpdateParams, which carries all parameters of a module.
 * @returns undefined when the type is none of a version that is known
 * @throws WireError when the bytes do not fit the type
 */
export function readUpdateParams(type: string, bytes: Uint8Array, onUnknown: OnUnknownField): Statement | undefined {
  const [, module = '', version = ''] = /^akash\.(\w+)\.(\w+)\.MsgUpdateParams$/.exec(type) ?? []
  const schema = Object.hasOwn(schemas, `${module}.${version}`) ? schemas[`${module}.${version}`] : undefined
  if (!schema) return undefined
  const { params } = decodeMessage({ 1: ['authority', 'string'], 2: ['params', schema] }, bytes, onUnknown)
  return wholeStatement(module, params ? jsonObject(schema, params) : {})
}

/** Modules whose parameters the state can be asked for, with their versions, the newest first. */
export const ASKED_PARAMS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(
    Object.groupBy(
      Object.keys(schemas)
        .reverse()
        .map((name) => name.split('.') as [string, string]),
      ([module]) => module
    )
  ).map(([module, names = []]) => [module, names.map(([, version]) => version)])
)

/**
 * Reads a QueryParamsResponse, which carries all parameters of a module.
 * @throws WireError when the bytes do not fit, RangeError when the version is none of `ASKED_PARAMS`
 */
export function readQueriedParams(module: string, version: string, bytes: Uint8Array, onUnknown: OnUnknownField): Statement {
  const schema = schemas[`${module}.${version}`]
  if (!schema) throw new RangeError(`parameters of ${module}.${version} are not known`)
  const { params } = decodeMessage({ 1: ['params', schema] }, bytes, onUnknown)
  return wholeStatement(module, params ? jsonObject(schema, params) : {})
}

/** Parameters of the followed modules in the state that a chain began with. Anything but `{ app_state: { module: { params } } }` has none. */
export function readGenesisParams(genesis: unknown): Statement[] {
  const state = isObject(genesis) ? genesis['app_state'] : undefined
  return MODULES.flatMap((module) => {
    const section = isObject(state) ? state[module] : undefined
    const params = isObject(section) ? section['params'] : undefined
    return isObject(params) ? [wholeStatement(module, params)] : []
  })
}

/**
 * Reads one change of a ParameterChangeProposal (up to v0.38): `DenomTakeRates` of the subspace `take`, its value as JSON.
 * @returns undefined when it is of another module
 * @throws SyntaxError when the value is no JSON
 */
export function readLegacyChange(subspace: string, key: string, value: string): Statement | undefined {
  const module = MODULES.find((m) => m === subspace)
  if (module === undefined) return undefined
  const param = key.replace(/(?!^)([A-Z])/g, '_$1').toLowerCase()
  return { module, whole: false, params: paramsOf(param, JSON.parse(value)) }
}
