/** `serve-recording`: a recorded chain on 127.0.0.1. Prints its address on standard output and serves until it is stopped. */
import { serveRecording as start } from '../recording/serve.ts'

export async function serveRecording(dir: string, options: { readonly port: number; readonly latency: number }): Promise<void> {
  const server = await start(dir, { port: options.port, latencyMs: options.latency })
  process.stderr.write(`serving ${dir}; stop with Ctrl-C\n`)
  process.stdout.write(`${server.url}\n`)
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await server.close()
}
