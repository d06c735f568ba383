/**
 * The facts of recorded chains again and again, each round as another market: heights, times, hashes, tenants and deployments are new,
 * providers change every round until there are twenty of each, oracle prices walk, and prices of leases differ in their last digits. So
 * nothing compresses that would not on a real chain, but for amounts of escrow's coins, which repeat.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { connect } from '../../ingest/chain/endpoints.ts'
import { decode } from '../../ingest/networks/akash/decode.ts'
import { serveRecording } from '../../ingest/recording/serve.ts'
import type { Lake } from '../../ingest/lake/write.ts'
import type { Fact } from '../../src/lib/model/facts.ts'
import { CELL_HEIGHTS } from '../../src/lib/model/manifest.ts'

export const RECORDINGS = join(import.meta.dirname, '../fixtures/recordings')
/** Mean time between blocks of mainnet in September and October 2026, microseconds: heights 28,742,282 to 28,879,992. */
const BLOCK_US = 5_890_000
const START_US = Date.UTC(2023, 7, 31) * 1000
const PROVIDER_ROUNDS = 20
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const ADDRESS = /^akash1[a-z0-9]{38}$/
/** Accounts of the chain itself: escrow and the burn-mint vault. */
const MODULES: ReadonlySet<string> = new Set([
  'akash14pphss726thpwws3yc458hggufynm9x77l4l2u',
  'akash1klpwzlvfnw7j8gtdd0cuu9vaw9ermsmd37sg55'
])

/** Facts of each block of a chain, in order. */
export type Recorded = readonly (readonly Fact[])[]
type Row = Readonly<Record<string, unknown>>

export async function readRecording(name: string): Promise<Recorded> {
  const server = await serveRecording(join(RECORDINGS, name))
  const source = await connect([server.url])
  const { earliestHeight: from, latestHeight: to } = await source.status()
  const blocks: Fact[][] = []
  for await (const block of source.blocks({ from, to })) blocks.push(decode(block))
  source.close()
  await server.close()
  return blocks
}

export const leasesIn = (blocks: Recorded): number =>
  blocks.flat().filter((fact) => fact.table === 'market_events' && fact.row.kind === 'lease_created').length

const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
const upperHex = (text: string): string => hash(text).toString('hex').toUpperCase()
/** An address, of 32 letters of Bech32 and six that are always the same: 20 bytes of chance, as in a real one. */
const addressOf = (text: string): string => `akash1${Array.from(hash(text), (byte) => BECH32[byte % 32]).join('')}qqqqqq`
const decimals = (value: number, digits: number): string => `${value.toFixed(8)}${String(digits).padStart(10, '0')}`

/** Blocks of rounds over recordings, from height 1 on. */
export function* replay(rounds: Iterable<Recorded>): Generator<readonly Fact[], void, void> {
  let height = 0
  let round = 0
  for (const blocks of rounds) {
    const first = height + 1
    const lowest = Number(blocks[0]?.find((fact) => fact.table === 'blocks')?.row.height)
    const providers = new Set(
      blocks.flat().flatMap(({ row }) => ('provider' in row && row.provider !== null ? row.provider : []))
    )
    const shift = first - lowest
    const another = (account: string): string =>
      addressOf(`${account} ${providers.has(account) ? round % PROVIDER_ROUNDS : round}`)
    const names = new Map<string, string>()
    const rename = (text: string): string => {
      const held = names.get(text)
      if (held !== undefined) return held
      const named = ADDRESS.test(text) && !MODULES.has(text) ? another(text) : text
      names.set(text, named)
      return named
    }
    const renew = (row: Row): Row => {
      const next: Record<string, unknown> = {}
      for (const [name, value] of Object.entries(row)) next[name] = typeof value === 'string' ? rename(value) : value
      next['height'] = Number(row['height']) + shift
      if (typeof next['dseq'] === 'string') next['dseq'] = String(BigInt(next['dseq']) + BigInt(shift))
      if ('hash' in next) next['hash'] = upperHex(`${String(row['hash'])} ${round}`)
      if (typeof next['price'] === 'string' && next['owner'] !== undefined) {
        const noise = hash(['owner', 'dseq', 'gseq', 'oseq', 'provider'].map((key) => next[key]).join('/')).readUInt32BE()
        const [whole, fraction = ''] = next['price'].split('.')
        next['price'] = `${whole}.${fraction.padEnd(18, '0').slice(0, 8)}${String(noise).padStart(10, '0')}`
      }
      return next
    }
    for (const facts of blocks) {
      height++
      const random = hash(`block ${height}`)
      const jitter = random.readUInt32BE() % 1_000_000
      const walk = 0.6 + 0.1 * Math.sin(height / 7_000) + (random.readUInt16BE(4) / 65_536) * 0.001
      yield (
        facts
          // Providers are registered and audited once.
          .filter(({ table }) => round < PROVIDER_ROUNDS || (table !== 'provider_records' && table !== 'audit_records'))
          .map(({ table, row }): Fact => {
            const next = renew(row)
            const more: Row =
              table === 'blocks'
                ? { time: BigInt(START_US + height * BLOCK_US + jitter) }
                : table === 'oracle_prices'
                  ? { usd: decimals(walk, 0), twap: decimals(walk, random.readUInt32BE(6)) }
                  : {}
            return { table, row: { ...next, ...more } } as unknown as Fact
          })
      )
    }
    round++
  }
}

/** Writes blocks into a lake, a cell at a time. Gives their number. */
export async function writeReplay(lake: Lake, blocks: Iterable<readonly Fact[]>): Promise<number> {
  const nameOf = (height: number): string => (height === 0 ? '' : upperHex(`hash ${height}`))
  let facts: Fact[] = []
  let from = 1
  let height = 0
  const write = async (): Promise<void> => {
    if (height < from) return
    const meta = {
      parentHash: nameOf(from - 1),
      lastHash: nameOf(height),
      source: 'replay',
      indexedAt: '2026-11-21T00:00:00.000000Z'
    }
    await lake.append({ from, to: height }, facts, meta)
    facts = []
    from = height + 1
  }
  for (const block of blocks) {
    height++
    for (const fact of block) facts.push(fact)
    if ((height + 1) % CELL_HEIGHTS === 0) await write()
  }
  await write()
  return height
}
