/**
 * A node for the bench, in a process of its own, whose state holds as many objects as mainnet's: deployments of one group, an order each
 * (and more where there are more), three bids an order, a lease for half of them. Rows are made page by page, so it needs no memory.
 */
import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { encodeMessage, type Field } from '../../ingest/networks/akash/wire.ts'

/** Objects of each kind. */
export type Sizes = { readonly deployments: number; readonly orders: number; readonly bids: number; readonly leases: number }
export type StateNode = { readonly url: string; readonly close: () => void }

const TIP = 28_000_000
const FIRST = 12_606_074
const DENOM = 'uakt'
const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'

/** One of so many accounts, the same for the same number. */
function account(kind: string, n: number): string {
  const digest = createHash('sha256').update(`${kind} ${n}`).digest()
  return `akash1${Array.from({ length: 38 }, (_, i) => ALPHABET[(digest[i % 32] ?? 0) & 31]).join('')}`
}
const accounts = new Map<string, string>()
function cached(kind: string, n: number): string {
  const key = `${kind}${n}`
  const found = accounts.get(key) ?? account(kind, n)
  accounts.set(key, found)
  return found
}

/** Numbers that look drawn, the same for the same argument. */
const drawn = (n: number, below: number): number => ((n * 2_654_435_761) >>> 0) % below
const coin = (denom: string, micro: number): readonly Field[] => [
  [1, denom],
  [2, `${micro}${'0'.repeat(18)}`]
]

/** The deployment that an object belongs to, spread evenly. */
const parent = (n: number, of: number, deployments: number): number => Math.floor((n * deployments) / of)
const createdAt = (deployment: number, deployments: number): number =>
  FIRST + Math.floor((deployment * (TIP - FIRST - 1000)) / deployments)

const owner = (deployment: number): string => cached('owner', drawn(deployment, 20_000))
const dseq = (deployment: number): bigint =>
  1_693_000_000_000n + BigInt(deployment) * 160_000n + BigInt(drawn(deployment, 90_000))
const deploymentId = (d: number): Field[] => [
  [1, owner(d)],
  [2, dseq(d)]
]
const orderId = (d: number, oseq: number): Field[] => [...deploymentId(d), [3, 1], [4, oseq]]
const value = (text: string): readonly Field[] => [[1, new TextEncoder().encode(text)]]
const RESOURCES = encodeMessage([
  [1, 1],
  [2, [[1, value('4000')]]],
  [3, [[1, value('17179869184')]]],
  [
    4,
    [
      [1, 'default'],
      [2, value('53687091200')]
    ]
  ],
  [
    5,
    [
      [1, value('1')],
      [
        2,
        [
          [1, 'vendor/nvidia/model/rtx4090'],
          [2, 'true']
        ]
      ]
    ]
  ]
])
/** What every group asks for: made once, since making rows must not be what is measured. */
const SPEC = encodeMessage([
  [1, 'dcloud'],
  [2, []],
  [
    3,
    [
      [1, RESOURCES],
      [2, 1],
      [3, coin(DENOM, 100_000)]
    ]
  ]
])
const account1 = (id: string, height: number, closed: boolean): readonly Field[] => [
  [
    1,
    [
      [1, 1],
      [2, id]
    ]
  ],
  [
    2,
    [
      [1, id],
      [2, closed ? 2 : 1],
      [3, coin(DENOM, drawn(height, 5_000_000))],
      [4, height],
      ...(closed ? [] : ([[5, coin(DENOM, 5_000_000)]] as const))
    ]
  ]
]

