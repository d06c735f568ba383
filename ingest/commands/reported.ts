/** `reported`: the daily figures that the network publishes itself, into a lake. */
import { readManifest } from '../../src/lib/engine/attach.ts'
import { LakeError } from '../../src/lib/model/manifest.ts'
import { exists } from '../lake/manifest.ts'
import { writeReported } from '../lake/reported.ts'
import { openLake } from '../lake/write.ts'
import { networkOf } from '../networks/index.ts'
import { fetchReported, type Reported } from '../reported.ts'
import { stopSignal, VERSION } from './index.ts'
import { say } from './say.ts'

type ReportedOptions = {
  readonly lake: string
  readonly network: string
  /** Another host that answers as the network's own API does. */
  readonly api?: URL | undefined
}

/** Fetches what is published and adds it to the lake, in place of earlier values of the same days. What failed is named; the rest is kept. */
export async function reported(options: ReportedOptions): Promise<void> {
  const network = networkOf(options.network)
  const held = (await exists(options.lake)) ? await readManifest(options.lake) : null
  const [publicChain = ''] = network.publicChainIds
  if (held && held.origin !== 'observed' && !options.api)
    throw new LakeError(
      `${options.lake} is of a ${held.origin} chain (${held.chain_id}), but ${network.reported.url} reports on ${publicChain}. ` +
        'Use a lake of that chain, or name the API of this one with --api.'
    )
  const signal = stopSignal()
  const lake = await openLake(options.lake, {
    network: network.id,
    chainId: held?.chain_id ?? publicChain,
    origin: held?.origin ?? 'observed',
    version: VERSION,
    create: true
  })
  try {
    const api = options.api ?? new URL(network.reported.url)
    const queries = network.reported.queries(new Date().toISOString().slice(0, 10))
    say(`asking ${api.host} for ${queries.length} answers`)
    const found = await fetchReported(api, queries, {
      signal,
      onRetry: (error, waitMs) => say(`trying again in ${(waitMs / 1000).toFixed(1)} s: ${error.message}`)
    })
    if (found.rows.length > 0) await lake.recordReported(await writeReported(lake.dir, lake.manifest(), found.rows))
    tell(found, queries.length, options.lake)
    if (signal.aborted) process.exitCode = 130
    else if (found.failed.length > 0) process.exitCode = 1
  } finally {
    await lake.close()
  }
}

function tell({ rows, skipped, failed, unasked }: Reported, asked: number, lake: string): void {
  const days = rows.map((row) => row.day).sort()
  const what = rows.length === 0 ? 'nothing' : `${rows.length} figures of ${days[0]} to ${days.at(-1)}`
  say(`${asked - failed.length - unasked.length} of ${asked} answers, ${what} in ${lake}`)
  for (const { path, reason, count } of skipped) say(`  not taken: ${count} × ${reason}, from ${path}`)
  for (const { path, why } of failed) say(`  failed: ${path}: ${why.replace(/\.$/, '')}.`)
  if (unasked.length > 0) say(`  not asked: ${unasked.length} more`)
  if (failed.length > 0) say('What the lake held of them before is kept. Run the same command again later.')
}
