/** What becomes of heights that can't be had, and what ends a run: over a chain whose every height can be made to fail. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { BelowFloorError, PermanentError, TransientError, type ChainError } from '../../ingest/chain/errors.ts'
import type { ChainSource } from '../../ingest/chain/source.ts'
import { gapLines } from '../../ingest/gaps.ts'
import { openLake, type Lake } from '../../ingest/lake/write.ts'
import { akash } from '../../ingest/networks/akash/config.ts'
import { run, type RunOptions, type RunReport } from '../../ingest/run.ts'
import { hashOf, OPTIONS } from './lake/synthetic.ts'

const TIP = 300

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rackrate-run-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

type Chain = {
  floor: number
  /** The error of a height, asked for the `nth` time from 1. */
  fault: (height: number, nth: number) => ChainError | undefined
  /** Heights that come in one page with the one asked for: they fail together. */
  readonly page?: number
}

/** A chain of 300 empty blocks. Ranges are asked in pages of headers, as a real source does. */
function sourceOf(chain: Chain): ChainSource & { readonly asked: number[]; readonly statuses: () => number } {
  const asked: number[] = []
  let statuses = 0
  const ask = (height: number): void => {
    asked.push(height)
    if (height < chain.floor) throw new BelowFloorError('node', height, chain.floor)
    const fault = chain.fault(height, asked.filter((h) => h === height).length)
    if (fault) throw fault
  }
  return {
    name: 'node',
    asked,
    statuses: () => statuses,
    status: () => {
      statuses++
      return Promise.resolve({ chainId: 'x', earliestHeight: chain.floor, latestHeight: TIP, version: '' })
    },
    async *blocks({ from, to }) {
      const page = chain.page ?? 1
      for (let height = from; height <= to; height++) {
        await Promise.resolve()
        if ((height - from) % page === 0) for (let h = height; h < Math.min(to + 1, height + page); h++) ask(h)
        yield {
          height,
          time: BigInt(height) * 1_000_000n,
          hash: hashOf(height),
          parentHash: hashOf(height - 1),
          txs: [],
          results: [],
          beginEvents: [],
          endEvents: []
        }
      }
    },
    query: () => Promise.reject(new Error('no state here')),
    genesis: () => Promise.reject(new PermanentError('rejected', 'no genesis here')),
    close: () => undefined
  }
}

const garbled = (height: number): ChainError => new PermanentError('undecodable', `node: block ${height} cannot be decoded`)

async function indexed(
  source: ChainSource,
  options: RunOptions = {}
): Promise<{ readonly report: RunReport | undefined; readonly error: unknown; readonly lake: Lake }> {
  const lake = await openLake(dir, OPTIONS)
  try {
    const report = await run(akash, source, lake, options)
    return { report, error: undefined, lake }
  } catch (error) {
    return { report: undefined, error, lake }
  } finally {
    await lake.close()
  }
}
const short = (lake: Lake): unknown[] => lake.manifest().gaps.map(({ from, to, status }) => [from, to, status])

