import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEFAULT_STATE, type ViewState } from '../../../src/lib/model/state.ts'
import type { MetricRows } from '../../../src/lib/sql/metric-rows.ts'
import { offerName, providersOf, shownClouds } from '../../../src/routes/prices/clouds.ts'
import { seenRange } from '../../../src/routes/prices/compare.ts'
import { eventsOf, shortEvent } from '../../../src/routes/prices/events.ts'
import { discountsFinding, jobFinding, offersFinding } from '../../../src/routes/prices/findings.ts'
import { jobOf } from '../../../src/routes/prices/job.ts'
import { kindName, kindOptions } from '../../../src/routes/prices/kinds.ts'
import { nearestRange } from '../../../src/routes/prices/nearest.ts'
import { kindOf, loadPrices, priceScopeOf, type PriceChoices, type PriceRows } from '../../../src/routes/prices/prices.ts'
import { discountsTable, jobTable, leasesTable, offersTable, otherTable, pricesTable } from '../../../src/routes/prices/tables.ts'
import { priceViewOf } from '../../../src/routes/prices/view.ts'

const DAY = 86_400_000
const kindRow = (model: string, gib: number | null, form: string | null): MetricRows['price_kinds'] => ({
  ...{ model, memory_gib: gib, interface: form, gpu_hours: 100, leases: 6, providers: 2, median: 2.2 },
  ...{ first_week: '2026-06-01', last_week: '2026-11-16' }
})
const choices: PriceChoices = {
  kinds: [kindRow('nvidia/a100', null, null), kindRow('nvidia/h100', 80, 'sxm')],
  firstAt: '2026-06-01T00:00:00.000000Z',
  // A Thursday.
  lastAt: '2026-11-19T12:00:00.000000Z'
}
type Realised = MetricRows['realised_price']
const week = (begins: string, leases: number, [p25, p50, p75]: readonly number[], uptime: number | null): Realised => ({
  ...{ begins, leases, providers: 2, gpu_hours: 168, vcpus_per_gpu: 8, memory_gib_per_gpu: 24, uptime },
  ...{ p10: (p25 ?? 0) / 2, p25: p25 ?? null, p50: p50 ?? null, p75: p75 ?? null, p90: (p75 ?? 0) * 2 }
})
const cloud = (provider: string, usd: number, from: string, to: string, gpus = 1): MetricRows['cloud_prices'] => ({
  ...{ provider, instance_type: `${provider}.big`, gpus, vcpus: null, memory_gib: null, region: 'r', statistic: 'list' },
  ...{ usd_per_gpu_hour: usd, from_day: from, to_day: to, source: 's' }
})
/** As discounts.sql computes it. */
const discount = (
  provider: string,
  list: number,
  { begins, leases, p25, p50, p75, uptime }: Realised
): MetricRows['discounts'] => ({
  ...{ begins, provider, instance_type: `${provider}.big`, leases, list_usd: list, median: p50 ?? 0 },
  ...{ discount_p25: 1 - (p75 ?? 0) / list, discount: 1 - (p50 ?? 0) / list, discount_p75: 1 - (p25 ?? 0) / list },
  discount_uptime_adjusted: uptime === null ? null : 1 - (p50 ?? 0) / uptime / list
})
type Offer = MetricRows['like_for_like']
const offer = (provider: string, gpus: number, usd: number, comparable: Offer['comparable'] = 'yes'): Offer => ({
  ...{ provider, instance_type: `${provider}.${gpus}`, memory_gib: 80, interface: 'sxm', gpus, vcpus: null, ram_gib: null },
  ...{ region: 'r', purchase_option: 'on_demand', statistic: 'list', usd_per_gpu_hour: usd, from_day: '2026-06-01' },
  ...{ seen_on: '2026-07-20', comparable, why: comparable === 'yes' ? '' : 'PCIe, not SXM', discount: null, source: 's' }
})
const july = week('2026-07-13', 10, [2, 2.5, 3], 0.8)
const few = week('2026-11-09', 4, [1, 2, 3], null)
const latest = week('2026-11-16', 6, [2, 2.2, 2.4], 0.5)
const rows: PriceRows = {
  realised: [july, few, latest],
  asks: [{ begins: '2026-11-09', providers: 3, p25: 1, p50: 2, p75: 3 }],
  clouds: [
    cloud('aws', 10, '2026-06-01', '2026-07-01', 8),
    cloud('aws', 5, '2026-07-01', '2026-07-21', 8),
    cloud('vast', 2, '2026-07-16', '2026-07-17')
  ],
  discounts: [discount('aws', 5, july), discount('vast', 2, july)],
  offers: [offer('aws', 8, 5, 'differs'), offer('vast', 1, 2), offer('lambda', 1, 1, 'no')],
  share: [],
  other: [],
  events: [],
  leases: [],
  lease: null
}
const nothing: PriceRows = {
  ...{ realised: [], asks: [], clouds: [], discounts: [], offers: [], share: [], other: [], events: [], leases: [], lease: null }
}
const viewOf = (change: Partial<ViewState> = {}, own: PriceRows = rows) => {
  const view = { ...DEFAULT_STATE, ...change }
  return priceViewOf(own, priceScopeOf(view, choices), view)
}
const plain = (text: string | undefined) => text?.replaceAll(/[\u00a0]/g, ' ').replaceAll('\u2060', '')

