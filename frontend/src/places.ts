// Where an incident lies in words: how far and in which direction from the nearest named place of the case.
import type { CaseMap, PlaceProperties } from './types'
import { allNames } from './words'

export const NOWHERE = 0xffff // an incident without a place, or a case without named places
const KM_PER_DEGREE = 111.195 // of a great circle; mean radius 6371.0088 km, IUGG
const WINDS = ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW']

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

/** Flat distance at the incident's latitude: within 1 % of the geodesic up to 100 km away, below 65 degrees. */
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
    if (least < Number.POSITIVE_INFINITY) nearKm[index] = Math.sqrt(least) * KM_PER_DEGREE
  }
  return { near, nearKm }
}

/** "4 km SW of Авдіївка / Авдеевка". */
export function away({ lon, lat, words }: Named, toLon: number, toLat: number, km: number): string {
  const turn = Math.atan2((toLon - lon) * Math.cos((toLat * Math.PI) / 180), toLat - lat)
  const wind = WINDS[Math.round((turn / (2 * Math.PI)) * 8 + 8) % 8]
  return km < 0.5 ? `at ${words}` : `${km < 10 ? km.toFixed(1) : Math.round(km)} km ${wind} of ${words}`
}
