/**
 * Claims that others have made, as data: what was said, by whom and when (`claims/claims.csv`, as collected), and what we add to each: what
 * decides it, by which rule, and its caveats. The SQL lies beside, `claims/<id>.sql`: the rows behind a verdict, and the verdict over them.
 * Pure, like the catalog of metrics.
 */
import { CLAIM_RULES, type ClaimId, type ClaimRule } from './claim-rules.ts'

export const CLAIM_IDS = Object.keys(CLAIM_RULES) as readonly ClaimId[]

/** What a claim turns out to be. */
export type Verdict = 'holds' | 'in_part' | 'does_not_hold' | 'unknown'

/** The one row of a verdict query. */
export type VerdictRow = {
  readonly verdict: Verdict
  /** Ends of the range that `ClaimRule.range` names, in `unit`; null when the verdict is `unknown`, or there is none. */
  readonly low: number | null
  readonly high: number | null
  readonly unit: string
  /** How many of what `ClaimRule.counted` names. */
  readonly n: number
  /** Days of the evidence, `YYYY-MM-DD`; null where it has none. */
  readonly from_day: string | null
  readonly to_day: string | null
  /** In words, with the counts that decide. */
  readonly why: string
}

export type Claim = ClaimRule & {
  readonly id: ClaimId
  readonly sentence: string
  /** `YYYY-MM-DD`, or `YYYY-MM` where the day is not known. */
  readonly madeOn: string
  /** Who said it, as far as that is told. */
  readonly source: string
  /** What would decide it, and whether that can be had, in the words of the collection. */
  readonly wouldDecide: string
  readonly checkable: string
}

const COLUMNS = ['id', 'claim', 'made_on', 'source', 'what_would_decide', 'checkable'] as const

/**
 * The claims in the order of the file.
 * @param csv text of `claims/claims.csv`
 * @throws Error when a line is broken, or a claim is not in `CLAIM_RULES`, or one of these is not in the file
 */
export function readClaims(csv: string): readonly Claim[] {
  const [header = [], ...lines] = csv
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map(fieldsOf)
  if (header.join() !== COLUMNS.join()) throw new Error(`claims.csv has the columns ${header.join()}, not ${COLUMNS.join()}`)
  const claims = lines.map(([id = '', sentence = '', madeOn = '', source = '', wouldDecide = '', checkable], i): Claim => {
    if (checkable === undefined) throw new Error(`claims.csv, line ${i + 2}, has fewer fields than the header`)
    if (!isClaimId(id))
      throw new Error(`claims.csv, line ${i + 2}: no rule is known for the claim "${id}". Add it to claim-rules.ts.`)
    return { ...CLAIM_RULES[id], id, sentence, madeOn, source, wouldDecide, checkable }
  })
  const missing = CLAIM_IDS.filter((id) => claims.filter((claim) => claim.id === id).length !== 1)
  if (missing.length > 0) throw new Error(`claims.csv does not have exactly one line for ${missing.join(', ')}`)
  return claims
}

function isClaimId(id: string): id is ClaimId {
  return Object.hasOwn(CLAIM_RULES, id)
}

/** Fields of a line of CSV (RFC 4180; no line breaks within a field). */
function fieldsOf(line: string): string[] {
  const fields = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/g)]
  if (fields.map(([all]) => all).join('') !== line) throw new Error(`claims.csv has a broken line: ${line.slice(0, 80)}`)
  return fields.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '')
}

export type ClaimSql = {
  /** The evidence, tidy. */
  readonly rows: string
  /** The verdict as a SELECT from `rows`, as it is written. */
  readonly over: string
  /** The same, complete: exactly one `VerdictRow`. */
  readonly verdict: string
}

/**
 * The two queries of a claim.
 * @param text `claims/<id>.sql`: the part `-- rows`, one SELECT, then the part `-- verdict`, a SELECT from `rows`
 * @throws Error when a part is missing or they stand otherwise
 */
export function composeClaim(text: string): ClaimSql {
  const parts = /^-- rows\n([\s\S]+?)\n-- verdict\n([\s\S]+)$/.exec(text)
  const [rows, over] = [parts?.[1]?.trim(), parts?.[2]?.trim()]
  if (rows === undefined || over === undefined || /^-- (rows|verdict)$/m.test(`${rows}\n${over}`))
    throw new Error('a claim’s SQL has two parts, `-- rows` and `-- verdict`, in this order')
  return { rows, over, verdict: `WITH rows AS (\n${rows.replaceAll(/^(?=.)/gm, '  ')}\n)\n${over}` }
}
