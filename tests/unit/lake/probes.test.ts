/** Probes in the lake: cut by day and month, joined and never doubled; nothing else of the lake changes; damage is found. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { merge } from '../../../ingest/commands/merge.ts'
import { build } from '../../../ingest/lake/build.ts'
import { writeProbes } from '../../../ingest/lake/probes.ts'
import { repair } from '../../../ingest/lake/repair.ts'
import { verify } from '../../../ingest/lake/verify.ts'
import { openLake } from '../../../ingest/lake/write.ts'
import { akash } from '../../../ingest/networks/akash/config.ts'
import { probesAt } from '../../../ingest/simulate/fleet-probes.ts'
import { readViews } from '../../../ingest/views.ts'
import { attachLake, readManifest } from '../../../src/lib/engine/attach.ts'
import { openNative } from '../../../src/lib/engine/native.ts'
import { martsStale } from '../../../src/lib/model/manifest.ts'
import { periodOf, type Probe } from '../../../src/lib/model/probes.ts'
import { FLEET } from '../providers/fleet.ts'
import { emptyViews, factsIn, filesBelow, metaOf, OPTIONS } from './synthetic.ts'

let dir: string
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rackrate-probes-'))
  await put(join(dir, 'a'), [])
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const at = (...times: readonly string[]): Probe[] =>
  times.flatMap((time) => probesAt(akash.providerApi, FLEET, Date.parse(`${time}Z`)))

async function put(path: string, probes: readonly Probe[]): Promise<void> {
  const lake = await openLake(path, OPTIONS)
  try {
    if (lake.done().length === 0) await lake.append({ from: 1, to: 9 }, factsIn(1, 9), metaOf(1, 9))
    if (probes.length > 0) await lake.recordProbes(await writeProbes(lake.dir, lake.manifest(), probes))
  } finally {
    await lake.close()
  }
}

async function query(path: string, sql: string) {
  const engine = await openNative()
  try {
    const views = readViews().filter(({ name }) => name === 'probes' || name === 'probe_nodes')
    await attachLake(engine, path, await readManifest(path), views)
    return await engine.query(sql)
  } finally {
    await engine.close()
  }
}
const times = async (path: string): Promise<unknown> =>
  (
    await query(path, 'SELECT DISTINCT strftime(probed_at, $f) AS t FROM probes ORDER BY t'.replace('$f', "'%Y-%m-%dT%H:%M'"))
  ).map((row) => row['t'])
const periods = async (path: string): Promise<string[]> =>
  (await readManifest(path)).probes.filter(({ table }) => table === 'probes').map((file) => periodOf(file.path) ?? '?')

test('days of the newest month have files of their own; of a month that is over there is one', async () => {
  const lake = join(dir, 'a')
  await put(lake, at('2026-09-30T23:59', '2026-10-01T00:00', '2026-10-02T08:00'))
  expect(await periods(lake)).toEqual(['2026-09', '2026-10-01', '2026-10-02'])
  const before = await readManifest(lake)
  await put(lake, at('2026-10-02T09:00'))
  const after = await readManifest(lake)
  // Only the day that was added to is written anew.
  const changed = after.probes.filter(({ path }) => !before.probes.some((file) => file.path === path))
  expect(changed.map(({ path }) => periodOf(path))).toEqual(['2026-10-02', '2026-10-02'])
  await put(lake, at('2026-11-01T00:00'))
  expect(await periods(lake)).toEqual(['2026-09', '2026-10', '2026-11-01'])
  // Late probes of a month that is over join it.
  await put(lake, at('2026-10-01T05:00'))
  expect(await periods(lake)).toEqual(['2026-09', '2026-10', '2026-11-01'])
  expect(await times(lake)).toEqual(
    ['2026-09-30T23:59', '2026-10-01T00:00', '2026-10-01T05:00', '2026-10-02T08:00', '2026-10-02T09:00', '2026-11-01T00:00'] // prettier-ignore
  )
  const report = await verify(lake, [])
  expect(report.checks.filter(({ ok }) => !ok)).toEqual([])
  expect(report.checks).toContainEqual({ name: 'probes', ok: true, detail: `${6 * (6 + 8)} rows` })
})

test('however probes come, one by one or at once, the files are the same bytes; twice changes nothing', async () => {
  const [one, many] = [join(dir, 'one'), join(dir, 'many')]
  const when = ['2026-10-31T00:00', '2026-11-02T08:00', '2026-11-02T09:00', '2026-11-20T10:00']
  await put(one, at(...when))
  for (const time of [...when].reverse()) await put(many, at(time))
  expect((await readManifest(many)).probes).toEqual((await readManifest(one)).probes)
  await put(one, at(when[1]!))
  expect((await readManifest(one)).probes).toEqual((await readManifest(many)).probes)
})

test('the public tables have the rows of the probes; facts are untouched, and marts are stale', async () => {
  const lake = join(dir, 'a')
  const facts = filesBelow(join(lake, 'facts'))
  expect(martsStale(await build(lake, emptyViews(), { version: '1' }))).toBe(false)
  const probes = at('2026-11-21T12:00')
  await put(lake, probes)
  expect(martsStale(await readManifest(lake))).toBe(true)
  expect(filesBelow(join(lake, 'facts'))).toEqual(facts)
  expect(
    await query(
      lake,
      "SELECT provider, ok, error, via, version, active_leases, certificate_valid, len(doubts)::INT AS doubts FROM probes WHERE provider <> 'akash1old'"
    )
  ).toEqual([
    { provider: 'akash1absurd', ok: true, error: null, via: 'grpc', version: '0.6.4', active_leases: 3, certificate_valid: true, doubts: 7 }, // prettier-ignore
    { provider: 'akash1down', ok: false, error: 'unreachable', via: null, version: null, active_leases: null, certificate_valid: null, doubts: 0 }, // prettier-ignore
    { provider: 'akash1expired', ok: true, error: null, via: 'grpc', version: '0.6.4', active_leases: 3, certificate_valid: false, doubts: 0 }, // prettier-ignore
    { provider: 'akash1hangs', ok: false, error: 'timeout', via: null, version: null, active_leases: null, certificate_valid: null, doubts: 0 }, // prettier-ignore
    { provider: 'akash1up', ok: true, error: null, via: 'grpc', version: '0.6.4', active_leases: 3, certificate_valid: true, doubts: 0 } // prettier-ignore
  ])
  expect(
    await query(
      lake,
      "SELECT node, cpu_available::INT AS cpu, gpu_model, gpus_allocatable, gpus_allocated FROM probe_nodes WHERE provider = 'akash1up'"
    )
  ).toEqual([
    { node: 'gpu-1', cpu: 151_500, gpu_model: 'nvidia/h100', gpus_allocatable: 8, gpus_allocated: 5 },
    { node: 'cpu-1', cpu: 64_000, gpu_model: null, gpus_allocatable: 0, gpus_allocated: 0 }
  ])
})

test('merge takes over the probes of all lakes, each once; again it changes nothing', async () => {
  const [a, b, both] = [join(dir, 'a'), join(dir, 'b'), join(dir, 'both')]
  await put(a, at('2026-10-01T00:00', '2026-11-01T00:00'))
  await put(b, at('2026-10-01T00:00', '2026-10-05T00:00', '2026-12-01T00:00'))
  await merge([a, b], { lake: both })
  expect(await times(both)).toEqual(['2026-10-01T00:00', '2026-10-05T00:00', '2026-11-01T00:00', '2026-12-01T00:00'])
  expect(await periods(both)).toEqual(['2026-10', '2026-11', '2026-12-01'])
  expect((await verify(both, [])).ok).toBe(true)
  const { probes } = await readManifest(both)
  await merge([b, a], { lake: both })
  expect((await readManifest(both)).probes).toEqual(probes)
})

test('a damaged file is found, is not joined as if it were whole, and repair drops its day alone', async () => {
  const lake = join(dir, 'a')
  await put(lake, at('2026-11-20T00:00', '2026-11-21T00:00'))
  const file = (await readManifest(lake)).probes.find(({ path }) => path.startsWith('probes/probe_nodes.2026-11-21'))
  truncateSync(join(lake, file?.path ?? ''), 100)
  expect((await verify(lake, [])).checks.find((check) => check.name === 'files')?.detail).toMatch(/probe_nodes.* has 100 bytes/)
  await expect(put(lake, at('2026-11-21T01:00'))).rejects.toThrow(/has 100 bytes.*verify --repair.*crawl on/)
  expect(await repair(lake)).toEqual([])
  expect((await verify(lake, [])).ok).toBe(true)
  expect(await times(lake)).toEqual(['2026-11-20T00:00'])
})

test('rows twice, rows of another day and nodes of no probe are found', async () => {
  const lake = join(dir, 'a')
  await put(lake, at('2026-11-20T00:00', '2026-11-21T00:00'))
  const manifest = await readManifest(lake)
  const check = async (probes: typeof manifest.probes) => {
    writeFileSync(join(lake, 'manifest.json'), JSON.stringify({ ...manifest, probes }))
    return (await verify(lake, [])).checks.find(({ name }) => name === 'probes')
  }
  const [nodes, more, first, second] = manifest.probes
  if (!nodes || !more || !first || !second) throw new Error('four files')
  expect((await check([nodes, nodes, more, first, second]))?.detail).toMatch(
    /a row of probe_nodes is given twice: .*akash1absurd/
  )
  expect((await check([nodes, more, first]))?.detail).toMatch(/nodes without a successful probe: .*2026-11-21/)
  expect((await check([nodes, more, { ...first, rows: 7 }, second]))?.detail).toMatch(/probes has 12 rows, the manifest says 13/)
  const misplaced = first.path.replace('2026-11-20', '2026-11-19')
  writeFileSync(join(lake, misplaced), readFileSync(join(lake, first.path)))
  expect((await check([nodes, more, { ...first, path: misplaced }, second]))?.detail).toMatch(/holds rows of 2026-11-20/)
})

test('a lake written before there were probes opens, with none', async () => {
  const lake = join(dir, 'a')
  const manifest = JSON.parse(readFileSync(join(lake, 'manifest.json'), 'utf8')) as { [key: string]: unknown }
  delete manifest['probes']
  writeFileSync(join(lake, 'manifest.json'), JSON.stringify(manifest))
  expect(await times(lake)).toEqual([])
})
