/** Denoms: what a smallest unit is called and how many make one token. Amounts stay whole numbers until the last SELECT. */

import { isolated } from './format.ts'

export type Denom = {
  /** As the chain writes it. */
  readonly denom: string
  readonly symbol: string
  readonly unitsPerToken: number
  /** What a reader should know of its worth, where it is fixed. */
  readonly note: string | null
  /** Name of the token in `token_prices`; null where it is not looked up there. */
  readonly asset: string | null
  /** What one token is worth by its design, in USD; null where the market says. ACT is a credit for one dollar, USDC is redeemed at one. */
  readonly fixedUsd: number | null
}

/** Denoms that are known. */
export const KNOWN_DENOMS: readonly Denom[] = [
  { denom: 'uakt', symbol: 'AKT', unitsPerToken: 1_000_000, note: null, asset: 'akt', fixedUsd: null },
  {
    denom: 'uact',
    symbol: 'ACT',
    unitsPerToken: 1_000_000,
    note: '1\u00a0ACT\u00a0=\u00a01\u00a0US$',
    asset: null,
    fixedUsd: 1
  },
  // Circle's USDC bridged by Axelar to Osmosis' channel: https://github.com/akash-network/net/blob/main/mainnet
  {
    denom: 'ibc/170C677610AC31DF0904FFE09CD3B5C657492170E7E52372E48756B71E56F2F1',
    symbol: 'USDC (axl)',
    unitsPerToken: 1_000_000,
    note: 'USDC bridged by Axelar',
    asset: null,
    fixedUsd: 1
  }
]

/** What is known of a denom. One that is not known is shown as it is, in its smallest unit. */
export function denomOf(denom: string): Denom {
  return (
    KNOWN_DENOMS.find((known) => known.denom === denom) ?? {
      denom,
      symbol: isolated(denom),
      unitsPerToken: 1,
      note: 'smallest unit',
      asset: null,
      fixedUsd: null
    }
  )
}
