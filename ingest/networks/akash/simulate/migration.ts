/**
 * The ACT migration of v2.0.0: running deployments in axlUSDC become ACT one to one before the transactions of the upgrade block, those in
 * AKT at the oracle's price at the end of a later one. Rules: the recording v1.2-to-v2.0, whose books these give.
 */
import { DISTRIBUTION, ESCROW, VAULT } from '../accounts.ts'
import { ACT, ATTO } from './era.ts'
import type { Step } from './escrow-rules.ts'
import type { Ledger } from './ledger-type.ts'
import type { Deployment } from './objects.ts'

/** What the community pool seeds the burn-mint vault with, micro-units. */
export const VAULT_SEED = 300_000_000_000n

/** Decimals of 18 digits multiplied as the SDK does: half goes to the even neighbour. */
function multiply(a: bigint, b: bigint): bigint {
  const product = a * b
  if (product < 0n) return -multiply(-a, b)
  const whole = product / ATTO
  const twice = (product % ATTO) * 2n
  return twice > ATTO || (twice === ATTO && whole % 2n === 1n) ? whole + 1n : whole
}

/** What a deployment's escrow holds that can be exchanged, whole micro-units. */
function holdings({ account }: Deployment): bigint {
  const balances = account.payments.reduce((sum, p) => (p.state === 'closed' ? sum : sum + p.balance), 0n)
  return ((account.funds > 0n ? account.funds : 0n) + balances) / ATTO
}

function convert(deployment: Deployment, rate: bigint): void {
  const times = (amount: bigint): bigint => (rate === ATTO ? amount : multiply(amount, rate))
  const { account } = deployment
  account.denom = ACT
  account.transferred.push({ denom: ACT, amount: 0n })
  account.funds = times(account.funds)
  for (const deposit of account.deposits) deposit.balance = times(deposit.balance)
  for (const payment of account.payments) {
    if (payment.state === 'closed') continue
    payment.denom = ACT
    payment.rate = times(payment.rate)
    payment.balance = times(payment.balance)
    payment.unsettled = times(payment.unsettled)
    payment.withdrawn = times(payment.withdrawn * ATTO) / ATTO
  }
  for (const group of deployment.groups) {
    if (group.state === 'open' || group.state === 'paused')
      group.spec = { ...group.spec, denom: ACT, maxPrice: times(group.spec.maxPrice) }
    for (const bid of group.orders.flatMap(({ bids }) => bids)) {
      if (bid.state === 'open' || bid.state === 'active') {
        bid.denom = ACT
        bid.price = times(bid.price)
      }
      if (bid.lease?.closedOn === null) {
        bid.lease.denom = ACT
        bid.lease.price = times(bid.lease.price)
      }
    }
  }
}

/**
 * Exchanges all active deployments of a denom.
 * @param rate micro-ACT for a micro-unit, in 10^-18
 */
export function migrate(step: Step, ledger: Ledger, denom: string, rate: bigint): void {
  const { held, exchanged } = ledger.vault
  const moving = ledger.deployments.filter((d) => d.state === 'active' && d.account.denom === denom)
  let burned = 0n
  let minted = 0n
  for (const deployment of moving) {
    const granter = deployment.account.deposits.find(({ source }) => source === 'grant')?.owner
    if (granter !== undefined) step.effects.push({ is: 'grant', granter, grantee: deployment.owner })
    burned += holdings(deployment)
    convert(deployment, rate)
    minted += holdings(deployment)
  }
  if (burned === 0n) return
  const [out, back] = [
    { denom, amount: burned },
    { denom: ACT, amount: minted }
  ]
  held.set(denom, (held.get(denom) ?? 0n) - burned)
  held.set(ACT, (held.get(ACT) ?? 0n) + minted)
  exchanged.set(denom, -burned)
  exchanged.set(ACT, (exchanged.get(ACT) ?? 0n) + minted)
  step.effects.push(
    { is: 'transfer', from: ESCROW, to: VAULT, coin: out },
    { is: 'burn', account: VAULT, coin: out },
    { is: 'mint', account: VAULT, coin: back },
    { is: 'transfer', from: VAULT, to: ESCROW, coin: back }
  )
}

/** The vault's first funding, at the upgrade. */
export function fundVault(step: Step): void {
  const coin = { denom: 'uakt', amount: VAULT_SEED }
  step.effects.push({ is: 'transfer', from: DISTRIBUTION, to: VAULT, coin }, { is: 'vault-funded', coin, source: DISTRIBUTION })
}
