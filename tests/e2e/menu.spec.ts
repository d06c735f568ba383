/** The menu of every chart card: what it gives away as files is the chart that is seen, and says where it comes from. */
import AxeBuilder from '@axe-core/playwright'
import { expect, type Locator, type Page } from '@playwright/test'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { readFileSync } from 'node:fs'
import { awake, test } from './page.ts'

const MENU = 'Data and links of this chart'
/** The page of each site with the most kinds of charts, others with charts of their own, and how their sources begin. */
const PAGES: {
  readonly [project: string]: { readonly path: string; readonly others: readonly string[]; readonly origin: string }
} = {
  recorded: { path: '/', others: [], origin: 'Recorded test chain' },
  simulated: { path: '/supply', others: ['/', '/prices'], origin: 'Simulated market' }
}
function pageOf(project: string): (typeof PAGES)[string] {
  const found = PAGES[project]
  if (!found) throw new Error(`no page for the project ${project}`)
  return found
}

async function open(page: Page, path: string): Promise<readonly Locator[]> {
  await page.goto(path)
  await awake(page)
  const cards = await page.locator('.card').all()
  expect(cards.length).toBeGreaterThan(3)
  return cards
}

async function download(card: Locator, entry: string): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const page = card.page()
  await card.getByLabel(MENU).click()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    card.getByRole('button', { name: `Download ${entry}`, exact: true }).click()
  ])
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) }
}

/** Words that a reader sees in the chart, without those of controls and of texts that are cut. */
function wordsSeen(card: Locator): Promise<readonly string[]> {
  return card.locator('> .body').evaluate((body) => {
    const words: string[] = []
    const texts = document.createTreeWalker(body, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
      const { parentElement: parent, data } = texts.currentNode as Text
      const range = document.createRange()
      range.selectNodeContents(texts.currentNode)
      const { width, height } = range.getBoundingClientRect()
      if (!parent || width === 0 || height === 0) continue
      if (parent.closest('select, label, button.control, title, noscript, [data-page-only]')) continue
      if (parent.closest('details:not([open]) > :not(summary)')) continue
      // Chromium calls a text visible whose group is not displayed, and gives it a place.
      let cut = false
      for (let around: Element | null = parent; around && around !== body; around = around.parentElement) {
        const { display, overflowX, textOverflow } = getComputedStyle(around)
        cut ||=
          display === 'none' ||
          (overflowX === 'hidden' && around.clientWidth < 2) ||
          (textOverflow === 'ellipsis' && around.scrollWidth > around.clientWidth)
      }
      if (!cut) words.push(...data.split(/\s+/).filter((word) => word !== ''))
    }
    return words
  })
}

