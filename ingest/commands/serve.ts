/** `serve`: a folder of files on 127.0.0.1, with range requests, as any static host would. */
import { once } from 'node:events'
import { readFile, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import sirv from 'sirv'

/**
 * Starts serving.
 * @throws Error when the folder does not exist or the port is taken
 */
export async function serveFolder(dir: string, port: number): Promise<{ url: string; server: Server }> {
  const found = await stat(dir).catch((cause: unknown) => {
    throw new Error(`cannot serve ${dir}: there is no such folder`, { cause })
  })
  if (!found.isDirectory()) throw new Error(`cannot serve ${dir}: it is not a folder`)
  const files = sirv(dir, { etag: true })
  const notFound = await readFile(join(dir, '404.html')).catch(() => null)
  const server = createServer((request, response) => {
    response.setHeader('X-Content-Type-Options', 'nosniff')
    files(request, response, () => {
      const type = notFound ? 'text/html' : 'text/plain'
      response.writeHead(404, { 'Content-Type': `${type}; charset=utf-8` }).end(notFound ?? 'not found\n')
    })
  })
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new Error(`cannot listen on port ${port}: choose another with --port`, { cause })
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

export async function serve(dir: string, options: { readonly port: number }): Promise<void> {
  const { url, server } = await serveFolder(dir, options.port)
  process.stderr.write(`serving ${dir}; stop with Ctrl-C\n`)
  process.stdout.write(`${url}\n`)
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  server.close()
  server.closeAllConnections()
}
