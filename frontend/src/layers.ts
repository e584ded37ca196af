// The map's sources and layers: no tile server, no glyph address, no fill of any country.
import type { FeatureCollection } from 'geojson'
import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'

import type { CaseMap, Incident, Period } from './types'
import { circle } from './shapes'
import { looks } from './colours'
import { allNames } from './words'

/** Radius circles beyond this number hide the map and cost much: above it only the selected one is drawn. */
export const MOST_CIRCLES = 1500

const FONT = ['Noto Sans', 'DejaVu Sans', 'Arial', 'sans-serif']
const NOTHING: FeatureCollection = { type: 'FeatureCollection', features: [] }
const INK = '#1f2937'

export function style(map: CaseMap): StyleSpecification {
  return {
    version: 8,
    sources: sources(map),
    layers: [{ id: 'ground', type: 'background', paint: { 'background-color': '#e7e7e4' } }, ...layers()],
  }
}

function sources(map: CaseMap): Record<string, SourceSpecification> {
  const data = (value: FeatureCollection): SourceSpecification => ({ type: 'geojson', data: value })
  return {
    places: data({ ...map.features, features: map.features.features.map((place) => ({
      ...place, properties: { ...place.properties, label: allNames(place.properties.names).join('\n') },
    })) } as FeatureCollection),
    line: data(NOTHING),
    circles: data(NOTHING),
    rays: data(NOTHING),
    incidents: data(NOTHING),
    chosen: data(NOTHING),
  }
}

function layers(): LayerSpecification[] {
  return [...ground(), ...doubt(), ...places(), ...signs()]
}

function ground(): LayerSpecification[] {
  return [
    dashed('control', ['==', ['get', 'role'], 'control'], '#6b7280', 1, [3, 3]),
    dashed('zone', ['==', ['get', 'role'], 'zone'], '#7c5c1e', 1.2, [1, 2]),
    dashed('permitted', ['==', ['get', 'role'], 'permitted_area'], '#2f6b4f', 1.2, [5, 2, 1, 2]),
    dashed('corridor', ['==', ['get', 'role'], 'corridor'], '#35606e', 2, [6, 2]),
    { id: 'line-casing', type: 'line', source: 'line', paint: { 'line-color': '#ffffff', 'line-width': 5, 'line-opacity': 0.85 } },
    { id: 'line', type: 'line', source: 'line', paint: { 'line-color': INK, 'line-width': 2.2, 'line-dasharray': [3, 1.6] } },
  ]
}

function dashed(id: string, filter: unknown, colour: string, width: number, dashes: number[]): LayerSpecification {
  return {
    id, type: 'line', source: 'places', filter,
    paint: { 'line-color': colour, 'line-width': width, 'line-dasharray': dashes },
  } as LayerSpecification
}

// the colour of the hours covered, and of no side: a line of sight says where someone listened, not who fired
function doubt(): LayerSpecification[] {
  return [
    { id: 'circles-fill', type: 'fill', source: 'circles', paint: { 'fill-color': ['get', 'colour'], 'fill-opacity': 0.05 } },
    { id: 'circles', type: 'line', source: 'circles', paint: { 'line-color': ['get', 'colour'], 'line-width': 1, 'line-opacity': 0.35 } },
    { id: 'rays-fill', type: 'fill', source: 'rays', paint: { 'fill-color': '#2f6f66', 'fill-opacity': 0.2 } },
    { id: 'rays', type: 'line', source: 'rays', paint: { 'line-color': '#1f4f48', 'line-width': 1, 'line-opacity': 0.8 } },
    { id: 'chosen-fill', type: 'fill', source: 'chosen', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': INK, 'fill-opacity': 0.1 } },
    { id: 'chosen-line', type: 'line', source: 'chosen', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'line-color': INK, 'line-width': 1.6, 'line-dasharray': [2, 1] } },
  ]
}

