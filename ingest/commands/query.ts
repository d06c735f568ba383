/** `query`: rows of the public tables as text. The SQL sees the lake's files and nothing else. */
import { attachLake, lakePaths, readManifest } from '../../src/lib/engine/attach.ts'
import { openNative } from '../../src/lib/engine/native.ts'
import { render, type Format } from '../format.ts'
import { referenceFor, viewsFor } from '../views.ts'

export async function query(sql: string, options: { readonly lake: string; readonly format: Format }): Promise<void> {
  const manifest = await readManifest(options.lake)
  const engine = await openNative()
  try {
    const views = viewsFor(sql)
    await attachLake(engine, options.lake, manifest, views, referenceFor(views))
    await engine.lockDown(lakePaths(options.lake, manifest))
    const text = render(await engine.table(sql), options.format)
    if (text !== '') process.stdout.write(`${text}\n`)
  } finally {
    await engine.close()
  }
}
