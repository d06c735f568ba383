/** Files of the lake over HTTP: ranges where the host knows them, and a clear error where the bytes are not those of the manifest. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { remoteFile, SMALL_FILE } from '../../../src/lib/engine/lake-file.ts'

const bytes = Uint8Array.from({ length: SMALL_FILE * 2 }, (_, i) => i % 251)
let server: Server
let asked: string[] = []
afterEach(() => {
  server.close()
  asked = []
})

async function serve(content: Uint8Array, answer: 'ranges' | 'whole' | 503): Promise<string> {
  server = createServer((request, response) => {
    const range = request.headers.range
    asked.push(range ?? 'whole')
    if (answer === 503) return response.writeHead(503).end()
    const match = /^bytes=(\d+)-(\d+)$/.exec(range ?? '')
    if (answer === 'whole' || !match) return response.end(content)
    const [start, end] = [Number(match[1]), Number(match[2])]
    return response
      .writeHead(206, { 'content-range': `bytes ${start}-${end}/${content.length}` })
      .end(content.subarray(start, end + 1))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/leases.parquet`
}
const read = async (slice: ArrayBuffer | Promise<ArrayBuffer>) => new Uint8Array(await slice)

test('a large file is read by ranges, no byte more', async () => {
  const file = remoteFile(await serve(bytes, 'ranges'), bytes.length)
  expect(await read(file.slice(10, 20))).toEqual(bytes.slice(10, 20))
  expect(await read(file.slice(bytes.length - 8))).toEqual(bytes.slice(-8))
  expect(asked).toEqual(['bytes=10-19', `bytes=${bytes.length - 8}-${bytes.length - 1}`])
})

test('a small file is fetched once, as a whole', async () => {
  const small = bytes.slice(0, 1000)
  const file = remoteFile(await serve(small, 'ranges'), small.length)
  const slices = await Promise.all([file.slice(0, 4), file.slice(500, 600), file.slice(996)].map(read))
  expect(slices).toEqual([small.slice(0, 4), small.slice(500, 600), small.slice(996)])
  expect(asked).toEqual(['whole'])
})

test('from a host without ranges the whole file comes once', async () => {
  const file = remoteFile(await serve(bytes, 'whole'), bytes.length)
  expect(await read(file.slice(10, 20))).toEqual(bytes.slice(10, 20))
  expect(await read(file.slice(30, 40))).toEqual(bytes.slice(30, 40))
  expect(asked).toHaveLength(1)
})

test('a file of another size than the manifest says is not read', async () => {
  const url = await serve(bytes, 'ranges')
  await expect(read(remoteFile(url, bytes.length + 7).slice(0, 4))).rejects.toThrow(
    /leases.parquet has 131072 bytes, the manifest says 131079: it was replaced while this page was open. Reload the page/
  )
  await expect(read(remoteFile(url, 12).slice(0, 4))).rejects.toThrow(/the manifest says 12/)
})

test('a host that does not answer with the file is named with its answer, and asked again', async () => {
  const url = await serve(bytes, 503)
  const file = remoteFile(url, bytes.length)
  await expect(read(file.slice(0, 4))).rejects.toThrow(/leases.parquet answered 503/)
  await expect(read(file.slice(0, 4))).rejects.toThrow(/503/)
  expect(asked).toHaveLength(2)
})
