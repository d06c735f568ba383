/**
 * Who may import whom (design of the house, CONTRIBUTING.md). Each rule has its own name, and tests/unit/import-rules.test.ts
 * plants a violation of each to see it fire. Type-only imports count too.
 */
const OURS = '^(src|ingest|scripts|tests)/'
const CODE = '^(src|ingest|scripts)/'

/** A rule that from `path` only `allowed` files of ours may be imported. */
const only = (name, comment, path, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path },
  to: { path: OURS, pathNot: allowed }
})

/** A rule that only the files `knowing` may import the npm packages or files `what`. Tests may too. */
const known = (name, comment, what, knowing) => ({
  name,
  comment,
  severity: 'error',
  from: { path: CODE, pathNot: knowing },
  to: { path: what }
})

/** An npm package as a resolved path; scoped names and sub-paths included. */
const npm = (...names) => names.map((name) => `(^|/)node_modules/${name}(/|$)`)

module.exports = {
  forbidden: [
    only('model-stands-alone', 'model is the contract and imports nothing of ours.', '^src/lib/model/', '^src/lib/model/'),
    only('sql-imports-model', 'sql knows model, nothing else.', '^src/lib/sql/', '^src/lib/(sql|model)/'),
    only('engine-imports-model-and-sql', 'engine knows model and sql.', '^src/lib/engine/', '^src/lib/(engine|sql|model)/'),
    only(
      'charts-and-ui-draw-only',
      'charts and ui get rows; they import model and the catalog, never an engine.',
      '^src/lib/(charts|ui)/',
      '^src/lib/(charts|ui|model)/|^src/lib/sql/catalog\\.ts$'
    ),
    {
      name: 'charts-and-ui-take-catalog-types',
      comment: 'charts and ui know only the types of the catalog.',
      severity: 'error',
      from: { path: '^src/lib/(charts|ui)/' },
      to: { path: '^src/lib/sql/catalog\\.ts$', dependencyTypesNot: ['type-only', 'type-import'] }
    },
    only('routes-import-lib', 'routes compose what $lib offers.', '^src/routes/', '^src/(lib|routes)/|^src/app\\.css$'),
    {
      name: 'ingest-imports-the-contract',
      comment: 'Of src, ingest knows model, sql and the native side of the engine (attach: a lake on disk as its tables).',
      severity: 'error',
      from: { path: '^ingest/' },
      to: { path: '^src/', pathNot: '^src/lib/(model|sql)/|^src/lib/engine/(engine|native|attach)\\.ts$' }
    },
    {
      name: 'src-never-imports-ingest',
      comment: 'The dashboard reads the lake, never the program that writes it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^ingest/' }
    },
    {
      name: 'code-never-imports-tests',
      comment: 'What runs does not lean on tests or scripts.',
      severity: 'error',
      from: { path: '^(src|ingest)/' },
      to: { path: '^(tests|scripts)/' }
    },
    known(
      'only-engine-knows-duckdb-wasm',
      'duckdb-wasm and hyparquet stay behind the engine.',
      npm('@duckdb/duckdb-wasm', 'hyparquet', 'hyparquet-compressors', 'apache-arrow'),
      '^src/lib/engine/(wasm|lake|lake-[a-z]+)\\.ts$'
    ),
    known(
      'only-export-writes-parquet',
      'The writer of Parquet files stays behind ui/export-parquet.ts.',
      npm('hyparquet-writer'),
      '^src/lib/ui/export-parquet\\.ts$'
    ),
    known(
      'only-native-knows-node-api',
      'The native DuckDB stays behind engine/native.ts.',
      npm('@duckdb/node-(api|bindings)'),
      '^src/lib/engine/native\\.ts$'
    ),
    known('only-time-knows-luxon', 'Calendars stay in model/time.ts.', npm('luxon'), '^src/lib/model/time\\.ts$'),
    known(
      'only-comet-knows-cosmjs',
      'The RPC client stays behind chain/comet.ts.',
      npm('@cosmjs/[^/]+'),
      '^ingest/chain/comet\\.ts$'
    ),
    known(
      'only-akash-knows-its-wire-format',
      'Field numbers of Akash messages stay in networks/akash.',
      '^ingest/networks/akash/(proto|wire)\\.ts$',
      '^ingest/networks/akash/'
    ),
    {
      name: 'no-barrel-files',
      comment: 'Import a thing from where it is made; no file re-exports another.',
      severity: 'error',
      from: { path: OURS },
      to: { dependencyTypes: ['export'] }
    },
    {
      name: 'no-junk-drawers',
      comment: 'Name a module for what it does: no utils, helpers or common.',
      severity: 'error',
      from: {},
      to: { path: '/(utils?|helpers?|common|misc)(/|\\.)', pathNot: 'node_modules' }
    },
    { name: 'no-cycles', comment: 'Modules form no ring.', severity: 'error', from: { path: OURS }, to: { circular: true } },
    {
      name: 'no-orphans',
      comment:
        'A module that nothing imports and that imports nothing is dead. (In src knip looks: type-only imports of .svelte files are not seen here.)',
      severity: 'error',
      from: { orphan: true, path: '^ingest/' },
      to: {}
    },
    {
      name: 'imports-resolve',
      comment: 'Every import names a file or an installed package.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^\\$(app|env|service-worker)(/|$)|/\\$types(\\.d\\.ts)?$|\\?|^node:' }
    }
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(\\.svelte-kit|build)/' },
    tsPreCompilationDeps: true,
    // Only for $lib: the paths of SvelteKit's own tsconfig are relative to a folder that dependency-cruiser does not look from.
    tsConfig: { fileName: '.dependency-cruiser.tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'import', 'node', 'browser', 'default', 'types'],
      extensions: ['.ts', '.js', '.svelte', '.d.ts', '.json']
    },
    skipAnalysisNotInRules: true
  }
}
