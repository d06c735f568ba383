import { expect, test } from 'vitest'
import { akash } from '../../../ingest/networks/akash/config.ts'

test('public endpoints are https addresses of different hosts, without a key', () => {
  const urls = akash.endpoints.map((text) => new URL(text))
  expect(new Set(urls.map((url) => url.host)).size).toBe(urls.length)
  expect(urls.length).toBeGreaterThanOrEqual(2)
  for (const url of urls) expect([url.protocol, url.search, url.username]).toEqual(['https:', '', ''])
})

test('block events may matter since v2.0.0, in upgrades before, and on chains whose history is not known', () => {
  const at = (height: number): boolean => akash.blockEvents('akashnet-2', height)
  expect([at(12_000_000), at(12_606_074)]).toEqual([true, true])
  // Legacy era, v1.0 and v1.2.
  expect([at(15_000_000), at(23_900_000), at(26_063_776)]).toEqual([false, false, false])
  // v1.1.0 closed leases within its block; then the burn-mint engine.
  expect([at(24_332_546), at(24_332_547), at(24_332_548), at(24_332_549)]).toEqual([false, true, true, false])
  expect([at(26_063_777), at(30_000_000)]).toEqual([true, true])
  expect(akash.blockEvents('akash-lab-v12-a', 15_000_000)).toBe(true)
})
