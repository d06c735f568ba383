/** Queries of the chain's state over endpoints that refuse, prune and lag. */
import { describe, expect, test } from 'vitest'
import { connect } from '../../../ingest/chain/endpoints.ts'
import { akash } from '../../../ingest/networks/akash/config.ts'
import { startNode, testClock, type Call, type Misdeed } from './node.ts'

const CHAIN = 'v1.2'
const END = 219
const [leases] = akash.state
const LEASES = leases?.methods[0] ?? ''
const REQUEST = leases?.request({}, null, 5) ?? new Uint8Array()

/** What a node answers to a query that it refuses. */
const refusal =
  (code: number, log: string) =>
  ({ method, body }: Call): Misdeed | undefined => {
    if (method !== 'abci_query') return undefined
    const { id } = body() as unknown as { id: number }
    const response = { code, log, info: '', index: '0', key: null, value: null, proofOps: null, height: '0', codespace: 'sdk' }
    return { body: JSON.stringify({ jsonrpc: '2.0', id, result: { response } }) }
  }
const INVALID = refusal(18, 'invalid request parameters')
const PRUNED = refusal(38, 'failed to load state at height 219; version does not exist (latest height: 219): not found')
const AHEAD = refusal(26, 'cannot query with height in the future; please provide a valid height')

async function ask(misdeeds: readonly (typeof INVALID | undefined)[], path = LEASES) {
  const nodes = await Promise.all(misdeeds.map((misdo) => startNode(CHAIN, misdo)))
  const source = await connect(
    nodes.map(({ url }) => url),
    { clock: testClock(), attempts: 2 }
  )
  try {
    return leases?.read(LEASES, await source.query(path, REQUEST, END), END)
  } finally {
    source.close()
  }
}

describe('one of two nodes', () => {
  test.each([
    ['refuses the page key of the other', INVALID],
    ['has pruned the state of that height', PRUNED],
    ['lags behind its own status', AHEAD]
  ] as const)('%s: the other is asked', async (_, misdo) => {
    for (const misdeeds of [
      [misdo, undefined],
      [undefined, misdo]
    ])
      expect(await ask(misdeeds)).toMatchObject({ rows: 5 })
  })
})

describe('all nodes', () => {
  test('refuse: an error that names node, method and what it said', async () => {
    await expect(ask([INVALID])).rejects.toThrow(
      /127\.0\.0\.1:\d+ answered \/akash\.market.*Leases at height 219 with code 18: "invalid request/
    )
  })

  test('have pruned the height: an error of its own, so that a newer one is taken', async () => {
    await expect(ask([PRUNED, PRUNED])).rejects.toMatchObject({ fault: 'state-pruned' })
  })

  test('do not know the method', async () => {
    await expect(ask([undefined], '/akash.nosuch.v1.Query/Nothing')).rejects.toMatchObject({ fault: 'unknown-query' })
  })
})
