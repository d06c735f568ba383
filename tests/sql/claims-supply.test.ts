/** Verdicts about supply, demand, earnings and tokens over public tables written by hand, reckoned on paper; each in both engines. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { referenceFor, viewsFor } from '../../ingest/views.ts'
import { attachedColumns, columnList, createViews } from '../../src/lib/engine/attach.ts'
import type { Row } from '../../src/lib/engine/engine.ts'
import { knownTables } from '../../src/lib/engine/known.ts'
import { openNative } from '../../src/lib/engine/native.ts'
import type { JudgedClaimId } from '../../src/lib/sql/claim-rules.ts'
import { judgeIn, openJudges, sqlOf, type Judges, type Tables } from './claim-case.ts'

let judges: Judges
beforeAll(async () => {
  judges = await openJudges()
})
afterAll(() => judges.close())

async function verdictOf(id: JudgedClaimId, tables: Tables): Promise<readonly unknown[]> {
  const { low, high, verdict, n, from_day, to_day } = (await judges.judge(id, tables)).verdict
  const places = (value: number | null) => (value === null ? null : Number(value.toFixed(3)))
  return [verdict, places(low), places(high), n, from_day, to_day]
}
const whyOf = async (id: JudgedClaimId, tables: Tables) => (await judges.judge(id, tables)).verdict.why

const network = 'akash'
const list = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))
/** The day `i` days after 1 July 2026. */
const dayOf = (i: number) => new Date(Date.UTC(2026, 6, 1 + i)).toISOString().slice(0, 10)

describe('uptime-gap', () => {
  const id = 'uptime-gap'
  /** Days of five providers with a leased GPU each, one of them up for a share of the day. */
  const days = (n: number, share: (i: number) => number, providers = 5): Row[] =>
    list(n, (i) =>
      list(providers, (p) => ({
        ...{ network, provider: `p${p}`, day: dayOf(i), registered: true, gpus_leased: 1, day_s: 86400, known_s: 1000 },
        online_s: p === 0 ? 1000 * share(i) : 1000
      }))
    ).flat()
  test('97 % on each day is under 99.5 % and holds; a provider without leases does not count', async () => {
    const idle = days(28, () => 0).map((row) => ({ ...row, gpus_leased: 0 }))
    expect(await verdictOf(id, { provider_days: [...days(28, () => 0.85), ...idle] })).toEqual([
      'holds',
      97,
      97,
      140,
      '2026-07-01',
      '2026-07-28'
    ])
  })
  test('99.6 % on each does not hold; half of the days makes it hold in part', async () => {
    expect(await verdictOf(id, { provider_days: days(28, () => 0.98) })).toEqual([
      'does_not_hold',
      99.6,
      99.6,
      140,
      '2026-07-01',
      '2026-07-28'
    ])
    // July: 31 days of which 15 at 90 %; August: 100 %.
    expect(await verdictOf(id, { provider_days: days(40, (i) => (i < 31 && i % 2 === 1 ? 0.5 : 1)) })).toEqual([
      'in_part',
      95.161,
      100,
      200,
      '2026-07-01',
      '2026-08-09'
    ])
  })
  test('27 days or four providers are too few; leases alone tell no uptime, but who ended them', async () => {
    expect((await verdictOf(id, { provider_days: days(27, () => 0.5) }))[0]).toBe('unknown')
    expect((await verdictOf(id, { provider_days: days(28, () => 0.5, 4) })).slice(0, 3)).toEqual(['unknown', null, null])
    const lease = (close_reason: string, hours: number, owner = 'o') => ({
      network,
      owner,
      gpus: 1,
      created_at: '2026-07-01 00:00',
      closed_at: new Date(Date.UTC(2026, 6, 1, hours)).toISOString().slice(0, 19),
      close_reason
    })
    const leases = [
      lease('owner', 9),
      lease('unstable', 2),
      lease('decommission', 6),
      lease('manifest_timeout', 1),
      lease('insufficient_funds', 3),
      lease('unspecified', 1, 'bot')
    ]
    const account_labels = [{ network, account: 'bot', label: 'price_bot' }]
    expect(await whyOf(id, { leases: [...leases, { ...lease('unstable', 2), gpus: 0 }], account_labels })).toBe(
      'No provider with leased GPUs has been probed, so uptime is not known. Providers ended 2 of 5 leases with GPUs (40 %); these had run for 4.0 hours (middle of the months’ medians).'
    )
  })
})

