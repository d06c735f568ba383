/** A block of Akash to facts, pure. Failed transactions yield nothing; what is not known of a followed module becomes an `unknowns` fact. */
import { BEGIN_BLOCK, END_BLOCK, type Fact } from '../../../src/lib/model/facts.ts'
import type { Block, ChainEvent } from '../../chain/source.ts'
import { EventError, type AkashEvent } from './event.ts'
import { factsOfEvent, factsOfFlow, factsOfMessage, factsOfSupply, unknown, type Decoded, type Place } from './fact.ts'
import { flows, readTransfer, readVaultSupply, type Step } from './flow.ts'
import { readLegacyEvent } from './legacy.ts'
import { readProposal, type Doubt, type Proposal } from './gov.ts'
import { readMessage, type Target } from './messages.ts'
import { factsOfGovernance, factsOfProposal, factsOfStatements, submittedId } from './param-fact.ts'
import { readUpdateParams } from './params.ts'
import { EXEC, readTx, txHash, type Tx } from './tx.ts'
import { readTypedEvent } from './typed.ts'
import { WireError } from './wire.ts'

const attribute = (event: ChainEvent, key: string): string | undefined => event.attributes.find((a) => a.key === key)?.value

/**
 * Whether a `message.action` opens a message of a type: its URL since SDK 0.43 (v0.16 of Akash), before it a name such as `create-bid`,
 * `edit_validator` or `cert-create-certificate`.
 */
function opens(action: string, type: string | undefined): boolean {
  if (type === undefined || action.startsWith('/')) return action === `/${type}`
  const letters = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '')
  return letters(action).endsWith(letters(type.replace(/^.*\.(Msg)?/, '')))
}

/**
 * The message that each event belongs to. Typed era: `msg_index`; before it: the `message.action` event that opens each message.
 * `authz_msg_index` names the message inside a MsgExec in both; each MsgExec around it adds one of its own behind.
 */
function messagePaths(events: readonly ChainEvent[], tx: Pick<Tx, 'topTypes'>): (string | null)[] {
  let opened = -1
  return events.map((event) => {
    const action = event.type === 'message' ? attribute(event, 'action') : undefined
    if (action !== undefined && opens(action, tx.topTypes[opened + 1])) opened++
    const stated = attribute(event, 'msg_index')
    const top = stated ?? (opened < 0 ? null : String(opened))
    const nested = event.attributes.filter((a) => a.key === 'authz_msg_index').map((a) => a.value)
    return top === null ? null : [top, ...nested.reverse()].join('/')
  })
}

function readEvent(event: ChainEvent): AkashEvent | 'not followed' | 'ignored' | 'unknown' {
  return event.type === 'akash.v1' ? readLegacyEvent(event) : readTypedEvent(event)
}

type Read = { readonly index: number; readonly path: string | null; readonly event: AkashEvent }

/** Proposals that a transaction submits, by the path of their message. */
type Proposals = Map<string, Proposal>

/** What the messages of a transaction say, by path. */
type Said = { readonly decoded: Decoded; readonly proposals: Proposals }
const silence = (): Said => ({ decoded: new Map(), proposals: new Map() })

/** Facts of the events of one transaction or one phase of a block. */
function decodeEvents(
  place: Place,
  events: readonly ChainEvent[],
  paths: readonly (string | null)[],
  { decoded, proposals }: Said
): Fact[] {
  const facts: Fact[] = []
  const read: Read[] = []
  const steps = new Map<string | null, Step[]>()
  const addStep = (path: string | null, step: Step): void => {
    const list = steps.get(path)
    if (list) list.push(step)
    else steps.set(path, [step])
  }
  events.forEach((event, index) => {
    const path = paths[index] ?? null
    try {
      const transfer = readTransfer(event)
      if (transfer) addStep(path, { kind: 'transfer', index, transfer })
      const supply = readVaultSupply(event)
      if (supply) facts.push(...factsOfSupply(place, index, supply))
      facts.push(...factsOfGovernance(place, index, event))
      const proposalId = submittedId(event)
      const proposal = proposalId === undefined || path === null ? undefined : proposals.get(path)
      if (proposalId !== undefined && proposal) facts.push(...factsOfProposal(place, index, proposalId, proposal))
      const result = readEvent(event)
      if (result === 'unknown') facts.push(unknown(place, index, path, 'event', event.type, attribute(event, 'action') ?? null))
      if (typeof result === 'string') return
      read.push({ index, path, event: result })
      if (result.kind === 'market') addStep(path, { kind: 'market', index, event: result })
    } catch (error) {
      if (!(error instanceof EventError)) throw error
      facts.push(unknown(place, index, path, 'undecodable', event.type, error.message))
    }
  })
  for (const { index, path, event } of read) facts.push(...factsOfEvent(place, index, path, event, decoded, read))
  for (const [path, list] of steps) for (const flow of flows(list)) facts.push(factsOfFlow(place, path, flow, decoded))
  return facts
}