test('without a choice the page is of the first kind of which memory and form are known', () => {
  expect(kindOf(DEFAULT_STATE, choices)).toEqual({ model: 'nvidia/h100', memoryGib: 80, form: 'sxm' })
  expect(plain(viewOf().kind)).toBe('H100 80 GB SXM')
})

test('a kind says what is not known of it; other vendors stay named', () => {
  expect(plain(kindName({ model: 'nvidia/a100', memoryGib: null, form: null }))).toBe('A100 (memory and form not known)')
  expect(plain(kindName({ model: 'nvidia/pro6000se', memoryGib: 96, form: 'pcie' }))).toBe('RTX PRO 6000 Server 96 GB PCIe')
  expect(plain(kindName({ model: 'amd/mi300x', memoryGib: 192, form: null }))).toBe('AMD MI300X 192 GB (form not known)')
})

test('the picker has median and n of each kind, and what an address asks for even where there is none', () => {
  const asked = { model: 'nvidia/zz9', memoryGib: 1, form: 'sxm' }
  expect(kindOptions(choices, asked).map(({ value, text }) => [value, plain(text)])).toEqual([
    ['nvidia/a100~-~-', 'A100 (memory and form not known) · $2.20 · 6 leases'],
    ['nvidia/h100~80~sxm', 'H100 80 GB SXM · $2.20 · 6 leases'],
    ['nvidia/zz9~1~sxm', 'ZZ9 1 GB SXM · no price']
  ])
})

test('a price is compared with AWS in the last bucket in which both are known, not with a stale one', () => {
  const { lead, latest: now } = viewOf()
  expect(lead).toMatchObject({ provider: 'aws', name: 'AWS', begins: '2026-07-13', discount: 0.5 })
  expect(now?.begins).toBe('2026-11-16')
  expect(viewOf({}, { ...rows, discounts: rows.discounts.filter(({ provider }) => provider !== 'aws') }).lead?.name).toBe(
    'Vast.ai'
  )
})

test('figures: each of its own bucket, uptime divided out, none where there is none', () => {
  const figures = viewOf().figures.map(({ name, value, unit, note, asOf }) => [name, value, unit, note, asOf].map(plain))
  expect(figures).toEqual([
    ['Median price', '$2.20', '/ GPU-hour', 'p25–75 $2.00–2.40, n = 6 leases', 'Week of 16 Nov 2026'],
    ['Against AWS', '50 %', 'below list', '25 % above Vast.ai, cheapest', 'Week of 13 Jul 2026'],
    // 2.2 ÷ 0.5
    ['Adjusted for uptime', '$4.40', '/ GPU-hour', '÷ 50 % observed uptime', 'Week of 16 Nov 2026'],
    ['Of which the GPU', '–', '', 'no estimate', ''],
    ['List prices', '2', 'clouds', 'last seen 20 Jul 2026', 'the oldest 16 Jul 2026']
  ])
  const empty = viewOf({}, nothing).figures
  expect(empty.map(({ value }) => value)).toEqual(['–', '–', '–', '–', '–'])
  expect(empty.every(({ reason }) => reason !== undefined)).toBe(true)
})

