import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAP, mapMarks, type MapPoint } from '../../../src/lib/charts/map.ts'

const point = (id: string, value: number, x: number, y: number): MapPoint => ({ id, name: id, value, x, y })
const name = ({ name }: MapPoint) => name

test('area goes by value, the largest is drawn first, none is too small to see', () => {
  const { circles } = mapMarks([point('few', 1, 500, 200), point('many', 400, 200, 200), point('some', 100, 800, 200)], name)
  expect(circles.map(({ id, r }) => [id, r])).toEqual([
    ['many', 28],
    ['some', 14],
    ['few', 5]
  ])
})

test('a name stands right of its circle, left where the map ends, and not at all for nothing', () => {
  const { wide } = mapMarks(
    [point('middle', 10, 500, 200), point('the right end', 10, 960, 100), point('none', 0, 100, 300)],
    name
  )
  expect(wide.map(({ id, anchor }) => [id, anchor])).toEqual([
    ['middle', 'start'],
    ['the right end', 'end']
  ])
})

const points = fc
  .array(
    fc.tuple(fc.integer({ min: 0, max: MAP.width }), fc.integer({ min: 0, max: MAP.height }), fc.integer({ min: 0, max: 300 })),
    {
      maxLength: 25
    }
  )
  .map((all) => all.map(([x, y, value], i) => point(`region ${i}`, value, x, y)))

test('names cover neither each other nor a circle, and stay on the map, on both widths', () => {
  fc.assert(
    fc.property(points, (all) => {
      const marks = mapMarks(all, name)
      for (const [labels, frame] of [
        [marks.wide, 620],
        [marks.narrow, 300]
      ] as const) {
        // Characters are about 7 pixels wide, lines 15 high; 12 leave room for rounding.
        const scale = MAP.width / frame
        const boxes = labels.map(({ id, x, y, anchor }) => {
          const width = id.length * 7 * scale - 0.5
          const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2
          return { id, left, right: left + width, top: y - 6 * scale, bottom: y + 6 * scale }
        })
        for (const [i, a] of boxes.entries()) {
          expect(a.left >= -1 && a.right <= MAP.width + 1 && a.top >= 0 && a.bottom <= MAP.height).toBe(true)
          for (const b of boxes.slice(i + 1))
            expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom, `${a.id} on ${b.id}`).toBe(false)
          for (const { id, x, y, r } of marks.circles)
            expect(
              x + r > a.left + 0.5 && x - r < a.right - 0.5 && y + r > a.top && y - r < a.bottom,
              `${a.id} on circle ${id}`
            ).toBe(false)
        }
      }
    })
  )
})
