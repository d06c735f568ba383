/** The lint rules that are our own, each against a line that breaks it and one that keeps it. */
import { ESLint } from 'eslint'
import ts from 'typescript-eslint'
import { expect, test } from 'vitest'

// Untyped: the planted files are in no project.
const eslint = new ESLint({ overrideConfig: [ts.configs.disableTypeChecked] })

async function messages(filePath: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath })
  return (result?.messages ?? []).map((m) => m.ruleId ?? m.message)
}

const svelte = (script: string): string => `<script lang="ts">\n  ${script}\n</script>\n\n<p>{a}</p>\n`
const cases: readonly { readonly rule: string; readonly path: string; readonly bad: string; readonly good: string }[] = [
  { rule: 'no-restricted-syntax', path: 'ingest/lake/x.ts', bad: `export { a } from './a'`, good: `export { a } from './a.ts'` },
  {
    rule: 'no-restricted-syntax',
    path: 'ingest/lake/x.ts',
    bad: `import { a } from '..'; a()`,
    good: `import { a } from '../a.ts'; a()`
  },
  {
    rule: 'no-restricted-syntax',
    path: 'src/lib/sql/x.ts',
    bad: `import a from './a?x'; a()`,
    good: `import a from './a.sql?raw'; a()`
  },
  {
    rule: 'no-restricted-syntax',
    path: 'src/lib/charts/x.ts',
    bad: `await import('./a')`,
    good: `import type { A } from './$types'; export const a: A = 1`
  },
  { rule: 'no-restricted-syntax', path: 'ingest/lake/x.ts', bad: 'export default 1', good: 'export const a = 1' },
  { rule: 'no-restricted-syntax', path: 'ingest/lake/x.ts', bad: 'export enum A { B }', good: `export type A = 'B'` },
  {
    rule: 'no-restricted-syntax',
    path: 'ingest/lake/x.ts',
    bad: 'export class A { b = 1 }',
    good: 'export class A extends Error { b = 1 }'
  },
  {
    rule: 'no-restricted-syntax',
    path: 'ingest/lake/x.ts',
    bad: 'export class A extends B { b = 1 }',
    good: 'export class A extends QueryError { b = 1 }'
  },
  {
    rule: '@typescript-eslint/no-explicit-any',
    path: 'ingest/lake/x.ts',
    bad: 'export const a = 1 as any',
    good: 'export const a = 1 as unknown'
  },
  {
    rule: 'preserve-caught-error',
    path: 'ingest/lake/x.ts',
    bad: `try { a() } catch (e) { throw new Error('b') }`,
    good: `try { a() } catch (cause) { throw new Error('b', { cause }) }`
  },
  { rule: 'no-console', path: 'src/lib/engine/x.ts', bad: 'console.info(1)', good: 'console()' },
  { rule: 'max-lines', path: 'ingest/lake/x.ts', bad: '\n'.repeat(300) + 'a()', good: '\n'.repeat(299) + 'a()' },
  {
    rule: 'no-restricted-imports',
    path: 'src/lib/ui/X.svelte',
    bad: svelte(`import type { A } from '$lib/engine/a.ts'; const a: A = 1`),
    good: svelte(`import type { A } from '$lib/model/a.ts'; const a: A = 1`)
  }
]

test.each(cases)('$rule reports $bad', async ({ rule, path, bad, good }) => {
  expect(await messages(path, bad)).toContain(rule)
  expect(await messages(path, good)).toEqual([])
})

test('state in .svelte.ts may be a class', async () => {
  expect(await messages('src/lib/ui/x.svelte.ts', 'export class A { b = $state(1) }')).toEqual([])
})
