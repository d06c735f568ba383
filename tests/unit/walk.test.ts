/** The walk through the state, over nodes that prune, cap, repeat and change their rows meanwhile. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PermanentError } from '../../ingest/chain/errors.ts'
import type { ChainSource } from '../../ingest/chain/source.ts'
import { openLake, type Lake } from '../../ingest/lake/write.ts'
import { akash } from '../../ingest/networks/akash/config.ts'
import { answerListing, listingOf, readPage } from '../../ingest/networks/akash/serve-state.ts'
import { encodeMessage, type Field } from '../../ingest/networks/akash/wire.ts'
import { walk } from '../../ingest/walk.ts'
import { attachLake } from '../../src/lib/engine/attach.ts'
import { openNative, type NativeEngine } from '../../src/lib/engine/native.ts'
import { lines } from './chain/recorded.ts'

/** Rows of each listing of the v1.2 recording, and answers of what comes in one. */
const recorded = new Map<string, Uint8Array[]>()
const whole = new Map<string, Uint8Array>()
for (const { path, result } of lines('v1.2', 'abci_query')) {
  const { code, value } = result.response as { code: number; value?: string }
  if (code === 0 && !listingOf(path)) whole.set(path, Buffer.from(value ?? '', 'base64'))
  if (code !== 0 || !listingOf(path)) continue
  recorded.set(path, [...(recorded.get(path) ?? []), ...readPage(Buffer.from(value ?? '', 'base64')).rows])
}
const LEASES = '/akash.market.v1beta5.Query/Leases'
const END = 219

type Asked = { readonly path: string; readonly height: number; readonly nth: number; readonly request: Uint8Array }
/** What a node does instead of answering well: undefined for nothing. */
type Misdeed = (asked: Asked) => Uint8Array | Error | undefined

/** A source whose state is the recorded one at any height. */
function sourceOf(misdo: Misdeed = () => undefined, most = 7) {
  const asked: Asked[] = []
  let tip = END
  const source: ChainSource = {
    name: 'node',
    status: () => Promise.resolve({ chainId: 'c', earliestHeight: 1, latestHeight: tip, version: '' }),
    async *blocks({ from }) {
      const rest = { hash: 'A'.repeat(64), parentHash: '', txs: [], results: [], beginEvents: [], endEvents: [] }
      yield await Promise.resolve({ height: from, time: BigInt(from) * 6_000_000n, ...rest })
    },
    query: (path, request, height) => {
      const call = { path, height, nth: asked.filter((a) => a.path === path).length, request }
      asked.push(call)
      const deed = misdo(call)
      if (deed instanceof Error) return Promise.reject(deed)
      if (deed) return Promise.resolve(deed)
      const answered = whole.get(path)
      if (answered) return Promise.resolve(answered)
      const listing = listingOf(path)
      const rows = recorded.get(path)
      if (!listing || !rows) return Promise.reject(new PermanentError('unknown-query', `unknown query path ${path}`))
      const answer = answerListing(listing, { rows, keys: new Map() }, request, most)
      return answer ? Promise.resolve(answer) : Promise.reject(new PermanentError('query-refused', 'invalid request'))
    },
    genesis: () => Promise.reject(new Error('not asked for here')),
    close: () => undefined
  }
  return { source, asked, grow: (to: number) => (tip = to) }
}

let dir: string
let lake: Lake
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rackrate-walk-'))
  lake = await openLake(join(dir, 'lake'), { network: 'akash', chainId: 'c', origin: 'recorded', version: '0', create: true })
})
afterEach(async () => {
  await lake.close()
  await rm(dir, { recursive: true })
})

async function read<T>(work: (engine: NativeEngine) => Promise<T>): Promise<T> {
  const engine = await openNative()
  try {
    await attachLake(engine, lake.dir, lake.manifest(), [])
    return await work(engine)
  } finally {
    await engine.close()
  }
}
const leases = () =>
  read((engine) =>
    engine.query<{ leases: string; ids: string; from: string; to: string }>(
      `SELECT count(*) AS leases, count(DISTINCT (owner, dseq, gseq, oseq, provider)) AS ids, min(read_height) AS "from", max(read_height) AS "to"
      FROM facts.state_leases`
    )
  )

test('every object of every listing, in pages as small as the node likes; equal states give equal bytes', async () => {
  const { source, asked } = sourceOf()
  const { snapshot, objects, unserved, oldest } = await walk(akash, source, lake)
  expect(oldest).toBe(21)
  expect(objects).toMatchObject({ leases: 26, bids: 63, orders: 38, deployments: 33, providers: 6, audits: 1 })
  expect(objects).toMatchObject({ 'market parameters': 4, 'take parameters': 3, 'deployment parameters': 2, tokens: 2 })
  expect(unserved).toEqual(['oracle parameters', 'bme parameters'])
  expect(asked.filter(({ path }) => path === LEASES)).toHaveLength(Math.ceil(26 / 7))
  expect(await leases()).toEqual([{ leases: '26', ids: '26', from: '219', to: '219' }])
  expect(snapshot).toMatchObject({ from: END, to: END, source: 'node' })
  expect(snapshot?.anchors.map(({ height }) => height)).toEqual([1, 219])
  const again = await walk(akash, sourceOf(undefined, 1000).source, lake)
  expect(again.snapshot?.files).toEqual(snapshot?.files)
  expect((await readdir(lake.dir)).sort()).toEqual(
    ['manifest.json', 'state'].concat((await readdir(lake.dir)).filter((n) => n.includes('lock'))).sort()
  )
})

