import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../ingest/chain/clock.ts'
import { connect, type ConnectOptions } from '../../../ingest/chain/endpoints.ts'
import { headerHash } from '../../../ingest/chain/header-hash.ts'
import type { Block } from '../../../ingest/chain/source.ts'
import { startNode, testClock, type Call, type Misdeed } from './node.ts'

const CHAIN = 'v1.2'

async function read(urls: readonly string[], from: number, to: number, options: ConnectOptions = {}): Promise<Block[]> {
  const source = await connect(urls, { clock: testClock(), ...options })
  const blocks: Block[] = []
  try {
    for await (const block of source.blocks({ from, to })) blocks.push(block)
  } finally {
    source.close()
  }
  return blocks
}

const json = (body: unknown): Misdeed => ({ body: JSON.stringify(body) })
const count = (calls: readonly Call[]): number => calls.filter((call) => call.method !== 'status').length

describe('several endpoints', () => {
  test('share the calls', async () => {
    const nodes = await Promise.all([startNode(CHAIN), startNode(CHAIN)])
    const blocks = await read(
      nodes.map((node) => node.url),
      1,
      219
    )
    expect(blocks).toHaveLength(219)
    const [a = 0, b = 0] = nodes.map((node) => count(node.calls))
    expect(Math.min(a, b) / Math.max(a, b)).toBeGreaterThan(0.7)
  })

  test('a faster one gets more of them, a failing one fewer', async () => {
    const [fast, slow] = await Promise.all([startNode(CHAIN, () => ({ delayMs: 2 })), startNode(CHAIN, () => ({ delayMs: 100 }))])
    const source = await connect([slow.url, fast.url])
    for await (const block of source.blocks({ from: 1, to: 219 })) if (block.height === 219) break
    source.close()
    expect(count(fast.calls)).toBeGreaterThan(2 * count(slow.calls))
    let n = 0
    const [sound, failing] = await Promise.all([
      startNode(CHAIN),
      startNode(CHAIN, (call) => (call.height > 0 && n++ % 2 === 0 ? { status: 503 } : undefined))
    ])
    expect(await read([failing.url, sound.url], 1, 219, { clock: systemClock })).toHaveLength(219)
    expect(count(sound.calls)).toBeGreaterThan(2 * count(failing.calls))
  })

  test('a sound one that is slow is waited for: two that fail fast do not use up the tries of a call', async () => {
    const [slow, ...failing] = await Promise.all([
      startNode(CHAIN, (call) => (call.height > 0 ? { delayMs: 40 } : undefined)),
      startNode(CHAIN, (call) => (call.height > 0 ? { status: 503 } : undefined)),
      startNode(CHAIN, (call) => (call.height > 0 ? { status: 503 } : undefined))
    ])
    const urls = [...failing, slow].map((node) => node.url)
    expect(await read(urls, 1, 60, { batch: 1, concurrency: 2, attempts: 3, strategy: 'scan' })).toHaveLength(60)
  })

  test('are asked for their status again: a tip that grew is used, a floor that rose is heeded', async () => {
    let tip = 100
    let floor = 1
    const says = (call: Call): Misdeed | undefined => {
      if (call.method !== 'status') return undefined
      const body = call.body() as unknown as { result: { sync_info: Record<string, string> } }
      Object.assign(body.result.sync_info, { latest_block_height: String(tip), earliest_block_height: String(floor) })
      return json(body)
    }
    const [whole, other] = await Promise.all([startNode(CHAIN), startNode(CHAIN, says)])
    const clock = testClock()
    const source = await connect([whole.url, other.url], { clock, sample: 0 })
    const readAll = async (from: number, to: number): Promise<number[]> => {
      const asked = other.calls.length
      for await (const block of source.blocks({ from, to })) if (block.height === to) break
      return other.calls.slice(asked).flatMap((call) => (call.height > 0 ? [call.height] : []))
    }
    expect(Math.max(...(await readAll(50, 219)))).toBeLessThanOrEqual(100)
    tip = 219
    expect(Math.max(...(await readAll(50, 219)))).toBeLessThanOrEqual(100)
    await clock.sleep(6_000)
    expect(Math.max(...(await readAll(50, 219)))).toBeGreaterThan(150)
    floor = 150
    await clock.sleep(61_000)
    expect(Math.min(...(await readAll(50, 219)))).toBeGreaterThanOrEqual(150)
    source.close()
  })

  test('are asked for their status again in the middle of a long range', async () => {
    const node = await startNode(CHAIN)
    const clock = testClock()
    const source = await connect([node.url], { clock })
    for await (const block of source.blocks({ from: 1, to: 219 })) if (block.height === 50) await clock.sleep(61_000)
    source.close()
    expect(node.calls.filter((call) => call.method === 'status')).toHaveLength(2)
  })

  test('one turns into another chain in the middle of a range: an error', async () => {
    const [good, turning] = await Promise.all([
      startNode(CHAIN),
      startNode(CHAIN, (call) => {
        if (call.method !== 'status' || call.before === 0) return undefined
        const body = call.body() as unknown as { result: { node_info: { network: string } } }
        body.result.node_info.network = 'another-1'
        return json(body)
      })
    ])
    const clock = testClock()
    const source = await connect([good.url, turning.url], { clock })
    const reading = (async () => {
      for await (const block of source.blocks({ from: 1, to: 219 })) if (block.height === 50) await clock.sleep(61_000)
    })()
    await expect(reading).rejects.toMatchObject({ fault: 'wrong-chain' })
    source.close()
  })

  test('of different chains: an error that names both', async () => {
    const [a, b] = await Promise.all([startNode('v1.2'), startNode('v2.1')])
    const connecting = connect([a.url, b.url])
    await expect(connecting).rejects.toMatchObject({ fault: 'wrong-chain', retryable: false })
    for (const part of [a.host, b.host, 'akash-lab-v12-a', 'akash-lab-v21-a', '--rpc'])
      await expect(connecting).rejects.toThrow(part)
  })

  test('one is away: the others serve, at once', async () => {
    const [good, away] = await Promise.all([startNode(CHAIN), startNode(CHAIN)])
    await away.close()
    const clock = testClock()
    const faults: string[] = []
    const blocks = await read([away.url, good.url], 1, 60, { clock, onFault: (error) => faults.push(error.message) })
    expect(blocks).toHaveLength(60)
    expect(faults[0]).toBe(`${away.host} is unreachable (ECONNREFUSED)`)
    expect(Math.max(0, ...clock.slept.filter((ms) => ms < 1000))).toBe(0)
  })

  test('one comes back after its breaker opened, and is asked who it is first', async () => {
    let down = false
    const [steady, flaky] = await Promise.all([
      startNode(CHAIN, () => ({ delayMs: 5 })),
      startNode(CHAIN, () => (down ? { status: 503 } : undefined))
    ])
    const source = await connect([steady.url, flaky.url], { clock: testClock() })
    let seen = 0
    for await (const block of source.blocks({ from: 1, to: 219 })) {
      if (block.height === 20) down = true
      if (block.height === 80) {
        down = false
        seen = flaky.calls.length
      }
    }
    source.close()
    const after = flaky.calls.slice(seen)
    expect(after.find((call, i) => call.method === 'status' && after.length > i + 5)).toBeDefined()
    expect(count(after)).toBeGreaterThan(5)
  })

  test('one comes back as another chain: an error', async () => {
    const [good, other] = await Promise.all([
      startNode('v1.2'),
      startNode('v2.1', (call) => (call.before === 0 ? { status: 503 } : undefined))
    ])
    await expect(read([good.url, other.url], 1, 60)).rejects.toMatchObject({ fault: 'wrong-chain' })
  })

  test('each is asked only for heights that it has', async () => {
    const [pruned, whole] = await Promise.all([startNode(CHAIN, undefined, { from: 150 }), startNode(CHAIN)])
    const source = await connect([pruned.url, whole.url])
    expect(await source.status()).toMatchObject({ earliestHeight: 1, latestHeight: 219 })
    const heights: number[] = []
    for await (const block of source.blocks({ from: 1, to: 219 })) heights.push(block.height)
    source.close()
    expect(heights).toEqual(Array.from({ length: 219 }, (_, i) => i + 1))
    expect(pruned.calls.filter((call) => call.height > 0 && call.height < 150)).toEqual([])
    expect(pruned.calls.filter((call) => call.height >= 150).length).toBeGreaterThan(0)
  })

  test('one was pruned meanwhile: the other goes on', async () => {
    const pruned = json({
      jsonrpc: '2.0',
      id: 1,
      error: { code: -32603, message: 'Internal error', data: 'height 9 is not available, lowest height is 200' }
    })
    const [a, b] = await Promise.all([startNode(CHAIN, (call) => (call.height > 0 ? pruned : undefined)), startNode(CHAIN)])
    expect(await read([a.url, b.url], 1, 60)).toHaveLength(60)
  })

  test('disagree about a block: an error that names heights and endpoints', async () => {
    // A height without transactions, so that no block is asked for, which would name the true hash.
    const forge = (call: Call): Misdeed | undefined => {
      if (call.method !== 'blockchain') return undefined
      const body = call.body()
      for (const meta of body.result.block_metas)
        if (meta.header.height === '50') {
          meta.header.last_block_id.hash = 'AB'.repeat(32)
          meta.block_id.hash = headerHash(meta.header)
        }
      return json(body)
    }
    const node = await startNode(CHAIN, forge)
    await expect(read([node.url], 30, 60)).rejects.toMatchObject({
      fault: 'broken-chain',
      message: expect.stringMatching(
        new RegExp(`height 50: ${node.host} says that its parent is (AB){32}, but block 49 of ${node.host} has hash`)
      )
    })
    const given: number[] = []
    const source = await connect([node.url], { clock: testClock() })
    await expect(
      (async () => {
        for await (const { height } of source.blocks({ from: 46, to: 60 })) given.push(height)
      })()
    ).rejects.toThrow('The chain breaks at height 50')
    source.close()
    // 49 may be as wrong as 50.
    expect(given).toEqual([46, 47, 48])
    const other = await startNode(CHAIN, (call) => {
      if (call.method !== 'block' || call.height !== 41) return undefined
      const body = call.body()
      body.result.block_id.hash = 'CD'.repeat(32)
      return json(body)
    })
    await expect(read([other.url], 30, 60)).rejects.toMatchObject({
      fault: 'broken-chain',
      message: expect.stringContaining(other.host)
    })
  })
})

