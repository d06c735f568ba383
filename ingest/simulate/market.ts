/** A whole market, block by block: the same for the same parameters. */
import { addressOf } from '../networks/akash/simulate/address.ts'
import type { Effect } from '../networks/akash/simulate/effect.ts'
import { ACT, AKT, ATTO, AXL_USDC } from '../networks/akash/simulate/era.ts'
import type { Step } from '../networks/akash/simulate/escrow-rules.ts'
import { createLedger } from '../networks/akash/simulate/ledger.ts'
import type { Ledger } from '../networks/akash/simulate/ledger-type.ts'
import * as messages from '../networks/akash/simulate/message-bytes.ts'
import { fundVault, migrate } from '../networks/akash/simulate/migration.ts'
import { createMintBurn, type MintBurn } from '../networks/akash/simulate/mint-burn.ts'
import { aktUsd } from './akt-usd.ts'
import { createCalendar, type Calendar } from './calendar.ts'
import { createCapacity, type Capacity } from './capacity.ts'
import type { SimulatedBlock } from './chain.ts'
import { createDemand } from './demand.ts'
import { createHosting } from './hosting.ts'
import type { Parameters } from './parameters.ts'
import { createRandom } from './random.ts'
import { createRenting } from './renting.ts'
import { createSupply, type Supplier } from './supply.ts'
import { createWorld, PRICELESS_BLOCKS, type World } from './world.ts'

export type Market = {
  readonly parameters: Parameters
  readonly calendar: Calendar
  readonly ledger: Ledger
  readonly capacity: Capacity
  readonly suppliers: readonly Supplier[]
  readonly engine: MintBurn
  /** The blocks, each made when it is asked for; the ledger is at the last one made. */
  readonly blocks: () => Generator<SimulatedBlock, void, void>
}

/** Orders of the price bot a day. */
const BOT_ORDERS_A_DAY = 0.5
/** Hours between two prices that the oracle is told. */
const FEED_HOURS = 24
/** AKT/USD in 10^-18, with the noise of an hour. */
function oraclePrice({ time, height }: World): bigint {
  const noise = 1 + 0.004 * Math.sin(height() * 0.7) + 0.003 * Math.sin(height() * 2.3)
  return BigInt(Math.round(aktUsd(time()) * noise * 1e9)) * 10n ** 9n
}
const decimal = (atto: bigint): string => `${atto / ATTO}.${String(atto % ATTO).padStart(18, '0')}`
const seconds = (time: number): string => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')

/** The oracle's prices and what the burn-mint engine is asked for, once there are such. */
function monetary(
  world: World,
  engine: MintBurn,
  suppliers: readonly Supplier[]
): { readonly feed: () => void; readonly price: () => bigint } {
  const { parameters, calendar, random, ledger } = world
  const oracle = addressOf(`${parameters.seed} oracle`)
  const treasury = addressOf(`${parameters.seed} console`)
  const first = calendar.upgrade('v2.0.0') + PRICELESS_BLOCKS
  let price = 0n
  const mint = (): void => {
    const usd = random.logNormal(3_000 * Math.max(0.1, parameters.scale), 0.5)
    const coin = { denom: AKT, amount: BigInt(Math.ceil((usd / aktUsd(world.time())) * 1e6)) }
    world.send({ signer: treasury }, (step) => {
      engine.ask(step, treasury, coin)
      return messages.convert('Mint', treasury, coin)
    })
    // Now and then one asks for too little.
    if (random.chance(0.1)) {
      const little = { denom: AKT, amount: 1_000n }
      world.send({ signer: treasury }, (step) => {
        engine.ask(step, treasury, little)
        return messages.convert('Mint', treasury, little)
      })
    }
    world.at(world.height() + calendar.blocks(24 * 7), mint)
  }
  const burn = (supplier: Supplier): void => {
    const running = ledger.leases.length > 0 && world.height() < supplier.left
    if (running) {
      const coin = { denom: ACT, amount: BigInt(Math.round(random.logNormal(60e6, 1))) }
      world.send({ signer: supplier.address }, (step) => {
        engine.ask(step, supplier.address, coin)
        return messages.convert('Burn', supplier.address, coin)
      })
    }
    world.at(world.height() + calendar.blocks(24 * random.between(10, 40)), () => burn(supplier))
  }
  world.at(first + 2, mint)
  for (const supplier of suppliers.filter((_, i) => i % 3 === 0))
    world.at(Math.max(first + calendar.blocks(48), supplier.joined + 1), () => burn(supplier))
  return {
    feed: () => {
      const { oracle: version } = world.era()
      if (version === null || world.height() < first - 1) return
      if (world.height() > first + 1 && world.height() % calendar.blocks(FEED_HOURS) !== 0) return
      price = oraclePrice(world)
      const time = world.time()
      world.send({ signer: oracle }, (step) => {
        step.effects.push({ is: 'price', version, usd: decimal(price), source: oracle, time: seconds(time) })
        return messages.addPrice(version, oracle, price, Math.floor(time / 1000))
      })
    },
    price: () => price
  }
}

