// What map, timeline, list and table share: the record, the period, the filters, the selection.
import { looks, type Look } from './colours'
import { hoursListened, type Day } from './days'
import { Opening } from './opening.svelte'
import { NOWHERE } from './places'
import type { Reading } from './reading'
import { DAY, HOUR, touches, type Clock } from './times'
import type { CaseMap, FootprintFeature, Incident, IncidentFeature, Party, Period } from './types'
import { capital, hypothesis, plain } from './words'

export interface Cover {
  party: Party
  covered: number
  of: number
  hourly: boolean
}

/** How many of the incidents shown have what; each is counted in `all` once. */
export interface Totals {
  all: number
  timeless: number
  mapped: number
  placeless: number
}

export class Room {
  record: Reading = $state.raw() as Reading

  period = $state<Period | null>(null)
  day = $state<string | null>(null)
  preset = $state('all')
  phenomenon = $state('')
  determination = $state('')
  clause = $state('')
  place = $state('')
  review = $state('')
  onlyNew = $state(false)
  fresh = $state.raw<ReadonlySet<string>>(new Set()) // ids that are new since the viewer last looked
  selected = $state<string | null>(null)
  hovered = $state<string | null>(null)
  closer = $state(0) // counts the wishes to see the selected incident from near
  wider = $state(0) // and those to see the whole area
  readonly opening = new Opening() // why the selected one is what it is, and its records

