/**
 * Recordings that no node made: the bytes of a recorded chain, altered so that what its books must say follows from those of the original.
 * Hashes of headers are left as they were, so they are to be read without checking them.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

type Event = { readonly type: string; readonly attributes: { readonly key: string; readonly value: string }[] }
type BlockLine = {
  readonly block: { readonly header: { height: string }; readonly data: { txs: string[] | null } }
}
type ResultsLine = { height: string; txs_results: unknown[] | null; readonly finalize_block_events: Event[] | null }
type Meta = { readonly header: { height: string }; num_txs: string }

/** A height as recorded; transactions as text of one character a byte. */
export type Height = {
  readonly height: number
  readonly txs: readonly string[]
  readonly results: readonly unknown[]
  readonly blockEvents: readonly Event[]
}
export type Variant = {
  /** Alters a height: which transactions it has, what its events say. */
  readonly alter?: (height: Height) => Height
  /** Alters the text of all transactions, results and block events. The length of a transaction must stay. */
  readonly bytes?: (tx: string) => string
  readonly text?: (json: string) => string
  /** Added to every height. */
  readonly shift?: number
}

const lines = (dir: string, name: string): string[] =>
  gunzipSync(readFileSync(join(dir, `${name}.jsonl.gz`)))
    .toString()
    .trim()
    .split('\n')

/** Writes the variant of a recording into a new folder, and gives its path. */
export function writeVariant(recording: string, { alter, bytes, text, shift = 0 }: Variant): string {
  const dir = mkdtempSync(join(tmpdir(), 'rackrate-variant-'))
  const results = new Map(
    lines(recording, 'block_results').map((line) => {
      const parsed = JSON.parse(line) as ResultsLine
      return [parsed.height, parsed]
    })
  )
  const counts = new Map<string, number>()
  const blocks = lines(recording, 'block').map((line) => {
    const block = JSON.parse(line) as BlockLine
    const { header, data } = block.block
    const result = results.get(header.height)
    if (!result) throw new Error(`no results of height ${header.height}`)
    const recorded: Height = {
      height: Number(header.height),
      txs: (data.txs ?? []).map((tx) => Buffer.from(tx, 'base64').toString('latin1')),
      results: result.txs_results ?? [],
      blockEvents: result.finalize_block_events ?? []
    }
    const altered = alter?.(recorded) ?? recorded
    if (altered.txs.length !== altered.results.length) throw new Error(`height ${header.height}: transactions without results`)
    data.txs = altered.txs.map((tx) => {
      const other = bytes?.(tx) ?? tx
      if (other.length !== tx.length) throw new Error(`height ${header.height}: a transaction changed its length`)
      return Buffer.from(other, 'latin1').toString('base64')
    })
    counts.set(header.height, data.txs.length)
    const events = { txs_results: [...altered.results], finalize_block_events: [...altered.blockEvents] }
    const json = JSON.stringify(events)
    Object.assign(result, JSON.parse(text?.(json) ?? json))
    header.height = result.height = String(recorded.height + shift)
    return JSON.stringify(block)
  })
  const pages = lines(recording, 'blockchain').map((line) => {
    const page = JSON.parse(line) as { readonly block_metas: Meta[] }
    for (const meta of page.block_metas) {
      meta.num_txs = String(counts.get(meta.header.height) ?? 0)
      meta.header.height = String(Number(meta.header.height) + shift)
    }
    return JSON.stringify(page)
  })
  writeFileSync(join(dir, 'block.jsonl'), `${blocks.join('\n')}\n`)
  writeFileSync(join(dir, 'block_results.jsonl'), `${[...results.values()].map((r) => JSON.stringify(r)).join('\n')}\n`)
  writeFileSync(join(dir, 'blockchain.jsonl'), `${pages.join('\n')}\n`)
  writeFileSync(join(dir, 'rpc.json'), gunzipSync(readFileSync(join(recording, 'rpc.json.gz'))))
  return dir
}

/** Accounts of modules are the same on every chain. */
const MODULES: ReadonlySet<string> = new Set([
  'akash14pphss726thpwws3yc458hggufynm9x77l4l2u',
  'akash1jv65s3grqf6v6jl3dp4t6c9t9rk99cd82yfms9',
  'akash1klpwzlvfnw7j8gtdd0cuu9vaw9ermsmd37sg55'
])
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'

/** Another account for an account, always the same. */
export function otherAccount(address: string): string {
  if (MODULES.has(address)) return address
  const moved = Array.from(address.slice(6), (c) => BECH32[(BECH32.indexOf(c) + 7) % 32] ?? c)
  return `akash1${moved.join('')}`
}
/** Another dseq for a dseq, with as many digits and as many bytes. */
export const otherDseq = (dseq: string): string => String(BigInt(dseq) + (dseq.length <= 4 ? 7000n : 1_234_567n))

const varint = (text: string): bigint => Array.from(text).reduceRight((n, c) => (n << 7n) | BigInt(c.charCodeAt(0) & 127), 0n)
function toVarint(n: bigint): string {
  return n < 128n ? String.fromCharCode(Number(n)) : String.fromCharCode(Number(n & 127n) | 128) + toVarint(n >> 7n)
}

/** Renames every account but modules', and every dseq: of ids {1 owner, 2 dseq} and `owner/dseq` in transactions, of JSON in events. */
export const renamed: Required<Pick<Variant, 'bytes' | 'text'>> = {
  bytes: (tx) =>
    tx
      .replace(
        /(\x0a\x2cakash1[0-9a-z]{38}\x10)([\x80-\xff]*[\x00-\x7f])/g,
        (_, id: string, dseq: string) => id + toVarint(BigInt(otherDseq(String(varint(dseq)))))
      )
      .replace(/(akash1[0-9a-z]{38}\/)(\d+)/g, (_, owner: string, dseq: string) => owner + otherDseq(dseq))
      .replace(/akash1[0-9a-z]{38}/g, otherAccount),
  text: (json) =>
    json
      .replace(/(\\"dseq\\":\\")(\d+)/g, (_, key: string, dseq: string) => key + otherDseq(dseq))
      .replace(/akash1[0-9a-z]{38}/g, otherAccount)
}
