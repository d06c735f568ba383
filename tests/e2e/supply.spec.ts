/** The supply page over a lake whose providers were probed. What it must say is read from its own table twins, not fixed here. */
import AxeBuilder from '@axe-core/playwright'
import { expect, type Locator, type Page } from '@playwright/test'
import { awake, picker, test } from './page.ts'

const CARDS = ['counts', 'models', 'occupancy', 'regions', 'demand', 'unfilled'] as const

/** Waits until no query runs. */
async function settled(page: Page): Promise<void> {
  for (const id of CARDS) await expect(page.locator(`#${id}`)).toHaveAttribute('aria-busy', 'false', { timeout: 20_000 })
}

/** Rows of a card's table twin. */
async function twin(card: Locator): Promise<string[][]> {
  await card.locator('summary', { hasText: 'Table' }).click()
  const more = card.getByRole('button', { name: 'Show all' })
  if (await more.isVisible()) await more.click()
  return card
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent.trim())))
}

const modelRows = (page: Page) => page.locator('#models .body .row')

test('opens with all of its charts before any script, and with JavaScript off', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL === undefined ? {} : { baseURL }) })
  const page = await context.newPage()
  await page.goto('/supply')
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/^[\d,]+ of [\d,]+\sGPUs could be rented on \d+ \w+ \d{4}/)
  await expect(page.locator('#counts path.line')).toHaveCount(5)
  for (const id of ['registered', 'seen in 24 h', 'online', 'leasable', 'leased'])
    await expect(page.locator('#counts .ends text', { hasText: new RegExp(`^${id} [\\d,]+$`) })).toHaveCount(1)
  await expect(page.locator('#occupancy path.line')).toHaveCount(2)
  expect(await page.locator('#counts path.line').first().getAttribute('d')).toMatch(/^M[\d.]+,[\d.]+/)
  expect(await page.locator('#occupancy .strip path.known').getAttribute('d')).toMatch(/^M/)
  expect(await modelRows(page).count()).toBeGreaterThan(3)
  expect(await page.locator('#regions circle').count()).toBeGreaterThan(2)
  await expect(page.locator('#demand li')).toHaveCount(4)
  expect(await page.locator('#unfilled li').count()).toBeGreaterThan(0)
  expect(await (await page.request.get('/supply')).text()).toContain('Filters need JavaScript.')
  await page.locator('#regions').getByText('Table', { exact: true }).click()
  expect(await page.locator('#regions tbody tr').count()).toBeGreaterThan(2)
  await context.close()
})

test('the header leads from page to page and marks the one that is open', async ({ page }) => {
  await page.goto('/supply')
  await awake(page)
  const pages = page.getByRole('navigation', { name: 'Pages' })
  await expect(pages.getByRole('link', { name: 'Supply' })).toHaveAttribute('aria-current', 'page')
  await pages.getByRole('link', { name: 'Overview' }).focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/')
  await expect(pages.getByRole('link', { name: 'Overview' })).toHaveAttribute('aria-current', 'page')
  await expect(pages.getByRole('link', { name: 'Supply' })).not.toHaveAttribute('aria-current')
  await page.goBack()
  await expect(page).toHaveURL('/supply')
  await expect(page.locator('#counts path.line')).toHaveCount(5)
})