describe('idle-supply', () => {
  const id = 'idle-supply'
  const days = (
    n: number,
    leased: (i: number) => number,
    gpu_model: string | null = 'nvidia/h100',
    gpus_allocatable = 10
  ): Row[] => list(n, (i) => ({ network, day: dayOf(i), gpu_model, gpus_allocatable, gpus_leased_online: leased(i) }))
  test('four of ten leased holds; half leased is not idle', async () => {
    expect(await verdictOf(id, { supply_days: days(28, () => 4) })).toEqual(['holds', 40, 40, 28, '2026-07-01', '2026-07-28'])
    expect(await verdictOf(id, { supply_days: days(28, () => 5) })).toEqual([
      'does_not_hold',
      50,
      50,
      28,
      '2026-07-01',
      '2026-07-28'
    ])
  })
  test('models count by their GPUs, and by month: 31 days of 8 / 20, then 9 of 18 / 20', async () => {
    const supply_days = [...days(40, (i) => (i < 31 ? 0 : 10)), ...days(40, () => 8, null)]
    expect(await verdictOf(id, { supply_days })).toEqual(['in_part', 40, 90, 40, '2026-07-01', '2026-08-09'])
    expect(await whyOf(id, { supply_days })).toBe(
      'Less than half of the GPUs were leased on 31 of 40 days. Of 1 models with five GPUs or more, 1 were leased to less than half over the whole time.'
    )
    const { rows } = await judges.judge(id, { supply_days })
    expect(rows.map((row) => [row['month'], row['gpu_model'], row['days'], row['occupancy'], row['days_mostly_idle']])).toEqual([
      ['2026-07-01', 'all', 31, 0.4, 31],
      ['2026-07-01', 'not told', 31, 0.8, 0],
      ['2026-07-01', 'nvidia/h100', 31, 0, 31],
      ['2026-08-01', 'all', 9, 0.9, 0],
      ['2026-08-01', 'not told', 9, 0.8, 0],
      ['2026-08-01', 'nvidia/h100', 9, 1, 0]
    ])
  })
  test('27 days are too few; days without supply or beyond the index do not count', async () => {
    const none = [...days(60, () => 0, 'a', 0), ...days(60, () => 0).map((row) => ({ ...row, gpus_leased_online: null }))]
    expect(await verdictOf(id, { supply_days: [...days(27, () => 1), ...none] })).toEqual([
      'unknown',
      null,
      null,
      27,
      '2026-07-01',
      '2026-07-27'
    ])
  })
})

