// Everything that the map shows, as tables in words.
import { letterOf } from './colours'
import { errorWords, gradeWords, lastsWords, seenWords } from './looked'
import { nameOf, NOWHERE } from './places'
import type { Room } from './room.svelte'
import { dayWords } from './times'
import type { CaseMap, PlaceProperties } from './types'
import { capital, hours, hypothesis, plain, several } from './words'

export interface Column {
  name: string
  width: number // em
  cell: (row: number) => string
  /** What a row is sorted by; numbers, so that a hundred thousand rows are quick. Not stated is NaN, and stands last. */
  rank?: (row: number) => number
}

export interface Table {
  size: number
  columns: Column[]
  key: (row: number) => string
  pick?: (row: number) => void
  picked: number // row of what is selected; -1: none
}

/** The place of each word in the alphabet: sorting by it is sorting by words. */
function ranks(words: string[]): number[] {
  const sorted = words.map((word, index): [string, number] => [word, index]).sort(([one], [other]) => one.localeCompare(other, undefined, { numeric: true }))
  const found = new Array<number>(words.length)
  sorted.forEach(([, index], rank) => (found[index] = rank))
  return found
}

export function incidentTable(room: Room): Table {
  const { record, shown } = room
  const { columns } = record
  const at = (row: number): number => shown[row] as number
  const by = (words: string[], numbers: Uint32Array): ((row: number) => number) => {
    const order = ranks(words)
    return (row) => order[numbers[at(row)] as number] ?? Number.NaN
  }
  const text = (get: (row: ReturnType<typeof record.at>) => string) => (row: number): string => get(record.at(at(row)))
  const determination = columns.determinations.map((id) => hypothesis(id, room.map.case))
  const review: Column = { name: 'Review', width: 7, cell: text(({ review }) => capital(plain(review || 'not said'))), rank: by(columns.reviews, columns.review) }
  const fresh: Column = { name: 'New', width: 4, cell: text(({ id }) => (room.fresh.has(id) ? 'new' : '')), rank: (row) => (room.fresh.has(columns.ids[at(row)] as string) ? 0 : 1) }
  return {
    size: shown.length, key: (row) => columns.ids[at(row)] as string,
    pick: (row) => room.select(columns.ids[at(row)] as string), picked: room.index === null ? -1 : shown.indexOf(room.index),
    columns: [
      { name: 'Time', width: 14, cell: text((incident) => capital(room.when(incident))), rank: (row) => columns.from[at(row)] as number },
      { name: 'Phenomenon', width: 9, cell: text(({ phenomenon }) => capital(plain(phenomenon))), rank: by(columns.phenomena, columns.phenomenon) },
      { name: 'Count', width: 6, cell: text(({ count }) => count) },
      { name: 'Machine proposes', width: 10, cell: text(({ determination }) => hypothesis(determination, room.map.case)), rank: by(determination, columns.determination) },
      { name: 'Where', width: 16, cell: text((incident) => capital(room.where(incident))), rank: nearRank(room) },
      { name: 'Within (68 %)', width: 5, cell: text(({ radius_km_68: km }) => (km === null ? '' : `${km < 10 ? km.toFixed(1) : Math.round(km)} km`)), rank: (row) => columns.radius[at(row)] as number },
      { name: 'Clauses', width: 5, cell: text(({ clauses }) => clauses.join(', ')), rank: by(columns.clauseSets.map((set) => set.join(', ')), columns.clauses) },
      ...(record.reviews.length > 0 ? [review] : []), ...(room.fresh.size > 0 ? [fresh] : []),
      { name: 'Records', width: 5, cell: text(({ records }) => String(records)), rank: (row) => columns.records[at(row)] as number },
      { name: 'Incident', width: 8, cell: (row) => columns.ids[at(row)] as string },
    ],
  }
}

function nearRank({ record, shown }: Room): (row: number) => number {
  let order: number[] | null = null
  return (row) => {
    order ??= ranks(record.places.map(({ words }) => words))
    const { near, nearKm } = record.nearest
    const index = shown[row] as number
    return near[index] === NOWHERE ? Number.NaN : (order[near[index] as number] as number) + Math.min((nearKm[index] as number) / 1e5, 0.9)
  }
}

