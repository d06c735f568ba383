/** Texts of a page as they are set: one mark a line, at its place, as wide as it is seen. */
import { paintOf, type Sheet } from './export-paint.ts'
import { colourOf, type Box, type Mark } from './export-svg.ts'

/** Measures texts in a font, which is given as CSS writes it in one line. */
export type Ruler = { readonly width: (text: string, font: string) => number; readonly ascent: (font: string) => number }

/** @throws Error where the browser refuses a canvas */
export function ruler(): Ruler {
  const pen = document.createElement('canvas').getContext('2d')
  if (!pen) throw new Error('the browser gives no canvas to measure texts on')
  const measured = (text: string, font: string) => {
    pen.font = font
    return pen.measureText(text)
  }
  return {
    width: (text, font) => measured(text, font).width,
    /** Share of a line's height that is above its baseline. */
    ascent: (font) => {
      const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = measured('x', font)
      return up / (up + down)
    }
  }
}

/** Font of a computed style in one line. */
export function fontOf({ fontStyle, fontWeight, fontSize, fontFamily }: CSSStyleDeclaration): string {
  return `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`
}

type Line = {
  readonly text: string
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}
type Setting = {
  readonly opacity: number
  /** Of the window: a text that is longer ends in an ellipsis there; null where texts are not cut. */
  readonly cut: Box | null
  /** Font family of the whole picture. */
  readonly family: string
  readonly sheet: Sheet
  readonly ruler: Ruler
}

/** A text node of HTML or SVG. */
export function textMarks(node: Text, { opacity, cut, family, sheet, ruler: by }: Setting): readonly Mark[] {
  const parent = node.parentElement
  if (!parent) return []
  const style = getComputedStyle(parent)
  if (style.visibility !== 'visible' || style.display === 'none') return []
  const font = fontOf(style)
  const rtl = style.direction === 'rtl'
  const svg = parent.closest<SVGTextElement>('text')
  const matrix = svg?.getScreenCTM()
  if (matrix && (Math.abs(matrix.b) > 1e-6 || Math.abs(matrix.c) > 1e-6)) throw new Error('a text is turned')
  const scale = matrix?.d ?? 1
  const side = svg ? sideOfAnchor(svg, style, rtl) : sideOf(style, rtl)
  const paint = svg
    ? paintOf(style, scale, opacity, () => {
        throw new Error('a text is filled with a pattern')
      })
    : inkOf(style.color, opacity)
  return linesOf(node)
    .flatMap((line) => (cut ? shortened(line, cut, rtl, (text) => by.width(text, font)) : [line]))
    .map((line) => {
      const text = style.textTransform === 'uppercase' ? line.text.toUpperCase() : line.text
      const [left, right] = [line.left + sheet.shift.x, line.right + sheet.shift.x]
      const top = line.top + sheet.shift.y
      const height = line.bottom - line.top
      return {
        tag: 'text',
        text,
        attributes: {
          x: side === 'left' ? left : side === 'right' ? right : (left + right) / 2,
          y: top + height * by.ascent(font),
          'text-anchor': side === 'middle' ? 'middle' : (side === 'right') !== rtl ? 'end' : undefined,
          // The same width in whatever font a program has.
          ...(text.length > 1 ? { textLength: right - left, lengthAdjust: 'spacingAndGlyphs' } : {}),
          'font-size': parseFloat(style.fontSize) * scale,
          'font-weight': style.fontWeight === '400' ? undefined : style.fontWeight,
          'font-style': style.fontStyle === 'normal' ? undefined : style.fontStyle,
          'font-family': style.fontFamily === family ? undefined : style.fontFamily,
          direction: rtl ? 'rtl' : undefined,
          style: style.fontVariantNumeric === 'normal' ? undefined : `font-variant-numeric:${style.fontVariantNumeric}`,
          ...paint
        },
        box: { x: left, y: top, width: right - left, height }
      }
    })
}

/** A colour as fill. */
export function inkOf(colour: string, opacity = 1): { readonly [name: string]: string | number } {
  const { hex, opacity: alpha } = colourOf(colour)
  return { fill: hex, ...(alpha < 1 ? { 'fill-opacity': alpha } : {}), ...(opacity < 1 ? { opacity } : {}) }
}