function places(): LayerSpecification[] {
  const halo = { 'text-color': '#374151', 'text-halo-color': 'rgba(255,255,255,0.9)', 'text-halo-width': 1.4 }
  return [
    {
      id: 'settlements-dot', type: 'circle', source: 'places', filter: ['==', ['get', 'role'], 'settlement'],
      paint: { 'circle-radius': 2.4, 'circle-color': '#ffffff', 'circle-stroke-color': '#4b5563', 'circle-stroke-width': 1.2 },
    },
    {
      id: 'settlements', type: 'symbol', source: 'places', filter: ['==', ['get', 'role'], 'settlement'],
      layout: { 'text-field': ['get', 'label'], 'text-font': FONT, 'text-size': 11, 'text-line-height': 1.1, 'text-justify': 'auto',
        'text-variable-anchor': ['top', 'bottom', 'right', 'left', 'top-right', 'top-left', 'bottom-right', 'bottom-left'], 'text-radial-offset': 0.6, 'text-padding': 4 },
      paint: halo,
    },
    {
      id: 'others', type: 'circle', source: 'places', filter: ['all', ['==', ['geometry-type'], 'Point'], ['in', ['get', 'role'], ['literal', ['site', 'infrastructure']]]],
      paint: { 'circle-radius': 3.5, 'circle-color': '#8a6d1d', 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 1.2 },
    },
    {
      id: 'posts', type: 'symbol', source: 'places', filter: ['==', ['get', 'role'], 'observation_post'],
      layout: { 'icon-image': ['case', ['to-boolean', ['get', 'camera']], 'camera', 'post'], 'icon-allow-overlap': true, 'icon-ignore-placement': true },
    },
  ]
}

function signs(): LayerSpecification[] {
  return [
    {
      id: 'chosen', type: 'circle', source: 'chosen', filter: ['==', ['geometry-type'], 'Point'],
      paint: { 'circle-radius': 14, 'circle-color': 'rgba(255,255,255,0.75)', 'circle-stroke-color': INK, 'circle-stroke-width': 2.5 },
    },
    {
      id: 'incidents', type: 'symbol', source: 'incidents',
      layout: {
        'icon-image': ['get', 'determination'], 'icon-allow-overlap': true, 'icon-ignore-placement': false, 'icon-padding': 0,
        'icon-size': ['interpolate', ['linear'], ['zoom'], 6, 0.75, 10, 1],
        'symbol-sort-key': ['get', 'order'],
      },
    },
  ]
}

/** Points of the incidents that have a place. A named side lies above "undetermined" so that it is never hidden. */
export function points(incidents: Incident[]): FeatureCollection {
  return collection(incidents.filter(placed).map((incident) => ({
    type: 'Feature',
    properties: { id: incident.id, determination: incident.determination, order: incident.determination === 'undetermined' ? 0 : 1 },
    geometry: { type: 'Point', coordinates: [incident.lon as number, incident.lat as number] },
  })))
}

export function circles(incidents: Incident[], map: CaseMap): FeatureCollection {
  const colour = new Map(looks(map.case).map((look) => [look.id, look.colour]))
  const drawn = incidents.filter(placed)
  if (drawn.length > MOST_CIRCLES) return NOTHING
  return collection(drawn.flatMap((incident) => disc(incident, { colour: colour.get(incident.determination) ?? INK })))
}

export function chosen(incident: Incident | null): FeatureCollection {
  if (!incident || !placed(incident)) return NOTHING
  const point: FeatureCollection['features'][number] = {
    type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [incident.lon as number, incident.lat as number] },
  }
  return collection([...disc(incident, {}), point])
}

export function rays(incident: Incident | null, map: CaseMap): FeatureCollection {
  return collection(incident ? map.rays.features.filter((ray) => ray.properties.incident === incident.id) : [])
}

/** The line as it was at the end of the period. */
export function lineAt(map: CaseMap, period: Period | null, asOf: number): FeatureCollection {
  const at = period ? Math.min(period.to - 1, asOf) : asOf
  return collection(map.line.filter(({ properties }) =>
    (!properties.valid_from || Date.parse(properties.valid_from) <= at) &&
    (!properties.valid_to || at < Date.parse(properties.valid_to))))
}

export function placed(incident: Incident): boolean {
  return incident.lon !== null && incident.lat !== null
}

/** West, south, east, north of points and polygons; null where there are none. */
export function extent(features: FeatureCollection['features']): [number, number, number, number] | null {
  const all = features.flatMap(({ geometry }) =>
    geometry.type === 'Polygon' ? geometry.coordinates.flat() : geometry.type === 'Point' ? [geometry.coordinates] : [])
  if (all.length === 0) return null
  const [lons, lats] = [all.map((at) => at[0] as number), all.map((at) => at[1] as number)]
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)]
}

function disc(incident: Incident, properties: Record<string, string>): FeatureCollection['features'] {
  if (!incident.radius_km_68) return []
  const ring = circle(incident.lon as number, incident.lat as number, incident.radius_km_68)
  return [{ type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [ring] } }]
}

function collection(features: FeatureCollection['features']): FeatureCollection {
  return { type: 'FeatureCollection', features }
}
