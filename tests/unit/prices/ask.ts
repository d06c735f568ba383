/** Asks one source of a server of the test's own, and tells what came of it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { priceClient } from '../../../ingest/prices/client.ts'
import { PriceError, type Collected, type ListPrice, type PriceSource, type TokenPrice } from '../../../ingest/prices/source.ts'
import { servePrices, type Asked, type Route } from './serve.ts'

export type Options = {
  readonly today?: string
  readonly since?: string
  readonly env?: { readonly [name: string]: string }
}

/** The day of the run in these tests. */
export const TODAY = '2025-11-21'

export function fixture(name: string): string {
  return readFileSync(join('tests/fixtures/prices', name), 'utf8')
}

/** @throws what the source throws */
export async function ask(
  source: PriceSource,
  routes: { readonly [hostAndPath: string]: Route },
  { today = TODAY, since, env = {} }: Options = {}
): Promise<Collected & { readonly requests: readonly Asked[] }> {
  const server = await servePrices(routes)
  const clock = { now: () => 0, sleep: () => Promise.resolve(), random: () => 0 }
  try {
    const collected = await source.collect({ client: priceClient({ via: server.url, clock }), today, env, since })
    return { ...collected, requests: server.requests }
  } finally {
    await server.close()
  }
}

/** What an answer ought to come to: an error in these words, or rows with what is skipped, by reason. */
export type Outcome =
  | RegExp
  | {
      readonly rows: number
      readonly skipped: { readonly [reason: string]: number }
      /** Rows that are none of the good answer's, as `rowText` writes them. Where there are none, a broken answer only costs rows. */
      readonly otherwise?: readonly string[]
    }
/** `change` makes the broken answer of the good one. */
export type Broken = readonly [what: string, change: (good: string) => Route, outcome: Outcome]

/** Replaces text that must be there, so that a broken answer is really broken. */
export function swap(from: string, to: string): (good: string) => string {
  return (good) => {
    expect(good).toContain(from)
    return good.replaceAll(from, to)
  }
}

/** Answers that break every source alike: cut off, an error page, far too long, from elsewhere. */
export function brokenAnywhere(page: 'json' | 'html'): readonly Broken[] {
  const half = (good: string) => good.slice(0, good.length / 2)
  return [
    ['cut off on the way', (good) => ({ body: half(good), cutOff: true }), /broke off/],
    ['cut off before it was sent', half, page === 'json' ? /no JSON/ : /broke off before the end of the page/],
    [
      'an HTML page in its place',
      () => '<!doctype html><html><body><h1>Checking your browser</h1></body></html>',
      page === 'json' ? /no JSON: "<!doctype html>/ : /changed its shape/
    ],
    [
      'the other kind of answer',
      () => (page === 'json' ? 'price,usd' : '{"prices":[]}'),
      page === 'json' ? /no JSON: "price,usd"/ : /what is no page: "\{/
    ],
    ['an error', () => ({ status: 503, body: '<html>Service Unavailable</html>' }), /answered 503 4 times; try again later/],
    ['too many requests', () => ({ status: 429, body: 'slow down' }), /answered 429 4 times; try again later/],
    ['gone', () => ({ status: 404, body: 'gone' }), /answered 404: it may have moved/],
    ['huge', () => ({ body: megabytes(40) }), /more than \d+ bytes/],
    [
      'redirected elsewhere',
      () => ({ status: 302, headers: { location: 'https://prices.invalid/list' } }),
      /redirects to https:\/\/prices\.invalid, which is not followed/
    ]
  ]
}

function* megabytes(n: number): Generator<string> {
  for (let i = 0; i < n; i++) yield ' '.repeat(1_000_000)
}

/** A row in short: `H100 SXM (Secure Cloud) secure on_demand list 2.99`, `2025-11-17 0.59`. */
function rowText(row: ListPrice | TokenPrice): string {
  if ('day' in row) return `${row.day} ${row.usd}`
  return [row.instance_type, row.region, row.purchase_option, row.statistic, row.usd_per_hour].join(' ')
}

/**
 * Asks with the broken answer and holds what comes of it to the outcome. Every row taken must be one of the good answer's, or be named.
 * @param serve how the good answer is served
 */
export async function expectOutcome(
  source: PriceSource,
  address: string,
  good: string,
  [, change, outcome]: Broken,
  { serve = (text) => text, ...options }: Options & { readonly serve?: (text: string) => Route } = {}
): Promise<void> {
  const asked = ask(source, { [address]: change(good) }, options)
  if (outcome instanceof RegExp) {
    const error: unknown = await asked.then(
      () => undefined,
      (e: unknown) => e
    )
    expect(error).toBeInstanceOf(PriceError)
    expect((error as PriceError).message).toMatch(outcome)
    return
  }
  const { prices, tokens, skipped } = await asked
  expect(prices.length + tokens.length).toBe(outcome.rows)
  expect(Object.fromEntries(skipped.map(({ reason, count }) => [reason, count]))).toEqual(outcome.skipped)
  const right = await ask(source, { [address]: serve(good) }, options)
  const known = new Set([...right.prices, ...right.tokens].map((row) => JSON.stringify(row)))
  const others = [...prices, ...tokens].filter((row) => !known.has(JSON.stringify(row)))
  expect(others.map(rowText)).toEqual(outcome.otherwise ?? [])
}
