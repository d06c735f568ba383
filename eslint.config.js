import { defineConfig, globalIgnores } from 'eslint/config'
import svelte from 'eslint-plugin-svelte'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

/** The house style that no stock rule states: selector and what to do instead. */
const house = [
  ['TSEnumDeclaration', 'Use a union of strings: Node runs this file as it is.'],
  ['ExportDefaultDeclaration', 'Use a named export.'],
  [
    'ClassDeclaration:not([superClass.name=/Error$/])',
    'Use functions and readonly types; classes are for errors and .svelte.ts state.'
  ],
  [
    ':matches(ImportDeclaration, ExportNamedDeclaration, ImportExpression)[source.value=/^[.]{1,2}(\\u002F|$)/]' +
      ':not([source.value=/[.](ts|js|cjs|json|css|sql|svelte|wasm)([?].*)?$/]):not([source.value=/[$]types$/])',
    'Write the extension: Node runs this file as it is.'
  ]
].map(([selector, message]) => ({ selector, message }))
const without = (...selectors) => house.filter((rule) => !selectors.some((s) => rule.selector.startsWith(s)))

export default defineConfig(
  globalIgnores(['.svelte-kit/', 'build/', 'lake/', '.rackrate/', 'static/', 'tests/fixtures/', 'tests/e2e/output/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ts.configs.strictTypeChecked,
  svelte.configs.recommended,
  svelte.configs.prettier,
  { languageOptions: { parserOptions: { projectService: true, extraFileExtensions: ['.svelte'] } } },
  { files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } } },
  {
    rules: {
      eqeqeq: 'error',
      'no-constant-condition': ['error', { checkLoops: false }],
      'no-empty': 'error',
      'no-fallthrough': 'error',
      'no-loss-of-precision': 'error',
      'no-self-compare': 'error',
      'no-useless-assignment': 'error',
      'no-useless-catch': 'error',
      'preserve-caught-error': 'error',
      'no-restricted-syntax': ['error', ...house],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Nothing of ours uses `this`.
      '@typescript-eslint/unbound-method': 'off',
      // The site lives at the root of its host.
      'svelte/no-navigation-without-resolve': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }]
    }
  },
  { files: ['src/**', 'ingest/**'], ignores: ['src/lib/model/{facts,public}.ts'], rules: { 'max-lines': ['error', 300] } },
  { files: ['src/**'], rules: { 'no-console': 'error' } },
  {
    files: ['**/*.svelte'],
    rules: {
      // It takes the reason after the code for more codes.
      'svelte/no-unused-svelte-ignore': 'off',
      // The parameters of snippets look like `any` to ESLint; svelte-check knows their types.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off'
    }
  },
  { files: ['**/*.svelte.ts'], rules: { 'no-restricted-syntax': ['error', ...without('ClassDeclaration')] } },
  { files: ['src/routes/**'], rules: { 'no-restricted-syntax': ['error', ...without(':matches(Import')] } },
  {
    files: ['src/routes/**/*.svelte.ts'],
    rules: { 'no-restricted-syntax': ['error', ...without(':matches(Import', 'ClassDeclaration')] }
  },
  {
    // dependency-cruiser sees no type-only import of a .svelte file: the compiler drops it.
    files: ['src/lib/{charts,ui}/**/*.svelte'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '(^|/)(engine|routes|ingest)/', message: 'charts and ui get rows; they know no engine.' }] }
      ]
    }
  },
  {
    files: ['tests/**'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off'
    }
  },
  { files: ['*.config.{js,ts}'], rules: { 'no-restricted-syntax': ['error', ...without('ExportDefaultDeclaration')] } },
  { files: ['**/*.{js,cjs}'], extends: [ts.configs.disableTypeChecked] }
)
