/** Asks sources of prices, and puts what is believed of their answers into a lake. One that fails never stops the others. */
import { PRICES, type HeldPriceRow, type ListPriceRow, type TokenPriceRow } from '../../src/lib/model/prices.ts'
import { daysOf, isoMicros, unscaled } from '../../src/lib/model/value.ts'
import { readHeld, readKnown, writePrices } from '../lake/prices.ts'
import type { Lake } from '../lake/write.ts'
import { heldPrice, judge, type Answer, type HeldBack } from './judge.ts'
import type { Reference } from './reference.ts'
import { PriceError, type Collected, type ListPrice, type PriceContext, type PriceSource, type Skipped } from './source.ts'

/** What became of asking one source. */
export type Asked = { readonly id: string; readonly title: string; readonly ms: number } & (
  | { readonly status: 'answered'; readonly answer: Answer; readonly skipped: readonly Skipped[] }
  /** `why` in a sentence: what was wrong and where. */
  | { readonly status: 'failed'; readonly why: string }
  /** The run was stopped before it had answered. */
  | { readonly status: 'stopped' }
)

export type AskOptions = {
  readonly signal?: AbortSignal | undefined
  /** Microseconds since 1970 UTC. */
  readonly now?: () => bigint
  /** Called as each source ends. */
  readonly onAsked?: (asked: Asked) => void
}

/** Sources asked at once. They are different hosts but for two or three, and each asks one thing after the other. */
const AT_ONCE = 4

const clock = (): bigint => BigInt(Date.now()) * 1000n

/**
 * Asks each source once.
 * @returns what became of each, in the order of `sources`, whichever ends first
 */
