/** `verify`: a table of checks; the exit status tells whether all hold. */
import { render } from '../format.ts'
import { repair } from '../lake/repair.ts'
import { verify as check } from '../lake/verify.ts'
import { readViews } from '../views.ts'

export async function verify(options: { readonly lake: string; readonly repair?: boolean }): Promise<void> {
  if (options.repair) {
    const dropped = await repair(options.lake)
    for (const { from, to } of dropped) process.stderr.write(`dropped heights ${from} to ${to}: index them again\n`)
    if (dropped.length === 0) process.stderr.write('nothing was damaged\n')
  }
  const { ok, checks } = await check(options.lake, readViews())
  const rows = checks.map((c) => [c.ok ? 'ok' : 'FAILED', c.name, c.detail])
  process.stdout.write(`${render({ columns: [{ name: '' }, { name: 'check' }, { name: 'detail' }], rows }, 'table')}\n`)
  if (!ok) process.exitCode = 1
}