  inPeriod: Uint32Array = $derived.by(() => this.#inPeriod())
  shown: Uint32Array = $derived.by(() => this.#filtered())
  totals: Totals = $derived.by(() => this.#totals(this.shown))
  index: number | null = $derived.by(() => (this.selected === null ? null : (this.record.byId.get(this.selected) ?? null)))
  incident: Incident | null = $derived.by(() => (this.index === null ? null : this.record.at(this.index)))
  looks: ReadonlyMap<string, Look> = $derived(new Map(looks(this.map.case).map((look) => [look.id, look])))
  opened: IncidentFeature | null = $derived(this.opening.of(this.selected))
  looked: FootprintFeature[] = $derived.by(() => this.#looked())
  cover: Cover[] = $derived.by(() => this.map.case.parties.map((party) => this.#cover(party)))

  constructor(record: Reading) {
    this.record = record
  }

  get map(): CaseMap {
    return this.record.map
  }

  get clock(): Clock {
    return this.record.clock
  }

  get asOf(): number {
    return this.record.asOf
  }

  get days(): Day[] {
    return this.record.days
  }

  /** A newer reading: period, filters and selection stay as far as they still mean something. */
  take(record: Reading): void {
    this.record = record
    const still = (options: string[], chosen: string): string => (options.includes(chosen) ? chosen : '')
    this.phenomenon = still(record.phenomena, this.phenomenon)
    this.determination = still(record.determinations, this.determination)
    this.clause = still(record.clauses, this.clause)
    this.review = still(record.reviews, this.review)
    if (this.preset !== '' && this.period) this.chooseLast(this.preset, this.period.to - this.period.from)
    this.select(this.selected)
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

  get isWholeDays(): boolean {
    const { period, clock } = this
    return period === null || (clock.start(clock.day(period.from)) === period.from && clock.start(clock.day(period.to)) === period.to)
  }

  /** A part of a day. */
  choosePeriod(period: Period, day: string): void {
    this.period = period
    this.day = day
    this.preset = ''
  }

  /** The last hours before the newest moment of the record, or all of it. */
  chooseLast(name: string, length: number | null): void {
    this.preset = name
    this.day = null
    this.period = length === null ? null : { from: this.asOf - length, to: this.asOf }
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
    this.selected = id !== null && this.record.byId.has(id) ? id : null
  }

  /** The next or previous incident in the order of the list; from nowhere, the first or the last. */
  go(by: 1 | -1): void {
    const { shown } = this
    const at = this.index === null ? -1 : shown.indexOf(this.index)
    const next = at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.max(0, Math.min(shown.length - 1, at + by))
    const index = shown[next]
    if (index !== undefined) this.select(this.record.columns.ids[index] ?? null)
  }

  /** The next new incident in the order of the list, from the selected one on and around; where the list has none, one that
   * the period or the filters leave out. */
  goNew(): void {
    const { ids } = this.record.columns
    const at = this.index === null ? -1 : this.shown.indexOf(this.index)
    const isNew = (index: number): boolean => this.fresh.has(ids[index] as string)
    const next = this.shown.subarray(at + 1).find(isNew) ?? this.shown.subarray(0, at + 1).find(isNew)
    this.select(next === undefined ? (ids.find((id) => this.fresh.has(id)) ?? this.selected) : (ids[next] ?? null))
  }

  when({ from, to }: Incident): string {
    return from === null ? 'time not stated' : this.clock.span(from, to ?? from)
  }

  where({ lon, index }: Incident): string {
    return lon === null ? 'place not stated' : this.record.where(index)
  }

  /** An incident for those who listen. */
  sentence(incident: Incident): string {
    const parts = [capital(plain(incident.phenomenon)), incident.count, this.when(incident), this.where(incident), hypothesis(incident.determination, this.map.case)]
    return [...parts, this.fresh.has(incident.id) ? 'new' : ''].filter((part) => part !== '').join(', ')
  }

  get filters(): number {
    return [this.phenomenon, this.determination, this.clause, this.place.trim(), this.review, this.onlyNew ? 'new' : ''].filter((each) => each !== '').length
  }

  clear(): void {
    this.phenomenon = this.determination = this.clause = this.place = this.review = ''
    this.onlyNew = false
  }

  /** Also those without a stated time: they may lie in it, and are said to be apart. */
  #inPeriod(): Uint32Array {
    const { to, size } = this.record.columns
    const { timed } = this.record
    const [start, end] = this.period ? [this.period.from, this.period.to] : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    const [first, last] = this.record.between(start, end)
    const found = new Uint32Array(last - first + size - timed)
    let many = 0
    for (let index = first; index < last; index += 1) if ((to[index] as number) >= start) found[many++] = index
    for (let index = timed; index < size; index += 1) found[many++] = index
    return found.subarray(0, many)
  }

  #filtered(): Uint32Array {
    if (this.filters === 0) return this.inPeriod
    const { columns } = this.record
    const found = this.inPeriod
    const number = (words: string[], word: string): number => (word === '' ? -1 : words.indexOf(word))
    const tests: ((index: number) => boolean)[] = []
    for (const [column, wanted] of [
      [columns.phenomenon, number(columns.phenomena, this.phenomenon)], [columns.determination, number(columns.determinations, this.determination)],
      [columns.review, number(columns.reviews, this.review)],
    ] as const) if (wanted >= 0) tests.push((index) => column[index] === wanted)
    if (this.clause !== '') {
      const [sets, of] = [columns.clauseSets.map((set) => set.includes(this.clause)), columns.clauses]
      tests.push((index) => sets[of[index] as number] === true)
    }
    const named = this.#nearby()
    if (named) {
      const { near } = this.record.nearest
      tests.push((index) => named[near[index] as number] === true)
    }
    if (this.onlyNew) {
      const [{ ids }, fresh] = [columns, this.fresh]
      tests.push((index) => fresh.has(ids[index] as string))
    }
    return tests.reduce((left, test) => left.filter(test), found)
  }

  /** By number of the named place: whether its names have the words in them, in any script and case. */
  #nearby(): boolean[] | null {
    const words = this.place.trim().toLocaleLowerCase()
    if (words === '') return null
    const near = this.record.places.map((place) => place.words.toLocaleLowerCase().includes(words))
    near[NOWHERE] = false
    return near
  }

  #totals(shown: Uint32Array): Totals {
    const { from, lon } = this.record.columns
    let [timeless, mapped] = [0, 0]
    for (let at = 0; at < shown.length; at += 1) {
      const index = shown[at] as number
      if (from[index] !== from[index]) timeless += 1
      if (lon[index] === lon[index]) mapped += 1
    }
    return { all: shown.length, timeless, mapped, placeless: shown.length - mapped }
  }

  /** Passes of drones that the period touches. */
  #looked(): FootprintFeature[] {
    const all = this.map.footprints?.features ?? []
    const { period } = this
    return period ? all.filter(({ properties: { from, to } }) => touches(Date.parse(from), Date.parse(to) - 1, period)) : all
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
