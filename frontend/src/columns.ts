// What filters, sorts and draws, as one array for each field; everything else of an incident stays in the bytes of
// map.json until somebody looks at it.
import { named, nearest, type Named } from './places'
import { elements, members, value, type Range } from './scan'
import type { CaseMap, IncidentFeature } from './types'

/** The incidents, newest first; those without a time stand last. NaN: not stated. */
export interface Columns {
  size: number
  ids: string[]
  from: Float64Array<ArrayBuffer> // first millisecond
  to: Float64Array<ArrayBuffer> // last millisecond
  lon: Float64Array<ArrayBuffer> // degrees
  lat: Float64Array<ArrayBuffer>
  radius: Float32Array<ArrayBuffer> // km, 68 %
  phenomenon: Uint16Array<ArrayBuffer> // number of its word in `phenomena`, and so on
  determination: Uint16Array<ArrayBuffer>
  clauses: Uint16Array<ArrayBuffer> // number of its set in `clauseSets`
  review: Uint16Array<ArrayBuffer> // '' where map.json says nothing of it
  phenomena: string[]
  determinations: string[]
  clauseSets: string[][]
  reviews: string[]
  near: Uint16Array<ArrayBuffer> // number of the nearest named place in `named(map)`; NOWHERE: none
  nearKm: Float32Array<ArrayBuffer>
  bytes: Uint8Array<ArrayBuffer> // map.json
  starts: Uint32Array<ArrayBuffer> // where each incident begins and ends in it
  ends: Uint32Array<ArrayBuffer>
}

/** The case without its incidents, and these as columns: what the reading worker hands over. */
export interface Read {
  map: CaseMap
  columns: Columns
}

/** Throws SyntaxError where the bytes are not such a JSON. */
export function read(bytes: Uint8Array<ArrayBuffer>): Read {
  const rest: Record<string, unknown> = {}
  let found: Range[] = []
  for (const [name, range] of members(bytes, bytes.indexOf(0x7b))) {
    if (name === 'incidents') found = features(bytes, range)
    else rest[name] = value(bytes, range)
  }
  const map = rest as unknown as CaseMap
  return { map, columns: columns(bytes, found, named(map)) }
}

export function incidentAt(columns: Columns, index: number): IncidentFeature {
  return value(columns.bytes, { from: columns.starts[index] as number, to: columns.ends[index] as number })
}

/** The buffers that change hands without a copy. */
export function buffers(columns: Columns): ArrayBuffer[] {
  return Object.values(columns).filter(ArrayBuffer.isView).map((view) => view.buffer as ArrayBuffer)
}

function features(bytes: Uint8Array, collection: Range): Range[] {
  for (const [name, list] of members(bytes, collection.from)) if (name === 'features') return [...elements(bytes, list.from)]
  return []
}

/** Words that repeat: an incident has the number of its word. */
class Words {
  readonly list: string[] = []
  readonly #numbers = new Map<string, number>()

  number(word: string): number {
    const known = this.#numbers.get(word)
    if (known !== undefined) return known
    this.#numbers.set(word, this.list.length)
    return this.list.push(word) - 1
  }
}

interface Row {
  id: string
  range: Range
  from: number
  to: number
  lon: number
  lat: number
  radius: number
  phenomenon: number
  determination: number
  clauses: number
  review: number
}

function columns(bytes: Uint8Array<ArrayBuffer>, found: Range[], places: Named[]): Columns {
  const words = { phenomenon: new Words(), determination: new Words(), clauses: new Words(), review: new Words() }
  const rows = found.map((range) => row(value<IncidentFeature>(bytes, range), range, words)).sort(newestFirst)
  const wide = (field: 'from' | 'to' | 'lon' | 'lat'): Float64Array<ArrayBuffer> => Float64Array.from(rows, (each) => each[field])
  const small = (field: keyof typeof words): Uint16Array<ArrayBuffer> => Uint16Array.from(rows, (each) => each[field])
  const [lon, lat] = [wide('lon'), wide('lat')]
  return {
    size: rows.length, ids: rows.map(({ id }) => id), bytes,
    from: wide('from'), to: wide('to'), lon, lat, ...nearest(lon, lat, places), radius: Float32Array.from(rows, ({ radius }) => radius),
    phenomenon: small('phenomenon'), determination: small('determination'), clauses: small('clauses'), review: small('review'),
    phenomena: words.phenomenon.list, determinations: words.determination.list, reviews: words.review.list,
    clauseSets: words.clauses.list.map((set) => JSON.parse(set) as string[]),
    starts: Uint32Array.from(rows, ({ range }) => range.from), ends: Uint32Array.from(rows, ({ range }) => range.to),
  }
}

function row({ geometry, properties }: IncidentFeature, range: Range, words: Record<'phenomenon' | 'determination' | 'clauses' | 'review', Words>): Row {
  const [lon = Number.NaN, lat = Number.NaN] = geometry?.coordinates ?? []
  return {
    id: properties.id, range, ...times(properties.first, properties.last), lon, lat, radius: properties.radius_km_68 ?? Number.NaN,
    phenomenon: words.phenomenon.number(properties.phenomenon), determination: words.determination.number(properties.determination),
    clauses: words.clauses.number(JSON.stringify(properties.clauses)), review: words.review.number(properties.review ?? ''),
  }
}

/** An end is exclusive: what lasts until midnight does not touch the next day. */
export function times(first: string | null, last: string | null): { from: number; to: number } {
  const from = first ? Date.parse(first) : Number.NaN
  const until = last ? Date.parse(last) : from
  return { from, to: until > from ? until - 1 : from }
}

function newestFirst(one: Row, other: Row): number {
  const [timeless, otherTimeless] = [Number.isNaN(one.from), Number.isNaN(other.from)]
  if (timeless !== otherTimeless) return timeless ? 1 : -1
  return (timeless ? 0 : other.from - one.from) || (one.id < other.id ? -1 : 1)
}
