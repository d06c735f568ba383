/** A recorded chain with bytes altered on purpose: what is not known is told, what can't be read stops nothing else. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { serveRecording } from '../../ingest/recording/serve.ts'
import { ingest, recording } from './process.ts'

const dir = mkdtempSync(join(tmpdir(), 'rackrate-altered-'))
afterAll(() => rmSync(dir, { recursive: true }))

type BlockLine = { block: { header: { height: string }; data: { txs: string[] } } }

/** A copy of the v2.1 recording whose transactions of a height are changed. */
async function indexAltered(name: string, height: string, change: (tx: Buffer) => Buffer) {
  const folder = join(dir, name)
  cpSync(recording('v2.1'), folder, { recursive: true })
  const path = join(folder, 'block.jsonl.gz')
  const lines = gunzipSync(readFileSync(path)).toString().trim().split('\n')
  const altered = lines.map((line) => {
    const parsed = JSON.parse(line) as BlockLine
    if (parsed.block.header.height !== height) return line
    parsed.block.data.txs = parsed.block.data.txs.map((tx) => change(Buffer.from(tx, 'base64')).toString('base64'))
    return JSON.stringify(parsed)
  })
  writeFileSync(path, gzipSync(altered.join('\n') + '\n'))
  const server = await serveRecording(folder)
  const lake = join(dir, `${name}-lake`)
  const outcome = await ingest('index', '--rpc', server.url, '--lake', lake)
  await server.close()
  const query = async (sql: string): Promise<unknown> => JSON.parse((await ingest('query', '--lake', lake, sql)).out)
  return { outcome, query }
}

test('a message version that is not known is counted by type and reported; the lease is indexed from its event all the same', async () => {
  // Height 23: the first MsgCreateLease. The type keeps its length, so the bytes around it stay right.
  const { outcome, query } = await indexAltered('version', '23', (tx) =>
    Buffer.from(
      tx.toString('latin1').replace('akash.market.v1beta5.MsgCreateLease', 'akash.market.v9beta5.MsgCreateLease'),
      'latin1'
    )
  )
  expect(outcome.code, outcome.err).toBe(0)
  expect(outcome.err).toContain('1 × message akash.market.v9beta5.MsgCreateLease, first at height 23')
  expect(await query('SELECT price_per_block FROM leases WHERE created_height = 23')).toEqual([
    { price_per_block: '22150.125000000000000000' }
  ])
})

test('transaction bytes that can’t be decoded are reported, and every other row is there', async () => {
  const { outcome, query } = await indexAltered('garbage', '23', (tx) => Buffer.alloc(tx.length, 0xff))
  expect(outcome.code, outcome.err).toBe(0)
  expect(outcome.err).toMatch(/1 × undecodable cosmos\.tx\.v1beta1\.TxRaw, first at height 23/)
  expect(await query('SELECT count(*) AS leases FROM leases')).toEqual([{ leases: '28' }])
})
