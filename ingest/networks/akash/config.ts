/** Akash: addresses and chain ids. */
import type { Network } from '../network.ts'
import { decode } from './decode.ts'

export const akash: Network = { id: 'akash', publicChainIds: ['akashnet-2'], decode }