/** Circles and paths that are drawn, and those of a file. */
async function marks(card: Locator): Promise<{ readonly circles: number; readonly paths: number }> {
  const count = (tag: string) =>
    card
      .locator(`> .body ${tag}`)
      .evaluateAll(
        (all) =>
          all.filter((one) => one.checkVisibility() && getComputedStyle(one).display !== 'none' && !one.closest('pattern')).length
      )
  return { circles: await count('circle'), paths: await count('path') }
}

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390] as const) {
    test(`every chart can be had as SVG and PNG: ${width} px, ${theme}`, async ({ page, browser }, info) => {
      test.slow()
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      const { path: first, others, origin } = pageOf(info.project.name)
      // Files are read elsewhere, as by whoever gets them: the page's own policy says nothing of them.
      const elsewhere = await browser.newPage()
      const check = async (path: string, card: Locator): Promise<void> => {
        const id = (await card.getAttribute('id')) ?? ''
        const svg = await download(card, 'SVG')
        expect(svg.name).toMatch(new RegExp(`^rackrate-${info.project.name}-[a-z-]+\\.svg$`))
        const text = svg.bytes.toString('utf8')
        expect(text).not.toMatch(
          /var\(|NaN|undefined|foreignObject|<image|<script|https?:\/\/(?!127\.0\.0\.1|www\.w3\.org\/2000\/svg)/
        )
        const file = await elsewhere.evaluate((source) => {
          const { documentElement: root } = new DOMParser().parseFromString(source, 'image/svg+xml')
          const texts = [...root.querySelectorAll('text')].map((one) => one.textContent)
          const count = (tag: string) => root.querySelectorAll(`:not(pattern) > ${tag}`).length
          return {
            root: root.localName,
            size: [Number(root.getAttribute('width')), Number(root.getAttribute('height'))] as const,
            ground: root.querySelector(':scope > rect')?.getAttribute('fill') ?? '',
            title: root.querySelector('title')?.textContent,
            texts,
            marks: { circles: count('circle'), paths: count('path') }
          }
        }, text)
        expect(file.root).toBe('svg')
        expect(file.title).toBe(await card.locator('h2').textContent())
        expect(file.ground).toBe(theme === 'light' ? '#ffffff' : '#1a1b21')
        // Without spaces: a word may break at a dash, and stand in two lines.
        const all = file.texts.join('').replace(/\s+/g, '')
        expect(file.texts.join(' ')).toContain(`${origin} `)
        expect(file.texts.join('').replaceAll(' ', '')).toContain(`${new URL(page.url()).host}${path}#${id}`)
        const seen = [...(await wordsSeen(card)), ...((await card.locator('header').innerText()).match(/\S+/g) ?? [])]
        expect(
          seen.filter((word) => !all.includes(word)),
          `${id}: words that are seen, and not in the file`
        ).toEqual([])
        expect(file.marks, id).toEqual(await marks(card))

        const png = await download(card, 'PNG')
        expect(png.name).toBe(svg.name.replace(/svg$/, 'png'))
        // Width and height stand in the first chunk of a PNG. It brings Inter along, where the page may stand in a font of the system: a line of
        // the title or the source may break elsewhere.
        expect(png.bytes.readUInt32BE(16), id).toBe(file.size[0] * 2)
        expect(Math.abs(png.bytes.readUInt32BE(20) - file.size[1] * 2), `${id}: height of the PNG`).toBeLessThanOrEqual(80)
        const colours = await elsewhere.evaluate(async (base64) => {
          const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
          const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
          const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
          pen?.drawImage(bitmap, 0, 0)
          const pixels = new Uint32Array(pen?.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer ?? new ArrayBuffer())
          return new Set(pixels).size
        }, png.bytes.toString('base64'))
        expect(colours, `${id}: colours of the PNG`).toBeGreaterThan(16)
      }
      const paths = (width === 1440) === (theme === 'light') ? [first, ...others] : [first]
      for (const path of paths) for (const card of await open(page, path)) await check(path, card)
      await elsewhere.close()
    })
  }
}

test('every table can be had as Parquet: the rows of the CSV, with SQL, source and address', async ({ page }, info) => {
  const { path, others, origin } = pageOf(info.project.name)
  const asked: string[] = []
  const check = async (card: Locator): Promise<void> => {
    const csv = (await download(card, 'CSV')).bytes.toString('utf8')
    const { name, bytes } = await download(card, 'Parquet')
    asked.push(name)
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
    const rows = await parquetReadObjects({ file })
    const { key_value_metadata, schema } = parquetMetadata(file)
    expect(csv.trimEnd().split('\r\n')).toHaveLength(rows.length + 1)
    expect(csv.split('\r\n')[0]?.replaceAll('"', '')).toBe(
      schema
        .slice(1)
        .map((column) => column.name)
        .join(',')
    )
    const about = Object.fromEntries((key_value_metadata ?? []).map(({ key, value }) => [key, value ?? '']))
    expect(about['title']).toBe(await card.locator('h2').textContent())
    expect(about['source']).toMatch(new RegExp(`^${origin} `))
    expect(about['address']).toBe(`${page.url()}#${(await card.getAttribute('id')) ?? ''}`)
    expect(about['sql']).toBe(await card.locator('pre').textContent())
  }
  for (const one of [path, ...others]) {
    asked.length = 0
    for (const card of await open(page, one)) await check(card)
    expect(new Set(asked).size, one).toBe(asked.length)
    expect(asked.every((name) => name.endsWith('.parquet') && name.includes(info.project.name))).toBe(true)
  }
})

