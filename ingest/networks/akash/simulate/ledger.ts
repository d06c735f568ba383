/**
 * The market's state machine as nodes of Akash run it: each call is a message that succeeds, changes the state and leaves the effects of
 * which events are made, in the order seen in the recordings.
 */
import { closePayment, createVault, dryAt, payOut, refund, settle, type Step } from './escrow-rules.ts'
import type { Coin } from './effect.ts'
import { ATTO, AKT } from './era.ts'
import type { Ledger, Watcher } from './ledger-type.ts'
import type { Audit, Bid, Deployment, Group, Lease, Order, ProviderRecord, Reason } from './objects.ts'

/** Deposit of a bid, micro-units: params of market, as in genesis. */
const BID_DEPOSIT: Coin = { denom: AKT, amount: 500_000n }

export function createLedger(watcher: Watcher): Ledger {
  const vault = createVault()
  const deployments: Deployment[] = []
  const orders: Order[] = []
  const bids: Bid[] = []
  const leases: Lease[] = []
  const providers = new Map<string, ProviderRecord>()
  const audits = new Map<string, Audit>()

  const openOrder = (step: Step, group: Group): Order => {
    const order: Order = { group, oseq: group.orders.length + 1, createdAt: step.height, state: 'open', bids: [] }
    group.orders.push(order)
    orders.push(order)
    step.effects.push({ is: 'order', what: 'created', order })
    return order
  }
  const closeOrder = (step: Step, order: Order): void => {
    order.state = 'closed'
    step.effects.push({ is: 'order', what: 'closed', order })
  }
  /** The deposit goes back first. */
  const endBid = (step: Step, bid: Bid): void => {
    releaseDeposit(step, bid)
    bid.state = 'closed'
    step.effects.push({ is: 'bid', what: 'closed', bid, denom: bid.denom, price: bid.price })
    watcher.bidEnded(bid)
  }
  const releaseDeposit = (step: Step, bid: Bid): void => {
    if (!bid.depositHeld) return
    bid.depositHeld = false
    bid.settledAt = step.height
    vault.pay(step, bid.provider, bid.deposit)
  }
  const endLease = (step: Step, lease: Lease, reason: Reason): void => {
    lease.state = reason === 'insufficient_funds' ? 'insufficient_funds' : 'closed'
    lease.closedOn = step.height
    lease.reason = reason
    step.effects.push({ is: 'lease', what: 'closed', lease, denom: lease.denom, price: lease.price, reason })
    watcher.leaseEnded(lease)
  }
  const running = (group: Group): Lease[] =>
    group.orders.flatMap(({ bids: all }) => all.flatMap(({ lease }) => (lease && lease.closedOn === null ? [lease] : [])))

  /** What a closing or pausing group does to its orders, bids and leases. */
  const endOrders = (step: Step, group: Group, reason: Reason): void => {
    for (const order of group.orders) {
      if (order.state === 'closed') continue
      closeOrder(step, order)
      for (const bid of order.bids) {
        if (bid.state !== 'open' && bid.state !== 'active') continue
        endBid(step, bid)
        if (bid.lease?.closedOn === null) endLease(step, bid.lease, reason)
      }
    }
  }
  const endDeployment = (step: Step, deployment: Deployment, reason: Reason): void => {
    deployment.state = 'closed'
    deployment.closedAt = step.height
    step.effects.push({ is: 'deployment', what: 'closed', deployment })
    for (const group of deployment.groups) {
      if (group.state === 'closed') continue
      group.state = reason === 'insufficient_funds' ? 'insufficient_funds' : 'closed'
      step.effects.push({ is: 'group', what: 'closed', group })
      endOrders(step, group, reason)
    }
  }
  const payAll = (step: Step, deployment: Deployment): void => {
    for (const lease of deployment.groups.flatMap(running)) closePayment(step, vault, lease)
  }
  /** @returns whether the account was found overdrawn: then everything is closed and nothing else is to be done */
  const settled = (step: Step, deployment: Deployment): boolean => {
    if (!settle(deployment.account, step.height)) return false
    payAll(step, deployment)
    endDeployment(step, deployment, 'insufficient_funds')
    return true
  }
  const addDeposit = (step: Step, deployment: Deployment, { denom, amount }: Coin, funder: string): void => {
    const { account, owner } = deployment
    if (denom !== account.denom) throw new TypeError(`a deposit of ${denom} into an account of ${account.denom}`)
    account.funds += amount * ATTO
    const source = funder === owner ? 'balance' : 'grant'
    account.deposits.push({ owner: funder, height: step.height, source, balance: amount * ATTO })
  }

  return {
    vault,
    deployments,
    orders,
    bids,
    leases,
    providers,
    audits,

    createDeployment: (step, { owner, dseq, hash, specs }, coin, funder) => {
      const account = {
        state: 'open' as const,
        denom: coin.denom,
        funds: 0n,
        transferred: [],
        settledAt: step.height,
        deposits: [],
        payments: []
      }
      const base = { owner, dseq, createdAt: step.height, hash, state: 'active' as const, closedAt: null, account }
      const deployment: Deployment = { ...base, groups: [] }
      deployments.push(deployment)
      if (funder !== owner) step.effects.push({ is: 'grant', granter: funder, grantee: owner })
      step.effects.push({ is: 'deployment', what: 'created', deployment })
      specs.forEach((spec, i) => {
        const group: Group = { deployment, gseq: i + 1, createdAt: step.height, state: 'open', spec, orders: [] }
        deployment.groups.push(group)
        openOrder(step, group)
      })
      addDeposit(step, deployment, coin, funder)
      vault.receive(step, funder, coin)
      return deployment
    },

    updateDeployment: (step, deployment) => void step.effects.push({ is: 'deployment', what: 'updated', deployment }),

    closeDeployment: (step, deployment) => {
      if (settled(step, deployment)) return
      const { account, owner } = deployment
      account.state = 'closed'
      // Up to v0.38 the funder is paid back before the providers are paid.
      if (step.era.legacy) refund(step, vault, account, owner)
      payAll(step, deployment)
      if (!step.era.legacy) refund(step, vault, account, owner)
      endDeployment(step, deployment, 'owner')
    },

    deposit: (step, deployment, coin, funder) => {
      const dry = dryAt(deployment.account)
      if (dry !== null && dry <= step.height) throw new RangeError('a deposit into an escrow that ran dry')
      addDeposit(step, deployment, coin, funder)
      if (funder !== deployment.owner) step.effects.push({ is: 'grant', granter: funder, grantee: deployment.owner })
      vault.receive(step, funder, coin)
    },

    createBid: (step, order, provider, price, gpuKey) => {
      const { denom } = order.group.spec
      const bid: Bid = {
        order,
        provider,
        createdAt: step.height,
        state: 'open',
        denom,
        price,
        gpuKey,
        hasOffer: step.era.name !== 'v0.24',
        deposit: BID_DEPOSIT,
        depositHeld: true,
        settledAt: step.height,
        lease: null
      }
      order.bids.push(bid)
      bids.push(bid)
      step.effects.push({ is: 'bid', what: 'created', bid, denom, price })
      vault.receive(step, provider, BID_DEPOSIT)
      return bid
    },

    closeBid: (step, bid, reason) => {
      const { lease, order } = bid
      if (!lease) {
        endBid(step, bid)
        return
      }
      if (settled(step, order.group.deployment)) return
      order.group.state = 'paused'
      step.effects.push({ is: 'group', what: 'paused', group: order.group })
      endLease(step, lease, reason)
      endBid(step, bid)
      closeOrder(step, order)
      closePayment(step, vault, lease)
    },

    createLease: (step, bid) => {
      const { order, denom, price } = bid
      const { account } = order.group.deployment
      if (settle(account, step.height)) throw new RangeError('a lease from an escrow that ran dry')
      const payment = { state: 'open' as const, denom, rate: price, balance: 0n, unsettled: 0n, withdrawn: 0n }
      account.payments.push(payment)
      const lease: Lease = {
        bid,
        createdAt: step.height,
        state: 'active',
        denom,
        price,
        first: { denom, price },
        closedOn: null,
        reason: null,
        payment,
        reclaim: null
      }
      leases.push(lease)
      bid.lease = lease
      bid.state = 'active'
      order.state = 'active'
      step.effects.push({ is: 'lease', what: 'created', lease, denom, price, reason: null })
      const losers = order.bids.filter(({ state }) => state === 'open')
      losers.forEach((loser, i) => {
        // From v1.0 on a loop passes over every other loser, whose deposit stays: seen in recordings v1.2 and v2.1.
        if (!step.era.legacy && i % 2 === 1) return
        loser.state = 'lost'
        releaseDeposit(step, loser)
        watcher.bidEnded(loser)
      })
      return lease
    },

    closeLease: (step, lease) => {
      const { order } = lease.bid
      if (settled(step, order.group.deployment)) throw new RangeError('a lease closed whose escrow ran dry')
      endLease(step, lease, 'owner')
      endBid(step, lease.bid)
      closeOrder(step, order)
      closePayment(step, vault, lease)
      return openOrder(step, order.group)
    },

    withdraw: (step, lease) => {
      if (settled(step, lease.bid.order.group.deployment)) return
      payOut(step, vault, lease.payment, lease.bid.provider)
    },

    pauseGroup: (step, group) => {
      const ending = running(group)
      if (settled(step, group.deployment)) return
      group.state = 'paused'
      step.effects.push({ is: 'group', what: 'paused', group })
      endOrders(step, group, 'owner')
      for (const lease of ending) closePayment(step, vault, lease)
    },

    startGroup: (step, group) => {
      group.state = 'open'
      step.effects.push({ is: 'group', what: 'started', group })
      return openOrder(step, group)
    },

    startReclaim: (step, lease, reason, deadline) => {
      lease.state = 'reclaiming'
      lease.reclaim = { startedAt: step.height, deadline, reason }
      step.effects.push({ is: 'reclaim', lease, reason, deadline })
    },

    setProvider: (step, record) => {
      const what = providers.has(record.owner) ? 'updated' : 'created'
      providers.set(record.owner, record)
      step.effects.push({ is: 'provider', what, owner: record.owner })
    },

    sign: (step, owner, auditor, attributes) => {
      const key = `${owner}/${auditor}`
      const audit = audits.get(key) ?? { owner, auditor, attributes: [] }
      const kept = audit.attributes.filter((a) => !attributes.some((b) => b.key === a.key))
      audits.set(key, { ...audit, attributes: [...kept, ...attributes] })
      step.effects.push({ is: 'audit', what: 'created', owner, auditor })
    },

    unsign: (step, owner, auditor, attributes) => {
      const key = `${owner}/${auditor}`
      const left = (audits.get(key)?.attributes ?? []).filter((a) => !attributes.some((b) => b.key === a.key))
      if (left.length > 0) audits.set(key, { owner, auditor, attributes: left })
      else audits.delete(key)
      step.effects.push({ is: 'audit', what: 'deleted', owner, auditor })
    }
  }
}
