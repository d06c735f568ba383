/** The kinds of network faults and, for each seed, what each endpoint does. */
import type { Interval } from '../../src/lib/model/interval.ts'
import type { Chance } from './chance.ts'
import { lieOf } from './lies.ts'
import type { Call, Deed, Misdo } from './proxy.ts'
import { WIRE_KINDS, WIRES, type WireKind } from './wires.ts'

export type Scene = {
  readonly chance: Chance
  /** What is asked for. */
  readonly range: Interval
  /** Heights that the sound node has. */
  readonly node: Interval
  /** A node of another chain. */
  readonly stranger: string
}
/** What each endpoint does; several see the same chain. */
export type Plan = {
  readonly endpoints: readonly Misdo[]
  /** In words, for the report of a run. */
  readonly words: string
  /** The lake holds the first height already, so that it knows its chain. */
  readonly begun?: boolean
  /** Share of heights to compare with a second endpoint: all, so that no lie is missed by chance, when absent. */
  readonly sample?: number
  /** One of them has all heights and never fails. */
  readonly sound: boolean
  /** The lowest height that can still be had, when nothing else goes wrong: below it there may be gaps, and the run must not stop. */
  readonly floor?: () => number
}

const sound: Misdo = () => undefined

/** Which calls a fault hits: some, a stretch of them, all from one on, or all of one method. */
function hits(chance: Chance): { readonly words: string; readonly test: (call: Call) => boolean } {
  const style = chance.pick(['some', 'some', 'some', 'stretch', 'stretch', 'from', 'method'], 'style')
  if (style === 'some') {
    const share = chance.pick([0.01, 0.03, 0.1, 0.3, 0.6], 'share')
    return {
      words: `${share * 100} % of calls`,
      test: ({ method, height, before }) => chance.yes(share, 'hit', method, height, before)
    }
  }
  const first = chance.between(0, 120, 'first')
  if (style === 'stretch') {
    const last = first + chance.pick([2, 8, 30, 100], 'length')
    return { words: `calls ${first} to ${last}`, test: ({ nth }) => nth >= first && nth <= last }
  }
  if (style === 'from') return { words: `calls from ${first} on`, test: ({ nth }) => nth >= first }
  const method = chance.pick(['status', 'block', 'block_results', 'blockchain'], 'method')
  const times = chance.pick([1, 3, 1000], 'times')
  return { words: `${method}, first ${times} times`, test: (call) => call.method === method && call.before < times }
}

/** One to three endpoints, of which the first does `deed` where chance hits. */
function some(chance: Chance, deed: (chance: Chance, call: Call) => Deed, also = 0.4): Plan {
  const count = chance.pick([1, 1, 2, 2, 3], 'endpoints')
  const parts = Array.from({ length: count }, (_, i) => {
    const own = chance.under('endpoint', i)
    if (i > 0 && !own.yes(also, 'faulty')) return { words: 'sound', misdo: sound }
    const { words, test } = hits(own)
    const misdo: Misdo = (call) => (test(call) ? deed(own.under(call.method, call.height, call.nth), call) : undefined)
    // A node that says it does not serve the genesis is taken at its word, and the run says what stays unknown: see tests/unit/genesis.
    const spared: Misdo = (call) => (call.method === 'genesis' ? undefined : misdo(call))
    return { words, misdo: spared }
  })
  return {
    endpoints: parts.map((part) => part.misdo),
    words: parts.map((part) => part.words).join(' | '),
    sound: parts.some((part) => part.misdo === sound)
  }
}

const onWire =
  (kind: WireKind) =>
  ({ chance }: Scene): Plan => {
    // A hang costs real time, so few calls hang: a short stretch of them.
    if (kind === 'hang') {
      const first = chance.between(0, 150, 'first')
      const length = chance.pick([1, 3, 8, 20], 'length')
      const test = ({ nth }: Call): boolean => nth >= first && nth < first + length
      const other = chance.yes(0.5, 'other')
      return {
        endpoints: [(call) => (test(call) ? { wire: 'hang' } : undefined), ...(other ? [sound] : [])],
        words: `${length} calls from ${first} on${other ? ' | sound' : ''}`,
        sound: other
      }
    }
    return some(chance, (own) => ({ wire: WIRES[kind](own) }))
  }

const shift = ({ params }: Call, by: number): Deed => ({
  params: Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, /height/i.test(name) ? String(Math.max(1, Number(value) + by)) : value])
  )
})

/** Refuses a height as CometBFT does. */
const refuse = (data: string): Deed => ({ answer: () => ({ error: { code: -32603, message: 'Internal error', data } }) })
const aboveTip = (height: number, tip: number): Deed =>
  refuse(`height ${height} must be less than or equal to the current blockchain height ${tip}`)
const belowFloor = (height: number, floor: number): Deed => refuse(`height ${height} is not available, lowest height is ${floor}`)

type Status = { readonly sync_info: Readonly<Record<string, unknown>> }
const status = (heights: { readonly earliest?: number; readonly latest?: number }): Deed => ({
  answer: (answer) => {
    if (!('result' in answer)) return answer
    const said = answer.result as Status
    const sync = {
      ...said.sync_info,
      ...(heights.earliest !== undefined && { earliest_block_height: String(heights.earliest) }),
      ...(heights.latest !== undefined && { latest_block_height: String(heights.latest) })
    }
    return { result: { ...said, sync_info: sync } }
  }
})

