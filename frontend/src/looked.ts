// How the views of drones are drawn and said: dots where they saw, fewer where badly, strokes where they could not.
import { SCALE } from './colours'
import type { FootprintProperties, View } from './types'
import { hours } from './words'

export const VIEWS: { view: View; words: string; dashes: number[] }[] = [
  { view: 'clear', words: 'a drone looked (500 m squares)', dashes: [1] },
  { view: 'degraded', words: 'looked, view degraded', dashes: [4, 2] },
  { view: 'denied', words: 'view denied: nothing seen', dashes: [1, 1.5] },
]

const GRADES: Record<string, string> = {
  checked: 'fits its own metadata',
  reinterpreted: 'fits if angles are read otherwise',
  stated: 'stated, nothing to check it by',
  unlocated: 'not known, counts for nothing',
}
const SIDE = 12 // px of a pattern, which repeats

export function gradeWords(grade: string): string {
  return GRADES[grade] ?? grade
}

export function errorWords({ error_m }: FootprintProperties): string {
  return error_m === null ? 'not stated' : `± ${error_m.toLocaleString('en')} m`
}

export function seenWords({ km2, view }: FootprintProperties): string {
  return view === 'denied' ? 'nothing' : km2 === null ? 'not known' : `${km2 < 0.05 ? 'less than 0.1' : km2} km²`
}

export function lastsWords({ from, to }: FootprintProperties): string {
  const minutes = Math.round((Date.parse(to) - Date.parse(from)) / 60_000)
  return minutes < 60 ? `${minutes} min` : hours(minutes / 60)
}

/** A square that repeats without a seam: dots of a view, strokes where there was none. */
export function patternOf(view: View, colour: string): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = SIDE * SCALE
  const pen = canvas.getContext('2d') as CanvasRenderingContext2D
  pen.scale(SCALE, SCALE)
  pen.fillStyle = pen.strokeStyle = colour
  for (const d of marks(view)) if (view === 'denied') pen.stroke(new Path2D(d))
  else pen.fill(new Path2D(d))
  return pen.getImageData(0, 0, canvas.width, canvas.height)
}

/** What is in such a square, as paths; the legend draws the same. */
export function marks(view: View): string[] {
  const dot = (x: number, y: number): string => `M${x - 1} ${y} a1 1 0 1 0 2 0 a1 1 0 1 0 -2 0 Z`
  if (view === 'clear') return [dot(3, 3), dot(9, 3), dot(3, 9), dot(9, 9)]
  if (view === 'degraded') return [dot(3, 3), dot(9, 9)]
  return [`M-1 ${SIDE + 1} L${SIDE + 1} -1`, 'M-1 1 L1 -1', `M${SIDE - 1} ${SIDE + 1} L${SIDE + 1} ${SIDE - 1}`]
}
