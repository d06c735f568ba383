/** `merge`: lakes of one chain into one. */
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readManifest } from '../../src/lib/engine/attach.ts'
import { size } from '../../src/lib/model/interval.ts'
import { LakeError, type Manifest } from '../../src/lib/model/manifest.ts'
import { writePrices } from '../lake/prices.ts'
import { writeProbes } from '../lake/probes.ts'
import { writeReported } from '../lake/reported.ts'
import { fileProblems } from '../lake/verify.ts'
import { openLake, type Lake } from '../lake/write.ts'
import { VERSION } from './index.ts'

/** Joins lakes and what they lack together. Doing it again changes nothing. */
export async function merge(sources: readonly string[], options: { readonly lake: string }): Promise<void> {
  const manifests = await Promise.all(sources.map(readManifest))
  const [first] = manifests
  if (!first) throw new LakeError('nothing to merge')
  const lake = await openLake(options.lake, {
    network: first.network,
    chainId: first.chain_id,
    origin: first.origin,
    version: VERSION,
    create: true
  })
  try {
    for (const [i, manifest] of manifests.entries()) {
      const dir = sources[i] ?? ''
      if (manifest.network !== first.network || manifest.chain_id !== first.chain_id || manifest.origin !== first.origin) {
        throw new LakeError(
          `${dir} is of ${manifest.network} (chain id ${manifest.chain_id}, ${manifest.origin}), ${sources[0]} of ${first.network} ` +
            `(chain id ${first.chain_id}, ${first.origin}): lakes of different chains are not merged.`
        )
      }
      let added = 0
      for (const partition of manifest.partitions) if ((await lake.adopt(partition, dir)) === 'added') added++
      process.stderr.write(`${dir}: ${added} of ${manifest.partitions.length} partitions added\n`)
    }
    await adoptSnapshot(lake, sources, manifests)
    await lake.recordGaps(manifests.flatMap((manifest) => manifest.gaps))
    const others = sources.map((dir, i) => ({ dir, manifest: manifests[i] ?? first }))
    const figures = others.filter((s) => s.manifest.reported.length > 0)
    if (figures.length > 0) await lake.recordReported(await writeReported(lake.dir, lake.manifest(), [], figures))
    const probed = others.filter((s) => s.manifest.probes.length > 0)
    if (probed.length > 0) await lake.recordProbes(await writeProbes(lake.dir, lake.manifest(), [], probed))
    const priced = others.filter((s) => s.manifest.prices.length > 0)
    if (priced.length > 0) await lake.recordPrices(await writePrices(lake.dir, lake.manifest(), {}, priced))
    const { gaps } = lake.manifest()
    if (gaps.length > 0)
      process.stderr.write(`${size(gaps)} heights that none of them could get are gaps: see the table coverage\n`)
  } finally {
    await lake.close()
  }
}

/** Of several snapshots of one chain the one that was read last tells most: its files are copied. */
async function adoptSnapshot(lake: Lake, sources: readonly string[], manifests: readonly Manifest[]): Promise<void> {
  const own = lake.manifest().snapshot
  const [best] = manifests
    .flatMap(({ snapshot }, i) => (snapshot ? [{ snapshot, dir: sources[i] ?? '' }] : []))
    .sort((a, b) => b.snapshot.to - a.snapshot.to)
  if (!best || (own && own.to >= best.snapshot.to)) return
  const { snapshot, dir } = best
  const problems = await fileProblems(dir, snapshot.files)
  if (problems.length > 0)
    throw new LakeError(`${dir} is damaged: ${problems[0]}. Run \`verify --repair\` on it, or leave it out.`)
  await mkdir(join(lake.dir, 'state'), { recursive: true })
  for (const { path } of snapshot.files) await copyFile(join(dir, path), join(lake.dir, path))
  await lake.recordSnapshot(snapshot)
}
