/** The prices page over a simulated market beside observed list prices. What it must say is read from its own table twins, not fixed here. */
import AxeBuilder from '@axe-core/playwright'
import { expect, type Locator, type Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { awake, picker, test } from './page.ts'

const CARDS = ['prices', 'discounts', 'job', 'offers', 'leases', 'other'] as const

/** Waits until no query runs. */
async function settled(page: Page): Promise<void> {
  for (const id of CARDS) await expect(page.locator(`#${id}`)).toHaveAttribute('aria-busy', 'false', { timeout: 20_000 })
}

async function open(page: Page, path = '/prices'): Promise<void> {
  await page.goto(path)
  await awake(page)
  await settled(page)
}

/** Head and rows of a card's table twin. */
async function twin(card: Locator): Promise<{ readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }> {
  const table = card.locator('footer table')
  if (!(await table.isVisible())) await card.locator('footer summary', { hasText: /^Table$/ }).click()
  await expect(table).toBeVisible()
  const more = card.getByRole('button', { name: 'Show all' })
  if (await more.isVisible()) await more.click()
  return {
    head: await card.locator('footer thead th').allTextContents(),
    rows: await card
      .locator('footer tbody tr')
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent.trim())))
  }
}

const pathOf = (page: Page, card: string, mark: string) =>
  page.locator(`#${card} .mark-${mark}.solid path.line`).getAttribute('d')
const toggle = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** The kind of the picker with a price at AWS, and its option. */
async function valueOf(page: Page, name: string): Promise<string> {
  const option = picker(page).locator('option', { hasText: name }).first()
  return (await option.getAttribute('value')) ?? ''
}

test('opens with its charts before any script, and with JavaScript off', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL === undefined ? {} : { baseURL }) })
  const page = await context.newPage()
  await page.goto('/prices')
  await expect(page.getByRole('heading', { level: 1 })).toContainText(
    /^An? .+ on Akash rented for\s\$[\d.]+ an hour\s+(in the week of|on) \d+\s\w+\s\d{4}/
  )
  expect(await page.locator('#prices .plot svg path').count()).toBeGreaterThan(4)
  expect(await page.locator('#prices .ends text.name').count()).toBeGreaterThan(3)
  expect(await page.locator('#discounts .plot svg path').count()).toBeGreaterThan(2)
  expect(await page.locator('#offers .row').count()).toBeGreaterThan(3)
  expect(await page.locator('#job li').count()).toBeGreaterThan(3)
  expect(await page.locator('#other li').count()).toBeGreaterThan(0)
  expect(await (await page.request.get('/prices')).text()).toContain('Filters need JavaScript.')
  // Reasons open without JavaScript, too.
  await page.locator('#offers summary', { hasText: 'not comparable, and why' }).click()
  await expect(page.getByRole('table', { name: 'Offers that cannot be compared' })).toBeVisible()
  await context.close()
})

test('headline and figures agree with the table twins; no price of a cloud is used when it was not in force', async ({
  page
}) => {
  await open(page)
  const prices = await twin(page.locator('#prices'))
  const column = (name: string) => prices.head.findIndex((head) => head.startsWith(name))
  const last = prices.rows.filter((row) => row[column('median')] !== '–').at(-1) ?? []
  const value = Number(last[column('median')])
  await expect(page.locator('dl .value').first()).toHaveText(`$${value.toFixed(2)}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`$${value.toFixed(2)} an hour`)

  const lead = (await page.locator('dl dt').nth(1).textContent())?.replace('Against ', '') ?? ''
  const both = prices.rows.filter((row) => row[column(lead)] !== '–' && row[column('median')] !== '–').at(-1) ?? []
  const discount = 1 - Number(both[column('median')]) / Number(both[column(lead)])
  await expect(page.locator('dl .value').nth(1)).toHaveText(`${Math.round(Math.abs(discount) * 100)}\u00a0%`)
  const day = new Date(both[0] ?? '').toLocaleDateString('en-GB', {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'short',
    year: 'numeric'
  })
  await expect(page.locator('dl .note', { hasText: day.replaceAll(' ', '\u00a0') }).first()).toBeVisible()
  if (both[0] !== last[0]) await expect(page.getByRole('heading', { level: 1 })).toContainText('the last with both prices')

  for (const id of ['prices', 'discounts', 'job', 'offers']) {
    await expect(page.locator(`#${id} .source`)).toContainText('Simulated market')
    await expect(page.locator(`#${id} .source`)).toContainText('beside observed list prices')
    await expect(page.locator(`#${id} .source`)).toContainText(/list prices: \d+\sclouds, last seen \d+\s\w+\s\d{4}/)
    await expect(page.locator(`#${id} .source`)).toContainText(/as of block [\d,]+/)
    await expect(page.locator(`#${id} .source`)).toContainText(/n = [\d,]+\s/)
  }
})