describe('pace', () => {
  test('no more calls in flight than allowed', async () => {
    const node = await startNode(CHAIN, () => ({ delayMs: 3 }))
    await read([node.url], 1, 100, { concurrency: 3 })
    expect(node.mostInFlight()).toBe(3)
  })

  test('429 with Retry-After: the endpoint is left alone for that long', async () => {
    const clock = testClock()
    const times: number[] = []
    const node = await startNode(CHAIN, (call) => {
      times.push(clock.now())
      return call.height === 30 && call.before === 0 ? { status: 429, headers: { 'retry-after': '7' } } : undefined
    })
    const blocks = await read([node.url], 1, 60, { clock })
    expect(blocks).toHaveLength(60)
    const gaps = times.slice(1).map((time, i) => time - times[i]!)
    expect(Math.max(...gaps)).toBeGreaterThanOrEqual(6500)
    expect(times.at(-1)).toBeGreaterThanOrEqual(7000)
  })

  test('Retry-After as a date', async () => {
    const clock = testClock()
    const date = new Date(Date.now() + 20_000).toUTCString()
    const node = await startNode(CHAIN, (call) =>
      call.height === 5 && call.before === 0 ? { status: 503, headers: { 'retry-after': date } } : undefined
    )
    expect(await read([node.url], 1, 20, { clock })).toHaveLength(20)
    expect(clock.now()).toBeGreaterThan(15_000)
  })

  test('a Retry-After of hours ends the run', async () => {
    const node = await startNode(CHAIN, (call) =>
      call.height === 5 ? { status: 429, headers: { 'retry-after': '7200' } } : undefined
    )
    await expect(read([node.url], 1, 20)).rejects.toMatchObject({
      fault: 'rate-limited',
      retryable: false,
      message: expect.stringMatching(/left alone for 7\d\d\d s\. Try again later/)
    })
  })

  test('waits grow and stay apart by chance', async () => {
    const clock = testClock()
    const node = await startNode(CHAIN, (call) =>
      call.method === 'block_results' && call.before < 4 ? { status: 500 } : undefined
    )
    await read([node.url], 5, 5, { clock })
    expect(clock.slept.filter((ms) => ms > 0)).toEqual([187.5, 375, 750, 1500])
  })
})

