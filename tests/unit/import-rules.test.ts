/** Plants one violation of every import rule into a small tree and sees each rule report it, and nothing else. */
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const uses = (...specifiers: readonly string[]): string =>
  specifiers.map((s, i) => `import { a as a${i} } from '${s}'`).join('\n') + '\nexport const a = 1\n'
const svelte = (script: string): string => `<script lang="ts">\n${script}\n</script>\n<p>{a}</p>\n`

const tree: Readonly<Record<string, string>> = {
  // What is allowed: none of these may be reported.
  'src/lib/model/tables.ts': uses(),
  'src/lib/model/time.ts': uses('luxon'),
  'src/lib/sql/catalog.ts': `import type { a as t } from '../model/tables.ts'\nexport type T = typeof t\nexport const a = 1\n`,
  'src/lib/engine/engine.ts': uses('../model/tables.ts', '../sql/catalog.ts'),
  'src/lib/engine/native.ts': uses('@duckdb/node-api', './engine.ts'),
  'src/lib/engine/wasm.ts': uses('@duckdb/duckdb-wasm', 'hyparquet', './engine.ts'),
  'src/lib/ui/export-parquet.ts': uses('hyparquet-writer'),
  'src/lib/charts/axis.ts': `import type { T } from '../sql/catalog.ts'\nimport { a } from '../model/tables.ts'\nexport const b: T = a\n`,
  'src/lib/charts/Axis.svelte': svelte(`import { b as a } from './axis.ts'`),
  'src/routes/+page.svelte': svelte(
    `import Axis from '$lib/charts/Axis.svelte'\nimport { a } from '$lib/engine/wasm.ts'\nconsole.info(Axis)`
  ),
  'ingest/chain/comet.ts': uses('@cosmjs/tendermint-rpc', '../../src/lib/model/tables.ts', '../../src/lib/engine/native.ts'),
  'ingest/networks/akash/proto.ts': uses(),
  'ingest/networks/akash/decode.ts': uses('./proto.ts'),
  'tests/unit/decode.test.ts': uses('../../ingest/networks/akash/proto.ts', 'hyparquet'),
  'scripts/start.ts': uses('../ingest/chain/comet.ts'),
  // One violation each, named in `planted`.
  'src/lib/model/bad.ts': uses('../sql/catalog.ts'),
  'src/lib/sql/bad.ts': uses('../engine/engine.ts'),
  'src/lib/engine/bad.ts': `import Axis from '../charts/Axis.svelte'\nexport default Axis\n`,
  'src/lib/charts/Bad.svelte': svelte(`import { a } from '$lib/engine/engine'`),
  'src/lib/ui/bad.ts': `import type { a } from '../engine/engine.ts'\nexport type A = typeof a\n`,
  'src/lib/ui/catalog.ts': uses('../sql/catalog.ts'),
  'src/routes/bad.ts': `export const a = await import('../hooks.ts')\n`,
  'src/hooks.ts': uses('../ingest/chain/comet.ts'),
  'ingest/lake/bad.ts': uses('../../src/lib/engine/wasm.ts'),
  'ingest/lake/script.ts': uses('../../scripts/start.ts'),
  'src/lib/engine/arrow.ts': uses('hyparquet'),
  'src/lib/ui/writer.ts': uses('hyparquet-writer'),
  'ingest/lake/duck.ts': uses('@duckdb/node-api'),
  'ingest/lake/clock.ts': uses('luxon'),
  'ingest/chain/rpc.ts': uses('@cosmjs/tendermint-rpc'),
  'ingest/providers/wire.ts': uses('../networks/akash/proto.ts'),
  'ingest/lake/index.ts': `export { a } from '../chain/comet.ts'\n`,
  'ingest/lake/names.ts': uses('./utils/money.ts'),
  'ingest/lake/utils/money.ts': uses(),
  'ingest/prices/ring.ts': uses('./back.ts'),
  'ingest/prices/back.ts': `import type { a } from './ring.ts'\nexport type A = typeof a\n`,
  'ingest/prices/alone.ts': uses(),
  'ingest/prices/lost.ts': uses('./nowhere.ts')
}