const topOf = ({ params, height }: Call): number => Number(params['maxHeight'] ?? height)

function staleTip({ chance, range, node }: Scene): Plan {
  const start = chance.between(range.from - 1, Math.min(node.to, range.to + 5), 'start')
  const step = chance.pick([0, 0.2, 1], 'step')
  const says = chance.pick(['both', 'status', 'blocks'], 'says')
  const stale: Misdo = (call) => {
    const tip = Math.max(1, Math.min(node.to, Math.floor(start + step * call.nth)))
    if (call.method === 'status') return says === 'blocks' ? undefined : status({ latest: tip })
    return says !== 'status' && topOf(call) > tip ? aboveTip(topOf(call), tip) : undefined
  }
  const other = chance.yes(0.5, 'other')
  return {
    endpoints: other ? [stale, sound] : [stale],
    words: `tip from ${start}, ${step} a call, in ${says}${other ? ' | sound' : ''}`,
    sound: other
  }
}

function risingFloor({ chance, range, node }: Scene): Plan {
  const start = chance.between(Math.max(node.from, range.from - 10), range.to, 'start')
  const step = chance.pick([0.05, 0.3, 1], 'step')
  const silent = chance.yes(0.3, 'silent')
  let floor = Math.min(node.to, start)
  const pruning: Misdo = (call) => {
    floor = Math.max(floor, Math.min(node.to, Math.floor(start + step * Math.max(0, call.nth - 3))))
    if (call.method === 'status') return silent ? undefined : status({ earliest: floor })
    return call.height > 0 && call.height < floor ? belowFloor(call.height, floor) : undefined
  }
  const other = chance.yes(0.5, 'other')
  return {
    endpoints: other ? [pruning, sound] : [pruning],
    words: `floor from ${start}, ${step} a call${silent ? ', status silent' : ''}${other ? ' | sound' : ''}`,
    sound: other,
    floor: () => floor
  }
}

function wrongChain({ chance, stranger }: Scene): Plan {
  const elsewhere: Deed = { upstream: stranger }
  const style = chance.pick(['all', 'from', 'some'], 'style')
  const first = chance.between(1, 100, 'first')
  const other = chance.yes(0.5, 'other')
  const test = (call: Call): boolean =>
    style === 'all' || (style === 'from' ? call.nth >= first : chance.yes(0.1, 'hit', call.method, call.height, call.before))
  return {
    endpoints: [(call) => (test(call) ? elsewhere : undefined), ...(other ? [sound] : [])],
    words: `another chain's ${style === 'from' ? `from call ${first} on` : style}${other ? ' | sound' : ''}`,
    // A new lake is of the chain that an endpoint, alone, says it serves.
    begun: !other,
    // It may stop: one of them is of another chain.
    sound: false
  }
}

/** One of two or three endpoints lies about one height or several; the others tell the truth. */
function disagree({ chance, range }: Scene): Plan {
  const lie = lieOf(chance)
  const heights = new Set(
    Array.from({ length: chance.pick([1, 1, 5], 'lies') }, (_, i) => chance.between(range.from, range.to, 'height', i))
  )
  const liar: Misdo = (call) => {
    const answer = lie.tell(call, (height) => heights.has(height))
    return answer && { answer }
  }
  const count = chance.pick([1, 1, 2], 'sound')
  const endpoints = [liar, ...Array.from({ length: count }, () => sound)]
  return {
    endpoints: chance.yes(0.5, 'order') ? endpoints : endpoints.reverse(),
    words: `${lie.words} at ${[...heights].join(', ')}, ${count} sound`,
    ...(lie.plain && chance.yes(0.5, 'unsampled') && { sample: 0 }),
    // It must stop when it sees the lie: who lies cannot be known.
    sound: false
  }
}

const mixed = ({ chance }: Scene): Plan =>
  some(chance, (own) => {
    const kinds = WIRE_KINDS.filter((kind) => kind !== 'hang' && kind !== 'huge')
    return { wire: WIRES[own.pick(kinds, 'kind')](own) }
  })

/** A dead endpoint: every connection is broken, from the first or from some call on. */
function dead({ chance }: Scene): Plan {
  const first = chance.pick([0, 0, 1, 5, 60], 'first')
  const back = chance.yes(0.4, 'back') ? first + chance.pick([3, 10, 40], 'length') : Infinity
  const other = chance.yes(0.7, 'other')
  return {
    endpoints: [(call) => (call.nth >= first && call.nth < back ? { wire: 'reset' } : undefined), ...(other ? [sound] : [])],
    words: `dead from call ${first}${back < Infinity ? ` to ${back}` : ''}${other ? ' | sound' : ''}`,
    sound: other
  }
}

export const NETWORK_KINDS = {
  'storm-429': onWire('storm-429'),
  'storm-429-retry-after': onWire('storm-429-retry-after'),
  '5xx': onWire('5xx'),
  hang: onWire('hang'),
  cut: onWire('cut'),
  drip: onWire('drip'),
  'not-json': onWire('not-json'),
  'rpc-error': onWire('rpc-error'),
  reset: onWire('reset'),
  huge: onWire('huge'),
  dead,
  mixed,
  'wrong-height': ({ chance }) => some(chance, (own, call) => shift(call, own.pick([-1, 1, -20, 7], 'by'))),
  'wrong-chain': wrongChain,
  'stale-tip': staleTip,
  'rising-floor': risingFloor,
  disagree
} as const satisfies Readonly<Record<string, (scene: Scene) => Plan>>
