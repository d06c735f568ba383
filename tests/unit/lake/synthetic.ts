/** Facts of an invented chain: the same for a height however often and in whatever split it is asked for. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { END_BLOCK, type Fact } from '../../../src/lib/model/facts.ts'
import type { View } from '../../../src/lib/engine/engine.ts'
import { PUBLIC, PUBLIC_TABLES } from '../../../src/lib/model/public.ts'
import type { AppendMeta } from '../../../ingest/lake/partition.ts'
import type { LakeOptions } from '../../../ingest/lake/write.ts'

/** Replaced files go at once, so that folders can be compared. */
export const OPTIONS: LakeOptions = {
  network: 'akash',
  chainId: 'test-1',
  origin: 'simulated',
  version: '0.0.0',
  create: true,
  graceMs: 0
}

export const HOSTILE = [
  '<script>alert(1)</script>',
  "'; DROP TABLE blocks; --",
  'nul\0byte',
  '\u202Egnp.exe\u202C',
  'quote " back \\ slash \n line \r\n tab \t',
  '👩‍👩‍👧‍👦 🏴‍☠️ é e\u0301',
  '',
  'inside \ufeff a byte order mark',
  '$name %s ${x} {{y}}'
]

/** Header time of a block, microseconds since 1970. */
function timeOf(height: number): bigint {
  return 1_700_000_000_000_000n + BigInt(height) * 6_123_457n
}

export function hashOf(height: number): string {
  return height < 1 ? '' : height.toString(16).toUpperCase().padStart(64, '0')
}

export function factsOf(height: number, perBlock = 2): Fact[] {
  const facts: Fact[] = [{ table: 'blocks', row: { height, time: timeOf(height), txs: perBlock } }]
  for (let i = 0; i < perBlock; i++) {
    const text = HOSTILE[(height + i) % HOSTILE.length] ?? ''
    facts.push({
      table: 'market_events',
      row: {
        height,
        msg_index: '0',
        tx_index: i % 2 ? END_BLOCK : i,
        event_index: i,
        kind: 'lease_created',
        owner: text,
        dseq: '18446744073709551615',
        gseq: 1,
        oseq: 2147483647,
        provider: null,
        denom: 'uakt',
        price: '12345678901234567890.123456789012345678',
        reason: null,
        deadline: i % 3 ? null : timeOf(height)
      }
    })
  }
  if (height % 3 === 0)
    facts.push({
      table: 'audit_records',
      row: {
        height,
        tx_index: 0,
        event_index: 0,
        kind: 'signed',
        provider: 'p',
        auditor: 'a',
        keys: HOSTILE.slice(0, height % 4),
        values: []
      }
    })
  return facts
}

export function factsIn(from: number, to: number, perBlock = 2): Fact[] {
  return Array.from({ length: to - from + 1 }, (_, i) => factsOf(from + i, perBlock)).flat()
}

export function metaOf(from: number, to: number): AppendMeta {
  return { parentHash: hashOf(from - 1), lastHash: hashOf(to), source: '127.0.0.1', indexedAt: '2026-11-21T00:00:00.000000Z' }
}

/** Views of all public tables without rows, with others in their place. */
export function emptyViews(others: { readonly [name: string]: string } = {}): View[] {
  return PUBLIC_TABLES.map((name) => {
    const columns = Object.entries(PUBLIC[name].columns).map(([column, { type }]) => `CAST(NULL AS ${type}) AS ${column}`)
    return { name, sql: others[name] ?? `SELECT ${columns.join(', ')} WHERE false` }
  })
}

/** Every file below a folder by its path, as hex of its bytes' SHA-256. */
export function filesBelow(dir: string): { [path: string]: string } {
  const paths = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(dir, path)).isFile())
  return Object.fromEntries(
    paths.sort().map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(dir, path)))
        .digest('hex')
    ])
  )
}
