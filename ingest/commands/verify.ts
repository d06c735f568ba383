/** `verify`: a table of checks; the exit status tells whether all hold. */
import { attachLake, readManifest } from '../../src/lib/engine/attach.ts'
import { openNative } from '../../src/lib/engine/native.ts'
import { doneOf, LakeError } from '../../src/lib/model/manifest.ts'
import { render } from '../format.ts'
import { repair } from '../lake/repair.ts'
import { verify as check, type Check } from '../lake/verify.ts'
import { networkOf } from '../networks/index.ts'
import { readViews, viewsFor } from '../views.ts'
import { compareHeights, compareLeases, type Comparison } from '../witness.ts'
import { openSource, stopSignal } from './index.ts'

type VerifyOptions = {
  readonly lake: string
  readonly repair?: boolean
  readonly rpc?: readonly string[] | undefined
  /** Heights fetched again. */
  readonly heights: number
}

export async function verify(options: VerifyOptions): Promise<void> {
  if (options.repair) {
    const dropped = await repair(options.lake)
    for (const { from, to } of dropped) process.stderr.write(`dropped heights ${from} to ${to}: index them again\n`)
    if (dropped.length === 0) process.stderr.write('nothing was damaged\n')
  }
  const { ok, checks: own } = await check(options.lake, readViews())
  // What is damaged need not be compared.
  const checks = options.rpc && ok ? [...own, ...(await compare(options.lake, options.rpc, options.heights))] : own
  const rows = checks.map((c) => [c.ok ? 'ok' : 'FAILED', c.name, c.detail])
  process.stdout.write(`${render({ columns: [{ name: '' }, { name: 'check' }, { name: 'detail' }], rows }, 'table')}\n`)
  if (!checks.every((c) => c.ok)) process.exitCode = 1
}

/** Problems named in a check's detail. */
const SHOWN = 5

/** Holds the lake against a node of its chain. @throws ChainError; LakeError when the node is of another chain */
async function compare(dir: string, rpc: readonly string[], heights: number): Promise<Check[]> {
  const manifest = await readManifest(dir)
  const network = networkOf(manifest.network)
  const signal = stopSignal()
  const source = await openSource(network, { rpc, strategy: 'scan', sample: 0 }, signal)
  const engine = await openNative()
  const report = (name: string, { compared, problems }: Comparison): Check => {
    const rest = problems.length - SHOWN
    const detail = [...problems.slice(0, SHOWN), ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ')
    return { name, ok: problems.length === 0, detail: problems.length === 0 ? compared : detail }
  }
  try {
    const { chainId } = await source.status()
    if (chainId !== manifest.chain_id)
      throw new LakeError(
        `${dir} is of chain id ${manifest.chain_id}, ${source.name} serves ${chainId}. Use an endpoint of the lake's chain.`
      )
    const last = doneOf(manifest).at(-1)
    if (!last) return [{ name: 'node', ok: true, detail: 'the lake is empty' }]
    const blocks = report('heights on the node', await compareHeights(dir, network, source, heights, signal))
    await attachLake(engine, dir, manifest, viewsFor('leases lease_prices'))
    return [blocks, report('leases in the state', await compareLeases(engine, last, network, source, signal))]
  } finally {
    await engine.close()
    source.close()
  }
}
