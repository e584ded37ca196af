// The map's sources and layers: no tile server, no glyph address, no fill of any country.
import type { FeatureCollection } from 'geojson'
import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'

import type { Ink } from './theme.svelte'
import { VIEWS } from './looked'
import type { CaseMap, FootprintFeature, Incident, IncidentFeature, Period } from './types'
import { circle } from './shapes'
import { allNames } from './words'

const FONT = ['Noto Sans', 'DejaVu Sans', 'Arial', 'sans-serif']
const NOTHING: FeatureCollection = { type: 'FeatureCollection', features: [] }

export function style(map: CaseMap, ink: Ink): StyleSpecification {
  return { version: 8, sources: sources(map), layers: layers(ink) }
}

function sources(map: CaseMap): Record<string, SourceSpecification> {
  const data = (value: FeatureCollection): SourceSpecification => ({ type: 'geojson', data: value })
  return {
    places: data({ ...map.features, features: map.features.features.map((place) => ({
      ...place, properties: { ...place.properties, label: allNames(place.properties.names, Date.parse(map.case.as_of)).join('\n') },
    })) } as FeatureCollection),
    looked: data(NOTHING),
    line: data(NOTHING),
    rays: data(NOTHING),
    chosen: data(NOTHING),
  }
}

export function layers(ink: Ink): LayerSpecification[] {
  return [...ground(ink), ...looked(ink), ...doubt(ink), ...places(ink), chosenPoint(ink)]
}

function ground(ink: Ink): LayerSpecification[] {
  return [
    { id: 'ground', type: 'background', paint: { 'background-color': ink.ground } },
    dashed('control', ['==', ['get', 'role'], 'control'], ink.control, 1, [3, 3]),
    dashed('zone', ['==', ['get', 'role'], 'zone'], ink.zone, 1.2, [1, 2]),
    dashed('permitted', ['==', ['get', 'role'], 'permitted_area'], ink.permitted, 1.2, [5, 2, 1, 2]),
    dashed('corridor', ['==', ['get', 'role'], 'corridor'], ink.corridor, 2, [6, 2]),
    { id: 'line-casing', type: 'line', source: 'line', paint: { 'line-color': ink.casing, 'line-width': 5, 'line-opacity': 0.85 } },
    { id: 'line', type: 'line', source: 'line', paint: { 'line-color': ink.line, 'line-width': 2.2, 'line-dasharray': [3, 1.6] } },
  ]
}

// a pattern and a dash for each view, and one neutral ink: no colour tells them apart
function looked(ink: Ink): LayerSpecification[] {
  return VIEWS.flatMap(({ view, dashes }): LayerSpecification[] => {
    const of = { source: 'looked', filter: ['==', ['get', 'view'], view] }
    return [
      { id: `looked-${view}`, type: 'fill', ...of, paint: { 'fill-pattern': pattern(view, ink) } } as LayerSpecification,
      { id: `looked-${view}-edge`, type: 'line', ...of, paint: { 'line-color': ink.looked, 'line-width': 1.4, 'line-dasharray': dashes } } as LayerSpecification,
    ]
  })
}

/** The name of the picture that fills what was in such a view. */
export function pattern(view: string, ink: Ink): string {
  return `${view} ${ink.looked}`
}

export function lookedAt(features: FootprintFeature[]): FeatureCollection {
  return collection(features.filter((each): each is FootprintFeature & FeatureCollection['features'][number] => each.geometry !== null))
}

function dashed(id: string, filter: unknown, colour: string, width: number, dashes: number[]): LayerSpecification {
  return {
    id, type: 'line', source: 'places', filter,
    paint: { 'line-color': colour, 'line-width': width, 'line-dasharray': dashes },
  } as LayerSpecification
}

// the colour of the hours covered, and of no side: a line of sight says where someone listened, not who fired
function doubt(ink: Ink): LayerSpecification[] {
  return [
    { id: 'rays-fill', type: 'fill', source: 'rays', paint: { 'fill-color': ink.ray, 'fill-opacity': 0.2 } },
    { id: 'rays', type: 'line', source: 'rays', paint: { 'line-color': ink.rayEdge, 'line-width': 1, 'line-opacity': 0.8 } },
    { id: 'chosen-fill', type: 'fill', source: 'chosen', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': ink.line, 'fill-opacity': 0.1 } },
    { id: 'chosen-line', type: 'line', source: 'chosen', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'line-color': ink.line, 'line-width': 1.6, 'line-dasharray': [2, 1] } },
  ]
}

function places(ink: Ink): LayerSpecification[] {
  const halo = { 'text-color': ink.text, 'text-halo-color': ink.halo, 'text-halo-width': 1.4 }
  return [
    {
      id: 'settlements-dot', type: 'circle', source: 'places', filter: ['==', ['get', 'role'], 'settlement'],
      paint: { 'circle-radius': 2.4, 'circle-color': ink.ground, 'circle-stroke-color': ink.text, 'circle-stroke-width': 1.2 },
    },
    {
      id: 'settlements', type: 'symbol', source: 'places', filter: ['==', ['get', 'role'], 'settlement'],
      layout: { 'text-field': ['get', 'label'], 'text-font': FONT, 'text-size': 11, 'text-line-height': 1.1, 'text-justify': 'auto',
        'text-variable-anchor': ['top', 'bottom', 'right', 'left', 'top-right', 'top-left', 'bottom-right', 'bottom-left'], 'text-radial-offset': 0.6, 'text-padding': 4 },
      paint: halo,
    },
    {
      id: 'others', type: 'circle', source: 'places', filter: ['all', ['==', ['geometry-type'], 'Point'], ['in', ['get', 'role'], ['literal', ['site', 'infrastructure']]]],
      paint: { 'circle-radius': 3.5, 'circle-color': ink.site, 'circle-stroke-color': ink.casing, 'circle-stroke-width': 1.2 },
    },
    {
      id: 'posts', type: 'symbol', source: 'places', filter: ['==', ['get', 'role'], 'observation_post'],
      layout: { 'icon-image': ['case', ['to-boolean', ['get', 'camera']], 'camera', 'post'], 'icon-allow-overlap': true, 'icon-ignore-placement': true },
    },
  ]
}

function chosenPoint(ink: Ink): LayerSpecification {
  return {
    id: 'chosen', type: 'circle', source: 'chosen', filter: ['==', ['geometry-type'], 'Point'],
    paint: { 'circle-radius': 15, 'circle-color': 'rgba(255,255,255,0.75)', 'circle-stroke-color': ink.line, 'circle-stroke-width': 3 },
  }
}

export function chosen(incident: Incident | null): FeatureCollection {
  if (!incident || !placed(incident)) return NOTHING
  const point: FeatureCollection['features'][number] = {
    type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [incident.lon as number, incident.lat as number] },
  }
  return collection([...disc(incident.lon as number, incident.lat as number, incident.radius_km_68 ?? 0), point])
}

export function rays(opened: IncidentFeature | null): FeatureCollection {
  return collection(opened?.rays.features ?? [])
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

function disc(lon: number, lat: number, radiusKm: number): FeatureCollection['features'] {
  if (!(radiusKm > 0)) return []
  return [{ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [circle(lon, lat, radiusKm)] } }]
}

function collection(features: FeatureCollection['features']): FeatureCollection {
  return features.length > 0 ? { type: 'FeatureCollection', features } : NOTHING
}
