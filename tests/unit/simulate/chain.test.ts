/** Bytes of a simulated chain: the shape of recorded nodes' answers, true hashes, the same for the same seed. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { headerHash } from '../../../ingest/chain/header-hash.ts'
import { dataHash } from '../../../ingest/chain/merkle.ts'
import { blocksSpeak } from '../../../ingest/simulate/calendar.ts'
import { chainIdOf, paceOf, parametersOf } from '../../../ingest/simulate/parameters.ts'
import { simulate, type Simulation } from '../../../ingest/simulate/serve.ts'

const recordings = join(import.meta.dirname, '../../fixtures/recordings')
const lines = (recording: string, name: string): unknown[] =>
  gunzipSync(readFileSync(join(recordings, recording, `${name}.jsonl.gz`)))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
const day = (date: string): number => Date.parse(`${date}T00:00:00Z`)

type Event = { readonly type: string; readonly attributes: readonly { readonly key: string; readonly value: string }[] }
type Results = {
  readonly txs_results: readonly { readonly code: number; readonly events: readonly Event[] }[] | null
  readonly finalize_block_events: readonly Event[]
}
type Block = {
  readonly block_id: { readonly hash: string }
  readonly block: {
    readonly header: { readonly data_hash: string; readonly app_hash: string; readonly last_block_id: { readonly hash: string } }
    readonly data: { readonly txs: readonly string[] }
  }
}

/** An event's kind and its attributes' names; those of the legacy era are told apart by their action. */
function shapeOf({ type, attributes }: Event): string {
  const action = type === 'akash.v1' ? attributes.find(({ key }) => key === 'action')?.value : ''
  // The SDK adds it to any event under a MsgExec; recordings have few of these.
  const names = attributes.map(({ key }) => key).filter((key) => key !== 'authz_msg_index')
  return `${type} ${action} ${names.sort().join(',')}`
}
const shapes = (results: readonly Results[]): Set<string> =>
  new Set(results.flatMap((r) => [...(r.txs_results ?? []).flatMap((tx) => tx.events), ...r.finalize_block_events].map(shapeOf)))

/** Names of all fields, deep; elements of lists stand for each other. */
function fields(value: unknown, path = '', into = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value as unknown[]) fields(item, `${path}[]`, into)
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) {
      into.add(`${path}.${key}`)
      fields(inner, `${path}.${key}`, into)
    }
  return into
}
const resultOf = (simulation: Simulation, method: string, params = {}): unknown => {
  const answer = simulation.node.answer(method, params)
  if ('error' in answer) throw new Error(answer.error.data)
  return JSON.parse(answer.result)
}

const ERAS = [
  { name: 'legacy', like: ['v0.36-by-0.38'], from: '2023-12-01', until: '2024-01-10' },
  { name: '1.x', like: ['v1.2'], from: '2025-11-05', until: '2025-12-10' },
  { name: '2.0, with the migration', like: ['v1.2', 'v1.2-to-v2.0'], from: '2026-02-20', until: '2026-04-10' },
  { name: '2.1', like: ['v2.1', 'v1.2-to-v2.0'], from: '2026-06-13', until: '2026-08-20' }
] as const

