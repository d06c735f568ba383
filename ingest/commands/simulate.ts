/** `simulate`: makes a market and serves its chain on 127.0.0.1 until it is stopped. Its address goes to standard output. */
import { readFileSync, writeFileSync } from 'node:fs'
import * as v from 'valibot'
import { ParameterError, parametersOf } from '../simulate/parameters.ts'
import { serveSimulated } from '../simulate/serve.ts'
import { say } from './say.ts'

export type SimulateOptions = {
  readonly seed?: number
  readonly scale?: number
  /** Microseconds since 1970 UTC. */
  readonly until?: bigint
  readonly blockSeconds?: number
  readonly port: number
  /** File with parameters; options given beside it outrank it. */
  readonly market?: string
  readonly books?: string
}

const DAY = 86_400_000

const file = v.strictObject({
  seed: v.optional(v.number()),
  scale: v.optional(v.number()),
  until: v.optional(v.pipe(v.string(), v.isoDate())),
  block_seconds: v.optional(v.number())
})

/** Parameters from a file. @throws ParameterError saying what is wrong with it */
function readMarket(path: string): v.InferOutput<typeof file> {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new ParameterError(`${path} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  const result = v.safeParse(file, json)
  if (result.success) return result.output
  const [issue] = result.issues
  throw new ParameterError(
    `${path} is no market: ${v.getDotPath(issue) ?? 'the top'}: ${issue.message}. It may hold seed, scale, until (a day) and block_seconds.`
  )
}

/** Leaves out what is undefined, so that defaults hold. */
const given = <T extends object>(of: T): T =>
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as T

export async function simulate(options: SimulateOptions): Promise<void> {
  const stated = options.market === undefined ? {} : readMarket(options.market)
  const today = Math.floor(Date.now() / DAY) * DAY
  const day = stated.until === undefined ? today : Date.parse(`${stated.until}T00:00:00Z`)
  const parameters = parametersOf({
    ...given({
      seed: options.seed ?? stated.seed,
      scale: options.scale ?? stated.scale,
      blockSeconds: options.blockSeconds ?? stated.block_seconds
    }),
    until: options.until === undefined ? day : Number(options.until / 1000n)
  } as Parameters<typeof parametersOf>[0])
  const started = performance.now()
  const market = await serveSimulated(parameters, {
    port: options.port,
    onTaken: (port) => say(`port ${port} is taken: using another one`)
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const { chainId, blocks, leases, until } = market
  say(
    `${chainId}: ${blocks} blocks to ${new Date(until).toISOString()}, ${leases} leases, made in ${seconds} s; stop with Ctrl-C`
  )
  if (options.books !== undefined) {
    writeFileSync(options.books, `${JSON.stringify(market.books(), null, 1)}\n`)
    say(`its books are in ${options.books}`)
  }
  process.stdout.write(`${market.url}\n`)
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await market.close()
}
