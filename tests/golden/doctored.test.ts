/** A lake whose rows were changed, with a manifest that agrees: only the sums of money can tell. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { fingerprint } from '../../ingest/lake/disk.ts'
import { verify } from '../../ingest/lake/verify.ts'
import { readViews } from '../../ingest/views.ts'
import { literal } from '../../src/lib/engine/native.ts'
import type { Manifest } from '../../src/lib/model/manifest.ts'
import { FIXTURES, indexed, type Indexed } from './recorded.ts'

let lake: Indexed | undefined
afterEach(() => lake?.close())

/** Replaces the rows of a fact table by a SELECT over them (`rows`), as if they had been written so. */
async function doctor({ dir, engine }: Indexed, table: string, select: string): Promise<void> {
  const path = join(dir, 'manifest.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest
  for (const partition of manifest.partitions)
    for (const file of partition.files.filter((f) => f.table === table)) {
      const where = join(dir, file.path)
      await engine.exec(`CREATE OR REPLACE TEMP TABLE doctored AS WITH rows AS (FROM read_parquet(${literal(where)})) ${select}`)
      await engine.exec(`COPY doctored TO ${literal(where)} (FORMAT parquet)`)
      const [counted] = await engine.query<{ n: string }>('SELECT count(*) AS n FROM doctored')
      Object.assign(file, await fingerprint(where), { rows: Number(counted?.n) })
    }
  writeFileSync(path, JSON.stringify(manifest))
}

const failed = async ({ dir }: Indexed): Promise<string[]> =>
  (await verify(dir, readViews())).checks.filter((c) => !c.ok).map((c) => `${c.name}: ${c.detail}`)

const TOLD = 'escrow: every unit that leaves is a payout, take, refund, returned bid deposit or exchanged: '
const COVERED = 'escrow: no deployment gets more out than was put in, and a closed one all of it but fractions: '

/** The first refund of the chain. */
const REFUND = `SELECT height, tx_index, event_index, coin_index, deployment_id, amount FROM escrow_moves WHERE kind = 'refund' ORDER BY ALL LIMIT 1`

test('a refund that is larger or smaller than it was', async () => {
  lake = await indexed(join(FIXTURES, 'v2.1'))
  expect(await failed(lake)).toEqual([])
  const [refund] = await lake.engine.query<{ height: string; tx_index: number; event_index: number; deployment_id: string }>(
    REFUND
  )
  const { height, tx_index, event_index, deployment_id } = refund ?? {}
  const change = (by: number): string =>
    `SELECT * REPLACE (amount + CASE WHEN (height, tx_index, event_index) = (${height}, ${tx_index}, ${event_index}) THEN ${by} ELSE 0 END AS amount) FROM rows`
  for (const [by, back] of [
    [7, -7],
    [-100, 100]
  ] as const) {
    await doctor(lake, 'transfers', change(by))
    const found = await failed(lake)
    expect(found).toEqual([expect.stringContaining(COVERED)])
    expect(found[0]).toContain(deployment_id)
    await doctor(lake, 'transfers', change(back))
    expect(await failed(lake)).toEqual([])
  }
})

test('a transfer that no message and no event of its lease explains', async () => {
  lake = await indexed(join(FIXTURES, 'v2.1'))
  const [refund] = await lake.engine.query<{ height: string; tx_index: number; amount: string }>(REFUND)
  const { height, tx_index } = refund ?? {}
  const elsewhere = `(height, tx_index) <> (${height}, ${tx_index})`
  await doctor(lake, 'messages', `SELECT * FROM rows WHERE ${elsewhere}`)
  await doctor(lake, 'transfers', `SELECT * REPLACE (CASE WHEN ${elsewhere} THEN next_event END AS next_event) FROM rows`)
  const found = await failed(lake)
  expect(found.find((f) => f.startsWith(TOLD))).toContain(`"height":"${height}"`)
})
