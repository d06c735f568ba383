/** `simulate` on the command line: bad values, a port that is taken, and a market indexed as simulated. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, test } from 'vitest'
import { ingest } from './process.ts'

const root = resolve(import.meta.dirname, '../..')
const dir = mkdtempSync(join(tmpdir(), 'rackrate-simulate-'))
afterAll(() => rmSync(dir, { recursive: true }))

test.each([
  [['--scale', '0'], 'scale is 0'],
  [['--seed', 'abc'], 'Give a number'],
  [['--until', '2023-08-30'], 'until must be later'],
  [['--until', '2026-01-01', '--block-seconds', '6'], 'too many'],
  [['--market', join(dir, 'none.json')], 'cannot be read as JSON'],
  [['--market', join(dir, 'bad.json')], 'size']
])('%j is a wrong usage', async (args, says) => {
  writeFileSync(join(dir, 'bad.json'), '{"size": 3}')
  const { code, err } = await ingest('simulate', ...args)
  expect(err).toContain(says)
  expect(code).toBe(2)
})

test('takes another port when one is taken, and its lake is simulated', async () => {
  const blocker = createServer().listen(0, '127.0.0.1')
  await once(blocker, 'listening')
  const { port } = blocker.address() as AddressInfo
  const books = join(dir, 'books.json')
  const args = ['simulate', '--until', '2023-09-05', '--port', String(port), '--books', books]
  const child: ChildProcess = spawn(process.execPath, ['ingest/cli.ts', ...args], { cwd: root })
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  try {
    if (!child.stdout) throw new Error('no output')
    const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
    expect(said).toContain(`port ${port} is taken`)
    expect(url).not.toContain(`:${port}`)
    expect((JSON.parse(readFileSync(books, 'utf8')) as { chain_id: string }).chain_id).toBe('rackrate-sim-1')
    const lake = join(dir, 'lake')
    expect((await ingest('index', '--rpc', url, '--lake', lake)).code).toBe(0)
    const manifest = JSON.parse(readFileSync(join(lake, 'manifest.json'), 'utf8')) as { origin: string }
    expect(manifest.origin).toBe('simulated')
  } finally {
    child.kill()
    blocker.close()
  }
})