export async function askSources(
  sources: readonly PriceSource[],
  context: PriceContext,
  { signal, now = clock, onAsked }: AskOptions = {}
): Promise<Asked[]> {
  const results: Asked[] = []
  const queue = sources.entries()
  const worker = async (): Promise<void> => {
    for (const [i, source] of queue) {
      const asked = await askSource(source, context, signal, now)
      results[i] = asked
      onAsked?.(asked)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return results
}

async function askSource(
  source: PriceSource,
  context: PriceContext,
  signal: AbortSignal | undefined,
  now: () => bigint
): Promise<Asked> {
  const began = performance.now()
  const about = () => ({ id: source.id, title: source.title, ms: performance.now() - began })
  const stopped = (): boolean => signal?.aborted === true
  if (stopped()) return { ...about(), status: 'stopped' }
  try {
    const collected = await source.collect(context)
    if (stopped()) return { ...about(), status: 'stopped' }
    const fetched_at = now()
    check(source, collected, [context.today, isoMicros(fetched_at).slice(0, context.today.length)])
    const answer: Answer = {
      id: source.id,
      prices: collected.prices.map((row) => ({ ...row, fetched_at })),
      tokens: collected.tokens.map((row) => ({ ...row, fetched_at }))
    }
    return { ...about(), status: 'answered', answer, skipped: collected.skipped }
  } catch (error) {
    if (stopped()) return { ...about(), status: 'stopped' }
    // What is no PriceError is a fault of ours, or a shape that nobody thought of: it is told in full, and the others go on.
    const why = error instanceof PriceError ? error.message : `unexpected ${error instanceof Error ? error.stack : String(error)}`
    return { ...about(), status: 'failed', why }
  }
}

/** @throws PriceError when rows are not what a source may give, or there are none */
function check({ id }: PriceSource, { prices, tokens, skipped }: Collected, days: readonly string[]): void {
  if (prices.length + tokens.length === 0) {
    const [first] = skipped
    const all = skipped.reduce((sum, { count }) => sum + count, 0)
    throw new PriceError(
      first
        ? `none of the ${all} prices in its answer could be taken (${first.reason}, such as ${first.example}): its shape may have changed.`
        : 'its answer has no prices: its shape may have changed.'
    )
  }
  for (const row of prices) {
    const problem = priceProblem(row, days)
    if (problem) throw new PriceError(`${id} gave a row that is no price, ${problem}: ${JSON.stringify(row)}`)
  }
  for (const row of tokens) {
    const problem = dayProblem(row.day, days) ?? (isPrice(row.usd) ? null : 'usd is not above 0')
    if (problem) throw new PriceError(`${id} gave a row that is no price, ${problem}: ${JSON.stringify(row)}`)
  }
}

function priceProblem(row: ListPrice, days: readonly string[]): string | null {
  const empty = PRICES.list_prices.key.find((column) => row[column] === '')
  if (empty) return `${empty} is empty`
  if (!Number.isInteger(row.gpus) || row.gpus < 1) return 'gpus is not a whole number from 1'
  if (!isPrice(row.usd_per_hour) || !isPrice(row.usd_per_gpu_hour)) return 'a price is not above 0'
  // Rounding to the 18th digit is all that may part them.
  const parts = unscaled(row.usd_per_gpu_hour, 38, 18) * BigInt(row.gpus) - unscaled(row.usd_per_hour, 38, 18)
  if (parts * parts > BigInt(row.gpus) ** 2n) return 'usd_per_gpu_hour × gpus is not usd_per_hour'
  return dayProblem(row.observed_on, days)
}

function dayProblem(day: string, days: readonly string[]): string | null {
  if (daysOf(day) === undefined) return 'its day is none'
  return days.some((today) => day <= today) ? null : 'its day is yet to come'
}

function isPrice(decimal: string): boolean {
  try {
    return unscaled(decimal, 38, 18) > 0n
  } catch {
    // Not a decimal at all: the caller says so.
    return false
  }
}

/** What a source's answer came to. */
export type Taken = {
  readonly id: string
  /** Prices of days and offers that the lake did not have. */
  readonly fresh: number
  /** Prices that the lake had otherwise for the same day: the newer fetch stands. */
  readonly replaced: number
  /** As the lake had them; not written again. */
  readonly unchanged: number
  readonly held: readonly HeldBack[]
  /** Why all of it is held back. */
  readonly whole: string | null
  readonly skipped: readonly Skipped[]
  /** Names of GPUs that no alias knows, with the number of prices under each: taken, without a model. */
  readonly unknownGpus: readonly { readonly name: string; readonly count: number }[]
}

/**
 * Judges answers by what the lake holds and the reference history, and writes what is taken and what is held back. An answer without
 * news writes nothing.
 * @param trusted ids of sources whose token prices are taken however far they moved
 * @throws LakeError when a file is damaged or the disk refuses: the lake is then as it was
 */
export async function takePrices(
  lake: Lake,
  asked: readonly Asked[],
  reference: Pick<Reference, 'prices' | 'tokens'>,
  trusted: ReadonlySet<string> = new Set()
): Promise<Taken[]> {
  const answered = asked.filter((a) => a.status === 'answered')
  const known = await readKnown(
    lake.dir,
    lake.manifest(),
    answered.flatMap(({ answer }) => answer.prices)
  )
  const add = {
    list_prices: [] as ListPriceRow[],
    token_prices: [] as TokenPriceRow[],
    held_prices: [] as HeldPriceRow[]
  }
  const taken = answered.map(({ id, answer, skipped }): Taken => {
    const verdict = judge(
      answer,
      { ...known, last: known.lastOf(answer.prices), reference: reference.prices, referenceTokens: reference.tokens },
      trusted.has(id)
    )
    add.list_prices.push(...verdict.prices)
    add.token_prices.push(...verdict.tokens)
    add.held_prices.push(...verdict.held)
    const unknown = Map.groupBy(
      answer.prices.filter((row) => row.gpu_model === null),
      (row) => row.gpu_name
    )
    const unknownGpus = [...unknown].map(([name, { length }]) => ({ name, count: length })).sort(mostFirst)
    return { id, ...verdict.counts, held: verdict.heldBack, whole: verdict.whole, skipped, unknownGpus }
  })
  if (Object.values(add).some((rows) => rows.length > 0))
    await lake.recordPrices(await writePrices(lake.dir, lake.manifest(), add))
  return taken
}

const mostFirst = (
  a: { readonly name: string; readonly count: number },
  b: { readonly name: string; readonly count: number }
): number => b.count - a.count || (a.name < b.name ? -1 : 1)

/**
 * Takes what the lake holds back of these sources: their rows go into `list_prices` with the time of their fetch, and so out of
 * `held_prices`.
 * @returns how many of each source
 */
export async function acceptPrices(lake: Lake, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const held: readonly HeldPriceRow[] = await readHeld(lake.dir, lake.manifest())
  const chosen = held.map(heldPrice).filter(({ collector }) => ids.includes(collector))
  if (chosen.length > 0)
    await lake.recordPrices(await writePrices(lake.dir, lake.manifest(), { list_prices: chosen.map(({ row }) => row) }))
  return new Map(ids.map((id) => [id, chosen.filter(({ collector }) => collector === id).length]))
}
