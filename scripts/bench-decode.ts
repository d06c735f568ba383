/** Blocks of mainnet's size from JSON text to facts, a second of one core, beside cosmjs alone and JSON.parse alone. */
import { Comet38Client } from '@cosmjs/tendermint-rpc'
import { createComet } from '../ingest/chain/comet.ts'
import { isObject, type JsonObject } from '../ingest/chain/json.ts'
import { dataHash } from '../ingest/chain/merkle.ts'
import { akash } from '../ingest/networks/akash/config.ts'
import { decode } from '../ingest/networks/akash/decode.ts'
import { MAINNET_HEIGHTS, mainnetSized } from '../tests/bench/mainnet-sized.ts'
import { cpuSeconds, figure, median, say } from './measure.ts'

const ROUNDS = 7
/** Blocks in a round of one way. */
const BLOCKS = 900
const GOAL = { rate: 1_000, ratio: 0.8 }

type Answers = { readonly height: number; readonly texts: Readonly<Record<string, string>> }

/** Answers of the three calls that a block takes; of a page of headers the block's own. */
function answers(): Answers[] {
  return MAINNET_HEIGHTS.map((height) => {
    const { block, results } = mainnetSized(height)
    const { result } = JSON.parse(block) as { result: { block_id: object; block: { header: object; data: { txs: unknown[] } } } }
    const meta = {
      block_id: result.block_id,
      block_size: '0',
      header: result.block.header,
      num_txs: String(result.block.data.txs.length)
    }
    const page = { jsonrpc: '2.0', id: 1, result: { last_height: String(height), block_metas: [meta] } }
    return { height, texts: { block, block_results: results, blockchain: JSON.stringify(page) } }
  })
}

const resultOf = (text: string | undefined): JsonObject => {
  const answer: unknown = JSON.parse(text ?? '')
  if (!isObject(answer) || !isObject(answer['result'])) throw new Error('an answer without a result')
  return answer['result']
}

/** All that `index` does with the answers of a block: reading, checking against the header's hashes, decoding to facts. */
async function ours({ height, texts }: Answers): Promise<void> {
  const comet = createComet((request) => Promise.resolve(resultOf(texts[String(request['method'])])), 'here', akash.follows)
  const [[meta], { txs }, { results, beginEvents, endEvents }] = await Promise.all([
    comet.metas(height, height),
    comet.block(height),
    comet.results(height)
  ])
  // The blocks were cut down to their market transactions, so they are not those of the hash; computing it costs the same.
  if (!meta?.sound || dataHash(txs) === '') throw new Error(`block ${height} is not what its header says`)
  const { time, hash, parentHash } = meta
  const facts = decode({ height, time, hash, parentHash, txs, results, beginEvents, endEvents })
  if (facts.length < 2) throw new Error(`block ${height} gave no facts`)
}

/** JSON.parse and cosmjs's own decoding of the whole block and its results. */
async function cosmjs({ height, texts }: Answers): Promise<void> {
  const execute = (request: { readonly id: string | number; readonly method: string }): Promise<never> =>
    Promise.resolve({ jsonrpc: '2.0', id: request.id, result: resultOf(texts[request.method]) } as never)
  const client = Comet38Client.create({ execute, disconnect: () => undefined })
  await Promise.all([client.block(height), client.blockResults(height)])
}

function parseAlone({ texts }: Answers): Promise<void> {
  resultOf(texts['block'])
  resultOf(texts['block_results'])
  return Promise.resolve()
}

export async function benchDecode(): Promise<void> {
  const blocks = answers()
  const bytes = (name: string): string =>
    `${(blocks.reduce((n, { texts }) => n + (texts[name]?.length ?? 0), 0) / blocks.length / 1000).toFixed(0)} kB`
  say(
    `\ndecode: blocks of mainnet's size (block ${bytes('block')} with 100 signatures, results ${bytes('block_results')}), JSON text to checked facts;`
  )
  say(`    blocks for each second of processor time, garbage collection included; median of ${ROUNDS} rounds of ${BLOCKS}`)
  const measured = { ours: [] as number[], cosmjs: [] as number[], parse: [] as number[] }
  const ways = { ours, cosmjs, parse: parseAlone }
  for (let round = 0; round <= ROUNDS; round++)
    for (const [name, way] of Object.entries(ways) as [keyof typeof ways, (typeof ways)['ours']][]) {
      const cpu = await cpuSeconds(async () => {
        for (let i = 0; i < BLOCKS; i++) await way(blocks[i % blocks.length] as Answers)
      })
      // The first round warms up.
      if (round > 0) measured[name].push(BLOCKS / cpu)
    }
  const [own, alone, parsing] = [measured.ours, measured.cosmjs, measured.parse].map(median) as [number, number, number]
  figure('index, network apart', `${own.toFixed(0)} blocks/s`, own >= GOAL.rate, `goal ≥ ${GOAL.rate}`)
  figure('JSON.parse and cosmjs alone', `${alone.toFixed(0)} blocks/s`)
  figure('JSON.parse alone', `${parsing.toFixed(0)} blocks/s`)
  figure('index ÷ cosmjs alone', (own / alone).toFixed(2), own / alone >= GOAL.ratio, `goal ≥ ${GOAL.ratio}`)
}
