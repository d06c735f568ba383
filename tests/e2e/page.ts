/** A page that is watched: every test fails on a request that leaves the site, an error in the console, or a broken policy. */
import { expect, test as base, type Locator, type Page } from '@playwright/test'

type Watched = {
  /** Console messages that a test expects, because it makes something fail. */
  readonly expectedErrors: RegExp[]
}

export const test = base.extend<Watched & { readonly watch: undefined }>({
  expectedErrors: async ({}, use) => {
    await use([])
  },
  watch: [
    async ({ page, baseURL, expectedErrors }, use) => {
      const faults: string[] = []
      page.on('request', (request) => {
        const url = new URL(request.url())
        if (url.origin !== baseURL && url.protocol !== 'blob:' && url.protocol !== 'data:') faults.push(`request to ${url.href}`)
      })
      page.on('pageerror', (error) => faults.push(`page error: ${error.message}`))
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning')
          faults.push(`console ${message.type()}: ${message.text()}`)
      })
      await use(undefined)
      expect(faults.filter((fault) => !expectedErrors.some((expected) => expected.test(fault)))).toEqual([])
    },
    { auto: true }
  ]
})

/** The model filter. */
export function picker(page: Page): Locator {
  return page.getByRole('combobox', { name: 'Model' })
}

/** Waits until no query runs. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('#gpus')).toHaveAttribute('aria-busy', 'false', { timeout: 20_000 })
}

/** Waits until the page can be used: the filters are enabled once it has woken up. */
export async function awake(page: Page): Promise<void> {
  await expect(picker(page)).toBeEnabled()
}
