/**
 * Events of `block_results` in all shapes that nodes give, read to plain text. cosmjs reads one shape at a time, drops the other's events
 * and refuses an empty key; so events are read here, the rest of the answer there.
 */
import { isObject, type JsonObject } from './json.ts'
import type { ChainEvent } from './source.ts'

export type BlockEvents = {
  /** Events of each transaction, in order. */
  readonly txs: readonly (readonly ChainEvent[])[]
  readonly begin: readonly ChainEvent[]
  readonly end: readonly ChainEvent[]
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const NO_TEXT = /[\u0000-\u001f\u007f-\u009f\ufffd]/
const PHASES: ReadonlySet<string> = new Set(['PreBlock', 'BeginBlock', 'EndBlock'])

const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString('utf8')

function list(value: unknown, what: string): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new TypeError(`${what} is no list`)
  return value
}

function text(value: unknown, what: string): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw new TypeError(`${what} is no text`)
  return value
}

function readEvent(raw: unknown): ChainEvent {
  if (!isObject(raw)) throw new TypeError('an event is no object')
  return {
    type: text(raw['type'], 'type of an event'),
    attributes: list(raw['attributes'], 'attributes').map((attribute) => {
      if (!isObject(attribute)) throw new TypeError('an attribute is no object')
      return { key: text(attribute['key'], 'key'), value: text(attribute['value'], 'value') }
    })
  }
}

const readEvents = (value: unknown, what: string): readonly ChainEvent[] => list(value, what).map(readEvent)

/**
 * The plain text of each key when an answer's keys are base64, as Tendermint 0.34 and CometBFT 0.34 write them; undefined when they are
 * plain: nothing in the answer or its height says which. Each key must be whole base64 of printable text; one that is not (`amount`,
 * `sender`, …) settles that they are plain.
 */
function base64Keys(lists: readonly (readonly ChainEvent[])[]): ReadonlyMap<string, string> | undefined {
  const keys = new Map([['', '']])
  for (const events of lists)
    for (const { attributes } of events)
      for (const { key } of attributes) {
        if (keys.has(key)) continue
        if (!BASE64.test(key)) return undefined
        const decoded = fromBase64(key)
        if (NO_TEXT.test(decoded)) return undefined
        keys.set(key, decoded)
      }
  return keys.size > 1 ? keys : undefined
}

/** Splits the one list of 0.38 by the attribute `mode` that it appends, and takes that off: no other shape has it. */
function split(events: readonly ChainEvent[]): { begin: ChainEvent[]; end: ChainEvent[] } {
  const begin: ChainEvent[] = []
  const end: ChainEvent[] = []
  for (const event of events) {
    const at = event.attributes.findLastIndex(({ key, value }) => key === 'mode' && PHASES.has(value))
    const phase = event.attributes[at]?.value
    const bare = phase === undefined ? event : { type: event.type, attributes: event.attributes.toSpliced(at, 1) }
    ;(phase === 'EndBlock' ? end : begin).push(bare)
  }
  return { begin, end }
}

/** Reads the events out of a `block_results` result of any shape. Throws TypeError when it has another one. */
export function readBlockEvents(result: JsonObject): BlockEvents {
  const txs = list(result['txs_results'], 'txs_results').map((tx) => {
    if (!isObject(tx)) throw new TypeError('the result of a transaction is no object')
    return readEvents(tx['events'], 'events')
  })
  const begin = readEvents(result['begin_block_events'], 'begin_block_events')
  const end = readEvents(result['end_block_events'], 'end_block_events')
  const final = readEvents(result['finalize_block_events'], 'finalize_block_events')
  const keys = base64Keys([...txs, begin, end, final])
  const plain = (events: readonly ChainEvent[]): readonly ChainEvent[] =>
    keys
      ? events.map(({ type, attributes }) => ({
          type,
          attributes: attributes.map(({ key, value }) => ({ key: keys.get(key) ?? fromBase64(key), value: fromBase64(value) }))
        }))
      : events
  const phases = split(plain(final))
  return { txs: txs.map(plain), begin: [...plain(begin), ...phases.begin], end: [...plain(end), ...phases.end] }
}
