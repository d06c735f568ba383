/** The table twins of the charts of supply. */
import type { MetricRows } from '../../lib/sql/metric-rows.ts'
import type { TableData } from '../../lib/ui/export.ts'
import { placeOf } from '../../lib/model/regions.ts'
import type { SupplyRows, SupplyScope } from './supply.ts'

const text = (name: string) => ({ name, numeric: false })
const number = (name: string) => ({ name, numeric: true })
const fixed = (value: number | null, digits: number) => (value === null ? null : Number(value.toFixed(digits)))

export function countsTable(days: SupplyRows['days'], scope: SupplyScope): TableData {
  return {
    columns: [
      text('day (UTC)'),
      ...['registered', 'seen in 24 h', 'online'].flatMap((name) => [number(`GPUs ${name}`), number(`providers ${name}`)]),
      number(`GPUs leasable, placements of ${scope.placement}`),
      number('GPUs leased, mean of the day')
    ],
    rows: days.map((day) => [
      day.day,
      day.gpus_registered,
      day.providers_registered,
      day.gpus_seen,
      day.providers_seen,
      day.gpus_online,
      day.providers_online,
      day.gpus_leasable,
      fixed(day.gpus_leased, 3)
    ])
  }
}

export function occupancyTable(days: SupplyRows['days']): TableData {
  return {
    columns: [
      text('day (UTC)'),
      number('occupancy, leases on chain, %'),
      number('occupancy, providers say, %'),
      number('difference, points'),
      number('time known from probes, %')
    ],
    rows: days.map(({ day, occupancy, occupancy_told: told, probed }) => [
      day,
      fixed(occupancy === null ? null : occupancy * 100, 2),
      fixed(told === null ? null : told * 100, 2),
      fixed(occupancy === null || told === null ? null : (occupancy - told) * 100, 2),
      fixed(probed * 100, 2)
    ])
  }
}

/** @param known whether any provider was probed: without, only what the chain tells is known */
export function modelsTable(rows: SupplyRows['models'], scope: SupplyScope, known: boolean): TableData {
  return {
    columns: [
      text('model'),
      ...['providers', 'providers online', 'GPUs registered', 'GPUs online'].map(number),
      number('GPUs allocated, providers say'),
      number('GPUs leased on chain'),
      number(`GPUs leasable, placements of ${scope.placement}`),
      number('occupancy, %'),
      number(`median, ${scope.denom.symbol} per GPU-hour`),
      number('priced leases'),
      text('last lease (UTC)')
    ],
    rows: rows.map((row) => [
      row.model,
      ...[row.providers, row.providers_online, row.registered, row.online, row.allocated].map((value) => (known ? value : null)),
      row.leased,
      known ? row.leasable : null,
      fixed(row.occupancy === null ? null : row.occupancy * 100, 2),
      row.median_price,
      row.price_leases,
      row.last_lease_at
    ])
  }
}

export function regionsTable(rows: SupplyRows['regions']): TableData {
  return {
    columns: [
      text('region, as stated'),
      text('on the map as'),
      ...['providers', 'providers online', 'GPUs registered', 'GPUs online', 'GPUs leased, mean of the day'].map(number)
    ],
    rows: rows.map((row) => [
      row.region,
      row.region === null ? null : (placeOf(row.region)?.name ?? null),
      row.providers,
      row.providers_online,
      row.gpus_registered,
      row.gpus_online,
      fixed(row.gpus_leased, 3)
    ])
  }
}

export function ordersTable(rows: readonly MetricRows['demand_funnel'][]): TableData {
  return {
    columns: [text('model asked for'), ...['orders', 'with bids', 'leased', 'ran 1 hour or more', 'unfilled'].map(number)],
    rows: rows.map((row) => [row.model, row.orders, row.with_bids, row.leased, row.ran_hour, row.unfilled])
  }
}
