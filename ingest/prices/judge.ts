/**
 * Which prices of an answer are taken, given those that are known. Pure.
 *
 * A price that is more than half again as high as the last one taken of its offer, or less than half of it, is held back, however long
 * ago that was: a price that nobody has looked at for a year may have moved, but a wrong unit or a mixed-up SKU shows just the same, and
 * to look at it costs a minute. Back-filled prices are held against the one before them in time, else against the one after.
 */
import { PRICES, type HeldPriceRow, type ListPriceRow, type PriceTable, type TokenPriceRow } from '../../src/lib/model/prices.ts'
import type { Columns } from '../../src/lib/model/tables.ts'
import { unscaled } from '../../src/lib/model/value.ts'
import { offerOf, offerText, seriesOf, tellerOf } from './offer.ts'

/** What is known of the things that an answer has prices of. */
export type Known = {
  /** List prices that the lake holds of the answer's series: those of its days, and the nearest before and after them. */
  readonly prices: readonly ListPriceRow[]
  /** The reference history, asked where the lake holds nothing of a series. */
  readonly reference: readonly ListPriceRow[]
  /** Series in the last answer of the same tellers, as `seriesOf` names them. */
  readonly last: ReadonlySet<string>
  readonly held: readonly HeldPriceRow[]
  readonly tokens: readonly TokenPriceRow[]
  readonly referenceTokens: readonly TokenPriceRow[]
}

export type Answer = {
  /** Id of the source. */
  readonly id: string
  readonly prices: readonly ListPriceRow[]
  readonly tokens: readonly TokenPriceRow[]
}

/** A price that is held back, for a reader. */
export type HeldBack = { readonly what: string; readonly reason: string }

export type Verdict = {
  /** To be written: prices of new days and offers, and newer ones of the same day. */
  readonly prices: readonly ListPriceRow[]
  readonly tokens: readonly TokenPriceRow[]
  readonly held: readonly HeldPriceRow[]
  readonly counts: {
    readonly fresh: number
    /** Of these the lake had another price, or other details, for the same day. */
    readonly replaced: number
    /** As the lake holds them: not written again. */
    readonly unchanged: number
  }
  /** Everything held back, also what had been before and is not written again, and tokens, of which nothing is written. */
  readonly heldBack: readonly HeldBack[]
  /** Why the answer as a whole is held back. */
  readonly whole: string | null
}

type Observation = { readonly day: string; readonly usd: string; readonly at: bigint }

/**
 * Judges an answer.
 * @param trusted takes prices of tokens however far they moved; list prices are accepted from what was held
 */
export function judge(answer: Answer, known: Known, trusted = false): Verdict {
  const counts = { fresh: 0, replaced: 0, unchanged: 0 }
  const heldBack: HeldBack[] = []
  const whole = lossOf(answer, known.last)
  const held: HeldPriceRow[] = []
  const heldBefore = new Map(known.held.map((row) => [keyOf('held_prices', row), row]))
  const hold = (row: ListPriceRow, before: string | null, reason: string): void => {
    heldBack.push({ what: offerText(row), reason })
    const same = heldBefore.get(keyOf('held_prices', row))
    if (!same || !equal('list_prices', heldPrice(same).row, row)) held.push(heldRow(answer.id, row, before, reason))
  }

  const { once, torn } = onePerKey(answer.prices)
  for (const [row, other] of torn)
    hold(row, null, `told twice for one day: ${row.usd_per_gpu_hour} and ${other.usd_per_gpu_hour} USD per GPU-hour`)
  const seen = seriesMap(known.prices, seriesOf, listObservation)
  const reference = seriesMap(known.reference, offerOf, listObservation)
  const inLake = new Map(known.prices.map((row) => [keyOf('list_prices', row), row]))
  const prices = inOrder(once, (row) => row.observed_on).filter((row) => {
    const series = seriesOf(row)
    const same = inLake.get(keyOf('list_prices', row))
    if (same && equal('list_prices', same, row)) return (counts.unchanged++, false)
    const before = nearest(seen.get(series) ?? reference.get(offerOf(row)) ?? [], row.observed_on)
    if (whole !== null) return (hold(row, before?.usd ?? null, whole), false)
    const moved = before && moveOf(before, row.usd_per_gpu_hour)
    if (before && moved !== undefined) return (hold(row, before.usd, moved), false)
    observe(seen, series, listObservation(row))
    if (same) counts.replaced++
    else counts.fresh++
    return true
  })
  const tokens = judgeTokens(answer.tokens, known, trusted, counts, heldBack)
  return { prices, tokens, held, counts, heldBack, whole }
}

function judgeTokens(
  rows: readonly TokenPriceRow[],
  known: Known,
  trusted: boolean,
  counts: { fresh: number; replaced: number; unchanged: number },
  heldBack: HeldBack[]
): TokenPriceRow[] {
  const ofTeller = (row: TokenPriceRow): string => `${row.asset} ${tellerOf(row.source)}`
  const seen = seriesMap(known.tokens, ofTeller, tokenObservation)
  const reference = seriesMap(known.referenceTokens, (row) => row.asset, tokenObservation)
  const inLake = new Map(known.tokens.map((row) => [keyOf('token_prices', row), row]))
  return inOrder(rows, (row) => row.day).filter((row) => {
    const same = inLake.get(keyOf('token_prices', row))
    if (same && equal('token_prices', same, row)) return (counts.unchanged++, false)
    const before = nearest(seen.get(ofTeller(row)) ?? reference.get(row.asset) ?? [], row.day)
    const moved = before && moveOf(before, row.usd)
    if (moved !== undefined && !trusted) return (heldBack.push({ what: `${row.asset} of ${row.day}`, reason: moved }), false)
    observe(seen, ofTeller(row), tokenObservation(row))
    if (same) counts.replaced++
    else counts.fresh++
    return true
  })
}

