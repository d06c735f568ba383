/** The recipe of docs/cluster as its Jobs run it: their commands and settings, processes for pods, a folder for the object store. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { EXIT_GAPS } from '../../ingest/commands/index.ts'
import { serveRecording } from '../../ingest/recording/serve.ts'
import { findRclone } from '../../scripts/ensure-readers.ts'
import { ingest, recording, until, type Outcome } from './process.ts'

type Env = Readonly<Record<string, string>>
type Job = {
  spec: {
    completions: number
    parallelism: number
    podFailurePolicy: { rules: { action: string; onExitCodes?: { values: number[] } }[] }
    template: { spec: { containers: { command: string[]; image: string; env: { name: string; value: string }[] }[] } }
  }
}
type Manifest = { partitions: { source: string; files: object[] }[]; gaps: object[]; marts: { table: string; path: string }[] }

const root = resolve(import.meta.dirname, '../..')
const cluster = join(root, 'docs/cluster')
const read = (name: string): unknown => parse(readFileSync(join(cluster, name), 'utf8'))
const settings = (read('settings.yaml') as { data: Env }).data
const [indexJob, mergeJob] = ['index-job.yaml', 'merge-job.yaml'].map((name) => read(name) as Job) as [Job, Job]
const container = (job: Job) => job.spec.template.spec.containers[0]!
const manifest = (lake: string): Manifest => JSON.parse(readFileSync(join(lake, 'manifest.json'), 'utf8')) as Manifest
const files = (lake: string): object[] => manifest(lake).partitions.map((p) => p.files)

type Call = { method: string; params: { height?: string } }

/** A node that never answers for the results of heights above one. */
async function stallAbove(height: number, url: string) {
  let held = false
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const calls = [JSON.parse(body) as Call | Call[]].flat()
      if (calls.some((call) => call.method === 'block_results' && Number(call.params.height) > height)) {
        held = true
        return
      }
      void fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body }).then(async (answer) =>
        response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(await answer.text())
      )
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, held: () => held, close }
}

const rclone = findRclone()
if (rclone === undefined)
  process.stderr.write('skipped: docs/cluster is not run: no rclone. `npm run ensure-readers` says why.\n')

describe('the manifests', () => {
  const need = (script: string): string[] =>
    / in ([A-Z_ ]+); do/.exec(readFileSync(join(cluster, script), 'utf8'))![1]!.split(' ')
  const given = (job: Job): string[] => [...Object.keys(settings), ...container(job).env.map((e) => e.name)]

  test('have a pod and an endpoint for each shard', () => {
    expect(indexJob.spec.completions).toBe(Number(settings['SHARDS']))
    const endpoints = settings['endpoints']!.trim().split('\n')
    expect(endpoints.every((url) => URL.canParse(url))).toBe(true)
    expect(indexJob.spec.parallelism).toBeLessThanOrEqual(endpoints.length)
    expect(container(mergeJob).image).toBe(container(indexJob).image)
  })

  test.each([
    ['shard.sh', indexJob],
    ['merge.sh', mergeJob]
  ] as const)('start %s with what it needs', (script, job) => {
    const { command } = container(job)
    expect(command).toEqual([`docs/cluster/${script}`])
    for (const path of [command[0]!, 'docs/cluster/store.sh']) accessSync(join(root, path), constants.X_OK)
    // Kubernetes itself sets this one.
    expect([...given(job), 'JOB_COMPLETION_INDEX']).toEqual(expect.arrayContaining(need(script)))
  })

  test('know the exit statuses of the command line', () => {
    const codes = indexJob.spec.podFailurePolicy.rules.map((rule) => [rule.action, rule.onExitCodes?.values])
    expect(codes).toEqual([
      ['FailJob', [2]],
      ['FailIndex', [EXIT_GAPS]],
      ['Ignore', undefined]
    ])
  })

  test('the image has every file that it copies', () => {
    const sources = [...readFileSync(join(cluster, 'Dockerfile'), 'utf8').matchAll(/^COPY (.+) \S+$/gm)].flatMap((m) =>
      m[1]!.split(' ')
    )
    expect(sources).toContain('ingest')
    for (const path of sources) expect(existsSync(join(root, path)), path).toBe(true)
    const letIn = readFileSync(join(cluster, 'Dockerfile.dockerignore'), 'utf8').trim().split('\n')
    expect(letIn).toEqual(['*', ...sources.map((path) => `!${path}`)])
  })
})

