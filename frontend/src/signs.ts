// The signs of the incidents, drawn by the page itself in the map's own WebGL: each incident is one sign, always, and
// a filter changes a list of numbers on the graphics card instead of a hundred thousand features in a worker.
import type { CustomLayerInterface, CustomRenderMethodInput, Map as Chart } from 'maplibre-gl'

import { badge, SCALE, sign, SIZE, type Look } from './colours'
import type { Reading } from './reading'

const CELL = 32 // px of a sign with what may stand around it
const VARIANTS = 4 // plain, time not stated, new, both
const TIMELESS = 1
const NEW = 2
const CROWD = 5000 // beyond this number signs are drawn smaller, or nothing of the ground would be seen
const REACH = 4 // px around the pointer

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

/** Place of a point in the world square of Web Mercator, 0 to 1. */
export function mercator(lon: number, lat: number): [number, number] {
  const y = Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI)
  return [lon / 360 + 0.5, 0.5 - y]
}

/** What lies on the graphics card. */
interface Card {
  program: WebGLProgram
  array: WebGLVertexArrayObject
  atlas: WebGLTexture
  places: WebGLBuffer
  cells: WebGLBuffer
  shown: WebGLBuffer
}

export class Signs implements CustomLayerInterface {
  readonly id = 'incidents'
  readonly type = 'custom'
  readonly #looks: Look[]
  #chart: Chart | null = null
  #card: Card | null = null
  #changed = new Set<'places' | 'cells' | 'shown'>()
  #origin: [number, number] = [0, 0] // single precision is good for 2 m in the whole world, and for mm around a point
  #places = new Float32Array()
  #cells = new Uint8Array()
  #shown = new Uint32Array() // numbers of what is drawn, the topmost last
  #record: Reading | null = null
  #fresh: ReadonlySet<string> | null = null

  constructor(looks: Look[]) {
    this.#looks = looks
  }

  /** Also after the graphics card forgot everything. What belongs on it is sent while drawing: in between, MapLibre
   * relies on what it bound itself. */
  onAdd(chart: Chart): void {
    this.#chart = chart
    this.#card = null
    this.#changed = new Set(['places', 'cells', 'shown'])
  }

  /** Draws these incidents; what is new has a mark. A named side lies above "undetermined", the newer above the older. */
  show(record: Reading, shown: Uint32Array, fresh: ReadonlySet<string>): void {
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
    this.#changed.add('shown')
    this.#chart?.triggerRepaint()
  }

  render(gl: WebGL2RenderingContext, { defaultProjectionData }: CustomRenderMethodInput): void {
    if (this.#shown.length === 0) return
    const card = (this.#card ??= equipped(gl, this.#looks))
    if (this.#changed.size > 0) this.#send(gl, card)
    gl.useProgram(card.program)
    gl.bindVertexArray(card.array)
    gl.activeTexture(gl.TEXTURE0)
    gl.bindTexture(gl.TEXTURE_2D, card.atlas)
    const uniform = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(card.program, name)
    gl.uniformMatrix4fv(uniform('matrix'), false, moved(defaultProjectionData.mainMatrix, this.#origin))
    gl.uniform1f(uniform('size'), CELL * this.#scale() * devicePixelRatio)
    gl.uniform1f(uniform('columns'), VARIANTS)
    gl.uniform2f(uniform('cells'), VARIANTS, this.#looks.length)
    gl.uniform1i(uniform('atlas'), 0)
    gl.disable(gl.DEPTH_TEST)
    gl.disable(gl.STENCIL_TEST)
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
    gl.drawElements(gl.POINTS, this.#shown.length, gl.UNSIGNED_INT, 0)
    gl.bindVertexArray(null)
  }

  /** What is drawn within reach of a point of the map's box (px), the topmost first. */
  under(x: number, y: number): number[] {
    const reach = (SIZE / 2) * this.#scale() + REACH
    return this.#inside(x - reach, y - reach, x + reach, y + reach).reverse()
  }

  /** What is drawn in sight. */
  inSight(): number[] {
    const box = this.#chart?.getContainer()
    return box ? this.#inside(0, 0, box.clientWidth, box.clientHeight) : []
  }

  #inside(left: number, top: number, right: number, bottom: number): number[] {
    if (!this.#chart) return []
    const [one, other] = [this.#chart.unproject([left, top]), this.#chart.unproject([right, bottom])]
    const [west, north] = this.#local(one.lng, one.lat)
    const [east, south] = this.#local(other.lng, other.lat)
    const found: number[] = []
    for (const index of this.#shown) {
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
      const variant = (record.timed(index) ? 0 : TIMELESS) + (fresh.size > 0 && fresh.has(columns.ids[index] as string) ? NEW : 0)
      this.#cells[index] = Math.max(0, looks[columns.determination[index] as number] ?? 0) * VARIANTS + variant
    }
    this.#changed.add('cells')
  }

  #send(gl: WebGL2RenderingContext, { array, places, cells, shown }: Card): void {
    gl.bindVertexArray(array)
    for (const [name, target, buffer, data] of [
      ['places', gl.ARRAY_BUFFER, places, this.#places], ['cells', gl.ARRAY_BUFFER, cells, this.#cells], ['shown', gl.ELEMENT_ARRAY_BUFFER, shown, this.#shown],
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
    return this.#shown.length > CROWD ? near * 0.6 : near
  }
}

/** The projection, with places told from the origin on; in double precision until the last step. */
function moved(matrix: ArrayLike<number>, [x, y]: [number, number]): Float32Array {
  const out = Float64Array.from(matrix)
  for (let row = 0; row < 4; row += 1) out[12 + row] = (out[row] as number) * x + (out[4 + row] as number) * y + (out[12 + row] as number)
  return Float32Array.from(out)
}

function equipped(gl: WebGL2RenderingContext, looks: Look[]): Card {
  const card = {
    program: linked(gl), array: gl.createVertexArray(), atlas: atlas(gl, looks),
    places: gl.createBuffer(), cells: gl.createBuffer(), shown: gl.createBuffer(),
  }
  gl.bindVertexArray(card.array)
  for (const [name, buffer, size, type] of [['place', card.places, 2, gl.FLOAT], ['cell', card.cells, 1, gl.UNSIGNED_BYTE]] as const) {
    const at = gl.getAttribLocation(card.program, name)
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
    gl.enableVertexAttribArray(at)
    gl.vertexAttribPointer(at, size, type, false, 0, 0)
  }
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, card.shown)
  return card
}

function linked(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram()
  for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
    const shader = gl.createShader(kind) as WebGLShader
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
  }
  gl.linkProgram(program)
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? 'the signs cannot be drawn')
  return program
}

/** One row for each look, one column for each variant. */
function atlas(gl: WebGL2RenderingContext, looks: Look[]): WebGLTexture {
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
  const made = gl.createTexture()
  gl.bindTexture(gl.TEXTURE_2D, made)
  gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true)
  gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false)
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, canvas)
  for (const [name, value] of [[gl.TEXTURE_MIN_FILTER, gl.LINEAR], [gl.TEXTURE_MAG_FILTER, gl.LINEAR], [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE], [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE]] as const)
    gl.texParameteri(gl.TEXTURE_2D, name, value)
  return made
}
