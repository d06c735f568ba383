/** Judges the claims over the lake that pages are made from. */
import { CLAIM_SQL, CLAIMS } from '../../lib/sql/bundled-claims.ts'
import type { JudgedClaimId } from '../../lib/sql/claim-rules.ts'
import type { VerdictRow } from '../../lib/sql/claims.ts'
import type { StaticLake } from '../lake.server.ts'
import type { JudgedClaim } from './view.ts'

/**
 * Each claim with its SQL and, where the lake can judge it, its verdict and the rows behind it. Claims about the market are judged over an
 * observed one alone: their queries are not even run over another.
 * @throws QueryError when the lake lacks a table, Error when a verdict is not one row
 */
export async function judgeClaims({ info, query }: Pick<StaticLake, 'info' | 'query'>): Promise<JudgedClaim[]> {
  const judged: JudgedClaim[] = []
  for (const claim of CLAIMS) {
    const sql = claim.decided_by === 'nothing' ? null : CLAIM_SQL[claim.id as JudgedClaimId]
    const judges = sql !== null && (claim.decided_by === 'reference' || info.origin === 'observed')
    if (!judges) {
      judged.push({ claim, sql, found: null })
      continue
    }
    const [rows, verdicts] = [await query(sql.rows), await query(sql.verdict)]
    if (verdicts.length !== 1) throw new Error(`src/lib/sql/claims/${claim.id}.sql gives ${verdicts.length} verdicts, not one`)
    judged.push({ claim, sql, found: { verdict: verdicts[0] as unknown as VerdictRow, rows } })
  }
  return judged
}
