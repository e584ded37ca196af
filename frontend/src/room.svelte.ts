// What map, timeline and list share: the case, the period, the filters, the selection.
import { Clock, DAY, HOUR, touches } from './times'
import type { CaseMap, Effort, Incident, Listening, Party, Period } from './types'

/** One day of the timeline: what was recorded, and per side how long anybody listened (no row: nobody did). */
export interface Day {
  day: string
  period: Period
  incidents: number
  efforts: Record<string, Effort | undefined>
}

export interface Cover {
  party: Party
  covered: number
  of: number
  hourly: boolean
}

const LAST_FIRST = Number.NEGATIVE_INFINITY // an incident without a time stands at the end of the list

export class Room {
  readonly map: CaseMap
  readonly clock: Clock
  readonly asOf: number
  readonly incidents: Incident[]
  readonly byId: Map<string, Incident>
  readonly days: Day[]
  readonly phenomena: string[]
  readonly determinations: string[]

  period = $state<Period | null>(null)
  day = $state<string | null>(null)
  preset = $state('all')
  phenomenon = $state('')
  determination = $state('')
  selected = $state<string | null>(null)
  hovered = $state<string | null>(null)
  closer = $state(0) // counts the wishes to see the selected incident from near

  inPeriod: Incident[] = $derived.by(() => this.incidents.filter((incident) => this.#when(incident)))
  shown: Incident[] = $derived.by(() => this.inPeriod.filter((incident) => this.#what(incident)))
  incident: Incident | null = $derived.by(() => (this.selected ? (this.byId.get(this.selected) ?? null) : null))
  cover: Cover[] = $derived.by(() => this.map.case.parties.map((party) => this.#cover(party)))

  constructor(map: CaseMap) {
    this.map = map
    this.clock = new Clock(map.case.time_zone)
    this.asOf = Date.parse(map.case.as_of)
    this.incidents = map.incidents.features.map(prepare).sort(newestFirst)
    this.byId = new Map(this.incidents.map((incident) => [incident.id, incident]))
    this.days = daysOf(this.incidents, map.efforts, this.clock)
    this.phenomena = [...new Set(this.incidents.map((incident) => incident.phenomenon))].sort()
    const order = [...map.case.parties.map((party) => party.id), 'both', 'other', 'no_violation', 'undetermined']
    this.determinations = order.filter((id) => this.incidents.some((incident) => incident.determination === id))
  }

  /** Days of the timeline that the period touches. */
  get daysShown(): Day[] {
    const period = this.period
    return period ? this.days.filter((day) => touches(day.period.from, day.period.to - 1, period)) : this.days
  }

  /** The day whose hours are drawn: the chosen one, else the last one of the period. */
  get focusDay(): Day | null {
    return this.days.find((day) => day.day === this.day) ?? this.daysShown.at(-1) ?? this.days.at(-1) ?? null
  }

  chooseDays(first: string, last: string): void {
    this.period = this.clock.period(first, last)
    this.day = first === last ? first : null
    this.preset = ''
  }

  /** The last hours before the chosen day's end, or before the cut-off where no day is chosen. */
  chooseLast(name: string, length: number | null): void {
    this.preset = name
    if (length === null) {
      this.period = null
      this.day = null
      return
    }
    const end = this.day ? Math.min(this.clock.period(this.day).to, this.asOf) : this.asOf
    this.period = { from: end - length, to: end }
  }

  /** The day with records before or after the chosen one; without one, the last or the first. */
  step(by: 1 | -1): void {
    const shown = this.daysShown
    const from = this.days.findIndex((day) => day.day === (this.day ?? (by < 0 ? shown[0] : shown.at(-1))?.day))
    const all = this.period === null
    const next = all ? (by < 0 ? this.days.at(-1) : this.days[0]) : this.days[from + by]
    if (next) this.chooseDays(next.day, next.day)
  }

  select(id: string | null): void {
    this.selected = id !== null && this.byId.has(id) ? id : null
  }

  #when(incident: Incident): boolean {
    if (this.period === null) return true
    return incident.from !== null && touches(incident.from, incident.to ?? incident.from, this.period)
  }

  #what(incident: Incident): boolean {
    return (
      (this.phenomenon === '' || incident.phenomenon === this.phenomenon) &&
      (this.determination === '' || incident.determination === this.determination)
    )
  }

  /** Hours on one side's ground in which anybody could have noticed. A part of a day is counted by its hours, which may be covered in part. */
  #cover(party: Party): Cover {
    const period = this.period
    if (period && period.to - period.from < DAY) {
      const covered = this.daysShown.reduce((sum, day) => sum + hoursListened(day, party.id, period), 0)
      return { party, covered, of: (period.to - period.from) / HOUR, hourly: true }
    }
    const covered = this.daysShown.reduce((sum, day) => sum + (day.efforts[party.id]?.hours ?? 0), 0)
    const of = this.daysShown.reduce((sum, day) => sum + (day.period.to - day.period.from) / HOUR, 0)
    return { party, covered, of, hourly: false }
  }
}

// that fire was recorded at some time of a longer window does not show that anybody watched this hour of it
const UNWATCHED: ReadonlySet<Listening> = new Set<Listening>(['not_covered', 'fire_at_some_time'])

function hoursListened(day: Day, side: string, period: Period): number {
  const hours = day.efforts[side]?.by_hour ?? []
  return hours.reduce((sum, listening, hour) => {
    const from = Math.max(day.period.from + hour * HOUR, period.from)
    const to = Math.min(day.period.from + (hour + 1) * HOUR, period.to)
    return UNWATCHED.has(listening) ? sum : sum + Math.max(0, to - from) / HOUR
  }, 0)
}

function prepare(feature: CaseMap['incidents']['features'][number]): Incident {
  const { first, last } = feature.properties
  const [lon, lat] = feature.geometry?.coordinates ?? []
  const from = first ? Date.parse(first) : null
  const until = last ? Date.parse(last) : from
  // an end is exclusive: what lasts until midnight does not touch the next day
  const to = from !== null && until !== null && until > from ? until - 1 : from
  return { ...feature.properties, from, to, lon: lon ?? null, lat: lat ?? null }
}

function newestFirst(one: Incident, other: Incident): number {
  return (other.from ?? LAST_FIRST) - (one.from ?? LAST_FIRST) || (one.id < other.id ? -1 : 1)
}

function daysOf(incidents: Incident[], efforts: Effort[], clock: Clock): Day[] {
  const names = new Set(efforts.map((effort) => effort.day))
  for (const incident of incidents) {
    if (incident.from !== null) names.add(clock.day(incident.from))
    if (incident.to !== null) names.add(clock.day(incident.to))
  }
  const days = [...names].sort().map((day): Day => ({ day, period: clock.period(day), incidents: 0, efforts: {} }))
  const byDay = new Map(days.map((day) => [day.day, day]))
  for (const effort of efforts) (byDay.get(effort.day) as Day).efforts[effort.side] = effort
  for (const incident of incidents) count(days, incident)
  return days
}

/** An incident whose time is in doubt counts on every day that it may touch, as it does in the list of each such day. */
function count(days: Day[], incident: Incident): void {
  if (incident.from === null) return
  let low = 0
  let high = days.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((days[middle] as Day).period.to <= incident.from) low = middle + 1
    else high = middle
  }
  const to = incident.to ?? incident.from
  for (let day = days[low]; day && day.period.from <= to; day = days[(low += 1)]) day.incidents += 1
}
