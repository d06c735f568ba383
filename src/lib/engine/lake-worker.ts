/** Worker around lake-reader: fetches byte ranges of a Parquet file and hands back Arrow, off the page's own thread. */
import type { AsyncBuffer } from 'hyparquet'
import type { Columns } from '../model/tables.ts'
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

/** A file up to this size is fetched in one go: its ranges would cost more than its bytes. */
const SMALL_FILE = 64 * 1024

/** A file on the same host, read by HTTP ranges. A server that knows no ranges answers with the whole file, which is kept. */
function remoteFile(url: string, byteLength: number): AsyncBuffer {
  let whole: Promise<ArrayBuffer> | undefined
  async function get(range: string | null): Promise<Response> {
    const response = await fetch(url, range === null ? {} : { headers: { range } })
    if (!response.ok) throw new Error(`${url} answered ${response.status} ${response.statusText}`)
    return response
  }
  async function fetchWhole(): Promise<ArrayBuffer> {
    const body = await (await get(null)).arrayBuffer()
    if (body.byteLength !== byteLength)
      throw new Error(
        `${url} has ${body.byteLength} bytes, the manifest says ${byteLength}: it was replaced while this page was open. Reload the page.`
      )
    return body
  }
  return {
    byteLength,
    async slice(start, end = byteLength) {
      if (byteLength <= SMALL_FILE) whole ??= fetchWhole()
      if (whole === undefined) {
        const response = await get(`bytes=${start}-${end - 1}`)
        const body = await response.arrayBuffer()
        if (response.status === 206) {
          const size = response.headers.get('content-range')?.split('/')[1]
          if (size !== undefined && size !== String(byteLength))
            throw new Error(
              `${url} has ${size} bytes, the manifest says ${byteLength}: it was replaced while this page was open. Reload the page.`
            )
          return body
        }
        whole = Promise.resolve(body)
      }
      return (await whole).slice(start, end)
    }
  }
}

self.onmessage = async ({ data: request }: MessageEvent<ReadRequest>) => {
  const { id, table, url, bytes, columns } = request
  try {
    const arrow = await readColumns(table, remoteFile(url, bytes), columns)
    self.postMessage({ id, ok: true, arrow } satisfies ReadAnswer, { transfer: [arrow.buffer as ArrayBuffer] })
  } catch (error) {
    self.postMessage({ id, ok: false, error: error instanceof Error ? error.message : String(error) } satisfies ReadAnswer)
  }
}
