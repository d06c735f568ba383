/** What tenants do: deploy, choose among bids, keep their escrow filled or not, and end it one way or another. */
import { createHash } from 'node:crypto'
import { addressOf } from '../networks/akash/simulate/address.ts'
import { ATTO, AXL_USDC } from '../networks/akash/simulate/era.ts'
import { dryAt, rateOf } from '../networks/akash/simulate/escrow-rules.ts'
import * as messages from '../networks/akash/simulate/message-bytes.ts'
import type { Bid, Deployment, Lease, Order, Reason, Spec } from '../networks/akash/simulate/objects.ts'
import type { Act, Sender } from '../networks/akash/simulate/tx.ts'
import type { Demand, Tenant, Wish } from './demand.ts'
import type { Hosting } from './hosting.ts'
import { keysOf, limitOf } from './wish.ts'
import { denomsOf, migrating, pricePerBlock, usdOf, type World } from './world.ts'

export type Renting = { readonly start: (wish: Wish) => void }

/** Seconds in which a deployment finds its provider. */
const QUICK_S = 300
/** Least deposit, micro-units: min_deposits of genesis. */
const LEAST_DEPOSIT = 500_000n
const PROVIDER_REASONS: readonly Reason[] = [
  'unstable',
  'unstable',
  'decommission',
  'unspecified',
  'unspecified',
  'manifest_timeout'
]

