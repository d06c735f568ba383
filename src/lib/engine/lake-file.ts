/** A file of the lake on its host, for hyparquet. */
import type { AsyncBuffer } from 'hyparquet'

/** A file up to this size is fetched in one go: its ranges would cost more than its bytes. */
export const SMALL_FILE = 64 * 1024

/**
 * Reads a file by HTTP ranges. From a server that knows no ranges the whole file comes once and is kept.
 * `slice` throws Error when the host does not answer with the file (a retry may help), or with one of another size (reloading helps).
 * @param byteLength as the manifest says
 */
export function remoteFile(url: string, byteLength: number): AsyncBuffer {
  let whole: Promise<ArrayBuffer> | undefined

  async function get(range: string | null): Promise<Response> {
    const response = await fetch(url, range === null ? {} : { headers: { range } })
    if (!response.ok) throw new Error(`${url} answered ${response.status} ${response.statusText}`)
    return response
  }
  function checkSize(bytes: number | string): void {
    if (String(bytes) !== String(byteLength))
      throw new Error(
        `${url} has ${bytes} bytes, the manifest says ${byteLength}: it was replaced while this page was open. Reload the page`
      )
  }
  async function keep(response: Response): Promise<ArrayBuffer> {
    const body = await response.arrayBuffer()
    checkSize(body.byteLength)
    return body
  }

  return {
    byteLength,
    async slice(start, end = byteLength) {
      if (byteLength <= SMALL_FILE) whole ??= get(null).then(keep)
      if (whole === undefined) {
        const response = await get(`bytes=${start}-${end - 1}`)
        if (response.status === 206) {
          checkSize(response.headers.get('content-range')?.split('/')[1] ?? byteLength)
          return response.arrayBuffer()
        }
        whole = keep(response)
      }
      return (await whole).slice(start, end)
    }
  }
}
