/**
 * Governance proposals, as far as they set parameters or plan upgrades. Their messages run at the end of the block in which the vote ends.
 * Field numbers: cosmos.gov v1 and v1beta1, cosmos.params.v1beta1, cosmos.upgrade.v1beta1 of https://github.com/cosmos/cosmos-sdk 0.45 and
 * 0.53, which agree; MsgSubmitProposal v1 with MsgSoftwareUpgrade was seen in the recording v1.2-to-v2.0.
 */
import { readMessage } from './messages.ts'
import { readLegacyChange, readUpdateParams, type Statement } from './params.ts'
import { any } from './proto.ts'
import { flatten, type Any } from './tx.ts'
import { decodeMessage, type Schema, WireError } from './wire.ts'

const plan = { 1: ['name', 'string'], 3: ['height', 'uint'] } as const satisfies Schema
const submit = { 1: ['messages', [any]] } as const satisfies Schema
const submitLegacy = { 1: ['content', any] } as const satisfies Schema
const execLegacy = submitLegacy
const softwareUpgrade = { 2: ['plan', plan] } as const satisfies Schema
const upgradeProposal = { 3: ['plan', plan] } as const satisfies Schema
const change = { 1: ['subspace', 'string'], 2: ['key', 'string'], 3: ['value', 'string'] } as const satisfies Schema
const changeProposal = { 3: ['changes', [change]] } as const satisfies Schema

/** A software upgrade; without a name the planned one is called off. */
export type Plan = { readonly name: string | null; readonly height: number | null }
export type Doubt = {
  readonly kind: 'message' | 'field' | 'undecodable'
  readonly type: string
  readonly detail: string | null
}
export type Proposal = {
  readonly statements: readonly Statement[]
  readonly plans: readonly Plan[]
  /** What of followed modules is not understood. */
  readonly doubts: readonly Doubt[]
}

/** Fields that bear on no table: deposits, texts, who proposes. */
const skipped = (): void => undefined
const nothing: Proposal = { statements: [], plans: [], doubts: [] }
const planOf = (p: { readonly name: string; readonly height: bigint } | undefined): Proposal =>
  p ? { ...nothing, plans: [{ name: p.name, height: Number(p.height) }] } : nothing
const calledOff: Proposal = { ...nothing, plans: [{ name: null, height: null }] }

function join(parts: readonly Proposal[]): Proposal {
  return {
    statements: parts.flatMap((p) => p.statements),
    plans: parts.flatMap((p) => p.plans),
    doubts: parts.flatMap((p) => p.doubts)
  }
}

function readChanges(value: Uint8Array): Proposal {
  const { changes } = decodeMessage(changeProposal, value, skipped)
  return join(
    changes.map(({ subspace, key, value: text }) => {
      try {
        const statement = readLegacyChange(subspace, key, text)
        return statement ? { ...nothing, statements: [statement] } : nothing
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error
        return { ...nothing, doubts: [{ kind: 'undecodable', type: `param ${subspace}.${key}`, detail: 'value is not JSON' }] }
      }
    })
  )
}

/** Contents of legacy proposals. */
function readContent(content: Any | undefined): Proposal {
  switch (content?.type_url) {
    case '/cosmos.params.v1beta1.ParameterChangeProposal':
      return readChanges(content.value)
    case '/cosmos.upgrade.v1beta1.SoftwareUpgradeProposal':
      return planOf(decodeMessage(upgradeProposal, content.value, skipped).plan)
    case '/cosmos.upgrade.v1beta1.CancelSoftwareUpgradeProposal':
      return calledOff
    default:
      return nothing
  }
}

function readProposed(type: string, value: Uint8Array): Proposal {
  switch (type) {
    case 'cosmos.upgrade.v1beta1.MsgSoftwareUpgrade':
      return planOf(decodeMessage(softwareUpgrade, value, skipped).plan)
    case 'cosmos.upgrade.v1beta1.MsgCancelUpgrade':
      return calledOff
    case 'cosmos.gov.v1.MsgExecLegacyContent':
      return readContent(decodeMessage(execLegacy, value, skipped).content)
    default: {
      const strange: string[] = []
      const statement = readUpdateParams(type, value, (field) => strange.push(field))
      const doubts: Doubt[] = strange.length > 0 ? [{ kind: 'field', type, detail: [...new Set(strange)].join(', ') }] : []
      if (statement) return { ...nothing, statements: [statement], doubts }
      const unknown = readMessage(type, value, skipped).kind === 'unknown'
      return unknown ? { ...nothing, doubts: [{ kind: 'message', type, detail: 'in a proposal' }] } : nothing
    }
  }
}

/**
 * Reads a MsgSubmitProposal. A message in it that cannot be read is a doubt, and the rest goes on.
 * @returns undefined when the type is another one
 * @throws WireError when the bytes do not fit the type
 */
export function readProposal(type: string, bytes: Uint8Array): Proposal | undefined {
  if (type === 'cosmos.gov.v1beta1.MsgSubmitProposal') return readContent(decodeMessage(submitLegacy, bytes, skipped).content)
  if (type !== 'cosmos.gov.v1.MsgSubmitProposal') return undefined
  return join(
    flatten(decodeMessage(submit, bytes, skipped).messages).map(({ type: proposed, value }) => {
      try {
        return readProposed(proposed, value)
      } catch (error) {
        if (!(error instanceof WireError || error instanceof RangeError)) throw error
        return { ...nothing, doubts: [{ kind: 'undecodable', type: proposed, detail: error.message }] }
      }
    })
  )
}
