/** The command line. Errors go to standard error with exit status 1 (2 for wrong usage); standard output carries only data. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { build } from './commands/build.ts'
import { index } from './commands/index.ts'
import { query } from './commands/query.ts'
import { serve } from './commands/serve.ts'
import { serveRecording } from './commands/serve-recording.ts'
import { verify } from './commands/verify.ts'
import { FORMATS } from './format.ts'

const height = (text: string): number => {
  const n = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(n) || n < 1) throw new InvalidArgumentError('Give a height: a whole number from 1.')
  return n
}
const port = (text: string): number => {
  const n = Number(text)
  if (!/^\d+$/.test(text) || n > 65_535) throw new InvalidArgumentError('Give a port from 0 to 65535.')
  return n
}
const milliseconds = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Give milliseconds.')
  return Number(text)
}
const urls = (text: string): string[] => {
  const list = text.split(',').map((u) => u.trim()).filter((u) => u !== '')
  for (const url of list) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw new InvalidArgumentError('Give http:// or https:// addresses, separated by commas.')
  }
  if (list.length === 0) throw new InvalidArgumentError('Give at least one address.')
  return list
}

const lake = new Option('--lake <dir>', 'folder of the lake').makeOptionMandatory()
const program = new Command('ingest').description('Rackrate: from final blocks to an open lake of Parquet').exitOverride()

program
  .command('index')
  .description('index a chain into a lake; a second run goes on where the first stopped')
  .requiredOption('--rpc <urls>', 'CometBFT RPC addresses, separated by commas', urls)
  .addOption(lake)
  .option('--from <height>', "first height (default: the node's lowest)", height)
  .option('--to <height>', 'last height (default: the tip)', height)
  .option('--network <id>', 'network', 'akash')
  .action(index)

program
  .command('query')
  .description('print the rows of a SELECT over the public tables')
  .argument('<sql>', 'one SELECT')
  .addOption(lake)
  .addOption(new Option('--format <format>', 'how to print').choices([...FORMATS]).default('json'))
  .action(query)

program.command('verify').description('check a lake against its manifest and its invariants').addOption(lake).action(verify)
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
  else {
    process.stderr.write(`error: ${explain(error)}\n`)
    process.exitCode = 1
  }
}
