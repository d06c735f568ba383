import { describe, expect, test } from 'vitest'
import { connect, type ConnectOptions } from '../../../ingest/chain/endpoints.ts'
import type { SampleOutcome } from '../../../ingest/chain/sample.ts'
import { startNode, testClock, type Altered, type Call, type Misdeed, type Node } from './node.ts'

type Read = { readonly heights: number[]; readonly samples: Map<number, SampleOutcome>; readonly error: unknown }

async function read(nodes: readonly Node[], options: ConnectOptions, to = 80): Promise<Read> {
  const samples = new Map<number, SampleOutcome>()
  const source = await connect(
    nodes.map((node) => node.url),
    { clock: testClock(), onSample: (height, outcome) => samples.set(height, outcome), ...options }
  )
  const heights: number[] = []
  let error: unknown
  try {
    for await (const block of source.blocks({ from: 1, to })) heights.push(block.height)
  } catch (caught) {
    error = caught
  } finally {
    source.close()
  }
  return { heights, samples, error }
}

/** Another hash of block 24, in its header and in the block itself. */
function otherBlock(call: Call): Misdeed | undefined {
  if (call.method !== 'blockchain' && (call.method !== 'block' || call.height !== 24)) return undefined
  const body = call.body()
  const metas = call.method === 'blockchain' ? body.result.block_metas : []
  for (const meta of metas)
    if (meta.header.height === '24') meta.block_id.hash = 'AB'.repeat(32)
    else if (meta.header.height === '25') meta.header.last_block_id.hash = 'AB'.repeat(32)
  if (call.method === 'block') body.result.block_id.hash = 'AB'.repeat(32)
  return { body: JSON.stringify(body) }
}

/** Alters one answer of a node. */
const altering =
  (method: string, height: number, alter: (body: Altered) => unknown) =>
  (call: Call): Misdeed | undefined => {
    if (call.method !== method || call.height !== height) return undefined
    const body = call.body()
    alter(body)
    return { body: JSON.stringify(body) }
  }

describe('a sample of heights is fetched from a second endpoint and compared', () => {
  test('equal, also when one answers in the shape of 0.34 and the other in that of 0.38', async () => {
    const nodes = await Promise.all([startNode('v0.36'), startNode('v0.36-by-0.38')])
    const { heights, samples, error } = await read(nodes, { sample: 1 })
    expect(error).toBeUndefined()
    expect(heights).toHaveLength(80)
    expect([...samples.keys()].sort((a, b) => a - b)).toEqual(heights)
    expect(new Set(samples.values())).toEqual(new Set(['equal']))
    // Each height twice, and never twice from one.
    for (const method of ['block_results', 'block'] as const) {
      const asked = nodes.map((node) => node.calls.filter((call) => call.method === method).map((call) => call.height))
      if (method === 'block_results') for (const list of asked) expect(list.sort((a, b) => a - b)).toEqual(heights)
    }
  })

  test.each([
    ['an event', altering('block_results', 24, (b) => (b.result.txs_results![0]!.events[0]!.type = 'forged'))],
    ['a result code', altering('block_results', 24, (b) => (b.result.txs_results![0]!.code = 7))],
    ['a block event', altering('block_results', 24, (b) => b.result.finalize_block_events!.pop())],
    ['the block', otherBlock]
  ])('%s differs: the range stops before that height, naming both endpoints', async (what, forge) => {
    const honest = await startNode('v2.1')
    // Of that chain the first block with transactions.
    const forging = await startNode('v2.1', forge)
    const { heights, error } = await read([honest, forging], { sample: 1 })
    expect(error).toMatchObject({ retryable: false, message: expect.stringMatching(/height 24\b/) })
    for (const { host } of [honest, forging]) expect((error as Error).message).toContain(host)
    expect((error as { fault: string }).fault).toMatch(what === 'the block' ? /^(disagreement|broken-chain)$/ : /^disagreement$/)
    expect(heights).toEqual(Array.from({ length: 23 }, (_, i) => i + 1))
  })

  test('at the rate that was set; 1 in 100 by default, none with one endpoint', async () => {
    const nodes = await Promise.all([startNode('v2.1'), startNode('v2.1')])
    const drawing = (values: readonly number[]) => {
      let n = 0
      return { ...testClock(), random: () => values[n++ % values.length]! }
    }
    expect((await read(nodes, { clock: drawing([0.1, 0.5, 0.24, 0.9]), sample: 0.25 })).samples.size).toBe(40)
    expect((await read(nodes, { clock: drawing([0.009, 0.011]) })).samples.size).toBe(40)
    expect((await read(nodes, { clock: drawing([0.01]) })).samples.size).toBe(0)
    expect((await read([nodes[0]], { clock: drawing([0]) })).samples.size).toBe(0)
  })

  test('no second endpoint can be asked: counted, and the run goes on', async () => {
    const [whole, pruned] = await Promise.all([startNode('v2.1'), startNode('v2.1', undefined, { from: 60 })])
    const { heights, samples, error } = await read([whole, pruned], { sample: 1 })
    expect(error).toBeUndefined()
    expect(heights).toHaveLength(80)
    expect([samples.get(59), samples.get(60)]).toEqual(['unavailable', 'equal'])
    const failing = await startNode('v2.1', (call) => (call.height > 0 ? { status: 500 } : undefined))
    const second = await read([whole, failing], { sample: 1 })
    expect(second.error).toBeUndefined()
    expect(new Set(second.samples.values())).toEqual(new Set(['unavailable']))
  })
})
