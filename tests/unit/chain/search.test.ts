import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TXS_A_CALL, type Comet, type FoundTx, type Meta } from '../../../ingest/chain/comet.ts'
import { connect, type ConnectOptions } from '../../../ingest/chain/endpoints.ts'
import { createCalls } from '../../../ingest/chain/fetch.ts'
import { dataHash } from '../../../ingest/chain/merkle.ts'
import type { Pool } from '../../../ingest/chain/pool.ts'
import { search } from '../../../ingest/chain/search.ts'
import type { Block } from '../../../ingest/chain/source.ts'
import type { Choice } from '../../../ingest/chain/strategy.ts'
import { akash } from '../../../ingest/networks/akash/config.ts'
import { startNode, testClock, type Call, type Misdeed, type Node } from './node.ts'

type Read = { readonly blocks: Block[]; readonly choices: Choice[]; readonly faults: string[] }

async function read(nodes: readonly Node[], options: ConnectOptions, range?: { from: number; to: number }): Promise<Read> {
  const choices: Choice[] = []
  const faults: string[] = []
  const source = await connect(
    nodes.map((node) => node.url),
    { clock: testClock(), onChoice: (choice) => choices.push(choice), onFault: (error) => faults.push(error.message), ...options }
  )
  try {
    const { earliestHeight: from, latestHeight: to } = await source.status()
    const blocks: Block[] = []
    for await (const block of source.blocks(range ?? { from, to })) blocks.push(block)
    return { blocks, choices, faults }
  } finally {
    source.close()
  }
}

const count = (node: Node, method: string): number => node.calls.filter((call) => call.method === method).length
const json = (body: unknown): Misdeed => ({ body: JSON.stringify(body) })
const facts = (blocks: readonly Block[]) => blocks.flatMap(akash.decode)
type SearchBody = { result: { txs: { height: string; tx_result: { code: number } }[]; total_count: string } }
const searched = (call: Call): SearchBody => call.body() as unknown as SearchBody

describe('search gives the facts of scan', () => {
  test.each([
    ['v0.36', () => false],
    ['v0.36-by-0.38', () => false],
    ['v1.2', () => false],
    ['v1.2-to-v2.0', (_: string, height: number) => height >= 91]
  ] as const)('%s, where block events carry nothing before the upgrade', async (name, blockEvents) => {
    const [a, b] = await Promise.all([startNode(name), startNode(name)])
    const scanned = await read([a], { strategy: 'scan' })
    const found = await read([b], { strategy: 'search', blockEvents })
    // How a vote of the network ended is a block event, which search does not see there (README says so).
    const seen = facts(scanned.blocks).filter(
      ({ table, row }) => table !== 'proposal_results' || blockEvents('', Number(row.height))
    )
    expect(facts(found.blocks)).toEqual(seen)
    expect(found.blocks.map((block) => block.txs)).toEqual(scanned.blocks.map((block) => block.txs))
    expect(count(b, 'block')).toBe(0)
    expect(count(b, 'block_results')).toBe(scanned.blocks.filter((block) => blockEvents('', block.height)).length)
    expect(found.faults).toEqual([])
  })

  test('2.1, where they matter at each height: the very same blocks, and no call of `block`', async () => {
    const [a, b] = await Promise.all([startNode('v2.1'), startNode('v2.1')])
    const scanned = await read([a], {})
    const found = await read([b], { strategy: 'search', blockEvents: akash.blockEvents })
    expect(found.blocks).toEqual(scanned.blocks)
    expect([count(b, 'block'), count(b, 'block_results')]).toEqual([0, 264])
  })

  test('any part of a chain', async () => {
    const [a, b] = await Promise.all([startNode('v1.2'), startNode('v1.2')])
    const all = facts((await read([a], {})).blocks)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 219 }), fc.nat(80), async (from, length) => {
        const to = Math.min(219, from + length)
        const { blocks } = await read([b], { strategy: 'search', blockEvents: () => false }, { from, to })
        expect(facts(blocks)).toEqual(all.filter(({ row }) => Number(row.height) >= from && Number(row.height) <= to))
      }),
      { numRuns: 15 }
    )
  })
})