describe('3060-40-a-month', () => {
  const id = '3060-40-a-month'
  /** A lease of two GPUs for 365.25 hours, a month of one, that paid so many ACT. */
  const leased = (provider: string, act: number, more: Row = {}, payout: Row = {}, lease: Row = {}): Tables => ({
    realised_prices: [
      {
        ...{
          network,
          lease_id: `l-${provider}`,
          provider,
          kind: 'gpu',
          gpu_model: 'nvidia/rtx3060',
          gpus: 2,
          marks: [],
          hours: 365.25
        },
        ...{ from_time: '2026-07-01', to_time: '2026-07-16 05:15', ...more }
      }
    ],
    leases: [{ network, lease_id: `l-${provider}`, provider, created_height: 1, closed_height: 2, ...lease }],
    payouts: list(2, (i) => ({
      network,
      lease_id: `l-${provider}`,
      provider,
      time: `2026-07-1${i}`,
      denom: 'uact',
      amount: (act / 2) * 1e6,
      ...payout
    }))
  })
  const all = (...tables: readonly Tables[]): Tables => ({
    realised_prices: tables.flatMap((of) => of.realised_prices ?? []),
    leases: tables.flatMap((of) => of.leases ?? []),
    payouts: tables.flatMap((of) => of.payouts ?? [])
  })
  const five = (acts: readonly number[]) => all(...acts.map((act, i) => leased(`p${i}`, act)))
  const supply_days = [{ network, day: '2026-07-01', gpu_model: 'nvidia/rtx3060', gpus_allocatable: 10, gpus_leased_online: 5 }]

  test('under $40 even while leased does not hold', async () => {
    expect(await verdictOf(id, five([10, 20, 30, 39, 39.9]))).toEqual(['does_not_hold', 20, 39, 5, '2026-07-01', '2026-07-16'])
  })
  test('while leased $90: it holds when half of the time is leased, and only in part when that is not known or makes too little', async () => {
    expect(await verdictOf(id, { ...five([90, 90, 90, 90, 90]), supply_days })).toEqual([
      'holds',
      90,
      90,
      5,
      '2026-07-01',
      '2026-07-16'
    ])
    expect((await verdictOf(id, five([90, 90, 90, 90, 90])))[0]).toBe('in_part')
    expect((await verdictOf(id, { ...five([70, 70, 70, 70, 70]), supply_days }))[0]).toBe('in_part')
    expect(await whyOf(id, { ...five([70, 70, 70, 70, 70]), supply_days })).toBe(
      '5 of 5 providers were paid $40 or more per GPU and month of being leased (median $70.00, 5 leases). 50 % of the network’s RTX 3060 were leased, which makes $35.00 a month of a card that is always on offer.'
    )
  })
  test('some of them: in part', async () => {
    expect((await verdictOf(id, { ...five([10, 20, 30, 100, 200]), supply_days }))[0]).toBe('in_part')
  })
  test('under five providers there is no figure', async () => {
    const four = [10, 20, 30, 40].map((act, i) => leased(`p${i}`, act))
    expect(await verdictOf(id, all(...four))).toEqual(['unknown', null, null, 4, '2026-07-01', '2026-07-16'])
    const not: Tables[] = [
      leased('x', 50, { gpu_model: 'nvidia/rtx3060ti' }),
      leased('x', 50, { marks: ['self_dealt'] }),
      leased('x', 50, { kind: 'mixed' }),
      leased('x', 50, {}, {}, { closed_height: null }),
      leased('x', 50, {}, { denom: 'uakt' }),
      leased('x', 50, {}, { denom: 'ibc/other' })
    ]
    for (const other of not) expect((await verdictOf(id, all(...four, other)))[3]).toBe(4)
  })
  test('AKT counts at the price of the day, at most three days old', async () => {
    const four = [10, 20, 30, 40].map((act, i) => leased(`p${i}`, act))
    const akt = (time: string, usd: number) => ({ network, asset: 'akt', time, usd, basis: 'daily_close', source: 's' })
    const withAkt = { ...all(...four, leased('x', 50, {}, { denom: 'uakt' })) }
    const { rows } = await judges.judge(id, {
      ...withAkt,
      token_prices: [akt('2026-07-07', 2), akt('2026-07-11', 1), akt('2026-07-11', 5)]
    })
    // 25 AKT on the 10th at $2, 25 on the 11th at $3, the median of two sources.
    expect(rows[0]).toMatchObject({ provider: 'x', leases: 1, usd_paid: 125, usd_per_gpu_month: 125 })
    expect((await verdictOf(id, { ...withAkt, token_prices: [akt('2026-07-06', 2), akt('2026-07-11', 1)] }))[3]).toBe(4)
  })
})

