/** The page of claims: what is judged over which lake, and in which words. */
import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { CLAIM_RULES } from '../../../src/lib/sql/claim-rules.ts'
import { CLAIM_IDS, type VerdictRow } from '../../../src/lib/sql/claims.ts'
import type { Row } from '../../../src/lib/engine/engine.ts'
import type { Origin } from '../../../src/lib/model/manifest.ts'
import { judgeClaims } from '../../../src/routes/claims/judge.server.ts'
import type { LakeInfo } from '../../../src/routes/lake.ts'
import { claimViews, headline, rangeText, tableOf, unjudgedNote } from '../../../src/routes/claims/view.ts'

const VERDICT: VerdictRow = {
  verdict: 'in_part',
  low: 42.75,
  high: 71.98,
  unit: '% below AWS',
  n: 114,
  from_day: '2023-09-05',
  to_day: '2026-07-20',
  why: 'Because.'
}
const infoOf = (origin: Origin) => ({ origin }) as LakeInfo
const query = (verdict: Partial<VerdictRow> = {}) =>
  vi.fn((sql: string): Promise<Row[]> =>
    Promise.resolve(
      sql.startsWith('WITH rows AS') ? [{ ...VERDICT, ...verdict }] : [{ month: '2024-01-01', akash_usd: 1.23456789 }]
    )
  )
const viewsOf = async (origin: Origin, verdict: Partial<VerdictRow> = {}) =>
  claimViews(await judgeClaims({ info: infoOf(origin), query: query(verdict) }), origin)

test.each(['simulated', 'recorded'] as const)(
  'over a %s lake only what observed prices or arithmetic decide is asked, let alone shown',
  async (origin) => {
    const asked = query()
    const views = claimViews(await judgeClaims({ info: infoOf(origin), query: asked }), origin)
    const decided = views.filter(({ found }) => found !== null).map(({ claim }) => claim.id)
    expect(decided).toEqual(['akt-0.40-end-2023', 'akash-cap-1217'])
    expect(asked).toHaveBeenCalledTimes(4)
    const texts = decided.map((id) => readFileSync(`src/lib/sql/claims/${id}.sql`, 'utf8'))
    for (const [sql] of asked.mock.calls)
      expect(texts.some((text) => text.includes(sql.trim().split('\n').at(-1) ?? ' '))).toBe(true)
    const rest = views.filter(({ standing }) => standing === 'not_judged')
    expect(rest).toHaveLength(7)
    for (const view of rest) {
      expect([view.found, view.table, view.figures]).toEqual([null, null, []])
      expect(view.word).toBe(
        origin === 'simulated' ? 'Not judged over a simulated market' : 'Not judged over a recorded test chain'
      )
      expect(view.sql?.over).toContain('FROM rows')
    }
    expect(headline(views)).toBe(
      'Of 11\u00a0claims that others made, 2 hold in part, 2 can’t be known and 7 are not judged here.'
    )
    expect(unjudgedNote(origin)).toMatch(/not judged here/)
  }
)

test('over an observed lake every claim with SQL is judged; what nothing decides can’t be known', async () => {
  const views = await viewsOf('observed')
  expect(views.filter(({ found }) => found !== null)).toHaveLength(9)
  expect(views.slice(9).map(({ claim, word, sql }) => [claim.id, word, sql])).toEqual([
    ['akashchat-0.10', 'Can’t be known', null],
    ['compute-tokens-507', 'Can’t be known', null]
  ])
  expect(headline(views)).toBe('Of 11\u00a0claims that others made, 9 hold in part and 2 can’t be known.')
  expect(unjudgedNote('observed')).toBeNull()
  expect(views.map(({ claim }) => claim.id).sort()).toEqual([...CLAIM_IDS].sort())
})

test('a verdict in words: range, n, dates; when a claim was made', async () => {
  const [view] = await viewsOf('observed')
  expect([view?.claim.id, view?.word, view?.saidOn, view?.why]).toEqual([
    'a100-3.50-vs-1',
    'Holds in part',
    '18 Aug 2023',
    'Because.'
  ])
  expect(view?.figures).toEqual([
    { name: 'Monthly medians on Akash, lowest to highest', value: '42.8 – 72\u00a0% below AWS' },
    { name: 'Counted', value: 'n = 114\u00a0months of one size' },
    { name: 'Dates', value: '5\u00a0Sept\u00a02023 – 20\u00a0Jul\u00a02026' }
  ])
  const months = (await viewsOf('observed')).filter(({ claim }) => claim.madeOn.length === 7).map(({ saidOn }) => saidOn)
  expect(new Set(months)).toEqual(new Set(['Dec 2023', 'May 2024', 'Dec 2025']))
})

test('an unknown one has no range, stands after the others, and one is counted as one', async () => {
  const views = await viewsOf('observed', { verdict: 'unknown', low: null, high: null, n: 1, from_day: null, to_day: null })
  expect(views.map(({ standing }) => standing)).toEqual(Array.from({ length: 11 }, () => 'unknown'))
  expect(views[0]?.figures).toEqual([
    { name: 'Counted', value: 'n = 1\u00a0month of one size' },
    { name: 'Dates', value: 'none' }
  ])
  expect(headline(views)).toBe('Of 11\u00a0claims that others made, 11 can’t be known.')
})

test('a query that gives no verdict, or two, fails and names the file', async () => {
  const none = { info: infoOf('simulated'), query: () => Promise.resolve([]) }
  await expect(judgeClaims(none)).rejects.toThrow('src/lib/sql/claims/akt-0.40-end-2023.sql gives 0 verdicts')
})

test('ranges: money with its sign before it, shares with theirs behind, one value when both are written the same', () => {
  expect(rangeText(1.6015, 2.3269, 'USD')).toBe('$1.60 – $2.33')
  expect(rangeText(1.1277, 1.9793, 'USD per GPU-hour')).toBe('$1.13 – $1.98 per GPU-hour')
  expect(rangeText(-0.5, 12, 'USD')).toBe('−$0.50 – $12.00')
  expect(rangeText(-20, 61.23, '% below AWS')).toBe('−20 – 61.2\u00a0% below AWS')
  expect(rangeText(70, 70.001, '%')).toBe('70\u00a0%')
})

test('evidence as a table: months without days, six digits, yes and no, unknown stays unknown', () => {
  const rows = [
    { month: '2024-01-01', gpu_memory_gib: 80, akash_usd: 1.23456789, is_counted: true, names: ['a', 'b'] },
    { month: null, gpu_memory_gib: null, akash_usd: null, is_counted: false, names: null }
  ]
  expect(tableOf(rows)).toEqual({
    columns: [
      { name: 'month', numeric: false },
      { name: 'GPU memory GiB', numeric: true },
      { name: 'Akash USD', numeric: true },
      { name: 'is counted', numeric: false },
      { name: 'names', numeric: false }
    ],
    rows: [
      ['2024-01', 80, 1.23457, 'yes', 'a, b'],
      [null, null, null, 'no', null]
    ]
  })
  expect(tableOf([])).toEqual({ columns: [], rows: [] })
})

test('every rule says what n counts and what the range is, in words that fit a sentence', () => {
  for (const id of CLAIM_IDS) {
    const rule = CLAIM_RULES[id]
    expect(rule.caveats.length, id).toBeGreaterThan(0)
    for (const text of [...rule.caveats, rule.decided_by === 'nothing' ? rule.why : rule.rule]) expect(text, id).toMatch(/[.)]$/)
  }
})