test('a height that is pruned in mid-walk: on at the newest one, with the same keys', async () => {
  const { source, asked, grow } = sourceOf(({ path, height, nth }) => {
    if (nth < 2 || height > END || !listingOf(path)) return undefined
    grow(300)
    return new PermanentError('state-pruned', `failed to load state at height ${height}`)
  })
  const { snapshot } = await walk(akash, source, lake)
  expect(snapshot).toMatchObject({ from: 219, to: 300 })
  expect(await leases()).toEqual([{ leases: '26', ids: '26', from: '219', to: '300' }])
  expect(asked.filter(({ path, height }) => path === LEASES && height === END)).toHaveLength(3)
})

test('a node that has pruned even its newest state', async () => {
  const { source } = sourceOf(() => new PermanentError('state-pruned', 'failed to load state at height 219'))
  await expect(walk(akash, source, lake)).rejects.toThrow('failed to load state')
})

describe('rows that come twice', () => {
  test('a lease that closed between two pages is counted once, as it was read last', async () => {
    const open = recorded.get(LEASES)?.[0] ?? new Uint8Array()
    // The first page is served again under another key, at a later height.
    const { source, grow } = sourceOf(({ path, nth, height }) => {
      if (path !== LEASES || nth !== 1) return undefined
      if (height === END) {
        grow(300)
        return new PermanentError('state-pruned', `failed to load state at height ${height}`)
      }
      return undefined
    })
    const plain = source.query.bind(source)
    let repeated = false
    const twice: ChainSource = {
      ...source,
      query: async (path, request, height) => {
        if (path !== LEASES || height === END || repeated) return await plain(path, request, height)
        repeated = true
        return encodeMessage([
          [1, open],
          [2, [[1, new TextEncoder().encode('row 07')]]]
        ])
      }
    }
    await walk(akash, twice, lake)
    const found = await read((engine) => engine.query('SELECT count(*) AS n, max(read_height) AS read FROM facts.state_leases'))
    expect(found).toEqual([{ n: '26', read: '300' }])
  })

  test('a page again and again is an error', async () => {
    const page = encodeMessage([
      [1, recorded.get(LEASES)?.[0] ?? ''],
      [2, [[1, new TextEncoder().encode('row 7')]]]
    ])
    const { source } = sourceOf(({ path }) => (path === LEASES ? page : undefined))
    await expect(walk(akash, source, lake)).rejects.toThrow(/gives the same page of leases again/)
    expect(lake.manifest().snapshot).toBeUndefined()
  })
})

const ID: readonly Field[] = [
  [1, 'akash1a'],
  [2, 1],
  [3, 1],
  [4, 1],
  [5, 'akash1b']
]
const PRICE: readonly Field[] = [
  [1, 'uakt'],
  [2, '2']
]

describe('versions', () => {
  test('a field that is not known is named, and nothing is half read', async () => {
    const strange = encodeMessage([
      [
        1,
        [
          [
            1,
            [
              [1, ID],
              [2, 1],
              [3, PRICE],
              [99, 'new']
            ]
          ]
        ]
      ]
    ])
    const { source } = sourceOf(({ path }) => (path === LEASES ? strange : undefined))
    await expect(walk(akash, source, lake)).rejects.toThrow(
      /fields that this version of Rackrate does not know: lease\.99.*Update Rackrate/
    )
  })

  test('a state that is not known is named', async () => {
    const strange = encodeMessage([
      [
        1,
        [
          [
            1,
            [
              [1, ID],
              [2, 9],
              [3, PRICE]
            ]
          ]
        ]
      ]
    ])
    const { source } = sourceOf(({ path }) => (path === LEASES ? strange : undefined))
    await expect(walk(akash, source, lake)).rejects.toThrow('a lease has state 9, which this version of Rackrate does not know')
  })

  test('a node of no known version', async () => {
    const { source } = sourceOf(() => new PermanentError('unknown-query', 'unknown query path'))
    await expect(walk(akash, source, lake)).rejects.toThrow(
      /knows none of \/akash\.market\.v1beta5\.Query\/Leases.*Update Rackrate/
    )
  })
})

test('a walk that was stopped goes on where it was, and leaves nothing behind', async () => {
  const stop = new AbortController()
  const first = sourceOf(undefined, 3)
  const report = await walk(akash, first.source, lake, {
    signal: stop.signal,
    onPage: (_, __, all) => {
      if (all >= 40) stop.abort()
    }
  })
  expect(report.snapshot).toBeNull()
  expect(lake.manifest().snapshot).toBeUndefined()
  const second = sourceOf(undefined, 3)
  const rest = await walk(akash, second.source, lake)
  const keyless = (calls: readonly Asked[]): number => calls.filter(({ path, nth }) => path === LEASES && nth === 0).length
  expect(keyless(second.asked)).toBeLessThanOrEqual(1)
  const pagesAsked = second.asked.filter(({ path }) => listingOf(path)).length
  expect(pagesAsked).toBeLessThan(Math.ceil(26 / 3) + Math.ceil(63 / 3) + Math.ceil(38 / 3) + Math.ceil(33 / 3) + 2 + 1)
  expect(rest.objects).toMatchObject({ leases: 26, bids: 63, orders: 38, deployments: 33, providers: 6, audits: 1 })
  expect(await leases()).toMatchObject([{ leases: '26', ids: '26' }])
  expect(await readdir(lake.dir)).not.toContain('walk.duckdb')
})
