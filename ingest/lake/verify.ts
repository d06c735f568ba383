/** Checks a lake against its manifest, the tables' definitions and the invariants. Changes nothing. */
import { resolve } from 'node:path'
import { attachLake, createViews, readManifest } from '../../src/lib/engine/attach.ts'
import type { View } from '../../src/lib/engine/engine.ts'
import { identifier, openNative, type NativeEngine } from '../../src/lib/engine/native.ts'
import { PUBLIC, PUBLIC_TABLES, type PublicTable } from '../../src/lib/model/public.ts'
import { FACT_TABLES } from '../../src/lib/model/facts.ts'
import { besideOf, type LakeFile, type Manifest } from '../../src/lib/model/manifest.ts'
import { fingerprint } from './disk.ts'
import { gapProblems } from './gaps.ts'
import { blockProblems, factProblems, partitionProblems, priceProblems, probeProblems, reportedProblems } from './inspect.ts'
import { INVARIANTS, type Invariant } from './invariants.ts'
import { unlisted } from './manifest.ts'
import { unknowns } from './unknowns.ts'

export type Check = {
  readonly name: string
  readonly ok: boolean
  /** What was looked at, or what is wrong. */
  readonly detail: string
}

export type Report = { readonly ok: boolean; readonly checks: readonly Check[] }

/** Schema of the public tables as computed. */
const TABLES = 'computed'

/** Problems named in a check's detail. */
const SHOWN = 5

/**
 * Checks a lake. Damage is reported, never thrown.
 * @param views in dependency order; those named as public tables must have their columns
 */
export async function verify(
  dir: string,
  views: readonly View[],
  invariants: readonly Invariant[] = INVARIANTS
): Promise<Report> {
  const checks: Check[] = []
  const check = async (name: string, detail: string, problems: () => Promise<readonly string[]> | readonly string[]) => {
    const found = await Promise.resolve()
      .then(problems)
      .catch((error: unknown) => [error instanceof Error ? error.message : String(error)])
    const rest = found.length - SHOWN
    const text = [...found.slice(0, SHOWN), ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ')
    checks.push({ name, ok: found.length === 0, detail: found.length === 0 ? detail : text })
    return found.length === 0
  }
  const report = (): Report => ({ ok: checks.every((c) => c.ok), checks })

  let manifest: Manifest | undefined
  await check('manifest', 'read', async () => {
    manifest = await readManifest(dir)
    return []
  })
  if (!manifest) return report()
  const { partitions, gaps, marts, network } = manifest
  const files = [...partitions.flatMap((p) => p.files), ...besideOf(manifest), ...marts]
  const megabytes = (files.reduce((sum, f) => sum + f.bytes, 0) / 1e6).toFixed(1)

  await check('partitions', `${partitions.length} of ${network}`, () => partitionProblems(partitions))
  await check('gaps', gaps.length === 0 ? 'none' : `${gaps.length} ranges of heights that could not be had`, () =>
    gapProblems(gaps, partitions)
  )
  const whole = await check('files', `${files.length} with ${megabytes} MB`, () => fileProblems(dir, files))
  const { leftovers, retired, foreign } = await unlisted(dir, manifest)
  const notes = [
    ...(leftovers.length > 0 ? [`${leftovers.length} leftovers, which the next run removes`] : []),
    ...(retired.length > 0 ? [`${retired.length} replaced lately, kept for readers that have the manifest of then`] : [])
  ]
  await check('no unlisted files', notes.join('; ') || 'none', () => foreign.map((path) => `${path} is not of this lake`))
  if (!whole) {
    checks.push({
      name: 'contents',
      ok: false,
      detail: 'not checked, because files are damaged: `verify --repair` drops them, then index again'
    })
    return report()
  }

  const engine = await openNative()
  try {
    const attached = manifest
    if (!(await check('attach', 'facts can be read', async () => (await attachLake(engine, dir, attached, []), []))))
      return report()
    for (const table of FACT_TABLES) {
      const listed = partitions.flatMap((p) =>
        p.files.filter((f) => f.table === table).map((file) => ({ ...file, from: p.from, to: p.to }))
      )
      const rows = listed.reduce((sum, f) => sum + f.rows, 0)
      await check(`facts ${table}`, `${rows} rows`, () => factProblems(engine, dir, table, listed))
    }
    const figures = manifest.reported
    await check('reported', `${figures.reduce((sum, f) => sum + f.rows, 0)} rows`, () => reportedProblems(engine, figures))
    const { probes } = manifest
    await check('probes', `${probes.reduce((sum, f) => sum + f.rows, 0)} rows`, () => probeProblems(engine, dir, probes))
    const { prices } = manifest
    await check('prices', `${prices.reduce((sum, f) => sum + f.rows, 0)} rows`, () => priceProblems(engine, dir, prices))
    await check('blocks', 'without gaps, in time order, as the manifest says', () => blockProblems(engine, partitions))
    if (views.length === 0) return report()
    if (!(await check('views', `${views.length}`, async () => (await createViews(engine, views), [])))) return report()
    await engine.exec(`CREATE SCHEMA ${TABLES}`)
    for (const table of PUBLIC_TABLES) await check(`table ${table}`, 'columns as documented', () => tableProblems(engine, table))
    await engine.exec(`SET search_path = '${TABLES},main'`)
    for (const { name, sql } of invariants)
      await check(name, 'holds', async () => (await engine.query(sql)).map((row) => JSON.stringify(row)))
    if (manifest.snapshot) for (const { name, detail } of await unknowns(engine)) checks.push({ name, ok: true, detail })
    return report()
  } finally {
    await engine.close()
  }
}

/** What is wrong with listed files: missing, cut off, changed. */
export async function fileProblems(dir: string, files: readonly LakeFile[]): Promise<string[]> {
  const problems: string[] = []
  for (const { path, bytes, sha256 } of files) {
    try {
      const found = await fingerprint(resolve(dir, path))
      if (found.bytes !== bytes) problems.push(`${path} has ${found.bytes} bytes, the manifest says ${bytes}`)
      else if (found.sha256 !== sha256) problems.push(`${path} is changed: its SHA-256 is not the manifest's`)
    } catch (error) {
      problems.push(`${path} cannot be read: ${(error as Error).message}`)
    }
  }
  return problems
}

/** Computes a view once, for all invariants to read. */
async function tableProblems(engine: NativeEngine, table: PublicTable): Promise<string[]> {
  const name = `${TABLES}.${identifier(table)}`
  await engine.exec(`CREATE TABLE ${name} AS SELECT * FROM main.${identifier(table)}`)
  const { columns } = await engine.table(`SELECT * FROM ${name} LIMIT 0`)
  const has = columns.map((column) => `${column.name} ${column.type}`)
  const wants = Object.entries(PUBLIC[table].columns).map(([column, { type }]) => `${column} ${type}`)
  return has.join() === wants.join() ? [] : [`has (${has.join(', ')}), should have (${wants.join(', ')})`]
}
