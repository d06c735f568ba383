/** Reads the marks of a chart off the page as it is drawn: shapes, texts, bars and rules, of SVG and HTML alike. */
import { boxOf, matrixOf, shapeMark, type Sheet } from './export-paint.ts'
import type { Box, Mark } from './export-svg.ts'
import { inkOf, textMarks, type Ruler } from './export-text.ts'

/** What only works on the page. */
const LEFT_OUT = 'select, input, textarea, label, button.control, noscript, script, style, [data-page-only]'
/** Parts of SVG that are not drawn where they stand. */
const NOT_DRAWN = ['defs', 'title', 'desc', 'metadata', 'pattern', 'clipPath', 'style']
const PARENTS = ['g', 'a', 'switch']
/** HTML that is neither text nor boxes. */
const PICTURES = ['img', 'canvas', 'video', 'iframe', 'object', 'embed', 'progress', 'meter']

type Reading = {
  readonly sheet: Sheet
  readonly ruler: Ruler
  readonly family: string
  readonly marks: Mark[]
}
/** What holds for a part of the page, from all that it lies in. */
type Within = { readonly opacity: number; /** Of the window. */ readonly clip: Box | null; readonly cut: Box | null }

export type Drawn = { readonly patterns: readonly Mark[]; readonly marks: readonly Mark[] }

/**
 * @param shift added to coordinates of the window
 * @param family font family of the whole picture, which texts need not repeat
 * @throws Error naming what a picture can't have
 */
export function marksOf(chart: HTMLElement, shift: Sheet['shift'], family: string, ruler: Ruler): Drawn {
  const reading: Reading = { sheet: { shift, patterns: new Map() }, ruler, family, marks: [] }
  readHtml(chart, { opacity: 1, clip: null, cut: null }, reading)
  return { patterns: [...reading.sheet.patterns.values()], marks: reading.marks }
}

function readHtml(element: HTMLElement, outer: Within, reading: Reading): void {
  const style = getComputedStyle(element)
  if (element.matches(LEFT_OUT) || style.display === 'none') return
  if (PICTURES.includes(element.localName)) throw new Error(`it has a <${element.localName}>`)
  const opacity = outer.opacity * Number(style.opacity)
  if (opacity === 0) return
  const box = plain(element.getBoundingClientRect())
  const hides = style.overflowX !== 'visible' || style.overflowY !== 'visible'
  const clip = hides ? common(outer.clip, box) : outer.clip
  // What only screen readers see is a pixel wide.
  if (clip && (clip.width < 2 || clip.height < 2)) return
  if (style.clipPath !== 'none') throw new Error('it is cut by clip-path')
  for (const part of ['::before', '::after'])
    if (!['none', 'normal'].includes(getComputedStyle(element, part).content)) throw new Error(`it has a ${part}`)
  if (style.visibility === 'visible') for (const mark of boxMarks(style, box, opacity)) put(mark, outer.clip, reading)
  const within = { opacity, clip, cut: style.textOverflow === 'ellipsis' && hides ? box : outer.cut }
  const closed = element instanceof HTMLDetailsElement && !element.open
  for (const child of element.childNodes) {
    if (closed && !(child instanceof HTMLElement && child.localName === 'summary')) continue
    if (child instanceof Text) readText(child, within, reading)
    else if (child instanceof HTMLElement) readHtml(child, within, reading)
    else if (child instanceof SVGElement) readSvg(child, within, reading)
  }
}

function readSvg(element: SVGElement, outer: Within, reading: Reading): void {
  if (NOT_DRAWN.includes(element.localName)) return
  const style = getComputedStyle(element)
  if (style.display === 'none') return
  const opacity = outer.opacity * Number(style.opacity)
  if (opacity === 0) return
  if (style.clipPath !== 'none' || style.maskImage !== 'none' || style.filter !== 'none')
    throw new Error(`a <${element.localName}> has a clip path, mask or filter`)
  if (element instanceof SVGGeometryElement) {
    const mark = style.visibility === 'visible' ? shapeMark(element, opacity, reading.sheet) : null
    if (mark) reading.marks.push(mark.box && outer.clip ? { ...mark, clip: moved(outer.clip, reading.sheet.shift) } : mark)
  } else if (element instanceof SVGTextElement) {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) readText(texts.currentNode as Text, { ...outer, opacity, cut: null }, reading)
  } else if (element instanceof SVGSVGElement) {
    const clip = style.overflowX === 'visible' ? outer.clip : common(outer.clip, viewportOf(element))
    if (clip && (clip.width <= 0 || clip.height <= 0)) return
    for (const child of element.children) if (child instanceof SVGElement) readSvg(child, { opacity, clip, cut: null }, reading)
  } else if (PARENTS.includes(element.localName)) {
    for (const child of element.children) if (child instanceof SVGElement) readSvg(child, { ...outer, opacity }, reading)
  } else throw new Error(`it has a <${element.localName}>`)
}

