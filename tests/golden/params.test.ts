/** Parameters in force against the node's own: what it answers at the last height, its books across the ACT migration, the take it took. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readUpdateParams } from '../../ingest/networks/akash/params.ts'
import { FIXTURES, indexed, type Indexed } from './recorded.ts'

const unzip = (name: string, file: string): string => gunzipSync(readFileSync(join(FIXTURES, name, file))).toString()

type Answer = {
  readonly path: string
  readonly result: { readonly response: { readonly code: number; readonly value: string | null } }
}
const sorted = (rows: readonly string[]): string[] => [...rows].sort()

/** `module.param denom = value` of every module whose parameters the node answered. A node answers an empty message for no module. */
function answered(name: string): { modules: string[]; rows: string[] } {
  const answers = unzip(name, 'abci_query.jsonl.gz')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer)
    .flatMap(({ path, result: { response } }) => {
      const [, module, version] = /^\/akash\.(\w+)\.(\w+)\.Query\/Params$/.exec(path) ?? []
      if (module === undefined || version === undefined || response.code !== 0) return []
      // QueryParamsResponse {1 params} becomes MsgUpdateParams {2 params}: both are one message in one field.
      const bytes = Buffer.from(response.value ?? '', 'base64')
      bytes[0] = 0x12
      const statement = readUpdateParams(`akash.${module}.${version}.MsgUpdateParams`, bytes, (field) => {
        throw new Error(`${name}: ${module} has an unknown field ${field}`)
      })
      return statement ? [statement] : []
    })
  return {
    modules: answers.map((a) => a.module),
    rows: answers.flatMap(({ module, params }) => params.map((p) => `${module}.${p.param} ${p.denom ?? '-'} = ${p.value}`))
  }
}

/** The same of the node's command line, whose JSON is read here on its own. */
function printed(module: string, json: unknown): string[] {
  return Object.entries(json as { [param: string]: unknown }).flatMap(([param, value]) => {
    const coins = [value]
      .flat()
      .filter((v): v is { denom: string; amount: string } => typeof v === 'object' && v !== null && 'amount' in v)
    if (coins.length > 0) return coins.map((c) => `${module}.${param} ${c.denom} = ${c.amount}`)
    return [`${module}.${param} - = ${typeof value === 'string' ? value : JSON.stringify(value)}`]
  })
}

async function inForce({ engine }: Indexed, height: number, modules?: readonly string[]): Promise<string[]> {
  const rows = await engine.query(
    `SELECT module, module || '.' || param || ' ' || coalesce(denom, '-') || ' = ' || value AS text FROM module_params
     WHERE valid_from_height <= $height AND coalesce(valid_to_height >= $height, true)`,
    { height }
  )
  return sorted(rows.filter((r) => !modules || modules.includes(String(r['module']))).map((r) => String(r['text'])))
}

/** A lab's own: made during the upgrade, or told otherwise by source and books (see views/upgrade_params.sql). */
const NOT_KNOWN = /^oracle\.(sources|max_price_staleness_blocks) /

describe.each([
  ['v0.36', 219, []],
  ['v1.2', 219, ['market', 'deployment', 'take']],
  ['v2.1', 264, ['market', 'deployment', 'bme', 'oracle']],
  ['v1.2-to-v2.0', 187, ['market', 'deployment', 'bme', 'oracle']]
])('%s', (name, last, modules) => {
  let lake: Indexed
  beforeAll(async () => {
    lake = await indexed(join(FIXTURES, name))
  })
  afterAll(() => lake.close())

  test('what is in force at the end is what the node answers', async () => {
    const books = answered(name)
    expect(sorted(books.modules)).toEqual(sorted(modules))
    const known = name === 'v1.2-to-v2.0' ? books.rows.filter((row) => !NOT_KNOWN.test(row)) : books.rows
    expect(books.rows.length - known.length).toBe(name === 'v1.2-to-v2.0' ? 2 : 0)
    expect(await inForce(lake, last, modules)).toEqual(sorted(known))
  })

  test('every take was at the rate in force', async () => {
    const rows = await lake.engine.query<{ height: string; take: string; gross: string; rate: string | null }>(
      `SELECT p.height, p.take, p.amount + p.take AS gross, coalesce(d.number, o.number) AS rate
       FROM payouts p
       LEFT JOIN module_params d ON d.param = 'denom_take_rates' AND d.denom = p.denom
         AND p.height BETWEEN d.valid_from_height AND coalesce(d.valid_to_height, 1e9::BIGINT)
       LEFT JOIN module_params o ON o.param = 'default_take_rate'
         AND p.height BETWEEN o.valid_from_height AND coalesce(o.valid_to_height, 1e9::BIGINT)`
    )
    expect(rows.length).toBeGreaterThan(10)
    for (const { height, take, gross, rate } of rows)
      expect(Number(take), `height ${height}`).toBe(Math.floor((Number(gross) * Number(rate ?? 0)) / 100))
    expect(rows.some(({ take }) => take !== '0')).toBe(name !== 'v2.1')
  })
})

describe('across the ACT migration', () => {
  let lake: Indexed
  beforeAll(async () => {
    lake = await indexed(join(FIXTURES, 'v1.2-to-v2.0'))
  })
  afterAll(() => lake.close())

  test.each([
    ['after-upgrade', 91],
    ['before-deferred', 103],
    ['after-deferred', 104],
    ['end', 187]
  ])('%s (height %i): as the node prints them', async (state, height) => {
    type Params = { readonly params: unknown }
    const books = JSON.parse(unzip('v1.2-to-v2.0', `state-${state}.json.gz`)) as {
      readonly params: { readonly deployment: Params; readonly market: Params }
      readonly bme_params: Params
      readonly oracle_params: Params
    }
    const expected = [
      ...printed('deployment', books.params.deployment.params),
      ...printed('market', books.params.market.params),
      ...printed('bme', books.bme_params.params),
      ...printed('oracle', books.oracle_params.params).filter((row) => !NOT_KNOWN.test(row))
    ]
    expect(expected.length).toBeGreaterThan(15)
    expect(await inForce(lake, height)).toEqual(sorted(expected))
  })

  test('take ends with the block before the upgrade, which the proposal planned', async () => {
    expect((await inForce(lake, 90)).filter((row) => row.startsWith('take.'))).toHaveLength(3)
    expect((await inForce(lake, 91)).filter((row) => row.startsWith('take.'))).toEqual([])
    expect(await lake.engine.query('SELECT proposal_id, name, upgrade_height FROM facts.upgrade_plans ORDER BY height')).toEqual([
      { proposal_id: '1', name: 'v2.0.0', upgrade_height: '91' },
      { proposal_id: null, name: 'v2.0.0', upgrade_height: '91' }
    ])
    expect(await lake.engine.query('SELECT height, result FROM facts.proposal_results')).toEqual([
      { height: '37', result: 'proposal_passed' }
    ])
  })
})