test('every card says its source, as-of and n; the sums agree with the table twins', async ({ page }) => {
  await page.goto('/supply')
  await awake(page)
  for (const id of CARDS) {
    await expect(page.locator(`#${id} .source`)).toContainText(/as of block [\d,]+, \d+ \w+ \d{4} \d\d:\d\d:\d\d UTC/)
    await expect(page.locator(`#${id} .source`)).toContainText(/n = [\d,]+\s/)
  }
  const number = (text: string | undefined) => Number((text ?? '').replace(/[^\d.-]/g, ''))

  const days = await twin(page.locator('#counts'))
  const last = days.filter((day) => day[1] !== '–').at(-1)
  const figures = await page.locator('dl .value').allTextContents()
  expect(figures.slice(0, 4).map(number)).toEqual([last?.[1], last?.[3], last?.[5], last?.[7]].map(number))
  for (const [, registered, , seen, , online, , leasable] of days.filter((day) => day[1] !== '–')) {
    expect(number(registered)).toBeGreaterThanOrEqual(number(seen))
    expect(number(seen)).toBeGreaterThanOrEqual(number(online))
    expect(number(online)).toBeGreaterThanOrEqual(number(leasable))
  }

  const orders = await twin(page.locator('#demand'))
  const steps = (await page.locator('#demand li .value').allTextContents()).map(number)
  expect(steps).toEqual([1, 2, 3, 4].map((column) => orders.reduce((sum, row) => sum + number(row[column]), 0)))
  expect([...steps].sort((a, b) => b - a)).toEqual(steps)

  const regions = await twin(page.locator('#regions'))
  const named = regions.filter((row) => row[1] !== '–')
  await expect(page.locator('#regions circle')).toHaveCount(new Set(named.map((row) => row[1])).size)
})

test('filters run in the browser and change address and marks; back restores', async ({ page }) => {
  await page.goto('/supply')
  await awake(page)
  const whole = await page.locator('#counts path.line.solid').getAttribute('d')
  const model = await picker(page).locator('option').nth(1).getAttribute('value')
  await picker(page).selectOption(model)
  await expect(page).toHaveURL(`/supply?model=${model ?? ''}`)
  await settled(page)
  await expect(page.locator('#counts path.line.solid')).not.toHaveAttribute('d', whole ?? '')
  await expect(page.getByRole('heading', { level: 1 })).not.toContainText('GPUs')
  await expect(page.locator('#models .row:not(.behind)')).toHaveCount(2)
  const one = await page.locator('#counts path.line.dashed').getAttribute('d')

  await page.getByRole('combobox', { name: 'Placement' }).selectOption('8')
  await expect(page).toHaveURL(`/supply?model=${model ?? ''}&placement=8`)
  await expect(page.locator('#counts .subtitle')).toContainText('in placements of 8')
  await settled(page)
  await expect(page.locator('#counts path.line.dashed')).not.toHaveAttribute('d', one ?? '')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('could be rented in placements of 8 on')

  await page.goBack()
  await settled(page)
  await expect(page.locator('#counts path.line.dashed')).toHaveAttribute('d', one ?? '')
  await page.goBack()
  await expect(page).toHaveURL('/supply')
  await expect(page.locator('#counts path.line.solid')).toHaveAttribute('d', whole ?? '')
})

test('a link holds the whole view: model, placement, range and order', async ({ page }) => {
  await page.goto('/supply')
  await awake(page)
  const model = (await picker(page).locator('option').nth(1).getAttribute('value')) ?? ''
  const day = (await twin(page.locator('#counts'))).at(-1)?.[0] ?? ''
  await page.goto(`/supply?model=${model}&from=${day}&placement=8&sort=model`)
  await expect(page.locator('#counts .subtitle')).toContainText('in placements of 8', { timeout: 20_000 })
  await settled(page)
  await expect(picker(page)).toHaveValue(model)
  await expect(page.getByRole('combobox', { name: 'Placement' })).toHaveValue('8')
  await expect(page.locator('#models [role=columnheader].model')).toHaveAttribute('aria-sort', 'ascending')
  expect(await twin(page.locator('#counts'))).toHaveLength(1)
})

