/**
 * Where the regions lie that providers of Akash state. A value that is not listed here has no place: it is never guessed from its name.
 *
 * Values and what they mean: the schema of provider attributes, `location-region`,
 * https://github.com/akash-network/console/blob/main/config/provider-attributes.json (commit 08618ed1), after the United Nations'
 * geoscheme. The older attribute `region` has no schema: the names below it are those that clouds use for the same places, without
 * the number of a data centre unless that tells the place (https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html).
 * Coordinates are ours: a point in the middle of the area named, good enough for a map of the world, and no more exact than the name.
 */
export type Place = {
  readonly name: string
  /** Degrees east and north. */
  readonly lon: number
  readonly lat: number
}

const place = (name: string, lon: number, lat: number): Place => ({ name, lon, lat })

const US_WEST = place('US west', -119, 40)
const US_EAST = place('US east', -78, 38)
const US_CENTRAL = place('US central', -96, 40)
const CANADA = place('Canada', -100, 56)
const CANADA_CENTRAL = place('Canada central', -78, 49)
const EUROPE = place('Europe', 12, 49)
const EU_WEST = place('Western Europe', 1, 49)
const EU_CENTRAL = place('Central Europe', 14, 50)
const EU_NORTH = place('Northern Europe', 18, 62)
const EU_SOUTH = place('Southern Europe', 14, 41)
const EU_EAST = place('Eastern Europe', 30, 53)
const ASIA_EAST = place('Eastern Asia', 112, 34)
const ASIA_SOUTHEAST = place('South-eastern Asia', 105, 8)
const ASIA_SOUTH = place('Southern Asia', 78, 22)
const BRAZIL = place('Brazil', -50, -13)
const AUSTRALIA = place('Australia', 134, -25)

const PLACES: { readonly [value: string]: Place } = {
  // The schema of `location-region`.
  'na-ca-west': place('Canada west', -124, 54),
  'na-ca-central': CANADA_CENTRAL,
  'na-ca-prairie': place('Canada prairie', -106, 54),
  'na-ca-atlantic': place('Canada Atlantic', -62, 48),
  'na-ca-north': place('Canada north', -110, 65),
  'na-us-west': US_WEST,
  'na-us-southwest': place('US southwest', -102, 33),
  'na-us-midwest': place('US midwest', -92, 43),
  'na-us-southeast': place('US southeast', -84, 34),
  'na-us-northeast': place('US northeast', -74, 42),
  'central-america': place('Central America', -86, 14),
  caribbean: place('Caribbean', -70, 19),
  'sa-north': place('South America north', -66, 6),
  'sa-west': place('South America west', -73, -10),
  'sa-south': place('South America south', -66, -35),
  'sa-brazil': BRAZIL,
  'eu-central': EU_CENTRAL,
  'eu-east': EU_EAST,
  'eu-north': EU_NORTH,
  'eu-southeast': place('South-eastern Europe', 22, 44),
  'eu-south': EU_SOUTH,
  'eu-southwest': place('South-western Europe', -5, 40),
  'eu-west': EU_WEST,
  'af-east': place('Eastern Africa', 37, -2),
  'af-middle': place('Middle Africa', 19, 0),
  'af-north': place('Northern Africa', 15, 27),
  'af-south': place('Southern Africa', 23, -28),
  'af-west': place('Western Africa', -4, 12),
  'as-central': place('Central Asia', 66, 44),
  'as-east': ASIA_EAST,
  'as-southeast': ASIA_SOUTHEAST,
  'as-south': ASIA_SOUTH,
  'as-west': place('Western Asia', 44, 30),
  'oc-aus': AUSTRALIA,
  'oc-nz': place('New Zealand', 172, -41),
  'oc-mel': place('Melanesia', 160, -9),
  'oc-mic': place('Micronesia', 150, 8),
  'oc-pol': place('Polynesia', -150, -17),
  // Of the older attribute `region`.
  us: place('United States', -98, 39),
  'us-west': US_WEST,
  'us-west-1': place('US west, California', -120, 37),
  'us-west-2': place('US west, Oregon', -120, 45),
  'us-east': US_EAST,
  'us-east-1': place('US east, Virginia', -78, 38),
  'us-east-2': place('US east, Ohio', -83, 40),
  'us-central': US_CENTRAL,
  'us-southwest': place('US southwest', -102, 33),
  'us-midwest': place('US midwest', -92, 43),
  'us-southeast': place('US southeast', -84, 34),
  'us-northeast': place('US northeast', -74, 42),
  'us-northwest': place('US northwest', -119, 46),
  ca: CANADA,
  canada: CANADA,
  'ca-central': CANADA_CENTRAL,
  'ca-central-1': CANADA_CENTRAL,
  'ca-east': place('Canada east', -71, 48),
  'ca-west': place('Canada west', -124, 54),
  eu: EUROPE,
  europe: EUROPE,
  'europe-west': EU_WEST,
  'europe-central': EU_CENTRAL,
  'europe-north': EU_NORTH,
  'europe-east': EU_EAST,
  'eu-west-1': place('Ireland', -8, 53),
  'eu-west-2': place('London', 0, 52),
  'eu-west-3': place('Paris', 2, 49),
  'eu-central-1': place('Frankfurt', 9, 50),
  'eu-north-1': place('Stockholm', 18, 59),
  'eu-south-1': place('Milan', 9, 45),
  asia: place('Asia', 95, 35),
  'asia-east': ASIA_EAST,
  'asia-northeast': place('North-eastern Asia', 137, 37),
  'asia-southeast': ASIA_SOUTHEAST,
  'asia-south': ASIA_SOUTH,
  'ap-northeast': place('Asia Pacific, north-east', 137, 37),
  'ap-northeast-1': place('Tokyo', 140, 36),
  'ap-northeast-2': place('Seoul', 127, 37),
  'ap-southeast': place('Asia Pacific, south-east', 104, 2),
  'ap-southeast-1': place('Singapore', 104, 1),
  'ap-southeast-2': place('Sydney', 151, -34),
  'ap-south': ASIA_SOUTH,
  'ap-south-1': place('Mumbai', 73, 19),
  'sa-east': place('South America east', -47, -22),
  'sa-east-1': place('São Paulo', -47, -24)
}

/** Where a stated region lies, or null when this table does not know it. Letter case and blanks at the ends do not matter. */
export function placeOf(region: string): Place | null {
  const value = region.trim().toLowerCase()
  return Object.hasOwn(PLACES, value) ? (PLACES[value] ?? null) : null
}

/** All places, each once: those of one name are one. */
export function allPlaces(): readonly Place[] {
  return [...new Map(Object.values(PLACES).map((one) => [one.name, one])).values()]
}
