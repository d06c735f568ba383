/**
 * A simulated chain as its node answers for it: blocks with true hashes of headers and of data, each naming the one before. Made up are the
 * hashes that no reader can check without the state or the validators: of the app, of results and of commits. Left out are events of
 * inflation and rewards and consensus parameters, which no table reads, and the text of logs, which repeats events.
 */
import { createHash, hash } from 'node:crypto'
import { dataHash } from '../chain/merkle.ts'
import type { Effect } from '../networks/akash/simulate/effect.ts'
import type { Era } from '../networks/akash/simulate/era.ts'
import { eventText } from '../networks/akash/simulate/event-text.ts'
import { headerHasher } from './header-chain.ts'
import { txResult, type SimulatedTx } from '../networks/akash/simulate/tx.ts'

export type SimulatedBlock = {
  readonly height: number
  /** Milliseconds since 1970 UTC. */
  readonly time: number
  readonly era: Era
  readonly txs: readonly SimulatedTx[]
  /** Before the phases of the block, as an upgrade leaves them; at its begin; at its end. */
  readonly pre: readonly Effect[]
  readonly begin: readonly Effect[]
  readonly end: readonly Effect[]
}
type Link = {
  readonly block: SimulatedBlock
  readonly time: string
  readonly hash: string
  readonly parent: string
  readonly commitHash: string
  readonly dataHash: string
  /** Of the state before the block. */
  readonly appHash: string
}
export type Chain = {
  readonly id: string
  /** Address of its one validator, upper-case hex. */
  readonly validator: string
  /** The last height. */
  readonly height: number
  readonly append: (block: SimulatedBlock) => void
  /** JSON of one height's answers; undefined for a height that is not there. */
  readonly block: (height: number) => string | undefined
  readonly results: (height: number) => string | undefined
  readonly meta: (height: number) => string | undefined
  /** Transactions of a height. */
  readonly txCount: (height: number) => number
  /** JSON of a transaction as `tx_search` gives it. */
  readonly tx: (height: number, index: number) => string | undefined
  readonly link: (height: number) => Link | undefined
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
const hex = (...parts: readonly string[]): string => hash('sha256', parts.join(' '), 'hex').toUpperCase()
/** Of nothing: the hash of no evidence, and of the app before the first block. */
const EMPTY = hex('')
/** As in all recordings. */
const CONSENSUS_HASH = '048091BC7DDC283F77BFBF91D73C44DA58C3DF8A9CBC867405D8B7F3DAADA22F'

const ZERO_ID = { hash: '', parts: { total: 0, hash: '' } }
const partsHash = (hash: string): string => hex('parts', hash)

/** Digits below the millisecond, as a node's clock has them. */
const nanosOf = (height: number): number => (height * 48_271) % 999_983
const nanoTime = (time: number, height: number): string =>
  `${new Date(time).toISOString().slice(0, -1)}${String(nanosOf(height)).padStart(6, '0')}Z`

export function createChain(id: string): Chain {
  const validator = hex('validator', id).slice(0, 40)
  const validatorsHash = hex('validators', id)
  const links: Link[] = []
  let appHash = EMPTY
  const hashOf = headerHasher({
    chainId: id,
    validatorsHash,
    consensusHash: CONSENSUS_HASH,
    resultsHash: EMPTY,
    evidenceHash: EMPTY,
    proposer: validator
  })

  const header = (link: Omit<Link, 'hash'>, height: number) => ({
    version: { block: '11' },
    chain_id: id,
    height: String(height),
    time: link.time,
    last_block_id: link.parent === '' ? ZERO_ID : { hash: link.parent, parts: { total: 1, hash: partsHash(link.parent) } },
    last_commit_hash: link.commitHash,
    data_hash: link.dataHash,
    validators_hash: validatorsHash,
    next_validators_hash: validatorsHash,
    consensus_hash: CONSENSUS_HASH,
    app_hash: link.appHash,
    last_results_hash: EMPTY,
    evidence_hash: EMPTY,
    proposer_address: validator
  })
  const idOf = (hash: string) => ({ hash, parts: { total: 1, hash: partsHash(hash) } })

  const append = (block: SimulatedBlock): void => {
    const { height, time, txs } = block
    if (height !== links.length + 1) throw new RangeError(`block ${height} after ${links.length}`)
    const parent = links.at(-1)?.hash ?? ''
    const link = {
      block,
      time: nanoTime(time, height),
      parent,
      commitHash: parent === '' ? EMPTY : hex('commit', parent),
      dataHash: txs.length === 0 ? EMPTY : dataHash(txs.map(({ bytes }) => bytes)),
      appHash
    }
    const changing = {
      height,
      milliseconds: time,
      nanoseconds: nanosOf(height),
      parentParts: parent === '' ? '' : partsHash(parent)
    }
    links.push({ ...link, hash: hashOf({ ...changing, ...link }) })
    appHash = hex(appHash, link.dataHash)
  }
  const at = (height: number): Link | undefined => links[height - 1]
  const appAfter = (height: number): string => at(height + 1)?.appHash ?? appHash

  const commit = (link: Link, height: number) => ({
    height: String(height - 1),
    round: 0,
    block_id: link.parent === '' ? ZERO_ID : idOf(link.parent),
    signatures:
      link.parent === ''
        ? []
        : [
            {
              block_id_flag: 2,
              validator_address: validator,
              timestamp: link.time,
              signature: createHash('sha512').update(link.parent).digest('base64')
            }
          ]
  })

  return {
    id,
    validator,
    get height() {
      return links.length
    },
    append,
    link: at,
    block: (height) => {
      const link = at(height)
      if (!link) return undefined
      const txs = link.block.txs.map(({ bytes }) => base64(bytes))
      return JSON.stringify({
        block_id: idOf(link.hash),
        block: {
          header: header(link, height),
          data: { txs },
          evidence: { evidence: [] },
          last_commit: commit(link, height)
        }
      })
    },
    meta: (height) => {
      const link = at(height)
      if (!link) return undefined
      const size = link.block.txs.reduce((sum, { bytes }) => sum + bytes.length, 700)
      return JSON.stringify({
        block_id: idOf(link.hash),
        block_size: String(size),
        header: header(link, height),
        num_txs: String(link.block.txs.length)
      })
    },
    txCount: (height) => at(height)?.block.txs.length ?? 0,
    tx: (height, index) => {
      const { block } = at(height) ?? {}
      const tx = block?.txs[index]
      if (!block || !tx) return undefined
      const id = hash('sha256', tx.bytes, 'hex').toUpperCase()
      return `{"hash":"${id}","height":"${height}","index":${index},"tx_result":${txResult(tx, block.era)},"tx":"${base64(tx.bytes)}"}`
    },
    results: (height) => {
      const link = at(height)
      if (!link) return undefined
      const { era, txs, pre, begin, end } = link.block
      const mode = (phase: string): readonly (readonly [string, string])[] => [['mode', phase]]
      const events = [
        ...pre.map((effect) => eventText(effect, era, [])),
        ...begin.map((effect) => eventText(effect, era, mode('BeginBlock'))),
        ...end.map((effect) => eventText(effect, era, mode('EndBlock')))
      ]
      const results = txs.length === 0 ? 'null' : `[${txs.map((tx) => txResult(tx, era)).join(',')}]`
      // Of heights before v1.0 a node of today has the events, converted, and no app hash.
      const app = era.legacy ? 'null' : `"${Buffer.from(appAfter(height), 'hex').toString('base64')}"`
      return `{"height":"${height}","txs_results":${results},"finalize_block_events":[${events.join(',')}],"validator_updates":null,"consensus_param_updates":null,"app_hash":${app}}`
    }
  }
}
