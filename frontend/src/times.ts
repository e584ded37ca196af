// Days and hours in the time zone of the case. A day is its ISO date there; it has 23, 24 or 25 hours.
import type { Period } from './types'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR
const QUARTER = HOUR / 4

export class Clock {
  readonly zone: string
  readonly #date: Intl.DateTimeFormat
  readonly #days = new Map<number, string>()
  readonly #parts: Intl.DateTimeFormat

  constructor(zone: string) {
    this.zone = zone
    this.#date = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
    this.#parts = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit',
      hour: '2-digit', minute: '2-digit', second: '2-digit',
    })
  }

  /** The same for a quarter of an hour, the finest step of any zone's offset: a hundred thousand times need few answers. */
  day(at: number): string {
    const quarter = Math.floor(at / QUARTER)
    const known = this.#days.get(quarter)
    if (known !== undefined) return known
    const day = this.#date.format(quarter * QUARTER)
    this.#days.set(quarter, day)
    return day
  }

  /** "16 Aug 2016 21:30" there. */
  stamp(at: number): string {
    return `${dayWords(this.day(at))} ${this.hourMinute(at)}`
  }

  /** From a first to a last millisecond; whole days are said as such, since their hour was not stated. */
  span(from: number, to: number): string {
    const [first, last, until] = [this.day(from), this.day(to), to + 1]
    if (until - from < 60_000) return this.stamp(from)
    if (from === this.start(first) && until === this.start(shiftDay(last, 1)))
      return first === last ? `${dayWords(first)}, hour not stated` : `${shortDay(first)} – ${dayWords(last)}, hour not stated`
    return `${this.stamp(from)} – ${first === last ? this.hourMinute(until) : this.stamp(until)}`
  }

  hourMinute(at: number): string {
    const part = this.#fields(at)
    return `${part.hour}:${part.minute}`
  }

  /** "21:30:05" there. */
  time(at: number): string {
    const part = this.#fields(at)
    return `${part.hour}:${part.minute}:${part.second}`
  }

  /** First millisecond of that day there: the offset is asked twice because it may change between the two guesses. */
  start(day: string): number {
    const guess = Date.parse(`${day}T00:00:00Z`)
    const first = guess - this.#offset(guess)
    return guess - this.#offset(first)
  }

  period(first: string, last: string = first): Period {
    return { from: this.start(first), to: this.start(shiftDay(last, 1)) }
  }

  #fields(at: number): Record<string, string> {
    return Object.fromEntries(this.#parts.formatToParts(at).map((part) => [part.type, part.value]))
  }

  #offset(at: number): number {
    const p = this.#fields(at)
    return Date.parse(`${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}:${p.second}Z`) - Math.floor(at / 1000) * 1000
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

export function shiftDay(day: string, by: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + by * DAY).toISOString().slice(0, 10)
}

/** Number of calendar days strictly between two days. */
export function daysBetween(first: string, second: string): number {
  return Math.round((Date.parse(`${second}T00:00:00Z`) - Date.parse(`${first}T00:00:00Z`)) / DAY) - 1
}

export function dayWords(day: string): string {
  return `${shortDay(day)} ${day.slice(0, 4)}`
}

export function shortDay(day: string): string {
  return `${Number(day.slice(8, 10))} ${MONTHS[Number(day.slice(5, 7)) - 1]}`
}

/** Whether something that lasts from `from` to `to` (inclusive) touches the period. */
export function touches(from: number, to: number, period: Period): boolean {
  return from < period.to && to >= period.from
}
