import { expect, test } from 'vitest'
import { PermanentError, TransientError } from '../../ingest/chain/errors.ts'
import type { Block, ChainSource } from '../../ingest/chain/source.ts'
import { factsOf } from '../../ingest/genesis.ts'
import { akash } from '../../ingest/networks/akash/config.ts'
import { block } from './akash/encode.ts'

const GENESIS = { app_state: { take: { params: { default_take_rate: 20 } } } }
const first: Block = { ...block([]), height: 5, parentHash: '' }

async function facts(of: Block, answer: () => Promise<unknown>) {
  const notices: string[] = []
  let asked = 0
  const source: ChainSource = {
    name: 'node',
    status: () => Promise.reject(new Error('not asked for here')),
    blocks: () => {
      throw new Error('not asked for here')
    },
    query: () => Promise.reject(new Error('not asked for here')),
    genesis: () => {
      asked++
      return answer()
    },
    close: () => undefined
  }
  const found = await factsOf(akash, source, of, (notice) => notices.push(notice))
  return { tables: found.map((f) => f.table), found, notices, asked }
}

test('the first block of a chain brings its genesis, no other asks for it', async () => {
  const { found, notices, asked } = await facts(first, () => Promise.resolve(GENESIS))
  expect(found.filter((f) => f.table === 'param_statements').map((f) => f.row)).toMatchObject([
    { height: 5, tx_index: -1, basis: 'genesis', module: 'take', param: 'default_take_rate', value: '20' }
  ])
  expect([notices, asked]).toEqual([[], 1])
  expect((await facts(block([]), () => Promise.resolve(GENESIS))).asked).toBe(0)
})

const large = new TransientError('node-error', 'node answered error -32603: genesis response is large')
test.each([
  new PermanentError('rejected', 'node answered error -32601: "Method not found"'),
  new PermanentError('too-large', 'node: the answer is larger than 64 bytes'),
  new PermanentError('gave-up', 'genesis: 6 tries failed.', { cause: large })
])('a node that does not serve it: the block counts, and it is told ($message)', async (error) => {
  const { tables, notices } = await facts(first, () => Promise.reject(error))
  expect(tables).toEqual(['blocks'])
  expect(notices).toEqual([`genesis is not served, so parameters that it sets stay unknown: ${error.message}`])
})

test('a refusal that does not last is not believed', async () => {
  const answers = [new PermanentError('rejected', 'Method not found'), GENESIS]
  const { tables, notices, asked } = await facts(first, () => {
    const answer = answers.shift()
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
  })
  expect(tables).toContain('param_statements')
  expect([notices, asked]).toEqual([[], 2])
})

test('a node that is gone, or a bug of ours, ends the run', async () => {
  const gone = new PermanentError('gave-up', 'genesis: 6 tries failed.', {
    cause: new TransientError('timeout', 'node did not answer')
  })
  await expect(facts(first, () => Promise.reject(gone))).rejects.toThrow(
    'genesis could not be had: genesis: 6 tries failed. Run the same command again, or leave it out with --from 6.'
  )
  await expect(facts(first, () => Promise.reject(new TypeError('ours')))).rejects.toThrow('ours')
})