export function createRenting(world: World, hosting: Hosting, demand: Demand): Renting {
  const { ledger, calendar, random } = world
  const { seed } = world.parameters
  const auditor = addressOf(`${seed} auditor`)
  const console = addressOf(`${seed} console`)
  const helper = addressOf(`${seed} team wallet`)
  const numbers = new Map<string, bigint>()

  const senderOf = ({ address, kind }: Tenant): Sender =>
    kind === 'managed'
      ? { signer: address, granter: console }
      : kind === 'team'
        ? { signer: helper, executed: true }
        : { signer: address }
  const funderOf = ({ address, kind }: Tenant): string => (kind === 'managed' ? console : address)

  /** Free for the owner: a clock of milliseconds a few seconds before the block, or the height. */
  const dseqOf = ({ address, clock }: Tenant): string => {
    const wanted = BigInt(clock ? world.time() - Math.round(random.between(1_500, 9_000)) : world.height())
    const last = numbers.get(`${address} ${clock}`) ?? 0n
    const dseq = wanted > last ? wanted : last + 1n
    numbers.set(`${address} ${clock}`, dseq)
    return String(dseq)
  }

  const alive = (deployment: Deployment): boolean => {
    const dry = dryAt(deployment.account)
    return deployment.state === 'active' && (dry === null || dry > world.height())
  }
  const leasesOf = (deployment: Deployment): Lease[] =>
    deployment.groups.flatMap(({ orders }) =>
      orders.flatMap(({ bids }) => bids.flatMap(({ lease }) => (lease?.closedOn === null ? [lease] : [])))
    )
  /** Whole micro-units of USD, at least what the chain takes. */
  const money = (usd: number, denom: string): bigint => {
    const micro = BigInt(Math.ceil((usd / usdOf(denom, world.time())) * 1e6))
    return micro > LEAST_DEPOSIT ? micro : LEAST_DEPOSIT
  }

  const close = (wish: Wish, deployment: Deployment): void => {
    if (!alive(deployment)) return
    world.send(senderOf(wish.tenant), (step) => {
      ledger.closeDeployment(step, deployment)
      return messages.closeDeployment(step.era, deployment)
    })
  }

  /** Looks after the escrow shortly before it runs dry: fills it up while the tenant wants to stay, else leaves it to the provider. */
  const watchFunds = (wish: Wish, deployment: Deployment, until: number): void => {
    const dry = dryAt(deployment.account)
    if (dry === null || deployment.state !== 'active') return
    const stays = until > dry || wish.ending === 'owner' || wish.ending === 'anew'
    if (!stays || dry <= world.height() + 1) {
      const [lease] = leasesOf(deployment)
      if (lease)
        world.at(dry + calendar.blocks(random.logNormal(3, 1)), () =>
          deployment.state === 'active' ? hosting.collect(lease) : undefined
        )
      return
    }
    world.at(dry - 1 - calendar.blocks(random.between(0.5, 3)), () => {
      if (!alive(deployment)) return
      if (migrating(world)) {
        world.at(world.height() + 1, () => watchFunds(wish, deployment, until))
        return
      }
      const days = random.pick([7, 14, 30, 60])
      const blocks = Math.min(until - world.height() + calendar.blocks(2), calendar.blocks(24 * days))
      const { denom } = deployment.account
      const amount = (rateOf(deployment.account) * BigInt(Math.max(1, blocks))) / ATTO + 1n
      const coin = { denom, amount: amount > LEAST_DEPOSIT ? amount : LEAST_DEPOSIT }
      const funder = funderOf(wish.tenant)
      world.send(senderOf(wish.tenant), (step) => {
        ledger.deposit(step, deployment, coin, funder)
        return messages.accountDeposit(step.era, deployment, coin, funder)
      })
      watchFunds(wish, deployment, until)
    })
  }

  /** By price, with the reputation that each tenant sees. */
  const choose = (wish: Wish, order: Order): Bid | undefined => {
    const open = order.bids.filter(({ state }) => state === 'open')
    if (wish.tenant.kind === 'self-dealer') {
      const own = open.find(
        ({ provider }) =>
          hosting.supplierOf(provider)?.eagerness === Math.max(...open.map((b) => hosting.supplierOf(b.provider)?.eagerness ?? 0))
      )
      if (own) return own
    }
    let best: Bid | undefined
    let least = Infinity
    for (const bid of open) {
      const cost = Number(bid.price / 10n ** 9n) * Math.exp(0.2 * random.normal())
      if (cost < least) [best, least] = [bid, cost]
    }
    return best
  }

  const endLater = (wish: Wish, deployment: Deployment, lease: Lease, until: number): void => {
    switch (wish.ending) {
      case 'dry':
        return
      case 'provider': {
        const reason = random.pick(PROVIDER_REASONS)
        const when = reason === 'manifest_timeout' ? world.height() + 1 : until
        const end = (): void => {
          if (!alive(deployment)) return
          hosting.end(lease, reason)
          world.at(world.height() + calendar.blocks(random.logNormal(6, 1)), () => close(wish, deployment))
        }
        world.at(when, () => {
          if (!alive(deployment) || lease.closedOn !== null) return
          if (world.era().name !== 'v2.1' || reason !== 'decommission') {
            end()
            return
          }
          // Since v2.1 a provider can say beforehand that it takes a lease back.
          const hours = 24
          const deadline = Math.floor(world.time() / 1000) + hours * 3600
          world.send({ signer: lease.bid.provider }, (step) => {
            ledger.startReclaim(step, lease, reason, deadline)
            return messages.startReclaim(lease, reason)
          })
          world.at(world.height() + calendar.blocks(hours), end)
        })
        return
      }
      case 'anew':
        world.at(until, () => {
          if (!alive(deployment) || lease.closedOn !== null || migrating(world)) {
            close(wish, deployment)
            return
          }
          let order: Order | undefined
          world.send(senderOf(wish.tenant), (step) => {
            order = ledger.closeLease(step, lease)
            return messages.onBid(step.era, 'CloseLease', lease.bid)
          })
          if (order) seek({ ...wish, ending: 'owner', hours: demand.hours(wish.gpus) }, deployment, [order])
        })
        return
      case 'pause':
        world.at(until, () => {
          if (!alive(deployment) || lease.closedOn !== null) return
          const { group } = lease.bid.order
          world.send(senderOf(wish.tenant), (step) => {
            ledger.pauseGroup(step, group)
            return messages.onGroup(step.era, 'Pause', group)
          })
          world.at(world.height() + calendar.blocks(random.between(2, 40)), () => {
            if (!alive(deployment) || migrating(world)) {
              close(wish, deployment)
              return
            }
            let order: Order | undefined
            world.send(senderOf(wish.tenant), (step) => {
              order = ledger.startGroup(step, group)
              return messages.onGroup(step.era, 'Start', group)
            })
            if (order) seek({ ...wish, ending: 'owner', hours: demand.hours(wish.gpus) }, deployment, [order])
          })
        })
        return
      case 'owner':
        world.at(until, () => close(wish, deployment))
    }
  }

  /** Bids and choice take a minute or two: the next blocks of mainnet, the same block where blocks are long. */
  const soon = (blocks: number, act: () => void): void => {
    if (world.parameters.blockSeconds >= QUICK_S) act()
    else world.at(world.height() + blocks, act)
  }
  /** Whom nobody serves gives up. */
  const seek = (wish: Wish, deployment: Deployment, orders: readonly Order[]): void => {
    soon(1, () => {
      if (migrating(world)) return
      for (const order of orders) if (deployment.state === 'active') hosting.bid(order)
    })
    soon(2, () => {
      if (!alive(deployment)) return
      const bot = wish.tenant.kind === 'bot'
      const taken =
        bot && !random.chance(0.12) ? [] : orders.flatMap((order) => (order.state === 'open' ? (choose(wish, order) ?? []) : []))
      if (taken.length === 0) {
        if (bot) soon(2, () => close(wish, deployment))
        else world.at(world.height() + calendar.blocks(random.logNormal(4, 1)), () => close(wish, deployment))
        return
      }
      const made: Lease[] = []
      const acts = taken.map((bid): Act => (step) => {
        made.push(ledger.createLease(step, bid))
        return messages.onBid(step.era, 'CreateLease', bid)
      })
      world.send(senderOf(wish.tenant), ...acts)
      for (const lease of made) hosting.leased(lease)
      const [first] = made
      if (!first) return
      const until = world.height() + calendar.blocks(wish.hours)
      endLater(wish, deployment, first, until)
      watchFunds(wish, deployment, until)
      if (random.chance(0.15) && wish.hours > 12)
        world.at(world.height() + calendar.blocks(wish.hours / 2), () => update(wish, deployment))
    })
  }
  const update = (wish: Wish, deployment: Deployment): void => {
    if (!alive(deployment)) return
    world.send(senderOf(wish.tenant), (step) => {
      ledger.updateDeployment(step, deployment)
      return messages.updateDeployment(step.era, deployment)
    })
  }

  return {
    start: (wish) => {
      const { tenant } = wish
      const denoms = denomsOf(world)
      if (denoms.length === 0) return
      const chosen =
        denoms.length === 1 ? denoms[0] : random.chance(tenant.kind === 'managed' ? 0.85 : 0.35) ? AXL_USDC : denoms[0]
      const denom = chosen ?? AXL_USDC
      const usd = limitOf(wish, world)
      const spec: Spec = {
        cpuMillicores: wish.cpuMillicores,
        memoryBytes: wish.memoryBytes,
        storageBytes: wish.storageBytes,
        persistentBytes: wish.persistentBytes,
        gpus: wish.gpus,
        gpuKeys: keysOf(wish),
        region: wish.region,
        signedBy: wish.audited ? [auditor] : [],
        denom,
        maxPrice: pricePerBlock(world, usd, denom)
      }
      const hours = wish.ending === 'dry' ? wish.hours * 0.8 : Math.min(wish.hours * 1.3, random.pick([24, 72, 168, 720]))
      const coin = {
        denom,
        amount: money(
          Math.max(usd * Math.max(hours, world.parameters.blockSeconds / 1200) * wish.groups, tenant.kind === 'managed' ? 5 : 1),
          denom
        )
      }
      const dseq = dseqOf(tenant)
      const hash = createHash('sha256').update(`${tenant.address}/${dseq}`).digest()
      const funder = funderOf(tenant)
      let deployment: Deployment | undefined
      world.send(senderOf(tenant), (step) => {
        const specs = Array.from({ length: wish.groups }, () => ({ ...spec }))
        const made = ledger.createDeployment(step, { owner: tenant.address, dseq, hash, specs }, coin, funder)
        deployment = made
        return messages.createDeployment(step.era, made, coin, funder)
      })
      if (deployment)
        seek(
          wish,
          deployment,
          deployment.groups.flatMap(({ orders }) => orders)
        )
    }
  }
}
