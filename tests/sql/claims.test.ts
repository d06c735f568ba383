/** Verdicts over public tables written by hand, reckoned on paper; each in both engines. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Row } from '../../src/lib/engine/engine.ts'
import { CLAIM_RULES, type JudgedClaimId } from '../../src/lib/sql/claim-rules.ts'
import { CLAIM_IDS } from '../../src/lib/sql/claims.ts'
import { openJudges, type Judges, type Tables } from './claim-case.ts'

let judges: Judges
beforeAll(async () => {
  judges = await openJudges()
})
afterAll(() => judges.close())

/** Verdict, range to three places, unit apart, n, dates. */
async function verdictOf(id: JudgedClaimId, tables: Tables): Promise<readonly unknown[]> {
  const { low, high, verdict, n, from_day, to_day } = (await judges.judge(id, tables)).verdict
  const places = (value: number | null) => (value === null ? null : Number(value.toFixed(3)))
  return [verdict, places(low), places(high), n, from_day, to_day]
}
const whyOf = async (id: JudgedClaimId, tables: Tables) => (await judges.judge(id, tables)).verdict.why

const network = 'akash'
const two = (n: number) => String(n).padStart(2, '0')

/** The month `2024-MM` of a kind of GPU with a median price on its tenth day, and leases that span it. */
type Month = {
  readonly usd: number | null
  readonly leases?: number
  readonly gpu?: string
  readonly gib?: number
  readonly hours?: number
  readonly scope?: string
  readonly marks?: readonly string[]
  readonly year?: number
}
function market(months: readonly Month[]): { readonly price_days: Row[]; readonly realised_prices: Row[] } {
  const price_days: Row[] = []
  const realised_prices: Row[] = []
  for (const [
    i,
    { usd, leases = 5, gpu = 'nvidia/h100', gib = 80, hours = 100, scope = 'all', marks = [], year = 2024 }
  ] of months.entries()) {
    const month = `${year}-${two(i + 1)}`
    const kind = { network, gpu_model: gpu, gpu_memory_gib: gib, gpu_interface: 'sxm' }
    price_days.push({ ...kind, scope, day: `${month}-10`, gpu_hours: hours, p50: usd })
    for (let l = 0; l < leases; l++)
      realised_prices.push({
        ...{ ...kind, lease_id: `${month}/${l}`, provider: `p${l}`, kind: 'gpu', gpus: 1, marks, hours: 48, priced_hours: 48 },
        ...{ from_time: `${month}-09 00:00`, to_time: `${month}-11 00:00` }
      })
  }
  return { price_days, realised_prices }
}
const step = (usd: number, more: Row = {}): Row => ({
  ...{
    network,
    provider: 'aws',
    gpu_model: 'nvidia/h100',
    gpu_memory_gib: 80,
    gpu_interface: 'sxm',
    instance_type: 'p5.48xlarge'
  },
  ...{ purchase_option: 'on_demand', usd_per_gpu_hour: usd, from_day: '2023-01-01', to_day: '2027-01-01', ...more }
})
const same = (n: number, usd: number): Month[] => Array.from({ length: n }, () => ({ usd }))

test.each(CLAIM_IDS.filter((id): id is JudgedClaimId => CLAIM_RULES[id].decided_by === 'market'))(
  '%s: empty tables give one row that says why nothing is known',
  async (id) => {
    const { verdict } = await judges.judge(id, {})
    expect([verdict.verdict, verdict.low, verdict.high, verdict.n, verdict.from_day, verdict.to_day]).toEqual([
      'unknown',
      null,
      null,
      0,
      null,
      null
    ])
    expect(verdict.why).toMatch(/^(There are 0|No ).{30,}/)
  }
)

