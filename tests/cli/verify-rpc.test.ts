/** `verify --rpc`: a lake held against a node of its chain. */
import fc from 'fast-check'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { serveRecording } from '../../ingest/recording/serve.ts'
import { sampleHeights } from '../../ingest/witness.ts'
import { ingest, recording, type Outcome } from './process.ts'

const dir = mkdtempSync(join(tmpdir(), 'rackrate-witness-'))
afterAll(() => rmSync(dir, { recursive: true }))

async function served<T>(folder: string, work: (url: string) => Promise<T>): Promise<T> {
  const server = await serveRecording(folder)
  try {
    return await work(server.url)
  } finally {
    await server.close()
  }
}

/** Indexes a recording and holds the lake against another. */
async function verified(name: string, indexed: string, truth: string, ...options: readonly string[]): Promise<Outcome> {
  const lake = join(dir, name)
  const done = await served(indexed, (url) => ingest('index', '--rpc', url, '--lake', lake, ...options))
  expect(done.code, done.err).toBe(0)
  return await served(truth, (url) => ingest('verify', '--lake', lake, '--rpc', url, '--heights', '300'))
}

/** A copy of the v2.1 recording with the text of its block results changed. */
function altered(name: string, change: (line: string) => string): string {
  const folder = join(dir, `${name}-recording`)
  cpSync(recording('v2.1'), folder, { recursive: true })
  const path = join(folder, 'block_results.jsonl.gz')
  const lines = gunzipSync(readFileSync(path)).toString().trim().split('\n')
  const changed = lines.map(change)
  expect(changed).not.toEqual(lines)
  writeFileSync(path, gzipSync(changed.join('\n') + '\n'))
  return folder
}

test.each(['v0.36', 'v1.2-to-v2.0'])('%s: every height and every open lease fits the node', async (name) => {
  const { code, out, err } = await verified(name, recording(name), recording(name))
  expect(code, out + err).toBe(0)
  expect(out).toMatch(/heights on the node +(219|187) heights fetched again/)
  expect(out).toMatch(/leases in the state +(10|6) open leases at height/)
})

test('a lake that ends before the tip is compared by the state of the tip', async () => {
  // The recorded state is that of height 219; leases closed since then were open at 100.
  const { code, out } = await verified('short', recording('v1.2'), recording('v1.2'), '--to', '100')
  expect(code, out).toBe(0)
  expect(out).toMatch(/[1-9]\d* open leases at height 100, by the state at 219/)
})

describe('a lake of a node that lied', () => {
  test('about the price of a lease', async () => {
    const lying = altered('price', (line) => line.replaceAll('22150.125', '22150.124'))
    const { code, out } = await verified('price', lying, recording('v2.1'))
    expect(code).toBe(1)
    expect(out).toMatch(/FAILED +heights on the node +height \d+ has other rows of market_events/)
  })

  test('and left out that leases were closed', async () => {
    const unclosed = await verified(
      'unclosed',
      altered('unclosed', (line) => line.replaceAll('akash.market.v1.EventLeaseClosed', 'akash.none.v1.EventNone')),
      recording('v2.1')
    )
    expect(unclosed.code).toBe(1)
    expect(unclosed.out).toMatch(/FAILED/)
  })
})

test('a node of another chain', async () => {
  const { code, err } = await served(recording('v2.1'), (url) => ingest('verify', '--lake', join(dir, 'short'), '--rpc', url))
  expect(code).toBe(1)
  expect(err).toMatch(/is of chain id .+ serves .+ Use an endpoint of the lake's chain/)
})

test('a node that is away', async () => {
  const { code, err } = await ingest('verify', '--lake', join(dir, 'short'), '--rpc', 'http://127.0.0.1:9')
  expect(code).toBe(1)
  expect(err).toContain('127.0.0.1:9')
})

test('sampled heights are distinct, ascending, held and served, and as many as asked for where there are so many', () => {
  const interval = fc.tuple(fc.nat(50), fc.nat(20))
  fc.assert(
    fc.property(
      fc.array(interval, { maxLength: 5 }),
      fc.nat(200),
      fc.nat(200),
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1 }),
      (gaps, floor, length, count, chances) => {
        let end = 0
        const done = gaps.map(([gap, size]) => {
          const from = end + gap + 1
          end = from + size
          return { from, to: end }
        })
        let drawn = 0
        const heights = sampleHeights(
          done,
          { from: floor, to: floor + length },
          count,
          () => chances[drawn++ % chances.length] ?? 0
        )
        const all = done.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i))
        const shared = all.filter((h) => h >= floor && h <= floor + length)
        expect(heights).toHaveLength(Math.min(count, shared.length))
        expect(heights.every((h, i) => shared.includes(h) && h > (heights[i - 1] ?? -1))).toBe(true)
      }
    )
  )
})
