/** `build`: the tables that the site reads. */
import { attachMarts, readManifest } from '../../src/lib/engine/attach.ts'
import { openNative } from '../../src/lib/engine/native.ts'
import { build as make } from '../lake/build.ts'
import { readViews, referenceFor } from '../views.ts'
import { VERSION } from './index.ts'
import { say } from './say.ts'

/** Names shown. */
const SHOWN = 5

/** GPUs whose names are not known are kept as they are and compared with nothing: they are to be seen. */
async function unknownGpus(lake: string): Promise<string[]> {
  const engine = await openNative({ threads: 1 })
  try {
    await attachMarts(engine, lake, await readManifest(lake))
    const rows = await engine.query<{ name: string; leases: number }>(
      'SELECT name, sum(leases)::INTEGER AS leases FROM gpu_names WHERE NOT is_known GROUP BY name ORDER BY leases DESC, name'
    )
    if (rows.length === 0) return []
    const first = rows.slice(0, SHOWN).map(({ name, leases }) => `${JSON.stringify(name)} (${leases} leases)`)
    const more = rows.length > SHOWN ? ` and ${rows.length - SHOWN} more` : ''
    return [`GPUs of unknown name, compared with no cloud: ${first.join(', ')}${more}; see the table gpu_names`]
  } finally {
    await engine.close()
  }
}

export async function build(options: { readonly lake: string }): Promise<void> {
  const views = readViews()
  const { marts } = await make(options.lake, views, { version: VERSION, reference: referenceFor(views) })
  const bytes = marts.reduce((n, m) => n + m.bytes, 0)
  for (const line of await unknownGpus(options.lake)) say(line)
  process.stderr.write(
    `${marts.length} tables, ${marts.reduce((n, m) => n + m.rows, 0)} rows, ${Math.ceil(bytes / 1024)} KiB in ${options.lake}/marts\n`
  )
}
