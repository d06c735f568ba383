/**
 * Events of `block_results` in all shapes that nodes give, read to plain text. cosmjs reads one shape at a time, drops the other's events
 * and refuses an empty key; so events are read here, the rest of the answer there.
 */
import { isObject, type JsonObject } from './json.ts'
import type { ChainEvent, EventAttribute } from './source.ts'

export type BlockEvents = {
  /** Events of each transaction, in order. */
  readonly txs: readonly (readonly ChainEvent[])[]
  readonly begin: readonly ChainEvent[]
  readonly end: readonly ChainEvent[]
}

/** Whether events of a type are read. Of others only the type is kept, so that each event keeps its position. */
export type Follows = (type: string) => boolean
export const followsAll: Follows = () => true

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const NO_TEXT = /[\u0000-\u001f\u007f-\u009f\ufffd]/
const PHASES: ReadonlySet<string> = new Set(['PreBlock', 'BeginBlock', 'EndBlock'])
const NONE: readonly EventAttribute[] = []

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

function object(value: unknown, what: string): JsonObject {
  if (!isObject(value)) throw new TypeError(`${what} is no object`)
  return value
}

const keyOf = (attribute: unknown): string => text(object(attribute, 'an attribute')['key'], 'key')

/**
 * The plain text of each key when an answer's keys are base64, as Tendermint 0.34 and CometBFT 0.34 write them; undefined when they are
 * plain: nothing in the answer or its height says which. Each key must be whole base64 of printable text; one that is not (`amount`,
 * `sender`, …) settles that they are plain.
 */
function base64Keys(lists: readonly (readonly unknown[])[]): ReadonlyMap<string, string> | undefined {
  const keys = new Map([['', '']])
  for (const events of lists)
    for (const event of events)
      for (const attribute of list(object(event, 'an event')['attributes'], 'attributes')) {
        const key = keyOf(attribute)
        if (keys.has(key)) continue
        if (!BASE64.test(key)) return undefined
        const decoded = fromBase64(key)
        if (NO_TEXT.test(decoded)) return undefined
        keys.set(key, decoded)
      }
  return keys.size > 1 ? keys : undefined
}

type Reader = {
  readonly events: (raw: readonly unknown[]) => readonly ChainEvent[]
  /** The one list of 0.38, split by the attribute `mode` that it appends, without that: no other shape has it. */
  readonly phases: (raw: readonly unknown[]) => { readonly begin: readonly ChainEvent[]; readonly end: readonly ChainEvent[] }
}

/** How to read the events of one answer, whose keys are all written alike. */
function createReader(lists: readonly (readonly unknown[])[], follows: Follows): Reader {
  const keys = base64Keys(lists)
  const plainKey = (key: string): string => (keys ? (keys.get(key) ?? fromBase64(key)) : key)
  const plainValue = (value: unknown): string => {
    const said = text(value, 'value')
    return keys ? fromBase64(said) : said
  }
  /** One event for all of a type that is not followed. */
  const unread = new Map<string, ChainEvent | null>()
  const read = (raw: unknown, skip: number): ChainEvent => {
    const event = object(raw, 'an event')
    const type = text(event['type'], 'type of an event')
    let bare = unread.get(type)
    if (bare === undefined) unread.set(type, (bare = follows(type) ? null : { type, attributes: NONE }))
    if (bare) return bare
    const attributes: EventAttribute[] = []
    list(event['attributes'], 'attributes').forEach((attribute, i) => {
      if (i === skip) return
      const { value } = object(attribute, 'an attribute')
      attributes.push({ key: plainKey(keyOf(attribute)), value: plainValue(value) })
    })
    return { type, attributes }
  }
  return {
    events: (raw) => raw.map((event) => read(event, -1)),
    phases: (raw) => {
      const begin: ChainEvent[] = []
      const end: ChainEvent[] = []
      for (const event of raw) {
        const attributes = list(object(event, 'an event')['attributes'], 'attributes')
        const at = attributes.findLastIndex(
          (a) => plainKey(keyOf(a)) === 'mode' && PHASES.has(plainValue((a as JsonObject)['value']))
        )
        const isEnd = at >= 0 && plainValue((attributes[at] as JsonObject)['value']) === 'EndBlock'
        ;(isEnd ? end : begin).push(read(event, at))
      }
      return { begin, end }
    }
  }
}

const eventsOf = (tx: unknown): readonly unknown[] => list(object(tx, 'the result of a transaction')['events'], 'events')

/** Reads the events of some results of transactions, in order. Throws TypeError when one has another shape. */
export function readTxEvents(results: readonly unknown[], follows: Follows = followsAll): readonly (readonly ChainEvent[])[] {
  const lists = results.map(eventsOf)
  return lists.map(createReader(lists, follows).events)
}

/** Reads the events out of a `block_results` result of any shape. Throws TypeError when it has another one. */
export function readBlockEvents(result: JsonObject, follows: Follows = followsAll): BlockEvents {
  const txs = list(result['txs_results'], 'txs_results').map(eventsOf)
  const [begin = [], end = [], final = []] = ['begin_block_events', 'end_block_events', 'finalize_block_events'].map((name) =>
    list(result[name], name)
  )
  const reader = createReader([...txs, begin, end, final], follows)
  const phases = reader.phases(final)
  return {
    txs: txs.map(reader.events),
    begin: [...reader.events(begin), ...phases.begin],
    end: [...reader.events(end), ...phases.end]
  }
}
