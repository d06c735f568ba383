/** `abci_query` of a simulated chain: its state at the last height, and nothing older, as a node that prunes answers. */
import { answered, future, pruned, refused, unknownPath } from '../../../recording/abci.ts'
import { answerListing, listingOf } from '../serve-state.ts'
import { decodeMessage, encodeMessage, WireError, type Field } from '../wire.ts'
import type { Bank } from './bank.ts'
import type { Coin } from './effect.ts'
import type { Era } from './era.ts'
import type { Ledger } from './ledger-type.ts'
import { coinFields } from './message-bytes.ts'
import { auditRow, bidRow, deploymentRow, leaseRow, orderRow, providerRow } from './rows.ts'

const balancesRequest = { 1: ['address', 'string'] } as const
const BALANCES = '/cosmos.bank.v1beta1.Query/AllBalances'
const SUPPLY = '/cosmos.bank.v1beta1.Query/TotalSupply'
const coins = (of: readonly Coin[]): Uint8Array => encodeMessage([...of.map((coin): Field => [1, coinFields(coin)]), [2, []]])

/** Rows of each method at the end of a chain, made when first asked for. */
function listings(ledger: Ledger, era: Era): ReadonlyMap<string, () => Uint8Array[]> {
  const { deployment, market, provider, audit } = era.versions
  const by = <T>(of: (era: Era, object: T) => Uint8Array, objects: Iterable<T>) => {
    let rows: Uint8Array[] | undefined
    return () => (rows ??= [...objects].map((object) => of(era, object)))
  }
  return new Map([
    [`/akash.market.${market}.Query/Leases`, by(leaseRow, ledger.leases)],
    [`/akash.market.${market}.Query/Bids`, by(bidRow, ledger.bids)],
    [`/akash.market.${market}.Query/Orders`, by(orderRow, ledger.orders)],
    [`/akash.deployment.${deployment}.Query/Deployments`, by(deploymentRow, ledger.deployments)],
    [`/akash.provider.${provider}.Query/Providers`, by(providerRow, ledger.providers.values())],
    [`/akash.audit.${audit}.Query/AllProvidersAttributes`, by(auditRow, ledger.audits.values())]
  ])
}

/** @returns JSON of results; `height` 0 means the last */
export function createQueries(
  ledger: Ledger,
  bank: Bank,
  era: Era,
  last: number
): (path: string, data: string, height: number) => string {
  const rows = listings(ledger, era)
  return (path, data, height) => {
    const request = Buffer.from(data.replace(/^0x/, ''), 'hex')
    if (height > last) return future(height, last)
    if (height !== 0 && height !== last) return pruned(height, last)
    try {
      if (path === SUPPLY) return answered(coins(bank.supply()), last)
      if (path === BALANCES)
        return answered(coins(bank.balances(decodeMessage(balancesRequest, request, () => undefined).address)), last)
    } catch (error) {
      if (error instanceof WireError) return refused(last)
      throw error
    }
    const listing = listingOf(path)
    const found = rows.get(path)
    if (!listing || !found) return unknownPath(path, last)
    const value = answerListing(listing, { rows: found(), keys: new Map() }, request)
    return value === undefined ? refused(last) : answered(value, last)
  }
}
