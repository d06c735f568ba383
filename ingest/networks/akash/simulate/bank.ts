/** Coins that exist and that modules hold at the end of a simulated chain. What people hold is not kept. */
import { DISTRIBUTION, ESCROW, VAULT } from '../accounts.ts'
import type { Coin } from './effect.ts'
import { ACT, AKT, AXL_USDC } from './era.ts'
import type { Ledger } from './ledger-type.ts'
import { VAULT_SEED } from './migration.ts'
import type { MintBurn } from './mint-burn.ts'

/** At genesis, micro-units: 250 million AKT, as many as in 2024, of which the community pool has a million, and five million axlUSDC. Invented but for the first. */
const GENESIS = { akt: 250_000_000_000_000n, pool: 1_000_000_000_000n, usdc: 5_000_000_000_000n }

export type Bank = { readonly supply: () => Coin[]; readonly balances: (address: string) => Coin[] }

const sorted = (coins: readonly Coin[]): Coin[] =>
  coins.filter(({ amount }) => amount > 0n).sort((a, b) => (a.denom < b.denom ? -1 : 1))

/** @param upgraded whether the chain is past v2.0.0 */
export function createBank({ vault: { held, paid, exchanged } }: Ledger, { totals }: MintBurn, upgraded: boolean): Bank {
  const moved = (denom: string): bigint => exchanged.get(denom) ?? 0n
  return {
    supply: () =>
      sorted([
        { denom: AKT, amount: GENESIS.akt + totals.mintedAkt + moved(AKT) },
        { denom: AXL_USDC, amount: GENESIS.usdc + moved(AXL_USDC) },
        { denom: ACT, amount: totals.mintedAct - totals.burnedAct + moved(ACT) }
      ]),
    balances: (address) => {
      if (address === ESCROW) return sorted([...held].map(([denom, amount]) => ({ denom, amount })))
      if (address === VAULT && upgraded)
        return sorted([
          { denom: AKT, amount: VAULT_SEED + totals.credit + totals.waitingAkt },
          { denom: ACT, amount: totals.spreadAct + totals.waitingAct }
        ])
      if (address !== DISTRIBUTION) return []
      const takes = new Map([[AKT, GENESIS.pool - (upgraded ? VAULT_SEED : 0n)]])
      for (const [key, { take }] of paid) {
        const denom = key.slice(key.indexOf(' ') + 1)
        takes.set(denom, (takes.get(denom) ?? 0n) + take)
      }
      return sorted([...takes].map(([denom, amount]) => ({ denom, amount })))
    }
  }
}
