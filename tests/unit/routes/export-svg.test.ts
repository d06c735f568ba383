import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stretchPath } from '../../../src/lib/ui/export-path.ts'
import { colourOf, escaped, svgText, wrapped, type Picture } from '../../../src/lib/ui/export-svg.ts'

const picture: Picture = {
  ...{ width: 200, height: 100, background: '#ffffff', family: '"Inter Variable", sans-serif', features: '"cv11"' },
  ...{ title: 'A "finding" & more', description: 'Simulated market', patterns: [] },
  marks: [
    { tag: 'text', text: '<img src=x onerror=alert(1)>', attributes: { x: 1.005, y: 20, direction: undefined }, box: null },
    {
      ...{ tag: 'rect', attributes: { x: 10, y: 10, width: 50, height: 10 }, box: { x: 10, y: 10, width: 50, height: 10 } },
      clip: { x: 0, y: 0, width: 40, height: 100 }
    },
    {
      ...{ tag: 'rect', attributes: { x: 10, y: 30, width: 20, height: 10 }, box: { x: 10, y: 30, width: 20, height: 10 } },
      clip: { x: 0, y: 0, width: 40, height: 100 }
    }
  ]
}

test('marks become one file; only what sticks out of its place is clipped', () => {
  expect(svgText(picture)).toBe(`<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100" viewBox="0 0 200 100"
 font-family="&quot;Inter Variable&quot;, sans-serif" style="font-feature-settings:&quot;cv11&quot;" role="img">
<title>A &quot;finding&quot; &amp; more</title>
<desc>Simulated market</desc>
<defs>
<clipPath id="clip-1"><rect x="0" y="0" width="40" height="100"/></clipPath>
</defs>
<rect width="200" height="100" fill="#ffffff"/>
<text x="1" y="20">&lt;img src=x onerror=alert(1)&gt;</text>
<rect x="10" y="10" width="50" height="10" clip-path="url(#clip-1)"/>
<rect x="10" y="30" width="20" height="10"/>
</svg>
`)
})

test('a coordinate that is no number is an error, not a file', () => {
  const marks = [{ tag: 'circle', attributes: { cx: Number.NaN }, box: null }]
  expect(() => svgText({ ...picture, marks })).toThrow('cx of a <circle> is NaN')
})

test('whatever a provider calls itself is text of XML 1.0', () => {
  expect(escaped('a\u0000b\u001b\ud800c\ufffe"&<>')).toBe('a\ufffdb\ufffd\ufffdc\ufffd&quot;&amp;&lt;&gt;')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(escaped(text)).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u)
      expect(escaped(text)).not.toMatch(/[<>"]|&(?!(?:amp|lt|gt|quot);)/)
    })
  )
})

describe('lines', () => {
  const measure = (text: string) => text.length
  test('break at spaces, in words after hyphens and slashes, and only else anywhere', () => {
    expect(wrapped('one two  three', 7, measure)).toEqual(['one two', 'three'])
    expect(wrapped('a market-of-gpus', 10, measure)).toEqual(['a market-', 'of-gpus'])
    expect(wrapped('http://host/supply?model=x', 12, measure)).toEqual(['http://host/', 'supply?', 'model=x'])
    expect(wrapped('x abcdefghij', 4, measure)).toEqual(['x', 'abcd', 'efgh', 'ij'])
    expect(wrapped(' ', 4, measure)).toEqual([])
  })
  test('hold every character, none wider than the width', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 30 }), (text, width) => {
        const lines = wrapped(text, width, measure)
        expect(lines.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''))
        expect(lines.filter((line) => line.length > width)).toEqual([])
      })
    )
  })
})

test('colours of both kinds that browsers compute, and none other', () => {
  expect(colourOf('rgb(200, 55, 45)')).toEqual({ hex: '#c8372d', opacity: 1 })
  expect(colourOf('rgba(0, 0, 0, 0.16)')).toEqual({ hex: '#000000', opacity: 0.16 })
  expect(colourOf('color(srgb 0.5 1 0 / 0.25)')).toEqual({ hex: '#80ff00', opacity: 0.25 })
  expect(() => colourOf('oklab(0.5 0 0)')).toThrow("'oklab(0.5 0 0)'")
  expect(() => colourOf('color(display-p3 1 0 0)')).toThrow('sRGB')
})

describe('paths', () => {
  const twice = { a: 2, d: 0.5, e: 10, f: 1 }
  test('are stretched and made absolute', () => {
    expect(stretchPath('M0,0L5,4', twice)).toBe('M10 1L20 3')
    expect(stretchPath('m1,2 3,4h-1v2z l1,1', twice)).toBe('M12 2L18 4H16V5ZL14 2.5')
    expect(stretchPath('M1.5,240V10h2V240Z', twice)).toBe('M13 121V6H17V121Z')
    expect(stretchPath('M0 0c1-2.5,3e1 4 5.5.5', twice)).toBe('M10 1C12 -0.25 70 3 21 1.25')
    expect(stretchPath('M0 0a1 2 0 01 3 4', twice)).toBe('M10 1A2 1 0 0 1 16 3')
  })
  test('of a mirrored axis turn their arcs the other way', () => {
    expect(stretchPath('M0 0A1 1 0 0 1 2 2', { a: 1, d: -1, e: 0, f: 0 })).toBe('M0 0A1 1 0 0 0 2 -2')
  })
  test('that cannot be read are errors', () => {
    expect(() => stretchPath('M0,0L5', twice)).toThrow("1 numbers after 'L'")
    expect(() => stretchPath('MNaN,0', twice)).toThrow('path data')
    expect(() => stretchPath('M0 0B1 1', twice)).toThrow("unknown command 'B'")
    expect(() => stretchPath('M0 0A1 2 30 0 1 5 5', twice)).toThrow('turned and stretched')
  })
  test('equal the point by point stretch of their points', () => {
    const point = fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -1000, max: 1000 }))
    fc.assert(
      fc.property(fc.array(point, { minLength: 2 }), (points) => {
        const relative = points.map(([x, y], i) => [x - (points[i - 1]?.[0] ?? 0), y - (points[i - 1]?.[1] ?? 0)] as const)
        const wanted = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${2 * x + 10} ${y / 2 + 1}`).join('')
        expect(stretchPath(`m${relative.map((one) => one.join(',')).join(' ')}`, twice)).toBe(wanted)
      })
    )
  })
})
