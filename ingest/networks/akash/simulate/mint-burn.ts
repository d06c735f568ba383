/**
 * The burn-mint engine since v2.0.0: conversions are asked for in transactions and run at the end of an epoch's block. AKT paid in goes to the
 * vault and gains credit; ACT burned is paid from that credit while there is any, else with new AKT. As in the recording v2.1.
 */
import { VAULT } from '../accounts.ts'
import { fromAtto } from '../decimal.ts'
import type { Coin } from './effect.ts'
import { ACT, AKT, ATTO } from './era.ts'
import type { Step } from './escrow-rules.ts'

/** Blocks of an epoch: min_epoch_blocks of v2.0.0. */
const EPOCH_BLOCKS = 10
/** mint_spread_bps and min_mint of v2.0.0. */
const MINT_SPREAD_BPS = 25n
const MIN_MINT = 10_000_000n

type Request = { readonly account: string; readonly coin: Coin; readonly height: number; readonly sequence: number }
export type MintBurn = {
  readonly ask: (step: Step, account: string, coin: Coin) => void
  /** @param price AKT/USD in 10^-18 */
  readonly endBlock: (step: Step, price: bigint) => void
  /** Of what was executed, micro-units. */
  readonly totals: {
    mintedAct: bigint
    burnedAct: bigint
    mintedAkt: bigint
    credit: bigint
    /** Held back of what was minted. */
    spreadAct: bigint
    /** Paid in and not executed yet. */
    waitingAkt: bigint
    waitingAct: bigint
  }
}

export function createMintBurn(): MintBurn {
  const totals = { mintedAct: 0n, burnedAct: 0n, mintedAkt: 0n, credit: 0n, spreadAct: 0n, waitingAkt: 0n, waitingAct: 0n }
  let queue: Request[] = []
  const one = '1.000000000000000000'

  const execute = (step: Step, { account, coin, height, sequence }: Request, price: bigint): void => {
    const { effects } = step
    const usd = fromAtto(price) ?? '0'
    const id = { account, height, sequence }
    if (coin.denom === AKT) {
      const minted = { denom: ACT, amount: (coin.amount * price) / ATTO }
      if (minted.amount < MIN_MINT) {
        effects.push({ is: 'transfer', from: VAULT, to: account, coin })
        effects.push({ is: 'ledger-canceled', from: AKT, to: ACT, ...id, coin, reason: 'minimum_mint' })
        return
      }
      const spread = { denom: ACT, amount: (minted.amount * MINT_SPREAD_BPS) / 10_000n }
      totals.mintedAct += minted.amount
      totals.credit += coin.amount
      totals.spreadAct += spread.amount
      const accrued = { coin, price: usd }
      effects.push(
        { is: 'mint', account: VAULT, coin: minted },
        { is: 'transfer', from: VAULT, to: account, coin: { denom: ACT, amount: minted.amount - spread.amount } }
      )
      const sides = { burned: null, minted: { coin: minted, price: one }, accrued, issued: null, spread }
      effects.push({ is: 'ledger', from: AKT, to: ACT, ...id, ...sides })
      return
    }
    const akt = { denom: AKT, amount: (coin.amount * ATTO) / price }
    const fromCredit = totals.credit >= akt.amount
    totals.burnedAct += coin.amount
    effects.push({ is: 'burn', account: VAULT, coin })
    if (fromCredit) totals.credit -= akt.amount
    else {
      totals.mintedAkt += akt.amount
      effects.push({ is: 'mint', account: VAULT, coin: akt })
    }
    const paid = { coin: akt, price: usd }
    const sides = { minted: fromCredit ? null : paid, issued: fromCredit ? paid : null, accrued: null }
    const spread = { denom: AKT, amount: 0n }
    effects.push({ is: 'transfer', from: VAULT, to: account, coin: akt })
    effects.push({ is: 'ledger', from: ACT, to: AKT, ...id, burned: { coin, price: one }, ...sides, spread })
  }

  return {
    totals,
    ask: (step, account, coin) => {
      step.effects.push({ is: 'transfer', from: account, to: VAULT, coin })
      const sequence = queue.filter((r) => r.account === account && r.height === step.height).length + 1
      queue.push({ account, coin, height: step.height, sequence })
      totals[coin.denom === AKT ? 'waitingAkt' : 'waitingAct'] += coin.amount
    },
    endBlock: (step, price) => {
      if (step.height % EPOCH_BLOCKS !== 0) return
      const due = queue
      queue = []
      totals.waitingAkt = totals.waitingAct = 0n
      for (const request of due) execute(step, request, price)
    }
  }
}
