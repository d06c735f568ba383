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
}

export const DEFAULT_STATE: ViewState = { model: null, denom: null, from: null, to: null, placement: 1, sort: null }

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
    sort: sort !== null && /^-?[a-z]+$/.test(sort) ? sort : null
  }
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
  const text = query.toString().replaceAll('%2F', '/').replaceAll('%3A', ':')
  return text === '' ? '' : `?${text}`
}