describe('60-80-cheaper: AWS asks $10', () => {
  const id = '60-80-cheaper'
  const at = (months: readonly Month[], steps: readonly Row[] = [step(10)]): Tables => ({
    ...market(months),
    cloud_price_steps: steps
  })
  test('70 % below in every month holds', async () => {
    expect(await verdictOf(id, at(same(5, 3)))).toEqual(['holds', 70, 70, 5, '2024-01-10', '2024-05-10'])
  })
  test('bounds belong to the range; nine of ten are enough, eight are not', async () => {
    expect((await verdictOf(id, at([...same(8, 4), { usd: 2 }, { usd: 5 }])))[0]).toBe('holds')
    expect((await verdictOf(id, at([...same(8, 4), { usd: 5 }, { usd: 5 }])))[0]).toBe('in_part')
  })
  test('three of five hold in part: discounts of 50, 70, 70, 70, 90 % have p10 58 and p90 82', async () => {
    const months = [{ usd: 3 }, { usd: 3 }, { usd: 5, hours: 500 }, { usd: 1 }, { usd: 3 }]
    expect(await verdictOf(id, at(months))).toEqual(['in_part', 58, 82, 5, '2024-01-10', '2024-05-10'])
    expect(await whyOf(id, at(months))).toBe(
      'The median lease was 60 to 80 % below AWS on demand in 3 of 5 model-months (weighted by GPU-hours: 33 %), less far below or dearer in 1, further below in 1.'
    )
  })
  test('half as dear, or dearer than AWS, does not hold', async () => {
    expect(await verdictOf(id, at(same(5, 5)))).toEqual(['does_not_hold', 50, 50, 5, '2024-01-10', '2024-05-10'])
    expect(await verdictOf(id, at(same(5, 12)))).toEqual(['does_not_hold', -20, -20, 5, '2024-01-10', '2024-05-10'])
  })
  test('under five model-months, or months under five leases, nothing is known', async () => {
    expect(await verdictOf(id, at(same(4, 3)))).toEqual(['unknown', null, null, 4, '2024-01-10', '2024-04-10'])
    expect((await verdictOf(id, at([...same(4, 3), { usd: 3, leases: 4 }])))[0]).toBe('unknown')
  })
  test('marked leases do not count, nor prices of others, of spot, of another memory or past their last day', async () => {
    expect((await verdictOf(id, at([...same(4, 3), { usd: 3, marks: ['price_bot'] }])))[3]).toBe(4)
    const others = [
      { provider: 'gcp' },
      { purchase_option: 'spot' },
      { gpu_memory_gib: 94 },
      { gpu_interface: 'pcie' },
      { to_day: '2024-01-10' }
    ]
    for (const other of others) expect((await verdictOf(id, at(same(5, 3), [step(10, other)])))[3]).toBe(0)
    expect((await verdictOf(id, at(same(5, 3), [step(10, { to_day: '2024-01-11' })])))[3]).toBe(1)
    const { rows } = await judges.judge(id, at(same(5, 3), [step(10, { to_day: '2024-01-11' })]))
    expect(rows.map((row) => [row['month'], row['discount'], row['leases'], row['providers'], row['is_counted']])).toEqual([
      ['2024-01-01', 0.7, 5, 5, true]
    ])
  })
  test('a month is the median of its days by GPU-hours; organic days stand before all, and one of marked leases alone is none', async () => {
    const tables = at(same(5, 3))
    const day = (day: string, p50: number | null, gpu_hours: number, scope = 'all') => ({
      ...tables.price_days?.[0],
      day,
      p50,
      gpu_hours,
      scope
    })
    const more = [
      day('2024-01-11', 5, 300),
      day('2024-01-12', 1, 900),
      day('2024-01-12', null, 0, 'organic'),
      day('2024-01-13', 1, 900),
      day('2024-01-13', 4, 10, 'organic')
    ]
    const { rows } = await judges.judge(id, { ...tables, price_days: [...(tables.price_days ?? []), ...more] })
    // 100 GPU-hours at $3, 10 at $4, 300 at $5.
    expect([rows[0]?.['akash_usd'], rows[0]?.['discount'], rows[0]?.['gpu_hours']]).toEqual([5, 0.5, 410])
  })
})

