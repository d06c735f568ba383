/** A chart card as a picture: title, measure, the chart as it is seen, source and address. Loaded when it is asked for. */
import interUrl from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url'
import { marksOf } from './export-marks.ts'
import { svgText, wrapped, type Mark, type Picture } from './export-svg.ts'
import { fontOf, inkOf, ruler } from './export-text.ts'

/** What stands above and below a chart. */
export type Words = {
  readonly title: string
  readonly measure: string
  readonly source: string
  readonly address: string
}

/** Pixels of a PNG for each of the page. */
const SCALE = 2
/** Most pixels of a canvas that every browser draws: WebKit's limit on phones, 4096 × 4096. Beyond it a canvas stays blank, without an error. */
const MOST_PIXELS = 16_777_216
const GAP = 16

/**
 * The card in the colours and at the width of the page.
 * @throws Error naming what a picture can't have
 */
export function pictureOf(card: HTMLElement, chart: HTMLElement, words: Words): Picture {
  const by = ruler()
  const part = (selector: string) => {
    const element = card.querySelector(selector)
    if (!element) throw new Error(`it has no ${selector}`)
    return getComputedStyle(element)
  }
  const [heading, measure, source] = [part('h2'), part('.subtitle'), part('.source')]
  const style = getComputedStyle(card)
  const family = style.fontFamily
  const room = chart.getBoundingClientRect()
  const edge = parseFloat(style.paddingLeft)
  const width = Math.ceil(room.width + 2 * edge)
  const marks: Mark[] = []
  let y = edge

  const write = (text: string, of: CSSStyleDeclaration, leading: number) => {
    const [size, font] = [parseFloat(of.fontSize), fontOf(of)]
    for (const line of wrapped(text, room.width, (one) => by.width(one, font))) {
      const wide = by.width(line, font)
      marks.push({
        tag: 'text',
        text: line,
        box: { x: edge, y, width: wide, height: size * leading },
        attributes: {
          ...{ x: edge, y: y + size * ((leading - 1) / 2 + by.ascent(font)), textLength: wide, lengthAdjust: 'spacingAndGlyphs' },
          ...{ 'font-size': size, 'font-weight': of.fontWeight === '400' ? undefined : of.fontWeight },
          ...{ 'font-family': of.fontFamily === family ? undefined : of.fontFamily, ...inkOf(of.color) }
        }
      })
      y += size * leading
    }
  }
  write(words.title, heading, 1.25)
  y += 2
  write(words.measure, measure, 1.5)
  y = Math.round(y + GAP)

  // Whole pixels stay whole: thin lines stay sharp.
  const shift = { x: Math.round(edge - room.x), y: Math.round(y - room.y) }
  const drawn = marksOf(chart, shift, family, by)
  marks.push(...drawn.marks)
  y = Math.ceil(Math.max(y, ...drawn.marks.map(({ box }) => (box ? box.y + box.height : 0))) + GAP)

  const rule = { x: edge, y, width: room.width, height: 1 }
  marks.push({ tag: 'rect', attributes: { ...rule, ...inkOf(style.borderTopColor) }, box: rule })
  y += GAP / 2
  write(words.source, source, 1.5)
  write(words.address, source, 1.5)

  return {
    width,
    height: Math.ceil(y + GAP),
    background: String(inkOf(style.backgroundColor)['fill']),
    family,
    features: style.fontFeatureSettings,
    title: words.title,
    description: `${words.measure}. ${words.source}. ${words.address}`,
    patterns: drawn.patterns,
    marks
  }
}

/**
 * The picture in pixels, twice as many as the page has in each direction.
 * @throws Error when it is larger than browsers draw, its font can't be had (a retry helps), or the browser can't draw it
 */
export async function toPng(picture: Picture): Promise<Blob> {
  const [width, height] = [picture.width * SCALE, picture.height * SCALE]
  if (width * height > MOST_PIXELS)
    throw new Error(`it would have ${width} × ${height} pixels, more than every browser draws. The SVG has no such limit.`)
  // A picture within a page sees none of the page's fonts.
  const face = `@font-face{font-family:'Inter Variable';font-weight:100 900;src:url(${await fontData()}) format('woff2')}`
  const url = URL.createObjectURL(new Blob([svgText(picture, face)], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode().catch((cause: unknown) => {
      throw new Error('the browser could not draw it', { cause })
    })
    const canvas = document.createElement('canvas')
    canvas.width = width
    canvas.height = height
    const pen = canvas.getContext('2d')
    if (!pen) throw new Error('the browser gives no canvas')
    pen.drawImage(image, 0, 0, width, height)
    return await new Promise((done, fail) =>
      canvas.toBlob((blob) => {
        if (blob) done(blob)
        else fail(new Error('the browser could not write it'))
      }, 'image/png')
    )
  } finally {
    URL.revokeObjectURL(url)
  }
}

async function fontData(): Promise<string> {
  const answer = await fetch(interUrl).catch((cause: unknown) => {
    throw new Error('its font could not be loaded; try again', { cause })
  })
  if (!answer.ok) throw new Error(`its font could not be loaded (status ${answer.status}); try again`)
  const bytes = new Uint8Array(await answer.arrayBuffer())
  return `data:font/woff2;base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`
}