describe.each(ERAS)('era $name', ({ like, from, until }) => {
  let simulation: Simulation
  let results: Results[]
  beforeAll(() => {
    simulation = simulate(parametersOf({ from: day(from), until: day(until), seed: 5, blockSeconds: 3600 }))
    results = Array.from(
      { length: simulation.chain.height },
      (_, i) => resultOf(simulation, 'block_results', { height: i + 1 }) as Results
    )
  })

  test('every event has attributes that a recorded event of its type has', () => {
    const recorded = shapes(like.flatMap((name) => lines(name, 'block_results') as Results[]))
    const ours = [...shapes(results)]
    expect(ours.length).toBeGreaterThan(15)
    expect(ours.filter((shape) => !recorded.has(shape))).toEqual([])
  })

  test('answers have the fields of recorded ones', () => {
    const [name] = like
    const source = name === 'v0.36-by-0.38' ? 'v0.36' : name
    const block = fields(lines(source, 'block'))
    const meta = fields(lines(source, 'blockchain'))
    const result = fields(lines(name, 'block_results'))
    const own = (method: string, params: object[]): Set<string> => fields(params.map((p) => resultOf(simulation, method, p)))
    const heights = [1, 2, 30, 31, 32, 33].map((height) => ({ height }))
    expect(own('block', heights)).toEqual(block)
    expect(own('blockchain', [{ minHeight: 1, maxHeight: 20 }])).toEqual(meta)
    expect([...fields(results)].filter((field) => !result.has(field))).toEqual([])
  })

  test('events outside transactions are where blocks of its chain id may speak', () => {
    const { id } = simulation.chain
    const speaking = results.map((r) => r.finalize_block_events.length > 0)
    const may = results.map((_, i) => blocksSpeak(id, i + 1))
    expect(speaking.filter((speaks, i) => speaks && !may[i])).toEqual([])
    expect(may.includes(true)).toBe(speaking.includes(true))
    expect(may.indexOf(true)).toBe(speaking.indexOf(true))
  })

  test('each header has its hash, names the one before, and commits to its transactions', () => {
    let parent = ''
    for (let height = 1; height <= Math.min(400, simulation.chain.height); height++) {
      const { block_id, block } = resultOf(simulation, 'block', { height }) as Block
      expect(headerHash(block.header)).toBe(block_id.hash)
      expect(block.header.last_block_id.hash).toBe(parent)
      expect(dataHash(block.data.txs.map((tx) => Buffer.from(tx, 'base64')))).toBe(block.header.data_hash)
      parent = block_id.hash
    }
  })
})

test('a chain id tells the pace of its blocks, of simulated chains alone', () => {
  const until = day('2023-10-01')
  expect(chainIdOf(parametersOf({ until, seed: 7 }))).toBe('rackrate-sim-7')
  expect(paceOf('rackrate-sim-7')).toEqual({ from: day('2023-08-31'), blockSeconds: 1800 })
  const other = parametersOf({ from: day('2023-09-01'), until, seed: 7, blockSeconds: 60 })
  expect(paceOf(chainIdOf(other))).toEqual({ from: day('2023-09-01'), blockSeconds: 60 })
  for (const id of ['akashnet-2', 'rackrate-sim-', 'rackrate-sim-x', 'rackrate-sim-1-2']) expect(paceOf(id)).toBeNull()
  expect(blocksSpeak('akashnet-2', 1)).toBeNull()
})

test('the same seed gives the same bytes, another one others', () => {
  const bytes = (seed: number): string => {
    const { chain } = simulate(parametersOf({ until: day('2023-09-20'), seed }))
    return Array.from({ length: chain.height }, (_, i) => `${chain.block(i + 1)}${chain.results(i + 1)}`).join()
  }
  const first = bytes(1)
  expect(bytes(1)).toBe(first)
  expect(bytes(2)).not.toBe(first)
})

test('tx_search finds by height what blocks have, page by page', () => {
  const simulation = simulate(parametersOf({ until: day('2023-09-30'), scale: 3 }))
  const txs = (height: number): number => (resultOf(simulation, 'block', { height }) as Block).block.data.txs.length
  const total = Array.from({ length: 300 }, (_, i) => txs(i + 101)).reduce((a, b) => a + b, 0)
  const page = (n: number) =>
    resultOf(simulation, 'tx_search', { query: 'tx.height>=101 AND tx.height<=400', page: String(n), per_page: '50' }) as {
      total_count: string
      txs: unknown[]
    }
  expect(total).toBeGreaterThan(100)
  expect(page(1).total_count).toBe(String(total))
  expect(page(2).txs).toHaveLength(50)
  // Queries that name more are answered from the blocks, and give the same.
  const query = 'tx.height>=101 AND tx.height<=400 AND tx.height EXISTS AND message.action EXISTS'
  const all = resultOf(simulation, 'tx_search', { query, page: '2', per_page: '50', order_by: 'desc' })
  const heights = 'tx.height>=101 AND tx.height<=400'
  expect(resultOf(simulation, 'tx_search', { query: heights, page: '2', per_page: '50', order_by: 'desc' })).toEqual(all)
  expect(simulation.node.answer('tx_search', { query: heights, page: '1000' })).toHaveProperty('error')
})