type Maker = (n: number, sizes: Sizes) => readonly Field[]
const deployment: Maker = (n, { deployments }) => {
  const height = createdAt(n, deployments)
  const closed = n % 100 !== 0
  return [
    [
      1,
      [
        [1, deploymentId(n)],
        [2, closed ? 2 : 1],
        [3, new Uint8Array(32)],
        [4, height]
      ]
    ],
    [
      2,
      [
        [1, [...deploymentId(n), [3, 1]]],
        [2, closed ? 4 : 1],
        [3, SPEC],
        [4, height]
      ]
    ],
    [3, account1(`${owner(n)}/${dseq(n)}`, height + drawn(n, 900), closed)]
  ]
}
/** Orders of a deployment have oseq 1, 2, …: the place among its own. */
const place = (n: number, of: number, deployments: number): number => {
  const d = parent(n, of, deployments)
  return n - Math.ceil((d * of) / deployments) + 1
}
const order: Maker = (n, { orders, deployments }) => {
  const d = parent(n, orders, deployments)
  return [
    [1, orderId(d, place(n, orders, deployments))],
    [2, n % 100 === 0 ? 1 : 3],
    [3, SPEC],
    [4, createdAt(d, deployments) + 1]
  ]
}
const bid: Maker = (n, sizes) => {
  const o = parent(n, sizes.bids, sizes.orders)
  const d = parent(o, sizes.orders, sizes.deployments)
  const provider = cached('provider', (drawn(o, 60) + (n - Math.ceil((o * sizes.bids) / sizes.orders)) * 7) % 600)
  const height = createdAt(d, sizes.deployments) + 2
  const id = [...orderId(d, place(o, sizes.orders, sizes.deployments)), [5, provider]] as Field[]
  return [
    [
      1,
      [
        [1, id],
        [2, n % 3 === 0 ? 4 : 3],
        [3, coin(DENOM, 20_000 + drawn(n, 60_000))],
        [4, height],
        [
          5,
          [
            [1, RESOURCES],
            [2, 1]
          ]
        ]
      ]
    ],
    [2, account1(`${owner(d)}/${dseq(d)}/1/1/${provider}`, height + 10, true)]
  ]
}
const lease: Maker = (n, sizes) => {
  // The first bid of every so many orders won.
  const o = parent(n, sizes.leases, sizes.orders)
  const b = Math.ceil((o * sizes.bids) / sizes.orders)
  const d = parent(o, sizes.orders, sizes.deployments)
  const provider = cached('provider', (drawn(o, 60) + (b - Math.ceil((o * sizes.bids) / sizes.orders)) * 7) % 600)
  const height = createdAt(d, sizes.deployments) + 5
  const blocks = 1 + drawn(n, 5_000)
  const price = 20_000 + drawn(b, 60_000)
  const id = [...orderId(d, place(o, sizes.orders, sizes.deployments)), [5, provider]] as Field[]
  const state: Field[] = [
    [1, provider],
    [2, 2],
    [3, coin(DENOM, price)],
    [4, coin(DENOM, 0)],
    [5, coin(DENOM, 0)],
    [
      6,
      [
        [1, DENOM],
        [2, String(price * blocks)]
      ]
    ]
  ]
  return [
    [
      1,
      [
        [1, id],
        [2, 3],
        [3, coin(DENOM, price)],
        [4, height],
        [5, height + blocks],
        [6, 1]
      ]
    ],
    [
      2,
      [
        [
          1,
          [
            [
              1,
              [
                [1, 1],
                [2, 'x']
              ]
            ]
          ]
        ],
        [2, state]
      ]
    ]
  ]
}

const LISTINGS: { readonly [path: string]: { readonly make: Maker; readonly of: keyof Sizes } } = {
  '/akash.market.v1beta5.Query/Leases': { make: lease, of: 'leases' },
  '/akash.market.v1beta5.Query/Bids': { make: bid, of: 'bids' },
  '/akash.market.v1beta5.Query/Orders': { make: order, of: 'orders' },
  '/akash.deployment.v1beta4.Query/Deployments': { make: deployment, of: 'deployments' }
}
const EMPTY = [
  '/akash.provider.v1beta4.Query/Providers',
  '/akash.audit.v1.Query/AllProvidersAttributes',
  '/cosmos.bank.v1beta1.Query/TotalSupply',
  '/cosmos.bank.v1beta1.Query/AllBalances'
]

/** The key `row N` and the limit in a request, wherever the PageRequest stands. */
function pageOf(data: string): { start: number; limit: number } {
  const bytes = Buffer.from(data, 'hex')
  const key = /row (\d+)/.exec(bytes.toString('latin1'))?.[1]
  // The limit is the last field: tag 0x18, then a varint of one or two bytes.
  const at = bytes.lastIndexOf(0x18)
  const low = bytes[at + 1] ?? 100
  return { start: Number(key ?? 0), limit: low < 0x80 ? low : (low & 0x7f) | ((bytes[at + 2] ?? 0) << 7) }
}

