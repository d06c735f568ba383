import AxeBuilder from '@axe-core/playwright'
import { expect } from '@playwright/test'
import { awake, picker, settled, test } from './page.ts'

test('opens with its charts before any script, and with JavaScript off', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL === undefined ? {} : { baseURL }) })
  const page = await context.newPage()
  await page.goto('/')
  await expect(page.locator('#gpus svg path.area')).toHaveCount(5)
  expect(await page.locator('#gpus svg path.area').first().getAttribute('d')).toMatch(/^M[\d.]+,\d+.*Z$/)
  await expect(page.locator('#prices circle')).toHaveCount(23)
  await expect(page.locator('#spend li')).toHaveCount(5)
  expect(await page.locator('#spend-over-time path.bars').getAttribute('d')).toMatch(/^(M[\d.]+,240V[\d.]+h[\d.]+V240Z){30,}$/)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('9 GPUs leased on Akash')
  await expect(page.locator('dl .value')).toHaveText(['11.94', '9', '–', '38.71', '5'])
  expect(await (await page.request.get('/')).text()).toContain('Filters need JavaScript.')
  await page.locator('#spend').getByText('Table', { exact: true }).click()
  await expect(page.locator('#spend tbody tr')).toHaveCount(5)
  await context.close()
})

test('the figures say what they cover, and why one is not known; a lake without probes has no chart of supply', async ({
  page
}) => {
  await page.goto('/')
  const figures = page.locator('dl > div')
  await expect(figures.nth(0)).toContainText('Tenant spend, 70 seconds')
  await expect(figures.nth(0)).toContainText('index of 70 seconds')
  await expect(figures.nth(0)).toContainText('to 21 Nov 2026')
  await expect(figures.nth(2)).toContainText('not known: no probes')
  await expect(figures.nth(2).locator('dd').first()).toHaveAttribute('title', /no provider was probed/)
  await expect(figures.nth(1).locator('.spark path')).toHaveAttribute('d', /^M0,24L/)
  await expect(page.locator('#supply')).toHaveCount(0)
  await expect(page.locator('#spend-over-time h2')).toHaveText('Tenants ran up 11.94 ACT')
})

test('the doors and the figures lead to what is there, and take the filters along', async ({ page }) => {
  await page.goto('/?model=nvidia/a100')
  await settled(page)
  await expect(page.locator('#gpus path.area')).toHaveCount(1, { timeout: 20_000 })
  const links = await page.locator('h1 a, dl a, .doors a').evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))
  expect(links.length).toBeGreaterThan(12)
  for (const link of links.filter((one) => one.startsWith('#'))) await expect(page.locator(link)).toHaveCount(1)
  const supply = links.filter((one) => one.startsWith('/supply'))
  expect(new Set(supply.map((one) => one.split('#')[0]))).toEqual(new Set(['/supply?model=nvidia/a100']))
  await page.goto(supply[0] ?? '')
  for (const link of supply) await expect(page.locator(`#${link.split('#')[1] ?? ''}`)).toHaveCount(1)
  expect((await page.request.get(links.find((one) => one.startsWith('/data')) ?? '')).status()).toBe(200)
})

test('says that the chain is a recorded test chain, and at which block it stands', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByRole('note')).toHaveText(
    'Recorded test chain: real Akash node software, invented market. Not the live network.'
  )
  for (const card of await page.locator('.card').all()) {
    await expect(card.locator('.source')).toContainText('Recorded test chain akash-lab-v21-a')
    await expect(card.locator('.source')).toContainText('as of block 264, 21 Nov 2026 07:49:01 UTC')
    await expect(card.locator('.source')).toContainText(/n = \d+/)
  }
})

test('a filter runs in the browser, changes charts and address; back, forward, reload and the link restore it', async ({
  page
}) => {
  await page.goto('/')
  await awake(page)
  await picker(page).selectOption('nvidia/a100')
  await expect(page).toHaveURL('/?model=nvidia/a100')
  await expect(page.locator('#gpus path.area')).toHaveCount(1, { timeout: 20_000 })
  await settled(page)
  await expect(page.locator('#gpus h2')).toHaveText('7 A100s leased at the end, after a peak of 8 at 07:48:45.8')
  await expect(page.locator('#gpus .source')).toContainText('n = 10 leases')
  const filtered = await page.locator('#gpus path.area').getAttribute('d')

  await page.getByRole('button', { name: 'Last 30 s' }).click()
  await expect(page).toHaveURL('/?model=nvidia/a100&from=2026-11-21T07:48:31Z')
  await settled(page)
  await expect(page.locator('#gpus .subtitle')).toContainText('07:48:31')

  await page.goBack()
  await settled(page)
  await expect(page.locator('#gpus path.area')).toHaveAttribute('d', filtered ?? '')
  await page.goBack()
  await expect(page.locator('#gpus path.area')).toHaveCount(5)
  await expect(page).toHaveURL('/')
  await page.goForward()
  await expect(page.locator('#gpus path.area')).toHaveCount(1)

  await page.reload()
  await expect(page.locator('#gpus path.area')).toHaveCount(1, { timeout: 20_000 })
  await expect(page.locator('#gpus path.area')).toHaveAttribute('d', filtered ?? '')
  await expect(picker(page)).toHaveValue('nvidia/a100')
})