/** Messages of a transaction, decoded; what can't be read is reported and the rest goes on. */
function decodeMessages(place: Place, tx: Tx): Said & { facts: Fact[] } {
  const { decoded, proposals } = silence()
  const facts: Fact[] = []
  // A proposal may hold several messages that are not understood: they stand behind the positions of the transaction's own.
  let behind = -1 - tx.messages.length
  tx.messages.forEach(({ path, type, value }, ordinal) => {
    const index = -1 - ordinal
    const strange: string[] = []
    const onUnknown = (field: string): number => strange.push(field)
    const doubt = (kind: Doubt['kind'], of: string, detail: string | null, at = index): number =>
      facts.push(unknown(place, at, path, kind, of, detail))
    try {
      if (type === EXEC) doubt('undecodable', type, 'is nested too deep')
      const statement = readUpdateParams(type, value, onUnknown)
      if (statement) facts.push(...factsOfStatements(place, index, [statement], { basis: 'executed', proposalId: null }))
      const proposal = readProposal(type, value)
      if (proposal) proposals.set(path, proposal)
      for (const { kind, type: of, detail } of proposal?.doubts ?? []) doubt(kind, of, detail, behind--)
      const result = statement || proposal ? null : readMessage(type, value, onUnknown)
      if (result?.kind === 'unknown') doubt('message', type, null)
      if (result?.kind === 'message') {
        const entry = { path, type, message: result.message, feeGranter: feeGranter(tx, result.message.target) }
        decoded.set(path, entry)
        facts.push(factsOfMessage(place, index, entry))
      }
      if (strange.length) doubt('field', type, [...new Set(strange)].join(', '))
    } catch (error) {
      if (!(error instanceof WireError || error instanceof RangeError)) throw error
      doubt('undecodable', type, error.message)
    }
  })
  return { decoded, proposals, facts }
}

/** Who pays the fee in place of a message's own account: a granter, or another signer of the transaction. */
function feeGranter({ feeGranter: granter, feePayer }: Tx, { owner, provider }: Target): string | null {
  return granter ?? (feePayer === owner || feePayer === provider ? null : feePayer)
}

function factsOfTx(place: Place, bytes: Uint8Array, events: readonly ChainEvent[]): Fact[] {
  let tx: Tx
  try {
    tx = readTx(bytes)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    // The events still tell what happened; only what messages add is missing.
    const paths = messagePaths(events, { topTypes: [] })
    const report = unknown(place, -1, null, 'undecodable', 'cosmos.tx.v1beta1.TxRaw', error.message)
    return [report, ...decodeEvents(place, events, paths, silence())]
  }
  const { facts, ...said } = decodeMessages(place, tx)
  return [...facts, ...decodeEvents(place, events, messagePaths(events, tx), said)]
}

function decodeTx(block: Block, index: number): Fact[] {
  const bytes = block.txs[index]
  const result = block.results[index]
  if (!bytes || !result) throw new Error(`block ${block.height} has no transaction or result ${index}`)
  if (result.code !== 0) return []
  const facts = factsOfTx({ height: block.height, txIndex: index }, bytes, result.events)
  if (facts.length === 0) return []
  return [{ table: 'txs', row: { height: block.height, tx_index: index, hash: txHash(bytes) } }, ...facts]
}

/** All facts of a block. Order: the block itself, BeginBlock, transactions, EndBlock. */
export function decode(block: Block): Fact[] {
  const phase = (txIndex: number, events: readonly ChainEvent[]): Fact[] =>
    decodeEvents({ height: block.height, txIndex }, events, [], silence())
  const row = { height: block.height, time: block.time, txs: block.txs.length }
  return [
    { table: 'blocks', row },
    ...phase(BEGIN_BLOCK, block.beginEvents),
    ...block.txs.flatMap((_, i) => decodeTx(block, i)),
    ...phase(END_BLOCK, block.endEvents)
  ]
}
