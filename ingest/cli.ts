/** The command line. Errors go to standard error with exit status 1 (2 for wrong usage); standard output carries only data. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { build } from './commands/build.ts'
import { follow } from './commands/follow.ts'
import { index } from './commands/index.ts'
import { merge } from './commands/merge.ts'
import { prices } from './commands/prices.ts'
import { providers, type ProvidersOptions } from './commands/providers.ts'
import { query } from './commands/query.ts'
import { reported } from './commands/reported.ts'
import { serve } from './commands/serve.ts'
import { serveRecording } from './commands/serve-recording.ts'
import { simulate } from './commands/simulate.ts'
import { verify } from './commands/verify.ts'
import { FORMATS } from './format.ts'
import { PRICE_SOURCES } from './prices/index.ts'
import type { Shard } from './select.ts'
import { ParameterError } from './simulate/parameters.ts'
import { daysOf } from '../src/lib/model/value.ts'

const height = (text: string): number => {
  const n = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(n) || n < 1)
    throw new InvalidArgumentError('Give a height: a whole number from 1.')
  return n
}
const port = (text: string): number => {
  const n = Number(text)
  if (!/^\d+$/.test(text) || n > 65_535) throw new InvalidArgumentError('Give a port from 0 to 65535.')
  return n
}
const days = (text: string): number => {
  const n = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || n <= 0) throw new InvalidArgumentError('Give a number of days above 0.')
  return n
}
const share = (text: string): number => {
  const n = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || n > 1) throw new InvalidArgumentError('Give a share from 0 to 1.')
  return n
}
const number = (text: string): number => {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('Give a number.')
  return Number(text)
}
const seconds = (text: string): number => {
  const n = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || n < 1) throw new InvalidArgumentError('Give seconds, from 1.')
  return n
}
/** Strangers' machines are not asked more than once a minute. */
const polite = (text: string): number => {
  const n = seconds(text)
  if (n < 60) throw new InvalidArgumentError('Give seconds, from 60.')
  return n
}
/** A day or moment in UTC as microseconds since 1970. */
const moment = (text: string): bigint => {
  const zoned = /^\d{4}-\d\d-\d\d$/.test(text)
    ? `${text}T00:00:00Z`
    : /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/.test(text)
      ? text
      : ''
  const ms = Date.parse(zoned)
  if (Number.isNaN(ms)) throw new InvalidArgumentError('Give a day such as 2026-08-01, or a moment such as 2026-08-01T12:00:00Z.')
  return BigInt(ms) * 1000n
}
const day = (text: string): string => {
  if (daysOf(text) === undefined) throw new InvalidArgumentError('Give a day such as 2026-08-01.')
  return text
}
const shard = (text: string): Shard => {
  const [, index = 0, count = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number)
  if (!(index >= 1 && index <= count))
    throw new InvalidArgumentError('Give the part and the number of parts, such as 2/4: from 1/4 to 4/4.')
  return { index, count }
}
const milliseconds = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Give milliseconds.')
  return Number(text)
}
const urls = (text: string): string[] => {
  const list = text
    .split(',')
    .map((u) => u.trim())
    .filter((u) => u !== '')
  for (const url of list) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      throw new InvalidArgumentError('Give http:// or https:// addresses, separated by commas.')
  }
  if (list.length === 0) throw new InvalidArgumentError('Give at least one address.')
  return list
}

const loopback = (text: string): { grpcPort: number; restPort: number } => {
  const [, grpc, rest] = /^(\d+),(\d+)$/.exec(text) ?? []
  if (grpc === undefined || rest === undefined)
    throw new InvalidArgumentError('Give two ports, of gRPC and of REST, such as 18444,18443.')
  return { grpcPort: port(grpc), restPort: port(rest) }
}

const address = (text: string): URL => {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw new InvalidArgumentError('Give one http:// or https:// address, without user, password or query.')
  return url
}

const lake = new Option('--lake <dir>', 'folder of the lake').makeOptionMandatory()
const program = new Command('ingest').description('Rackrate: from final blocks to an open lake of Parquet').exitOverride()

/** Options that say what to read and which heights. */
function reading(command: Command): Command {
  return command
    .option('--rpc <urls>', "CometBFT RPC addresses, separated by commas (default: the network's public endpoints)", urls)
    .addOption(lake)
    .option('--network <id>', 'network', 'akash')
    .option('--from <height>', 'first height', height)
    .addOption(new Option('--since <date>', 'first day or moment, UTC').argParser(moment).conflicts(['from', 'days']))
    .addOption(
      new Option('--strategy <how>', "how to read: every block, by transaction search, or what the chain's state remembers")
        .choices(['auto', 'scan', 'search', 'state'])
        .default('auto')
    )
    .option('--sample <share>', 'share of heights compared with a second endpoint (default: 0.01 with two or more)', share)
    .addOption(new Option('--days <n>', 'days before the tip').argParser(days).conflicts('from'))
}