test('both engines draw the same: the whole index asked for by its ends equals the prerendered page', async ({ page }) => {
  await page.goto('/')
  const parts = [
    ...['#gpus path.area', '#prices circle', '#prices .value', '#spend .value', '#spend .share', '#spend-over-time path'],
    ...['dl .value', 'dl .note', 'dl path']
  ]
  const read = () => Promise.all(parts.map((part) => page.locator(part).evaluateAll((all) => all.map((one) => one.outerHTML))))
  const prerendered = await read()
  await page.goto('/?from=2020-01-01')
  await awake(page)
  await expect(page.getByRole('button', { name: 'All', exact: true })).toHaveAttribute('aria-pressed', 'false')
  await settled(page)
  expect(await read()).toEqual(prerendered)
})

test('only the columns asked for are fetched, by range or whole when small, and the engine only when it is needed', async ({
  page
}) => {
  const requests: string[] = []
  page.on('request', (request) => requests.push(new URL(request.url()).pathname))
  await page.goto('/', { waitUntil: 'networkidle' })
  expect(requests.filter((path) => /\.wasm$|\.parquet$/.test(path))).toEqual([])
  await picker(page).selectOption('nvidia/t4')
  await expect(page.locator('#gpus path.area')).toHaveCount(1, { timeout: 20_000 })
  await settled(page)
  const tables = requests.filter((path) => path.endsWith('.parquet')).map((path) => /marts\/([a-z_]+)\./.exec(path)?.[1])
  expect([...new Set(tables)].sort()).toEqual([
    ...['blocks', 'cloud_price_steps', 'coverage', 'events', 'lease_gpus', 'lease_prices', 'leases', 'price_series'],
    ...['provider_days', 'providers', 'supply_days']
  ])
  expect(requests.filter((path) => path.endsWith('.wasm'))).toHaveLength(1)
})

test('hostile texts of the chain are text', async ({ page }) => {
  await page.goto('/')
  await expect(page.locator('#spend').getByText('<img src=x onerror=alert(1)>', { exact: true }).first()).toBeVisible()
  await expect(
    page
      .locator('#spend')
      .getByText(/^Robert'\); DROP TABLE leases;--/)
      .first()
  ).toBeVisible()
  expect(await page.locator('#spend img').count()).toBe(0)
  expect(
    await page
      .locator('#spend .name bdi')
      .first()
      .evaluate((bdi) => getComputedStyle(bdi).unicodeBidi)
  ).toBe('isolate')
})

test('a hostile address is text too', async ({ page }) => {
  await page.goto(
    `/?model=${encodeURIComponent('<img src=x onerror=alert(1)>\u202e')}&denom=${encodeURIComponent("';DROP TABLE leases;--")}&from=never`
  )
  await expect(page.locator('#prices .empty')).toContainText("';DROP TABLE leases;--", { timeout: 20_000 })
  await settled(page)
  await expect(page.locator('#gpus .empty')).toContainText('was leased in')
  expect(await page.locator('img').count()).toBe(0)
})

test('an empty answer says why and leads to data', async ({ page }) => {
  await page.goto('/?model=nvidia/h100&from=2026-11-21T07:48:55Z')
  await expect(page.locator('#gpus .empty')).toContainText('No H100 was leased in 21 Nov 2026', { timeout: 20_000 })
  await expect(page.locator('#gpus .empty')).toContainText(
    'It was leased from 21 Nov 2026 07:47:59 UTC to 21 Nov 2026 07:48:50 UTC.'
  )
  await page.getByRole('button', { name: 'Show the whole index' }).click()
  await expect(page).toHaveURL('/?model=nvidia/h100')
  await expect(page.locator('#gpus path.area')).toHaveCount(1)
})

test('a failed query keeps the last good chart, says why, and can be tried again', async ({ page, expectedErrors }) => {
  expectedErrors.push(/503 \(Service Unavailable\)/)
  await page.route('**/marts/lease_gpus.*', (route) => route.fulfill({ status: 503, body: 'away' }))
  await page.goto('/')
  await awake(page)
  await picker(page).selectOption('nvidia/a100')
  await expect(page.getByRole('alert')).toContainText('lease_gpus', { timeout: 20_000 })
  await expect(page.getByRole('alert')).toContainText('503')
  await expect(page.locator('#gpus path.area')).toHaveCount(5)
  await page.unroute('**/marts/lease_gpus.*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.locator('#gpus path.area')).toHaveCount(1)
  await expect(page.getByRole('alert')).toHaveCount(0)
})

test('nothing moves: layout shift is 0 while the page loads and while a link with filters is answered', async ({ page }) => {
  await page.addInitScript(() => {
    const shifts: number[] = []
    Object.assign(globalThis, { shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value)
    }).observe({ type: 'layout-shift', buffered: true })
  })
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 })
    for (const address of ['/', '/?model=nvidia/a100&from=2026-11-21T07:48:30Z']) {
      await page.goto(address, { waitUntil: 'networkidle' })
      await settled(page)
      expect(
        await page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts),
        `${width} px, ${address}`
      ).toEqual([])
    }
  }
})

