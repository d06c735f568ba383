import { describe, expect, test } from 'vitest'
import { connect } from '../../../ingest/chain/endpoints.ts'
import type { Block } from '../../../ingest/chain/source.ts'
import { startNode } from './node.ts'
import { lines } from './recorded.ts'

async function readAll(name: string): Promise<{ blocks: Block[]; calls: string[] }> {
  const node = await startNode(name)
  const source = await connect([node.url])
  const { earliestHeight, latestHeight } = await source.status()
  const blocks: Block[] = []
  for await (const block of source.blocks({ from: earliestHeight, to: latestHeight })) blocks.push(block)
  source.close()
  return { blocks, calls: node.calls.map((call) => call.method) }
}

/** Microseconds by another way than the source's: digits only. */
function digits(time: string): string {
  const [seconds = '', fraction = ''] = time.replace('Z', '').split('.')
  return `${Date.parse(`${seconds}Z`) / 1000}${`${fraction}000000`.slice(0, 6)}`
}

describe('a whole recorded chain', () => {
  test.each([
    ['v0.36', 'v0.36'],
    ['v0.36-by-0.38', 'v0.36'],
    ['v1.2', 'v1.2'],
    ['v2.1', 'v2.1'],
    ['v1.2-to-v2.0', 'v1.2-to-v2.0']
  ])('%s: every block is as recorded', async (name, blockFolder) => {
    const { blocks, calls } = await readAll(name)
    const raw = lines(blockFolder, 'block')
    const results = lines(name, 'block_results')
    expect(blocks.map((b) => b.height)).toEqual(raw.map((b) => Number(b.block.header.height)))
    expect(blocks.map((b) => b.hash)).toEqual(raw.map((b) => b.block_id.hash))
    expect(blocks.map((b) => b.parentHash)).toEqual(raw.map((b) => b.block.header.last_block_id.hash))
    expect(blocks.map((b) => String(b.time))).toEqual(raw.map((b) => digits(b.block.header.time)))
    expect(blocks.map((b) => b.txs.map((tx) => Buffer.from(tx).toString('base64')))).toEqual(raw.map((b) => b.block.data.txs))
    expect(blocks.map((b) => b.results.map((r) => r.code))).toEqual(results.map((r) => (r.txs_results ?? []).map((t) => t.code)))
    expect(blocks.map((b) => b.results.map((r) => r.events.map((e) => e.type)))).toEqual(
      results.map((r) => (r.txs_results ?? []).map((t) => t.events.map((e) => e.type)))
    )
    expect(blocks.map((b) => b.beginEvents.length + b.endEvents.length)).toEqual(
      results.map((r) =>
        [r.begin_block_events, r.end_block_events, r.finalize_block_events].reduce((n, list) => n + (list?.length ?? 0), 0)
      )
    )
    for (const [i, block] of blocks.entries()) expect(block.parentHash).toBe(blocks[i - 1]?.hash ?? '')
    const withTxs = raw.filter((b) => b.block.data.txs.length > 0).length
    expect(calls.filter((method) => method === 'block')).toHaveLength(withTxs)
    expect(calls.filter((method) => method === 'block_results')).toHaveLength(raw.length)
    expect(calls.filter((method) => method === 'blockchain')).toHaveLength(Math.ceil(raw.length / 20))
  })

  test('0.36 by its own software and by that of today: equal blocks', async () => {
    const [own, today] = await Promise.all([readAll('v0.36'), readAll('v0.36-by-0.38')])
    expect(today.blocks).toEqual(own.blocks)
    const keys = new Set(
      own.blocks.flatMap((b) => b.results.flatMap((r) => r.events.flatMap((e) => e.attributes.map((a) => a.key))))
    )
    expect([...keys]).toEqual(expect.arrayContaining(['module', 'action', 'dseq', 'price-amount', 'amount']))
  })

  test('end-of-block events of 2.1 are told apart, and lose their mode', async () => {
    const { blocks } = await readAll('v2.1')
    const ends = blocks.flatMap((b) => b.endEvents)
    expect(ends.length).toBeGreaterThan(0)
    expect(ends.some((e) => e.type === 'akash.oracle.v2.EventAggregatedPrice')).toBe(true)
    expect(
      blocks
        .flatMap((b) => [...b.beginEvents, ...b.endEvents])
        .flatMap((e) => e.attributes)
        .some((a) => a.key === 'mode')
    ).toBe(false)
  })
})

test('status tells chain, heights and software', async () => {
  const node = await startNode('v0.36')
  const source = await connect([node.url])
  expect(await source.status()).toEqual({
    chainId: 'akash-lab-v038-a',
    earliestHeight: 1,
    latestHeight: 219,
    version: '0.34.27'
  })
  expect(source.name).toBe(node.host)
  source.close()
})