function readText(node: Text, { opacity, clip, cut }: Within, reading: Reading): void {
  const { family, sheet, ruler } = reading
  for (const mark of textMarks(node, { opacity, cut, family, sheet, ruler })) {
    // A text that is cut ends within its box; the parts of its letters that stick out are seen.
    reading.marks.push(clip && !cut ? { ...mark, clip: moved(clip, sheet.shift) } : mark)
  }
}

/** Places a mark of the window in the picture. */
function put(mark: Mark & { readonly box: Box }, clip: Box | null, { sheet: { shift }, marks }: Reading): void {
  const { x, y } = moved(mark.box, shift)
  const at = (name: 'x' | 'y', by: number) => {
    const value = mark.attributes[name]
    return typeof value === 'number' ? value + by : value
  }
  const attributes = { ...mark.attributes, x: at('x', shift.x), y: at('y', shift.y) }
  marks.push({ ...mark, attributes, box: { ...mark.box, x, y }, ...(clip ? { clip: moved(clip, shift) } : {}) })
}

/** Background and border of an element of HTML, in pixels of the window. */
function boxMarks(style: CSSStyleDeclaration, box: Box, opacity: number): readonly (Mark & { readonly box: Box })[] {
  if (style.backgroundImage !== 'none') throw new Error('it has a background picture')
  if (box.width === 0 || box.height === 0) return []
  const rect = (area: Box, colour: string, radius = 0) => {
    const ink = inkOf(colour, opacity)
    if (ink['fill-opacity'] === 0 || area.width <= 0 || area.height <= 0) return []
    const { x, y, width, height } = area
    const attributes = { x, y, width, height, ...(radius > 0 ? { rx: Math.min(radius, width / 2, height / 2) } : {}), ...ink }
    return [{ tag: 'rect', attributes, box: area }]
  }
  const radius = parseFloat(style.borderTopLeftRadius) * (style.borderTopLeftRadius.includes('%') ? box.width / 100 : 1)
  const [top, right, bottom, left] = [
    parseFloat(style.borderTopWidth),
    parseFloat(style.borderRightWidth),
    parseFloat(style.borderBottomWidth),
    parseFloat(style.borderLeftWidth)
  ]
  const ground = rect(box, style.backgroundColor, radius)
  const even = top === right && right === bottom && bottom === left && style.borderTopColor === style.borderBottomColor
  if (even && top > 0 && radius > 0) {
    const { fill, ...seen } = inkOf(style.borderTopColor, opacity)
    const attributes = {
      ...{ x: box.x + top / 2, y: box.y + top / 2, width: box.width - top, height: box.height - top, rx: radius - top / 2 },
      ...{ fill: 'none', stroke: fill, 'stroke-width': top, 'stroke-opacity': seen['fill-opacity'], opacity: seen['opacity'] }
    }
    return [...ground, { tag: 'rect', attributes, box }]
  }
  return [
    ...ground,
    ...rect({ x: box.x, y: box.y, width: box.width, height: top }, style.borderTopColor),
    ...rect({ x: box.x + box.width - right, y: box.y, width: right, height: box.height }, style.borderRightColor),
    ...rect({ x: box.x, y: box.y + box.height - bottom, width: box.width, height: bottom }, style.borderBottomColor),
    ...rect({ x: box.x, y: box.y, width: left, height: box.height }, style.borderLeftColor)
  ]
}

/** What an SVG that hides what lies outside of it shows, in pixels of the window. */
function viewportOf(svg: SVGSVGElement): Box {
  const around = svg.ownerSVGElement
  if (!around) return plain(svg.getBoundingClientRect())
  const place = {
    x: svg.x.baseVal.value,
    y: svg.y.baseVal.value,
    width: svg.width.baseVal.value,
    height: svg.height.baseVal.value
  }
  return boxOf(place, matrixOf(around, { shift: { x: 0, y: 0 }, patterns: new Map() }))
}

/** A rectangle of the browser has its numbers in getters, which do not survive a spread. */
function plain({ x, y, width, height }: DOMRect): Box {
  return { x, y, width, height }
}

function common(one: Box | null, other: Box): Box {
  if (!one) return other
  const [x, y] = [Math.max(one.x, other.x), Math.max(one.y, other.y)]
  return {
    x,
    y,
    width: Math.min(one.x + one.width, other.x + other.width) - x,
    height: Math.min(one.y + one.height, other.y + other.height) - y
  }
}

function moved(box: Box, shift: Sheet['shift']): Box {
  return { x: box.x + shift.x, y: box.y + shift.y, width: box.width, height: box.height }
}
