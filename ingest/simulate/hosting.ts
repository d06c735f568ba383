/** What providers do: join, bid where they have room, take their money, change, and leave. */
import * as messages from '../networks/akash/simulate/message-bytes.ts'
import type { Bid, Lease, Order, Reason, Spec } from '../networks/akash/simulate/objects.ts'
import { addressOf } from '../networks/akash/simulate/address.ts'
import { CPU_USD_HOUR, MEMORY_USD_HOUR, STORAGE_USD_HOUR, trend, type GpuModel } from './models.ts'
import { attributesOf, gpuKey, type Supplier } from './supply.ts'
import { pricePerBlock, type World } from './world.ts'

export type Hosting = {
  /** Bids of all who have room for an order, in this block. */
  readonly bid: (order: Order) => void
  readonly leased: (lease: Lease) => void
  readonly ended: (lease: Lease) => void
  /** Settles a lease whose escrow has run dry, soon. */
  readonly collect: (lease: Lease) => void
  readonly end: (lease: Lease, reason: Reason) => void
  readonly runningOf: (address: string) => ReadonlySet<Lease>
  readonly supplierOf: (address: string) => Supplier | undefined
}

/** Bids that an order takes: order_max_bids of genesis. */
const MOST_BIDS = 20
/** Messages in one transaction. */
const MOST_MESSAGES = 20
const GIB = 1024 ** 3
/** An order is bid for by some of those who could; most orders on mainnet see three or four bids. */
const LOOKING = { gpu: 0.65, cpu: 0.045 }

/** USD an hour that a provider asks: it lies where its stance is in the model's range, and moves a little with the months. */
function askOf(supplier: Supplier, model: GpuModel | null, spec: Spec, time: number): number {
  const month = Math.floor(time / (30 * 86_400_000))
  const mood = 1 + 0.05 * Math.sin(month * 2.4 + supplier.stance * 40)
  const { low, high } = model ?? { low: 0, high: 0 }
  const gpu = low * (high / Math.max(low, 1e-9)) ** ((supplier.stance + 1) / 2)
  const rest =
    (spec.cpuMillicores / 1000) * CPU_USD_HOUR +
    (spec.memoryBytes / GIB) * MEMORY_USD_HOUR +
    ((spec.storageBytes + spec.persistentBytes) / GIB) * STORAGE_USD_HOUR
  const general = spec.gpus > 0 ? 0.15 : 1 + 0.5 * supplier.stance
  return (spec.gpus * gpu * mood + rest * general) * trend(time)
}

const hostOf = (supplier: Supplier, moved: boolean): string =>
  `https://provider.${supplier.name}${moved ? '-2' : ''}.example:8443`

