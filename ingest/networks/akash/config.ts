/** Akash: chain ids, public endpoints, and what of a block `decode` looks at. */
import type { Network, ProviderApi } from '../network.ts'
import { consoleApi } from './console.ts'
import { UPGRADE_DATES } from './dates.ts'
import { decode } from './decode.ts'
import { factsOfGenesis } from './param-fact.ts'
import { statusOfGrpc, statusOfRest, versionOf } from './provider-status.ts'
import { STATE_QUERIES } from './state.ts'

/** As Akash Console lists them: https://github.com/akash-network/console, packages/net, d84c9e93 (2026-08-22). All prune. */
const endpoints = [
  'https://rpc.akashnet.net',
  'https://rpc.akt.dev/rpc',
  'https://akash-rpc.polkachu.com',
  'https://akash-rpc.publicnode.com',
  'https://rpc.lavenderfive.com/akash',
  'https://akash-rpc.europlots.com',
  'https://rpc-akash.ecostake.com'
]

/** Bank events tell escrow's coins; `message` where a message begins; the others which proposals were made and passed. */
const OF_THE_SDK: ReadonlySet<string> = new Set(['transfer', 'burn', 'coinbase', 'message', 'submit_proposal', 'active_proposal'])
const follows = (eventType: string): boolean => eventType.startsWith('akash.') || OF_THE_SDK.has(eventType)

const MAINNET = 'akashnet-2'
const GPU_UPGRADE = 12_606_074
/** v2.0.0 brought epochs, oracle and burn-mint engine, which speak at the end of blocks. */
const BLOCKS_SPEAK = 26_063_777
/**
 * Upgrades between them, whose handlers may close leases and move coins outside transactions, as v1.1.0 at 24332547 did.
 * https://github.com/cosmos/chain-registry, akash/versions.json; 24247750 is from https://github.com/akash-network/console/issues/2305.
 */
const UPGRADES: ReadonlySet<number> = new Set([
  12_992_204, 13_759_618, 13_880_774, 15_414_427, 16_133_283, 16_708_237, 20_608_553, 23_939_793, 24_247_750, 24_332_547,
  25_789_395
])

/** Up to v1.2 the modules of Akash act within transactions only, but for upgrades; a margin of one block is for what an upgrade leaves to the next. */
function blockEvents(chainId: string, height: number): boolean {
  if (chainId !== MAINNET || height <= GPU_UPGRADE + 1 || height >= BLOCKS_SPEAK) return true
  return UPGRADES.has(height) || UPGRADES.has(height - 1)
}

/** Ports: https://akash.network/docs/providers/, the gateway's 8443 and, since provider 0.5.0, gRPC on 8444. */
const providerApi: ProviderApi = {
  grpc: { port: 8444, method: '/akash.provider.v1.ProviderRPC/GetStatus', request: new Uint8Array(), read: statusOfGrpc },
  rest: { port: 8443, path: '/status', read: statusOfRest },
  version: { path: '/version', read: versionOf }
}

export const akash: Network = {
  id: 'akash',
  publicChainIds: [MAINNET],
  endpoints,
  follows,
  blockEvents,
  dates: UPGRADE_DATES,
  state: STATE_QUERIES,
  reported: consoleApi,
  providerApi,
  decode,
  genesis: factsOfGenesis
}
