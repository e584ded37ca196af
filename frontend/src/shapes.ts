// Geometry that the page computes itself: true circles in kilometres, and rows of a picture in Mercator spacing.
import type { Position } from 'geojson'

const EARTH_KM = 6371.0088 // mean radius, IUGG
const VERTICES = 48

const rad = (deg: number): number => (deg * Math.PI) / 180
const deg = (radians: number): number => (radians * 180) / Math.PI

/** Ring of points at one great-circle distance from a centre (direct problem on the sphere), closed. */
export function circle(lon: number, lat: number, radiusKm: number): Position[] {
  const ring = Array.from({ length: VERTICES }, (_, step) => offset(lon, lat, radiusKm, (2 * Math.PI * step) / VERTICES))
  return [...ring, ring[0] as Position]
}

function offset(lon: number, lat: number, km: number, bearing: number): Position {
  const d = km / EARTH_KM
  const sin = Math.sin(rad(lat)) * Math.cos(d) + Math.cos(rad(lat)) * Math.sin(d) * Math.cos(bearing)
  const east = Math.sin(bearing) * Math.sin(d) * Math.cos(rad(lat))
  return [lon + deg(Math.atan2(east, Math.cos(d) - Math.sin(rad(lat)) * sin)), deg(Math.asin(sin))]
}

const mercator = (lat: number): number => Math.log(Math.tan(Math.PI / 4 + rad(lat) / 2))
const unmercator = (y: number): number => deg(2 * Math.atan(Math.exp(y)) - Math.PI / 2)

/** The picture's rows are even in latitude, the map's are even in Mercator: without this the relief sits a km off. */
export function toMercator(picture: HTMLImageElement, north: number, south: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = picture.naturalWidth
  canvas.height = picture.naturalHeight
  const pen = canvas.getContext('2d')
  const [top, bottom] = [mercator(north), mercator(south)]
  for (let row = 0; pen && row < canvas.height; row += 1) {
    const lat = unmercator(top + ((bottom - top) * (row + 0.5)) / canvas.height)
    const from = Math.min(canvas.height - 1, Math.floor(((north - lat) / (north - south)) * canvas.height))
    pen.drawImage(picture, 0, from, canvas.width, 1, 0, row, canvas.width, 1)
  }
  return canvas
}
