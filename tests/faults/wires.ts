/** Harm on the wire, by kind: what a public endpoint, its proxy or the way to it may do to an answer. */
import type { Chance } from './chance.ts'
import type { Wire } from './proxy.ts'

const PAGE = '<!doctype html><html><head><title>Just a moment…</title></head><body><h1>Checking your browser</h1></body></html>'
const LIMITED = JSON.stringify({
  jsonrpc: '2.0',
  id: -1,
  error: { code: 429, message: 'Too Many Requests', data: 'rate limit exceeded' }
})

const rpcError = (code: number, message: string, data?: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code, message, ...(data !== undefined && { data }) } })

/** More than a run takes of one answer, bytes. */
export const TOO_MANY_BYTES = 4_000_000
/** Longer than a run waits for one answer, milliseconds. */
const TOO_LONG_MS = 600

/** One harm of each kind, as chance has it. */
export const WIRES = {
  'storm-429': (chance: Chance): Wire => ({
    say: 'status',
    status: 429,
    body: chance.pick(['', 'slow down', PAGE, LIMITED], 'body')
  }),
  'storm-429-retry-after': (chance: Chance): Wire => {
    const seconds = chance.pick([0, 1, 5, 30, 120, 280, 3600], 'seconds')
    const date = new Date(Date.now() + seconds * 1000).toUTCString()
    const header = chance.yes(0.3, 'date') ? date : chance.yes(0.1, 'odd') ? 'soon' : String(seconds)
    return {
      say: 'status',
      status: chance.pick([429, 429, 429, 503], 'status'),
      headers: { 'retry-after': header },
      body: LIMITED
    }
  },
  '5xx': (chance: Chance): Wire => ({
    say: 'status',
    status: chance.pick([500, 502, 503, 504, 520, 408], 'status'),
    body: chance.pick(['', PAGE, rpcError(-32603, 'Internal error', 'runtime error: index out of range')], 'body')
  }),
  hang: (): Wire => 'hang',
  cut: (chance: Chance): Wire => ({ say: 'cut', share: chance.of('share'), declared: chance.yes(0.5, 'declared') }),
  drip: (chance: Chance): Wire => ({
    say: 'drip',
    pieces: chance.between(2, 12, 'pieces'),
    ms: chance.yes(0.02, 'late') ? TOO_LONG_MS : chance.between(2, 30, 'ms')
  }),
  'not-json': (chance: Chance): Wire => ({
    say: 'body',
    body: chance.pick(
      [
        PAGE,
        '',
        'upstream connect error',
        '{"jsonrpc":"2.0","id":1,"result":{"block_id"',
        '\u0000\u0001\ufffd',
        'null',
        '[]',
        '{}',
        '"x"',
        '7',
        '{"result":null}'
      ],
      'body'
    ),
    type: chance.pick(['text/html', 'application/json', 'text/plain'], 'type')
  }),
  'rpc-error': (chance: Chance): Wire => ({
    say: 'body',
    type: 'application/json',
    body: chance.pick(
      [
        rpcError(-32603, 'Internal error', 'context deadline exceeded'),
        rpcError(-32603, 'Internal error', 'could not find results for height #7'),
        rpcError(-32603, 'Internal error'),
        rpcError(-32005, 'limit exceeded'),
        rpcError(-32000, 'Server error', 'too many open connections (900); max: 900'),
        rpcError(-32601, 'Method not found'),
        '{"jsonrpc":"2.0","id":1,"error":"boom"}',
        '{"jsonrpc":"2.0","id":1,"error":{}}'
      ],
      'body'
    )
  }),
  reset: (): Wire => 'reset',
  huge: (chance: Chance): Wire => ({ say: 'huge', bytes: TOO_MANY_BYTES, declared: chance.yes(0.5, 'declared') })
} as const satisfies Readonly<Record<string, (chance: Chance) => Wire>>

export type WireKind = keyof typeof WIRES
export const WIRE_KINDS = Object.keys(WIRES) as WireKind[]
