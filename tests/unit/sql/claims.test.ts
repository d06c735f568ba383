/** Claims as data: the file as collected, its rules, and the two parts of each query. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CLAIM_RULES } from '../../../src/lib/sql/claim-rules.ts'
import { CLAIM_IDS, composeClaim, readClaims } from '../../../src/lib/sql/claims.ts'

const csv = readFileSync('src/lib/sql/claims/claims.csv', 'utf8')
const HEADER = 'id,claim,made_on,source,what_would_decide,checkable'

test('the file has the eleven claims, word for word, in its order', () => {
  const claims = readClaims(csv)
  expect(claims.map(({ id }) => id)).toEqual([...CLAIM_IDS].sort((a, b) => csv.indexOf(`\n${a},`) - csv.indexOf(`\n${b},`)))
  expect(claims).toHaveLength(11)
  expect(claims.find(({ id }) => id === 'akash-cap-1217')).toMatchObject({
    sentence: "Akash's market value went from $487 million in February 2023 to $1.3 billion, a rise of 1,217 percent",
    madeOn: '2024-05',
    source: 'article on decentralized compute tokens',
    wouldDecide: 'arithmetic of the sentence itself (487 to 1,300 is 167 %); price times circulating supply at both dates',
    checkable: 'yes',
    decided_by: 'reference'
  })
  for (const { madeOn } of claims) expect(madeOn).toMatch(/^\d{4}-\d\d(-\d\d)?$/)
})

test('there is SQL for each claim that anything decides, and for no other', () => {
  const files = readdirSync('src/lib/sql/claims').filter((name) => name.endsWith('.sql'))
  expect(files.sort()).toEqual(
    CLAIM_IDS.filter((id) => CLAIM_RULES[id].decided_by !== 'nothing')
      .map((id) => `${id}.sql`)
      .sort()
  )
  for (const file of files) expect(() => composeClaim(readFileSync(`src/lib/sql/claims/${file}`, 'utf8'))).not.toThrow()
})

test('a file that is broken, lacks a claim, has one twice or one without a rule is refused', () => {
  expect(() => readClaims(csv.replace(HEADER, 'id,claim'))).toThrow('has the columns id,claim')
  expect(() => readClaims(`${csv}made-up,a,b,c,d,e\n`)).toThrow('no rule is known for the claim "made-up"')
  expect(() => readClaims(csv.replace(/^idle-supply.*\n/m, ''))).toThrow('exactly one line for idle-supply')
  expect(() => readClaims(csv + (/^idle-supply.*\n/m.exec(csv)?.[0] ?? ''))).toThrow('exactly one line for idle-supply')
  expect(() => readClaims(`${csv}idle-supply,"half open,2023\n`)).toThrow('broken line: idle-supply,"half open')
  expect(() => readClaims(`${csv}idle-supply,a,2023\n`)).toThrow('line 13, has fewer fields')
  expect(readClaims(csv.replaceAll('\n', '\r\n'))).toEqual(readClaims(csv))
})

test('a quoted field keeps its commas, and its doubled quotes as one', () => {
  const claims = readClaims(csv.replace('"60 to 80 percent cheaper than AWS"', '"60, ""or"" 80"'))
  expect(claims.find(({ id }) => id === '60-80-cheaper')?.sentence).toBe('60, "or" 80')
})

test('both parts of a query, and the verdict complete', () => {
  const text = '-- rows\n-- Why.\nSELECT 1 AS a\n-- verdict\nSELECT a FROM rows\n'
  expect(composeClaim(text)).toEqual({
    rows: '-- Why.\nSELECT 1 AS a',
    over: 'SELECT a FROM rows',
    verdict: 'WITH rows AS (\n  -- Why.\n  SELECT 1 AS a\n)\nSELECT a FROM rows'
  })
  for (const broken of [
    'SELECT 1',
    '-- rows\nSELECT 1',
    '-- verdict\nSELECT 1\n-- rows\nSELECT 2',
    `${text}-- verdict\nSELECT 2`
  ])
    expect(() => composeClaim(broken)).toThrow('has two parts')
})
