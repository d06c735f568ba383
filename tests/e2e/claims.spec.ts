/** The page of claims over a simulated lake: it judges what observed prices and arithmetic decide, and nothing about the market. */
import AxeBuilder from '@axe-core/playwright'
import { readFile } from 'node:fs/promises'
import { expect, type Locator, type Page } from '@playwright/test'
import { test } from './page.ts'

const AKT = 'akt-0.40-end-2023'
const card = (page: Page, id: string): Locator => page.locator(`article[id="${id}"]`)

/** Waits until the page has woken up: the downloads are there then. */
async function awake(page: Page): Promise<void> {
  await expect(card(page, AKT).getByRole('button', { name: 'Download CSV', includeHidden: true })).toHaveCount(1)
}

test('says it all without JavaScript: every claim with its query, and which are not judged', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL === undefined ? {} : { baseURL }) })
  const page = await context.newPage()
  await page.goto('/claims')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    /^Of 11\sclaims that others made, 2 do not hold, 2 can’t be known and 7 are not judged here\.$/
  )
  await expect(page.getByRole('note').filter({ hasText: 'claims about the market are not judged here' })).toHaveCount(1)
  await expect(page.locator('article')).toHaveCount(11)
  await expect(page.locator('article .verdict', { hasText: 'Not judged over a simulated market' })).toHaveCount(7)
  await expect(page.locator('article .verdict', { hasText: 'Does not hold' })).toHaveCount(2)
  // What is not judged shows no figure and no row, but the query and what would decide it.
  const unjudged = page.locator('article.quiet')
  await expect(unjudged).toHaveCount(9)
  await expect(unjudged.locator('dl, table')).toHaveCount(0)
  await expect(unjudged.getByRole('heading', { name: 'What would decide it' })).toHaveCount(9)
  await expect(page.locator('article pre')).toHaveCount(2 * 9)
  await card(page, '60-80-cheaper').getByText('Query', { exact: true }).click()
  await expect(card(page, '60-80-cheaper').locator('pre').first()).toContainText('FROM price_days')
  await card(page, AKT)
    .getByText(/^Evidence/)
    .click()
  expect(await card(page, AKT).locator('tbody tr').count()).toBeGreaterThan(10)
  await expect(page.getByRole('button')).toHaveCount(0)
  await context.close()
})

test('AKT’s verdict is that of the rows that it shows', async ({ page }) => {
  await page.goto('/claims')
  await awake(page)
  await card(page, AKT)
    .getByText(/^Evidence/)
    .click()
  const rows = await card(page, AKT)
    .locator('tbody tr')
    .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent.trim())))
  const december = rows.filter(([day]) => day?.startsWith('2023-12-'))
  const prices = december.map((row) => Number(row[2]))
  const figures = card(page, AKT).locator('dd')
  await expect(figures).toHaveText([
    `$${Math.min(...prices).toFixed(2)} – $${Math.max(...prices).toFixed(2)}`,
    new RegExp(`^n = ${december.length}\\sdays$`),
    /^1\sDec\s2023 – 15\sDec\s2023$/
  ])
  expect(Math.min(...prices)).toBeGreaterThan(0.44)
  await expect(card(page, AKT).locator('.verdict')).toHaveText('Does not hold')
})

test('the list leads to each claim, by keyboard too; the header marks the page', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Claims' }).click()
  await expect(page).toHaveURL('/claims')
  await expect(page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Claims' })).toHaveAttribute(
    'aria-current',
    'page'
  )
  const links = page.getByRole('navigation', { name: 'Claims', exact: true }).getByRole('link')
  await expect(links).toHaveCount(11)
  const last = links.last()
  const hash = (await last.getAttribute('href')) ?? ''
  await last.focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`/claims${hash}`)
  await expect(card(page, hash.slice(1))).toBeInViewport()
})

test('the rows can be had as files, named for the lake, with the claim and the query', async ({ page }) => {
  await page.goto('/claims')
  await awake(page)
  await card(page, AKT)
    .getByText(/^Evidence/)
    .click()
  const rows = await card(page, AKT).locator('tbody tr').count()
  const fetch = async (format: string) => {
    const button = card(page, AKT).getByRole('button', { name: `Download ${format}` })
    const [file] = await Promise.all([page.waitForEvent('download'), button.click()])
    expect(file.suggestedFilename()).toBe(`rackrate-simulated-claim-${AKT}.${format.toLowerCase()}`)
    return readFile(await file.path(), 'utf8')
  }
  expect((await fetch('CSV')).trim().split('\r\n')).toHaveLength(rows + 1)
  const json = JSON.parse(await fetch('JSON')) as { [name: string]: unknown }
  expect(json).toMatchObject({ claim: 'AKT was at $0.40 at the end of 2023', made_on: '2023-12', verdict: 'Does not hold' })
  expect(json['rows']).toHaveLength(rows)
  expect(json['sql']).toMatch(/^WITH rows AS \(/)
})

test('asks for nothing of the lake and starts no engine; nothing moves', async ({ page }) => {
  const paths: string[] = []
  page.on('request', (request) => paths.push(new URL(request.url()).pathname))
  await page.addInitScript(() => {
    const shifts: number[] = []
    Object.assign(globalThis, { shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value)
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await page.goto('/claims', { waitUntil: 'networkidle' })
  await awake(page)
  expect(paths.filter((path) => /\.(wasm|parquet)$|^\/data\//.test(path))).toEqual([])
  expect(await page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts)).toEqual([])
})

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390] as const) {
    test(`is accessible and fits: ${width} px, ${theme}`, async ({ page }, info) => {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await page.goto('/claims')
      await awake(page)
      for (const id of [AKT, 'idle-supply'])
        for (const summary of await card(page, id).locator('summary').all()) await summary.click()
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
      const tiny = await page.locator('main :visible').evaluateAll((all) =>
        all
          .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.nodeValue?.trim()))
          .filter((one) => parseFloat(getComputedStyle(one).fontSize) < 12)
          .map((one) => one.outerHTML.slice(0, 120))
      )
      expect(tiny).toEqual([])
      if (width === 390) {
        const small = await page
          .locator('button:visible, summary:visible, nav a:visible')
          .evaluateAll((all) =>
            all.filter((one) => one.getBoundingClientRect().height < 40).map((one) => one.outerHTML.slice(0, 120))
          )
        expect(small).toEqual([])
      }
      await page.screenshot({ path: info.outputPath(`claims-${width}-${theme}.png`), fullPage: true })
    })
  }
}