test('the GPU’s share is given with its band, and not where the rest alone would cost more', () => {
  const share = (low: number, middle: number, high: number) =>
    viewOf(
      {},
      { ...rows, share: [{ begins: '2026-11-16', leases: 6, gpu_share: middle, gpu_share_low: low, gpu_share_high: high }] }
    ).figures[3]
  expect([share(1.5, 2, 2.1)?.value, plain(share(1.5, 2, 2.1)?.note)]).toEqual(['$2.00', 'band $1.50–2.10'])
  expect(plain(share(-0.25, 0.5, 1)?.note)).toBe('band −$0.25 to $1.00')
  expect(share(-670, -500, -89)).toMatchObject({ value: '–', note: 'no sensible estimate' })
  expect(share(-670, -500, -89)?.reason).toMatch(/cost more/)
})

test('list prices that lie before the range are told as such, not as none', () => {
  const late = viewOf({ from: Date.parse('2026-10-01') }, { ...rows, clouds: [], discounts: [] })
  expect(plain(late.figures[4]?.note)).toBe('none in this range')
  expect(plain(late.listed)).toBe('list prices: none in this range, last seen 20 Jul 2026')
  expect(late.offered).toBe(true)
  expect(plain(viewOf({ to: Date.parse('2026-06-02') }, nothing).listed)).toBe('list prices: none of this GPU up to 1 Jun 2026')
})

test('an open end of a cloud’s price is never later than the range', () => {
  expect(seenRange(rows.clouds, Date.parse('2026-07-10'))).toMatchObject({ first: Date.parse('2026-07-09'), clouds: 2 })
  expect(seenRange([], 0)).toBeNull()
})

test('the finding is true of the clouds shown', () => {
  const title = (change: Partial<ViewState>, own = rows) => plain(viewOf(change, own).prices.title)
  expect(title({})).toBe('An H100 80 GB SXM rented 50 % below 1 of 2 clouds shown, each when its list price was last seen')
  expect(title({ clouds: ['aws'] })).toBe(
    'An H100 80 GB SXM rented 50 % below AWS’s list price in the week of 13 Jul 2026, when that was last seen'
  )
  expect(title({ clouds: ['vast'] })).toMatch(/rented 25 % above Vast\.ai’s list price/)
  expect(title({ clouds: [] })).toBe(
    'An H100 80 GB SXM rented for $2.20 in the week of 16 Nov 2026, 12 % below that in the week of 13 Jul 2026'
  )
  const fresh = { ...rows, discounts: [discount('aws', 4.4, latest), discount('gcp', 8.8, latest)] }
  expect(title({ clouds: ['aws', 'gcp'] }, fresh)).toBe('An H100 80 GB SXM rented 50–75 % below both clouds shown')
  expect(title({}, nothing)).toBe('No H100 80 GB SXM was rented at a price in dollars in this range')
})

test('the discount’s course is told from its first to its last bucket', () => {
  const days = [discount('aws', 5, july), discount('aws', 5, latest)]
  expect(plain(discountsFinding(days, 'AWS', 'H100'))).toBe(
    'The discount against AWS grew from 50 % to 56 %, from Jul 2026 to Nov 2026'
  )
  expect(plain(discountsFinding(days.toReversed(), 'AWS', 'H100'))).toMatch(/shrank from 56 % to 50 %/)
  expect(plain(discountsFinding([discount('aws', 2, july)], 'AWS', 'H100'))).toBe('25 % above AWS in Jul 2026')
  expect(discountsFinding([], '', 'H100')).toMatch(/^No list price/)
})

