// The days of the record: how many incidents touch each, and how long anybody listened on it.
import type { Columns } from './columns'
import { HOUR, type Clock } from './times'
import type { Effort, Listening, Period } from './types'

/** One day of the timeline: what was recorded, and per side how long anybody listened (no row: nobody did). */
export interface Day {
  day: string
  period: Period
  incidents: number
  efforts: Record<string, Effort | undefined>
}

export function daysOf(columns: Columns, efforts: Effort[], clock: Clock): Day[] {
  const names = new Set(efforts.map((effort) => effort.day))
  for (let index = 0; index < columns.size && !Number.isNaN(columns.from[index]); index += 1) {
    names.add(clock.day(columns.from[index] as number))
    names.add(clock.day(columns.to[index] as number))
  }
  const days = [...names].sort().map((day): Day => ({ day, period: clock.period(day), incidents: 0, efforts: {} }))
  const byDay = new Map(days.map((day) => [day.day, day]))
  for (const effort of efforts) (byDay.get(effort.day) as Day).efforts[effort.side] = effort
  for (let index = 0; index < columns.size && !Number.isNaN(columns.from[index]); index += 1)
    count(days, columns.from[index] as number, columns.to[index] as number)
  return days
}

/** An incident whose time is in doubt counts on every day that it may touch, as it does in the list of each such day. */
function count(days: Day[], from: number, to: number): void {
  let low = 0
  let high = days.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((days[middle] as Day).period.to <= from) low = middle + 1
    else high = middle
  }
  for (let day = days[low]; day && day.period.from <= to; day = days[(low += 1)]) day.incidents += 1
}

// that fire was recorded at some time of a longer window does not show that anybody watched this hour of it
const UNWATCHED: ReadonlySet<Listening> = new Set<Listening>(['not_covered', 'fire_at_some_time'])

export function hoursListened(day: Day, side: string, period: Period): number {
  const hours = day.efforts[side]?.by_hour ?? []
  return hours.reduce((sum, listening, hour) => {
    const from = Math.max(day.period.from + hour * HOUR, period.from)
    const to = Math.min(day.period.from + (hour + 1) * HOUR, period.to)
    return UNWATCHED.has(listening) ? sum : sum + Math.max(0, to - from) / HOUR
  }, 0)
}
