/** `verify`: a table of checks; the exit status tells whether all hold. */
import { render } from '../format.ts'
import { verify as check } from '../lake/verify.ts'
import { readViews } from '../views.ts'

export async function verify(options: { readonly lake: string }): Promise<void> {
  const { ok, checks } = await check(options.lake, readViews())
  const rows = checks.map((c) => [c.ok ? 'ok' : 'FAILED', c.name, c.detail])
  process.stdout.write(`${render({ columns: [{ name: '' }, { name: 'check' }, { name: 'detail' }], rows }, 'table')}\n`)
  if (!ok) process.exitCode = 1
}
