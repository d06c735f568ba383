/** The worker that reads Parquet files of the lake into Arrow, off the page's own thread. */
import type { Columns } from '../model/tables.ts'
import { remoteFile } from './lake-file.ts'
import { readColumns } from './lake-reader.ts'

export type ReadRequest = {
  readonly id: number
  readonly table: string
  readonly url: string
  readonly bytes: number
  readonly columns: Columns
}
export type ReadAnswer = { readonly id: number } & (
  { readonly ok: true; readonly arrow: Uint8Array } | { readonly ok: false; readonly error: string }
)

self.onmessage = async ({ data: request }: MessageEvent<ReadRequest>) => {
  const { id, table, url, bytes, columns } = request
  try {
    const arrow = await readColumns(table, remoteFile(url, bytes), columns)
    self.postMessage({ id, ok: true, arrow } satisfies ReadAnswer, { transfer: [arrow.buffer as ArrayBuffer] })
  } catch (error) {
    self.postMessage({ id, ok: false, error: error instanceof Error ? error.message : String(error) } satisfies ReadAnswer)
  }
}
