/** The prices page over a lake of a minute: a recorded test chain, whose leases are priced in ACT, so in dollars, and lie after the last list prices. */
import AxeBuilder from '@axe-core/playwright'
import { expect } from '@playwright/test'
import { awake, picker, test } from './page.ts'

for (const width of [1440, 390]) {
  test(`one day of one lease is drawn, and compared with no list price of another time: ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 })
    await page.goto('/prices')
    await awake(page)
    await expect(page.getByRole('heading', { level: 1 })).toContainText(
      /rented for\s\$[\d.]+ an hour\s+on \d+\s\w+\s\d{4}; no\s+cloud’s\s+list price is known for the same time/
    )
    await expect(page.locator('#prices .source')).toContainText(
      /Recorded test chain .*invented market, beside observed list prices/
    )
    await expect(page.locator('#prices .source')).toContainText('list prices: none in this range, last seen')
    expect(await page.locator('#prices .mark-network.solid path.line').getAttribute('d')).toMatch(/^M[\d.]+,[\d.]+h/)
    await expect(page.locator('dl .value').nth(1)).toHaveText('–')
    await expect(page.locator('#discounts .empty')).toContainText('none, not a discount of 0')
    await expect(page.locator('dl .note').first()).toContainText('too few for a band')
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id }) => id)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    const [first, other] = [await picker(page).inputValue(), await picker(page).locator('option').nth(1).getAttribute('value')]
    await picker(page).selectOption(other)
    await expect(page).toHaveURL(`/prices?gpu=${other ?? ''}`)
    await expect(page.locator('#prices .source')).toContainText(/n = \d+\sleases? on/, { timeout: 20_000 })
    await page.goBack()
    await expect(picker(page)).toHaveValue(first)
  })
}