export function createMarket(parameters: Parameters): Market {
  const calendar = createCalendar(parameters)
  const capacity = createCapacity()
  const engine = createMintBurn()
  const ledger = createLedger({
    bidEnded: (bid) => capacity.free(bid),
    leaseEnded: (lease) => {
      capacity.free(lease.bid)
      hosting.ended(lease)
    }
  })
  const random = createRandom(parameters.seed, 'market')
  const { world, step } = createWorld({ parameters, calendar, ledger, capacity, random })
  const suppliers = createSupply(parameters, calendar)
  const hosting = createHosting(world, suppliers)
  const demand = createDemand(parameters)
  const renting = createRenting(world, hosting, demand)
  const money = monetary(world, engine, suppliers)

  const propose = (name: string, id: number): void => {
    const height = calendar.upgrade(name)
    const proposer = addressOf(`${parameters.seed} core team`)
    world.at(height - calendar.blocks(24 * 8), () =>
      world.send({ signer: proposer }, (of) => {
        of.effects.push({ is: 'proposal', id, proposer })
        return messages.proposeUpgrade(proposer, name, height)
      })
    )
  }
  propose('v2.0.0', 1)
  propose('v2.1.0', 2)

  const arrive = (): void => {
    for (const wish of demand.wishes(world.time(), parameters.blockSeconds)) renting.start(wish)
    const mean = (BOT_ORDERS_A_DAY * Math.max(0.2, parameters.scale) * parameters.blockSeconds) / 86_400
    for (let n = random.poisson(mean); n > 0; n--) renting.start(demand.botWish(world.time()))
  }

  /** What the chain itself does around the transactions of a block. */
  const upgrade = calendar.upgrade('v2.0.0')
  const pre = (of: Step): void => {
    if (of.height !== upgrade) return
    migrate(of, ledger, AXL_USDC, ATTO)
    fundVault(of)
  }
  const begin = (of: Step): void => {
    if (of.height === upgrade)
      for (let i = 0; i < 4; i++) of.effects.push({ is: 'epoch', number: 1, startedAt: Math.floor(world.time() / 1000) })
  }
  let before = 0n
  const end = (of: Step): void => {
    for (const [i, name] of ['v2.0.0', 'v2.1.0'].entries())
      if (of.height === calendar.passed(name)) of.effects.push({ is: 'passed', id: i + 1 })
    const { oracle } = of.era
    const since = of.height - upgrade - PRICELESS_BLOCKS
    if (oracle === null || since < 0) return
    // EndBlock runs by name: the burn-mint engine and deployments before the oracle, at its price of the block before.
    if (since === 1) {
      of.effects.push({
        is: 'mint-status',
        from: 'mint_status_halt_cr',
        to: 'mint_status_healthy',
        ratio: '6591.887371677999921271'
      })
      migrate(of, ledger, AKT, before)
    }
    if (since >= 2) engine.endBlock(of, before)
    if (since === 0) of.effects.push({ is: 'recovered', version: oracle, height: of.height })
    before = money.price()
    of.effects.push({
      is: 'aggregate',
      version: oracle,
      usd: decimal(before),
      twap: decimal(before),
      time: new Date(world.time()).toISOString()
    })
  }

  return {
    parameters,
    calendar,
    ledger,
    capacity,
    suppliers,
    engine,
    blocks: function* () {
      for (let height = 1; height <= calendar.last; height++) {
        const era = calendar.eraOf(height)
        const phase = (run: (of: Step) => void): Effect[] => {
          const effects: Effect[] = []
          run({ height, era, effects })
          return effects
        }
        const first = phase(pre)
        world.at(height, () => {
          money.feed()
          arrive()
        })
        const txs = step()
        yield { height, time: calendar.timeOf(height), era, txs, pre: first, begin: phase(begin), end: phase(end) }
      }
    }
  }
}
