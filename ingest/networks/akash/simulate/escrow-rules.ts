/**
 * How escrow counts: settled only when something asks, overdrawn noticed then, payouts cut to whole micro-units. The rules are those seen in
 * the recordings and in https://github.com/akash-network/node, x/escrow/keeper.
 */
import { DISTRIBUTION, ESCROW } from '../accounts.ts'
import type { Coin, Effect } from './effect.ts'
import { ATTO, DEFAULT_TAKE_RATE, TAKE_RATES, type Era } from './era.ts'
import type { Account, Lease, Payment } from './objects.ts'

/** Where execution is: effects are added to it. */
export type Step = { readonly height: number; readonly era: Era; readonly effects: Effect[] }

/** Coins of the escrow module's account, whole micro-units by denom, and what it paid to whom. */
export type Vault = {
  readonly held: Map<string, bigint>
  /** What providers were paid for leases, by `provider denom`; `take` went to the network. */
  readonly paid: Map<string, { amount: bigint; take: bigint }>
  /** What the ACT migration added to the supply of a denom, or took from it. */
  readonly exchanged: Map<string, bigint>
  readonly pay: (step: Step, to: string, coin: Coin) => void
  readonly receive: (step: Step, from: string, coin: Coin) => void
}

export function createVault(): Vault {
  const held = new Map<string, bigint>()
  const add = ({ denom, amount }: Coin, sign: bigint): void => {
    const left = (held.get(denom) ?? 0n) + sign * amount
    if (left < 0n) throw new RangeError(`escrow would hold ${left}${denom}`)
    held.set(denom, left)
  }
  return {
    held,
    paid: new Map(),
    exchanged: new Map(),
    pay: (step, to, coin) => {
      add(coin, -1n)
      step.effects.push({ is: 'transfer', from: ESCROW, to, coin })
    },
    receive: (step, from, coin) => {
      add(coin, 1n)
      step.effects.push({ is: 'transfer', from, to: ESCROW, coin })
    }
  }
}

/** Takes spent funds off the deposits, the oldest first. */
function spend(account: Account, amount: bigint): void {
  account.funds -= amount
  const total = account.transferred.find(({ denom }) => denom === account.denom)
  if (total) total.amount += amount
  else account.transferred.push({ denom: account.denom, amount })
  let rest = amount
  for (const deposit of account.deposits) {
    const part = deposit.balance < rest ? deposit.balance : rest
    deposit.balance -= part
    rest -= part
  }
}

/** What all open payments of an account cost a block. */
export const rateOf = (account: Account): bigint =>
  account.payments.reduce((sum, p) => (p.state === 'open' ? sum + p.rate : sum), 0n)

/** The first height at which a settlement finds too little; null when nothing runs. */
export function dryAt(account: Account): number | null {
  const rate = rateOf(account)
  return rate === 0n ? null : account.settledAt + Number(account.funds / rate) + 1
}

/** Moves what is due from the account to its payments. @returns whether it found too little, so that account and payments are overdrawn now */
export function settle(account: Account, height: number): boolean {
  const blocks = BigInt(height - account.settledAt)
  account.settledAt = height
  const open = account.payments.filter(({ state }) => state === 'open')
  const rate = rateOf(account)
  if (account.state !== 'open' || blocks === 0n || rate === 0n) return false
  const due = rate * blocks
  if (due <= account.funds) {
    for (const payment of open) payment.balance += payment.rate * blocks
    spend(account, due)
    return false
  }
  const full = account.funds / rate
  const rest = account.funds - full * rate
  let shared = 0n
  open.forEach((payment, i) => {
    const share = i === open.length - 1 ? rest - shared : (rest * payment.rate) / rate
    shared += share
    const paid = payment.rate * full + share
    payment.balance += paid
    payment.unsettled += payment.rate * blocks - paid
    payment.state = 'overdrawn'
  })
  spend(account, account.funds)
  account.funds = -open.reduce((sum, p) => sum + p.unsettled, 0n)
  account.state = 'overdrawn'
  return true
}

/** Pays a provider what has gathered, less the take. */
export function payOut(step: Step, vault: Vault, payment: Payment, provider: string): void {
  const gross = payment.balance / ATTO
  if (gross === 0n) return
  payment.balance -= gross * ATTO
  payment.withdrawn += gross
  const percent = TAKE_RATES.find(({ denom }) => denom === payment.denom)?.rate ?? DEFAULT_TAKE_RATE
  const take = step.era.take ? (gross * BigInt(percent)) / 100n : 0n
  const key = `${provider} ${payment.denom}`
  const paid = vault.paid.get(key) ?? { amount: 0n, take: 0n }
  vault.paid.set(key, { amount: paid.amount + gross - take, take: paid.take + take })
  if (take > 0n) vault.pay(step, DISTRIBUTION, { denom: payment.denom, amount: take })
  if (gross > take) vault.pay(step, provider, { denom: payment.denom, amount: gross - take })
}

/** Ends a payment, paying what it has. */
export function closePayment(step: Step, vault: Vault, lease: Lease): void {
  if (lease.payment.state === 'open') lease.payment.state = 'closed'
  payOut(step, vault, lease.payment, lease.bid.provider)
}

/** Gives deposits back to whoever paid them, each cut to whole micro-units; a granter's grant grows again. */
export function refund(step: Step, vault: Vault, account: Account, owner: string): void {
  for (const deposit of account.deposits) {
    const amount = deposit.balance / ATTO
    deposit.balance = 0n
    if (amount === 0n) continue
    vault.pay(step, deposit.owner, { denom: account.denom, amount })
    if (deposit.source === 'grant') step.effects.push({ is: 'grant', granter: deposit.owner, grantee: owner })
  }
  account.funds = 0n
}
