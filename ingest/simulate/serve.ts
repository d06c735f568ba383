/** A simulated market, served: its chain over JSON-RPC on loopback, its machines for provider endpoints, its books for tests. */
import { createHash } from 'node:crypto'
import { createBank } from '../networks/akash/simulate/bank.ts'
import { genesisOf } from '../networks/akash/simulate/genesis.ts'
import { createQueries } from '../networks/akash/simulate/queries.ts'
import type { Recording } from '../recording/recording.ts'
import { serveChain, type ServeOptions } from '../recording/serve.ts'
import { booksOf, type Books } from './books.ts'
import { createChain, type Chain } from './chain.ts'
import type { Fleet } from './fleet.ts'
import { createMarket, type Market } from './market.ts'
import { fleetOf } from './market-fleet.ts'
import { createNode } from './node.ts'
import { chainIdOf, parametersOf, type Parameters } from './parameters.ts'

export type Simulation = { readonly market: Market; readonly chain: Chain; readonly node: Recording }

/**
 * Runs a market to its end and makes its chain: seconds of work, and about 8 KB of memory a block of the default market.
 * @param from lowest height served, as of a node that pruned its blocks
 */
export function simulate(parameters: Parameters, from = 1): Simulation {
  const market = createMarket(parameters)
  const chain = createChain(chainIdOf(parameters))
  for (const block of market.blocks()) chain.append(block)
  const genesis = genesisOf(chain.id, new Date(parameters.from).toISOString())
  const key = createHash('sha256').update(chain.id).digest('base64')
  const { ledger, engine, calendar } = market
  const bank = createBank(ledger, engine, calendar.upgrade('v2.0.0') <= chain.height)
  const queries = createQueries(ledger, bank, calendar.eraOf(chain.height), chain.height)
  const node = createNode(chain, { genesis, validator: { address: chain.validator, key }, query: queries }, from)
  return { market, chain, node }
}

export type Simulated = {
  /** Of the RPC, on 127.0.0.1. */
  readonly url: string
  readonly chainId: string
  /** Made when first asked for. */
  readonly books: () => Books
  readonly fleet: Fleet
  /** Milliseconds since 1970 UTC: the time of the last block. */
  readonly until: number
  readonly blocks: number
  readonly leases: number
  readonly close: () => Promise<void>
}

export type SimulatedOptions = Pick<ServeOptions, 'port' | 'latencyMs'> & {
  /** Lowest height served, as of a node that pruned its blocks. */
  readonly from?: number
  /** Called when the port is taken: another one is used instead. Without, a taken port is an error. */
  readonly onTaken?: (port: number) => void
}

/** Whether a server could not start because another has its port. */
const isTaken = (error: unknown): boolean =>
  error instanceof Error && (error.cause as { readonly code?: string } | undefined)?.code === 'EADDRINUSE'

/**
 * Makes a market and serves its chain until `close`. `until` in milliseconds since 1970 UTC; the rest has defaults (parameters.ts). Making the
 * default market takes seconds in which this thread does nothing else.
 * @throws ParameterError when no market can be made of these; Error when the port is taken
 */
export async function serveSimulated(
  given: Partial<Parameters> & { readonly until: number },
  options: SimulatedOptions = {}
): Promise<Simulated> {
  const { from, onTaken, ...serving } = options
  const { market, chain, node } = simulate(parametersOf(given), from)
  const { url, close } = await serveChain(node, serving).catch((error: unknown) => {
    if (!onTaken || !isTaken(error)) throw error
    onTaken(serving.port ?? 0)
    return serveChain(node, { ...serving, port: 0 })
  })
  let books: Books | undefined
  return {
    url,
    chainId: chain.id,
    books: () => (books ??= booksOf(market, chain.id)),
    fleet: fleetOf(market),
    until: market.calendar.timeOf(chain.height),
    blocks: chain.height,
    leases: market.ledger.leases.length,
    close
  }
}