test('too few leases have no band, in prices and discounts', () => {
  const { data } = viewOf().prices
  expect(data.realised.points.map(({ leases, p25, p50, p90 }) => [leases, p25, p50, p90])).toEqual([
    [10, 2, 2.5, 6],
    [4, null, 2, null],
    [6, 2, 2.2, 4.8]
  ])
  const thin = viewOf({}, { ...rows, discounts: [discount('aws', 5, few)] }).discounts.data.clouds[0]?.points[0]
  expect(thin).toMatchObject({ p25: null, p50: 0.6, p75: null })
})

test('indexed, every series is 100 at its first value', () => {
  const { data } = viewOf({ indexed: true, asks: true }).prices
  expect(data.indexedAt).toBe(Date.parse('2026-07-13'))
  expect(data.realised.points.map(({ p50 }) => Math.round((p50 ?? 0) * 100) / 100)).toEqual([100, 80, 88])
  expect(data.clouds.map(({ steps }) => steps.map(({ usd }) => usd))).toEqual([[100, 50], [100]])
  expect(data.asks?.[0]).toMatchObject({ p25: 50, p50: 100, p75: 150, n: 3 })
})

test('asks are only drawn when asked for; the week that is not over is open, another range has none', () => {
  expect(viewOf().prices.data.asks).toBeNull()
  expect(viewOf().prices.data.open).toBe(Date.parse('2026-11-16'))
  expect(viewOf({ to: Date.parse('2026-11-16') }).prices.data.open).toBeNull()
  expect(viewOf({ from: Date.parse('2026-11-10') }).prices.data.open).toBe(Date.parse('2026-11-19'))
})

test('clouds: five by default, well-known first; a choice of none stays none', () => {
  const all = ['vast', 'zeta', 'aws', 'gcp', 'azure', 'lambda', 'alpha'].map((provider) => ({ provider }))
  expect(providersOf(all)).toEqual(['aws', 'gcp', 'azure', 'lambda', 'vast', 'alpha', 'zeta'])
  expect(shownClouds(null, providersOf(all))).toEqual(['aws', 'gcp', 'azure', 'lambda', 'vast'])
  expect(shownClouds([], providersOf(all))).toEqual([])
  expect(viewOf({ clouds: ['gcp'] }).prices.data.clouds).toMatchObject([
    { id: 'gcp', steps: [], detail: 'no price in this range' }
  ])
})

test('an offer says how many GPUs must be taken, once', () => {
  const name = (instance_type: string, gpus: number) => offerName({ instance_type, gpus })
  expect(name('p5.48xlarge', 8)).toBe('p5.48xlarge, min. 8')
  expect(name('8x H100 SXM 80GB', 8)).toBe('8x H100 SXM 80GB')
  expect(name('NVIDIA HGX H100 x8', 8)).toBe('HGX H100 x8')
  expect(name('Standard_ND96isr_H100_v5', 8)).toBe('ND96isr H100 v5, min. 8')
  expect(name('H100 SXM (median offer)', 1)).toBe('median offer')
})

test('a job pays whole instances, and the cheapest comparable offer of each cloud', () => {
  const job = jobOf(
    { realised: [latest], offers: [offer('aws', 8, 5), offer('aws', 1, 12), offer('vast', 1, 2), offer('gcp', 1, 1, 'no')] },
    3,
    10
  )
  expect(job.here).toEqual({ low: 60, middle: 2.2 * 30, high: 72 })
  expect(
    job.clouds.map(({ provider, offer: { gpus }, instances, idle, cost }) => [provider, gpus, instances, idle, cost])
  ).toEqual([
    ['vast', 1, 3, 0, 60],
    // Three of one GPU at 12 are dearer by the GPU and cheaper than eight at 5.
    ['aws', 1, 3, 0, 360]
  ])
  expect(jobOf({ realised: [latest], offers: [offer('aws', 8, 5)] }, 9, 1).clouds[0]).toMatchObject({
    instances: 2,
    idle: 7,
    cost: 80
  })
  expect(jobOf({ realised: [few], offers: [] }, 1, 1)).toMatchObject({ here: { low: null, middle: 2, high: null }, clouds: [] })
  expect(jobOf({ realised: [], offers: [] }, 1, 1).here).toBeNull()
  expect(plain(jobFinding(job))).toBe('$60.00–72.00 here, $60.00 at Vast.ai, the cheapest cloud')
  expect(plain(jobFinding(jobOf({ realised: [few], offers: [] }, 1, 500)))).toBe('About $1,000 here; no cloud to compare with')
})

