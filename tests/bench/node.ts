/** A node for the bench, in a process of its own: answers from a chain after a wait, and refuses calls beyond a rate, as public nodes do. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openRecording, type Params } from '../../ingest/recording/recording.ts'
import { longChain } from './long-chain.ts'

export type Limit = {
  /** Calls a second, each of a batch counted. */
  readonly rate: number
  /** Calls at once after a pause. */
  readonly burst: number
  /** Whether a refusal says how long to wait: `Retry-After`, whole seconds. */
  readonly retryAfter: boolean
}
export type NodeOptions = {
  /** Folder of a recording. */
  readonly recording: string
  /** Length of the chain that it becomes. */
  readonly blocks: number
  readonly latencyMs: number
  readonly limit?: Limit
}
export type Served = {
  readonly url: string
  /** Transactions of each block. */
  readonly txs: readonly number[]
  readonly close: () => void
}

/** A token bucket: whether so many calls may pass now. */
function bucket({ rate, burst }: Limit): (calls: number) => boolean {
  let tokens = burst
  let at = performance.now()
  return (calls) => {
    const now = performance.now()
    tokens = Math.min(burst, tokens + ((now - at) / 1000) * rate)
    at = now
    if (tokens < calls) return false
    tokens -= calls
    return true
  }
}

type Request = { readonly id: number; readonly method: string; readonly params: Params }

async function serve({ recording, blocks, latencyMs, limit }: NodeOptions): Promise<Omit<Served, 'close'>> {
  const chain = longChain(openRecording(recording), blocks)
  const passes = limit ? bucket(limit) : () => true
  const answer = ({ id, method, params }: Request): string => {
    const given = chain.answer(method, params)
    return 'result' in given ? `{"jsonrpc":"2.0","id":${id},"result":${given.result}}` : JSON.stringify({ id, ...given })
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const asked = JSON.parse(Buffer.concat(chunks).toString()) as Request | readonly Request[]
      const passed = passes(Array.isArray(asked) ? asked.length : 1)
      const body = Array.isArray(asked) ? `[${(asked as readonly Request[]).map(answer).join(',')}]` : answer(asked as Request)
      void sleep(latencyMs).then(() => {
        if (passed) response.writeHead(200, { 'content-type': 'application/json' }).end(body)
        else response.writeHead(429, limit?.retryAfter ? { 'retry-after': '1' } : {}).end('Too Many Requests')
      })
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, txs: chain.txs }
}

/** Starts a node, to be closed. */
export async function startNode(options: NodeOptions): Promise<Served> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)])
  const [served] = (await once(child, 'message')) as [Omit<Served, 'close'>]
  return { ...served, close: () => void child.kill() }
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url))
  process.send(await serve(JSON.parse(process.argv[2] ?? '{}') as NodeOptions))
