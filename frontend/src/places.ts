// Where an incident lies in words: how far and in which direction from the nearest named place of the case.
import type { CaseMap, PlaceProperties } from './types'
import { allNames } from './words'

export const NOWHERE = 0xffff // an incident without a place, or a case without named places
const AT_KM = 1 // nearer than this it is at the place: as in report/places.py, whose words these are
const [A_KM, E2] = [6378.137, 0.00669437999014] // WGS 84: half the longer axis, the square of the eccentricity
const WINDS = ['N', 'NNE', 'NE', 'ENE', 'E', 'ESE', 'SE', 'SSE', 'S', 'SSW', 'SW', 'WSW', 'W', 'WNW', 'NW', 'NNW']
const RAD = Math.PI / 180

/** For each incident the number of its nearest named place (NOWHERE: none), and how far that is. */
export interface Near {
  near: Uint16Array
  nearKm: Float32Array
}

export interface Named {
  lon: number
  lat: number
  words: string // both sides' names
}

export function named(map: CaseMap): Named[] {
  const asOf = Date.parse(map.case.as_of)
  return map.features.features.flatMap(({ geometry, properties }) =>
    geometry.type === 'Point' && properties.role === 'settlement' ? [{ lon: geometry.coordinates[0] as number, lat: geometry.coordinates[1] as number, words: nameOf(properties, asOf) }] : [])
    .slice(0, NOWHERE)
}

export function nameOf({ names, id }: PlaceProperties, asOf: number): string {
  return allNames(names, asOf).join(' / ') || id
}

/** The way from one point to another, km east and north: on the ellipsoid's own curvatures at the latitude between them. */
function way(lon: number, lat: number, toLon: number, toLat: number): [number, number] {
  const between = ((lat + toLat) / 2) * RAD
  const w = Math.sqrt(1 - E2 * Math.sin(between) ** 2)
  const [across, along] = [(A_KM / w) * Math.cos(between), (A_KM * (1 - E2)) / w ** 3]
  return [(toLon - lon) * RAD * across, (toLat - lat) * RAD * along]
}

/** Which place is the nearest by a flat distance at the incident's latitude, and how far that one is on the ellipsoid. */
export function nearest(lons: Float32Array, lats: Float32Array, places: Named[]): Near {
  const [near, nearKm] = [new Uint16Array(lons.length).fill(NOWHERE), new Float32Array(lons.length).fill(Number.NaN)]
  const [east, north] = [Float64Array.from(places, ({ lon }) => lon), Float64Array.from(places, ({ lat }) => lat)]
  for (let index = 0; index < lons.length; index += 1) {
    const [lon, lat] = [lons[index] as number, lats[index] as number]
    const shrink = Math.cos((lat * Math.PI) / 180)
    let least = Number.POSITIVE_INFINITY
    for (let place = 0; place < places.length; place += 1) {
      const [x, y] = [((east[place] as number) - lon) * shrink, (north[place] as number) - lat]
      if (!(x * x + y * y < least)) continue
      least = x * x + y * y
      near[index] = place
    }
    const place = places[near[index] as number]
    if (place) nearKm[index] = Math.hypot(...way(place.lon, place.lat, lon, lat))
  }
  return { near, nearKm }
}

/** "4.2 km SSW of Авдіївка / Авдеевка": in the very words of the reports and of the room's pages. */
export function away({ lon, lat, words }: Named, toLon: number, toLat: number, km: number): string {
  const [east, north] = way(lon, lat, toLon, toLat)
  const converges = ((toLon - lon) / 2) * RAD * Math.sin(((lat + toLat) / 2) * RAD) // of the meridians, to the place's own
  const points = ((Math.atan2(east, north) - converges) / (2 * Math.PI)) * WINDS.length
  return km < AT_KM ? words : `${km.toFixed(1)} km ${WINDS[(Math.round(points) + WINDS.length) % WINDS.length]} of ${words}`
}