test('no job costs less than its GPUs at the lowest price, and no more instances are taken than needed', () => {
  const offers = fc.array(fc.record({ gpus: fc.constantFrom(1, 2, 4, 8), usd: fc.integer({ min: 1, max: 50 }) }), {
    minLength: 1
  })
  fc.assert(
    fc.property(offers, fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 1000 }), (own, gpus, hours) => {
      const [best, ...rest] = jobOf(
        { realised: [], offers: own.map((one) => offer('aws', one.gpus, one.usd)) },
        gpus,
        hours
      ).clouds
      if (!best) throw new Error('no cost')
      expect(rest).toEqual([])
      expect(best.cost).toBeGreaterThanOrEqual(Math.min(...own.map(({ usd }) => usd)) * gpus * hours)
      expect(best.idle).toBeLessThan(best.offer.gpus)
      for (const one of own) expect(best.cost).toBeLessThanOrEqual(Math.ceil(gpus / one.gpus) * one.gpus * one.usd * hours)
    })
  )
})

test('offers are counted by whether they compare; none is none, not 0', () => {
  expect(plain(offersFinding(rows.offers, 'H100', ''))).toBe('1 of 3 cloud offers is like for like, 1 more with differences')
  expect(plain(offersFinding([offer('aws', 1, 1, 'differs')], 'H100', ''))).toBe(
    'None of 1 cloud offer is like for like, 1 with differences'
  )
  expect(plain(offersFinding([offer('aws', 1, 1, 'no')], 'H100', ''))).toBe('None of 1 cloud offer compares with the H100')
  expect(offersFinding([], 'H100', '')).toBe('No cloud in these price lists offers the H100')
  expect(viewOf().offers.others).toEqual([rows.offers[2]])
})

test('events are as short as can honestly be said', () => {
  expect(shortEvent('Mainnet 17 executed (v2.0.0: Burn-Mint Equilibrium / ACT, oracle)')).toBe('Mainnet 17')
  expect(shortEvent('Mainnet 13 upgrade day (v0.38.0)')).toBe('Mainnet 13')
  expect(shortEvent('Mainnet 9 scheduled (v0.30.0; notes later say it succeeded)')).toBe('Mainnet 9 scheduled')
  // Tagged software is no upgrade yet.
  const tagged = 'node v0.26.0 tagged - Mainnet 7 software (upgrade height 12992204)'
  expect(shortEvent(tagged)).toBe(tagged)
  const event = (title: string, provider: string | null) => ({
    ...{ day: '2026-07-01', title, provider, kind: provider === null ? ('event' as const) : ('price_step' as const), source: 's' }
  })
  const events = [
    event('p5.48xlarge −44 %', 'aws'),
    event('8x H100 SXM 80GB +35 %', 'lambda'),
    event('H100 SXM (Secure Cloud) −25 %', 'runpod'),
    event('a −30 %', 'gcp')
  ]
  expect(eventsOf(events, ['aws', 'lambda', 'runpod']).map(({ title, short }) => [title, short])).toEqual([
    ['AWS p5.48xlarge −44 %', 'AWS p5.48xlarge −44 %'],
    ['Lambda 8x H100 SXM 80GB +35 %', 'Lambda +35 %'],
    ['RunPod H100 SXM (Secure Cloud) −25 %', 'RunPod −25 %']
  ])
})