test('the menu works by keyboard, and gives the focus back', async ({ page }, info) => {
  const [card] = await open(page, pageOf(info.project.name).path)
  if (!card) throw new Error('no card')
  const summary = card.getByLabel(MENU)
  await summary.focus()
  await page.keyboard.press('Enter')
  const entry = (name: string) => card.getByRole('button', { name, exact: true })
  await page.keyboard.press('ArrowDown')
  await expect(entry('Table')).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(entry('Download CSV')).toBeFocused()
  await page.keyboard.press('End')
  await expect(entry('Copy link')).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(entry('Table')).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(entry('Copy link')).toBeFocused()
  await page.keyboard.press('Home')
  await page.keyboard.press('Tab')
  await expect(entry('Download CSV')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(entry('Table')).toBeHidden()
  await expect(summary).toBeFocused()
  await page.keyboard.press('Enter')
  for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowDown')
  const [file] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
  expect(file.suggestedFilename()).toMatch(/\.svg$/)
  await expect(summary).toBeFocused()
  await summary.click()
  await page.locator('h1').click()
  await expect(entry('Table')).toBeHidden()
})

test('on a phone every entry is large enough, and the open menu fits and is accessible', async ({ page }, info) => {
  await page.setViewportSize({ width: 390, height: 900 })
  for (const card of await open(page, pageOf(info.project.name).path)) {
    await card.getByLabel(MENU).click()
    const boxes = await card
      .locator('.menu button, .menu summary')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON() as DOMRect))
    expect(boxes).toHaveLength(9)
    for (const { left, right, height } of boxes) {
      expect(height).toBeGreaterThanOrEqual(40)
      expect(left).toBeGreaterThanOrEqual(0)
      expect(right).toBeLessThanOrEqual(390)
    }
    const { violations } = await new AxeBuilder({ page }).include(`#${(await card.getAttribute('id')) ?? ''} .menu`).analyze()
    expect(violations.map(({ id }) => id)).toEqual([])
    await page.keyboard.press('Escape')
  }
})

test('a file that cannot be made is told in words, and the next that can clears them', async ({ page, expectedErrors }, info) => {
  expectedErrors.push(/503 \(Service Unavailable\)/)
  const [card] = await open(page, pageOf(info.project.name).path)
  if (!card) throw new Error('no card')
  await page.route('**/_app/immutable/chunks/**', (route) => route.fulfill({ status: 503, body: 'away' }))
  await card.getByLabel(MENU).click()
  await card.getByRole('button', { name: 'Download Parquet' }).click()
  await expect(card.getByRole('alert')).toContainText('No Parquet of this chart: ')
  await page.unroute('**/_app/immutable/chunks/**')
  await download(card, 'CSV')
  await expect(card.getByRole('alert')).toHaveCount(0)

  await page.evaluate(() => {
    HTMLCanvasElement.prototype.toBlob = (done) => {
      done(null)
    }
  })
  await card.getByLabel(MENU).click()
  await card.getByRole('button', { name: 'Download PNG' }).click()
  await expect(card.getByRole('alert')).toHaveText('No PNG of this chart: the browser could not write it')
  await card.locator('.body').evaluate((body) => {
    body.append(document.createElement('canvas'))
  })
  await card.getByLabel(MENU).click()
  await card.getByRole('button', { name: 'Download SVG' }).click()
  await expect(card.getByRole('alert')).toHaveText('No SVG of this chart: it has a <canvas>')
})
