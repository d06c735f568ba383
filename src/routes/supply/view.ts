/** What the supply page shows: rows of the metrics turned into words, numbers and shapes' data. Pure. */
import type { Line, LineData } from '../../lib/charts/line.ts'
import type { MapPoint } from '../../lib/charts/map.ts'
import { count, percent, visible, whole } from '../../lib/model/format.ts'
import { placeOf } from '../../lib/model/regions.ts'
import { rangeText } from '../../lib/model/time.ts'
import type { MetricRows } from '../../lib/sql/metric-rows.ts'
import {
  askedFor,
  countsFinding,
  DAY,
  daysText,
  dayText,
  demandFinding,
  demandOf,
  kindOf,
  knownDays,
  modelsFinding,
  occupancyFinding,
  regionsFinding,
  unfilledFinding,
  type Demand,
  type KnownDay
} from './findings.ts'
import type { Spot } from './land.server.ts'
import type { SupplyRows, SupplyScope } from './supply.ts'

export type SupplyView = {
  /** The last day of which supply is known; undefined when none is. */
  readonly last: KnownDay | undefined
  readonly kind: string
  readonly figures: readonly Figure[]
  readonly counts: ChartView & { readonly data: LineData }
  readonly occupancy: ChartView & { readonly data: LineData; readonly known: readonly number[]; readonly note: string }
  readonly models: ChartView
  readonly regions: ChartView & { readonly points: readonly MapPoint[]; readonly listed: readonly RegionItem[] }
  readonly demand: ChartView &
    Demand & { readonly steps: readonly { readonly name: string; readonly these: string; readonly value: number }[] }
  readonly unfilled: ChartView & { readonly items: readonly UnfilledItem[] }
}
type ChartView = { readonly title: string; readonly subtitle: string; readonly n: string }
type Figure = {
  readonly name: string
  readonly value: string
  readonly unit: string
  readonly note: string
  readonly href: string
}

export type RegionItem = {
  readonly id: string
  readonly name: string
  readonly hint: string
  readonly online: number
  readonly providers: string
  /** Is on the map. */
  readonly placed: boolean
}
type UnfilledItem = {
  readonly id: string
  readonly name: string
  readonly hint: string
  readonly detail: string
  readonly value: number
  readonly valueText: string
  readonly shareText: string
  readonly rest: boolean
}

export function supplyViewOf(rows: SupplyRows, scope: SupplyScope, spots: { readonly [place: string]: Spot }): SupplyView {
  const known = knownDays(rows.days)
  const last = known.at(-1)
  const kind = kindOf(scope)
  const range = known[0] && last ? daysText(known[0].day, last.day) : rangeText(scope.from, scope.to)
  const asked = rangeText(scope.from, scope.to)
  const atEnd = last ? `At the end of ${dayText(last.day)}` : 'At the end of the range'
  const providers = count(last?.providers_registered ?? 0, 'provider')
  const demand = demandOf(rows.orders)
  const days = `${whole(known.length)} of ${count(rows.days.length, 'day')} probed`
  const placements = placementText(scope.placement)
  return {
    last,
    kind,
    figures: figuresOf(last, scope, placements),
    counts: {
      title: countsFinding(rows.days, scope),
      subtitle: `${kind}s at the end of each day; leasable ${placements}. ${range}`,
      n: `n = ${providers}, ${days}`,
      data: lineData(rows.days, scope, null, [
        { id: 'registered', name: 'registered', style: 'dotted', values: rows.days.map((day) => day.gpus_registered) },
        { id: 'seen', name: 'seen in 24 h', style: 'long', values: rows.days.map((day) => day.gpus_seen) },
        { id: 'online', name: 'online', style: 'solid', values: rows.days.map((day) => day.gpus_online) },
        { id: 'leasable', name: 'leasable', style: 'dashed', values: rows.days.map((day) => day.gpus_leasable) },
        { id: 'leased', name: 'leased', style: 'accent', values: rows.days.map((day) => tenth(day.gpus_leased)) }
      ])
    },
    occupancy: {
      title: occupancyFinding(rows.days, scope),
      subtitle: `Leased ÷ allocatable ${kind}s, % of each day, weighted by time. ${range}`,
      n: `n = ${providers}, ${days}`,
      data: lineData(rows.days, scope, 100, [
        { id: 'chain', name: 'leases on chain', style: 'accent', values: rows.days.map((day) => hundredfold(day.occupancy)) },
        { id: 'told', name: 'providers say', style: 'dashed', values: rows.days.map((day) => hundredfold(day.occupancy_told)) }
      ]),
      known: rows.days.map((day) => day.probed),
      note: knownNote(rows.days)
    },
    models: {
      title: modelsFinding(rows.models, last !== undefined, scope),
      subtitle: `${atEnd}: GPUs leased, free and offline; median price, ${scope.denom.symbol} per GPU-hour, of ${asked}`,
      n: `n = ${count(rows.models.length, 'model')}, ${count(
        rows.models.reduce((sum, row) => sum + row.price_leases, 0),
        'priced lease'
      )}`
    },
    regions: {
      title: regionsFinding(rows.regions),
      subtitle: `${atEnd}: GPUs online by region, of all models`,
      n: `n = ${count(
        rows.regions.reduce((sum, row) => sum + row.providers, 0),
        'provider'
      )}`,
      ...regionMarks(rows.regions, spots)
    },
    demand: {
      ...demand,
      title: demandFinding(demand, scope),
      subtitle: `Orders for ${scope.model === null ? 'GPUs' : `${kind}s`} made within ${asked}`,
      n: `n = ${count(demand.orders, 'order')}`,
      steps: [
        { name: 'Orders', these: 'orders', value: demand.orders },
        { name: 'With bids', these: 'those with bids', value: demand.withBids },
        { name: 'Leased', these: 'those leased', value: demand.leased },
        { name: 'Ran 1 hour or more', these: 'those that ran', value: demand.ranHour }
      ]
    },
    unfilled: {
      title: unfilledFinding(rows.orders),
      subtitle: `Orders closed without a lease, by the model asked for. ${asked}`,
      n: `n = ${count(demand.unfilled, 'unfilled order')}`,
      items: unfilledItems(rows.orders)
    }
  }
}

