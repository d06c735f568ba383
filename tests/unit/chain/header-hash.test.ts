/** What headers commit to, against the chains that real nodes made: every header, every result. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { connect } from '../../../ingest/chain/endpoints.ts'
import { headerHash } from '../../../ingest/chain/header-hash.ts'
import { openRecording } from '../../../ingest/recording/recording.ts'
import { startNode, testClock, type Call, type Misdeed } from './node.ts'
import { RECORDINGS } from './recorded.ts'

type Header = Record<string, unknown> & { readonly height: string }
type Meta = {
  readonly block_id: { hash: string }
  readonly header: Record<string, unknown> & { readonly last_block_id: { readonly parts: { hash: string } } }
}
type Said = { readonly block_id: { readonly hash: string }; readonly block: { readonly header: Header } }

describe('the hash of a header', () => {
  test.each(['v0.36', 'v1.2', 'v1.2-to-v2.0', 'v2.1'])('%s: of every block as the node says', (name) => {
    const recording = openRecording(join(RECORDINGS, name))
    for (let height = recording.from; height <= recording.to; height++) {
      const answer = recording.answer('block', { height })
      if ('error' in answer) throw new Error(answer.error.message)
      const { block_id, block } = JSON.parse(answer.result) as Said
      expect([height, headerHash(block.header)]).toEqual([height, block_id.hash])
    }
  })

  test('of a mainnet block; any altered field alters it', () => {
    const path = join(RECORDINGS, '../mainnet/rpc-shape/block-28860259.json')
    const said = JSON.parse(readFileSync(path, 'utf8')) as { readonly result?: Said } & Said
    const { block_id, block } = said.result ?? said
    expect(headerHash(block.header)).toBe(block_id.hash)
    const hash = 'AB'.repeat(32)
    const altered: readonly Record<string, unknown>[] = [
      { chain_id: 'akashnet-3' },
      { height: '28860258' },
      { time: '2026-01-01T00:00:00Z' },
      { version: { block: '10' } },
      { last_block_id: { hash, parts: { total: 1, hash } } },
      ...[
        'last_commit_hash',
        'data_hash',
        'validators_hash',
        'next_validators_hash',
        'consensus_hash',
        'app_hash',
        'last_results_hash'
      ].map((name) => ({ [name]: hash })),
      { evidence_hash: hash },
      { proposer_address: 'AB'.repeat(20) }
    ]
    for (const fields of altered) {
      expect(headerHash({ ...block.header, ...fields })).not.toBe(block_id.hash)
      expect(headerHash(block.header)).toBe(block_id.hash)
    }
  })
})

describe('a node that says what its headers do not commit to is asked again', () => {
  async function faultsOf(misdo: (call: Call) => Misdeed | undefined, to: number): Promise<string[]> {
    const faults: string[] = []
    const sound = await startNode('v2.1')
    const node = await startNode('v2.1', misdo)
    const read = async (url: string): Promise<unknown[]> => {
      const source = await connect([url], { clock: testClock(), onFault: ({ fault }) => faults.push(fault) })
      const blocks = await Array.fromAsync(source.blocks({ from: 20, to }))
      source.close()
      return blocks
    }
    expect(await read(node.url)).toEqual(await read(sound.url))
    return faults
  }

  test('another time in a header', async () => {
    const forge = (call: Call): Misdeed | undefined => {
      if (call.method !== 'blockchain' || call.before > 0) return undefined
      const body = call.body()
      for (const meta of body.result.block_metas) meta.header.time = '2031-01-01T00:00:00.5Z'
      return { body: JSON.stringify(body) }
    }
    expect(await faultsOf(forge, 30)).toContain('mismatch')
  })

  test.each([
    ['of a field that no table has', (meta: Meta) => (meta.header['validators_hash'] = 'ZZ'.repeat(32))],
    ['of the data, with half a byte', (meta: Meta) => (meta.header['data_hash'] = 'ABC')],
    ['of its block', (meta: Meta) => (meta.block_id.hash = `${'AB'.repeat(31)}G0`)],
    ['of the parts of the block before', (meta: Meta) => (meta.header.last_block_id.parts.hash = 'x')],
    ['that is missing', (meta: Meta) => delete meta.header['evidence_hash']]
  ])('a hash %s that is no hash: refused', async (_, alter) => {
    const node = await startNode('v2.1', (call) => {
      if (call.method !== 'blockchain') return undefined
      const body = call.body()
      for (const meta of body.result.block_metas) alter(meta as unknown as Meta)
      return { body: JSON.stringify(body) }
    })
    const source = await connect([node.url], { clock: testClock() })
    await expect(Array.fromAsync(source.blocks({ from: 20, to: 30 }))).rejects.toMatchObject({ fault: 'undecodable' })
    source.close()
  })

  test.each([
    ['within a range', 30],
    ['at its last height', 25]
  ])("another chain's results %s", async (_, to) => {
    const stranger = openRecording(join(RECORDINGS, 'v1.2'))
    const empty = 25
    // Wrong twice: the first is asked for before the headers are there, and asked for again without a word.
    const forge = (call: Call): Misdeed | undefined => {
      if (call.method !== 'block_results' || call.height !== empty || call.before > 1) return undefined
      const answer = stranger.answer('block_results', call.params)
      if ('error' in answer) throw new Error(answer.error.message)
      return { body: `{"jsonrpc":"2.0","id":1,"result":${answer.result}}` }
    }
    expect(await faultsOf(forge, to)).toEqual(['mismatch'])
  })
})
