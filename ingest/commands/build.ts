/** `build`: the tables that the site reads. */
import { build as make } from '../lake/build.ts'
import { readViews, referenceFor } from '../views.ts'
import { VERSION } from './index.ts'

export async function build(options: { readonly lake: string }): Promise<void> {
  const views = readViews()
  const { marts } = await make(options.lake, views, { version: VERSION, reference: referenceFor(views) })
  const bytes = marts.reduce((n, m) => n + m.bytes, 0)
  process.stderr.write(
    `${marts.length} tables, ${marts.reduce((n, m) => n + m.rows, 0)} rows, ${Math.ceil(bytes / 1024)} KiB in ${options.lake}/marts\n`
  )
}
