/** The table twins of the overview's charts. */
import type { TableData } from '../lib/ui/export.ts'
import type { MetricRows } from '../lib/sql/metric-rows.ts'
import { bucketsOf } from './findings.ts'
import { DAY, type Scope } from './overview.ts'

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

export function spendOverTimeTable(row: MetricRows['spend_over_time'] | undefined, scope: Scope): TableData {
  const days = scope.spendBucket === DAY
  const first = row ? Date.parse(row.first_bucket) : 0
  const rows = (row?.spend ?? []).map((spend, i) => ({ start: first + i * scope.spendBucket, spend, mean: row?.mean[i] ?? null }))
  return {
    columns: [
      { name: days ? 'day (UTC)' : 'from (UTC)', numeric: false },
      { name: `spend, ${scope.denom.symbol}`, numeric: true },
      ...(days ? [{ name: `7-day mean, ${scope.denom.symbol}`, numeric: true }] : [])
    ],
    rows: rows
      .filter(({ start }) => start >= scope.spendFrom)
      .map(({ start, spend, mean }) => {
        const at = new Date(start).toISOString()
        return days ? [at.slice(0, 10), spend, mean] : [at, spend]
      })
  }
}

export function supplyTable(days: readonly MetricRows['supply_over_time'][]): TableData {
  const fixed = (value: number | null, digits: number) => (value === null ? null : Number(value.toFixed(digits)))
  return {
    columns: [
      { name: 'day (UTC)', numeric: false },
      ...['GPUs registered', 'GPUs online', 'GPUs leased, mean of the day', 'occupancy, %'].map((name) => ({
        name,
        numeric: true
      }))
    ],
    rows: days.map((day) => [
      day.day,
      day.gpus_registered,
      day.gpus_online,
      fixed(day.gpus_leased, 3),
      fixed(day.occupancy === null ? null : day.occupancy * 100, 2)
    ])
  }
}