export function placeTable(room: Room, wanted: (properties: PlaceProperties) => boolean): Table {
  const rows = room.map.features.features.filter(({ properties }) => wanted(properties))
  return textTable(rows.map(({ geometry, properties }) => [
    nameOf(properties, room.asOf), properties.camera ? 'Camera' : capital(plain(properties.role)), lies(geometry), exact(properties.accuracy_km), properties.source || 'not stated', properties.id,
  ]), [['Name', 18], ['What', 10], ['Where', 16], ['Known to', 8], ['Source', 14], ['Id', 8]])
}

export function lineTable(room: Room): Table {
  const when = (at: string | null | undefined, otherwise: string): string => (at ? room.clock.stamp(Date.parse(at)) : otherwise)
  return textTable(room.map.line.map(({ geometry, properties }) => [
    Object.values(properties.names)[0] ?? properties.id, when(properties.valid_from, 'not stated'), when(properties.valid_to, 'still valid'),
    lies(geometry), exact(properties.accuracy_km), properties.source || 'not stated', properties.id,
  ]), [['Version', 12], ['From', 11], ['Until', 11], ['Where', 16], ['Known to', 8], ['Source', 12], ['Id', 8]])
}

/** What drones had in view, pass by pass; also what is not drawn. */
export function lookedTable(room: Room): Table {
  const rows = room.looked
  const table = textTable(rows.map(({ geometry, properties }) => [
    room.clock.span(Date.parse(properties.from), Date.parse(properties.to) - 1), properties.unit, capital(properties.view), lastsWords(properties),
    geometry || properties.view !== 'denied' ? capital(gradeWords(properties.grade)) : 'No ground told', errorWords(properties), seenWords(properties), geometry ? lies(geometry) : 'not drawn',
  ]), [['Time', 14], ['Mission', 10], ['View', 6], ['For', 5], ['Whether it lies there', 16], ['Edge', 6], ['Ground seen', 8], ['Where, coarsely', 20]])
  table.columns[0] = { ...(table.columns[0] as Column), rank: (row) => Date.parse(rows[row]?.properties.from ?? '') }
  return table
}

export function coverageTable(room: Room): Table {
  const rows = room.daysShown.flatMap((day) => room.map.case.parties.map((party, index) => {
    const effort = day.efforts[party.id]
    const states = [...new Set(effort?.by_hour ?? [])].map((state) => `${effort?.by_hour.filter((other) => other === state).length} h ${plain(state)}`)
    return [dayWords(day.day), `${letterOf(index)} ${party.name}`, effort && effort.hours > 0 ? hours(effort.hours) : 'nothing', states.join(', ') || 'nobody listened', effort ? several(effort.observers, 'observer') : 'none', several(day.incidents, 'incident')]
  }))
  const table = textTable(rows, [['Day', 8], ['Side', 14], ['Covered', 6], ['Hour by hour', 26], ['By', 8], ['On the day', 8]])
  const sides = room.map.case.parties.length
  table.columns[0] = { ...(table.columns[0] as Column), rank: (row) => Math.floor(row / sides) }
  return table
}

function textTable(rows: string[][], heads: [string, number][]): Table {
  const columns = heads.map(([name, width], column): Column => {
    const order = ranks(rows.map((row) => row[column] as string))
    return { name, width, cell: (row) => rows[row]?.[column] ?? '', rank: (row) => order[row] as number }
  })
  return { size: rows.length, columns, key: String, picked: -1 }
}

function exact(km: number | null | undefined): string {
  return km ? `± ${km} km` : 'not stated'
}

/** A point's degrees, or from where to where something reaches. */
function lies(geometry: CaseMap['features']['features'][number]['geometry']): string {
  const all = 'coordinates' in geometry ? flat(geometry.coordinates) : []
  const [lons, lats] = [all.filter((_, index) => index % 2 === 0), all.filter((_, index) => index % 2 === 1)]
  const span = (values: number[]): string => {
    const [least, most] = [values.reduce((one, other) => Math.min(one, other), Infinity).toFixed(3), values.reduce((one, other) => Math.max(one, other), -Infinity).toFixed(3)]
    return least === most ? least : `${least} to ${most}`
  }
  return all.length === 0 ? '' : `${span(lats)} N, ${span(lons)} E`
}

/** Longitude and latitude in turn, without heights. */
function flat(nested: unknown[]): number[] {
  return typeof nested[0] === 'number' ? (nested.slice(0, 2) as number[]) : nested.flatMap((inner) => flat(inner as unknown[]))
}