reading(program.command('index'))
  .description(
    "index a chain into a lake, from the node's lowest height unless told; a second run goes on where the first stopped"
  )
  .option('--to <height>', 'last height (default: the tip)', height)
  .option('--newest-first', 'newest heights first, so that a dashboard is useful early')
  .option('--shard <i/n>', 'only the i-th of n disjoint parts, for several machines; `merge` joins them', shard)
  .action(index)

reading(program.command('follow'))
  .description('keep a lake at the tip of its chain until stopped')
  .option('--every <seconds>', 'seconds between looks for new blocks', seconds, 30)
  .action(follow)

program
  .command('reported')
  .description('fetch the daily figures that the network publishes itself, to be held beside ours')
  .addOption(lake)
  .option('--network <id>', 'network', 'akash')
  .option('--api <url>', "another host of the same API (default: the network's own)", address)
  .action(reported)

const sources = PRICE_SOURCES.map(({ id }) => id)
program
  .command('prices')
  .description('fetch list prices of clouds and prices of tokens; what moved by more than half is held back')
  .addOption(lake)
  .option('--network <id>', 'network of a lake that is made', 'akash')
  .addOption(new Option('--source <ids...>', 'only these sources').choices(sources))
  .option('--since <date>', 'from this day on, UTC, where a source publishes its history', day)
  .option('--via <url>', 'a host that stands between: https://a.b/c is asked as <url>/a.b/c', address)
  .addOption(
    new Option('--accept <ids...>', 'take what is held back of these sources').choices(sources).conflicts(['source', 'since'])
  )
  .action(prices)

program
  .command('providers')
  .description('ask the providers that the lake knows about their machines, until stopped, the dead ever more seldom')
  .addOption(lake)
  .option('--once', 'ask each once and stop')
  .addOption(
    new Option('--every <seconds>', 'seconds between looks at a provider that answers (default: 900)')
      .argParser(polite)
      .conflicts('once')
  )
  .option(
    '--via-loopback <ports>',
    'ask all of them at 127.0.0.1 at these ports (gRPC,REST): for simulated and recorded chains',
    loopback
  )
  .addOption(
    new Option('--at <time>', 'with --via-loopback: the time of the probes, in a market with a clock of its own').argParser(
      moment
    )
  )
  .addOption(new Option('--timeout <seconds>', 'seconds that a provider has for its answer (default: 10)').argParser(seconds))
  .action((options: ProvidersOptions, command: Command) => {
    if (options.at !== undefined && !options.viaLoopback)
      command.error('error: --at goes with --via-loopback: providers of a real network are asked now.', { exitCode: 2 })
    return providers(options)
  })

program
  .command('merge')
  .description('join lakes of one chain into one; what two of them hold must be equal')
  .argument('<lakes...>', 'folders of lakes')
  .addOption(lake)
  .action(merge)

program
  .command('query')
  .description('print the rows of a SELECT over the public tables')
  .argument('<sql>', 'one SELECT')
  .addOption(lake)
  .addOption(new Option('--format <format>', 'how to print').choices([...FORMATS]).default('json'))
  .action(query)

program
  .command('verify')
  .description('check a lake against its manifest and its invariants')
  .addOption(lake)
  .option('--repair', 'first drop what is damaged, so that it can be indexed again')
  .option('--rpc <urls>', 'also hold it against a node: heights fetched again, and leases in the state of the chain', urls)
  .option('--heights <n>', 'heights fetched again with --rpc', height, 50)
  .action(verify)
program.command('build').description('make the tables that the site reads (marts)').addOption(lake).action(build)

program
  .command('serve')
  .description('serve a folder of files on 127.0.0.1, with range requests')
  .argument('<dir>', 'folder')
  .option('--port <port>', 'port (0: any free one)', port, 4173)
  .action(serve)

program
  .command('serve-recording')
  .description('serve a recorded chain on 127.0.0.1 as its node would')
  .argument('<dir>', 'folder of the recording')
  .option('--port <port>', 'port (0: any free one)', port, 26_657)
  .option('--latency <ms>', 'wait before each answer', milliseconds, 0)
  .action(serveRecording)

program
  .command('simulate')
  .description('make a market of the same shape as the real one, and serve its chain on 127.0.0.1')
  .option('--seed <n>', 'what the market is drawn from: the same gives the same bytes (default: 1)', number)
  .option('--scale <x>', 'size: 1 is a demo of 5 leases a day, 200 has as many as mainnet (default: 1)', number)
  .option('--until <date>', 'last day or moment, UTC (default: today at 0:00)', moment)
  .option('--block-seconds <s>', 'seconds between blocks; mainnet has 6 (default: 1800)', number)
  .option('--market <file>', 'JSON with these: seed, scale, until, block_seconds')
  .option('--books <file>', "write the market's own books there, as JSON")
  .option('--port <port>', 'port (0: any free one)', port, 26_657)
  .action(simulate)

/** What an error says, and what it was caused by where that says more. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? error.cause.message : undefined
  return cause !== undefined && !error.message.includes(cause) ? `${error.message}\n  because: ${cause}` : error.message
}

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else if (error instanceof ParameterError) {
    process.stderr.write(`error: ${error.message}\n`)
    process.exitCode = 2
  } else {
    process.stderr.write(`error: ${explain(error)}\n`)
    process.exitCode = 1
  }
}
