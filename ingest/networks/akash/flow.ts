/** Transfers into and out of escrow, with what stands around them in the same message. */
import { DISTRIBUTION, ESCROW, VAULT } from './accounts.ts'
import { coins } from './decimal.ts'
import { EventError } from './event.ts'
import type { MarketEvent } from './event.ts'
import type { ChainEvent } from '../../chain/source.ts'

/** An event of one message, or of one phase of a block, that matters here. */
export type Step =
  | { readonly kind: 'market'; readonly index: number; readonly event: MarketEvent }
  | { readonly kind: 'transfer'; readonly index: number; readonly transfer: Transfer }

export type Transfer = {
  readonly direction: 'in' | 'out'
  readonly account: string
  readonly coins: readonly { readonly denom: string; readonly amount: string }[]
}

export type Flow = {
  readonly index: number
  readonly coinIndex: number
  readonly direction: 'in' | 'out'
  readonly account: string
  readonly denom: string
  readonly amount: string
  readonly take: string
  /** Index of the next market event of the message or phase. */
  readonly nextEvent: number | null
  /** Place among the transfers out directly before that event, counted back from it; null for a transfer in, or with one between. */
  readonly nextRank: number | null
  /** Index of the lease_created before a transfer out. */
  readonly leaseEvent: number | null
}

/**
 * Reads a bank `transfer` event; null when it does not touch escrow.
 * @throws EventError when it touches escrow and its amount is not readable
 */
export function readTransfer(event: ChainEvent): Transfer | null {
  if (event.type !== 'transfer') return null
  const at = (name: string): string | undefined => event.attributes.find((a) => a.key === name)?.value
  const [sender, recipient] = [at('sender'), at('recipient')]
  if (sender !== ESCROW && recipient !== ESCROW) return null
  const moved = coins(at('amount') ?? '')
  const account = sender === ESCROW ? recipient : sender
  if (moved === null || !account) throw new EventError(`has an amount '${(at('amount') ?? '').slice(0, 80)}' that is not coins`)
  return { direction: sender === ESCROW ? 'out' : 'in', account, coins: moved }
}

/**
 * Reads a bank `burn` or `coinbase` event of the burn-mint vault; null when it is about something else.
 * @throws EventError when its amount is not readable
 */
export function readVaultSupply(event: ChainEvent): { kind: 'burn' | 'mint'; coins: Transfer['coins'] } | null {
  const kind = event.type === 'burn' ? 'burn' : event.type === 'coinbase' ? 'mint' : null
  if (kind === null) return null
  const at = (name: string): string | undefined => event.attributes.find((a) => a.key === name)?.value
  if (at(kind === 'burn' ? 'burner' : 'minter') !== VAULT) return null
  const moved = coins(at('amount') ?? '')
  if (moved === null) throw new EventError(`has an amount '${(at('amount') ?? '').slice(0, 80)}' that is not coins`)
  return { kind, coins: moved }
}

/**
 * Gives each coin that moved its surroundings. Steps are those of one message, in order.
 * A transfer to the distribution module directly before another of the same denom is the take of that other one (up to v1.2).
 */
export function flows(steps: readonly Step[]): Flow[] {
  const out: Flow[] = []
  let leaseEvent: number | null = null
  let pendingTake: { denom: string; amount: string } | null = null
  steps.forEach((step, at) => {
    if (step.kind === 'market') {
      if (step.event.what === 'lease_created') leaseEvent = step.index
      pendingTake = null
      return
    }
    const { transfer, index } = step
    const next = steps[at + 1]
    if (
      transfer.direction === 'out' &&
      transfer.account === DISTRIBUTION &&
      transfer.coins.length === 1 &&
      next?.kind === 'transfer'
    ) {
      const following = next.transfer
      const coin = transfer.coins[0]
      if (
        coin &&
        following.direction === 'out' &&
        following.account !== DISTRIBUTION &&
        following.coins[0]?.denom === coin.denom
      ) {
        pendingTake = coin
        return
      }
    }
    const isOut = transfer.direction === 'out'
    const ahead = steps.slice(at + 1)
    const run = ahead.findIndex((s) => s.kind === 'market' || s.transfer.direction === 'in')
    const rank = isOut && ahead[run]?.kind === 'market' ? run + 1 : null
    transfer.coins.forEach(({ denom, amount }, coinIndex) => {
      out.push({
        index,
        coinIndex,
        direction: transfer.direction,
        account: transfer.account,
        denom,
        amount,
        take: pendingTake?.denom === denom ? pendingTake.amount : '0',
        nextEvent: ahead.find((s) => s.kind === 'market')?.index ?? null,
        nextRank: rank,
        leaseEvent: isOut ? leaseEvent : null
      })
    })
    pendingTake = null
  })
  return out
}