/** `in placements of 4 GPUs` */
function placementText(placement: number): string {
  return `in placements of ${count(placement, 'GPU')}`
}

function figuresOf(last: KnownDay | undefined, scope: SupplyScope, placements: string): readonly Figure[] {
  const figure = (name: string, gpus: number | null | undefined, note: string): Figure => ({
    name,
    value: whole(gpus ?? null),
    unit: 'GPUs',
    note: last ? note : 'not known: no probe in this range',
    href: '#counts'
  })
  return [
    figure('Registered', last?.gpus_registered, count(last?.providers_registered ?? 0, 'provider')),
    figure('Seen in 24 hours', last?.gpus_seen, count(last?.providers_seen ?? 0, 'provider')),
    figure('Online', last?.gpus_online, count(last?.providers_online ?? 0, 'provider')),
    figure('Leasable', last?.gpus_leasable, `free, ${placements}`),
    {
      name: 'Occupancy',
      value: percent(last?.occupancy ?? null),
      unit: 'leased',
      note: last
        ? last.occupancy_told === null
          ? dayText(last.day)
          : `${percent(last.occupancy_told)} as providers count`
        : 'not known: no probe in this range',
      href: '#occupancy'
    }
  ]
}

function lineData(
  days: readonly MetricRows['supply_over_time'][],
  scope: SupplyScope,
  top: number | null,
  lines: readonly Line[]
): LineData {
  const buckets = days.map(({ day }) => Date.parse(day))
  const [first, last] = [buckets[0] ?? 0, buckets.at(-1) ?? 0]
  const today = Math.floor(scope.lastAt / DAY) * DAY
  return {
    buckets,
    bucket: DAY,
    from: first,
    to: last + DAY,
    lines,
    top,
    unknown: days.map(({ probed }) => probed === 0),
    open: last === today && scope.lastAt + 1 < today + DAY ? today : null
  }
}

const tenth = (value: number | null) => (value === null ? null : Math.round(value * 10) / 10)
const hundredfold = (value: number | null) => (value === null ? null : value * 100)

function knownNote(days: readonly MetricRows['supply_over_time'][]): string {
  const known = days.length === 0 ? 0 : days.reduce((sum, { probed }) => sum + probed, 0) / days.length
  const none = days.filter(({ probed }) => probed === 0).length
  const missing = none === 0 ? '' : `; ${count(none, 'day')} not probed, hatched`
  const last = days.findLast((day) => day.occupancy !== null && day.occupancy_told !== null)
  const apart = last ? Math.round(Math.abs((last.occupancy ?? 0) - (last.occupancy_told ?? 0)) * 100) : 0
  const differ = apart === 0 ? '' : `; at the end they are ${count(apart, 'point')} apart`
  return `Strip below the axis: the part of providers’ time that probes tell of, ${percent(known)} in all${missing}. The two lines count the same leases, on chain and by the providers, and should agree${differ}.`
}

/** GPUs by place for the map, and every stated region for the list beside it. */
function regionMarks(
  rows: readonly MetricRows['supply_regions'][],
  spots: { readonly [place: string]: Spot }
): { readonly points: readonly MapPoint[]; readonly listed: readonly RegionItem[] } {
  const points = new Map<string, MapPoint>()
  const listed = rows.map((row, i) => {
    const place = row.region === null ? null : placeOf(row.region)
    const spot = place && spots[place.name]
    if (place && spot) {
      const value = (points.get(place.name)?.value ?? 0) + row.gpus_online
      points.set(place.name, { id: place.name, name: place.name, value, x: spot[0], y: spot[1] })
    }
    return {
      id: String(i),
      name: row.region === null ? 'none stated' : (visible(row.region) ?? 'no visible letters'),
      hint: place ? place.name : 'Not in our table of regions, so not on the map',
      online: row.gpus_online,
      providers: count(row.providers, 'provider'),
      placed: Boolean(place && spot)
    }
  })
  return { points: [...points.values()], listed: [...listed].sort((a, b) => b.online - a.online) }
}

const MOST_UNFILLED = 10

function unfilledItems(rows: readonly MetricRows['demand_funnel'][]): readonly UnfilledItem[] {
  const ranked = rows.filter(({ unfilled }) => unfilled > 0).sort((a, b) => b.unfilled - a.unfilled)
  const shown = ranked.length > MOST_UNFILLED ? ranked.slice(0, MOST_UNFILLED - 1) : ranked
  const rest = ranked.slice(shown.length)
  const item = (id: string, name: string, orders: number, unfilled: number): UnfilledItem => ({
    id,
    name,
    hint: id === 'rest' ? 'Each of them is in the table' : id,
    detail: `of ${count(orders, 'order')}`,
    value: unfilled,
    valueText: whole(unfilled),
    shareText: percent(orders > 0 ? unfilled / orders : null),
    rest: id === 'rest'
  })
  const items = shown.map((row) => item(row.model, askedFor(row.model), row.orders, row.unfilled))
  const { orders, unfilled } = demandOf(rest)
  return rest.length === 0 ? items : [...items, item('rest', count(rest.length, 'more model'), orders, unfilled)]
}