test('the crosshair reads by pointer and by keyboard', async ({ page }) => {
  await page.goto('/')
  await awake(page)
  const slider = page.getByRole('slider', { name: 'GPUs leased over time: read values over time' })
  await slider.focus()
  await page.keyboard.press('Home')
  await expect(slider).toHaveAttribute('aria-valuetext', /^07:47:52\.0: 0 in all/)
  await page.keyboard.press('ArrowRight')
  await expect(slider).toHaveAttribute('aria-valuetext', /^07:47:52\.2/)
  await expect(page.locator('#gpus .crosshair')).toHaveCount(1)

  await page.locator('#prices circle').first().hover()
  await expect(page.locator('#prices .readout')).toContainText('H100, 8 GPUs: 38.71 ACT per GPU-hour from alpha compute')
})

test('a stroke over the chart asks for that range', async ({ page }) => {
  await page.goto('/')
  await awake(page)
  await page.locator('#gpus .plot').evaluate((plot) => plot.scrollIntoView({ block: 'center' }))
  const box = await page.locator('#gpus .plot').boundingBox()
  if (!box) throw new Error('the plot has no box')
  await page.mouse.move(box.x + box.width * 0.5, box.y + 80)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.75, box.y + 90, { steps: 4 })
  await page.mouse.up()
  await expect(page).toHaveURL(/\?from=2026-11-21T07:48:2\d.*&to=2026-11-21T07:48:4\d/)
  await settled(page)
  await expect(page.locator('#gpus .subtitle')).toContainText('mean of each 0.1 seconds')
})

test('two instants ask for that range, in UTC wherever the reader is', async ({ page }) => {
  await page.goto('/')
  await awake(page)
  await page.getByText('From – to').click()
  await page.getByLabel('From, UTC').fill('2026-11-21T07:48:40')
  await page.getByLabel('To, UTC').fill('2026-11-21T07:48:20')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect(page.getByText('The end must lie after the start.')).toBeVisible()
  await page.getByLabel('To, UTC').fill('2026-11-21T07:48:50')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect(page).toHaveURL('/?from=2026-11-21T07:48:40Z&to=2026-11-21T07:48:50Z')
  await settled(page)
  await expect(page.locator('#gpus .subtitle')).toContainText('07:48:40')
})

test('downloads say where they come from', async ({ page }) => {
  await page.goto('/')
  await awake(page)
  await page.locator('#spend').getByLabel('Data and links of this chart').click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download CSV' }).click()])
  expect(file.suggestedFilename()).toBe('rackrate-recorded-spend-by-provider.csv')
})

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390] as const) {
    test(`is accessible and fits: ${width} px, ${theme}`, async ({ page }, info) => {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await page.goto('/')
      await awake(page)
      for (const summary of await page.locator('#prices details.more summary').all()) await summary.click()
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
      if (width === 390) {
        const small = await page
          .locator('button:visible, select:visible, summary:visible, .foot li a:visible')
          .evaluateAll((all) =>
            all.filter((one) => one.getBoundingClientRect().height < 40).map((one) => one.outerHTML.slice(0, 120))
          )
        expect(small).toEqual([])
      }
      await page.screenshot({ path: info.outputPath(`overview-${width}-${theme}.png`), fullPage: true })
    })
  }
}

test('an unknown address says so', async ({ page, expectedErrors }) => {
  expectedErrors.push(/404 \(Not Found\)/)
  const response = await page.goto('/nowhere')
  expect(response?.status()).toBe(404)
})
