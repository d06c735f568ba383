/**
 * Probes in the lake: of each table one file for each UTC day of the newest month, one for each month before. New rows are joined with
 * those of their day or month into a new file; the old one stays for readers as long as the lake's other replaced files.
 */
import { resolve } from 'node:path'
import { columnList, selectFrom } from '../../src/lib/engine/attach.ts'
import { openNative, type NativeEngine } from '../../src/lib/engine/native.ts'
import { LakeError, type LakeFile, type Manifest } from '../../src/lib/model/manifest.ts'
import { periodOf, PROBES, PROBE_TABLES, type Probe, type ProbeTable } from '../../src/lib/model/probes.ts'
import { isoMicros } from '../../src/lib/model/value.ts'
import { fingerprint, makeFolder, publish, syncFolders, temporary } from './disk.ts'
import { copy } from './parquet.ts'
import { fileProblems } from './verify.ts'

type Other = { readonly dir: string; readonly manifest: Manifest }

const MONTH = 'YYYY-MM'.length

/**
 * Writes probes into the lake's folder, joined with those that it and other lakes hold of the same days. A probe that several hold is
 * written once.
 * @param others folders of other lakes of the same chain, with their manifests
 * @returns all files of probes of the lake from now on, to be listed by `Lake.recordProbes`
 * @throws LakeError when a file that is to be joined is damaged or the disk refuses, RangeError when a value does not fit its column
 */
export async function writeProbes(
  dir: string,
  manifest: Manifest,
  found: readonly Probe[],
  others: readonly Other[] = []
): Promise<LakeFile[]> {
  const foreign = others.flatMap((lake) => lake.manifest.probes.map((file) => ({ dir: lake.dir, file, period: nameOf(file) })))
  const held = manifest.probes.map((file) => ({ dir, file, period: nameOf(file) }))
  const byDay = Map.groupBy(found, ({ probe }) => dayOf(probe.probed_at))
  const fine = cutOf(
    [...byDay.keys(), ...[...held, ...foreign].map(({ period }) => period)],
    held.map(({ period }) => period)
  )
  const touched = new Set([...byDay.keys(), ...foreign.map(({ period }) => period)].map(fine))
  for (const { period } of held) if (fine(period) !== period) touched.add(fine(period))

  const kept = held.filter(({ period }) => !touched.has(fine(period))).map(({ file }) => file)
  const engine = await openNative({ threads: 1 })
  try {
    await makeFolder(resolve(dir, 'probes'))
    const written: LakeFile[] = []
    for (const period of [...touched].sort()) {
      const rows = [...byDay].flatMap(([day, probes]) => (fine(day) === period ? probes : []))
      const older = [...held, ...foreign].filter((of) => fine(of.period) === period)
      for (const table of PROBE_TABLES) {
        const files = older.filter(({ file }) => file.table === table)
        for (const lake of files) await checkWhole(lake.dir, lake.file)
        const paths = files.map((of) => resolve(of.dir, of.file.path))
        const file = await writePeriod(engine, dir, manifest.network, table, period, rows, paths)
        if (file) written.push(file)
      }
    }
    await syncFolders([resolve(dir, 'probes'), dir])
    return [...kept, ...written].sort((a, b) => (a.path < b.path ? -1 : 1))
  } finally {
    await engine.close()
  }
}

/** The period of the file that a day, or what an older file holds, belongs into. */
function cutOf(periods: readonly string[], held: readonly string[]): (period: string) => string {
  const newest = periods
    .map((period) => period.slice(0, MONTH))
    .sort()
    .at(-1)
  const months = new Set(held.filter((period) => period.length === MONTH))
  return (period) => {
    const month = period.slice(0, MONTH)
    return month !== newest || months.has(month) || period.length === MONTH ? month : period
  }
}

async function writePeriod(
  engine: NativeEngine,
  dir: string,
  network: string,
  table: ProbeTable,
  period: string,
  probes: readonly Probe[],
  paths: readonly string[]
): Promise<LakeFile | null> {
  const { columns, key } = PROBES[table]
  await engine.exec(`CREATE OR REPLACE TABLE ${table} (${columnList(columns)})`)
  await engine.insert(table, columns, rowsOf(table, probes))
  const all = [`SELECT * FROM ${table}`, ...(paths.length > 0 ? [selectFrom(columns, paths)] : [])].join(' UNION ALL ')
  const list = key.join(', ')
  // Of two that differ, which does not happen, always the same one.
  const order = Object.keys(columns).join(', ')
  const once = `SELECT * FROM (${all}) QUALIFY row_number() OVER (PARTITION BY ${list} ORDER BY ${order}) = 1 ORDER BY ${list}`
  const draft = temporary(resolve(dir, `probes/${table}.${period}.parquet`))
  const rows = await copy(engine, once, draft, { network, table, period })
  await engine.exec(`DROP TABLE ${table}`)
  const { bytes, sha256 } = await fingerprint(draft)
  const path = `probes/${table}.${period}.${sha256.slice(0, 16)}.parquet`
  await publish(draft, resolve(dir, path))
  return { table, path, rows, bytes, sha256 }
}

function* rowsOf(table: ProbeTable, probes: readonly Probe[]): Iterable<object> {
  for (const { probe, nodes } of probes) {
    if (table === 'probes') yield probe
    else for (const node of nodes) yield { provider: probe.provider, probed_at: probe.probed_at, ...node }
  }
}

const dayOf = (micros: bigint): string => isoMicros(micros).slice(0, 'YYYY-MM-DD'.length)

function nameOf({ path }: LakeFile): string {
  const period = periodOf(path)
  if (period === null) throw new LakeError(`${path} does not tell its day or month, as files of probes do`)
  return period
}

async function checkWhole(dir: string, file: LakeFile): Promise<void> {
  const [problem] = await fileProblems(dir, [file])
  if (problem !== undefined)
    throw new LakeError(`${dir}: ${problem}. Drop it with \`verify --repair --lake ${dir}\`, then crawl on.`)
}
