/** Broken answers of sources that ask at several addresses: each comes to an error in clear words, or to fewer rows with the reason counted. */
import { expect } from 'vitest'
import { PriceError, type ListPrice, type PriceSource } from '../../../ingest/prices/source.ts'
import { ask, type Options, type Outcome } from './ask.ts'
import type { Route } from './serve.ts'

export type Routes = { readonly [hostAndPath: string]: Route }

/**
 * Holds what comes of `routes` to the outcome. Every row taken must stand among those of the good answer or `otherwise`: a broken answer may
 * cost rows, and never makes a wrong one.
 */
export async function expectBroken(
  source: PriceSource,
  routes: Routes,
  outcome: Outcome,
  good: readonly ListPrice[],
  { otherwise = [], ...options }: Options & { readonly otherwise?: readonly ListPrice[] } = {}
): Promise<void> {
  const result = await ask(source, routes, options).catch((error: unknown) => error as Error)
  if (outcome instanceof RegExp) {
    expect(result).toBeInstanceOf(PriceError)
    expect((result as PriceError).message).toMatch(outcome)
    return
  }
  if (result instanceof Error) throw result
  expect(result.prices).toHaveLength(outcome.rows)
  const right = new Set([...good, ...otherwise].map((row) => JSON.stringify(row)))
  for (const row of result.prices) expect(right).toContain(JSON.stringify(row))
  expect(Object.fromEntries(result.skipped.map(({ reason, count }) => [reason, count]))).toEqual(outcome.skipped)
}

/** What breaks any address: the answer in place of the good one, and the words of the error. */
export const BROKEN_ANSWERS: readonly (readonly [what: string, answer: (good: string) => Route, words: RegExp])[] = [
  ['cut off on the way', (good) => ({ body: good.slice(0, good.length / 2), cutOff: true }), /broke off/],
  ['an error page', () => ({ status: 500, body: '<html>Internal Server Error</html>' }), /answered 500 4 times; try again later/],
  ['too many requests', () => ({ status: 429, headers: { 'retry-after': '1' } }), /answered 429 4 times; try again later/],
  ['gone', () => ({ status: 404 }), /answered 404: it may have moved/],
  [
    'an HTML page in its place',
    () => '<!doctype html>\n<html><body>Checking your browser</body></html>',
    /no JSON|is not the price list/
  ],
  ['nothing', () => '', /no JSON|is not the price list/],
  [
    'redirected elsewhere',
    () => ({ status: 302, headers: { location: 'https://prices.invalid/list' } }),
    /redirects to https:\/\/prices\.invalid, which is not followed/
  ],
  ['a huge page', () => ({ body: megabytes(70) }), /more than (64000000 bytes|1000000 characters)/]
]

function* megabytes(n: number): Generator<string> {
  for (let i = 0; i < n; i++) yield ' '.repeat(1_000_000)
}
