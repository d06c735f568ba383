/** Shapes of a page's SVG with everything that style sheets say of them: geometry on the screen, paint as attributes. */
import { decimals, stretchPath, type Stretch } from './export-path.ts'
import { colourOf, type Attributes, type Box, type Mark } from './export-svg.ts'

/** Where the picture lies on the screen, and what its marks lean on. */
export type Sheet = {
  /** Added to coordinates of the window. */
  readonly shift: { readonly x: number; readonly y: number }
  readonly patterns: Map<string, Mark>
}

const SAME: Stretch = { a: 1, d: 1, e: 0, f: 0 }

/** From user units of an element to the picture. @throws Error when the element is not on the screen */
export function matrixOf(element: SVGGraphicsElement, { shift }: Sheet): DOMMatrix {
  const matrix = element.getScreenCTM()
  if (!matrix) throw new Error(`a <${element.tagName}> has no place on the screen`)
  return new DOMMatrix([matrix.a, matrix.b, matrix.c, matrix.d, matrix.e + shift.x, matrix.f + shift.y])
}

/** The shape as it is seen; null where nothing is. @throws Error naming what a picture can't have */
export function shapeMark(shape: SVGGeometryElement, opacity: number, sheet: Sheet): Mark | null {
  const matrix = matrixOf(shape, sheet)
  const { a, b, c, d, e, f } = matrix
  const flat = Math.abs(b) < 1e-6 && Math.abs(c) < 1e-6
  const geometry = geometryOf(shape, flat ? { a, d, e, f } : SAME)
  if (geometry === null) return null
  const style = getComputedStyle(shape)
  const scale = Math.sqrt(Math.abs(a * d - b * c))
  const kept = style.vectorEffect === 'non-scaling-stroke'
  const paint = paintOf(style, flat ? (kept ? 1 : scale) : kept ? 1 / scale : 1, opacity, (id) => patternFill(id, matrix, sheet))
  if (paint['fill'] === 'none' && paint['stroke'] === undefined) return null
  return {
    tag: geometry.tag,
    attributes: { ...geometry.attributes, ...paint, ...(flat ? {} : { transform: transformOf(matrix) }) },
    box: boxOf(shape.getBBox(), matrix, paint['stroke'] === undefined ? 0 : parseFloat(style.strokeWidth) * (kept ? 1 : scale))
  }
}

/** A box of user units as one of the picture. @param stroke width of a line around it, in pixels */
export function boxOf({ x, y, width, height }: Box, matrix: DOMMatrix, stroke = 0): Box {
  const corners = [
    [x, y],
    [x + width, y],
    [x, y + height],
    [x + width, y + height]
  ].map(([px, py]) => matrix.transformPoint({ x: px ?? 0, y: py ?? 0 }))
  const [left, right] = [Math.min(...corners.map((one) => one.x)), Math.max(...corners.map((one) => one.x))]
  const [top, bottom] = [Math.min(...corners.map((one) => one.y)), Math.max(...corners.map((one) => one.y))]
  return { x: left - stroke / 2, y: top - stroke / 2, width: right - left + stroke, height: bottom - top + stroke }
}

type Geometry = { readonly tag: string; readonly attributes: Attributes }

function geometryOf(shape: SVGGeometryElement, stretch: Stretch): Geometry | null {
  const { a, d, e, f } = stretch
  const of = (length: SVGAnimatedLength) => length.baseVal.value
  if (shape instanceof SVGRectElement) {
    const [width, height] = [of(shape.width) * Math.abs(a), of(shape.height) * Math.abs(d)]
    if (!(width > 0 && height > 0)) return null
    const [x, y] = [of(shape.x) * a + e - (a < 0 ? width : 0), of(shape.y) * d + f - (d < 0 ? height : 0)]
    const [rx, ry] = [of(shape.rx) * Math.abs(a), of(shape.ry) * Math.abs(d)]
    const radius = rx > 0 || ry > 0 ? { rx: rx || ry, ry: ry || rx } : {}
    return { tag: 'rect', attributes: { x, y, width, height, ...radius } }
  }
  if (shape instanceof SVGCircleElement || shape instanceof SVGEllipseElement) {
    const radii = shape instanceof SVGCircleElement ? ([shape.r, shape.r] as const) : ([shape.rx, shape.ry] as const)
    const [rx, ry] = [of(radii[0]) * Math.abs(a), of(radii[1]) * Math.abs(d)]
    if (!(rx > 0 && ry > 0)) return null
    const middle = { cx: of(shape.cx) * a + e, cy: of(shape.cy) * d + f }
    return Math.abs(rx - ry) < 0.01
      ? { tag: 'circle', attributes: { ...middle, r: rx } }
      : { tag: 'ellipse', attributes: { ...middle, rx, ry } }
  }
  if (shape instanceof SVGLineElement)
    return {
      tag: 'line',
      attributes: { x1: of(shape.x1) * a + e, y1: of(shape.y1) * d + f, x2: of(shape.x2) * a + e, y2: of(shape.y2) * d + f }
    }
  if (shape instanceof SVGPolylineElement || shape instanceof SVGPolygonElement) {
    const points = Array.from(shape.points, ({ x, y }) => `${decimals(x * a + e)},${decimals(y * d + f)}`)
    return points.length === 0 ? null : { tag: shape.tagName, attributes: { points: points.join(' ') } }
  }
  const path = shape.getAttribute('d')?.trim() ?? ''
  return path === '' ? null : { tag: 'path', attributes: { d: stretchPath(path, stretch) } }
}

