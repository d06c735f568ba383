/**
 * A block of the size that mainnet has in 2026: a recorded auction block (fixtures/mainnet/rpc-shape, reduced there) with the signatures
 * and the reward events of 100 validators put back, invented but of the same shape and length. About 26 kB of block, 60 kB of results.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const FIXTURES = join(import.meta.dirname, '../fixtures/mainnet/rpc-shape')
const VALIDATORS = 100

type Attribute = { readonly key: string; readonly value: string; readonly index: boolean }
type Event = { readonly type: string; readonly attributes: readonly Attribute[] }
type Block = { readonly result: { readonly block: { readonly last_commit: { readonly signatures: readonly object[] } } } }
type Results = { readonly result: { readonly finalize_block_events?: readonly Event[] | null } }

const bytes = (seed: string): Buffer => createHash('sha512').update(seed).digest()
const read = (name: string): unknown => JSON.parse(readFileSync(join(FIXTURES, name), 'utf8'))
const attribute = (key: string, value: string): Attribute => ({ key, value, index: true })

/** A block's answer with the signatures of 100 validators in its commit, and its results' answer with their reward events: new objects. */
export function fullSized(block: Block, results: Results): { readonly block: Block; readonly results: Results } {
  const signatures = Array.from({ length: VALIDATORS }, (_, i) => ({
    block_id_flag: 2,
    validator_address: bytes(`address ${i}`).toString('hex', 0, 20).toUpperCase(),
    timestamp: `2026-09-30T19:11:45.${String(10_999_532 + i * 7_919).padStart(9, '0')}Z`,
    signature: bytes(`signature ${i}`).toString('base64')
  }))
  const rewards = Array.from({ length: VALIDATORS }, (_, i) => {
    const valoper = `akashvaloper1${bytes(`operator ${i}`).toString('hex', 0, 19)}`
    return ['commission', 'rewards'].map((type) => ({
      type,
      attributes: [
        attribute('amount', `${bytes(`${type}${i}`).readUInt32BE()}.${bytes(`${type} ${i}`).readBigUInt64BE() % 10n ** 18n}uakt`),
        attribute('validator', valoper),
        attribute('mode', 'BeginBlock')
      ]
    }))
  }).flat()
  const inner = block.result.block
  return {
    block: { ...block, result: { ...block.result, block: { ...inner, last_commit: { ...inner.last_commit, signatures } } } },
    results: {
      ...results,
      result: { ...results.result, finalize_block_events: [...(results.result.finalize_block_events ?? []), ...rewards] }
    }
  }
}

export type MainnetHeight = 28860258 | 28860259 | 28860261
export const MAINNET_HEIGHTS: readonly MainnetHeight[] = [28860258, 28860259, 28860261]

/** JSON-RPC answers of `block` and `block_results`, as text. */
export function mainnetSized(height: MainnetHeight): { readonly block: string; readonly results: string } {
  const { block, results } = fullSized(read(`block-${height}.json`) as Block, read(`block_results-${height}.json`) as Results)
  return { block: JSON.stringify(block), results: JSON.stringify(results) }
}
