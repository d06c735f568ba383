/**
 * A recorded chain played again and again, as one long chain: heights, times and hashes go on, so that it passes every check that blocks of
 * a public network must pass. What is in the blocks repeats.
 */
import { headerHash } from '../../ingest/chain/header-hash.ts'
import type { Answer, Params, Recording } from '../../ingest/recording/recording.ts'

type Header = {
  readonly height: string
  readonly time: string
  readonly app_hash: string
  readonly last_block_id: { readonly hash: string }
}
type Block = { readonly block_id: { readonly hash: string }; readonly block: { readonly header: Header } }
type Results = { readonly height: string; readonly app_hash?: string | null }
type Metas = { readonly block_metas: readonly { readonly header: Header }[] }
/** JSON texts of one height. */
type Link = { readonly block: string; readonly results: string; readonly meta: string; readonly txs: number }

const METAS_A_CALL = 20

function resultOf(answer: Answer): string {
  if ('result' in answer) return answer.result
  throw new Error(`the recording does not answer: ${answer.error.data ?? answer.error.message}`)
}

/** Nanoseconds of a header time, which nodes give with up to nine digits. */
function nanoseconds(time: string): bigint {
  const [seconds = '', fraction = ''] = time.replace('Z', '').split('.')
  return BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}
function rfc3339(ns: bigint): string {
  const seconds = new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 19)
  return `${seconds}.${String(ns % 1_000_000_000n).padStart(9, '0')}Z`
}

/** The blocks of a recording from height 1 on, endlessly. */
function* linksOf(recording: Recording): Generator<Link, never, void> {
  const { from, to } = recording
  const ask = (method: string, params: Params): unknown => JSON.parse(resultOf(recording.answer(method, params)))
  const recorded = Array.from({ length: to - from + 1 }, (_, i) => {
    const height = from + i
    const block = ask('block', { height }) as Block
    const meta = (ask('blockchain', { minHeight: height, maxHeight: height }) as Metas).block_metas[0]
    const raw = block.block as unknown as { data: { txs: readonly string[] | null } }
    return { block, meta, results: ask('block_results', { height }) as Results, txs: raw.data.txs?.length ?? 0 }
  })
  const [first, second, last] = [recorded[0], recorded[1], recorded.at(-1)].map((r) =>
    nanoseconds(r?.block.block.header.time ?? '')
  ) as [bigint, bigint, bigint]
  const round = last - first + (second - first)
  let parent = ''
  let state: string | undefined
  for (let i = 0; ; i++) {
    const { block, meta, results, txs } = recorded[i % recorded.length] as (typeof recorded)[number]
    const { header } = block.block
    // The first block of a chain names none before it.
    const parentId = (i > 0 && header.last_block_id.hash === '' ? recorded[1]?.block.block.header : header)?.last_block_id
    const again = BigInt(Math.floor(i / recorded.length))
    const next: Header = {
      ...header,
      height: String(i + 1),
      time: rfc3339(nanoseconds(header.time) + again * round),
      app_hash: state ?? header.app_hash,
      last_block_id: { ...parentId, hash: parent }
    }
    const hash = headerHash(next)
    const id = { ...block.block_id, hash }
    yield {
      block: JSON.stringify({ ...block, block_id: id, block: { ...block.block, header: next } }),
      results: JSON.stringify({ ...results, height: next.height }),
      meta: JSON.stringify({ ...meta, block_id: id, header: next }),
      txs
    }
    parent = hash
    // Nodes before CometBFT 0.38 do not say it with the results.
    state = results.app_hash ? Buffer.from(results.app_hash, 'base64').toString('hex').toUpperCase() : undefined
  }
}

/** A chain of so many blocks, made beforehand so that serving it costs little. */
export function longChain(recording: Recording, blocks: number): Recording & { readonly txs: readonly number[] } {
  const links: Link[] = []
  for (const link of linksOf(recording)) if (links.push(link) === blocks) break
  const status = JSON.parse(resultOf(recording.answer('status', {}))) as { readonly sync_info: object }
  const sync = { ...status.sync_info, earliest_block_height: '1', latest_block_height: String(blocks) }
  const at = (params: Params): Link => {
    const link = links[Number(params['height']) - 1]
    if (!link) throw new RangeError(`height ${String(params['height'])} is not of this chain`)
    return link
  }
  const metas = (params: Params): string => {
    const to = Math.min(blocks, Number(params['maxHeight']))
    const from = Math.max(1, Number(params['minHeight']), to - METAS_A_CALL + 1)
    const page = links.slice(from - 1, to).map(({ meta }) => meta)
    return `{"last_height":"${blocks}","block_metas":[${page.reverse().join(',')}]}`
  }
  const methods: Readonly<Record<string, (params: Params) => string>> = {
    status: () => JSON.stringify({ ...status, sync_info: sync }),
    block: (params) => at(params).block,
    block_results: (params) => at(params).results,
    blockchain: metas
  }
  return {
    chainId: recording.chainId,
    from: 1,
    to: blocks,
    txs: links.map(({ txs }) => txs),
    answer: (method, params) => {
      const run = methods[method]
      return run ? { result: run(params) } : { error: { code: -32601, message: 'Method not found' } }
    }
  }
}