describe.skipIf(rclone === undefined)('the Jobs', { timeout: 180_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'rackrate-cluster-'))
  const whole = join(dir, 'whole')
  const store = join(dir, 'store')
  const endpoints = join(dir, 'endpoints')
  let servers: Awaited<ReturnType<typeof serveRecording>>[] = []
  let pods = 0

  function start(command: readonly string[], env: Env) {
    const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`
    const child = spawn(join(root, command[0]!), command.slice(1), {
      env: { PATH: path, TMPDIR: tmpdir(), RCLONE_CONFIG: '/dev/null', ...env },
      stdio: ['ignore', 'pipe', 'pipe']
    })
    const texts = { out: '', err: '' }
    child.stdout.on('data', (chunk: Buffer) => (texts.out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (texts.err += chunk.toString()))
    const done = new Promise<Outcome>((fulfil, reject) => {
      child.once('error', reject)
      child.once('close', (code) => fulfil({ code, ...texts }))
    })
    return { child, done }
  }
  /** Starts a pod of a Job on a machine of its own: nothing is left of another but what the store holds. */
  function pod(job: Job, own: Env) {
    const { command, env } = container(job)
    const scratch = join(dir, `scratch-${++pods}`)
    const paths = { STORE: store, ENDPOINTS: endpoints, SCRATCH: scratch, TMPDIR: tmpdir() }
    const named = Object.fromEntries(env.map(({ name, value }) => [name, value]))
    return start(command, { ...settings, ...named, FROM: '1', TO: '264', SHARDS: '3', ...paths, ...own })
  }
  const shard = (i: number, own: Env = {}) => pod(indexJob, { JOB_COMPLETION_INDEX: String(i), ...own })
  const merge = (own: Env = {}) => pod(mergeJob, own).done

  beforeAll(async () => {
    servers = await Promise.all([1, 2, 3].map(() => serveRecording(recording('v2.1'))))
    writeFileSync(endpoints, `# one a line\n\n${servers.map((s) => s.url).join('\n')}\n`)
    const { code, err } = await ingest('index', '--rpc', servers[0]!.url, '--lake', whole)
    expect(code, err).toBe(0)
    expect((await ingest('build', '--lake', whole)).code).toBe(0)
  })
  afterAll(async () => {
    await Promise.all(servers.map((s) => s.close()))
    rmSync(dir, { recursive: true })
  })

  test('3 shards + merge = 1 run, byte for byte, each shard from its own endpoint', async () => {
    const first = await Promise.all([shard(1).done, shard(2).done])
    expect(
      first.map((r) => r.code),
      first.map((r) => r.err).join('')
    ).toEqual([0, 0])
    const early = await merge()
    expect([early.code, early.err]).toEqual([1, expect.stringContaining('shard 1 of 3 is not there')])
    expect(existsSync(join(store, 'lake'))).toBe(false)

    expect((await shard(0).done).code).toBe(0)
    const sources = [1, 2, 3].map((n) => manifest(join(store, `shards/1-264/${n}-of-3`)).partitions.map((p) => p.source))
    expect(sources).toEqual(servers.map((s) => [new URL(s.url).host]))
    const { code, err } = await merge()
    expect(code, err).toBe(0)
    const lake = join(store, 'lake')
    expect(files(lake)).toEqual(files(whole))
    // coverage names endpoints and times of indexing.
    const same = (dir: string) => manifest(dir).marts.filter((mart) => mart.table !== 'coverage')
    expect(same(lake)).toEqual(same(whole))
    const sum = /manifest sha256 ([0-9a-f]{16})/.exec(err)![1]!
    for (const { table, path } of manifest(lake).marts)
      expect(existsSync(join(store, 'tables', sum, table, path.replace('marts/', '')))).toBe(true)
  })

  test('a pod that is told to end uploads what it has; the next goes on from there, on another machine', async () => {
    const stalling = await stallAbove(150, servers[0]!.url)
    const list = join(dir, 'stalling')
    writeFileSync(list, stalling.url)
    const own = { SHARDS: '1', STORE: join(dir, 'store-2') }
    const stopped = shard(0, { ...own, ENDPOINTS: list })
    await until(() => stalling.held())
    // What came before is on its way through.
    await new Promise((r) => setTimeout(r, 1000))
    stopped.child.kill('SIGTERM')
    const end = await stopped.done
    stalling.close()
    expect([end.code, end.err]).toEqual([130, expect.stringMatching(/stopped: \d+ heights of this run are still missing/)])
    const next = await shard(0, own).done
    expect(next.code, next.err).toBe(0)
    const left = Number(/indexing (\d+) blocks/.exec(next.err)![1])
    expect(left).toBeGreaterThanOrEqual(264 - 150)
    expect(left).toBeLessThan(264)
    expect(files(join(dir, 'store-2/shards/1-264/1-of-1'))).toEqual(files(whole))
  })

  test('while it indexes, a pod uploads, so that a machine that dies costs no more than the time since', async () => {
    const stalling = await stallAbove(150, servers[0]!.url)
    const list = join(dir, 'stalling')
    writeFileSync(list, stalling.url)
    const running = shard(0, { ENDPOINTS: list, SHARDS: '1', STORE: join(dir, 'store-3'), UPLOAD_SECONDS: '1' })
    await until(() => existsSync(join(dir, 'store-3/shards/1-264/1-of-1/manifest.json')))
    expect(running.child.exitCode).toBe(null)
    running.child.kill('SIGTERM')
    expect((await running.done).code).toBe(130)
    stalling.close()
  })

  test('what an endpoint has pruned is a gap, told by the exit status; with another endpoint the lake there gets whole', async () => {
    const pruned = await serveRecording(recording('v2.1'), { from: 101 })
    const list = join(dir, 'pruned')
    writeFileSync(list, pruned.url)
    const own = { SHARDS: '1', STORE: join(dir, 'store-4') }
    const lake = join(dir, 'store-4/lake')
    const { code, err } = await shard(0, { ...own, ENDPOINTS: list }).done
    await pruned.close()
    expect(code, err).toBe(EXIT_GAPS)
    const merged = await merge(own)
    expect(merged.code, merged.err).toBe(0)
    expect(manifest(lake).gaps).toEqual([expect.objectContaining({ from: 1, to: 100, status: 'pruned' })])

    // The missing heights alone, as any new range is added to a lake that is there.
    const rest = { ...own, TO: '100' }
    expect((await shard(0, rest).done).err).toContain('indexing 100 blocks')
    const again = await merge(rest)
    expect(again.code, again.err).toBe(0)
    expect([files(lake), manifest(lake).gaps]).toEqual([files(whole), []])
  })

  test('a shard that is not finished is not merged', async () => {
    const own = { SHARDS: '1', STORE: join(dir, 'store-5') }
    expect((await shard(0, { ...own, TO: '88' }).done).code).toBe(0)
    renameSync(join(dir, 'store-5/shards/1-88'), join(dir, 'store-5/shards/1-264'))
    const { code, err } = await merge(own)
    expect([code, err]).toEqual([1, expect.stringContaining('176 of the heights 1 to 264 are neither indexed nor recorded')])
    expect(existsSync(join(dir, 'store-5/lake'))).toBe(false)
  })

  test.each([
    ['FROM', { FROM: '' }, 'FROM is not set'],
    ['an index beyond SHARDS', { JOB_COMPLETION_INDEX: '3' }, '4/3'],
    ['no endpoint', { ENDPOINTS: '/dev/null' }, 'names no endpoint']
  ])('wrong settings: %s: exit status 2, which fails the Job', async (_, own, says) => {
    const { code, err } = await shard(0, own).done
    expect([code, err]).toEqual([2, expect.stringContaining(says)])
  })

  test('a file that is not there, or has changed, is not published: the manifest there stays', async () => {
    const place = join(dir, 'place')
    const broken = join(dir, 'broken')
    cpSync(whole, broken, { recursive: true })
    const run = (...args: readonly string[]) => start(['docs/cluster/store.sh', ...args], {}).done
    const path = manifest(whole).marts[0]!.path
    rmSync(join(broken, path))
    const lacking = await run('put', broken, place)
    expect([lacking.code, lacking.err]).toEqual([1, expect.stringContaining(`first ${path};`)])
    expect(existsSync(join(place, 'manifest.json'))).toBe(false)

    expect((await run('put', whole, place)).code).toBe(0)
    cpSync(whole, broken, { recursive: true })
    // A list that later versions may add.
    const more = { ...manifest(whole), more: { files: [{ table: 't', path: 'more/t.parquet', bytes: 4, sha256: '' }] } }
    writeFileSync(join(broken, 'manifest.json'), JSON.stringify(more))
    expect((await run('put', broken, place)).err).toContain('first more/t.parquet;4')
    expect(manifest(place)).toEqual(manifest(whole))

    cpSync(whole, broken, { recursive: true })
    writeFileSync(join(broken, path), 'other bytes')
    const changed = await run('put', broken, place)
    expect(changed.code).not.toBe(0)
    expect(changed.err).toContain('immutable file modified')
    expect(readFileSync(join(place, path))).toEqual(readFileSync(join(whole, path)))
    rmSync(join(place, path))
    const got = await run('get', place, join(dir, 'got'))
    expect([got.code, existsSync(join(dir, 'got/manifest.json'))]).toEqual([1, false])
  })
})
