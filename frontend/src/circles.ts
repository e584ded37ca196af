// The circles of doubt, drawn in the map's own WebGL like the signs: made anew with each filter, they cost the map's worker
// more than everything else together.
import type { CustomLayerInterface, CustomRenderMethodInput, Map as Chart } from 'maplibre-gl'

import { linked, moved } from './graphics'

const WORLD = 512 // px of the world at zoom 0
const FIELDS = 6 // of each circle: place, radius (both in the world square), colour

const VERTEX = `#version 300 es
precision highp float;
uniform mat4 matrix;
uniform float scale;
in vec2 place;
in float radius;
in vec3 colour;
out vec2 at;
flat out float wide;
flat out vec3 paint;
void main() {
  wide = radius * scale;
  vec2 corner = (vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0) * (1.0 + 2.0 / wide);
  at = corner;
  paint = colour;
  gl_Position = matrix * vec4(place + corner * radius, 0.0, 1.0);
}`

const FRAGMENT = `#version 300 es
precision highp float;
uniform float fill;
uniform float edge;
in vec2 at;
flat in float wide;
flat in vec3 paint;
out vec4 colour;
void main() {
  float far = (length(at) - 1.0) * wide;
  float alpha = max(clamp(0.5 - far, 0.0, 1.0) * fill, clamp(1.2 - abs(far), 0.0, 1.0) * edge);
  if (alpha <= 0.0) discard;
  colour = vec4(paint * alpha, alpha);
}`

interface Card {
  program: WebGLProgram
  array: WebGLVertexArrayObject
  buffer: WebGLBuffer
}

export class Circles implements CustomLayerInterface {
  readonly id = 'circles'
  readonly type = 'custom'
  fill = 0.05
  edge = 0.35
  #chart: Chart | null = null
  #card: Card | null = null
  #circles: Float32Array<ArrayBufferLike> = new Float32Array()
  #origin: [number, number] = [0, 0]
  #isNew = false

  onAdd(chart: Chart): void {
    this.#chart = chart
    this.#card = null
    this.#isNew = true
  }

  /** Places and radii are told in the world square, from the origin on. */
  show(circles: Float32Array, origin: [number, number]): void {
    this.#circles = circles
    this.#origin = origin
    this.#isNew = true
  }

  /** Beside a selected incident the other circles step back. */
  fade(fill: number, edge: number): void {
    this.fill = fill
    this.edge = edge
    this.#chart?.triggerRepaint()
  }

  render(gl: WebGL2RenderingContext, { defaultProjectionData }: CustomRenderMethodInput): void {
    if (this.#circles.length === 0) return
    const { program, array, buffer } = (this.#card ??= equipped(gl))
    gl.bindVertexArray(array)
    if (this.#isNew) {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
      gl.bufferData(gl.ARRAY_BUFFER, this.#circles, gl.DYNAMIC_DRAW)
      this.#isNew = false
    }
    gl.useProgram(program)
    const uniform = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(program, name)
    gl.uniformMatrix4fv(uniform('matrix'), false, moved(defaultProjectionData.mainMatrix, this.#origin))
    gl.uniform1f(uniform('scale'), WORLD * 2 ** (this.#chart?.getZoom() ?? 8) * devicePixelRatio)
    gl.uniform1f(uniform('fill'), this.fill)
    gl.uniform1f(uniform('edge'), this.edge)
    gl.disable(gl.DEPTH_TEST)
    gl.disable(gl.STENCIL_TEST)
    gl.disable(gl.CULL_FACE)
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, this.#circles.length / FIELDS)
    gl.bindVertexArray(null)
  }
}

/** One circle as the graphics card gets it; `colour` is #rrggbb. */
export function circleFields(x: number, y: number, radius: number, colour: string): number[] {
  return [x, y, radius, ...[1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)]
}

function equipped(gl: WebGL2RenderingContext): Card {
  const card = { program: linked(gl, VERTEX, FRAGMENT), array: gl.createVertexArray(), buffer: gl.createBuffer() }
  gl.bindVertexArray(card.array)
  gl.bindBuffer(gl.ARRAY_BUFFER, card.buffer)
  for (const [name, size, from] of [['place', 2, 0], ['radius', 1, 2], ['colour', 3, 3]] as const) {
    const at = gl.getAttribLocation(card.program, name)
    gl.enableVertexAttribArray(at)
    gl.vertexAttribPointer(at, size, gl.FLOAT, false, FIELDS * 4, from * 4)
    gl.vertexAttribDivisor(at, 1)
  }
  return card
}
