/** The table twins of the overview's charts. */
import type { TableData } from '../lib/ui/export.ts'
import type { MetricRows } from '../lib/sql/catalog.ts'
import { bucketsOf } from './findings.ts'
import type { Scope } from './overview.ts'

export function gpusTable(rows: readonly MetricRows['gpus_leased'][], scope: Scope): TableData {
  return {
    columns: [
      { name: 'from (UTC)', numeric: false },
      { name: 'all GPUs', numeric: true },
      ...rows.map(({ model }) => ({ name: model, numeric: true }))
    ],
    rows: bucketsOf(rows, scope.bucket).map((ms, i) => {
      const values = rows.map(({ gpus }) => gpus[i] ?? null)
      const all = values.some((value) => value === null) ? null : values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
      return [new Date(ms).toISOString(), all === null ? null : Math.round(all * 1000) / 1000, ...values]
    })
  }
}

export function pricesTable(rows: readonly MetricRows['prices_by_model'][], scope: Scope): TableData {
  const unit = `${scope.denom.symbol} per GPU-hour`
  const numbers = ['lowest', 'p10', 'p25', 'median', 'p75', 'p90', 'highest'] as const
  return {
    columns: [
      { name: 'model', numeric: false },
      ...['leases', 'providers', 'GPUs', 'GPU-hours', ...numbers.map((name) => `${name}, ${unit}`)].map((name) => ({
        name,
        numeric: true
      }))
    ],
    rows: rows.map((row) => [row.model, row.leases, row.providers, row.gpus, row.gpu_hours, ...numbers.map((name) => row[name])])
  }
}

export function spendTable(rows: readonly MetricRows['spend_by_provider'][], scope: Scope): TableData {
  return {
    columns: [
      { name: 'provider', numeric: false },
      { name: 'organization, as stated', numeric: false },
      { name: 'leases', numeric: true },
      { name: 'GPU-hours', numeric: true },
      { name: `spend, ${scope.denom.symbol}`, numeric: true }
    ],
    rows: rows.map((row) => [row.provider, row.organization, row.leases, row.gpu_hours, row.spend])
  }
}
