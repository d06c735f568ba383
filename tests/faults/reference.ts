/** The undisturbed lakes that disturbed runs are held against. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../../ingest/chain/endpoints.ts'
import { VERSION } from '../../ingest/commands/index.ts'
import { openLake } from '../../ingest/lake/write.ts'
import { akash } from '../../ingest/networks/akash/config.ts'
import { serveRecording } from '../../ingest/recording/serve.ts'
import { run } from '../../ingest/run.ts'
import type { Interval } from '../../src/lib/model/interval.ts'
import { rowsByHeight, type HeightRows } from './contents.ts'

const FIXTURES = join(import.meta.dirname, '../fixtures/recordings')
/** A recorded chain, and one of another id. */
const CHAINS: Readonly<Record<string, string>> = {
  'v0.36': 'v1.2',
  'v0.36-by-0.38': 'v2.1',
  'v1.2': 'v2.1',
  'v1.2-to-v2.0': 'v1.2',
  'v2.1': 'v1.2'
}
export const RECORDINGS = Object.keys(CHAINS)

export type Reference = {
  readonly url: string
  /** A node of another chain. */
  readonly stranger: string
  readonly chainId: string
  readonly node: Interval
  /** A lake of these heights, made in one go from a sound node. */
  readonly lake: (range: Interval) => Promise<string>
  /** What the lake of all heights holds. */
  readonly rows: () => Promise<HeightRows>
}
/** What tests start once for all runs of a process. */
export type References = { readonly of: (recording: string) => Promise<Reference>; readonly close: () => Promise<void> }

/** Indexes heights into a lake from a node that does nothing wrong. @throws ChainError, LakeError */
export async function indexSoundly(url: string, dir: string, range: Interval): Promise<void> {
  const source = await connect([url])
  try {
    const { chainId } = await source.status()
    const lake = await openLake(dir, { network: akash.id, chainId, origin: 'recorded', version: VERSION, create: true })
    await run(akash, source, lake, range).finally(() => lake.close())
  } finally {
    source.close()
  }
}

/** Serves recordings and makes undisturbed lakes of them, each when it is first wanted. */
export async function openReferences(): Promise<References> {
  const root = await mkdtemp(join(tmpdir(), 'rackrate-undisturbed-'))
  const servers = new Map<string, ReturnType<typeof serveRecording>>()
  const references = new Map<string, Promise<Reference>>()
  const serve = (name: string): ReturnType<typeof serveRecording> => {
    const server = servers.get(name) ?? serveRecording(join(FIXTURES, name))
    servers.set(name, server)
    return server
  }
  const open = async (recording: string): Promise<Reference> => {
    const { url } = await serve(recording)
    const source = await connect([url])
    const { chainId, earliestHeight: from, latestHeight: to } = await source.status()
    source.close()
    const lakes = new Map<string, Promise<string>>()
    const lake = (range: Interval): Promise<string> => {
      const name = `${recording}-${range.from}-${range.to}`
      const made = lakes.get(name) ?? indexSoundly(url, join(root, name), range).then(() => join(root, name))
      lakes.set(name, made)
      return made
    }
    let rows: Promise<HeightRows> | undefined
    return {
      url,
      stranger: (await serve(CHAINS[recording] ?? 'v1.2')).url,
      chainId,
      node: { from, to },
      lake,
      rows: () => (rows ??= lake({ from, to }).then(rowsByHeight))
    }
  }
  return {
    of: (recording) => {
      const reference = references.get(recording) ?? open(recording)
      references.set(recording, reference)
      return reference
    },
    close: async () => {
      await Promise.all([...servers.values()].map(async (server) => (await server).close()))
      await rm(root, { recursive: true, force: true })
    }
  }
}
