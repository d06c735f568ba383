/** The command line as its users meet it: real processes, exit status, standard output and error. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveRecording } from '../../ingest/recording/serve.ts'
import { filesOf } from '../faults/contents.ts'
import { ingest, recording, start, until } from './process.ts'

const dir = mkdtempSync(join(tmpdir(), 'rackrate-cli-'))
const lake = join(dir, 'lake')

let server: Awaited<ReturnType<typeof serveRecording>>
beforeAll(async () => {
  server = await serveRecording(recording('v2.1'))
  const { code, out, err } = await ingest('index', '--rpc', server.url, '--lake', lake)
  expect([code, out], err).toEqual([0, ''])
  expect(err).toMatch(/indexing 264 blocks, heights 1 to 264, from 127\.0\.0\.1/)
  expect(err).toMatch(/264 of 264 blocks \(100\.0 %\) · .* blocks\/s · took .* rows/)
})
afterAll(async () => {
  await server.close()
  rmSync(dir, { recursive: true })
})

describe('index', () => {
  test('a second run finds nothing to do; a run in two parts gives the same files', async () => {
    const again = await ingest('index', '--rpc', server.url, '--lake', lake)
    expect([again.code, again.err]).toEqual([0, expect.stringContaining('nothing to do')])
    const parts = join(dir, 'parts')
    expect((await ingest('index', '--rpc', server.url, '--lake', parts, '--from', '100')).code).toBe(0)
    expect((await ingest('index', '--rpc', server.url, '--lake', parts, '--to', '99')).code).toBe(0)
    expect(await filesOf(parts)).toEqual(await filesOf(lake))
  })

  test('Ctrl-C writes what is in hand, says how to go on, and the next run does', async () => {
    const slow = await serveRecording(recording('v1.2'), { latencyMs: 700 })
    const server12 = await serveRecording(recording('v1.2'))
    const target = join(dir, 'stopped')
    const { child, texts, done } = start('index', '--rpc', slow.url, '--lake', target)
    await until(() => texts.err.includes('indexing'))
    child.kill('SIGINT')
    const stopped = await done
    expect(stopped.code).toBe(130)
    expect(stopped.err).toMatch(/stopping after the write in hand/)
    expect(stopped.err).toMatch(/heights of this run are still missing \(from \d+\)\. Run the same command again to go on\./)
    const rest = await ingest('index', '--rpc', server12.url, '--lake', target)
    expect(rest.code, rest.err).toBe(0)
    expect((await ingest('verify', '--lake', target)).code).toBe(0)
    expect(JSON.parse((await ingest('query', '--lake', target, 'SELECT from_height, to_height FROM coverage')).out)).toEqual([
      { from_height: '1', to_height: '219' }
    ])
    await slow.close()
    await server12.close()
  })

  test.each([
    ['above the tip', ['--to', '9999'], /Height 9999 is above the tip of 127\.0\.0\.1:\d+, which is 264\. Use --to 264 or lower/],
    ['an empty range', ['--from', '9', '--to', '5'], /--to 5 lies below the first height asked for, 9/]
  ])('%s: a clear error, exit status 1', async (_, args, message) => {
    const { code, out, err } = await ingest('index', '--rpc', server.url, '--lake', lake, ...args)
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(message)
  })

  test('a lake of another chain: names both', async () => {
    const other = await serveRecording(recording('v1.2'))
    const { code, err } = await ingest('index', '--rpc', other.url, '--lake', lake)
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/holds akash \(chain id akash-lab-v21-a.*not akash \(chain id akash-lab-/)
    ])
    await other.close()
  })

  test('a lake of another network: names both', async () => {
    const other = join(dir, 'other-network')
    cpSync(lake, other, { recursive: true })
    const path = join(other, 'manifest.json')
    const text = readFileSync(path, 'utf8').replace('"network": "akash"', '"network": "nosana"')
    writeFileSync(path, text)
    const { code, err } = await ingest('index', '--rpc', server.url, '--lake', other)
    expect([code, err]).toEqual([1, expect.stringMatching(/holds nosana \(chain id .*not akash .*or another folder/)])
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('a dead host beside one that lives is done without; alone, it is named with what to do', async () => {
    const target = join(dir, 'dead-host')
    const both = await ingest('index', '--rpc', `http://127.0.0.1:1,${server.url}`, '--lake', target)
    expect(both.code, both.err).toBe(0)
    expect(both.err).toMatch(/264 of 264 blocks/)
    const alone = await ingest('index', '--rpc', 'http://127.0.0.1:1', '--lake', target)
    expect([alone.code, alone.err]).toEqual([
      1,
      expect.stringMatching(/error: status: no endpoint answers \(127\.0\.0\.1:1\).*add another endpoint to --rpc/)
    ])
    expect((await ingest('verify', '--lake', target)).code).toBe(0)
  })

  test('an unreachable endpoint: the host, not the address with its key', async () => {
    const { code, err } = await ingest(
      'index',
      '--rpc',
      'http://user:secret@127.0.0.1:1/key?token=x',
      '--lake',
      join(dir, 'none')
    )
    expect(code).toBe(1)
    expect(err).toContain('127.0.0.1:1')
    expect(err).not.toMatch(/secret|token|key\?/)
  })

  test('no node at all behind the address', async () => {
    const web = createServer((_, response) => response.end('<html>hello</html>')).listen(0, '127.0.0.1')
    await until(() => web.listening)
    const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`
    const { code, err } = await ingest('index', '--rpc', url, '--lake', join(dir, 'none'))
    expect([code, err]).toEqual([1, expect.stringMatching(/127\.0\.0\.1:\d+.*(JSON|answer)/)])
    web.close()
  })

  test('two runs on one lake at once: the second names the first', async () => {
    const slow = await serveRecording(recording('v1.2'), { latencyMs: 700 })
    const target = join(dir, 'twice')
    const first = start('index', '--rpc', slow.url, '--lake', target)
    await until(() => first.texts.err.includes('indexing'))
    const second = await ingest('index', '--rpc', slow.url, '--lake', target)
    expect([second.code, second.err]).toEqual([1, expect.stringContaining(String(first.child.pid))])
    first.child.kill('SIGINT')
    await first.done
    expect((await ingest('verify', '--lake', target)).code).toBe(0)
    await slow.close()
  })
})

describe('wrong usage: exit status 2 and nothing on standard output', () => {
  test.each([
    ['no command', []],
    ['an unknown command', ['indx']],
    ['no lake', ['index', '--rpc', 'http://127.0.0.1:1']],
    ['a height that is none', ['index', '--rpc', 'http://127.0.0.1:1', '--lake', 'x', '--from', '-5']],
    ['an address that is none', ['index', '--rpc', 'ftp://x', '--lake', 'x']],
    ['an unknown format', ['query', '--lake', 'x', '--format', 'xml', 'SELECT 1']]
  ])('%s', async (_, args) => {
    const { code, out, err } = await ingest(...args)
    expect([code, out], err).toEqual([2, ''])
    expect(err).not.toBe('')
  })

  test('an unknown network is named with the known ones', async () => {
    const { code, err } = await ingest('index', '--rpc', server.url, '--lake', join(dir, 'n'), '--network', 'nosana')
    expect([code, err]).toEqual([1, expect.stringContaining("unknown network 'nosana': use akash")])
  })
})

describe('query', () => {
  const query = async (sql: string, ...args: string[]) => await ingest('query', '--lake', lake, ...args, sql)

  test('JSON: decimals and 64-bit integers as strings, times in ISO 8601, lists as lists, unknown as null', async () => {
    const { code, out } = await query(
      'SELECT created_height, created_at, price_per_block, gpus, gpu_model, closed_height FROM leases ORDER BY created_height LIMIT 1'
    )
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual([
      {
        created_height: '23',
        created_at: '2026-11-21T07:47:59.712798Z',
        price_per_block: '22150.125000000000000000',
        gpus: 8,
        gpu_model: 'nvidia/h100',
        closed_height: '219'
      }
    ])
    expect(JSON.parse((await query("SELECT gpu_models, signed_by FROM orders WHERE gpu_models = ['*'] LIMIT 1")).out)).toEqual([
      { gpu_models: ['*'], signed_by: [] }
    ])
  })

  test('CSV, NDJSON and table', async () => {
    const sql = "SELECT 1 AS a, 'x,\"y\"' AS b, NULL AS c UNION ALL SELECT 2, chr(8238) || 'z', 'd' ORDER BY a"
    expect((await query(sql, '--format', 'csv')).out).toBe('a,b,c\r\n1,"x,""y""",\r\n2,\u202ez,d\n')
    expect((await query(sql, '--format', 'ndjson')).out).toBe('{"a":1,"b":"x,\\"y\\"","c":null}\n{"a":2,"b":"\u202ez","c":"d"}\n')
    expect((await query(sql, '--format', 'table')).out).toBe(
      'a  b        c\n─  ───────  ─\n1  x,"y"    –\n2  \\u202ez  d\n2 rows\n'
    )
  })

  test('SQL that is wrong, or reaches outside the lake, is an error', async () => {
    const wrong = await query('SELECT nothing FROM leases')
    expect([wrong.code, wrong.out, wrong.err]).toEqual([1, '', expect.stringContaining('nothing')])
    for (const sql of [
      "SELECT * FROM read_text('/etc/passwd')",
      "COPY (SELECT 1) TO '/tmp/x.csv'",
      'SET enable_external_access = true'
    ]) {
      const { code, out } = await query(sql)
      expect([code, out], sql).toEqual([1, ''])
    }
  })

  test('no lake: says how to make one', async () => {
    const { code, err } = await ingest('query', '--lake', join(dir, 'nowhere'), 'SELECT 1')
    expect([code, err]).toEqual([1, expect.stringMatching(/nowhere holds no lake .*index --lake/)])
  })
})

describe('a lake that is not well', () => {
  const copy = (name: string): string => {
    const target = join(dir, name)
    cpSync(lake, target, { recursive: true })
    return target
  }
  const firstFile = (of: string): string =>
    join(
      of,
      'facts',
      readdirSync(join(of, 'facts'), { recursive: true, encoding: 'utf8' }).find((f) => f.startsWith('market_events/'))!
    )

  test('a truncated file: query and verify name it', async () => {
    const target = copy('truncated')
    truncateSync(firstFile(target), 500)
    const asked = await ingest('query', '--lake', target, 'SELECT count(*) FROM leases')
    expect([asked.code, asked.out, asked.err]).toEqual([1, '', expect.stringContaining('market_events')])
    const verified = await ingest('verify', '--lake', target)
    expect([verified.code, verified.out]).toEqual([1, expect.stringMatching(/FAILED.*market_events/)])
  })

  test('one byte changed: verify finds it', async () => {
    const target = copy('changed')
    const bytes = readFileSync(firstFile(target))
    bytes[100] = (bytes[100] ?? 0) ^ 1
    writeFileSync(firstFile(target), bytes)
    expect(await ingest('verify', '--lake', target)).toMatchObject({ code: 1, out: expect.stringMatching(/FAILED.*SHA-256/s) })
    const repaired = await ingest('verify', '--lake', target, '--repair')
    expect([repaired.code, repaired.err], repaired.out).toEqual([0, 'dropped heights 1 to 264: index them again\n'])
    expect((await ingest('index', '--rpc', server.url, '--lake', target)).code).toBe(0)
    const files = (of: string) =>
      JSON.stringify(
        (JSON.parse(readFileSync(join(of, 'manifest.json'), 'utf8')) as { partitions: { files: unknown }[] }).partitions.map(
          (p) => p.files
        )
      )
    expect(files(target)).toBe(files(lake))
  })

  test('a lake of a newer version, of an older one, and a damaged manifest', async () => {
    const target = copy('newer')
    const path = join(target, 'manifest.json')
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replace('"format":1', '"format":99').replace('"format": 1', '"format": 99'))
    expect((await ingest('query', '--lake', target, 'SELECT 1')).err).toMatch(/has lake format 99.*Update Rackrate/)
    for (const format of ['"format": 0', '"version": 1']) {
      writeFileSync(path, text.replace('"format": 1', format))
      const { code, err } = await ingest('index', '--rpc', server.url, '--lake', target)
      expect([code, err]).toEqual([
        1,
        expect.stringMatching(/has (lake format 0|no lake format); .* reads 1\. .*into a new folder/)
      ])
    }
    writeFileSync(path, text.slice(0, 100))
    expect((await ingest('index', '--rpc', server.url, '--lake', target)).err).toMatch(/manifest\.json is not JSON/)
  })
})
