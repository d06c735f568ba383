/** Transactions of a simulated chain: what is sent, what it did, and its result as JSON. */
import { encodeMessage, type Field } from '../wire.ts'
import type { Coin, Effect } from './effect.ts'
import type { Era } from './era.ts'
import type { Step } from './escrow-rules.ts'
import type { Tail } from './event-json.ts'
import { eventText, feeText } from './event-text.ts'
import { exec, type Any } from './message-bytes.ts'
import { signTx } from './tx-bytes.ts'

/** Makes a message and does what it does. */
export type Act = (step: Step) => Any
type Done = { readonly type: string; readonly effects: readonly Effect[] }
export type SimulatedTx = {
  readonly bytes: Uint8Array
  readonly signature: string
  readonly signer: string
  readonly sequence: number
  readonly granter: string | null
  /** Whether the messages are in one MsgExec. */
  readonly executed: boolean
  readonly done: readonly Done[]
  /** 0, or why it failed. */
  readonly failure: { readonly code: number; readonly codespace: string; readonly log: string } | null
}

/** The fee collector: as in all recordings. */
const COLLECTOR = 'akash17xpfvakm2amg962yls6f84z3kell8c5lazw8j8'
/** Gas for a message, and for the transaction around them, as the recordings' wallets set it. */
const gasOf = (messages: number): number => 400_000 + 250_000 * messages
const feeOf = (messages: number): Coin => ({ denom: 'uakt', amount: BigInt(gasOf(messages) / 40) })

export type Sender = {
  readonly signer: string
  /** Who pays its fee. */
  readonly granter?: string | null
  /** In whose name a MsgExec is sent. */
  readonly executed?: boolean
}

/** Runs messages in one transaction and signs it. */
export function perform(
  at: { readonly height: number; readonly era: Era },
  { signer, granter = null, executed = false }: Sender,
  sequence: number,
  acts: readonly Act[]
): SimulatedTx {
  const messages: Any[] = []
  const done = acts.map((act): Done => {
    const effects: Effect[] = []
    const message = act({ ...at, effects })
    messages.push(message)
    return { type: message.type, effects }
  })
  const sent = executed ? [exec(signer, messages)] : messages
  const { bytes, signature } = signTx(sent, signer, sequence, feeOf(sent.length), gasOf(sent.length), granter)
  return { bytes, signature, signer, sequence, granter, executed, done, failure: null }
}

/** A transaction that is refused: its fee is taken, nothing else happens. */
export function refuse(
  message: Any,
  { signer, granter = null }: Sender,
  sequence: number,
  failure: NonNullable<SimulatedTx['failure']>
): SimulatedTx {
  const { bytes, signature } = signTx([message], signer, sequence, feeOf(1), gasOf(1), granter)
  return { bytes, signature, signer, sequence, granter, executed: false, done: [{ type: message.type, effects: [] }], failure }
}

const responses = new Map<string, string>()
/** TxMsgData: up to v0.38 {1 data: {1 msg_type}}, since v1.0 {2 msg_responses: Any}. */
function dataOf(types: readonly string[], legacy: boolean): string {
  const key = `${String(legacy)} ${types.join(' ')}`
  const known = responses.get(key)
  if (known !== undefined) return known
  const fields = types.map((type): Field => (legacy ? [1, [[1, `/${type}`]]] : [2, [[1, `/${type}Response`]]]))
  const data = Buffer.from(encodeMessage(fields)).toString('base64')
  responses.set(key, data)
  return data
}

/** An element of `txs_results`. */
export function txResult(tx: SimulatedTx, era: Era): string {
  const { signer, granter, executed, done, failure, sequence, signature } = tx
  const types = executed ? ['cosmos.authz.v1beta1.MsgExec'] : done.map(({ type }) => type)
  const fee = { coin: feeOf(types.length), signer, granter, collector: COLLECTOR }
  const events = [feeText(era, fee, sequence, signature)]
  const tailOf = (message: number, within: number | null): Tail => [
    ...(within === null ? [] : [['authz_msg_index', String(within)] as const]),
    ...(era.legacy ? [] : [['msg_index', String(message)] as const])
  ]
  if (failure === null)
    done.forEach(({ effects }, i) => {
      const index = executed ? 0 : i
      const type = types[index]
      if (type !== undefined && (!executed || i === 0))
        events.push(eventText({ is: 'message', type, sender: signer }, era, tailOf(index, null)))
      for (const effect of effects) events.push(eventText(effect, era, tailOf(index, executed ? i : null)))
    })
  const data = failure === null ? `"${dataOf(types, era.legacy)}"` : 'null'
  const log = failure === null ? (era.legacy ? '[]' : '') : failure.log
  const used = 60_000 + 15_000 * events.length
  return `{"code":${failure?.code ?? 0},"data":${data},"log":${JSON.stringify(log)},"info":"","gas_wanted":"${gasOf(types.length)}","gas_used":"${used}","events":[${events.join(',')}],"codespace":"${failure?.codespace ?? ''}"}`
}
