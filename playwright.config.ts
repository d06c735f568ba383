import { defineConfig } from '@playwright/test'
import { CHROMIUM_ARGS, ensureChromium } from './scripts/ensure-chromium.ts'

const PORT = 4317

/** The site is made the way a reader makes it: `npm start` indexes the bundled recording, builds the pages and serves them. */
export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'tests/e2e/output',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 30_000,
  reporter: 'list',
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    screenshot: 'only-on-failure',
    trace: 'off',
    timezoneId: 'America/New_York',
    locale: 'en-US',
    launchOptions: { executablePath: ensureChromium(), args: CHROMIUM_ARGS }
  },
  webServer: {
    command: `${JSON.stringify(process.execPath)} scripts/start.ts`,
    env: { PORT: String(PORT), CI: '1' },
    url: `http://127.0.0.1:${PORT}`,
    timeout: 120_000,
    // A server that is already there may show another build.
    reuseExistingServer: false
  }
})
