/** The state of a page and the address that holds it. Every view has an address, and every address a view. */
import { parseInstant, writeInstant } from './time.ts'

/** How many GPUs a placement has: those that supply is counted for. */
export const PLACEMENTS = [1, 2, 4, 8] as const
export type Placement = (typeof PLACEMENTS)[number]

export type ViewState = {
  /** `vendor/model`; null for all. */
  readonly model: string | null
  /** As the chain writes it; null for the one that GPU leases are priced in at the end of the range. */
  readonly denom: string | null
  /** Milliseconds since 1970; null for the ends of the index. */
  readonly from: number | null
  readonly to: number | null
  readonly placement: Placement
  /** Column of the page's table, `-` before it for descending; null for the order of the page. */
  readonly sort: string | null
  /** Kind of GPU that prices are of; null for the one with the most GPU-hours. */
  readonly kind: GpuKind | null
  /** Leave out leases that are no ordinary rent. */
  readonly organic: boolean
  /** Show what providers asked, and each lease by itself. */
  readonly asks: boolean
  readonly leases: boolean
  /** Of these the one that is held against clouds; `owner/dseq/gseq/oseq/provider`. */
  readonly lease: string | null
  /** Clouds drawn, in order; null for the page's own choice. */
  readonly clouds: readonly string[] | null
  readonly log: boolean
  /** Every series as a share of what it was at the beginning. */
  readonly indexed: boolean
  /** A job to be priced. */
  readonly gpus: number
  readonly hours: number
}

/** A GPU model with its memory and form factor; null where these are not known. */
export type GpuKind = { readonly model: string; readonly memoryGib: number | null; readonly form: string | null }

export const DEFAULT_STATE: ViewState = {
  ...{ model: null, denom: null, from: null, to: null, placement: 1, sort: null },
  ...{
    kind: null,
    organic: false,
    asks: false,
    leases: false,
    lease: null,
    clouds: null,
    log: false,
    indexed: false,
    gpus: 1,
    hours: 720
  }
}

/** Largest job that an address can name. */
export const MOST = { gpus: 10_000, hours: 100_000 } as const

/** Longer than any model or denom; keeps a hostile address from becoming a page of text. */
const MOST_CHARACTERS = 160

/** Reads a query string. What it does not understand falls back to the default. */
export function readState(query: URLSearchParams): ViewState {
  const text = (key: string) => {
    const value = query.get(key)
    return value !== null && value !== '' && value.length <= MOST_CHARACTERS ? value : null
  }
  const instant = (key: string) => parseInstant(text(key) ?? '')
  const [from, to] = [instant('from'), instant('to')]
  const ordered = from === null || to === null || from < to
  const sort = text('sort')
  return {
    model: text('model'),
    denom: text('denom'),
    from: ordered ? from : null,
    to: ordered ? to : null,
    placement: PLACEMENTS.find((gpus) => String(gpus) === text('placement')) ?? DEFAULT_STATE.placement,
    sort: sort !== null && /^-?[a-z]+$/.test(sort) ? sort : null,
    kind: readKind(text('gpu')),
    organic: text('only') === 'organic',
    asks: text('asks') === '1',
    leases: text('leases') === '1',
    lease: /^[a-z0-9]+\/\d+\/\d+\/\d+\/[a-z0-9]+$/.exec(text('lease') ?? '')?.[0] ?? null,
    clouds: readClouds(query.get('clouds')),
    log: text('scale') === 'log',
    indexed: text('index') === '100',
    gpus: readCount(text('gpus'), MOST.gpus) ?? DEFAULT_STATE.gpus,
    hours: readCount(text('hours'), MOST.hours) ?? DEFAULT_STATE.hours
  }
}

/** `nvidia/h100~80~sxm` of a kind; `-` for what is not known of it. */
export function writeKind({ model, memoryGib, form }: GpuKind): string {
  return `${model}~${memoryGib ?? '-'}~${form ?? '-'}`
}

/** The kind that a text names, or null. */
export function readKind(text: string | null): GpuKind | null {
  const [, model, gib = '', form] = /^([^~]+)~(\d+(?:\.\d+)?|-)~([a-z0-9]+|-)$/.exec(text ?? '') ?? []
  return model === undefined || form === undefined
    ? null
    : { model, memoryGib: gib === '-' ? null : Number(gib), form: form === '-' ? null : form }
}

/** `none` is a choice, too. */
function readClouds(text: string | null): string[] | null {
  if (text === null || text.length > MOST_CHARACTERS) return null
  if (text === 'none') return []
  const ids = text.split(',')
  return ids.every((id) => /^[a-z0-9]+$/.test(id)) ? [...new Set(ids)] : null
}

function readCount(text: string | null, most: number): number | null {
  return text !== null && /^[1-9]\d*$/.test(text) && Number(text) <= most ? Number(text) : null
}

/** The query string of a state, `''` for the default, else with its `?`. Keys keep their order, so equal states have equal addresses. */
export function writeState(state: ViewState): string {
  const query = new URLSearchParams()
  if (state.model !== null) query.set('model', state.model)
  if (state.denom !== null) query.set('denom', state.denom)
  if (state.from !== null) query.set('from', writeInstant(state.from))
  if (state.to !== null) query.set('to', writeInstant(state.to))
  if (state.placement !== DEFAULT_STATE.placement) query.set('placement', String(state.placement))
  if (state.sort !== null) query.set('sort', state.sort)
  if (state.kind !== null) query.set('gpu', writeKind(state.kind))
  if (state.organic) query.set('only', 'organic')
  if (state.asks) query.set('asks', '1')
  if (state.leases) query.set('leases', '1')
  if (state.lease !== null) query.set('lease', state.lease)
  if (state.clouds !== null) query.set('clouds', state.clouds.length === 0 ? 'none' : state.clouds.join(','))
  if (state.log) query.set('scale', 'log')
  if (state.indexed) query.set('index', '100')
  if (state.gpus !== DEFAULT_STATE.gpus) query.set('gpus', String(state.gpus))
  if (state.hours !== DEFAULT_STATE.hours) query.set('hours', String(state.hours))
  const text = query.toString().replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%7E', '~')
  return text === '' ? '' : `?${text}`
}
