/** Drops what is damaged from a lake, so that it can be indexed again. */
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { readManifest } from '../../src/lib/engine/attach.ts'
import { normalise, type Interval } from '../../src/lib/model/interval.ts'
import type { Manifest, Partition } from '../../src/lib/model/manifest.ts'
import { periodOf } from '../../src/lib/model/probes.ts'
import { diskError } from './disk.ts'
import { takeLock } from './lock.ts'
import { sweep, writeManifest } from './manifest.ts'
import { fileProblems } from './verify.ts'

/**
 * Unlists partitions with a missing or damaged file and removes their files; so with all marts when one of them is,
 * and with reported figures; of probes both files of a period go, of prices each by itself. Removes leftovers.
 * @returns heights to index again
 * @throws LakeError when there is no lake, another run writes to it, or the disk refuses
 */
export async function repair(path: string): Promise<Interval[]> {
  const dir = resolve(path)
  await readManifest(dir)
  const release = takeLock(dir)
  try {
    const manifest = await readManifest(dir)
    const dropped: Partition[] = []
    for (const partition of manifest.partitions) {
      if ((await fileProblems(dir, partition.files)).length > 0) dropped.push(partition)
    }
    const martsWhole = (await fileProblems(dir, manifest.marts)).length === 0
    const reportedWhole = (await fileProblems(dir, manifest.reported)).length === 0
    const snapshotWhole = (await fileProblems(dir, manifest.snapshot?.files ?? [])).length === 0
    const lostPrices = new Set<string>()
    for (const file of manifest.prices) if ((await fileProblems(dir, [file])).length > 0) lostPrices.add(file.path)
    const lost = new Set<string | null>()
    for (const file of manifest.probes) if ((await fileProblems(dir, [file])).length > 0) lost.add(periodOf(file.path))
    const next: Manifest = {
      ...manifest,
      partitions: manifest.partitions.filter((p) => !dropped.includes(p)),
      ...(snapshotWhole ? {} : { snapshot: undefined }),
      ...(reportedWhole ? {} : { reported: [] }),
      probes: manifest.probes.filter((file) => !lost.has(periodOf(file.path))),
      prices: manifest.prices.filter((file) => !lostPrices.has(file.path)),
      ...(martsWhole ? {} : { marts: [], marts_of: [], marts_gaps: [], marts_beside: [] })
    }
    const wholeBeside = snapshotWhole && reportedWhole && lost.size === 0 && lostPrices.size === 0
    if (dropped.length > 0 || !martsWhole || !wholeBeside) await writeManifest(dir, next)
    // No reader is served by what is damaged.
    const gone = [
      ...dropped.flatMap((p) => p.files),
      ...(snapshotWhole ? [] : (manifest.snapshot?.files ?? [])),
      ...(reportedWhole ? [] : manifest.reported),
      ...manifest.probes.filter((file) => lost.has(periodOf(file.path))),
      ...manifest.prices.filter((file) => lostPrices.has(file.path)),
      ...(martsWhole ? [] : manifest.marts)
    ]
    await Promise.all(gone.map((file) => rm(resolve(dir, file.path), { force: true })))
    await sweep(dir, next)
    return normalise(dropped)
  } catch (cause) {
    throw diskError(cause, dir)
  } finally {
    release()
  }
}
