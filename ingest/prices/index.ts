/** The sources of prices. A new one is a file beside this, exporting one `PriceSource`, and a line here. */
import { aws } from './aws.ts'
import { azure } from './azure.ts'
import { coingecko } from './coingecko.ts'
import { coreweave } from './coreweave.ts'
import { defillama } from './defillama.ts'
import { gcp } from './gcp.ts'
import { lambda } from './lambda.ts'
import { runpod } from './runpod.ts'
import { skypilot } from './skypilot.ts'
import type { PriceSource } from './source.ts'
import { vast } from './vast.ts'

/** Sources of list prices. */
const LIST_SOURCES: readonly PriceSource[] = [aws, azure, gcp, skypilot, runpod, vast, lambda, coreweave]

/** Sources of token prices, which tell the past anew each time. */
export const TOKEN_SOURCES: readonly PriceSource[] = [coingecko, defillama]

/** All of them, in the order in which they are asked and reported. */
export const PRICE_SOURCES: readonly PriceSource[] = [...LIST_SOURCES, ...TOKEN_SOURCES]
