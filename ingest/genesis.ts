/** Facts of a block; with the first block of a chain come those of the state that it began with. */
import type { Fact } from '../src/lib/model/facts.ts'
import { ChainError, PermanentError, type Fault } from './chain/errors.ts'
import type { Block, ChainSource } from './chain/source.ts'
import type { Network } from './networks/network.ts'

/** Said for good: no such method, an answer nobody can read, or too large a state. */
const NOT_SERVED: ReadonlySet<Fault> = new Set<Fault>(['rejected', 'undecodable', 'too-large'])

/** Times that it is asked for, when it is refused. */
const TRIES = 3

/** Whether an endpoint answers other calls but not this one. CometBFT refuses to give a large genesis in one piece as a `node-error`. */
function notServed(error: unknown): error is ChainError {
  if (!(error instanceof ChainError)) return false
  return NOT_SERVED.has(error.fault) || (error.cause instanceof ChainError && error.cause.fault === 'node-error')
}

/**
 * Decodes a block. At the first one of a chain the genesis is asked for; where no endpoint serves it, what it holds stays unknown.
 * @param onMissing called with the reason when it is not served
 * @throws ChainError when an endpoint that may serve it can't be reached; the signal's reason
 */
export async function factsOf(
  network: Network,
  source: ChainSource,
  block: Block,
  onMissing: (reason: string) => void,
  signal?: AbortSignal
): Promise<Fact[]> {
  const facts = network.decode(block)
  if (block.parentHash !== '') return facts
  // A proxy may lose its way once: what is refused is asked for again before it is believed.
  const ask = async (tries: number): Promise<unknown> => {
    try {
      return await source.genesis(signal)
    } catch (error) {
      if (tries <= 1 || !notServed(error)) throw error
      return await ask(tries - 1)
    }
  }
  try {
    return [...facts, ...network.genesis(await ask(TRIES), block.height)]
  } catch (error) {
    if (notServed(error)) {
      onMissing(`genesis is not served, so parameters that it sets stay unknown: ${error.message}`)
      return facts
    }
    if (!(error instanceof ChainError)) throw error
    const advice = `Run the same command again, or leave it out with --from ${block.height + 1}.`
    throw new PermanentError('gave-up', `genesis could not be had: ${error.message} ${advice}`, { cause: error })
  }
}