describe('a100-3.50-vs-1', () => {
  const id = 'a100-3.50-vs-1'
  const a100 = (months: readonly Month[]) => market(months.map((month) => ({ gpu: 'nvidia/a100', ...month })))
  const aws = (usd: number, gib: number, more: Row = {}) =>
    step(usd, { gpu_model: 'nvidia/a100', gpu_memory_gib: gib, from_day: '2024-01-01', to_day: '2024-06-01', ...more })
  test('under $1 beside $3.50 holds', async () => {
    expect(await verdictOf(id, { ...a100(same(5, 0.9)), cloud_price_steps: [aws(3.5, 80)] })).toEqual([
      'holds',
      0.9,
      0.9,
      5,
      '2024-01-10',
      '2024-05-10'
    ])
  })
  test('under $1 beside what AWS asked holds in part', async () => {
    const tables = {
      ...a100([...same(4, 0.9), { usd: 0.8, gib: 40 }]),
      cloud_price_steps: [aws(4.1, 40, { from_day: '2023-08-01' }), aws(5.12, 80)]
    }
    expect(await verdictOf(id, tables)).toEqual(['in_part', 0.8, 0.9, 5, '2024-01-10', '2024-05-10'])
    expect(await whyOf(id, tables)).toBe(
      'Akash: the median was under $1 in 5 of 5 months (40 GB: 1 of 1, 80 GB: 4 of 4). AWS: within a tenth of $3.50 in 0 of 15 months of one size; $4.10 for 40 GB and no price for 80 GB in August 2023.'
    )
  })
  test('under $1 in none does not hold, whatever AWS asks; in some, in part', async () => {
    expect((await verdictOf(id, { ...a100(same(5, 1)), cloud_price_steps: [aws(3.5, 80)] }))[0]).toBe('does_not_hold')
    expect((await verdictOf(id, { ...a100([...same(4, 0.5), { usd: 2 }]), cloud_price_steps: [aws(3.5, 80)] }))[0]).toBe(
      'in_part'
    )
  })
  test('unknown without a price of AWS, or with too few months; leases of unknown size do not count', async () => {
    expect((await verdictOf(id, a100(same(5, 0.9))))[0]).toBe('unknown')
    expect(
      await verdictOf(id, { ...a100([...same(4, 0.9), { usd: 0.9, leases: 4 }]), cloud_price_steps: [aws(3.5, 80)] })
    ).toEqual(['unknown', null, null, 4, '2024-01-10', '2024-04-10'])
    const { price_days, realised_prices } = a100(same(5, 0.9))
    const sizeless = (rows: readonly Row[]) => rows.map((row) => ({ ...row, gpu_memory_gib: null }))
    expect(
      (
        await verdictOf(id, {
          price_days: sizeless(price_days),
          realised_prices: sizeless(realised_prices),
          cloud_price_steps: [aws(3.5, 80)]
        })
      )[3]
    ).toBe(0)
  })
  test('other clouds stand beside it, those on the 15th', async () => {
    const steps = [
      aws(3.5, 80),
      aws(3.67, 80, { provider: 'gcp' }),
      aws(3, 80, { provider: 'azure', to_day: '2024-01-15' }),
      aws(1, 80, { purchase_option: 'spot' })
    ]
    const { rows } = await judges.judge(id, { ...a100(same(1, 0.9)), cloud_price_steps: steps })
    expect(rows).toHaveLength(5)
    expect([
      rows[0]?.['aws_usd'],
      rows[0]?.['gcp_usd'],
      rows[0]?.['azure_usd'],
      rows[1]?.['akash_usd'],
      rows[1]?.['leases']
    ]).toEqual([3.5, 3.67, null, null, 0])
  })
})

describe('permissionless-competitive: 2025, clouds at $2, $4 and $9', () => {
  const id = 'permissionless-competitive'
  const clouds = [step(2, { provider: 'runpod' }), step(4, { provider: 'lambda' }), step(9)]
  const at = (months: readonly Month[], steps: readonly Row[] = clouds): Tables => ({
    ...market(months.map((month) => ({ year: 2025, ...month }))),
    cloud_price_steps: steps
  })
  test('$3 is 25 % below the median cloud and holds, $4 does too', async () => {
    expect(await verdictOf(id, at(same(5, 3)))).toEqual(['holds', 25, 25, 5, '2025-01-10', '2025-05-10'])
    expect((await verdictOf(id, at(same(5, 4))))[0]).toBe('holds')
  })
  test('dearer in some months holds in part, in all not', async () => {
    expect(await verdictOf(id, at([...same(4, 3), { usd: 5 }]))).toEqual(['in_part', -5, 25, 5, '2025-01-10', '2025-05-10'])
    expect((await verdictOf(id, at(same(5, 5))))[0]).toBe('does_not_hold')
  })
  test('of 2025 alone, with two clouds or more', async () => {
    expect((await verdictOf(id, at(same(5, 3).map((month) => ({ ...month, year: 2024 })))))[3]).toBe(0)
    expect(await verdictOf(id, at(same(5, 3), [step(9)]))).toEqual(['unknown', null, null, 0, null, null])
  })
  test('the occupancy of the model is told where it is known', async () => {
    const supply_days = [1, 2].map((n) => ({
      network,
      day: `2025-0${n}-01`,
      gpu_model: 'nvidia/h100',
      gpus_allocatable: 10,
      gpus_leased_online: 4 * n
    }))
    expect(await whyOf(id, { ...at(same(5, 2)), supply_days })).toBe(
      'The median lease cost no more than the median of the clouds that offer the same GPU in 5 of 5 model-months of 2025, and no more than the cheapest of them in 5. Less than half of the model’s GPUs was leased in 1 of 2 model-months in which that is known.'
    )
  })
})
