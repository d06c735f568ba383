import { defineConfig } from 'vitest/config'

// Before any worker starts: dates in tests mean UTC on every machine.
process.env['TZ'] = 'UTC'

export default defineConfig({
  test: {
    include: ['tests/{unit,golden,property,sql,cli,faults,readers}/**/*.test.ts'],
    setupFiles: ['tests/warnings.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    restoreMocks: true
  }
})