const planted = [
  'model-stands-alone: src/lib/model/bad.ts → src/lib/sql/catalog.ts',
  'sql-imports-model: src/lib/sql/bad.ts → src/lib/engine/engine.ts',
  'engine-imports-model-and-sql: src/lib/engine/bad.ts → src/lib/charts/Axis.svelte',
  'charts-and-ui-draw-only: src/lib/charts/Bad.svelte → src/lib/engine/engine.ts',
  'charts-and-ui-draw-only: src/lib/ui/bad.ts → src/lib/engine/engine.ts',
  'charts-and-ui-take-catalog-types: src/lib/ui/catalog.ts → src/lib/sql/catalog.ts',
  'routes-import-lib: src/routes/bad.ts → src/hooks.ts',
  'src-never-imports-ingest: src/hooks.ts → ingest/chain/comet.ts',
  'ingest-imports-the-contract: ingest/lake/bad.ts → src/lib/engine/wasm.ts',
  'code-never-imports-tests: ingest/lake/script.ts → scripts/start.ts',
  'only-engine-knows-duckdb-wasm: src/lib/engine/arrow.ts → node_modules/hyparquet/index.js',
  'only-export-writes-parquet: src/lib/ui/writer.ts → node_modules/hyparquet-writer/index.js',
  'only-native-knows-node-api: ingest/lake/duck.ts → node_modules/@duckdb/node-api/index.js',
  'only-time-knows-luxon: ingest/lake/clock.ts → node_modules/luxon/index.js',
  'only-comet-knows-cosmjs: ingest/chain/rpc.ts → node_modules/@cosmjs/tendermint-rpc/index.js',
  'only-akash-knows-its-wire-format: ingest/providers/wire.ts → ingest/networks/akash/proto.ts',
  'no-barrel-files: ingest/lake/index.ts → ingest/chain/comet.ts',
  'no-junk-drawers: ingest/lake/names.ts → ingest/lake/utils/money.ts',
  'no-cycles: ingest/prices/back.ts → ingest/prices/ring.ts',
  'no-orphans: ingest/prices/alone.ts',
  'imports-resolve: ingest/prices/lost.ts → ./nowhere.ts'
]

const packages = ['luxon', 'hyparquet', 'hyparquet-writer', '@duckdb/node-api', '@duckdb/duckdb-wasm', '@cosmjs/tendermint-rpc']
let root = ''

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'import-rules-'))
  for (const [path, text] of Object.entries(tree)) write(path, text)
  for (const name of packages) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', type: 'module', exports: './index.js' }))
    write(`node_modules/${name}/index.js`, 'export const a = 1\n')
  }
  symlinkSync(resolve('node_modules/svelte'), join(root, 'node_modules/svelte'))
  write('package.json', JSON.stringify({ type: 'module', dependencies: Object.fromEntries(packages.map((p) => [p, '1.0.0'])) }))
  copyFileSync('.dependency-cruiser.tsconfig.json', join(root, '.dependency-cruiser.tsconfig.json'))
})
afterAll(() => rmSync(root, { recursive: true }))

type Report = { readonly summary: { readonly violations: readonly { rule: { name: string }; from: string; to: string }[] } }

/** Runs the real dependency-cruiser with the real rules over the planted tree; it exits with the number of violations. */
function violations(): Promise<string[]> {
  const cli = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const args = [cli, '--config', resolve('.dependency-cruiser.cjs'), '--output-type', 'json', 'src', 'ingest', 'scripts', 'tests']
  return new Promise((done, fail) => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 1 << 24 }, (_, stdout, stderr) => {
      if (!stdout) fail(new Error(`dependency-cruiser said nothing: ${stderr}`))
      else
        done(
          (JSON.parse(stdout) as Report).summary.violations.map(
            (v) => `${v.rule.name}: ${v.from}${v.to === v.from ? '' : ` → ${v.to}`}`
          )
        )
    })
  })
}

test('every rule reports its planted violation and nothing else', async () => {
  expect((await violations()).sort()).toEqual([...planted].sort())
}, 30_000)

test('every rule has a planted violation', () => {
  const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as { forbidden: { name: string }[] }
  const tried = new Set(planted.map((line) => line.split(':')[0]))
  expect(forbidden.map((rule) => rule.name).filter((name) => !tried.has(name))).toEqual([])
})
