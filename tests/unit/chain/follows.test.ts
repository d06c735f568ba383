import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createComet, type Comet } from '../../../ingest/chain/comet.ts'
import { readBlockEvents, readTxEvents } from '../../../ingest/chain/events.ts'
import type { Block } from '../../../ingest/chain/source.ts'
import { akash } from '../../../ingest/networks/akash/config.ts'
import { openRecording, type Params } from '../../../ingest/recording/recording.ts'
import { mainnetSized } from '../../bench/mainnet-sized.ts'
import { RECORDINGS } from './recorded.ts'

const attributes = [{ key: 'amount', value: '1', index: true }]

test('of a type that is not followed only type and position are kept', () => {
  const events = ['rewards', 'transfer'].map((type) => ({ type, attributes }))
  const ended = events.map((e) => ({ ...e, attributes: [...e.attributes, { key: 'mode', value: 'EndBlock', index: true }] }))
  const transfer = { type: 'transfer', attributes: [{ key: 'amount', value: '1' }] }
  const expected = [{ type: 'rewards', attributes: [] }, transfer]
  const follows = (type: string): boolean => type === 'transfer'
  expect(readBlockEvents({ txs_results: [{ events }], finalize_block_events: [...events, ...ended] }, follows)).toEqual({
    txs: [expected],
    begin: expected,
    end: expected
  })
  expect(readTxEvents([{ events }, { events: [] }], follows)).toEqual([expected, []])
})

describe('what a network follows is enough for it: facts are the same', () => {
  const cometOf = (answer: (method: string, params: Params) => string, follows?: (type: string) => boolean): Comet =>
    createComet(
      (request) => {
        const { method, params } = request as { method: string; params: Params }
        return Promise.resolve(JSON.parse(answer(method, params)) as { readonly [key: string]: unknown })
      },
      'host',
      follows
    )
  const blockOf = async (comet: Comet, height: number): Promise<Block> => ({
    ...(await comet.block(height)),
    ...(await comet.results(height))
  })

  test.each(['v0.36', 'v0.36-by-0.38', 'v1.2', 'v1.2-to-v2.0', 'v2.1'])('%s', async (name) => {
    const recording = openRecording(join(RECORDINGS, name))
    const answer = (method: string, params: Params): string => {
      const said = recording.answer(method, params)
      if ('error' in said) throw new Error(said.error.message)
      return said.result
    }
    const [all, followed] = [cometOf(answer), cometOf(answer, akash.follows)]
    for (let height = recording.from; height <= recording.to; height++)
      expect(akash.decode(await blockOf(followed, height))).toEqual(akash.decode(await blockOf(all, height)))
  })

  test.each([28860258, 28860259, 28860261] as const)('mainnet %i, with the events of 100 validators', async (height) => {
    const sized = mainnetSized(height)
    expect([sized.block.length, sized.results.length].map((n) => Math.round(n / 1000))).toEqual([
      expect.closeTo(26, -1),
      expect.closeTo(57, -1)
    ])
    const answer = (method: string): string =>
      JSON.stringify((JSON.parse(method === 'block' ? sized.block : sized.results) as { result: unknown }).result)
    const [all, followed] = await Promise.all(
      [cometOf(answer), cometOf(answer, akash.follows)].map((comet) => blockOf(comet, height))
    )
    expect(akash.decode(followed!)).toEqual(akash.decode(all!))
    expect(akash.decode(followed!).length).toBeGreaterThan(1)
    expect(followed!.beginEvents).toHaveLength(all!.beginEvents.length)
  })
})