describe('reading', () => {
  test('no further ahead than the window', async () => {
    const node = await startNode(CHAIN)
    const source = await connect([node.url], { window: 10 })
    const ahead: number[] = []
    for await (const block of source.blocks({ from: 1, to: 100 })) {
      await new Promise((done) => setTimeout(done, 2))
      ahead.push(Math.max(...node.calls.map((call) => call.height)) - block.height)
    }
    source.close()
    expect(Math.max(...ahead)).toBeLessThan(10)
  })

  test('stops with the reason when the signal aborts, and asks for nothing more', async () => {
    const node = await startNode(CHAIN, () => ({ delayMs: 2 }))
    const source = await connect([node.url])
    const stop = new AbortController()
    const heights: number[] = []
    const reading = (async () => {
      for await (const block of source.blocks({ from: 1, to: 219 }, stop.signal)) {
        heights.push(block.height)
        if (block.height === 50) stop.abort(new Error('enough'))
      }
    })()
    await expect(reading).rejects.toThrow('enough')
    expect(heights.at(-1)).toBe(50)
    const asked = node.calls.length
    await new Promise((done) => setTimeout(done, 50))
    expect(node.calls.length - asked).toBeLessThanOrEqual(8)
    source.close()
  })

  test('a reader that leaves early stops the fetching; a closed source reads no more', async () => {
    const node = await startNode(CHAIN)
    const source = await connect([node.url])
    for await (const block of source.blocks({ from: 1, to: 219 })) if (block.height === 3) break
    await new Promise((done) => setTimeout(done, 30))
    expect(node.calls.some((call) => call.height > 60)).toBe(false)
    source.close()
    await expect(source.blocks({ from: 1, to: 2 })[Symbol.asyncIterator]().next()).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('a range backwards', async () => {
    const node = await startNode(CHAIN)
    await expect(read([node.url], 5, 4)).rejects.toThrow(RangeError)
  })

  test('any order and delay of answers, from any number of endpoints, gives the same blocks', async () => {
    const expected = await read([(await startNode(CHAIN)).url], 1, 70)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(8), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 70 }),
        async (delays, endpoints, concurrency, window, from) => {
          let n = 0
          const nodes = await Promise.all(
            Array.from({ length: endpoints }, () => startNode(CHAIN, () => ({ delayMs: delays[n++ % delays.length] ?? 0 })))
          )
          const blocks = await read(
            nodes.map((node) => node.url),
            from,
            70,
            { concurrency, window }
          )
          expect(blocks).toEqual(expected.slice(from - 1))
          await Promise.all(nodes.map((node) => node.close()))
        }
      ),
      { numRuns: 25 }
    )
  })
})