describe('demand-bottleneck', () => {
  const id = 'demand-bottleneck'
  /** Ten orders a month from January 2024 on, some of them without a bid, and the occupancy of the month in tenths. */
  const months = (n: number, without: (i: number) => number, tenths: (i: number) => number | null): Tables => {
    const month = (i: number) => `${2024 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`
    return {
      orders: list(n, (i) =>
        list(10, (k) => ({
          network,
          owner: 'o',
          created_at: `${month(i)}-1${k}`,
          gpus: 1,
          bids: k < without(i) ? 0 : 2,
          outcome: k < without(i) ? 'closed' : 'leased'
        }))
      ).flat(),
      supply_days: list(n, (i) => ({
        network,
        day: `${month(i)}-01`,
        gpu_model: 'a',
        gpus_allocatable: tenths(i) === null ? null : 10,
        gpus_leased_online: tenths(i),
        gpus_online: 10,
        gpus_free: i === 0 ? 0 : 5
      }))
    }
  }
  test('two years of bids for nine of ten orders and under half leased hold; one year holds in part', async () => {
    expect(
      await verdictOf(
        id,
        months(
          24,
          () => 1,
          () => 4
        )
      )
    ).toEqual(['holds', 10, 10, 240, '2024-01-10', '2025-12-19'])
    expect(
      (
        await verdictOf(
          id,
          months(
            23,
            () => 1,
            () => 4
          )
        )
      )[0]
    ).toBe('in_part')
  })
  test('orders without a bid, or half leased, do not hold; a mixture holds in part', async () => {
    expect(
      await verdictOf(
        id,
        months(
          2,
          (i) => 2 + i,
          () => 4
        )
      )
    ).toEqual(['does_not_hold', 20, 30, 20, '2024-01-10', '2024-02-19'])
    expect(
      (
        await verdictOf(
          id,
          months(
            2,
            () => 0,
            () => 5
          )
        )
      )[0]
    ).toBe('does_not_hold')
    expect(
      (
        await verdictOf(
          id,
          months(
            2,
            (i) => 5 * i,
            () => 4
          )
        )
      )[0]
    ).toBe('in_part')
  })
  test('without occupancy only orders without a bid tell anything', async () => {
    expect(
      await verdictOf(
        id,
        months(
          3,
          () => 0,
          () => null
        )
      )
    ).toEqual(['unknown', null, null, 30, '2024-01-10', '2024-03-19'])
    expect(
      await whyOf(
        id,
        months(
          2,
          () => 5,
          () => null
        )
      )
    ).toBe(
      'In 0 of 2 months that can be judged nine of ten orders for GPUs got a bid while less than half of the GPUs were leased. In 2 months more than a tenth of the orders got none. On the median month 50 % of models were sold out.'
    )
  })
  test('open orders, those without GPUs and those of price bots do not count; a lease without a known bid had one', async () => {
    const order = (more: Row) => ({ network, owner: 'o', created_at: '2024-01-01', gpus: 1, bids: 0, outcome: 'closed', ...more })
    const orders = [
      order({ outcome: 'open' }),
      order({ gpus: 0 }),
      order({ owner: 'bot' }),
      ...list(5, () => order({ outcome: 'leased' }))
    ]
    const { rows } = await judges.judge(id, { orders, account_labels: [{ network, account: 'bot', label: 'price_bot' }] })
    expect(rows.map((row) => [row['orders'], row['bids_per_order'], row['share_without_bid'], row['share_unfilled']])).toEqual([
      [5, 1, 0, 0]
    ])
  })
})

