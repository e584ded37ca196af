// The incidents, drawn by the page itself in the map's own WebGL: each has its sign, or is in an exact count where many lie
// close together. A filter changes lists of numbers on the graphics card instead of a hundred thousand features in a worker.
import type { CustomLayerInterface, CustomRenderMethodInput, Map as Chart } from 'maplibre-gl'

import { badge, SCALE, sign, SIZE, type Look } from './colours'
import { digitAtlas, FRAGMENT as COUNT_FRAGMENT, HALF_HEIGHT, halfWidth, SIZE as COUNT_SIZE, VERTEX as COUNT_VERTEX } from './counts'
import { circleFields, type Circles } from './circles'
import { degrees, linked, mercator, moved, textured } from './graphics'
import type { Reading } from './reading'
import { arranged, step, type Arranged } from './squares'

const CELL = 32 // px of a sign with what may stand around it
const VARIANTS = 4 // plain, time not stated, new, both
const TIMELESS = 1
const NEW = 2
const CROWD = 1500 // beyond this number signs are drawn smaller, or nothing of the ground would be seen
const REACH = 4 // px around the pointer
const MOST_CIRCLES = 1500 // of doubt: more would hide the map
const EARTH_KM = 40030.173 // around, for the mean radius 6371.0088 km (IUGG)

const VERTEX = `#version 300 es
uniform mat4 matrix;
uniform float size;
uniform float columns;
in vec2 place;
in float cell;
flat out vec2 corner;
void main() {
  gl_Position = matrix * vec4(place, 0.0, 1.0);
  gl_PointSize = size;
  corner = vec2(mod(cell, columns), floor(cell / columns));
}`

const FRAGMENT = `#version 300 es
precision mediump float;
uniform sampler2D atlas;
uniform vec2 cells;
flat in vec2 corner;
out vec4 colour;
void main() {
  colour = texture(atlas, (corner + gl_PointCoord) / cells);
  if (colour.a < 0.01) discard;
}`

/** What lies on the graphics card. */
interface Card {
  program: WebGLProgram
  array: WebGLVertexArrayObject
  atlas: WebGLTexture
  places: WebGLBuffer
  cells: WebGLBuffer
  single: WebGLBuffer
  counting: WebGLProgram
  counted: WebGLVertexArrayObject
  digits: WebGLTexture
  countPlaces: WebGLBuffer
  amounts: WebGLBuffer
  figures: WebGLBuffer
  fresh: WebGLBuffer
}

/** A count on the map: its incidents, the topmost first. */
export interface Group {
  members: number[]
  extent: [west: number, south: number, east: number, north: number]
}

const NONE: Arranged = { single: new Uint32Array(), places: new Float32Array(), amounts: new Float32Array(), digits: new Float32Array(), member: new Int32Array() }

export class Signs implements CustomLayerInterface {
  readonly id = 'incidents'
  readonly type = 'custom'
  readonly #looks: Look[]
  readonly #circles: Circles
  #chart: Chart | null = null
  #card: Card | null = null
  #changed = new Set<'places' | 'cells' | 'arranged'>()
  #origin: [number, number] = [0, 0] // single precision is good for 2 m in the whole world, and for mm around a point
  #places = new Float32Array()
  #cells = new Uint8Array()
  #shown = new Uint32Array() // numbers of what is on the map, the topmost last
  #arranged = NONE
  #step = Number.NaN // of the zoom, for which it was arranged
  #top: number | null = null // above all others, also where a count stands for it
  #record: Reading | null = null
  #fresh: ReadonlySet<string> | null = null

  constructor(looks: Look[], circles: Circles) {
    this.#looks = looks
    this.#circles = circles
  }

  /** Also after the graphics card forgot everything. What belongs on it is sent while drawing: in between, MapLibre
   * relies on what it bound itself. */
  onAdd(chart: Chart): void {
    this.#chart = chart
    this.#card = null
    this.#changed = new Set(['places', 'cells', 'arranged'])
  }