test('the nearest range with leases lies at the end that is near', () => {
  const kind = { model: 'nvidia/h100', memoryGib: 80, form: 'sxm' }
  const row = { ...kindRow('nvidia/h100', 80, 'sxm'), first_week: '2026-01-05', last_week: '2026-06-01' }
  const [first, end] = [Date.parse('2026-01-05'), Date.parse('2026-06-08')]
  expect(nearestRange({ kind, from: end + DAY }, [row])).toEqual({ from: end - 84 * DAY, to: end })
  expect(nearestRange({ kind, from: first - 30 * DAY }, [row])).toEqual({ from: first, to: first + 84 * DAY })
  expect(nearestRange({ kind, from: first + DAY }, [row])).toEqual({ from: first, to: end })
  expect(nearestRange({ kind: { ...kind, form: null }, from: 0 }, [row])).toBeNull()
})

test('tables: the price of a cloud in the middle of each week, and nothing where it was not seen', () => {
  const table = pricesTable(rows, priceScopeOf(DEFAULT_STATE, choices), ['aws', 'vast'])
  const column = (name: string) => table.columns.findIndex((one) => one.name.startsWith(name))
  expect(table.rows.map((row) => [row[0], row[column('median')], row[column('AWS')], row[column('Vast.ai')]])).toEqual([
    ['2026-07-13', 2.5, 5, 2],
    ['2026-11-09', 2, null, null],
    ['2026-11-16', 2.2, null, null]
  ])
  expect(column('asks')).toBe(-1)
  const scope = priceScopeOf({ ...DEFAULT_STATE, asks: true }, choices)
  expect(pricesTable(rows, scope, []).rows[1]?.slice(-4)).toEqual([1, 2, 3, 3])
  for (const one of [
    pricesTable(rows, scope, ['aws']),
    discountsTable(rows.discounts, scope),
    offersTable(rows.offers),
    jobTable(jobOf(rows, 3, 10)),
    leasesTable([lease('', 1)]),
    otherTable([other])
  ])
    for (const row of one.rows) expect(row).toHaveLength(one.columns.length)
})

const other: MetricRows['other_prices'] = {
  ...{ kind: 'cpu', month: '2026-11-01', leases: 3, providers: 1, lease_hours: 4, p25: 1, p50: 2, p75: 3 },
  ...{ usd_per_gpu_hour: null, usd_per_vcpu_hour: 0.1 }
}
function lease(marks: string, all: number, from = '2026-07-13T00:00:00.000000Z'): MetricRows['lease_dots'] {
  return {
    ...{
      lease_id: 'owner/1/1/1/akash1provider',
      provider: 'akash1provider',
      organization: '\u202erack',
      gpus: 8,
      price: 2,
      marks
    },
    ...{ from_time: from, to_time: '2026-07-14T00:00:00.000000Z', goes_on: false, all_leases: all }
  }
}

test('single leases: marked ones say why, n is of all, a lease at two prices is two dots of one lease', () => {
  const leases = [lease('self_dealt, price_bot', 2), lease('', 2, '2026-05-01T00:00:00.000000Z')]
  const { leases: view } = viewOf({ leases: true }, { ...rows, leases })
  expect(view.data.leases.map(({ flagged }) => flagged)).toEqual(['tenant is the provider, price bot', null])
  expect(new Set(view.data.leases.map(({ id }) => id)).size).toBe(2)
  expect(plain(view.n)).toBe('n = 2 leases, the 1 with the most GPU-hours drawn; 1 began before the range and are not drawn')
  // A stranger's text can't turn the sentence around.
  expect(view.data.leases[0]?.text).toContain('\u2068\u202erack\u2069')
  expect(viewOf().leases).toMatchObject({ n: '' })
})

test('a lake without any price in dollars is asked for nothing but what needs none', async () => {
  const asked: string[] = []
  const scope = priceScopeOf(DEFAULT_STATE, { ...choices, kinds: [] })
  const empty = await loadPrices((metric) => {
    asked.push(metric)
    return Promise.resolve([])
  }, scope)
  expect(asked).toEqual(['other_prices'])
  expect(priceViewOf(empty, scope, DEFAULT_STATE)).toMatchObject({ kind: 'GPU', lead: undefined, offered: false })
})
