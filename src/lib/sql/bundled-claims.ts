/** The claims and their SQL as Vite bundles them, for pages. */
import { CLAIM_RULES, type JudgedClaimId } from './claim-rules.ts'
import { CLAIM_IDS, composeClaim, readClaims, type ClaimSql } from './claims.ts'

const files = import.meta.glob<string>('./claims/*', { query: '?raw', import: 'default', eager: true })

function read(path: string): string {
  const text = files[`./claims/${path}`]
  if (text === undefined) throw new Error(`src/lib/sql/claims/${path} does not exist, though the claim is listed`)
  return text
}

export const CLAIMS = readClaims(read('claims.csv'))

/** Of the claims that anything decides. */
export const CLAIM_SQL = Object.fromEntries(
  CLAIM_IDS.filter((id) => CLAIM_RULES[id].decided_by !== 'nothing').map((id) => [id, composeClaim(read(`${id}.sql`))])
) as { readonly [id in JudgedClaimId]: ClaimSql }
