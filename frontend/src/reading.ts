// One reading of map.json: what it holds does not change. A newer one takes its place as a whole.
import { incidentAt, type Columns, type Read } from './columns'
import { daysOf, type Day } from './days'
import { away, named, NOWHERE, type Named } from './places'
import { Clock } from './times'
import type { CaseMap, Incident } from './types'

const MOST_KEPT = 600 // incidents kept parsed: more than are ever in sight at once

export class Reading {
  readonly map: CaseMap
  readonly columns: Columns
  readonly clock: Clock
  readonly asOf: number
  readonly days: Day[]
  readonly places: Named[]
  readonly byId: Map<string, number>
  readonly phenomena: string[]
  readonly determinations: string[]
  readonly clauses: string[]
  readonly reviews: string[]
  readonly #kept = new Map<number, Incident>()

  constructor({ map, columns }: Read) {
    this.map = map
    this.columns = columns
    this.clock = new Clock(map.case.time_zone)
    this.asOf = Date.parse(map.case.as_of)
    this.days = daysOf(columns, map.efforts, this.clock)
    this.places = named(map)
    this.byId = new Map(columns.ids.map((id, index) => [id, index]))
    this.phenomena = [...columns.phenomena].sort()
    const order = [...map.case.parties.map((party) => party.id), 'both', 'other', 'no_violation', 'undetermined']
    this.determinations = [...order.filter((id) => columns.determinations.includes(id)), ...columns.determinations.filter((id) => !order.includes(id)).sort()]
    this.clauses = [...new Set(columns.clauseSets.flat())].sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    this.reviews = columns.reviews.filter((state) => state !== '').sort()
  }

  at(index: number): Incident {
    const known = this.#kept.get(index)
    if (known) return known
    const [only] = this.#kept.keys()
    if (this.#kept.size >= MOST_KEPT && only !== undefined) this.#kept.delete(only)
    const { columns } = this
    const stated = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value)
    const made = {
      ...incidentAt(columns, index).properties, index, from: stated(columns.from[index]), to: stated(columns.to[index]),
      lon: stated(columns.lon[index]), lat: stated(columns.lat[index]),
    }
    this.#kept.set(index, made)
    return made
  }

  timed(index: number): boolean {
    return !Number.isNaN(this.columns.from[index])
  }

  placed(index: number): boolean {
    return !Number.isNaN(this.columns.lon[index])
  }

  /** Where it lies in words; '' without a place, or without named places around. */
  near(index: number): string {
    const { columns, places } = this
    const place = places[columns.near[index] ?? NOWHERE]
    return place ? away(place, columns.lon[index] as number, columns.lat[index] as number, columns.nearKm[index] as number) : ''
  }
}