function query(path: string, data: string, sizes: Sizes): Uint8Array | null {
  if (EMPTY.includes(path)) return new Uint8Array()
  const listing = LISTINGS[path]
  if (!listing) return null
  const total = sizes[listing.of]
  const { start, limit } = pageOf(data)
  const end = Math.min(total, start + limit)
  const rows: Field[] = []
  for (let n = start; n < end; n++) rows.push([1, listing.make(n, sizes)])
  return encodeMessage([...rows, [2, end < total ? [[1, new TextEncoder().encode(`row ${end}`)]] : []]])
}

const header = (height: number) => ({
  version: { block: '11' },
  chain_id: 'state-bench',
  height: String(height),
  time: new Date(Date.UTC(2026, 10, 1) - (TIP - height) * 6_000).toISOString(),
  last_block_id: { hash: 'A'.repeat(64), parts: { total: 1, hash: 'A'.repeat(64) } },
  ...Object.fromEntries(
    ['last_commit', 'data', 'validators', 'next_validators', 'consensus', 'app', 'last_results', 'evidence'].map((name) => [
      `${name}_hash`,
      'A'.repeat(64)
    ])
  ),
  proposer_address: 'A'.repeat(40)
})
type Call = { readonly id: number; readonly method: string; readonly params: Readonly<Record<string, string>> }

function answer({ method, params }: Call, sizes: Sizes): unknown {
  if (method === 'status')
    return {
      node_info: {
        network: 'state-bench',
        version: '0.38.21',
        other: { tx_index: 'off' },
        protocol_version: { p2p: '8', block: '11', app: '0' },
        id: 'AB',
        listen_addr: 'x',
        channels: '40',
        moniker: 'x'
      },
      sync_info: {
        latest_block_height: String(TIP),
        earliest_block_height: String(TIP),
        latest_block_time: header(TIP).time,
        latest_block_hash: 'A'.repeat(64),
        latest_app_hash: 'A'.repeat(64),
        catching_up: false
      },
      validator_info: {
        address: 'A'.repeat(40),
        pub_key: { type: 'tendermint/PubKeyEd25519', value: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' },
        voting_power: '1'
      }
    }
  if (method === 'blockchain')
    return {
      last_height: String(TIP),
      block_metas: [
        {
          block_id: { hash: 'A'.repeat(64), parts: { total: 1, hash: 'A'.repeat(64) } },
          block_size: '1',
          header: header(TIP),
          num_txs: '0'
        }
      ]
    }
  if (method === 'block_results')
    return {
      height: String(TIP),
      txs_results: null,
      finalize_block_events: null,
      validator_updates: null,
      consensus_param_updates: null,
      app_hash: ''
    }
  if (method === 'abci_query') {
    const bytes = query(params['path'] ?? '', params['data'] ?? '', sizes)
    const base = { info: '', index: '0', key: null, proofOps: null, height: String(TIP), codespace: '' }
    const found = bytes
      ? { code: 0, log: '', value: Buffer.from(bytes).toString('base64') }
      : { code: 6, log: 'unknown query path: unknown request', value: null }
    return { response: { ...base, ...found } }
  }
  throw new Error(`the bench's node has no ${method}`)
}

function serve(sizes: Sizes): void {
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      const calls = JSON.parse(text) as Call | Call[]
      const one = (call: Call) => ({ jsonrpc: '2.0', id: call.id, result: answer(call, sizes) })
      response.end(JSON.stringify(Array.isArray(calls) ? calls.map(one) : one(calls)))
    })
  })
  server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  process.on('disconnect', () => process.exit(0))
}

/** Starts it in a process of its own. */
export async function stateNode(sizes: Sizes): Promise<StateNode> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(sizes)])
  const [url] = (await once(child, 'message')) as [string]
  return { url, close: () => child.disconnect() }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) serve(JSON.parse(process.argv[2] ?? '') as Sizes)