export function createHosting(world: World, suppliers: readonly Supplier[]): Hosting {
  const { ledger, capacity, calendar, random } = world
  const byAddress = new Map(suppliers.map((s) => [s.address, s]))
  const auditor = addressOf(`${world.parameters.seed} auditor`)
  const running = new Map<string, Set<Lease>>(suppliers.map(({ address }) => [address, new Set()]))
  let present: Supplier[] = []

  const announce = (supplier: Supplier, moved: boolean): void => {
    const record = {
      owner: supplier.address,
      hostUri: hostOf(supplier, moved),
      attributes: attributesOf(supplier, world.height()),
      email: `ops@${supplier.name}.example`,
      website: `https://${supplier.name}.example`
    }
    world.send({ signer: supplier.address }, (step) => {
      const what = ledger.providers.has(supplier.address) ? 'Update' : 'Create'
      ledger.setProvider(step, record)
      return messages.provider(step.era, what, record)
    })
  }
  const audit = (supplier: Supplier, signed: boolean): void => {
    const attributes = attributesOf(supplier, world.height()).filter(
      ({ key }) => key === 'region' || key.startsWith('capabilities/gpu')
    )
    world.send({ signer: auditor }, (step) => {
      if (signed) ledger.sign(step, supplier.address, auditor, attributes)
      else ledger.unsign(step, supplier.address, auditor, attributes)
      return messages.audit(step.era, supplier.address, auditor, attributes, signed)
    })
  }

  const closeBid = (bid: Bid, reason: Reason): void => {
    if (bid.state !== 'open' && bid.state !== 'active') return
    world.send({ signer: bid.provider }, (step) => {
      ledger.closeBid(step, bid, reason)
      return messages.onBid(step.era, 'CloseBid', bid, reason)
    })
  }
  const withdraw = (address: string, leases: readonly Lease[]): void => {
    for (let i = 0; i < leases.length; i += MOST_MESSAGES) {
      const some = leases.slice(i, i + MOST_MESSAGES)
      const acts = some.map((lease) => (step: Parameters<Parameters<World['send']>[1]>[0]) => {
        ledger.withdraw(step, lease)
        return messages.onBid(step.era, 'WithdrawLease', lease.bid)
      })
      world.send({ signer: address }, ...acts)
    }
  }
  /** Each deployment once: a withdrawal that finds an escrow dry closes all of its leases. */
  const ofSeveral = (leases: Iterable<Lease>): Lease[] => {
    const seen = new Set<object>()
    return [...leases].filter((lease) => {
      const { deployment } = lease.bid.order.group
      const first = !seen.has(deployment)
      seen.add(deployment)
      return first && lease.createdAt < world.height()
    })
  }

  const collectAll = (supplier: Supplier): void => {
    if (world.height() >= supplier.left) return
    const leases = ofSeveral(running.get(supplier.address) ?? [])
    if (leases.length > 0) withdraw(supplier.address, leases)
    world.at(world.height() + supplier.withdrawEvery, () => collectAll(supplier))
  }

  for (const supplier of suppliers) {
    world.at(supplier.joined, () => {
      announce(supplier, false)
      present.push(supplier)
      if (supplier.audited) world.at(world.height() + calendar.blocks(24 * random.between(2, 20)), () => audit(supplier, true))
      world.at(world.height() + supplier.withdrawEvery, () => collectAll(supplier))
      if (random.chance(0.35))
        world.at(world.height() + calendar.blocks(24 * random.between(30, 700)), () => announce(supplier, random.chance(0.5)))
    })
    if (supplier.left === Infinity) continue
    world.at(supplier.left, () => {
      present = present.filter((s) => s !== supplier)
      for (const lease of ofSeveral(running.get(supplier.address) ?? [])) closeBid(lease.bid, 'decommission')
      for (const lease of running.get(supplier.address) ?? [])
        if (lease.closedOn === null) world.at(world.height() + 1, () => closeBid(lease.bid, 'decommission'))
      if (supplier.audited && random.chance(0.5)) audit(supplier, false)
    })
  }

  const offer = (supplier: Supplier, order: Order): void => {
    const { spec } = order.group
    if (spec.region !== null && spec.region !== supplier.region) return
    if (spec.signedBy.length > 0 && !ledger.audits.has(`${supplier.address}/${auditor}`)) return
    const node = capacity.fit(supplier, spec, world.height())
    if (!node) return
    const price = pricePerBlock(world, askOf(supplier, spec.gpus > 0 ? node.gpu : null, spec, world.time()), spec.denom)
    if (price > spec.maxPrice) return
    const key = spec.gpus > 0 && node.gpu && world.era().name !== 'v0.24' ? gpuKey(node.gpu, supplier.namesForm) : null
    world.send({ signer: supplier.address }, (step) => {
      const bid = ledger.createBid(step, order, supplier.address, price, key)
      capacity.take(bid, node)
      return messages.createBid(step.era, bid)
    })
  }

  return {
    bid: (order) => {
      if (order.state !== 'open') return
      const start = random.below(Math.max(1, present.length))
      const looking = order.group.spec.gpus > 0 ? LOOKING.gpu : LOOKING.cpu
      for (let i = 0; i < present.length && order.bids.length < MOST_BIDS; i++) {
        const supplier = present[(start + i) % present.length]
        if (supplier && random.chance(supplier.eagerness * looking)) offer(supplier, order)
      }
      // What no lease took is withdrawn by its provider after a while.
      world.at(world.height() + calendar.blocks(random.between(12, 48)), () => {
        for (const bid of order.bids) if (bid.state === 'open') closeBid(bid, 'unspecified')
      })
    },
    leased: (lease) => void running.get(lease.bid.provider)?.add(lease),
    ended: (lease) => void running.get(lease.bid.provider)?.delete(lease),
    collect: (lease) => {
      if (lease.closedOn === null) withdraw(lease.bid.provider, [lease])
    },
    end: (lease, reason) => {
      if (lease.closedOn === null) closeBid(lease.bid, reason)
    },
    runningOf: (address) => running.get(address) ?? new Set(),
    supplierOf: (address) => byAddress.get(address)
  }
}
