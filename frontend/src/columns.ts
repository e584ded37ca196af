// What filters, sorts and draws, as one array for each field: the first view of all incidents, as report/overview.py
// writes it. Why, and the records of an incident, are asked for when it is opened.
import type { CaseMap } from './types'

const HEAD = 8 // bytes: the length of the head, in digits
const WHOLE = 65535 // of a share
const TYPES = { f8: Float64Array, f4: Float32Array, u4: Uint32Array, u2: Uint16Array } as const

/** The incidents, newest first; those without a time stand last. NaN: not stated. */
export interface Columns {
  size: number
  ids: string[]
  from: Float64Array // first millisecond
  to: Float64Array // last millisecond
  lon: Float32Array // degrees, to half a metre
  lat: Float32Array
  radius: Float32Array // km, 68 %
  records: Uint32Array // how many
  phenomenon: Uint32Array // number of its word in `phenomena`, and so on
  count: Uint32Array
  determination: Uint32Array
  words: Uint32Array
  clauses: Uint32Array // number of its set in `clauseSets`
  review: Uint32Array // '' where nothing is said of it
  phenomena: string[]
  counts: string[]
  determinations: string[]
  sentences: string[]
  clauseSets: string[][]
  reviews: string[]
  shares: [name: string, of: Uint16Array][] // the probability of each explanation, in 65,535ths
}

/** The case, and its incidents as columns. */
export interface Read {
  map: CaseMap
  columns: Columns
}

interface Head {
  map: CaseMap
  size: number
  ids: string[]
  columns: [name: string, type: keyof typeof TYPES][]
  shares: string[]
  words: { phenomenon: string[]; count: string[]; determination: string[]; words: string[]; clauses: (string[] | '')[]; review: string[] }
}

/** Throws SyntaxError or RangeError where the bytes are not such a view. */
export function read(buffer: ArrayBuffer): Read {
  const decoder = new TextDecoder()
  const long = Number(decoder.decode(new Uint8Array(buffer, 0, HEAD)))
  const head = JSON.parse(decoder.decode(new Uint8Array(buffer, HEAD, long))) as Head
  const { size, ids, words, map } = head
  const found: Record<string, InstanceType<(typeof TYPES)[keyof typeof TYPES]>> = {}
  let at = HEAD + long
  for (const [name, type] of head.columns) {
    const column = new TYPES[type](buffer, at, size)
    found[name] = column
    at += column.byteLength
  }
  const shares = head.shares.map((name, number): [string, Uint16Array] => [name, found[`p${number}`] as Uint16Array])
  const columns = {
    ...found, size, ids, shares, phenomena: words.phenomenon, counts: words.count, determinations: words.determination,
    sentences: words.words, clauseSets: words.clauses.map((set) => set || []), reviews: words.review,
  }
  return { map, columns: columns as unknown as Columns }
}

/** The probability of each explanation. */
export function sharesAt({ shares }: Columns, index: number): [string, number][] {
  return shares.map(([name, of]) => [name, (of[index] as number) / WHOLE])
}
