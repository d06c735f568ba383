import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { positional, QueryError } from '../../../src/lib/engine/engine.ts'
import { literal, openNative, parquet, type NativeEngine } from '../../../src/lib/engine/native.ts'
import { col, opt, type Columns } from '../../../src/lib/model/tables.ts'

const dir = mkdtempSync(join(tmpdir(), 'rackrate-native-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

let engine: NativeEngine
beforeEach(async () => {
  engine = await openNative({ threads: 1 })
})
afterEach(() => engine.close())

describe('values', () => {
  test.each([
    ['1::BIGINT', '1'],
    ['9223372036854775807', '9223372036854775807'],
    ['18446744073709551615::UBIGINT', '18446744073709551615'],
    ['sum(1)', '1'],
    ['1::INTEGER', 1],
    ['1.5::DOUBLE', 1.5],
    ["'nan'::DOUBLE", null],
    ["'-infinity'::DOUBLE", null],
    ['0.5::DECIMAL(38,18)', '0.500000000000000000'],
    ['-0.5::DECIMAL(38,18)', '-0.500000000000000000'],
    ['99999999999999999999999999999999999999::DECIMAL(38,0)', '99999999999999999999999999999999999999'],
    ["TIMESTAMP '2026-11-21 07:47:52.17795'", '2026-11-21T07:47:52.177950Z'],
    ["TIMESTAMP '1969-12-31 23:59:59.999999'", '1969-12-31T23:59:59.999999Z'],
    ["TIMESTAMP_S '2026-11-21 07:47:52'", '2026-11-21T07:47:52.000000Z'],
    ["'infinity'::TIMESTAMP", null],
    ["DATE '2026-11-21'", '2026-11-21'],
    ["['a', NULL, '']", ['a', null, '']],
    ['[]::VARCHAR[]', []],
    ['[1.5::DECIMAL(4,2)]', ['1.50']],
    ['true', true],
    ['NULL', null],
    ["{'a': 1}", "{'a': 1}"]
  ])('%s', async (sql, expected) => {
    expect(await engine.query(`SELECT ${sql} AS value`)).toEqual([{ value: expected }])
  })
})

describe('parameters', () => {
  test('take the place of their names, but not within text, identifiers, comments or dollar quotes', async () => {
    const sql = `SELECT $a AS x, '$a ''$b' AS "$a", $$ $c $$ AS q /* $d */ -- $e
      WHERE $a = $n`
    expect(await engine.query(sql, { a: 5, n: 5 })).toEqual([{ x: '5', $a: "$a '$b", q: ' $c ' }])
  })

  test('whole numbers are integers, others doubles', async () => {
    const sql = 'SELECT typeof($i) AS i, typeof($d) AS d, typeof($s) AS s, $none AS none, range AS r FROM range(3) LIMIT $i'
    expect(await engine.query(sql, { i: 1, d: 0.5, s: 'x', none: null })).toEqual([
      { i: 'BIGINT', d: 'DOUBLE', s: 'VARCHAR', none: null, r: '0' }
    ])
  })

  test('hostile text stays text', async () => {
    const text = "'; DROP TABLE x; -- \0 \u202E"
    expect(await engine.query('SELECT $text AS text', { text })).toEqual([{ text }])
  })

  test('one that is not given is an error that names it', () => {
    expect(() => positional('SELECT $a', {})).toThrow('$a')
  })
})

test('a failure is a QueryError with the SQL and the cause', async () => {
  const error = await engine.query('SELECT nope').catch((e: unknown) => e)
  expect(error).toBeInstanceOf(QueryError)
  expect((error as QueryError).sql).toBe('SELECT nope')
  expect((error as QueryError).message).toContain('nope')
  expect((error as QueryError).cause).toBeInstanceOf(Error)
})

test('query runs one statement only', async () => {
  await expect(engine.query('SELECT 1; SELECT 2')).rejects.toThrow(QueryError)
})

test('table keeps columns without rows, and apart when they have one name', async () => {
  expect(await engine.table('SELECT 1 AS a, 2::DECIMAL(4,1) AS a WHERE false')).toEqual({
    columns: [
      { name: 'a', type: 'INTEGER' },
      { name: 'a:1', type: 'DECIMAL(4,1)' }
    ],
    rows: []
  })
})

test('no extension is loaded or asked for', async () => {
  await expect(engine.query("SELECT * FROM read_parquet('s3://bucket/x.parquet')")).rejects.toThrow(/httpfs/)
})

describe('insert', () => {
  const columns: Columns = {
    text: opt('VARCHAR', ''),
    whole: opt('INTEGER', ''),
    big: opt('BIGINT', ''),
    amount: opt('DECIMAL(38,0)', ''),
    price: opt('DECIMAL(38,18)', ''),
    time: opt('TIMESTAMP', ''),
    list: opt('VARCHAR[]', ''),
    real: opt('DOUBLE', ''),
    flag: opt('BOOLEAN', '')
  }
  const nothing = {
    text: null,
    whole: null,
    big: null,
    amount: null,
    price: null,
    time: null,
    list: null,
    real: null,
    flag: null
  }
  const create = () =>
    engine.exec(
      'CREATE TABLE t (text VARCHAR, whole INTEGER, big BIGINT, amount DECIMAL(38,0), price DECIMAL(38,18), time TIMESTAMP, list VARCHAR[], real DOUBLE, flag BOOLEAN)'
    )

  test('gives back what was put in, at the edges of each type', async () => {
    await create()
    const rows = [
      nothing,
      {
        text: 'nul\0 \u202E "\' 👩‍👩‍👧‍👦',
        whole: -2147483648,
        big: -(2n ** 63n),
        amount: '-99999999999999999999999999999999999999',
        price: '99999999999999999999.999999999999999999',
        time: -1n,
        list: ['', 'nul\0', '👩'],
        real: 0.1,
        flag: false
      },
      { ...nothing, text: '', big: 5, amount: '0', price: '0.000000000000000001', list: [], flag: true },
      { ...nothing, text: 'x'.repeat(1 << 20) }
    ]
    expect(await engine.insert('t', columns, rows)).toBe(4)
    const back = await engine.query('SELECT * FROM t')
    expect(back[0]).toEqual(nothing)
    expect(back[1]).toEqual({ ...rows[1], big: '-9223372036854775808', time: '1969-12-31T23:59:59.999999Z' })
    expect(back[2]).toEqual({ ...rows[2], big: '5' })
    expect(back[3]).toEqual(rows[3])
  })

  test('more rows than one vector holds', async () => {
    await create()
    const rows = Array.from({ length: 5000 }, (_, i) => ({ ...nothing, whole: i }))
    expect(await engine.insert('main.t', columns, rows)).toBe(5000)
    expect(await engine.query('SELECT count(DISTINCT whole) AS n, max(whole) AS top FROM t')).toEqual([{ n: '5000', top: 4999 }])
  })

  test.each([
    ['whole', 2147483648],
    ['whole', 1.5],
    ['big', 2n ** 63n],
    ['big', 2 ** 53],
    ['amount', '100000000000000000000000000000000000000'],
    ['amount', '1.5'],
    ['amount', '1e5'],
    ['price', '0.0000000000000000001'],
    ['price', ''],
    ['time', 5],
    ['list', ['a', null]],
    ['text', 5],
    ['flag', 1]
  ])('%s refuses %s and says which column', async (column, value) => {
    await create()
    await expect(engine.insert('t', columns, [{ ...nothing, [column]: value }])).rejects.toThrow(RangeError)
    expect(await engine.query('SELECT count(*) AS n FROM t')).toEqual([{ n: '0' }])
  })

  test('a null where none may be is refused', async () => {
    await engine.exec('CREATE TABLE n (id VARCHAR)')
    await expect(engine.insert('n', { id: col('VARCHAR', '') }, [{ id: null }])).rejects.toThrow('n.id is null')
  })
})

describe('lockDown', () => {
  // DuckDB takes such a folder for a pattern and a partition.
  const odd = join(dir, "a[b]*?'c=1")
  const file = join(odd, 'o.parquet')

  beforeEach(async () => {
    mkdirSync(odd, { recursive: true })
    writeFileSync(join(dir, 'secret.txt'), 'secret')
    await engine.exec(`COPY (SELECT 1 AS n) TO ${literal(file)} (FORMAT parquet, USE_TMP_FILE false)`)
    await engine.exec(`CREATE VIEW v AS SELECT * FROM ${parquet([file])}`)
    await engine.lockDown([file])
  })

  test('SELECT over the listed files still runs', async () => {
    expect(await engine.query('SELECT * FROM v')).toEqual([{ n: 1 }])
    expect(await engine.query('SELECT column_name FROM (DESCRIBE v)')).toEqual([{ column_name: 'n' }])
  })

  test.each([
    `SELECT * FROM read_text('${dir}/secret.txt')`,
    `SELECT * FROM glob('${dir}/*')`,
    `COPY v TO '${dir}/out.csv'`,
    `COPY v TO ${literal(file)}`,
    `EXPLAIN ANALYZE COPY v TO ${literal(file)}`,
    `ATTACH '${dir}/x.db'`,
    `EXPORT DATABASE '${dir}/x'`,
    'SET enable_external_access = true',
    'SET threads = 1',
    'INSTALL httpfs',
    'CREATE TABLE x AS SELECT 1',
    'DROP VIEW v'
  ])('%s does not', async (sql) => {
    const before = readdirSync(dir)
    await expect(engine.query(sql)).rejects.toThrow(QueryError)
    expect(readdirSync(dir)).toEqual(before)
    expect(await engine.query('SELECT * FROM v')).toEqual([{ n: 1 }])
  })
})

test('lists keep their items, however many a vector of rows has together, or one row alone', async () => {
  const sizes = Array.from({ length: 5_000 }, (_, i) => (i === 777 || i === 4_999 ? 5_000 : i % 7))
  const columns: Columns = { i: col('INTEGER', ''), items: col('VARCHAR[]', ''), amount: opt('DECIMAL(38,18)', '') }
  await engine.exec('CREATE TABLE lists (i INTEGER, items VARCHAR[], amount DECIMAL(38,18))')
  const rows = sizes.map((n, i) => ({
    i,
    items: Array.from({ length: n }, (_, k) => `an item too long to lie in the vector itself: ${i} ${k}`),
    amount: i % 2 === 0 ? '1.5' : null
  }))
  expect(await engine.insert('lists', columns, rows)).toBe(5_000)
  expect(
    await engine.query(
      `SELECT count(*)::INT AS rows, count(amount)::INT AS amounts, sum((i = rowid)::INT)::INT AS ordered, sum(len(items))::INT AS items,
        sum(len(list_filter(items, lambda item, k: item = 'an item too long to lie in the vector itself: ' || i || ' ' || (k - 1))))::INT AS whole
      FROM lists`
    )
  ).toEqual([{ rows: 5_000, amounts: 2_500, ordered: 5_000, items: 24_994, whole: 24_994 }])
})

test('each engine works on disk in a folder of its own', async () => {
  const engines = await Promise.all([openNative({ memoryLimit: '64MB' }), openNative({ memoryLimit: '64MB' })])
  const folders = await Promise.all(engines.map((engine) => engine.query("SELECT current_setting('temp_directory') AS folder")))
  expect(new Set(folders.map(([row]) => row?.['folder'])).size).toBe(2)
  // Each sorts more than it may hold.
  const counts = await Promise.all(
    engines.map(async (engine, i) => {
      await engine.exec(`CREATE TABLE big AS SELECT md5((${i} + n)::VARCHAR) AS text, n FROM range(1000000) t(n) ORDER BY text`)
      return engine.query(`SELECT count(*) AS rows, count(*) FILTER (text <> md5((${i} + n)::VARCHAR)) AS wrong FROM big`)
    })
  )
  expect(counts).toEqual([[{ rows: '1000000', wrong: '0' }], [{ rows: '1000000', wrong: '0' }]])
  await Promise.all(engines.map((engine) => engine.close()))
})
