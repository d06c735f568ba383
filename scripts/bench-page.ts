/** What the built page costs in Chromium: bytes and time to the first chart, cold, and the time of a filter change. */
import { chromium } from '@playwright/test'
import { existsSync } from 'node:fs'
import type { Socket } from 'node:net'
import { resolve } from 'node:path'
import { serveFolder } from '../ingest/commands/serve.ts'
import { CHROMIUM_ARGS, ensureChromium } from './ensure-chromium.ts'

const site = resolve(import.meta.dirname, '../.rackrate/simulated/site')
const ROUNDS = 5

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

/** Measures the site that `npm start` makes. Throws Error when it is not there. */
export async function benchPage(say: (text: string) => void): Promise<void> {
  if (!existsSync(resolve(site, 'index.html')))
    throw new Error('there is no built site: run `npm start` once, stop it, then run the bench again')
  const { url, server } = await serveFolder(site, 0)
  // Counted at the server: a page's own records leave out what its workers fetch, such as the engine.
  const sockets: Socket[] = []
  server.on('connection', (socket) => sockets.push(socket))
  const served = (): number => sockets.reduce((n, socket) => n + socket.bytesWritten, 0)
  const browser = await chromium.launch({ executablePath: ensureChromium(), args: CHROMIUM_ARGS })
  const paints: number[] = []
  const boots: number[] = []
  const changes: number[] = []
  let firstBytes = 0
  let engineBytes = 0
  for (let round = 0; round < ROUNDS; round++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    const before = served()
    await page.goto(url, { waitUntil: 'commit' })
    await page.locator('main svg').first().waitFor()
    paints.push(
      await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? performance.now())
    )
    firstBytes = served() - before
    // The first change boots the engine; the second is what a reader waits for from then on.
    const picker = page.getByRole('combobox', { name: 'Model' })
    const values = await picker.locator('option').evaluateAll((options) => options.map((o) => (o as HTMLOptionElement).value))
    const change = async (value: string): Promise<number> => {
      const title = await page.locator('#gpus h2').innerText()
      const start = performance.now()
      await picker.selectOption(value)
      await page.waitForFunction((old) => document.querySelector<HTMLElement>('#gpus h2')?.innerText !== old, title)
      return performance.now() - start
    }
    boots.push(await change(values[1] ?? ''))
    changes.push(await change(values[2] ?? ''))
    engineBytes = served() - before
    await context.close()
  }
  await browser.close()
  server.close()
  server.closeAllConnections()
  const ms = (values: readonly number[]): string => `${median(values).toFixed(0)} ms`
  say(
    `    first chart     ${ms(paints).padStart(9)}   ${(firstBytes / 1024).toFixed(0)} KiB served until it stands, nothing compressed`
  )
  say(
    `    first change    ${ms(boots).padStart(9)}   engine booted on the way, ${(engineBytes / 1024 / 1024).toFixed(1)} MiB in all`
  )
  say(`    next change     ${ms(changes).padStart(9)}`)
}
