/** Appends facts to a lake. Whatever happens, the manifest on disk lists whole files only. */
import { rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { readManifest } from '../../src/lib/engine/attach.ts'
import { openNative, type NativeEngine } from '../../src/lib/engine/native.ts'
import { FACT_TABLES, type Fact, type FactTable } from '../../src/lib/model/facts.ts'
import type { Interval } from '../../src/lib/model/interval.ts'
import {
  doneOf,
  LAKE_FORMAT,
  LakeError,
  type Gap,
  type LakeFile,
  type Manifest,
  type Origin,
  type Partition,
  type Snapshot
} from '../../src/lib/model/manifest.ts'
import { diskError, makeFolder, temporary } from './disk.ts'
import { checkWhole, publishAll } from './files.ts'
import { joinGaps } from './gaps.ts'
import { LOCK_WAIT_MS, takeLock, waitForLock } from './lock.ts'
import { exists, retire, sweep, writeManifest } from './manifest.ts'
import { checkSame, txsIn } from './overlap.ts'
import { writeFacts } from './parquet.ts'
import { headOf, neighbours, rowsOf, span, touching, type AppendMeta, type Head, type Rows } from './partition.ts'

export type LakeOptions = {
  readonly network: string
  readonly chainId: string
  readonly origin: Origin
  /** Version of Rackrate, for the manifest. */
  readonly version: string
  /** Make the lake when there is none. */
  readonly create: boolean
  /** How long replaced files stay for readers that have the old manifest, milliseconds. Default `GRACE_MS`. */
  readonly graceMs?: number | undefined
  /** How long to wait for another run that writes to it, milliseconds; not at all unless told. */
  readonly waitMs?: number | undefined
}

export type Lake = {
  readonly dir: string
  manifest(): Manifest
  /** Heights that the lake holds. */
  done(): Interval[]
  /**
   * Appends a range of blocks, joined with what lies directly beside it in its cell. Calls wait for each other.
   * @param range within one cell, disjoint from what is done
   * @param facts of exactly these blocks, in any order, with a `blocks` fact for every height
   * @returns the partition that now holds the range
   * @throws LakeError when the range or its facts do not fit the lake, or the disk refuses: the lake is then as it was
   */
  append(range: Interval, facts: Iterable<Fact>, meta: AppendMeta): Promise<Partition>
  /**
   * Takes over a partition of another lake of the same chain. Heights that both hold must have equal rows; others are joined as by `append`.
   * @param other folder of the other lake
   * @throws LakeError when rows differ, or the partition does not fit the lake: the lake is then as it was
   */
  adopt(partition: Partition, other: string): Promise<'added' | 'held'>
  /** Puts on record heights that could not be had, in place of what was known of them before; what the lake holds is no gap. */
  recordGaps(gaps: readonly Gap[]): Promise<void>
  /** Puts a snapshot of the chain's state in the place of the old one; its files are in the lake's folder. */
  recordSnapshot(snapshot: Snapshot): Promise<void>
  /** Puts the file of reported figures, which is in the lake's folder, in the place of the old one. */
  recordReported(file: LakeFile): Promise<void>
  /** Puts these files of probes, which are in the lake's folder, in the place of the old ones. */
  recordProbes(files: readonly LakeFile[]): Promise<void>
  /** Puts these files of prices, which are in the lake's folder, in the place of the old ones. */
  recordPrices(files: readonly LakeFile[]): Promise<void>
  /**
   * Gives the lock back while work is done that does not write, so that others can; then takes it again and reads the manifest anew.
   * @throws LakeError when another run holds the lake for longer than `LOCK_WAIT_MS` after the work
   */
  rest<T>(work: () => Promise<T>): Promise<T>
  /** Waits for the append in hand and gives the lock back. */
  close(): Promise<void>
}

/**
 * Opens a lake for writing and removes what an interrupted run left.
 * @throws LakeError when another run writes to it, it is of another chain, there is none (without `create`), or the disk refuses;
 *   ManifestError when its manifest is damaged or of another format
 */
export async function openLake(path: string, options: LakeOptions): Promise<Lake> {
  const dir = resolve(path)
  if (options.create) await makeFolder(dir)
  else await readManifest(dir)
  const release = options.waitMs === undefined ? takeLock(dir) : await waitForLock(dir, options.waitMs)
  try {
    const manifest = await openManifest(dir, options)
    return writerOf(dir, manifest, options, await openNative({ threads: 1 }), release)
  } catch (cause) {
    release()
    throw diskError(cause, dir)
  }
}

async function openManifest(dir: string, options: LakeOptions): Promise<Manifest> {
  const { network, chainId, origin, version } = options
  if (options.create && !(await exists(dir)))
    await writeManifest(dir, {
      format: LAKE_FORMAT,
      network,
      chain_id: chainId,
      origin,
      written_by: version,
      partitions: [],
      gaps: [],
      marts: [],
      marts_of: [],
      marts_gaps: [],
      reported: [],
      probes: [],
      prices: [],
      marts_beside: []
    })
  const manifest = await readManifest(dir)
  if (manifest.network !== network || manifest.chain_id !== chainId || manifest.origin !== origin)
    throw new LakeError(
      `${dir} holds ${manifest.network} (chain id ${manifest.chain_id}, ${manifest.origin}), not ${network} (chain id ${chainId}, ${origin}). ` +
        'Use the endpoints of that chain, or another folder.'
    )
  await sweep(dir, manifest, options.graceMs)
  return manifest
}

function writerOf(dir: string, opened: Manifest, options: LakeOptions, engine: NativeEngine, locked: () => void): Lake {
  const { version, graceMs } = options
  let manifest = opened
  let release = locked
  /** Files of the write in hand. */
  let fresh: readonly string[] = []
  let tail: Promise<unknown> = Promise.resolve()

  async function append(range: Interval, facts: Iterable<Fact>, meta: AppendMeta): Promise<Partition> {
    const rows = rowsOf(range, facts)
    const head = headOf(range, rows, meta)
    const { before, after } = neighbours(manifest.partitions, head)
    const old = [before, after].filter((p) => p !== undefined)
    const heads = [...old, head]
    const txs = heads.reduce((sum, h) => sum + h.txs, 0)
    return await replace(old, span(heads, txs), rows, [])
  }

  async function adopt(partition: Partition, other: string): Promise<'added' | 'held'> {
    const foreign = partition.files.map((file) => ({ table: file.table, path: resolve(other, file.path), sha256: file.sha256 }))
    await Promise.all(foreign.map((file) => checkWhole(other, file)))
    const old = touching(manifest.partitions, partition)
    for (const held of old) await checkSame(engine, dir, held, other, partition)
    if (old.some((held) => held.from <= partition.from && held.to >= partition.to)) return 'held'
    const blocks = [...old.flatMap((p) => p.files.map((f) => ({ ...f, path: resolve(dir, f.path) }))), ...foreign]
    const txs = await txsIn(
      engine,
      blocks.filter((file) => file.table === 'blocks').map((file) => file.path)
    )
    await replace(old, span([...old, partition], txs), {}, foreign)
    return 'added'
  }

  /** Puts one partition in the place of the old ones: their rows, new rows, and those of files of another lake. */
  async function replace(
    old: readonly Partition[],
    head: Head,
    rows: Rows,
    foreign: readonly { readonly table: string; readonly path: string }[]
  ): Promise<Partition> {
    const files = await writeFiles(
      head,
      rows,
      old.flatMap((p) => p.files),
      foreign
    )
    const partition = { ...head, files }
    const partitions = [...manifest.partitions.filter((p) => !old.includes(p)), partition].sort((a, b) => a.from - b.from)
    await retire(
      dir,
      old.flatMap((p) => p.files.map((file) => file.path))
    )
    await list({ ...manifest, written_by: version, partitions, gaps: joinGaps(manifest.gaps, [partition]) })
    // What cannot be removed now is removed when the lake is next opened for writing.
    await sweep(dir, manifest, graceMs).catch(() => undefined)
    return partition
  }

  async function list(next: Manifest): Promise<void> {
    await writeManifest(dir, next)
    manifest = next
  }

  async function recordGaps(found: readonly Gap[]): Promise<void> {
    const gaps = joinGaps([...manifest.gaps, ...found], manifest.partitions)
    if (JSON.stringify(gaps) !== JSON.stringify(manifest.gaps)) await list({ ...manifest, written_by: version, gaps })
  }

  /** Puts files that are not of blocks in the place of the old ones. */
  async function recordBeside(old: readonly LakeFile[], files: readonly LakeFile[], next: Partial<Manifest>): Promise<void> {
    const kept = new Set(files.map(({ path }) => path))
    await retire(
      dir,
      old.map(({ path }) => path).filter((path) => !kept.has(path))
    )
    await list({ ...manifest, written_by: version, ...next })
  }

  async function rest<T>(work: () => Promise<T>): Promise<T> {
    await tail
    release()
    try {
      return await work()
    } finally {
      release = await waitForLock(dir, LOCK_WAIT_MS)
      manifest = await openManifest(dir, { ...options, create: false })
    }
  }

  async function writeFiles(
    { from, to }: Head,
    rows: Rows,
    old: readonly LakeFile[],
    foreign: readonly { readonly table: string; readonly path: string }[]
  ): Promise<LakeFile[]> {
    await Promise.all(old.map((file) => checkWhole(dir, file)))
    const name = `${String(from).padStart(10, '0')}-${String(to).padStart(10, '0')}.parquet`
    const written: { table: FactTable; path: string; rows: number }[] = []
    for (const table of FACT_TABLES) {
      const older = old.filter((file) => file.table === table).map((file) => resolve(dir, file.path))
      const others = foreign.filter((file) => file.table === table).map((file) => file.path)
      const newer: readonly object[] = rows[table] ?? []
      if (older.length + others.length + newer.length === 0) continue
      const path = `facts/${table}/${name}`
      await makeFolder(resolve(dir, dirname(path)))
      const metadata = { network: manifest.network, range: `${from}-${to}` }
      written.push({
        table,
        path,
        rows: await writeFacts(engine, table, newer, older, others, temporary(resolve(dir, path)), metadata)
      })
    }
    fresh = written.map(({ path }) => path)
    return await publishAll(dir, written)
  }

  /** The disk knows whether the manifest was replaced before a failure. What can't be cleaned up now is when the lake is next opened. */
  async function recover(): Promise<void> {
    try {
      manifest = await readManifest(dir)
      const listed = new Set(manifest.partitions.flatMap((p) => p.files.map((file) => file.path)))
      // Nobody has read of them, and the disk may be full.
      await Promise.all(fresh.filter((path) => !listed.has(path)).map((path) => rm(resolve(dir, path), { force: true })))
      await sweep(dir, manifest, graceMs)
    } catch {
      return
    }
  }

  /** One write after the other; after a failure the lake is as the disk has it. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = tail.then(work).catch(async (cause: unknown) => {
      await recover()
      throw diskError(cause, dir)
    })
    tail = result.catch(() => undefined)
    return result
  }

  return {
    dir,
    manifest: () => manifest,
    done: () => doneOf(manifest),
    append: (range, facts, meta) => inTurn(() => append(range, facts, meta)),
    adopt: (partition, other) => inTurn(() => adopt(partition, other)),
    recordGaps: (gaps) => inTurn(() => recordGaps(gaps)),
    recordSnapshot: (snapshot) => inTurn(() => recordBeside(manifest.snapshot?.files ?? [], snapshot.files, { snapshot })),
    recordReported: (file) => inTurn(() => recordBeside(manifest.reported, [file], { reported: [file] })),
    recordProbes: (files) => inTurn(() => recordBeside(manifest.probes, files, { probes: [...files] })),
    recordPrices: (files) => inTurn(() => recordBeside(manifest.prices, files, { prices: [...files] })),
    rest,
    async close() {
      await tail
      await engine.close()
      release()
    }
  }
}