  /** Draws these incidents; what is new has a mark. A named side lies above "undetermined", the newer above the older,
   * and `top` above all. */
  show(record: Reading, shown: Uint32Array, fresh: ReadonlySet<string>, top: number | null): void {
    if (record !== this.#record) this.#take(record)
    if (fresh !== this.#fresh) this.#mark(record, fresh)
    const { determination, determinations, lon } = record.columns
    const undetermined = determinations.indexOf('undetermined')
    const drawn = new Uint32Array(shown.length)
    let amount = 0
    for (const below of [true, false])
      for (let at = shown.length - 1; at >= 0; at -= 1) {
        const index = shown[at] as number
        if ((determination[index] === undetermined) === below && lon[index] === lon[index]) drawn[amount++] = index
      }
    this.#shown = drawn.subarray(0, amount)
    this.#top = top !== null && record.placed(top) ? top : null
    this.#step = Number.NaN
    this.#chart?.triggerRepaint()
  }

  /** What the last frame shows: how many by a sign of their own, and the counts. */
  get told(): { single: number; counts: number[]; circles: boolean } {
    return { single: this.#arranged.single.length, counts: Array.from(this.#arranged.amounts), circles: this.hasCircles }
  }

  /** Before any layer of the frame. */
  prerender(): void {
    this.#arrange()
  }

  render(gl: WebGL2RenderingContext, { defaultProjectionData }: CustomRenderMethodInput): void {
    if (this.#shown.length === 0 && this.#top === null) return
    const card = (this.#card ??= equipped(gl, this.#looks))
    if (this.#changed.size > 0) this.#send(gl, card)
    gl.disable(gl.DEPTH_TEST)
    gl.disable(gl.STENCIL_TEST)
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
    gl.activeTexture(gl.TEXTURE0)
    const matrix = moved(defaultProjectionData.mainMatrix, this.#origin)
    const { single, amounts } = this.#arranged
    this.#signs(gl, card, matrix, 0, single.length)
    if (amounts.length > 0) this.#counts(gl, card, matrix, amounts.length)
    if (this.#top !== null) this.#signs(gl, card, matrix, single.length, 1)
    gl.bindVertexArray(null)
  }

  #signs(gl: WebGL2RenderingContext, card: Card, matrix: Float32Array, from: number, amount: number): void {
    gl.useProgram(card.program)
    gl.bindVertexArray(card.array)
    gl.bindTexture(gl.TEXTURE_2D, card.atlas)
    const uniform = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(card.program, name)
    gl.uniformMatrix4fv(uniform('matrix'), false, matrix)
    gl.uniform1f(uniform('size'), CELL * this.#scale() * devicePixelRatio)
    gl.uniform1f(uniform('columns'), VARIANTS)
    gl.uniform2f(uniform('cells'), VARIANTS, this.#looks.length)
    gl.uniform1i(uniform('atlas'), 0)
    gl.drawElements(gl.POINTS, amount, gl.UNSIGNED_INT, from * Uint32Array.BYTES_PER_ELEMENT)
  }

  #counts(gl: WebGL2RenderingContext, card: Card, matrix: Float32Array, amount: number): void {
    gl.useProgram(card.counting)
    gl.bindVertexArray(card.counted)
    gl.bindTexture(gl.TEXTURE_2D, card.digits)
    const uniform = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(card.counting, name)
    gl.uniformMatrix4fv(uniform('matrix'), false, matrix)
    gl.uniform1f(uniform('size'), COUNT_SIZE * devicePixelRatio)
    gl.uniform1i(uniform('atlas'), 0)
    gl.drawArrays(gl.POINTS, 0, amount)
  }

  #arrange(): void {
    const now = step(this.#chart?.getZoom() ?? 8)
    if (now === this.#step) return
    this.#step = now
    this.#arranged = arranged(this.#places, this.#shown, now)
    this.#changed.add('arranged')
    this.#circles.show(this.#doubt(), this.#origin)
  }

  /** Whether circles are drawn around all that has a sign of its own. */
  get hasCircles(): boolean {
    return this.#arranged.single.length <= MOST_CIRCLES
  }

  #doubt(): Float32Array {
    if (!this.#record || !this.hasCircles) return new Float32Array()
    const { columns } = this.#record
    const colours = columns.determinations.map((id) => this.#looks.find((look) => look.id === id)?.colour ?? '#666666')
    return Float32Array.from([...this.#arranged.single].flatMap((index) => {
      const [radius, lat] = [columns.radius[index] as number, columns.lat[index] as number]
      const wide = radius / (EARTH_KM * Math.cos((lat * Math.PI) / 180))
      const colour = colours[columns.determination[index] as number] as string
      return radius > 0 ? circleFields(this.#places[2 * index] as number, this.#places[2 * index + 1] as number, wide, colour) : []
    }))
  }

  /** Whether each count has something new in it. */
  #news(): Uint8Array {
    const { member, amounts } = this.#arranged
    const found = new Uint8Array(amounts.length)
    if (this.#fresh === null || this.#fresh.size === 0) return found
    for (let at = 0; at < member.length; at += 1) {
      const group = member[at] as number
      if (group >= 0 && ((this.#cells[this.#shown[at] as number] as number) & NEW) !== 0) found[group] = 1
    }
    return found
  }

  /** The count whose label is at a point of the map's box (px). */
  groupAt(x: number, y: number): Group | null {
    const { places, digits } = this.#arranged
    for (let number = digits.length - 1; number >= 0; number -= 1) {
      const at = this.#projected(places[2 * number] as number, places[2 * number + 1] as number)
      if (at && Math.abs(at.x - x) <= halfWidth(digits[number] as number) && Math.abs(at.y - y) <= HALF_HEIGHT) return this.#group(number)
    }
    return null
  }

  #group(number: number): Group {
    const { member } = this.#arranged
    const members: number[] = []
    const { lon, lat } = (this.#record as Reading).columns
    const extent: Group['extent'] = [Infinity, Infinity, -Infinity, -Infinity]
    for (let at = member.length - 1; at >= 0; at -= 1) {
      if (member[at] !== number) continue
      const index = this.#shown[at] as number
      members.push(index)
      const [x, y] = [lon[index] as number, lat[index] as number]
      extent[0] = Math.min(extent[0], x)
      extent[1] = Math.min(extent[1], y)
      extent[2] = Math.max(extent[2], x)
      extent[3] = Math.max(extent[3], y)
    }
    return { members, extent }
  }

  #projected(x: number, y: number): { x: number; y: number } | undefined {
    const [lon, lat] = degrees(x + this.#origin[0], y + this.#origin[1])
    return this.#chart?.project([lon, lat])
  }

  /** The signs within reach of a point of the map's box (px), the topmost first. */
  under(x: number, y: number): number[] {
    const reach = (SIZE / 2) * this.#scale() + REACH
    const { single } = this.#arranged
    const drawn = this.#top === null ? single : Uint32Array.from([...single.filter((index) => index !== this.#top), this.#top])
    return this.#inside(drawn, x - reach, y - reach, x + reach, y + reach).reverse()
  }

  /** What is on the map in sight, by its sign or in a count. */
  inSight(): number[] {
    const box = this.#chart?.getContainer()
    return box ? this.#inside(this.#shown, 0, 0, box.clientWidth, box.clientHeight) : []
  }

  #inside(drawn: Uint32Array, left: number, top: number, right: number, bottom: number): number[] {
    if (!this.#chart) return []
    const [one, other] = [this.#chart.unproject([left, top]), this.#chart.unproject([right, bottom])]
    const [west, north] = this.#local(one.lng, one.lat)
    const [east, south] = this.#local(other.lng, other.lat)
    const found: number[] = []
    for (const index of drawn) {
      const [x, y] = [this.#places[2 * index] as number, this.#places[2 * index + 1] as number]
      if (x >= west && x <= east && y >= north && y <= south) found.push(index)
    }
    return found
  }

  #local(lon: number, lat: number): [number, number] {
    const [x, y] = mercator(lon, lat)
    return [x - this.#origin[0], y - this.#origin[1]]
  }

  #take(record: Reading): void {
    const { lon, lat, size } = record.columns
    const [west, south, east, north] = record.map.bounds
    this.#record = record
    this.#fresh = null
    this.#origin = mercator((west + east) / 2, (south + north) / 2)
    this.#places = new Float32Array(2 * size)
    for (let index = 0; index < size; index += 1) {
      const [x, y] = this.#local(lon[index] as number, lat[index] as number)
      this.#places[2 * index] = x
      this.#places[2 * index + 1] = y
    }
    this.#changed.add('places')
  }

  #mark(record: Reading, fresh: ReadonlySet<string>): void {
    const { columns } = record
    const looks = columns.determinations.map((id) => this.#looks.findIndex((look) => look.id === id))
    this.#fresh = fresh
    this.#cells = new Uint8Array(columns.size)
    for (let index = 0; index < columns.size; index += 1) {
      const variant = (index < record.timed ? 0 : TIMELESS) + (fresh.size > 0 && fresh.has(columns.ids[index] as string) ? NEW : 0)
      this.#cells[index] = Math.max(0, looks[columns.determination[index] as number] ?? 0) * VARIANTS + variant
    }
    this.#changed.add('cells')
  }

  #send(gl: WebGL2RenderingContext, card: Card): void {
    gl.bindVertexArray(card.array)
    const { single, places, amounts, digits } = this.#arranged
    const signs = new Uint32Array(single.length + 1)
    signs.set(single)
    signs[single.length] = this.#top ?? 0
    for (const [name, target, buffer, data] of [
      ['places', gl.ARRAY_BUFFER, card.places, this.#places], ['cells', gl.ARRAY_BUFFER, card.cells, this.#cells],
      ['arranged', gl.ELEMENT_ARRAY_BUFFER, card.single, signs], ['arranged', gl.ARRAY_BUFFER, card.countPlaces, places],
      ['arranged', gl.ARRAY_BUFFER, card.amounts, amounts], ['arranged', gl.ARRAY_BUFFER, card.figures, digits], ['arranged', gl.ARRAY_BUFFER, card.fresh, this.#news()],
    ] as const) {
      if (!this.#changed.has(name)) continue
      gl.bindBuffer(target, buffer)
      gl.bufferData(target, data, gl.DYNAMIC_DRAW)
    }
    this.#changed.clear()
  }

  #scale(): number {
    const zoom = this.#chart?.getZoom() ?? 8
    const near = 0.75 + 0.25 * Math.max(0, Math.min(1, (zoom - 6) / 4))
    return this.#arranged.single.length > CROWD ? near * 0.6 : near
  }
}

function equipped(gl: WebGL2RenderingContext, looks: Look[]): Card {
  const card = {
    program: linked(gl, VERTEX, FRAGMENT), array: gl.createVertexArray(), atlas: textured(gl, atlas(looks)),
    places: gl.createBuffer(), cells: gl.createBuffer(), single: gl.createBuffer(),
    counting: linked(gl, COUNT_VERTEX, COUNT_FRAGMENT), counted: gl.createVertexArray(), digits: textured(gl, digitAtlas()),
    countPlaces: gl.createBuffer(), amounts: gl.createBuffer(), figures: gl.createBuffer(), fresh: gl.createBuffer(),
  }
  gl.bindVertexArray(card.array)
  given(gl, card.program, [['place', card.places, 2, gl.FLOAT], ['cell', card.cells, 1, gl.UNSIGNED_BYTE]])
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, card.single)
  gl.bindVertexArray(card.counted)
  given(gl, card.counting, [['place', card.countPlaces, 2, gl.FLOAT], ['amount', card.amounts, 1, gl.FLOAT], ['digits', card.figures, 1, gl.FLOAT], ['fresh', card.fresh, 1, gl.UNSIGNED_BYTE]])
  return card
}

function given(gl: WebGL2RenderingContext, program: WebGLProgram, attributes: [name: string, buffer: WebGLBuffer, size: number, type: number][]): void {
  for (const [name, buffer, size, type] of attributes) {
    const at = gl.getAttribLocation(program, name)
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
    gl.enableVertexAttribArray(at)
    gl.vertexAttribPointer(at, size, type, false, 0, 0)
  }
}

/** One row for each look, one column for each variant. */
function atlas(looks: Look[]): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = VARIANTS * CELL * SCALE
  canvas.height = looks.length * CELL * SCALE
  const pen = canvas.getContext('2d') as CanvasRenderingContext2D
  pen.scale(SCALE, SCALE)
  looks.forEach((look, row) => {
    for (let variant = 0; variant < VARIANTS; variant += 1) {
      pen.save()
      pen.translate(variant * CELL + (CELL - SIZE) / 2, row * CELL + (CELL - SIZE) / 2)
      sign(pen, look)
      badge(pen, (variant & TIMELESS) !== 0, (variant & NEW) !== 0)
      pen.restore()
    }
  })
  return canvas
}