describe('an index that is not to be trusted', () => {
  test('it lacks transactions: noticed by the header, and those heights are read whole', async () => {
    const whole = await read([await startNode('v1.2')], {})
    const lost = new Set([40, 41, 90])
    const node = await startNode('v1.2', (call) => {
      if (call.method !== 'tx_search') return undefined
      const body = searched(call)
      const before = body.result.txs.length
      // One transaction of each of these heights; the total agrees with what is left on this page.
      const gone = new Set<string>()
      body.result.txs = body.result.txs.filter(({ height }) => !lost.has(Number(height)) || gone.size === gone.add(height).size)
      body.result.total_count = String(Number(body.result.total_count) - (before - body.result.txs.length))
      return json(body)
    })
    const { blocks } = await read([node], { strategy: 'search', blockEvents: () => false })
    expect(facts(blocks)).toEqual(facts(whole.blocks))
  })

  test('it has bytes that the header does not commit to', async () => {
    const whole = await read([await startNode('v1.2')], {})
    const height = whole.blocks.find((block) => block.txs.length > 0)!.height
    const node = await startNode('v1.2', (call) => {
      if (call.method !== 'tx_search') return undefined
      const body = searched(call)
      for (const tx of body.result.txs) if (Number(tx.height) === height) Object.assign(tx, { tx: 'CgA=' })
      return json(body)
    })
    const { blocks, faults } = await read([node], { strategy: 'search', blockEvents: () => false })
    expect(facts(blocks)).toEqual(facts(whole.blocks))
    expect(faults).toEqual([
      `${node.host}: tx_search found 1 transactions of height ${height}, not the 1 that its header commits to. The height is read whole`
    ])
  })

  test('pages do not add up, or the search fails: the slice is read as by scan, and that is told', async () => {
    const whole = await read([await startNode('v1.2')], {})
    const short = await startNode('v1.2', (call) => {
      if (call.method !== 'tx_search' || call.params['page'] !== '2') return undefined
      const body = searched(call)
      body.result.txs.pop()
      return json(body)
    })
    const broken = await startNode('v1.2', (call) =>
      call.method === 'tx_search' && call.params['query'] === 'tx.height>=1 AND tx.height<=219' ? { status: 500 } : undefined
    )
    for (const [node, words] of [
      [short, /tx_search of heights 1-219 promised \d+ transactions, \d+ came/],
      [broken, /tx_search 1-219, page 1: gave up after 2 tries/]
    ] as const) {
      const { blocks, faults } = await read([node], { strategy: 'search', blockEvents: () => false, attempts: 2 })
      expect(facts(blocks)).toEqual(facts(whole.blocks))
      expect(faults.filter((fault) => words.test(fault))).toHaveLength(1)
    }
  })

  test('a forged result code is told only by a second endpoint', async () => {
    const forging = await startNode('v1.2', (call) => {
      if (call.method !== 'tx_search') return undefined
      const body = searched(call)
      for (const tx of body.result.txs) tx.tx_result.code = 0
      return json(body)
    })
    const honest = await startNode('v1.2', (call) => {
      if (call.method !== 'status') return undefined
      const body = call.body() as unknown as { result: { node_info: { other: { tx_index: string } } } }
      body.result.node_info.other.tx_index = 'off'
      return json(body)
    })
    const options: ConnectOptions = { strategy: 'search', blockEvents: () => false }
    expect((await read([forging], options)).blocks).toHaveLength(219)
    await expect(read([forging, honest], { ...options, sample: 1 })).rejects.toMatchObject({
      fault: 'disagreement',
      message: expect.stringMatching(
        new RegExp(`^${forging.host} and ${honest.host} disagree about the results of height \\d+\\.`)
      )
    })
  })
})

describe('choice', () => {
  const off = (call: Call): Misdeed | undefined => {
    if (call.method !== 'status') return undefined
    const body = call.body() as unknown as { result: { node_info: { other: { tx_index: string } } } }
    body.result.node_info.other.tx_index = 'off'
    return json(body)
  }

  test('the cheaper one, with its reason', async () => {
    const [cheap, dear] = await Promise.all([startNode('v1.2'), startNode('v2.1')])
    const spared = await read([cheap], { strategy: 'auto', blockEvents: () => false })
    expect(spared.choices).toMatchObject([{ strategy: 'search' }])
    const { scan: scanCalls, search: searchCalls } = spared.choices[0]!.calls!
    // Within a fifth of what each makes: 11 pages of headers, 2 of transactions; a block and results of most heights.
    expect(searchCalls).toBeGreaterThan(10)
    expect(searchCalls).toBeLessThan(20)
    expect(scanCalls).toBeGreaterThan(219)
    expect(spared.choices[0]!.reason).toBe(`about ${searchCalls} calls, not ${scanCalls}`)
    expect((await read([dear], { strategy: 'auto' })).choices).toMatchObject([{ strategy: 'search' }])
    expect((await read([dear], { strategy: 'auto' }, { from: 1, to: 100 })).choices).toMatchObject([
      { strategy: 'scan', reason: 'the range is shorter than 200 heights' }
    ])
  })

  test('a slow search costs as many calls as fit into its time', async () => {
    const node = await startNode('v1.2', (call) => (call.method === 'tx_search' ? { delayMs: 300 } : undefined))
    const choices: Choice[] = []
    const source = await connect([node.url], { strategy: 'auto', onChoice: (choice) => choices.push(choice) })
    for await (const block of source.blocks({ from: 1, to: 219 })) if (block.height > 0) break
    source.close()
    expect(choices[0]!.calls!.search).toBeGreaterThan(219 + 11 + 10)
  })

  test('no index: scan, or an error when search is forced', async () => {
    const node = await startNode('v1.2', off)
    expect((await read([node], { strategy: 'auto' })).choices).toMatchObject([
      { strategy: 'scan', reason: 'no endpoint indexes transactions' }
    ])
    await expect(read([node], { strategy: 'search' })).rejects.toThrow(
      '--strategy search is not possible: no endpoint indexes transactions. Use --strategy scan.'
    )
  })

  test('an index with holes, or one that fails', async () => {
    const hole = await startNode('v1.2', (call) =>
      call.method === 'tx_search' ? json({ jsonrpc: '2.0', id: 1, result: { txs: [], total_count: '0' } }) : undefined
    )
    const [choice] = (await read([hole], { strategy: 'auto' })).choices
    expect(choice).toMatchObject({
      strategy: 'scan',
      reason: expect.stringMatching(/^the index has 0 of \d+ transactions of a probed place$/)
    })
    const disabled = { code: -32603, message: 'Internal error', data: 'transaction indexing is disabled' }
    const failing = await startNode('v1.2', (call) =>
      call.method === 'tx_search' ? json({ jsonrpc: '2.0', id: 1, error: disabled }) : undefined
    )
    expect((await read([failing], { strategy: 'auto' })).choices).toMatchObject([
      { strategy: 'scan', reason: expect.stringContaining('transaction indexing is disabled') }
    ])
    await expect(read([failing], { strategy: 'search' })).rejects.toThrow('It does not index transactions.')
  })

  test('only endpoints that index are searched', async () => {
    const [without, indexing] = await Promise.all([startNode('v1.2', off), startNode('v1.2')])
    const { blocks } = await read([without, indexing], { strategy: 'search', blockEvents: () => false })
    expect(blocks).toHaveLength(219)
    expect([count(without, 'tx_search'), count(indexing, 'tx_search') > 0]).toEqual([0, true])
    expect(count(without, 'blockchain')).toBeGreaterThan(0)
  })
})

