import { expect, test } from 'vitest'
import { allPlaces, placeOf } from '../../../src/lib/model/regions.ts'

test('stated regions lie where their names say', () => {
  expect(placeOf('us-west')).toMatchObject({ name: 'US west', lon: -119 })
  expect(placeOf(' NA-US-West ')).toEqual(placeOf('us-west'))
  expect(placeOf('eu-central')).toMatchObject({ name: 'Central Europe' })
  const oceania = placeOf('oc-aus')
  expect(oceania && oceania.lon > 110 && oceania.lon < 155 && oceania.lat < -10 && oceania.lat > -40).toBe(true)
})

test('what the table does not know has no place, whatever it looks like', () => {
  for (const stated of ['', 'us-wes', 'us-west-9', 'westcoast', 'constructor', '__proto__', '<script>', 'us west'])
    expect(placeOf(stated), stated).toBeNull()
})

test('a name is one place, on the globe, and continents are on their side of it', () => {
  const places = allPlaces()
  expect(new Set(places.map(({ name }) => name)).size).toBe(places.length)
  for (const { name, lon, lat } of places) {
    expect(Math.abs(lon) <= 180 && Math.abs(lat) < 80, name).toBe(true)
    if (name.startsWith('US ') || name.startsWith('Canada')) expect(lon < -50 && lat > 25, name).toBe(true)
    if (/Europe$/.test(name)) expect(lon > -12 && lon < 45 && lat > 35, name).toBe(true)
    if (/Asia$/.test(name)) expect(lon, name).toBeGreaterThan(35)
  }
})

test('all values of the schema of `location-region` have a place', () => {
  // https://github.com/akash-network/console/blob/main/config/provider-attributes.json
  const schema =
    'na-ca-west na-ca-central na-ca-prairie na-ca-atlantic na-ca-north na-us-west na-us-southwest na-us-midwest na-us-southeast na-us-northeast central-america caribbean sa-north sa-west sa-south sa-brazil eu-central eu-east eu-north eu-southeast eu-south eu-southwest eu-west af-east af-middle af-north af-south af-west as-central as-east as-southeast as-south as-west oc-aus oc-nz oc-mel oc-mic oc-pol'
  expect(schema.split(' ').filter((value) => placeOf(value) === null)).toEqual([])
})
