/** Marks as the text of one SVG file that stands alone: no style sheet, no script, no font or picture from elsewhere. */
import { decimals } from './export-path.ts'

export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
export type Attributes = { readonly [name: string]: string | number | undefined }
export type Mark = {
  readonly tag: string
  readonly attributes: Attributes
  /** Of a text. It may come from the chain: anything can be in it. */
  readonly text?: string
  readonly children?: readonly Mark[]
  /** What the mark covers at most, in the picture's pixels; null for what is not drawn by itself. */
  readonly box: Box | null
  /** Nothing of it is seen outside. */
  readonly clip?: Box
}
export type Picture = {
  /** In pixels. */
  readonly width: number
  readonly height: number
  readonly background: string
  /** Of texts that name no other. */
  readonly family: string
  /** OpenType features of all texts, as CSS writes them. */
  readonly features: string
  /** Name and description for assistive technology and for whoever finds the file. */
  readonly title: string
  readonly description: string
  /** Patterns that marks are filled with. */
  readonly patterns: readonly Mark[]
  readonly marks: readonly Mark[]
}

/**
 * @param css style sheet to put into the file, for a font that is inside it
 */
export function svgText(picture: Picture, css = ''): string {
  const { width, height, background, family, features, title, description, patterns, marks } = picture
  const clips = new Map<string, { readonly id: string; readonly box: Box }>()
  const clipped = marks.map((mark) => {
    if (!mark.clip || (mark.box && within(mark.box, mark.clip))) return mark
    const key = Object.values(mark.clip).map(decimals).join(' ')
    const clip = clips.get(key) ?? { id: `clip-${clips.size + 1}`, box: mark.clip }
    clips.set(key, clip)
    return { ...mark, attributes: { ...mark.attributes, 'clip-path': `url(#${clip.id})` } }
  })
  const defs: readonly Mark[] = [
    ...patterns,
    ...[...clips.values()].map(({ id, box }) => ({
      tag: 'clipPath',
      attributes: { id },
      box: null,
      children: [{ tag: 'rect', attributes: { ...box }, box: null }]
    }))
  ]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`,
    ` font-family="${escaped(family)}" style="font-feature-settings:${escaped(features)}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(description)}</desc>`,
    ...(css === '' ? [] : [`<style>${escaped(css)}</style>`]),
    ...(defs.length === 0 ? [] : ['<defs>', ...defs.map(element), '</defs>']),
    element({ tag: 'rect', attributes: { width, height, fill: background }, box: null }),
    ...clipped.map(element),
    '</svg>\n'
  ].join('\n')
}

function element({ tag, attributes, text, children = [] }: Mark): string {
  const all = Object.entries(attributes).flatMap(([name, value]) => {
    if (value === undefined) return []
    if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${name} of a <${tag}> is ${value}`)
    return [` ${name}="${typeof value === 'number' ? decimals(value) : escaped(value)}"`]
  })
  const inside = text === undefined ? children.map(element).join('') : escaped(text)
  return `<${tag}${all.join('')}${inside === '' ? '/>' : `>${inside}</${tag}>`}`
}

/** Text for XML 1.0, which has no way to write most control characters: they become U+FFFD. */
export function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

function within(inner: Box, outer: Box): boolean {
  // A quarter of a pixel is rounding.
  return (
    inner.x >= outer.x - 0.25 &&
    inner.y >= outer.y - 0.25 &&
    inner.x + inner.width <= outer.x + outer.width + 0.25 &&
    inner.y + inner.height <= outer.y + outer.height + 0.25
  )
}

/**
 * Lines of at most this width, broken at spaces and within words after hyphens and the like; what is wider still is broken anywhere.
 * @param measure width of a text in the unit of `width`
 */
export function wrapped(text: string, width: number, measure: (text: string) => number): readonly string[] {
  const lines: string[] = []
  let line = ''
  const put = (part: string, space: string): void => {
    if (measure(line + space + part) <= width) {
      line += space + part
      return
    }
    if (line !== '') lines.push(line)
    line = ''
    for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(part)) {
      if (line !== '' && measure(line + segment) > width) {
        lines.push(line)
        line = ''
      }
      line += segment
    }
  }
  for (const word of text.split(/[ \t\r\n]+/).filter((one) => one !== ''))
    for (const [i, part] of word.split(/(?<=[\p{L}\p{N}][-/?&])/u).entries()) put(part, i > 0 || line === '' ? '' : ' ')
  return line === '' ? lines : [...lines, line]
}

/**
 * A colour as browsers compute it, `rgb(…)` or `color(srgb …)`, as what every program reads: `#rrggbb` and an opacity.
 * @throws Error for one that is written otherwise
 */
export function colourOf(computed: string): { readonly hex: string; readonly opacity: number } {
  if (computed === 'transparent') return { hex: '#000000', opacity: 0 }
  const found = /^(rgba?|color)\((srgb )?([^)]+)\)$/.exec(computed)
  const [red, green, blue, alpha = '1'] = found?.[3]?.split(/[\s,/]+/) ?? []
  const scale = found?.[1] === 'color' ? 255 : 1
  const parts = [red, green, blue].map((part) => Math.round(Math.min(Math.max(Number(part) * scale, 0), 255)))
  if (!found || (scale === 255) !== (found[2] !== undefined) || [...parts, Number(alpha)].some(Number.isNaN))
    throw new Error(`a colour is '${computed}', which is not one of sRGB`)
  return { hex: `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`, opacity: Number(alpha) }
}
