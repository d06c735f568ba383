/** The overview in dollars: a market with list prices beside it. */
import AxeBuilder from '@axe-core/playwright'
import { expect } from '@playwright/test'
import { awake, picker, settled, test } from './page.ts'

test('the headline and a figure are in dollars, against a cloud, and lead to the chart', async ({ page }) => {
  await page.goto('/')
  await awake(page)
  const headline = page.getByRole('heading', { level: 1 })
  await expect(headline).toContainText(
    /^An? \S.*\son Akash rented for \$\d+\.\d\d an hour\s+in the week of \d+\s\w+\s\d{4}, \d+\s% (below|above) \S+( on demand| when its list price was last seen);/
  )
  const price = (await headline.getByRole('link', { name: '$' }).textContent()) ?? ''
  await expect(page.locator('#clouds text', { hasText: `Akash ${price}` }).first()).toBeVisible()
  await expect(page.locator('dl dd .value', { hasText: price })).toHaveCount(1)
  await expect(page.locator('#clouds .source')).toContainText('beside observed list prices')
  await expect(page.locator('#clouds .source')).toContainText(/list prices: \d+\sclouds, last seen \d+\s\w+\s\d{4}/)
  await headline.getByRole('link', { name: '$' }).click()
  await expect(page).toHaveURL(/\/prices\?gpu=nvidia\/\w+~\d+~\w+$/)
  await expect(page.getByRole('heading', { level: 1 })).toContainText(price)
})

test('a model changes the kind of the chart, and the way to its prices goes along', async ({ page }) => {
  await page.goto('/')
  await awake(page)
  await picker(page).selectOption('nvidia/h100')
  await settled(page)
  await expect(page.locator('#clouds h2')).toContainText('H100')
  await page.locator('#clouds').getByRole('link', { name: 'Other GPUs' }).click()
  await expect(page).toHaveURL('/prices?gpu=nvidia/h100~80~sxm')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('H100')
})

test('a model that no cloud offers has no discount, and none of 0', async ({ page }) => {
  await page.goto('/?model=nvidia/rtx3060ti')
  await awake(page)
  await settled(page)
  await expect(page.locator('#clouds .source')).toContainText('list prices: none of this GPU')
  await expect(page.getByRole('heading', { level: 1 })).not.toContainText(/below|above/)
  await expect(page.locator('dl')).toContainText('no list price to compare')
})

test('one lease is held against clouds, by keyboard, and its address brings it back', async ({ page }) => {
  await page.goto('/prices?gpu=nvidia/h100~80~sxm&leases=1')
  await awake(page)
  const leases = page.locator('#leases')
  await expect(leases.locator('circle').first()).toBeVisible({ timeout: 20_000 })
  await leases.getByRole('slider').focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/&leases=1&lease=akash1[a-z0-9]+\/\d+\/\d+\/\d+\/akash1[a-z0-9]+$/)
  const one = page.getByRole('region', { name: 'One lease beside clouds' })
  await expect(one.getByRole('heading')).toHaveText(/^\d\sH100\s80\sGB\sSXM at \$\d+\.\d\d a GPU-hour, to \d+\s\w+\s\d{4}$/)
  expect(await one.getByRole('row').count()).toBeGreaterThan(2)
  // The gap of each offer is that of the lease's own price.
  const price = Number(/\$(\d+\.\d\d)/.exec((await one.getByRole('heading').textContent()) ?? '')?.[1])
  for (const row of await one.locator('.row:not(.head *)').all()) {
    const list = Number(((await row.locator('.price').textContent()) ?? '').replace('$', ''))
    const [, share, side] = /([\d.]+)\s% (below|above)/.exec((await row.locator('.gap').textContent()) ?? '') ?? []
    if (share !== undefined) expect((side === 'below' ? 1 : -1) * Number(share)).toBeCloseTo(100 * (1 - price / list), -0.5)
  }
  await page.reload()
  await expect(one).toBeVisible({ timeout: 20_000 })
  expect((await new AxeBuilder({ page }).include('#leases').analyze()).violations.map(({ id }) => id)).toEqual([])
  await one.getByRole('button', { name: 'Close' }).click()
  await expect(one).toHaveCount(0)
  await expect(page).toHaveURL('/prices?gpu=nvidia/h100~80~sxm&leases=1')
})

for (const width of [1440, 390]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`accessible and no wider than the screen: ${width} px, ${colorScheme}`, async ({ page }) => {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme })
      await page.goto('/')
      await awake(page)
      expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    })
  }
}
