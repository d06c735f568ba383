/** The table twins of the charts of prices. */
import type { MetricRows } from '../../lib/sql/metric-rows.ts'
import type { TableData } from '../../lib/ui/export.ts'
import { cloudOf } from './clouds.ts'
import type { Job } from './job.ts'
import type { PriceRows, PriceScope } from './prices.ts'

const text = (name: string) => ({ name, numeric: false })
const number = (name: string) => ({ name, numeric: true })
const USD = 'USD per GPU-hour'

/** A row a bucket: what leases cost, what was asked, and each shown cloud's price in its middle. */
export function pricesTable(rows: PriceRows, scope: PriceScope, shown: readonly string[]): TableData {
  const asks = new Map(rows.asks.map((row) => [row.begins, row]))
  const starts = [...new Set([...rows.realised, ...rows.asks].map(({ begins }) => begins))].sort()
  const realised = new Map(rows.realised.map((row) => [row.begins, row]))
  const middle = (begins: string) => Date.parse(begins) + (scope.grain === 'week' ? 3 : 0) * 86_400_000
  const price = (provider: string, at: number) =>
    rows.clouds.find((row) => row.provider === provider && Date.parse(row.from_day) <= at && at < Date.parse(row.to_day))
      ?.usd_per_gpu_hour ?? null
  return {
    columns: [
      text(scope.grain === 'week' ? 'week from (UTC)' : 'day (UTC)'),
      ...['leases', 'providers', 'GPU-hours'].map(number),
      ...['p10', 'p25', 'median', 'p75', 'p90'].map((name) => number(`${name}, ${USD}`)),
      number('observed uptime, %'),
      ...(scope.withAsks ? ['p25', 'median', 'p75'].map((name) => number(`asks, ${name}, ${USD}`)) : []),
      ...(scope.withAsks ? [number('asking providers')] : []),
      ...shown.map((provider) => number(`${cloudOf(provider).name} on demand, ${USD}`))
    ],
    rows: starts.map((begins) => {
      const [row, ask] = [realised.get(begins), asks.get(begins)]
      return [
        ...[begins, row?.leases ?? null, row?.providers ?? null, row?.gpu_hours ?? null],
        ...[row?.p10 ?? null, row?.p25 ?? null, row?.p50 ?? null, row?.p75 ?? null, row?.p90 ?? null],
        hundredfold(row?.uptime),
        ...(scope.withAsks ? [ask?.p25 ?? null, ask?.p50 ?? null, ask?.p75 ?? null, ask?.providers ?? null] : []),
        ...shown.map((provider) => price(provider, middle(begins)))
      ]
    })
  }
}

function hundredfold(share: number | null | undefined): number | null {
  return typeof share === 'number' ? Number((share * 100).toFixed(2)) : null
}

export function discountsTable(rows: readonly MetricRows['discounts'][], scope: PriceScope): TableData {
  return {
    columns: [
      ...['cloud', 'offer', scope.grain === 'week' ? 'week from (UTC)' : 'day (UTC)'].map(text),
      ...['leases', `median, ${USD}`, `list price, ${USD}`].map(number),
      ...['discount of p75, %', 'discount of the median, %', 'discount of p25, %', 'discount adjusted for uptime, %'].map(number)
    ],
    rows: rows.map((row) => [
      ...[cloudOf(row.provider).name, row.instance_type, row.begins, row.leases, row.median, row.list_usd],
      ...[row.discount_p25, row.discount, row.discount_p75, row.discount_uptime_adjusted].map(hundredfold)
    ])
  }
}

export function offersTable(rows: readonly MetricRows['like_for_like'][]): TableData {
  return {
    columns: [
      ...['cloud', 'offer', 'comparable', 'why not, or what differs'].map(text),
      ...['GPUs', 'GiB a GPU'].map(number),
      text('form'),
      ...['vCPUs', 'memory, GiB'].map(number),
      ...['region', 'purchase option', 'statistic'].map(text),
      ...[USD, 'gap to the leases, %'].map(number),
      ...['price since', 'last seen', 'source'].map(text)
    ],
    rows: rows.map((row) => [
      ...[
        cloudOf(row.provider).name,
        row.instance_type,
        row.comparable === 'differs' ? 'with differences' : row.comparable,
        row.why
      ],
      ...[row.gpus, row.memory_gib, row.interface, row.vcpus, row.ram_gib, row.region, row.purchase_option, row.statistic],
      ...[row.usd_per_gpu_hour, hundredfold(row.discount), row.from_day, row.seen_on, row.source]
    ])
  }
}

export function leasesTable(rows: readonly MetricRows['lease_dots'][]): TableData {
  return {
    columns: [
      ...['lease', 'provider', 'organization'].map(text),
      ...['GPUs', USD].map(number),
      ...['from (UTC)', 'to (UTC)', 'goes on', 'marks'].map(text)
    ],
    rows: rows.map((row) => [
      ...[row.lease_id, row.provider, row.organization, row.gpus, row.price, row.from_time, row.to_time],
      ...[row.goes_on ? 'yes' : 'no', row.marks]
    ])
  }
}

export function jobTable({ gpus, hours, here, clouds }: Job): TableData {
  return {
    columns: [
      ...['where', 'offer', 'what differs'].map(text),
      ...['GPUs wanted', 'hours', 'instances', 'GPUs paid', 'USD'].map(number),
      text('price seen on')
    ],
    rows: [
      ...(here === null
        ? []
        : (
            [
              ['p25', here.low],
              ['median', here.middle],
              ['p75', here.high]
            ] as const
          ).flatMap(([name, cost]) =>
            cost === null ? [] : [['Akash', `leases, ${name}`, '', gpus, hours, null, gpus, cost, null]]
          )),
      ...clouds.map(({ name, offer, instances, cost }) => [
        ...[name, offer.instance_type, offer.why, gpus, hours, instances, instances * offer.gpus, cost, offer.seen_on]
      ])
    ]
  }
}

/** What leases are that have no price of one kind of GPU. */
export const OTHER_KINDS: { readonly [kind: string]: string } = {
  cpu: 'Without GPUs',
  mixed: 'Several kinds of GPU',
  unknown_model: 'GPU model left open'
}

export function otherTable(rows: readonly MetricRows['other_prices'][]): TableData {
  return {
    columns: [
      ...['leases', 'month'].map(text),
      ...[
        'n',
        'providers',
        'hours',
        'p25, USD per hour',
        'median, USD per hour',
        'p75, USD per hour',
        USD,
        'USD per vCPU-hour'
      ].map(number)
    ],
    rows: rows.map((row) => [
      ...[OTHER_KINDS[row.kind] ?? row.kind, row.month.slice(0, 7), row.leases, row.providers, row.lease_hours],
      ...[row.p25, row.p50, row.p75, row.usd_per_gpu_hour, row.usd_per_vcpu_hour]
    ])
  }
}
