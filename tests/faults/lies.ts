/** Lies of one endpoint: answers that are well formed and fit their height, but are not what the chain has. */
import { headerHash } from '../../ingest/chain/header-hash.ts'
import { isObject, type JsonObject } from '../../ingest/chain/json.ts'
import type { Chance } from './chance.ts'
import type { Answer, Call } from './proxy.ts'

type Telling = (call: Call, about: (height: number) => boolean) => ((answer: Answer) => Answer) | undefined
export type Lie = {
  readonly words: string
  readonly tell: Telling
  /** The chain itself gives it away: no second endpoint need be asked. */
  readonly plain?: true
}

const edit = (value: unknown, key: string, change: (inner: unknown) => unknown): unknown =>
  isObject(value) && value[key] !== undefined ? { ...value, [key]: change(value[key]) } : value
const within = (value: unknown, path: readonly string[], change: (inner: unknown) => unknown): unknown => {
  const [key, ...rest] = path
  return key === undefined ? change(value) : edit(value, key, (inner) => within(inner, rest, change))
}
const eachOf = (value: unknown, change: (item: unknown) => unknown): unknown => (Array.isArray(value) ? value.map(change) : value)

const onResult =
  (change: (result: unknown) => unknown) =>
  (answer: Answer): Answer =>
    'result' in answer ? { result: change(answer.result) } : answer

const LISTS = ['finalize_block_events', 'begin_block_events', 'end_block_events']
/** Events of a block and of its transactions. */
function everyEvents(result: unknown, change: (events: unknown) => unknown): unknown {
  const block = LISTS.reduce((inner, key) => edit(inner, key, change), result)
  return edit(block, 'txs_results', (txs) => eachOf(txs, (tx) => edit(tx, 'events', change)))
}

/** The first digit that a text has becomes another one. */
const otherDigit = (text: unknown): unknown =>
  typeof text === 'string' ? text.replace(/\d/, (digit) => String((Number(digit) + 1) % 10)) : text
const otherHex = (text: unknown): unknown =>
  typeof text === 'string' ? text.replace(/[0-9A-F]/, (digit) => (digit === 'A' ? 'B' : 'A')) : text

const results =
  (change: (result: unknown) => unknown): Telling =>
  (call, about) =>
    call.method === 'block_results' && about(call.height) ? onResult(change) : undefined

/** A header as `block` and as `blockchain` give it: what holds it has `header` and `block_id`. */
const headers =
  (change: (holder: unknown) => unknown): Telling =>
  (call, about) => {
    if (call.method === 'block' && about(call.height))
      return onResult((result) => {
        const holder = change({
          block_id: (result as JsonObject)['block_id'],
          header: ((result as JsonObject)['block'] as JsonObject)['header']
        })
        const { block_id, header } = holder as JsonObject
        return within({ ...(result as JsonObject), block_id }, ['block', 'header'], () => header)
      })
    if (call.method !== 'blockchain') return undefined
    return onResult((result) =>
      edit(result, 'block_metas', (metas) =>
        eachOf(metas, (meta) => (about(Number(((meta as JsonObject)['header'] as JsonObject)['height'])) ? change(meta) : meta))
      )
    )
  }

const LIES: readonly Lie[] = [
  {
    words: 'a digit in events',
    tell: results((r) =>
      everyEvents(r, (list) => eachOf(list, (e) => edit(e, 'attributes', (a) => eachOf(a, (x) => edit(x, 'value', otherDigit)))))
    )
  },
  { words: 'no events', tell: results((r) => everyEvents(r, () => [])) },
  {
    words: 'events twice',
    tell: results((r) =>
      everyEvents(r, (list) => (Array.isArray(list) ? [...(list as unknown[]), ...(list as unknown[])] : list))
    )
  },
  {
    words: 'failed transactions',
    tell: results((r) => edit(r, 'txs_results', (txs) => eachOf(txs, (tx) => (isObject(tx) ? { ...tx, code: 5 } : tx))))
  },
  { words: 'a hash', plain: true, tell: headers((holder) => within(holder, ['block_id', 'hash'], otherHex)) },
  { words: 'a parent', plain: true, tell: headers((holder) => within(holder, ['header', 'last_block_id', 'hash'], otherHex)) },
  {
    words: 'a forged header',
    plain: true,
    tell: headers((holder) => {
      const later = within(holder, ['header', 'time'], (t) => (typeof t === 'string' ? t.replace(/^\d{4}/, '2031') : t))
      return within(later, ['block_id', 'hash'], () => headerHash((later as JsonObject)['header']))
    })
  },
  {
    words: 'a time',
    tell: headers((holder) =>
      within(holder, ['header', 'time'], (t) => (typeof t === 'string' ? t.replace(/^\d{4}/, '2031') : t))
    )
  },
  {
    words: 'transactions',
    tell: (call, about) =>
      call.method === 'block' && about(call.height)
        ? onResult((r) =>
            within(r, ['block', 'data', 'txs'], (txs) =>
              eachOf(txs, (tx) =>
                typeof tx === 'string' ? `${tx.slice(0, 40)}${String(otherHex(tx.slice(40, 80)))}${tx.slice(80)}` : tx
              )
            )
          )
        : undefined
  }
]

/** The lie of a run. */
export function lieOf(chance: Chance): Lie {
  return chance.pick(LIES, 'lie')
}
