/** The map of the world as the page carries it: outline of the land, and where the known regions lie on it. Made when pages are prerendered. */
import { geoEqualEarth, geoPath } from 'd3-geo'
import { feature } from 'topojson-client'
// Natural Earth's land at 1:110 million, public domain.
import topology from 'world-atlas/land-110m.json'
import { MAP } from '../../lib/charts/map.ts'
import { allPlaces } from '../../lib/model/regions.ts'

export type Spot = readonly [x: number, y: number]
export type WorldOutline = {
  /** SVG path in the map's units. */
  readonly land: string
  /** Centre of each known place, by its name. */
  readonly spots: { readonly [place: string]: Spot }
}

/** The map ends here in the north; its height decides where it ends in the south, which leaves out Antarctica. */
const NORTH = 80
/** Turned so that the cut runs through the Bering Strait. */
const TURN = -11
/** Points nearer than this to the one before, and islands smaller than this (squared), are left out: nothing to see at this size. */
const FINE = 3

/** Throws Error when a place of the table lies outside of the map. */
export function worldOutline(): WorldOutline {
  const projection = geoEqualEarth().rotate([TURN, 0]).fitWidth(MAP.width, { type: 'Sphere' })
  const [tx, ty] = projection.translate()
  const top = projection([-TURN, NORTH])?.[1] ?? 0
  projection.translate([tx, ty - top])
  type Topology = Parameters<typeof feature>[0]
  const shape = topology as unknown as Topology
  const land = feature(shape, shape.objects['land'] as NonNullable<Topology['objects'][string]>)
  const spots = allPlaces().map(({ name, lon, lat }) => {
    const spot = projection([lon, lat])
    if (!spot || spot[1] > MAP.height) throw new Error(`${name} at ${lat}° north, ${lon}° east lies outside of the map`)
    return [name, [round(spot[0]), round(spot[1])]] as const
  })
  return { land: simplified(geoPath(projection)(land) ?? ''), spots: Object.fromEntries(spots) }
}

const round = (value: number) => Math.round(value * 10) / 10

function simplified(path: string): string {
  return path
    .split('Z')
    .map((ring) => {
      const kept: Spot[] = []
      for (const text of ring.replace(/^M/, '').split('L')) {
        const [x = NaN, y = NaN] = text.split(',').map(Number)
        const last = kept.at(-1)
        if (!Number.isFinite(x) || !Number.isFinite(y)) continue
        if (!last || Math.hypot(x - last[0], y - last[1]) >= FINE) kept.push([round(x), round(y)])
      }
      const inside = kept.some(([, y]) => y < MAP.height)
      return inside && kept.length > 2 && areaOf(kept) >= FINE * FINE ? pathOf(kept) : ''
    })
    .join('')
}

/** A closed path in steps from point to point, which are shorter to write than places. */
function pathOf(ring: readonly Spot[]): string {
  const steps = ring.map(([x, y], i) => {
    const [fromX, fromY] = ring[i - 1] ?? [0, 0]
    return `${i === 0 ? 'M' : 'l'}${round(x - fromX)},${round(y - fromY)}`
  })
  return `${steps.join('').replaceAll(',-', '-')}z`
}

function areaOf(ring: readonly Spot[]): number {
  const twice = ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length] as Spot
    return sum + x * nextY - nextX * y
  }, 0)
  return Math.abs(twice) / 2
}