/** Why an answer that lacks most of what the last one had is not believed. */
function lossOf({ prices }: Answer, last: ReadonlySet<string>): string | null {
  if (prices.length === 0) return null
  const told = new Set(prices.map(seriesOf))
  const lost = [...last].filter((series) => !told.has(series)).length
  return lost * 2 > last.size ? `the answer lacks ${lost} of the ${last.size} offers that the last one had` : null
}

/** Rows of one key once; those that are told with different prices are held: which of them is right is not known. */
function onePerKey(rows: readonly ListPriceRow[]): {
  readonly once: readonly ListPriceRow[]
  readonly torn: readonly (readonly [ListPriceRow, ListPriceRow])[]
} {
  const once: ListPriceRow[] = []
  const torn: [ListPriceRow, ListPriceRow][] = []
  for (const [row, ...more] of Map.groupBy(rows, (r) => keyOf('list_prices', r)).values()) {
    if (!row) continue
    const other = more.find((o) => scaled(o.usd_per_gpu_hour) !== scaled(row.usd_per_gpu_hour))
    if (other) torn.push([row, other])
    else once.push(row)
  }
  return { once, torn }
}

/** The row of `held_prices` for a list price. `row_json` has the id of the source as `collector` beside the columns. */
function heldRow(collector: string, row: ListPriceRow, before: string | null, reason: string): HeldPriceRow {
  const { provider, instance_type, region, purchase_option, statistic, observed_on, source, usd_per_gpu_hour, fetched_at } = row
  if (fetched_at === null) throw new RangeError(`a price of ${offerText(row)} was not fetched`)
  const { fetched_at: _, ...rest } = row
  return {
    provider,
    instance_type,
    region,
    purchase_option,
    statistic,
    observed_on,
    source,
    usd_per_gpu_hour,
    usd_per_gpu_hour_before: before,
    reason,
    row_json: JSON.stringify({ collector, ...rest }),
    fetched_at
  }
}

/**
 * The list price that a held row is of, and the id of the source that told it.
 * @throws SyntaxError when the row was not written by `judge`
 */
export function heldPrice({ row_json, fetched_at }: HeldPriceRow): { readonly collector: string; readonly row: ListPriceRow } {
  const { collector, ...row } = JSON.parse(row_json) as Omit<ListPriceRow, 'fetched_at'> & { readonly collector: string }
  return { collector, row: { ...row, fetched_at } }
}

/** Key of a row as text, for maps. */
function keyOf(table: PriceTable, row: { readonly [column: string]: unknown }): string {
  return JSON.stringify(PRICES[table].key.map((column) => row[column]))
}

/** Whether two rows say the same, whenever they were fetched. */
function equal(table: 'list_prices' | 'token_prices', a: object, b: object): boolean {
  const { columns }: { readonly columns: Columns } = PRICES[table]
  return Object.entries(columns).every(([name, { type }]) => {
    const [x, y] = [a, b].map((row) => (row as { readonly [column: string]: unknown })[name] ?? null)
    if (name === 'fetched_at' || x === y) return true
    return type === 'DECIMAL(38,18)' && typeof x === 'string' && typeof y === 'string' && scaled(x) === scaled(y)
  })
}

const listObservation = (row: ListPriceRow): Observation => ({
  day: row.observed_on,
  usd: row.usd_per_gpu_hour,
  at: row.fetched_at ?? 0n
})
const tokenObservation = (row: TokenPriceRow): Observation => ({ day: row.day, usd: row.usd, at: row.fetched_at ?? 0n })

const earlier = (a: Observation, b: Observation): number =>
  a.day === b.day ? (a.at < b.at ? -1 : Number(a.at > b.at)) : a.day < b.day ? -1 : 1

/** Observations by series, each in order of time. */
function seriesMap<T>(
  rows: readonly T[],
  seriesOfRow: (row: T) => string,
  observation: (row: T) => Observation
): Map<string, Observation[]> {
  const map = Map.groupBy(rows, seriesOfRow)
  return new Map([...map].map(([series, of]) => [series, of.map(observation).sort(earlier)]))
}

/** Adds an observation to its series, in order of time. */
function observe(map: Map<string, Observation[]>, series: string, observation: Observation): void {
  const list = map.get(series)
  if (!list) map.set(series, [observation])
  else {
    const after = list.findIndex((o) => earlier(observation, o) < 0)
    list.splice(after < 0 ? list.length : after, 0, observation)
  }
}

/** The last observation up to a day, else the first after it. */
function nearest(list: readonly Observation[], day: string): Observation | undefined {
  return list.findLast((o) => o.day <= day) ?? list[0]
}

/** How a price moved, in words, when it did by more than half; undefined otherwise. */
function moveOf(before: Observation, usd: string): string | undefined {
  const [old, now] = [scaled(before.usd), scaled(usd)]
  if (2n * now <= 3n * old && 2n * now >= old) return undefined
  const percent = Math.round(Math.abs(Number(now) / Number(old) - 1) * 100)
  return `moved by ${now > old ? '+' : '−'}${percent} %, from ${plain(before.usd)} of ${before.day} to ${plain(usd)} USD`
}

const scaled = (decimal: string): bigint => unscaled(decimal, 38, 18)
const plain = (decimal: string): string => (decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal)

function inOrder<T>(rows: readonly T[], day: (row: T) => string): T[] {
  return rows.toSorted((a, b) => (day(a) < day(b) ? -1 : Number(day(a) > day(b))))
}