describe('slices', () => {
  const bytes = (height: number, index: number): Uint8Array => Buffer.from(`${height}/${index}`)

  /** A chain in memory whose height h has `txsAt(h)` transactions. */
  function chain(txsAt: (height: number) => number, tip: number) {
    const asked: { from: number; to: number; page: number; total: number }[] = []
    const txsOf = (height: number): FoundTx[] =>
      Array.from({ length: txsAt(height) }, (_, index) => ({
        height,
        index,
        tx: bytes(height, index),
        result: { code: 0, events: [] }
      }))
    const heights = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)
    const meta = (height: number): Meta => {
      const txs = txsOf(height).map(({ tx }) => tx)
      const header = { chainId: 'c', height, time: BigInt(height), hash: `H${height}`, parentHash: `H${height - 1}` }
      return { ...header, txCount: txs.length, dataHash: dataHash(txs), appHash: '', sound: true }
    }
    const unused = () => Promise.reject(new Error('not asked for here'))
    const comet: Comet = {
      status: unused,
      block: unused,
      results: unused,
      query: unused,
      genesis: unused,
      metas: (from, to) => Promise.resolve(heights(from, to).map(meta)),
      txs: (from, to, page) => {
        const txs = heights(from, to).flatMap(txsOf)
        asked.push({ from, to, page, total: txs.length })
        return Promise.resolve({ total: txs.length, txs: txs.slice((page - 1) * TXS_A_CALL, page * TXS_A_CALL) })
      }
    }
    const pool: Pool = {
      hosts: 'h',
      survey: unused,
      refresh: unused,
      known: () => [],
      run: async (task) => ({ value: await task.ask(comet, 'h'), host: 'h' })
    }
    return { pool, asked, tip }
  }

  test('of 1,000 heights, one ahead; halved while they have more than 20 pages; a height of its own may have more', async () => {
    const { pool, asked } = chain((height) => (height === 1_500 ? 2_500 : height > 1_000 ? 3 : 0), 2_100)
    const signal = new AbortController().signal
    const range = { from: 1, to: 2_100 }
    const fetch = search(pool, createCalls(pool, 'c', range, signal, true), range, { blockEvents: () => false }, signal)
    for (let height = 1; height <= range.to; height++) {
      const { block } = await fetch(height)
      expect(block.txs.map(String)).toEqual(
        Array.from({ length: height === 1_500 ? 2_500 : height > 1_000 ? 3 : 0 }, (_, i) => bytes(height, i)).map(String)
      )
      if (height === 1) expect(Math.max(...asked.map(({ to }) => to))).toBeLessThanOrEqual(2_000)
    }
    expect(asked[0]).toMatchObject({ from: 1, to: 1_000, page: 1 })
    expect(Math.max(...asked.map(({ from, to }) => to - from + 1))).toBe(1_000)
    const deep = asked.filter(({ page }) => page > 20)
    expect(deep.every(({ from, to }) => from === 1_500 && to === 1_500)).toBe(true)
    expect(deep).toHaveLength(5)
  })

  test('any numbers of transactions', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 20 }), async (counts) => {
        const { pool } = chain((height) => counts[height % counts.length] ?? 0, 60)
        const signal = new AbortController().signal
        const range = { from: 1, to: 60 }
        const fetch = search(pool, createCalls(pool, 'c', range, signal, true), range, { blockEvents: () => false }, signal)
        for (let height = 1; height <= range.to; height++)
          expect((await fetch(height)).block.txs).toHaveLength(counts[height % counts.length] ?? 0)
      }),
      { numRuns: 8 }
    )
  })
})
