// The shape of what the page is given: the case around its incidents, and one incident.
import type { Feature, FeatureCollection, LineString, MultiPolygon, Point, Polygon } from 'geojson'

export type Names = Record<string, string>

export interface Party {
  id: string
  name: string
  colour: string
}

/** An explanation that probabilities are given for, with the report's own colour. */
export interface Hypothesis {
  id: string
  name: string
  colour: string
}

/** One reason with its bits (log2 likelihood) for each explanation, and the line of evidence that it belongs to. */
export interface Reason {
  reason: string
  line: string
  bits: Record<string, number>
}

export interface Observation {
  key: string
  id: string
  source: string
  means: string
  direction: string
  count: string
  time: string // when it began, at the earliest
  until?: string | null // when it had ended, at the latest
  text: string
  claim?: string | null
}

/** Why a proposal is what it is, and what it rests on. */
export interface Grounds {
  why: string
  reasons?: Reason[]
  observations: Observation[]
}

/** One incident as the server has it, with its lines of sight; what the first view has too is read from there. */
export type IncidentFeature = Feature<Point | null, Grounds> & { rays: FeatureCollection<Polygon> }

export interface PlaceProperties {
  role: string
  id: string
  names: Names
  camera?: boolean
  source: string
  accuracy_km?: number | null
}

export interface LineProperties {
  id: string
  names: Names
  source: string
  accuracy_km?: number | null
  valid_from?: string | null
  valid_to?: string | null
}

export type Listening = 'fire_recorded' | 'fire_at_some_time' | 'quiet' | 'partly_covered' | 'not_covered'

export interface Effort {
  day: string
  side: string
  hours: number
  observer_hours: number
  observers: number
  by_hour: Listening[] // fire_at_some_time: fire in a longer window that this hour belongs to, so neither quiet nor surely fire
}

export type View = 'clear' | 'degraded' | 'denied'

/** What one pass of a drone's mission had in view, in squares of 500 m; null where no ground is known. */
export interface FootprintProperties {
  unit: string
  from: string
  to: string
  view: View
  grade: string
  error_m: number | null
  km2: number | null // what was really seen, less than the squares
}

export type FootprintFeature = Feature<Polygon | MultiPolygon | null, FootprintProperties>

export interface Relief {
  url: string
  west: number
  south: number
  east: number
  north: number
  credit: string
}

/** The case without its incidents, which `columns.ts` reads. */
export interface CaseMap {
  case: { id: string; title: string; parties: Party[]; hypotheses?: Hypothesis[]; time_zone: string; as_of: string }
  line: Feature<LineString, LineProperties>[]
  features: FeatureCollection<NonNullable<Feature['geometry']>, PlaceProperties>
  relief: Relief | null
  efforts: Effort[]
  footprints?: { features: FootprintFeature[] } // newest first; missing in what an older version wrote
  footprints_left_out?: number // earlier ones, in registers/footprints.csv only
  has_rays: boolean // whether any incident has lines of sight
  incidents_left_out?: number // earlier ones, in incidents.csv only
  bounds: [number, number, number, number]
}

/** An incident as the first view has it: first and last millisecond (null: not stated), place in degrees (null: none). */
export interface Incident {
  index: number // in the columns
  id: string
  from: number | null
  to: number | null
  lon: number | null
  lat: number | null
  radius_km_68: number | null
  phenomenon: string
  count: string
  determination: string
  words: string
  shares: [name: string, p: number][]
  clauses: string[]
  records: number
  review: string // what both staffs make of it: awaited, agreed, differing, abstained; '' in a case without a room
}

/** A period, from (inclusive) to (exclusive), in milliseconds. */
export interface Period {
  from: number
  to: number
}
