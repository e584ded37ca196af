// One reading of the first view: what it holds does not change. A newer one takes its place as a whole.
import { sharesAt, type Columns, type Read } from './columns'
import { daysOf, type Day } from './days'
import { away, named, nearest, NOWHERE, type Named, type Near } from './places'
import { Clock } from './times'
import type { CaseMap, Incident } from './types'

export class Reading {
  readonly map: CaseMap
  readonly columns: Columns
  readonly clock: Clock
  readonly asOf: number
  readonly days: Day[]
  readonly places: Named[]
  readonly phenomena: string[]
  readonly determinations: string[]
  readonly clauses: string[]
  readonly reviews: string[]
  readonly timed: number // how many have a time: those without one stand last
  readonly #longest: number // ms that any of them lasts
  #byId: Map<string, number> | null = null
  #near: Near | null = null

  constructor({ map, columns }: Read) {
    this.map = map
    this.columns = columns
    this.clock = new Clock(map.case.time_zone)
    this.asOf = Date.parse(map.case.as_of)
    const { from, to, size } = columns
    let [timed, longest] = [size, 0]
    while (timed > 0 && Number.isNaN(from[timed - 1])) timed -= 1
    for (let index = 0; index < timed; index += 1) longest = Math.max(longest, (to[index] as number) - (from[index] as number))
    this.timed = timed
    this.#longest = longest
    this.days = daysOf(columns, map.efforts, this.clock)
    this.places = named(map)
    this.phenomena = [...columns.phenomena].sort()
    const order = [...map.case.parties.map((party) => party.id), 'both', 'other', 'no_violation', 'undetermined']
    this.determinations = [...order.filter((id) => columns.determinations.includes(id)), ...columns.determinations.filter((id) => !order.includes(id)).sort()]
    this.clauses = [...new Set(columns.clauseSets.flat())].sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    this.reviews = columns.reviews.filter((state) => state !== '').sort()
  }

  /** The number of each incident by its id; made when somebody first asks. */
  get byId(): ReadonlyMap<string, number> {
    return (this.#byId ??= new Map(this.columns.ids.map((id, index) => [id, index])))
  }

  /** The nearest named place of each; made when somebody first filters or sorts by it. */
  get nearest(): Near {
    return (this.#near ??= nearest(this.columns.lon, this.columns.lat, this.places))
  }

  at(index: number): Incident {
    const { columns } = this
    const stated = (column: Float64Array | Float32Array): number | null => (Number.isNaN(column[index]) ? null : (column[index] as number))
    return {
      index, id: columns.ids[index] as string, from: stated(columns.from), to: stated(columns.to),
      lon: stated(columns.lon), lat: stated(columns.lat), radius_km_68: stated(columns.radius),
      phenomenon: columns.phenomena[columns.phenomenon[index] as number] as string, count: columns.counts[columns.count[index] as number] as string,
      determination: columns.determinations[columns.determination[index] as number] as string,
      words: columns.sentences[columns.words[index] as number] as string, shares: sharesAt(columns, index),
      clauses: columns.clauseSets[columns.clauses[index] as number] as string[], review: columns.reviews[columns.review[index] as number] as string,
      records: columns.records[index] as number,
    }
  }

  /** From where to where (exclusive) those stand that can touch a time; some between may have ended before it. */
  between(start: number, end: number): [number, number] {
    return [this.#firstBefore(end), this.#firstBefore(start - this.#longest)]
  }

  /** The newest that began before an instant: the newer stand first. */
  #firstBefore(instant: number): number {
    let [low, high] = [0, this.timed]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.columns.from[middle] as number) < instant) high = middle
      else low = middle + 1
    }
    return low
  }

  placed(index: number): boolean {
    return !Number.isNaN(this.columns.lon[index])
  }

  /** Where it lies in words; '' without a place, or without named places around. */
  where(index: number): string {
    const { lon, lat } = this.columns
    const [at, up] = [lon.subarray(index, index + 1), lat.subarray(index, index + 1)]
    const { near, nearKm } = nearest(at, up, this.places)
    const place = this.places[near[0] ?? NOWHERE]
    return place ? away(place, at[0] as number, up[0] as number, nearKm[0] as number) : ''
  }
}
