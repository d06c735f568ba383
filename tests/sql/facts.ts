/** An engine over facts written by hand, with all views or those named. */
import { readViews } from '../../ingest/views.ts'
import { columnList, ANCHORS, createViews, attachedColumns, GAPS, SNAPSHOTS } from '../../src/lib/engine/attach.ts'
import { openNative, type NativeEngine } from '../../src/lib/engine/native.ts'
import { knownTables } from '../../src/lib/engine/known.ts'
import { NO_REFERENCE, PRICE_TABLES } from '../../src/lib/model/prices.ts'
import { PROBE_TABLES } from '../../src/lib/model/probes.ts'
import { SNAPSHOT_TABLES, type StateFact } from '../../src/lib/model/snapshot.ts'
import { FACT_TABLES, type Fact, type FactRow } from '../../src/lib/model/facts.ts'

export async function engineOver(facts: readonly (Fact | StateFact)[], only?: readonly string[]): Promise<NativeEngine> {
  const engine = await openNative({ threads: 1 })
  await engine.exec('CREATE SCHEMA facts')
  for (const table of [...FACT_TABLES, ...SNAPSHOT_TABLES]) {
    const columns = attachedColumns(table)
    await engine.exec(`CREATE TABLE facts.${table} (${columnList(columns)})`)
    const rows = facts.filter((f) => f.table === table).map((f, row_index) => ({ network: 'akash', row_index, ...f.row }))
    await engine.insert(`facts.${table}`, columns, rows)
  }
  await engine.exec(
    'CREATE TABLE facts.partitions (network VARCHAR, from_height BIGINT, to_height BIGINT, status VARCHAR, source VARCHAR, indexed_at TIMESTAMP)'
  )
  await engine.exec(`CREATE TABLE facts.snapshots (${columnList(SNAPSHOTS)})`)
  await engine.exec(`CREATE TABLE facts.anchors (${columnList(ANCHORS)})`)
  await engine.exec(`CREATE TABLE facts.gaps (${columnList(GAPS)})`)
  await engine.exec(`CREATE TABLE facts.reported (${columnList(attachedColumns('reported'))})`)
  for (const table of [...PROBE_TABLES, ...PRICE_TABLES])
    await engine.exec(`CREATE TABLE facts.${table} (${columnList(attachedColumns(table))})`)
  for (const [table, columns, rows] of knownTables('akash', NO_REFERENCE)) {
    await engine.exec(`CREATE TABLE facts.${table} (${columnList(columns)})`)
    await engine.insert(`facts.${table}`, columns, rows)
  }
  await createViews(
    engine,
    readViews().filter(({ name }) => !only || only.includes(name))
  )
  return engine
}

const at = { tx_index: 0, msg_index: '0' }

/** Blocks 1 to n, a second apart. */
export function blocks(n: number): Fact[] {
  return Array.from({ length: n }, (_, i) => ({
    table: 'blocks',
    row: { height: i + 1, time: BigInt(i) * 1_000_000n, txs: 1 }
  }))
}

export type Id = {
  readonly owner: string
  readonly dseq: string
  readonly gseq?: number
  readonly oseq?: number
  readonly provider?: string
}

/** A message: what happens at its height and transaction without saying otherwise is caused by it. */
export function message(height: number, type: string, id: Id, more: Partial<FactRow<'messages'>> = {}): Fact {
  const row: FactRow<'messages'> = {
    ...at,
    height,
    event_index: -1,
    type,
    fee_granter: null,
    owner: id.owner,
    dseq: id.dseq,
    gseq: id.gseq ?? null,
    oseq: id.oseq ?? null,
    provider: id.provider ?? null,
    deposit_source: null,
    ...more
  }
  return { table: 'messages', row }
}

export function happened(
  height: number,
  event_index: number,
  kind: string,
  id: Id,
  more: Partial<FactRow<'market_events'>> = {}
): Fact {
  const row: FactRow<'market_events'> = {
    ...at,
    height,
    event_index,
    kind,
    owner: id.owner,
    dseq: id.dseq,
    gseq: id.gseq ?? null,
    oseq: id.oseq ?? null,
    provider: id.provider ?? null,
    denom: null,
    price: null,
    reason: null,
    deadline: null,
    ...more
  }
  return { table: 'market_events', row }
}

export function moved(
  height: number,
  event_index: number,
  direction: 'in' | 'out',
  account: string,
  amount: string,
  more: Partial<FactRow<'transfers'>> = {}
): Fact {
  const row: FactRow<'transfers'> = {
    ...at,
    height,
    event_index,
    coin_index: 0,
    direction,
    account,
    denom: 'uact',
    amount,
    take: '0',
    next_event: null,
    next_rank: null,
    lease_event: null,
    ...more
  }
  return { table: 'transfers', row }
}

export function offer(height: number, deposit: string, more: Partial<FactRow<'bid_offers'>> = {}): Fact {
  const row: FactRow<'bid_offers'> = {
    height,
    tx_index: 0,
    event_index: 1,
    deposit,
    deposit_denom: 'uact',
    has_offer: true,
    cpu_millicores: 1000n,
    memory_bytes: 1n,
    storage_bytes: 1n,
    persistent_storage_bytes: 0n,
    reclamation_window_s: null,
    ...more
  }
  return { table: 'bid_offers', row }
}
