import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ChainSource, ChainStatus } from '../../ingest/chain/source.ts'
import { heightAt, partOf } from '../../ingest/select.ts'
import { normalise, size } from '../../src/lib/model/interval.ts'
import { CELL_HEIGHTS } from '../../src/lib/model/manifest.ts'

test('shards are disjoint, cover the range, and end at cells where there are enough of them', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2e7 }),
      fc.integer({ min: 0, max: 2e6 }),
      fc.integer({ min: 1, max: 40 }),
      (from, length, count) => {
        const range = { from, to: from + length }
        const parts = Array.from({ length: count }, (_, i) => partOf(range, { index: i + 1, count })).filter((p) => p !== null)
        expect(normalise(parts)).toEqual([range])
        expect(parts.reduce((n, p) => n + size([p]), 0)).toBe(length + 1)
        if (length + 1 >= count * CELL_HEIGHTS) for (const p of parts.slice(1)) expect(p.from % CELL_HEIGHTS).toBe(0)
      }
    )
  )
  expect(() => partOf({ from: 1, to: 9 }, { index: 3, count: 2 })).toThrow('shard 3/2 is out of range')
})

/** A chain with a block at each of these seconds, from height `floor` on. */
function chainOf(seconds: readonly number[], floor: number) {
  let asked = 0
  const status: ChainStatus = { chainId: 'x', earliestHeight: floor, latestHeight: floor + seconds.length - 1, version: '' }
  const source: ChainSource = {
    name: 'node',
    status: () => Promise.resolve(status),
    async *blocks({ from }) {
      asked++
      const time = BigInt(seconds[from - floor] ?? -1) * 1_000_000n
      yield await Promise.resolve({
        height: from,
        time,
        hash: '',
        parentHash: '',
        txs: [],
        results: [],
        beginEvents: [],
        endEvents: []
      })
    },
    query: () => Promise.reject(new Error('not asked for here')),
    genesis: () => Promise.reject(new Error('not asked for here')),
    close: () => undefined
  }
  return { source, status, asked: () => asked }
}

test('a date finds the first block at or after it, in a few questions', async () => {
  const steps = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 300 })
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(), fc.integer({ min: 1, max: 1e7 }), async (gaps, pick, floor) => {
      let now = 0
      const seconds = gaps.map((gap) => (now += gap))
      const [first = 0, last = 0] = [seconds[0], seconds.at(-1)]
      const moment = first + (pick % (last - first + 1))
      const { source, status, asked } = chainOf(seconds, floor)
      const height = await heightAt(source, status, BigInt(moment) * 1_000_000n)
      expect(height - floor).toBe(seconds.findIndex((s) => s >= moment))
      expect(asked()).toBeLessThan(2 + Math.ceil(Math.log2(gaps.length)) + 2)
    })
  )
})