/** The side that stays where a text becomes wider or narrower in another font. */
type Side = 'left' | 'middle' | 'right'

function sideOf({ textAlign }: CSSStyleDeclaration, rtl: boolean): Side {
  if (textAlign === 'center') return 'middle'
  if (textAlign === 'left' || textAlign === 'right') return textAlign
  return (textAlign === 'end') === rtl ? 'left' : 'right'
}
function sideOfAnchor(text: SVGTextElement, { textAnchor }: CSSStyleDeclaration, rtl: boolean): Side {
  // Parts of a text of several move together: each is placed by itself.
  if (text.childElementCount > 0) return 'left'
  return textAnchor === 'middle' ? 'middle' : (textAnchor === 'end') === rtl ? 'left' : 'right'
}

const SPACE = ' \t\r\n\f'

/** What is seen of a text node, line by line, in pixels of the window. */
function linesOf(node: Text): readonly Line[] {
  const { data } = node
  let [first, last] = [0, data.length]
  while (first < last && SPACE.includes(data.charAt(first))) first++
  while (last > first && SPACE.includes(data.charAt(last - 1))) last--
  const rects = rectsOf(node, first, last)
  const [head] = rects
  if (!head) return []
  const collapsed = (text: string) => text.replaceAll(/[ \t\r\n\f]+/g, ' ').replaceAll(/^ | $/g, '')
  if (rects.every((rect) => sameLine(rect, head))) return [union(collapsed(data.slice(first, last)), rects)]
  const lines: { text: string; rects: DOMRect[] }[] = []
  for (const { segment, index } of graphemes(data.slice(first, last))) {
    const [rect] = rectsOf(node, first + index, first + index + segment.length)
    const line = lines.at(-1)
    const [start] = line?.rects ?? []
    if (rect && !(line && start && sameLine(rect, start))) lines.push({ text: segment, rects: [rect] })
    else if (line) {
      line.text += segment
      if (rect) line.rects.push(rect)
    }
  }
  return lines.map((line) => union(collapsed(line.text), line.rects)).filter(({ text }) => text !== '')
}

const graphemes = (text: string) => new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)

function rectsOf(node: Text, start: number, end: number): readonly DOMRect[] {
  const range = document.createRange()
  range.setStart(node, start)
  range.setEnd(node, end)
  return [...range.getClientRects()].filter(({ width, height }) => width > 0 && height > 0)
}

function sameLine(one: DOMRect, other: DOMRect): boolean {
  return Math.abs(one.top - other.top) < Math.min(one.height, other.height) / 2
}

function union(text: string, rects: readonly DOMRect[]): Line {
  return {
    text,
    left: Math.min(...rects.map(({ left }) => left)),
    right: Math.max(...rects.map(({ right }) => right)),
    top: Math.min(...rects.map(({ top }) => top)),
    bottom: Math.max(...rects.map(({ bottom }) => bottom))
  }
}

/** The line with an ellipsis where it leaves its box, as `text-overflow` shows it; none when not even that is seen. */
function shortened(line: Line, cut: Box, rtl: boolean, measure: (text: string) => number): readonly Line[] {
  const [start, end] = [cut.x, cut.x + cut.width]
  if (rtl ? line.left >= start - 0.5 : line.right <= end + 0.5) return [line]
  const room = rtl ? line.right - start : end - line.left
  if (measure('…') > room) return []
  let text = ''
  for (const { segment } of graphemes(line.text)) {
    if (measure(`${text}${segment}…`) > room) break
    text += segment
  }
  // What a text of the chain turns around ends before the ellipsis.
  text = `${text.trimEnd()}${/[\u202a-\u202e\u2066-\u2068]/.test(text) ? '\u202c\u2069' : ''}…`
  const whole = measure(text)
  const seen = { text, top: line.top, bottom: line.bottom }
  return [rtl ? { ...seen, left: line.right - whole, right: line.right } : { ...seen, left: line.left, right: line.left + whole }]
}