test('another kind of GPU, by keyboard: address, rows and headline change, back restores', async ({ page }) => {
  await open(page)
  const [first, title] = [await pathOf(page, 'prices', 'network'), await page.getByRole('heading', { level: 1 }).textContent()]
  const offers = await page.locator('#offers .row').count()
  const other = await valueOf(page, 'RTX 4090')
  expect(other).toMatch(/^nvidia\/rtx4090~/)
  await picker(page).focus()
  await picker(page).selectOption(other)
  await expect(page).toHaveURL(`/prices?gpu=${other}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('RTX 4090', { timeout: 20_000 })
  await settled(page)
  expect(await pathOf(page, 'prices', 'network')).not.toBe(first)
  expect(await page.locator('#offers .row').count()).not.toBe(offers)
  await expect(picker(page)).toBeFocused()
  await page.goBack()
  await expect(page).toHaveURL('/prices')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title ?? '')
  expect(await pathOf(page, 'prices', 'network')).toBe(first)
})

test('a GPU that no cloud offers has no gap: none, not 0', async ({ page }) => {
  await open(page)
  for (const kind of await picker(page)
    .locator('option')
    .evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value))) {
    if (!/p40|gtx|m4000|rtx3060/.test(kind)) continue
    await open(page, `/prices?gpu=${kind}`)
    await expect(page.locator('#offers h2')).toContainText(/^(No cloud in these price lists offers|None of)/)
    await expect(page.locator('dl .value').nth(1)).toHaveText('–')
    await expect(page.locator('#discounts .empty')).toContainText('none, not a discount of 0')
    await expect(page.locator('#job li')).toHaveCount(2)
    await expect(page.locator('#job')).not.toContainText('$0.00 at')
    return
  }
  throw new Error('every kind of this market is offered by a cloud')
})

test('clouds are chosen by box, drawn at once without asking the lake, and kept in the address', async ({ page }) => {
  const requests: string[] = []
  page.on('request', (request) => requests.push(new URL(request.url()).pathname))
  await open(page)
  const labels = page.locator('#prices .ends text.name')
  const before = await labels.count()
  await page.locator('summary', { hasText: 'Clouds' }).click()
  const boxes = page.getByRole('group', { name: 'Clouds shown' }).getByRole('checkbox')
  const [checked, all] = [
    await boxes.evaluateAll((many) => many.filter((one) => (one as HTMLInputElement).checked).length),
    await boxes.count()
  ]
  expect(before).toBe(checked + 1)
  await boxes.first().uncheck()
  await expect(page).toHaveURL(/\/prices\?clouds=[a-z,]+$/)
  await expect(labels).toHaveCount(before - 1)
  await expect(page.locator('#prices path.mark-aws, #prices .ends .mark-aws')).toHaveCount(0)
  if (all > checked) {
    await boxes.nth(all - 1).check()
    await expect(labels).toHaveCount(before)
  }
  await page.keyboard.press('Escape')
  await expect(boxes.first()).toBeHidden()
  await page.goBack()
  await page.goBack()
  await expect(page).toHaveURL('/prices')
  await expect(labels).toHaveCount(before)
  expect(requests.filter((path) => path.endsWith('.parquet'))).toEqual([])

  await page.goto('/prices?clouds=none')
  await expect(labels).toHaveCount(1)
})

test('asks, log and index are switches in the address', async ({ page }) => {
  await open(page)
  const ticks = page.locator('#prices svg.y text')
  const linear = await ticks.allTextContents()
  await toggle(page, 'Log').click()
  await expect(page).toHaveURL('/prices?scale=log')
  await expect(toggle(page, 'Log')).toHaveAttribute('aria-pressed', 'true')
  expect(await ticks.allTextContents()).not.toEqual(linear)
  await toggle(page, 'Index to 100').click()
  await expect(page).toHaveURL('/prices?scale=log&index=100')
  await expect(page.locator('#prices .subtitle')).toContainText('first of each in the range = 100')
  await expect(page.locator('#prices .plot > svg')).toContainText(/100 = \d+ \w+ \d{4}/)
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Shift+Tab')
  await expect(toggle(page, 'Asks')).toBeFocused()
  await page.keyboard.press('Space')
  await expect(page).toHaveURL('/prices?asks=1&scale=log&index=100')
  await expect(page.locator('#prices .ends text.name', { hasText: 'Akash asks' })).toHaveCount(1, { timeout: 20_000 })
  const table = await twin(page.locator('#prices'))
  expect(table.head.filter((head) => head.startsWith('asks'))).toHaveLength(3)
  await page.goBack()
  await page.goBack()
  await page.goBack()
  await expect(page).toHaveURL('/prices')
  await settled(page)
  expect(await ticks.allTextContents()).toEqual(linear)
})

test('single leases are loaded on request only, read one by one, and n is of all', async ({ page }) => {
  const requests: string[] = []
  page.on('request', (request) => requests.push(new URL(request.url()).pathname))
  await open(page)
  const dots = page.locator('#leases .plot circle')
  await expect(dots).toHaveCount(0)
  await toggle(page, 'Show every lease').click()
  await expect(page).toHaveURL('/prices?leases=1')
  await expect(dots.first()).toBeVisible({ timeout: 20_000 })
  expect(requests.some((path) => path.includes('/realised_prices.'))).toBe(true)
  await settled(page)
  const n = Number(/n = ([\d,]+)/.exec((await page.locator('#leases .source').textContent()) ?? '')?.[1]?.replaceAll(',', ''))
  const table = await twin(page.locator('#leases'))
  expect(new Set(table.rows.map((row) => row[0])).size).toBe(n)
  expect(await dots.count()).toBe(table.rows.length)
  const slider = page.locator('#leases').getByRole('slider')
  await slider.focus()
  await page.keyboard.press('End')
  await expect(page.locator('#leases .readout')).toContainText(/^\$[\d.]+ · [\d,]+\sGPUs? · \d+\s\w+\s\d{4}/)
  await toggle(page, 'Hide the leases').click()
  await expect(page).toHaveURL('/prices')
  await expect(dots).toHaveCount(0)
})

test('my job: whole instances are paid, in the address, checked, by keyboard', async ({ page }) => {
  await open(page)
  const [gpus, hours] = [page.getByLabel('GPUs', { exact: true }), page.getByLabel('Hours', { exact: true })]
  await hours.fill('10')
  await hours.press('Enter')
  await expect(page).toHaveURL('/prices?hours=10')
  await gpus.fill('9')
  await gpus.press('Enter')
  await expect(page).toHaveURL('/prices?gpus=9&hours=10')
  await expect(page.locator('#job .subtitle')).toContainText('9\u00a0GPUs over 10\u00a0hours', { timeout: 20_000 })
  await settled(page)
  const table = await twin(page.locator('#job'))
  const offers = await twin(page.locator('#offers'))
  const at = (head: readonly string[], name: string) => head.findIndex((one) => one.startsWith(name))
  const clouds = table.rows.filter((row) => row[0] !== 'Akash')
  expect(clouds.length).toBeGreaterThan(2)
  for (const row of clouds) {
    const offer = offers.rows.find((one) => one[0] === row[0] && one[1] === row[1] && one[2] !== 'no')
    const size = Number(offer?.[at(offers.head, 'GPUs')])
    const instances = Number(row[at(table.head, 'instances')])
    expect(instances).toBe(Math.ceil(9 / size))
    const prices = offers.rows
      .filter((one) => one[0] === row[0] && one[1] === row[1] && one[2] !== 'no')
      .map((one) => Number(one[at(offers.head, 'USD')]) * size * instances * 10)
    expect(Number(row[at(table.head, 'USD')])).toBeCloseTo(Math.min(...prices), 6)
  }
  await gpus.fill('0')
  await gpus.press('Enter')
  await expect(page.locator('#job [role=alert]')).toHaveText('GPUs: a whole number from 1 to 10,000.')
  await expect(gpus).toHaveAttribute('aria-invalid', 'true')
  await expect(page).toHaveURL('/prices?gpus=9&hours=10')
  await page.goBack()
  await expect(page).toHaveURL('/prices?hours=10')
  await expect(page.locator('#job [role=alert]')).toHaveText('')
})

test('marked leases can be left out, and the page says so', async ({ page }) => {
  await open(page)
  await toggle(page, 'Leave out marked leases').click()
  await expect(page).toHaveURL('/prices?only=organic')
  await expect(page.locator('#prices .subtitle')).toContainText('marked leases left out', { timeout: 20_000 })
})

test('a range without leases says so and leads to one with them', async ({ page }) => {
  await open(page)
  const kind = await valueOf(page, 'B300')
  await open(page, `/prices?gpu=${kind}&to=2024-01-01`)
  await expect(page.locator('#prices h2')).toContainText('No B300')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('No B300')
  await expect(page.locator('dl .value').first()).toHaveText('–')
  await page
    .locator('#prices')
    .getByRole('button', { name: /^Show / })
    .click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/B300.* on Akash rented for/, { timeout: 20_000 })
  await settled(page)
  expect(await pathOf(page, 'prices', 'network')).toMatch(/^M/)
})

test('a failed query keeps the last good charts, says why, and can be tried again', async ({ page, expectedErrors }) => {
  expectedErrors.push(/503 \(Service Unavailable\)/)
  await page.route('**/marts/price_series.*', (route) => route.fulfill({ status: 503, body: 'away' }))
  await open(page)
  const before = await pathOf(page, 'prices', 'network')
  await picker(page).selectOption(await valueOf(page, 'RTX 4090'))
  await expect(page.getByRole('alert').filter({ hasText: 'could not be applied' })).toContainText('price_series', {
    timeout: 20_000
  })
  expect(await pathOf(page, 'prices', 'network')).toBe(before)
  await page.unroute('**/marts/price_series.*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('RTX 4090', { timeout: 20_000 })
  await expect(page.getByText('could not be applied')).toHaveCount(0)
})

test('both engines draw the same: the whole index asked for by its start equals the prerendered page', async ({ page }) => {
  await page.goto('/prices')
  const parts = [
    'h1',
    'dl',
    '#prices .plot path',
    '#prices .ends',
    '#discounts .plot path',
    '#offers .row',
    '#job ul',
    '#other ul'
  ]
  const read = () =>
    Promise.all(
      parts.map((part) =>
        page
          .locator(part)
          .evaluateAll((all) =>
            all.map((one) =>
              one.outerHTML.replaceAll(/<!--.*?-->|id="[^"]*"|url\([^)]*\)|\?from=[\d-]+/g, '').replaceAll(/\s+/g, ' ')
            )
          )
      )
    )
  const prerendered = await read()
  await page.goto('/prices?from=2020-01-01')
  await awake(page)
  await expect(page.locator('#prices')).toHaveAttribute('aria-busy', 'true')
  await settled(page)
  expect(await read()).toEqual(prerendered)
})

test('nothing moves: layout shift is 0 while the page loads and while a link with filters is answered', async ({ page }) => {
  await page.addInitScript(() => {
    const shifts: number[] = []
    Object.assign(globalThis, { shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value)
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await open(page)
  const kind = await valueOf(page, 'RTX 4090')
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 })
    for (const address of ['/prices', `/prices?gpu=${kind}&asks=1&scale=log`, '/prices?from=2026-08-10&only=organic']) {
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
  const kind = encodeURIComponent('<img src=x onerror=alert(1)>\u202e~1~sxm')
  await page.goto(`/prices?gpu=${kind}&clouds=${encodeURIComponent('constructor,<b>')}&gpus=-1&hours=1e9`)
  await expect(page.locator('#prices h2')).toContainText('<img src=x', { timeout: 20_000, ignoreCase: true })
  await settled(page)
  expect(await page.locator('img').count()).toBe(0)
  await expect(page.getByLabel('GPUs', { exact: true })).toHaveValue('1')
  await open(page, '/prices?clouds=constructor,zzz')
  await expect(page.locator('#prices')).toContainText('Nothing known in this range')
})

test('a download has the rows of the chart and says where it comes from', async ({ page }) => {
  await open(page)
  await page.locator('#prices').getByLabel('Data and links of this chart').click()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('#prices').getByRole('button', { name: 'Download CSV' }).click()
  ])
  expect(file.suggestedFilename()).toBe('rackrate-simulated-gpu-prices.csv')
  const lines = readFileSync(await file.path(), 'utf8')
    .trimEnd()
    .split('\r\n')
  const table = await twin(page.locator('#prices'))
  expect(lines).toHaveLength(table.rows.length + 1)
  expect(lines[0]).toContain('"median, USD per GPU-hour"')
  expect(lines.at(-1)?.split(',')[0]).toBe(table.rows.at(-1)?.[0])
})

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390] as const) {
    test(`is accessible and fits: ${width} px, ${theme}`, async ({ page }, info) => {
      // Some hundred rows and dots are looked at one by one.
      test.slow()
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await open(page, '/prices?leases=1&asks=1')
      await page.locator('#offers summary', { hasText: 'not comparable' }).click()
      for (const summary of await page.locator('#offers details.more summary').all()) await summary.click()
      await page.locator('summary', { hasText: 'Clouds' }).click()
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
          .locator('button:visible, select:visible, summary:visible, nav a:visible, input[type=number]:visible')
          .evaluateAll((all) =>
            all.filter((one) => one.getBoundingClientRect().height < 40).map((one) => one.outerHTML.slice(0, 120))
          )
        expect(small).toEqual([])
      }
      await page.screenshot({ path: info.outputPath(`prices-${width}-${theme}.png`), fullPage: true })
    })
  }
}