describe('goes on', () => {
  test('below the floor: all that is there is indexed, the rest recorded and told', async () => {
    const { report, lake } = await indexed(sourceOf({ floor: 50, fault: () => undefined }), { from: 10 })
    expect(lake.done()).toEqual([{ from: 50, to: TIP }])
    expect(lake.manifest().gaps).toMatchObject([
      { from: 10, to: 49, status: 'pruned', source: 'node', why: 'node keeps blocks from 50 on' }
    ])
    expect(report).toMatchObject({ blocks: 251, missing: [], gaps: lake.manifest().gaps })
    expect(gapLines(report?.gaps ?? [])).toEqual([
      'not to be had, and recorded as gaps: 40 heights',
      '  heights 10 to 49 (40 of them), pruned: node keeps blocks from 50 on',
      'Add an archive node to --rpc and run again to fill them, or leave pruned heights out with a higher --from.'
    ])
  })

  test.each([false, true])('a floor that rises while the run goes on (newest first: %s)', async (newestFirst) => {
    const chain: Chain = { floor: 1, fault: (height) => void (chain.floor = height === 100 ? 150 : chain.floor) }
    const { report, lake } = await indexed(sourceOf(chain), { newestFirst })
    expect(lake.done()).toEqual([
      { from: 1, to: 100 },
      { from: 150, to: TIP }
    ])
    expect(short(lake)).toEqual([[101, 149, 'pruned']])
    expect(report?.missing).toEqual([])
  })

  test('one height that nobody can read, in a page of twenty: only that one is a gap', async () => {
    const source = sourceOf({ floor: 1, page: 20, fault: (height) => (height === 107 ? garbled(height) : undefined) })
    const { report, lake } = await indexed(source)
    expect(short(lake)).toEqual([[107, 107, 'missing']])
    expect(lake.done()).toEqual([
      { from: 1, to: 106 },
      { from: 108, to: TIP }
    ])
    expect(report?.gaps[0]?.why).toBe('node: block 107 cannot be decoded')
    expect(source.asked.filter((height) => height === 107).length).toBeGreaterThan(1)
    expect(source.statuses()).toBeGreaterThan(1)
  })

  test('what comes when it is asked for again is no gap', async () => {
    const { report, lake } = await indexed(
      sourceOf({ floor: 1, fault: (height, nth) => (height % 90 === 0 && nth === 1 ? garbled(height) : undefined) })
    )
    expect(report).toMatchObject({ blocks: TIP, gaps: [], missing: [] })
    expect(short(lake)).toEqual([])
    expect(lake.done()).toEqual([{ from: 1, to: TIP }])
  })

  test('a node that answers one height with an error, however often it is asked', async () => {
    const cause = new TransientError('node-error', 'node answered error -32603: "oops"')
    const { lake } = await indexed(
      sourceOf({ floor: 1, fault: (h) => (h === 8 ? new PermanentError('gave-up', 'block 8: gave up', { cause }) : undefined) })
    )
    expect(short(lake)).toEqual([[8, 8, 'missing']])
  })
})

describe('a later run', () => {
  test('asks for gaps again and fills them; nothing is left of them', async () => {
    const chain: Chain = { floor: 50, fault: (height) => (height === 200 ? garbled(height) : undefined) }
    const first = await indexed(sourceOf(chain), { from: 10 })
    expect(short(first.lake)).toEqual([
      [10, 49, 'pruned'],
      [200, 200, 'missing']
    ])
    const source = sourceOf({ floor: 1, fault: () => undefined })
    const second = await indexed(source, { from: 10 })
    expect([...source.asked].sort((a, b) => a - b)).toEqual([...Array.from({ length: 40 }, (_, i) => i + 10), 200])
    expect(second.report).toMatchObject({ blocks: 41, gaps: [], missing: [] })
    expect(second.lake.manifest()).toMatchObject({ gaps: [], partitions: [{ from: 10, to: TIP }] })
  })

  test('asks for all gaps of the lake when told to, wherever they are', async () => {
    await indexed(sourceOf({ floor: 50, fault: () => undefined }), { from: 10, to: 60 })
    const { lake } = await indexed(sourceOf({ floor: 1, fault: () => undefined }), { from: 61, to: 70, gaps: true })
    expect(lake.done()).toEqual([{ from: 10, to: 70 }])
    expect(short(lake)).toEqual([])
  })

  test('that gets nothing but the same gap says so again', async () => {
    const chain: Chain = { floor: 50, fault: () => undefined }
    await indexed(sourceOf(chain), { from: 10 })
    chain.floor = 60
    const { report, lake } = await indexed(sourceOf(chain), { from: 10 })
    expect(report).toMatchObject({ blocks: 0, gaps: [{ from: 10, to: 49, why: 'node keeps blocks from 60 on' }] })
    expect(short(lake)).toEqual([[10, 49, 'pruned']])
  })

  test('that asks for one bad height only tells it from a bad endpoint by another height', async () => {
    const { report } = await indexed(sourceOf({ floor: 1, fault: (h) => (h === 7 ? garbled(h) : undefined) }), { from: 7, to: 7 })
    expect(report?.gaps).toMatchObject([{ from: 7, to: 7 }])
    const { error, lake } = await indexed(sourceOf({ floor: 1, fault: garbled }), { from: 8, to: 8 })
    expect(error).toMatchObject({ message: 'node: block 8 cannot be decoded' })
    expect(short(lake)).toEqual([[7, 7, 'missing']])
  })
})

