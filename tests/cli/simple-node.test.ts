/** Nodes behind simple servers: one that breaks on what it does not expect must still be indexed, and soon. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { serveRecording } from '../../ingest/recording/serve.ts'
import { ingest, recording } from './process.ts'

const dir = mkdtempSync(join(tmpdir(), 'rackrate-simple-'))
afterAll(() => rmSync(dir, { recursive: true }))

test.each(['drops the connection', 'answers HTTP 500'])(
  'a server that %s on batches and on transaction search is asked call by call, for every block',
  async (how) => {
    const chain = await serveRecording(recording('v1.2'))
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString()
        const call = JSON.parse(body) as { method: string }
        if (Array.isArray(call) || call.method === 'tx_search') {
          if (how === 'drops the connection') request.socket.destroy()
          else response.writeHead(500).end('oops')
          return
        }
        void fetch(chain.url, { method: 'POST', body })
          .then((answer) => answer.text())
          .then((text) => response.end(text))
      })
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const lake = join(dir, how.replaceAll(' ', '-'))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { code, err } = await ingest('index', '--rpc', url, '--lake', lake)
    server.close()
    server.closeAllConnections()
    await chain.close()
    expect(code, err).toBe(0)
    expect(err).toMatch(/takes no batches of calls: asking one by one/)
    expect(err).toMatch(/219 of 219 blocks/)
  }
)