describe('akt-0.40-end-2023', () => {
  const id = 'akt-0.40-end-2023'
  const akt = (day: string, usd: number) => ({ network, asset: 'akt', time: day, usd, basis: 'daily_close', source: 's' })
  test('$0.40 all month holds, on some days in part, $2 does not', async () => {
    expect(await verdictOf(id, { token_prices: list(31, (i) => akt(`2023-12-${i + 1}`, 0.4)) })).toEqual([
      'holds',
      0.4,
      0.4,
      31,
      '2023-12-01',
      '2023-12-31'
    ])
    expect(await verdictOf(id, { token_prices: [akt('2023-12-30', 0.5), akt('2023-12-31', 0.36)] })).toEqual([
      'in_part',
      0.36,
      0.5,
      2,
      '2023-12-30',
      '2023-12-31'
    ])
    expect((await verdictOf(id, { token_prices: [akt('2023-12-31', 2)] }))[0]).toBe('does_not_hold')
  })
  test('prices of other months and tokens tell nothing; sources of one day count once', async () => {
    const others = [akt('2023-11-30', 0.4), akt('2024-01-01', 0.4), { ...akt('2023-12-05', 0.4), asset: 'usdc' }]
    expect(await verdictOf(id, { token_prices: others })).toEqual(['unknown', null, null, 0, null, null])
    const { verdict, rows } = await judges.judge(id, {
      token_prices: [...others, akt('2023-12-05 00:00', 1), akt('2023-12-05 12:00', 3)]
    })
    expect([verdict.verdict, verdict.n, verdict.low]).toEqual(['does_not_hold', 1, 2])
    expect(rows.map((row) => row['what'])).toEqual([
      'last known day at $0.44 or less before it',
      'December 2023',
      'next day with a price after it'
    ])
    expect(verdict.why).toBe(
      'AKT was within a tenth of $0.40 on 0 of 1 days of December 2023 that have a price, from $2.00 to $2.00. The last of these is 5 December 2023, at $2.00. The next day with a price after the month is 1 Jan 2024, at $0.40.'
    )
  })
})

describe('akash-cap-1217', () => {
  test('487 to 1,300 is 167 %, from 1,250 / 487.5 to 1,350 / 486.5', async () => {
    const { verdict, rows } = await judges.judge('akash-cap-1217', {})
    expect([verdict.verdict, verdict.n, verdict.from_day]).toEqual(['does_not_hold', 2, null])
    expect([verdict.low, verdict.high].map((value) => value?.toFixed(2))).toEqual(['156.41', '177.49'])
    expect(verdict.why).toContain('is a rise of 167 % (156 to 177 % as the figures are rounded), not of 1,217 %')
    // 1,300 ÷ 13.17.
    expect(Number(rows[4]?.['value']).toFixed(2)).toBe('98.71')
    expect(rows.slice(5).map((row) => row['value'])).toEqual([null, null])
  })
  test('AKT’s prices of both months stand beside it where there are any', async () => {
    const akt = (time: string, usd: number) => ({ network, asset: 'akt', time, usd })
    const { rows } = await judges.judge('akash-cap-1217', {
      token_prices: [
        akt('2023-02-28 23:00', 0.4),
        akt('2023-03-01', 9),
        akt('2024-05-01', 4),
        akt('2024-05-31', 5),
        akt('2024-06-01', 9)
      ]
    })
    expect(rows.slice(5).map((row) => row['value'])).toEqual([0.4, 4.5])
  })
})

test('what the reference history of prices decides: AKT cost $1.60 to $2.33 in the half of December 2023 that it has', async () => {
  const engine = await openNative({ threads: 1 })
  const views = viewsFor(sqlOf('akt-0.40-end-2023').verdict).filter(({ name }) => name === 'token_prices')
  const reference = referenceFor(views)
  if (!reference) throw new Error('token_prices reads no reference')
  await engine.exec('CREATE SCHEMA facts')
  for (const table of ['oracle_prices', 'blocks', 'token_prices'] as const)
    await engine.exec(`CREATE TABLE facts.${table} (${columnList(attachedColumns(table))})`)
  for (const [table, columns, rows] of knownTables(network, reference)) {
    await engine.exec(`CREATE TABLE facts.${table} (${columnList(columns)})`)
    await engine.insert(`facts.${table}`, columns, rows)
  }
  await createViews(engine, views)
  const { verdict } = await judgeIn(engine, 'akt-0.40-end-2023')
  expect([verdict.verdict, verdict.n, verdict.from_day, verdict.to_day]).toEqual([
    'does_not_hold',
    15,
    '2023-12-01',
    '2023-12-15'
  ])
  expect([verdict.low, verdict.high]).toEqual([1.60154874793441, 2.32690181610373])
  // What the claim's caveats say of the history.
  expect(verdict.why).toContain('The next day with a price after the month is 26 Jun 2024, at $2.92.')
  const cap = await judgeIn(engine, 'akash-cap-1217')
  expect(cap.rows.slice(5).map((row) => row['value'])).toEqual([null, null])
  await engine.close()
})