describe('stops, with what it has and without a gap', () => {
  const cases: readonly (readonly [string, (height: number) => ChainError])[] = [
    ['a dead network', () => new PermanentError('gave-up', 'x', { cause: new TransientError('unreachable', 'y') })],
    ['a network that times out', () => new PermanentError('gave-up', 'x', { cause: new TransientError('timeout', 'y') })],
    ['a rate limit', () => new PermanentError('rate-limited', 'x')],
    ['another chain', () => new PermanentError('wrong-chain', 'x')],
    ['endpoints that disagree', () => new PermanentError('disagreement', 'x')],
    ['a broken chain', () => new PermanentError('broken-chain', 'x')],
    ['answers about other heights', () => new PermanentError('gave-up', 'x', { cause: new TransientError('wrong-height', 'y') })]
  ]
  test.each(cases)('%s', async (_, fault) => {
    const failing = sourceOf({ floor: 1, fault: (height) => (height === 100 ? fault(height) : undefined) })
    const { error, lake } = await indexed(failing)
    expect(error).toEqual(fault(100))
    expect(lake.done()).toEqual([{ from: 1, to: 99 }])
    expect(short(lake)).toEqual([])
    expect(Math.max(...failing.asked)).toBe(100)
  })

  test('a network that dies before heights are asked for again', async () => {
    const source = sourceOf({ floor: 1, fault: (height) => (height === 7 ? garbled(height) : undefined) })
    const dead = new PermanentError('gave-up', 'status: no endpoint answers')
    const { status } = source
    let asked = 0
    const { error, lake } = await indexed({ ...source, status: () => (asked++ === 0 ? status() : Promise.reject(dead)) })
    expect(error).toBe(dead)
    expect(short(lake)).toEqual([])
  })

  test('an endpoint that gives nothing from some height on', async () => {
    const source = sourceOf({ floor: 1, fault: (height) => (height >= 60 ? garbled(height) : undefined) })
    const { error, lake } = await indexed(source)
    expect(error).toMatchObject({ fault: 'undecodable' })
    expect(lake.done()).toEqual([{ from: 1, to: 59 }])
    expect(short(lake)).toEqual([])
    expect(source.asked.length).toBeLessThan(59 + 10)
  })

  test('an endpoint that gives nothing at all, over few heights', async () => {
    const { error, lake } = await indexed(sourceOf({ floor: 1, fault: garbled }), { from: 1, to: 9 })
    expect(error).toMatchObject({ fault: 'undecodable' })
    expect(short(lake)).toEqual([])
  })

  test('a stop that was asked for: what is missing is no gap', async () => {
    const stop = new AbortController()
    const onBlock = (done: number): void => {
      if (done === 200) stop.abort()
    }
    const source = sourceOf({ floor: 50, fault: (height) => (height === 60 ? garbled(height) : undefined) })
    const aborting: ChainSource = {
      ...source,
      async *blocks(range, signal) {
        for await (const block of source.blocks(range, signal)) {
          signal?.throwIfAborted()
          yield block
        }
      }
    }
    const { report, lake } = await indexed(aborting, { from: 10, signal: stop.signal, onBlock })
    expect(report?.gaps).toEqual([])
    expect(report?.missing.length).toBeGreaterThan(0)
    expect(short(lake)).toEqual([])
  })
})
