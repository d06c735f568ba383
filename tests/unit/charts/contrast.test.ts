/** WCAG contrast of the colour tokens in both themes: text at least 4.5, marks at least 3. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const css = readFileSync(resolve(import.meta.dirname, '../../../src/app.css'), 'utf8')
const tokens = new Map(
  [...css.matchAll(/--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [
    name,
    { light, dark }
  ])
)
type Theme = 'light' | 'dark'
type Rgb = readonly [number, number, number]

function colour(name: string, theme: Theme): Rgb {
  const hex = tokens.get(name)?.[theme]
  if (hex === undefined) throw new Error(`app.css has no token --${name}`)
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)) as unknown as Rgb
}
/** `color-mix(in srgb, a share, b)` */
function mixed(a: Rgb, b: Rgb, share: number): Rgb {
  return a.map((channel, i) => channel * share + (b[i] ?? 0) * (1 - share)) as unknown as Rgb
}
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((channel) =>
    channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4
  ) as unknown as Rgb
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

const CLOUDS = ['cloud-aws', 'cloud-google', 'cloud-azure', 'cloud-other', 'marketplace'] as const
const HUES = ['hue-1', 'hue-2', 'hue-3', 'hue-4', 'hue-5', 'hue-6', 'hue-7', 'hue-other'] as const

test.each(['light', 'dark'] as const)('%s', (theme) => {
  const of = (name: string) => colour(name, theme)
  for (const ground of ['paper', 'card'] as const) {
    for (const text of ['ink', 'muted', 'accent', 'neocloud-ink', ...CLOUDS])
      expect(contrast(of(text), of(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5)
    for (const mark of [...HUES, 'accent', 'rule', 'focus', 'neocloud'])
      expect(contrast(of(mark), of(ground)), `${mark} on ${ground}`).toBeGreaterThanOrEqual(3)
  }
  for (const ground of ['band', 'band-stripe', 'track'])
    expect(contrast(of('ink'), of(ground)), `ink on ${ground}`).toBeGreaterThanOrEqual(4.5)
  for (const hue of HUES) {
    const area = mixed(of(hue), of('card'), 0.9)
    expect(contrast(area, of('card')), `area of ${hue}`).toBeGreaterThanOrEqual(3)
    expect(contrast(of('on-hue'), area), `name inside ${hue}`).toBeGreaterThanOrEqual(4.5)
  }
})
