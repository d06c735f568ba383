/** Laws of ingest over a recorded chain: however a range is cut, ordered and delayed, the lake has the same bytes. */
import fc from 'fast-check'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect } from '../../ingest/chain/endpoints.ts'
import { openLake } from '../../ingest/lake/write.ts'
import { akash } from '../../ingest/networks/akash/config.ts'
import { openRecording } from '../../ingest/recording/recording.ts'
import { serveRecording } from '../../ingest/recording/serve.ts'
import { run } from '../../ingest/run.ts'
import type { Interval } from '../../src/lib/model/interval.ts'

const recording = join(import.meta.dirname, '../fixtures/recordings/v1.2')
const { from: FIRST, to: LAST, chainId } = openRecording(recording)
let upstream: Awaited<ReturnType<typeof serveRecording>>
let whole: unknown

/** Passes calls on and holds each answer back for as long as `delay` says, so that answers arrive in any order. */
async function shuffler(delay: () => number): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      void fetch(upstream.url, { method: 'POST', body: Buffer.concat(chunks), headers: { 'Content-Type': 'application/json' } })
        .then((answer) => answer.text())
        .then((text) => setTimeout(() => response.end(text), delay()))
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

/** What the lake holds after these ranges were indexed, one run each: ranges, and files by their SHA-256. */
async function indexed(url: string, ranges: readonly Interval[], concurrency: number): Promise<unknown> {
  const dir = mkdtempSync(join(tmpdir(), 'rackrate-law-'))
  const source = await connect([url], { concurrency, follows: akash.follows })
  const lake = await openLake(dir, { network: 'akash', chainId, origin: 'recorded', version: 'test', create: true })
  for (const range of ranges) await run(akash, source, lake, range)
  await lake.close()
  source.close()
  const { partitions } = lake.manifest()
  rmSync(dir, { recursive: true })
  return partitions.map(({ indexed_at: _at, source: _source, ...rest }) => rest)
}

beforeAll(async () => {
  upstream = await serveRecording(recording)
  whole = await indexed(upstream.url, [{ from: FIRST, to: LAST }], 8)
})
afterAll(() => upstream.close())

test('[a, c] = [a, b] + [b + 1, c], in any number of parts, in any order', async () => {
  const cuts = fc.uniqueArray(fc.integer({ min: FIRST, max: LAST - 1 }), { maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(cuts, fc.infiniteStream(fc.nat()), async (ends, order) => {
      const sorted = [...ends, LAST].sort((a, b) => a - b)
      const parts = sorted.map((to, i) => ({ from: i === 0 ? FIRST : (sorted[i - 1] ?? 0) + 1, to }))
      const keyed = parts.map((part) => ({ part, key: order.next().value }))
      const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ part }) => part)
      expect(await indexed(upstream.url, shuffled, 8)).toEqual(whole)
    }),
    { numRuns: 8 }
  )
})

test('any order of arrival of answers gives the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat({ max: 12 })), fc.integer({ min: 1, max: 12 }), async (delays, concurrency) => {
      const { url, server } = await shuffler(() => delays.next().value)
      try {
        expect(await indexed(url, [{ from: FIRST, to: LAST }], concurrency)).toEqual(whole)
      } finally {
        server.close()
        server.closeAllConnections()
      }
    }),
    { numRuns: 6 }
  )
})
