// Draws a number in a dark label with round ends: a shape and a look that no incident's own sign has. A dot with a white
// rim says, as on the signs, that something in it is new.
import { SCALE } from './colours'

const BOX = 66 // px around a label
const DIGIT = 7 // px
const TALL = 14

export const VERTEX = `#version 300 es
uniform mat4 matrix;
uniform float size;
in vec2 place;
in float amount;
in float digits;
in float fresh;
flat out highp float isNew;
flat out highp float number;
flat out highp float figures;
void main() {
  gl_Position = matrix * vec4(place, 0.0, 1.0);
  gl_PointSize = size;
  number = amount;
  figures = digits;
  isNew = fresh;
}`

export const FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D atlas;
flat in highp float number;
flat in highp float figures;
flat in highp float isNew;
out vec4 colour;
void main() {
  vec2 at = (gl_PointCoord - 0.5) * ${BOX.toFixed(1)};
  float half_text = ${(DIGIT / 2).toFixed(1)} * figures;
  float far = length(max(abs(at) - vec2(max(half_text - 4.0, 0.0), 0.0), 0.0)) - 9.0;
  float cover = clamp(1.5 - far, 0.0, 1.0);
  float spot = isNew > 0.5 ? length(at - vec2(max(half_text - 4.0, 0.0) + 6.0, -8.0)) - 4.0 : 9.0;
  float dot_cover = clamp(2.0 - spot, 0.0, 1.0);
  if (max(cover, dot_cover) <= 0.0) discard;
  float x = at.x + half_text;
  float column = floor(x / ${DIGIT.toFixed(1)});
  float ink = 0.0;
  if (column >= 0.0 && column < figures && abs(at.y) < ${(TALL / 2).toFixed(1)}) {
    float rest = number;
    for (float place = column + 1.0; place < figures; place += 1.0) rest = floor((rest + 0.5) / 10.0);
    float digit = rest - 10.0 * floor((rest + 0.5) / 10.0);
    ink = texture(atlas, vec2((digit + fract(x / ${DIGIT.toFixed(1)})) / 10.0, at.y / ${TALL.toFixed(1)} + 0.5)).a;
  }
  vec3 paint = mix(vec3(0.09, 0.13, 0.2), vec3(1.0), max(ink, clamp(far + 0.5, 0.0, 1.0)));
  colour = vec4(paint * cover, cover);
  vec3 badge = mix(vec3(0.07, 0.09, 0.15), vec3(1.0), clamp(spot + 0.5, 0.0, 1.0));
  colour = mix(colour, vec4(badge, 1.0), dot_cover);
}`

/** px of the square that the graphics card draws a label in. */
export const SIZE = BOX

/** Half the width of a label, px. */
export function halfWidth(digits: number): number {
  return 9 + Math.max((DIGIT / 2) * digits - 4, 0)
}

export const HALF_HEIGHT = 9

/** The ten digits beside each other. */
export function digitAtlas(): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = 10 * DIGIT * SCALE
  canvas.height = TALL * SCALE
  const pen = canvas.getContext('2d') as CanvasRenderingContext2D
  pen.scale(SCALE, SCALE)
  pen.font = '700 11px sans-serif'
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.fillStyle = '#ffffff'
  for (let digit = 0; digit < 10; digit += 1) pen.fillText(String(digit), (digit + 0.5) * DIGIT, TALL / 2 + 0.5, DIGIT)
  return canvas
}
