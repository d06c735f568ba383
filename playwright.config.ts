import { defineConfig } from '@playwright/test'
import { CHROMIUM_ARGS, ensureChromium } from './scripts/ensure-chromium.ts'

/** Sites are made the way a reader makes them, by `npm start`: one of the bundled recording, one of a market with long blocks, which is quick to make. */
const SITES = [
  { name: 'recorded', port: 4317, args: '--recorded', tests: /(overview|menu|moment)\.spec\.ts/ },
  {
    name: 'simulated',
    port: 4318,
    args: '--until 2026-11-01 --block-seconds 21600',
    tests: /(prices|supply|menu|claims|market)\.spec\.ts/
  }
] as const

const start = (args: string): string => `${JSON.stringify(process.execPath)} scripts/start.ts ${args}`

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'tests/e2e/output',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  reporter: 'list',
  use: {
    screenshot: 'only-on-failure',
    trace: 'off',
    timezoneId: 'America/New_York',
    locale: 'en-US',
    launchOptions: { executablePath: ensureChromium(), args: CHROMIUM_ARGS }
  },
  projects: SITES.map(({ name, port, tests }) => ({ name, testMatch: tests, use: { baseURL: `http://127.0.0.1:${port}` } })),
  // One after the other: both are built in the same folders.
  webServer: SITES.map(({ port, args }) => ({
    command: start(args),
    env: { PORT: String(port), CI: '1' },
    url: `http://127.0.0.1:${port}`,
    timeout: 240_000,
    // A server that is already there may show another build.
    reuseExistingServer: false
  }))
})