test('both engines draw the same: the whole index asked for by its start equals the prerendered page', async ({ page }) => {
  await page.goto('/supply')
  const parts = ['#counts path.line', '#occupancy path', '#models .body', '#regions circle', '#demand .value', '#unfilled .value']
  // Ids of patterns differ from page to page, names of classes do not.
  const read = () =>
    Promise.all(
      parts.map((part) =>
        page
          .locator(part)
          .evaluateAll((all) => all.map((one) => one.outerHTML.replaceAll(/<!--.*?-->|id="[^"]*"|url\([^)]*\)/g, '')))
      )
    )
  const prerendered = await read()
  await page.goto('/supply?from=2020-01-01')
  await awake(page)
  await expect(page.getByRole('button', { name: 'All', exact: true })).toHaveAttribute('aria-pressed', 'false')
  await expect(page.locator('#counts')).toHaveAttribute('aria-busy', 'true')
  await settled(page)
  expect(await read()).toEqual(prerendered)
})

test('the table of models is sorted by its heads, in the address, without asking the lake', async ({ page }) => {
  const requests: string[] = []
  page.on('request', (request) => requests.push(new URL(request.url()).pathname))
  await page.goto('/supply', { waitUntil: 'networkidle' })
  await awake(page)
  const leasable = () =>
    page.locator('#models .body .leasable').evaluateAll((all) => all.map((one) => parseInt(one.textContent.replaceAll(',', ''))))
  const head = page.locator('#models [role=columnheader].leasable')
  await head.getByRole('button').click()
  await expect(page).toHaveURL('/supply?sort=-leasable')
  await expect(head).toHaveAttribute('aria-sort', 'descending')
  const down = await leasable()
  expect(down).toEqual([...down].sort((a, b) => b - a))
  expect(new Set(down).size).toBeGreaterThan(1)
  await head.getByRole('button').click()
  await expect(page).toHaveURL('/supply?sort=leasable')
  expect(await leasable()).toEqual([...down].sort((a, b) => a - b))
  await page.goBack()
  await expect(head).toHaveAttribute('aria-sort', 'descending')
  await page.locator('#models [role=columnheader].model').getByRole('button').click()
  await expect(page).toHaveURL('/supply?sort=model')
  expect(requests.filter((path) => path.endsWith('.parquet'))).toEqual([])

  await page.setViewportSize({ width: 390, height: 900 })
  await page.getByRole('combobox', { name: 'Sort by' }).selectOption({ label: 'Leasable' })
  await expect(page).toHaveURL('/supply?sort=-leasable')
  expect(await leasable()).toEqual(down)
})

test('the crosshair reads every line at one day, by keyboard, by pointer, and stays after a touch', async ({ page }) => {
  await page.goto('/supply')
  await awake(page)
  const days = await twin(page.locator('#counts'))
  const slider = page.getByRole('slider', { name: /^GPUs registered, seen, online, leasable and leased over time/ })
  await slider.focus()
  await page.keyboard.press('Home')
  await expect(slider).toHaveAttribute(
    'aria-valuetext',
    new RegExp(`^\\d+ \\w+ \\d{4}: registered ${Number(days[0]?.[1]).toLocaleString('en-US')}, seen in 24 h`)
  )
  await expect(page.locator('#counts .crosshair')).toHaveCount(1)
  await slider.blur()
  await expect(page.locator('#counts .crosshair')).toHaveCount(0)

  const plot = page.locator('#counts .plot')
  await plot.scrollIntoViewIfNeeded()
  await plot.hover({ position: { x: 30, y: 40 } })
  await expect(page.locator('#counts .crosshair')).toHaveCount(1)
  await page.mouse.move(5, 5)
  await expect(page.locator('#counts .crosshair')).toHaveCount(0)

  await plot.dispatchEvent('pointerdown', { pointerType: 'touch', clientX: 300, clientY: 300, bubbles: true })
  await plot.dispatchEvent('pointerleave', { pointerType: 'touch' })
  await expect(page.locator('#counts .crosshair')).toHaveCount(1)
})

test('a range without probes says so and leads to one with them', async ({ page }) => {
  await page.goto('/supply')
  await awake(page)
  const first = (await twin(page.locator('#counts')))[0]?.[0] ?? ''
  await page.goto(`/supply?to=${first}`)
  await expect(page.locator('#counts .empty')).toContainText('No provider was probed in the range chosen', { timeout: 20_000 })
  await expect(page.getByRole('heading', { level: 1 })).toContainText('not known')
  await expect(page.locator('dl .value').first()).toHaveText('–')
  await page
    .locator('#counts')
    .getByRole('button', { name: /^Show / })
    .click()
  await settled(page)
  await expect(page.locator('#counts path.line')).toHaveCount(5)
})

test('a failed query keeps the last good charts, says why, and can be tried again', async ({ page, expectedErrors }) => {
  expectedErrors.push(/503 \(Service Unavailable\)/)
  await page.route('**/marts/supply_days.*', (route) => route.fulfill({ status: 503, body: 'away' }))
  await page.goto('/supply')
  await awake(page)
  const before = await page.locator('#counts path.line.solid').getAttribute('d')
  await page.getByRole('combobox', { name: 'Placement' }).selectOption('4')
  await expect(page.getByRole('alert')).toContainText('supply_days', { timeout: 20_000 })
  await expect(page.locator('#counts path.line.solid')).toHaveAttribute('d', before ?? '')
  await page.unroute('**/marts/supply_days.*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.locator('#counts .subtitle')).toContainText('in placements of 4', { timeout: 20_000 })
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
    for (const address of ['/supply', '/supply?placement=8&sort=-price']) {
      await page.goto(address, { waitUntil: 'networkidle' })
      await settled(page)
      expect(
        await page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts),
        `${width} px, ${address}`
      ).toEqual([])
    }
  }
})

test('a hostile address is text', async ({ page }) => {
  await page.goto(`/supply?model=${encodeURIComponent('<img src=x onerror=alert(1)>\u202e')}&placement=999&sort=constructor`)
  await expect(page.locator('#counts h2')).toContainText('<img src=x onerror=alert(1)>', { timeout: 20_000, ignoreCase: true })
  await settled(page)
  expect(await page.locator('img').count()).toBe(0)
})

test('a download says where it comes from', async ({ page }) => {
  await page.goto('/supply')
  await awake(page)
  await page.locator('#models').getByLabel('Data and links of this chart').click()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('#models').getByRole('button', { name: 'Download CSV' }).click()
  ])
  expect(file.suggestedFilename()).toMatch(/^rackrate-(simulated|recorded)-gpu-models\.csv$/)
})

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390] as const) {
    test(`is accessible and fits: ${width} px, ${theme}`, async ({ page }, info) => {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await page.goto('/supply')
      await awake(page)
      for (const summary of await page.locator('#models details.more summary').all()) await summary.click()
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
      // Labels of the charts: none on another, none out of its card.
      const collisions = await page.locator('.card').evaluateAll((cards) =>
        cards.flatMap((card) => {
          const frame = card.getBoundingClientRect()
          const boxes = [...card.querySelectorAll('figure.chart text')]
            .map((one) => ({ text: one.textContent, box: one.getBoundingClientRect() }))
            .filter(({ box }) => box.width > 0)
          return boxes.flatMap(({ text, box }, i) => [
            ...(box.left < frame.left - 1 || box.right > frame.right + 1 ? [`${text} leaves its card`] : []),
            ...boxes
              .slice(i + 1)
              .filter(
                (other) =>
                  box.left < other.box.right - 1 &&
                  other.box.left < box.right - 1 &&
                  box.top < other.box.bottom - 2 &&
                  other.box.top < box.bottom - 2
              )
              .map((other) => `${text} on ${other.text}`)
          ])
        })
      )
      expect(collisions).toEqual([])
      if (width === 390) {
        const small = await page
          .locator('button:visible, select:visible, summary:visible, nav a:visible')
          .evaluateAll((all) =>
            all.filter((one) => one.getBoundingClientRect().height < 40).map((one) => one.outerHTML.slice(0, 120))
          )
        expect(small).toEqual([])
      }
      await page.screenshot({ path: info.outputPath(`supply-${width}-${theme}.png`), fullPage: true })
    })
  }
}
