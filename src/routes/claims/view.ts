/** What the page of claims shows: verdicts and their evidence in words and tables. Pure. */
import type { Row } from '../../lib/engine/engine.ts'
import { amount, count, short } from '../../lib/model/format.ts'
import type { Origin } from '../../lib/model/manifest.ts'
import type { Claim, ClaimSql, Verdict, VerdictRow } from '../../lib/sql/claims.ts'
import type { TableData } from '../../lib/ui/export.ts'
import { dayText, daysText } from '../supply/findings.ts'

/** A claim with what came out. */
export type JudgedClaim = {
  readonly claim: Claim
  /** Null when nothing decides it. */
  readonly sql: ClaimSql | null
  /** Null when this lake does not judge it. */
  readonly found: { readonly verdict: VerdictRow; readonly rows: readonly Row[] } | null
}

/** A verdict, or that there is none because the market is not observed. */
export type Standing = Verdict | 'not_judged'

/** In the order in which the page has them: what is decided first. */
const STANDINGS = ['holds', 'in_part', 'does_not_hold', 'unknown', 'not_judged'] as const
const WORDS: { readonly [standing in Standing]: readonly [one: string, many: string] } = {
  holds: ['holds', 'hold'],
  in_part: ['holds in part', 'hold in part'],
  does_not_hold: ['does not hold', 'do not hold'],
  unknown: ['can’t be known', 'can’t be known'],
  not_judged: ['is not judged here', 'are not judged here']
}
const MARKETS: { readonly [origin in Exclude<Origin, 'observed'>]: string } = {
  simulated: 'a simulated market',
  recorded: 'a recorded test chain'
}

export type ClaimView = JudgedClaim & {
  readonly standing: Standing
  /** The verdict, beginning with a capital. */
  readonly word: string
  /** `18 Aug 2023`, or `Dec 2023`. */
  readonly saidOn: string
  /** Figures of the verdict; none without one. */
  readonly figures: readonly { readonly name: string; readonly value: string }[]
  /** Why it is judged so, or is not. */
  readonly why: string
  readonly table: TableData | null
}

/** All claims, those with a verdict first, in the order in which they were collected. */
export function claimViews(claims: readonly JudgedClaim[], origin: Origin): readonly ClaimView[] {
  const views = claims.map((judged) => viewOf(judged, origin))
  const rank = ({ standing, found }: ClaimView) =>
    found !== null && standing !== 'unknown' ? 0 : standing === 'not_judged' ? 2 : 1
  return views.toSorted((a, b) => rank(a) - rank(b))
}

function viewOf(judged: JudgedClaim, origin: Origin): ClaimView {
  const { claim, found } = judged
  const saidOn = claim.madeOn.length === 7 ? dayText(`${claim.madeOn}-01`).replace(/^\d+ /, '') : dayText(claim.madeOn)
  const base = { ...judged, saidOn, table: found === null ? null : tableOf(found.rows) }
  if (claim.decided_by === 'nothing')
    return { ...base, standing: 'unknown', word: capital(WORDS.unknown[0]), figures: [], why: claim.why }
  if (found === null) {
    const market = origin === 'observed' ? 'this lake' : MARKETS[origin]
    const why = `Whether it holds shows in leases and providers of the live network. This lake has none of these: its market is ${origin === 'recorded' ? 'invented' : 'simulated'}.`
    return { ...base, standing: 'not_judged', word: `Not judged over ${market}`, figures: [], why }
  }
  const { verdict, low, high, unit, n, from_day, to_day, why } = found.verdict
  const figures = [
    ...(low === null || high === null ? [] : [{ name: capital(claim.range), value: rangeText(low, high, unit) }]),
    { name: 'Counted', value: `n = ${count(n, ...claim.counted)}` },
    { name: 'Dates', value: from_day === null || to_day === null ? 'none' : daysText(from_day, to_day) }
  ]
  return { ...base, standing: verdict, word: capital(WORDS[verdict][0]), figures, why }
}

/** `Of 11 claims, 2 do not hold, 2 can’t be known and 7 are not judged here.` */
export function headline(views: readonly ClaimView[]): string {
  const parts = STANDINGS.flatMap((standing) => {
    const n = views.filter((view) => view.standing === standing).length
    return n === 0 ? [] : [`${n} ${WORDS[standing][n === 1 ? 0 : 1]}`]
  })
  const list = parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`
  return `Of ${count(views.length, 'claim')} that others made, ${list}.`
}

/** Why claims about the market are not judged; null where it is an observed one. */
export function unjudgedNote(origin: Origin): string | null {
  switch (origin) {
    case 'observed':
      return null
    case 'recorded':
      return 'The market of this lake is invented: real node software, no real trade. So claims about the market are not judged here, only those that observed prices of AKT or arithmetic decide.'
    case 'simulated':
      return 'The market of this lake is simulated, not observed. So claims about the market are not judged here, only those that observed prices of AKT or arithmetic decide.'
  }
}

/** `42.8 – 72 % below AWS`, `$1.60 – $2.33 per GPU-hour`; one value where both ends are written the same. */
export function rangeText(low: number, high: number, unit: string): string {
  const [, sign = '', rest = ''] = /^(%|USD)?(.*)$/.exec(unit) ?? []
  const write = (value: number) => (sign === 'USD' ? `${value < 0 ? '−' : ''}$${amount(Math.abs(value))}` : short(value))
  const ends = [...new Set([write(low), write(high)])].join(' – ')
  return `${ends}${sign === '%' ? '\u00a0%' : ''}${rest}`
}

/** Evidence as a table: names of columns in words, doubles with six digits. */
export function tableOf(rows: readonly Row[]): TableData {
  const names = Object.keys(rows[0] ?? {})
  return {
    columns: names.map((name) => ({
      name: wordsOf(name),
      numeric: rows.some((row) => typeof row[name] === 'number')
    })),
    rows: rows.map((row) =>
      names.map((name) => {
        const value = row[name] ?? null
        if (typeof value === 'number') return Number(value.toPrecision(6))
        if (typeof value === 'boolean') return value ? 'yes' : 'no'
        if (value === null || typeof value === 'string') return name === 'month' ? (value?.slice(0, 7) ?? null) : value
        return value.map(String).join(', ')
      })
    )
  }
}

const SPELLED: ReadonlyMap<string, string> = new Map(
  ['USD', 'GPU', 'GPUs', 'GiB', 'AWS', 'GCP', 'Azure', 'Akash'].map((word) => [word.toLowerCase(), word])
)
/** `gpu_memory_gib` is `GPU memory GiB`. */
function wordsOf(column: string): string {
  return column
    .split('_')
    .map((word) => SPELLED.get(word) ?? word)
    .join(' ')
}

function capital(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`
}
