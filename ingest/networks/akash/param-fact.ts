/** Rows of facts about parameters of modules: from genesis, proposals, executed messages, and from what an upgrade leaves in its block. */
import { BEGIN_BLOCK, type Fact, type FactRow } from '../../../src/lib/model/facts.ts'
import type { ChainEvent } from '../../chain/source.ts'
import { digits, EventError, text } from './event.ts'
import type { Place } from './fact.ts'
import type { Proposal } from './gov.ts'
import { readGenesisParams, type Statement } from './params.ts'

const at = (place: Place, index: number) => ({ height: place.height, tx_index: place.txIndex, event_index: index })

export function factsOfStatements(
  place: Place,
  index: number,
  statements: readonly Statement[],
  { basis, proposalId }: { readonly basis: FactRow<'param_statements'>['basis']; readonly proposalId: string | null }
): Fact[] {
  const rows = statements.flatMap(({ module, whole, params }) => params.map((param) => ({ module, whole, ...param })))
  return rows.map((row, param_index) => ({
    table: 'param_statements',
    row: { ...at(place, index), param_index, basis, proposal_id: proposalId, ...row }
  }))
}

/** Facts of genesis, before everything else of the first block of a chain. */
export function factsOfGenesis(genesis: unknown, height: number): Fact[] {
  const statements = readGenesisParams(genesis)
  return factsOfStatements({ height, txIndex: BEGIN_BLOCK }, -1, statements, { basis: 'genesis', proposalId: null })
}

const attribute = (event: ChainEvent, key: string): string | undefined => event.attributes.find((a) => a.key === key)?.value

/** What a proposal holds, at the event that gave it its id. */
export function factsOfProposal(place: Place, index: number, proposalId: string, proposal: Proposal): Fact[] {
  return [
    ...factsOfStatements(place, index, proposal.statements, { basis: 'proposal', proposalId }),
    ...proposal.plans.map(({ name, height }, param_index): Fact => {
      const row = { ...at(place, index), param_index, proposal_id: proposalId, name, upgrade_height: height }
      return { table: 'upgrade_plans', row }
    })
  ]
}

/** The id that an event gives to a proposal of its message; undefined for any other event. Throws EventError. */
export function submittedId(event: ChainEvent): string | undefined {
  const id = event.type === 'submit_proposal' ? attribute(event, 'proposal_id') : undefined
  return id === undefined ? undefined : digits(id, 'proposal_id')
}

/** The coin of a typed event's attribute; undefined when it is none. */
function coinIn(event: ChainEvent, key: string): unknown {
  try {
    return JSON.parse(attribute(event, key) ?? '')
  } catch {
    return undefined
  }
}

/**
 * Facts of an event about governance or upgrades; none for any other.
 * v2.0.0 funds the new vault of the burn-mint engine within its block, which then holds that amount and nothing else. No other event tells
 * the upgrade itself.
 * @throws EventError when it does not say what it must
 */
export function factsOfGovernance(place: Place, index: number, event: ChainEvent): Fact[] {
  if (event.type === 'active_proposal') {
    const proposal_id = digits(attribute(event, 'proposal_id'), 'proposal_id')
    const result = text(attribute(event, 'proposal_result'), 'proposal_result')
    return [{ table: 'proposal_results', row: { ...at(place, index), proposal_id, result } }]
  }
  if (event.type !== 'akash.bme.v1.EventVaultFunded' || place.txIndex !== BEGIN_BLOCK) return []
  const [amount, balance] = [coinIn(event, 'amount'), coinIn(event, 'new_vault_balance')]
  if (amount === undefined || balance === undefined) throw new EventError('has no amount or balance')
  if (JSON.stringify(amount) !== JSON.stringify(balance)) return []
  const row = { ...at(place, index), param_index: 0, proposal_id: null, name: 'v2.0.0', upgrade_height: place.height }
  return [{ table: 'upgrade_plans', row }]
}
