/** Claims judged over public tables written by hand, by both engines, whose rows must be equal. */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { columnList } from '../../src/lib/engine/attach.ts'
import type { Engine, Row, Value } from '../../src/lib/engine/engine.ts'
import { openNative, type NativeEngine } from '../../src/lib/engine/native.ts'
import { PUBLIC, type PublicTable } from '../../src/lib/model/public.ts'
import type { Columns } from '../../src/lib/model/tables.ts'
import { CLAIM_RULES, type JudgedClaimId } from '../../src/lib/sql/claim-rules.ts'
import { composeClaim, type ClaimSql, type VerdictRow } from '../../src/lib/sql/claims.ts'
import type { Needs } from '../../src/lib/sql/metric.ts'
import { openWasmEngine } from '../unit/sql/recorded-lake.ts'

/** Rows of the public tables; columns that are not given are NULL. */
export type Tables = { readonly [T in PublicTable]?: readonly Row[] }
export type Judged = { readonly verdict: VerdictRow; readonly rows: readonly Row[] }

export const sqlOf = (id: JudgedClaimId): ClaimSql => composeClaim(readFileSync(`src/lib/sql/claims/${id}.sql`, 'utf8'))

export type Judges = {
  judge(id: JudgedClaimId, tables: Tables): Promise<Judged>
  close(): Promise<void>
}

/** Both engines. The native one has the public tables with all columns, that of the browser has the columns that the claim needs, no more. */
export async function openJudges(): Promise<Judges> {
  const native: NativeEngine = await openNative({ threads: 1 })
  const wasm = await openWasmEngine()
  return {
    async judge(id, tables) {
      const needs: Needs = CLAIM_RULES[id].needs
      const names = Object.keys(needs) as PublicTable[]
      expect(Object.keys(tables).filter((table) => !names.includes(table as PublicTable))).toEqual([])
      for (const name of names) {
        for (const row of tables[name] ?? [])
          expect(Object.keys(PUBLIC[name].columns)).toEqual(expect.arrayContaining(Object.keys(row)))
        const all: Columns = PUBLIC[name].columns
        const needed = Object.fromEntries(Object.entries(all).filter(([column]) => needs[name]?.some((of) => of === column)))
        await fill(native, name, all, tables[name] ?? [])
        await fill(wasm, name, needed, tables[name] ?? [])
      }
      const judged = await judgeIn(native, id)
      expect(rounded(await judgeIn(wasm, id))).toEqual(rounded(judged))
      return judged
    },
    async close() {
      await native.close()
      await wasm.close()
    }
  }
}

/** A claim judged by one engine that has its tables. */
export async function judgeIn(engine: Engine, id: JudgedClaimId): Promise<Judged> {
  const sql = sqlOf(id)
  const verdicts = await engine.query(sql.verdict)
  expect(verdicts).toHaveLength(1)
  return { verdict: verdicts[0] as unknown as VerdictRow, rows: await engine.query(sql.rows) }
}

async function fill(engine: Engine, table: string, columns: Columns, rows: readonly Row[]): Promise<void> {
  await engine.query(`CREATE OR REPLACE TABLE ${table} (${columnList(columns)})`)
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => name in columns)
  const tuples = rows.map((row) => `(${names.map((name) => text(row[name] ?? null)).join(', ')})`)
  if (rows.length > 0) await engine.query(`INSERT INTO ${table} (${names.join(', ')}) VALUES ${tuples.join(', ')}`)
}

function text(value: Value): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  if (typeof value === 'object') return `[${value.map(text).join(', ')}]::VARCHAR[]`
  return String(value)
}

/** A sum of doubles may differ in its last bits, by the order of its terms. */
function rounded({ verdict, rows }: Judged): unknown {
  return [verdict as unknown as Row, ...rows].map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, typeof value === 'number' ? Number(value.toPrecision(12)) : value])
    )
  )
}