/**
 * Fill, stroke and opacity as attributes.
 * @param scale pixels of a unit of the stroke's width
 * @param server what stands for a fill by the pattern with this id
 */
export function paintOf(
  style: CSSStyleDeclaration,
  scale: number,
  opacity: number,
  server: (id: string) => string
): { readonly [name: string]: string | number } {
  const paint: { [name: string]: string | number } = {}
  const put = (name: 'fill' | 'stroke', value: string, own: number) => {
    const id = /^url\(["']?#([^"')]+)/.exec(value)?.[1]
    const { hex, opacity: alpha } = id === undefined ? colourOf(value) : { hex: server(id), opacity: 1 }
    paint[name] = hex
    if (own * alpha < 1) paint[`${name}-opacity`] = own * alpha
  }
  if (style.fill === 'none') paint['fill'] = 'none'
  else put('fill', style.fill, Number(style.fillOpacity))
  if (paint['fill'] !== 'none' && style.fillRule !== 'nonzero') paint['fill-rule'] = style.fillRule
  const width = parseFloat(style.strokeWidth)
  if (style.stroke !== 'none' && width > 0) {
    put('stroke', style.stroke, Number(style.strokeOpacity))
    paint['stroke-width'] = width * scale
    if (style.strokeDasharray !== 'none')
      paint['stroke-dasharray'] = style.strokeDasharray
        .split(/[\s,]+/)
        .map((part) => decimals(parseFloat(part) * scale))
        .join(' ')
    if (style.strokeLinecap !== 'butt') paint['stroke-linecap'] = style.strokeLinecap
    if (style.strokeLinejoin !== 'miter') paint['stroke-linejoin'] = style.strokeLinejoin
    if (style.paintOrder.startsWith('stroke')) paint['paint-order'] = 'stroke'
  }
  if (style.shapeRendering === 'crispedges') paint['shape-rendering'] = 'crispEdges'
  if (opacity < 1) paint['opacity'] = opacity
  return paint
}

/** A copy of a pattern for shapes with this matrix: they lie in the picture's pixels, its tiles in units of their old places. */
function patternFill(id: string, matrix: DOMMatrix, sheet: Sheet): string {
  const pattern = document.getElementById(id)
  if (!(pattern instanceof SVGPatternElement)) throw new Error(`a shape is filled with '${id}', which is no pattern`)
  if (pattern.patternUnits.baseVal !== SVGUnitTypes.SVG_UNIT_TYPE_USERSPACEONUSE || pattern.hasAttribute('viewBox'))
    throw new Error('a pattern measures its tiles by the shape')
  const own = pattern.patternTransform.baseVal.consolidate()?.matrix
  const transform = transformOf(own ? matrix.multiply(DOMMatrix.fromMatrix(own)) : matrix)
  const key = `${id} ${transform}`
  const known = sheet.patterns.get(key)?.attributes['id']
  if (known !== undefined) return `url(#${known})`
  const name = `pattern-${sheet.patterns.size + 1}`
  const size = { width: pattern.width.baseVal.value, height: pattern.height.baseVal.value }
  const children = [...pattern.children].map((child) => {
    const geometry = child instanceof SVGGeometryElement ? geometryOf(child, SAME) : null
    if (!geometry) throw new Error(`a pattern has a <${child.tagName}>`)
    const style = getComputedStyle(child)
    const nested = () => {
      throw new Error('a pattern is filled with a pattern')
    }
    return { ...geometry, attributes: { ...geometry.attributes, ...paintOf(style, 1, Number(style.opacity), nested) }, box: null }
  })
  const attributes = { id: name, patternUnits: 'userSpaceOnUse', ...size, patternTransform: transform }
  sheet.patterns.set(key, { tag: 'pattern', attributes, children, box: null })
  return `url(#${name})`
}

/** Four decimals of what turns and stretches, two of what moves. */
function transformOf({ a, b, c, d, e, f }: DOMMatrix): string {
  const parts = [a, b, c, d].map((part) => String(Math.round(part * 1e4) / 1e4 || 0))
  return `matrix(${[...parts, decimals(e), decimals(f)].join(' ')})`
}
