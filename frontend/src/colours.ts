// One colour, one letter and one shape per determination, so that colour never speaks alone.
import { hypothesis } from './words'
import type { CaseMap } from './types'

export interface Look {
  id: string
  name: string
  letter: string // in tables
  mark: string // inside the sign
  colour: string // of bars and circles
  fill: string
  edge: string
  ink: string
  d: string // outline in a square of SIZE
}

export const SIZE = 22
export const SCALE = 2
const MIDDLE = SIZE / 2
const GREY = '#75777a'
const WHITE = '#ffffff'

/** The shapes are those of the report's map: the two first sides are mirror images, so neither is larger or lower. */
export function looks(given: CaseMap['case']): Look[] {
  const found = (id: string, otherwise: string): string => given.hypotheses?.find((other) => other.id === id)?.colour ?? otherwise
  const look = (id: string, letter: string, colour: string, d: string): Look => ({
    id, name: hypothesis(id, given), letter, mark: letter, colour, fill: colour, edge: WHITE, ink: readable(colour), d,
  })
  const blank = found('no_violation', '#4a4a4a')
  return [
    ...given.parties.map((party, index) => look(party.id, letterOf(index), party.colour, polygon(index))),
    { ...look('both', given.parties.map((_, index) => letterOf(index)).join(''), found('both', '#4d3b53'), 'M3 3 L19 19 L19 3 L3 19 Z'), mark: '' },
    look('other', 'o', found('other', '#2b2b2b'), 'M4 4 H18 V18 H4 Z'),
    { ...look('no_violation', '–', blank, round(7)), fill: WHITE, edge: blank, ink: blank },
    look('undetermined', '?', GREY, round(7)),
  ]
}

/** A, B, C in the order of the case: the initials of two sides may be the same letter. */
export function letterOf(index: number): string {
  return String.fromCharCode(65 + index)
}

function round(radius: number): string {
  return `M${MIDDLE - radius} ${MIDDLE} a${radius} ${radius} 0 1 0 ${2 * radius} 0 a${radius} ${radius} 0 1 0 ${-2 * radius} 0 Z`
}

/** A triangle that points left, one that points right, then polygons with more corners. */
function polygon(index: number): string {
  const [corners, start, radius] = index < 2 ? [3, Math.PI * (index + 1), 10.5] : [index + 3, Math.PI / 2, 9.5]
  const points = Array.from({ length: corners }, (_, corner) => start + (2 * Math.PI * corner) / corners).map(
    (turn) => `${(MIDDLE + radius * Math.cos(turn)).toFixed(2)} ${(MIDDLE - radius * Math.sin(turn)).toFixed(2)}`,
  )
  return `M${points.join(' L')} Z`
}

/** Black or white, whichever reads better on the colour (relative luminance, WCAG 2). */
export function readable(colour: string): string {
  const channel = (at: number): number => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5) > 0.179 ? '#111827' : '#ffffff'
}

/** The sign of a determination as the map draws it, with its corner where the pen is. */
export function sign(pen: CanvasRenderingContext2D, look: Look): void {
  const outline = new Path2D(look.d)
  pen.fillStyle = look.fill
  pen.strokeStyle = look.edge
  pen.lineWidth = look.edge === WHITE ? 1.2 : 2
  pen.fill(outline)
  pen.stroke(outline)
  pen.fillStyle = look.ink
  pen.font = '700 9.5px sans-serif'
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.fillText(look.mark, MIDDLE, MIDDLE + 0.5)
}

/** Around a sign: a broken ring where the time is not stated, a dot with a white rim where the incident is new. */
export function badge(pen: CanvasRenderingContext2D, timeless: boolean, fresh: boolean): void {
  if (timeless) ring(pen, MIDDLE, MIDDLE, 13, [4, 3])
  if (!fresh) return
  pen.fillStyle = '#111827'
  pen.beginPath()
  pen.arc(SIZE, 1, 4, 0, 2 * Math.PI)
  pen.fill()
  ring(pen, SIZE, 1, 4, [])
}

function ring(pen: CanvasRenderingContext2D, x: number, y: number, radius: number, dashes: number[]): void {
  for (const [colour, width, pattern] of dashes.length > 0 ? ([[WHITE, 3, []], ['#111827', 1.8, dashes]] as const) : ([[WHITE, 1.5, []]] as const)) {
    pen.beginPath()
    pen.arc(x, y, radius, 0, 2 * Math.PI)
    pen.setLineDash([...pattern])
    pen.strokeStyle = colour
    pen.lineWidth = width
    pen.stroke()
  }
  pen.setLineDash([])
}

/** A triangle for a post, a square with an eye for a camera: standing orders, not incidents, so dark and small. */
export function post(camera: boolean): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 14 * SCALE
  const pen = canvas.getContext('2d') as CanvasRenderingContext2D
  pen.scale(SCALE, SCALE)
  pen.beginPath()
  if (camera) pen.rect(2, 3.5, 10, 7)
  else for (const [x, y] of [[7, 2], [12, 11.5], [2, 11.5], [7, 2]] as const) pen.lineTo(x, y)
  pen.closePath()
  pen.fillStyle = '#1f2937'
  pen.strokeStyle = '#ffffff'
  pen.lineWidth = 2.5
  pen.stroke()
  pen.fill()
  if (camera) {
    pen.beginPath()
    pen.arc(7, 7, 2, 0, 2 * Math.PI)
    pen.fillStyle = '#ffffff'
    pen.fill()
  }
  return pen.getImageData(0, 0, canvas.width, canvas.height)
}
