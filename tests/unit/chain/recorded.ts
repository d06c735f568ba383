/** Recorded files read plainly, by no code of ours, to compare with. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

export const RECORDINGS = join(import.meta.dirname, '../../fixtures/recordings')

type RawEvent = { type: string; attributes: { key: string; value: string }[] }
type RawHeader = { height: string; time: string; app_hash: string; last_block_id: { hash: string } }
export type RawMeta = { block_id: { hash: string }; header: RawHeader }
export type Raw = {
  block: { block_id: { hash: string }; block: { header: RawHeader; data: { txs: string[] } } }
  block_results: {
    height: string
    txs_results: { code: number; events: RawEvent[] }[] | null
    begin_block_events?: RawEvent[] | null
    end_block_events?: RawEvent[] | null
    finalize_block_events?: RawEvent[] | null
  }
  blockchain: { last_height: string; block_metas: RawMeta[] }
  abci_query: { path: string; data?: string; height?: string; result: { response: { code: number; log: string } } }
}
export type RawRpc = {
  status: { sync_info: Record<string, unknown> }
  genesis: unknown
  validators: { block_height: string }
  tx_search: Record<string, (string | { txs: unknown[] })[]>
  errors: Record<string, { http: number; body: string }>
}

export const text = (folder: string, file: string): string => gunzipSync(readFileSync(join(RECORDINGS, folder, file))).toString()

export const lines = <F extends keyof Raw>(folder: string, file: F): Raw[F][] =>
  text(folder, `${file}.jsonl.gz`)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Raw[F])

export const rpcOf = (folder: string): RawRpc => JSON.parse(text(folder, 'rpc.json.gz')) as RawRpc
