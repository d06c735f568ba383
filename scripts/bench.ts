/** `npm run bench [-- --only PART,PART] [-- --full]`: speed, size and memory, on this machine, as ratios measured in one run where that can be. */
import { Command } from 'commander'
import { benchCrawl } from './bench-crawl.ts'
import { benchDecode } from './bench-decode.ts'
import { benchIndex, benchLimited } from './bench-index.ts'
import { benchMarts, benchSize } from './bench-lake.ts'
import { benchMemory } from './bench-memory.ts'
import { benchPage } from './bench-page.ts'
import { benchPrices } from './bench-prices.ts'
import { benchSimulate } from './bench-simulate.ts'
import { benchState } from './bench-state.ts'
import { goalsMissed, machine, say } from './measure.ts'

type Options = { readonly only?: string; readonly full?: true }

/** Counts that take minutes, and those that take the whole of an hour's quarter. */
const SIZES = { short: { leases: 20_000, blocks: 100_000, state: 0.05 }, full: { leases: 200_000, blocks: 1_000_000, state: 1 } }

const PARTS: Readonly<Record<string, (sizes: (typeof SIZES)['short']) => Promise<void>>> = {
  index: benchIndex,
  limited: benchLimited,
  decode: benchDecode,
  size: benchSize,
  marts: ({ leases }) => benchMarts(leases),
  memory: ({ blocks }) => benchMemory(blocks),
  crawl: benchCrawl,
  simulate: benchSimulate,
  prices: benchPrices,
  state: ({ state }) => benchState(state),
  page: () => {
    say('\nthe page in Chromium (the site as `npm start` builds it)')
    return benchPage(say)
  }
}

async function main({ only, full }: Options, command: Command): Promise<void> {
  const names = only?.split(',') ?? Object.keys(PARTS)
  const strange = names.find((name) => !(name in PARTS))
  if (strange !== undefined)
    command.error(`error: no part is named ${strange}. Parts: ${Object.keys(PARTS).join(', ')}`, { exitCode: 2 })
  say(machine())
  for (const name of names) await PARTS[name]?.(full ? SIZES.full : SIZES.short)
  say(`\n${machine()}; ${goalsMissed() === 0 ? 'all goals met' : `${goalsMissed()} goals missed`}`)
  if (goalsMissed() > 0) process.exitCode = 1
}

await new Command('bench')
  .description('speed, size and memory of Rackrate; seconds are of this machine, ratios measured in one run')
  .option('--only <parts>', `some of ${Object.keys(PARTS).join(', ')}, separated by commas`)
  .option(
    '--full',
    `${SIZES.full.leases} leases, ${SIZES.full.blocks} blocks and a whole state where otherwise ${SIZES.short.leases}, ${SIZES.short.blocks} and a part of it do`
  )
  .action(main)
  .parseAsync()
